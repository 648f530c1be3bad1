"""A backup while others write, restored into either database: the same rows, files, numbers and waiting notices."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from domain.errors import KentonganError, OperatorError, TamperedError
from storage import tables as t
from storage.backup import backup, examine
from storage.database import Database
from storage.files import AttachmentFiles
from storage.restore import restore
from storage.unit import UnitOfWork
from tests.storage.crowd import SECRET, fill
from tests.storage.parts import KEY, OTHER_KEY, FixedClock, case, open_database, person, raw

COUNT = 5
ROOT = Path(__file__).parents[2]


def everything(uow: UnitOfWork) -> dict[str, Any]:
    """All rows, the waiting notices' state left out."""
    doubted = {"uncertain", "attempts", "state_mac"}
    return {
        table.name: [
            {name: value for name, value in row._mapping.items() if table is not t.outbox or name not in doubted}
            for row in uow.conn.execute(select(table).order_by(*table.primary_key.columns))
        ]
        for table in t.metadata.sorted_tables
    }


async def saved(db: Database, tmp_path: Path) -> Path:
    files = AttachmentFiles(tmp_path, db.vault)
    await db.run(lambda uow: fill(uow, files, COUNT))

    def link(uow: UnitOfWork) -> None:
        first, second = uow.cases.get(1), uow.cases.get(2)
        assert first is not None
        assert second is not None
        uow.cases.change(first, incident_id=2)  # an older row that names a newer one
        uow.cases.change(second, incident_id=2)

    await db.run(link)
    target = tmp_path / "cadangan.kbak"
    content = await backup(db, [KEY], files, target)
    assert (content.files, content.missing) == (COUNT, 0)
    return target


