"""The recap's picture: 1,080 pixels wide, big dark letters, to be read on a telephone without zooming.

It shows numbers and the profile's own names only, never a report's words: nothing in it can be made to look different
by what somebody wrote. With ``per_hari`` (a range of days) the kecamatan make room for a bar for each day.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from babel.dates import format_date
from matplotlib import get_data_path
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import FancyBboxPatch, Rectangle

from domain.notices import Json
from domain.profile import Profile

WIDTH: Final = 1080
_DPI: Final = 100
_EDGE: Final = 48
_INK, _SOFT, _LINE, _PAPER = "#14202b", "#41505d", "#d5dbe1", "#ffffff"
_GREEN, _BLUE, _AMBER, _RED = "#1b7f4b", "#1f5f9e", "#b45f06", "#b3261e"
_TILES: Final = (("Tepat waktu", _GREEN), ("Nihil", _BLUE), ("Terlambat", _AMBER), ("Belum lapor", _RED))
_FONTS: Final = Path(get_data_path()) / "fonts" / "ttf"
_PLAIN: Final = FontProperties(fname=_FONTS / "DejaVuSans.ttf")
_BOLD: Final = FontProperties(fname=_FONTS / "DejaVuSans-Bold.ttf")
"""By file: what is installed on the machine makes no difference, and nothing is searched for."""
_ROW: Final = 58
"""Pixels from one line of a table to the next."""
_TALL: Final = 1280
"""Telegram fits every photo into 1,280 pixels: a taller picture would come narrower, too small to read."""


def make(profile: Profile, params: Mapping[str, Json]) -> bytes:
    """A PNG of ``params`` as ``domain.usecases.recapview.picture`` gives them."""
    sheet = _Sheet(_height(params))
    y = _head(sheet, profile, params)
    if params["apel"]:
        y = _tiles(sheet, params, y)
    y = _events(sheet, params, y)
    if params.get("per_hari"):
        _days(sheet, params["per_hari"], y)
    elif params["kecamatan"]:
        _districts(sheet, params["kecamatan"], _lines(params), y)
    return sheet.png()


def _above(params: Mapping[str, Json]) -> int:
    """Pixels that stand above the kecamatan."""
    return 190 + (270 if params["apel"] else 0) + 100 + max(1, len(params["bidang"])) * _ROW


def _height(params: Mapping[str, Json]) -> int:
    height = _above(params)
    if params.get("per_hari"):
        return height + 100 + 320
    return height + (90 + _lines(params) * _ROW if params["kecamatan"] else 0) + 20


def _lines(params: Mapping[str, Json]) -> int:
    """How many lines of two kecamatan there are, of those that fit."""
    return min(-(-len(params["kecamatan"]) // 2), max(2, (_TALL - _above(params) - 110) // _ROW))


def _shown(rows: Sequence[Json], lines: int) -> tuple[Sequence[Json], str]:
    """The rows for that many lines, and the words about the rest: who lacks something or tells something goes first."""
    if len(rows) <= 2 * lines:
        return rows, ""
    room = 2 * (lines - 1)
    notable = [row for row in rows if row[1] < row[2] or row[3] or row[4]]
    if len(notable) > room:
        return notable[:room], f"dan {len(notable) - room} lainnya di Daftar lengkap"
    quiet = [row for row in rows if row not in notable][: room - len(notable)]
    kept = [row for row in rows if row in notable or row in quiet]
    return kept, f"{len(rows) - len(kept)} kecamatan lain lengkap, tanpa kejadian"


class _Sheet:
    """A white page measured in pixels from the upper left corner."""

    def __init__(self, height: int) -> None:
        self._figure = Figure(figsize=(WIDTH / _DPI, height / _DPI), dpi=_DPI, facecolor=_PAPER)
        self._axes = self._figure.add_axes((0, 0, 1, 1))
        self._axes.set_xlim(0, WIDTH)
        self._axes.set_ylim(height, 0)
        self._axes.axis("off")

    def text(
        self, x: float, y: float, words: str, pixels: float, *, ink: str = _INK, bold: bool = False, align: str = "left"
    ) -> None:
        """Words whose middle stands at ``y``; never read as formulas."""
        font = _BOLD if bold else _PLAIN
        self._axes.text(
            x, y, words, fontsize=pixels * 72 / _DPI, color=ink, ha=align, va="center_baseline", parse_math=False,
            fontproperties=font,
        )  # fmt: skip

    def bar(self, x: float, y: float, width: float, height: float, ink: str) -> None:
        self._axes.add_patch(Rectangle((x, y), width, height, facecolor=ink, edgecolor="none"))

    def tile(self, x: float, y: float, width: float, height: float, ink: str) -> None:
        style = "round,pad=0,rounding_size=18"
        self._axes.add_patch(FancyBboxPatch((x, y), width, height, boxstyle=style, facecolor=ink, edgecolor="none"))

    def png(self) -> bytes:
        picture = io.BytesIO()
        FigureCanvasAgg(self._figure)
        self._figure.savefig(picture, format="png", dpi=_DPI)
        return picture.getvalue()


def _number(value: int) -> str:
    return f"{value:,}".replace(",", ".")


def _head(sheet: _Sheet, profile: Profile, params: Mapping[str, Json]) -> float:
    zone = ZoneInfo(profile.zone)
    until = datetime.fromisoformat(params["sampai"]).astimezone(zone)
    first = date.fromisoformat(params["hari"])
    last = date.fromisoformat(params.get("hingga") or params["hari"])
    sheet.text(_EDGE, 62, "Rekap pagi" if params.get("hingga") is None else "Rekap", 62, bold=True)
    if params["ref"]:
        sheet.text(WIDTH - _EDGE, 62, params["ref"], 40, ink=_SOFT, bold=True, align="right")
    if first == last:
        sheet.text(_EDGE, 130, f"{format_date(first, 'EEEE, d MMMM y', 'id')} · {until:%H.%M} {profile.zone_label}", 39)
    else:
        days = f"{format_date(first, 'd MMMM y', 'id')} s.d. {format_date(last, 'd MMMM y', 'id')}"
        sheet.text(_EDGE, 130, days, 39)
    return 180


def _tiles(sheet: _Sheet, params: Mapping[str, Json], y: float) -> float:
    gap, counts = 16, params["jumlah"]
    width = (WIDTH - 2 * _EDGE - 3 * gap) / 4
    for place, ((label, ink), count) in enumerate(zip(_TILES, counts, strict=True)):
        x = _EDGE + place * (width + gap)
        sheet.tile(x, y, width, 160, ink)
        sheet.text(
            x + width / 2, y + 62, _number(count), 76 if count < 10_000 else 58, ink=_PAPER, bold=True, align="center"
        )
        sheet.text(x + width / 2, y + 128, label, 34, ink=_PAPER, align="center")
    whole = sum(counts)
    x, room = float(_EDGE), WIDTH - 2 * _EDGE - 190
    for (_, ink), count in zip(_TILES, counts, strict=True):
        part = room * count / whole if whole else 0.0
        sheet.bar(x, y + 190, part, 44, ink)
        x += part
    sheet.text(WIDTH - _EDGE, y + 212, f"{params['persen']}%", 52, bold=True, align="right")
    return y + 270


def _events(sheet: _Sheet, params: Mapping[str, Json], y: float) -> float:
    count, urgent = params["kejadian"], params["sangat_segera"]
    sheet.text(_EDGE, y + 34, f"Kejadian: {_number(count) if count else 'NIHIL'}", 46, bold=True)
    if urgent:
        sheet.text(WIDTH - _EDGE, y + 34, f"{_number(urgent)} sangat segera", 40, ink=_RED, bold=True, align="right")
    y += 100
    if not params["bidang"]:
        sheet.text(_EDGE, y, "Tidak ada kejadian menonjol.", 38, ink=_SOFT)
        return y + _ROW
    most = max(number for _, number in params["bidang"])
    left, room = 600, WIDTH - _EDGE - 600 - 90
    for name, number in params["bidang"]:
        sheet.text(_EDGE, y, name, 38)
        sheet.bar(left, y - 19, max(8, room * number / most), 38, _BLUE)
        sheet.text(left + max(8, room * number / most) + 18, y, _number(number), 38, bold=True)
        y += _ROW
    return y


def _districts(sheet: _Sheet, every: Sequence[Json], lines: int, y: float) -> None:
    """Two columns: what came of what is owed, in red where something is missing; a dark mark where events are."""
    rows, rest = _shown(every, lines)
    sheet.text(_EDGE, y + 20, "Kecamatan: masuk / wajib", 40, bold=True)
    sheet.text(WIDTH - _EDGE, y + 20, "● kejadian", 32, ink=_BLUE, align="right")
    y += 90
    half, width = -(-len(rows) // 2), (WIDTH - 3 * _EDGE) / 2
    if rest:
        sheet.text(_EDGE, y + half * _ROW, rest, 36, ink=_SOFT)
    for place, (name, given, owed, late, events) in enumerate(rows):
        column, line = divmod(place, half)
        x, at = _EDGE + column * (width + _EDGE), y + line * _ROW
        ink = _RED if given < owed else _AMBER if late else _GREEN
        sheet.bar(x, at - 20, 10, 40, ink if owed else _LINE)
        sheet.text(x + 26, at, _fitting(name, 17), 34)
        if events:
            sheet.text(x + width - 122, at, f"●{_number(events)}", 32, ink=_BLUE, bold=True, align="right")
        sheet.text(
            x + width, at, f"{_number(given)}/{_number(owed)}" if owed else "–", 36, ink=ink, bold=True, align="right"
        )


def _fitting(name: str, most: int) -> str:
    return name if len(name) <= most else name[: most - 1] + "…"


def _days(sheet: _Sheet, days: Sequence[Json], y: float) -> None:
    """A bar for each day: the share that came, with the number of events above it."""
    sheet.text(_EDGE, y + 20, "Per hari: laporan masuk", 40, bold=True)
    sheet.text(WIDTH - _EDGE, y + 20, "angka: kejadian", 32, ink=_BLUE, align="right")
    top, height = y + 110, 220
    step = (WIDTH - 2 * _EDGE) / len(days)
    every = max(1, -(-len(days) // 10))
    most = max((events for *_, events in days), default=0)
    for place, (day, given, owed, events) in enumerate(days):
        x = _EDGE + place * step
        share = given / owed if owed else 0.0
        ink = _GREEN if owed and given == owed else _AMBER
        sheet.bar(x + step * 0.12, top, step * 0.76, height, "#eef1f4")
        sheet.bar(x + step * 0.12, top + height * (1 - share), step * 0.76, height * share, ink)
        if events and (step > 60 or events == most):
            sheet.text(x + step / 2, top - 26, _number(events), 30, ink=_BLUE, bold=True, align="center")
        if place % every == 0:
            sheet.text(
                x + step / 2, top + height + 30, format_date(date.fromisoformat(day), "d/M", "id"), 30, align="center"
            )
