"""What is known of files; their bytes are in ``storage.files``.

A file belongs to a draft until the report is sent, then to the case. The draft is remembered in the row (it knows the
chat of an album's late part) but no longer shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select, text

from domain.errors import StaleWrite
from domain.model import Attachment, AttachmentKind, AttachmentState
from storage.counters import Tally
from storage.crypto import Vault, new_uid
from storage.prepared import Prepared
from storage.seal import SealedTable
from storage.tables import attachments as t
from storage.tables import drafts

_ATTACHMENTS = SealedTable(t)
_GET = select(t).where(t.c.id == bindparam("id"))
_OF_DRAFT = Prepared(
    select(t).where(t.c.draft_id == bindparam("draft_id"), text("attachments.case_id IS NULL")).order_by(t.c.id)
)
_OF_CASE = Prepared(
    select(t).where(t.c.case_id == bindparam("case_id"), text("attachments.case_id IS NOT NULL")).order_by(t.c.id)
)
_REMOVE = delete(t).where(t.c.id == bindparam("id"))
_LATE_HOME = (
    select(t)
    .join(drafts, drafts.c.id == t.c.draft_id)
    .where(t.c.media_group == bindparam("media_group"), drafts.c.chat_id == bindparam("chat_id"))
    .order_by(t.c.case_id.is_(None), t.c.id.desc())
    .limit(1)
)
_ABANDONED = (
    select(t)
    .join(drafts, drafts.c.id == t.c.draft_id)
    .where(text("attachments.case_id IS NULL"), text("drafts.status NOT IN ('active', 'saved')"))
    .order_by(t.c.id)
    .limit(bindparam("limit"))
)
_PENDING = Prepared(select(t).where(text("attachments.state = 'pending'")).order_by(t.c.id).limit(bindparam("limit")))


class AttachmentsStore:
    """``domain.ports.Attachments``."""

    def __init__(self, conn: Connection, vault: Vault, tally: Tally) -> None:
        self._conn = conn
        self._vault = vault
        self._tally = tally

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
        siblings = self._rows(case_id=case_id) if case_id is not None else self._rows(draft_id=draft_id)
        if any(row["file_unique_id"] == file_unique_id for row in siblings):
            return None
        self._tally.add("attachments")
        uid = new_uid()
        row = _ATTACHMENTS.insert(
            self._conn,
            self._vault,
            {
                "uid": uid,
                "draft_id": draft_id,
                "case_id": case_id,
                "version": version,
                "kind": kind,
                "file_id": file_id,
                "file_unique_id": file_unique_id,
                "size": size,
                "mime": mime,
                "file_name": None if file_name is None else self._vault.encrypt(file_name.encode(), _aad(uid)),
                "media_group": media_group,
                "message_id": message_id,
                "state": "pending",
                "path": None,
                "clean_path": None,
                "sha256": None,
                "created_at": now,
            },
        )
        return self._value(row)

    def get(self, attachment_id: int) -> Attachment | None:
        row = self._conn.execute(_GET, {"id": attachment_id}).first()
        return None if row is None else self._value(_ATTACHMENTS.row(self._vault, row))

    def of_draft(self, draft_id: int) -> Sequence[Attachment]:
        return [self._value(row) for row in self._rows(draft_id=draft_id)]

    def of_case(self, case_id: int) -> Sequence[Attachment]:
        return [self._value(row) for row in self._rows(case_id=case_id)]

    def move_to_case(self, draft_id: int, case_id: int, version: int) -> None:
        """The draft's files become the case's, of that version; one that the case has already is left ``abandoned``."""
        known = {row["file_unique_id"] for row in self._rows(case_id=case_id)}
        for row in self._rows(draft_id=draft_id):
            if row["file_unique_id"] not in known:
                _ATTACHMENTS.update(self._conn, self._vault, row, {"case_id": case_id, "version": version})

    def remove(self, attachment_id: int) -> None:
        self._tally.add("attachments", -self._conn.execute(_REMOVE, {"id": attachment_id}).rowcount)

    def late_home(self, media_group: str, chat_id: int) -> Attachment | None:
        """A sibling part of the same album in the same chat; its owner is the draft or, once sent, the case."""
        row = self._conn.execute(_LATE_HOME, {"media_group": media_group, "chat_id": chat_id}).first()
        return None if row is None else self._value(_ATTACHMENTS.row(self._vault, row))

    def abandoned(self, limit: int) -> Sequence[Attachment]:
        """Files of drafts that ended without taking them into a case: nobody will ask for them again."""
        return [
            self._value(_ATTACHMENTS.row(self._vault, row)) for row in self._conn.execute(_ABANDONED, {"limit": limit})
        ]

    def pending(self, limit: int) -> Sequence[Attachment]:
        """Not downloaded yet, oldest first."""
        return [self._value(_ATTACHMENTS.row(self._vault, row)) for row in _PENDING.all(self._conn, {"limit": limit})]

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
    ) -> None:
        """Set the state and whatever is given; raises StaleWrite when the attachment is gone."""
        found = self._conn.execute(_GET, {"id": attachment_id}).first()
        if found is None:
            raise StaleWrite("attachment")
        given = {"path": path, "clean_path": clean_path, "sha256": sha256, "size": size, "mime": mime}
        changes: dict[str, Any] = {"state": state, **{key: value for key, value in given.items() if value is not None}}
        _ATTACHMENTS.update(self._conn, self._vault, _ATTACHMENTS.row(self._vault, found), changes)

    def _rows(self, *, draft_id: int | None = None, case_id: int | None = None) -> list[dict[str, Any]]:
        if case_id is None:
            found = _OF_DRAFT.all(self._conn, {"draft_id": draft_id})
        else:
            found = _OF_CASE.all(self._conn, {"case_id": case_id})
        return [_ATTACHMENTS.row(self._vault, row) for row in found]

    def _value(self, row: dict[str, Any]) -> Attachment:
        name = row["file_name"]
        return Attachment(
            id=row["id"],
            draft_id=row["draft_id"] if row["case_id"] is None else None,
            case_id=row["case_id"],
            version=row["version"],
            kind=row["kind"],
            file_id=row["file_id"],
            file_unique_id=row["file_unique_id"],
            size=row["size"],
            mime=row["mime"],
            file_name=None if name is None else self._vault.decrypt(name, _aad(row["uid"])).decode(),
            media_group=row["media_group"],
            message_id=row["message_id"],
            state=row["state"],
            path=row["path"],
            clean_path=row["clean_path"],
        )


def _aad(uid: str) -> bytes:
    return b"attachments:file_name:" + uid.encode()
