"""Every half hour somebody in the field is asked "aman?"; who is silent twice is pointed out to the coordinator.

When the next question is due follows from the member's row alone, so that an outage asks once and not for every half
hour that was missed, and counts no silence for a question that was never asked.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from domain.lokus.model import Member
from domain.model import Case, Person
from domain.notices import Button, Delete, Notice, Priority, Show, View
from domain.office import Office
from domain.ports import UnitOfWork
from domain.usecases import lokus_board, lokus_steps
from domain.usecases.lokus_field import SILENT_TWICE, last_place, silence_slot
from domain.usecases.lokus_field_panel import FIELD, check_slot


def check(uow: UnitOfWork, office: Office, now: datetime) -> int:
    """Ask everybody whose time has come, and point out the silent; how many were asked. For the scheduler."""
    settings, done = office.profile.lokus, 0
    if settings is None:
        return 0
    # Whoever called for help, in whichever lokus, is not asked whether all is well.
    calling = {one.person_id for one in uow.lokus.emergencies()}
    for _, case in lokus_steps.ordered(uow):
        if case.step != FIELD:
            continue
        for member, person in lokus_board.team(uow, case):
            if not (member.in_field and member.present and person.active and due(member, now, settings.check_every)):
                continue
            if person.id not in calling:
                _ask(uow, case, member, person, now, settings.check_every)
                done += 1
    return done


def due(member: Member, now: datetime, every: timedelta) -> bool:
    """Whether the next question is due: one interval after the last sign of being safe, or after the last question."""
    asked = member.content.get("ditanya") or ()
    since = datetime.fromisoformat(asked[-1]) if asked else member.checked_at
    return since is not None and now - since >= every


def _ask(uow: UnitOfWork, case: Case, member: Member, person: Person, now: datetime, every: timedelta) -> None:
    asked = [*(member.content.get("ditanya") or ()), now.isoformat()]
    if member.misses >= SILENT_TWICE and member.misses % SILENT_TWICE == 0:
        _point_out(uow, case, member, person, asked[:-1], now)
    content: dict[str, Any] = {**member.content, "ditanya": asked}
    member = uow.lokus.change_member(member, misses=member.misses + 1, content=content)
    place = check_slot(case.id, person)
    uow.outbox.drop_unsent(place)
    uow.outbox.add(Notice(person.telegram_id, Delete(slot=place)))
    show = Show(question(case, member), place, fresh=True, until=now + every)
    uow.outbox.add(Notice(person.telegram_id, show, Priority.REPLY, reference=case.ref))


def question(case: Case, member: Member) -> View:
    """ "Aman?": one tap answers it."""
    rows = ((Button("lapangan.aman", f"lf:k:{member.id}"),), (Button("lapangan.darurat", f"ld:t:{case.id}:a"),))
    return View("lapangan/aman", {"ref": case.ref, "ke": member.misses}, rows)


def _point_out(
    uow: UnitOfWork, case: Case, member: Member, person: Person, asked: list[str], now: datetime
) -> None:  # fmt: skip
    """To the coordinator; a silent coordinator, or a silence twice as long, to those who look after the lokus too."""
    readers = [one for one in lokus_steps.answerable(uow, case, now) if one.id != person.id]
    if not readers or member.misses > SILENT_TWICE:
        readers += lokus_steps.desk_holders(uow, case, now)
    params = {
        "ref": case.ref,
        "alias": person.alias,
        "kali": member.misses,
        "ditanya": asked,
        "terakhir": member.checked_at.isoformat() if member.checked_at is not None else None,
        **last_place(member),
    }
    view = View("lapangan/hening", params, protect=True)
    for reader in {one.id: one for one in readers}.values():
        place = Show(view, silence_slot(member, reader), fresh=True)
        uow.outbox.add(Notice(reader.telegram_id, place, Priority.URGENT, reference=case.ref))
    lokus_steps.note(uow, case, "field_silent", None, now, {"member": member.id, "misses": member.misses})
