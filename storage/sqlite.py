"""SQLite: one writer thread with one plain connection; a transaction is one hop to it.

Works that wait in the queue share one commit (and so one fsync): each runs in a savepoint of its own, and nobody is
told a result before the commit has returned.
"""

from __future__ import annotations

import asyncio
import queue
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar, cast

from sqlalchemy import Connection, Dialect, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from domain.errors import StorageFailed
from storage.failures import sqlite_failure
from storage.lock import FileLock
from storage.unit import UnitOfWork

T = TypeVar("T")
BATCH = 32
"""Works that may share a commit; bounds how long another process waits for the lock."""
_PRAGMAS = (
    "PRAGMA busy_timeout=5000",
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA secure_delete=ON",
    "PRAGMA trusted_schema=OFF",
    "PRAGMA temp_store=MEMORY",
    "PRAGMA cache_size=-16000",
)


_FILE = "kentongan_file"
_spare: list[Engine] = []
"""Engines that nobody uses now: what SQLAlchemy compiled for one, the next read or file need not wait for again."""


def _make_engine() -> Engine:
    """An engine that leaves BEGIN and COMMIT to us and opens the file that its dialect names."""
    engine = create_engine(
        "sqlite+pysqlite:///file",
        poolclass=NullPool,
        isolation_level="AUTOCOMMIT",
        hide_parameters=True,  # an error text must not carry content
        connect_args={"isolation_level": None, "cached_statements": 512, "timeout": 5.0},
    )
    event.listen(engine, "do_connect", _name_file)
    return engine


def _name_file(dialect: Dialect, record: object, positional: list[Any], named: object) -> None:
    positional[0] = vars(dialect)[_FILE]


def raw(conn: Connection) -> sqlite3.Connection:
    """The driver's connection below."""
    return cast("sqlite3.Connection", conn.connection.dbapi_connection)


def connect(path: Path) -> tuple[Engine, Connection]:
    """A connection with our settings; the caller holds the lock (the first read may recover the WAL)."""
    try:
        engine = _spare.pop()
    except IndexError:  # asked first, another thread might take the last one in between
        engine = _make_engine()
    vars(engine.dialect)[_FILE] = str(path)
    conn = engine.connect()
    dbapi = raw(conn)
    for pragma in _PRAGMAS:
        dbapi.execute(pragma)
    return engine, conn


def disconnect(path: Path, lock: FileLock, engine: Engine, conn: Connection) -> None:
    """Close under the lock. The last connection's close removes the WAL, so nobody may expect one from here on."""
    lock.expect_wal(False)
    conn.close()
    _spare.append(engine)
    lock.expect_wal(wal_of(path).exists())


def wal_of(path: Path) -> Path:
    """The file of committed changes that are not in the database file yet."""
    return path.with_name(path.name + "-wal")


@dataclass(slots=True)
class _Job:
    work: Callable[[UnitOfWork], Any] | None
    future: asyncio.Future[Any]
    alone: Callable[[Connection], Any] | None = None
    """Instead of work: runs outside a transaction (a checkpoint), under the lock."""
    result: Any = None
    error: BaseException | None = None
    unit: UnitOfWork | None = field(default=None)


