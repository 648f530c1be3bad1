"""How long *Darurat* takes to each recipient while a broadcast to 1,000 people drains, beside an idle bot.

The real bot with Telegram's limits against the practice Telegram, which enforces them, in one process on real HTTP,
both in the same run. ``python -m benchmarks.emergency`` plays it alone; ``make bench`` plays it behind the others.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

from bot.clock import PracticeClock
from bot.logs import configure
from domain.lokus.order import Order
from domain.model import Case, NewPerson, Person
from domain.notices import Notice, Priority, Show, View
from domain.office import Office
from domain.ports import UnitOfWork
from domain.roles import Clearance, Role
from domain.usecases import lokus_emergency
from simulator.agency import Agency, agency
from simulator.model import Message
from storage.crypto import new_key

CROWD: Final = 600_001
"""The first of those who get the broadcast."""
TEAM: Final = 610_001
"""The first of the field team."""
STARTED: Final = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
APART: Final = 5.0
"""Seconds between two emergencies: a chat takes four messages in that time."""
CALLED: Final = "memanggil bantuan"


@dataclass(frozen=True, slots=True)
class Delays:
    """From the confirming tap to the alert on a recipient's telephone; milliseconds, of all recipients of all calls."""

    calls: int
    median: float
    p95: float
    longest: float


@dataclass(frozen=True, slots=True)
class EmergencyResult:
    """One run, measured."""

    recipients: int
    broadcast: int
    drain: float
    """Seconds from the first to the last message of the broadcast."""
    floods: int
    """Answers 429."""
    idle: Delays
    draining: Delays


def field(uow: UnitOfWork, office: Office, lead: Person, members: Sequence[Person], by: Person, now: datetime) -> Case:
    """A lokus in its field: everybody has tapped *Mulai*."""
    sop = office.sops.get("lokus")
    case = uow.cases.add(
        ref=uow.references.next(sop.ref_prefix, office.local_date(now)), kind=sop.kind, sop=sop.name,
        sop_version=sop.version, step="pelaksanaan", status="handling", round=1, version=1, author_id=by.id,
        recorded_by=None, region=office.profile.regions[0], bidang=None, classification="biasa", urgency="biasa",
        nihil=False, duty_date=None, lateness="not_applicable", received_at=now, entered_at=now,
        due_at=now + timedelta(hours=8), closed_at=None, value=None, incident_id=None, supersedes_id=None,
        fields={"kegiatan": "Unjuk rasa"},
    )  # fmt: skip
    order = Order(
        masalah="Unjuk rasa",
        lokasi="Depan Pendopo",
        kumpul="Halaman kantor kecamatan",
        mulai=now,
        selesai=now + timedelta(hours=8),
        tim=tuple(person.id for person in members),
        koordinator=lead.id,
    )
    lokus = uow.lokus.add(case.id, order.to_json(), now)
    columns = {"starts_at": order.mulai, "ends_at": order.selesai, "coordinator_id": lead.id, "started_at": now}
    uow.lokus.change(lokus, edition=1, order=order.to_json(), desk=None, **columns)
    for person in (lead, *members):
        row = uow.lokus.add_member(case.id, person.id, by.id, now, lead=person is lead)
        uow.lokus.change_member(
            row, ready=True, answered_at=now, opened_at=now, edition=1, started_at=now, checked_at=now
        )
    return case


class Calls:
    """Raises emergencies from one telephone and sees when each recipient has the alert."""

    def __init__(self, desa: Agency, case: Case, caller: int, recipients: frozenset[int]) -> None:
        self.desa, self.case, self.caller, self.recipients = desa, case, caller, recipients
        self.arrived: dict[int, float] = {}
        self.crowd: list[float] = []
        self._all = asyncio.Event()
        self._prompt: asyncio.Future[Message] | None = None
        desa.world.listeners.append(self._on_event)

    def _on_event(self, event: object) -> None:
        message = getattr(event, "message", None)
        if getattr(event, "kind", "") != "message" or not isinstance(message, Message):
            return
        chat = message.chat.id
        if chat in self.recipients and CALLED in message.text:
            self.arrived.setdefault(chat, time.perf_counter())
            if self.arrived.keys() >= self.recipients:
                self._all.set()
        elif chat == self.caller and "Mundur/Darurat?" in message.text and self._prompt is not None:
            self._prompt.set_result(message)
        elif CROWD <= chat < TEAM:
            self.crowd.append(time.perf_counter())

    async def once(self) -> list[float]:
        """One emergency, from the tap to the last recipient, in milliseconds; then it is ended."""
        self.arrived.clear()
        self._all.clear()
        self._prompt = asyncio.get_running_loop().create_future()
        person = self.desa.world.users[self.caller]
        chat = self.desa.world.private_chat(self.desa.world.bot(), person)
        self.desa.world.post(chat, person, {"text": "/darurat", "entities": _COMMAND})
        async with asyncio.timeout(30):
            prompt = await self._prompt
            began = time.perf_counter()
            self.desa.world.tap(person, prompt, f"ld:y:{self.case.id}:c")
            await self._all.wait()
        delays = [(at - began) * 1000 for at in self.arrived.values()]
        await self.desa.app.database.run(self._end)
        return delays

    def _end(self, uow: UnitOfWork) -> None:
        me = uow.people.by_telegram_id(self.caller)
        assert me is not None
        (one,) = (one for one in uow.lokus.emergencies(self.case.id) if one.ended_at is None)
        now = self.desa.clock.now()
        lokus_emergency.end(uow, self.desa.office, me, one.id, now, now)


