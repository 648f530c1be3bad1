"""What waits for whom: one's own tasks sorted by due time, what is late for those who oversee, a case handed on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain import secrecy
from domain.errors import NotFound
from domain.lokus.model import KIND as LOKUS
from domain.model import Case, Person
from domain.notices import Ack
from domain.office import Office
from domain.ports import UnitOfWork
from domain.roles import Role
from domain.sop.elapsed import elapsed
from domain.sop.engine import is_open
from domain.sop.schema import Step
from domain.usecases import cards, deputies, pressing
from domain.usecases.lokus_known import may_know
from domain.usecases.officials import cleared, standing_in, turn
from domain.usecases.pressing import Call
from domain.usecases.transitions import subject, view_of

OVERSEERS = frozenset({Role.KEPALA, Role.KABID, Role.KASUBBID, Role.KOORDINATOR_WILAYAH})
"""Who sees everything that is late, within their region and clearance."""


@dataclass(frozen=True, slots=True)
class Task:
    """A case that waits for the person; ``draft_id`` where it is their own report to be mended."""

    case: Case
    step: Step
    draft_id: int | None = None
    instead_of: Person | None = None


@dataclass(frozen=True, slots=True)
class Late:
    """A case past its limit; times as taken and allowed by its SOP."""

    case: Case
    step: Step
    by: timedelta
    total: timedelta
    stated_total: timedelta


def mine(uow: UnitOfWork, office: Office, me: Person, now: datetime) -> Sequence[Task]:
    """The person's tasks: to decide (also in an absent person's stead) and to mend; the earliest due first."""
    found: list[Task] = []
    roles = me.roles.union(*(absent.roles for absent in standing_in(uow, me, now)))
    drafts = {draft.case_id: draft.id for draft in uow.drafts.open(me.id) if draft.case_id is not None}
    for case in uow.cases.waiting():
        sop = office.sop_of(case.sop, case.sop_version)
        step = sop.step(case.step)
        if step is sop.first:
            if (case.recorded_by or case.author_id) == me.id and case.id in drafts:
                found.append(Task(case, step, drafts[case.id]))
            continue
        past = case.due_at is not None and now >= case.due_at
        if roles.isdisjoint(step.roles) and not past and not me.has(*OVERSEERS, Role.PIMPINAN):
            continue
        view = view_of(uow, case)
        if not is_open(sop, view):
            continue
        whose = turn(uow, case, step, view, now=now)
        if me in whose.persons:
            absent = whose.instead_of(me)
            found.append(Task(case, step, instead_of=uow.people.get(absent) if absent is not None else None))
    return sorted(found, key=lambda task: _order(task.case))


def _order(case: Case) -> tuple[bool, float, int]:
    return case.due_at is None, case.due_at.timestamp() if case.due_at else 0.0, case.id


def overdue(uow: UnitOfWork, office: Office, me: Person, now: datetime) -> Sequence[Late]:
    """Everything past its limit that the person oversees, the longest late first; empty for anybody else."""
    if not me.has(*sorted(OVERSEERS)):
        return ()
    found = []
    for case in uow.cases.waiting():
        if case.due_at is None or case.due_at > now or not cleared(case, me):
            continue
        if secrecy.is_secret(case) and not secrecy.may_open(uow, office, case, me, now):
            continue
        sop = office.sop_of(case.sop, case.sop_version)
        took = elapsed(uow.events.of(subject(case)), sop, office.calendar, office.zone, now)
        found.append(Late(case, sop.step(case.step), now - case.due_at, took.total, took.stated_total))
    return sorted(found, key=lambda late: _order(late.case))


def hidden(uow: UnitOfWork, office: Office, me: Person, case_id: int, now: datetime, what: str) -> Ack | None:
    """The recorded refusal for a case that is not there or is secret to the person; None when they may go on."""
    case = uow.cases.get(case_id)
    if case is None:
        return secrecy.denied(uow, me, None, what, now, case_id)
    if secrecy.is_secret(case) and not secrecy.may_open(uow, office, case, me, now):
        return secrecy.denied(uow, me, case, what, now)
    return None


def open_card(uow: UnitOfWork, office: Office, me: Person, case_id: int, now: datetime) -> Case:
    """The case's card in the person's own chat. NotFound when it is not theirs to act on (or not there)."""
    case, step = _at_step(uow, office, me, case_id, now)
    if me not in turn(uow, case, step, now=now).persons:
        raise NotFound
    cards.open_here(uow, office, case, me, now)
    return case


def receivers(
    uow: UnitOfWork, office: Office, me: Person, case_id: int, now: datetime
) -> tuple[Case, Sequence[Person]]:
    """To whom an escalated case may be handed: officials who may know of it. NotFound when it is not theirs to hand."""
    case, _ = _at_step(uow, office, me, case_id, now)
    if not pressing.may_hand(uow, office, case, me, now):
        raise NotFound
    barred = {me.id, case.author_id, case.recorded_by}
    others = deputies.candidates(uow, office, me)
    return case, [person for person in others if person.id not in barred and cleared(case, person)]


def hand(uow: UnitOfWork, office: Office, me: Person, case_id: int, to_id: int, now: datetime) -> tuple[Case, Person]:
    """Hand an escalated case to another official, who may then act on it and is told. NotFound as for ``receivers``."""
    case, found = receivers(uow, office, me, case_id, now)
    to = next((person for person in found if person.id == to_id), None)
    if to is None:
        raise NotFound
    uow.events.append(
        subject(case), "handed", me.id, now, {"step": case.step, "round": case.round, "to": [to.id], "what": "handed"}
    )
    pressing.let_go(uow, office, me, case, to, now)
    pressing.tell(uow, office, to, {case.id: Call(case.step, case.round, "serah", by=me.alias)}, now)
    return case, to


def _at_step(uow: UnitOfWork, office: Office, me: Person, case_id: int, now: datetime) -> tuple[Case, Step]:
    case = uow.cases.get(case_id)
    if case is None or (case.kind == LOKUS and not may_know(uow, office, case, me, now)):
        raise NotFound
    sop = office.sop_of(case.sop, case.sop_version)
    if case.step == sop.first.id or not is_open(sop, view_of(uow, case)):
        raise NotFound("tugas/sudah_selesai")
    return case, sop.step(case.step)
