"""Sealed rows: an HMAC over all columns of a row, written with it and checked whenever it is read.

Reading checks too, and not only ``audit verify``: otherwise the next ordinary write would put a fresh seal on a row
that somebody had changed behind our back. NULLs are left out of the message: a column added later breaks no old seal.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from sqlalchemy import Connection, Table, bindparam, insert, update

from domain.errors import TamperedError
from storage.crypto import Vault, same
from storage.prepared import Prepared


def row_mac(vault: Vault, table: str, row: Mapping[str, Any]) -> bytes:
    """The seal of a row given by column names; ``row_mac`` itself is left out."""
    message = {key: value for key, value in row.items() if value is not None and key != "row_mac"}
    return vault.mac(table.encode() + b"\0" + orjson.dumps(message, default=_bytes, option=orjson.OPT_SORT_KEYS))


def _bytes(value: object) -> str:
    if isinstance(value, bytes):
        return value.hex()
    raise TypeError(type(value).__name__)


def check(vault: Vault, table: str, row: Mapping[str, Any]) -> None:
    """Raises TamperedError, naming table and key only, when the row is not as it was sealed."""
    if not same(row_mac(vault, table, row), row["row_mac"]):
        raise TamperedError(f"{table} row does not match its seal: {next(iter(row.values()))}")


class SealedTable:
    """Statements of one table with a ``row_mac``, built once; the connection comes with each call."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.name = table.name
        self.columns = tuple(str(name) for name in table.c.keys())  # noqa: SIM118  # the keys alone; plain str for orjson
        self.key = table.primary_key.columns.values()
        self.numbered = [column.name for column in self.key] == ["id"] and table.c.id.autoincrement is not False
        self._insert = Prepared(insert(table))
        self._update = Prepared(update(table).where(*(c == bindparam(f"key_{c.name}") for c in self.key)))

    def row(self, vault: Vault, row: Any) -> dict[str, Any]:
        """The columns of a fetched row (in table order) as a dict, checked."""
        columns: dict[str, Any] = dict(zip(self.columns, row, strict=True))
        check(vault, self.name, columns)
        return columns

    def insert(self, conn: Connection, vault: Vault, values: dict[str, Any]) -> dict[str, Any]:
        """Insert and seal. A row the database numbers is sealed by a second statement: its id is part of the seal."""
        if not self.numbered:
            values["row_mac"] = row_mac(vault, self.name, values)
            self._insert.change(conn, values)
            return values
        number = self._insert.insert(conn, {**values, "row_mac": b""})
        return self.update(conn, vault, {"id": number, **values}, {})

    def update(
        self, conn: Connection, vault: Vault, row: Mapping[str, Any], changes: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Set columns of a row that was read (and so checked) in this transaction, and seal it anew."""
        new = {**row, **changes}
        new["row_mac"] = row_mac(vault, self.name, new)
        keys = {f"key_{c.name}": row[c.name] for c in self.key}
        self._update.change(conn, {**changes, "row_mac": new["row_mac"], **keys})
        return new
