"""The papers of a lokus: official parts, code names or names by who reads them, and words that can break nothing."""

from __future__ import annotations

from typing import Any

import pytest

from bot.documents import MAKERS
from domain.lokus.result import KEYS
from domain.profile import Profile
from domain.profile_loader import load_profile
from domain.sop.loader import SopRegistry
from simulator.agency import Agency
from tests.dialog.script import newest, play
from tests.lokus.pdf import text
from tests.lokus.story import CHOSEN, ORDERED, PLAN, READY

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
)
ORDER: dict[str, Any] = {
    "ref": "LO-261120-0001",
    "nomor": "200.1.3.1/007/SPT/XI/2026",
    "pimpinan": "Wali Kota",
    "edisi": 1,
    "ditugaskan": "Camar-01",
    "sandi": True,
    "jabatan": "Anggota Mitigasi",
    "tugas": "Unjuk rasa buruh",
    "tempat": "Depan Pendopo",
    "kecamatan": "Cipondoh",
    "kumpul": "Halaman kantor kecamatan",
    "mulai": "2026-11-20T06:00:00+00:00",
    "selesai": "2026-11-20T14:00:00+00:00",
    "catatan": None,
    "tanggal": "2026-11-19T22:00:00+00:00",
    "pejabat": "Kepala Badan",
}
REPORT: dict[str, Any] = {
    "ref": "LO-261120-0001",
    "agenda": "0001",
    "final": True,
    "sandi": True,
    "kecamatan": "Cipondoh",
    "tempat": "Depan Pendopo",
    "mulai": ORDER["mulai"],
    "selesai": ORDER["selesai"],
    "isi": {"apa": "Unjuk rasa buruh", "bagaimana": "13.05 WIB Camar-01: massa berkumpul\n13.20 WIB Camar-02: orasi"},
    "foto": 2,
    "tim": [{"nama": "Camar-09", "jabatan": "Koordinator Lapangan"}],
    "tanggal": "2026-11-20T10:00:00+00:00",
    "jalan": [{"peran": "Kepala Subbidang", "tindakan": "menerima", "pada": "2026-11-20T09:00:00+00:00"}],
    "pejabat": "Kepala Badan",
}
RECORD: dict[str, Any] = {
    "ref": "LO-261120-0001",
    "nomor": "200.1.3.1/001/BA/XI/2026",
    "hari": "Jumat, 20 November 2026 pukul 15.10 WIB",
    "tempat": "Depan Pendopo",
    "kecamatan": "Cipondoh",
    "pihak": ["Perwakilan buruh", "Kepala Badan"],
    "pokok": "Pokok satu\nPokok dua",
    "saksi": ["Camat Cipondoh"],
}
HEADS = {"surat_tugas": "SURAT PERINTAH", "laporan_kegiatan": "LAPORAN KEGIATAN", "berita_acara": "BERITA ACARA"}
TURN_OF_YEAR = "2026-12-31T17:30:00+00:00"


@pytest.fixture(scope="module")
def office() -> Profile:
    return load_profile("tangerang", SopRegistry.load())


def words(office: Profile, template: str, params: dict[str, Any]) -> str:
    return text(MAKERS[template](office, params))


def test_a_letter_of_assignment_has_every_part_that_it_needs(office: Profile) -> None:
    told = words(office, "surat_tugas", ORDER)
    for part in (
        "PEMERINTAH KOTA TANGERANG",
        "BADAN KESATUAN BANGSA DAN POLITIK",
        "SURAT PERINTAH TUGAS",
        "Nomor: 200.1.3.1/007/SPT/XI/2026",
        "Peraturan Menteri Dalam Negeri Nomor 11 Tahun 2019",
        "Pertimbangan",
        "MEMERINTAHKAN",
        "Nama sandi",
        "Camar-01",
        "Anggota Mitigasi",
        "Unjuk rasa buruh;",
        "Halaman kantor kecamatan",
        "Depan Pendopo, Kecamatan Cipondoh;",
        "Jumat, 20 November 2026 pukul 13.00 WIB",
        "Tangerang, 20 November 2026",
        "Kepala Badan,",
        "NIP",
        "Tembusan",
        "Wali Kota (sebagai laporan);",
        "Halaman 1 dari 1",
    ):
        assert part in told, (part, told)
    assert "perubahan" not in told


