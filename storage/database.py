"""The database as the rest of the house sees it: open, run a work in a transaction, status, close."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import structlog
from sqlalchemy import Connection, bindparam, func, make_url, select, text
from sqlalchemy.exc import ArgumentError, DBAPIError

from domain.errors import OperatorError
from domain.ports import Clock
from storage import migrations, verify
from storage.columns import from_micros
from storage.crypto import Vault
from storage.failures import postgres_failure, sqlite_failure, sqlstate
from storage.files import AttachmentFiles
from storage.lock import FileLock
from storage.outbox import OutboxRow
from storage.people import PersonCache
from storage.postgres import PostgresStore, make_engine
from storage.running import FileRunLock, RunLock, SessionRunLock
from storage.schema import prepare
from storage.sqlite import SqliteStore
from storage.sqlite_file import network_file_system, prepare_file
from storage.tables import cases, inbox, outbox
from storage.unit import UnitOfWork

T = TypeVar("T")
log = structlog.get_logger(__name__)

_INBOX = select(inbox.c.status, func.count()).where(text("inbox.status <> 'done'")).group_by(inbox.c.status)
_OUTBOX = (
    select(outbox.c.status, func.count()).where(text("outbox.status IN ('pending', 'dead')")).group_by(outbox.c.status)
)
_OPEN = select(func.count()).select_from(cases).where(cases.c.closed_at.is_(None))
_OVERDUE = _OPEN.where(cases.c.due_at < bindparam("now"))
_LAST = text("SELECT received_at FROM inbox ORDER BY id DESC LIMIT 1")


class Database:
    """One database, one vault. Set ``on_notices`` and ``on_dropped`` to hear of the outbox right after each commit."""

    def __init__(self, clock: Clock, vault: Vault, data_dir: Path) -> None:
        self.clock = clock
        self.vault = vault
        self._files = AttachmentFiles(data_dir, vault)
        self.on_notices: Callable[[Sequence[OutboxRow]], None] | None = None
        """Called on the event loop with the notices a committed transaction added."""
        self.on_dropped: Callable[[Sequence[int]], None] | None = None
        """Called before it with the ids of waiting notices the transaction dropped."""
        self._people: PersonCache = {}
        self._store: SqliteStore | PostgresStore
        self._running: RunLock

    @classmethod
    async def open(
        cls, url: str, keys: Sequence[str], *, data_dir: Path, create: bool, practice: bool, clock: Clock
    ) -> Database:
        """Open ``sqlite[+aiosqlite]:///FILE`` (relative: to the working directory) or ``postgresql[+asyncpg]://…``.

        ``create`` makes what is missing and upgrades what is old. Raises OperatorError (SchemaTooNew among them) when
        the database must not be used or is not where the setting says, StorageFailed when the disk refuses.
        """
        try:
            parsed = make_url(url)
        except ArgumentError as error:
            raise OperatorError(
                "KENTONGAN_DATABASE_URL is not an address such as sqlite+aiosqlite:///data/kentongan.db"
            ) from error
        backend = parsed.get_backend_name()
        if backend == "postgresql":
            address = parsed.set(drivername="postgresql+asyncpg")
            return await cls._open_postgres(address, keys, data_dir, create, practice, clock)
        if backend != "sqlite" or not parsed.database or parsed.database == ":memory:":
            raise OperatorError("KENTONGAN_DATABASE_URL: only a SQLite file or PostgreSQL is supported")
        _make_folder(data_dir, "KENTONGAN_DATA_DIR")
        return await cls._open_sqlite(Path(parsed.database), keys, data_dir, create, practice, clock)

    @classmethod
    async def _open_sqlite(
        cls, path: Path, keys: Sequence[str], data_dir: Path, create: bool, practice: bool, clock: Clock
    ) -> Database:
        if create:
            _make_folder(path.parent, "KENTONGAN_DATABASE_URL")
        elif not path.parent.is_dir():
            raise OperatorError(f"there is no database at {path}; run: kentongan init")
        kind = network_file_system(path)
        if kind is not None:
            log.warning("database_on_network_file_system", kind=kind)
        try:
            lock = FileLock(path)
        except OSError as error:
            raise OperatorError(
                f"{path}.lock cannot be opened ({error.strerror}); the database's folder must be writable"
            ) from error

        def make(conn: Connection) -> Vault:
            return prepare(conn, keys, create=create, practice=practice)

        try:
            vault = await asyncio.to_thread(prepare_file, path, lock, create=create, prepare=make)
            database = cls(clock, vault, data_dir)
            store = SqliteStore(path, lock, database._unit, database._committed)
            await store.start()
        except BaseException as error:
            lock.close()
            failure = sqlite_failure(error)
            if failure is not None:
                raise failure from error
            raise
        database._store = store
        database._running = FileRunLock(path)
        return database

    @classmethod
    async def _open_postgres(
        cls, url: Any, keys: Sequence[str], data_dir: Path, create: bool, practice: bool, clock: Clock
    ) -> Database:
        engine = make_engine(url)
        try:
            async with engine.begin() as conn:
                vault = await conn.run_sync(lambda sync: prepare(sync, keys, create=create, practice=practice))
        except BaseException as error:
            await engine.dispose()
            failure = postgres_failure(error) if isinstance(error, DBAPIError | OSError) else None
            if failure is not None or isinstance(error, DBAPIError | OSError):
                reason = failure or sqlstate(error) or type(error).__name__
                raise OperatorError(f"KENTONGAN_DATABASE_URL: PostgreSQL does not let us in ({reason})") from error
            raise
        database = cls(clock, vault, data_dir)
        database._store = PostgresStore(engine, database._unit, database._committed)
        database._running = SessionRunLock(engine)
        return database

    async def run(self, work: Callable[[UnitOfWork], T]) -> T:
        """Run ``work`` in one transaction and return what it returned, committed.

        What it raises rolls everything back. Raises StorageFailed when it could not be stored. On PostgreSQL the work
        may run several times before one run is committed, so it must change nothing but the database.
        """
        return await self._store.run(work)

    async def read(self, work: Callable[[UnitOfWork], T]) -> T:
        """Run ``work`` on a snapshot beside the writers, for long reads; what it writes is lost."""
        return await self._store.read(work)

    async def lead(self) -> bool:
        """Whether this process may run the office now; False while another one does. Raises StorageFailed, OSError."""
        return await self._running.acquire()

    async def leads(self) -> bool:
        """Whether it still may. Raises StorageFailed while nobody can tell."""
        return await self._running.held()

    async def close(self) -> None:
        """Finish what is queued and let go."""
        try:
            await self._running.release()
        finally:
            await self._store.close()

    async def verify(self) -> Sequence[str]:
        """One line without content per broken seal, chain, count or file; empty when everything holds."""
        found = await self.read(lambda uow: verify.problems(uow.conn, uow.vault))
        stored = await self.read(lambda uow: verify.stored_files(uow.conn))
        broken = await asyncio.to_thread(verify.file_problems, self._files, stored)
        # A form that was given up meanwhile may have lost its files since.
        still = set(await self.read(lambda uow: verify.stored_files(uow.conn))) if broken else set()
        return [*found, *(problem for one, problem in broken.items() if one in still)]

    async def truncate_wal(self) -> None:
        """After a purge: the WAL still holds copies of what was deleted. Nothing to do on PostgreSQL."""
        if isinstance(self._store, SqliteStore):
            await self._store.alone(lambda conn: conn.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").all())

    async def status(self) -> dict[str, Any]:
        """Counts for operators: see the contract's ``status`` command; ``last_update_at`` is aware UTC or None."""
        return await self.run(self._status)

    def _status(self, uow: UnitOfWork) -> dict[str, Any]:
        conn = uow.conn
        waiting = {row[0]: row[1] for row in conn.execute(_INBOX)}
        leaving = {row[0]: row[1] for row in conn.execute(_OUTBOX)}
        last = conn.execute(_LAST).scalar()
        return {
            "inbox_pending": waiting.get("pending", 0),
            "inbox_dead": waiting.get("dead", 0),
            "outbox_pending": leaving.get("pending", 0),
            "outbox_dead": leaving.get("dead", 0),
            "cases_open": conn.execute(_OPEN).scalar_one(),
            "overdue": conn.execute(_OVERDUE, {"now": self.clock.now()}).scalar_one(),
            "last_update_at": None if last is None else from_micros(last),
            "schema": migrations.HEAD,
        }

    def _unit(self, conn: Connection) -> UnitOfWork:
        return UnitOfWork(conn, self.vault, self.clock, self._people)

    def _committed(self, unit: UnitOfWork) -> None:
        if unit.dropped_notices and self.on_dropped is not None:
            self.on_dropped(unit.dropped_notices)
        if unit.added_notices and self.on_notices is not None:
            self.on_notices(unit.added_notices)


def _make_folder(folder: Path, setting: str) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise OperatorError(f"{setting}: {folder} cannot be made ({error.strerror})") from error
