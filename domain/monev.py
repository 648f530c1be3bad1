"""Monitoring and evaluation of a month: how well each step kept its limit (SOP Kota Tangerang, warning 2). Pure.

Nothing here knows of persons, and what is classified is counted only where it cannot be told apart: at least
``ENOUGH`` cases of a step together, never by region.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from domain.sop.elapsed import Stay

ENOUGH = 3
"""From so many cases on, those of a secret kind may be counted at a step."""
WITHDRAWN = frozenset({"withdrawn", "superseded"})
"""Actions that take a case back: nobody decided, so no step is measured by them."""
RETURNED = "revision_requested"

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Visit:
    """One stay of a case at a step, as far as it counts for the month."""

    case_id: int
    sop: str
    step: str
    region: str | None
    secret: bool
    taken: timedelta
    """On the step's own clock: every hour, or office hours."""
    limit: timedelta | None
    left: bool
    """False: it still stood there at the month's end (or now)."""
    returned: bool = False
    """Left by being sent back to the author."""


@dataclass(frozen=True, slots=True)
class Finish:
    """A case that came to its end in the month; the author's revisions are not part of ``total``."""

    case_id: int
    sop: str
    region: str | None
    secret: bool
    total: timedelta
    limit: timedelta
    """The SOP's total."""
    rounds: int
    """How often it was sent back."""


@dataclass(frozen=True, slots=True)
class Spread:
    """How long something took, over ``count`` times."""

    count: int
    median: timedelta | None
    p90: timedelta | None
    """The time within which nine of ten were done: one of the times measured (nearest rank)."""
    limited: int
    """How many of them had a limit."""
    within: int
    """How many of those kept it; exactly at the limit keeps it."""

    @property
    def percent(self) -> int | None:
        """The share within the limit, rounded down: 100 only when all kept it. None where nothing had a limit."""
        return 100 * self.within // self.limited if self.limited else None


@dataclass(frozen=True, slots=True)
class StepFigures:
    """One step over the month."""

    passed: Spread
    returned: int
    standing: int
    """Still there at the end."""
    overdue: int
    """Of those, past the limit."""


@dataclass(frozen=True, slots=True)
class CaseFigures:
    """The cases that came to their end."""

    finished: Spread
    """Their totals against the SOP's."""
    rounds_mean: float | None
    """Revisions a case; None without any case."""
    rounds_max: int


def visit_of(stay: Stay, case_id: int, sop: str, region: str | None, *, secret: bool) -> Visit | None:
    """The stay as it counts; None for one that ended because the case was taken back."""
    if stay.ended_by in WITHDRAWN:
        return None
    left = stay.left_at is not None
    return Visit(
        case_id, sop, stay.step, region, secret, stay.taken, stay.limit, left, left and stay.ended_by == RETURNED
    )


def spread(times: Iterable[tuple[timedelta, timedelta | None]]) -> Spread:
    """Over pairs of the time taken and its limit."""
    pairs = list(times)
    taken = sorted(time for time, _ in pairs)
    if not taken:
        return Spread(0, None, None, 0, 0)
    return Spread(
        len(taken),
        (taken[(len(taken) - 1) // 2] + taken[len(taken) // 2]) / 2,
        taken[-(-9 * len(taken) // 10) - 1],
        sum(limit is not None for _, limit in pairs),
        sum(limit is not None and time <= limit for time, limit in pairs),
    )


def step_figures(visits: Iterable[Visit]) -> StepFigures:
    """Of visits to one step."""
    found = list(visits)
    standing = [visit for visit in found if not visit.left]
    return StepFigures(
        spread((visit.taken, visit.limit) for visit in found if visit.left),
        sum(visit.returned for visit in found),
        len(standing),
        sum(visit.limit is not None and visit.taken > visit.limit for visit in standing),
    )


def case_figures(finishes: Iterable[Finish]) -> CaseFigures:
    """Of cases of one procedure."""
    found = list(finishes)
    rounds = [finish.rounds for finish in found]
    return CaseFigures(
        spread((finish.total, finish.limit) for finish in found),
        sum(rounds) / len(rounds) if rounds else None,
        max(rounds, default=0),
    )


def by_step(visits: Iterable[Visit]) -> Mapping[tuple[str, str], StepFigures]:
    """By procedure and step; secret ones are left out."""
    return _each(_open(visits), lambda visit: (visit.sop, visit.step))


def by_step_and_region(visits: Iterable[Visit]) -> Mapping[tuple[str, str, str | None], StepFigures]:
    """By procedure, step and kecamatan; secret ones are left out."""
    return _each(_open(visits), lambda visit: (visit.sop, visit.step, visit.region))


def _each(visits: Iterable[Visit], key: Callable[[Visit], K]) -> Mapping[K, StepFigures]:
    return {name: step_figures(group) for name, group in _grouped(visits, key).items()}


def cases_by_region(finishes: Iterable[Finish]) -> Mapping[tuple[str, str | None], CaseFigures]:
    """By procedure and kecamatan; secret ones are left out."""
    groups = _grouped((finish for finish in finishes if not finish.secret), lambda finish: (finish.sop, finish.region))
    return {name: case_figures(group) for name, group in groups.items()}


def secret_steps(visits: Iterable[Visit]) -> Mapping[tuple[str, str], Spread]:
    """Secret cases by procedure and step: only steps that at least ``ENOUGH`` different cases have left.

    How many stand there now is never said: it would tell that one has come.
    """
    groups = _grouped((visit for visit in visits if visit.secret and visit.left), lambda visit: (visit.sop, visit.step))
    return {
        name: spread((visit.taken, visit.limit) for visit in group)
        for name, group in groups.items()
        if len({visit.case_id for visit in group}) >= ENOUGH
    }


def _open(visits: Iterable[Visit]) -> Iterable[Visit]:
    return (visit for visit in visits if not visit.secret)


def _grouped(things: Iterable[T], key: Callable[[T], K]) -> dict[K, list[T]]:
    groups: dict[K, list[T]] = {}
    for thing in things:
        groups.setdefault(key(thing), []).append(thing)
    return groups
