"""The three agencies' places for the tests, and the moment at which the sample messages were sent."""

from datetime import UTC, datetime

from domain.recognition import Gazetteer

# Friday 20 November 2026, 05.05 WIB: just before the morning report is due.
NOW = datetime(2026, 11, 19, 22, 5, tzinfo=UTC)
BIDANG = ("Ideologi", "Politik", "Ekonomi", "Sosial Budaya", "Agama", "Pertahanan dan Keamanan", "Lainnya")

PEKALONGAN = Gazetteer(
    kecamatan=(
        "Kandangserang", "Paninggaran", "Lebakbarang", "Petungkriyono", "Talun", "Doro", "Karanganyar", "Kajen",
        "Kesesi", "Sragi", "Bojong", "Wonopringgo", "Kedungwuni", "Buaran", "Tirto", "Wiradesa", "Siwalan",
        "Karangdadap", "Wonokerto",
    ),
    desa={
        "Buaran": ("Bligo", "Simbangkulon", "Kertijayan", "Paweden"),
        "Wonopringgo": ("Rowokembu", "Galang Pengampon", "Getas"),
        "Karangdadap": ("Kebonsari", "Pagumengan", "Kaligawe"),
        "Karanganyar": ("Lolong", "Limbangan", "Legokkalong"),
        "Wonokerto": ("Wonokerto Kulon", "Wonokerto Wetan", "Api-api", "Pecakaran"),
        "Kesesi": ("Kesesi", "Kaibahan", "Karangrejo"),
        "Tirto": ("Karangjompo", "Jeruksari", "Mulyorejo"),
        "Sragi": ("Kalijambe", "Bulakpelem", "Sragi"),
        "Kajen": ("Nyamok", "Gandarum", "Kutorojo"),
    },
    zone="Asia/Jakarta",
    zone_label="WIB",
    bidang=BIDANG,
)  # fmt: skip
TANGERANG = Gazetteer(
    kecamatan=(
        "Tangerang", "Jatiuwung", "Batuceper", "Benda", "Cipondoh", "Ciledug", "Karawaci", "Periuk", "Cibodas",
        "Neglasari", "Pinang", "Karang Tengah", "Larangan",
    ),
    desa={"Benda": ("Jurumudi", "Pajang"), "Karawaci": ("Bugel", "Cimone"), "Cipondoh": ("Petir", "Gondrong")},
    zone="Asia/Jakarta",
    zone_label="WIB",
    bidang=BIDANG,
)  # fmt: skip
BALANGAN = Gazetteer(
    kecamatan=("Juai", "Halong", "Awayan", "Batu Mandi", "Lampihong", "Paringin", "Paringin Selatan", "Tebing Tinggi"),
    desa={"Batu Mandi": ("Riwa", "Mampari"), "Halong": ("Uren", "Kapul"), "Juai": ("Mungkur Uyam", "Teluk Bayur")},
    zone="Asia/Makassar",
    zone_label="WITA",
    bidang=BIDANG,
)
PROFILES = {"pekalongan": PEKALONGAN, "tangerang": TANGERANG, "balangan": BALANGAN}
