"""Every message of plans, the order and its team renders with what it is given, short and whole on a telephone."""

from __future__ import annotations

import re
from typing import Any

import pytest

from bot.clock import PracticeClock
from bot.render import Renderer
from bot.split import plain, units
from domain.lokus.order import NEEDED, TEXT_MOST
from domain.profile_loader import load_profile
from domain.sop.loader import SopRegistry
from domain.usecases.lokus_views import OLD
from tests.dialog.conftest import MORNING

AT, REF, OTHER = MORNING.isoformat(), "LO-261120-0001", "LO-261120-0002"
STARTS, ENDS = "2026-11-21T12:00:00+00:00", "2026-11-21T19:00:00+00:00"
LINE = {"aksi": "chosen", "pada": AT, "oleh": "Beo-01", "peran": "Kepala Subbidang", "nilai": None, "versi": 1}
PLAN: dict[str, Any] = {
    "ref": REF,
    "pengirim": "Nuri-01",
    "unsur": "Polri",
    "diterima": AT,
    "batas": STARTS,
    "langkah": "Memilih kegiatan yang dijadikan lokus",
    "status": "submitted",
    "kecamatan": "Cipondoh",
    "desa": "Poris Plawad",
    "isi": [{"kunci": key, "isi": f"Isi {key}"} for key in ("kegiatan", "penyelenggara", "dimana", "waktu")],
    "mulai": STARTS,
    "surat": 2,
    "digabung": [OTHER],
    "kabar": [{"pada": AT, "teks": "Massa 500", "batal": False}, {"pada": AT, "teks": "Izin batal", "batal": True}],
    "riwayat": [{**LINE, "alasan": None}, {**LINE, "pada": STARTS, "aksi": "withdrawn", "alasan": "Batal"}],
    "mirip": [
        {"ref": OTHER, "isi": "Pawai", "lain_hari": None},
        {"ref": OTHER, "isi": "Pawai", "lain_hari": "2026-11-23"},
    ],
}
BARE: dict[str, Any] = {
    **PLAN, "unsur": None, "batas": None, "kecamatan": None, "desa": None, "mulai": None, "surat": 0, "digabung": [],
    "kabar": [], "riwayat": [], "mirip": [],
}  # fmt: skip
NEWS: dict[str, Any] = {
    "ref": REF, "ke": None, "oleh": "Nuri-01", "kegiatan": "Pawai budaya", "jenis": "kabar", "teks": "Massa jadi 500",
    "lama": None, "mulai": None, "selesai": None,
}  # fmt: skip
ORDER: dict[str, Any] = {
    "ref": REF,
    "masalah": "Unjuk rasa buruh",
    "lokasi": "Depan Pendopo",
    "kecamatan": "Cipondoh",
    "kumpul": "Halaman kantor kecamatan",
    "titik": True,
    "mulai": STARTS,
    "selesai": ENDS,
    "koordinator": "Camar-09",
    "tim": ["Camar-01", "Camar-02"],
    "catatan": "Bawa HT",
}
NONE: dict[str, Any] = {**dict.fromkeys(ORDER), "ref": REF, "titik": False, "tim": []}
DESK: dict[str, Any] = {
    **ORDER, "batas": AT, "tanda": [], "perubahan": False, "perhatian": [], "digabung": [], "kabar": [],
}  # fmt: skip
DOUBTS = [{"apa": "lewat", "lama": None}, {"apa": "lama", "lama": 82800}]
MARKS = [
    {"alias": "Camar-01", "cuti": True, "sibuk": []},
    {"alias": "Camar-02", "cuti": True, "sibuk": [OTHER]},
    {"alias": "Camar-03", "cuti": False, "sibuk": [OTHER, "LO-261120-0003"]},
]
CHANGES = [
    {"kunci": "mulai", "lama": AT, "baru": STARTS},
    {"kunci": "selesai", "lama": None, "baru": ENDS},
    {"kunci": "kumpul", "lama": "Alun-alun", "baru": "Balai desa"},
    {"kunci": "koordinator", "lama": "Camar-09", "baru": "Camar-01"},
    {"kunci": "tim", "lama": "Camar-09", "baru": "Camar-04"},
]
PREVIEW: dict[str, Any] = {
    **ORDER, "berubah": [], "baru": True, "bentrok": [], "cuti": [], "perhatian": [],
}  # fmt: skip
STATES = ("selesai", "lapangan", "tiba", "siap", "berhalangan", "dibuka", "diam", "keluar")
TEAM = [
    {"alias": f"Camar-0{n}", "koordinator": n == 0, "keadaan": state, "pada": AT if n % 2 else STARTS,
     "alasan": "Anak sakit" if state == "berhalangan" else None, "ulang": state == "siap"}
    for n, state in enumerate(STATES)
]  # fmt: skip
BOARD: dict[str, Any] = {
    "ref": REF, "langkah": "Menjalankan lokus", "berjalan": True, "status": "handling", "lokasi": "Depan Pendopo",
    "mulai": STARTS, "selesai": ENDS, "edisi": 1, "siap": 2, "jumlah": 8, "tim": TEAM,
}  # fmt: skip
NOTICE: dict[str, Any] = {
    **ORDER, "memimpin": False, "siap": None, "ulang": False, "bentrok": [],
    "pasukan": [{"nama": "Polri", "nomor": "110"}, {"nama": "Layanan darurat", "nomor": "112"}],
}  # fmt: skip
LATE = {
    "ref": REF, "selesai": ENDS, "meja": True,
    "belum": [{"alias": "Camar-01", "mulai": True}, {"alias": "Camar-02", "mulai": False}],
}  # fmt: skip
CHOICE = {"ref": REF, "kecamatan": "Cipondoh", "jumlah": 2, "mulai": STARTS, "kosong": False, "untuk": "tim"}
SPAN = "Sabtu, 21 November 2026 pukul 19.00 WIB s.d. Minggu, 22 November 2026 pukul 02.00 WIB"
MESSAGES: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("rencana/kartu", PLAN, "Memilih kegiatan yang dijadikan lokus: paling lambat 21 November pukul 19.00 WIB"),
    ("rencana/kartu", PLAN, f"Mirip: {OTHER} Pawai, Senin, 23 November 2026"),
    ("rencana/kartu", PLAN, "21 November 2026\n19.00 WIB ditarik Beo-01 (Kepala Subbidang): Batal"),
    ("rencana/kartu", BARE, "Nuri-01 · kecamatan belum ada\nDiterima"),
    (
        "rencana/daftar",
        {
            "rencana": [
                {"ref": REF, "mulai": "2026-11-20T16:30:00+00:00", "kegiatan": "Pawai", "tempat": "Alun-alun",
                 "kecamatan": "Cipondoh", "mirip": [OTHER]},
                {"ref": OTHER, "mulai": "2026-11-20T17:30:00+00:00", "kegiatan": "Pawai", "tempat": "Alun-alun",
                 "kecamatan": None, "mirip": []},
                {"ref": OTHER, "mulai": None, "kegiatan": "Rapat", "tempat": "Balai", "kecamatan": None, "mirip": []},
            ],
            "jumlah": 3,
        },
        # By the day where it happens, not by the day of Greenwich.
        (
            f"Jumat, 20 November 2026\n{REF} 23.30 WIB Pawai\nAlun-alun, Cipondoh\nMirip {OTHER}\n\n"
            f"Sabtu, 21 November 2026\n{OTHER} 00.30 WIB"
        ),
    ),
    ("rencana/daftar", {"rencana": [], "jumlah": 0}, "Tidak ada rencana"),
    ("rencana/kabar", NEWS, "Kabar dari Nuri-01 tentang rencana ini\nPawai budaya\n\nMassa jadi 500"),
    ("rencana/kabar", {**NEWS, "jenis": "batal", "ke": OTHER}, f"{REF} (digabung ke {OTHER})\nNuri-01 membatalkan"),
    ("rencana/kabar", {**NEWS, "jenis": "waktu", "teks": None, "lama": AT, "mulai": STARTS, "selesai": ENDS},
     f"Semula: Jumat, 20 November 2026 pukul 04.55 WIB\nMenjadi: {SPAN}"),
    ("rencana/kabar", {**NEWS, "jenis": "waktu", "teks": None, "mulai": STARTS, "kegiatan": ""}, "Menjadi: Sabtu, 21"),
    ("rencana/kabar_diterima", {"ref": REF, "jenis": "kabar", "mulai": None, "selesai": None}, "sudah diteruskan"),
    ("rencana/kabar_diterima", {"ref": REF, "jenis": "batal", "mulai": None, "selesai": None}, "pembatalan"),
    ("rencana/kabar_diterima", {"ref": REF, "jenis": "waktu", "mulai": STARTS, "selesai": ENDS}, f"menjadi {SPAN}."),
    ("rencana/sudah_batal", {"ref": REF}, "/rencana"),
    ("rencana/ubah", {"ref": REF}, "Apa yang berubah"),
    ("rencana/suntingan", {"ref": REF, "batal": False}, "silakan ketuk tombol di bawah"),
    ("rencana/suntingan", {"ref": REF, "batal": True}, "sudah dibatalkan"),
    ("rencana/status", {"ref": REF, "nasib": "diterima", "mulai": STARTS}, "sedang ditelaah"),
    ("rencana/status", {"ref": REF, "nasib": "dicatat", "mulai": STARTS}, "sudah dicatat untuk 21 November 2026"),
    ("rencana/status", {"ref": REF, "nasib": "dicatat", "mulai": None}, "sudah dicatat. Terima kasih"),
    ("rencana/status", {"ref": REF, "nasib": "dibatalkan", "mulai": None}, "dibatalkan"),
    ("rencana/surat", {"ref": REF, "nomor": 1, "jumlah": 2}, "surat 1/2"),
    ("rencana/surat", {"ref": REF, "nomor": 1, "jumlah": 1}, f"{REF} · surat"),
    ("rencana/tanda_terima", {"ref": REF, "diterima": AT, "mulai": STARTS, "versi": None}, "Rencana diterima"),
    ("rencana/tanda_terima", {"ref": REF, "diterima": AT, "mulai": None, "versi": 2}, "Perubahan rencana diterima"),
    *(("rencana/tanya", {"ref": REF, "untuk": one}, "Mohon balas pesan ini") for one in ("tolak", "waktu", "batal")),
    ("rencana/tanya", {"ref": REF, "untuk": "kabar"}, "misalnya tempat atau jumlah massa"),
    ("rencana/tidak_digabung", {"ref": OTHER}, "tidak dapat digabung"),
    ("rencana/tidak_dipilih", {"ref": REF}, "tidak dijadikan lokus"),
    ("lokus/belum_lengkap", {"kurang": list(NEEDED)}, "masalah, lokasi, titik kumpul, mulai, selesai, koordinator"),
    ("lokus/bentrok", {"ref": REF, "alias": "Camar-01", "lain": OTHER}, f"juga bertugas di {OTHER}."),
    ("lokus/berhalangan", {"ref": REF, "alias": "Camar-01", "alasan": "Sakit"}, "Camar-01 berhalangan: Sakit"),
    ("lokus/cari_pengganti",
     {"ref": REF, "alias": "Camar-09", "koordinator": True, "alasan": None, "akses": True, "ada": True},
     "Camar-09 (koordinator) tidak lagi bertugas: perannya diubah oleh kantor.\n\nPilih pengganti:"),
    *(
        ("lokus/cari_pengganti",
         {"ref": REF, "alias": "Camar-09", "koordinator": lead, "alasan": "Sakit", "akses": known, "ada": some}, said)
        for lead, known, some, said in (
            (True, True, True, "Camar-09 (koordinator) berhalangan: Sakit\n\nPilih pengganti:"),
            (False, True, False, "Tidak ada anggota lain yang bebas"),
            (False, False, True, "Camar-09 tidak lagi terdaftar"),
        )
    ),
    ("lokus/diam", {"ref": REF, "menit": 30, "diam": [
        {"alias": "Camar-01", "dibuka": True, "koordinator": False},
        {"alias": "Camar-09", "dibuka": False, "koordinator": True},
    ]}, "◐ Camar-01, sudah membuka\n○ Camar-09 (koordinator), belum membuka\n\nMohon dihubungi."),
    ("lokus/dibatalkan", {"ref": REF, "alasan": "Izin tidak keluar", "mulai": STARTS}, "tidak jadi dilaksanakan: Izin"),
    ("lokus/dibatalkan", {"ref": REF, "alasan": "Izin tidak keluar", "mulai": None}, "Lokus tidak jadi"),
    ("lokus/dibatalkan", {"ref": REF, "alasan": "Ricuh", "mulai": STARTS, "di_lapangan": True}, "Ricuh\nMohon tingg"),
    ("lokus/digabung", {"ref": REF, "lain": OTHER}, f"rencana {OTHER} digabung"),
    ("lokus/jadi_koordinator", {"ref": REF, "lama": "Camar-09"}, "menggantikan Camar-09. Mohon"),
    ("lokus/jadi_koordinator", {"ref": REF, "lama": None}, "koordinator lapangan. Mohon"),
    ("lokus/tanpa_koordinator", {"ref": REF, "alias": "Camar-09"}, "pilih penggantinya"),
    ("lokus/lewat_waktu", LATE, "▶ Camar-01\n○ Camar-02, belum mulai\n\nSilakan perpanjang"),
    ("lokus/lewat_waktu", {**LATE, "meja": False}, "Kepala Subbidang dapat memperpanjang"),
    ("lokus/meja", DESK, f"Kirim paling lambat 04.55 WIB\n\nWaktu: {SPAN}\nMasalah"),
    ("lokus/meja", {**DESK, **NONE, "batas": None}, "Koordinator: belum ada\nTim: belum ada"),
    ("lokus/meja", {**DESK, "titik": False, "perubahan": True, "batas": None}, "· titik peta belum ada"),
    ("lokus/meja", {**DESK, "tanda": MARKS, "perhatian": DOUBTS, "digabung": [OTHER], "kabar": PLAN["kabar"]},
     "⚠ Mohon diperiksa\n• Waktu mulai sudah lewat\n• Lamanya 23 jam\n• Camar-01 sedang cuti\n• Camar-02 sedang"),
    ("lokus/meja", {**DESK, "kabar": PLAN["kabar"]}, "rencana dibatalkan, Izin batal"),
    ("lokus/papan", BOARD, f"{SPAN}\n\n■ Camar-00 (koordinator): selesai 21 November pukul 19.00 WIB\n▶ Cam"),
    ("lokus/papan", BOARD, "◐ Camar-05: sudah membuka 04.55 WIB, belum menjawab\n○ Camar-06: belum membuka"),
    ("lokus/papan", BOARD, "✗ Camar-07: tidak lagi bertugas"),
    ("lokus/papan", BOARD, "siap 04.55 WIB, belum menjawab perubahan waktu\n✗ Camar-04: berhalangan"),
    ("lokus/papan", {**BOARD, "edisi": 3}, "Penugasan sudah diubah 2 kali."),
    ("lokus/papan", {**BOARD, "berjalan": False, "status": "cancelled"}, "Dibatalkan"),
    ("lokus/papan", {**BOARD, "berjalan": False}, "Menjalankan lokus"),
    ("lokus/pengingat", {"ref": REF, "mulai": STARTS, "sisa": 7200, "kumpul": "Alun-alun"}, "2 jam lagi."),
    ("lokus/penugasan", NOTICE, "segera mundur dan hubungi Polri 110, Layanan darurat 112."),
    ("lokus/penugasan", {**NOTICE, "pasukan": [], "siap": True, "memimpin": True}, "✓ Siap\n\nWaktu"),
    ("lokus/penugasan", {**NOTICE, "pasukan": [{"nama": "TNI", "nomor": ""}], "catatan": None}, "hubungi TNI/Polri."),
    ("lokus/penugasan", {**NOTICE, "siap": True, "ulang": True, "bentrok": [OTHER]},
     f"jawab lagi: Siap atau Berhalangan.\n\n⚠ Pada waktu yang sama Bapak/Ibu juga bertugas di {OTHER}."),
    ("lokus/penugasan", {**NOTICE, "siap": False}, "Berhalangan\n\nWaktu"),
    ("lokus/penugasan_tertutup", {"ref": REF, "mulai": STARTS, "koordinator": True}, "koordinator lapangan, 21"),
    ("lokus/penugasan_tertutup", {"ref": REF, "mulai": STARTS, "koordinator": False}, "untuk Bapak/Ibu, 21 November"),
    ("lokus/perlu_koordinator", {"ref": REF}, "pilih penggantinya"),
    ("lokus/perubahan", {"ref": REF, "baris": CHANGES, "ulang": False},
     "Mulai: 20 November 2026 pukul 04.55 WIB → 21 November 2026 pukul 19.00 WIB\nSelesai: - → 22 November 2026"),
    ("lokus/perubahan", {"ref": REF, "baris": CHANGES, "ulang": False}, "Tim: masuk Camar-04; keluar Camar-09\n\nSele"),
    ("lokus/perubahan", {"ref": REF, "baris": CHANGES[:1], "ulang": True}, "Mohon jawab lagi: Siap atau Berhalangan."),
    ("lokus/pilih_orang", CHOICE, "Pilih tim untuk 21 November 2026 pukul 19.00 WIB. Terpilih: 2."),
    ("lokus/pilih_orang", {**CHOICE, "mulai": None, "untuk": "koordinator"}, "Pilih koordinator lapangan."),
    ("lokus/pilih_orang", {**CHOICE, "kosong": True}, "Belum ada anggota yang terdaftar."),
    ("lokus/pratinjau", PREVIEW, f"Pratinjau penugasan\n\nWaktu: {SPAN}\nMasalah"),
    ("lokus/pratinjau", {**PREVIEW, "titik": False, "perhatian": DOUBTS, "cuti": ["Camar-01"],
                         "bentrok": [{"alias": "Camar-02", "ref": [OTHER]}]},
     f"• Lamanya 23 jam\n• Camar-02 pada waktu itu bertugas di {OTHER}\n• Sedang cuti: Camar-01"),
    ("lokus/pratinjau", {**PREVIEW, **NONE}, "Belum lengkap"),
    ("lokus/pratinjau", {**PREVIEW, "baru": False, "berubah": CHANGES}, "Perubahan yang akan disampaikan:\n\nMulai"),
    ("lokus/pratinjau", {**PREVIEW, "baru": False}, "Tidak ada yang berubah."),
    ("lokus/pembatalan_dikirim", {"ref": REF, "tim": True}, "kepada semua yang bertugas."),
    ("lokus/pembatalan_dikirim", {"ref": REF, "tim": False}, "lokus dibatalkan. Belum ada tim"),
    ("lokus/sudah_ganti", {"ref": REF, "alias": "Camar-04"}, "Camar-04 menggantikan"),
    ("lokus/sudah_ganti", {"ref": REF, "alias": None}, "tanpa pengganti"),
    ("lokus/tanya", {"ref": REF, "untuk": "batal", "darurat": ["Camar-01"], "di_lapangan": ["Camar-02"]},
     "⚠️ Sedang memanggil bantuan: Camar-01. Darurat tetap berjalan sampai aman kembali.\nMasih di lapangan: Camar-02."),
    ("lokus/tanya", {"ref": REF, "untuk": "waktu"}, "contoh: 23 November pukul 08.00 sampai 12.00."),
    *(
        ("lokus/tanya", {"ref": REF, "untuk": one}, "ohon balas")
        for one in ("masalah", "lokasi", "kumpul", "catatan", "halangan", "batal")
    ),
    ("lokus/terlalu_panjang", {"paling": 1200}, "1.200 huruf"),
    ("lokus/titik", {"ref": REF, "kumpul": "Alun-alun"}, "Titik kumpul: Alun-alun"),
    *(("lokus/usai", {"ref": REF, "sebab": why}, said) for why, said in
      (("batal", "dibatalkan"), ("diganti", "tidak lagi bertugas"), ("usai", "sudah selesai"))),
    *((f"lokus/{name}", {"ref": REF}, said) for name, said in (
        ("alasan_kosong", "balas lagi"),
        ("buka_dulu", "ketuk Buka"), ("dijadikan", "dijadikan lokus"), ("dilanjutkan", "dilanjutkan"),
        ("diperpanjang", "diperpanjang"), ("halangan_dicatat", "dicatat"), ("kosong", "Mohon ditulis"),
        ("koordinator_diganti", "diganti"), ("perubahan_dibuang", "tetap"),
        ("perubahan_dikirim", "kepada semua"), ("pratinjau_lama", "pratinjau lagi"), ("siap_dicatat", "tercatat"),
        ("sudah_beralih", "tidak berlaku"), ("sudah_digabung", "Digabung ke"), ("sudah_diganti", "sudah diganti"),
        ("sudah_mulai", "/darurat"), ("sudah_siap", "sudah tercatat"), ("surat", "Surat Perintah Tugas"),
        ("terkirim", "terkirim"), ("tidak_bertugas", "tidak bertugas"), ("tidak_lagi", "tidak lagi"),
    )),
)  # fmt: skip
MARK = re.compile("[\U0001f000-\U0001faff\u2600-\u26ff\u2705\u2757]")
TOASTS = (
    "dijadikan", "dilanjutkan", "diperpanjang", "siap_dicatat", "sudah_", "terkirim", "buka_dulu", "belum_lengkap",
    "pratinjau_lama", "koordinator_diganti", "terlalu_panjang", "tidak_lagi", "tidak_digabung",
)  # fmt: skip


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    return Renderer(load_profile("tangerang", SopRegistry.load()), PracticeClock(MORNING, frozen=True))


