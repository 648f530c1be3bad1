"""Days, months, midnights: the morning's rounds come once each local day, at the agency's time."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from domain.notices import Delete, Show
from tests.morning.house import Morning


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Morning]:
    made = await Morning.open(tmp_path, datetime(2026, 11, 19, 12, tzinfo=UTC))
    yield made
    await made.db.close()


TIMES = ((4, 59), (5, 0), (5, 10), (5, 20), (5, 30), (5, 35), (5, 45), (6, 0), (12, 0), (23, 59))


async def live(house: Morning, day: date) -> None:
    """A day in which agen0 reports at 05.10, agen1 at 05.40, agen2 never."""
    for hour, minute in TIMES:
        house.move_to(hour, minute, day)
        if (hour, minute) == (5, 10):
            assert await house.nihil("agen0")
        if (hour, minute) == (5, 45):
            assert await house.nihil("agen1")
        await house.sweep()
        await house.deliver()


DAY = Counter(
    {
        ("agen0", "reminder", False): 1,
        ("agen1", "reminder", False): 1,
        ("agen1", "reminder", True): 1,
        ("agen1", "late", False): 1,
        ("agen2", "reminder", False): 1,
        ("agen2", "reminder", True): 1,
        ("agen2", "late", False): 1,
        ("koordinator", "coordinator", False): 1,
        ("kabid", "escalation", False): 1,
    }
)

SPANS = {
    "a month with its end": (date(2026, 11, 15), 31),
    "the year's end": (date(2026, 12, 30), 4),
    "a leap day": (date(2028, 2, 27), 4),
}


@pytest.mark.parametrize(("first", "days"), SPANS.values(), ids=SPANS.keys())
async def test_every_day_is_the_same(house: Morning, first: date, days: int) -> None:
    for number in range(days):
        await live(house, first + timedelta(days=number))
    assert house.wronged == []
    for number in range(days):
        day = first + timedelta(days=number)
        assert Counter({key[1:]: n for key, n in house.counts().items() if key[0] == day}) == DAY, day
    assert await house.db.verify() == []


async def test_midnight_at_the_agency_begins_the_day_not_midnight_utc(house: Morning) -> None:
    """05.00 WIB is 22.00 UTC of the day before: what is done at 06.50, before 00.00 UTC, is not done again at 07.10."""
    await live(house, date(2026, 11, 20))
    told = len(house.got)
    for hour, minute in ((6, 50), (7, 10), (8, 29), (23, 59), (0, 0), (0, 1)):
        house.move_to(hour, minute, date(2026, 11, 20) if hour else date(2026, 11, 21))
        await house.sweep()
        await house.deliver()
    assert len(house.got) == told
    house.move_to(5, 0, date(2026, 11, 21))
    await house.sweep()
    await house.deliver()
    assert len(house.got) == told + 3


async def test_a_thousand_agents_are_rung_in_small_transactions(tmp_path: Path) -> None:
    house = await Morning.open(tmp_path, datetime(2026, 11, 19, 21, 59, tzinfo=UTC), agents=1000)
    sizes: list[int] = []
    house.db.on_notices = lambda rows: sizes.append(len(rows))
    house.later(minutes=1)
    await house.sweep()
    waiting = await house.db.run(lambda uow: uow.outbox.pending(5000))
    assert sum(row.slot is not None and row.action.__class__.__name__ == "Show" for row in waiting) == 1000
    assert max(sizes) <= 25  # somebody's tap waits for one of them at most
    await house.sweep()
    assert len(await house.db.run(lambda uow: uow.outbox.pending(5000))) == len(waiting)
    await house.db.close()


async def test_whoever_reports_while_the_reminder_is_on_its_way_is_not_left_with_it(house: Morning) -> None:
    house.move_to(5, 0, date(2026, 11, 20))
    await house.sweep()
    assert await house.nihil("agen0")
    rows = await house.db.run(lambda uow: uow.outbox.pending(100))
    mine = [row.action for row in rows if row.chat_id == house.people["agen0"].telegram_id]
    assert [type(action) for action in mine if getattr(action, "slot", "").startswith("pagi:")] == [Delete]


async def test_where_nothing_stands_nothing_is_deleted(house: Morning) -> None:
    house.move_to(5, 0, date(2026, 11, 20))
    await house.sweep()
    rows = await house.db.run(lambda uow: uow.outbox.pending(100))
    assert not any(isinstance(row.action, Delete) for row in rows)
    await house.deliver()
    house.move_to(5, 20)
    await house.sweep()
    rows = await house.db.run(lambda uow: uow.outbox.pending(100))
    assert [type(row.action) for row in rows] == [Delete, Show] * 3


async def test_the_morning_follows_the_zone_of_the_office(tmp_path: Path) -> None:
    profile = tmp_path / "timur.toml"
    profile.write_text('extends = "pekalongan"\nname = "timur"\nzone = "Asia/Jayapura"\nzone_label = "WIT"\n')
    house = await Morning.open(tmp_path, datetime(2026, 11, 19, 19, 59, tzinfo=UTC), profile=str(profile))
    for minutes, told in ((0, 0), (1, 3), (20, 6), (10, 6), (5, 10), (10, 11)):
        house.later(minutes=minutes)
        await house.sweep()
        await house.deliver()
        assert len(house.got) == told, house.local
    assert house.local.isoformat() == "2026-11-20T05:45:00+09:00"
    assert house.wronged == []
    await house.db.close()


async def test_two_schedulers_at_once_ring_nobody_twice(tmp_path: Path) -> None:
    house = await Morning.open(tmp_path, datetime(2026, 11, 19, 22, tzinfo=UTC))

    await asyncio.gather(*(house.sweep() for _ in range(4)))
    await house.deliver()
    assert house.counts() == Counter({(date(2026, 11, 20), f"agen{n}", "reminder", False): 1 for n in range(3)})
    await house.db.close()
