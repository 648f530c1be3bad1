"""A practice with the page on it, for the page's tests: two agents, a verifier, a group, a bot."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import aiohttp
import orjson

from bot.clock import PracticeClock
from simulator import page
from simulator.model import Bot, Chat, User
from simulator.people import Phone
from simulator.server import Server, create_app, serve
from simulator.world import World

TOKEN = "7000000001:AAlatihan"
START = datetime(2026, 11, 19, 21, 55, tzinfo=UTC)
"""04.55 WIB on Friday 20 November 2026."""


@dataclass
class Stage:
    """The running practice and a browserless client of its page."""

    world: World
    clock: PracticeClock
    server: Server
    account: Bot
    agent: User
    verifier: User
    group: Chat
    http: aiohttp.ClientSession

    def phone(self, user: User) -> Phone:
        return Phone(self.world, user)

    def path(self, user: User, chat: int, action: str) -> str:
        return f"{self.server.url}/latihan/phones/{user.id}/chats/{chat}/{action}"

    async def get(self, path: str) -> Any:
        async with self.http.get(self.server.url + path) as response:
            assert response.status == 200, await response.text()
            return await response.json()

    async def post(self, path: str, body: Any = None, status: int = 200, **how: Any) -> Any:
        """POST JSON (or `data=`) to a path of the page; the JSON answer."""
        url = path if path.startswith("http") else self.server.url + path
        if body is not None:
            how["data"] = body if isinstance(body, bytes) else orjson.dumps(body)
        async with self.http.post(url, **how) as response:
            assert response.status == status, await response.text()
            return await response.json()

    async def act(self, user: User, action: str, body: Any = None, chat: int | None = None, status: int = 200) -> Any:
        return await self.post(self.path(user, chat or user.id, action), body or {}, status)

    @contextlib.asynccontextmanager
    async def events(self) -> AsyncIterator["Events"]:
        """An open event stream, past its hello."""
        async with self.http.get(self.server.url + "/latihan/events") as response:
            assert response.headers["content-type"].startswith("text/event-stream")
            events = Events(response)
            await events.next("hello")
            yield events


class Events:
    """Reads Server-Sent Events."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self.response = response

    async def next(self, *kinds: str) -> Any:
        """The data of the next event of one of these kinds; others are passed over."""
        kind = ""
        async for raw in self.response.content:
            line = raw.decode().rstrip("\n")
            if line.startswith("event: "):
                kind = line.removeprefix("event: ")
            elif line.startswith("data: ") and kind in kinds:
                return orjson.loads(line.removeprefix("data: "))
        raise AssertionError(f"the stream ended before {kinds}")


@contextlib.asynccontextmanager
async def staged(*, frozen: bool = True) -> AsyncIterator[Stage]:
    clock = PracticeClock(START, frozen=frozen)
    world = World(clock.now)
    account = world.add_bot(TOKEN, "kentongan_latihan_bot", "Kentongan")
    agent, other = world.add_user(9001, "Elang-07"), world.add_user(9002, "Merpati-12")
    verifier = world.add_user(9003, "Verifikator")
    group = world.add_group("Verifikasi Lapinfo", [agent, verifier], verifier, bots=[account], bots_are_admins=True)
    app = create_app(world)
    office = {
        "name": "Kantor Kesbangpol",
        "zone": "Asia/Jakarta",
        "roles": {agent.id: "Agen", verifier.id: "Verifikator"},
        "phones": [agent.id, verifier.id, other.id],
    }
    page.mount(app, world, clock, office)
    async with serve(world, app) as server, aiohttp.ClientSession() as http:
        yield Stage(world, clock, server, account, agent, verifier, group, http)
