"""The run lock: of several processes on one database one runs the office, the others stand by.

Two that both carried out what waits would answer people twice: each transition is claimed once, but each process loads
the same outbox. The command line does not take it; it only writes rows, which the running process finds.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
from pathlib import Path
from typing import Final, Protocol

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from storage.failures import postgres_failure

ANSWER_SECONDS: Final = 10.0
"""A server that says nothing for so long counts as out of reach."""
_TAKE = text("SELECT pg_try_advisory_lock(hashtextextended('kentongan.run:' || current_schema(), 0))")
_ALIVE = text("SELECT 1")


class RunLock(Protocol):
    """Held until released or until the process ends, however it ends."""

    async def acquire(self) -> bool:
        """Whether it is ours (now or already); False while another process has it. Raises StorageFailed."""
        ...

    async def held(self) -> bool:
        """Whether it still is ours; taken again when the server had forgotten it. False when another took it."""
        ...

    async def release(self) -> None:
        """Let another process go on; nothing happens when it is not ours."""
        ...


class FileRunLock:
    """Beside a SQLite database (``<db>.run``); the kernel lets it go when the process ends (flock(2))."""

    def __init__(self, database: Path) -> None:
        self._path = f"{database}.run"
        self._descriptor: int | None = None

    async def acquire(self) -> bool:
        if self._descriptor is not None:
            return True
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return False
        self._descriptor = descriptor
        return True

    async def held(self) -> bool:
        return self._descriptor is not None

    async def release(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


class SessionRunLock:
    """An advisory lock of a PostgreSQL session of its own: the server lets it go when the connection ends."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._conn: AsyncConnection | None = None

    async def acquire(self) -> bool:
        if self._conn is not None:
            return True
        conn: AsyncConnection | None = None
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                conn = await self._engine.connect()
                await conn.execution_options(isolation_level="AUTOCOMMIT")
                taken = bool((await conn.execute(_TAKE)).scalar_one())
        except (DBAPIError, OSError) as error:  # OSError: TimeoutError is one
            await _give_up(conn)
            raise postgres_failure(error) or error from error
        if taken:
            self._conn = conn
        else:
            await conn.close()
        return taken

    async def held(self) -> bool:
        if self._conn is None:
            return False
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                await self._conn.execute(_ALIVE)
        except (DBAPIError, OSError):
            conn, self._conn = self._conn, None
            await _give_up(conn)
            return await self.acquire()
        return True

    async def release(self) -> None:
        conn, self._conn = self._conn, None
        await _give_up(conn)


async def _give_up(conn: AsyncConnection | None) -> None:
    """Close the session itself: back in the pool it would keep the lock."""
    if conn is not None:
        await conn.invalidate()
        await conn.close()
