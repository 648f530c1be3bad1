"""Updates as they came: stored before they are confirmed, emptied when they are done."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, exists, func, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from domain.ports import InboxRow, RawUpdate
from storage.counters import PURGED, Tally
from storage.crypto import Vault
from storage.meta import MetaStore
from storage.prepared import Prepared
from storage.queue_seals import check_fixed, fixed_mac, inbox_state
from storage.tables import inbox as t

_TOUCH = "telegram_last_touch"

_MANY = postgresql.insert(t).on_conflict_do_nothing()
_GIVEN = tuple(column.name for column in t.columns if column.name not in ("id", "error", "state_mac"))


def _one(dialect: Any) -> Prepared:
    """One row unless its update is known. An insert that runs into the conflict would use up a number all the same,
    and numbers that were given are how a deleted row is missed (``storage.verify``)."""
    values = select(*(bindparam(f"b_{name}", type_=t.c[name].type) for name in _GIVEN))
    unknown = ~exists().where(t.c.update_id == bindparam("b_update_id", type_=t.c.update_id.type))
    statement = dialect.insert(t).from_select(_GIVEN, values.where(unknown)).on_conflict_do_nothing()
    return Prepared(statement.returning(t.c.id, t.c.update_id))


_ONE = {"sqlite": _one(sqlite), "postgresql": _one(postgresql)}
_IDS = select(t.c.id, t.c.update_id).where(t.c.update_id.in_(bindparam("update_ids", expanding=True)))
_PENDING = (
    select(t.c.id, t.c.update_id, t.c.chat_key, t.c.body, t.c.attempts, t.c.received_at, t.c.after, t.c.row_mac)
    .where(text("inbox.status = 'pending'"), t.c.id > bindparam("after_id"))
    .order_by(t.c.id)
    .limit(bindparam("limit"))
)
_IS_PENDING = text("inbox.status = 'pending'")
_DONE = Prepared(
    update(t)
    .where(t.c.id == bindparam("b_id"), _IS_PENDING)
    .values(status="done", body=None, error=None, state_mac=bindparam("b_mac"))
)
_FAILED = Prepared(
    update(t)
    .where(t.c.id == bindparam("b_id"), _IS_PENDING)
    .values(
        status=bindparam("b_status"),
        attempts=t.c.attempts + 1,
        error=bindparam("b_error"),
        state_mac=bindparam("b_mac"),
    )
)
# The newest row stays: `status` tells by it when an update last came.
_PURGE = delete(t).where(
    t.c.status == bindparam("status"),
    t.c.received_at < bindparam("before"),
    t.c.id < select(func.max(t.c.id)).scalar_subquery(),
)
_OF_CHAT = select(t).where(t.c.chat_key == bindparam("old"), _IS_PENDING)
_RENAME = update(t).where(t.c.id == bindparam("b_id")).values(chat_key=bindparam("b_chat"), row_mac=bindparam("b_mac"))


class InboxStore:
    """``domain.ports.Inbox``."""

    def __init__(self, conn: Connection, vault: Vault, meta: MetaStore, tally: Tally) -> None:
        self._conn = conn
        self._vault = vault
        self._meta = meta
        self._tally = tally
        self._one = _ONE[conn.dialect.name]

    def store(self, updates: Iterable[RawUpdate], now: datetime, after: datetime | None = None) -> Sequence[InboxRow]:
        """Store those not known yet (dedup by equality of update_id); returns only the new ones, in order."""
        given: dict[int, RawUpdate] = {}
        for update_ in updates:
            given.setdefault(update_.update_id, update_)
        if not given:
            return []
        rows = [self._row(raw, now, after) for raw in given.values()]
        # On SQLite no statement is a round trip, and one by one costs less than lists of changing length.
        singly = len(rows) == 1 or self._conn.dialect.name == "sqlite"
        ids = self._store_singly(rows) if singly else self._store_many(rows)
        return [
            InboxRow(
                id=ids[raw.update_id],
                update_id=raw.update_id,
                chat_key=raw.chat_key,
                body=raw.body,
                attempts=0,
                received_at=now,
                after=after,
            )
            for raw in given.values()
            if raw.update_id in ids
        ]

    def in_touch(self, now: datetime) -> None:
        """Note that nothing waits at Telegram at this moment."""
        self._meta.put(_TOUCH, now.isoformat())

    def last_touch(self) -> datetime | None:
        """When nothing waited there for the last time, as far as it was noted; None before the first."""
        noted = self._meta.get(_TOUCH)
        return None if noted is None else datetime.fromisoformat(noted)

    def _row(self, raw: RawUpdate, now: datetime, after: datetime | None) -> dict[str, Any]:
        body = self._vault.encrypt(raw.body, _aad(raw.update_id))
        row = {
            "update_id": raw.update_id, "chat_key": raw.chat_key, "body": body, "status": "pending", "attempts": 0,
            "received_at": now, "after": after,
        }  # fmt: skip
        row["row_mac"] = fixed_mac(self._vault, "inbox", row)
        return row

    def _store_singly(self, rows: list[dict[str, Any]]) -> dict[int, int]:
        given = ({f"b_{name}": value for name, value in row.items()} for row in rows)
        stored = [self._one.all(self._conn, one) for one in given]
        return {row.update_id: row.id for found in stored for row in found}

    def _store_many(self, rows: list[dict[str, Any]]) -> dict[int, int]:
        """Three statements however many come; sent in their order, so that ids grow as the updates came."""
        known = {row.update_id for row in self._conn.execute(_IDS, {"update_ids": [row["update_id"] for row in rows]})}
        new = [row for row in rows if row["update_id"] not in known]
        if not new:
            return {}
        self._conn.execute(_MANY, new)
        return {
            row.update_id: row.id for row in self._conn.execute(_IDS, {"update_ids": [row["update_id"] for row in new]})
        }

    def pending(self, limit: int, after_id: int = 0) -> Sequence[InboxRow]:
        return [self._value(row) for row in self._conn.execute(_PENDING, {"limit": limit, "after_id": after_id}).all()]

    def done(self, row_id: int) -> bool:
        """Pending → done, body emptied; False when it was not pending any more (then nothing may take effect)."""
        mac = inbox_state(self._vault, row_id, "done", None)
        return _DONE.change(self._conn, {"b_id": row_id, "b_mac": mac}) == 1

    def failed(self, row_id: int, error: str, *, dead: bool) -> None:
        """Count an attempt; ``error`` is a short code without content; ``dead`` sets it aside for the operator."""
        status = "dead" if dead else "pending"
        mac = inbox_state(self._vault, row_id, status, error)
        _FAILED.change(self._conn, {"b_id": row_id, "b_status": status, "b_error": error, "b_mac": mac})

    def purge(self, before: datetime, status: str = "done") -> int:
        """Delete done (or dead) rows received before then; how many. The newest stays, for the operator."""
        gone = self._conn.execute(_PURGE, {"before": before, "status": status}).rowcount
        self._tally.add(PURGED["inbox"], gone)
        return gone

    def rename_chat(self, old: int, new: int) -> None:
        """Updates that still wait go on in the order of the new chat."""
        moved = []
        for row in self._conn.execute(_OF_CHAT, {"old": old}).all():
            check_fixed(self._vault, "inbox", row)
            mac = fixed_mac(self._vault, "inbox", {**row._mapping, "chat_key": new})
            moved.append({"b_id": row.id, "b_chat": new, "b_mac": mac})
        if moved:
            self._conn.execute(_RENAME, moved)

    def _value(self, row: Any) -> InboxRow:
        check_fixed(self._vault, "inbox", row)
        return InboxRow(
            id=row.id,
            update_id=row.update_id,
            chat_key=row.chat_key,
            body=self._vault.decrypt(row.body, _aad(row.update_id)),
            attempts=row.attempts,
            received_at=row.received_at,
            after=row.after,
        )


def _aad(update_id: int) -> bytes:
    return b"inbox:body:%d" % update_id