def test_each_says_what_it_should_short_and_whole(renderer: Renderer) -> None:
    for template, params, said in MESSAGES:
        told = plain(renderer.text(template, params))
        assert said in told, (template, told)
        assert "None" not in told, (template, told)
        assert not re.search(r"  |\n\n\n| [,.;:)](?:\s|$)|\.\.$|\( ", told), (template, told)
        assert not any(line != line.strip() for line in told.split("\n")), (template, told)
        assert len(told) <= 900, (template, len(told))
        assert len(MARK.findall(told.replace("(📎)", ""))) <= 1, (template, told)
        if template.partition("/")[2].startswith(TOASTS):
            assert len(told) <= 200, (template, told)


def test_every_message_of_these_areas_is_looked_at_and_says_whose_it_is(renderer: Renderer) -> None:
    known = {key for key in renderer.names() if key.startswith(("rencana/", "lokus/")) and "/_" not in key}
    assert known == {template for template, _, _ in MESSAGES}
    unnamed = {"lokus/buka_dulu", "lokus/kosong", "lokus/belum_lengkap", "lokus/terlalu_panjang", "rencana/daftar"}
    for template, params, _ in MESSAGES:
        told = plain(renderer.text(template, params))
        assert template in unnamed or params["ref"] in told, (template, told)


