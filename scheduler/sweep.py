"""The sweep: looks at the rows whose time has come. APScheduler drives it, the database remembers (invariant 10).
Now and then it cleans up as well.

A sweep that is missed costs nothing: what was due is found by the next one. Each claim is a conditional update, so two
processes never fire the same row.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from domain.errors import KentonganError
from domain.office import Office
from domain.ports import Clock, Transactions, UnitOfWork

log = structlog.get_logger(__name__)

Job = Callable[[UnitOfWork, Office, datetime], int]
"""Looks at due rows in one transaction and says how many it dealt with; asked again until it finds none."""

EVERY = 5
"""Seconds between sweeps; a due time is met at most this much late."""
ROUNDS = 100
"""Transactions of one job in one sweep at most; what is left waits for the next sweep."""
CLEAN_EVERY = 3600
"""Seconds between two cleanings."""


@dataclass
class Sweeper:
    """Runs ``jobs`` one after another, each in its own transaction; a job that fails does not stop the others."""

    transactions: Transactions
    office: Office
    clock: Clock
    jobs: Sequence[Job]
    clean: Callable[[], Awaitable[int]] | None = None
    """Throws away what is no longer needed and says how much that was."""
    ready: Callable[[], bool] = lambda: True
    """False while people's answers may still be waiting: what is due then would be told to those who have acted."""

    def __post_init__(self) -> None:
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        self._at_work = asyncio.Lock()

    def start(self) -> None:
        """Begin sweeping on the running event loop, at once and then regularly."""
        self._scheduler.add_job(
            self.sweep, "interval", seconds=EVERY, id="sweep", coalesce=True, max_instances=1, misfire_grace_time=None
        )
        if self.clean is not None:
            self._scheduler.add_job(
                self._clean,
                "interval",
                seconds=CLEAN_EVERY,
                id="clean",
                coalesce=True,
                max_instances=1,
                misfire_grace_time=None,
            )
            self._scheduler.add_job(self._clean, id="clean-now", misfire_grace_time=None)
        self._scheduler.start()
        self.wake()

    def wake(self) -> None:
        """Sweep now (the practice clock was moved)."""
        if self._scheduler.running:
            # Beside the regular one, which may be at work: two never overlap, the second waits its turn.
            self._scheduler.add_job(
                self.sweep, id="sweep-now", replace_existing=True, max_instances=2, misfire_grace_time=None
            )

    async def stop(self) -> None:
        """No further sweeps; waits for one at work."""
        if self._scheduler.running:
            self._scheduler.remove_all_jobs()
            async with self._at_work:
                self._scheduler.shutdown(wait=False)

    async def sweep(self) -> None:
        """Every job once; two sweeps never overlap in one process."""
        async with self._at_work:
            await self._sweep()

    async def _clean(self) -> None:
        assert self.clean is not None
        async with self._at_work:
            try:
                gone = await self.clean()
            except KentonganError as error:
                log.warning("cleaning failed, the next one tries again", error=type(error).__name__)
            except Exception:
                log.exception("cleaning failed")
            else:
                if gone:
                    log.info("cleaned", count=gone)

    async def _sweep(self) -> None:
        if not self.ready():
            return
        for job in self.jobs:
            name = getattr(job, "__name__", "job")
            done = 0
            try:
                for _ in range(ROUNDS):
                    found = await self._once(job)
                    done += found
                    if not found:
                        break
            except KentonganError as error:
                log.warning("sweep job failed, the next sweep tries again", job=name, error=type(error).__name__)
            except Exception:
                log.exception("sweep job failed", job=name)
            if done:
                log.info("swept", job=name, count=done)

    async def _once(self, job: Job) -> int:
        return await self.transactions.run(lambda uow: job(uow, self.office, self.clock.now()))
