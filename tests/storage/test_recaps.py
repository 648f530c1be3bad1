"""Recaps: one a day, changed by one writer at a time; the events that may stand in one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from domain.errors import StaleWrite
from domain.model import Recap
from storage.database import Database
from storage.unit import UnitOfWork
from tests.storage.parts import MINUTE, NOW, case, person

DAY = timedelta(days=1)


def made(uow: UnitOfWork, day: int = 0) -> Recap:
    then = NOW.date() + day * DAY
    return uow.recaps.add(then, f"RK-{then:%y%m%d}", {"isi": [{"apa": "<b>$x$"}]}, NOW, NOW + MINUTE)


async def test_a_recap_comes_back_as_it_was_and_is_found_by_its_day(db: Database) -> None:
    first, second = await db.run(lambda uow: (made(uow), made(uow, 1)))
    assert first.content == {"isi": [{"apa": "<b>$x$"}]}
    today = NOW.date()
    assert await db.run(lambda uow: uow.recaps.get(first.id)) == first
    assert await db.run(lambda uow: uow.recaps.of_day(today)) == first
    assert await db.run(lambda uow: uow.recaps.of_day(today - DAY)) is None
    assert await db.run(lambda uow: uow.recaps.latest(today + DAY)) == first
    assert await db.run(lambda uow: uow.recaps.latest(today)) is None
    assert await db.run(lambda uow: uow.recaps.between(today, today + 5 * DAY)) == [first, second]


async def test_a_day_has_one_recap_only(db: Database) -> None:
    await db.run(made)
    with pytest.raises((IntegrityError, StaleWrite)):
        await db.run(made)


async def test_two_writers_cannot_both_change_it(db: Database) -> None:
    author = await db.run(lambda uow: person(uow, 1, "Elang-07"))
    first = await db.run(made)
    changed = await db.run(lambda uow: uow.recaps.change(first, version=2, content={"isi": []}))
    assert (changed.version, changed.content, changed.revision) == (2, {"isi": []}, 2)
    with pytest.raises(StaleWrite):
        await db.run(lambda uow: uow.recaps.change(first, approved_at=NOW, approved_by=author.id))
    assert await db.run(lambda uow: uow.recaps.get(first.id)) == changed
    assert await db.verify() == []


async def test_only_open_events_that_are_not_secret_are_given(db: Database) -> None:
    def work(uow: UnitOfWork) -> list[str]:
        author = person(uow, 1, "Elang-07")
        wanted = case(uow, author, received_at=NOW)
        for other in (
            {"nihil": True},
            {"kind": "lapsus"},
            {"kind": "disposisi"},
            {"classification": "rahasia"},
            {"status": "cancelled"},
            {"status": "rejected"},
            {"received_at": NOW - DAY},
            {"received_at": NOW + MINUTE},
        ):
            case(uow, author, **{"received_at": NOW, **other})
        found = uow.cases.events_between(NOW - DAY, NOW)
        assert [one.ref for one in found] == [wanted.ref]
        return [one.ref for one in found]

    assert len(await db.run(work)) == 1
