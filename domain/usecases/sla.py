"""Deadlines that have come: reminders to the one who must act, the limit passed, the ladder above them.

Every row is claimed once and looked at again in the light of now: what no longer makes sense (a reminder older than
its due, an older one of several) is dropped, what was missed while the system was away happens once, in order, and says
that the system was late. Moving the case cancels its rows (``transitions.record``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import structlog

from domain.lokus.model import KIND as LOKUS
from domain.model import Case, Deadline, Person
from domain.notices import Json
from domain.office import Office
from domain.ports import UnitOfWork
from domain.roles import UPWARD, Role
from domain.sop.commands import DeadlineKind, read_key
from domain.sop.engine import calendar_of, is_open
from domain.sop.schema import Sop, Step
from domain.usecases import cards, deputies, lokus_emergency, lokus_steps, pressing, recap
from domain.usecases.officials import Turn, cleared, deputy_of, turn
from domain.usecases.pressing import RANK, Call, Kind
from domain.usecases.transitions import subject, view_of

log = structlog.get_logger(__name__)

AT_ONCE = 500
"""Rows of one sweep; a person gets one message for all of them."""
PUNCTUAL = timedelta(minutes=5)
"""Told later than this after its time, a notice says that the system was late."""


@dataclass
class _Sweep:
    """One sweep at one moment: whom it calls to what."""

    uow: UnitOfWork
    office: Office
    now: datetime
    calls: dict[int, dict[int, Call]] = field(default_factory=dict)

    def call(self, case: Case, persons: Sequence[Person], kind: Kind, row: Deadline) -> None:
        late = row.due_at.isoformat() if self.now - row.due_at > PUNCTUAL else None
        for person in persons:
            mine = self.calls.setdefault(person.id, {})
            known = mine.get(case.id)
            if known is None or RANK.index(kind) >= RANK.index(known.kind):
                mine[case.id] = Call(case.step, case.round, kind, late)


@dataclass(frozen=True, slots=True)
class _Row:
    row: Deadline
    kind: DeadlineKind
    number: int
    role: Role | None
    repeat: timedelta | None


def fire_deadlines(uow: UnitOfWork, office: Office, now: datetime) -> int:
    """Do what is due; how many rows were dealt with. For the scheduler."""
    claimed = uow.deadlines.claim(now, AT_ONCE)
    work = _Sweep(uow, office, now)
    cases: dict[int, list[Deadline]] = {}
    recaps: dict[int, list[Deadline]] = {}
    for row in claimed:
        what, _, number = row.subject.partition(":")
        match what:
            case "case":
                cases.setdefault(int(number), []).append(row)
            case "recap":
                recaps.setdefault(int(number), []).append(row)
            case "absence":
                deputies.turned(uow, office, int(number), row.kind, now)
            case _:
                log.error("deadline of an unknown subject", kind=row.kind, id=row.id)
    for case_id, rows in cases.items():
        _of_case(work, case_id, rows)
    for recap_id, rows in recaps.items():
        recap.fired(uow, office, recap_id, rows, now)
    for person_id in sorted(work.calls):
        person = uow.people.get(person_id)
        if person is not None:
            pressing.tell(uow, office, person, work.calls[person_id], now)
    return len(claimed)


def quiet_until(office: Office, case: Case, now: datetime) -> datetime | None:
    """Until when telling of the case can wait; None when it is told now. What is urgent, the morning's, and a lokus
    whose people are sent or in the field never wait."""
    quiet = office.profile.quiet
    running = case.kind == LOKUS and case.step in lokus_steps.RUNNING
    if quiet is None or case.urgency != "biasa" or case.duty_date is not None or running:
        return None
    return quiet.over_at(now, office.zone)


def _held(work: _Sweep, case: Case, rows: Sequence[Deadline]) -> bool:
    """Whether telling waits, for the quiet hours or for somebody who calls for help; the rows then come again."""
    uow, office, now = work.uow, work.office, work.now
    if (until := quiet_until(office, case, now)) is not None:
        for row in rows:
            uow.deadlines.add(row.kind, row.subject, until + _after_the_holder(office, case, row, now))
    elif (until := lokus_emergency.held_until(uow, case, now)) is not None:
        for row in rows:
            uow.deadlines.add(row.kind, row.subject, until)
    return until is not None


def _after_the_holder(office: Office, case: Case, row: Deadline, now: datetime) -> timedelta:
    """How long after the quiet hours a rung is called: as long as its turn came after the limit that passed in them.

    Otherwise the holder, who slept by right, and everybody above would be rung in one moment.
    """
    assert office.profile.quiet is not None
    assert case.due_at is not None
    if read_key(row.kind)[0] != "escalation":
        return timedelta()
    slept_from = max(case.due_at, office.profile.quiet.began_at(now, office.zone))
    return max(row.due_at - slept_from, timedelta())


def _of_case(work: _Sweep, case_id: int, rows: Sequence[Deadline]) -> None:
    uow, office, now = work.uow, work.office, work.now
    case = uow.cases.get(case_id)
    if case is None or case.due_at is None:
        return
    sop = office.sop_of(case.sop, case.sop_version)
    step, view = sop.step(case.step), view_of(uow, case)
    if not is_open(sop, view):
        return
    if _held(work, case, rows):
        return
    # Whoever moves the case at this moment must not miss these calls, nor these the move: one of both is stale.
    case = uow.cases.change(case)
    whose = turn(uow, case, step, view, now=now)
    for due in _sensible(work, case, [_Row(row, *read_key(row.kind)) for row in rows]):
        match due.kind:
            case "reminder":
                _holders(work, case, sop, whose, "ingat", "reminded", due)
            case "due":
                _holders(work, case, sop, whose, "lewat", "overdue", due)
            case "alert":
                _alert(work, case, step, due.row)
            case "acknowledge" if due.role is None:
                _holders(work, case, sop, whose, "terima", "reminded", due)
            case _:
                _escalate(work, case, sop, whose, due)


def _sensible(work: _Sweep, case: Case, rows: Sequence[_Row]) -> Sequence[_Row]:
    """In order of time, without reminders that the limit or a newer reminder has overtaken."""
    assert case.due_at is not None
    over = work.now >= case.due_at
    reminders = [row for row in rows if row.kind == "reminder"]
    newest = max(reminders, key=lambda row: (row.row.due_at, row.number), default=None)
    received = pressing.acknowledged(work.uow.events.of(subject(case)), case) is not None
    kept = [
        row
        for row in rows
        if not (row.kind == "reminder" and (over or row is not newest))
        and not (row.kind == "acknowledge" and (received or over))
    ]
    return sorted(kept, key=lambda row: (row.row.due_at, row.row.id))


def _alert(work: _Sweep, case: Case, step: Step, row: Deadline) -> None:
    """Everybody whose turn it is hears of it again, until one of them has opened it (``Step.alert_repeat``)."""
    if step.alert_repeat is None or pressing.acknowledged(work.uow.events.of(subject(case)), case) is not None:
        return
    told = cards.alert(work.uow, work.office, case, work.now)
    data: dict[str, Json] = {"step": case.step, "round": case.round, "to": [person.id for person in told]}
    if work.now - row.due_at > PUNCTUAL:
        data["late_by_system"] = True
    work.uow.events.append(subject(case), "alerted", None, work.now, data)
    work.uow.deadlines.add(row.kind, row.subject, work.now + step.alert_repeat)


def _holders(work: _Sweep, case: Case, sop: Sop, whose: Turn, kind: Kind, action: str, row: _Row) -> None:
    """To those whose turn it is; for the author's step to whoever writes the report."""
    persons = whose.called
    if case.step == sop.first.id:
        writer = work.uow.people.get(case.recorded_by or case.author_id)
        persons = (writer,) if writer is not None and writer.active else ()
    work.call(case, persons, kind, row.row)
    _note(work, case, action, persons, row)


