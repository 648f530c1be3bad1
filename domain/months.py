"""A calendar month at the agency, and how people type one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from domain.sop.clock import check_aware

EARLIEST = 2020
"""No report of this product is older."""
_NAMES = ("jan", "feb", "mar", "apr", "mei", "jun", "jul", "agu", "sep", "okt", "nov", "des")
_FULL = (
    "januari", "februari", "maret", "april", "mei", "juni", "juli", "agustus", "september", "oktober", "november",
    "desember",
)  # fmt: skip
_ALSO = {"pebruari": 2, "nopember": 11, "agt": 8, "ags": 8, "sept": 9, "nop": 11, "peb": 2}
_TYPED = re.compile(r"(?P<first>\d{1,4}|[a-z]{3,9})(?:\s*[\s./-]\s*(?P<second>\d{1,4}))?")
_CODE = re.compile(r"(20\d\d)(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """One month. Raises ValueError for one that the calendar does not have."""

    year: int
    number: int

    def __post_init__(self) -> None:
        if not 1 <= self.number <= 12 or not EARLIEST <= self.year <= 2099:
            raise ValueError(f"no month {self.number} of {self.year}")

    @classmethod
    def of(cls, day: date) -> Month:
        """The month of a day."""
        return cls(day.year, day.month)

    @classmethod
    def read(cls, code: str) -> Month:
        """The month of ``code``; raises ValueError for anything else."""
        found = _CODE.fullmatch(code)
        if found is None:
            raise ValueError("no month code")
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def typed(cls, text: str, today: date) -> Month:
        """``10-2026``, ``2026/10``, ``Oktober 2026``, ``okt``, ``10``; nothing typed is this month.

        Without a year it is the newest such month that has begun. Raises ValueError for what is no month.
        """
        words = " ".join(text.split()).casefold()
        if not words:
            return cls.of(today)
        found = _TYPED.fullmatch(words)
        if found is None:
            raise ValueError("no month")
        first, second = found["first"], found["second"]
        if not first.isascii() or (second is not None and not second.isascii()):
            raise ValueError("no month")
        if len(first) == 4 and first.isdecimal():
            first, second = second or "", first
        number = int(first) if first.isdecimal() else _named(first)
        if second is None:
            year = today.year - (number > today.month)
        else:
            year = int(second) + (2000 if len(second) == 2 else 0)
        return cls(year, number)

    @property
    def code(self) -> str:
        """``202610``, for buttons."""
        return f"{self.year}{self.number:02d}"

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, self.number, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        return (self.first + timedelta(days=31)).replace(day=1) - timedelta(days=1)

    @property
    def days(self) -> tuple[date, ...]:
        """Every day in order."""
        return tuple(self.first + timedelta(days=number) for number in range(self.last.day))

    @property
    def before(self) -> Month | None:
        """The month before; None before the earliest."""
        return None if self == Month(EARLIEST, 1) else Month.of(self.first - timedelta(days=1))

    @property
    def after(self) -> Month | None:
        """The next month; None after the last that is known."""
        return None if self == Month(2099, 12) else Month.of(self.last + timedelta(days=1))

    def span(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """From its first instant until before the first of the next month, aware UTC."""
        return _midnight(self.first, zone), _midnight(self.last + timedelta(days=1), zone)

    def holds(self, moment: datetime, zone: ZoneInfo) -> bool:
        """Whether the moment lies in it, at the agency."""
        start, end = self.span(zone)
        return start <= check_aware(moment) < end


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _named(word: str) -> int:
    if word in _ALSO:
        return _ALSO[word]
    for names in (_FULL, _NAMES):
        if word in names:
            return names.index(word) + 1
    raise ValueError("no month of that name")
