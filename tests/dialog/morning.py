"""What the tests of the morning share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from domain.model import Case, NewPerson, Person
from domain.ports import UnitOfWork
from domain.roles import Role
from simulator.agency import Agency
from tests.dialog.script import at

T = TypeVar("T")


def said(desa: Agency, who: str, words: str) -> int:
    """How many messages with these words stand in the person's private chat."""
    return sum(words in message.text for message in desa.phone(who).messages() if not message.mine)


async def pass_to(desa: Agency, *times: str) -> None:
    """Move the clock on to each of these local times, and let what is due happen."""
    for wanted in times:
        at(desa, wanted)
        await desa.sweep()
        await desa.quiet()


async def work(desa: Agency, does: Callable[[UnitOfWork], T]) -> T:
    """One transaction on the running bot's database."""
    return await desa.app.database.run(does)


async def who_is(desa: Agency, who: str) -> Person:
    """The registered person of a seat."""
    person = await work(desa, lambda uow: uow.people.by_telegram_id(desa.users[who].id))
    assert person is not None
    return person


async def away(desa: Agency, who: str, deputy: str | None = None) -> None:
    """On leave since yesterday, until tomorrow."""
    person = await who_is(desa, who)
    other = None if deputy is None else (await who_is(desa, deputy)).id
    now, day = desa.clock.now(), timedelta(days=1)
    await work(desa, lambda uow: uow.absences.add(person.id, now - day, now + day, "cuti", None, now, deputy_id=other))


async def joins(desa: Agency, telegram_id: int, role: Role, *regions: str, source: str | None = None) -> Person:
    """One more registered person, with a phone."""
    desa.users = {**desa.users, str(telegram_id): desa.world.add_user(telegram_id, "Petugas")}
    desa.world.private_chat(desa.world.bot(), desa.users[str(telegram_id)]).started = True
    grant = NewPerson(frozenset({role}), regions, source=source)
    return await work(desa, lambda uow: uow.people.add(telegram_id, "Petugas", grant, desa.clock.now()))


async def reports(desa: Agency, who: str) -> list[Case]:
    """The person's reports, oldest first."""
    person = await who_is(desa, who)
    return await work(desa, lambda uow: list(reversed(uow.cases.of_author(person.id, 50))))
