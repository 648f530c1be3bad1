"""``audit verify`` row by row: every column changed and every row deleted of every table, and every file."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Table, delete, select, update

from domain.model import Group, Pin
from domain.notices import Notice, Show, View
from storage import tables as t
from storage import verify
from storage.crypto import Vault
from storage.database import Database
from storage.files import AttachmentFiles
from storage.hidden import reveal_to
from storage.outbox import Settled
from storage.sqlite import connect, raw
from storage.unit import UnitOfWork
from tests.storage import test_audit
from tests.storage.parts import MINUTE, NOW, FixedClock, attach, case, draft, open_database, person
from tests.storage.parts import raw as update_of

_TRIED = "how often it was tried is added up by the statement itself, which does not read the row"
_LATER = "when a try was due is kept though the row is settled, and means nothing any more"
_DROPPED = "the statement that drops does not read what earlier tries left behind"
_SEAT = "written from the outbox in bulk; a wrong one costs a second message or a lost edit, and grants nothing"
OPEN_TO_CHANGE = {
    ("inbox", "attempts"): ({"tried", "done", "dead"}, _TRIED),
    ("outbox", "attempts"): ({"tried", "sent", "dead", "dropped"}, _TRIED),
    ("outbox", "not_before"): ({"sent", "dead", "dropped"}, _LATER),
    ("outbox", "error"): ({"dropped"}, _DROPPED),
    ("outbox", "uncertain"): ({"dropped"}, _DROPPED),
    ("outbox", "parts_done"): ({"dropped"}, _DROPPED),
    **{("slots", column.name): ({"any"}, _SEAT) for column in t.slots.c},
}
"""What ``audit verify`` does not see: in rows of which state, and why."""
OPEN_TO_DELETION = {
    "slots": _SEAT,
}


def fill(uow: UnitOfWork) -> None:
    """Every table, and every state of a queue's row."""
    test_audit.seed(uow)
    uow.groups.put(Group(-2, "Ruang", None, None, NOW))
    uow.deadlines.add("batas", "case:2", NOW)
    uow.meta.put("bot_username", "uji_bot")
    uow.inbox.store([update_of(number) for number in (1, 2, 3, 4)], NOW, NOW)
    uow.inbox.done(1)
    uow.inbox.failed(2, "GALAT", dead=True)
    uow.inbox.failed(3, "GALAT", dead=False)
    for number in range(1, 9):
        uow.outbox.add(
            Notice(5, Show(View("kata"), f"kartu:{number}@5"), reference="LI-1", not_before=NOW if number > 6 else None)
        )
    uow.outbox.settle([
        Settled(1, "sent", message_id=7, slot="kartu:1@5"), Settled(2, "dead", error="BLOKIR"),
        Settled(3, "retry", error="GALAT", uncertain=True, not_before=NOW),
    ])  # fmt: skip
    uow.outbox.drop_unsent("kartu:4@5")
    uow.outbox.add(Notice(6, Show(View("kata"))))
    uow.outbox.drop_chat(6)
    for number, status in enumerate(("active", "saved", "sent", "cancelled"), start=10):
        made = draft(uow, person(uow, number), remind_at=NOW + MINUTE, expires_at=NOW + 2 * MINUTE)
        uow.drafts.save(replace(made, status=status), NOW)  # type: ignore[arg-type]
    uow.pins.put(person(uow, 15).id, Pin("$argon2id$x", 2, NOW, NOW, "$argon2id$y", "buka:7", NOW))
    field(uow)
    late = draft(uow, person(uow, 14), remind_at=NOW, expires_at=NOW)
    uow.drafts.claim_reminders(NOW)
    assert [one.id for one in uow.drafts.claim_expired(NOW)] == [late.id]


