"""Whose turn a case is, and who may look into it: read from the persons' roles, regions and clearance at this moment.

A rung that nobody fills is skipped upward: the next official on the ladder then stands in for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from domain.model import Case, Person
from domain.office import Office
from domain.ports import UnitOfWork
from domain.roles import UPWARD, Clearance, Role
from domain.sop.commands import Actor, CaseView
from domain.sop.engine import is_open, may_act
from domain.sop.schema import Sop, Step
from domain.usecases.transitions import actor_of, view_of

NAMES_OPEN_TO = frozenset({Role.KEPALA, Role.KABID, Role.KASUBBID, Role.ADMINISTRATOR})
"""The chain of command: an explicit opening shows it the author's name."""


WRITERS = frozenset({Role.PIKET})
"""Beside the official whose turn it is, these hear an oral report and write it down."""


@dataclass(frozen=True, slots=True)
class Turn:
    """Who may take the step's decision; ``rung`` is the higher role that stands in, or None."""

    persons: tuple[Person, ...]
    rung: Role | None = None

    def actor(self, person: Person, step: Step) -> Actor:
        """The person as the engine should see them: a stand-in acts with the step's own role."""
        actor = actor_of(person)
        if self.rung is not None and step.actor is not None and person.has(self.rung):
            return replace(actor, roles=actor.roles | {step.actor})
        return actor

    def role(self, person: Person, step: Step) -> Role | None:
        """In which role the person acts here, for the history; None when in none."""
        if step.actor is not None and step.actor in person.roles:
            return step.actor
        if own := sorted(person.roles & step.roles):
            return own[0]
        return self.rung if self.rung is not None and person.has(self.rung) else None


def turn(uow: UnitOfWork, case: Case, step: Step, view: CaseView | None = None) -> Turn:
    """The persons whose turn it is; stand-ins from further up when nobody who holds the step's roles may act."""
    seen = view or view_of(uow, case)
    direct = _able(uow, case, seen, step, step.roles, frozenset())
    if direct or step.actor is None:
        return Turn(direct)
    start = UPWARD.index(step.actor) + 1 if step.actor in UPWARD else UPWARD.index(Role.KASUBBID)
    for rung in UPWARD[start:]:
        if standing_in := _able(uow, case, seen, step, frozenset({rung}), frozenset({step.actor})):
            return Turn(standing_in, rung)
    return Turn(())


def _able(
    uow: UnitOfWork, case: Case, view: CaseView, step: Step, roles: frozenset[Role], lent: frozenset[Role]
) -> tuple[Person, ...]:
    def able(person: Person) -> bool:
        actor = actor_of(person)
        return person.id != case.recorded_by and may_act(view, step, replace(actor, roles=actor.roles | lent))
    return tuple(person for person in uow.people.holding(*sorted(roles)) if able(person)) if roles else ()


def officials(sop: Sop) -> frozenset[Role]:
    """Every role that decides or is delivered to after the author's step."""
    return frozenset(role for step in sop.steps[1:] for role in (*step.roles, *step.deliver_to))


def cleared(case: Case, person: Person) -> bool:
    """Region and clearance: whether the person may know of the case at all, given a role in its procedure."""
    in_region = not person.regions or case.region is None or case.region in person.regions
    return person.active and in_region and person.clearance.allows(Clearance(case.classification))


def may_open(uow: UnitOfWork, office: Office, case: Case, person: Person) -> bool:
    """Whether the full text is open to the person: an official of the present or a later step, cleared for it."""
    sop = office.sop_of(case.sop, case.sop_version)
    step = sop.step(case.step)
    if not cleared(case, person):
        return False
    if person.has(*_ahead(sop, step)):
        return True
    return is_open(sop, view_of(uow, case)) and person in turn(uow, case, step).persons


def _ahead(sop: Sop, step: Step) -> Sequence[Role]:
    if step is sop.first:  # back with the author: whoever will judge it again
        steps = sop.steps[1:]
    else:
        path = sop.yes_path()
        steps = path[path.index(step):] if step in path else (step,)
    return sorted({role for here in steps for role in (*here.roles, *here.deliver_to)})
