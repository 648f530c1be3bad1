"""A house with only its transport: real HTTP to the practice Telegram, a real SQLite database, templates of its own."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest

from bot.api import AiohttpRequest, BotApi
from bot.backoff import Backoff
from bot.clock import PracticeClock
from bot.pacing import Limits
from bot.render import Renderer
from bot.sender import Sender
from domain.notices import Action, Notice, Priority, Show, View
from simulator.model import Chat
from simulator.people import Phone
from simulator.server import serve
from simulator.world import World
from storage.crypto import new_key
from storage.database import Database

TOKEN = "7001:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw-"
AGENT, OTHER = 1001, 1002
TEMPLATES = {
    "kata": "{{ kata }}",
    "kartu": "<b>{{ judul }}</b>\n{{ isi }}",
    "rusak": "<b>{{ kata }}",
    "umum/tanpa_berkas": "Gambar belum dapat dibuat.",
    "panjang": "{% for baris in daftar %}\n<i>{{ baris }}</i>\n\n{% endfor %}",
}


@dataclass(frozen=True)
class Agency:
    zone: str = "Asia/Jakarta"
    zone_label: str = "WIB"
    titles: dict[str, str] = field(default_factory=lambda: {"kepala": "Kepala Kantor"})


@pytest.fixture
def clock() -> PracticeClock:
    return PracticeClock(datetime(2026, 11, 19, 22, 30, tzinfo=UTC), frozen=True)


@pytest.fixture
def templates(tmp_path: Path) -> Path:
    root = tmp_path / "templates"
    (root / "messages").mkdir(parents=True)
    for key, text in TEMPLATES.items():
        path = root / "messages" / f"{key}.html"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    (root / "labels.toml").write_text(
        'setujui = "✅ Setujui"\nminta_lokasi = "Bagikan lokasi"\nfoto = "Foto ({jumlah})"\n'
    )
    (root / "commands.toml").write_text('menu = "Menu"\nlapinfo = "Buat laporan"\n')
    return root


@pytest.fixture
def renderer(templates: Path, clock: PracticeClock) -> Renderer:
    return Renderer(Agency(), clock, templates)


@pytest.fixture
async def database(tmp_path: Path, clock: PracticeClock) -> AsyncIterator[Database]:
    url = f"sqlite+aiosqlite:///{tmp_path}/kentongan.db"
    opened = await Database.open(url, [new_key()], data_dir=tmp_path, create=True, practice=True, clock=clock)
    yield opened
    await opened.close()


@dataclass
class Office:
    """What a test plays with."""

    world: World
    url: str
    api: BotApi
    database: Database
    renderer: Renderer
    clock: PracticeClock
    agent: Phone
    other: Phone
    group: Chat
    gone: list[tuple[str, int]] = field(default_factory=list)

    def sender(self, limits: Limits | None = None, **how: Any) -> Sender:
        """A sender that retries within milliseconds and is told of new notices."""

        async def unreachable(chat_id: int) -> None:
            self.gone.append(("unreachable", chat_id))

        async def kicked(chat_id: int) -> None:
            self.gone.append(("kicked", chat_id))

        how.setdefault("backoff", Backoff(0.01, 0.02, 0.0, Random(1)))
        sender = Sender(
            self.api, self.database, self.renderer, self.clock, limits=limits or Limits.none(),
            on_unreachable=unreachable, on_kicked=kicked, **how,
        )  # fmt: skip
        self.database.on_notices, self.database.on_dropped = sender.offer, sender.drop
        return sender

    @contextlib.asynccontextmanager
    async def running(self, limits: Limits | None = None, **how: Any) -> AsyncIterator[Sender]:
        """A sender at work; at the end it has written its outcomes."""
        sender = self.sender(limits, **how)
        task = asyncio.create_task(sender.run())
        try:
            yield sender
            if not task.done():
                await sender.drain(5.0)
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def post(self, *notices: Notice) -> None:
        """Commit notices together."""

        def add(uow: Any) -> None:
            for notice in notices:
                uow.outbox.add(notice)

        await self.database.run(add)

    async def rows(self) -> list[tuple[str, str | None]]:
        """Status and error of all notices, by id."""
        return await self.database.run(
            lambda uow: [
                tuple(row) for row in uow.conn.exec_driver_sql("SELECT status, error FROM outbox ORDER BY id").all()
            ]
        )

    async def slot(self, slot: str) -> int | None:
        return await self.database.run(lambda uow: uow.outbox.slot_message(slot))

    def calls(self, method: str | None = None) -> list[Any]:
        return [call for call in self.world.calls if method is None or call.method == method]

    def texts(self, chat_id: int = AGENT) -> list[str]:
        """What was asked to be sent or edited in a chat, in order, refused or not."""
        return [
            str(call.params.get("text") or call.params.get("caption") or call.method)
            for call in self.world.calls
            if call.chat_id == chat_id
        ]


@pytest.fixture
async def office(database: Database, renderer: Renderer, clock: PracticeClock) -> AsyncIterator[Office]:
    world = World(clock.now)
    bot = world.add_bot(TOKEN, "latihan_bot", "Latihan")
    agent, other = world.add_user(AGENT, "Elang-07"), world.add_user(OTHER, "Elang-08")
    group = world.add_group("Verifikasi", [agent, other], agent, bots=[bot], bots_are_admins=True, kind="group")
    for person in (agent, other):
        world.private_chat(bot, person).started = True
    async with serve(world) as server:
        request = AiohttpRequest(read_timeout=2.0)
        api = BotApi(TOKEN, server.url, request)
        yield Office(world, server.url, api, database, renderer, clock, Phone(world, agent), Phone(world, other), group)
        await api.close()


def say(text: str, chat_id: int = AGENT, *, priority: Priority = Priority.REPLY, **how: Any) -> Notice:
    """A notice that shows a text; ``slot``, ``fresh``, ``at``, ``supersede`` go to Show, ``reference`` and
    ``not_before`` to the notice, the rest to the view."""
    show = {key: how.pop(key) for key in ("slot", "fresh", "at", "at_media", "supersede") if key in how}
    notice = {key: how.pop(key) for key in ("reference", "not_before") if key in how}
    view = View(how.pop("template", "kata"), how.pop("params", {"kata": text}), **how)
    return Notice(chat_id, Show(view, **show), priority, **notice)


def do(action: Action, chat_id: int = AGENT) -> Notice:
    """A notice with another action."""
    return Notice(chat_id, action)


async def until(condition: Callable[[], Any], seconds: float = 5.0) -> None:
    """Give the loop room until something holds; fails after some real seconds."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - what is waited for has no event of its own
            await asyncio.sleep(0.002)
