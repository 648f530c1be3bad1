"""PostgreSQL: a pool of asyncpg connections; a transaction that lost a race is run again."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from storage.failures import postgres_failure, postgres_retry
from storage.unit import UnitOfWork

T = TypeVar("T")
TRIES = 12
_PAUSE_SECONDS = 0.005


def make_engine(url: str) -> AsyncEngine:
    """SERIALIZABLE, so that rules hold as they do behind SQLite's one writer ("is there another administrator?")."""
    return create_async_engine(
        url,
        isolation_level="SERIALIZABLE",
        pool_size=10,
        max_overflow=10,
        pool_pre_ping=True,
        hide_parameters=True,  # an error text must not carry content
    )


class PostgresStore:
    """``committed`` is called for each unit of work that was committed; a work may run several times before that."""

    def __init__(self, engine: AsyncEngine, make_unit: Callable[[Connection], UnitOfWork],
                 committed: Callable[[UnitOfWork], None]) -> None:  # fmt: skip
        self._engine = engine
        self._make_unit = make_unit
        self._committed = committed

    async def run(self, work: Callable[[UnitOfWork], T]) -> T:
        """Run in one transaction; what it raises rolls it back and comes out here."""

        def in_unit(conn: Connection) -> tuple[T, UnitOfWork]:
            unit = self._make_unit(conn)
            result = work(unit)
            unit.finish()
            return result, unit

        for attempt in range(TRIES):
            try:
                async with self._engine.begin() as conn:
                    result, unit = await conn.run_sync(in_unit)
            except (DBAPIError, OSError) as error:
                if postgres_retry(error) and attempt + 1 < TRIES:
                    await asyncio.sleep(random.uniform(0, _PAUSE_SECONDS * 2 ** min(attempt, 6)))  # noqa: S311  # spreads rivals apart
                    continue
                failure = postgres_failure(error)
                if failure is not None:
                    raise failure from error
                raise
            self._committed(unit)
            return result
        raise AssertionError("unreachable: the last attempt returns or raises")

    async def read(self, work: Callable[[UnitOfWork], T]) -> T:
        """Run on a snapshot that is rolled back."""
        async with self._engine.connect() as conn:
            await conn.execute(text("SET TRANSACTION READ ONLY"))
            try:
                return await conn.run_sync(lambda sync: work(self._make_unit(sync)))
            except (DBAPIError, OSError) as error:
                raise postgres_failure(error) or error from error
            finally:
                await conn.rollback()

    async def close(self) -> None:
        await self._engine.dispose()
