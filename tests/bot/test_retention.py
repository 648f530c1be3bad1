"""Destroyed means gone: from the database file, its WAL and the folder of files; the history still holds."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.cleaning import Cleaner
from bot.clock import PracticeClock
from domain.retention import Retention, rules
from storage.database import Database
from storage.files import AttachmentFiles
from storage.retention import DESTROYED
from storage.unit import UnitOfWork
from tests.storage.crowd import fill
from tests.storage.parts import KEY, NOW

YEARS = timedelta(days=5 * 365 + 1)
COUNT = 4


@pytest.fixture
def clock() -> PracticeClock:
    return PracticeClock(NOW, frozen=True)


@pytest.fixture
async def database(tmp_path: Path, clock: PracticeClock) -> AsyncIterator[Database]:
    url = f"sqlite+aiosqlite:///{tmp_path}/kentongan.db"
    opened = await Database.open(url, [KEY], data_dir=tmp_path, create=True, practice=False, clock=clock)
    yield opened
    await opened.close()


@pytest.fixture
def files(tmp_path: Path, database: Database) -> AttachmentFiles:
    return AttachmentFiles(tmp_path, database.vault)


@pytest.fixture
def cleaner(database: Database, files: AttachmentFiles, clock: PracticeClock) -> Cleaner:
    return Cleaner(database, files, clock)


async def ciphertexts(database: Database) -> list[bytes]:
    """The stored bytes of every content that must go."""

    def work(uow: UnitOfWork) -> list[bytes]:
        queries = (
            "SELECT fields FROM case_versions", "SELECT data FROM events WHERE subject LIKE 'case:%'",
            "SELECT file_name FROM attachments", "SELECT content FROM recaps", "SELECT \"grant\" FROM invitations",
        )  # fmt: skip
        return [bytes(row[0]) for query in queries for row in uow.conn.exec_driver_sql(query)]

    return await database.run(work)


def everywhere(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


async def test_what_is_due_is_gone_from_every_file_and_the_history_holds(
    database: Database, files: AttachmentFiles, cleaner: Cleaner, clock: PracticeClock, tmp_path: Path
) -> None:
    await database.run(lambda uow: fill(uow, files, COUNT))
    old = await ciphertexts(database)
    stored = [(tmp_path / "attachments" / path).read_bytes() for path in files.paths()]
    assert len(old) == COUNT * 6
    assert all(value in everywhere(tmp_path) for value in [*old, *stored])
    clock.move_to(NOW + YEARS)
    due = await cleaner.plan()
    assert [(one.what, one.ref) for one in due[:COUNT]] == [
        ("lapinfo", f"LI-261121-{number:04d}") for number in range(1, COUNT + 1)
    ]
    assert "730d active and 1095d inactive" in due[0].why
    assert await ciphertexts(database) == old, "a plan changes nothing"
    await cleaner.clean()
    left = everywhere(tmp_path)
    assert [value for value in [*old, *stored] if value in left] == []
    assert not files.paths()
    assert list(await database.verify()) == []
    case = await database.run(lambda uow: uow.cases.get(1))
    assert case is not None
    assert (case.ref, set(case.fields)) == ("LI-261121-0001", {DESTROYED})
    events = await database.run(lambda uow: uow.events.of("case:1"))
    assert [(event.action, dict(event.data)) for event in events] == [
        ("submitted", {}), ("opened", {}), ("tombstone:2", {}),
    ]  # fmt: skip
    assert [one for one in await cleaner.plan() if one.what in {"lapinfo", "recap"}] == []
    assert await cleaner.clean() == 0


async def test_young_open_and_kept_ones_stay(database: Database, files: AttachmentFiles, clock: PracticeClock) -> None:
    await database.run(lambda uow: fill(uow, files, COUNT))

    def reopen(uow: UnitOfWork) -> None:
        case = uow.cases.get(1)
        assert case is not None
        uow.cases.change(case, closed_at=None)

    await database.run(reopen)
    clock.move_to(NOW + YEARS - timedelta(days=2))
    assert [one for one in await Cleaner(database, files, clock).plan() if one.ref] == []
    clock.move_to(NOW + YEARS)
    keep = Retention.model_validate({"lapinfo": {"active": "1d", "then": "keep"}})
    assert {one.what for one in await Cleaner(database, files, clock, keep).plan() if one.ref} == {"recap"}
    assert {one.ref for one in await Cleaner(database, files, clock).plan() if one.what == "lapinfo"} == {
        f"LI-261121-{number:04d}" for number in range(2, COUNT + 1)
    }
    assert "lapinfo" not in [rule.name for rule in rules(keep, NOW)]


async def test_files_that_no_row_knows_are_found_and_removed_when_they_are_old(
    files: AttachmentFiles, cleaner: Cleaner, clock: PracticeClock, tmp_path: Path
) -> None:
    paths = [files.write(b"yatim"), files.write(b"baru")]
    half = (tmp_path / "attachments" / paths[0]).with_suffix(".part")
    half.write_bytes(b"separuh")
    now = clock.now().timestamp()
    for path, age in ((tmp_path / "attachments" / paths[0], 7200), (half, 7200),
                      (tmp_path / "attachments" / paths[1], 60)):  # fmt: skip
        os.utime(path, (now - age, now - age))
    assert sorted(one.ref or "" for one in await cleaner.plan()) == sorted([paths[0], f"{paths[0]}.part"])
    assert await cleaner.clean() == 2
    assert files.paths() == [paths[1]]


@pytest.mark.parametrize("stop", ["delete", "discard", "truncate_wal"])
async def test_killed_in_the_middle_the_next_run_ends_it(
    database: Database, files: AttachmentFiles, clock: PracticeClock, tmp_path: Path, stop: str
) -> None:
    await database.run(lambda uow: fill(uow, files, COUNT))
    old = [*await ciphertexts(database), *((tmp_path / "attachments" / path).read_bytes() for path in files.paths())]
    url = f"sqlite+aiosqlite:///{tmp_path}/kentongan.db"
    script = f"""
import asyncio, os
from datetime import timedelta
from pathlib import Path
from bot.cleaning import Cleaner
from storage.database import Database
from storage.files import AttachmentFiles
from tests.storage.parts import NOW, FixedClock
async def main():
    clock = FixedClock()
    clock.time = NOW + timedelta(days=1826)
    database = await Database.open({url!r}, [{KEY!r}], data_dir=Path({str(tmp_path)!r}), create=False,
                                   practice=False, clock=clock)
    def die(*a, **k):
        os.kill(os.getpid(), 9)
    files = AttachmentFiles(Path({str(tmp_path)!r}), database.vault)
    for one in (files, database):
        if hasattr(one, {stop!r}):
            setattr(one, {stop!r}, die)
    await Cleaner(database, files, clock).clean()
asyncio.run(main())
"""
    for path in files.paths():
        os.utime(tmp_path / "attachments" / path, (NOW.timestamp(), NOW.timestamp()))
    done = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", script], cwd=Path(__file__).parents[2], check=False
    )
    assert done.returncode == (0 if stop == "discard" else -9)  # nothing is stray before a kill
    assert list(await database.verify()) == []
    clock.move_to(NOW + YEARS)
    await Cleaner(database, files, clock).clean()
    left = everywhere(tmp_path)
    assert [value for value in old if value in left] == []
    assert list(await database.verify()) == []
