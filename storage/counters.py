"""Gapless counters: daily references, and how many rows there are of a table (so that a deleted one is missed)."""

from __future__ import annotations

from collections import Counter
from datetime import date

from sqlalchemy import Connection, bindparam, insert, select

from storage.crypto import Vault
from storage.prepared import Prepared
from storage.seal import SealedTable, row_mac
from storage.tables import counters

_COUNTERS = SealedTable(counters)
_GET = Prepared(select(counters).where(counters.c.name == bindparam("name")).with_for_update())
TALLIED = (
    "persons", "invitations", "chains", "groups", "attachments", "deadlines", "occurrences", "absences", "recaps",
    "pins", "lokus", "lokus_members", "lokus_log", "lokus_emergencies", "meta",
)  # fmt: skip
"""Tables whose rows are counted. Their counters are made with the database, so that a missing one is noticed too."""
OUTBOX_PURGED = "outbox:purged"
PURGED = {"outbox": OUTBOX_PURGED, "drafts": "drafts:purged", "inbox": "inbox:purged"}
"""Counters of rows that cleaning deleted, by table: with the database's own numbers they say how many must be there."""


def make_counters(conn: Connection, vault: Vault, **start: int) -> None:
    """Write the counters of a new database, at 0 or where ``start`` says."""
    rows = [{"name": name, "value": start.get(name, 0)} for name in (*TALLIED, *PURGED.values())]
    conn.execute(insert(counters), [{**row, "row_mac": row_mac(vault, "counters", row)} for row in rows])


class Counters:
    """Counts by name inside the transaction; a rollback gives the number back, so no gap appears."""

    def __init__(self, conn: Connection, vault: Vault) -> None:
        self._conn = conn
        self._vault = vault

    def next(self, name: str) -> int:
        """1, 2, 3 …"""
        return self.add(name, 1)

    def add(self, name: str, change: int) -> int:
        """The count after the change."""
        found = _GET.first(self._conn, {"name": name})
        if found is None:
            # Two transactions that both start the counter collide on its primary key; the later one is run again.
            _COUNTERS.insert(self._conn, self._vault, {"name": name, "value": change})
            return change
        row = _COUNTERS.row(self._vault, found)
        return int(_COUNTERS.update(self._conn, self._vault, row, {"value": row["value"] + change})["value"])


class Tally:
    """Rows that a transaction added and deleted, written to the tables' counters once, at its end."""

    def __init__(self, conn: Connection, vault: Vault) -> None:
        self._counters = Counters(conn, vault)
        self._changes: Counter[str] = Counter()

    def add(self, table: str, change: int = 1) -> None:
        """So many rows more, or fewer."""
        self._changes[table] += change

    def write(self) -> None:
        """In one order, so that two transactions do not wait for each other."""
        for table, change in sorted(self._changes.items()):
            if change:
                self._counters.add(table, change)


class ReferencesStore:
    """``domain.ports.References``."""

    def __init__(self, conn: Connection, vault: Vault) -> None:
        self._counters = Counters(conn, vault)

    def next(self, prefix: str, local_date: date) -> str:
        """``LI-261120-0007``: a daily sequence without gaps, taken in the same transaction."""
        day = f"{prefix}-{local_date:%y%m%d}"
        return f"{day}-{self._counters.next('ref:' + day):04d}"

    def yearly(self, paper: str, local_date: date) -> int:
        """1, 2, 3 … of that paper in the year of the date, without gaps, taken in the same transaction."""
        return self._counters.next(f"number:{paper}-{local_date.year}")
