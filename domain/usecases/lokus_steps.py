"""What every part of a lokus does: find it and its people, move its case on, tell those concerned."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from domain.errors import NotFound, NotPermitted, Stale, UserError
from domain.lokus.model import KIND, LEFT, Lokus, Member
from domain.model import Case, Person
from domain.notices import Json, Notice, Priority, Show, View
from domain.office import Office
from domain.ports import UnitOfWork
from domain.roles import Role
from domain.sop.commands import Actor, Command, Contribute
from domain.sop.engine import is_open
from domain.usecases import cards, lokus_people
from domain.usecases.lokus_parts import spoken
from domain.usecases.officials import deputy_of, turn
from domain.usecases.transitions import actor_of, apply, judge, subject, view_of

RUNNING = frozenset({"penerimaan", "pelaksanaan"})
"""The steps at which the team is concerned with the order."""
desk_holders = lokus_people.desk_holders
"""Who looks after the lokus in the office."""


def case_of(uow: UnitOfWork, office: Office, case_id: int, *steps: str) -> Case:
    """The plan or lokus while it is open, at one of ``steps`` when some are named. NotFound, or Stale when it moved."""
    case = uow.cases.get(case_id)
    if case is None or case.kind != KIND:
        raise NotFound
    open_ = is_open(office.sop_of(case.sop, case.sop_version), view_of(uow, case))
    if not open_ or (steps and case.step not in steps):
        raise Stale("lokus/sudah_beralih", ref=case.ref)
    return case


def lokus_of(uow: UnitOfWork, case: Case) -> Lokus:
    """What was ordered for the case; Stale while it is a plan only."""
    lokus = uow.lokus.get(case.id)
    if lokus is None:
        raise Stale("lokus/sudah_beralih", ref=case.ref)
    return lokus


def ordered(uow: UnitOfWork) -> list[tuple[Lokus, Case]]:
    """Every lokus that is not over and whose order was sent, for what happens by the clock."""
    found = ((lokus, uow.cases.get(lokus.case_id)) for lokus in uow.lokus.standing() if lokus.edition)
    return [(lokus, case) for lokus, case in found if case is not None]


def member_of(uow: UnitOfWork, case: Case, me: Person) -> Member:
    """The person's own part; NotFound for anybody else, as if there were no such lokus."""
    member = uow.lokus.member(case.id, me.id)
    if member is None:
        raise NotFound
    return member


def acting(uow: UnitOfWork, office: Office, case: Case, me: Person, now: datetime) -> tuple[Role, Actor]:
    """In which role the person may decide here, and as the engine sees them. NotFound for anybody who may not.

    NotPermitted for whoever wrote the report that is judged.
    """
    step = office.sop_of(case.sop, case.sop_version).step(case.step)
    view = view_of(uow, case)
    if view.writers is not None and me.id in view.writers:
        raise NotPermitted("galat/laporan_sendiri", ref=case.ref)
    whose = turn(uow, case, step, view, now=now)
    if me not in whose.persons or not whose.cleared(case, me):
        raise NotFound
    return whose.role(me, step) or step.actor or Role.KASUBBID, whose.actor(me, step)


def holds_desk(uow: UnitOfWork, case: Case, me: Person, now: datetime) -> bool:
    """Whether the person looks after the lokus in the office."""
    return any(person.id == me.id for person in desk_holders(uow, case, now))


def need_desk(uow: UnitOfWork, case: Case, me: Person, now: datetime) -> None:
    """NotFound for anybody who does not look after the lokus in the office."""
    if not holds_desk(uow, case, me, now):
        raise NotFound


def stand_in(uow: UnitOfWork, person: Person, now: datetime) -> Person:
    """The deputy of an absent person, else the person."""
    return deputy_of(uow, person, now) or person


def coordinator(uow: UnitOfWork, case: Case) -> Person | None:
    """The field coordinator, if one is named, active and still of the field."""
    lokus = uow.lokus.get(case.id)
    person = uow.people.get(lokus.coordinator_id) if lokus is not None and lokus.coordinator_id is not None else None
    if person is None or not person.active:
        return None
    member = uow.lokus.member(case.id, person.id)
    return None if member is not None and LEFT in member.content else person


def answerable(uow: UnitOfWork, case: Case, now: datetime) -> list[Person]:
    """Who hears at once of what somebody must act on: the coordinator.

    Where there is none who can come, those who look after the lokus instead; and beside a coordinator who has not
    answered the order, or cannot be reached.
    """
    lead = coordinator(uow, case)
    member = None if lead is None else uow.lokus.member(case.id, lead.id)
    if lead is None or (member is not None and member.ready is False):
        return list(desk_holders(uow, case, now))
    if lead.unreachable_at is None and (member is None or member.ready):
        return [lead]
    return [lead, *desk_holders(uow, case, now)]


def move(
    uow: UnitOfWork,
    office: Office,
    case: Case,
    me: Person,
    command: Command,
    now: datetime,
    data: dict[str, Json] | None = None,
) -> Case:
    """Judge and write one command on the case. Raises the UserError that says why not."""
    moved = judge(uow, office, case, command, now)
    return apply(uow, case, moved, me.id, now, data={"from": case.step, **(data or {})})


def contribute(
    uow: UnitOfWork,
    office: Office,
    case: Case,
    member: Member,
    now: datetime,
    **columns: Any,
) -> Case:
    """The member's part of the present step is done: their row changes, the last one's part moves the case on.

    Raises Stale when the part was done already or the case has moved.
    """
    person = uow.people.get(member.person_id)
    if person is None:
        raise NotFound
    moved = judge(uow, office, case, Contribute(actor_of(person), case.version, case.step), now)
    uow.lokus.change_member(member, **columns)
    case = apply(uow, case, moved, person.id, now, data={"from": case.step, "member": member.id})
    if moved.keeps_clock:
        cards.refresh(uow, office, case, now)
    else:
        cards.announce(uow, office, case, now)
    return case


def tell(
    uow: UnitOfWork, persons: Iterable[Person], view: View, ref: str, *, priority: Priority = Priority.REPLY
) -> None:
    """One message to each person once."""
    for person in {one.id: one for one in persons if one.active}.values():
        uow.outbox.add(Notice(person.telegram_id, Show(view), priority, reference=ref))


def note(uow: UnitOfWork, case: Case, action: str, by: int | None, now: datetime, data: dict[str, Json]) -> None:
    """One line of the case's history that moves nothing."""
    uow.events.append(subject(case), action, by, now, {"version": case.version, **data})


def need_reason(case: Case, words: str) -> None:
    """UserError for a reason without a letter or digit; the question still stands and may be answered again."""
    if not spoken(words):
        raise UserError("lokus/alasan_kosong", ref=case.ref)
