"""``backup``: one snapshot of all rows and the files they name, the same on SQLite and PostgreSQL, while both are used.

Rows are written by our own tables, not by the database's tools: a backup can be restored into either database, and it
leaves nothing half-readable beside it. Values in it stay encrypted as they are stored; the whole is encrypted again.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Connection, Date, LargeBinary, Table, func, select, text

from domain.errors import OperatorError, StorageFailed
from storage import migrations
from storage.backup_file import BackupWriter, records
from storage.columns import Moment, from_micros, to_micros
from storage.database import Database
from storage.files import AttachmentFiles
from storage.tables import attachments, meta, metadata

ROWS, NUMBERS, FILE, END = "R", "N", "F", "E"
BATCH = 200
PATH_BYTES = 35
"""``ab/`` and 32 letters: what a file's record begins with."""


@dataclass(frozen=True, slots=True)
class Content:
    """What a backup holds, for the operator."""

    rows: int
    files: int
    missing: int
    """Files that rows name but that were not there (cleaned at that moment, or lost: ``audit verify`` tells)."""


async def backup(database: Database, keys: Sequence[str], files: AttachmentFiles, target: Path) -> Content:
    """Write ``target`` (mode 0600), read it back and check it. Raises OperatorError when it is there already or its
    folder cannot be written, StorageFailed when the disk is full."""
    if target.exists():  # noqa: ASYNC240 - the command line: nothing else runs
        raise OperatorError(f"{target} is there already: give another name")
    half = target.with_name(target.name + ".part")
    head = {"schema": migrations.HEAD, "made_at": database.clock.now().isoformat()}
    try:
        descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    except OSError as error:
        raise OperatorError(f"{target} cannot be written ({error.strerror})") from error
    try:
        with os.fdopen(descriptor, "wb") as file:
            writer = BackupWriter(file, keys, head)
            await database.read(lambda uow: _dump(uow.conn, writer, files))
            writer.finish()
        content = examine(half, keys)
        half.rename(target)
    except OSError as error:
        raise StorageFailed(f"the backup could not be written ({error.strerror})") from error
    finally:
        half.unlink(missing_ok=True)
    return content


def examine(path: Path, keys: Sequence[str]) -> Content:
    """Reads a backup through. Raises OperatorError, TamperedError when it does not hold to its last byte."""
    rows = files = 0
    end: dict[str, int] = {}
    for kind, payload in records(path, keys):
        if kind == ROWS:
            rows += len(orjson.loads(payload)["rows"])
        elif kind == FILE:
            files += 1
        elif kind == END:
            end = orjson.loads(payload)
    if (rows, files) != (end.get("rows"), end.get("files")):
        raise OperatorError(f"{path} is not complete")
    return Content(rows, files, end["missing"])


def decode(table: Table, row: Sequence[Any]) -> dict[str, Any]:
    """A row as the table's types take it."""
    return {
        column.name: None if value is None else _plain(column.type, value)
        for column, value in zip(table.columns, row, strict=True)
    }


def _dump(conn: Connection, writer: BackupWriter, files: AttachmentFiles) -> None:
    rows = 0
    for table in [meta, *(one for one in metadata.sorted_tables if one is not meta)]:  # it holds the root
        query = select(table).order_by(*table.primary_key.columns)
        for batch in conn.execute(query, execution_options={"yield_per": BATCH}).partitions():
            encoded = [[_json(value) for value in row] for row in batch]
            writer.record(ROWS, orjson.dumps({"table": table.name, "rows": encoded}))
            rows += len(encoded)
    writer.record(NUMBERS, orjson.dumps(_numbers(conn)))
    stored = missing = 0
    for path, clean in conn.execute(select(attachments.c.path, attachments.c.clean_path)).all():
        for name in (path, clean):
            data = None if name is None else files.sealed(name)
            if data is not None:
                writer.record(FILE, name.encode().ljust(PATH_BYTES) + data)
            stored, missing = stored + (data is not None), missing + (name is not None and data is None)
    writer.record(END, orjson.dumps({"rows": rows, "files": stored, "missing": missing}))


def _numbers(conn: Connection) -> dict[str, int]:
    """The last number that was given to a row of each table: none is given twice."""
    if conn.dialect.name == "sqlite":
        found = {row[0]: row[1] for row in conn.execute(text("SELECT name, seq FROM sqlite_sequence"))}
        return {name: number for name, number in found.items() if name in metadata.tables}
    numbered = [table for table in metadata.sorted_tables if counts_up(table)]
    return {str(table.name): conn.execute(select(func.max(table.c.id))).scalar() or 0 for table in numbered}


def counts_up(table: Table) -> bool:
    """Whether the database numbers its rows."""
    column = table.autoincrement_column
    return column is not None and column.name == "id"


def _json(value: Any) -> Any:
    match value:
        case bytes() | memoryview():
            return base64.b64encode(value).decode()
        case datetime():
            return to_micros(value)
        case date():
            return value.isoformat()
        case _:
            return value


def _plain(type_: Any, value: Any) -> Any:
    match type_:
        case LargeBinary():
            return base64.b64decode(value)
        case Moment():
            return from_micros(value)
        case Date():
            return date.fromisoformat(value)
        case _:
            return value
