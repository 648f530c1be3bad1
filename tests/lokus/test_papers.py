"""The papers of a lokus: official parts, code names or names by who reads them, and words that can break nothing."""

from __future__ import annotations

import io
import re
from datetime import date
from pathlib import Path
from typing import Any
from unicodedata import category

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.documents import laporan_kegiatan
from bot.documents.images import SIDE, small
from bot.documents.paper import pdf, pictures
from bot.documents.signs import ONLY_EMOJI, OTHER_SCRIPT, printable, signs
from domain.lokus.result import KEYS
from domain.lokus.words import spelled
from domain.profile import Profile
from domain.profile_loader import load_profile
from domain.sop.loader import SopRegistry
from tests.lokus.papers import LETTER, RECORD, REPORT, bare, picture, reading, shot, words
from tests.lokus.pdf import text

HOSTILE = (
    '#panic("x")',
    "*tebal* _miring_ `kode` $x^2$",
    '\\ \\" " \' \u201c',
    "<label> @rujukan = Judul",
    "// komentar /* tanpa akhir",
    '#read("/etc/passwd") #import "kop.typ": *',
    "😀\u200b\u202e\u0000 } ] ) { [ (",
    "a\n\n\nb\r\nc\td",
    "",
    "Z" * 400,
    "kata panjang " * 300,
)
HEADS = {"surat_tugas": "SURAT PERINTAH", "laporan_kegiatan": "LAPORAN KEGIATAN", "berita_acara": "BERITA ACARA"}
TURN_OF_YEAR = "2026-12-31T17:30:00+00:00"
PERIOD = "Sabtu, 21 November 2026 pukul 22.00 WIB s.d. Minggu, 22 November 2026 pukul 03.00 WIB"


@pytest.fixture(scope="module")
def office() -> Profile:
    return load_profile("tangerang", SopRegistry.load())


def test_a_letter_of_assignment_has_every_part_that_it_needs(office: Profile) -> None:
    told = words(office, "surat_tugas", LETTER)
    for part in (
        "PEMERINTAH KOTA TANGERANG",
        "BADAN KESATUAN BANGSA DAN POLITIK",
        "SURAT PERINTAH TUGAS",
        "Nomor: 200.1.3.1/007/SPT/XI/2026",
        "Peraturan Menteri Dalam Negeri Nomor 11 Tahun 2019",
        "Pertimbangan",
        "MEMERINTAHKAN",
        "Nama sandi : Camar-01",
        "Anggota Mitigasi",
        "Unjuk rasa buruh;",
        "Halaman kantor kecamatan",
        "Depan Pendopo, Kecamatan Cipondoh;",
        PERIOD,
        "Ditetapkan di Tangerang pada tanggal 21 November 2026",
        "Kepala Badan,",
        "NIP",
        "Tembusan",
        "Wali Kota (sebagai laporan);",
        "Halaman 1 dari 1",
    ):
        assert part in told, (part, told)
    assert "perubahan" not in told


def test_a_changed_order_says_so_and_a_letter_without_a_number_leaves_room(office: Profile) -> None:
    bare_one = {**LETTER["surat"][0], "nomor": None}
    told = words(office, "surat_tugas", {**LETTER, "edisi": 3, "surat": [bare_one], "catatan": "Bawa HT"})
    assert "perubahan penugasan ke-2; menggantikan" in told
    assert "Nomor: ...." in told
    assert "Bawa HT" in told


def test_the_office_copy_holds_a_letter_for_each_with_the_name_and_pages_of_its_own(office: Profile) -> None:
    each = [
        {**LETTER["surat"][0], "sandi": f"Camar-0{n}", "nama": f"Petugas {n}", "nomor": f"00{n}"} for n in (1, 2, 3)
    ]
    each[0]["jabatan"] = "Anggota Mitigasi untuk wilayah timur dan barat. " * 60
    params = {**LETTER, "sandi": False, "surat": each, "nama_pejabat": "Kepala Contoh"}
    told = words(office, "surat_tugas", params)
    for number in (1, 2, 3):
        assert f"Nomor: 00{number}" in told
        assert f"Nama : Petugas {number} NIP : ...." in told
        assert f"Camar-0{number}" in told
    assert told.count("MEMERINTAHKAN") == told.count("Kepala Contoh") == 3
    feet = [told.count(f"Halaman {one} dari {all_}") for one, all_ in ((1, 2), (2, 2), (1, 1))]
    assert feet == [1, 1, 2]


