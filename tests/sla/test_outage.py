"""Down across deadlines, clocks that jump, quiet hours."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from tests.sla.office import call, calls, kinds, rang, sweep, told, wait
from tests.verification.desk import GROUP, Desk


async def test_what_was_missed_happens_once_in_order_and_says_that_the_system_was_late(desk: Desk) -> None:
    case = await desk.report()
    await wait(desk, 100)
    events = await told(desk, case)
    assert kinds(events) == ["overdue:due:0", "escalated:escalation:1", "escalated:escalation:2"]
    assert all(event.data["late_by_system"] for event in events)
    assert "Seharusnya disampaikan 06.25 WIB; terlambat oleh sistem." in call(desk, "kabid")
    assert (rang(desk, "nuri"), rang(desk, "kabid"), rang(desk, "kepala")) == (1, 1, 1)
    assert await sweep(desk) == 0
    await wait(desk, 19)
    assert len(await told(desk, case)) == 3
    await wait(desk, 1)
    assert "terlambat oleh sistem" not in call(desk, "kepala")
    assert len(await told(desk, case)) == 4


async def test_of_several_missed_reminders_only_the_newest_is_told(desk: Desk) -> None:
    case = await desk.report()
    await wait(desk, 50)
    assert kinds(await told(desk, case)) == ["reminded:reminder:2"]
    assert "sisa 10 menit" in call(desk, "nuri")


@pytest.mark.parametrize("jump", [-60, 60])
async def test_a_clock_step_of_an_hour_fires_nothing_twice_and_loses_nothing(desk: Desk, jump: int) -> None:
    case = await desk.report()
    await wait(desk, 40, step=5)
    await wait(desk, jump) if jump > 0 else desk.later(minutes=jump)
    await sweep(desk)
    await wait(desk, 140, step=5)
    found = kinds(await told(desk, case))
    assert found.count("overdue:due:0") == 1
    assert found.count("escalated:escalation:1") == 1
    assert found.count("reminded:reminder:1") == 1
    assert "escalated:escalation:2" in found


def _night(desk: Desk) -> None:
    desk.clock.move_to(datetime(2026, 11, 20, 14, 30, tzinfo=UTC))  # 21.30 WIB


async def test_in_quiet_hours_what_can_wait_waits_and_the_rungs_still_come_one_after_another(desk: Desk) -> None:
    _night(desk)
    case = await desk.report(send=False)
    await desk.deliver()
    await wait(desk, 120, step=10)
    assert not calls(desk, "nuri")
    assert not calls(desk, "kabid")
    desk.clock.move_to(datetime(2026, 11, 20, 22, 0, tzinfo=UTC))  # 05.00 WIB
    await sweep(desk)
    assert "Batas waktu lewat" in call(desk, "nuri")
    assert not calls(desk, "kabid")
    await wait(desk, 60, step=5)
    assert "lewat 6 jam 45 menit" in call(desk, "kabid")
    assert "terlambat oleh sistem" not in call(desk, "kabid")
    assert kinds(await told(desk, case)).count("overdue:due:0") == 1


async def test_a_limit_of_another_day_is_named_with_its_day(desk: Desk) -> None:
    await desk.report()
    desk.later(hours=30)
    await sweep(desk)
    assert re.search(r"lewat 1 hari 5 jam dari batas \d+ November 2026 pukul \d\d\.\d\d WIB", call(desk, "nuri"))


async def test_a_card_names_the_day_of_a_limit_beyond_midnight(desk: Desk) -> None:
    desk.clock.move_to(datetime(2026, 11, 20, 16, 30, tzinfo=UTC))  # 23.30 WIB
    case = await desk.report()
    assert "21 November 2026 pukul 00.30 WIB" in desk.card(GROUP, case.ref).text


async def test_of_reminders_held_to_the_same_moment_one_is_told(desk: Desk) -> None:
    desk.clock.move_to(datetime(2026, 11, 20, 21, 10, tzinfo=UTC))  # 04.10 WIB
    case = await desk.report()
    await desk.db.run(lambda uow: uow.cases.change(case, duty_date=None))  # as from somebody who owes nothing
    await wait(desk, 50, step=1)
    assert "sisa 10 menit" in call(desk, "nuri")
    assert len(await told(desk, case)) == 1


async def test_urgent_cases_ignore_quiet_hours(desk: Desk) -> None:
    _night(desk)
    await desk.report(derajat="Sangat segera")
    await wait(desk, 30)
    assert "🔴" in call(desk, "nuri")


async def test_the_morning_is_never_held(desk: Desk) -> None:
    desk.clock.move_to(datetime(2026, 11, 20, 21, 0, tzinfo=UTC))  # 04.00 WIB
    case = await desk.report()
    assert case.duty_date is not None
    await wait(desk, 31)
    assert "Mohon ditindak" in call(desk, "nuri")


async def test_held_calls_die_with_the_move(desk: Desk) -> None:
    _night(desk)
    case = await desk.report()
    await wait(desk, 70, step=10)
    await desk.send_data("nuri", f"v:rq:{case.id}:1:verifikasi:waktu", desk.card(GROUP, case.ref))
    desk.later(hours=7)
    await sweep(desk)
    assert not calls(desk, "nuri")
