"""How long an agency keeps what it holds (jadwal retensi arsip): the profile's table ``[retention]``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from pydantic import Field

from domain.sop.schema import Duration, Frozen


class Schedule(Frozen):
    """One kind of report. Both times count from its end (closed, rejected or withdrawn); open ones are always kept."""

    active: Duration
    inactive: Duration | None = None
    """After the active time, as archives are counted; what is waited for is both together."""
    then: Literal["destroy", "keep"] = "destroy"
    """``musnah`` or ``permanen``."""

    @property
    def total(self) -> timedelta:
        """From the end of a report until it is due."""
        return self.active + (self.inactive or timedelta())


def _archive() -> Schedule:
    return Schedule.model_validate({"active": "730d", "inactive": "1095d"})


def _year() -> Schedule:
    return Schedule.model_validate({"active": "365d"})


class Retention(Frozen):
    """What is destroyed when. Kinds of reports first, a nihil apart from those that tell something; then the rest."""

    lapinfo: Schedule = Field(default_factory=_archive)
    nihil: Schedule = Field(default_factory=_year)
    lapsus: Schedule = Field(default_factory=_archive)
    lapsida: Schedule = Field(default_factory=_archive)
    lokus: Schedule = Field(default_factory=_archive)
    sikanda: Schedule = Field(default_factory=_archive)
    disposisi: Schedule = Field(default_factory=_archive)
    recap: Schedule = Field(default_factory=_archive)
    """The recap of a morning, from the day it was made."""
    forms: Duration = timedelta(days=30)
    """Rows of forms that ended (their answers are emptied at once): whose, when, which form."""
    dead_updates: Duration = timedelta(days=30)
    """Updates that could not be handled, kept encrypted for the operator."""
    settled: Duration = timedelta(days=30)
    """Notices that were sent, dropped or given up: to whom, when, which reference. The trail of ``audit exposure``."""
    slots: Duration = timedelta(days=365)
    """Which message stands where, since it last changed; older messages are not edited any more."""
    invitations: Duration = timedelta(days=90)
    """Used, withdrawn and expired invitations."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Cases of a kind (nihil or not) that ended before then are due."""

    name: str
    kind: str | None
    """None for nihil of every kind."""
    before: datetime
    schedule: Schedule


KINDS = ("lapinfo", "lapsus", "lapsida", "lokus", "sikanda", "disposisi")


def rules(retention: Retention, now: datetime) -> Iterator[Rule]:
    """What is due now; kinds that are kept for good are left out."""
    for name in (*KINDS, "nihil"):
        schedule: Schedule = getattr(retention, name)
        if schedule.then == "destroy":
            yield Rule(name, None if name == "nihil" else name, now - schedule.total, schedule)


def why(schedule: Schedule) -> str:
    """The rule in words, for the operator."""
    inactive = "" if schedule.inactive is None else f" and {schedule.inactive.days}d inactive"
    return f"{schedule.active.days}d active{inactive} are over"