def test_a_report_keeps_facts_and_opinion_apart_and_is_dated_where_the_office_is(office: Profile) -> None:
    isi = {**REPORT["isi"], "hasil": "Massa bubar", "pendapat": "Perlu dipantau lagi"}
    told = words(office, "laporan_kegiatan", {**REPORT, "isi": isi, "tanggal": TURN_OF_YEAR})
    order = ["LAPORAN KEGIATAN", "Nomor agenda: 0001", "Yth. Wali Kota", "Sifat : Terbatas", "Lampiran : –", "Perihal"]
    order += [PERIOD, "I. DASAR", "II. TIM PELAKSANA", "III. FAKTA-FAKTA", "Apa :"]
    order += ["22.05 WIB Camar-01: massa berkumpul", "22.20 WIB Camar-02", "IV. HASIL DAN TINDAK LANJUT", "Massa bubar"]
    order += ["V. PENDAPAT PELAPOR", "Perlu dipantau lagi", "VI. DOKUMENTASI", "Tidak ada foto", "VII. PEMERIKSAAN"]
    order += ["Kepala Subbidang", "menerima", "Minggu, 22 November 2026 pukul 08.00 WIB", "1 Januari 2027"]
    order += ["Kepala Badan,"]
    places = [told.find(part) for part in order]
    assert -1 not in places, [part for part in order if part not in told]
    assert places == sorted(places)
    assert "PENDAPAT" not in words(office, "laporan_kegiatan", REPORT)
    assert "belum disetujui" in words(office, "laporan_kegiatan", {**REPORT, "agenda": None})


def test_minutes_are_dated_in_words_and_name_parties_and_witnesses(office: Profile) -> None:
    told = words(office, "berita_acara", RECORD)
    for part in (
        "BERITA ACARA",
        "200.1.3.1/001/BA/XI/2026",
        "Minggu tanggal dua puluh dua bulan November tahun dua ribu dua puluh enam (22 November 2026)",
        "pukul 00.10 WIB",
        "Perwakilan buruh",
        "1. Camat Cipondoh",
        "Saksi",
        "Pokok satu",
    ):
        assert part in told, (part, told)
    days = {date(2026, 1, 1): "satu bulan Januari", date(2026, 8, 17): "tujuh belas bulan Agustus"}
    days |= {date(2026, 5, 10): "sepuluh bulan Mei", date(2026, 5, 11): "sebelas bulan Mei"}
    for day, said in days.items():
        assert spelled(day) == f"{said} tahun dua ribu dua puluh enam"
    assert spelled(date(1999, 12, 31)).endswith("tahun seribu sembilan ratus sembilan puluh sembilan")


@pytest.mark.parametrize("evil", HOSTILE, ids=[repr(one)[:20] for one in HOSTILE])
def test_what_people_wrote_is_shown_and_never_run(office: Profile, evil: str) -> None:
    person = {**LETTER["surat"][0], "sandi": evil}
    fields = dict.fromkeys(("tugas", "tempat", "kumpul", "catatan", "kecamatan"), evil)
    report = {**REPORT, "isi": dict.fromkeys(KEYS, evil), "tempat": evil, "tim": [{"sandi": evil, "jabatan": evil}]}
    record = {**RECORD, "pihak": [evil, evil], "pokok": evil, "saksi": [evil], "tempat": evil}
    letter = {**LETTER, **fields, "surat": [person]}
    for paper, params in zip(HEADS, (letter, report, record), strict=True):
        told = words(office, paper, params)
        assert HEADS[paper] in told
        assert bare(printable(evil)) in bare(told), (paper, told)


SIGNS = "abKLé09 #*_$@<>\\\"'`[]{}()=/-+~^&%;:,.!?|°→✓…–\n😀\u200d\ufe0f\u202e中"
WRITTEN = st.text(st.sampled_from(SIGNS), max_size=80)


@settings(max_examples=12, deadline=None)
@given(st.lists(WRITTEN, min_size=8, max_size=8))
def test_any_text_comes_out_of_the_paper_as_it_went_in(parts: list[str]) -> None:
    profile = load_profile("tangerang", SopRegistry.load())
    isi = {key: part for key, part in zip(KEYS, parts, strict=True) if part.strip()}
    told = bare(words(profile, "laporan_kegiatan", {**REPORT, "isi": isi}))
    for part in isi.values():
        assert bare(printable(part)) in told


MARKS = "[\u0300-\u036f]"


@example("y" + "x\u0316\u0317" * 12)
@given(st.text(max_size=120) | st.text(st.sampled_from("abx\u0316\u0317\u200d\U0001f600 \n"), max_size=300))
def test_what_is_printed_has_a_sign_for_everything_and_nothing_over_the_edge(written: str) -> None:
    told = printable(written)
    assert all(ord(sign) in signs() and sign.isprintable() for sign in set(told) - {"\n", "\u200b"})
    assert not re.search(MARKS + "{4}", told)
    assert all(len(word) <= 28 for word in told.replace("\u200b", " ").split())
    assert not any(category(after).startswith("M") for _, after in re.findall("(\u200b)(.)", told))
    if any(char.isalnum() for char in written):
        assert told


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("x\u0316\u0317" * 12, "\u200b".join(["x\u0316\u0317" * 2] * 6)),
        ("Massa 200 orang 🔥🔥 30°C → barat ✓", "Massa 200 orang 30°C → barat ✓"),
        ("👍", ONLY_EMOJI),
        ("Aman 😀", "Aman"),
        ("👨‍👩‍👧 ☀️", "☀"),
        ("Toko 中文 buka", f"Toko {OTHER_SCRIPT} buka"),
        ("ꦗꦮ", OTHER_SCRIPT),
        ("عربي", "عربي"),
        ("e\u0301", "é"),
        ("Z" + "\u0316" * 9 + "x", "Z" + "\u0316" * 3 + "x"),
        ("\u200b\u202e", ""),
        ("a\tb  c\u00a0d\r\ne", "a b c d\ne"),
        ("mempertanggungjawabkannya", "mempertanggungjawabkannya"),
    ],
)
def test_signs_that_no_font_has_go_by_rule(written: str, printed: str) -> None:
    assert printable(written) == printed


