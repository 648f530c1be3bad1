"""The webhook: the same rule as polling, 200 only after the commit."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime

import orjson
import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from telegram.error import BadRequest, TelegramError

from bot.api import BotApi
from bot.backoff import Backoff
from bot.intake import TOUCH, Alarm, InboxDatabase, IntakeHealth, no_alarm, nobody, store
from bot.updates import ALLOWED_UPDATES, raw_update
from domain.errors import OperatorError, StorageFailed
from domain.ports import Clock, InboxRow, RawUpdate

MAX_BODY = 1024 * 1024
"""Bytes; a real update is far smaller."""
REPEATS = 600.0
"""Seconds after a start or a failure within which Telegram may still be repeating what it could not deliver, unless it
says that nothing is left."""
PATIENCE = 120.0
"""Seconds for which the sweep rests at most while Telegram holds updates back: it may repeat one for hours."""
LOOK = 1.0
"""Seconds between two questions what Telegram still holds."""
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name

log = structlog.get_logger("webhook")


def webhook_path(secret: str) -> str:
    """``/telegram/<opaque>``: the address itself cannot be guessed either."""
    return f"/telegram/{hashlib.sha256(b'kentongan webhook path:' + secret.encode()).hexdigest()[:32]}"


class Webhook:
    """A Starlette route that stores what Telegram posts."""

    def __init__(
        self,
        database: InboxDatabase,
        clock: Clock,
        on_rows: Callable[[Sequence[InboxRow]], None],
        *,
        secret: str,
        alarm: Alarm = no_alarm,
        on_unstored: Callable[[Sequence[RawUpdate]], None] = nobody,
        monotonic: Callable[[], float] = time.monotonic,
        on_caught_up: Callable[[], None] = lambda: None,
    ) -> None:
        self._database, self._clock, self._on_rows = database, clock, on_rows
        self._monotonic, self._on_caught_up = monotonic, on_caught_up
        self._waiting = asyncio.Event()
        self._fall_behind()
        self._touch: datetime | None = None
        self._secret, self._alarm, self._on_unstored = secret.encode(), alarm, on_unstored
        self.path = webhook_path(secret)
        self.health = IntakeHealth()

    @property
    def route(self) -> Route:
        """To mount in the health server's application."""
        return Route(self.path, self.receive, methods=["POST"])

    @property
    def behind(self) -> bool:
        """Updates may be waiting at Telegram from a time when they could not be delivered; not for longer than
        PATIENCE while Telegram can be reached."""
        return self._monotonic() < self._rest_until

    def _fall_behind(self) -> None:
        now = self._monotonic()
        self._behind_until, self._rest_until = now + REPEATS, now + PATIENCE
        self._waiting.set()

    async def watch(self, api: BotApi) -> None:
        """Ask what Telegram still holds (getWebhookInfo): often while we are behind, now and then to note that nothing
        waits. Until cancelled; raises TokenRevoked."""
        while True:
            asked = self._clock.now()
            try:
                waiting = int((await api.call("getWebhookInfo", {})).get("pending_update_count", 0))
            except TelegramError as error:
                log.debug("webhook_info_failed", error=type(error).__name__)
                if self._waiting.is_set():
                    self._rest_until = self._monotonic() + PATIENCE
            else:
                if not waiting:
                    await self._in_touch(asked)
            if self._waiting.is_set():
                await asyncio.sleep(LOOK)
            else:
                with suppress(TimeoutError):
                    async with asyncio.timeout(TOUCH.total_seconds()):
                        await self._waiting.wait()

    async def _in_touch(self, now: datetime) -> None:
        """Telegram holds nothing back: what comes from here on happened after this moment."""
        try:
            await self._database.run(lambda uow: uow.inbox.in_touch(now))
        except StorageFailed as error:
            log.warning("contact_not_noted", error=type(error).__name__)
            return
        self._touch = now
        if self._waiting.is_set():
            self._waiting.clear()
            self._behind_until = self._rest_until = float("-inf")
            self._on_caught_up()

    async def receive(self, request: Request) -> Response:
        """403 without the secret, 413 when too big, 400 when it is no JSON, 500 when it could not be stored."""
        if not hmac.compare_digest(request.headers.get(SECRET_HEADER, "").encode(), self._secret):
            log.warning("webhook_refused")
            return Response(status_code=403)
        body = await _read(request)
        if body is None:
            return Response(status_code=413)
        try:
            parsed = orjson.loads(body)
        except orjson.JSONDecodeError:
            return Response(status_code=400)
        update = raw_update(parsed)
        if update is None:
            # Not to be stored, and a refusal would only make Telegram repeat it for a day.
            log.error("update_without_id", count=1)
            return Response(status_code=200)
        was_failing = self.health.store_failing
        after = await self._after()
        rows = await store(self._database, self._clock, [update], self.health, after)
        if rows is None:
            self._fall_behind()
            if not was_failing:
                self._alarm("store_failed")
            self._on_unstored([update])
            return Response(status_code=500)
        if rows:
            self._on_rows(rows)
        return Response(status_code=200)

    async def _after(self) -> datetime | None:
        """As for polling; Telegram repeats what it could not deliver for a while, and does not say that it does."""
        now = self._clock.now()
        try:
            if self._monotonic() < self._behind_until:
                if self._touch is None:
                    self._touch = await self._database.run(lambda uow: uow.inbox.last_touch())
                return self._touch
            if self._touch is None or abs(now - self._touch) >= TOUCH:
                await self._database.run(lambda uow: uow.inbox.in_touch(now))
                self._touch = now
        except StorageFailed as error:
            log.warning("contact_not_noted", error=type(error).__name__)
        return None


async def _read(request: Request) -> bytes | None:
    received = bytearray()
    try:
        async for chunk in request.stream():
            received += chunk
            if len(received) > MAX_BODY:
                return None
    except ClientDisconnect:
        return b""
    return bytes(received)


async def register_webhook(
    api: BotApi,
    public_url: str,
    secret: str,
    *,
    backoff: Backoff | None = None,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> None:
    """Tell Telegram where to post, trying until it answers.

    Raises OperatorError when Telegram refuses the address (not https, a forbidden port), TokenRevoked on 401.
    """
    backoff, attempt = backoff or Backoff(), 0
    params = {
        "url": public_url.rstrip("/") + webhook_path(secret),
        "secret_token": secret,
        "allowed_updates": ALLOWED_UPDATES,
        "max_connections": 40,
    }
    while True:
        try:
            await api.call("setWebhook", params)
        except BadRequest as error:
            raise OperatorError(f"KENTONGAN_WEBHOOK_URL: Telegram refuses it ({error.message})") from None
        except TelegramError as error:
            attempt += 1
            if attempt == 1:
                log.warning("webhook_not_set_yet", error=type(error).__name__)
            await sleep(backoff.delay(attempt))
        else:
            log.info("webhook_set")
            return
