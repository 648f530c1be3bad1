"""What the rules need from outside. ``storage`` and ``bot`` implement these; tests may too.

Everything here is synchronous on purpose: a use case runs inside one database transaction on the database's thread, so
it cannot await and therefore cannot reach the network (invariant 5 holds by construction).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, Protocol, TypeVar

from domain.model import (
    Absence,
    AbsenceKind,
    Attachment,
    AttachmentKind,
    AttachmentState,
    Case,
    CaseVersion,
    Deadline,
    Draft,
    Event,
    Group,
    GroupPurpose,
    Invitation,
    Lateness,
    NewPerson,
    Person,
    Pin,
    Recap,
)
from domain.notices import Json, Notice
from domain.ports_lokus import LokusRows
from domain.roles import Role

T = TypeVar("T")


class Clock(Protocol):
    """The one source of time."""

    def now(self) -> datetime:
        """Aware UTC."""
        ...


class People(Protocol):
    def by_telegram_id(self, telegram_id: int) -> Person | None: ...
    def get(self, person_id: int) -> Person | None: ...
    def all(self, *, active_only: bool = True) -> Sequence[Person]: ...
    def holding(self, *roles: Role) -> Sequence[Person]:
        """Active persons holding one of the roles, by id."""
        ...

    def add(self, telegram_id: int, name: str, grant: NewPerson, now: datetime) -> Person:
        """A new person, or the revoked one of the same telegram id brought back with this grant."""
        ...

    def change(self, person_id: int, **columns: Any) -> Person:
        """Set columns by name: roles, regions, clearance, code_name, name, source, means, active, unreachable_at,
        telegram_id.
        """
        ...


class Invitations(Protocol):
    def add(
        self, digest: bytes, grant: NewPerson, created_by: int | None, now: datetime, expires_at: datetime
    ) -> Invitation: ...
    def claim(self, digest: bytes, telegram_id: int, now: datetime) -> Invitation | None:
        """Mark it used by a conditional update; None when unknown, used or expired (one answer for all three)."""
        ...

    def open(self, now: datetime) -> Sequence[Invitation]: ...
    def withdraw(self, invitation_id: int, now: datetime) -> bool: ...


class Groups(Protocol):
    def get(self, chat_id: int) -> Group | None: ...
    def all(self) -> Sequence[Group]: ...
    def for_purpose(self, purpose: GroupPurpose) -> Sequence[Group]: ...
    def put(self, group: Group) -> None:
        """Insert or replace."""
        ...

    def remove(self, chat_id: int) -> None: ...
    def claim_leaving(self, now: datetime) -> Sequence[Group]:
        """Unbound groups whose leave_at has come; leave_at is cleared, so each is returned once."""
        ...


class Drafts(Protocol):
    def add(
        self,
        person_id: int,
        chat_id: int,
        form: str,
        state: Mapping[str, Json],
        now: datetime,
        *,
        case_id: int | None = None,
        remind_at: datetime | None = None,
        expires_at: datetime | None = None,
        status: Literal["active", "saved"] = "active",
    ) -> Draft: ...
    def get(self, draft_id: int) -> Draft | None: ...
    def active(self, person_id: int) -> Draft | None:
        """The one draft in conversation (status active); at most one a person, by a unique index."""
        ...

    def open(self, person_id: int) -> Sequence[Draft]:
        """Active and saved drafts, newest first."""
        ...

    def save(self, draft: Draft, now: datetime) -> Draft:
        """Write all columns where ``revision`` is still the same; raises StaleWrite otherwise."""
        ...

    def claim_reminders(self, now: datetime) -> Sequence[Draft]:
        """Drafts whose remind_at has come; it is cleared, so each is returned once."""
        ...

    def claim_expired(self, now: datetime) -> Sequence[Draft]:
        """Open drafts whose expires_at has come; they become status expired, so each is returned once."""
        ...

    def rename_chat(self, old: int, new: int) -> None: ...


class Attachments(Protocol):
    def add(
        self,
        *,
        draft_id: int | None,
        case_id: int | None,
        version: int,
        kind: AttachmentKind,
        file_id: str,
        file_unique_id: str,
        size: int | None,
        mime: str | None,
        file_name: str | None,
        media_group: str | None,
        message_id: int | None,
        now: datetime,
    ) -> Attachment | None:
        """None when the same file_unique_id is already there for the owner."""
        ...

    def get(self, attachment_id: int) -> Attachment | None: ...
    def of_draft(self, draft_id: int) -> Sequence[Attachment]: ...
    def of_case(self, case_id: int) -> Sequence[Attachment]: ...
    def move_to_case(self, draft_id: int, case_id: int, version: int) -> None: ...
    def remove(self, attachment_id: int) -> None: ...
    def late_home(self, media_group: str, chat_id: int) -> Attachment | None:
        """A sibling part of the same album in the same chat, to attach a late part beside."""
        ...

    def pending(self, limit: int) -> Sequence[Attachment]:
        """Not downloaded yet, oldest first."""
        ...

    def settle(
        self,
        attachment_id: int,
        state: AttachmentState,
        *,
        path: str | None = None,
        clean_path: str | None = None,
        sha256: str | None = None,
        size: int | None = None,
        mime: str | None = None,
    ) -> None: ...


@dataclass(frozen=True, slots=True)
class Backlog:
    """How many open cases stand at one step of one procedure alike, and the one that has waited longest."""

    sop: str
    sop_version: int
    step: str
    classification: str
    urgency: str
    count: int
    oldest_at: datetime
    oldest_ref: str


@dataclass(frozen=True, slots=True)
class Answer:
    """One report that answers a morning's duty, as far as the roll call looks into it."""

    author_id: int
    region: str | None
    nihil: bool
    lateness: Lateness
    ref: str


