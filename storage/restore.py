"""``restore``: a backup into an empty place, or with force in the place of what is there; whole or not at all.

Files first (their names are random, so they disturb nothing), then the database in one transaction. Notices that
waited when the backup was made may have gone out since: each is marked *uncertain*, and goes out once more with the
same reference on it.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Connection, Table, and_, insert, make_url, select, text, update
from sqlalchemy.exc import DBAPIError

from domain.errors import OperatorError, SchemaTooNew, StorageFailed
from storage import migrations
from storage import tables as t
from storage.backup import FILE, NUMBERS, PATH_BYTES, ROWS, Content, counts_up, decode, examine
from storage.backup_file import read_head, records
from storage.crypto import Vault
from storage.failures import postgres_failure, sqlite_failure
from storage.files import AttachmentFiles
from storage.lock import FileLock
from storage.postgres import make_engine
from storage.queue_seals import outbox_state
from storage.schema import prepare
from storage.sqlite_file import replace_file

_OTHERS = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
    "AND backend_type = 'client backend'"
)
_SET_NUMBER = text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :number)")


async def restore(
    url: str, keys: Sequence[str], source: Path, *, data_dir: Path, force: bool, practice: bool = False
) -> Content:
    """Check the backup to its last byte, then put it in place. Raises OperatorError when the target is not empty
    (without ``force``) or in use, or the backup is of another schema; TamperedError for a damaged one."""
    head = read_head(source)
    if head.get("schema") != migrations.HEAD:
        kind = SchemaTooNew if str(head.get("schema")) > migrations.HEAD else OperatorError
        raise kind(f"{source} was made by another version (schema {head.get('schema')}); restore it with that one")
    content = await asyncio.to_thread(examine, source, keys)
    address = make_url(url)

    def fill(conn: Connection) -> Vault:
        return _fill(conn, keys, source, practice=practice)

    if address.get_backend_name() == "postgresql":
        vault = await _postgres(address.set(drivername="postgresql+asyncpg"), fill, data_dir, source, keys, force=force)
    else:
        path = Path(address.database or "")
        if path.exists() and not force:  # noqa: ASYNC240 - the command line: nothing else runs
            raise OperatorError(f"there is a database at {path}; with --force it is replaced (and kept beside it)")
        vault = await asyncio.to_thread(_sqlite, path, fill, data_dir, source, keys)
    assert vault is not None
    return content


def _sqlite(
    path: Path, fill: Callable[[Connection], Vault], data_dir: Path, source: Path, keys: Sequence[str]
) -> Vault:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = FileLock(path)
    try:
        _files(source, keys, data_dir)
        return replace_file(path, lock, fill)
    except DBAPIError as error:
        raise sqlite_failure(error) or error from error
    finally:
        lock.close()


async def _postgres(
    url: Any, fill: Callable[[Connection], Vault], data_dir: Path, source: Path, keys: Sequence[str], *, force: bool
) -> Vault:
    engine = make_engine(url)
    try:
        async with engine.begin() as conn:
            there = await conn.scalar(text("SELECT to_regclass('meta')")) is not None
            if there and not force:
                raise OperatorError("the PostgreSQL database is not empty; with --force its tables are replaced")
            if there and (await conn.execute(_OTHERS)).scalar_one():
                raise OperatorError("the PostgreSQL database is in use: stop the bot first")
            if there:
                await conn.run_sync(t.metadata.drop_all)
                await conn.execute(text("DROP TABLE IF EXISTS alembic_version"))
            await asyncio.to_thread(_files, source, keys, data_dir)
            return await conn.run_sync(fill)
    except (DBAPIError, OSError) as error:
        raise postgres_failure(error) or StorageFailed("PostgreSQL refused the restore") from error
    finally:
        await engine.dispose()


def _files(source: Path, keys: Sequence[str], data_dir: Path) -> None:
    files = AttachmentFiles(data_dir, Vault(keys, bytes(32)))  # only lays them down; the root is not known yet
    for kind, payload in records(source, keys):
        if kind == FILE:
            files.put_back(payload[:PATH_BYTES].decode().strip(), payload[PATH_BYTES:])


def _fill(conn: Connection, keys: Sequence[str], source: Path, *, practice: bool) -> Vault:
    if migrations.current(conn) is not None:  # asked on this connection first: without, Alembic commits by itself
        raise OperatorError("the target is not empty")
    migrations.upgrade(conn)
    later: dict[Table, list[dict[str, Any]]] = defaultdict(list)
    for kind, payload in records(source, keys):
        if kind == ROWS:
            batch = orjson.loads(payload)
            table = t.metadata.tables[batch["table"]]
            rows = [decode(table, row) for row in batch["rows"]]
            own = _own(table)
            later[table] += [dict(row) for row in rows if any(row[name] is not None for name in own)]
            conn.execute(insert(table), [{**row, **dict.fromkeys(own)} for row in rows])
            if table is t.meta:  # the first: with its root the ids in the others can be hidden
                prepare(conn, keys, create=False, practice=practice)
        elif kind == NUMBERS:
            _set_numbers(conn, orjson.loads(payload))
    for table, rows in later.items():
        _relate(conn, table, rows)
    vault = prepare(conn, keys, create=False, practice=practice)
    _doubt(conn, vault)
    if conn.dialect.name == "sqlite" and conn.exec_driver_sql("PRAGMA integrity_check").scalar() != "ok":
        raise StorageFailed("the restored database does not pass its integrity check")
    return vault


def _own(table: Table) -> list[str]:
    """Columns that name rows of the same table."""
    return [key.parent.name for key in table.foreign_keys if key.column.table is table]


def _relate(conn: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Once all rows are there."""
    names = _own(table)
    for row in rows:
        where = and_(*(column == row[column.name] for column in table.primary_key.columns))
        conn.execute(update(table).where(where).values({name: row[name] for name in names}))


def _set_numbers(conn: Connection, numbers: dict[str, int]) -> None:
    for name, number in numbers.items():
        table = t.metadata.tables.get(name)
        if table is None or not counts_up(table):
            continue
        if conn.dialect.name == "sqlite":
            key = {"name": name, "number": number}
            if not conn.execute(text("UPDATE sqlite_sequence SET seq = :number WHERE name = :name"), key).rowcount:
                conn.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :number)"), key)
        elif number:
            conn.execute(_SET_NUMBER, {"name": name, "number": number})


def _doubt(conn: Connection, vault: Vault) -> None:
    o = t.outbox
    for row in conn.execute(select(o).where(o.c.status == "pending")).all():
        mac = outbox_state(vault, row.id, "pending", row.error, True, row.parts_done, row.not_before)
        changes = {"uncertain": True, "attempts": max(1, row.attempts), "state_mac": mac}
        conn.execute(update(o).where(o.c.id == row.id).values(**changes))
