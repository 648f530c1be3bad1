"""Due times: each fires once."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, select, text

from domain.model import Deadline
from storage.counters import Tally
from storage.crypto import Vault
from storage.prepared import Prepared
from storage.seal import SealedTable
from storage.tables import deadlines as t

_DEADLINES = SealedTable(t)
_IS_WAITING = text("deadlines.status = 'waiting'")
_SAME = Prepared(
    select(t)
    .where(t.c.kind == bindparam("kind"), t.c.subject == bindparam("subject"), t.c.due_at == bindparam("due_at"))
    .with_for_update()
)
_OF_SUBJECT = Prepared(
    select(t).where(t.c.subject == bindparam("subject"), _IS_WAITING).order_by(t.c.due_at).with_for_update()
)
# A second scheduler skips what the first is firing; what it has fired no longer waits.
_DUE = Prepared(
    select(t)
    .where(t.c.due_at <= bindparam("now"), _IS_WAITING)
    .order_by(t.c.due_at, t.c.id)
    .limit(bindparam("limit"))
    .with_for_update(skip_locked=True)
)
_PURGE = delete(t).where(text("deadlines.status <> 'waiting'"), t.c.due_at < bindparam("before"))


class DeadlinesStore:
    """``domain.ports.Deadlines``."""

    def __init__(self, conn: Connection, vault: Vault, tally: Tally) -> None:
        self._conn = conn
        self._vault = vault
        self._tally = tally

    def add(self, kind: str, subject: str, due_at: datetime) -> None:
        """The same kind, subject and time is one deadline: a cancelled one waits again, one that fired stays fired."""
        found = _SAME.first(self._conn, {"kind": kind, "subject": subject, "due_at": due_at})
        if found is None:
            # The id is chosen here (53 bits, safe in JSON) because it is part of the seal.
            values = {
                "id": secrets.randbits(53),
                "kind": kind,
                "subject": subject,
                "due_at": due_at,
                "status": "waiting",
            }
            _DEADLINES.insert(self._conn, self._vault, values)
            self._tally.add("deadlines")
        elif found.status == "cancelled":
            _DEADLINES.update(self._conn, self._vault, _DEADLINES.row(self._vault, found), {"status": "waiting"})

    def cancel(self, subject: str) -> None:
        for row in _OF_SUBJECT.all(self._conn, {"subject": subject}):
            _DEADLINES.update(self._conn, self._vault, _DEADLINES.row(self._vault, row), {"status": "cancelled"})

    def claim(self, now: datetime, limit: int) -> Sequence[Deadline]:
        """Due and not yet fired or cancelled, oldest first; marked fired."""
        claimed = []
        for found in _DUE.all(self._conn, {"now": now, "limit": limit}):
            row = _DEADLINES.update(self._conn, self._vault, _DEADLINES.row(self._vault, found), {"status": "fired"})
            claimed.append(Deadline(id=row["id"], kind=row["kind"], subject=row["subject"], due_at=row["due_at"]))
        return claimed

    def purge(self, before: datetime) -> int:
        """Delete fired and cancelled ones that were due before then; how many."""
        gone = self._conn.execute(_PURGE, {"before": before}).rowcount
        self._tally.add("deadlines", -gone)
        return gone
