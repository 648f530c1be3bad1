"""Readers' PINs: kept whole, bound to their person, hashed so that only the right digits match."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.errors import TamperedError
from domain.model import Pin
from storage.database import Database
from storage.tables import pins as t
from storage.verify import problems
from tests.storage.parts import NOW, person

FULL = Pin("$argon2id$x", 2, NOW, NOW, "$argon2id$y", "buka:7", NOW)


async def test_a_pin_comes_back_as_it_was_and_is_replaced(db: Database) -> None:
    who = await db.run(person)
    assert await db.run(lambda uow: uow.pins.get(who.id)) is None
    await db.run(lambda uow: uow.pins.put(who.id, FULL))
    assert await db.run(lambda uow: uow.pins.get(who.id)) == FULL
    other = replace(FULL, wrong=0, locked_until=None, asked=None, asked_at=None)
    await db.run(lambda uow: uow.pins.put(who.id, other))
    assert await db.run(lambda uow: uow.pins.get(who.id)) == other
    assert await db.run(lambda uow: problems(uow.conn, uow.vault)) == []


async def test_only_the_digits_that_were_hashed_match(db: Database) -> None:
    known = await db.run(lambda uow: uow.pins.hashed("482915"))
    assert known.startswith("$argon2id$")
    assert await db.run(lambda uow: uow.pins.matches(known, "482915"))
    assert not await db.run(lambda uow: uow.pins.matches(known, "482916"))
    assert not await db.run(lambda uow: uow.pins.matches("no hash", "482915"))


async def test_another_persons_pin_put_in_ones_place_is_noticed(db: Database) -> None:
    one, two = await db.run(lambda uow: (person(uow, 700_000_001, "Elang-1"), person(uow, 700_000_002, "Elang-2")))
    await db.run(lambda uow: uow.pins.put(one.id, FULL))
    await db.run(lambda uow: uow.pins.put(two.id, replace(FULL, hash="$argon2id$z")))
    await db.run(
        lambda uow: uow.conn.execute(
            t.update()
            .where(t.c.person_id == two.id)
            .values(secret=t.select().with_only_columns(t.c.secret).where(t.c.person_id == one.id).scalar_subquery())
        )
    )
    with pytest.raises(TamperedError):
        await db.run(lambda uow: uow.pins.get(two.id))
    assert await db.run(lambda uow: problems(uow.conn, uow.vault))
