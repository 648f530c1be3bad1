"""Groups the bot is in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select

from domain.model import Group, GroupPurpose
from storage.counters import Tally
from storage.crypto import Vault
from storage.prepared import Prepared
from storage.seal import SealedTable
from storage.tables import groups

_GROUPS = SealedTable(groups)
_GET = Prepared(select(groups).where(groups.c.chat_id == bindparam("chat_id")))
_ALL = Prepared(select(groups))
_PURPOSE = Prepared(select(groups).where(groups.c.purpose == bindparam("purpose")))
_LEAVING = Prepared(
    select(groups)
    .where(groups.c.leave_at <= bindparam("now"))
    .order_by(groups.c.leave_at)
    .with_for_update(skip_locked=True)
)
_REMOVE = delete(groups).where(groups.c.chat_id == bindparam("chat_id"))


class GroupsStore:
    """``domain.ports.Groups``."""

    def __init__(self, conn: Connection, vault: Vault, tally: Tally) -> None:
        self._conn = conn
        self._vault = vault
        self._tally = tally

    def get(self, chat_id: int) -> Group | None:
        row = _GET.first(self._conn, {"chat_id": chat_id})
        return None if row is None else _group(_GROUPS.row(self._vault, row))

    def all(self) -> Sequence[Group]:
        return self._all(_ALL, {})

    def for_purpose(self, purpose: GroupPurpose) -> Sequence[Group]:
        return self._all(_PURPOSE, {"purpose": purpose})

    def _all(self, query: Prepared, key: dict[str, Any]) -> list[Group]:
        found = [_group(_GROUPS.row(self._vault, row)) for row in query.all(self._conn, key)]
        return sorted(found, key=lambda group: group.chat_id)  # the stored numbers are hidden, so in no order

    def put(self, group: Group) -> None:
        """Insert or replace."""
        values = {
            "chat_id": group.chat_id, "title": group.title, "purpose": group.purpose,
            "bound_by": group.bound_by, "leave_at": group.leave_at,
        }  # fmt: skip
        found = _GET.first(self._conn, {"chat_id": group.chat_id})
        if found is None:
            _GROUPS.insert(self._conn, self._vault, values)
            self._tally.add("groups")
        else:
            _GROUPS.update(self._conn, self._vault, _GROUPS.row(self._vault, found), values)

    def remove(self, chat_id: int) -> None:
        self._tally.add("groups", -self._conn.execute(_REMOVE, {"chat_id": chat_id}).rowcount)

    def claim_leaving(self, now: datetime) -> Sequence[Group]:
        """Unbound groups whose leave_at has come; leave_at is cleared, so each is returned once."""
        due = [_GROUPS.row(self._vault, row) for row in _LEAVING.all(self._conn, {"now": now})]
        return [_group(_GROUPS.update(self._conn, self._vault, row, {"leave_at": None})) for row in due]

    def migrate(self, old: int, new: int) -> None:
        """The group goes on under a new chat id; a row that is already there for the new id gives way."""
        found = _GET.first(self._conn, {"chat_id": old})
        if found is not None:
            self.remove(new)
            _GROUPS.update(self._conn, self._vault, _GROUPS.row(self._vault, found), {"chat_id": new})


def _group(row: dict[str, Any]) -> Group:
    return Group(
        chat_id=row["chat_id"],
        title=row["title"],
        purpose=row["purpose"],
        bound_by=row["bound_by"],
        leave_at=row["leave_at"],
    )
