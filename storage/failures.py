"""Which driver errors mean "could not store" and which mean "run it again"."""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import DBAPIError

from domain.errors import StorageFailed

_SQLITE = {
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_READONLY: "the database is read-only",
    sqlite3.SQLITE_IOERR: "the disk reports an I/O error",
    sqlite3.SQLITE_CANTOPEN: "the database file cannot be opened",
    sqlite3.SQLITE_BUSY: "another program holds the database",
    sqlite3.SQLITE_CORRUPT: "the database file is damaged",
    sqlite3.SQLITE_NOTADB: "the database file is damaged",
    sqlite3.SQLITE_NOMEM: "out of memory",
}
_RETRIED = frozenset({"40001", "40P01", "23505"})
"""serialization_failure, deadlock_detected, and unique_violation: two transactions inserted the same thing at once."""
_PG_CLASSES = {
    "08": "no connection",
    "28": "the server refuses this user or password",
    "3D": "the server has no such database",
    "53": "the server is out of resources",
    "57": "the server is stopping",
    "58": "the server reports an I/O error",
}
_PG_READ_ONLY = "25006"


def sqlite_failure(error: BaseException) -> StorageFailed | None:
    """The failure behind a driver error, or None when it is not the store's fault."""
    original = error.orig if isinstance(error, DBAPIError) else error
    code = getattr(original, "sqlite_errorcode", None)
    reason = None if code is None else _SQLITE.get(code & 0xFF)
    return None if reason is None else StorageFailed(reason)


def sqlstate(error: BaseException) -> str:
    """The five characters PostgreSQL gives, or nothing."""
    original = error.orig if isinstance(error, DBAPIError) else error
    return str(getattr(original, "sqlstate", None) or "")


def postgres_retry(error: BaseException) -> bool:
    """Whether the transaction may succeed when run again."""
    return sqlstate(error) in _RETRIED


def postgres_failure(error: BaseException) -> StorageFailed | None:
    """The failure behind a driver error, or None when it is not the store's fault."""
    if isinstance(error, OSError) or (isinstance(error, DBAPIError) and error.connection_invalidated):
        return StorageFailed("no connection to the database")
    state = sqlstate(error)
    reason = "the database is read-only" if state == _PG_READ_ONLY else _PG_CLASSES.get(state[:2])
    return None if reason is None else StorageFailed(reason)
