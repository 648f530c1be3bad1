"""How dates, durations and numbers are written for Indonesian readers (style: "20 November 2026 pukul 05.30 WIB")."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.numbers import format_decimal
from babel.units import format_unit

from domain.ports import Clock

LOCALE = Locale("id", "ID")
_DAYS = LOCALE.days["format"]["wide"]
_MONTHS = LOCALE.months["format"]["wide"]
_PERIODS = LOCALE.day_periods["format"]["abbreviated"]  # for Indonesian the only width that has words


@lru_cache(maxsize=1024)
def _amount(value: int, unit: str) -> str:
    return format_unit(value, f"duration-{unit}", length="long", locale=LOCALE)


def number(value: float) -> str:
    """1.250 and 3,5."""
    return format_decimal(value, locale=LOCALE)


def duration(value: float | timedelta) -> str:
    """Seconds or a timedelta as its two largest units, "1 jam 20 menit"; less than a minute is "0 menit"."""
    seconds = value.total_seconds() if isinstance(value, timedelta) else float(value)
    minutes = int(abs(seconds) // 60)
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    parts = [_amount(count, unit) for count, unit in ((days, "day"), (hours, "hour"), (rest, "minute")) if count]
    return " ".join(parts[:2]) or _amount(0, "minute")


def short_duration(value: float | None) -> str:
    """Seconds for a narrow table, two units at most, cut to the minute: "35m", "1j02m", "3h04j"; "–" for none."""
    if value is None:
        return "–"
    minutes = int(value) // 60
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        return f"{days}h{hours:02d}j" if hours else f"{days}h"
    if hours:
        return f"{hours}j{rest:02d}m" if rest else f"{hours}j"
    return f"{rest}m" if rest or not value else "<1m"


class Filters:
    """The template filters of one agency: its zone, its titles."""

    def __init__(self, zone: str, zone_label: str, titles: Mapping[Any, str], clock: Clock) -> None:
        self._zone, self._label, self._clock = ZoneInfo(zone), zone_label, clock
        self._titles = {str(role): title for role, title in titles.items()}

    def table(self) -> dict[str, Callable[..., str]]:
        """By the names that templates use."""
        return {
            "waktu": self.moment,
            "hari": self.day,
            "jam": self.hour,
            "saat": self.lately,
            "tanggal": self.calendar_date,
            "durasi": duration,
            "singkat": short_duration,
            "bulan": self.month,
            "angka": number,
            "judul_peran": self.role_title,
            "salam": self.greeting,
        }

    def local(self, value: datetime | str) -> datetime:
        """An aware moment (or its ISO form) in the agency's zone. Raises ValueError for a naive one."""
        moment = datetime.fromisoformat(value) if isinstance(value, str) else value
        if moment.tzinfo is None:
            raise ValueError("a moment without a zone")
        return moment.astimezone(self._zone)

    def moment(self, value: datetime | str) -> str:
        """20 November 2026 pukul 05.30 WIB."""
        return f"{self.calendar_date(value)} pukul {self.hour(value)}"

    def hour(self, value: datetime | str) -> str:
        """05.30 WIB."""
        return f"{self.local(value):%H.%M} {self._label}"

    def lately(self, value: datetime | str) -> str:
        """05.30 WIB; with its day when that is not today: 19 November pukul 23.50 WIB."""
        local = self.local(value)
        if local.date() == self.local(self._clock.now()).date():
            return self.hour(local)
        return f"{local.day} {_MONTHS[local.month]} pukul {self.hour(local)}"

    def calendar_date(self, value: datetime | date | str) -> str:
        """20 November 2026."""
        day = self._day(value)
        return f"{day.day} {_MONTHS[day.month]} {day.year}"

    def day(self, value: datetime | date | str) -> str:
        """Jumat, 20 November 2026."""
        day = self._day(value)
        return f"{_DAYS[day.weekday()]}, {self.calendar_date(day)}"

    def month(self, value: date | str) -> str:
        """November 2026."""
        day = self._day(value)
        return f"{_MONTHS[day.month]} {day.year}"

    def role_title(self, role: str) -> str:
        """What the agency calls a role; the role's own name when the profile has none."""
        return self._titles.get(str(role), str(role))

    def greeting(self, value: datetime | str | None = None) -> str:
        """pagi before 11, siang before 15, sore before 18, else malam."""
        hour = self.local(value or self._clock.now()).hour
        for before, period in ((11, "morning1"), (15, "afternoon1"), (18, "evening1"), (24, "night1")):
            if hour < before:
                return str(_PERIODS[period])
        raise AssertionError(hour)

    def _day(self, value: datetime | date | str) -> date:
        if isinstance(value, str):
            if len(value) == 10:
                return date.fromisoformat(value)
            return self.local(value).date()
        return self.local(value).date() if isinstance(value, datetime) else value
