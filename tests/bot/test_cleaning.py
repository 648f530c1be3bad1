"""What nobody needs any more goes: settled rows, files of forms never sent, their traces in the WAL."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.cleaning import KEEP_DEADLINES, KEEP_INBOX, Cleaner
from bot.clock import PracticeClock
from domain.model import NewPerson
from domain.notices import Notice, Show, View
from domain.ports import RawUpdate
from domain.retention import Retention
from domain.roles import Role
from storage.database import Database
from storage.files import AttachmentFiles
from storage.outbox import Settled
from storage.tables import deadlines, inbox, outbox
from storage.unit import UnitOfWork


@pytest.fixture
def files(tmp_path: Path, database: Database) -> AttachmentFiles:
    return AttachmentFiles(tmp_path, database.vault)


@pytest.fixture
def cleaner(database: Database, files: AttachmentFiles, clock: PracticeClock) -> Cleaner:
    return Cleaner(database, files, clock)


async def form(database: Database, files: AttachmentFiles, clock: PracticeClock, telegram_id: int, status: str) -> None:
    """A draft of somebody in that state, with a photo on disk."""
    paths = [files.write(b"foto"), files.write(b"foto bersih")]

    def work(uow: UnitOfWork) -> None:
        now = clock.now()
        person = uow.people.add(telegram_id, "Petugas", NewPerson(frozenset({Role.AGEN})), now)
        draft = uow.drafts.add(person.id, telegram_id, "lapinfo", {"langkah": "foto"}, now)
        photo = uow.attachments.add(
            draft_id=draft.id,
            case_id=None,
            version=1,
            kind="photo",
            file_id="f",
            file_unique_id="u",
            size=4,
            mime="image/jpeg",
            file_name="foto.jpg",
            media_group=None,
            message_id=1,
            now=now,
        )
        assert photo is not None
        uow.attachments.settle(photo.id, "stored", path=paths[0], clean_path=paths[1])
        uow.drafts.save(replace(draft, status=status), now)  # type: ignore[arg-type]

    await database.run(work)


def on_disk(tmp_path: Path) -> int:
    return sum(path.is_file() for path in (tmp_path / "attachments").rglob("*"))


async def test_files_of_a_form_that_ended_go_and_those_of_an_open_one_stay(
    database: Database, files: AttachmentFiles, cleaner: Cleaner, clock: PracticeClock, tmp_path: Path
) -> None:
    for telegram_id, status in enumerate(("active", "saved", "cancelled", "expired"), 1):
        await form(database, files, clock, telegram_id, status)
    assert on_disk(tmp_path) == 8
    assert await cleaner.clean() == 2
    assert on_disk(tmp_path) == 4
    kept = [await database.run(lambda uow, number=number: uow.attachments.get(number)) for number in (1, 2, 3, 4)]  # type: ignore[misc]
    assert [attachment is not None for attachment in kept] == [True, True, False, False]
    assert await cleaner.clean() == 0


async def test_settled_rows_go_after_their_time_and_waiting_ones_never(
    database: Database, cleaner: Cleaner, clock: PracticeClock
) -> None:
    def work(uow: UnitOfWork) -> None:
        rows = uow.inbox.store([RawUpdate(number, 1, b"{}") for number in (1, 2, 3, 4)], clock.now())
        for row in (rows[0], rows[3]):
            uow.inbox.done(row.id)
        uow.inbox.failed(rows[1].id, "KeyError", dead=True)
        for _ in range(2):
            uow.outbox.add(Notice(1, Show(View("kata"))))
        uow.outbox.settle([Settled(1, "sent")])
        uow.deadlines.add("batas", "case:1", clock.now())
        uow.deadlines.add("batas", "case:2", clock.now())
        uow.deadlines.cancel("case:1")

    await database.run(work)

    async def counts() -> list[int]:
        def count(uow: UnitOfWork) -> list[int]:
            return [len(uow.conn.execute(table.select()).all()) for table in (inbox, outbox, deadlines)]

        return await database.run(count)

    assert await counts() == [4, 2, 2]
    keep = Retention()
    clock.advance(min(KEEP_INBOX, keep.settled, KEEP_DEADLINES) - timedelta(minutes=1))
    assert await cleaner.clean() == 0
    clock.advance(max(KEEP_INBOX, keep.settled, KEEP_DEADLINES))
    assert await cleaner.clean() == 4
    # The pending and the newest update; the notice that waits; the deadline that waits.
    assert await counts() == [2, 1, 1]


async def test_what_was_emptied_leaves_the_wal(database: Database, cleaner: Cleaner, tmp_path: Path) -> None:
    await database.run(lambda uow: uow.meta.put("tanda", "Rahasia-Sekali"))
    wal = tmp_path / "kentongan.db-wal"
    assert database.vault.identities.hide_text("Rahasia-Sekali").encode() in wal.read_bytes()
    await cleaner.clean()
    assert wal.stat().st_size == 0