def test_a_changed_order_says_so_and_a_letter_without_a_number_leaves_room(office: Profile) -> None:
    told = words(office, "surat_tugas", {**ORDER, "edisi": 3, "nomor": None, "catatan": "Bawa HT"})
    assert "perubahan penugasan ke-2; menggantikan" in told
    assert "Nomor: ...." in told
    assert "Bawa HT" in told


def test_a_report_keeps_facts_and_opinion_apart_and_is_dated_where_the_office_is(office: Profile) -> None:
    isi = {**REPORT["isi"], "hasil": "Massa bubar", "pendapat": "Perlu dipantau lagi"}
    told = words(office, "laporan_kegiatan", {**REPORT, "isi": isi, "tanggal": TURN_OF_YEAR})
    order = ["LAPORAN KEGIATAN", "Nomor: 0001", "I. DASAR", "II. TIM PELAKSANA", "III. FAKTA-FAKTA", "Apa :"]
    order += ["13.05 WIB Camar-01: massa berkumpul", "13.20 WIB Camar-02", "IV. HASIL DAN TINDAK LANJUT", "Massa bubar"]
    order += ["V. PENDAPAT PELAPOR", "Perlu dipantau lagi", "VI. DOKUMENTASI", "2 foto", "VII. PEMERIKSAAN"]
    order += [
        "Kepala Subbidang",
        "menerima",
        "Jumat, 20 November 2026 pukul 16.00 WIB",
        "1 Januari 2027",
        "Kepala Badan,",
    ]
    places = [told.find(part) for part in order]
    assert -1 not in places, [part for part in order if part not in told]
    assert places == sorted(places)
    assert "PENDAPAT" not in words(office, "laporan_kegiatan", REPORT)


@pytest.mark.parametrize("evil", HOSTILE)
def test_what_people_wrote_is_shown_and_never_run(office: Profile, evil: str) -> None:
    order = {**ORDER, **dict.fromkeys(("tugas", "tempat", "kumpul", "catatan", "ditugaskan", "kecamatan"), evil)}
    report = {**REPORT, "isi": dict.fromkeys(KEYS, evil), "tempat": evil, "tim": [{"nama": evil, "jabatan": evil}]}
    record = {**RECORD, "pihak": [evil, evil], "pokok": evil, "saksi": [evil], "tempat": evil}
    for template, params in (("surat_tugas", order), ("laporan_kegiatan", report), ("berita_acara", record)):
        told = words(office, template, params)
        assert HEADS[template] in told
        if evil.isascii() and evil.isprintable():
            assert "".join(evil.split()) in "".join(told.split()), (template, told)


def test_a_report_of_many_pages_is_made_whole(office: Profile) -> None:
    long = "\n".join(f"13.{n % 60:02d} WIB Camar-01: catatan ke-{n}" for n in range(250))
    told = words(office, "laporan_kegiatan", {**REPORT, "isi": {"bagaimana": long}})
    assert "catatan ke-0 " in told
    assert "catatan ke-249" in told
    assert "Halaman 6 dari 6" in told


def test_a_record_of_agreement_names_parties_and_witnesses(office: Profile) -> None:
    told = words(office, "berita_acara", RECORD)
    for part in (
        "BERITA ACARA",
        "200.1.3.1/001/BA/XI/2026",
        "Perwakilan buruh",
        "Camat Cipondoh",
        "Saksi",
        "Pokok satu",
    ):
        assert part in told, (part, told)


async def test_letters_are_numbered_once_and_carry_the_code_name_only(desa: Agency) -> None:
    await play(desa, (*PLAN, *CHOSEN, *ORDERED, *READY))
    numbers = []
    for who in ("anggota1", "anggota1", "anggota2"):
        await play(desa, ((who, "ketuk", "Surat tugas"), (who, "lihat", "Surat Perintah Tugas")))
        message = newest(desa.phone(who))
        assert message.kind == "document"
        assert isinstance(message.media, dict)
        told = text(desa.world.files[message.media["file_id"]].data)
        numbers.append(told.split("Nomor: ")[1].split()[0])
        assert {"anggota1": "Camar-01", "anggota2": "Camar-02"}[who] in told
        assert "Anggota Mitigasi" in told
        assert "Halaman kantor kecamatan" in told
    assert numbers == [f"200.1.3.1/00{n}/SPT/XI/2026" for n in (1, 1, 2)]
