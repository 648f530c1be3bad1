"""To which lokus something belongs that a person of a team sends: where they were when they said it.

Being there begins with *Tiba* or *Mulai* (for the coordinator, who need not tap either, with the opening of the field)
and ends with *Selesai* or the end of the field, however late the message arrives. What is said shortly after that end
is taken as well: the photo that was forgotten is worth more than the order of the taps.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.lokus.model import KIND, LEFT, Lokus, Member, newest
from domain.model import Case, Person
from domain.office import Office
from domain.ports import UnitOfWork
from domain.usecases import lokus_field_panel as panels
from domain.usecases.lokus_field_panel import FIELD

AFTERWARDS = timedelta(hours=6)
"""So long after a lokus ended its people may still be there: they can call for help, and what they said comes in."""
FORGOTTEN = timedelta(minutes=30)
"""So long after *Selesai*, or the end of the field, what somebody sends still belongs to it."""


@dataclass(frozen=True, slots=True)
class _Stay:
    """From when to when somebody was in the field of one lokus."""

    case: Case
    member: Member
    begun: datetime | None
    """None: not there yet, by all that is known."""
    over: datetime | None
    """None: still there."""
    out: bool
    """Taken out of the team or without access since ``over``: nothing said later is taken."""

    def holds(self, at: datetime) -> bool:
        """Whether the person was there, or had just left. Telegram's dates are whole seconds."""
        if self.begun is None or at < self.begun.replace(microsecond=0):
            return False
        return self.over is None or at < self.over or (not self.out and at < self.over + FORGOTTEN)

    def rank(self, at: datetime) -> tuple[bool, datetime]:
        """Of several the one not over at that moment, then the one last aimed at by then."""
        aimed = panels.aimed(self.member)
        if aimed is None or aimed > at:
            aimed = self.member.started_at or self.member.arrived_at or self.member.added_at
        return (self.over is None or at < self.over, aimed)


def home(uow: UnitOfWork, office: Office, me: Person, at: datetime) -> tuple[Case, Member] | None:
    """The lokus that something said then belongs to: the person was in its field, or calls for help there now."""
    if (danger := calling(uow, me)) is not None:
        return danger
    stays = list(_stays(uow, office, me, at))
    # A tap is dated by our clock and a message by Telegram's: said a little "before" *Mulai* it is not lost for that.
    found = [one for one in stays if one.holds(at)] or [
        one for one in stays if one.over is None and one.case.step == FIELD and panels.receives(one.member)
    ]
    best = max(found, key=lambda one: one.rank(at), default=None)
    return None if best is None else (best.case, best.member)


def calling(uow: UnitOfWork, me: Person) -> tuple[Case, Member] | None:
    """Where the person calls for help now, whatever became of the lokus since."""
    for alarm in reversed(uow.lokus.emergencies()):
        case = uow.cases.get(alarm.case_id) if alarm.person_id == me.id else None
        if case is not None:
            mine = newest(one for one in uow.lokus.team(case.id, everybody=True) if one.person_id == me.id)
            return None if mine is None else (case, mine)
    return None


def after(uow: UnitOfWork, office: Office, case: Case, member: Member, at: datetime) -> bool:
    """Whether it was said when the person's part was over already, or comes when the lokus is."""
    if case.closed_at is not None:
        return True
    lokus = uow.lokus.get(case.id)
    stay = None if lokus is None else _stay(office, case, member, lokus)
    return stay is not None and stay.over is not None and at >= stay.over


def outside(uow: UnitOfWork, office: Office, me: Person, now: datetime) -> tuple[Case, Member] | None:
    """The open field that waits for the person's answer, or for their *Tiba*: nothing they send is taken there yet."""
    for member in reversed(uow.lokus.duties(me.id)):
        case, lokus = uow.cases.get(member.case_id), uow.lokus.get(member.case_id)
        if case is None or lokus is None or case.step != FIELD or not member.present or member.finished_at is not None:
            continue
        if (opened := _opened(office, lokus)) is not None and opened <= now:
            return case, member
    return None


def _stays(uow: UnitOfWork, office: Office, me: Person, at: datetime) -> Iterator[_Stay]:
    for member in uow.lokus.duties(me.id, everybody=True, since=at - AFTERWARDS):
        case, lokus = uow.cases.get(member.case_id), uow.lokus.get(member.case_id)
        if case is not None and lokus is not None and case.kind == KIND:
            yield _stay(office, case, member, lokus)


def _stay(office: Office, case: Case, member: Member, lokus: Lokus) -> _Stay:
    left = member.content.get(LEFT)
    gone = [one for one in (member.removed_at, datetime.fromisoformat(left) if left else None) if one is not None]
    over = min((one for one in (member.finished_at, lokus.ended_at, *gone) if one is not None), default=None)
    begun = [one for one in (member.arrived_at, member.started_at) if one is not None]
    if member.lead and member.ready and (opened := _opened(office, lokus)) is not None:
        begun.append(opened)
    if over is None and case.step != FIELD:
        begun = []
    return _Stay(case, member, min(begun, default=None), over, bool(gone) and over == min(gone))


def _opened(office: Office, lokus: Lokus) -> datetime | None:
    """When the field was opened: the first *Mulai*, or the time before the start at which it opens by itself."""
    settings = office.profile.lokus
    before = None if settings is None or lokus.starts_at is None else lokus.starts_at - settings.field_before
    return min((one for one in (lokus.started_at, before) if one is not None), default=None)
