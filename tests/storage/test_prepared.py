"""A prepared statement does what SQLAlchemy's general way does, on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import bindparam, delete, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from storage.database import Database
from storage.prepared import Prepared
from storage.tables import drafts as t
from storage.unit import UnitOfWork
from tests.storage.parts import NOW, draft, person

BY_ID = select(t).where(t.c.id == bindparam("id"))
ROW = {
    "uid": "u", "chat_id": 77, "form": "lapinfo", "status": "saved", "state": b"\x00s", "case_id": None, "revision": 1,
    "created_at": NOW, "updated_at": NOW, "remind_at": None, "expires_at": NOW, "row_mac": b"m",
}  # fmt: skip


def written(uow: UnitOfWork, telegram_id: int = 1001, **changes: object) -> int:
    """A row written through a prepared insert; its number."""
    return Prepared(insert(t)).insert(uow.conn, {**ROW, "person_id": person(uow, telegram_id).id, **changes})


async def test_a_row_reads_alike_either_way(db: Database) -> None:
    def work(uow: UnitOfWork) -> None:
        key = {"id": written(uow)}
        general = uow.conn.execute(BY_ID, key).one()
        found = Prepared(BY_ID).first(uow.conn, key)
        assert found is not None
        assert tuple(found) == tuple(general)
        assert dict(found._mapping) == dict(general._mapping)
        assert (found.chat_id, found.expires_at, found.remind_at) == (77, NOW, None)
        assert [tuple(row) for row in Prepared(BY_ID).all(uow.conn, key)] == [tuple(general)]
        assert Prepared(BY_ID).first(uow.conn, {"id": 99}) is None

    await db.run(work)


async def test_what_lies_on_disk_is_the_same_either_way(db: Database) -> None:
    def work(uow: UnitOfWork) -> None:
        number = written(uow)
        general = uow.conn.execute(insert(t), {**ROW, "person_id": person(uow, telegram_id=78).id}).inserted_primary_key
        assert general is not None
        plain = text("SELECT chat_id, created_at, state, remind_at FROM drafts WHERE id = :id")
        one, other = (uow.conn.execute(plain, {"id": key}).one() for key in (number, general[0]))
        assert tuple(one) == tuple(other)
        assert one.chat_id != 77  # hidden

    await db.run(work)


async def test_changes_are_counted_returned_and_made_for_each(db: Database) -> None:
    def work(uow: UnitOfWork) -> None:
        one, other = written(uow), written(uow, 78)
        # A value in the statement itself, one given by name, and an expression.
        close = update(t).where(t.c.id == bindparam("b_id")).values(
            status="expired", state=None, form=bindparam("b_form"), revision=t.c.revision + 1
        )  # fmt: skip
        assert Prepared(close).change(uow.conn, {"b_id": one, "b_form": "lapsus"}) == 1
        assert Prepared(close).change(uow.conn, {"b_id": 99, "b_form": "lapsus"}) == 0
        closed = Prepared(BY_ID).all(uow.conn, {"id": one})[0]
        assert (closed.status, closed.state, closed.form, closed.revision) == ("expired", None, "lapsus", 2)
        Prepared(close).each(uow.conn, [{"b_id": key, "b_form": "sikanda"} for key in (one, other)])
        gone = Prepared(delete(t).where(t.c.form == bindparam("form")).returning(t.c.id, t.c.chat_id))
        assert sorted(gone.all(uow.conn, {"form": "sikanda"})) == [(one, 77), (other, 77)]

    await db.run(work)


async def test_a_refused_row_raises_the_same_without_its_values(db: Database) -> None:
    with pytest.raises(IntegrityError) as refused:
        await db.run(lambda uow: written(uow, status="nonsense-4711"))
    assert "nonsense-4711" not in str(refused.value)
    await db.run(lambda uow: draft(uow, person(uow)))  # the connection is as good as before


async def test_a_forgotten_value_is_an_error_and_not_null(sqlite_db: Database) -> None:
    with pytest.raises(KeyError):
        await sqlite_db.run(lambda uow: Prepared(BY_ID).first(uow.conn, {}))


async def test_a_list_of_changing_length_is_refused(sqlite_db: Database) -> None:
    some = Prepared(select(t).where(t.c.id.in_(bindparam("ids", expanding=True))))
    with pytest.raises(TypeError):
        await sqlite_db.run(lambda uow: some.all(uow.conn, {"ids": [1, 2]}))