@pytest.fixture(params=["sqlite", "postgresql"])
def elsewhere(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where it is restored to: a new file, or the server (whose database the test has left)."""
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path}/baru/kentongan.db"
    return str(request.getfixturevalue("postgres_url"))


async def test_it_comes_back_whole_in_either_database(db: Database, elsewhere: str, tmp_path: Path) -> None:
    source = await saved(db, tmp_path)
    rows = await db.read(everything)
    await db.close()
    folder = tmp_path / "baru"
    await restore(elsewhere, [KEY], source, data_dir=folder, force=elsewhere.startswith("postgresql"))
    back = await open_database(elsewhere, FixedClock(), folder, create=False)
    try:
        assert await back.read(everything) == rows
        assert list(await back.verify()) == []
        # Each alert that waited goes out once, and says that it may be the second.
        waiting = await back.run(lambda uow: uow.outbox.pending(99))
        assert [(row.uncertain, row.reference) for row in waiting] == [
            (True, f"LI-261121-{number:04d}") for number in range(1, COUNT + 1)
        ]
        # Numbers go on: no row, reference or button of the past gets a second meaning.
        made = await back.run(lambda uow: case(uow, person(uow, 4711)))
        assert (made.id, made.ref) == (COUNT + 1, f"LI-261121-{COUNT + 1:04d}")
        assert list(await back.verify()) == []
    finally:
        await back.close()


async def test_nothing_in_the_file_can_be_read_or_changed(db: Database, tmp_path: Path) -> None:
    source = await saved(db, tmp_path)
    data = source.read_bytes()
    for word in (SECRET, "Elang-", "700000001", "LI-261121", "persons", "kartu:"):
        assert word.encode() not in data
    assert source.stat().st_mode & 0o077 == 0
    with pytest.raises(OperatorError, match="SECRET_KEYS"):
        examine(source, [OTHER_KEY])
    spoiled = tmp_path / "rusak.kbak"
    for changed in (data[:-1], data[:-40], data + b"x", data[:5000] + bytes([data[5000] ^ 1]) + data[5001:], data[:9]):
        spoiled.write_bytes(changed)
        with pytest.raises(KentonganError):
            await restore(f"sqlite:///{tmp_path}/lain.db", [KEY], spoiled, data_dir=tmp_path / "lain", force=False)
    assert not (tmp_path / "lain.db").exists()
    with pytest.raises(TamperedError):
        examine(spoiled.with_name("rusak.kbak") if spoiled.write_bytes(data[:-40]) else spoiled, [KEY])


async def test_a_backup_while_others_write_is_one_moment(db: Database, tmp_path: Path) -> None:
    files = AttachmentFiles(tmp_path, db.vault)
    await db.run(lambda uow: fill(uow, files, COUNT))
    going = True

    async def write() -> int:
        number = 1000
        while going:
            number += 1

            def work(uow: UnitOfWork, number: int = number) -> None:
                (row,) = uow.inbox.store([raw(number)], FixedClock().now())
                uow.events.append("system", "stored", None, FixedClock().now(), {"number": number})
                uow.inbox.done(row.id)

            await db.run(work)
        return number

    writer = asyncio.create_task(write())
    for name in ("satu", "dua", "tiga"):
        await backup(db, [KEY], files, tmp_path / name)
    going = False
    assert await writer > 1000
    for name in ("satu", "dua", "tiga"):
        url = f"sqlite+aiosqlite:///{tmp_path}/{name}.db"
        await restore(url, [KEY], tmp_path / name, data_dir=tmp_path / f"{name}-data", force=False)
        back = await open_database(url, FixedClock(), tmp_path / f"{name}-data", create=False)
        assert list(await back.verify()) == []
        await back.close()


async def test_a_target_with_something_in_it_is_refused_unless_forced(
    db: Database, address: str, tmp_path: Path
) -> None:
    source = await saved(db, tmp_path)
    rows = await db.read(everything)
    with pytest.raises(OperatorError, match="--force"):
        await restore(address, [KEY], source, data_dir=tmp_path, force=False)
    with pytest.raises(OperatorError, match="in use"):
        await restore(address, [KEY], source, data_dir=tmp_path, force=True)
    await db.run(lambda uow: person(uow, 99))
    await db.close()
    await restore(address, [KEY], source, data_dir=tmp_path, force=True)
    back = await open_database(address, FixedClock(), tmp_path, create=False)
    assert await back.read(everything) == rows
    assert list(await back.verify()) == []
    await back.close()


async def test_a_damaged_database_with_its_wal_makes_way(sqlite_db: Database, tmp_path: Path) -> None:
    source = await saved(sqlite_db, tmp_path)
    await sqlite_db.close()
    path = tmp_path / "kentongan.db"
    path.write_bytes(b"SQLite format 3\x00" + os.urandom(9000))
    path.with_name("kentongan.db-wal").write_bytes(os.urandom(5000))
    url = f"sqlite+aiosqlite:///{path}"
    await restore(url, [KEY], source, data_dir=tmp_path, force=True)
    back = await open_database(url, FixedClock(), tmp_path, create=False)
    assert list(await back.verify()) == []
    await back.close()
    assert path.with_name("kentongan.db.replaced").exists()


async def test_a_restore_that_is_killed_leaves_the_old_or_the_new(sqlite_db: Database, tmp_path: Path) -> None:
    source = await saved(sqlite_db, tmp_path)
    await sqlite_db.run(lambda uow: person(uow, 99))
    await sqlite_db.close()
    url = f"sqlite+aiosqlite:///{tmp_path}/kentongan.db"
    for stop in ("_files", "_fill", "_doubt", "prepare", None):
        lines = [
            "import asyncio, os, sys; from pathlib import Path; from storage import restore as m",
            "def die(*a, **k): os.kill(os.getpid(), 9)",
            f"m.{stop} = die" if stop else "",
            f"places = Path({str(source)!r}), Path({str(tmp_path)!r})",
            f"asyncio.run(m.restore({url!r}, [{KEY!r}], places[0], data_dir=places[1], force=True))",
        ]
        done = await asyncio.to_thread(subprocess.run, [sys.executable, "-c", "\n".join(lines)], cwd=ROOT, check=False)
        assert done.returncode == (-9 if stop else 0)
        database = await open_database(url, FixedClock(), tmp_path, create=False)
        assert list(await database.verify()) == []
        assert (await database.run(lambda uow: uow.people.by_telegram_id(99)) is None) is (stop is None)
        await database.close()


def test_an_existing_file_or_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match="cannot be read"):
        asyncio.run(restore("sqlite:///x.db", [KEY], tmp_path / "tidak-ada", data_dir=tmp_path, force=False))
    other = tmp_path / "lain.txt"
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE satu (a)")
    with pytest.raises(OperatorError, match="not a backup"):
        asyncio.run(restore("sqlite:///x.db", [KEY], other, data_dir=tmp_path, force=False))