@dataclass(frozen=True, slots=True)
class Course:
    """A case as far as its way through the procedure is evaluated: nothing of what it says."""

    id: int
    kind: str
    sop: str
    sop_version: int
    status: str
    region: str | None
    classification: str
    closed_at: datetime | None


class Cases(Protocol):
    def add(self, **columns: Any) -> Case:
        """A new case with version 1 of its fields (all columns of Case but id and revision)."""
        ...

    def get(self, case_id: int) -> Case | None: ...
    def by_ref(self, ref: str) -> Case | None: ...
    def change(self, case: Case, **columns: Any) -> Case:
        """Update where ``revision`` is still case.revision; raises StaleWrite otherwise."""
        ...

    def add_version(self, case: Case, fields: Mapping[str, str], by: int, now: datetime) -> Case:
        """A further version; case.version grows by one (same revision guard as ``change``)."""
        ...

    def versions(self, case_id: int) -> Sequence[CaseVersion]: ...
    def of_author(self, author_id: int, limit: int) -> Sequence[Case]:
        """Newest first."""
        ...

    def waiting(self, *, status: str | None = None, kind: str | None = None) -> Sequence[Case]:
        """Cases not closed, in the given status/kind, oldest entered_at first."""
        ...

    def duty(self, author_id: int, duty_date: date, region: str | None = None) -> Sequence[Case]:
        """Reports of the author that answer that morning's duty, cancelled ones left out."""
        ...

    def answers(self, duty_date: date) -> Sequence[Answer]:
        """Everybody's reports that answer that morning's duty, in order, unopened; cancelled ones left out."""
        ...

    def courses(self, start: datetime, end: datetime) -> Sequence[Course]:
        """Events (no nihil) open at some time from ``start`` until before ``end``, by their coming, unopened."""
        ...

    def backlog(self, status: str) -> Sequence[Backlog]:
        """What waits in that status, counted without opening any report."""
        ...

    def nearby(self, case: Case, since: datetime, limit: int = 60) -> Sequence[Case]:
        """The newest other events (not nihil, cancelled or secret) of the same kecamatan received since then, by id."""
        ...

    def linked(self, incident_id: int) -> Sequence[Case]: ...
    def events_between(self, since: datetime, until: datetime) -> Sequence[Case]:
        """Events (no nihil, lapsus, lokus or disposition) received after ``since`` up to ``until``, oldest first.

        Neither cancelled nor rejected ones, and none that is classified rahasia or higher: those are not even opened.
        """
        ...

    def count_since(self, since: datetime) -> int: ...


