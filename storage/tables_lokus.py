"""The tables of lokus: orders, teams, field logs, emergencies (part of the schema in ``storage.tables``)."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
)

from domain.lokus.model import LOG_KINDS
from storage.columns import ID, Moment
from storage.hidden import TelegramId
from storage.tables import _mac as mac
from storage.tables import _one_of as one_of
from storage.tables import _partial as partial
from storage.tables import metadata

lokus = Table(
    "lokus", metadata,
    Column("case_id", ID, ForeignKey("cases.id"), primary_key=True, autoincrement=False),
    Column("edition", Integer, nullable=False),
    Column("starts_at", Moment),
    Column("ends_at", Moment),
    Column("coordinator_id", ID, ForeignKey("persons.id")),
    Column("order", LargeBinary, nullable=False),
    Column("desk", LargeBinary),
    Column("result", LargeBinary),
    Column("started_at", Moment),
    Column("ended_at", Moment),
    Column("created_at", Moment, nullable=False),
    Column("revision", Integer, nullable=False),
    mac(),
    CheckConstraint("edition >= 0 AND revision >= 1", name="counted"),
    CheckConstraint("(starts_at IS NULL) = (ends_at IS NULL)", name="period"),
    CheckConstraint("ends_at > starts_at", name="lasts"),
    CheckConstraint("edition = 0 OR (starts_at IS NOT NULL AND coordinator_id IS NOT NULL)", name="ordered"),
    partial("ended_at IS NULL", "ix_lokus_period", "starts_at"),
)  # fmt: skip

lokus_members = Table(
    "lokus_members", metadata,
    Column("id", ID, primary_key=True),
    Column("uid", Text, nullable=False, unique=True),
    Column("case_id", ID, ForeignKey("lokus.case_id"), nullable=False),
    Column("person_id", ID, ForeignKey("persons.id"), nullable=False),
    Column("lead", Boolean, nullable=False),
    Column("added_at", Moment, nullable=False),
    Column("added_by", ID, ForeignKey("persons.id"), nullable=False),
    Column("replaces_id", ID, ForeignKey("lokus_members.id")),
    Column("edition", Integer, nullable=False),
    Column("opened_at", Moment),
    Column("answered_at", Moment),
    Column("ready", Boolean),
    Column("arrived_at", Moment),
    Column("started_at", Moment),
    Column("finished_at", Moment),
    Column("removed_at", Moment),
    Column("checked_at", Moment),
    Column("misses", Integer, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("revision", Integer, nullable=False),
    mac(),
    CheckConstraint("edition >= 0 AND misses >= 0 AND revision >= 1", name="counted"),
    CheckConstraint("(answered_at IS NULL) = (ready IS NULL)", name="answered"),
    CheckConstraint("finished_at IS NULL OR started_at IS NOT NULL", name="finished"),
    CheckConstraint("replaces_id <> id", name="replaces"),
    partial("removed_at IS NULL", "uq_lokus_members_present", "case_id", "person_id", unique=True),
    partial("removed_at IS NULL AND lead", "uq_lokus_members_lead", "case_id", unique=True),
    Index("ix_lokus_members_person", "person_id"),
    sqlite_autoincrement=True,
)  # fmt: skip

lokus_log = Table(
    "lokus_log", metadata,
    Column("id", ID, primary_key=True),
    Column("uid", Text, nullable=False, unique=True),
    Column("case_id", ID, ForeignKey("lokus.case_id"), nullable=False),
    Column("person_id", ID, ForeignKey("persons.id"), nullable=False),
    Column("at", Moment, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("kind", Text, nullable=False),
    Column("attachment_id", ID, ForeignKey("attachments.id")),
    Column("chat_id", TelegramId),
    Column("message_id", BigInteger),
    Column("content", LargeBinary, nullable=False),
    Column("revision", Integer, nullable=False),
    mac(),
    one_of("kind", LOG_KINDS),
    CheckConstraint("(chat_id IS NULL) = (message_id IS NULL)", name="message"),
    partial("message_id IS NOT NULL", "uq_lokus_log_message", "chat_id", "message_id", unique=True),
    Index("ix_lokus_log_case", "case_id", "at"),
    sqlite_autoincrement=True,
)  # fmt: skip

lokus_emergencies = Table(
    "lokus_emergencies", metadata,
    Column("id", ID, primary_key=True),
    Column("uid", Text, nullable=False, unique=True),
    Column("case_id", ID, ForeignKey("lokus.case_id"), nullable=False),
    Column("person_id", ID, ForeignKey("persons.id"), nullable=False),
    Column("raised_at", Moment, nullable=False),
    Column("told_at", Moment, nullable=False),
    Column("times", Integer, nullable=False),
    Column("acknowledged_at", Moment),
    Column("acknowledged_by", ID, ForeignKey("persons.id")),
    Column("ended_at", Moment),
    Column("ended_by", ID, ForeignKey("persons.id")),
    Column("content", LargeBinary, nullable=False),
    Column("revision", Integer, nullable=False),
    mac(),
    CheckConstraint("times >= 1 AND revision >= 1", name="counted"),
    CheckConstraint("(acknowledged_at IS NULL) = (acknowledged_by IS NULL)", name="acknowledged"),
    CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended"),
    partial("ended_at IS NULL", "uq_lokus_emergencies_open", "case_id", "person_id", unique=True),
    sqlite_autoincrement=True,
)  # fmt: skip
