"""The month's evaluation in pictures: the steps against their limits, the mornings, the finished reports by kecamatan.

Numbers and the profile's own names only; places in the profile's order.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from babel.dates import format_date

from bot.documents.sheet import AMBER, BLUE, EDGE, GREEN, INK, LINE, PALE, RED, SOFT, WIDTH, Sheet, fitting
from bot.filters import duration, number
from domain.notices import Json
from domain.profile import Profile
from domain.usecases.monev_view import SHEET_STEP, SHEET_TITLE

_HEAD: Final = 176
_SECTION: Final = 110
_ROW: Final = 52
_LEFT: Final = 330
_ROOM: Final = WIDTH - EDGE - _LEFT - 190
_MOST: Final = 2
"""Bars end at twice the limit."""
_STATES: Final = (
    ("tepat", "kejadian", GREEN),
    ("nihil", "nihil", BLUE),
    ("terlambat", "terlambat", AMBER),
    ("belum", "belum lapor", RED),
)


def make(profile: Profile, params: Mapping[str, Json]) -> bytes:
    """A PNG of one of ``domain.usecases.monev_view.sheets``."""
    rows = params["baris"]
    if params["isi"] == "tahap":
        sheet = Sheet(_HEAD + 60 + sum(SHEET_TITLE if "judul" in row else SHEET_STEP for row in rows))
        _head(sheet, params)
        _steps(sheet, params)
    else:
        sheet = Sheet(_HEAD + _SECTION + len(rows) * _ROW)
        _head(sheet, params)
        _mornings(sheet, profile, params) if params["isi"] == "pagi" else _finished(sheet, params)
    return sheet.png()


def _head(sheet: Sheet, params: Mapping[str, Json]) -> None:
    month = date.fromisoformat(params["bulan"])
    sheet.text(EDGE, 62, f"Monev {format_date(month, 'MMMM y', 'id')}", 60, bold=True)
    until = f" · sampai {format_date(date.fromisoformat(params['sampai']), 'd MMMM', 'id')}" if params["sampai"] else ""
    places = fitting(", ".join(params["wilayah"]), 44 - len(until))
    sheet.text(EDGE, 130, f"{places}{until}", 38, ink=SOFT)


def _steps(sheet: Sheet, params: Mapping[str, Json]) -> None:
    sheet.text(EDGE, _HEAD + 14, "Gelap: median · terang: P90 · %: dalam batas", 32, ink=SOFT)
    y = _HEAD + 48
    for row in params["baris"]:
        if "judul" in row:
            sheet.text(EDGE, y + 34, fitting(row["judul"], 40), 42, bold=True)
            sheet.bar(EDGE, y + 68, WIDTH - 2 * EDGE, 3, LINE)
            y += SHEET_TITLE
        else:
            _step(sheet, row, y)
            y += SHEET_STEP


def _step(sheet: Sheet, step: Json, y: float) -> None:
    """The name and the share; a bar of the median within one of P90, against the limit; the times in words."""
    name = "Perbaikan oleh pelapor" if step["perbaikan"] else step["nama"]
    if step.get("rahasia"):
        name = f"{fitting(name, 26)} (rahasia)"
    sheet.text(EDGE, y + 20, fitting(name, 36), 36)
    limit = step["batas"]
    if not step["selesai"]:
        sheet.text(EDGE, y + 72, "Belum ada yang lewat tahap ini.", 34, ink=SOFT)
        return
    ink = _ink(step)
    share = "" if step["persen"] is None else f"{step['persen']}%"
    sheet.text(WIDTH - EDGE, y + 20, share, 44, ink=ink, bold=True, align="right")
    room = WIDTH - 2 * EDGE
    whole = limit * _MOST if limit else max(step["p90"], 1)
    sheet.bar(EDGE, y + 50, room, 42, PALE)
    sheet.bar(EDGE, y + 50, room * min(1.0, step["p90"] / whole), 42, _pale(ink))
    sheet.bar(EDGE, y + 50, room * min(1.0, step["median"] / whole), 42, ink)
    words = f"{number(step['selesai'])} kali · median {duration(step['median'])} · P90 {duration(step['p90'])}"
    sheet.text(EDGE, y + 120, words, 32)
    if limit:
        sheet.bar(EDGE + room / _MOST - 2, y + 43, 5, 56, INK)
        on_bar = INK if step["median"] <= limit else PALE
        sheet.text(EDGE + room / _MOST + 14, y + 71, f"batas {duration(limit)}", 30, ink=on_bar)


def _ink(step: Json) -> str:
    if step["batas"] is None or step["p90"] <= step["batas"]:
        return GREEN
    return AMBER if step["median"] <= step["batas"] else RED


def _pale(ink: str) -> str:
    return {GREEN: "#a9d6bd", AMBER: "#ecc79a", RED: "#ebaaa6"}[ink]


def _mornings(sheet: Sheet, profile: Profile, params: Mapping[str, Json]) -> None:
    """What was owed, as one bar a kecamatan; what is missing stands beside it in figures."""
    sheet.text(EDGE, _HEAD + 14, "Laporan pagi per kecamatan", 42, bold=True)
    x, y = float(EDGE), float(_HEAD + _SECTION)
    for _, label, ink in _STATES:
        sheet.bar(x, y - 52, 28, 28, ink)
        sheet.text(x + 40, y - 38, label, 32, ink=SOFT)
        x += 70 + 21 * len(label)
    for row in params["baris"]:
        sheet.text(EDGE, y + 18, fitting(row["nama"] or profile.region, 15), 34)
        x = float(_LEFT)
        for key, _, ink in _STATES:
            part = _ROOM * row[key] / row["wajib"] if row["wajib"] else 0.0
            sheet.bar(x, y, part, 36, ink)
            x += part
        missing = f"belum {number(row['belum'])}" if row["belum"] else "lengkap"
        sheet.text(WIDTH - EDGE, y + 18, missing, 32, ink=RED if row["belum"] else GREEN, align="right")
        y += _ROW


def _finished(sheet: Sheet, params: Mapping[str, Json]) -> None:
    """The share of finished reports that kept the procedure's total."""
    sheet.text(EDGE, _HEAD + 14, f"Tuntas dalam {duration(params['batas'])}, per kecamatan", 42, bold=True)
    sheet.text(EDGE, _HEAD + 66, fitting(params["judul"], 44), 34, ink=SOFT)
    y = _HEAD + _SECTION
    for row in params["baris"]:
        sheet.text(EDGE, y + 18, fitting(row["nama"] or "Tanpa lokasi", 15), 34)
        sheet.bar(_LEFT, y, _ROOM, 36, PALE)
        sheet.bar(_LEFT, y, _ROOM * row["dalam"] / max(1, row["selesai"]), 36, GREEN)
        sheet.text(WIDTH - EDGE, y + 18, f"{number(row['dalam'])}/{number(row['selesai'])}", 34, align="right")
        y += _ROW