class References(Protocol):
    def next(self, prefix: str, local_date: date) -> str:
        """``LI-261120-0007``: a daily sequence without gaps, taken in the same transaction."""
        ...

    def yearly(self, paper: str, local_date: date) -> int:
        """1, 2, 3 … of that paper in the year of the date, without gaps, taken in the same transaction."""
        ...


class Events(Protocol):
    def append(
        self, subject: str, action: str, actor_id: int | None, at: datetime, data: Mapping[str, Json] | None = None
    ) -> Event:
        """Add the next link of the subject's HMAC chain."""
        ...

    def of(self, subject: str) -> Sequence[Event]: ...
    def of_each(self, subjects: Sequence[str], actions: Sequence[str] = ()) -> Mapping[str, Sequence[Event]]:
        """The events of many subjects at once, each in order; of these actions only, where some are named.

        A subject without any is left out.
        """
        ...


class Outbox(Protocol):
    def add(self, notice: Notice) -> None: ...
    def drop_unsent(self, slot: str) -> int:
        """Drop notices for the slot that were not sent yet; how many."""
        ...

    def slot_message(self, slot: str) -> int | None:
        """The Telegram message id that stands in the slot, if one was sent."""
        ...

    def due(self, slot: str) -> datetime | None:
        """Until when the first message that waits for the slot is held back; None when none is."""
        ...

    def awaited(self, slot: str) -> bool:
        """Whether a message for the slot waits or is on its way: what stands there will be another one soon."""
        ...

    def slot_of(self, chat_id: int, message_id: int) -> str | None:
        """Which slot a message of a chat is, the other way round (for replies to a prompt)."""
        ...

    def standing(self, chat_id: int) -> Sequence[str]:
        """The slots in which a message of that chat stands."""
        ...

    def drop_chat(self, chat_id: int) -> int:
        """Drop everything not sent yet to the chat (a person's access ended); how many."""
        ...


class Pins(Protocol):
    """Readers' PINs, encrypted; the hashing is here because the rules know no cryptography."""

    def get(self, person_id: int) -> Pin | None: ...
    def put(self, person_id: int, pin: Pin) -> None:
        """Insert or replace."""
        ...

    def hashed(self, text: str) -> str: ...
    def matches(self, known: str, text: str) -> bool:
        """Whether the text is what was hashed."""
        ...


class Meta(Protocol):
    """Small facts about the installation (the bot's username, …) by key; never content."""

    def get(self, key: str) -> str | None: ...
    def put(self, key: str, value: str) -> None:
        """Insert or replace."""
        ...


class Deadlines(Protocol):
    def add(self, kind: str, subject: str, due_at: datetime) -> None: ...
    def cancel(self, subject: str) -> None: ...
    def claim(self, now: datetime, limit: int) -> Sequence[Deadline]:
        """Due and not yet fired or cancelled; marked fired by a conditional update."""
        ...


class Occurrences(Protocol):
    """What the daily cycle has done: each key of a kind happens once, whoever looks and however often."""

    def claim(self, kind: str, key: str, due_at: datetime, now: datetime) -> bool:
        """True for the first caller only: the occurrence is then theirs to carry out in this very transaction."""
        ...

    def happened(self, kind: str, key: str) -> bool:
        """Whether it was claimed already."""
        ...


class Absences(Protocol):
    def add(
        self,
        person_id: int,
        starts_at: datetime,
        ends_at: datetime,
        kind: AbsenceKind,
        created_by: int | None,
        now: datetime,
        *,
        deputy_id: int | None = None,
    ) -> Absence:
        """Raises ValueError for a period that ends before it starts, or a deputy who is the person."""
        ...

    def get(self, absence_id: int) -> Absence | None: ...
    def at(self, person_id: int, now: datetime) -> Absence | None:
        """The absence that the person is in at that moment (the one that began last), or None."""
        ...

    def during(self, now: datetime) -> Sequence[Absence]:
        """Everybody's absences at that moment, by id."""
        ...

    def of(self, person_id: int) -> Sequence[Absence]:
        """All absences of the person, newest first."""
        ...

    def between(self, start: datetime, end: datetime) -> Sequence[Absence]:
        """Everybody's absences that touch the time from ``start`` until before ``end``, by id.

        One that was ended early is among them, as long as it lasted.
        """
        ...

    def end(self, absence_id: int, now: datetime) -> bool:
        """End it early (at once); False when it is unknown or over already."""
        ...


