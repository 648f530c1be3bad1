"""What the rules of a lokus need from the store; ``storage.lokus`` implements it, ``UnitOfWork.lokus`` is one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from domain.lokus.model import Emergency, LogEntry, LogKind, Lokus, Member
from domain.notices import Json


class LokusRows(Protocol):
    """Orders, teams, field logs and emergencies. Every ``change`` guards by ``revision`` and raises StaleWrite."""

    def add(self, case_id: int, desk: Mapping[str, Json], now: datetime) -> Lokus:
        """The plan of that case has become a lokus."""
        ...

    def get(self, case_id: int) -> Lokus | None: ...
    def change(self, lokus: Lokus, **columns: Any) -> Lokus:
        """Set columns by name (those of ``Lokus`` but ``case_id``, ``created_at`` and ``revision``)."""
        ...

    def standing(self) -> Sequence[Lokus]:
        """Those whose case is not closed, by case."""
        ...

    def between(self, starts: datetime, ends: datetime) -> Sequence[Lokus]:
        """Standing ones whose field part is not over and whose time touches the period, by start."""
        ...

    def add_member(
        self,
        case_id: int,
        person_id: int,
        by: int,
        now: datetime,
        *,
        lead: bool = False,
        replaces_id: int | None = None,
    ) -> Member: ...
    def get_member(self, member_id: int) -> Member | None: ...
    def member(self, case_id: int, person_id: int) -> Member | None:
        """The person's present part in that lokus; None for somebody who is not (or no longer) in the team."""
        ...

    def team(self, case_id: int, *, everybody: bool = False) -> Sequence[Member]:
        """The present team, the coordinator first, then by row; ``everybody`` with those taken out."""
        ...

    def duties(
        self, person_id: int, *, everybody: bool = False, since: datetime | None = None
    ) -> Sequence[Member]:  # fmt: skip
        """The person's parts in lokus whose case is not closed, the newest last; ``everybody`` with those taken out.

        ``since`` adds those whose field ended (or that were called off) after that moment, closed or not.
        """
        ...

    def change_member(self, member: Member, **columns: Any) -> Member: ...

    def log(
        self,
        case_id: int,
        person_id: int,
        kind: LogKind,
        at: datetime,
        now: datetime,
        content: Mapping[str, Json],
        *,
        attachment_id: int | None = None,
        chat_id: int | None = None,
        message_id: int | None = None,
    ) -> LogEntry | None:
        """One entry; None when that very message of the chat is in the log already."""
        ...

    def entries(self, case_id: int, person_id: int | None = None) -> Sequence[LogEntry]:
        """The log by time, everybody's or one person's."""
        ...

    def entry_of(self, chat_id: int, message_id: int) -> LogEntry | None: ...
    def change_entry(self, entry: LogEntry, content: Mapping[str, Json]) -> LogEntry: ...

    def raise_emergency(
        self, case_id: int, person_id: int, content: Mapping[str, Json], now: datetime
    ) -> Emergency: ...
    def get_emergency(self, emergency_id: int) -> Emergency | None: ...
    def emergencies(self, case_id: int | None = None) -> Sequence[Emergency]:
        """Those of one case, ended ones too; without a case all that are not ended."""
        ...

    def change_emergency(self, emergency: Emergency, **columns: Any) -> Emergency: ...
