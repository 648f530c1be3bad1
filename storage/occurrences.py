"""What the clock has brought about: each once, by the primary key."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from storage.counters import Tally
from storage.crypto import Vault
from storage.seal import row_mac
from storage.tables import occurrences as t

_CLAIM = {
    "sqlite": sqlite.insert(t).on_conflict_do_nothing(index_elements=["kind", "key"]),
    "postgresql": postgresql.insert(t).on_conflict_do_nothing(index_elements=["kind", "key"]),
}
_HAPPENED = select(t.c.kind).where(t.c.kind == bindparam("kind"), t.c.key == bindparam("key"))
_PURGE = delete(t).where(t.c.due_at < bindparam("before"))


class OccurrencesStore:
    """``domain.ports.Occurrences``."""

    def __init__(self, conn: Connection, vault: Vault, tally: Tally) -> None:
        self._conn = conn
        self._vault = vault
        self._tally = tally

    def claim(self, kind: str, key: str, due_at: datetime, now: datetime) -> bool:
        """True for the first caller only; a rollback gives the occurrence back.

        On PostgreSQL a second scheduler waits here until the first has committed or rolled back.
        """
        row = {
            "kind": kind, "key": key, "due_at": due_at, "fired_at": now,
            "late_seconds": max(0, int((now - due_at).total_seconds())),
        }  # fmt: skip
        row["row_mac"] = row_mac(self._vault, t.name, row)
        first = self._conn.execute(_CLAIM[self._conn.dialect.name], row).rowcount == 1
        if first:
            self._tally.add("occurrences")
        return first

    def happened(self, kind: str, key: str) -> bool:
        """Whether it was claimed already."""
        return self._conn.execute(_HAPPENED, {"kind": kind, "key": key}).first() is not None

    def purge(self, before: datetime) -> int:
        """Delete those that were due before then; how many."""
        gone = self._conn.execute(_PURGE, {"before": before}).rowcount
        self._tally.add("occurrences", -gone)
        return gone
