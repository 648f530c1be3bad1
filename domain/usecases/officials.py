"""Whose turn a case is, and who may look into it: read from the persons' roles, regions and clearance at this moment.

A rung that nobody fills is skipped upward: the next official on the ladder then stands in for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from domain.model import Case, Event, Person
from domain.office import Office
from domain.ports import UnitOfWork
from domain.roles import UPWARD, Clearance, Role
from domain.sop.commands import Actor, CaseView
from domain.sop.engine import is_open, may_act
from domain.sop.schema import Sop, Step
from domain.usecases.transitions import actor_of, subject, view_of

NAMES_OPEN_TO = frozenset({Role.KEPALA, Role.KABID, Role.KASUBBID, Role.ADMINISTRATOR})
"""The chain of command: an explicit opening shows it the author's name."""


GIVEN = frozenset({"escalated", "handed"})
"""Events that give a case to somebody: ``to`` lists person ids, ``step`` and ``round`` say where it stood."""
_STEP_BACK = timedelta(hours=2)
"""A clock set back must not take from somebody what was given to them when the limit had passed."""
WRITERS = frozenset({Role.PIKET})
"""Beside the official whose turn it is, these hear an oral report and write it down."""


@dataclass(frozen=True, slots=True)
class Capacity:
    """In what capacity somebody takes a turn that is not theirs by role: for an absent person, or because the case was
    escalated or handed to them."""

    roles: frozenset[Role]
    regions: frozenset[str]
    role: Role
    """Named in the history."""
    instead_of: int | None = None
    """The absent person for whom they act (a.n.), or None."""


@dataclass(frozen=True, slots=True)
class Turn:
    """Who may take the step's decision; ``rung`` is the higher role that stands in, or None."""

    persons: tuple[Person, ...]
    """Everybody who may."""
    rung: Role | None = None
    called: tuple[Person, ...] = ()
    """Whom to give the card and to remind: those whose task it is, deputies in place of the absent."""
    lent: Mapping[int, Capacity] = field(default_factory=dict)
    """By person id: those who take part in another capacity than their own."""

    def actor(self, person: Person, step: Step) -> Actor:
        """The person as the engine should see them: a stand-in acts with the step's own role."""
        actor = actor_of(person)
        if (lent := self.lent.get(person.id)) is not None:
            return replace(actor, roles=actor.roles | lent.roles, regions=lent.regions)
        if self.rung is not None and step.actor is not None and person.has(self.rung):
            return replace(actor, roles=actor.roles | {step.actor})
        return actor

    def role(self, person: Person, step: Step) -> Role | None:
        """In which role the person acts here, for the history; None when in none."""
        if (lent := self.lent.get(person.id)) is not None:
            return lent.role
        if step.actor is not None and step.actor in person.roles:
            return step.actor
        if own := sorted(person.roles & step.roles):
            return own[0]
        return self.rung if self.rung is not None and person.has(self.rung) else None

    def instead_of(self, person: Person) -> int | None:
        """The absent person for whom this one acts, or None."""
        lent = self.lent.get(person.id)
        return None if lent is None else lent.instead_of

    def cleared(self, case: Case, person: Person) -> bool:
        """Region and clearance; a deputy sees the regions of whom they stand in for, with their own clearance."""
        lent = self.lent.get(person.id)
        return cleared(case, person if lent is None else replace(person, regions=tuple(lent.regions)))


def turn(uow: UnitOfWork, case: Case, step: Step, view: CaseView | None = None, *, now: datetime) -> Turn:
    """The persons whose turn it is; stand-ins from further up when nobody who holds the step's roles may act.

    A person who is absent at ``now`` is stood in for by the deputy; a case that was escalated or handed over may be
    acted on by those it was given to as well.
    """
    seen = view or view_of(uow, case)
    if step.assigned is not None:
        return _with_given(uow, case, seen, step, _named(uow, case, seen, step, now), now)
    direct = _able(uow, case, seen, step, step.roles, frozenset())
    found = Turn(direct, called=direct)
    if not direct and step.actor is not None:
        start = UPWARD.index(step.actor) + 1 if step.actor in UPWARD else UPWARD.index(Role.KASUBBID)
        for rung in UPWARD[start:]:
            if standing_in := _able(uow, case, seen, step, frozenset({rung}), frozenset({step.actor})):
                found = Turn(standing_in, rung, standing_in)
                break
    return _with_given(uow, case, seen, step, _with_deputies(uow, case, seen, step, found, now), now)


