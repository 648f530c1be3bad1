"""What stands in whose chat about a plan or a lokus: the card of the present step for each person concerned.

``VIEWS`` maps a step to what a person sees there; who has acted keeps the card without buttons. In each chat at most
one card of a case has buttons: a new one takes them from the one before. When the field opens, the panel is what is
new to those who are ready, and their order is edited where it stands; who still owes an answer gets it once more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TypeAlias

from domain.lokus.model import LEFT
from domain.model import Case, Person
from domain.notices import Delete, Notice, Priority, Show, Strip, View
from domain.office import Office
from domain.ports import UnitOfWork
from domain.roles import UPWARD, Role
from domain.sop.engine import is_open
from domain.usecases import (
    lokus_board,
    lokus_field_panel,
    lokus_result_views,
    lokus_rounds_views,
    lokus_views,
    pressing,
)
from domain.usecases.cardview import slot
from domain.usecases.officials import GIVEN, cleared, deputy_of, officials, turn
from domain.usecases.transitions import subject, view_of

Look: TypeAlias = Callable[[UnitOfWork, Office, Case, Person, datetime], View]
_PRIORITY = {"sangat_segera": Priority.URGENT, "segera": Priority.REPLY, "biasa": Priority.ORDINARY}

SUMMARY = "rencana/kartu"
VIEWS: dict[str, Look] = {
    "pemilihan": lokus_views.plan,
    "penugasan": lokus_views.desk,
    "penerimaan": lokus_board.notice,
    "pelaksanaan": lokus_board.notice,
    lokus_rounds_views.AUTHOR: lokus_result_views.panel,
    **dict.fromkeys(lokus_rounds_views.ROUNDS, lokus_rounds_views.card),
    lokus_rounds_views.FINAL: lokus_rounds_views.final,
}
"""Steps that are not here show the plain summary."""


def announce(uow: UnitOfWork, office: Office, case: Case, now: datetime) -> None:
    """Put the card where the present step says; who newly gets it hears it ring. The move's event is written before."""
    events = uow.events.of(subject(case))
    acted = events[-1].actor_id if events and events[-1].at == now else None
    here = _places(uow, office, case, now)
    _bare(uow, office, case, here, now)
    for person in here.values():
        _show(uow, office, case, person, now, fresh=person.id != acted and _news(uow, case, person))
    lokus_board.boards(uow, office, case, now)
    lokus_field_panel.panels(uow, office, case)
    pressing.settle(uow, office, case, events, now)


def refresh(uow: UnitOfWork, office: Office, case: Case, now: datetime) -> None:
    """Make every card and board that stands somewhere show what is now; puts no card where there was none."""
    here = _places(uow, office, case, now)
    _bare(uow, office, case, here, now)
    for person in here.values():
        if _stands(uow, case, person):
            _show(uow, office, case, person, now)
    lokus_board.boards(uow, office, case, now)
    lokus_field_panel.panels(uow, office, case)
    pressing.settle(uow, office, case, uow.events.of(subject(case)), now)


def open_here(uow: UnitOfWork, office: Office, case: Case, person: Person, now: datetime) -> None:
    """The card as a new message in the person's own chat, for somebody who may act on it."""
    _show(uow, office, case, person, now, fresh=True)


def one(uow: UnitOfWork, office: Office, case: Case, person: Person, now: datetime) -> None:
    """Show one person's own card anew, in place."""
    _show(uow, office, case, person, now)


def _news(uow: UnitOfWork, case: Case, person: Person) -> bool:
    """Whether the step's card is to ring: in the field the panel does, but for those who have not answered yet."""
    if case.step != lokus_field_panel.FIELD:
        return True
    member = uow.lokus.member(case.id, person.id)
    return member is None or member.ready is None


def _places(uow: UnitOfWork, office: Office, case: Case, now: datetime) -> Mapping[int, Person]:
    """By person id: whom the present step's card belongs to."""
    sop = office.sop_of(case.sop, case.sop_version)
    step, view = sop.step(case.step), view_of(uow, case)
    found: dict[int, Person] = {}
    if is_open(sop, view) and step is not sop.first:
        if case.step in lokus_board.TEAM_STEPS:
            team = lokus_board.team(uow, case)
            return {person.id: person for member, person in team if person.active and LEFT not in member.content}
        whose = turn(uow, case, step, view, now=now)
        found.update({person.id: person for person in whose.called})
        found.update({person.id: person for person in whose.persons if _stands(uow, case, person)})
    if case.status not in ("rejected", "cancelled"):
        for person in uow.people.holding(*sorted(step.deliver_to)) if step.deliver_to else ():
            who = deputy_of(uow, person, now) or person
            if cleared(case, person):
                found |= {person.id: person, who.id: who}
    return found


def _bare(uow: UnitOfWork, office: Office, case: Case, but: Mapping[int, Person], now: datetime) -> None:
    """Cards that stand elsewhere lose their buttons."""
    sop = office.sop_of(case.sop, case.sop_version)
    roles = sorted((officials(sop) | frozenset(UPWARD)) - {Role.ANGGOTA_MITIGASI})
    given = (to for event in uow.events.of(subject(case)) if event.action in GIVEN for to in event.data.get("to", ()))
    people = {person.id: person for person in uow.people.holding(*roles)}
    people |= {p.id: p for p in map(uow.people.get, map(int, given)) if p is not None}
    people |= {person.id: person for _, person in lokus_board.team(uow, case, everybody=True)}
    for person in people.values():
        if person.id not in but and _stands(uow, case, person):
            uow.outbox.drop_unsent(slot(case, person.telegram_id))
            if _out(uow, case, person) and not (person.active and person.has(*roles)):
                view = View("lokus/tidak_lagi", {"ref": case.ref})
            else:
                view = lokus_rounds_views.aside(uow, office, case, person, now)
            if view.template == SUMMARY and not person.has(*UPWARD):
                view = lokus_board.over(uow, case, person)  # the plan's own words are the office's
            uow.outbox.add(Notice(person.telegram_id, Show(view, slot(case, person.telegram_id)), reference=case.ref))


def _out(uow: UnitOfWork, case: Case, person: Person) -> bool:
    """Whether the person was of the team and is no more: nothing of the lokus stays on their card."""
    member = uow.lokus.member(case.id, person.id)
    if member is not None:
        return LEFT in member.content
    return any(one.person_id == person.id for one in uow.lokus.team(case.id, everybody=True))


def _stands(uow: UnitOfWork, case: Case, person: Person) -> bool:
    return uow.outbox.slot_message(slot(case, person.telegram_id)) is not None


def _show(
    uow: UnitOfWork, office: Office, case: Case, person: Person, now: datetime, *, fresh: bool = False
) -> None:  # fmt: skip
    look = VIEWS.get(case.step, lokus_views.summary)
    view = look(uow, office, case, person, now)
    priority = _PRIORITY[case.urgency] if fresh else Priority.REPLY
    name = slot(case, person.telegram_id)
    before = uow.outbox.slot_message(name) if fresh else None
    if fresh:
        uow.outbox.drop_unsent(name)
    uow.outbox.add(Notice(person.telegram_id, Show(view, name, fresh=fresh), priority, reference=case.ref))
    if before is not None:
        # An older card of the report says nothing that the new one does not; the order stays as it was read.
        report = case.step in (*lokus_rounds_views.ROUNDS, lokus_rounds_views.FINAL) or case.round > 1
        gone = Delete(message_id=before) if report else Strip(before)
        uow.outbox.add(Notice(person.telegram_id, gone, priority, reference=case.ref))
