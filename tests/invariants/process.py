"""``python -m bot run`` as a process of its own, against the practice Telegram on this test's event loop."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bot.app import make_office
from bot.clock import SystemClock
from domain.model import Person
from domain.roles import Role
from simulator.agency import TOKEN, Seat, call_name, populate, register, seats
from simulator.model import Chat, User
from simulator.people import Phone
from simulator.server import Server, create_app, serve
from simulator.world import World
from storage.crypto import new_key
from storage.database import Database
from tests.invariants.house import until

ROOT = Path(__file__).resolve().parents[2]
START = 30.0
"""Seconds a process may take to start on a busy machine."""
CROWD = tuple(
    Seat(
        f"agen{number}",
        7800 + number,
        (Role.AGEN,),
        f"Kutilang-{number}",
        ("Kajen",),
        source="FKDM",
        means="Melihat sendiri",
    )
    for number in range(10, 16)
)
"""More agents, so that a kill meets several conversations at once."""


@dataclass
class BotProcess:
    """One running ``python -m bot run``; everything it prints goes to ``log``."""

    process: asyncio.subprocess.Process
    log: Path

    @property
    def output(self) -> str:
        """All it has printed so far, both streams."""
        return self.log.read_text(encoding="utf-8")

    async def says(self, *words: str, seconds: float = START) -> str:
        """Wait for a line that holds every word; that line."""
        found: list[str] = []

        def there() -> bool:
            found.extend(line for line in self.output.splitlines() if all(word in line for word in words))
            assert found or self.process.returncode is None, f"ended with {self.process.returncode}:\n{self.output}"
            return bool(found)

        await until(there, seconds)
        return found[0]

    async def ended(self, seconds: float = START) -> int:
        """Its exit code."""
        async with asyncio.timeout(seconds):
            return await self.process.wait()

    async def kill(self) -> None:
        """SIGKILL, and wait."""
        if self.process.returncode is None:
            self.process.kill()
        await self.process.wait()

    async def terminate(self) -> tuple[int, float]:
        """SIGTERM; the exit code and the seconds until then."""
        loop = asyncio.get_running_loop()
        begun = loop.time()
        self.process.send_signal(signal.SIGTERM)
        return await self.ended(), loop.time() - begun


@dataclass
class Site:
    """A practice Telegram, people in it, and a data directory for real processes."""

    world: World
    server: Server
    folder: Path
    key: str
    users: dict[str, User]
    groups: dict[str, Chat]
    processes: list[BotProcess] = field(default_factory=list)
    people: dict[str, Person] = field(default_factory=dict)

    def phone(self, key: str) -> Phone:
        """A person's phone, patient enough for real processes."""
        phone = Phone(self.world, self.users[key])
        phone.timeout = START
        return phone

    @property
    def data(self) -> Path:
        """The data directory."""
        return self.folder / "data"

    async def start(self, *, data: Path | None = None, wait: bool = True, **settings: str) -> BotProcess:
        """Start a process (settings without their prefix); by default wait until it says that it has started."""
        log = self.folder / f"bot-{len(self.processes)}.log"
        clean = {name: value for name, value in os.environ.items() if not name.startswith("KENTONGAN_")}
        given = {
            "token": TOKEN,
            "api_url": self.server.url,
            "data_dir": str(data or self.data),
            "profile": "lengkap",
            "secret_keys": self.key,
            "listen": "127.0.0.1:0",
            **settings,
        }
        environment = clean | {f"KENTONGAN_{name.upper()}": value for name, value in given.items()}
        environment["PYTHONPATH"] = str(ROOT)
        with log.open("wb") as out:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "run", cwd=self.folder, env=environment, stdout=out, stderr=out
            )
        started = BotProcess(process, log)
        self.processes.append(started)
        if wait:
            await started.says("started")
        return started

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[Database]:
        """The database, between two processes."""
        database = await Database.open(
            f"sqlite+aiosqlite:///{self.data / 'kentongan.db'}",
            [self.key],
            data_dir=self.data,
            create=True,
            practice=False,
            clock=SystemClock(),
        )
        try:
            yield database
        finally:
            await database.close()

    async def end(self) -> None:
        """No process stays behind."""
        for process in self.processes:
            await process.kill()


@asynccontextmanager
async def site(folder: Path) -> AsyncIterator[Site]:
    """A practice Telegram with a registered agency and its (not practice) database."""
    world = World()
    office = make_office("lengkap")
    async with serve(world, create_app(world)) as server:
        users, groups = populate(world, office)
        made = Site(world, server, folder, new_key(), users, groups)
        for seat in CROWD:
            users[seat.key] = world.add_user(seat.telegram_id, call_name(office, seat) + seat.key)
            world.private_chat(world.bot(), users[seat.key]).started = True
        async with made.opened() as database:
            now = SystemClock().now()
            everybody = (*seats(office), *CROWD)
            made.people = await database.run(lambda uow: register(uow, office, everybody, groups, now))
        try:
            yield made
        finally:
            await made.end()
