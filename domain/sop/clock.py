"""Which hours count towards a limit, and the morning's wall-clock rule.

Instants are aware UTC; the zone is needed only where a local hour or date decides.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo


class Calendar(Protocol):
    """When work is done, so that a limit can be counted in it."""

    def add(self, start: datetime, duration: timedelta, zone: ZoneInfo) -> datetime:
        """The instant (UTC) at which ``duration`` of counted time has passed since ``start``."""
        ...

    def counted(self, start: datetime, end: datetime, zone: ZoneInfo) -> timedelta:
        """How much of the time between the two instants counts; none when ``end`` is not after ``start``."""
        ...


@dataclass(frozen=True, slots=True)
class AroundTheClock:
    """Every hour counts: early warning does not keep office hours."""

    def add(self, start: datetime, duration: timedelta, zone: ZoneInfo) -> datetime:
        """``start`` plus ``duration``, in UTC so that no zone rule bends it."""
        return check_aware(start) + duration

    def counted(self, start: datetime, end: datetime, zone: ZoneInfo) -> timedelta:
        """All of it."""
        return max(check_aware(end) - check_aware(start), timedelta())


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """Only the hours between ``opens`` and ``closes`` on working days count; holidays never do."""

    opens: time
    closes: time
    workdays: frozenset[int] = frozenset(range(5))
    """0 = Monday."""
    holidays: Container[date] = frozenset()

    def __post_init__(self) -> None:
        if not self.opens < self.closes:
            raise ValueError("office hours must open before they close")
        if not self.workdays:
            raise ValueError("office hours need at least one working day")

    def add(self, start: datetime, duration: timedelta, zone: ZoneInfo) -> datetime:
        """Walk from ``start`` through working hours; raises ValueError when ten years hold too few of them."""
        local = check_aware(start).astimezone(zone)
        left = duration
        day = local.date()
        for _ in range(3660):
            if day.weekday() in self.workdays and day not in self.holidays:
                opens = datetime.combine(day, self.opens, zone)
                closes = datetime.combine(day, self.closes, zone)
                begin = max(local, opens)
                if begin + left <= closes:
                    return (begin + left).astimezone(UTC)
                left -= max(closes - begin, timedelta())
            day += timedelta(days=1)
        raise ValueError("the calendar has too few working days for this limit")

    def counted(self, start: datetime, end: datetime, zone: ZoneInfo) -> timedelta:
        """The working hours between the two."""
        first, last = check_aware(start).astimezone(zone), check_aware(end).astimezone(zone)
        total, day = timedelta(), first.date()
        while day <= last.date():
            if day.weekday() in self.workdays and day not in self.holidays:
                opens, closes = datetime.combine(day, self.opens, zone), datetime.combine(day, self.closes, zone)
                total += max(min(last, closes) - max(first, opens), timedelta())
            day += timedelta(days=1)
        return total


AROUND_THE_CLOCK = AroundTheClock()


def check_aware(moment: datetime) -> datetime:
    """The moment in UTC; raises ValueError for a naive one, which would silently mean this machine's zone."""
    if moment.tzinfo is None:
        raise ValueError("an aware datetime is needed")
    return moment.astimezone(UTC)


def duty_date(zone: ZoneInfo, now: datetime) -> date:
    """The local date whose morning duty a report made at ``now`` would answer."""
    return check_aware(now).astimezone(zone).date()


def local_due(due: time, zone: ZoneInfo, day: date) -> datetime:
    """The wall-clock rule on that local day, as UTC."""
    return datetime.combine(day, due, zone).astimezone(UTC)
