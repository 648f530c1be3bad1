"""What the field said late: it came after the chronology was made, and is offered, never dropped nor put in unseen.

A note that its author corrected after it was taken over counts as well. It is in or out by the tap of whoever holds the
report: the coordinator while it is written, whoever may change the text in the rounds.
"""

from __future__ import annotations

from datetime import datetime

from domain.lokus.model import Lokus
from domain.model import Case, Person
from domain.notices import Button, Json, Keyboard, Notice, Priority, Show, View
from domain.office import Office
from domain.ports import UnitOfWork
from domain.privacy import mask
from domain.roles import Role
from domain.usecases import history, lokus_cards
from domain.usecases.lokus_draft import AUTHOR, each_member, is_stored, late_of
from domain.usecases.lokus_field_panel import gone
from domain.usecases.lokus_rounds_views import READERS, ROUNDS
from domain.usecases.officials import turn

_SHOWN = 1500
"""Units of what came late, in the message that offers it."""


def slot(case: Case, person: Person) -> str:
    """Where what came late is offered to that person."""
    return f"susulan:{case.id}@{person.telegram_id}"


def view(
    uow: UnitOfWork, office: Office, case: Case, lokus: Lokus, person: Person, now: datetime
) -> View | None:  # fmt: skip
    """What came late, with the tap that puts it in for whoever may change the text at this step; None for nothing."""
    if case.step not in (AUTHOR, *ROUNDS):
        return None
    late = late_of(uow, office, case, lokus)
    if not late.count:
        return None
    lines = [line for _, line in late.lines] + list(late.corrected.values())
    step = office.sop_of(case.sop, case.sop_version).step(case.step)
    here = person in turn(uow, case, step, now=now).persons
    changes = case.step == AUTHOR or step.may_amend
    take: Keyboard = ((Button("hasil.masukkan", f"lh:n:{case.id}"),),) if here and changes else ()
    params: dict[str, Json] = {
        "ref": case.ref,
        "jumlah": late.count,
        "isi": history.clip(mask("\n".join(lines)), _SHOWN),
        "foto": len(late.photos),
        "nanti": here and not changes,
    }
    return View("hasil/susulan", params, take, protect=True)


def offer(uow: UnitOfWork, office: Office, case: Case, now: datetime) -> None:
    """Something of the field has just come: tell whoever holds the report, once for all that is still left out."""
    lokus = uow.lokus.get(case.id)
    if lokus is None or case.step not in (AUTHOR, *ROUNDS):
        return
    if case.step == AUTHOR and each_member(office, case):
        return  # each one's own part shows it, and what is put together has it all
    step = office.sop_of(case.sop, case.sop_version).step(case.step)
    untouched = case.step == AUTHOR and not is_stored(case, lokus)
    for person in turn(uow, case, step, now=now).called:
        said = view(uow, office, case, lokus, person, now)
        if said is not None:
            place = Show(said, slot(case, person))
            uow.outbox.add(Notice(person.telegram_id, place, Priority.ORDINARY, reference=case.ref))
        elif untouched:
            lokus_cards.one(uow, office, case, person, now)  # nobody has changed the draft yet: it simply has it


def settle(uow: UnitOfWork, case: Case, now: datetime) -> None:
    """It was put in, or the report is in other hands: nobody is offered it any more where it was."""
    lokus = uow.lokus.get(case.id)
    named = {absence.deputy_id for absence in uow.absences.during(now)}
    named.add(lokus.coordinator_id if lokus is not None else None)
    people = {one.id: one for one in uow.people.holding(*READERS, Role.KOORDINATOR_LAPANGAN)}
    people |= {one.id: one for one in map(uow.people.get, filter(None, named)) if one is not None}
    for person in people.values():
        gone(uow, slot(case, person), person)
