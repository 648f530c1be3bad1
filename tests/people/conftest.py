"""A real database in a folder of its own, an office, and a frozen clock."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.clock import PracticeClock
from domain.model import NewPerson, Person
from domain.notices import Notice, Show
from domain.office import Office
from domain.profile_loader import load_profile
from domain.roles import Role
from domain.sop.loader import SopRegistry
from storage.crypto import new_key
from storage.database import Database
from storage.unit import UnitOfWork

START = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)


class Unlike:
    """No two texts are alike; nothing here compares any."""

    def ratio(self, one: str, other: str) -> float:
        return 0.0


def make_office(profile: str = "pekalongan", username: str | None = "kentongan_bot") -> Office:
    sops = SopRegistry.load()
    loaded = load_profile(profile, sops)
    return Office(loaded, sops, loaded.gazetteer(), Unlike(), username)


@dataclass
class Desk:
    """The database with the office and the clock, and what was queued to be sent."""

    database: Database
    office: Office
    clock: PracticeClock

    @property
    def now(self) -> datetime:
        return self.clock.now()

    async def person(self, telegram_id: int, *roles: Role, code_name: str | None = None) -> Person:
        grant = NewPerson(frozenset(roles), code_name=code_name)
        return await self.database.run(lambda uow: uow.people.add(telegram_id, f"Orang {telegram_id}", grant, self.now))

    async def outbox(self, chat_id: int) -> list[object]:
        """The actions waiting for a chat, in order; a view is named by its template."""

        def work(uow: UnitOfWork) -> list[object]:
            rows = [row.action for row in uow.outbox.pending(1000) if row.chat_id == chat_id]
            return [action.view.template if isinstance(action, Show) else action for action in rows]

        return await self.database.run(work)

    async def queue(self, notice: Notice) -> None:
        await self.database.run(lambda uow: uow.outbox.add(notice))


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    clock = PracticeClock(START, frozen=True)
    database = await Database.open(
        f"sqlite+aiosqlite:///{tmp_path / 'k.db'}",
        [new_key()],
        data_dir=tmp_path,
        create=True,
        practice=False,
        clock=clock,
    )
    yield Desk(database, make_office(), clock)
    await database.close()
