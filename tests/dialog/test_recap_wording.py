"""What the recap and the disposition say: every template renders, captions stay captions, alerts stay short."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bot.app import make_office
from bot.clock import PracticeClock
from bot.render import Renderer
from bot.split import CAPTION_UNITS, plain, units
from domain.model import Person
from domain.recap import Content, Item, Row
from domain.roles import Clearance, Role
from domain.usecases import recapview
from tests.dialog.conftest import MORNING

OFFICE = make_office("lengkap")
AT = MORNING.isoformat()
LONG = "Perselisihan warga soal batas tanah yang panjang sekali sehingga harus dipotong di sini, wah…"
ITEM = Item(
    7,
    "LI-261120-0007",
    LONG,
    "Dukuh Atas Barat",
    "Petungkriyono",
    "Pertahanan dan Keamanan",
    "sangat_segera",
    "B2",
    "menunggu",
    "biasa",
)
FULL = Content(
    date(2026, 11, 20),
    MORNING,
    MORNING,
    True,
    3,
    tuple(Row(name, 40, 5, 30, 12, 1) for name in OFFICE.profile.regions),
    tuple(replace(ITEM, case_id=n, bidang=name) for n, name in enumerate(OFFICE.profile.bidang * 3)),
)
QUIET = replace(FULL, rows=(Row("Kajen", 0, 0, 1, 0),), items=())
OFF = replace(FULL, rows=(), items=(), duty=False)
APPROVED = {"ref": "RK-261120", "peran": "a.n. Kepala Kantor", "pada": AT}
LINE = {"ref": "DS-261120-0001", "acuan": "RK-261120", "perihal": "Rekap", "disposisi": "Proses", "kepada": "Kepala"}


@pytest.fixture
def renderer() -> Renderer:
    return Renderer(OFFICE.profile, PracticeClock(MORNING, frozen=True))


def summaries() -> list[Mapping[str, Any]]:
    return [
        recapview.summary(OFFICE, content, ref, late)
        for content in (FULL, QUIET, OFF)
        for ref in ("RK-261120", None)
        for late in (None, 4200)
    ]


def _previews() -> list[Mapping[str, Any]]:
    base = [{**one, "batas": AT, "digantikan": False, "disetujui": None} for one in summaries()]
    moods = [{**one, "keadaan": mood} for one in base for mood in ("baru", "ingat", "lewat", "naik")]
    ended: list[dict[str, Any]] = [
        {"digantikan": True, "disetujui": None},
        {"digantikan": False, "disetujui": APPROVED},
    ]
    return [*moods, *({**one, "keadaan": None, **how} for one in base for how in ended)]


ADDENDA: list[Mapping[str, Any]] = [
    {"nomor": n, "apa": LONG, "kecamatan": "Kajen", "ref": "LI-261120-0009"} for n in range(1, 8)
]
CALLED: dict[str, list[Mapping[str, Any]]] = {
    "rekap/pimpinan": summaries(),
    "rekap/pratinjau": _previews(),
    "rekap/hari": [{**one, "adendum": more} for one in summaries() for more in ([], ADDENDA)],
    "rekap/grup": [dict(recapview.group(OFFICE, one, "RK-261120", MORNING).params) for one in (FULL, QUIET, OFF)],
    "rekap/disetujui": [{"ref": "RK-261120", "pimpinan": n} for n in (0, 2)],
    "rekap/dimuat_ulang": [{"ref": "RK-261120"}],
    "rekap/versi_lama": [{"ref": "RK-261120"}],
    "rekap/digantikan": [{"ref": "RK-261120"}],
    "rekap/sudah": [APPROVED, {"ref": "RK-261120", "peran": None, "pada": None}],
    "rekap/belum_disetujui": [{"hari": "2026-11-20"}],
    "rekap/terlalu_panjang": [{"paling": 92}],
    "rekap/tanggal_keliru": [{"hari": "2026-11-20"}],
    "disposisi/pilih": [{"ref": "RK-261120", "perihal": what, "kepada": "Kepala"} for what in ("Rekap", "")],
    "disposisi/diberikan": [{"ref": "DS-261120-0001", "acuan": "RK-261120", "kepada": "Kepala", "disposisi": "Proses"}],
    "disposisi/tanya_isi": [{"ref": "RK-261120", "kepada": "Kepala"}],
    "disposisi/tanya_tindak": [{"ref": "DS-261120-0001", "disposisi": "Proses"}],
    "disposisi/tercatat": [{"ref": "DS-261120-0001"}],
    "disposisi/dilaporkan": [{**LINE, "laporan": "Selesai", "peran": peran, "pada": AT} for peran in ("Kepala", None)],
    "disposisi/sudah": [{"ref": "DS-261120-0001"}],
    "disposisi/daftar": [
        {"perkara": [{**LINE, "batas": batas} for batas in (AT, None)], "lain": 2},
        {"perkara": [], "lain": 0},
    ],
}
ELSEWHERE = {"rekap/daftar", "rekap/rentang", "disposisi/kosong"}
"""Rendered by the dialogs, or without parameters."""
ALERTS = (
    "rekap/disetujui",
    "rekap/dimuat_ulang",
    "rekap/versi_lama",
    "rekap/digantikan",
    "rekap/sudah",
    "rekap/belum_disetujui",
    "disposisi/sudah",
    "disposisi/kosong",
)
CAPTIONS = ("rekap/pimpinan", "rekap/pratinjau")


def test_every_message_is_tried_here(renderer: Renderer) -> None:
    shipped = {name for name in renderer.names() if name.startswith(("rekap/", "disposisi/")) and "/_" not in name}
    assert shipped == CALLED.keys() | ELSEWHERE


@pytest.mark.parametrize("name", sorted(CALLED))
def test_it_renders_and_reads_well(renderer: Renderer, name: str) -> None:
    for params in CALLED[name]:
        text = plain(renderer.text(name, params))
        assert text
        assert "None" not in text, text
        assert not re.search(r"  |\n\n\n| [,.;:](?:\s|$)|\.\.$", text), (name, text)
        if name in CAPTIONS:
            assert units(text) <= CAPTION_UNITS, units(text)


def test_the_five_lines_are_five(renderer: Renderer) -> None:
    for content in (FULL, QUIET):
        text = plain(renderer.text("rekap/pimpinan", recapview.summary(OFFICE, content, "RK-261120")))
        assert len(text.splitlines()) == (5 if content is FULL else 4), text


def test_alerts_fit_a_toast(renderer: Renderer) -> None:
    for name in ALERTS:
        for params in CALLED.get(name, [{}]):
            assert len(plain(renderer.text(name, params))) <= 200, name


def test_nobody_sees_or_counts_what_is_not_theirs() -> None:
    secret = replace(ITEM, case_id=99, classification="terbatas")
    content = replace(FULL, items=(*FULL.items, secret))

    def reader(role: Role, clearance: Clearance, *regions: str) -> Person:
        roles = frozenset({role})
        return Person(1, 1, "x", None, roles, regions, clearance, None, None, True, None, MORNING)

    low = content.seen_by(reader(Role.KABID, Clearance.BIASA))
    assert secret not in low.items
    assert len(low.items) == len(FULL.items)
    assert secret in content.seen_by(reader(Role.PIMPINAN, Clearance.RAHASIA)).items
    own = content.seen_by(reader(Role.KOORDINATOR_WILAYAH, Clearance.RAHASIA, "Doro"))
    assert {row.region for row in own.rows} == {"Doro"}
    assert own.items == ()
    assert own.total.owed == 87
    assert Content.of(content.to_json()) == content


def test_an_uncertain_tap_is_not_late_and_nihil_is_not_missing() -> None:
    whole = QUIET.total
    assert (whole.nihil, whole.missing, whole.late) == (1, 0, 0)
    assert FULL.percent == 86
    assert FULL.missing()[0][1] == 12
