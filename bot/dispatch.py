"""From inbox rows to handlers: one chat's updates in order, chats side by side, each update in one transaction.

The handler's changes, its notices and "this inbox row is done" commit together or not at all (invariant 2). The answer
to a tap goes out after the commit and may be lost without harm.
"""

from __future__ import annotations

import asyncio
import re
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Protocol

import orjson
import structlog

from bot.flood import FloodGate
from domain.errors import StaleWrite, StorageFailed, UserError
from domain.notices import Ack, Json, Notice, Priority, Show, View
from domain.office import Office
from domain.ports import Clock, InboxRow, RawUpdate
from domain.usecases import housekeeping, lokus_emergency, people
from handlers.context import Context
from handlers.incoming import Incoming, read
from handlers.lokus_emergency import CRIES, is_call
from handlers.router import route
from storage.database import Database
from storage.unit import UnitOfWork

log = structlog.get_logger(__name__)

MAX_ATTEMPTS = 3
HANG_AFTER = 10.0
"""Seconds after which the watchdog reports a handler that has not come back."""
_PERHAPS_A_CALL = re.compile(rb'"ld:|' + "|".join(map(re.escape, sorted(CRIES))).encode(), re.IGNORECASE)
"""A glance at a stored update that waits behind others: only what has one of these in it is read before its turn."""


