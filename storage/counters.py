"""Gapless counters: daily references, and how many persons and chains there are (so that a deleted one is missed)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection, bindparam, select

from storage.crypto import Vault
from storage.seal import SealedTable
from storage.tables import counters

_COUNTERS = SealedTable(counters)
_GET = select(counters).where(counters.c.name == bindparam("name")).with_for_update()


class Counters:
    """Counts by name inside the transaction; a rollback gives the number back, so no gap appears."""

    def __init__(self, conn: Connection, vault: Vault) -> None:
        self._conn = conn
        self._vault = vault

    def next(self, name: str) -> int:
        """1, 2, 3 …"""
        found = self._conn.execute(_GET, {"name": name}).first()
        if found is None:
            # Two transactions that both start the counter collide on its primary key; the later one is run again.
            _COUNTERS.insert(self._conn, self._vault, {"name": name, "value": 1})
            return 1
        row = _COUNTERS.row(self._vault, found)
        return int(_COUNTERS.update(self._conn, self._vault, row, {"value": row["value"] + 1})["value"])


class ReferencesStore:
    """``domain.ports.References``."""

    def __init__(self, conn: Connection, vault: Vault) -> None:
        self._counters = Counters(conn, vault)

    def next(self, prefix: str, local_date: date) -> str:
        """``LI-261120-0007``: a daily sequence without gaps, taken in the same transaction."""
        day = f"{prefix}-{local_date:%y%m%d}"
        return f"{day}-{self._counters.next('ref:' + day):04d}"
