"""A day, or a range of days, as people type it behind a command: "18-11-2026", "1 Nov s.d. 15 Nov", "kemarin"."""

from __future__ import annotations

import re
from datetime import date, timedelta

from domain.recognition.times import MONTHS
from domain.textfold import fold

_UNTIL = re.compile(r" ?(?:\bs\.? ?/?d\b\.?|\bsampai(?: dengan)?\b|\bhingga\b|[–—]| - ) ?")
_NUMBERS = re.compile(r"(?:tanggal |tgl )?(\d{1,2})[\s./-](\d{1,2})(?:[\s./-](\d{4}|\d{2}))?")
_NAMED = re.compile(r"(?:tanggal |tgl )?(\d{1,2})[\s./-]?([a-z]{3,9})(?:[\s./-](\d{4}|\d{2}))?")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_WEEKDAY = re.compile(r"(?:senin|selasa|rabu|kamis|jum'?at|sabtu|minggu),? ")
_WORDS = {"hari ini": 0, "kemarin": 1, "kmrn": 1, "kemarin lusa": 2}


def read_days(text: str, today: date) -> tuple[date, date] | None:
    """First and last day, both included and in order; None for what is no date, does not exist or has not come.

    A year left out is the newest that is not in the future; in a range the first day takes the last one's.
    """
    folded = " ".join(fold(text).text.split())
    parts = _UNTIL.split(folded)
    if len(parts) > 2:
        return None
    last = _day(parts[-1], today, today)
    first = _day(parts[0], today, last or today) if len(parts) == 2 else last
    if first is None or last is None or first > last or last > today:
        return None
    return first, last


def _day(text: str, today: date, newest: date) -> date | None:
    text = _WEEKDAY.sub("", text, count=1).strip(" .,")
    if text in _WORDS:
        return today - timedelta(days=_WORDS[text])
    if (iso := _ISO.fullmatch(text)) is not None:
        return _made(int(iso[3]), int(iso[2]), int(iso[1]))
    numbers, named = _NUMBERS.fullmatch(text), _NAMED.fullmatch(text)
    found = numbers or named
    if found is None:
        return None
    month = int(found[2]) if numbers is not None else MONTHS.get(found[2], 0)
    if found[3] is not None:
        return _made(int(found[1]), month, int(found[3]) % 100 + 2000)
    this = _made(int(found[1]), month, newest.year)
    return this if this is not None and this <= newest else _made(int(found[1]), month, newest.year - 1)


def _made(day: int, month: int, year: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
