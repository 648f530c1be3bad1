"""Groups: bound by administrators, left otherwise, kept when they become supergroups."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest

from domain.errors import NotFound, NotPermitted, UserError
from domain.notices import Leave
from domain.roles import Role
from domain.usecases import groups
from storage.unit import UnitOfWork
from tests.people.conftest import Desk

CHAT = -500


async def _enter(desk: Desk, telegram_id: int | None, chat_id: int = CHAT, title: str = "Posko") -> None:
    def work(uow: UnitOfWork) -> None:
        by = None if telegram_id is None else uow.people.by_telegram_id(telegram_id)
        groups.entered(uow, desk.office, by, chat_id, title, desk.now)

    await desk.database.run(work)


async def test_added_by_an_administrator_it_waits_a_quarter_of_an_hour_then_says_why_and_leaves(desk: Desk) -> None:
    await desk.person(1, Role.ADMINISTRATOR)
    await _enter(desk, 1)
    assert await desk.outbox(CHAT) == ["grup/ikat_dahulu"]
    desk.clock.advance(timedelta(minutes=14, seconds=59))
    assert await desk.database.run(lambda uow: groups.leave_unbound(uow, desk.now)) == 0
    desk.clock.advance(timedelta(seconds=1))
    assert await desk.database.run(lambda uow: groups.leave_unbound(uow, desk.now)) == 1
    assert await desk.database.run(lambda uow: groups.leave_unbound(uow, desk.now)) == 0
    assert await desk.outbox(CHAT) == ["grup/ikat_dahulu", "grup/pamit", Leave()]


async def test_a_bound_group_is_not_left(desk: Desk) -> None:
    boss = await desk.person(1, Role.ADMINISTRATOR)
    await _enter(desk, 1)
    await desk.database.run(lambda uow: groups.bind(uow, desk.office, boss, CHAT, "Posko", "verifikasi", desk.now))
    desk.clock.advance(timedelta(days=1))
    assert await desk.database.run(lambda uow: groups.leave_unbound(uow, desk.now)) == 0


@pytest.mark.parametrize("telegram_id", [None, 2])
async def test_added_by_anybody_else_it_says_why_and_leaves_at_once(desk: Desk, telegram_id: int | None) -> None:
    await desk.person(1, Role.ADMINISTRATOR)
    await desk.person(2, Role.AGEN, Role.KEPALA)
    await _enter(desk, telegram_id)
    assert await desk.outbox(CHAT) == ["grup/bukan_administrator", Leave()]
    assert await desk.database.run(lambda uow: uow.groups.get(CHAT)) is None


async def test_rights_changed_in_a_known_group_is_no_coming_in(desk: Desk) -> None:
    await desk.person(1, Role.ADMINISTRATOR)
    await _enter(desk, 1)
    await _enter(desk, None)
    assert await desk.outbox(CHAT) == ["grup/ikat_dahulu"]


async def test_binding_again_changes_the_purpose(desk: Desk) -> None:
    boss, agent = await desk.person(1, Role.ADMINISTRATOR), await desk.person(2, Role.AGEN)
    for purpose in ("verifikasi", " Pimpinan "):
        await desk.database.run(
            partial(
                groups.bind, office=desk.office, by=boss, chat_id=CHAT, title="Posko", purpose=purpose, now=desk.now
            )
        )
    bound = await desk.database.run(lambda uow: uow.groups.all())
    assert [(group.chat_id, group.purpose, group.bound_by) for group in bound] == [(CHAT, "pimpinan", boss.id)]
    with pytest.raises(NotPermitted):
        await desk.database.run(lambda uow: groups.bind(uow, desk.office, agent, CHAT, "Posko", "lokus", desk.now))
    with pytest.raises(UserError):
        await desk.database.run(lambda uow: groups.bind(uow, desk.office, boss, CHAT, "Posko", "rahasia", desk.now))
    with pytest.raises(NotFound):
        await desk.database.run(lambda uow: groups.bind(uow, desk.office, None, -999, None, "lokus", desk.now))


async def test_out_of_a_bound_group_the_administrators_hear_of_it(desk: Desk) -> None:
    boss = await desk.person(1, Role.ADMINISTRATOR)
    await desk.database.run(lambda uow: groups.bind(uow, desk.office, boss, CHAT, "Posko", "verifikasi", desk.now))
    for _ in range(2):
        await desk.database.run(lambda uow: groups.left(uow, desk.office, CHAT, desk.now))
    assert await desk.outbox(1) == ["grup/lepas"]
    assert await desk.database.run(lambda uow: uow.groups.all()) == []


async def test_a_supergroup_keeps_the_binding_whichever_word_comes_first(desk: Desk) -> None:
    boss = await desk.person(1, Role.ADMINISTRATOR)
    new = -1001234567890
    await desk.database.run(lambda uow: groups.bind(uow, desk.office, boss, CHAT, "Posko", "verifikasi", desk.now))
    await _enter(desk, None, new)  # the new id shows up before Telegram says what it was
    assert Leave() not in await desk.outbox(new)
    for _ in range(2):
        await desk.database.run(lambda uow: groups.migrate(uow, CHAT, new, desk.now))
    bound = await desk.database.run(lambda uow: uow.groups.all())
    assert [(group.chat_id, group.purpose, group.leave_at) for group in bound] == [(new, "verifikasi", None)]
