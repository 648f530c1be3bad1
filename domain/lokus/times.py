"""When a planned activity is: words read forward. ``Sabtu pukul 13.00`` of a plan is the Saturday to come.

A plan often says its end in the same words: ``21/11 22.00-03.00``, ``besok jam 7 malam s.d. selesai``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, TypeAlias
from zoneinfo import ZoneInfo

from domain.recognition.times import Impossible, Known, day_named, resolve

LONGEST = timedelta(days=7)
"""An activity that is said to last longer was typed wrongly."""
_WEEK = timedelta(days=7)
_DAY = timedelta(days=1)
_HOUR = r"\d{1,2}(?:[.:]\d{2})?"
_UNTIL = re.compile(
    r"\s(?:sampai(?:\s+dengan)?|s\.?\s?d\.?|s/d|hingga)\s+"
    r"|\s*[–—]\s*|\s+-\s+"
    r"|(?<=\d)\s*-\s*(?=\d{1,2}[.:]\d{2}(?!\d))"
    r"|(?<=\d)\s*-\s*(?=(?:pukul|pkl|jam)\b|selesai)"
)
_HOURS = re.compile(rf"(\b(?:pukul|pkl|jam)\.?\s*{_HOUR})\s*-\s*({_HOUR}\b)")
_BARE_DATE = re.compile(
    r"(?<![\d./:-])(\d{1,2}/\d{1,2})(?=\s|,|$)|^(\d{1,2}-\d{1,2})(?=\s+(?:pukul|pkl|jam|\d{1,2}[.:]))"
)
_PART_HOUR = re.compile(
    r"(?<![\d./:-])(?<!pukul )(?<!pkl )(?<!jam )(?<!setengah )(?<!tanggal )(?<!tgl )(\d{1,2})"
    r"(?= (?:pagi|siang|sore|malam)\b)"
)
_TONIGHT = re.compile(r"\bnanti (pagi|siang|sore|malam)\b")
_BARE_HOUR = re.compile(rf"^{_HOUR}$")
_OPEN_END = ("", "-", "selesai", "usai", "habis", "rampung")
Fault: TypeAlias = Literal["belum_jelas", "lewat", "akhir"]


@dataclass(frozen=True, slots=True)
class Planned:
    """When an activity begins, and ends if the words say so (aware, UTC)."""

    starts: datetime
    ends: datetime | None
    fault: Fault | None = None
    """``lewat``: the beginning is past; ``akhir``: the words after *sampai* name no moment after the beginning."""


def planned(words: str, zone: str, now: datetime, base: datetime | None = None) -> Planned | Impossible | None:
    """The time that is meant, looking forward from ``now`` in the IANA ``zone``; None when the words name no moment.

    A weekday or a bare hour that has passed is the next one; a date that has passed is told to be past. With ``base``,
    the beginning so far, a bare hour is of that day and ``sampai 15.00`` changes the end alone.
    """
    begin, end = _halves(words)
    if base is not None and not begin and end:
        ends, fault = _ending(end, zone, base, now)
        return Planned(base, ends, fault)
    named = day_named(begin)
    there = base.astimezone(ZoneInfo(zone)).replace(hour=0, minute=0) if base is not None and named is None else now
    when = resolve(begin, zone, there, future=True)
    if isinstance(when, Impossible):
        return when
    if not isinstance(when, Known):
        return None
    starts = when.at
    if starts < now and named is None and base is None:
        starts += _DAY
    elif starts < now and named == "weekday" and now - starts < _DAY:  # longer ago: "Sabtu lalu" was said
        starts += _WEEK
    ends, fault = _ending(end, zone, starts, now)
    return Planned(starts, ends, "lewat" if starts < now else fault)


def _halves(words: str) -> tuple[str, str]:
    """The words of the beginning and those of the end."""
    text = _HOURS.sub(r"\1 sampai \2", f" {words.strip().lower()} ")
    mark = _UNTIL.search(text)
    begin, end = (text[: mark.start()], text[mark.end() :]) if mark is not None else (text, "")
    return _dated(begin), _dated(end)


def _dated(words: str) -> str:
    """``21/11`` alone is a date in a plan and ``7 malam`` an hour; in a report they may be anything."""
    text = _BARE_DATE.sub(lambda found: f"tanggal {found[1] or found[2]}", words.strip().strip(".,; "))
    return _TONIGHT.sub(r"\1 ini", _PART_HOUR.sub(r"jam \1", text))


def _ending(words: str, zone: str, starts: datetime, now: datetime) -> tuple[datetime | None, Fault | None]:
    """The end: ``12.00`` is of the same day or, past midnight, the next; nothing or *selesai* is not known."""
    if words in _OPEN_END:
        return None, None
    named = day_named(words)
    told = now if named == "day" else starts
    when = resolve(f"pukul {words}" if _BARE_HOUR.match(words) else words, zone, told, future=True)
    if not isinstance(when, Known):
        return None, "akhir"
    ends = when.at
    if ends <= starts and named is None:
        ends += _DAY
    return (ends, None) if starts < ends <= starts + LONGEST else (None, "akhir")
