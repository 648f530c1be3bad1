"""Orders, teams, logs and emergencies of a lokus: one contract on SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from domain.errors import StaleWrite
from domain.lokus.model import Lokus
from domain.model import Case, Person
from storage.database import Database
from storage.unit import UnitOfWork
from tests.storage.crowd import SECRET, field
from tests.storage.parts import MINUTE, NOW, case, person

HOUR = timedelta(hours=1)
ORDER = {"masalah": "Unjuk <b>rasa</b>", "tim": [2]}


def made(uow: UnitOfWork) -> tuple[Case, Lokus, Person, Person]:
    sender, member = person(uow, 1, "Nuri-01"), person(uow, 2, "Camar-01")
    plan = case(uow, sender, kind="lokus")
    return plan, uow.lokus.add(plan.id, ORDER, NOW), sender, member


def sent(uow: UnitOfWork, lokus: Lokus, lead: Person) -> Lokus:
    return uow.lokus.change(
        lokus, edition=1, order=ORDER, desk=None, starts_at=NOW + HOUR, ends_at=NOW + 9 * HOUR, coordinator_id=lead.id
    )


async def test_an_order_comes_back_as_it_was(db: Database) -> None:
    plan, first, sender, _ = await db.run(made)
    assert (first.edition, first.order, first.desk, first.result) == (0, {}, ORDER, None)
    ordered = await db.run(lambda uow: sent(uow, first, sender))
    assert (ordered.edition, ordered.order, ordered.desk) == (1, ORDER, None)
    assert await db.run(lambda uow: uow.lokus.get(plan.id)) == ordered
    assert await db.run(lambda uow: uow.lokus.get(plan.id + 99)) is None
    assert [one.case_id for one in await db.run(lambda uow: uow.lokus.standing())] == [plan.id]
    with pytest.raises(StaleWrite):
        await db.run(lambda uow: uow.lokus.change(first, edition=2))
    closed = await db.run(lambda uow: uow.cases.change(plan, closed_at=NOW, status="cancelled"))
    assert closed.closed_at == NOW
    assert await db.run(lambda uow: uow.lokus.standing()) == []


async def test_who_is_busy_at_a_time(db: Database) -> None:
    _, first, sender, _ = await db.run(made)
    ordered = await db.run(lambda uow: sent(uow, first, sender))

    async def found(start: timedelta, end: timedelta) -> int:
        return len(await db.run(lambda uow: uow.lokus.between(NOW + start, NOW + end)))

    assert await found(2 * HOUR, 3 * HOUR) == 1
    assert await found(8 * HOUR, 20 * HOUR) == 1
    assert await found(0 * HOUR, HOUR) == 0  # ends as it begins
    assert await found(9 * HOUR, 10 * HOUR) == 0
    await db.run(lambda uow: uow.lokus.change(ordered, ended_at=NOW + 4 * HOUR))
    assert await found(2 * HOUR, 3 * HOUR) == 0


async def test_one_person_has_one_place_in_a_team(db: Database) -> None:
    plan, _, sender, member = await db.run(made)
    row = await db.run(lambda uow: uow.lokus.add_member(plan.id, member.id, sender.id, NOW))
    lead = await db.run(lambda uow: uow.lokus.add_member(plan.id, sender.id, sender.id, NOW, lead=True))
    with pytest.raises((IntegrityError, StaleWrite)):
        await db.run(lambda uow: uow.lokus.add_member(plan.id, member.id, sender.id, NOW))
    assert await db.run(lambda uow: uow.lokus.team(plan.id)) == [lead, row]
    assert await db.run(lambda uow: uow.lokus.duties(member.id)) == [row]
    out = await db.run(lambda uow: uow.lokus.change_member(row, removed_at=NOW, content={"alasan": "Sakit"}))
    assert await db.run(lambda uow: uow.lokus.get_member(row.id)) == out
    assert await db.run(lambda uow: uow.lokus.member(plan.id, member.id)) is None
    assert await db.run(lambda uow: uow.lokus.duties(member.id)) == []
    again = await db.run(lambda uow: uow.lokus.add_member(plan.id, member.id, sender.id, NOW, replaces_id=row.id))
    assert await db.run(lambda uow: uow.lokus.team(plan.id, everybody=True)) == [lead, out, again]
    with pytest.raises(StaleWrite):
        await db.run(lambda uow: uow.lokus.change_member(row, misses=1))


async def test_a_duty_is_found_for_a_while_after_the_end(db: Database) -> None:
    plan, row, sender, member = await db.run(made)
    there = await db.run(lambda uow: uow.lokus.add_member(plan.id, member.id, sender.id, NOW))

    async def found(since: timedelta | None, *, everybody: bool = False) -> list[int]:
        moment = None if since is None else NOW + since
        duties = await db.run(lambda uow: uow.lokus.duties(member.id, everybody=everybody, since=moment))
        return [one.id for one in duties]

    assert await found(None) == await found(9 * HOUR) == [there.id]  # open: at any time
    await db.run(lambda uow: uow.lokus.change(row, ended_at=NOW + HOUR))
    await db.run(lambda uow: uow.cases.change(plan, closed_at=NOW + HOUR, status="cancelled"))
    assert await found(None) == await found(HOUR + MINUTE) == []
    assert await found(HOUR) == [there.id]
    await db.run(lambda uow: uow.lokus.change_member(there, removed_at=NOW + HOUR))
    assert await found(HOUR) == []
    assert await found(HOUR, everybody=True) == [there.id]


async def test_the_log_is_in_order_of_what_was_said(db: Database) -> None:
    plan, _, sender, member = await db.run(made)

    def log(uow: UnitOfWork) -> None:
        for minutes, message in ((30, 71), (10, 72), (20, 73)):
            content = {"teks": f"menit {minutes}"}
            entry = uow.lokus.log(
                plan.id, member.id, "text", NOW + minutes * MINUTE, NOW + HOUR, content, chat_id=2, message_id=message
            )
            assert entry is not None
        uow.lokus.log(plan.id, sender.id, "level", NOW + 15 * MINUTE, NOW, {"tingkat": "waspada"})

    await db.run(log)
    entries = await db.run(lambda uow: uow.lokus.entries(plan.id))
    assert [(entry.at - NOW) / MINUTE for entry in entries] == [10, 15, 20, 30]
    assert [entry.content for entry in entries][1] == {"tingkat": "waspada"}
    assert len(await db.run(lambda uow: uow.lokus.entries(plan.id, member.id))) == 3
    twice = await db.run(
        lambda uow: uow.lokus.log(plan.id, member.id, "text", NOW, NOW, {"teks": "lagi"}, chat_id=2, message_id=71)
    )
    assert twice is None
    entry = await db.run(lambda uow: uow.lokus.entry_of(2, 73))
    assert entry is not None
    mended = await db.run(lambda uow: uow.lokus.change_entry(entry, {"teks": "dibetulkan"}))
    assert await db.run(lambda uow: uow.lokus.entry_of(2, 73)) == mended
    with pytest.raises(StaleWrite):
        await db.run(lambda uow: uow.lokus.change_entry(entry, {}))


async def test_one_open_emergency_a_person(db: Database) -> None:
    plan, _, sender, member = await db.run(made)
    point = {"titik": [-6.1, 106.6]}
    alarm = await db.run(lambda uow: uow.lokus.raise_emergency(plan.id, member.id, point, NOW))
    with pytest.raises((IntegrityError, StaleWrite)):
        await db.run(lambda uow: uow.lokus.raise_emergency(plan.id, member.id, point, NOW))
    assert await db.run(lambda uow: uow.lokus.emergencies()) == [alarm]
    ended = await db.run(
        lambda uow: uow.lokus.change_emergency(
            alarm, ended_at=NOW, ended_by=member.id, content={**point, "kepada": [1]}
        )
    )
    assert await db.run(lambda uow: uow.lokus.emergencies()) == []
    assert await db.run(lambda uow: uow.lokus.emergencies(plan.id)) == [ended]
    assert await db.run(lambda uow: uow.lokus.get_emergency(alarm.id)) == ended
    await db.run(lambda uow: uow.lokus.raise_emergency(plan.id, member.id, point, NOW + HOUR))
    assert sender.id != member.id


async def test_contents_are_sealed_encrypted_and_counted(db: Database) -> None:
    plan, first, sender, member = await db.run(made)
    await db.run(lambda uow: sent(uow, first, sender))
    row = await db.run(lambda uow: uow.lokus.add_member(plan.id, member.id, sender.id, NOW))
    await db.run(lambda uow: uow.lokus.change_member(row, content={"alasan": "Rahasia sekali"}))
    await db.run(lambda uow: uow.lokus.log(plan.id, member.id, "text", NOW, NOW, {"teks": "Rahasia sekali"}))
    await db.run(lambda uow: uow.lokus.raise_emergency(plan.id, member.id, {"titik": [1, 2]}, NOW))
    assert await db.verify() == []

    def raw(uow: UnitOfWork) -> bytes:
        columns = (("lokus", '"order"'), ("lokus_members", "content"), ("lokus_log", "content"))
        found = [uow.conn.execute(text(f"SELECT {column} FROM {table}")).scalar_one() for table, column in columns]
        return b"".join(bytes(one) for one in found)

    stored = await db.run(raw)
    assert b"Rahasia" not in stored
    assert b"Unjuk" not in stored
    await db.run(lambda uow: uow.conn.execute(text("UPDATE lokus_members SET misses = misses + 1")))
    assert [problem for problem in await db.verify() if "lokus_members" in problem]


async def test_destroyed_with_its_case_nothing_of_it_stays_and_the_rest_still_verifies(db: Database) -> None:
    number = await db.run(field)
    other = (await db.run(made))[0]
    ref = await db.run(lambda uow: uow.cases.get(number).ref)  # type: ignore[union-attr]
    await db.run(lambda uow: uow.retention.destroy_case(number, ref, NOW))
    assert await db.run(
        lambda uow: (
            uow.lokus.get(number),
            uow.lokus.team(number),
            uow.lokus.entries(number),
            uow.lokus.emergencies(number),
        )
    ) == (None, [], [], [])
    assert SECRET not in repr(await db.run(lambda uow: uow.cases.get(number)))
    assert await db.run(lambda uow: uow.lokus.get(other.id)) is not None
    assert list(await db.verify()) == []
