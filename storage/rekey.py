"""``rekey``: every stored value under the first key, so that the older ones can be taken out of the settings.

A batch is one transaction and a file is replaced by a rename, so a kill anywhere leaves values under old and new keys,
all of which decrypt; the next run goes on with what is left, found by the key's mark at the head of each value. MACs,
blind indexes and chains do not change: their keys come from the database's root, of which only the wrapping is renewed.
Rows whose seal or value does not hold are left as they are and named: to seal them anew would hide the change.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from sqlalchemy import Connection, Row, Table, and_, bindparam, func, or_, select, update
from sqlalchemy.sql import ColumnElement

from domain.errors import NotFound, TamperedError
from storage import tables as t
from storage.audit import data_aad
from storage.crypto import HEAD_BYTES, Keyring, Vault
from storage.database import Database
from storage.drafts import check_draft, draft_mac
from storage.files import AttachmentFiles
from storage.schema import WRAPPED, WRAPPED_AAD, vault_keyring
from storage.seal import SealedTable, row_mac
from storage.unit import UnitOfWork
from storage.verify import SEALED, Place, places

BATCH = 200
"""Rows of one transaction: the bot waits for it."""
_WRAPPED = select(t.meta.c.value).where(t.meta.c.key == bindparam("key"))
_META_VALUE = select(t.meta).where(t.meta.c.key == bindparam("key")).with_for_update()
_REF = select(t.cases.c.ref).where(t.cases.c.id == bindparam("id"))


@dataclass(slots=True)
class Progress:
    """What a run did, as it goes."""

    rows: int = 0
    """Values renewed."""
    files: int = 0
    broken: list[str] = field(default_factory=list)
    """Places (table, column, row; no content) whose value or seal does not hold; they keep their key."""


def all_places(conn: Connection) -> list[Place]:
    """Every column of ciphertexts with what its values are bound to, the events' included."""

    def ref_of(case_id: int) -> str:
        return str(conn.execute(_REF, {"id": case_id}).scalar() or "")

    return [*places(ref_of), (t.events, "data", lambda row: data_aad(row.subject, row.seq))]


def remaining(conn: Connection, vault: Vault) -> int:
    """How many stored values, the wrapped root among them, are not under the first key; files are not counted here."""
    found = 0
    for table, column, _ in all_places(conn):
        query = select(func.count()).select_from(table).where(_old(table.c[column]))
        found += conn.execute(query, {"head": vault.head}).scalar_one()
    wrapped = conn.execute(_WRAPPED, {"key": WRAPPED}).scalar_one()
    return found + (not vault.newest(wrapped))


async def rekey(
    database: Database, keys: Sequence[str], files: AttachmentFiles, tell: Callable[[Progress], None] = lambda _: None
) -> Progress:
    """Renew everything; ``tell`` hears of each batch. Raises StorageFailed when the disk refuses; run it again then."""
    progress = Progress()
    done = await database.run(lambda uow: _rewrap(uow, keys))
    progress.rows += done
    count = len(await database.run(lambda uow: all_places(uow.conn)))
    for number in range(count):
        after: tuple[Any, ...] | None = None
        while True:
            step = await database.run(partial(_batch, number=number, after=after))
            progress.rows += step.renewed
            progress.broken += step.broken
            tell(progress)
            if step.last is None:
                break
            after = step.last
    for path in await asyncio.to_thread(files.paths):
        try:
            progress.files += await asyncio.to_thread(files.renew, path)
        except NotFound:
            continue  # cleaning took it meanwhile
        except TamperedError:
            progress.broken.append(f"the file {path} does not decrypt")
        tell(progress)
    await database.truncate_wal()  # what stood there before is in the WAL still, under the old key
    return progress


@dataclass(frozen=True, slots=True)
class _Step:
    renewed: int
    broken: list[str]
    last: tuple[Any, ...] | None
    """The key of the last row looked at, None when there are no more."""


def _old(column: ColumnElement[Any]) -> ColumnElement[bool]:
    return and_(column.is_not(None), func.substr(column, 1, HEAD_BYTES) != bindparam("head"))


def _after(table: Table, after: tuple[Any, ...]) -> ColumnElement[bool]:
    """Rows whose primary key comes later."""
    columns = list(table.primary_key.columns)
    return or_(
        *(
            and_(*(column == value for column, value in zip(columns[:n], after, strict=False)), columns[n] > after[n])
            for n in range(len(columns))
        )
    )


def _batch(uow: UnitOfWork, number: int, after: tuple[Any, ...] | None) -> _Step:
    conn, vault = uow.conn, uow.vault
    table, column, aad = all_places(conn)[number]
    keys = list(table.primary_key.columns)
    query = select(table).where(_old(table.c[column])).order_by(*keys).limit(BATCH).with_for_update()
    if after is not None:
        query = query.where(_after(table, after))
    rows = conn.execute(query, {"head": vault.head}).all()
    renewed, broken = 0, []
    for row in rows:
        try:
            _renew(conn, vault, table, column, row, aad(row))
        except TamperedError as error:
            broken.append(f"{table.name}.{column}: {error}")
        else:
            renewed += 1
    last = None if len(rows) < BATCH else tuple(getattr(rows[-1], key.name) for key in keys)
    return _Step(renewed, broken, last)


def _renew(conn: Connection, vault: Vault, table: Table, column: str, row: Row[Any], aad: bytes) -> None:
    old = row._mapping
    value = vault.encrypt(vault.decrypt(old[column], aad), aad)
    if table in SEALED:
        sealed = SealedTable(table)
        sealed.update(conn, vault, sealed.row(vault, row), {column: value})
        return
    changes: dict[str, Any] = {column: value}
    if table is t.drafts:
        check_draft(vault, row)
        changes["row_mac"] = draft_mac(vault, {str(name): old[name] for name in old} | {column: value})
    # The queues' seals leave the content out, and an event's is over the digest of the plain text.
    where = and_(*(key == old[key.name] for key in table.primary_key.columns))
    conn.execute(update(table).where(where).values(**changes))


def _rewrap(uow: UnitOfWork, keys: Sequence[str]) -> int:
    """The root first: with it under the new key, a start with the new key alone says what is still missing."""
    ring: Keyring = vault_keyring(keys)
    row = uow.conn.execute(_META_VALUE, {"key": WRAPPED}).one()
    if ring.newest(row.value):
        return 0
    value = ring.encrypt(ring.decrypt(row.value, WRAPPED_AAD), WRAPPED_AAD)
    mac = row_mac(uow.vault, "meta", {"key": WRAPPED, "value": value})
    uow.conn.execute(update(t.meta).where(t.meta.c.key == WRAPPED).values(value=value, row_mac=mac))
    return 1
