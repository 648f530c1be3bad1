"""What is not a healthy database of ours is refused in one line, and never replaced by a new one."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from sqlalchemy import text

from domain.errors import OperatorError, SchemaTooNew
from storage.database import Database
from tests.storage.parts import OTHER_KEY, FixedClock, open_database, person


def url(folder: Path) -> str:
    return f"sqlite+aiosqlite:///{folder}/kentongan.db"


async def refused(folder: Path, match: str, **changes: object) -> None:
    for create in (False, True):
        with pytest.raises(OperatorError, match=match) as caught:
            await open_database(url(folder), FixedClock(), folder, **{"create": create, **changes})
        assert "\n" not in str(caught.value)


async def test_a_missing_database_is_made_only_when_asked(tmp_path: Path, clock: FixedClock) -> None:
    for folder in (tmp_path, tmp_path / "belum"):
        with pytest.raises(OperatorError, match="kentongan init"):
            await open_database(url(folder), clock, tmp_path, create=False)
        assert not (folder / "kentongan.db").exists()
    await (await open_database(url(tmp_path / "belum"), clock, tmp_path)).close()
    await (await open_database(url(tmp_path / "belum"), clock, tmp_path, create=False)).close()
    assert (tmp_path / "belum" / "kentongan.db").stat().st_mode & 0o077 == 0


async def test_an_unfinished_making_is_begun_again(tmp_path: Path, clock: FixedClock) -> None:
    (tmp_path / "kentongan.db.new").write_bytes(b"SQLite format 3\x00 half")
    (tmp_path / "kentongan.db.new-wal").write_bytes(b"half")
    database = await open_database(url(tmp_path), clock, tmp_path)
    await database.run(person)
    await database.close()
    assert not (tmp_path / "kentongan.db.new").exists()


@pytest.mark.parametrize("content", [b"", b"bukan basis data" * 400, b"SQLite format 3\x00" + b"\xff" * 8192])
async def test_an_empty_or_damaged_file_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "kentongan.db").write_bytes(content)
    await refused(tmp_path, "restore it")
    assert (tmp_path / "kentongan.db").read_bytes() == content


async def test_a_damaged_page_is_refused(sqlite_db: Database, tmp_path: Path) -> None:
    for number in range(30):
        await sqlite_db.run(lambda uow, number=number: person(uow, number))  # type: ignore[misc]
    await sqlite_db.close()
    file = tmp_path / "kentongan.db"
    data = bytearray(file.read_bytes())
    for page in range(2, len(data) // 4096):
        data[page * 4096 : page * 4096 + 64] = b"\xff" * 64
    file.write_bytes(bytes(data))
    await refused(tmp_path, "damaged")


async def test_a_wal_without_its_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "kentongan.db-wal").write_bytes(b"")
    await refused(tmp_path, "is there but")


async def test_a_missing_wal_is_refused(sqlite_db: Database, tmp_path: Path) -> None:
    await sqlite_db.run(person)
    copy = tmp_path / "copy"
    copy.mkdir()
    for name in ("kentongan.db", "kentongan.db.lock"):  # as a kill would leave it, but for the -wal
        shutil.copy(tmp_path / name, copy / name)
    await refused(copy, "wal is missing")
    shutil.copy(tmp_path / "kentongan.db-wal", copy / "kentongan.db-wal")
    again = await open_database(url(copy), FixedClock(), copy, create=False)
    assert len(await again.run(lambda uow: uow.people.all())) == 1
    await again.close()


async def test_wrong_keys_are_refused(db: Database, tmp_path: Path, address: str) -> None:
    with pytest.raises(OperatorError, match="KENTONGAN_SECRET_KEYS does not hold"):
        await open_database(address, FixedClock(), tmp_path, keys=[OTHER_KEY])


async def test_practice_never_mixes_with_real_data(db: Database, tmp_path: Path, address: str) -> None:
    with pytest.raises(OperatorError, match="holds real data and this is practice"):
        await open_database(address, FixedClock(), tmp_path, practice=True)
    await db.run(
        lambda uow: uow.conn.execute(text("UPDATE meta SET value = :one WHERE key = 'practice'"), {"one": b"1"})
    )
    with pytest.raises(OperatorError, match="changed by hand"):
        await open_database(address, FixedClock(), tmp_path, practice=True)


async def test_a_newer_schema_is_refused(db: Database, tmp_path: Path, address: str) -> None:
    await db.run(lambda uow: uow.conn.execute(text("UPDATE alembic_version SET version_num = '9999'")))
    try:
        with pytest.raises(SchemaTooNew, match="9999"):
            await open_database(address, FixedClock(), tmp_path)
    finally:
        await db.run(lambda uow: uow.conn.execute(text("UPDATE alembic_version SET version_num = '0001'")))


@pytest.mark.parametrize("wrong", ["", "kentongan.db", "sqlite://", "sqlite:///:memory:", "mysql://x/y"])
async def test_other_addresses_are_refused(tmp_path: Path, clock: FixedClock, wrong: str) -> None:
    with pytest.raises(OperatorError, match="KENTONGAN_DATABASE_URL"):
        await open_database(wrong, clock, tmp_path)
