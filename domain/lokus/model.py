"""The nouns of a lokus, beside its Case: what was ordered, who is in the team, what the field said, who called help.

A plan (rencana kegiatan) is the Case itself from the moment it is sent; ``Lokus`` exists from *Jadikan lokus* on. The
versions of the result report (laporan hasil) are the case's own versions: fields whose names begin with ``RESULT``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias, get_args

from domain.notices import Json

KIND = "lokus"
"""``Case.kind`` of every plan and lokus."""
RESULT = "hasil_"
"""Fields of the case with this beginning are the result report's."""
FIELD_FILE = 0
"""``Attachment.version`` of what was sent from the field: it belongs to no version of the plan."""
AGAIN = "ulang"
"""``Member.content``: since when (ISO) a *Siap* waits to be said again, because the beginning was moved."""
LEFT = "keluar"
"""``Member.content``: since when (ISO) the person has lost the access or the role that the field asks for."""
LogKind: TypeAlias = Literal[
    "text", "photo", "video", "voice", "document", "location", "level", "check",
    "arrive", "start", "finish", "emergency", "safe",
]  # fmt: skip
LOG_KINDS: tuple[LogKind, ...] = get_args(LogKind)
Level: TypeAlias = Literal["kondusif", "waspada", "eskalasi"]
LEVELS: tuple[Level, ...] = get_args(Level)


@dataclass(frozen=True, slots=True)
class Lokus:
    """What a chosen plan became. ``edition`` counts what the team was told: 0 until the order is sent."""

    case_id: int
    edition: int
    starts_at: datetime | None
    ends_at: datetime | None
    coordinator_id: int | None
    """A person: the field coordinator of this lokus."""
    order: Mapping[str, Json]
    """What is in force (``domain.lokus.order.Order``), encrypted at rest; empty until it is sent."""
    desk: Mapping[str, Json] | None
    """What the Kasubbid is preparing and has not sent: a whole ``Order`` with the team; encrypted at rest."""
    result: Mapping[str, Json] | None
    """The result report in the making, before it becomes a version of the case; encrypted at rest."""
    started_at: datetime | None
    """When the first member tapped *Mulai*."""
    ended_at: datetime | None
    """When the field part was over for everybody."""
    created_at: datetime
    revision: int


@dataclass(frozen=True, slots=True)
class Member:
    """One person's part in one lokus, from being told to *Selesai*; taken out, the row stays (``removed_at``)."""

    id: int
    uid: str
    case_id: int
    person_id: int
    lead: bool
    """The field coordinator: answers the order like a member, and need not go through *Mulai* and *Selesai*."""
    added_at: datetime
    added_by: int
    replaces_id: int | None
    """The member row whose place this one took."""
    edition: int
    """The edition of the order that the person answered to, 0 before any answer."""
    opened_at: datetime | None
    answered_at: datetime | None
    ready: bool | None
    """*Siap* (True), *Berhalangan* (False), no answer yet (None)."""
    arrived_at: datetime | None
    started_at: datetime | None
    finished_at: datetime | None
    removed_at: datetime | None
    checked_at: datetime | None
    """The last sign of being safe: an answered check or anything sent from the field."""
    misses: int
    """Checks in a row that were not answered."""
    content: Mapping[str, Json]
    """``alasan`` of *Berhalangan*, ``risiko`` (the checklist), ``tiba`` (the point), …; encrypted at rest."""
    revision: int

    @property
    def present(self) -> bool:
        """Still in the team and not called off."""
        return self.removed_at is None and self.ready is not False

    @property
    def in_field(self) -> bool:
        """Between *Mulai* and *Selesai*."""
        return self.removed_at is None and self.started_at is not None and self.finished_at is None


def newest(parts: Iterable[Member]) -> Member | None:
    """Of one person's parts in one lokus the one that counts: the present one, else the last."""
    return max(parts, key=lambda one: (one.removed_at is None, one.id), default=None)


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One thing that a member sent or did, put in by Telegram's date however late it arrived."""

    id: int
    uid: str
    case_id: int
    person_id: int
    at: datetime
    """When it was said, by Telegram's date."""
    received_at: datetime
    kind: LogKind
    attachment_id: int | None
    chat_id: int | None
    message_id: int | None
    """The person's own message, so that an edit or a second delivery finds the entry."""
    content: Mapping[str, Json]
    """``teks`` (a note or caption), ``titik`` [latitude, longitude], ``tingkat`` (a ``Level``); encrypted at rest."""
    revision: int


@dataclass(frozen=True, slots=True)
class Emergency:
    """*Darurat*: raised by one member, told again and again until acknowledged, ended by *Aman kembali*."""

    id: int
    uid: str
    case_id: int
    person_id: int
    raised_at: datetime
    told_at: datetime
    times: int
    """How often it was told so far."""
    acknowledged_at: datetime | None
    acknowledged_by: int | None
    ended_at: datetime | None
    ended_by: int | None
    content: Mapping[str, Json]
    """``titik`` (the last known place) and its ``titik_pada``, ``kepada`` (who was told); encrypted at rest."""
    revision: int
