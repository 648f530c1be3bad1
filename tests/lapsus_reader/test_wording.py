"""Every message of the reader's side renders with what it is given, fits a telephone, and the alerts fit an alert."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest

from bot.clock import PracticeClock
from bot.render import Renderer
from bot.split import plain, units
from tests.verification.desk import START, make_office

AT, REF = START.isoformat(), "LK-261121-0001"
CARD: dict[str, Any] = {
    "ref": REF, "judul": "Laporan Khusus (Lapsus)", "derajat": "segera", "diterima": AT, "giliran": True,
    "menunggu": "Kepala Bidang", "batas": AT, "status": "submitted", "dibuka": False, "pimpinan": False,
}  # fmt: skip
BODY: dict[str, Any] = {
    "ref": REF, "pelapor": "Elang-07", "diterima": AT, "versi": 2, "cara": "tulis", "nomor": 1, "jumlah": 2,
    "dibuka": AT, "sampai": AT,
    "isi": [
        {"kunci": key, "isi": "Pertemuan", "sambungan": key == "saran"}
        for key in (
            "pemberitahuan", "dasar", "kronologi", "massa", "tuntutan", "korban", "analisa", "prediksi", "langkah",
            "saran", "waktu_usulan", "tempat_usulan",
        )
    ],
}  # fmt: skip
PANEL: dict[str, Any] = {"ref": REF, "pilih": None, "huruf": "", "sampai": AT, "diizinkan": 0}
ONE = {"alias": "Beo-04", "peran": "Analis"}
CALLED: dict[str, list[Mapping[str, Any]]] = {
    "rahasia/kartu": [
        CARD,
        *({**CARD, "derajat": urgency} for urgency in ("biasa", "sangat_segera")),
        {**CARD, "giliran": False},
        {**CARD, "pimpinan": True, "batas": None},
        *({**CARD, "giliran": False, "menunggu": None, "status": s} for s in ("revision", "rejected", "cancelled")),
        {**CARD, "giliran": False, "menunggu": None, "status": "published", "dibuka": True},
    ],
    "rahasia/isi": [BODY, {**BODY, "isi": [], "cara": "telepon", "jumlah": 1}, {**BODY, "cara": "menghadap"}],
    "rahasia/tindakan": [PANEL, *({**PANEL, "pilih": p} for p in ("revise", "reject", "value", "content")),
                         {**PANEL, "diizinkan": 2, "sampai": None}],
    "rahasia/berkas": [{"ref": REF, "nomor": 1, "jumlah": 2}],
    "rahasia/dibaca": [{"ref": REF, "pembaca": [{"peran": "Kepala Bidang", "pada": AT}] * 2}],
    "rahasia/izinkan": [{"ref": REF, "jumlah": 1, "diizinkan": [ONE]}, {"ref": REF, "jumlah": 0, "diizinkan": []}],
    "rahasia/tanya_izin": [{"ref": REF, "alias": "Beo-04"}],
    "rahasia/diizinkan": [{"ref": REF, "alias": "Beo-04"}],
    "rahasia/izin_dicabut": [{"alias": "Beo-04"}],
    "rahasia/sebentar": [{"ref": REF}],
    "rahasia/buka_dulu": [{"ref": REF}],
    "rahasia/tanya_identitas": [{"alias": "Elang-07"}],
    "rahasia/identitas": [{"alias": "Elang-07", "nama": "Agen", "ref": ref, "sampai": AT} for ref in (REF, None)],
    "pin/tanya": [
        {"untuk": what, "catatan": note, "sisa": 4}
        for what in ("buka", "lama", "baru", "ulang", "hapus")
        for note in (None, "salah", "lemah")
    ],
    "pin/terkunci": [{"sampai": AT}],
    "pin/terkunci_admin": [{"alias": "Kutilang-02", "sampai": AT}],
    "pin/ack_disetel_ulang": [{"alias": "Kutilang-02"}],
    "pin/layar": [{"ada": has, "wajib": must} for has in (True, False) for must in (True, False)],
    "orang/pesan_tertinggal": [{"alias": "Kutilang-02", "ref": [REF, REF]}],
}  # fmt: skip
ALERTS = ("rahasia/buka_dulu", "rahasia/izin_dicabut", "pin/ack_disetel_ulang")


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    return Renderer(make_office("pekalongan").profile, PracticeClock(START, frozen=True))


def test_every_message_of_the_reader_is_tried_here(renderer: Renderer) -> None:
    shipped = {name for name in renderer.names() if name.startswith(("rahasia/", "pin/")) and "/_" not in name}
    assert {name for name in shipped - CALLED.keys() if renderer.parameters(name)} == set()


def test_every_message_of_the_reader_renders(renderer: Renderer) -> None:
    names = [name for name in renderer.names() if name.startswith(("rahasia/", "pin/")) and "/_" not in name]
    for name in {*names, *CALLED}:
        for params in CALLED.get(name, [{}]):
            text = plain(renderer.text(name, params))
            assert text, name
            assert "None" not in text, (name, text)
            assert not re.search(r"  |\n\n\n| [,.;:](?:\s|$)|\.\.$", text), (name, text)
            assert name not in ALERTS or units(text) <= 200, name
