"""The tables of lokus as the first revision makes them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def create() -> None:
    """Orders, teams, field logs, emergencies."""
    op.create_table(
        "lokus",
        sa.Column("case_id", ID, autoincrement=False, nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=True),
        sa.Column("ends_at", sa.BigInteger(), nullable=True),
        sa.Column("coordinator_id", ID, nullable=True),
        sa.Column("order", sa.LargeBinary(), nullable=False),
        sa.Column("desk", sa.LargeBinary(), nullable=True),
        sa.Column("result", sa.LargeBinary(), nullable=True),
        sa.Column("started_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("row_mac", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("(starts_at IS NULL) = (ends_at IS NULL)", name=op.f("ck_lokus_period")),
        sa.CheckConstraint(
            "edition = 0 OR (starts_at IS NOT NULL AND coordinator_id IS NOT NULL)", name=op.f("ck_lokus_ordered")
        ),
        sa.CheckConstraint("edition >= 0 AND revision >= 1", name=op.f("ck_lokus_counted")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_lokus_lasts")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_lokus_case_id")),
        sa.ForeignKeyConstraint(["coordinator_id"], ["persons.id"], name=op.f("fk_lokus_coordinator_id")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_lokus")),
    )
    op.create_index(
        "ix_lokus_period",
        "lokus",
        ["starts_at"],
        unique=False,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "lokus_emergencies",
        sa.Column("id", ID, nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("raised_at", sa.BigInteger(), nullable=False),
        sa.Column("told_at", sa.BigInteger(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("acknowledged_at", sa.BigInteger(), nullable=True),
        sa.Column("acknowledged_by", ID, nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_by", ID, nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("row_mac", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "(acknowledged_at IS NULL) = (acknowledged_by IS NULL)", name=op.f("ck_lokus_emergencies_acknowledged")
        ),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name=op.f("ck_lokus_emergencies_ended")),
        sa.CheckConstraint("times >= 1 AND revision >= 1", name=op.f("ck_lokus_emergencies_counted")),
        sa.ForeignKeyConstraint(["acknowledged_by"], ["persons.id"], name=op.f("fk_lokus_emergencies_acknowledged_by")),
        sa.ForeignKeyConstraint(["case_id"], ["lokus.case_id"], name=op.f("fk_lokus_emergencies_case_id")),
        sa.ForeignKeyConstraint(["ended_by"], ["persons.id"], name=op.f("fk_lokus_emergencies_ended_by")),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_lokus_emergencies_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lokus_emergencies")),
        sa.UniqueConstraint("uid", name=op.f("uq_lokus_emergencies_uid")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "uq_lokus_emergencies_open",
        "lokus_emergencies",
        ["case_id", "person_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "lokus_members",
        sa.Column("id", ID, nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("lead", sa.Boolean(), nullable=False),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.Column("added_by", ID, nullable=False),
        sa.Column("replaces_id", ID, nullable=True),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=True),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.Column("ready", sa.Boolean(), nullable=True),
        sa.Column("arrived_at", sa.BigInteger(), nullable=True),
        sa.Column("started_at", sa.BigInteger(), nullable=True),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.Column("removed_at", sa.BigInteger(), nullable=True),
        sa.Column("checked_at", sa.BigInteger(), nullable=True),
        sa.Column("misses", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("row_mac", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("(answered_at IS NULL) = (ready IS NULL)", name=op.f("ck_lokus_members_answered")),
        sa.CheckConstraint("edition >= 0 AND misses >= 0 AND revision >= 1", name=op.f("ck_lokus_members_counted")),
        sa.CheckConstraint("finished_at IS NULL OR started_at IS NOT NULL", name=op.f("ck_lokus_members_finished")),
        sa.CheckConstraint("replaces_id <> id", name=op.f("ck_lokus_members_replaces")),
        sa.ForeignKeyConstraint(["added_by"], ["persons.id"], name=op.f("fk_lokus_members_added_by")),
        sa.ForeignKeyConstraint(["case_id"], ["lokus.case_id"], name=op.f("fk_lokus_members_case_id")),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_lokus_members_person_id")),
        sa.ForeignKeyConstraint(["replaces_id"], ["lokus_members.id"], name=op.f("fk_lokus_members_replaces_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lokus_members")),
        sa.UniqueConstraint("uid", name=op.f("uq_lokus_members_uid")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_lokus_members_person", "lokus_members", ["person_id"], unique=False)
    op.create_index(
        "uq_lokus_members_lead",
        "lokus_members",
        ["case_id"],
        unique=True,
        sqlite_where=sa.text("removed_at IS NULL AND lead"),
        postgresql_where=sa.text("removed_at IS NULL AND lead"),
    )
    op.create_index(
        "uq_lokus_members_present",
        "lokus_members",
        ["case_id", "person_id"],
        unique=True,
        sqlite_where=sa.text("removed_at IS NULL"),
        postgresql_where=sa.text("removed_at IS NULL"),
    )
    op.create_table(
        "lokus_log",
        sa.Column("id", ID, nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("attachment_id", ID, nullable=True),
        sa.Column("chat_id", sa.BigInteger(), nullable=True),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("row_mac", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('text', 'photo', 'video', 'voice', 'document', 'location', 'level', 'check', "
            "'arrive', 'start', 'finish', 'emergency', 'safe')",
            name=op.f("ck_lokus_log_kind"),
        ),
        sa.CheckConstraint("(chat_id IS NULL) = (message_id IS NULL)", name=op.f("ck_lokus_log_message")),
        sa.ForeignKeyConstraint(["attachment_id"], ["attachments.id"], name=op.f("fk_lokus_log_attachment_id")),
        sa.ForeignKeyConstraint(["case_id"], ["lokus.case_id"], name=op.f("fk_lokus_log_case_id")),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_lokus_log_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lokus_log")),
        sa.UniqueConstraint("uid", name=op.f("uq_lokus_log_uid")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_lokus_log_case", "lokus_log", ["case_id", "at"], unique=False)
    op.create_index(
        "uq_lokus_log_message",
        "lokus_log",
        ["chat_id", "message_id"],
        unique=True,
        sqlite_where=sa.text("message_id IS NOT NULL"),
        postgresql_where=sa.text("message_id IS NOT NULL"),
    )
