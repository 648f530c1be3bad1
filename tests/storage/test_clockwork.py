"""Occurrences fire once; absences are found at the moment they cover."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from storage.database import Database
from storage.unit import UnitOfWork
from tests.storage.parts import MINUTE, NOW, person

DAY = timedelta(days=1)


async def test_an_occurrence_is_claimed_by_one_of_many(db: Database) -> None:
    def claim(uow: UnitOfWork) -> bool:
        return uow.occurrences.claim("pagi", "2026-11-21:1", NOW, NOW + MINUTE)

    claimed = await asyncio.gather(*(db.run(claim) for _ in range(5)))
    assert sorted(claimed) == [False] * 4 + [True]
    assert await db.run(lambda uow: uow.occurrences.claim("pagi", "2026-11-22:1", NOW, NOW))
    assert await db.run(lambda uow: uow.occurrences.claim("papan", "2026-11-21:1", NOW, NOW))


async def test_a_claim_of_work_that_failed_is_given_back(db: Database) -> None:
    def fails(uow: UnitOfWork) -> None:
        assert uow.occurrences.claim("pagi", "hari", NOW, NOW)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await db.run(fails)
    assert await db.run(lambda uow: uow.occurrences.claim("pagi", "hari", NOW, NOW))


async def test_an_occurrence_before_its_time_is_not_late_and_old_ones_go(db: Database) -> None:
    assert await db.run(lambda uow: uow.occurrences.claim("pagi", "awal", NOW + MINUTE, NOW))
    assert await db.run(lambda uow: uow.occurrences.purge(NOW + MINUTE)) == 0
    assert await db.run(lambda uow: uow.occurrences.purge(NOW + 2 * MINUTE)) == 1
    assert await db.run(lambda uow: uow.occurrences.claim("pagi", "awal", NOW, NOW))


async def test_an_absence_counts_from_its_start_until_just_before_its_end(db: Database) -> None:
    away, other = await db.run(lambda uow: (person(uow, 1), person(uow, 2)))
    made = await db.run(lambda uow: uow.absences.add(away.id, NOW, NOW + DAY, "plh", other.id, NOW, deputy_id=other.id))
    moments = (NOW - MINUTE, NOW, NOW + DAY - MINUTE, NOW + DAY)
    found = await db.run(lambda uow: [uow.absences.at(away.id, moment) for moment in moments])
    assert found == [None, made, made, None]
    assert await db.run(lambda uow: uow.absences.at(other.id, NOW)) is None
    assert await db.run(lambda uow: [*uow.absences.during(NOW), *uow.absences.during(NOW + DAY)]) == [made]
    assert (made.kind, made.deputy_id, made.created_by, made.ended_at) == ("plh", other.id, other.id, None)


async def test_an_absence_is_ended_early_once(db: Database) -> None:
    away = await db.run(lambda uow: person(uow, 1))
    first = await db.run(lambda uow: uow.absences.add(away.id, NOW, NOW + DAY, "cuti", None, NOW))
    second = await db.run(lambda uow: uow.absences.add(away.id, NOW + MINUTE, NOW + 2 * DAY, "sakit", away.id, NOW))
    assert [a.id for a in await db.run(lambda uow: uow.absences.of(away.id))] == [second.id, first.id]
    assert (await db.run(lambda uow: uow.absences.at(away.id, NOW + MINUTE))) == second
    ended = [await db.run(lambda uow: uow.absences.end(second.id, NOW + MINUTE)) for _ in range(2)]
    assert ended == [True, False]
    assert (await db.run(lambda uow: uow.absences.at(away.id, NOW + MINUTE))) == first
    assert not await db.run(lambda uow: uow.absences.end(first.id, NOW + DAY))
    assert not await db.run(lambda uow: uow.absences.end(999, NOW))


@pytest.mark.parametrize("wrong", ["period", "self", "nobody"])
async def test_an_impossible_absence_is_refused(db: Database, wrong: str) -> None:
    away = await db.run(lambda uow: person(uow, 1))

    def add(uow: UnitOfWork) -> None:
        match wrong:
            case "period":
                uow.absences.add(away.id, NOW, NOW, "cuti", None, NOW)
            case "self":
                uow.absences.add(away.id, NOW, NOW + DAY, "cuti", None, NOW, deputy_id=away.id)
            case _:
                uow.absences.add(away.id, NOW, NOW + DAY, "plt", None, NOW)

    with pytest.raises(ValueError, match=r"absence|deputises|deputy"):
        await db.run(add)
