"""The outbox: what use cases add and how the sender settles it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import text

from domain.model import Group
from domain.notices import (
    Action,
    Button,
    Delete,
    Leave,
    Media,
    Notice,
    Pin,
    Priority,
    SetCommands,
    Show,
    Strip,
    Unpin,
    View,
)
from storage import notices_json
from storage.database import Database
from storage.outbox import OutboxRow, Settled, SlotMessage
from storage.unit import UnitOfWork
from tests.storage.parts import MINUTE, NOW, draft, person, raw

FULL = View(
    template="kartu/lapinfo",
    params={"ref": "LI-261121-0001", "isi": {"apa": "<b>"}},
    keyboard=(
        (Button("setujui", "s:1"), Button("tolak", "t:1", {"n": 2})),
        (Button("buka", url="https://example.org"),),
    ),
    media=Media("photo", file_id="abc"),
    album=(
        Media("photo", path="ab/cd", file_name="1.jpg"),
        Media("video", file_id="v"),
        Media("photo", make="recap_picture", params={"hari": [1, None]}, file_name="rekap.png"),
        Media("document", make="laporan_kegiatan", params={"ref": "LO-261121-0001"}, shows=(4, 7)),
    ),
    protect=True,
    silent=True,
    reply_to=7,
    force_reply=True,
    request="location",
    point=(-6.1781, 106.63),
)
ACTIONS: list[Action] = [
    Show(FULL, slot="kartu:7@-100", fresh=True, at=5, at_media=True, supersede=False),
    Show(View("menu")),
    Delete(slot="isian:1"),
    Delete(message_id=5),
    Delete(message_ids=(5, 6), refused=View("lapsus/tak_terhapus", {"jumlah": 1})),
    Pin("antrean@-100"),
    Unpin("papan:2026-11-20@-100"),
    Strip(5),
    SetCommands(("lapinfo", "nihil")),
    Leave(),
]


def show(slot: str | None = "kartu:1", template: str = "kartu", **changes: Any) -> Notice:
    return Notice(-100, Show(View(template), slot=slot, **changes))


def add(*notices: Notice) -> Any:
    def work(uow: UnitOfWork) -> list[OutboxRow]:
        for notice in notices:
            uow.outbox.add(notice)
        return list(uow.added_notices)

    return work


async def waiting(db: Database) -> Sequence[OutboxRow]:
    return await db.run(lambda uow: uow.outbox.pending(99))


@pytest.mark.parametrize("action", ACTIONS)
def test_actions_survive_json(action: Action) -> None:
    assert notices_json.loads(notices_json.kind_of(action), notices_json.dumps(action)) == action


def test_a_datetime_parameter_is_refused() -> None:
    with pytest.raises(TypeError):
        notices_json.dumps(Show(View("kartu", {"due": NOW})))


async def test_added_notices_are_handed_over_and_stored_alike(db: Database) -> None:
    heard: list[Sequence[OutboxRow]] = []
    db.on_notices = heard.append
    notices = [Notice(-100, action, Priority.URGENT, NOW + MINUTE, "LI-261121-0001") for action in ACTIONS]
    added = await db.run(add(*notices))
    assert heard == [added]
    assert list(await waiting(db)) == added
    assert [(row.action, row.priority, row.not_before, row.reference) for row in added] == [
        (notice.action, Priority.URGENT, NOW + MINUTE, "LI-261121-0001") for notice in notices
    ]
    assert added[0].created_at == NOW
    assert [row.id for row in await db.run(lambda uow: uow.outbox.pending(2, added[1].id))] == [
        added[2].id,
        added[3].id,
    ]


async def test_nothing_is_handed_over_after_a_rollback(db: Database) -> None:
    heard: list[Any] = []
    db.on_notices = db.on_dropped = heard.append

    def fail(uow: UnitOfWork) -> None:
        uow.outbox.add(show())
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await db.run(fail)
    assert heard == []
    assert list(await waiting(db)) == []


async def test_a_newer_view_supersedes_unsent_ones_of_its_slot(db: Database) -> None:
    dropped: list[Sequence[int]] = []
    db.on_dropped = dropped.append
    fresh, old, other, kept = await db.run(
        add(show(fresh=True), show(template="lama"), show("kartu:2"), show(supersede=False))
    )
    pin, newest = await db.run(add(Notice(-100, Pin("kartu:1")), show(template="baru")))
    assert dropped == [[old.id, kept.id]]
    # The fresh one stays: it has to be a new message, which the newest one then edits.
    assert [row.id for row in await waiting(db)] == [fresh.id, other.id, pin.id, newest.id]
    within = await db.run(add(show("kartu:3", "satu"), show("kartu:3", "dua")))
    assert [row.action.view.template for row in within if isinstance(row.action, Show)] == ["dua"]


async def test_unsent_notices_can_be_dropped(db: Database) -> None:
    await db.run(add(show(), Notice(-100, Pin("kartu:1")), show("kartu:2")))
    assert await db.run(lambda uow: uow.outbox.drop_unsent("kartu:1")) == 2
    assert await db.run(lambda uow: uow.outbox.drop_unsent("kartu:1")) == 0
    assert [row.slot for row in await waiting(db)] == ["kartu:2"]


async def test_what_is_on_its_way_to_a_slot_is_awaited_until_it_stands_there(db: Database) -> None:
    def awaited(slot: str) -> Any:
        return db.run(lambda uow: uow.outbox.awaited(slot))

    one, _ = await db.run(add(show(), Notice(-100, Pin("kartu:2"))))
    assert await awaited("kartu:1")
    assert not await awaited("kartu:2")
    await db.run(lambda uow: uow.outbox.settle([Settled(one.id, "retry", error="timeout")]))
    assert await awaited("kartu:1")
    await db.run(lambda uow: uow.outbox.settle([Settled(one.id, "sent", message_id=70)]))
    assert not await awaited("kartu:1")
    await db.run(add(show()))
    await db.run(lambda uow: uow.outbox.drop_unsent("kartu:1"))
    assert not await awaited("kartu:1")


async def test_until_when_what_waits_for_a_slot_is_held_back(db: Database) -> None:
    def due(slot: str) -> Any:
        return db.run(lambda uow: uow.outbox.due(slot))

    await db.run(add(Notice(-100, show().action, not_before=NOW + MINUTE), Notice(-100, Pin("kartu:2"))))
    assert (await due("kartu:1"), await due("kartu:2")) == (NOW + MINUTE, None)
    await db.run(lambda uow: uow.outbox.drop_unsent("kartu:1"))
    assert await due("kartu:1") is None


async def test_sent_notices_fill_their_slots_and_are_emptied(db: Database) -> None:
    one, plain = await db.run(add(show(), show(None)))
    await db.run(
        lambda uow: uow.outbox.settle(
            [Settled(one.id, "sent", message_id=70, has_media=True), Settled(plain.id, "sent", message_id=71)]
        )
    )
    assert await db.run(lambda uow: uow.outbox.slot("kartu:1")) == SlotMessage(-100, 70, True)
    found = await db.run(
        lambda uow: (
            uow.outbox.slot_message("kartu:1"),
            uow.outbox.slot_message("x"),
            uow.outbox.slot_of(-100, 70),
            uow.outbox.slot_of(-1, 70),
        )
    )
    assert found == (70, None, "kartu:1", None)
    rows = await db.run(
        lambda uow: [tuple(row) for row in uow.conn.execute(text("SELECT status, action, attempts FROM outbox"))]
    )
    assert rows == [("sent", None, 1), ("sent", None, 1)]
    (again,) = await db.run(add(show(fresh=True)))
    await db.run(lambda uow: uow.outbox.settle([Settled(again.id, "sent", message_id=80)]))
    assert await db.run(lambda uow: uow.outbox.slot("kartu:1")) == SlotMessage(-100, 80, False)
    (gone,) = await db.run(add(Notice(-100, Delete(slot="kartu:1"))))
    await db.run(lambda uow: uow.outbox.settle([Settled(gone.id, "sent")]))
    assert await db.run(lambda uow: uow.outbox.slot_message("kartu:1")) is None


async def test_a_retry_keeps_what_was_to_be_said_and_a_dead_letter_is_emptied(db: Database) -> None:
    one, two = await db.run(add(show(), show("kartu:2")))
    retry = Settled(one.id, "retry", error="timeout", uncertain=True, parts_done=1, not_before=NOW + MINUTE)
    await db.run(lambda uow: uow.outbox.settle([retry, Settled(two.id, "dead", error="blocked")]))
    (row,) = await waiting(db)
    assert (row.id, row.attempts, row.uncertain, row.parts_done, row.not_before) == (one.id, 1, True, 1, NOW + MINUTE)
    status = await db.status()
    assert (status["outbox_pending"], status["outbox_dead"]) == (1, 1)
    left = await db.run(lambda uow: uow.conn.execute(text("SELECT id, action IS NULL FROM outbox ORDER BY id")).all())
    assert [(row[0], bool(row[1])) for row in left] == [(one.id, False), (two.id, True)]
    assert await db.run(lambda uow: uow.outbox.purge(NOW + MINUTE)) == 1
    assert [row.id for row in await waiting(db)] == [one.id]


async def test_a_dropped_notice_stays_dropped_when_its_try_fails(db: Database) -> None:
    (one,) = await db.run(add(show()))
    await db.run(lambda uow: uow.outbox.drop_unsent("kartu:1"))
    await db.run(lambda uow: uow.outbox.settle([Settled(one.id, "retry", error="timeout")]))
    assert list(await waiting(db)) == []


async def test_a_group_that_migrates_keeps_everything_under_its_new_id(db: Database) -> None:
    def seed(uow: UnitOfWork) -> int:
        uow.groups.put(Group(-5, "Ruang verifikasi", "verifikasi", None, None))
        uow.outbox.add(Notice(-5, Show(View("kartu"), slot="kartu:1@-5")))
        uow.outbox.add(Notice(-5, Show(View("kartu"), slot="kartu:2@-5")))
        uow.inbox.store([raw(1, -5)], NOW)
        made = draft(uow, person(uow, -5))
        uow.outbox.settle([Settled(uow.added_notices[0].id, "sent", message_id=9)])
        return made.id

    draft_id = await db.run(seed)
    await db.run(lambda uow: uow.migrate_chat(-5, -1005))
    assert [(row.chat_id, row.slot) for row in await waiting(db)] == [(-1005, "kartu:2@-1005")]
    found = await db.run(
        lambda uow: (
            uow.groups.get(-5),
            uow.groups.get(-1005),
            uow.outbox.slot_message("kartu:1@-5"),
            uow.drafts.get(draft_id),
        )
    )
    assert found[0] is None
    assert found[1] == Group(-1005, "Ruang verifikasi", "verifikasi", None, None)
    assert found[2] is None
    assert found[3] is not None
    assert found[3].chat_id == -1005
    assert [row.chat_key for row in await db.run(lambda uow: uow.inbox.pending(9))] == [-1005]


async def test_what_waits_for_a_chat_can_be_dropped(db: Database) -> None:
    dropped: list[Sequence[int]] = []
    db.on_dropped = dropped.append
    one, two, other = await db.run(add(show(), show(None), Notice(-7, Leave())))
    assert await db.run(lambda uow: uow.outbox.drop_chat(-100)) == 2
    assert await db.run(lambda uow: uow.outbox.drop_chat(-100)) == 0
    assert [sorted(ids) for ids in dropped] == [[one.id, two.id]]
    assert [row.id for row in await waiting(db)] == [other.id]


async def test_facts_of_the_installation(db: Database) -> None:
    assert await db.run(lambda uow: uow.meta.get("username")) is None
    for name in ("kentongan_bot", "lain_bot"):
        await db.run(lambda uow, name=name: uow.meta.put("username", name))  # type: ignore[misc]
        assert await db.run(lambda uow: uow.meta.get("username")) == name
    with pytest.raises(ValueError, match="vault"):
        await db.run(lambda uow: uow.meta.put("vault", ""))


async def test_of_a_deletion_and_a_message_in_one_batch_the_later_one_counts(db: Database) -> None:
    gone, new = await db.run(add(Notice(-100, Delete("kartu:1")), show()))
    both = [Settled(gone.id, "sent", slot="kartu:1"), Settled(new.id, "sent", message_id=70, slot="kartu:1")]
    await db.run(lambda uow: uow.outbox.settle(both))
    assert await db.run(lambda uow: uow.outbox.slot_message("kartu:1")) == 70
    other, gone = await db.run(add(show(fresh=True), Notice(-100, Delete("kartu:1"))))
    both = [Settled(other.id, "sent", message_id=71, slot="kartu:1"), Settled(gone.id, "sent", slot="kartu:1")]
    await db.run(lambda uow: uow.outbox.settle(both))
    assert await db.run(lambda uow: uow.outbox.slot_message("kartu:1")) is None


async def test_a_message_taken_over_by_a_tap_stands_in_one_slot(db: Database) -> None:
    one, two = await db.run(add(show(), show("isian:1")))
    await db.run(lambda uow: uow.outbox.settle([Settled(one.id, "sent", message_id=70, slot="kartu:1")]))
    taken = Settled(two.id, "sent", message_id=70, slot="isian:1", taken=(-100, "isian:1"))
    await db.run(lambda uow: uow.outbox.settle([taken]))
    assert await db.run(lambda uow: uow.outbox.slot_of(-100, 70)) == "isian:1"
    assert await db.run(lambda uow: uow.outbox.slot_message("kartu:1")) is None
