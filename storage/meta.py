"""Small facts about the installation, by key: the bot's username, marks against repetition. Never content."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, insert, select, update

from storage.tables import meta

_GET = select(meta.c.value).where(meta.c.key == bindparam("key"))
_UPDATE = update(meta).where(meta.c.key == bindparam("b_key")).values(value=bindparam("b_value"))
_INSERT = insert(meta)
_OURS = frozenset({"vault", "practice"})  # storage.schema keeps the wrapped root and the practice flag here


class MetaStore:
    """``domain.ports.Meta``."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn

    def get(self, key: str) -> str | None:
        value = self._conn.execute(_GET, {"key": key}).scalar()
        return None if value is None else bytes(value).decode()

    def put(self, key: str, value: str) -> None:
        """Insert or replace."""
        if key in _OURS:
            raise ValueError(f"meta key {key} belongs to the store")
        stored = value.encode()
        if not self._conn.execute(_UPDATE, {"b_key": key, "b_value": stored}).rowcount:
            self._conn.execute(_INSERT, {"key": key, "value": stored})
