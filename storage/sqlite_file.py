"""The database file before it is used: refused when something is wrong with it, made whole or not at all."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection

from domain.errors import OperatorError
from storage.lock import FileLock
from storage.sqlite import connect, disconnect, raw, wal_of

T = TypeVar("T")
_MAGIC = b"SQLite format 3\x00"
_NETWORK = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "glusterfs", "fuse.sshfs", "fuse.glusterfs"}
)
QUICK_CHECK_BYTES = 256 * 1024 * 1024
"""Larger files are not read through at every start (about a second per gigabyte); ``doctor`` does it."""


def prepare_file(path: Path, lock: FileLock, *, create: bool, prepare: Callable[[Connection], T]) -> T:
    """Check the file (or make it), run ``prepare`` in one transaction and return what it gave.

    Raises OperatorError for a missing (without ``create``), empty or damaged file, for a ``-wal`` file without its
    database and for a database whose ``-wal`` file went missing: each may be a restore gone wrong, so none becomes a
    new database.
    """
    with lock.held():
        if not path.exists():
            _refuse_remains(path)
            if not create:
                raise OperatorError(f"there is no database at {path}; run: kentongan init")
            return _make(path, lock, prepare)
        _refuse_damaged(path, lock)
        return _inside(path, lock, prepare)


def network_file_system(path: Path) -> str | None:
    """The kind of network file system the path is on, None when it is local or cannot be told (Linux only)."""
    mounts = Path("/proc/mounts")
    if not mounts.exists():
        return None
    best, kind = "", None
    target = str(path.resolve())
    for line in mounts.read_text().splitlines():
        _, point, name, *_ = line.split()
        inside = target == point or target.startswith(point.rstrip("/") + "/")
        if inside and len(point) >= len(best):
            best, kind = point, name
    return kind if kind in _NETWORK else None


def _refuse_remains(path: Path) -> None:
    for suffix in ("-wal", "-journal"):
        if path.with_name(path.name + suffix).exists():
            raise OperatorError(
                f"{path}{suffix} is there but {path} is not: the database was moved or deleted; restore it"
            )


def _refuse_damaged(path: Path, lock: FileLock) -> None:
    if path.stat().st_size == 0:
        raise OperatorError(f"{path} is empty; restore it from a backup, or delete it and run: kentongan init")
    try:
        with path.open("rb") as file:
            magic = file.read(len(_MAGIC))
    except OSError as error:
        raise OperatorError(f"KENTONGAN_DATABASE_URL: {path} cannot be read ({error.strerror})") from error
    if magic != _MAGIC:
        raise OperatorError(f"{path} is not a database (damaged?); restore it from a backup")
    if lock.wal_expected and not wal_of(path).exists():
        raise OperatorError(
            f"{path}-wal is missing though the last run did not end cleanly: changes may be lost; restore a backup, "
            f"or delete {path}.lock to go on without them"
        )


def _make(path: Path, lock: FileLock, prepare: Callable[[Connection], T]) -> T:
    """Built under another name and renamed when whole: a kill in between leaves nothing that looks like a database."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft, result = _draft(path, lock, prepare)
    draft.rename(path)
    _sync_folder(path.parent)
    return result


def replace_file(path: Path, lock: FileLock, prepare: Callable[[Connection], T]) -> T:
    """Build a database with ``prepare`` and put it in the place of the one that is there, which stays beside it as
    ``….replaced``. Raises OperatorError when a program has that one open; whatever fails, it is left as it was."""
    with lock.held():
        _fold(path)
        draft, result = _draft(path, lock, prepare)
        kept = path.with_name(path.name + ".replaced")
        kept.unlink(missing_ok=True)
        if path.exists():
            os.link(path, kept)
        for suffix in ("-wal", "-journal"):  # of a damaged or lost one: beside the new database they would be poison
            rest = path.with_name(path.name + suffix)
            if rest.exists():
                rest.rename(kept.with_name(kept.name + suffix))
        path.with_name(path.name + "-shm").unlink(missing_ok=True)
        draft.rename(path)
        _sync_folder(path.parent)
        return result


def _fold(path: Path) -> None:
    """Bring the WAL into the file, which nobody may have open for that; a damaged one is left alone."""
    if not path.exists() or path.stat().st_size == 0:
        return
    dbapi = sqlite3.connect(path, timeout=0.0, isolation_level=None)
    try:
        dbapi.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
            raise OperatorError(f"{path} is in use: stop the bot first") from error
        raise
    except sqlite3.DatabaseError:
        pass  # damaged: that is why it is replaced
    finally:
        dbapi.close()


def _draft(path: Path, lock: FileLock, prepare: Callable[[Connection], T]) -> tuple[Path, T]:
    draft = path.with_name(path.name + ".new")
    for leftover in (draft, draft.with_name(draft.name + "-wal"), draft.with_name(draft.name + "-shm")):
        leftover.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    return draft, _inside(draft, lock, prepare)


def _sync_folder(folder: Path) -> None:
    directory = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def _inside(path: Path, lock: FileLock, prepare: Callable[[Connection], T]) -> T:
    try:
        engine, conn = connect(path)
    except sqlite3.DatabaseError as error:
        raise OperatorError(f"{path} is damaged; restore it from a backup ({error})") from error
    dbapi = raw(conn)
    try:
        if path.stat().st_size <= QUICK_CHECK_BYTES:
            _quick_check(path, dbapi)
        dbapi.execute("BEGIN IMMEDIATE")
        try:
            result = prepare(conn)
            dbapi.execute("COMMIT")
        finally:
            if dbapi.in_transaction:
                dbapi.execute("ROLLBACK")
        return result
    finally:
        disconnect(path, lock, engine, conn)


def _quick_check(path: Path, dbapi: sqlite3.Connection) -> None:
    try:
        (answer,) = dbapi.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.DatabaseError as error:
        raise OperatorError(f"{path} is damaged; restore it from a backup ({error})") from error
    if answer != "ok":
        raise OperatorError(f"{path} is damaged; restore it from a backup")