def field(uow: UnitOfWork) -> None:
    """A lokus with its order, one member, an entry of the log and an emergency."""
    lead, member = person(uow, 16, "Camar-16"), person(uow, 17, "Camar-17")
    plan = case(uow, lead, kind="lokus")
    order = uow.lokus.add(plan.id, {"tim": [member.id]}, NOW)
    uow.lokus.change(order, edition=1, starts_at=NOW, ends_at=NOW + MINUTE, coordinator_id=lead.id)
    row = uow.lokus.add_member(plan.id, member.id, lead.id, NOW)
    uow.lokus.change_member(row, content={"alasan": "foto"})
    uow.lokus.log(plan.id, member.id, "text", NOW, NOW, {"teks": "foto"}, chat_id=2, message_id=71)
    uow.lokus.raise_emergency(plan.id, member.id, {"titik": [1, 2]}, NOW)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Connection, Vault]]:
    """A connection past the repositories, with nothing that would hold back somebody who edits the file."""
    folder = tmp_path_factory.mktemp("filled")

    async def make() -> Vault:
        database = await open_database(f"sqlite+aiosqlite:///{folder}/kentongan.db", FixedClock(), folder)
        await database.run(fill)
        assert list(await database.verify()) == []
        await database.close()
        return database.vault

    vault = asyncio.run(make())
    engine, conn = connect(folder / "kentongan.db")
    reveal_to(conn.dialect, vault.identities)
    for pragma in ("foreign_keys=OFF", "ignore_check_constraints=ON"):
        raw(conn).execute(f"PRAGMA {pragma}")
    yield conn, vault
    conn.close()
    engine.dispose()


def state_of(row: Any) -> str:
    status = row._mapping.get("status", "any")
    return "tried" if status == "pending" and row._mapping.get("attempts", 0) else str(status)


def found_after(conn: Connection, vault: Vault, statement: Any) -> list[str]:
    """What verify finds after the statement, which is then undone."""
    raw(conn).execute("BEGIN")
    try:
        assert conn.execute(statement).rowcount == 1
        return verify.problems(conn, vault)
    finally:
        raw(conn).execute("ROLLBACK")


def key_of(table: Table, row: Any) -> list[Any]:
    return [part == row._mapping[part] for part in table.primary_key.columns]


@pytest.mark.parametrize("column", [c for table in t.metadata.sorted_tables for c in table.c], ids=str)
def test_a_changed_value_is_found(filled: tuple[Connection, Vault], column: Any) -> None:
    conn, vault = filled
    table = column.table
    rows = conn.execute(select(table)).all()
    missed = set()
    for row in rows:
        value = test_audit.other(row._mapping[column], column)
        found = found_after(conn, vault, update(table).where(*key_of(table, row)).values({column: value}))
        if not found:
            missed.add(state_of(row))
        assert not any(secret in line for line in found for secret in ("foto", "Elang", "Dikoreksi", "uji_bot"))
    assert rows
    assert missed == OPEN_TO_CHANGE.get((table.name, column.name), (set(), ""))[0]


@pytest.mark.parametrize("table", t.metadata.sorted_tables, ids=lambda table: str(table.name))
def test_a_deleted_row_is_found(filled: tuple[Connection, Vault], table: Table) -> None:
    conn, vault = filled
    rows = conn.execute(select(table)).all()
    assert rows
    for row in rows:
        found = found_after(conn, vault, delete(table).where(*key_of(table, row)))
        assert bool(found) is (table.name not in OPEN_TO_DELETION), row[0]


def test_every_state_of_a_queue_is_tried(filled: tuple[Connection, Vault]) -> None:
    conn, _ = filled
    states = {table.name: {state_of(row) for row in conn.execute(select(table))} for table in (t.inbox, t.outbox)}
    assert states == {
        "inbox": {"pending", "tried", "done", "dead"}, "outbox": {"pending", "tried", "sent", "dead", "dropped"},
    }  # fmt: skip
    assert len({row.status for row in conn.execute(select(t.drafts))}) == 5


@pytest.mark.parametrize("name", ["groups", "attachments", "deadlines", "occurrences", "absences", "meta"])
async def test_a_table_emptied_with_its_counter_is_found(db: Database, name: str) -> None:
    await db.run(fill)

    def vanish(uow: UnitOfWork) -> None:
        uow.conn.execute(delete(t.metadata.tables[name]))
        uow.conn.execute(delete(t.counters).where(t.counters.c.name == name))

    assert list(await db.verify()) == []
    await db.run(vanish)
    assert f"the counter of {name} is missing" in await db.verify()


