"""The office that the rules run in: its profile, its procedures and the few process-wide limits they need."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from domain.ports import Similarity
from domain.profile import Profile
from domain.recognition import Gazetteer
from domain.roles import Role
from domain.sop.clock import Calendar
from domain.sop.loader import SopRegistry
from domain.sop.schema import Sop


@dataclass(frozen=True, slots=True)
class Office:
    """Everything a use case may know about the agency; made once at the start."""

    profile: Profile
    sops: SopRegistry
    gazetteer: Gazetteer
    similarity: Similarity
    bot_username: str | None = None
    holidays: Container[date] = frozenset()
    """Days on which the office is closed, beside its days off each week."""

    @property
    def zone(self) -> ZoneInfo:
        """The agency's zone."""
        return ZoneInfo(self.profile.zone)

    @property
    def calendar(self) -> Calendar:
        """The agency's office hours, for definitions that count in them."""
        return self.profile.calendar(self.holidays)

    def local_date(self, moment: datetime) -> date:
        """The calendar day at the agency at that moment."""
        return moment.astimezone(self.zone).date()

    def title(self, role: Role) -> str:
        """What the agency calls the role."""
        return self.profile.titles.get(role, role.value)

    def sop_of(self, case_sop: str, version: int) -> Sop:
        """The definition a running case started with."""
        return self.sops.get(case_sop, version)