class Responder(Protocol):
    """What dispatch needs of the sender: the answer to a tap, and a word when nothing can be stored."""

    def reachable(self, chat_id: int) -> None: ...
    async def answer(self, callback_id: str, ack: Ack) -> None: ...
    async def settled(self, chat_id: int) -> None:
        """Wait a moment until the numbers of the messages sent to this chat are written."""
        ...

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
    workers: int = 64
    """Chats served at once; a worker also waits out the answer to its tap, a round trip to Telegram."""
    storage_pause: float = 2.0

    def __post_init__(self) -> None:
        self._lanes: dict[int, deque[InboxRow]] = {}
        self._ready: asyncio.Queue[int] = asyncio.Queue()
        self._early: list[InboxRow] | None = []
        self._slowed: set[int] = set()
        self._paused: dict[int, asyncio.TimerHandle] = {}
        self._hastened: dict[int, int] = {}
        """By lane: the newest update in it that calls for help; nothing up to there is slowed down."""
        self._answers: set[asyncio.Task[None]] = set()
        self._group: asyncio.TaskGroup | None = None
        self._refused: set[int] = set()
        self._warned: set[int] = set()
        self.handled = 0

    def accept(self, rows: Sequence[InboxRow]) -> None:
        """Queue stored updates; called by intake right after its commit."""
        self._warned.clear()
        if self._early is not None:
            # What an earlier process left goes first: it is older, perhaps of the same chat.
            self._early.extend(rows)
        else:
            self._queue(rows)

    def unstored(self, updates: Sequence[RawUpdate]) -> None:
        """Updates that intake could not store (Telegram keeps them): each chat hears of it, once while it lasts."""
        for update in updates:
            if update.chat_key in self._warned:
                continue
            self._warned.add(update.chat_key)
            try:
                inc = read(orjson.loads(update.body), self.office.bot_username)
            except Exception as error:  # noqa: BLE001 - set aside once it can be stored; there is nobody to tell now
                log.warning("unreadable update not stored", update_id=update.update_id, error=type(error).__name__)
                continue
            if inc.kind in ("message", "tap"):
                self._beside(self._tell_not_stored(inc))

    def _queue(self, rows: Sequence[InboxRow]) -> None:
        for row in rows:
            lane = self._lanes.get(row.chat_key)
            if lane is None:
                self._lanes[row.chat_key] = deque((row,))
                self._ready.put_nowait(row.chat_key)
            else:
                lane.append(row)
                if _PERHAPS_A_CALL.search(row.body):
                    self._beside(self._hasten(row))

    async def _hasten(self, row: InboxRow) -> None:
        """A call for help waits behind other things of the same person: those are not slowed down any more."""
        try:
            inc = read(orjson.loads(row.body), self.office.bot_username)
        except Exception:  # noqa: BLE001 - it is set aside, and the trouble logged, when its turn comes
            return
        if not inc.private or not await self._is_call(inc):
            return
        key = row.chat_key
        if row not in self._lanes.get(key, ()):
            return  # it had its turn meanwhile
        self._hastened[key] = max(row.id, self._hastened.get(key, 0))
        if (pause := self._paused.pop(key, None)) is not None:
            pause.cancel()
            self._ready.put_nowait(key)

    async def _goes_ahead(self, row: InboxRow, inc: Incoming) -> bool:
        return row.id <= self._hastened.get(row.chat_key, 0) or await self._is_call(inc)

    async def _is_call(self, inc: Incoming) -> bool:
        """Whether somebody in a lokus calls for help, or one of those called answers. Looked up a few times at most."""
        sender = inc.sender_id
        if sender is None or not is_call(inc) or not self.gate.may_call(sender):
            return False

        def duty(uow: UnitOfWork) -> bool:
            person = uow.people.by_telegram_id(sender)
            return person is not None and lokus_emergency.on_duty(uow, person, self.clock.now())

        try:
            return await self.database.run(duty)
        except Exception:
            # Slowed down like anything else; what is wrong comes out when it is handled.
            log.exception("duty_not_known")
            return False

    @property
    def idle(self) -> bool:
        """The inbox was read, nothing is queued, nobody at work, no answer to a tap on its way."""
        return not self._lanes and not self._answers and self._early is None

    @property
    def store_failing(self) -> bool:
        """Whether some update waits because its effect cannot be stored."""
        return bool(self._refused)

    async def run(self) -> None:
        """Take up what an earlier process left in the inbox, then work until cancelled."""
        async with asyncio.TaskGroup() as group:
            self._group = group
            await self._load()
            for _ in range(self.workers):
                group.create_task(self._worker())

    async def _load(self) -> None:
        """Queue every pending row of the inbox, then what came meanwhile."""
        after, seen = 0, set[int]()
        while True:
            try:
                rows = await self.database.run(lambda uow, after=after: uow.inbox.pending(500, after))  # type: ignore[misc]
            except StorageFailed:
                log.exception("inbox_unreadable")
                await asyncio.sleep(self.storage_pause)
                continue
            if not rows:
                break
            self._queue(rows)
            seen.update(row.id for row in rows)
            after = rows[-1].id
        early, self._early = self._early or [], None
        self._queue([row for row in early if row.id not in seen])

    async def _worker(self) -> None:
        while True:
            key = await self._ready.get()
            lane = self._lanes[key]
            if pause := await self._one(lane[0]):
                # Not slept here: sixteen who flood would leave no worker for anybody else.
                self._paused[key] = asyncio.get_running_loop().call_later(pause, self._resume, key)
                continue
            lane.popleft()
            if lane:
                self._ready.put_nowait(key)
            else:
                del self._lanes[key]
                self._hastened.pop(key, None)

    def _resume(self, key: int) -> None:
        del self._paused[key]
        self._ready.put_nowait(key)

    async def _one(self, row: InboxRow) -> float:
        """Deal with one update; or the seconds after which to come back to it, because its sender floods."""
        try:
            inc = read(orjson.loads(row.body), self.office.bot_username)
        except Exception as error:  # noqa: BLE001 - whatever a malformed update makes PTB raise, it is set aside
            why = type(error).__name__
            log.warning("update set aside", update_id=row.update_id, error=why)
            await self._keep_trying(row, lambda: self._fail(row, why, dead=True))
            return 0.0
        if row.id in self._slowed:
            self._slowed.discard(row.id)
        elif (delay := self.gate.delay(inc)) != 0.0 and not await self._goes_ahead(row, inc):
            if delay is None:
                await self._keep_trying(row, lambda: self._drop(row))
                if inc.callback_id is not None:
                    self._beside(self.responder.answer(inc.callback_id, Ack("galat/terlalu_cepat", alert=True)))
                return 0.0
            self._slowed.add(row.id)
            return delay
        await self._keep_trying(row, lambda: self._handle(row, inc), inc)
        return 0.0

    async def _keep_trying(
        self,
        row: InboxRow,
        step: Callable[[], Awaitable[None]],
        inc: Incoming | None = None,
    ) -> None:
        """A database that refuses writes delays this lane, never loses the row; the person is told once."""
        told = False
        while True:
            watchdog = asyncio.get_running_loop().call_later(HANG_AFTER, self._report_hang, row.id)
            try:
                await step()
            except StorageFailed as error:
                log.error("not stored, will try again", inbox_id=row.id, error=type(error).__name__)
                self._refused.add(row.id)
            except Exception as error:
                # Not even its failure could be told: set aside, or the same update would stop every process to come.
                log.exception("update set aside", inbox_id=row.id, update_id=row.update_id)
                step = partial(self._set_aside, row, type(error).__name__)
                continue
            else:
                self._refused.discard(row.id)
                self.handled += 1
                return
            finally:
                watchdog.cancel()
            if inc is not None and not told:
                told = True
                self._beside(self._tell_not_stored(inc))
            await asyncio.sleep(self.storage_pause)

    def _beside(self, saying: Coroutine[Any, Any, None]) -> None:
        """Say something that may be lost, without holding up the lane for a round trip."""
        assert self._group is not None
        task = self._group.create_task(saying)
        self._answers.add(task)
        task.add_done_callback(self._answers.discard)

    def _report_hang(self, row_id: int) -> None:
        log.error("handler hangs", inbox_id=row_id, seconds=HANG_AFTER)

    async def _handle(self, row: InboxRow, inc: Incoming) -> None:
        ack: Ack | None = None
        if inc.kind in ("message", "tap"):
            self.responder.reachable(inc.chat_id)
        if inc.reply_to is not None:
            await self.responder.settled(inc.chat_id)
        for attempt in range(row.attempts + 1, MAX_ATTEMPTS + 1):
            try:
                ack = await self.database.run(lambda uow: self._work(uow, row, inc))
                break
            except UserError as error:
                ack = await self._refuse(row, inc, error)
                break
            except StorageFailed:
                raise
            except Exception as error:
                if isinstance(error, StaleWrite) and attempt < MAX_ATTEMPTS:
                    log.info("stale write, handled again", inbox_id=row.id, attempt=attempt)
                    continue
                log.exception("handler failed", inbox_id=row.id, update_id=row.update_id, attempt=attempt)
                dead = attempt >= MAX_ATTEMPTS
                await self._fail(row, type(error).__name__, dead=dead, inc=inc)
                ack = Ack("galat/belum_diproses", alert=True) if dead else None
        if inc.callback_id is not None:
            self._beside(self.responder.answer(inc.callback_id, ack or Ack()))

    def _work(self, uow: UnitOfWork, row: InboxRow, inc: Incoming) -> Ack | None:
        if not uow.inbox.done(row.id):
            return None
        person = None if inc.sender_id is None else uow.people.by_telegram_id(inc.sender_id)
        now = self.clock.now()
        if person is not None and person.unreachable_at is not None and inc.private and inc.kind in ("message", "tap"):
            people.reachable(uow, person, now)
        return route(
            Context(
                uow, self.office, now, _happened(inc, row, now), inc, person, row.after if inc.kind == "tap" else None
            )
        )

    async def _refuse(self, row: InboxRow, inc: Incoming, error: UserError) -> Ack:
        """The transaction was rolled back; say why in the person's words and be done with the update."""

        def work(uow: UnitOfWork) -> None:
            if not uow.inbox.done(row.id) or inc.callback_id is not None:
                return
            known = inc.private or (inc.sender_id is not None and uow.people.by_telegram_id(inc.sender_id) is not None)
            if known:
                uow.outbox.add(Notice(inc.chat_id, Show(View(error.key, dict(error.params))), Priority.REPLY))

        await self.database.run(work)
        return Ack(error.key, dict(error.params), alert=True)

    async def _fail(self, row: InboxRow, name: str, *, dead: bool, inc: Incoming | None = None) -> None:
        """Count an attempt; after the last one its sender and, now and then, the administrators hear of it."""

        def work(uow: UnitOfWork) -> None:
            uow.inbox.failed(row.id, name, dead=dead)
            if not dead:
                return
            if inc is not None and inc.private and inc.sender_id is not None and inc.callback_id is None:
                uow.outbox.add(Notice(inc.chat_id, Show(View("galat/belum_diproses")), Priority.REPLY))
            housekeeping.tell_of_set_aside(uow, self.clock.now())

        await self.database.run(work)

    async def _set_aside(self, row: InboxRow, name: str) -> None:
        """Nothing but the mark: whatever else was tried has failed."""

        def work(uow: UnitOfWork) -> None:
            uow.inbox.failed(row.id, name, dead=True)

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
