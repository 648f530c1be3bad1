"""The nouns: frozen values that the rules read and the store keeps; GLOSSARY.md has their Indonesian names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, TypeAlias

from domain.notices import Json
from domain.roles import Clearance, Role

Lateness: TypeAlias = Literal["on_time", "late", "not_applicable", "uncertain"]
AttachmentKind: TypeAlias = Literal["photo", "video", "voice", "document", "audio"]
AttachmentState: TypeAlias = Literal["pending", "stored", "failed", "set_aside"]
AbsenceKind: TypeAlias = Literal["cuti", "sakit", "dinas", "plh", "plt"]
GroupPurpose: TypeAlias = Literal["verifikasi", "koordinasi", "lokus", "pimpinan"]
PURPOSES: tuple[GroupPurpose, ...] = ("verifikasi", "koordinasi", "lokus", "pimpinan")


@dataclass(frozen=True, slots=True)
class Person:
    """A registered person; identity is the numeric Telegram id and nothing else."""

    id: int
    telegram_id: int
    name: str
    code_name: str | None
    roles: frozenset[Role]
    regions: tuple[str, ...]
    clearance: Clearance
    source: str | None
    """Sumber/unsur kept from the invitation, the default of each report."""
    means: str | None
    """Cara memperoleh, the default of each report."""
    active: bool
    unreachable_at: datetime | None
    created_at: datetime

    @property
    def alias(self) -> str:
        """What others outside the chain of command see instead of the name."""
        return self.code_name or f"Petugas-{self.id:02d}"

    def has(self, *roles: Role) -> bool:
        """Whether the person is active and holds one of the roles."""
        return self.active and not self.roles.isdisjoint(roles)


@dataclass(frozen=True, slots=True)
class NewPerson:
    """What an invitation grants; a person is made from it when the invitation is opened."""

    roles: frozenset[Role]
    regions: tuple[str, ...] = ()
    clearance: Clearance = Clearance.BIASA
    name: str | None = None
    code_name: str | None = None
    source: str | None = None
    means: str | None = None
    replaces: int | None = None
    """A person id: whoever opens the invitation takes over that person's record (hand-over to another account)."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """A single-use key to the house; only a digest of its payload is stored."""

    id: int
    grant: NewPerson
    created_by: int | None
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None
    used_by: int | None


@dataclass(frozen=True, slots=True)
class Group:
    """A chat the bot is in; ``purpose`` is None until it is bound, and ``leave_at`` is when it gives up waiting."""

    chat_id: int
    title: str
    purpose: GroupPurpose | None
    bound_by: int | None
    leave_at: datetime | None


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a draft or a case: known by Telegram's ids at once, kept on this machine once downloaded."""

    id: int
    draft_id: int | None
    case_id: int | None
    version: int
    kind: AttachmentKind
    file_id: str
    file_unique_id: str
    size: int | None
    mime: str | None
    file_name: str | None
    media_group: str | None
    message_id: int | None
    state: AttachmentState
    path: str | None
    """The original, encrypted, under the data directory."""
    clean_path: str | None
    """A copy without position and device data, when the original had any and may be passed on."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A conversation in progress. ``state`` belongs to the conversation; ``revision`` guards against two writers."""

    id: int
    person_id: int
    chat_id: int
    form: str
    status: Literal["active", "saved", "sent", "cancelled", "expired"]
    state: Mapping[str, Json]
    case_id: int | None
    """The case being revised, or None for a new report."""
    revision: int
    created_at: datetime
    updated_at: datetime
    remind_at: datetime | None
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class Case:
    """A report moving through its SOP."""

    id: int
    ref: str
    kind: str
    sop: str
    sop_version: int
    step: str
    status: str
    round: int
    version: int
    author_id: int
    recorded_by: int | None
    """The duty officer who wrote it down for the author (/catat)."""
    region: str | None
    bidang: str | None
    classification: str
    urgency: Literal["biasa", "segera", "sangat_segera"]
    nihil: bool
    duty_date: date | None
    """The local date of the morning duty this report answers, if any."""
    lateness: Lateness
    received_at: datetime
    entered_at: datetime
    due_at: datetime | None
    closed_at: datetime | None
    value: str | None
    """Nilai informasi such as "B2"."""
    incident_id: int | None
    """The first case of the same incident; linked reports corroborate each other."""
    supersedes_id: int | None
    revision: int
    fields: Mapping[str, str] = field(default_factory=dict)
    """The newest version's fields (encrypted at rest)."""


@dataclass(frozen=True, slots=True)
class CaseVersion:
    """One version of a report's fields; older ones are kept."""

    case_id: int
    version: int
    fields: Mapping[str, str]
    created_by: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a subject's history ("case:7", "person:3", "system"), chained by HMAC."""

    subject: str
    seq: int
    at: datetime
    actor_id: int | None
    action: str
    data: Mapping[str, Json]
    """Encrypted at rest; a tombstone has an empty mapping."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """A due time of a case step, claimed by a conditional update when it fires."""

    id: int
    kind: str
    subject: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Pin:
    """A reader's PIN. Never the digits: ``hash`` is None until one was set."""

    hash: str | None = None
    wrong: int = 0
    """Wrong tries since the last right one."""
    locked_until: datetime | None = None
    open_until: datetime | None = None
    """Given rightly, it is not asked again until then."""
    new_hash: str | None = None
    """A new PIN typed once, to be typed again."""
    asked: str | None = None
    """What was asked for last (``buka:7``, ``lama``, ``baru``, ``ulang``), at ``asked_at``."""
    asked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Absence:
    """A period in which a person is not on duty, from ``starts_at`` until just before ``ends_at``.

    The deputy, where one is named, takes their turns meanwhile ("plh" and "plt" always name one).
    """

    id: int
    person_id: int
    starts_at: datetime
    ends_at: datetime
    deputy_id: int | None
    kind: AbsenceKind
    created_by: int | None
    """The person who entered it, or None for the operator at the command line."""
    created_at: datetime
    ended_at: datetime | None
    """When it was ended early; from then on the person is back."""


@dataclass(frozen=True, slots=True)
class Recap:
    """The consolidated recap of one morning: made by the system, approved by the head, then pushed to leadership."""

    id: int
    day: date
    ref: str
    """``RK-261120``: one recap a day, so the day is its number."""
    version: int
    """Grows with each *Muat ulang*; what is approved is the version that was seen."""
    content: Mapping[str, Json]
    """What it says (``domain.recap``), encrypted at rest; after the approval it stays as it was pushed."""
    made_at: datetime
    due_at: datetime
    """By when it is to be approved."""
    approved_at: datetime | None
    approved_by: int | None
    addenda: int
    """How many reports were pushed later under its reference."""
    revision: int