class Recaps(Protocol):
    """One recap a day."""

    def add(self, day: date, ref: str, content: Mapping[str, Json], now: datetime, due_at: datetime) -> Recap: ...
    def get(self, recap_id: int) -> Recap | None: ...
    def of_day(self, day: date) -> Recap | None: ...
    def latest(self, before: date) -> Recap | None:
        """The newest of an earlier day."""
        ...

    def between(self, first: date, last: date) -> Sequence[Recap]:
        """In order of their days, both ends included."""
        ...

    def change(self, recap: Recap, **columns: Any) -> Recap:
        """Update where ``revision`` is still recap.revision; raises StaleWrite otherwise."""
        ...


class UnitOfWork(Protocol):
    """One transaction. Left by an exception it rolls back; otherwise all of it commits together."""

    @property
    def people(self) -> People: ...
    @property
    def invitations(self) -> Invitations: ...
    @property
    def groups(self) -> Groups: ...
    @property
    def drafts(self) -> Drafts: ...
    @property
    def attachments(self) -> Attachments: ...
    @property
    def cases(self) -> Cases: ...
    @property
    def references(self) -> References: ...
    @property
    def events(self) -> Events: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def deadlines(self) -> Deadlines: ...
    @property
    def occurrences(self) -> Occurrences: ...
    @property
    def absences(self) -> Absences: ...
    @property
    def recaps(self) -> Recaps: ...
    @property
    def lokus(self) -> LokusRows: ...
    @property
    def pins(self) -> Pins: ...
    @property
    def meta(self) -> Meta: ...
    def migrate_chat(self, old: int, new: int) -> None:
        """A group became a supergroup: its id is rewritten everywhere it stands; nothing happens for an unknown one."""
        ...


class Similarity(Protocol):
    """How alike two texts are, 0 to 1 (near-duplicate reports)."""

    def ratio(self, one: str, other: str) -> float: ...


class Transactions(Protocol):
    """Runs a plain function in one transaction and gives back what it returned."""

    def run(self, work: Callable[[UnitOfWork], T]) -> Awaitable[T]: ...


@dataclass(frozen=True, slots=True)
class RawUpdate:
    """One update as Telegram sent it, before anything is believed about it."""

    update_id: int
    chat_key: int
    """The chat (or, without one, the person) whose updates are handled in order; 0 when none could be told."""
    body: bytes
    """The JSON object."""


@dataclass(frozen=True, slots=True)
class InboxRow:
    """A stored update that waits to be handled."""

    id: int
    update_id: int
    chat_key: int
    body: bytes
    attempts: int
    received_at: datetime
    after: datetime | None = None
    """Set for what had waited while we were away: it happened after this moment, the last at which nothing waited."""


class Inbox(Protocol):
    """Part of the same unit of work, used by intake and dispatch only."""

    def store(
        self,
        updates: Iterable[RawUpdate],
        now: datetime,
        after: datetime | None = None,
    ) -> Sequence[InboxRow]:
        """Store those not known yet (dedup by equality of update_id); returns only the new ones, in order."""
        ...

    def in_touch(self, now: datetime) -> None:
        """Note that nothing waits at Telegram at this moment."""
        ...

    def last_touch(self) -> datetime | None:
        """When nothing waited there for the last time, as far as it was noted; None before the first."""
        ...

    def pending(self, limit: int, after_id: int = 0) -> Sequence[InboxRow]: ...
    def done(self, row_id: int) -> bool:
        """Pending → done, body emptied; False when it was not pending any more (then nothing may take effect)."""
        ...

    def failed(self, row_id: int, error: str, *, dead: bool) -> None:
        """Count an attempt; ``dead`` sets it aside (body kept, encrypted) for the operator."""
        ...
