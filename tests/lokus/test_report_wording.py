"""Every message of the result report and its rounds renders with what it is given, short on a telephone."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.clock import PracticeClock
from bot.render import Renderer
from bot.split import plain, units
from domain.lokus.result import KEYS, NEEDED
from domain.profile_loader import load_profile
from domain.sop.loader import SopRegistry
from tests.dialog.conftest import MORNING

AT, REF = MORNING.isoformat(), "LO-261120-0001"
NEXT = datetime(2026, 11, 20, 17, 10, tzinfo=UTC).isoformat()
"""Ten minutes past midnight."""
LINE: dict[str, Any] = {
    "aksi": "revision_requested",
    "pada": AT,
    "oleh": "Beo-01",
    "peran": "Kepala Subbidang",
    "nilai": None,
    "versi": 2,
    "alasan": "Jumlah massa belum jelas",
}
PARTS = [{"kunci": key, "isi": f"Isi {key}", "lagi": 0, "lanjutan": False} for key in KEYS]
LONG = {"kunci": "bagaimana", "isi": "13.00 WIB A: x\n13.05 WIB B: y\n13.10 WIB A: z", "lagi": 9, "lanjutan": True}
MARKS = [{"kunci": "bagaimana", "kutipan": "sepertinya"}]
TEAM = [
    {"alias": "Camar-09", "koordinator": True, "catatan": 0, "selesai": True, "lapor": False, "menulis": False},
    {"alias": "Camar-01", "koordinator": False, "catatan": 2, "selesai": False, "lapor": True, "menulis": False},
    {"alias": "Camar-02", "koordinator": False, "catatan": 2, "selesai": True, "lapor": False, "menulis": True},
]
HEAD: dict[str, Any] = {"ref": REF, "batas": AT, "perbaikan": {**LINE, "sejak": []}}
BARE: dict[str, Any] = {"ref": REF, "batas": None, "perbaikan": None}
CARD: dict[str, Any] = {
    **HEAD,
    "langkah": "Memverifikasi laporan hasil kegiatan",
    "selesai": False,
    "agenda": None,
    "kecamatan": "Cipondoh",
    "versi": 2,
    "penulis": "Camar-09",
    "dikirim": AT,
    "isi": PARTS,
    "foto": 2,
    "tanda": MARKS,
    "susulan": 0,
    "menunggu": None,
    "riwayat": [LINE, {**LINE, "aksi": "checked", "alasan": None}],
}
EDITS: list[dict[str, Any]] = [
    {"kunci": "apa", "jenis": "isi", "lama": None, "baru": "Unjuk rasa"},
    {"kunci": "bagaimana", "jenis": "baris", "tanda": "-", "isi": "13.00 WIB A: x"},
    {"kunci": "bagaimana", "jenis": "baris", "tanda": "+", "isi": "13.00 WIB A: y"},
    {"kunci": "hasil", "jenis": "isi", "lama": "Bubar", "baru": None},
    {"kunci": "foto", "jenis": "foto", "lama": 0, "baru": 2},
]
DIFFERENCE: dict[str, Any] = {
    "ref": REF,
    "nomor": 2,
    "pada": AT,
    "oleh": "Beo-01",
    "peran": None,
    "halaman_ke": 1,
    "dari": 1,
}
PAGE: dict[str, Any] = {"ref": REF, "isi": PARTS, "halaman_ke": 1, "dari": 1, "foto": 1}
PREVIEW: dict[str, Any] = {
    **PAGE,
    "kurang": ["apa"],
    "kosong": ["pendapat"],
    "ada_foto": 2,
    "tanda": MARKS,
    "belum": ["Camar-01"],
    "baru": 1,
}
LINES: dict[str, Any] = {
    "ref": REF,
    "dari": 1,
    "sampai": 2,
    "jumlah": 2,
    "baris": [{"nomor": n, "isi": f"13.0{n} WIB Camar-01: tertib"} for n in (1, 2)],
    "dibuang": None,
    "versi": False,
}
LATE: dict[str, Any] = {"ref": REF, "jumlah": 2, "isi": "13.05 WIB Camar-01: bubar", "foto": 1, "nanti": False}
MESSAGES: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("putaran/kartu", CARD, "Perbaikan diminta Kepala Subbidang: Jumlah massa belum jelas\nIsinya belum berubah"),
    (
        "putaran/kartu",
        {**CARD, "perbaikan": {**LINE, "sejak": ["hasil", "foto"]}},
        "itu: Hasil dan tindak lanjut, Foto",
    ),
    ("putaran/kartu", {**CARD, "menunggu": "Kepala Bidang"}, "Menunggu Kepala Bidang · Memverifikasi laporan hasil"),
    ("putaran/kartu", {**CARD, "susulan": 2}, "2 catatan lapangan tiba"),
    (
        "putaran/kartu",
        {**CARD, "isi": [LONG]},
        "(kronologi):\n13.00 WIB A: x\n13.05 WIB B: y\n13.10 WIB A: z\n… 9 baris",
    ),
    ("putaran/kartu", {**CARD, "batas": NEXT}, "paling lambat 21 November pukul 00.10 WIB"),
    (
        "putaran/kartu",
        {**CARD, **BARE, "selesai": True, "agenda": "0001", "penulis": None, "tanda": [], "riwayat": [], "foto": 0},
        "agenda 0001",
    ),
    ("putaran/pimpinan", {**BARE, "agenda": "0001", "kecamatan": None, "isi": {"apa": "Unjuk rasa"}}, "agenda 0001"),
    ("putaran/lengkap", {**PAGE, "versi": 1}, "Foto pilihan: 1"),
    ("putaran/lengkap", {**PAGE, "versi": 1, "isi": [LONG], "halaman_ke": 2, "dari": 3}, "versi 1 · 2/3\n\nBagaimana"),
    ("putaran/tanpa_pimpinan", {"ref": REF, "pimpinan": ["Wali Kota"]}, "Wali Kota belum dapat dijangkau"),
    (
        "putaran/versi",
        {
            "ref": REF,
            "versi": [
                {"nomor": n, "pada": AT, "oleh": "Beo-01", "peran": "Kepala Subbidang", "kunci": keys}
                for n, keys in ((1, []), (2, ["apa", "foto"]), (3, []))
            ],
        },
        "2. 20 November 2026 pukul 04.55 WIB, Beo-01 (Kepala Subbidang): Apa, Foto",
    ),
    ("putaran/beda", {**DIFFERENCE, "ubah": EDITS}, "Dihapus: 13.00 WIB A: x\nDitambah: 13.00 WIB A: y\n\nHasil"),
    ("putaran/beda", {**DIFFERENCE, "oleh": None, "ubah": EDITS[-1:]}, "0 foto → 2 foto"),
    ("putaran/beda", {**DIFFERENCE, "ubah": [{**EDITS[-1], "jenis": "urutan"}]}, "Foto untuk pimpinan diganti"),
    ("putaran/beda", {**DIFFERENCE, "ubah": [], "halaman_ke": 2, "dari": 2}, "versi 2 · 2/2\n20 November"),
    ("putaran/dokumen", {"ref": REF, "nama": True, "acara": 0}, "mohon tidak diteruskan"),
    ("putaran/dokumen", {"ref": REF, "nama": False, "acara": 2}, "Laporan Kegiatan dan 2 Berita Acara"),
    ("putaran/pilih_arah", {"ref": REF}, "kepada siapa"),
    ("putaran/pilih_bagian", {"ref": REF}, "Bagian mana"),
    ("putaran/pilih_foto", {"ref": REF}, "Foto mana"),
    ("putaran/tanya_revisi", {"ref": REF, "kepada": "Kepala Bidang"}, "dibaca Kepala Bidang"),
    ("putaran/tanya_isi", {"ref": REF, "kunci": "hasil", "isi": "", "wajib": list(NEEDED)}, "Hasil dan tindak lanjut."),
    ("putaran/tanya_isi", {"ref": REF, "kunci": "hasil", "isi": "x", "wajib": list(NEEDED)}, "mengosongkan"),
    ("putaran/tanya_isi", {"ref": REF, "kunci": "bagaimana", "isi": "x", "wajib": list(NEEDED)}, "Seluruh kronologi"),
    ("putaran/tanya_isi", {"ref": REF, "kunci": "apa", "isi": "Lama", "wajib": list(NEEDED)}, "Isi sekarang"),
    ("putaran/tanya_acara", {"ref": REF}, "Saksi:"),
    ("putaran/acara_kurang", {"ref": REF}, "titik koma"),
    ("putaran/berita_acara", {"ref": REF, "nomor": None}, "ditandatangani"),
    ("putaran/alasan_kosong", {"ref": REF}, "alasan"),
    ("putaran/revisi_dikirim", {"ref": REF, "kepada": "Kepala Bidang"}, "dikembalikan kepada Kepala Bidang"),
    *(
        ("putaran/tercatat", {"ref": REF, "aksi": one}, REF)
        for one in ("terima", "revisi", "ubah", "setujui", "lanjut")
    ),
    (
        "hasil/naskah",
        {**HEAD, "isi": PARTS, "kurang": ["siapa"], "foto": 0, "ada_foto": 2, "tanda": MARKS, "tim": TEAM},
        "Camar-01: 2 catatan, belum Selesai",
    ),
    (
        "hasil/naskah",
        {
            **BARE,
            "isi": [{"kunci": "apa", "isi": "", "lagi": 0}],
            "kurang": [],
            "foto": 0,
            "ada_foto": 0,
            "tanda": [],
            "tim": [],
        },
        "Apa: …",
    ),
    ("hasil/pratinjau", PREVIEW, "Belum menyampaikan catatan: Camar-01"),
    ("hasil/pratinjau", {**PREVIEW, "kosong": ["hasil", "pendapat"]}, "Tidak diisi: Hasil dan tindak lanjut, Pendapat"),
    ("hasil/pratinjau", {**PREVIEW, "foto": 0, "dari": 2}, "1/2\n\nApa"),
    ("hasil/pratinjau", {**PREVIEW, "foto": 0}, "Foto pilihan: 0 dari 2; mohon dipilih"),
    ("hasil/kronologi", LINES, "baris 1–2 dari 2\n\n1. 13.01 WIB Camar-01: tertib\n2. 13.02"),
    ("hasil/kronologi", {**LINES, "dibuang": "12.00 WIB x", "versi": True}, "menjadi versi tersendiri"),
    ("hasil/kronologi", {**LINES, "dari": 0, "sampai": 0, "jumlah": 0, "baris": []}, "Belum ada isinya."),
    ("hasil/baris", {"ref": REF, "nomor": 3, "isi": "13.05 WIB Camar-01: bubar"}, "baris 3\n\n13.05"),
    ("hasil/tanya_baris", {"ref": REF, "isi": "13.05 WIB x", "apa": "ubah"}, "isi baru untuk baris ini"),
    ("hasil/tanya_baris", {"ref": REF, "isi": "13.05 WIB x", "apa": "tambah"}, "di bawah baris ini"),
    ("hasil/baris_hilang", {"ref": REF}, "sudah berubah"),
    ("hasil/baris_kosong", {"ref": REF}, "Mohon tuliskan"),
    ("hasil/berubah", {"ref": REF, "kunci": "hasil"}, "Hasil dan tindak lanjut sudah berubah"),
    ("hasil/ada_susulan", {"ref": REF}, "sekali lagi"),
    ("hasil/susulan", LATE, "belum dimasukkan, 1 di antaranya foto:\n\n13.05"),
    ("hasil/susulan", {**LATE, "foto": 0, "nanti": True}, "pada tahap verifikasi"),
    ("hasil/pilih_foto", {"ref": REF, "jumlah": 9, "dipilih": 1, "utama": 3, "paling": 10}, "foto 3"),
    ("hasil/bagian_saya", {**HEAD, "catatan": None, "tulisan": None, "tanda": []}, "Belum ada."),
    ("hasil/bagian_saya", {**BARE, "catatan": "x", "tulisan": "y", "tanda": [{"kutipan": "mungkin"}]}, "Tambahan"),
    ("hasil/menunggu", {**HEAD, "tim": TEAM, "siapa": "anggota"}, "Camar-01: sudah melapor, 2 catatan"),
    ("hasil/menunggu", {**HEAD, "batas": NEXT, "tim": [], "siapa": "anggota"}, "21 November pukul 00.10 WIB"),
    (
        "hasil/bagian_saya",
        {**HEAD, "batas": NEXT, "catatan": "x", "tulisan": None, "tanda": []},
        "21 November pukul 00.10",
    ),
    ("hasil/menunggu", {**BARE, "tim": TEAM, "siapa": "koordinator"}, "Camar-01: 2 catatan"),
    ("hasil/tanya_bagian", {"ref": REF, "isi": "Lama"}, "Tulisan sekarang"),
    ("hasil/foto", {"ref": REF, "dari": 1, "sampai": 3}, "foto 1–3"),
    ("hasil/kosongkan", {"ref": REF, "kunci": "hasil"}, "Hasil dan tindak lanjut tidak diubah"),
    ("hasil/nomor_tertutup", {"ref": REF}, "tuliskan nomornya lengkap"),
    ("hasil/diikutkan", {"ref": REF}, "belum dikirim ikut dimasukkan"),
    ("hasil/kosong", {"ref": REF, "kunci": "bagaimana"}, "Bagaimana (kronologi) wajib diisi"),
    ("hasil/sudah_dikirim", {"ref": REF, "pada": AT}, "sudah dikirim"),
    ("hasil/tulis_dulu", {"ref": REF}, "tuliskan"),
    ("hasil/terlalu_banyak_foto", {"paling": 10}, "10"),
    ("hasil/belum_lengkap", {"ref": REF, "kurang": ["apa", "kapan"]}, "Apa, Kapan"),
    ("hasil/terkirim", {"ref": REF}, "terkirim"),
)


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    return Renderer(load_profile("tangerang", SopRegistry.load()), PracticeClock(MORNING, frozen=True))


@pytest.mark.parametrize(("template", "params", "said"), MESSAGES)
def test_it_says_what_it_should(renderer: Renderer, template: str, params: dict[str, Any], said: str) -> None:
    told = plain(renderer.text(template, params))
    assert said in told, told
    assert "\n\n\n" not in told
    assert units(told) <= 4096
    assert not any(line != line.rstrip() for line in told.split("\n"))
    assert "None" not in told


def test_every_message_of_these_areas_is_looked_at(renderer: Renderer) -> None:
    known = {key for key in renderer.names() if key.startswith(("putaran/", "hasil/")) and "/_" not in key}
    assert known == {template for template, _, _ in MESSAGES}
