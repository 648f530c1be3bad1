"""Somebody in the team of a running lokus loses their access, or every role that is sent into the field.

They are out at once, as with *Berhalangan*: nobody waits for their part, nobody asks them "aman?", no further content
reaches them, and the panel and the order in their chat say so in one polite sentence. Coordinator and Kasubbid are
told, with the last known place when the person had come, and the Kasubbid is offered substitutes. What they sent stays
in the log. An emergency of theirs goes on until *Aman kembali*, and they can still raise one (``lokus_emergency``).
"""

from __future__ import annotations

from datetime import datetime

from domain.commands import FIELD as ROLES
from domain.lokus.model import KIND, LEFT, Member
from domain.model import Case, Person
from domain.notices import Priority, View
from domain.office import Office
from domain.ports import UnitOfWork
from domain.usecases import cards, lokus_answer, lokus_board, lokus_steps
from domain.usecases import lokus_field_panel as panels
from domain.usecases.lokus_field import last_place
from domain.usecases.lokus_field_open import ask_whether_over


def left(uow: UnitOfWork, office: Office, person: Person, now: datetime) -> None:
    """Take the person, as they are since the change, out of every lokus that is being answered or is in its field.

    A coordinator whose report is still to be written hands it over; one without access is found by
    ``lokus_watch.vacancies``.
    """
    if person.active and person.has(*ROLES):
        return
    for member in uow.lokus.duties(person.id):
        case = uow.cases.get(member.case_id)
        if case is None or case.kind != KIND or not member.present:
            continue
        if case.step in lokus_steps.RUNNING and member.finished_at is None:
            _out(uow, office, case, member, person, now)
        elif case.step in lokus_board.REPORT_STEPS and member.lead and person.active:
            _hand_over(uow, office, case, member, person, now)


def _hand_over(uow: UnitOfWork, office: Office, case: Case, member: Member, person: Person, now: datetime) -> None:
    uow.lokus.change_member(member, content={**member.content, LEFT: now.isoformat()})
    lokus_steps.note(uow, case, "member_left", None, now, {"member": member.id, "access": True})
    view = lokus_answer.no_coordinator(case, person)
    desk = [one for one in lokus_steps.desk_holders(uow, case, now) if one.id != person.id]
    lokus_steps.tell(uow, desk, view, case.ref, priority=Priority.URGENT)
    cards.refresh(uow, office, case, now)


def _out(uow: UnitOfWork, office: Office, case: Case, member: Member, person: Person, now: datetime) -> None:
    content = {**member.content, LEFT: now.isoformat(), "ditanya": []}
    member = uow.lokus.change_member(member, ready=False, answered_at=now, misses=0, content=content)
    lokus_steps.note(uow, case, "member_left", None, now, {"member": member.id, "access": person.active})
    panels.gone(uow, lokus_board.point_slot(case, person), person)
    desk = [one for one in lokus_steps.desk_holders(uow, case, now) if one.id != person.id]
    _tell(uow, case, member, person, desk, now)
    lokus_answer.to_desk(uow, case, member, desk, lokus_answer.offer(uow, office, case, member, person, now))
    cards.refresh(uow, office, case, now)
    ask_whether_over(uow, case, now)


def _tell(
    uow: UnitOfWork, case: Case, member: Member, person: Person, desk: list[Person], now: datetime
) -> None:  # fmt: skip
    came = member.arrived_at is not None or member.started_at is not None
    alarm = panels.emergency_of(uow, case.id, person.id) is not None
    params = {
        "ref": case.ref,
        "alias": person.alias,
        "akses": person.active,
        "di_lapangan": came,
        "darurat": alarm,
        **last_place(member),
    }
    readers = [one for one in lokus_steps.answerable(uow, case, now) if one.id != person.id]
    if came or alarm:  # otherwise the offer of substitutes says it all to the desk
        readers += desk
    lokus_steps.tell(uow, readers, View("lapangan/keluar", params, protect=True), case.ref, priority=Priority.URGENT)
