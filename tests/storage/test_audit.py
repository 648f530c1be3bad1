"""``audit verify`` finds any change: every column of every sealed row, every deleted row."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from sqlalchemy import LargeBinary, Table, delete, select, text, update

from domain.errors import TamperedError
from domain.model import Group
from domain.notices import Notice, Show, View
from storage import tables as t
from storage.columns import Moment
from storage.database import Database
from storage.unit import UnitOfWork
from tests.storage.parts import MINUTE, NOW, attach, case, grant, person

SEALED = (
    t.persons,
    t.invitations,
    t.groups,
    t.cases,
    t.case_versions,
    t.counters,
    t.chains,
    t.attachments,
    t.deadlines,
    t.occurrences,
    t.absences,
    t.recaps,
    t.events,
)
COUNTED = (t.persons, t.invitations, t.cases, t.case_versions, t.counters, t.chains)


def seed(uow: UnitOfWork) -> None:
    """A whole history, with two rows of most tables."""
    author, verifier = person(uow, 1, "Elang-07", source="FKDM", means="media"), person(uow, 2, "Elang-08")
    for number in (1, 2):
        made = case(uow, author, recorded_by=verifier.id, value="B2", closed_at=NOW)
        uow.cases.add_version(made, {"apa": "Dikoreksi"}, author.id, NOW)
        attach(uow, "a", case_id=made.id, file_name="foto.jpg", media_group="album")
        for action in ("submitted", "verified", "approved"):
            uow.events.append(f"case:{made.id}", action, author.id, NOW, {"nomor": number})
    uow.invitations.add(b"digest", grant(), author.id, NOW, NOW + MINUTE)
    uow.groups.put(Group(-1, "Ruang verifikasi", "verifikasi", author.id, None))
    uow.deadlines.add("batas", "case:1", NOW)
    uow.occurrences.claim("pagi", "hari", NOW, NOW)
    uow.absences.add(author.id, NOW, NOW + MINUTE, "cuti", verifier.id, NOW, deputy_id=verifier.id)
    recap = uow.recaps.add(NOW.date(), "RK-261121", {"isi": ["<b>"]}, NOW, NOW + MINUTE)
    uow.recaps.change(recap, approved_at=NOW, approved_by=author.id, addenda=1)


def other(value: Any, column: Any) -> Any:
    """A value of the same type that differs."""
    match value:
        case bool():
            return not value
        case int():
            return value + 100
        case bytes():
            return value[:-1] + bytes([value[-1] ^ 1])
        case str():
            return value + " "
        case None if isinstance(column.type, Moment):
            return NOW
        case None:
            return b"x" if isinstance(column.type, LargeBinary) else column.type.python_type(7)
    return value + MINUTE if isinstance(column.type, Moment) else value.replace(year=2020)


async def test_a_history_holds_and_reads_back(db: Database) -> None:
    await db.run(seed)
    assert list(await db.verify()) == []
    events = await db.run(lambda uow: uow.events.of("case:1"))
    assert [(event.seq, event.action, event.data) for event in events] == [
        (1, "submitted", {"nomor": 1}), (2, "verified", {"nomor": 1}), (3, "approved", {"nomor": 1}),
    ]  # fmt: skip
    assert (events[0].at, events[0].actor_id, events[0].subject) == (NOW, 1, "case:1")


def strip_checks(uow: UnitOfWork) -> None:
    """What somebody who edits the file would do first."""
    uow.conn.exec_driver_sql("PRAGMA ignore_check_constraints=ON")


def execute(statement: Any, uow: UnitOfWork) -> None:
    """Past the repositories."""
    uow.conn.execute(statement)


@pytest.mark.parametrize("table", SEALED, ids=lambda table: str(table.name))
async def test_every_changed_column_is_found(sqlite_db: Database, table: Table) -> None:
    await sqlite_db.run(seed)
    await sqlite_db._store.alone(lambda conn: conn.exec_driver_sql("PRAGMA foreign_keys=OFF"))  # type: ignore[union-attr]
    await sqlite_db.run(strip_checks)
    for column in table.columns:

        def change(uow: UnitOfWork, column: Any = column) -> Any:
            row = uow.conn.execute(select(table).limit(1)).one()
            key = [part == row._mapping[part] for part in table.primary_key.columns]
            value = other(row._mapping[column], column)
            uow.conn.execute(update(table).where(*key).values({column: value}))
            new_key = [part == (value if part is column else row._mapping[part]) for part in table.primary_key.columns]
            return new_key, row._mapping[column], column

        new_key, old, _ = await sqlite_db.run(change)
        found = list(await sqlite_db.verify())
        assert found, f"{table.name}.{column.name}"
        assert not any("foto" in line or "Elang" in line or "Dikoreksi" in line for line in found)
        await sqlite_db.run(partial(execute, update(table).where(*new_key).values({column: old})))
        assert list(await sqlite_db.verify()) == [], f"{table.name}.{column.name} put back"


@pytest.mark.parametrize("table", COUNTED, ids=lambda table: str(table.name))
async def test_every_deleted_row_is_found(sqlite_db: Database, table: Table) -> None:
    await sqlite_db.run(seed)
    await sqlite_db._store.alone(lambda conn: conn.exec_driver_sql("PRAGMA foreign_keys=OFF"))  # type: ignore[union-attr]
    for row in await sqlite_db.run(lambda uow: uow.conn.execute(select(table)).all()):
        key = [part == row._mapping[part] for part in table.primary_key.columns]
        await sqlite_db.run(partial(execute, delete(table).where(*key)))
        assert list(await sqlite_db.verify()), f"{table.name} {row[0]}"
        await sqlite_db.run(partial(execute, table.insert().values(tuple(row))))
        assert list(await sqlite_db.verify()) == []


@pytest.mark.parametrize("seq", [1, 2, 3])
async def test_a_deleted_event_is_found(db: Database, seq: int) -> None:
    await db.run(seed)
    await db.run(
        lambda uow: uow.conn.execute(text("DELETE FROM events WHERE subject = 'case:1' AND seq = :seq"), {"seq": seq})
    )
    assert list(await db.verify())


async def test_a_whole_history_that_vanished_is_found(db: Database) -> None:
    await db.run(seed)

    def vanish(uow: UnitOfWork) -> None:
        for table in ("events", "chains"):
            uow.conn.execute(text(f"DELETE FROM {table} WHERE subject = 'case:2'"))

    await db.run(vanish)
    assert list(await db.verify()) == ["chains: 1 rows where 2 were made"]


async def test_destroyed_content_leaves_a_tombstone_and_the_chain_holds(db: Database) -> None:
    await db.run(seed)
    await db.run(lambda uow: uow.events.destroy("case:1", NOW))
    assert list(await db.verify()) == []
    events = await db.run(lambda uow: uow.events.of("case:1"))
    assert [(event.action, event.data) for event in events] == [
        ("submitted", {}),
        ("verified", {}),
        ("approved", {}),
        ("tombstone:3", {}),
    ]
    await db.run(lambda uow: uow.conn.execute(text("UPDATE events SET data = NULL WHERE subject = 'case:2'")))
    assert len(await db.verify()) == 3


async def test_a_changed_row_is_refused_when_read_and_not_sealed_anew(db: Database) -> None:
    await db.run(seed)
    await db.run(lambda uow: uow.people.by_telegram_id(1))  # in the cache
    await db.run(lambda uow: uow.conn.execute(text("UPDATE persons SET roles = '[\"administrator\"]' WHERE id = 1")))
    await db.run(lambda uow: uow.conn.execute(text("UPDATE cases SET status = 'approved' WHERE id = 1")))
    for read in (
        lambda uow: uow.people.by_telegram_id(1),
        lambda uow: uow.people.change(1, name="x"),
        lambda uow: uow.cases.get(1),
    ):
        with pytest.raises(TamperedError):
            await db.run(read)


async def test_an_event_of_another_branch_does_not_fit_in(db: Database) -> None:
    """Genuine events of an older copy of the database, put in the place of what happened instead."""

    def branch(uow: UnitOfWork) -> None:
        uow.events.append("system", "first", None, NOW)
        older = uow.conn.execute(select(t.chains)).one()
        uow.events.append("system", "second", None, NOW)
        unwanted = uow.conn.execute(select(t.events).where(t.events.c.seq == 2)).one()
        uow.conn.execute(delete(t.events).where(t.events.c.seq == 2))
        uow.conn.execute(update(t.chains).values(older._mapping))
        uow.events.append("system", "another second", None, NOW)
        uow.events.append("system", "third", None, NOW)
        uow.conn.execute(update(t.events).where(t.events.c.seq == 2).values(unwanted._mapping))

    await db.run(branch)
    assert list(await db.verify()) == ["event system#3 was changed"]


async def test_what_cannot_even_be_read_is_found(sqlite_db: Database) -> None:
    await sqlite_db.run(seed)
    await sqlite_db.run(lambda uow: uow.conn.execute(text("UPDATE cases SET duty_date = 'kemarin' WHERE id = 1")))
    assert "a row holds what cannot be read (ValueError)" in await sqlite_db.verify()


@pytest.mark.parametrize(("column", "value"), [("chat_id", 7), ("slot", "kartu:1@7"), ("reference", "LI-261120-0002")])
async def test_a_notice_cannot_be_sent_elsewhere(sqlite_db: Database, column: str, value: Any) -> None:
    await sqlite_db.run(
        lambda uow: uow.outbox.add(Notice(5, Show(View("kata"), "kartu:1@5"), reference="LI-261120-0001"))
    )
    await sqlite_db.run(lambda uow: uow.conn.execute(update(t.outbox).values({column: value})))
    assert "outbox.action does not decrypt in row 1" in await sqlite_db.verify()
    with pytest.raises(TamperedError):
        await sqlite_db.run(lambda uow: uow.outbox.pending(9))
