"""A bot's updates: the queue, getUpdates with its confirmations and conflicts, delivery to a webhook."""

import asyncio
from collections.abc import Callable
from typing import Any, Final

import aiohttp
import orjson

from simulator.errors import conflict_getter, conflict_webhook
from simulator.model import Bot, Json

NOT_BY_DEFAULT: Final = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
FIRST_RETRY: Final = 0.1
LONGEST_RETRY: Final = 5.0


def enqueue(bot: Bot, kind: str, payload: Json) -> None:
    """Put one update in the queue as it is now; later changes of the message do not reach into it."""
    if (kind not in bot.allowed) if bot.allowed else (kind in NOT_BY_DEFAULT):
        return
    push(bot, {kind: payload})
    if bot.duplicate:
        bot.duplicate -= 1
        bot.queue.append(bot.queue[-1])


def push(bot: Bot, body: Json) -> int:
    """Queue an update object under the next id and wake whoever waits; the id."""
    update_id = bot.next_update
    bot.next_update += 1
    bot.queue.append((update_id, orjson.dumps({"update_id": update_id, **body})))
    bot.arrived.set()
    return update_id


def inject(bot: Bot, raw: bytes | Json) -> int:
    """Queue an update exactly as given (malformed ones for tests); its id is added when it is an object without one."""
    if isinstance(raw, dict) and "update_id" not in raw:
        return push(bot, raw)
    update_id = int(raw["update_id"]) if isinstance(raw, dict) and type(raw["update_id"]) is int else bot.next_update
    bot.next_update = max(bot.next_update, update_id + 1)
    bot.queue.append((update_id, raw if isinstance(raw, bytes) else orjson.dumps(raw)))
    bot.arrived.set()
    return update_id


def set_allowed(bot: Bot, allowed: list[str] | None) -> None:
    """Remember `allowed_updates`; None keeps what was set before, an empty list is the default set."""
    if allowed is not None:
        bot.allowed = frozenset(allowed) or None


def _confirm(bot: Bot, offset: int) -> None:
    queue = bot.queue
    if offset < 0:
        while len(queue) > -offset:
            queue.popleft()
    while queue and queue[0][0] < offset:
        queue.popleft()
    if not queue:
        bot.emptied.set()


async def get_updates(bot: Bot, params: Json, cut_off: Callable[[], bool]) -> bytes:
    """The JSON array of waiting updates, after real seconds of long polling; 409 for a webhook or another poller."""
    if bot.webhook is not None:
        raise conflict_webhook()
    set_allowed(bot, params.get("allowed_updates"))
    me = bot.poll = object()
    bot.arrived.set()
    bot.polls += 1
    bot.polled.set()
    queue = bot.queue
    _confirm(bot, params.get("offset", 0))
    loop = asyncio.get_running_loop()
    until = loop.time() + min(max(params.get("timeout", 0), 0), 50)
    while not queue and bot.poll is me:
        left = until - loop.time()
        if left <= 0:
            break
        # Each waiter has its own wait on a fresh event: `arrived` is replaced, never cleared under another waiter.
        event = bot.arrived = asyncio.Event()
        try:
            async with asyncio.timeout(left):
                await event.wait()
        except TimeoutError:
            break
        if bot.revoked or bot.webhook is not None or cut_off():
            break
    if bot.poll is not me:
        raise conflict_getter()
    limit = min(max(params.get("limit", 100), 1), 100)
    return b"[" + b",".join([raw for _, raw in list(queue)[:limit]]) + b"]"


class WebhookSender:
    """Posts a bot's updates to its webhook, one after another, each until it is taken with a 2xx answer."""

    def __init__(self, bot: Bot, now: Callable[[], int], reachable: Callable[[], bool]) -> None:
        self.bot = bot
        self.now = now
        self.reachable = reachable
        self.task = asyncio.get_running_loop().create_task(self._run(), name=f"webhook {bot.id}")

    async def stop(self) -> None:
        """End the delivery; what was not taken stays in the queue."""
        self.task.cancel()
        await asyncio.wait([self.task])

    async def _run(self) -> None:
        pause = FIRST_RETRY
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30)) as session:
            while (hook := self.bot.webhook) is not None:
                if not self.bot.queue:
                    event = self.bot.arrived = asyncio.Event()
                    await event.wait()
                    continue
                if self.reachable() and await self._post(session, hook.url, hook.secret):
                    self.bot.queue.popleft()
                    pause = FIRST_RETRY
                    if not self.bot.queue:
                        self.bot.emptied.set()
                else:
                    await asyncio.sleep(pause)
                    pause = min(pause * 2, LONGEST_RETRY)

    async def _post(self, session: aiohttp.ClientSession, url: str, secret: str) -> bool:
        headers = {"Content-Type": "application/json"}
        if secret:
            headers["X-Telegram-Bot-Api-Secret-Token"] = secret
        problem = ""
        try:
            async with session.post(url, data=self.bot.queue[0][1], headers=headers) as response:
                await response.read()
                if 200 <= response.status < 300:
                    return True
                problem = f"Wrong response from the webhook: {response.status} {response.reason}"
        except (aiohttp.ClientError, TimeoutError) as error:
            problem = (
                "Connection refused" if isinstance(error, aiohttp.ClientConnectorError) else "Read timeout expired"
            )
        if self.bot.webhook is not None:
            self.bot.webhook.last_error = problem
            self.bot.webhook.last_error_date = self.now()
        return False


def webhook_info(bot: Bot) -> dict[str, Any]:
    """The WebhookInfo object."""
    hook = bot.webhook
    info: dict[str, Any] = {
        "url": hook.url if hook else "",
        "has_custom_certificate": False,
        "pending_update_count": len(bot.queue),
    }
    if hook:
        info["max_connections"] = hook.max_connections
        if hook.last_error_date:
            info |= {"last_error_date": hook.last_error_date, "last_error_message": hook.last_error}
    if bot.allowed:
        info["allowed_updates"] = sorted(bot.allowed)
    return info
