"""The inbox: stored once, done once."""

from __future__ import annotations

from sqlalchemy import text

from storage.database import Database
from tests.storage.parts import MINUTE, NOW, raw


async def test_only_new_updates_are_stored(db: Database) -> None:
    (one,) = await db.run(lambda uow: uow.inbox.store([raw(9)], NOW))
    assert (one.update_id, one.body, one.chat_key, one.attempts, one.received_at) == (9, raw(9).body, 1001, 0, NOW)
    assert list(await db.run(lambda uow: uow.inbox.store([raw(9)], NOW))) == []
    # Update ids may restart anywhere, so a smaller one is as new as a larger one.
    stored = await db.run(lambda uow: uow.inbox.store([raw(9), raw(30), raw(4), raw(30)], NOW))
    assert [row.update_id for row in stored] == [30, 4]
    assert stored[0].id < stored[1].id
    assert list(await db.run(lambda uow: uow.inbox.store([raw(4), raw(9)], NOW))) == []
    assert list(await db.run(lambda uow: uow.inbox.store([], NOW))) == []
    assert list(await db.run(lambda uow: uow.inbox.pending(9))) == [one, *stored]
    assert list(await db.run(lambda uow: uow.inbox.pending(1, one.id))) == [stored[0]]


async def test_an_update_is_done_once_and_emptied(db: Database) -> None:
    (row,) = await db.run(lambda uow: uow.inbox.store([raw(1)], NOW))
    assert await db.run(lambda uow: uow.inbox.done(row.id)) is True
    assert await db.run(lambda uow: uow.inbox.done(row.id)) is False
    assert await db.run(lambda uow: uow.conn.execute(text("SELECT body FROM inbox")).scalar()) is None
    assert list(await db.run(lambda uow: uow.inbox.pending(9))) == []


async def test_failures_are_counted_and_set_aside(db: Database) -> None:
    (row,) = await db.run(lambda uow: uow.inbox.store([raw(1)], NOW))
    await db.run(lambda uow: uow.inbox.failed(row.id, "StaleWrite", dead=False))
    (again,) = await db.run(lambda uow: uow.inbox.pending(9))
    assert again.attempts == 1
    await db.run(lambda uow: uow.inbox.failed(row.id, "KeyError", dead=True))
    assert list(await db.run(lambda uow: uow.inbox.pending(9))) == []
    assert await db.run(lambda uow: uow.inbox.done(row.id)) is False
    assert (await db.status())["inbox_dead"] == 1


async def test_purge_takes_done_rows_only(db: Database) -> None:
    old = await db.run(lambda uow: uow.inbox.store([raw(1), raw(2), raw(3)], NOW))
    (new,) = await db.run(lambda uow: uow.inbox.store([raw(4)], NOW + MINUTE))
    await db.run(lambda uow: (uow.inbox.done(old[0].id), uow.inbox.done(new.id)))
    await db.run(lambda uow: uow.inbox.failed(old[1].id, "x", dead=True))
    assert await db.run(lambda uow: uow.inbox.purge(NOW + MINUTE)) == 1
    left = await db.run(
        lambda uow: [tuple(row) for row in uow.conn.execute(text("SELECT update_id, status FROM inbox ORDER BY id"))]
    )
    assert left == [(2, "dead"), (3, "pending"), (4, "done")]
    assert await db.run(lambda uow: uow.inbox.purge(NOW + 2 * MINUTE)) == 0, "the newest tells when one last came"
    assert (await db.status())["last_update_at"] == NOW + MINUTE
