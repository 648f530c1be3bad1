"""How long a case has stood at each step, read from its history: pure, for /status and for the monthly evaluation.

A revision stops the verifier's clock: the time in which the author mends the report stands at the author's step and
is counted to the author.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from domain.model import Event
from domain.sop.clock import Calendar
from domain.sop.engine import calendar_of
from domain.sop.schema import ENDED, Sop


@dataclass(frozen=True, slots=True)
class Stay:
    """One visit of the case to one step. ``limit`` is what the step allowed then, or None."""

    step: str
    round: int
    entered_at: datetime
    left_at: datetime | None
    """None while it stands there."""
    taken: timedelta
    limit: timedelta | None
    by_author: bool
    """At the author's step: time of a revision."""
    acknowledged_at: datetime | None = None
    """When receipt was confirmed; deciding confirms it too."""
    ended_by: str | None = None
    """The action of the event that ended it; None while it lasts."""

    @property
    def late(self) -> bool:
        """Whether it took longer than it was allowed."""
        return self.limit is not None and self.taken > self.limit


@dataclass(frozen=True, slots=True)
class Elapsed:
    """The stays in order, and the sums to hold against the SOP."""

    stays: tuple[Stay, ...]
    total: timedelta
    """Time at steps that count, the author's revisions left out: what ``stated_total`` limits."""
    author: timedelta
    """Time the author took for revisions."""
    stated_total: timedelta

    @property
    def over(self) -> bool:
        """Whether the SOP's total is exceeded."""
        return self.total > self.stated_total

    def at(self, step: str) -> timedelta:
        """The time at one step, all visits together."""
        return sum((stay.taken for stay in self.stays if stay.step == step), timedelta())


def elapsed(events: Sequence[Event], sop: Sop, calendar: Calendar, zone: ZoneInfo, now: datetime) -> Elapsed:
    """Reckon a case's history; ``calendar`` is the agency's hours, ``now`` ends a stay that still lasts.

    Events without a step (openings, reminders) change nothing, and destroyed ones (tombstones) are passed over.
    """
    stays = tuple(_stays(events, sop, calendar, zone, now))
    counted = {step.id for step in sop.steps if step.counts}
    return Elapsed(
        stays,
        sum((s.taken for s in stays if s.step in counted and not s.by_author), timedelta()),
        sum((s.taken for s in stays if s.by_author), timedelta()),
        sop.stated_total,
    )


def _stays(events: Iterable[Event], sop: Sop, calendar: Calendar, zone: ZoneInfo, now: datetime) -> Iterable[Stay]:
    known = {step.id: step for step in sop.steps}
    told = [event for event in events if "status" in event.data and event.data.get("step") in known]
    here: Event | None = None
    acknowledged: datetime | None = None

    def stay(end: Event | None, confirmed: datetime | None) -> Stay:
        assert here is not None
        left = None if end is None else end.at
        step = known[here.data["step"]]
        clock = calendar_of(sop, step, calendar)
        round_ = int(here.data.get("round", 1))
        mending = step is sop.first
        limit = step.rework_limit or step.limit if mending else step.allowed or None
        taken = clock.counted(here.at, left or now, zone)
        return Stay(
            step.id, round_, here.at, left, taken, limit, mending, confirmed, None if end is None else end.action
        )

    for event in told:
        moved = here is None or (event.data["step"], event.data["round"]) != (here.data["step"], here.data["round"])
        over = event.data["status"] in ENDED
        if here is not None and (moved or over):
            yield stay(event, acknowledged or event.at)
            here, acknowledged = None, None
        if here is not None:
            acknowledged = event.at if event.action == "acknowledged" and acknowledged is None else acknowledged
        elif not over and not known[event.data["step"]].final:
            here = event
    if here is not None:
        yield stay(None, acknowledged)
