"""The run lock: one process runs the office, another stands by until it ends."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from storage.database import Database
from tests.storage.parts import KEY, FixedClock, open_database

LEADER = """
import asyncio, sys
from pathlib import Path
from bot.clock import SystemClock
from storage.database import Database
async def main():
    url, key, folder = sys.argv[1:]
    db = await Database.open(url, [key], data_dir=Path(folder), create=False, practice=False, clock=SystemClock())
    print(await db.lead(), flush=True)
    await asyncio.sleep(600)
asyncio.run(main())
"""


def leader(url: str, folder: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", LEADER, url, KEY, str(folder)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2])


async def test_one_leads_and_the_other_follows_when_it_has_ended(db: Database, address: str, tmp_path: Path) -> None:
    other = await open_database(address, FixedClock(), tmp_path, create=False)
    try:
        assert await db.lead()
        assert await db.lead()
        assert not await other.lead()
        assert (await db.leads(), await other.leads()) == (True, False)
        await db.close()
        assert await other.lead()
        assert await other.leads()
    finally:
        await other.close()


async def test_a_killed_leader_is_followed(db: Database, address: str, tmp_path: Path) -> None:
    with leader(address, tmp_path) as process:
        try:
            assert process.stdout is not None
            assert await asyncio.to_thread(process.stdout.readline) == "True\n"
            assert not await db.lead()
        finally:
            process.kill()
    async with asyncio.timeout(10):
        while not await db.lead():  # noqa: ASYNC110 - a server hears of a broken connection in its own time
            await asyncio.sleep(0.02)
    assert await db.leads()


async def cut_off(url: str) -> None:
    """End every session that holds an advisory lock, as a restart of the server does."""
    engine = create_async_engine(url)
    async with engine.begin() as conn:
        await conn.execute(text("SELECT pg_terminate_backend(pid, 5000) FROM pg_locks WHERE locktype = 'advisory'"))
    await engine.dispose()


@pytest.mark.parametrize("rival", [False, True])
async def test_a_lost_session_is_taken_up_again_unless_another_process_was_first(
    postgres_db: Database, postgres_url: str, tmp_path: Path, rival: bool
) -> None:
    other = await open_database(postgres_url, FixedClock(), tmp_path, create=False)
    try:
        assert await postgres_db.lead()
        await cut_off(postgres_url)
        if rival:
            assert await other.lead()
        assert await postgres_db.leads() is not rival
        assert await other.lead() is rival
    finally:
        await other.close()
