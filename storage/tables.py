"""The schema. CHECK and UNIQUE make bad states impossible; ``migrations`` builds exactly this (a test compares them).

``row_mac`` is an HMAC over all other columns of the row (``storage.seal``); columns of type LargeBinary named for their
content hold ciphertext bound to their row (``storage.crypto``); what identifies people at Telegram is
hidden by its column's type (``storage.hidden``). In the two queues ``row_mac`` covers what never changes
and ``state_mac`` what became of the row: it is NULL until something has (``storage.queue_seals``).
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from domain.roles import Clearance
from storage.columns import ID, Moment
from storage.hidden import Hidden, TelegramId

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

CASE_KINDS = ("lapinfo", "lapsus", "lapsida", "lokus", "sikanda", "disposisi")
CASE_STATUSES = (
    "submitted", "revision", "verified", "approved", "rejected", "published", "handling", "closed", "archived",
    "cancelled",
)  # fmt: skip
# sqlite_autoincrement: an id is never given twice, for slots, subjects and buttons name rows by it.


def _one_of(column: str, values: tuple[str, ...]) -> CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def _partial(where: str, name: str, *columns: str, unique: bool = False) -> Index:
    return Index(name, *columns, unique=unique, sqlite_where=text(where), postgresql_where=text(where))


def _mac() -> Column[bytes]:
    return Column("row_mac", LargeBinary, nullable=False)


_CLEARANCES = tuple(Clearance)

meta = Table(
    "meta", metadata,
    Column("key", Text, primary_key=True),
    Column("value", LargeBinary, nullable=False),
    _mac(),
)  # fmt: skip

persons = Table(
    "persons", metadata,
    Column("id", ID, primary_key=True),
    Column("uid", Text, nullable=False, unique=True),
    Column("telegram_id", TelegramId, nullable=False, unique=True),
    Column("private", LargeBinary, nullable=False),  # name and code name
    Column("code_name_index", LargeBinary, unique=True),
    Column("roles", Text, nullable=False),
    Column("regions", Text, nullable=False),
    Column("clearance", Text, nullable=False),
    Column("source", Text),
    Column("means", Text),
    Column("active", Boolean, nullable=False),
    Column("unreachable_at", Moment),
    Column("created_at", Moment, nullable=False),
    _mac(),
    _one_of("clearance", _CLEARANCES),
    sqlite_autoincrement=True,
)  # fmt: skip

invitations = Table(
    "invitations", metadata,
    Column("id", ID, primary_key=True),
    Column("digest", LargeBinary, nullable=False, unique=True),
    Column("grant", LargeBinary, nullable=False),
    Column("created_by", ID, ForeignKey("persons.id")),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("used_at", Moment),
    Column("used_by", TelegramId),  # the telegram id that opened it
    Column("withdrawn_at", Moment),
    _mac(),
    CheckConstraint("(used_at IS NULL) = (used_by IS NULL)", name="used"),
    CheckConstraint("used_at IS NULL OR withdrawn_at IS NULL", name="ended_once"),
    CheckConstraint("expires_at > created_at", name="expires"),
    sqlite_autoincrement=True,
)  # fmt: skip

groups = Table(
    "groups", metadata,
    Column("chat_id", TelegramId, primary_key=True, autoincrement=False),
    Column("title", Hidden, nullable=False),
    Column("purpose", Text),
    Column("bound_by", ID, ForeignKey("persons.id")),
    Column("leave_at", Moment),
    _mac(),
    _one_of("purpose", ("verifikasi", "koordinasi", "lokus", "pimpinan")),
    CheckConstraint("purpose IS NOT NULL OR bound_by IS NULL", name="bound"),
    CheckConstraint("purpose IS NULL OR leave_at IS NULL", name="leaving"),
)  # fmt: skip

cases = Table(
    "cases", metadata,
    Column("id", ID, primary_key=True),
    Column("ref", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("sop", Text, nullable=False),
    Column("sop_version", Integer, nullable=False),
    Column("step", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("round", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("author_id", ID, ForeignKey("persons.id"), nullable=False),
    Column("recorded_by", ID, ForeignKey("persons.id")),
    Column("region", Text),
    Column("bidang", Text),
    Column("classification", Text, nullable=False),
    Column("urgency", Text, nullable=False),
    Column("nihil", Boolean, nullable=False),
    Column("duty_date", Date),
    Column("lateness", Text, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("entered_at", Moment, nullable=False),
    Column("due_at", Moment),
    Column("closed_at", Moment),
    Column("value", Text),
    Column("incident_id", ID, ForeignKey("cases.id")),
    Column("supersedes_id", ID, ForeignKey("cases.id")),
    Column("revision", Integer, nullable=False),
    _mac(),
    _one_of("kind", CASE_KINDS),
    _one_of("status", CASE_STATUSES),
    _one_of("classification", _CLEARANCES),
    _one_of("urgency", ("biasa", "segera", "sangat_segera")),
    _one_of("lateness", ("on_time", "late", "not_applicable", "uncertain")),
    CheckConstraint("version >= 1 AND round >= 0 AND revision >= 1", name="counted"),
    CheckConstraint("supersedes_id <> id", name="supersedes"),
    Index("ix_cases_author", "author_id", "duty_date"),
    _partial("duty_date IS NOT NULL", "ix_cases_duty", "duty_date"),
    _partial("closed_at IS NULL", "ix_cases_open", "status", "entered_at"),
    Index("ix_cases_received", "received_at"),
    _partial("NOT nihil", "ix_cases_events", "received_at"),
    Index("ix_cases_region", "region", "received_at"),
    Index("ix_cases_incident", "incident_id"),
    sqlite_autoincrement=True,
)  # fmt: skip

case_versions = Table(
    "case_versions", metadata,
    Column("case_id", ID, ForeignKey("cases.id"), primary_key=True, autoincrement=False),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("fields", LargeBinary, nullable=False),
    Column("created_by", ID, ForeignKey("persons.id"), nullable=False),
    Column("created_at", Moment, nullable=False),
    _mac(),
    CheckConstraint("version >= 1", name="version"),
)  # fmt: skip

counters = Table(
    "counters", metadata,
    Column("name", Text, primary_key=True),
    Column("value", Integer, nullable=False),
    _mac(),
    CheckConstraint("value >= 0", name="value"),
)  # fmt: skip

chains = Table(
    "chains", metadata,
    Column("subject", Text, primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("head", LargeBinary, nullable=False),
    _mac(),
    CheckConstraint("seq >= 1", name="seq"),
)  # fmt: skip

events = Table(
    "events", metadata,
    Column("subject", Text, primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Column("actor_id", ID),
    Column("action", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("data", LargeBinary),  # NULL: destroyed by retention, the chain still holds
    Column("mac", LargeBinary, nullable=False),
    CheckConstraint("seq >= 1", name="seq"),
)  # fmt: skip

drafts = Table(
    "drafts", metadata,
    Column("id", ID, primary_key=True),
    Column("uid", Text, nullable=False),
    Column("person_id", ID, ForeignKey("persons.id"), nullable=False),
    Column("chat_id", TelegramId, nullable=False),
    Column("form", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("state", LargeBinary),
    Column("case_id", ID, ForeignKey("cases.id")),
    Column("revision", Integer, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("remind_at", Moment),
    Column("expires_at", Moment),
    _mac(),
    _one_of("status", ("active", "saved", "sent", "cancelled", "expired")),
    CheckConstraint("(state IS NOT NULL) = (status IN ('active', 'saved'))", name="emptied"),
    _partial("status = 'active'", "uq_drafts_active", "person_id", unique=True),
    _partial("status = 'saved'", "ix_drafts_saved", "person_id"),
    _partial("remind_at IS NOT NULL", "ix_drafts_remind", "remind_at"),
    _partial("expires_at IS NOT NULL", "ix_drafts_expire", "expires_at"),
    sqlite_autoincrement=True,
)  # fmt: skip

attachments = Table(
    "attachments", metadata,
    Column("id", ID, primary_key=True),
    Column("uid", Text, nullable=False, unique=True),
    Column("draft_id", ID, ForeignKey("drafts.id")),
    Column("case_id", ID, ForeignKey("cases.id")),
    Column("version", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("file_id", Hidden, nullable=False),
    Column("file_unique_id", Hidden, nullable=False),
    Column("size", BigInteger),
    Column("mime", Text),
    Column("file_name", LargeBinary),
    Column("media_group", Hidden),
    Column("message_id", BigInteger),
    Column("state", Text, nullable=False),
    Column("path", Text),
    Column("clean_path", Text),
    Column("sha256", Text),
    Column("created_at", Moment, nullable=False),
    _mac(),
    _one_of("kind", ("photo", "video", "voice", "document", "audio")),
    _one_of("state", ("pending", "stored", "failed", "set_aside")),
    CheckConstraint("draft_id IS NOT NULL OR case_id IS NOT NULL", name="owned"),
    CheckConstraint("state <> 'stored' OR path IS NOT NULL", name="stored"),
    _partial("case_id IS NULL", "uq_attachments_draft", "draft_id", "file_unique_id", unique=True),
    _partial("case_id IS NOT NULL", "uq_attachments_case", "case_id", "file_unique_id", unique=True),
    _partial("state = 'pending'", "ix_attachments_pending", "id"),
    _partial("media_group IS NOT NULL", "ix_attachments_album", "media_group"),
    sqlite_autoincrement=True,
)  # fmt: skip

inbox = Table(
    "inbox", metadata,
    Column("id", ID, primary_key=True),
    Column("update_id", BigInteger, nullable=False, unique=True),
    Column("chat_key", TelegramId, nullable=False),
    Column("body", LargeBinary),
    Column("status", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("error", Text),
    Column("received_at", Moment, nullable=False),
    Column("after", Moment),
    _mac(),
    Column("state_mac", LargeBinary),
    _one_of("status", ("pending", "done", "dead")),
    CheckConstraint("(body IS NULL) = (status = 'done')", name="emptied"),
    _partial("status <> 'done'", "ix_inbox_waiting", "status", "id"),
    sqlite_autoincrement=True,
)  # fmt: skip

outbox = Table(
    "outbox", metadata,
    Column("id", ID, primary_key=True),
    Column("uid", Text, nullable=False),
    Column("chat_id", TelegramId, nullable=False),
    Column("priority", SmallInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("slot", Hidden),
    Column("fresh", Boolean, nullable=False),
    Column("action", LargeBinary),
    Column("reference", Text),
    Column("created_at", Moment, nullable=False),
    Column("not_before", Moment),
    Column("status", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("uncertain", Boolean, nullable=False),
    Column("parts_done", Integer, nullable=False),
    Column("error", Text),
    _mac(),
    Column("state_mac", LargeBinary),
    _one_of("kind", ("show", "delete", "pin", "unpin", "strip", "set_commands", "leave")),
    _one_of("status", ("pending", "sent", "dead", "dropped")),
    CheckConstraint("(action IS NULL) = (status <> 'pending')", name="emptied"),
    _partial("status IN ('pending', 'dead')", "ix_outbox_waiting", "status", "id"),
    _partial("status = 'pending' AND slot IS NOT NULL", "ix_outbox_slot", "slot"),
    sqlite_autoincrement=True,
)  # fmt: skip

slots = Table(
    "slots", metadata,
    Column("slot", Hidden, primary_key=True),
    Column("chat_id", TelegramId, nullable=False),
    Column("message_id", BigInteger, nullable=False),
    Column("has_media", Boolean, nullable=False),
    Column("at", Moment, nullable=False),  # when the notice was made that last changed it
    Index("ix_slots_message", "chat_id", "message_id"),
)  # fmt: skip

deadlines = Table(
    "deadlines", metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("status", Text, nullable=False),
    _mac(),
    _one_of("status", ("waiting", "fired", "cancelled")),
    UniqueConstraint("kind", "subject", "due_at"),
    _partial("status = 'waiting'", "ix_deadlines_due", "due_at"),
    Index("ix_deadlines_subject", "subject"),
)  # fmt: skip

occurrences = Table(
    "occurrences", metadata,
    Column("kind", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("due_at", Moment, nullable=False),
    Column("fired_at", Moment, nullable=False),
    Column("late_seconds", Integer, nullable=False),
    _mac(),
    CheckConstraint("late_seconds >= 0", name="late"),
    Index("ix_occurrences_due", "due_at"),
)  # fmt: skip

absences = Table(
    "absences", metadata,
    Column("id", ID, primary_key=True),
    Column("person_id", ID, ForeignKey("persons.id"), nullable=False),
    Column("starts_at", Moment, nullable=False),
    Column("ends_at", Moment, nullable=False),
    Column("deputy_id", ID, ForeignKey("persons.id")),
    Column("kind", Text, nullable=False),
    Column("created_by", ID, ForeignKey("persons.id")),
    Column("created_at", Moment, nullable=False),
    Column("ended_at", Moment),
    _mac(),
    _one_of("kind", ("cuti", "sakit", "dinas", "plh", "plt")),
    CheckConstraint("ends_at > starts_at", name="period"),
    CheckConstraint("deputy_id <> person_id", name="deputy"),
    CheckConstraint("deputy_id IS NOT NULL OR kind NOT IN ('plh', 'plt')", name="deputised"),
    Index("ix_absences_person", "person_id", "starts_at"),
    _partial("ended_at IS NULL", "ix_absences_period", "ends_at"),
    sqlite_autoincrement=True,
)  # fmt: skip

pins = Table(
    "pins", metadata,
    Column("person_id", ID, ForeignKey("persons.id"), primary_key=True, autoincrement=False),
    Column("secret", LargeBinary, nullable=False),  # Argon2 hash, wrong tries, lock
    _mac(),
)  # fmt: skip

recaps = Table(
    "recaps", metadata,
    Column("id", ID, primary_key=True),
    Column("day", Date, nullable=False, unique=True),
    Column("ref", Text, nullable=False, unique=True),
    Column("version", Integer, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("approved_at", Moment),
    Column("approved_by", ID, ForeignKey("persons.id")),
    Column("addenda", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    _mac(),
    CheckConstraint("(approved_at IS NULL) = (approved_by IS NULL)", name="approved"),
    CheckConstraint("addenda = 0 OR approved_at IS NOT NULL", name="addenda"),
    CheckConstraint("version >= 1 AND addenda >= 0 AND revision >= 1", name="counted"),
    sqlite_autoincrement=True,
)  # fmt: skip
