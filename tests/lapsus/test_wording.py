"""Every message of the lapsus conversations renders with what it is given, short, in plain words, without content."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest

from bot.clock import PracticeClock
from bot.render import Renderer
from bot.split import plain
from domain.profile_loader import load_profile
from domain.sop.loader import SopRegistry
from tests.dialog.conftest import MORNING
from tests.dialog.test_wording import ASKED, NOTES, SUMMARY

AT = MORNING.isoformat()
REF = "LK-261120-0001"
ASKED_SECRETLY: dict[str, Any] = {**ASKED, "kunci": "kronologi", "berkas": 0}
RECEIPT: dict[str, Any] = {
    "ref": REF,
    "diterima": AT,
    "berita": "submitted",
    "versi": 1,
    "menunggu": "Kepala Bidang",
    "sendiri": False,
    "atas_nama": None,
    "cara": None,
    "waktu": None,
    "tempat": None,
}
MEETING: dict[str, Any] = {
    "ref": REF,
    "cara": "menghadap",
    "waktu": "pukul 05.55 WIB",
    "tempat": "Kantor, Kajen",
    "tahap": "usul",
    "pengusul": "pelapor",
    "peran": None,
    "pelapor": "Elang-07",
    "derajat": "segera",
    "diterima": AT,
    "batas": AT,
}
MEETINGS: list[Mapping[str, Any]] = [
    {**MEETING, **way, "tahap": phase, "pengusul": by, "peran": role}
    for way in ({}, {"cara": "telepon", "waktu": "Secepatnya", "tempat": None})
    for phase in ("usul", "sepakat", "selesai")
    for by in ("pelapor", "pejabat")
    for role in (None, "Kepala Bidang")
]
CALLED: dict[str, list[Mapping[str, Any]]] = {
    "pilih": [{"dihapus": gone, "tulis": writes} for gone in (True, False) for writes in (True, False)],
    "peringatan": [{"isi": "isi"}, {"isi": "terbatas"}],
    "tanya": [
        ASKED_SECRETLY,
        {**ASKED_SECRETLY, "kunci": "lampiran", "berkas": 2},
        {**ASKED_SECRETLY, "catatan": NOTES, "nilai": "ada", "alasan": "Kurang jelas", "nomor": None, "sisa": 2},
        *(
            {**ASKED_SECRETLY, "catatan": [{"jenis": kind, "batas": 200}]}
            for kind in ("terlalu_panjang", "tanpa_berkas", "berkas_besar")
        ),
    ],
    "ringkasan": [SUMMARY, {**SUMMARY, "kurang": [], "catatan": [], "alasan": None, "keterangan": None}],
    "tanda_terima": [
        RECEIPT,
        {**RECEIPT, "berita": "resubmitted", "versi": 2, "atas_nama": "Elang-07"},
        {**RECEIPT, "berita": "resubmitted", "versi": 2, "sendiri": True},
        {**RECEIPT, "cara": "telepon", "waktu": "Secepatnya"},
        {**RECEIPT, "cara": "menghadap", "waktu": "pukul 05.55 WIB", "tempat": "Kantor"},
    ],
    "tersimpan": [{"sampai": AT}, {"sampai": None}],
    "ingatkan": [{"sampai": AT}, {"sampai": None}],
    "revisi": [{"ref": REF, "oleh": "Kepala Bidang", "batas": batas} for batas in (AT, None)],
    "tak_terhapus": [{"jumlah": 3}],
    "janji_pelapor": MEETINGS,
    "janji_pejabat": [*MEETINGS, {**MEETING, "batas": None, "derajat": "sangat_segera"}],
    "janji_tercatat": [{"ref": REF}],
    "janji_berubah": [{"ref": REF}],
    "janji_selesai": [{"ref": REF}],
    "tanya_waktu": [{"ref": REF, "cara": way} for way in ("telepon", "menghadap")],
    "terlaksana": [{"ref": REF}],
    "diteruskan": [{"ref": REF}],
}


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    return Renderer(load_profile("pekalongan", SopRegistry.load()), PracticeClock(MORNING, frozen=True))


def test_every_message_is_tried_here(renderer: Renderer) -> None:
    shipped = {name.partition("/")[2] for name in renderer.names() if name.startswith("lapsus/")}
    assert {name for name in shipped - CALLED.keys() if renderer.parameters(f"lapsus/{name}")} == set()
    assert CALLED.keys() <= shipped


def test_every_message_renders_and_reads_well(renderer: Renderer) -> None:
    for name in (name for name in renderer.names() if name.startswith("lapsus/")):
        for params in CALLED.get(name.partition("/")[2], [{}]):
            text = plain(renderer.text(name, params))
            assert text, name
            assert "None" not in text, (name, text)
            assert not re.search(r"  |\n\n\n| [,.;:](?:\s|$)|\.\.$", text), (name, text)


def test_answers_to_taps_fit_a_toast(renderer: Renderer) -> None:
    for name in ("janji_tercatat", "janji_berubah", "janji_selesai", "tidak_boleh_tulis"):
        assert len(plain(renderer.text(f"lapsus/{name}", {"ref": REF}))) <= 200, name
