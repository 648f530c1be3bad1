"""The first schema, written out in full: a revision must not change when storage.tables does, so it is long."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.migrations import initial_lokus

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Build all tables and indexes."""
    op.create_table(
        "chains",
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("head", sa.LargeBinary(), nullable=False),
        sa.Column("row_mac", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("seq >= 1", name=op.f("ck_chains_seq")),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_chains")),
    )
    op.create_table(
        "counters",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("row_mac", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("value >= 0", name=op.f("ck_counters_value")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_counters")),
    )
    op.create_table(
        "deadlines",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("row_mac", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("status IN ('waiting', 'fired', 'cancelled')", name=op.f("ck_deadlines_status")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deadlines")),
        sa.UniqueConstraint("kind", "subject", "due_at", name=op.f("uq_deadlines_kind_subject_due_at")),
    )
    op.create_index(
        "ix_deadlines_due",
        "deadlines",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("status = 'waiting'"),
        postgresql_where=sa.text("status = 'waiting'"),
    )
    op.create_index("ix_deadlines_subject", "deadlines", ["subject"], unique=False)
    op.create_table(
        "events",
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor_id", ID, nullable=True),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=True),
        sa.Column("mac", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("seq >= 1", name=op.f("ck_events_seq")),
        sa.PrimaryKeyConstraint("subject", "seq", name=op.f("pk_events")),
    )
    op.create_table(
        "inbox",
        sa.Column("id", ID, nullable=False),
        sa.Column("update_id", sa.BigInteger(), nullable=False),
        sa.Column("chat_key", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("after", sa.BigInteger(), nullable=True),
        sa.Column("row_mac", sa.LargeBinary(), nullable=False),
        sa.Column("state_mac", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("(body IS NULL) = (status = 'done')", name=op.f("ck_inbox_emptied")),
        sa.CheckConstraint("status IN ('pending', 'done', 'dead')", name=op.f("ck_inbox_status")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox")),
        sa.UniqueConstraint("update_id", name=op.f("uq_inbox_update_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_inbox_waiting",
        "inbox",
        ["status", "id"],
        unique=False,
        sqlite_where=sa.text("status <> 'done'"),
        postgresql_where=sa.text("status <> 'done'"),
    )
    op.create_table(
        "meta",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.Column("row_mac", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_meta")),
    )
    op.create_table(
        "outbox",
        sa.Column("id", ID, nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("priority", sa.SmallInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("slot", sa.Text(), nullable=True),
        sa.Column("fresh", sa.Boolean(), nullable=False),
        sa.Column("action", sa.LargeBinary(), nullable=True),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("not_before", sa.BigInteger(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("uncertain", sa.Boolean(), nullable=False),
        sa.Column("parts_done", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("row_mac", sa.LargeBinary(), nullable=False),
        sa.Column("state_mac", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("(action IS NULL) = (status <> 'pending')", name=op.f("ck_outbox_emptied")),
        sa.CheckConstraint(
            "kind IN ('show', 'delete', 'pin', 'unpin', 'strip', 'set_commands', 'leave')", name=op.f("ck_outbox_kind")
        ),
        sa.CheckConstraint("status IN ('pending', 'sent', 'dead', 'dropped')", name=op.f("ck_outbox_status")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_outbox_slot",
        "outbox",
        ["slot"],
        unique=False,
        sqlite_where=sa.text("status = 'pending' AND slot IS NOT NULL"),
        postgresql_where=sa.text("status = 'pending' AND slot IS NOT NULL"),
    )
    op.create_index(
        "ix_outbox_waiting",
        "outbox",
        ["status", "id"],
        unique=False,
        sqlite_where=sa.text("status IN ('pending', 'dead')"),
        postgresql_where=sa.text("status IN ('pending', 'dead')"),
    )
    op.create_table(
        "persons",
        sa.Column("id", ID, nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("telegram_id", sa.BigInteger(), nullable=False),
        sa.Column("private", sa.LargeBinary(), nullable=False),
        sa.Column("code_name_index", sa.LargeBinary(), nullable=True),
        sa.Column("roles", sa.Text(), nullable=False),
        sa.Column("regions", sa.Text(), nullable=False),
        sa.Column("clearance", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("means", sa.Text(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("unreachable_at", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("row_mac", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "clearance IN ('biasa', 'terbatas', 'rahasia', 'sangat_rahasia')", name=op.f("ck_persons_clearance")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_persons")),
        sa.UniqueConstraint("code_name_index", name=op.f("uq_persons_code_name_index")),
        sa.UniqueConstraint("telegram_id", name=op.f("uq_persons_telegram_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_persons_uid")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "slots",
        sa.Column("slot", sa.Text(), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("has_media", sa.Boolean(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("slot", name=op.f("pk_slots")),
    )
    op.create_index("ix_slots_message", "slots", ["chat_id", "message_id"], unique=False)
    op.create_table(
        "cases",
        sa.Column("id", ID, nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("sop", sa.Text(), nullable=False),
        sa.Column("sop_version", sa.Integer(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("author_id", ID, nullable=False),
        sa.Column("recorded_by", ID, nullable=True),
        sa.Column("region", sa.Text(), nullable=True),
        sa.Column("bidang", sa.Text(), nullable=True),
        sa.Column("classification", sa.Text(), nullable=False),
        sa.Column("urgency", sa.Text(), nullable=False),
        sa.Column("nihil", sa.Boolean(), nullable=False),
        sa.Column("duty_date", sa.Date(), nullable=True),
        sa.Column("lateness", sa.Text(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("entered_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("incident_id", ID, nullable=True),
        sa.Column("supersedes_id", ID, nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("row_mac", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "classification IN ('biasa', 'terbatas', 'rahasia', 'sangat_rahasia')", name=op.f("ck_cases_classification")
        ),
        sa.CheckConstraint(
            "kind IN ('lapinfo', 'lapsus', 'lapsida', 'lokus', 'sikanda', 'disposisi')", name=op.f("ck_cases_kind")
        ),
        sa.CheckConstraint(
            "lateness IN ('on_time', 'late', 'not_applicable', 'uncertain')", name=op.f("ck_cases_lateness")
        ),
        sa.CheckConstraint(
            "status IN ('submitted', 'revision', 'verified', 'approved', 'rejected', 'published', 'handling', "
            "'closed', 'archived', 'cancelled')",
            name=op.f("ck_cases_status"),
        ),
        sa.CheckConstraint("urgency IN ('biasa', 'segera', 'sangat_segera')", name=op.f("ck_cases_urgency")),
        sa.CheckConstraint("supersedes_id <> id", name=op.f("ck_cases_supersedes")),
        sa.CheckConstraint("version >= 1 AND round >= 0 AND revision >= 1", name=op.f("ck_cases_counted")),
        sa.ForeignKeyConstraint(["author_id"], ["persons.id"], name=op.f("fk_cases_author_id")),
        sa.ForeignKeyConstraint(["incident_id"], ["cases.id"], name=op.f("fk_cases_incident_id")),
        sa.ForeignKeyConstraint(["recorded_by"], ["persons.id"], name=op.f("fk_cases_recorded_by")),
        sa.ForeignKeyConstraint(["supersedes_id"], ["cases.id"], name=op.f("fk_cases_supersedes_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
        sa.UniqueConstraint("ref", name=op.f("uq_cases_ref")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_cases_author", "cases", ["author_id", "duty_date"], unique=False)
    op.create_index(
        "ix_cases_duty",
        "cases",
        ["duty_date"],
        unique=False,
        sqlite_where=sa.text("duty_date IS NOT NULL"),
        postgresql_where=sa.text("duty_date IS NOT NULL"),
    )
    op.create_index(
        "ix_cases_events",
        "cases",
        ["received_at"],
        unique=False,
        sqlite_where=sa.text("NOT nihil"),
        postgresql_where=sa.text("NOT nihil"),
    )
    op.create_index("ix_cases_incident", "cases", ["incident_id"], unique=False)
    op.create_index(
        "ix_cases_open",
        "cases",
        ["status", "entered_at"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index("ix_cases_received", "cases", ["received_at"], unique=False)
    op.create_index("ix_cases_region", "cases", ["region", "received_at"], unique=False)
    op.create_table(
        "groups",
        sa.Column("chat_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=True),
        sa.Column("bound_by", ID, nullable=True),
        sa.Column("leave_at", sa.BigInteger(), nullable=True),
        sa.Column("row_mac", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "purpose IN ('verifikasi', 'koordinasi', 'lokus', 'pimpinan')", name=op.f("ck_groups_purpose")
        ),
        sa.CheckConstraint("purpose IS NOT NULL OR bound_by IS NULL", name=op.f("ck_groups_bound")),
        sa.CheckConstraint("purpose IS NULL OR leave_at IS NULL", name=op.f("ck_groups_leaving")),
        sa.ForeignKeyConstraint(["bound_by"], ["persons.id"], name=op.f("fk_groups_bound_by")),
        sa.PrimaryKeyConstraint("chat_id", name=op.f("pk_groups")),
    )
    op.create_table(
        "invitations",
        sa.Column("id", ID, nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("grant", sa.LargeBinary(), nullable=False),
        sa.Column("created_by", ID, nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.Column("used_by", sa.BigInteger(), nullable=True),
        sa.Column("withdrawn_at", sa.BigInteger(), nullable=True),
        sa.Column("row_mac", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("(used_at IS NULL) = (used_by IS NULL)", name=op.f("ck_invitations_used")),
        sa.CheckConstraint("expires_at > created_at", name=op.f("ck_invitations_expires")),
        sa.CheckConstraint("used_at IS NULL OR withdrawn_at IS NULL", name=op.f("ck_invitations_ended_once")),
        sa.ForeignKeyConstraint(["created_by"], ["persons.id"], name=op.f("fk_invitations_created_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("digest", name=op.f("uq_invitations_digest")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "case_versions",
        sa.Column("case_id", ID, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("fields", sa.LargeBinary(), nullable=False),
        sa.Column("created_by", ID, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("row_mac", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("version >= 1", name=op.f("ck_case_versions_version")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_versions_case_id")),
        sa.ForeignKeyConstraint(["created_by"], ["persons.id"], name=op.f("fk_case_versions_created_by")),
        sa.PrimaryKeyConstraint("case_id", "version", name=op.f("pk_case_versions")),
    )
    op.create_table(
        "drafts",
        sa.Column("id", ID, nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=True),
        sa.Column("case_id", ID, nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("remind_at", sa.BigInteger(), nullable=True),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.Column("row_mac", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("(state IS NOT NULL) = (status IN ('active', 'saved'))", name=op.f("ck_drafts_emptied")),
        sa.CheckConstraint(
            "status IN ('active', 'saved', 'sent', 'cancelled', 'expired')", name=op.f("ck_drafts_status")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_drafts_case_id")),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_drafts_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drafts")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_drafts_expire",
        "drafts",
        ["expires_at"],
        unique=False,
        sqlite_where=sa.text("expires_at IS NOT NULL"),
        postgresql_where=sa.text("expires_at IS NOT NULL"),
    )
    op.create_index(
        "ix_drafts_remind",
        "drafts",
        ["remind_at"],
        unique=False,
        sqlite_where=sa.text("remind_at IS NOT NULL"),
        postgresql_where=sa.text("remind_at IS NOT NULL"),
    )
    op.create_index(
        "ix_drafts_saved",
        "drafts",
        ["person_id"],
        unique=False,
        sqlite_where=sa.text("status = 'saved'"),
        postgresql_where=sa.text("status = 'saved'"),
    )
    op.create_index(
        "uq_drafts_active",
        "drafts",
        ["person_id"],
        unique=True,
        sqlite_where=sa.text("status = 'active'"),
        postgresql_where=sa.text("status = 'active'"),
    )
    op.create_table(
        "attachments",
        sa.Column("id", ID, nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("draft_id", ID, nullable=True),
        sa.Column("case_id", ID, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("file_id", sa.Text(), nullable=False),
        sa.Column("file_unique_id", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("mime", sa.Text(), nullable=True),
        sa.Column("file_name", sa.LargeBinary(), nullable=True),
        sa.Column("media_group", sa.Text(), nullable=True),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=True),
        sa.Column("clean_path", sa.Text(), nullable=True),
        sa.Column("sha256", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("row_mac", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('photo', 'video', 'voice', 'document', 'audio')", name=op.f("ck_attachments_kind")
        ),
        sa.CheckConstraint("state <> 'stored' OR path IS NOT NULL", name=op.f("ck_attachments_stored")),
        sa.CheckConstraint("state IN ('pending', 'stored', 'failed', 'set_aside')", name=op.f("ck_attachments_state")),
        sa.CheckConstraint("draft_id IS NOT NULL OR case_id IS NOT NULL", name=op.f("ck_attachments_owned")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_attachments_case_id")),
        sa.ForeignKeyConstraint(["draft_id"], ["drafts.id"], name=op.f("fk_attachments_draft_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachments")),
        sa.UniqueConstraint("uid", name=op.f("uq_attachments_uid")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_attachments_album",
        "attachments",
        ["media_group"],
        unique=False,
        sqlite_where=sa.text("media_group IS NOT NULL"),
        postgresql_where=sa.text("media_group IS NOT NULL"),
    )
    op.create_index(
        "ix_attachments_pending",
        "attachments",
        ["id"],
        unique=False,
        sqlite_where=sa.text("state = 'pending'"),
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.create_index(
        "uq_attachments_case",
        "attachments",
        ["case_id", "file_unique_id"],
        unique=True,
        sqlite_where=sa.text("case_id IS NOT NULL"),
        postgresql_where=sa.text("case_id IS NOT NULL"),
    )
    op.create_index(
        "uq_attachments_draft",
        "attachments",
        ["draft_id", "file_unique_id"],
        unique=True,
        sqlite_where=sa.text("case_id IS NULL"),
        postgresql_where=sa.text("case_id IS NULL"),
    )
    op.create_table(
        "occurrences",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("fired_at", sa.BigInteger(), nullable=False),
        sa.Column("late_seconds", sa.Integer(), nullable=False),
        sa.Column("row_mac", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("late_seconds >= 0", name=op.f("ck_occurrences_late")),
        sa.PrimaryKeyConstraint("kind", "key", name=op.f("pk_occurrences")),
    )
    op.create_index("ix_occurrences_due", "occurrences", ["due_at"], unique=False)
    op.create_table(
        "absences",
        sa.Column("id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("deputy_id", ID, nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("created_by", ID, nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("row_mac", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("kind IN ('cuti', 'sakit', 'dinas', 'plh', 'plt')", name=op.f("ck_absences_kind")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_absences_period")),
        sa.CheckConstraint("deputy_id <> person_id", name=op.f("ck_absences_deputy")),
        sa.CheckConstraint("deputy_id IS NOT NULL OR kind NOT IN ('plh', 'plt')", name=op.f("ck_absences_deputised")),
        sa.ForeignKeyConstraint(["created_by"], ["persons.id"], name=op.f("fk_absences_created_by")),
        sa.ForeignKeyConstraint(["deputy_id"], ["persons.id"], name=op.f("fk_absences_deputy_id")),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_absences_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absences")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_absences_period",
        "absences",
        ["ends_at"],
        unique=False,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index("ix_absences_person", "absences", ["person_id", "starts_at"], unique=False)
    op.create_table(
        "pins",
        sa.Column("person_id", ID, autoincrement=False, nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("row_mac", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_pins_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_pins")),
    )
    op.create_table(
        "recaps",
        sa.Column("id", ID, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("approved_at", sa.BigInteger(), nullable=True),
        sa.Column("approved_by", ID, nullable=True),
        sa.Column("addenda", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("row_mac", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("(approved_at IS NULL) = (approved_by IS NULL)", name=op.f("ck_recaps_approved")),
        sa.CheckConstraint("addenda = 0 OR approved_at IS NOT NULL", name=op.f("ck_recaps_addenda")),
        sa.CheckConstraint("version >= 1 AND addenda >= 0 AND revision >= 1", name=op.f("ck_recaps_counted")),
        sa.ForeignKeyConstraint(["approved_by"], ["persons.id"], name=op.f("fk_recaps_approved_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recaps")),
        sa.UniqueConstraint("day", name=op.f("uq_recaps_day")),
        sa.UniqueConstraint("ref", name=op.f("uq_recaps_ref")),
        sqlite_autoincrement=True,
    )
    initial_lokus.create()
