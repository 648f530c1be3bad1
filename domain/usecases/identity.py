"""Who is behind a code name: told to those entitled, with a reason, each time recorded; it disappears by itself."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from domain import secrecy
from domain.errors import NotFound
from domain.model import Person
from domain.notices import Ack, View
from domain.office import Office
from domain.ports import UnitOfWork
from domain.roles import Role
from domain.usecases import reading, shown
from domain.usecases.officials import NAMES_OPEN_TO

OPENED = "person.identity_opened"
"""Event of the person: who looked (actor), with what ``reason``, from which ``case`` (reference, or None)."""


def entitled(uow: UnitOfWork, office: Office, by: Person, person_id: int, case_id: int, now: datetime) -> Person | Ack:
    """The person asked about, if ``by`` may learn who that is; otherwise the recorded refusal.

    By itself (``case_id`` 0) only for administrators; out of a secret case for the chain of command that may read it,
    and then only who reported it.
    """
    person = uow.people.get(person_id)
    if case_id == 0:
        allowed = by.has(Role.ADMINISTRATOR)
    else:
        case = uow.cases.get(case_id)
        allowed = (
            case is not None
            and secrecy.is_secret(case)
            and case.author_id == person_id
            and by.has(*sorted(NAMES_OPEN_TO))
            and secrecy.may_open(uow, office, case, by, now)
            and secrecy.capacity(uow, office, case, by, now) is not None
        )
        if case is not None and secrecy.is_secret(case) and not allowed:
            return secrecy.denied(uow, by, case, "identity", now)
    if person is None or not allowed:
        return secrecy.denied(uow, by, None, "identity", now, person_id)
    return person


def look_up(
    uow: UnitOfWork, office: Office, by: Person, person_id: int, case_id: int, reason: str, now: datetime
) -> Person | Ack:
    """Tell who it is, in a protected message that goes after the settings' minutes; the reason is recorded."""
    person = entitled(uow, office, by, person_id, case_id, now)
    if isinstance(person, Ack):
        return person
    case = uow.cases.get(case_id) if case_id else None
    ref = case.ref if case is not None else None
    uow.events.append(f"person:{person.id}", OPENED, by.id, now, {"reason": reason, "case": ref})
    until = now + reading.show_for(office)
    view = View(
        "rahasia/identitas",
        {"alias": person.alias, "nama": person.name, "ref": ref, "sampai": until.isoformat()},
        protect=True,
    )
    shown.add(uow, by, case_id, ref or person.alias, (view,), now, until)
    return person


def disclosed(
    uow: UnitOfWork, persons: Iterable[Person], to: Person, paper: str, ref: str, now: datetime
) -> None:  # fmt: skip
    """Record of each of them that ``to`` was told who they are by a paper; the paper is the reason."""
    for person in persons:
        if person.id != to.id:
            uow.events.append(f"person:{person.id}", OPENED, to.id, now, {"reason": paper, "case": ref})


def by_alias(uow: UnitOfWork, alias: str) -> Person:
    """The person of that code name, whose access may have ended. NotFound."""
    wanted = alias.strip().casefold()
    found = next((one for one in uow.people.all(active_only=False) if one.alias.casefold() == wanted), None)
    if found is None:
        raise NotFound
    return found