def _named(uow: UnitOfWork, case: Case, view: CaseView, step: Step, now: datetime) -> Turn:
    """A step whose persons are named in the case: they are called, and ``also`` may act beside them.

    Nobody of them who wrote what is judged here.
    """
    wrote = view.writers or frozenset()
    ids = (view.pending if step.assigned == "members" else {view.coordinator}) - {None, *wrote}
    called = tuple(person for person in map(uow.people.get, sorted(filter(None, ids))) if person and person.active)
    lead = None if view.coordinator is None or view.coordinator in wrote else uow.people.get(view.coordinator)
    beside = _beside(uow, case, view, step, now)
    persons = {person.id: person for person in (*called, *([lead] if lead and lead.active else ()), *beside.persons)}
    return Turn(tuple(persons.values()), called=called or beside.called, lent=beside.lent)


def _beside(uow: UnitOfWork, case: Case, view: CaseView, step: Step, now: datetime) -> Turn:
    """The holders of ``also`` and their deputies; where none is seated who may judge it, who stands above."""
    if not step.also:
        return Turn(())

    def able(person: Person) -> bool:
        return cleared(case, person) and person.id not in (view.writers or ())

    if holders := tuple(filter(able, uow.people.holding(*sorted(step.also)))):
        return _with_deputies(uow, case, view, step, Turn(holders, called=holders), now)
    lowest = min((UPWARD.index(role) for role in step.also if role in UPWARD), default=UPWARD.index(Role.KASUBBID))
    for rung in UPWARD[lowest + 1 :]:
        if above := tuple(filter(able, uow.people.holding(rung))):
            lent = {one.id: Capacity(one.roles | frozenset(step.also), frozenset(one.regions), rung) for one in above}
            return _with_deputies(uow, case, view, step, Turn(above, called=above, lent=lent), now)
    return Turn(())


def _able(
    uow: UnitOfWork, case: Case, view: CaseView, step: Step, roles: frozenset[Role], lent: frozenset[Role]
) -> tuple[Person, ...]:
    def able(person: Person) -> bool:
        actor = actor_of(person)
        return person.id != case.recorded_by and may_act(view, step, replace(actor, roles=actor.roles | lent))

    return tuple(person for person in uow.people.holding(*sorted(roles)) if able(person)) if roles else ()


def _with_deputies(uow: UnitOfWork, case: Case, view: CaseView, step: Step, found: Turn, now: datetime) -> Turn:
    away = {absence.person_id: absence for absence in uow.absences.during(now)} if found.persons else {}
    called: dict[int, Person] = {}
    left_out: list[Person] = []
    lent = dict(found.lent)
    for person in found.persons:
        absence = away.get(person.id)
        if absence is None:
            called[person.id] = person
            continue
        deputy = uow.people.get(absence.deputy_id) if absence.deputy_id is not None else None
        if deputy is None or deputy.id in away or deputy.id == case.recorded_by:
            left_out.append(person)
            continue
        role = found.role(person, step) or step.actor or Role.KEPALA
        own = found.lent[person.id].roles if person.id in found.lent else person.roles
        roles = own | ({step.actor} if step.actor else frozenset())
        capacity = Capacity(roles, frozenset(person.regions), role, person.id)
        actor = replace(actor_of(deputy), roles=deputy.roles | capacity.roles, regions=capacity.regions)
        if deputy in found.persons:
            called[deputy.id] = deputy
        elif may_act(view, step, actor):
            called[deputy.id], lent[deputy.id] = deputy, capacity
        else:
            left_out.append(person)
    # Nobody else there: the absent are told after all, for a case must not wait unseen.
    whom = tuple(called.values()) or tuple(left_out)
    others = tuple(person for person in called.values() if person.id in lent and person not in found.persons)
    return replace(found, persons=(*found.persons, *others), called=whom, lent=lent)


