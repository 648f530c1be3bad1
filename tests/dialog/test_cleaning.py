"""The running bot cleans up by itself: files of a form that was given up leave the disk."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

from simulator.agency import Agency
from storage.unit import UnitOfWork


async def test_files_of_a_form_given_up_leave_the_disk_at_the_next_cleaning(desa: Agency, tmp_path: Path) -> None:
    path = desa.app.files.write(b"foto")

    def give_up(uow: UnitOfWork) -> None:
        now = desa.clock.now()
        person = uow.people.by_telegram_id(desa.users["agen"].id)
        assert person is not None
        draft = uow.drafts.add(person.id, person.telegram_id, "lapinfo", {}, now)
        photo = uow.attachments.add(
            draft_id=draft.id,
            case_id=None,
            version=1,
            kind="photo",
            file_id="f",
            file_unique_id="u",
            size=4,
            mime="image/jpeg",
            file_name=None,
            media_group=None,
            message_id=1,
            now=now,
        )
        assert photo is not None
        uow.attachments.settle(photo.id, "stored", path=path)
        uow.drafts.save(replace(draft, status="cancelled"), now)

    await desa.app.database.run(give_up)
    file = tmp_path / "attachments" / path
    assert file.exists()
    await desa.restart()
    async with asyncio.timeout(5):
        while file.exists():  # noqa: ASYNC110 - a file disappears without a word
            await asyncio.sleep(0.01)
