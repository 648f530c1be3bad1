"""Step 4 goes over to step 5 by the clock, so that a silent colleague keeps nobody who is ready from the field.

The step ends at once when everybody has said *Siap*, or by *Lanjutkan* of coordinator or Kasubbid. Otherwise it ends
by itself ``field_before`` ahead of the plan's start: whoever is ready gets the panel (*Tiba*, *Mulai*, *Darurat*), the
coordinator hears who is silent, and a silent member who taps *Siap* later gets the panel then. While nobody is ready
there is nobody to open the field for: the step goes on, with its own reminders and escalation, until the first *Siap*.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from domain.lokus.model import Lokus, Member
from domain.model import Case, Person
from domain.notices import Button, Priority, View
from domain.office import Office
from domain.ports import UnitOfWork
from domain.sop.commands import Begin
from domain.usecases import cards, lokus_board, lokus_steps
from domain.usecases.lokus_field_panel import FIELD
from domain.usecases.transitions import actor_of, apply, judge

ANSWERING = "penerimaan"
"""The step during which the team answers the order."""


def open_field(uow: UnitOfWork, office: Office, now: datetime) -> int:
    """Open the field of each lokus whose time has come and of which somebody is ready; how many. For the scheduler."""
    settings, done = office.profile.lokus, 0
    if settings is None:
        return 0
    for lokus, case in lokus_steps.ordered(uow):
        if case.step == ANSWERING and _due(lokus, settings.field_before, now):
            done += _open(uow, office, case, settings.field_before, now)
    return done


def _due(lokus: Lokus, before: timedelta, now: datetime) -> bool:
    return lokus.starts_at is not None and lokus.starts_at - before <= now


def _open(uow: UnitOfWork, office: Office, case: Case, before: timedelta, now: datetime) -> bool:
    team = lokus_board.team(uow, case)
    first = next((person for member, person in team if member.ready and person.active), None)
    if first is None:
        return False
    silent = [(member, person) for member, person in team if member.ready is None]
    sop = office.sop_of(case.sop, case.sop_version)
    following = sop.step(case.step).yes
    if following is None or sop.step(following).limit_by != "plan":
        return False  # a procedure of the agency's own whose field does not follow the plan's time
    moved = judge(uow, office, case, Begin(actor_of(first), before, case.version, case.step), now)
    without = [person.id for _, person in silent]
    case = apply(uow, case, moved, None, now, data={"from": case.step, "by_time": True, "without": without})
    cards.announce(uow, office, case, now)
    if silent:
        _tell(uow, case, silent, now)
    return True


def _tell(uow: UnitOfWork, case: Case, silent: Sequence[tuple[Member, Person]], now: datetime) -> None:
    """To the coordinator; where that is the silent one, or there is none, to those who look after the lokus too."""
    readers = lokus_steps.answerable(uow, case, now)
    names = [lokus_board.silent(*one) for one in silent]
    view = View("lapangan/dibuka", {"ref": case.ref, "diam": names}, protect=True)
    lokus_steps.tell(uow, readers, view, case.ref, priority=Priority.URGENT)


def ask_whether_over(uow: UnitOfWork, case: Case, now: datetime) -> None:
    """When all who took part have finished and only silent ones are waited for: whoever may end the field is asked.

    It is not ended by itself: a substitute may be on the way.
    """
    team = [(member, person) for member, person in lokus_board.team(uow, case) if member.present and not member.lead]
    if case.step != FIELD or any(member.ready and member.finished_at is None for member, _ in team):
        return
    readers = lokus_steps.answerable(uow, case, now)
    params = {"ref": case.ref, "diam": [person.alias for member, person in team if member.ready is None]}
    rows = ((Button("lapangan.akhiri", f"lf:z:{case.id}"),),)
    lokus_steps.tell(uow, readers, View("lapangan/tinggal_diam", params, rows, protect=True), case.ref)
