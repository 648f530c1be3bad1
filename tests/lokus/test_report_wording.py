"""Every message of the result report and its rounds renders with what it is given, short on a telephone."""

from __future__ import annotations

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
LINE: dict[str, Any] = {
    "aksi": "revision_requested",
    "pada": AT,
    "oleh": "Beo-01",
    "peran": "Kepala Subbidang",
    "nilai": None,
    "versi": 2,
    "alasan": "Jumlah massa belum jelas",
}
PARTS = [{"kunci": key, "isi": f"Isi {key}"} for key in KEYS]
MARKS = [{"kunci": "bagaimana", "kutipan": "sepertinya"}]
TEAM = [
    {"alias": "Camar-09", "koordinator": True, "catatan": 0, "selesai": True, "lapor": False},
    {"alias": "Camar-01", "koordinator": False, "catatan": 2, "selesai": False, "lapor": True},
]
HEAD: dict[str, Any] = {"ref": REF, "batas": AT, "perbaikan": LINE}
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
    "riwayat": [LINE, {**LINE, "aksi": "checked", "alasan": None}],
}
EDITS = [
    {"kunci": "apa", "lama": None, "baru": "Unjuk rasa"},
    {"kunci": "hasil", "lama": "Bubar", "baru": None},
    {"kunci": "foto", "lama": 0, "baru": 2},
]
MESSAGES: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("putaran/kartu", CARD, "Perbaikan diminta Kepala Subbidang: Jumlah massa"),
    (
        "putaran/kartu",
        {**CARD, **BARE, "selesai": True, "agenda": "0001", "penulis": None, "tanda": [], "riwayat": [], "foto": 0},
        "agenda 0001",
    ),
    ("putaran/pimpinan", {**BARE, "agenda": "0001", "kecamatan": None, "isi": {"apa": "Unjuk rasa"}}, "agenda 0001"),
    ("putaran/lengkap", {"ref": REF, "versi": 1, "isi": PARTS, "foto": 1}, "Foto pilihan: 1"),
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
    (
        "putaran/beda",
        {"ref": REF, "nomor": 2, "pada": AT, "oleh": None, "peran": None, "ubah": EDITS},
        "0 foto → 2 foto",
    ),
    ("putaran/beda", {"ref": REF, "nomor": 2, "pada": AT, "oleh": "Beo-01", "peran": None, "ubah": []}, "Isinya sama"),
    ("putaran/dokumen", {"ref": REF, "nama": True}, "mohon tidak diteruskan"),
    ("putaran/dokumen", {"ref": REF, "nama": False}, "Laporan Kegiatan"),
    ("putaran/pilih_arah", {"ref": REF}, "kepada siapa"),
    ("putaran/pilih_bagian", {"ref": REF}, "Bagian mana"),
    ("putaran/pilih_foto", {"ref": REF}, "Foto mana"),
    ("putaran/tanya_revisi", {"ref": REF, "arah": "lalu"}, "putaran sebelumnya"),
    ("putaran/tanya_isi", {"ref": REF, "kunci": "hasil", "isi": "", "wajib": list(NEEDED)}, "mengosongkan"),
    ("putaran/tanya_isi", {"ref": REF, "kunci": "apa", "isi": "Lama", "wajib": list(NEEDED)}, "Isi sekarang"),
    ("putaran/tanya_acara", {"ref": REF}, "Saksi:"),
    ("putaran/acara_kurang", {"ref": REF}, "titik koma"),
    ("putaran/berita_acara", {"ref": REF, "nomor": None}, "ditandatangani"),
    ("putaran/alasan_kosong", {"ref": REF}, "alasan"),
    ("putaran/revisi_dikirim", {"ref": REF}, "dikembalikan"),
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
        {**BARE, "isi": [{"kunci": "apa", "isi": ""}], "kurang": [], "foto": 0, "ada_foto": 0, "tanda": [], "tim": []},
        "Apa: …",
    ),
    (
        "hasil/pratinjau",
        {"ref": REF, "isi": PARTS, "kurang": ["apa"], "foto": 2, "tanda": MARKS, "belum": ["Camar-01"], "baru": 1},
        "Belum menyampaikan catatan: Camar-01",
    ),
    ("hasil/pilih_foto", {"ref": REF, "jumlah": 9, "dipilih": 1, "utama": 3, "paling": 10}, "foto 3"),
    ("hasil/bagian_saya", {**HEAD, "catatan": None, "tulisan": None, "tanda": []}, "Belum ada."),
    ("hasil/bagian_saya", {**BARE, "catatan": "x", "tulisan": "y", "tanda": [{"kutipan": "mungkin"}]}, "Tambahan"),
    ("hasil/menunggu", {**HEAD, "tim": TEAM, "siapa": "anggota"}, "Camar-01: sudah melapor, 2 catatan"),
    ("hasil/menunggu", {**BARE, "tim": TEAM, "siapa": "koordinator"}, "Camar-01: 2 catatan"),
    ("hasil/tanya_bagian", {"ref": REF, "isi": "Lama"}, "Tulisan sekarang"),
    ("hasil/foto", {"ref": REF, "dari": 1, "sampai": 3}, "foto 1–3"),
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
