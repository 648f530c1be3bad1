"""The recap's picture: 1,080 pixels wide, big dark letters, to be read on a telephone without zooming.

It shows numbers and the profile's own names only, never a report's words: nothing in it can be made to look different
by what somebody wrote. With ``per_hari`` (a range of days) the kecamatan make room for a bar for each day.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from babel.dates import format_date

from bot.documents.sheet import AMBER, BLUE, EDGE, GREEN, LINE, PALE, PAPER, RED, SOFT, WIDTH, Sheet, fitting
from bot.filters import number as spelled
from domain.notices import Json
from domain.profile import Profile

_TILES: Final = (("Tepat waktu", GREEN), ("Nihil", BLUE), ("Terlambat", AMBER), ("Belum lapor", RED))
_ROW: Final = 58
"""Pixels from one line of a table to the next."""
_TALL: Final = 1280
"""Telegram fits every photo into 1,280 pixels: a taller picture would come narrower, too small to read."""


def make(profile: Profile, params: Mapping[str, Json]) -> bytes:
    """A PNG of ``params`` as ``domain.usecases.recapview.picture`` gives them."""
    sheet = Sheet(_height(params))
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


def _head(sheet: Sheet, profile: Profile, params: Mapping[str, Json]) -> float:
    zone = ZoneInfo(profile.zone)
    until = datetime.fromisoformat(params["sampai"]).astimezone(zone)
    first = date.fromisoformat(params["hari"])
    last = date.fromisoformat(params.get("hingga") or params["hari"])
    sheet.text(EDGE, 62, "Rekap pagi" if params.get("hingga") is None else "Rekap", 62, bold=True)
    if params["ref"]:
        sheet.text(WIDTH - EDGE, 62, params["ref"], 40, ink=SOFT, bold=True, align="right")
    if first == last:
        sheet.text(EDGE, 130, f"{format_date(first, 'EEEE, d MMMM y', 'id')} · {until:%H.%M} {profile.zone_label}", 39)
    else:
        days = f"{format_date(first, 'd MMMM y', 'id')} s.d. {format_date(last, 'd MMMM y', 'id')}"
        sheet.text(EDGE, 130, days, 39)
    return 180


def _tiles(sheet: Sheet, params: Mapping[str, Json], y: float) -> float:
    gap, counts = 16, params["jumlah"]
    width = (WIDTH - 2 * EDGE - 3 * gap) / 4
    for place, ((label, ink), count) in enumerate(zip(_TILES, counts, strict=True)):
        x = EDGE + place * (width + gap)
        sheet.tile(x, y, width, 160, ink)
        sheet.text(
            x + width / 2, y + 62, spelled(count), 76 if count < 10_000 else 58, ink=PAPER, bold=True, align="center"
        )
        sheet.text(x + width / 2, y + 128, label, 34, ink=PAPER, align="center")
    whole = sum(counts)
    x, room = float(EDGE), WIDTH - 2 * EDGE - 190
    for (_, ink), count in zip(_TILES, counts, strict=True):
        part = room * count / whole if whole else 0.0
        sheet.bar(x, y + 190, part, 44, ink)
        x += part
    sheet.text(WIDTH - EDGE, y + 212, f"{params['persen']}%", 52, bold=True, align="right")
    return y + 270


def _events(sheet: Sheet, params: Mapping[str, Json], y: float) -> float:
    count, urgent = params["kejadian"], params["sangat_segera"]
    sheet.text(EDGE, y + 34, f"Kejadian: {spelled(count) if count else 'NIHIL'}", 46, bold=True)
    if urgent:
        sheet.text(WIDTH - EDGE, y + 34, f"{spelled(urgent)} sangat segera", 40, ink=RED, bold=True, align="right")
    y += 100
    if not params["bidang"]:
        sheet.text(EDGE, y, "Tidak ada kejadian menonjol.", 38, ink=SOFT)
        return y + _ROW
    most = max(number for _, number in params["bidang"])
    left, room = 600, WIDTH - EDGE - 600 - 90
    for name, number in params["bidang"]:
        sheet.text(EDGE, y, name, 38)
        sheet.bar(left, y - 19, max(8, room * number / most), 38, BLUE)
        sheet.text(left + max(8, room * number / most) + 18, y, spelled(number), 38, bold=True)
        y += _ROW
    return y


def _districts(sheet: Sheet, every: Sequence[Json], lines: int, y: float) -> None:
    """Two columns: what came of what is owed, in red where something is missing; a dark mark where events are."""
    rows, rest = _shown(every, lines)
    sheet.text(EDGE, y + 20, "Kecamatan: masuk / wajib", 40, bold=True)
    sheet.text(WIDTH - EDGE, y + 20, "● kejadian", 32, ink=BLUE, align="right")
    y += 90
    half, width = -(-len(rows) // 2), (WIDTH - 3 * EDGE) / 2
    if rest:
        sheet.text(EDGE, y + half * _ROW, rest, 36, ink=SOFT)
    for place, (name, given, owed, late, events) in enumerate(rows):
        column, line = divmod(place, half)
        x, at = EDGE + column * (width + EDGE), y + line * _ROW
        ink = RED if given < owed else AMBER if late else GREEN
        sheet.bar(x, at - 20, 10, 40, ink if owed else LINE)
        sheet.text(x + 26, at, fitting(name, 17), 34)
        if events:
            sheet.text(x + width - 122, at, f"●{spelled(events)}", 32, ink=BLUE, bold=True, align="right")
        sheet.text(
            x + width, at, f"{spelled(given)}/{spelled(owed)}" if owed else "–", 36, ink=ink, bold=True, align="right"
        )


def _days(sheet: Sheet, days: Sequence[Json], y: float) -> None:
    """A bar for each day: the share that came, with the number of events above it."""
    sheet.text(EDGE, y + 20, "Per hari: laporan masuk", 40, bold=True)
    sheet.text(WIDTH - EDGE, y + 20, "angka: kejadian", 32, ink=BLUE, align="right")
    top, height = y + 110, 220
    step = (WIDTH - 2 * EDGE) / len(days)
    every = max(1, -(-len(days) // 10))
    most = max((events for *_, events in days), default=0)
    for place, (day, given, owed, events) in enumerate(days):
        x = EDGE + place * step
        share = given / owed if owed else 0.0
        ink = GREEN if owed and given == owed else AMBER
        sheet.bar(x + step * 0.12, top, step * 0.76, height, PALE)
        sheet.bar(x + step * 0.12, top + height * (1 - share), step * 0.76, height * share, ink)
        if events and (step > 60 or events == most):
            sheet.text(x + step / 2, top - 26, spelled(events), 30, ink=BLUE, bold=True, align="center")
        if place % every == 0:
            sheet.text(
                x + step / 2, top + height + 30, format_date(date.fromisoformat(day), "d/M", "id"), 30, align="center"
            )
