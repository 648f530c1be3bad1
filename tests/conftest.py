"""What makes the whole suite quick without asking less of the product."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pytest
from sqlalchemy import Connection

from storage import migrations
from storage.sqlite import raw

MEMORY = Path("/dev/shm")
"""A file system in memory, where the system has one."""
ENOUGH = 2 * 1024**3
"""Bytes that must be free there for the databases and files of a run."""
_RECORDED: list[str] = []
"""What the revisions did to an empty SQLite file in this process."""


def pytest_configure() -> None:
    """Temporary files are in memory where there is room: on a disk every commit of every test waits for it."""
    named = {"TMPDIR", "TEMP", "TMP", "PYTEST_DEBUG_TEMPROOT"} & os.environ.keys()
    if not named and MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ENOUGH:
        os.environ["TMPDIR"] = str(MEMORY)
        tempfile.tempdir = None  # asked for already


@pytest.fixture
def migrate_once() -> bool:
    """Whether an empty database may repeat what the revisions did to the first one; tests of storage refuse it."""
    return True


@pytest.fixture(autouse=True)
def recorded_schema(migrate_once: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """The revisions cost more than all else in the start of an application: here they run once in a process."""
    real = migrations.upgrade

    def upgrade(conn: Connection) -> None:
        if conn.dialect.name != "sqlite" or migrations.current(conn) is not None:
            real(conn)
        elif _RECORDED:
            for statement in _RECORDED:
                raw(conn).execute(statement)
        else:
            real(conn)
            _RECORDED.extend(line for line in raw(conn).iterdump() if line not in {"BEGIN TRANSACTION;", "COMMIT;"})

    if migrate_once:
        monkeypatch.setattr(migrations, "upgrade", upgrade)