def _escalate(work: _Sweep, case: Case, sop: Sop, whose: Turn, row: _Row) -> None:
    """That rung's persons, with the authority to act or to hand over; the last rung again at the SOP's interval."""
    assert row.role is not None
    late = {person.id for person in whose.called}
    persons, role = _rung(work, case, row.role, late)
    if not persons:
        persons, role = whose.called, row.role
    work.call(case, persons, "naik", row.row)
    _note(work, case, "escalated", persons, replace(row, role=role))
    if row.repeat is not None:
        again = row.row.due_at
        step, hours = sop.step(case.step), work.office.calendar
        while again <= work.now:
            again = calendar_of(sop, step, hours).add(again, row.repeat, work.office.zone)
        work.uow.deadlines.add(row.row.kind, row.row.subject, again)


def _rung(work: _Sweep, case: Case, role: Role, late: set[int]) -> tuple[Sequence[Person], Role]:
    """Who holds the rung: other persons than the late ones; a rung nobody fills is skipped upward."""
    start = UPWARD.index(role) + 1 if role in UPWARD else UPWARD.index(Role.KASUBBID)
    for rung in (role, *UPWARD[start:]):
        present = (person for holder in work.uow.people.holding(rung) for person in _present(work, case, holder))
        found = {person.id: person for person in present if person.id not in late}
        if found:
            return tuple(found.values()), rung
    return (), role


def _present(work: _Sweep, case: Case, holder: Person) -> Sequence[Person]:
    """The holder, or the deputy of an absent one; nobody who may not know of the case or wrote it."""
    person = holder
    if work.uow.absences.at(holder.id, work.now) is not None:
        deputy = deputy_of(work.uow, holder, work.now)
        if deputy is None:
            return ()
        person = deputy
    if person.id in (case.author_id, case.recorded_by) or person.unreachable_at is not None:
        return ()
    return (person,) if cleared(case, replace(person, regions=holder.regions)) else ()


def _note(work: _Sweep, case: Case, action: str, persons: Sequence[Person], row: _Row) -> None:
    data: dict[str, Json] = {
        "step": case.step,
        "round": case.round,
        "to": [person.id for person in persons],
        "what": row.kind,
        "number": row.number,
        "due": row.row.due_at.isoformat(),
    }
    if row.role is not None:
        data["role"] = row.role.value
    if work.now - row.row.due_at > PUNCTUAL:
        data["late_by_system"] = True
    work.uow.events.append(subject(case), action, None, work.now, data)
