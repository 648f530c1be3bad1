from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
import telegram
from telegram.request import HTTPXRequest

from simulator.model import Bot, Chat
from simulator.people import Phone
from simulator.server import Server, serve
from simulator.world import World

TOKEN = "7001:AAlatihan"


class SteppedClock:
    """Practice time that only moves when told."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 20, 22, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **delta: float) -> None:
        self.now += timedelta(**delta)


@dataclass
class Practice:
    """A running practice Telegram with one bot, one agent who has started it, and a group."""

    world: World
    clock: SteppedClock
    server: Server
    account: Bot
    bot: telegram.Bot
    agent: Phone
    verifier: Phone
    group: Chat
    http: aiohttp.ClientSession

    async def call(self, method: str, **params: Any) -> tuple[int, Any]:
        """A raw call with a JSON body: status and answer."""
        async with self.http.post(f"{self.server.url}/bot{TOKEN}/{method}", json=params) as response:
            return response.status, await response.json()

    async def refused(self, method: str, **params: Any) -> str:
        """The description of a refusal."""
        status, answer = await self.call(method, **params)
        assert not answer["ok"]
        assert answer["error_code"] == status
        return str(answer["description"])

    async def updates(self, **params: Any) -> list[dict[str, Any]]:
        """What getUpdates gives now."""
        _, answer = await self.call("getUpdates", **params)
        result: list[dict[str, Any]] = answer["result"]
        return result

    async def say(self, text: str, **params: Any) -> int:
        """Send as the bot to the agent; the message id."""
        status, answer = await self.call("sendMessage", chat_id=1001, text=text, **params)
        assert status == 200, answer
        return int(answer["result"]["message_id"])


@pytest.fixture
async def practice(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Practice]:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    clock = SteppedClock()
    world = World(clock)
    account = world.add_bot(TOKEN, "kentongan_bot", "Kentongan")
    agent, verifier = world.add_user(1001, "Elang-07"), world.add_user(1002, "Verifikator", "verif")
    world.private_chat(account, agent).started = True
    group = world.add_group("Verifikasi", [agent, verifier], verifier, bots=[account])
    async with serve(world) as server, aiohttp.ClientSession() as http:
        # Without certificates to load, a client is made ten times faster; the server speaks plain HTTP.
        plain = {"verify": False}
        bot = telegram.Bot(
            TOKEN,
            base_url=server.url + "/bot",
            base_file_url=server.url + "/file/bot",
            request=HTTPXRequest(httpx_kwargs=plain),
            get_updates_request=HTTPXRequest(httpx_kwargs=plain),
        )
        async with bot:
            yield Practice(world, clock, server, account, bot, Phone(world, agent), Phone(world, verifier), group, http)
