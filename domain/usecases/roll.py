"""Who owes the morning's report today, and what has come: the roll call filled from the store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from domain import rollcall
from domain.model import Person
from domain.office import Office
from domain.ports import Answer, UnitOfWork
from domain.profile import Morning
from domain.roles import Role
from domain.rollcall import Entry
from domain.sop.schema import Sop


@dataclass(frozen=True, slots=True)
class Duty:
    """The morning of one local day on which reports are owed."""

    office: Office
    morning: Morning
    sop: Sop
    role: Role
    day: date

    @property
    def due(self) -> datetime:
        """The due time, aware UTC."""
        return rollcall.moment(self.morning.due, self.office.zone, self.day)

    def binds(self, person: Person) -> bool:
        """Whether it is the person's duty, leave aside: who joined after the due time is not blamed for that day."""
        return person.created_at <= self.due and rollcall.owes(person, self.role, self.morning, self.day)


def duty_on(office: Office, day: date) -> Duty | None:
    """That day's duty; None where nobody owes a report on it."""
    morning = office.profile.morning
    if morning is None or morning.is_off(day):
        return None
    sop = office.sops.get(morning.sop)
    return None if sop.wall_clock is None else Duty(office, morning, sop, sop.wall_clock.role, day)


def duty_at(office: Office, now: datetime) -> Duty | None:
    """The duty of the local day of ``now``."""
    return duty_on(office, office.local_date(now))


def owes(uow: UnitOfWork, duty: Duty | None, person: Person) -> bool:
    """Whether the person owes a report that morning: of the role, there by then, not voluntary, not on leave."""
    return duty is not None and duty.binds(person) and uow.absences.at(person.id, duty.due) is None


def owing(uow: UnitOfWork, duty: Duty) -> tuple[list[Person], list[Person]]:
    """Everybody who owes a report that morning, and those who would but are on leave."""
    away = {absence.person_id for absence in uow.absences.during(duty.due)}
    agents = [person for person in uow.people.holding(duty.role) if duty.binds(person)]
    return [p for p in agents if p.id not in away], [p for p in agents if p.id in away]


def answers(uow: UnitOfWork, duty: Duty) -> Mapping[int, Sequence[Answer]]:
    """What came that morning, by author."""
    found: dict[int, list[Answer]] = {}
    for answer in uow.cases.answers(duty.day):
        found.setdefault(answer.author_id, []).append(answer)
    return found


def call(uow: UnitOfWork, duty: Duty, persons: Iterable[Person]) -> list[Entry]:
    """The roll call of these persons."""
    return rollcall.entries(persons, answers(uow, duty))


def missing(found: Iterable[Entry]) -> dict[Person, list[str]]:
    """Who still owes something, and for which kecamatan (an empty list: for the whole area)."""
    left: dict[Person, list[str]] = {}
    for entry in found:
        if entry.state == "missing":
            left.setdefault(entry.person, []).extend([entry.region] if entry.region else [])
    return left


def unanswered(uow: UnitOfWork, duty: Duty, person: Person) -> list[str | None]:
    """What one person has not reported on yet, whether they owe it or not."""
    given = [
        Answer(case.author_id, case.region, case.nihil, case.lateness, case.ref)
        for case in uow.cases.duty(person.id, duty.day)
    ]
    return [region for region in rollcall.owed_regions(person) if rollcall.answering(given, region) is None]
