"""The 1,000-agent morning on real time: reminders go out, people answer meanwhile, then 300 report at once.

The real bot with Telegram's limits against the practice Telegram, which enforces them, in one process on real HTTP.
``python -m benchmarks.morning`` plays it alone; ``make bench`` plays it behind the others.
"""

from __future__ import annotations

import asyncio
import itertools
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

from bot.app import Parts
from bot.clock import PracticeClock
from bot.logs import configure
from domain.model import NewPerson
from domain.office import Office
from domain.ports import UnitOfWork
from domain.roles import Role
from domain.usecases.board import BEAT
from simulator.agency import Agency, agency
from simulator.model import Message
from storage.crypto import new_key

FIRST: Final = 500_001
REMINDED: Final = datetime(2026, 11, 19, 22, 0, tzinfo=UTC)
"""05.00 WIB."""
EVERY: Final = 0.2
"""Seconds between two people who answer while the reminders go out."""
BURST: Final = 15
"""People who answer in the same moment, now and then."""
BURST_EVERY: Final = 40
"""People who answer one by one before such a burst."""


@dataclass(frozen=True, slots=True)
class Waits:
    """How long people waited between their tap and the receipt; milliseconds."""

    count: int
    median: float
    p95: float
    longest: float


@dataclass(frozen=True, slots=True)
class MorningResult:
    """One morning, measured."""

    agents: int
    drain: float
    """Seconds from the first to the last reminder."""
    busiest: int
    """Counted calls in the busiest second, as the practice Telegram saw them."""
    floods: int
    """Answers 429."""
    idle: Waits
    steady: Waits
    """Of those who answered one by one while the reminders went out."""
    bursts: Waits
    """Of those who answered with others in the same moment meanwhile."""
    rush: int
    """Reports of the rush."""
    rush_seconds: float
    """Until the last of them had the receipt."""
    board_minute: int
    """Messages and edits in the coordination group in its busiest minute."""


class Crowd:
    """The agents: who has a reminder and has not answered yet."""

    def __init__(self, desa: Agency, agents: int) -> None:
        self.desa = desa
        self.ready: asyncio.Queue[Message] = asyncio.Queue()
        self.reminded: list[float] = []
        self._ids = range(FIRST, FIRST + agents)
        self._receipts: dict[int, asyncio.Future[float]] = {}
        desa.world.listeners.append(self._on_event)

    def _on_event(self, event: object) -> None:
        kind, message = getattr(event, "kind", ""), getattr(event, "message", None)
        if not isinstance(message, Message) or message.chat.id not in self._ids:
            return
        if kind == "message" and message.inline_keyboard:
            self.reminded.append(time.perf_counter())
            self.ready.put_nowait(message)
        elif kind == "edited" and "Nihil diterima" in message.text:
            waiting = self._receipts.pop(message.chat.id, None)
            if waiting is not None and not waiting.done():
                waiting.set_result(time.perf_counter())

    async def answers(self) -> float:
        """The next reminded agent taps *Nihil*: milliseconds until the receipt stands there."""
        message = await self.ready.get()
        data = next(b["callback_data"] for row in message.inline_keyboard for b in row if "Nihil" in b["text"])
        receipt: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self._receipts[message.chat.id] = receipt
        began = time.perf_counter()
        self.desa.world.tap(self.desa.world.users[message.chat.id], message, data)
        return (await receipt - began) * 1000


@asynccontextmanager
async def _office(folder: Path, agents: int, parts: Parts | None) -> AsyncIterator[Agency]:
    """A running agency with so many agents, five minutes before the first reminder."""
    clock = PracticeClock(REMINDED - timedelta(minutes=5))
    async with agency(folder, new_key(), profile="pekalongan", clock=clock, parts=parts or Parts()) as desa:
        await desa.quiet(60)
        await desa.app.database.run(lambda uow: _register(uow, desa.office, agents, clock.now()))
        for number in range(FIRST, FIRST + agents):
            person = desa.world.add_user(number, "Agen")
            desa.world.private_chat(desa.world.bot(), person).started = True
        desa.app.dispatcher.gate.rate = desa.app.dispatcher.gate.burst = 1e9
        desa.world.limits.enabled = True
        yield desa


def _register(uow: UnitOfWork, office: Office, agents: int, now: datetime) -> None:
    places, sources = office.profile.regions, office.profile.sources
    for n in range(agents):
        grant = NewPerson(frozenset({Role.AGEN}), (places[n % len(places)],), source=sources[n % len(sources)])
        uow.people.add(FIRST + n, "Agen", grant, now)


