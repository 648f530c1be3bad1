"""Drafts and the attachments of drafts and cases."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from domain.errors import StaleWrite, TamperedError
from domain.model import Draft
from storage.database import Database
from storage.unit import UnitOfWork
from tests.storage.parts import MINUTE, NOW, attach, case, draft, person


async def test_a_draft_is_read_back_as_it_was_saved(db: Database) -> None:
    made = await db.run(lambda uow: draft(uow, person(uow), remind_at=NOW + MINUTE, expires_at=NOW + 2 * MINUTE))
    assert made.revision == 1
    assert await db.run(lambda uow: uow.drafts.active(made.person_id)) == made
    edited = replace(
        made,
        state={"langkah": "siapa", "isi": {"apa": "Pawai"}},
        chat_id=5,
        status="saved",
        form="lapsus",
        remind_at=None,
    )
    saved = await db.run(lambda uow: uow.drafts.save(edited, NOW + MINUTE))
    assert saved == replace(edited, revision=2, updated_at=NOW + MINUTE)
    assert await db.run(lambda uow: uow.drafts.get(made.id)) == saved
    assert await db.run(lambda uow: uow.drafts.active(made.person_id)) is None


async def test_the_slower_of_two_writers_is_refused(db: Database) -> None:
    made = await db.run(lambda uow: draft(uow, person(uow)))
    await db.run(lambda uow: uow.drafts.save(made, NOW))
    with pytest.raises(StaleWrite):
        await db.run(lambda uow: uow.drafts.save(made, NOW))
    with pytest.raises(StaleWrite):
        await db.run(lambda uow: uow.drafts.save(replace(made, id=99), NOW))


async def test_one_active_draft_a_person(db: Database) -> None:
    owner = await db.run(person)
    first = await db.run(lambda uow: draft(uow, owner))
    with pytest.raises(IntegrityError):
        await db.run(lambda uow: draft(uow, owner))

    def set_aside(uow: UnitOfWork) -> Draft:
        uow.drafts.save(replace(first, status="saved"), NOW)
        return draft(uow, owner)

    second = await db.run(set_aside)
    assert [found.id for found in await db.run(lambda uow: uow.drafts.open(owner.id))] == [second.id, first.id]


async def test_an_ended_draft_is_emptied(db: Database) -> None:
    made = await db.run(lambda uow: draft(uow, person(uow), remind_at=NOW))
    await db.run(lambda uow: uow.drafts.save(replace(made, status="sent"), NOW))
    ended = await db.run(lambda uow: uow.drafts.get(made.id))
    assert ended is not None
    assert (ended.status, ended.state, ended.remind_at) == ("sent", {}, None)
    assert await db.run(lambda uow: uow.conn.execute(text("SELECT state FROM drafts")).scalar()) is None


async def test_reminder_and_expiry_come_once(db: Database) -> None:
    made = await db.run(lambda uow: draft(uow, person(uow), remind_at=NOW, expires_at=NOW + MINUTE))
    assert list(await db.run(lambda uow: uow.drafts.claim_reminders(NOW - MINUTE))) == []
    (reminded,) = await db.run(lambda uow: uow.drafts.claim_reminders(NOW))
    assert reminded == await db.run(lambda uow: uow.drafts.get(made.id))
    assert list(await db.run(lambda uow: uow.drafts.claim_reminders(NOW))) == []
    (expired,) = await db.run(lambda uow: uow.drafts.claim_expired(NOW + MINUTE))
    assert (expired.status, expired.state) == ("expired", {"langkah": "apa"})
    assert list(await db.run(lambda uow: uow.drafts.claim_expired(NOW + MINUTE))) == []
    with pytest.raises(StaleWrite):
        await db.run(lambda uow: uow.drafts.save(made, NOW))


async def test_attachments_belong_once_to_their_owner(db: Database) -> None:
    owner = await db.run(lambda uow: draft(uow, person(uow)))
    photo = await db.run(lambda uow: attach(uow, "a", draft_id=owner.id, file_name="foto.jpg"))
    assert (photo.file_name, photo.state, photo.kind) == ("foto.jpg", "pending", "photo")
    assert await db.run(lambda uow: attach(uow, "a", draft_id=owner.id)) is None
    assert await db.run(lambda uow: uow.attachments.get(photo.id)) == photo
    assert list(await db.run(lambda uow: uow.attachments.of_draft(owner.id))) == [photo]
    await db.run(lambda uow: uow.attachments.remove(photo.id))
    assert list(await db.run(lambda uow: uow.attachments.of_draft(owner.id))) == []


async def test_attachments_go_with_the_report(db: Database) -> None:
    def send(uow: UnitOfWork) -> tuple[int, int]:
        author = person(uow)
        made, report = draft(uow, author), case(uow, author)
        attach(uow, "a", case_id=report.id)
        attach(uow, "a", draft_id=made.id)
        attach(uow, "b", draft_id=made.id, media_group="album")
        uow.attachments.move_to_case(made.id, report.id, 2)
        return made.id, report.id

    draft_id, case_id = await db.run(send)
    of_case = await db.run(lambda uow: uow.attachments.of_case(case_id))
    assert [(item.file_unique_id, item.version, item.draft_id) for item in of_case] == [("a", 1, None), ("b", 2, None)]
    left = await db.run(lambda uow: uow.attachments.of_draft(draft_id))
    assert [item.file_unique_id for item in left] == ["a"], "the case has it already"
    assert list(await db.run(lambda uow: uow.attachments.abandoned(9))) == []
    await db.run(lambda uow: uow.conn.execute(text("UPDATE drafts SET status = 'sent', state = NULL")))
    assert await db.run(lambda uow: uow.attachments.abandoned(9)) == left
    assert await db.run(lambda uow: attach(uow, "b", case_id=case_id)) is None
    late = await db.run(lambda uow: (uow.attachments.late_home("album", 1001), uow.attachments.late_home("album", 1)))
    assert late == (of_case[1], None)


async def test_downloads_are_settled(db: Database) -> None:
    owner = await db.run(lambda uow: draft(uow, person(uow)))
    one, two = await db.run(lambda uow: (attach(uow, "a", draft_id=owner.id), attach(uow, "b", draft_id=owner.id)))
    assert list(await db.run(lambda uow: uow.attachments.pending(1))) == [one]
    await db.run(
        lambda uow: uow.attachments.settle(
            one.id, "stored", path="ab/cd", clean_path="ab/ce", sha256="00", size=7, mime="image/png"
        )
    )
    stored = await db.run(lambda uow: uow.attachments.get(one.id))
    assert stored == replace(one, state="stored", path="ab/cd", clean_path="ab/ce", size=7, mime="image/png")
    assert list(await db.run(lambda uow: uow.attachments.pending(9))) == [two]
    with pytest.raises(StaleWrite):
        await db.run(lambda uow: uow.attachments.settle(99, "failed"))


async def test_a_late_part_goes_where_the_sent_ones_went(db: Database) -> None:
    def send(uow: UnitOfWork) -> int:
        author = person(uow)
        made, report = draft(uow, author), case(uow, author)
        attach(uow, "a", case_id=report.id)
        for unique in ("b", "a"):
            attach(uow, unique, draft_id=made.id, media_group="album")
        uow.attachments.move_to_case(made.id, report.id, 2)
        return report.id

    case_id = await db.run(send)
    home = await db.run(lambda uow: uow.attachments.late_home("album", 1001))
    assert home is not None
    assert home.case_id == case_id


async def test_a_draft_follows_its_chat_and_opens_nowhere_else(db: Database) -> None:
    made = await db.run(lambda uow: draft(uow, person(uow)))
    await db.run(lambda uow: uow.drafts.rename_chat(1001, 2002))
    moved = await db.run(lambda uow: uow.drafts.get(made.id))
    assert moved is not None
    assert (moved.chat_id, moved.state) == (2002, {"langkah": "apa"})
    other = await db.run(lambda uow: person(uow, 5))
    await db.run(lambda uow: uow.conn.execute(text("UPDATE drafts SET person_id = :id"), {"id": other.id}))
    with pytest.raises(TamperedError):
        await db.run(lambda uow: uow.drafts.active(other.id))
    assert "drafts.state does not decrypt in row 1" in await db.verify()
