"""From inbox rows to handlers: one chat's updates in order, chats side by side, each update in one transaction.

The handler's changes, its notices and "this inbox row is done" commit together or not at all (invariant 2). The answer
to a tap goes out after the commit and may be lost without harm.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import orjson
import structlog

from bot.flood import FloodGate
from domain.errors import StaleWrite, StorageFailed, UserError
from domain.notices import Ack, Json, Notice, Priority, Show, View
from domain.office import Office
from domain.ports import Clock, InboxRow
from domain.usecases import people
from handlers.context import Context
from handlers.incoming import Incoming, read
from handlers.router import route
from storage.database import Database
from storage.unit import UnitOfWork

log = structlog.get_logger(__name__)

MAX_ATTEMPTS = 3
HANG_AFTER = 10.0
"""Seconds after which the watchdog reports a handler that has not come back."""


class Responder(Protocol):
    """What dispatch needs of the sender: the answer to a tap, and a word when nothing can be stored."""

    def reachable(self, chat_id: int) -> None: ...
    async def answer(self, callback_id: str, ack: Ack) -> None: ...
    async def say_now(self, chat_id: int, view: View) -> None:
        """Send at once, past the outbox; only for "not stored yet" when the disk refuses writes."""
        ...


@dataclass
class Dispatcher:
    """Works through the lanes until cancelled."""

    database: Database
    office: Office
    clock: Clock
    responder: Responder
    gate: FloodGate
    workers: int = 16
    storage_pause: float = 2.0

    def __post_init__(self) -> None:
        self._lanes: dict[int, deque[InboxRow]] = {}
        self._ready: asyncio.Queue[int] = asyncio.Queue()
        self.handled = 0

    def accept(self, rows: Sequence[InboxRow]) -> None:
        """Queue stored updates; called by intake right after its commit, and at the start for what was left over."""
        for row in rows:
            lane = self._lanes.get(row.chat_key)
            if lane is None:
                self._lanes[row.chat_key] = deque((row,))
                self._ready.put_nowait(row.chat_key)
            else:
                lane.append(row)

    @property
    def idle(self) -> bool:
        """Nothing queued and nobody at work."""
        return not self._lanes

    async def run(self) -> None:
        """Take up what an earlier process left in the inbox, then work until cancelled."""
        await self.load()
        async with asyncio.TaskGroup() as group:
            for _ in range(self.workers):
                group.create_task(self._worker())

    async def load(self) -> None:
        """Queue every pending row of the inbox."""
        after = 0
        while rows := await self.database.run(lambda uow, after=after: uow.inbox.pending(500, after)):  # type: ignore[misc]
            self.accept(rows)
            after = rows[-1].id

    async def _worker(self) -> None:
        while True:
            key = await self._ready.get()
            lane = self._lanes[key]
            row = lane[0]
            try:
                await self._one(row)
                lane.popleft()
            finally:
                if lane:
                    self._ready.put_nowait(key)
                else:
                    del self._lanes[key]

    async def _one(self, row: InboxRow) -> None:
        try:
            inc = read(orjson.loads(row.body), self.office.bot_username)
        except Exception as error:  # noqa: BLE001 - whatever a malformed update makes PTB raise, it is set aside
            why = type(error).__name__
            log.warning("update set aside", update_id=row.update_id, error=why)
            await self._keep_trying(row, lambda: self._fail(row, why, dead=True))
            return
        if (delay := self.gate.delay(inc)) is None:
            await self._keep_trying(row, lambda: self._drop(row))
            return
        if delay:
            await asyncio.sleep(delay)
        await self._keep_trying(row, lambda: self._handle(row, inc), inc)

    async def _keep_trying(self, row: InboxRow, step: Callable[[], Awaitable[None]], inc: Incoming | None = None) -> None:
        """A database that refuses writes delays this lane, never loses the row; the person is told once."""
        told = False
        while True:
            try:
                watchdog = asyncio.get_running_loop().call_later(HANG_AFTER, self._report_hang, row.id)
                try:
                    await step()
                finally:
                    watchdog.cancel()
                self.handled += 1
                return
            except StorageFailed as error:
                log.error("not stored, will try again", inbox_id=row.id, error=type(error).__name__)
                if inc is not None and not told:
                    told = True
                    await self._tell_not_stored(inc)
                await asyncio.sleep(self.storage_pause)

    def _report_hang(self, row_id: int) -> None:
        log.error("handler hangs", inbox_id=row_id, seconds=HANG_AFTER)

    async def _handle(self, row: InboxRow, inc: Incoming) -> None:
        ack: Ack | None = None
        if inc.kind in ("message", "tap"):
            self.responder.reachable(inc.chat_id)
        for attempt in range(row.attempts + 1, MAX_ATTEMPTS + 1):
            try:
                ack = await self.database.run(lambda uow: self._work(uow, row, inc))
                break
            except UserError as error:
                ack = await self._refuse(row, inc, error)
                break
            except StaleWrite:
                log.info("stale write, handled again", inbox_id=row.id, attempt=attempt)
            except StorageFailed:
                raise
            except Exception as error:
                log.exception("handler failed", inbox_id=row.id, update_id=row.update_id, attempt=attempt)
                name = type(error).__name__
                await self._fail(row, name, dead=attempt >= MAX_ATTEMPTS, inc=inc)
        if inc.callback_id is not None:
            await self.responder.answer(inc.callback_id, ack or Ack())

    def _work(self, uow: UnitOfWork, row: InboxRow, inc: Incoming) -> Ack | None:
        if not uow.inbox.done(row.id):
            return None
        person = None if inc.sender_id is None else uow.people.by_telegram_id(inc.sender_id)
        now = self.clock.now()
        if person is not None and person.unreachable_at is not None and inc.private and inc.kind in ("message", "tap"):
            people.reachable(uow, person, now)
        return route(Context(uow, self.office, now, _happened(inc, row, now), inc, person))

    async def _refuse(self, row: InboxRow, inc: Incoming, error: UserError) -> Ack:
        """The transaction was rolled back; say why in the person's words and be done with the update."""
        def work(uow: UnitOfWork) -> None:
            if uow.inbox.done(row.id) and inc.callback_id is None and inc.private:
                uow.outbox.add(Notice(inc.chat_id, Show(View(error.key, dict(error.params))), Priority.REPLY))
        await self.database.run(work)
        return Ack(error.key, dict(error.params), alert=True)

    async def _fail(self, row: InboxRow, name: str, *, dead: bool, inc: Incoming | None = None) -> None:
        def work(uow: UnitOfWork) -> None:
            uow.inbox.failed(row.id, name, dead=dead)
            if dead and inc is not None and inc.private and inc.sender_id is not None:
                uow.outbox.add(Notice(inc.chat_id, Show(View("galat/belum_diproses")), Priority.REPLY))
        await self.database.run(work)

    async def _drop(self, row: InboxRow) -> None:
        def work(uow: UnitOfWork) -> bool:
            return uow.inbox.done(row.id)
        await self.database.run(work)

    async def _tell_not_stored(self, inc: Incoming) -> None:
        view: dict[str, Json] = {}
        if inc.callback_id is not None:
            await self.responder.answer(inc.callback_id, Ack("galat/belum_tersimpan", view, alert=True))
        elif inc.private:
            await self.responder.say_now(inc.chat_id, View("galat/belum_tersimpan", view))


def _happened(inc: Incoming, row: InboxRow, now: datetime) -> datetime:
    if inc.kind == "message" and inc.date is not None:
        return min(inc.date, now)
    return min(row.received_at, now)
