"""The month's evaluation: who may see how much of it, its figures from the store, and what a reader is shown.

Kepala, Kabid and Kasubbid answer for the steps and may change them; a regional coordinator answers for the morning
reports of their kecamatan. Nobody else needs it: a verifier's own work is in /tugas, and where one person holds a role
the figures of a step are that person's.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain import monev, rollcall, tenure
from domain.commands import MONEV
from domain.errors import NotPermitted
from domain.model import Absence, Person
from domain.monev import Finish, Visit
from domain.months import Month
from domain.office import Office
from domain.ports import Course, UnitOfWork
from domain.roles import Clearance, Role
from domain.rollcall import Entry, Tally
from domain.sop.elapsed import elapsed
from domain.usecases import roll
from domain.usecases.officials import standing_in
from domain.usecases.roll import Duty

HEADS = frozenset({Role.KEPALA, Role.KABID, Role.KASUBBID})
READERS = MONEV
SECRET_KINDS = frozenset({"lapsus"})


@dataclass(frozen=True, slots=True)
class Scope:
    """How much of the month somebody is shown."""

    regions: tuple[str, ...]
    """Empty: the whole office."""
    secret: bool
    """Whether secret cases are counted at steps."""

    def has(self, region: str | None) -> bool:
        """Whether what concerns this kecamatan is shown."""
        return not self.regions or region in self.regions


@dataclass(frozen=True, slots=True)
class Figures:
    """A month as one reader may see it."""

    month: Month
    until: datetime
    """The end of the month, or now while it lasts (aware UTC)."""
    whole: bool
    scope: Scope
    visits: tuple[Visit, ...]
    finishes: tuple[Finish, ...]
    mornings: tuple[tuple[str | None, Tally], ...]
    """By kecamatan; empty where nobody owes a morning report."""
    mornings_days: int
    """Days on which reports were owed and the due time is over."""
    leave: int
    """Reports not owed because of leave."""
    undefined: int
    """Cases left out because the definition they ran by is not there any more."""


def scope_of(uow: UnitOfWork, person: Person, now: datetime, *, secret: bool = True) -> Scope:
    """What the person may see at that moment, in their own right or as a deputy; NotPermitted for others.

    Secret cases are counted for the heads of the whole office only; ``secret=False`` (a group) never.
    """
    holders = [holder for holder in (person, *standing_in(uow, person, now)) if holder.has(*sorted(READERS))]
    if not person.active or not holders:
        raise NotPermitted
    everywhere = [holder for holder in holders if not holder.regions]
    if everywhere:
        return Scope((), secret and any(holder.has(*sorted(HEADS)) for holder in everywhere))
    return Scope(tuple(dict.fromkeys(region for holder in holders for region in holder.regions)), secret=False)


def gather(uow: UnitOfWork, office: Office, month: Month, scope: Scope, now: datetime) -> Figures:
    """Read the month: the histories of the events that were open in it, and the roll call of each of its mornings.

    No report is opened; of the histories only steps and times are kept.
    """
    start, end = month.span(office.zone)
    until = min(end, now)
    visits, finishes, undefined = _cases(uow, office, scope, (start, end), until)
    found, days, leave = _mornings(uow, office, month, until)
    seen = [entry for entry in found if scope.has(entry.region)]
    return Figures(
        month,
        until,
        now >= end,
        scope,
        tuple(visits),
        tuple(finishes),
        tuple(rollcall.by_region(seen, office.profile.regions)),
        days,
        sum(scope.has(region) for region in leave),
        undefined,
    )


# --- cases -----------------------------------------------------------------------------------------------------------


def is_secret(course: Course) -> bool:
    """Whether the case may be counted only together with others, and never by region."""
    return course.kind in SECRET_KINDS or Clearance(course.classification).secret


def _cases(
    uow: UnitOfWork, office: Office, scope: Scope, span: tuple[datetime, datetime], until: datetime
) -> tuple[list[Visit], list[Finish], int]:
    (start, end), visits = span, list[Visit]()
    finishes: list[Finish] = []
    counted = [course for course in uow.cases.courses(start, end) if _counts(scope, course)]
    versions = {(sop.name, sop.version) for name in office.sops.names() for sop in office.sops.versions(name)}
    courses = [course for course in counted if (course.sop, course.sop_version) in versions]
    histories = uow.events.of_each([f"case:{course.id}" for course in courses])
    for course in courses:
        secret, sop = is_secret(course), office.sop_of(course.sop, course.sop_version)
        events = [event for event in histories.get(f"case:{course.id}", ()) if event.at < end]
        times = elapsed(events, sop, office.calendar, office.zone, until)
        for stay in times.stays:
            if stay.left_at is None or stay.left_at >= start:
                visit = monev.visit_of(stay, course.id, course.sop, course.region, secret=secret)
                visits += [] if visit is None else [visit]
        ended = course.closed_at is not None and start <= course.closed_at < end
        if ended and course.status != "cancelled" and times.stays:
            rounds = max(stay.round for stay in times.stays) - 1
            finishes.append(
                Finish(course.id, course.sop, course.region, secret, times.total, times.stated_total, rounds)
            )
    left_out = [course for course in counted if (course.sop, course.sop_version) not in versions]
    return visits, finishes, sum(not is_secret(course) for course in left_out)


def _counts(scope: Scope, course: Course) -> bool:
    if is_secret(course):
        return scope.secret
    return scope.has(course.region)


# --- mornings --------------------------------------------------------------------------------------------------------


def _mornings(
    uow: UnitOfWork, office: Office, month: Month, until: datetime
) -> tuple[list[Entry], int, list[str | None]]:
    """The roll call of each morning whose due time is over, as the agents' areas and leave were on that day."""
    duties = [duty for day in month.days if (duty := roll.duty_on(office, day)) is not None and duty.due < until]
    if not duties:
        return [], 0, []
    start, end = duties[0].due, duties[-1].due + timedelta(seconds=1)
    persons = uow.people.all(active_only=False)
    histories = uow.events.of_each([f"person:{person.id}" for person in persons], tenure.ACTIONS)
    away = uow.absences.between(start, end)
    entries: list[Entry] = []
    leave: list[str | None] = []
    days = 0
    for duty in duties:
        then = (tenure.was(person, histories.get(f"person:{person.id}", ()), duty.due) for person in persons)
        owing = [person for person in then if rollcall.owes(person, duty.role, duty.morning, duty.day)]
        days += bool(owing)
        absent = _absent(away, duty)
        leave += [region for p in owing if p.id in absent for region in rollcall.owed_regions(p)]
        entries += rollcall.entries([p for p in owing if p.id not in absent], roll.answers(uow, duty))
    return entries, days, leave


def _absent(absences: Iterable[Absence], duty: Duty) -> frozenset[int]:
    return frozenset(
        absence.person_id
        for absence in absences
        if absence.starts_at <= duty.due < min(absence.ends_at, absence.ended_at or absence.ends_at)
    )
