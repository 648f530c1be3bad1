"""The one place that says what is secret and to whom: asked at the moment something is to be shown, never before.

A case is secret by its classification. Its content is open to the officials of the steps it has come to (their
deputies, and those it was escalated or handed to, included), to the leadership it was delivered to and to persons who
were admitted by name with a reason; all of them with clearance, within their region, active, and never its author nor
who wrote it down. Everybody else gets the answer for a thing that does not exist, and the attempt is an event.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from domain.errors import NotFound
from domain.model import Case, Event, Person
from domain.notices import Ack
from domain.office import Office
from domain.ports import UnitOfWork
from domain.roles import Clearance, Role
from domain.sop.engine import is_open
from domain.sop.schema import Sop
from domain.usecases.officials import cleared, standing_in, turn
from domain.usecases.transitions import subject, view_of

OPENED = "opened"
"""Event of a case: a person was shown the content (``version``, ``what``: isi or lampiran; ``step``, ``round``)."""
ADMITTED, EXCLUDED = "admitted", "excluded"
"""Events of a case: one more person may read it / may not any more (``person``: id, ``reason``)."""
DENIED = "denied"
"""Event of a case (or of the person, where there is no such case): somebody tried what they may not."""


def is_secret(thing: Case | Sop | Clearance | str) -> bool:
    """Whether a case, a procedure's cases or a thing of that classification is secret: rahasia or above."""
    match thing:
        case Case() | Sop():
            return is_secret(thing.classification)
        case _:
            return Clearance(thing).rank >= Clearance.RAHASIA.rank


def may_open(
    uow: UnitOfWork, office: Office, case: Case, person: Person, now: datetime, events: Sequence[Event] | None = None
) -> bool:
    """Whether the person may be shown the case's content at this moment (for secret cases; the author never here)."""
    known = uow.events.of(subject(case)) if events is None else events
    if not is_reader(case, person):
        return False
    if person.id in admitted(known):
        return person.clearance.allows(Clearance(case.classification))  # chosen by name: their region does not count
    return capacity(uow, office, case, person, now, known) is not None


def is_reader(case: Case, person: Person) -> bool:
    """Whether the person could be one at all: active, cleared, and not the one who reported or wrote it down."""
    return (
        person.active
        and person.id not in (case.author_id, case.recorded_by)
        and person.clearance.allows(Clearance(case.classification))
    )


def capacity(
    uow: UnitOfWork, office: Office, case: Case, person: Person, now: datetime, events: Sequence[Event] | None = None
) -> Role | None:
    """In which role the chain opens the case to the person, for the records; None when it does not.

    An admitted person has no role in the chain; see ``admitted``.
    """
    known = uow.events.of(subject(case)) if events is None else events
    sop = office.sop_of(case.sop, case.sop_version)
    chain = reached(sop, case, known)
    for holder in (person, *standing_in(uow, person, now)):
        regions = person.regions if holder is person else holder.regions
        held = sorted(holder.roles & chain) if holder.active else []
        if held and cleared(case, replace(person, regions=regions)):
            return held[0]
    view, step = view_of(uow, case), sop.step(case.step)
    if not is_open(sop, view) or step is sop.first:
        return None
    whose = turn(uow, case, step, view, now=now)
    if person.id in {one.id for one in whose.persons} and whose.cleared(case, person):
        return whose.role(person, step) or step.actor
    return None


def reached(sop: Sop, case: Case, events: Sequence[Event]) -> frozenset[Role]:
    """The roles of the present and the passed steps after the author's, and those that it was delivered to."""
    been = {case.step, *(event.data.get("step") for event in events)}
    steps = [step for step in sop.steps[1:] if step.id in been]
    return frozenset(role for step in steps for role in (*step.roles, *step.deliver_to))


def who_may_open(
    uow: UnitOfWork, office: Office, case: Case, now: datetime, events: Sequence[Event] | None = None
) -> tuple[Person, ...]:
    """Everybody whom the content is open to at this moment, by id."""
    known = uow.events.of(subject(case)) if events is None else events
    return tuple(person for person in uow.people.all() if may_open(uow, office, case, person, now, known))


def to_alert(uow: UnitOfWork, office: Office, case: Case, now: datetime) -> tuple[Person, ...]:
    """Who is to be alerted now: whose task the step is (deputies for the absent), cleared; nobody once over."""
    sop = office.sop_of(case.sop, case.sop_version)
    view, step = view_of(uow, case), sop.step(case.step)
    if not is_open(sop, view) or step is sop.first:
        return ()
    whose = turn(uow, case, step, view, now=now)
    return tuple(p for p in whose.called if is_reader(case, p) and whose.cleared(case, p))


def admitted(events: Sequence[Event]) -> Mapping[int, Event]:
    """Persons admitted by name and not excluded since: id and the event that admitted them."""
    found: dict[int, Event] = {}
    for event in events:
        if event.action == ADMITTED:
            found[int(event.data["person"])] = event
        elif event.action == EXCLUDED:
            found.pop(int(event.data["person"]), None)
    return found


def first_opened(events: Sequence[Event], case: Case) -> Event | None:
    """The first opening of the content at the present step and round: with it the alerting ends. None: nobody yet."""
    return next(
        (
            event
            for event in events
            if event.action == OPENED and event.data.get("step") == case.step and event.data.get("round") == case.round
        ),
        None,
    )


def denied(uow: UnitOfWork, person: Person, case: Case | None, what: str, now: datetime, wanted: object = None) -> Ack:
    """Record an attempt and give the answer for a thing that does not exist; ``wanted`` is what was asked for (an id).

    Answer with it, do not raise: an error would roll the record back.
    """
    where = f"person:{person.id}" if case is None else subject(case)
    uow.events.append(where, DENIED, person.id, now, {"what": what, "wanted": wanted if case is None else case.id})
    return Ack(NotFound.template, alert=True)