async def test_what_the_house_itself_removes_or_moves_is_no_finding(db: Database) -> None:
    await db.run(fill)
    later = NOW + timedelta(days=1)

    def tidy(uow: UnitOfWork) -> None:
        uow.deadlines.cancel("case:1")
        assert (uow.deadlines.purge(later), uow.occurrences.purge(later)) == (1, 1)
        assert (uow.inbox.purge(later), uow.outbox.purge(later)) == (1, 4)
        uow.attachments.remove(1)
        uow.attachments.remove(99)
        uow.groups.remove(-2)
        uow.migrate_chat(-1, -100)
        uow.migrate_chat(1001, -1001)
        uow.migrate_chat(5, -5)
        uow.migrate_chat(10, -10)
        uow.meta.put("bot_username", "lain_bot")

    await db.run(tidy)
    assert list(await db.verify()) == []
    assert await db.run(lambda uow: uow.meta.get("bot_username")) == "lain_bot"
    assert {row.chat_key for row in await db.run(lambda uow: uow.inbox.pending(9))} == {-1001}
    assert {row.chat_id for row in await db.run(lambda uow: uow.outbox.pending(9))} == {-5}


async def test_a_transaction_that_fails_counts_nothing(db: Database) -> None:
    def fails(uow: UnitOfWork) -> None:
        fill(uow)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await db.run(fails)
    assert list(await db.verify()) == []


@pytest.fixture
async def two_files(sqlite_db: Database, tmp_path: Path) -> list[Path]:
    """The files of an attachment of a case: as it came, and without its metadata."""
    files = AttachmentFiles(tmp_path, sqlite_db.vault)
    paths = [files.write(content) for content in (b"foto asli", b"foto bersih")]

    def keep(uow: UnitOfWork) -> None:
        test_audit.seed(uow)
        digest = hashlib.sha256(b"foto asli").hexdigest()
        uow.attachments.settle(1, "stored", path=paths[0], clean_path=paths[1], sha256=digest)

    await sqlite_db.run(keep)
    assert list(await sqlite_db.verify()) == []
    return [tmp_path / "attachments" / path for path in paths]


@pytest.mark.parametrize("which", [0, 1])
async def test_a_file_changed_swapped_or_lost_is_found(sqlite_db: Database, two_files: list[Path], which: int) -> None:
    file, genuine = two_files[which], two_files[which].read_bytes()
    file.write_bytes(genuine[:-1] + bytes([genuine[-1] ^ 1]))
    changed = ["a file of attachment 1 was changed or cannot be read"]
    assert list(await sqlite_db.verify()) == changed
    file.write_bytes(two_files[1 - which].read_bytes())
    assert list(await sqlite_db.verify()) == changed
    file.unlink()
    assert list(await sqlite_db.verify()) == ["a file of attachment 1 is missing"]
    file.write_bytes(genuine)
    assert list(await sqlite_db.verify()) == []


async def test_a_file_that_is_not_what_was_received_is_found(
    sqlite_db: Database, two_files: list[Path], tmp_path: Path
) -> None:
    other = AttachmentFiles(tmp_path, sqlite_db.vault).write(b"foto lain")
    await sqlite_db.run(lambda uow: uow.attachments.settle(1, "stored", path=other))
    assert list(await sqlite_db.verify()) == ["a file of attachment 1 is not what was received"]


async def test_a_file_that_cleaning_took_before_its_row_is_no_finding(sqlite_db: Database) -> None:
    def abandon(uow: UnitOfWork) -> None:
        made = draft(uow, person(uow))
        attach(uow, "a", draft_id=made.id)
        uow.attachments.settle(1, "stored", path="ab/" + "ab" * 16, sha256="0" * 64)

    await sqlite_db.run(abandon)
    assert list(await sqlite_db.verify()) == ["a file of attachment 1 is missing"]

    def give_up(uow: UnitOfWork) -> None:
        made = uow.drafts.get(1)
        assert made is not None
        uow.drafts.save(replace(made, status="cancelled"), NOW)

    await sqlite_db.run(give_up)
    assert list(await sqlite_db.verify()) == []
