"""Keys, ciphertexts and files: nothing readable, nothing swapped, nothing changed unnoticed."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from domain.errors import NotFound, OperatorError, TamperedError
from domain.notices import Notice, Show, View
from domain.ports import RawUpdate
from storage.crypto import Keyring, Vault, new_key
from storage.database import Database
from storage.files import AttachmentFiles
from storage.unit import UnitOfWork
from tests.storage.parts import KEY, NOW, OTHER_KEY, attach, case, draft, grant, person

SECRET = "Rahasia-Sekali"


def test_every_changed_byte_is_noticed() -> None:
    ring = Keyring([KEY])
    value = ring.encrypt(SECRET.encode(), b"t:c:1")
    assert ring.decrypt(value, b"t:c:1") == SECRET.encode()
    for place in range(len(value)):
        changed = bytearray(value)
        changed[place] ^= 1
        with pytest.raises(TamperedError):
            ring.decrypt(bytes(changed), b"t:c:1")
    for cut in range(len(value)):
        with pytest.raises(TamperedError):
            ring.decrypt(value[:cut], b"t:c:1")
    with pytest.raises(TamperedError):
        ring.decrypt(value, b"t:c:2")


def test_the_first_key_encrypts_and_all_decrypt() -> None:
    old = Keyring([KEY]).encrypt(b"isi", b"a")
    both = Keyring([OTHER_KEY, KEY])
    assert both.decrypt(old, b"a") == b"isi"
    assert (both.newest(old), both.newest(both.encrypt(b"isi", b"a"))) == (False, True)
    with pytest.raises(TamperedError):
        Keyring([KEY]).decrypt(both.encrypt(b"isi", b"a"), b"a")


def test_macs_and_indexes_outlive_a_change_of_keys() -> None:
    before, after, other = Vault([KEY], b"r" * 32), Vault([OTHER_KEY, KEY], b"r" * 32), Vault([KEY], b"s" * 32)
    assert (before.mac(b"x"), before.blind("a", "x")) == (after.mac(b"x"), after.blind("a", "x"))
    assert (
        len({before.mac(b"x"), other.mac(b"x"), before.blind("a", "x"), before.blind("b", "x"), other.blind("a", "x")})
        == 5
    )


@pytest.mark.parametrize("keys", [[], [""], ["pendek"], [KEY + "=" * 9], ["*" * 43], [new_key(), "salah"]])
def test_a_wrong_key_is_named_but_not_shown(keys: list[str]) -> None:
    with pytest.raises(OperatorError, match="KENTONGAN_SECRET_KEYS") as caught:
        Keyring(keys)
    assert not any(key and key in str(caught.value) for key in keys)


def seed(uow: UnitOfWork) -> None:
    for number in (1, 2):
        owner = person(uow, number, f"{SECRET}-{number}", name=SECRET)
        made = uow.drafts.add(owner.id, number, "lapinfo", {"apa": SECRET}, NOW)
        report = case(uow, owner, fields={"apa": SECRET})
        attach(uow, f"{number}", draft_id=made.id, file_name=SECRET)
        uow.outbox.add(Notice(number, Show(View("kartu", {"isi": SECRET}))))
        uow.events.append(f"case:{report.id}", "submitted", owner.id, NOW, {"alasan": SECRET})
        uow.invitations.add(SECRET.encode() + bytes([number]), grant(name=SECRET), None, NOW, NOW.replace(year=2027))
        uow.inbox.store([RawUpdate(number, number, SECRET.encode())], NOW)


async def test_nothing_secret_is_readable_in_the_files(sqlite_db: Database, tmp_path: Path) -> None:
    await sqlite_db.run(seed)
    files = [path.read_bytes() for path in tmp_path.glob("kentongan.db*")]  # noqa: ASYNC240  # nothing else runs
    assert any(b"lapinfo" in data for data in files)
    assert not any(SECRET.encode() in data for data in files)


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("persons", "private"), ("drafts", "state"), ("case_versions", "fields"), ("attachments", "file_name"),
        ("outbox", "action"), ("events", "data"), ("invitations", '"grant"'), ("inbox", "body"),
    ],
)  # fmt: skip
async def test_swapped_values_are_noticed(db: Database, table: str, column: str) -> None:
    await db.run(seed)
    assert list(await db.verify()) == []

    def swap(uow: UnitOfWork) -> None:
        one, two = (bytes(row[0]) for row in uow.conn.execute(text(f"SELECT {column} FROM {table} ORDER BY 1")))
        for value, other in ((one, b"-"), (two, one), (b"-", two)):
            uow.conn.execute(
                text(f"UPDATE {table} SET {column} = :other WHERE {column} = :value"), {"value": value, "other": other}
            )

    await db.run(swap)
    assert list(await db.verify())


async def test_an_old_draft_is_read_under_rotated_keys(sqlite_db: Database, tmp_path: Path) -> None:
    from tests.storage.parts import FixedClock, open_database  # noqa: PLC0415  # only here

    made = await sqlite_db.run(lambda uow: draft(uow, person(uow, code_name="Elang-07")))
    await sqlite_db.close()
    url = f"sqlite:///{tmp_path}/kentongan.db"
    again = await open_database(url, FixedClock(), tmp_path, keys=[OTHER_KEY, KEY], create=False)
    assert await again.run(lambda uow: uow.drafts.get(made.id)) == made
    assert list(await again.verify()) == []
    await again.close()


def test_files_come_back_only_unchanged_and_under_their_own_name(tmp_path: Path) -> None:
    files = AttachmentFiles(tmp_path, Vault([KEY], b"r" * 32))
    one, two = files.write(SECRET.encode()), files.write(b"lain")
    assert (files.read(one), files.read(two)) == (SECRET.encode(), b"lain")
    stored = tmp_path / "attachments" / one
    assert SECRET.encode() not in stored.read_bytes()
    assert stored.stat().st_mode & 0o077 == 0
    (tmp_path / "attachments" / two).write_bytes(stored.read_bytes())
    with pytest.raises(TamperedError):
        files.read(two)
    files.delete(one)
    files.delete(one)
    with pytest.raises(NotFound):
        files.read(one)
    for path in ("../kunci", "ab/../../x", "/etc/passwd", ""):
        with pytest.raises(TamperedError):
            files.read(path)
    assert [path.suffix for path in (tmp_path / "attachments").rglob("*") if path.is_file()] == [""]