class SqliteStore:
    """The writer thread. ``start`` opens; ``committed`` hears, on the event loop, of each committed unit of work."""

    def __init__(self, path: Path, lock: FileLock, make_unit: Callable[[Connection], UnitOfWork],
                 committed: Callable[[UnitOfWork], None]) -> None:  # fmt: skip
        self._path = path
        self._lock = lock
        self._make_unit = make_unit
        self._committed = committed
        self._queue: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._loop = asyncio.get_running_loop()
        self._opened: asyncio.Future[None] = self._loop.create_future()
        self._closed: asyncio.Future[None] = self._loop.create_future()
        self._stopping = False
        self._held_back: _Job | None = None
        self._thread = threading.Thread(target=self._main, name="kentongan-database", daemon=True)

    async def start(self) -> None:
        self._thread.start()
        await self._opened

    async def run(self, work: Callable[[UnitOfWork], T]) -> T:
        """Run in one transaction; what it raises rolls it back and comes out here."""
        result: T = await self._put(_Job(work, self._loop.create_future()))
        return result

    async def alone(self, work: Callable[[Connection], T]) -> T:
        """Run under the lock on the writer's connection, outside a transaction."""
        result: T = await self._put(_Job(None, self._loop.create_future(), alone=work))
        return result

    async def read(self, work: Callable[[UnitOfWork], T]) -> T:
        """Run on a snapshot with a connection of its own, so that a long read holds up nobody."""
        return await asyncio.to_thread(self._read, work)

    async def close(self) -> None:
        """Finish what is queued, then close."""
        if not self._stopping:
            self._stopping = True
            self._queue.put(None)
            await asyncio.shield(self._closed)
            self._thread.join()
            self._lock.close()

    async def _put(self, job: _Job) -> Any:
        if self._stopping:
            raise StorageFailed("the database is closed")
        self._queue.put(job)
        return await job.future

    def _main(self) -> None:
        try:
            with self._lock.held():
                engine, conn = connect(self._path)
                raw(conn).execute("SELECT 1 FROM sqlite_master").fetchone()
                self._lock.expect_wal(wal_of(self._path).exists())
        except BaseException as error:  # noqa: BLE001  # handed to the caller of start
            self._loop.call_soon_threadsafe(self._opened.set_exception, sqlite_failure(error) or error)
            return
        self._loop.call_soon_threadsafe(self._opened.set_result, None)
        while (jobs := self._next()) is not None:
            if jobs[0].alone is not None:
                self._run_alone(jobs[0], conn)
            else:
                self._run_batch(jobs, conn)
            self._loop.call_soon_threadsafe(self._deliver, jobs)
            del jobs  # a finished job must not stay alive while the thread waits for the next one
        error_on_close: BaseException | None = None
        try:
            with self._lock.held():
                disconnect(self._path, self._lock, engine, conn)
        except (StorageFailed, OSError) as error:
            error_on_close = error
        self._loop.call_soon_threadsafe(self._finish, error_on_close)

    def _finish(self, error: BaseException | None) -> None:
        if error is None:
            self._closed.set_result(None)
        else:
            self._closed.set_exception(error)

    def _next(self) -> list[_Job] | None:
        """The next batch; a job that runs alone is a batch of its own. None to stop."""
        job = self._queue.get() if self._held_back is None else self._held_back
        self._held_back = None
        if job is None:
            return None
        jobs = [job]
        while job.alone is None and len(jobs) < BATCH:
            try:
                more = self._queue.get_nowait()
            except queue.Empty:
                break
            if more is None:
                self._queue.put(None)
                break
            if more.alone is not None:
                self._held_back = more
                break
            jobs.append(more)
        return jobs

    def _run_alone(self, job: _Job, conn: Connection) -> None:
        assert job.alone is not None
        try:
            with self._lock.held():
                job.result = job.alone(conn)
        except BaseException as error:  # noqa: BLE001  # handed to whoever awaits the job
            job.error = sqlite_failure(error) or error

    def _run_batch(self, jobs: list[_Job], conn: Connection) -> None:
        dbapi = raw(conn)
        try:
            with self._lock.held():
                dbapi.execute("BEGIN IMMEDIATE")
                try:
                    for job in jobs:
                        self._run_one(job, conn, dbapi, nested=len(jobs) > 1)
                    if dbapi.in_transaction:
                        dbapi.execute("COMMIT")
                finally:
                    if dbapi.in_transaction:
                        dbapi.execute("ROLLBACK")
        except BaseException as error:  # noqa: BLE001  # handed to whoever awaits the jobs
            # Nothing of the batch was stored: even a work that had succeeded has to hear it.
            for job in jobs:
                job.unit = None
                job.error = job.error or sqlite_failure(error) or error

    def _run_one(self, job: _Job, conn: Connection, dbapi: sqlite3.Connection, *, nested: bool) -> None:
        assert job.work is not None
        if job.future.cancelled():
            return
        if nested:
            dbapi.execute("SAVEPOINT work")
        try:
            unit = self._make_unit(conn)
            job.result = job.work(unit)
            unit.finish()
            job.unit = unit
        except BaseException as error:  # handed to whoever awaits the job
            job.error = sqlite_failure(error) or error
            if not dbapi.in_transaction:
                # On a full disk or an I/O error SQLite gives up the whole transaction, others of the batch included.
                raise
            dbapi.execute("ROLLBACK TO work" if nested else "ROLLBACK")
        if nested:
            dbapi.execute("RELEASE work")

    def _deliver(self, jobs: list[_Job]) -> None:
        for job in jobs:
            if not job.future.done():
                if isinstance(job.error, StopIteration):  # a future refuses it, and its waiter would wait for ever
                    job.future.set_exception(RuntimeError("a work raised StopIteration"))
                elif job.error is not None:
                    job.future.set_exception(job.error)
                else:
                    job.future.set_result(job.result)
        for job in jobs:
            if job.unit is not None:
                self._committed(job.unit)

    def _read(self, work: Callable[[UnitOfWork], T]) -> T:
        with self._lock.held():
            engine, conn = connect(self._path)
            raw(conn).execute("PRAGMA query_only=ON")
            raw(conn).execute("BEGIN")
            raw(conn).execute("SELECT 1 FROM sqlite_master").fetchone()  # takes the snapshot
        try:
            return work(self._make_unit(conn))
        except DBAPIError as error:
            raise sqlite_failure(error) or error from error
        finally:
            with self._lock.held():  # closing may checkpoint
                raw(conn).execute("ROLLBACK")
                disconnect(self._path, self._lock, engine, conn)
