"""The morning without Telegram: the real rules and store, a clock in the hand, and an outbox that is read out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path

from bot.app import JOBS, make_office
from bot.clock import PracticeClock
from domain.errors import UserError
from domain.model import NewPerson, Person
from domain.notices import Delete, Show
from domain.office import Office
from domain.ports import UnitOfWork
from domain.roles import Role
from domain.usecases import reports
from scheduler.sweep import Sweeper
from storage.database import Database
from storage.outbox import OutboxRow, Settled
from tests.storage.parts import KEY

AGENTS = 3
KINDS = {
    "pagi/ingatkan": "reminder",
    "pagi/terlambat": "late",
    "pagi/koordinator": "coordinator",
    "pagi/eskalasi": "escalation",
}


@dataclass
class Morning:
    """Agents, a coordinator and a Kabid of one office, and what was delivered to each about each morning."""

    folder: Path
    office: Office
    clock: PracticeClock
    db: Database
    people: dict[str, Person] = field(default_factory=dict)
    got: list[tuple[date, str, str, bool]] = field(default_factory=list)
    """The day that was told of, who, which kind, and whether it was a second reminder."""
    wronged: list[tuple[str, datetime]] = field(default_factory=list)
    """Who was rung although they had reported, or reminded after the due time."""
    messages: int = 0

    @classmethod
    async def open(cls, folder: Path, start: datetime, profile: str = "pekalongan", agents: int = AGENTS) -> Morning:
        """A fresh house whose clock stands still at ``start`` (aware)."""
        clock = PracticeClock(start, frozen=True)
        made = cls(folder, make_office(profile), clock, await cls._database(folder, clock, create=True))
        roles = {f"agen{n}": Role.AGEN for n in range(agents)}
        roles |= {"koordinator": Role.KOORDINATOR_WILAYAH, "kabid": Role.KABID}

        def register(uow: UnitOfWork) -> None:
            for number, (who, role) in enumerate(roles.items(), 1):
                regions = (made.office.profile.regions[number % 19],) if role is Role.AGEN else ()
                grant = NewPerson(frozenset({role}), regions)
                made.people[who] = uow.people.add(number, "Petugas", grant, start - timedelta(days=30))

        await made.db.run(register)
        return made

    @staticmethod
    async def _database(folder: Path, clock: PracticeClock, *, create: bool) -> Database:
        url = f"sqlite+aiosqlite:///{folder}/kentongan.db"
        return await Database.open(url, [KEY], data_dir=folder, create=create, practice=False, clock=clock)

    async def restart(self) -> None:
        """What is not in the database is forgotten."""
        await self.db.close()
        self.db = await self._database(self.folder, self.clock, create=False)

    @property
    def local(self) -> datetime:
        """Now, at the agency."""
        return self.clock.now().astimezone(self.office.zone)

    def move_to(self, hour: int, minute: int, day: date | None = None) -> None:
        """To that local time, of the given or the present day."""
        self.clock.move_to(datetime.combine(day or self.local.date(), time(hour, minute), self.office.zone))

    def later(self, **by: int) -> None:
        """Let time pass (or step back)."""
        self.clock.advance(timedelta(**by))

    async def sweep(self) -> None:
        """One sweep of the real jobs."""
        await Sweeper(self.db, self.office, self.clock, JOBS).sweep()

    async def nihil(self, who: str) -> bool:
        """The agent reports nihil now; False when the day is answered already."""

        def work(uow: UnitOfWork) -> None:
            now = self.clock.now()
            reports.nihil(uow, self.office, self.people[who], self.office.sops.get("lapinfo"), now, now)

        try:
            await self.db.run(work)
        except UserError:
            return False
        return True

    async def reported(self, who: str, day: date) -> bool:
        """Whether the agent's report of that morning is there."""
        person = self.people[who]
        return bool(await self.db.run(lambda uow: uow.cases.duty(person.id, day)))

    async def deliver(self) -> None:
        """Send what waits, as the sender would, and note who was rung."""
        names = {person.telegram_id: who for who, person in self.people.items()}
        while rows := await self._due():
            for row in rows:
                if isinstance(row.action, Show) and row.chat_id in names:
                    await self._rings(names[row.chat_id], row)
            results = [self._result(row) for row in rows]
            await self.db.run(lambda uow, results=results: uow.outbox.settle(results))  # type: ignore[misc]

    async def _due(self) -> Sequence[OutboxRow]:
        now = self.clock.now()
        rows = await self.db.run(lambda uow: uow.outbox.pending(1000))
        return [row for row in rows if row.not_before is None or row.not_before <= now]

    async def _rings(self, who: str, row: OutboxRow) -> None:
        show, now = row.action, self.clock.now()
        assert isinstance(show, Show)
        kind = KINDS.get(show.view.template)
        if kind is None or (show.until is not None and now >= show.until):
            return
        # What was held up for a day still tells of its own morning.
        day = date.fromisoformat(str(show.view.params.get("hari") or (row.slot or "").rpartition(":")[2]))
        if kind in ("reminder", "late") and await self.reported(who, day):
            self.wronged.append((who, now))
        if kind == "reminder" and self.local.time() >= time(5, 30):
            self.wronged.append((who, now))
        self.got.append((day, who, kind, bool(show.view.params.get("lagi"))))

    def _result(self, row: OutboxRow) -> Settled:
        self.messages += 1
        number = self.messages if isinstance(row.action, Show) and row.slot is not None else None
        slot = row.slot if number is not None or isinstance(row.action, Delete) else None
        return Settled(row.id, "sent", message_id=number, slot=slot)

    def counts(self) -> Counter[tuple[date, str, str, bool]]:
        """How often each was told each thing about each day."""
        return Counter(self.got)