def test_the_longest_that_can_be_typed_fits_one_message(renderer: Renderer) -> None:
    """25 members, every text as long as it may be: an order, its change, its preview and the board."""
    words = {key: "Panjang " * (most // 8) for key, most in TEXT_MOST.items()}
    team = [f"Camar-{n:02}" for n in range(25)]
    forces = [{"nama": "Polres Metro Tangerang Kota", "nomor": "+62 21 5522 0000"}] * 6
    refs = [f"LO-261120-{n:04}" for n in range(3)]
    changes = [
        *({"kunci": key, "lama": words[key][:OLD], "baru": words[key]} for key in TEXT_MOST),
        *CHANGES[:2],
        {"kunci": "tim", "lama": ", ".join(team), "baru": ", ".join(team)},
    ]
    clash = [{"alias": one, "ref": refs} for one in team]
    board = [
        {"alias": one, "koordinator": False, "keadaan": "berhalangan", "pada": STARTS, "alasan": "x" * 80,
         "ulang": False} for one in team
    ]  # fmt: skip
    marks = [{"alias": one, "cuti": True, "sibuk": refs} for one in team]
    everything: tuple[tuple[str, dict[str, Any]], ...] = (
        ("lokus/penugasan", {**NOTICE, **words, "tim": team, "pasukan": forces, "bentrok": refs, "ulang": True}),
        ("lokus/perubahan", {"ref": REF, "baris": changes, "ulang": True}),
        ("lokus/pratinjau", {**PREVIEW, **words, "tim": team, "bentrok": clash, "cuti": team, "perhatian": DOUBTS}),
        ("lokus/pratinjau", {**PREVIEW, "baru": False, "berubah": changes, "bentrok": clash, "cuti": team}),
        ("lokus/meja", {**DESK, **words, "tim": team, "tanda": marks, "perhatian": DOUBTS, "digabung": refs}),
        ("lokus/papan", {**BOARD, "tim": board, "lokasi": words["lokasi"]}),
    )
    for template, params in everything:
        told = renderer.text(template, params)
        assert units(plain(told)) <= 4096, (template, units(plain(told)))


if __name__ == "__main__":
    made = Renderer(load_profile("tangerang", SopRegistry.load()), PracticeClock(MORNING, frozen=True))
    for key, values, _ in MESSAGES:
        print(f"--- {key}\n{plain(made.text(key, values))}")