async def morning(agents: int = 1000, rush: int = 300, idle: int = 60, parts: Parts | None = None) -> MorningResult:
    """Live it once: about ``agents`` / 20 seconds for the reminders and ``rush`` / 30 for the rush."""
    with tempfile.TemporaryDirectory(prefix="kentongan-bench-") as folder:
        async with _office(Path(folder), agents, parts) as desa:
            crowd = Crowd(desa, agents)
            began = time.perf_counter()
            desa.clock.move_to(REMINDED)
            steady, bursts = await _meanwhile(crowd, began, agents)
            drain = crowd.reminded[-1] - crowd.reminded[0]
            await desa.quiet(60)
            await asyncio.sleep(1.1)
            alone = []
            for _ in range(min(idle, crowd.ready.qsize())):
                alone.append(await crowd.answers())
                await asyncio.sleep(0.05)
            wanted = min(rush, crowd.ready.qsize())
            began = time.perf_counter()
            await asyncio.gather(*(crowd.answers() for _ in range(wanted)))
            rush_seconds = time.perf_counter() - began
            await desa.sweep()
            desa.clock.advance(BEAT)  # the last edit of the board waits for its beat
            await desa.sweep()
            await desa.quiet(60)
            group = desa.groups["koordinasi"].id
            pace = desa.world.limits.pace
            return MorningResult(
                agents=agents,
                drain=drain,
                busiest=_busiest((at for at, _, _ in pace), 1.0),
                floods=sum("Too Many Requests" in call.error for call in desa.world.calls),
                idle=_waits(alone),
                steady=_waits(steady),
                bursts=_waits(bursts),
                rush=wanted,
                rush_seconds=rush_seconds,
                board_minute=_busiest((at for at, _, chat in pace if chat == group), 60.0),
            )


async def _meanwhile(crowd: Crowd, began: float, agents: int) -> tuple[list[float], list[float]]:
    """People answer, one by one and now and then several at once, until everybody was reminded."""
    steady: list[asyncio.Task[float]] = []
    bursts: list[asyncio.Task[float]] = []
    for turn in itertools.count(1):
        if len(crowd.reminded) >= agents:
            break
        if time.perf_counter() - began > 60 + agents / 5:
            raise RuntimeError(f"only {len(crowd.reminded)} of {agents} reminders came")
        if turn % BURST_EVERY == 0:
            bursts += [asyncio.create_task(crowd.answers()) for _ in range(BURST)]
            await asyncio.sleep(1.0)
        else:
            steady.append(asyncio.create_task(crowd.answers()))
        await asyncio.sleep(EVERY)
    return await asyncio.gather(*steady), await asyncio.gather(*bursts)


def _busiest(moments: Iterable[float], seconds: float) -> int:
    """The most of these in any interval of so many seconds."""
    inside: list[float] = []
    most = 0
    for moment in moments:
        inside = [other for other in inside if other > moment - seconds] + [moment]
        most = max(most, len(inside))
    return most


def _waits(found: Sequence[float]) -> Waits:
    if len(found) < 2:
        return Waits(len(found), *(3 * (sum(found),)))
    return Waits(len(found), statistics.median(found), statistics.quantiles(found, n=20)[18], max(found))


def show(console: Console, found: MorningResult) -> None:
    """Print it."""
    table = Table(title=f"The morning of {found.agents} agents, Telegram's limits enforced")
    for head in ("people waiting for the receipt of a tap", "taps", "median ms", "p95 ms", "max ms", "× idle"):
        table.add_column(head, justify="left" if "waiting" in head else "right")
    for name, waits in (
        ("idle bot", found.idle),
        ("while reminders go out, one by one", found.steady),
        (f"while reminders go out, {BURST} in one moment", found.bursts),
    ):
        cells = (waits.median, waits.p95, waits.longest)
        ratio = "" if not found.idle.median else f"{waits.median / found.idle.median:.1f}"
        table.add_row(name, str(waits.count), *(f"{cell:.0f}" for cell in cells), ratio)
    console.print(table)
    console.print(
        f"{found.agents} reminders in {found.drain:.0f} s ({found.agents / found.drain:.1f}/s), "
        f"busiest second {found.busiest} calls (30 allowed), 429: {found.floods}\n"
        f"{found.rush} reports at once: all answered within {found.rush_seconds:.0f} s; "
        f"roll-call group at most {found.board_minute} messages and edits a minute (20 allowed)"
    )


if __name__ == "__main__":
    configure("console", "ERROR")
    show(Console(), asyncio.run(morning()))
