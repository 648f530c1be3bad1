"""Conversations in progress. The state is encrypted, and emptied when the draft ends.

The seal leaves out the id, which the database gives after the row is written; ``uid`` names the row in it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Literal

import orjson
from sqlalchemy import Connection, bindparam, insert, select, text, update

from domain.errors import StaleWrite, TamperedError
from domain.model import Draft
from domain.notices import Json
from storage.crypto import Vault, new_uid, same
from storage.prepared import Prepared
from storage.seal import row_mac
from storage.tables import drafts as t

OPEN = frozenset({"active", "saved"})
# The statuses stand in the text, not in parameters: only so SQLite can use the partial indexes.
_IS_ACTIVE = text("drafts.status = 'active'")
_IS_OPEN = text("drafts.status IN ('active', 'saved')")
_INSERT = Prepared(insert(t))
_GET = Prepared(select(t).where(t.c.id == bindparam("id")))
_ACTIVE = Prepared(select(t).where(t.c.person_id == bindparam("person_id"), _IS_ACTIVE))
_SAVED = Prepared(select(t).where(t.c.person_id == bindparam("person_id"), text("drafts.status = 'saved'")))
_UID = Prepared(select(t.c.uid).where(t.c.id == bindparam("id")))
_SAVE = Prepared(
    update(t)
    .where(t.c.id == bindparam("b_id"), t.c.revision == bindparam("b_revision"))
    .values(
        chat_id=bindparam("chat_id"),
        form=bindparam("form"),
        status=bindparam("status"),
        state=bindparam("state"),
        case_id=bindparam("case_id"),
        revision=bindparam("revision"),
        updated_at=bindparam("updated_at"),
        remind_at=bindparam("remind_at"),
        expires_at=bindparam("expires_at"),
        row_mac=bindparam("b_mac"),
    )
)
_REMIND_DUE = (
    select(t)
    .where(t.c.remind_at <= bindparam("now"), _IS_OPEN)
    .order_by(t.c.remind_at)
    .with_for_update(skip_locked=True)
)
_REMINDED = (
    update(t)
    .where(t.c.id == bindparam("b_id"))
    .values(remind_at=None, revision=bindparam("b_revision"), row_mac=bindparam("b_mac"))
)
_EXPIRE_DUE = (
    select(t)
    .where(t.c.expires_at <= bindparam("now"), _IS_OPEN)
    .order_by(t.c.expires_at)
    .with_for_update(skip_locked=True)
)
_EXPIRED = (
    update(t)
    .where(t.c.id == bindparam("b_id"))
    .values(
        status="expired",
        state=None,
        remind_at=None,
        expires_at=None,
        revision=bindparam("b_revision"),
        updated_at=bindparam("b_now"),
        row_mac=bindparam("b_mac"),
    )
)
_OF_CHAT = select(t).where(t.c.chat_id == bindparam("old"))
_RENAME = (
    update(t)
    .where(t.c.id == bindparam("b_id"))
    .values(chat_id=bindparam("new"), state=bindparam("b_state"), row_mac=bindparam("b_mac"))
)

_COLUMNS = tuple(str(name) for name in t.c.keys())  # noqa: SIM118  # the keys alone; plain str for orjson
UidCache = dict[int, str]


class DraftsStore:
    """``domain.ports.Drafts``. ``uids`` spares a read: what a draft was read with is known when it is saved."""

    def __init__(self, conn: Connection, vault: Vault) -> None:
        self._conn = conn
        self._vault = vault
        self._uids: UidCache = {}

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
    ) -> Draft:
        uid = new_uid()
        row = {
            "uid": uid,
            "person_id": person_id,
            "chat_id": chat_id,
            "form": form,
            "status": status,
            "state": self._seal(state, state_aad(uid, person_id, chat_id, form, case_id)),
            "case_id": case_id,
            "revision": 1,
            "created_at": now,
            "updated_at": now,
            "remind_at": remind_at,
            "expires_at": expires_at,
        }
        number = _INSERT.insert(self._conn, {**row, "row_mac": draft_mac(self._vault, row)})
        self._uids[number] = uid
        return Draft(
            id=number,
            person_id=person_id,
            chat_id=chat_id,
            form=form,
            status=status,
            state=state,
            case_id=case_id,
            revision=1,
            created_at=now,
            updated_at=now,
            remind_at=remind_at,
            expires_at=expires_at,
        )

    def get(self, draft_id: int) -> Draft | None:
        row = _GET.first(self._conn, {"id": draft_id})
        return None if row is None else self._value(row)

    def active(self, person_id: int) -> Draft | None:
        """The one draft in conversation; at most one a person, by a unique index."""
        row = _ACTIVE.first(self._conn, {"person_id": person_id})
        return None if row is None else self._value(row)

    def open(self, person_id: int) -> Sequence[Draft]:
        """Active and saved drafts, newest first."""
        key = {"person_id": person_id}
        rows = [*_ACTIVE.all(self._conn, key), *_SAVED.all(self._conn, key)]
        return sorted((self._value(row) for row in rows), key=lambda draft: draft.id, reverse=True)

    def save(self, draft: Draft, now: datetime) -> Draft:
        """Write all columns where ``revision`` is still the same; raises StaleWrite otherwise.

        A draft that ends (sent, cancelled, expired) loses its stored state; reminders and expiry go with it.
        """
        uid = self._uids.get(draft.id)
        if uid is None:
            found = _UID.first(self._conn, {"id": draft.id})
            if found is None:
                raise StaleWrite("draft")
            uid = found.uid
        is_open = draft.status in OPEN
        aad = state_aad(uid, draft.person_id, draft.chat_id, draft.form, draft.case_id)
        row = {
            "chat_id": draft.chat_id,
            "form": draft.form,
            "status": draft.status,
            "state": self._seal(draft.state, aad) if is_open else None,
            "case_id": draft.case_id,
            "revision": draft.revision + 1,
            "updated_at": now,
            "remind_at": draft.remind_at if is_open else None,
            "expires_at": draft.expires_at if is_open else None,
        }
        mac = draft_mac(self._vault, {**row, "uid": uid, "person_id": draft.person_id, "created_at": draft.created_at})
        given = {**row, "b_id": draft.id, "b_revision": draft.revision, "b_mac": mac}
        if _SAVE.change(self._conn, given) != 1:
            raise StaleWrite("draft")
        return replace(draft, revision=draft.revision + 1, updated_at=now)

    def claim_reminders(self, now: datetime) -> Sequence[Draft]:
        """Open drafts whose remind_at has come; it is cleared, so each is returned once."""
        rows = self._conn.execute(_REMIND_DUE, {"now": now}).all()
        due = [self._value(row) for row in rows]
        if due:
            self._conn.execute(_REMINDED, [self._next(row, remind_at=None) for row in rows])
        return [replace(draft, remind_at=None, revision=draft.revision + 1) for draft in due]

    def claim_expired(self, now: datetime) -> Sequence[Draft]:
        """Open drafts whose expires_at has come; they become expired and emptied, each returned once with its state."""
        rows = self._conn.execute(_EXPIRE_DUE, {"now": now}).all()
        due = [self._value(row) for row in rows]
        if due:
            ended = {"status": "expired", "state": None, "remind_at": None, "expires_at": None, "updated_at": now}
            self._conn.execute(_EXPIRED, [{**self._next(row, **ended), "b_now": now} for row in rows])
        return [
            replace(
                draft, status="expired", remind_at=None, expires_at=None, revision=draft.revision + 1, updated_at=now
            )
            for draft in due
        ]

    def rename_chat(self, old: int, new: int) -> None:
        """Its drafts go on in the new chat; one at a time, for each is sealed to its chat."""
        for row in self._conn.execute(_OF_CHAT, {"old": old}).all():
            check_draft(self._vault, row)
            state = row.state
            if state is not None:
                plain = self._vault.decrypt(state, state_aad(row.uid, row.person_id, old, row.form, row.case_id))
                state = self._vault.encrypt(plain, state_aad(row.uid, row.person_id, new, row.form, row.case_id))
            mac = draft_mac(self._vault, {**_columns(row), "chat_id": new, "state": state})
            self._conn.execute(_RENAME, {"b_id": row.id, "new": new, "b_state": state, "b_mac": mac})

    def _next(self, row: Any, **changes: Any) -> dict[str, Any]:
        """The next revision of a row that was read: its id, number and seal."""
        revision = row.revision + 1
        mac = draft_mac(self._vault, {**_columns(row), **changes, "revision": revision})
        return {"b_id": row.id, "b_revision": revision, "b_mac": mac}

    def _seal(self, state: Mapping[str, Json], aad: bytes) -> bytes:
        return self._vault.encrypt(orjson.dumps(state, option=orjson.OPT_PASSTHROUGH_DATETIME), aad)

    def _value(self, row: Any) -> Draft:
        check_draft(self._vault, row)
        (
            id_,
            uid,
            person_id,
            chat_id,
            form,
            status,
            state,
            case_id,
            revision,
            created_at,
            updated_at,
            remind_at,
            expires_at,
            _,
        ) = row
        self._uids[id_] = uid
        aad = state_aad(uid, person_id, chat_id, form, case_id)
        return Draft(
            id=id_,
            person_id=person_id,
            chat_id=chat_id,
            form=form,
            status=status,
            state={} if state is None else orjson.loads(self._vault.decrypt(state, aad)),
            case_id=case_id,
            revision=revision,
            created_at=created_at,
            updated_at=updated_at,
            remind_at=remind_at,
            expires_at=expires_at,
        )


def _columns(row: Any) -> dict[str, Any]:
    return dict(zip(_COLUMNS, row, strict=True))


def draft_mac(vault: Vault, row: Mapping[str, Any]) -> bytes:
    """The seal of a draft's row."""
    return row_mac(vault, "drafts", {name: value for name, value in row.items() if name != "id"})


def check_draft(vault: Vault, row: Any) -> None:
    """Raises TamperedError, naming the id only, for a fetched row that is not as it was sealed."""
    if not same(draft_mac(vault, _columns(row)), row.row_mac):
        raise TamperedError(f"drafts row does not match its seal: {row.id}")


def state_aad(uid: str, person_id: int, chat_id: int, form: str, case_id: int | None) -> bytes:
    """What a draft's ciphertext is bound to: nobody can hand it to another person by changing its row."""
    return f"drafts:state:{uid}:{person_id}:{chat_id}:{form}:{case_id or ''}".encode()
