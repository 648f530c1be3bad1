"""What a limit is counted in, and the morning's 05.30."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from domain.roles import Clearance
from domain.sop.clock import AROUND_THE_CLOCK, Calendar, OfficeHours
from domain.sop.engine import lateness, morning_due
from domain.sop.loader import SopRegistry

WIB = ZoneInfo("Asia/Jakarta")
WITA = ZoneInfo("Asia/Makassar")
LAPINFO = SopRegistry.load().get("lapinfo")
SIKANDA = SopRegistry.load().get("sikanda")
OFFICE = OfficeHours(time(8), time(16), holidays={date(2026, 12, 25)})


def wib(day: int, hour: int, minute: int = 0, *, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=WIB)


@pytest.mark.parametrize(
    ("calendar", "start", "hours", "end"),
    [
        (AROUND_THE_CLOCK, wib(20, 23), 2, wib(21, 1)),
        (OFFICE, wib(20, 9), 2, wib(20, 11)),
        (OFFICE, wib(20, 14), 2, wib(20, 16)),  # Friday, up to closing time
        (OFFICE, wib(20, 15), 2, wib(23, 9)),  # over the weekend
        (OFFICE, wib(20, 20), 1, wib(23, 9)),  # after hours
        (OFFICE, wib(20, 5), 1, wib(20, 9)),  # before hours
        (OFFICE, wib(21, 12), 9, wib(24, 9)),  # Saturday; more than a day's hours
        (OFFICE, wib(24, 15, month=12), 2, wib(28, 9, month=12)),  # a holiday, then a weekend
    ],
)
def test_limits(calendar: Calendar, start: datetime, hours: int, end: datetime) -> None:
    due = calendar.add(start, timedelta(hours=hours), WIB)
    assert due == end
    assert due.tzinfo is UTC


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        AROUND_THE_CLOCK.add(datetime(2026, 11, 20, 9), timedelta(hours=1), WIB)  # noqa: DTZ001 - that is the point
    with pytest.raises(ValueError, match="aware"):
        OFFICE.add(datetime(2026, 11, 20, 9), timedelta(hours=1), WIB)  # noqa: DTZ001


def test_office_hours_must_be_hours() -> None:
    with pytest.raises(ValueError, match="open before"):
        OfficeHours(time(16), time(8))
    with pytest.raises(ValueError, match="working day"):
        OfficeHours(time(8), time(16), frozenset())


@pytest.mark.parametrize(
    ("now", "due"),
    [
        (wib(20, 4, 10), wib(20, 5, 30)),
        (wib(20, 0), wib(20, 5, 30)),  # 17.00 UTC the day before: the local day decides
        (wib(20, 23, 59), wib(20, 5, 30)),
    ],
)
def test_the_morning_a_report_belongs_to(now: datetime, due: datetime) -> None:
    assert morning_due(LAPINFO, WIB, now.astimezone(UTC)) == due


def test_the_zone_moves_the_morning() -> None:
    assert morning_due(LAPINFO, WITA, wib(20, 3)) == wib(20, 4, 30)


@pytest.mark.parametrize(
    ("received", "duty", "expected"),
    [
        (wib(20, 5, 29), True, "on_time"),
        (wib(20, 5, 30), True, "on_time"),
        (wib(20, 5, 30) + timedelta(seconds=1), True, "late"),
        (wib(20, 14), True, "late"),
        (wib(20, 14), False, "not_applicable"),
        (wib(20, 5), False, "not_applicable"),
    ],
)
def test_only_the_morning_duty_can_be_late(received: datetime, duty: bool, expected: str) -> None:
    assert lateness(LAPINFO, WIB, received, duty) == expected


def test_a_procedure_without_a_wall_clock_knows_no_lateness() -> None:
    assert morning_due(SIKANDA, WITA, wib(20, 9)) is None
    assert lateness(SIKANDA, WITA, wib(20, 9), True) == "not_applicable"


def test_clearances_are_ordered_by_secrecy_not_by_letter() -> None:
    assert [one.rank for one in Clearance] == [0, 1, 2, 3]
    assert Clearance.RAHASIA.allows(Clearance.TERBATAS)
    assert not Clearance.TERBATAS.allows(Clearance.RAHASIA)