def given_to(events: Sequence[Event], case: Case) -> Mapping[int, Role | None]:
    """To whom the case was escalated or handed since it came to its present step: person id and the rung's role."""
    found: dict[int, Role | None] = {}
    for event in events:
        here = event.data.get("step") == case.step and event.data.get("round") == case.round
        if here and event.action in GIVEN:
            role = event.data.get("role")
            found.update({int(person): Role(role) if role else None for person in event.data.get("to", ())})
    return found


def _with_given(uow: UnitOfWork, case: Case, view: CaseView, step: Step, found: Turn, now: datetime) -> Turn:
    if case.due_at is None or step.actor is None or now < case.due_at - _STEP_BACK:
        return found  # nothing is escalated before its limit, so the history need not be read
    known = {person.id for person in found.persons}
    lent, more = dict(found.lent), []
    for person_id, role in given_to(uow.events.of(subject(case)), case).items():
        person = uow.people.get(person_id)
        if person is None or person_id in known or person_id == case.recorded_by:
            continue
        capacity = Capacity(step.roles, frozenset(person.regions), role or _highest(person) or step.actor)
        if may_act(view, step, replace(actor_of(person), roles=person.roles | capacity.roles)):
            lent[person_id] = capacity
            more.append(person)
    return replace(found, persons=(*found.persons, *more), lent=lent)


def _highest(person: Person) -> Role | None:
    return next((role for role in reversed(UPWARD) if role in person.roles), min(person.roles, default=None))


def standing_in(uow: UnitOfWork, person: Person, now: datetime) -> Sequence[Person]:
    """The absent persons whose deputy this one is at that moment."""
    if not person.active:
        return ()
    absent = (uow.people.get(a.person_id) for a in uow.absences.during(now) if a.deputy_id == person.id)
    return [one for one in absent if one is not None and one.active]


def deputy_of(uow: UnitOfWork, person: Person, now: datetime) -> Person | None:
    """Who stands in for the person at that moment, if they are absent and somebody active who is there does."""
    absence = uow.absences.at(person.id, now)
    deputy = uow.people.get(absence.deputy_id) if absence is not None and absence.deputy_id is not None else None
    there = deputy is not None and deputy.active and uow.absences.at(deputy.id, now) is None
    return deputy if there else None


def officials(sop: Sop) -> frozenset[Role]:
    """Every role that decides or is delivered to after the author's step."""
    return frozenset(role for step in sop.steps[1:] for role in (*step.roles, *step.deliver_to))


def cleared(case: Case, person: Person) -> bool:
    """Region and clearance: whether the person may know of the case at all, given a role in its procedure."""
    in_region = not person.regions or case.region is None or case.region in person.regions
    return person.active and in_region and person.clearance.allows(Clearance(case.classification))


def may_open(uow: UnitOfWork, office: Office, case: Case, person: Person, now: datetime) -> bool:
    """Whether the full text is open to the person: an official of the present or a later step, cleared for it.

    A deputy opens what the absent person may, with their own clearance and never their own report's judgement.
    """
    sop = office.sop_of(case.sop, case.sop_version)
    step = sop.step(case.step)
    if not person.active:
        return False
    ahead = _ahead(sop, step)
    for holder in (person, *standing_in(uow, person, now)):
        regions = person.regions if holder is person else holder.regions
        if holder.has(*ahead) and cleared(case, replace(person, regions=regions)):
            return True
    if not is_open(sop, view_of(uow, case)):
        return False
    whose = turn(uow, case, step, now=now)
    return person in whose.persons and whose.cleared(case, person)


def _ahead(sop: Sop, step: Step) -> Sequence[Role]:
    if step is sop.first:  # back with the author: whoever will judge it again
        steps = sop.steps[1:]
    else:
        path = sop.yes_path()
        steps = path[path.index(step) :] if step in path else (step,)
    return sorted({role for here in steps for role in (*here.roles, *here.deliver_to)})
