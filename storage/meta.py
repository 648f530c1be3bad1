"""Small facts about the installation, by key: the bot's username, marks against repetition. Never content.

Chats and slots are named in them, so keys and values are hidden (``storage.hidden``), all but the store's own.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from storage.counters import Tally
from storage.crypto import Vault
from storage.prepared import Prepared
from storage.seal import SealedTable, row_mac
from storage.tables import meta

_META = SealedTable(meta)
_GET = Prepared(select(meta).where(meta.c.key == bindparam("key")))
_UPDATE = Prepared(
    update(meta).where(meta.c.key == bindparam("b_key")).values(value=bindparam("b_value"), row_mac=bindparam("b_mac"))
)
_INSERT = Prepared(insert(meta))
_OURS = frozenset({"vault", "practice"})  # storage.schema keeps the wrapped root and the practice flag here


class MetaStore:
    """``domain.ports.Meta``."""

    def __init__(self, conn: Connection, vault: Vault, tally: Tally) -> None:
        self._conn = conn
        self._vault = vault
        self._tally = tally

    def get(self, key: str) -> str | None:
        hidden = self._vault.identities
        found = _GET.first(self._conn, {"key": hidden.hide_text(key)})
        if found is None:
            return None
        return hidden.plain_text(bytes(_META.row(self._vault, found)["value"]).decode())

    def put(self, key: str, value: str) -> None:
        """Insert or replace; the row is written whole, so it need not be read before."""
        if key in _OURS:
            raise ValueError(f"meta key {key} belongs to the store")
        hidden = self._vault.identities
        row: dict[str, Any] = {"key": hidden.hide_text(key), "value": hidden.hide_text(value).encode()}
        mac = row_mac(self._vault, "meta", row)
        if not _UPDATE.change(self._conn, {"b_key": row["key"], "b_value": row["value"], "b_mac": mac}):
            _INSERT.change(self._conn, {**row, "row_mac": mac})
            self._tally.add("meta")
