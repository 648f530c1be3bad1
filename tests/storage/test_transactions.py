"""Transactions: all or nothing, shared commits, failures named."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from domain import ports
from domain.errors import OperatorError, StorageFailed
from domain.model import Event, Person
from storage.database import Database
from storage.lock import FileLock
from storage.unit import UnitOfWork
from tests.storage.parts import KEY, MINUTE, NOW, OTHER_KEY, FixedClock, case, open_database, person, raw


def conforms(uow: UnitOfWork, database: Database) -> tuple[ports.UnitOfWork, ports.Inbox, ports.Transactions]:
    """The type checker compares the stores with the ports here."""
    return uow, uow.inbox, database


def rename(uow: UnitOfWork, name: str) -> Person:
    return uow.people.change(1, name=name)


async def test_an_exception_undoes_everything(db: Database) -> None:
    def fail(uow: UnitOfWork) -> None:
        author = person(uow)
        made = case(uow, author)
        uow.events.append(f"case:{made.id}", "submitted", author.id, NOW)
        uow.inbox.store([raw(1)], NOW)
        raise LookupError

    with pytest.raises(LookupError):
        await db.run(fail)
    assert await db.run(
        lambda uow: (uow.people.all(), uow.cases.waiting(), uow.events.of("case:1"), uow.inbox.pending(9))
    ) == ([], [], [], [])
    assert list(await db.verify()) == []


async def test_one_that_fails_takes_nobody_with_it(db: Database) -> None:
    def work(number: int) -> Any:
        def add(uow: UnitOfWork) -> Person:
            made = person(uow, number)
            if number % 3 == 0:
                raise LookupError(number)
            return made

        return add

    results = await asyncio.gather(*(db.run(work(number)) for number in range(40)), return_exceptions=True)
    assert [isinstance(result, LookupError) for result in results] == [number % 3 == 0 for number in range(40)]
    stored = await db.run(lambda uow: {found.telegram_id for found in uow.people.all()})
    assert stored == {number for number in range(40) if number % 3}
    assert list(await db.verify()) == []


async def test_many_writers_at_once_lose_nothing(db: Database) -> None:
    await db.run(person)

    def append(uow: UnitOfWork) -> Event:
        return uow.events.append("system", "noted", 1, NOW)

    events = await asyncio.gather(*(db.run(append) for _ in range(30)))
    assert sorted(event.seq for event in events) == list(range(1, 31))
    assert list(await db.verify()) == []


async def test_a_cancelled_wait_does_not_break_the_others(db: Database) -> None:
    heard: list[Any] = []
    db.on_notices = heard.append
    tasks = [asyncio.create_task(db.run(lambda uow, number=number: person(uow, number))) for number in range(6)]  # type: ignore[misc]
    await asyncio.sleep(0)
    tasks[2].cancel()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(result).__name__ for result in results].count("CancelledError") == 1
    assert {result.telegram_id for result in results if isinstance(result, Person)} == {0, 1, 3, 4, 5}


async def test_a_long_read_sees_one_state_and_changes_nothing(db: Database) -> None:
    await db.run(person)
    assert (await db.read(lambda uow: uow.people.all()))[0].telegram_id == 1001

    def write(uow: UnitOfWork) -> None:
        uow.inbox.store([raw(1)], NOW)

    with pytest.raises(StorageFailed, match="read-only"):
        await db.read(write)
    assert list(await db.run(lambda uow: uow.inbox.pending(9))) == []


async def test_status_counts(db: Database, clock: FixedClock) -> None:
    def seed(uow: UnitOfWork) -> None:
        author = person(uow)
        case(uow, author, due_at=NOW + MINUTE)
        case(uow, author, due_at=None)
        case(uow, author, due_at=NOW - MINUTE, closed_at=NOW, status="closed")
        uow.inbox.store([raw(1), raw(2)], NOW)

    assert (await db.status())["last_update_at"] is None
    await db.run(seed)
    expected = {
        "inbox_pending": 2, "inbox_dead": 0, "outbox_pending": 0, "outbox_dead": 0, "cases_open": 2, "overdue": 0,
        "last_update_at": NOW, "schema": "0001",
    }  # fmt: skip
    assert await db.status() == expected
    clock.time = NOW + 2 * MINUTE
    assert await db.status() == {**expected, "overdue": 1}


async def test_a_full_disk_is_a_storage_failure_and_mends_itself(sqlite_db: Database) -> None:
    pages = await sqlite_db.run(lambda uow: uow.conn.execute(text("PRAGMA page_count")).scalar_one())
    await sqlite_db._store.alone(lambda conn: conn.exec_driver_sql(f"PRAGMA max_page_count={pages + 4}").all())  # type: ignore[union-attr]

    def fill(uow: UnitOfWork) -> None:
        uow.inbox.store([ports.RawUpdate(1, 1, b"x" * 200_000)], NOW)

    results = await asyncio.gather(sqlite_db.run(fill), sqlite_db.run(fill), return_exceptions=True)
    assert [type(result) for result in results] == [StorageFailed, StorageFailed]
    await sqlite_db._store.alone(lambda conn: conn.exec_driver_sql("PRAGMA max_page_count=1000000").all())  # type: ignore[union-attr]
    await sqlite_db.run(fill)
    assert len(await sqlite_db.run(lambda uow: uow.inbox.pending(9))) == 1


async def test_a_read_only_database_is_a_storage_failure(sqlite_db: Database) -> None:
    await sqlite_db._store.alone(lambda conn: conn.exec_driver_sql("PRAGMA query_only=ON"))  # type: ignore[union-attr]
    with pytest.raises(StorageFailed, match="read-only"):
        await sqlite_db.run(person)


async def test_a_closed_database_is_a_storage_failure(sqlite_db: Database) -> None:
    await sqlite_db.close()
    with pytest.raises(StorageFailed):
        await sqlite_db.run(person)


async def test_a_server_that_does_not_answer_at_the_start_is_named_by_its_setting(
    tmp_path: Path, clock: FixedClock
) -> None:
    with pytest.raises(OperatorError, match="KENTONGAN_DATABASE_URL"):
        await open_database(f"postgresql://postgres@/x?host={tmp_path}", clock, tmp_path)


async def test_an_error_text_carries_no_content(db: Database) -> None:
    await db.run(lambda uow: case(uow, person(uow)))
    with pytest.raises(Exception, match=r"(?i)unique") as caught:
        await db.run(
            lambda uow: uow.conn.execute(text("INSERT INTO meta VALUES ('practice', :v, :v)"), {"v": b"Rahasia-Sekali"})
        )
    assert "Rahasia" not in str(caught.value)


async def test_a_purge_leaves_nothing_in_the_wal(sqlite_db: Database, tmp_path: Path) -> None:
    wal = tmp_path / "kentongan.db-wal"
    await sqlite_db.run(lambda uow: uow.meta.put("tanda", "Rahasia-Sekali"))
    stored = sqlite_db.vault.identities.hide_text("Rahasia-Sekali").encode()
    assert stored in wal.read_bytes()
    await sqlite_db.run(lambda uow: uow.conn.execute(text("DELETE FROM meta WHERE key NOT IN ('vault', 'practice')")))
    await sqlite_db.truncate_wal()
    assert wal.stat().st_size == 0
    assert stored not in (tmp_path / "kentongan.db").read_bytes()


async def test_settings_of_the_connection(sqlite_db: Database) -> None:
    names = ("journal_mode", "synchronous", "foreign_keys", "secure_delete", "trusted_schema", "busy_timeout")
    found = await sqlite_db.run(lambda uow: [uow.conn.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names])
    assert found == ["wal", 2, 1, 1, 0, 5000]


async def test_every_transaction_holds_the_lock_and_lets_it_go(sqlite_db: Database, tmp_path: Path) -> None:
    import fcntl  # noqa: PLC0415  # only here

    other = FileLock(tmp_path / "kentongan.db")

    def inside(uow: UnitOfWork) -> None:
        with pytest.raises(BlockingIOError):
            fcntl.flock(other._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)

    await sqlite_db.run(inside)
    other.acquire()
    waiting = asyncio.create_task(sqlite_db.run(person))
    done, _ = await asyncio.wait([waiting], timeout=0.05)
    assert not done
    other.release()
    await waiting
    other.close()


def test_the_lock_holds_between_threads_too(tmp_path: Path) -> None:
    lock = FileLock(tmp_path / "kentongan.db")
    order: list[str] = []

    def second() -> None:
        with lock.held():
            order.append("second")

    with lock.held():
        thread = threading.Thread(target=second)
        thread.start()
        thread.join(0.05)
        order.append("first")
    thread.join()
    lock.close()
    assert order == ["first", "second"]


async def test_a_stop_iteration_comes_out(db: Database) -> None:
    with pytest.raises(RuntimeError):
        await db.run(lambda uow: next(iter(())))


def test_driver_errors_without_a_meaning_stay_what_they_are() -> None:
    from storage.failures import sqlite_failure  # noqa: PLC0415  # only here

    with pytest.raises(sqlite3.OperationalError) as caught:
        sqlite3.connect(":memory:").execute("SELECT nothing")
    assert sqlite_failure(caught.value) is None


async def test_two_databases_of_one_process_never_mix(clock: FixedClock, tmp_path: Path) -> None:
    def write(uow: UnitOfWork, number: int) -> None:
        person(uow, number, f"Elang-0{number}")

    def read(uow: UnitOfWork) -> list[tuple[int, str | None]]:
        return [(one.telegram_id, one.code_name) for one in uow.people.all()]

    folders = {1: tmp_path / "satu", 2: tmp_path / "dua"}
    keys = {1: [KEY], 2: [OTHER_KEY]}

    async def opened(number: int) -> Database:
        url = f"sqlite+aiosqlite:///{folders[number]}/k.db"
        return await open_database(url, clock, folders[number], keys=keys[number])

    # What SQLAlchemy compiled goes from hand to hand; files and keys must not.
    for _ in range(2):
        both = {number: await opened(number) for number in folders}
        for number, database in both.items():
            if not await database.run(read):
                await database.run(partial(write, number=number))
        for _ in range(3):
            found = await asyncio.gather(*(way(read) for one in both.values() for way in (one.run, one.read)))
            assert found == [[(1, "Elang-01")], [(1, "Elang-01")], [(2, "Elang-02")], [(2, "Elang-02")]]
        for database in both.values():
            assert list(await database.verify()) == []
            await database.close()
