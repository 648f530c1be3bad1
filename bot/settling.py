"""Outcomes into the database, many in one transaction: nobody waits for them, so they may gather for a moment."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import Protocol, TypeVar

import structlog

from bot.backoff import Backoff
from domain.ports import Attachments
from storage.outbox import OutboxRow, Settled, SlotMessage

T = TypeVar("T")
LINGER = 0.01
"""Seconds that outcomes gather before they are written; a kill in between costs a visible repeat, nothing else."""

log = structlog.get_logger("sender")


class SenderOutbox(Protocol):
    """The sender's side of the outbox."""

    def pending(self, limit: int, after_id: int = 0) -> Sequence[OutboxRow]: ...
    def settle(self, results: Sequence[Settled]) -> None: ...
    def slot(self, slot: str) -> SlotMessage | None: ...


class SenderUnit(Protocol):
    """The part of a transaction that the sender uses."""

    @property
    def outbox(self) -> SenderOutbox: ...
    @property
    def attachments(self) -> Attachments: ...
    def migrate_chat(self, old: int, new: int) -> None: ...


class SenderDatabase(Protocol):
    """Runs a function in one transaction."""

    def run(self, work: Callable[[SenderUnit], T], /) -> Awaitable[T]: ...


def nobody(_slots: Collection[str]) -> None:
    """Nobody wants to know what was written."""


class Settler:
    """Writes outcomes. ``unwritten`` holds the ids whose outcome is not committed yet.

    ``on_written`` hears, after the commit, for which slots something arrived or was given up.
    """

    def __init__(
        self, database: SenderDatabase, backoff: Backoff, on_written: Callable[[Collection[str]], None] = nobody
    ) -> None:
        self._database, self._backoff, self._on_written = database, backoff, on_written
        self._results: list[Settled] = []
        self._slots: dict[int, str] = {}
        self._some = asyncio.Event()
        self._writing = asyncio.Lock()
        self.unwritten: set[int] = set()
        self.failing = False

    def add(self, result: Settled, slot: str | None = None) -> None:
        """Have it written soon; ``slot`` is named to ``on_written`` then."""
        self._results.append(result)
        if slot is not None:
            self._slots[result.id] = slot
        self.unwritten.add(result.id)
        self._some.set()

    async def run(self) -> None:
        """Write for ever; a database that refuses is asked again with back-off."""
        failures = 0
        while True:
            await self._some.wait()
            await asyncio.sleep(self._backoff.delay(failures) if failures else LINGER)
            failures = 0 if await self.flush() else failures + 1

    async def flush(self) -> bool:
        """Write what there is now, and wait for what is being written; whether that worked."""
        async with self._writing:
            return await self._write()

    async def _write(self) -> bool:
        self._some.clear()
        batch, self._results = self._results, []
        if not batch:
            return True
        written = False
        try:
            await self._database.run(lambda uow: uow.outbox.settle(batch))
            written = True
        except Exception:
            if not self.failing:
                log.exception("settle_failed", results=len(batch))
        finally:
            # Also when cancelled: written twice does no harm, not written costs a repeat.
            if not written:
                self._results = batch + self._results
                self._some.set()
        if written and self.failing:
            log.info("settle_works_again")
        self.failing = not written
        if written:
            self.unwritten.difference_update(result.id for result in batch)
            self.unwritten.update(result.id for result in self._results)
            if slots := {self._slots.pop(result.id) for result in batch if result.id in self._slots}:
                self._on_written(slots)
        return written
