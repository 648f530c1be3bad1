"""Who may know that there is a lokus at all, asked before anything is said of it, be it only that it has moved on."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from domain.model import Case, Person
from domain.office import Office
from domain.ports import UnitOfWork
from domain.sop.engine import is_open
from domain.usecases.lokus_people import desk_holders
from domain.usecases.lokus_rounds_views import READERS, may_read
from domain.usecases.officials import cleared, standing_in, turn
from domain.usecases.transitions import view_of


def may_know(uow: UnitOfWork, office: Office, case: Case, me: Person, now: datetime) -> bool:
    """The team and its coordinator, the chain of command and its deputies within their region and clearance, whose turn
    it is, leadership once the report is theirs. Not who was taken out, nor the partner who sent the plan."""
    if not me.active:
        return False
    lokus = uow.lokus.get(case.id)
    if lokus is not None and (lokus.coordinator_id == me.id or uow.lokus.member(case.id, me.id) is not None):
        return True
    for holder in (me, *standing_in(uow, me, now)):
        if holder.has(*READERS) and cleared(case, replace(me, regions=holder.regions)):
            return True
    if may_read(uow, office, case, me, now) or any(one.id == me.id for one in desk_holders(uow, case, now)):
        return True
    sop, view = office.sop_of(case.sop, case.sop_version), view_of(uow, case)
    step = sop.step(case.step)
    if step is sop.first or not is_open(sop, view):
        return False
    whose = turn(uow, case, step, view, now=now)
    return me in whose.persons and whose.cleared(case, me)
