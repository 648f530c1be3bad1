"""The people of a lokus: who could be sent, by region and by who is free at its time, and who looks after it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.commands import FIELD
from domain.lokus.order import Order
from domain.model import Case, Person
from domain.notices import Json
from domain.ports import UnitOfWork
from domain.roles import UPWARD, Role
from domain.usecases.officials import cleared, deputy_of


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who could be sent. Nobody is barred: who is away or busy is marked, and the Kasubbid decides."""

    person: Person
    near: bool
    """Works in the lokus's kecamatan (or everywhere)."""
    away: bool
    busy: tuple[str, ...]
    """References of other lokus at the same time."""
    chosen: bool
    leads: bool
    """Holds the role of a field coordinator."""

    @property
    def free(self) -> bool:
        """Neither on leave nor in another lokus at that time."""
        return not self.away and not self.busy

    def line(self) -> dict[str, Json]:
        """For a button or a message: the code name, never the name."""
        where = self.person.regions[0] if self.person.regions else None
        return {"alias": self.person.alias, "wilayah": where, "cuti": self.away, "sibuk": list(self.busy)}


def candidates(uow: UnitOfWork, case: Case, order: Order, now: datetime) -> Sequence[Candidate]:
    """Everybody who could be sent, the nearest and free first, then by code name."""
    busy = occupied(uow, order, but=case.id)
    found = [
        Candidate(
            person,
            not person.regions or case.region in person.regions,
            away(uow, person, order, now),
            busy.get(person.id, ()),
            person.id in order.people,
            person.has(Role.KOORDINATOR_LAPANGAN),
        )
        for person in uow.people.holding(*FIELD)
        if person.id != case.author_id
    ]
    return sorted(found, key=lambda one: (not one.free, not one.near, one.person.alias))


def away(uow: UnitOfWork, person: Person, order: Order, now: datetime) -> bool:
    """Whether the person is on leave at some time of the activity (now, while its time is not known)."""
    starts, ends = order.mulai or now, order.selesai or now
    return any(
        absence.ended_at is None and absence.starts_at <= ends and absence.ends_at > starts
        for absence in uow.absences.of(person.id)
    )


def occupied(uow: UnitOfWork, order: Order, *, but: int) -> Mapping[int, tuple[str, ...]]:
    """By person id: the references of other lokus in which they are at that time."""
    if order.mulai is None or order.selesai is None:
        return {}
    found: dict[int, tuple[str, ...]] = {}
    for other in uow.lokus.between(order.mulai, order.selesai):
        case = uow.cases.get(other.case_id)
        if case is None or case.id == but:
            continue
        for member in uow.lokus.team(other.case_id):
            if member.present and member.finished_at is None:
                found[member.person_id] = (*found.get(member.person_id, ()), case.ref)
    return found


def desk_holders(uow: UnitOfWork, case: Case, now: datetime) -> Sequence[Person]:
    """Who looks after the lokus in the office: each Kasubbid (the deputy of an absent one), or who stands above."""
    for role in UPWARD[UPWARD.index(Role.KASUBBID) :]:
        found: dict[int, Person] = {}
        for person in uow.people.holding(role):
            who = deputy_of(uow, person, now) or person
            if cleared(case, person) and who.active:
                found[who.id] = who
        if found:
            return tuple(found.values())
    return ()