_COMMAND: Final = [{"type": "bot_command", "offset": 0, "length": 8}]


async def emergency(broadcast: int = 1000, team: int = 10, calls: int = 6) -> EmergencyResult:
    """Measure ``calls`` emergencies on an idle bot and as many while the broadcast drains (about 45 s for 1,000)."""
    with tempfile.TemporaryDirectory(prefix="kentongan-bench-") as folder:
        clock = PracticeClock(STARTED)
        async with agency(Path(folder), new_key(), profile="tangerang", clock=clock, lokus=True) as desa:
            await desa.quiet(60)
            case, told = await desa.app.database.run(lambda uow: _seat(uow, desa.office, team, clock.now()))
            bot = desa.world.bot()
            for number in (*range(CROWD, CROWD + broadcast), *range(TEAM, TEAM + team)):
                desa.world.private_chat(bot, desa.world.add_user(number, "Petugas")).started = True
            desa.app.dispatcher.gate.rate = desa.app.dispatcher.gate.burst = 1e9
            desa.world.limits.enabled = True
            people = Calls(desa, case, TEAM, told)
            idle = await _several(people, calls)
            await desa.quiet(60)
            await asyncio.sleep(APART)
            await desa.app.database.run(lambda uow: _announce(uow, broadcast))
            while len(people.crowd) < min(broadcast, 50):  # noqa: ASYNC110 - it has to be under way
                await asyncio.sleep(0.01)
            draining = await _several(people, calls)
            if len(people.crowd) >= broadcast:
                raise RuntimeError("the broadcast was over before the last emergency")
            async with asyncio.timeout(60 + broadcast / 5):
                while len(people.crowd) < broadcast:  # noqa: ASYNC110 - counted by the listener
                    await asyncio.sleep(0.05)
            floods = sum("Too Many Requests" in call.error for call in desa.world.calls)
            drain = people.crowd[-1] - people.crowd[0]
            return EmergencyResult(len(told), broadcast, drain, floods, _delays(idle, calls), _delays(draining, calls))


def _seat(uow: UnitOfWork, office: Office, team: int, now: datetime) -> tuple[Case, frozenset[int]]:
    """The team beside the practice agency's people; who is told when its first member calls."""
    grant = NewPerson(frozenset({Role.ANGGOTA_MITIGASI}), clearance=Clearance.TERBATAS)
    members = [uow.people.add(TEAM + number, "Petugas", grant, now) for number in range(team)]
    (lead,) = uow.people.holding(Role.KOORDINATOR_LAPANGAN)
    case = field(uow, office, lead, members, uow.people.holding(Role.MITRA)[0], now)
    told = lokus_emergency.concerned(uow, case, members[0].id, now)
    return case, frozenset(person.telegram_id for person, _ in told)


def _announce(uow: UnitOfWork, broadcast: int) -> None:
    view = View("lokus/tidak_lagi", {"ref": "LO-261120-0099"})
    for number in range(CROWD, CROWD + broadcast):
        uow.outbox.add(Notice(number, Show(view), Priority.BROADCAST))


async def _several(people: Calls, calls: int) -> list[float]:
    found: list[float] = []
    for number in range(calls):
        if number:
            await asyncio.sleep(APART)
        found += await people.once()
    return found


def _delays(found: Sequence[float], calls: int) -> Delays:
    return Delays(calls, statistics.median(found), statistics.quantiles(found, n=20)[18], max(found))


def show(console: Console, found: EmergencyResult) -> None:
    """Print it."""
    table = Table(title=f"Darurat to {found.recipients} recipients, Telegram's limits enforced")
    for head in ("from the confirming tap to a recipient's telephone", "calls", "median ms", "p95 ms", "max ms"):
        table.add_column(head, justify="left" if "tap" in head else "right")
    for name, one in (
        ("idle bot", found.idle),
        (f"while a broadcast to {found.broadcast} drains", found.draining),
    ):
        table.add_row(name, str(one.calls), *(f"{cell:.0f}" for cell in (one.median, one.p95, one.longest)))
    console.print(table)
    rate = found.broadcast / found.drain
    console.print(f"{found.broadcast} messages in {found.drain:.0f} s ({rate:.1f}/s), 429: {found.floods}")


if __name__ == "__main__":
    configure("console", "ERROR")
    show(Console(), asyncio.run(emergency()))
