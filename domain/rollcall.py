"""The morning's roll call: who owes a report for which kecamatan, and what came. Pure; ``usecases.roll`` fills it.

A nihil is a report and never the same as "belum lapor": one says that nothing happened, the other that nobody knows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Literal, TypeAlias
from zoneinfo import ZoneInfo

from domain.model import Person
from domain.ports import Answer
from domain.profile import Morning
from domain.roles import Role
from domain.sop.clock import local_due

State: TypeAlias = Literal["on_time", "late", "nihil", "missing"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One report owed: by a person, for one of their kecamatan (None: for the whole area)."""

    person: Person
    region: str | None
    answer: Answer | None

    @property
    def state(self) -> State:
        """A late nihil is late; a tap whose time is uncertain is not held against anybody."""
        if self.answer is None:
            return "missing"
        if self.answer.lateness == "late":
            return "late"
        return "nihil" if self.answer.nihil else "on_time"


@dataclass(frozen=True, slots=True)
class Tally:
    """How many entries stand where."""

    on_time: int = 0
    late: int = 0
    nihil: int = 0
    missing: int = 0

    @property
    def owed(self) -> int:
        """How many reports are owed."""
        return self.on_time + self.late + self.nihil + self.missing

    @property
    def given(self) -> int:
        """How many came, in whatever form."""
        return self.owed - self.missing

    @property
    def percent(self) -> int:
        """The share given, rounded down: 100 only when nothing is missing. With nothing owed 100."""
        return 100 * self.given // self.owed if self.owed else 100


def owed_regions(person: Person) -> tuple[str | None, ...]:
    """What the person owes a report for: each own kecamatan, or the area as a whole."""
    return person.regions or (None,)


def owes(person: Person, role: Role, morning: Morning, day: date) -> bool:
    """Whether the person owes a report on that local day; leave is looked at by the caller."""
    return person.has(role) and not is_voluntary(person, morning) and not morning.is_off(day)


def is_voluntary(person: Person, morning: Morning) -> bool:
    """Whether the person reports for a source that is invited and not chased."""
    return person.source is not None and person.source in morning.voluntary


def answering(answers: Iterable[Answer], region: str | None) -> Answer | None:
    """The first of a person's reports that answers for ``region``.

    One without a kecamatan answers for all; one from elsewhere for none, but for whoever owes the area as a whole.
    """
    return next(
        (answer for answer in answers if answer.region is None or region is None or answer.region == region), None
    )


def entries(persons: Iterable[Person], answers: Mapping[int, Sequence[Answer]]) -> list[Entry]:
    """An entry for each report owed by these persons."""
    return [
        Entry(person, region, answering(answers.get(person.id, ()), region))
        for person in persons
        for region in owed_regions(person)
    ]


def tally(found: Iterable[Entry]) -> Tally:
    """Count the states."""
    counts: dict[State, int] = {"on_time": 0, "late": 0, "nihil": 0, "missing": 0}
    for entry in found:
        counts[entry.state] += 1
    return Tally(**counts)


def by_region(found: Iterable[Entry], order: Sequence[str]) -> list[tuple[str | None, Tally]]:
    """A tally for each kecamatan that owes something, in the profile's order; the whole area last."""
    return _grouped(found, lambda entry: entry.region, order)


def by_source(found: Iterable[Entry], order: Sequence[str]) -> list[tuple[str | None, Tally]]:
    """A tally for each source (unsur) that owes something."""
    return _grouped(found, lambda entry: entry.person.source, order)


def _grouped(
    found: Iterable[Entry],
    key: Callable[[Entry], str | None],
    order: Sequence[str],
) -> list[tuple[str | None, Tally]]:
    heaps: dict[str | None, list[Entry]] = {}
    for entry in found:
        heaps.setdefault(key(entry), []).append(entry)
    place = {name: number for number, name in enumerate(order)}
    names = sorted(heaps, key=lambda name: (name is None, place.get(name or "", len(place)), name or ""))
    return [(name, tally(heaps[name])) for name in names]


def moment(at: time, zone: ZoneInfo, day: date) -> datetime:
    """A local time of the morning as aware UTC."""
    return local_due(at, zone, day)