def test_a_report_of_many_pages_is_made_whole_and_its_signature_never_stands_alone(office: Profile) -> None:
    long = "\n".join(f"22.{n % 60:02d} WIB Camar-01: catatan ke-{n}" for n in range(250))
    told = words(office, "laporan_kegiatan", {**REPORT, "isi": {"bagaimana": long}})
    assert "catatan ke-0 " in told
    assert "catatan ke-249" in told
    assert "Halaman 6 dari 6" in told
    moved = set()
    for lines in range(5, 14):  # the end of the text moves over the page's end line by line
        short = "\n".join(f"baris {n}" for n in range(lines))
        last = words(office, "laporan_kegiatan", {**REPORT, "jalan": [], "isi": {"apa": short}}).split("Halaman 1 dari")
        page_two = last[1] if len(last) > 1 else ""
        assert ("Kepala Badan," in page_two) == ("Demikian laporan" in page_two), lines
        moved.add("Kepala Badan," in page_two)
    assert moved == {False, True}


def test_the_chosen_photos_are_an_annex_and_what_cannot_be_had_is_said_in_its_place(office: Profile) -> None:
    photos = [shot(1), shot(2, keterangan=None), shot(3), shot(4), shot(5), shot(6), shot(7)]

    def gone() -> bytes:
        raise FileNotFoundError

    held = {1: reading(picture()), 2: reading(picture("PNG", (900, 1600), "RGBA")), 3: gone}
    held |= {4: reading(b"bukan gambar"), 5: reading(picture()[:2000]), 6: reading(picture("JPEG", (640, 480), "CMYK"))}
    made = laporan_kegiatan.make(office, {**REPORT, "foto": photos}, held)
    told = text(made)
    assert "Lampiran : 7 foto" in told
    assert "7 foto sebagaimana terlampir" in told
    annex = told.split("Lampiran Laporan Kegiatan LO-261121-0001, nomor agenda 0001")[1]
    assert "Foto 1. Sabtu, 21 November 2026 pukul 22.00 WIB, Camar-01: Spanduk 1" in annex
    assert "Foto 2. Sabtu, 21 November 2026 pukul 22.00 WIB, Camar-02 " in annex
    assert annex.count("Foto tidak dapat dimuat.") == 4
    assert made.count(b"/DCTDecode") == 3
    assert b"Kamera Latihan" not in made
    assert len(made) < 1_000_000


def test_ten_photos_stay_small_upright_and_without_metadata(office: Profile) -> None:
    content, width, height = small(picture())
    with Image.open(io.BytesIO(content)) as found:
        assert found.size == (width, height) == (SIDE * 3 // 4, SIDE)
        assert not found.getexif()
        assert "exif" not in found.info
    heavy = reading(picture(size=(1600, 1200)))
    photos = [shot(n) for n in range(1, 11)]
    made = laporan_kegiatan.make(office, {**REPORT, "foto": photos}, dict.fromkeys(range(1, 11), heavy))
    assert "Foto tidak" not in text(made)
    assert len(made) < 4_000_000


def test_the_logo_stands_on_every_paper_where_the_profile_names_one(office: Profile, tmp_path: Path) -> None:
    practice = load_profile("lengkap", SopRegistry.load())
    (tmp_path / "logo.png").write_bytes(picture("PNG", (200, 200)))

    def with_logo(path: Path) -> Profile:
        head = office.letterhead.model_copy(update={"logo": str(path)})
        return office.model_copy(update={"letterhead": head})

    def drawn(profile: Profile, paper: str, params: dict[str, Any]) -> bytes:
        return pictures(profile, paper, params)[0]

    for paper, params in (("surat_tugas", LETTER), ("berita_acara", RECORD), ("laporan_kegiatan", REPORT)):
        plain, whole = drawn(office, paper, params), drawn(with_logo(tmp_path / "logo.png"), paper, params)
        assert _ink(whole) > _ink(plain) * 5
        assert _ink(drawn(practice, paper, params)) > _ink(plain) * 5
    # The file went, or cannot be drawn: the letter comes without it.
    (tmp_path / "rusak.svg").write_text("<svg>", encoding="utf-8")
    for name in ("tiada.png", "rusak.svg"):
        assert "MEMERINTAHKAN" in text(pdf(with_logo(tmp_path / name), "surat_tugas", LETTER))


def _ink(page: bytes) -> int:
    """How dark the upper left corner is, where the logo stands."""
    with Image.open(io.BytesIO(page)) as found:
        corner = found.convert("L").crop((110, 70, 190, 118))
    return 1 + sum((255 - value) * many for value, many in enumerate(corner.histogram())) // 255
