"""Polling: stored and committed before Telegram is told to forget it.

The next ``offset`` is what confirms a batch, so it moves only after the transaction that stored the batch. Ids may
start anew at random after a quiet week: after some quiet days the offset is dropped; what comes twice is known already.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

import structlog
from telegram.error import Conflict, RetryAfter, TelegramError

from bot.api import BotApi, TokenRevoked, description_of, seconds_of, status_of
from bot.backoff import Backoff, Outage
from bot.updates import ALLOWED_UPDATES, raw_update
from domain.errors import StorageFailed
from domain.notices import Json
from domain.ports import Clock, Inbox, InboxRow, RawUpdate

T = TypeVar("T")
DAY = 86_400.0
QUIET = 5 * DAY
"""Seconds without updates after which the offset is dropped (Telegram promises rising ids for a week)."""
BATCH = 100
"""Updates that one getUpdates brings at most."""
TOUCH = timedelta(minutes=1)
"""How old the note of the last contact may be: so much longer than it was an outage seems after a crash."""

log = structlog.get_logger("intake")


class InboxUnit(Protocol):
    """The part of a transaction that intake uses."""

    @property
    def inbox(self) -> Inbox: ...


class InboxDatabase(Protocol):
    """Runs a function in one transaction."""

    def run(self, work: Callable[[InboxUnit], T], /) -> Awaitable[T]: ...


class Alarm(Protocol):
    """Told of troubles an administrator has to know: "conflict", "outage_over_24h", "store_failed"."""

    def __call__(self, kind: str, /) -> None: ...


def nobody(_updates: Sequence[RawUpdate]) -> None:
    """Nobody waits for these."""


def nothing() -> None:
    """Nobody waits for it."""


def no_alarm(_kind: str) -> None:
    """Nobody to tell."""


@dataclass(slots=True)
class IntakeHealth:
    """What health checks and ``status`` read; monotonic seconds."""

    last_contact: float | None = None
    last_update: float | None = None
    store_failing: bool = False
    conflict: bool = False


async def store(
    database: InboxDatabase,
    clock: Clock,
    updates: Sequence[RawUpdate],
    health: IntakeHealth,
    after: datetime | None = None,
) -> Sequence[InboxRow] | None:
    """Commit a batch; the new rows, or None when it could not be stored (then nothing may be confirmed)."""
    now = clock.now()
    try:
        rows = await database.run(lambda uow: uow.inbox.store(updates, now, after))
    except Exception as error:  # whatever the reason: what is not stored must not be confirmed
        log.exception("store_failed", updates=len(updates), exc_info=error)
        health.store_failing = True
        return None
    if health.store_failing:
        log.info("store_works_again")
    health.store_failing = False
    return rows


class PollingIntake:
    """Long polling with getUpdates. ``run`` ends only by cancellation, ``stop`` or a revoked token."""

    def __init__(
        self,
        api: BotApi,
        database: InboxDatabase,
        clock: Clock,
        on_rows: Callable[[Sequence[InboxRow]], None],
        *,
        alarm: Alarm = no_alarm,
        on_unstored: Callable[[Sequence[RawUpdate]], None] = nobody,
        backoff: Backoff | None = None,
        poll_seconds: int = 25,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        monotonic: Callable[[], float] = time.monotonic,
        on_caught_up: Callable[[], None] = nothing,
    ) -> None:
        self._on_caught_up = on_caught_up
        self._api, self._database, self._clock, self._on_rows = api, database, clock, on_rows
        self._on_unstored = on_unstored
        self._alarm, self._backoff, self._poll_seconds = alarm, backoff or Backoff(), poll_seconds
        self._sleep, self._monotonic = sleep, monotonic
        self._offset: int | None = None
        self._outage = Outage()
        self._failures = 0
        self._dropped_told = False
        self._webhook_deleted = False
        self.health = IntakeHealth()
        self.behind = True
        """Updates may be waiting from a time when nobody asked: at the start, and after each failure."""
        self._touch: datetime | None = None
        self._noted: datetime | None = None

    async def run(self) -> None:
        """Poll for ever. Raises TokenRevoked on 401; every other trouble is waited out."""
        while True:
            wait = await self.step()
            if wait > 0:
                await self._sleep(wait)

    async def step(self) -> float:
        """One getUpdates with its consequences; the seconds to wait before the next."""
        asked = self._clock.now()
        try:
            if not self._webhook_deleted:
                await self._api.call("deleteWebhook", {"drop_pending_updates": False})
                self._webhook_deleted = True
            batch = await self._fetch()
        except TokenRevoked:
            log.critical("token_revoked", hint="KENTONGAN_TOKEN is refused by Telegram (401)")
            raise
        except Conflict as error:
            return self._conflict(error)
        except RetryAfter as error:
            self.behind = True
            return seconds_of(error)
        except TelegramError as error:
            return self._failed(error)
        self._recovered()
        wait = await self._keep(batch)
        await self._caught_up(batch, asked, stored=wait == 0)
        return wait

    async def _caught_up(self, batch: Sequence[object], asked: datetime, *, stored: bool) -> None:
        """A batch that is not full, asked for without waiting, empties the queue: from here on updates come at once."""
        if not stored:
            self.behind = True
            return
        if self.behind and len(batch) >= BATCH:
            return
        self._touch = asked if self.behind else self._clock.now()
        was_behind, self.behind = self.behind, False
        if was_behind or self._noted is None or abs(self._touch - self._noted) >= TOUCH:
            await self._note(self._touch)
        if was_behind:
            self._on_caught_up()

    async def _note(self, touch: datetime) -> None:
        try:
            await self._database.run(lambda uow: uow.inbox.in_touch(touch))
        except StorageFailed as error:
            log.warning("contact_not_noted", error=type(error).__name__)
        else:
            self._noted = touch

    async def _after(self) -> datetime | None:
        """The last moment at which nothing waited, for updates that had to wait; None for those that came at once."""
        if not self.behind:
            return None
        if self._touch is None:
            try:
                self._touch = await self._database.run(lambda uow: uow.inbox.last_touch())
            except StorageFailed:
                return self._clock.now()  # the batch cannot be stored either
        return self._touch

    async def _fetch(self) -> Sequence[object]:
        params: dict[str, Json] = {
            # What waits comes at once; whether it had to wait is told by not asking for more meanwhile.
            "timeout": 0 if self.behind else self._poll_seconds,
            "limit": BATCH,
            "allowed_updates": ALLOWED_UPDATES,
        }
        quiet = self.health.last_update is not None and self._monotonic() - self.health.last_update > QUIET
        if self._offset is not None and not quiet:
            params["offset"] = self._offset
        batch = await self._api.call("getUpdates", params, timeout=self._poll_seconds + 10)
        if not isinstance(batch, list):
            raise TelegramError("getUpdates answered without a list")
        return batch

    async def _keep(self, batch: Sequence[object]) -> float:
        if not batch:
            return 0.0
        self.health.last_update = self._monotonic()
        updates = [update for update in map(raw_update, batch) if update is not None]
        if len(updates) < len(batch):
            log.error("update_without_id", count=len(batch) - len(updates))
        if not updates:
            self._failures += 1
            return self._backoff.delay(self._failures)
        was_failing = self.health.store_failing
        rows = await store(self._database, self._clock, updates, self.health, await self._after())
        if rows is None:
            if not was_failing:
                self._alarm("store_failed")
            self._on_unstored(updates)
            self._failures += 1
            return self._backoff.delay(self._failures)
        self._failures = 0
        self._offset = updates[-1].update_id + 1
        if rows:
            self._on_rows(rows)
        return 0.0

    def _conflict(self, error: Conflict) -> float:
        self.behind = True
        self._failures += 1
        if "webhook" in description_of(error).lower():
            self._webhook_deleted = False
        if not self.health.conflict:
            self.health.conflict = True
            log.error(
                "conflict",
                hint="another program polls with the same token (409); stop one of the two. Trying on meanwhile",
            )
            self._alarm("conflict")
        return max(1.0, self._backoff.delay(self._failures + 2))

    def _failed(self, error: TelegramError) -> float:
        now = self._monotonic()
        self.behind = True
        self._failures += 1
        if self._outage.failed(now):
            since = now - (self._outage.since or now)
            log.warning(
                "telegram_unreachable",
                error=type(error).__name__,
                status=status_of(error),
                failures=self._failures,
                seconds=round(since),
            )
        if not self._dropped_told and self._outage.since is not None and now - self._outage.since > DAY:
            self._dropped_told = True
            log.error("outage_over_24h", hint="Telegram keeps updates for 24 hours; older ones may be lost")
            self._alarm("outage_over_24h")
        return self._backoff.delay(self._failures)

    def _recovered(self) -> None:
        self.health.last_contact = self._monotonic()
        length = self._outage.over(self._monotonic())
        if length is not None:
            log.info("telegram_reachable_again", outage_seconds=round(length))
        if self.health.conflict:
            log.info("conflict_over")
        if length is not None or self.health.conflict:
            self._failures = 0
        self.health.conflict = False
        self._dropped_told = False
