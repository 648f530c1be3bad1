"""The recaps of the mornings: one a day, its content encrypted, its reference never given twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import orjson
from sqlalchemy import Connection, bindparam, select, update

from domain.errors import StaleWrite
from domain.model import Recap
from domain.notices import Json
from storage.counters import Tally
from storage.crypto import Vault
from storage.seal import SealedTable, row_mac
from storage.tables import recaps as t

_RECAPS = SealedTable(t)
_GET = select(t).where(t.c.id == bindparam("id")).with_for_update()
_OF_DAY = select(t).where(t.c.day == bindparam("day"))
_LATEST = select(t).where(t.c.day < bindparam("before")).order_by(t.c.day.desc()).limit(1)
_BETWEEN = select(t).where(t.c.day >= bindparam("first"), t.c.day <= bindparam("last")).order_by(t.c.day)
_CHANGE = update(t).where(t.c.id == bindparam("b_id"), t.c.revision == bindparam("b_revision"))


def content_aad(ref: str) -> bytes:
    """What the content's ciphertext is bound to."""
    return f"recaps:content:{ref}".encode()


class RecapsStore:
    """``domain.ports.Recaps``."""

    def __init__(self, conn: Connection, vault: Vault, tally: Tally) -> None:
        self._conn, self._vault, self._tally = conn, vault, tally

    def add(self, day: date, ref: str, content: Mapping[str, Json], now: datetime, due_at: datetime) -> Recap:
        self._tally.add("recaps")
        return self._value(
            _RECAPS.insert(
                self._conn,
                self._vault,
                {
                    "day": day,
                    "ref": ref,
                    "version": 1,
                    "content": self._sealed(ref, content),
                    "made_at": now,
                    "due_at": due_at,
                    "approved_at": None,
                    "approved_by": None,
                    "addenda": 0,
                    "revision": 1,
                },
            )
        )

    def get(self, recap_id: int) -> Recap | None:
        return self._first(_GET, {"id": recap_id})

    def of_day(self, day: date) -> Recap | None:
        return self._first(_OF_DAY, {"day": day})

    def latest(self, before: date) -> Recap | None:
        """The newest of an earlier day."""
        return self._first(_LATEST, {"before": before})

    def between(self, first: date, last: date) -> Sequence[Recap]:
        """In order of their days, both ends included."""
        rows = self._conn.execute(_BETWEEN, {"first": first, "last": last}).all()
        return [self._value(_RECAPS.row(self._vault, row)) for row in rows]

    def change(self, recap: Recap, **columns: Any) -> Recap:
        """Update where ``revision`` is still the same; raises StaleWrite otherwise."""
        changes = {**columns, "revision": recap.revision + 1}
        if "content" in changes:
            changes["content"] = self._sealed(recap.ref, changes["content"])
        found = self._conn.execute(_GET, {"id": recap.id}).first()
        if found is None or found.revision != recap.revision:
            raise StaleWrite("recap")
        new = {**_RECAPS.row(self._vault, found), **changes}
        new["row_mac"] = row_mac(self._vault, t.name, new)
        written = {**changes, "row_mac": new["row_mac"], "b_id": recap.id, "b_revision": recap.revision}
        if self._conn.execute(_CHANGE, written).rowcount != 1:
            raise StaleWrite("recap")
        return self._value(new)

    def _sealed(self, ref: str, content: Mapping[str, Json]) -> bytes:
        return self._vault.encrypt(orjson.dumps(dict(content)), content_aad(ref))

    def _first(self, statement: Any, key: dict[str, Any]) -> Recap | None:
        row = self._conn.execute(statement, key).first()
        return None if row is None else self._value(_RECAPS.row(self._vault, row))

    def _value(self, row: Mapping[str, Any]) -> Recap:
        values = {name: value for name, value in row.items() if name not in ("row_mac", "content")}
        return Recap(**values, content=orjson.loads(self._vault.decrypt(row["content"], content_aad(row["ref"]))))
