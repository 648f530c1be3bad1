"""Real processes: killed while they write, and two of them writing at once."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path
from typing import IO

from sqlalchemy import text

from storage.database import Database
from tests.storage.parts import FixedClock, open_database


def start(url: str, first: int, count: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.storage.writer", url, str(first), str(count)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2])


def output(process: subprocess.Popen[str]) -> IO[str]:
    assert process.stdout is not None
    return process.stdout


async def stored(database: Database) -> set[int]:
    rows = await database.run(lambda uow: uow.conn.execute(text("SELECT update_id, status, body FROM inbox")).all())
    # An update and its "done" were one transaction: an odd one is done, an even one waits.
    assert all((status == "done") == (update_id % 2 == 1) for update_id, status, _ in rows)
    events = await database.run(lambda uow: uow.events.of("system"))
    assert {event.data["number"] for event in events} == {row.update_id for row in rows}
    return {row.update_id for row in rows}


async def test_what_was_accepted_before_a_kill_is_stored(db: Database, address: str, tmp_path: Path) -> None:
    await db.close()
    chance = random.Random(20261120)
    accepted: set[int] = set()
    for round_ in range(3):
        process = start(address, round_ * 100_000 + 1, 100_000)
        lines = output(process)
        for _ in range(chance.randrange(1, 150)):
            accepted.add(int(lines.readline()))
        process.kill()
        accepted.update(int(line) for line in lines.read().splitlines(keepends=True) if line.endswith("\n"))
        lines.close()
        process.wait()
    database = await open_database(address, FixedClock(), tmp_path, create=False)
    try:
        assert accepted <= await stored(database)
        assert len(accepted) > 3
        assert list(await database.verify()) == []
    finally:
        await database.close()


async def test_two_processes_write_at_once(sqlite_db: Database, tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/kentongan.db"
    processes = [start(url, 1 + number * 1000, 300) for number in range(2)]
    firsts = [output(process).readline() for process in processes]
    assert firsts[0]
    assert firsts[1]
    assert len(await sqlite_db.run(lambda uow: uow.inbox.pending(9))) > 0  # a third one, meanwhile
    for process in processes:
        process.communicate()
        assert process.returncode == 0
    assert await stored(sqlite_db) == {*range(1, 301), *range(1001, 1301)}
    assert list(await sqlite_db.verify()) == []
    check = await sqlite_db.run(lambda uow: uow.conn.exec_driver_sql("PRAGMA integrity_check").scalar())
    assert check == "ok"
