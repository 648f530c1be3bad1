"""A stolen data directory without the key: neither what was reported nor who reported it."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from domain.errors import OperatorError
from simulator.agency import Agency
from storage.crypto import new_key
from storage.database import Database
from tests.canary.story import MAIN, cast
from tests.canary.words import found, in_files


def _cells(file: Path) -> bytes:
    """Every value of every table, as who stole the file reads it."""
    seen = b""
    with sqlite3.connect(file) as base:
        for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            for row in base.execute(f'SELECT * FROM "{name}"'):
                seen += b"\n".join(cell if isinstance(cell, bytes) else str(cell).encode() for cell in row) + b"\n"
    base.close()
    return seen


async def test_a_stolen_database_yields_neither_content_nor_identities(desa: Agency, tmp_path: Path) -> None:
    people = await cast(desa)
    await people.play(*MAIN)
    await desa.stop()
    folder = desa.settings.data_dir
    file = folder / "kentongan.db"
    cells = _cells(file)
    assert b"LK-" in cells  # the search reads what is there to be read
    assert found(cells) == set()
    assert in_files([tmp_path]) == []
    names = [seat.code_name for seat in desa.people] + [user.first_name for user in desa.users.values()]
    assert [name for name in names if name.encode() in cells] == []
    told = set(cells.split(b"\n"))
    chats = [user.id for user in desa.users.values()] + [group.id for group in desa.groups.values()]
    assert [chat for chat in chats if str(chat).encode() in told] == []
    with pytest.raises(OperatorError):
        await Database.open(
            f"sqlite+aiosqlite:///{file}", [new_key()], data_dir=folder, create=False, practice=True, clock=desa.clock
        )
