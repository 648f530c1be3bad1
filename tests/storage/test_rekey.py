"""A change of keys: everything, in the end, under the first; nothing lost when it is killed; the old key not needed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import LargeBinary, text, update

from domain.errors import OperatorError
from storage import rekey as module
from storage import tables as t
from storage.database import Database
from storage.files import AttachmentFiles
from storage.rekey import all_places, rekey, remaining
from tests.storage.crowd import SECRET, field, fill
from tests.storage.parts import KEY, OTHER_KEY, FixedClock, open_database

NOT_CIPHERTEXT = {
    "row_mac", "state_mac", "mac", "meta.value", "persons.code_name_index", "invitations.digest", "chains.head",
    "events.digest",
}  # fmt: skip


async def left(database: Database) -> int:
    return await database.run(lambda uow: remaining(uow.conn, uow.vault))


async def filled(db: Database, data_dir: Path, count: int) -> None:
    files = AttachmentFiles(data_dir, db.vault)
    await db.run(lambda uow: fill(uow, files, count))


def start_and_kill(command: list[str], lines: int) -> None:
    """Killed once it has said so many lines, in the middle of what comes next."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2])
    assert process.stdout is not None
    for _ in range(lines):
        process.stdout.readline()
    process.kill()
    process.stdout.close()
    process.wait()


def test_every_column_of_bytes_is_renewed_or_known_not_to_be_ciphertext() -> None:
    renewed = {f"{table.name}.{column}" for table, column, _ in all_places(None)}  # type: ignore[arg-type]
    bytes_ = {
        f"{table.name}.{column.name}"
        for table in t.metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, LargeBinary) and not NOT_CIPHERTEXT & {column.name, f"{table.name}.{column.name}"}
    }
    assert bytes_ == renewed


async def test_after_it_the_new_key_alone_opens_everything(db: Database, address: str, tmp_path: Path) -> None:
    await filled(db, tmp_path, 5)
    lokus = await db.run(field)
    assert await left(db) == 0
    await db.close()
    both = await open_database(address, FixedClock(), tmp_path, keys=[OTHER_KEY, KEY], create=False)
    waiting = await left(both)
    assert waiting > 5 * 8
    done = await rekey(both, [OTHER_KEY, KEY], AttachmentFiles(tmp_path, both.vault))
    assert (done.rows, done.files, done.broken) == (waiting, 5, [])
    assert await left(both) == 0
    again = await rekey(both, [OTHER_KEY, KEY], AttachmentFiles(tmp_path, both.vault))
    assert (again.rows, again.files) == (0, 0)
    await both.close()
    new = await open_database(address, FixedClock(), tmp_path, keys=[OTHER_KEY], create=False)
    try:
        assert list(await new.verify()) == []
        cases = await new.run(lambda uow: [uow.cases.get(number + 1) for number in range(5)])
        assert all(one is not None and SECRET in one.fields["apa"] for one in cases)
        assert await new.run(lambda uow: len(uow.outbox.pending(9))) == 5
        told = await new.run(
            lambda uow: (
                uow.lokus.get(lokus),
                uow.lokus.team(lokus),
                uow.lokus.entries(lokus),
                uow.lokus.emergencies(lokus),
            )
        )
        assert repr(told).count(SECRET) == 4
    finally:
        await new.close()
    with pytest.raises(OperatorError):
        await open_database(address, FixedClock(), tmp_path, keys=[KEY], create=False)


async def test_a_kill_at_any_time_loses_nothing_and_the_next_run_goes_on(
    db: Database, address: str, tmp_path: Path
) -> None:
    count = 40
    await filled(db, tmp_path, count)
    await db.close()
    keys = f"{OTHER_KEY},{KEY}"
    for lines in (0, 2, 5, 9, 14):
        start_and_kill([sys.executable, "-m", "tests.storage.crowd", address, str(tmp_path), keys], lines)
        between = await open_database(address, FixedClock(), tmp_path, keys=keys.split(","), create=False)
        assert list(await between.verify()) == []
        await between.close()
    last = await open_database(address, FixedClock(), tmp_path, keys=keys.split(","), create=False)
    await rekey(last, keys.split(","), AttachmentFiles(tmp_path, last.vault))
    assert await left(last) == 0
    await last.close()
    new = await open_database(address, FixedClock(), tmp_path, keys=[OTHER_KEY], create=False)
    assert list(await new.verify()) == []
    await new.close()


async def test_a_changed_row_is_named_and_not_sealed_anew(
    db: Database, address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BATCH", 2)
    await filled(db, tmp_path, 5)

    def spoil(uow: Any) -> None:
        uow.conn.execute(update(t.persons).where(t.persons.c.id == 2).values(clearance="sangat_rahasia"))
        uow.conn.execute(text("UPDATE events SET data = substr(data, 1, 40) WHERE subject = 'case:3' AND seq = 1"))

    await db.run(spoil)
    before = list(await db.verify())
    await db.close()
    both = await open_database(address, FixedClock(), tmp_path, keys=[OTHER_KEY, KEY], create=False)
    done = await rekey(both, [OTHER_KEY, KEY], AttachmentFiles(tmp_path, both.vault))
    assert len(done.broken) == len(before) == 2
    assert await left(both) == 2
    assert list(await both.verify()) == before
    await both.close()
