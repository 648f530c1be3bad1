"""Limits counted in office hours of the Indonesian calendar, per step; every hour stays the default."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.calendar import indonesian_holidays
from domain.profile import Quiet
from domain.sop.clock import OfficeHours
from domain.sop.loader import SHIPPED, SopRegistry, parse_sop
from tests.sla.office import call, calls, sweep
from tests.verification.desk import GROUP, Desk

WIB = ZoneInfo("Asia/Jakarta")
TEXT = (SHIPPED / "lapinfo-pekalongan.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("day", "closed"),
    [
        (date(2026, 8, 17), True),
        (date(2026, 12, 25), True),
        (date(2026, 12, 24), True),
        (date(2026, 11, 20), False),
        (date(2027, 1, 1), True),
        (date(2028, 2, 29), False),
    ],
)
def test_national_holidays_and_joint_leave(day: date, closed: bool) -> None:
    assert (day in indonesian_holidays()) == closed


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        ((20, 15, 30), (23, 8, 0), 60),  # Friday afternoon to Monday morning
        ((20, 20, 0), (22, 20, 0), 0),
        ((20, 9, 0), (20, 9, 0), 0),
        ((20, 9, 0), (20, 8, 0), 0),
        ((23, 6, 0), (24, 23, 0), 2 * 510),
    ],
)
def test_counted_time(start: tuple[int, int, int], end: tuple[int, int, int], minutes: int) -> None:
    hours = OfficeHours(time(7, 30), time(16))
    first, last = (datetime(2026, 11, day, hour, minute, tzinfo=WIB) for day, hour, minute in (start, end))
    assert hours.counted(first, last, WIB) == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("now", "over"),
    [
        ("20T21:00", "21T05:00"),
        ("20T20:59", None),
        ("21T00:30", "21T05:00"),
        ("21T05:00", None),
        ("21T04:59", "21T05:00"),
    ],
)
def test_quiet_hours_pass_midnight(now: str, over: str | None) -> None:
    quiet = Quiet.model_validate({"from": "21.00", "until": "05.00"})
    local = datetime.fromisoformat(f"2026-11-{now}").replace(tzinfo=WIB)
    found = quiet.over_at(local.astimezone(UTC), WIB)
    assert found == (None if over is None else datetime.fromisoformat(f"2026-11-{over}").replace(tzinfo=WIB))


@pytest.mark.parametrize(
    ("now", "began"), [("20T21:00", "20T21:00"), ("21T00:30", "20T21:00"), ("21T12:00", "20T21:00")]
)
def test_when_quiet_hours_began(now: str, began: str) -> None:
    quiet = Quiet.model_validate({"from": "21.00", "until": "05.00"})
    local = datetime.fromisoformat(f"2026-11-{now}").replace(tzinfo=WIB)
    assert quiet.began_at(local, WIB) == datetime.fromisoformat(f"2026-11-{began}").replace(tzinfo=WIB)


async def test_a_step_by_office_hours_beside_one_by_the_clock(desk: Desk) -> None:
    text = TEXT.replace('actor = "kepala"\nlimit = "60m"', 'actor = "kepala"\nclock = "office"\nlimit = "60m"')
    desk.office = replace(desk.office, sops=SopRegistry([parse_sop(text, "uji")]), holidays={date(2026, 11, 23)})
    desk.clock.move_to(datetime(2026, 11, 20, 15, 30, tzinfo=WIB))  # a Friday; the Monday is a holiday
    case = await desk.report(derajat="Segera")
    assert case.due_at == datetime(2026, 11, 20, 16, 30, tzinfo=WIB)
    await desk.send_data("nuri", f"v:n:{case.id}:1:verifikasi:B2", desk.card(GROUP, case.ref))
    assert (await desk.case(case)).due_at == datetime(2026, 11, 24, 8, 0, tzinfo=WIB)
    desk.clock.move_to(datetime(2026, 11, 24, 7, 29, tzinfo=WIB))
    await sweep(desk)
    assert not calls(desk, "pimpinan")
    desk.clock.move_to(datetime(2026, 11, 24, 7, 54, tzinfo=WIB))
    await sweep(desk)
    assert "sisa 6 menit" in call(desk, "kepala")
    desk.clock.move_to(datetime(2026, 11, 24, 9, 1, tzinfo=WIB))
    await sweep(desk)
    assert "Menunggu Kepala Kantor" in call(desk, "pimpinan")
