"""Changing, revoking, and the administrator who must remain."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.clock import PracticeClock
from domain.errors import NotFound, NotPermitted, UserError
from domain.model import NewPerson
from domain.notices import Notice, SetCommands, Show, View
from domain.roles import Clearance, Role
from domain.usecases import people
from storage.crypto import new_key
from storage.database import Database
from storage.unit import UnitOfWork
from tests.people.conftest import START, Desk, make_office


async def test_a_change_is_told_recorded_and_followed_by_the_command_list(desk: Desk) -> None:
    boss, agent = await desk.person(1, Role.ADMINISTRATOR), await desk.person(10, Role.AGEN)
    changed = await desk.database.run(
        lambda uow: people.change(
            uow,
            desk.office,
            boss,
            agent.id,
            desk.now,
            roles=frozenset({Role.PIKET}),
            regions=["kajen"],
            clearance=Clearance.RAHASIA,
            code_name="Elang-01",
        )
    )
    assert (changed.roles, changed.regions, changed.clearance) == (
        frozenset({Role.PIKET}),
        ("Kajen",),
        Clearance.RAHASIA,
    )
    commands, told = await desk.outbox(10)
    assert isinstance(commands, SetCommands)
    assert "catat" in commands.commands
    assert "nihil" not in commands.commands
    assert told == "orang/data_diubah"
    events = await desk.database.run(lambda uow: uow.events.of(f"person:{agent.id}"))
    assert [(event.action, event.actor_id) for event in events] == [("person.changed", boss.id)]
    assert events[0].data["before"]["roles"] == ["agen"]


async def test_nothing_changed_nothing_told(desk: Desk) -> None:
    agent = await desk.person(10, Role.AGEN)
    await desk.database.run(
        lambda uow: people.change(
            uow, desk.office, None, agent.id, desk.now, roles=agent.roles, clearance=agent.clearance
        )
    )
    assert await desk.outbox(10) == []


async def test_revocation_ends_access_and_drops_what_was_on_its_way(desk: Desk) -> None:
    boss, agent = await desk.person(1, Role.ADMINISTRATOR), await desk.person(10, Role.AGEN)
    await desk.queue(Notice(10, Show(View("kartu/isi", {"apa": "isi laporan"}))))
    draft = await desk.database.run(lambda uow: uow.drafts.add(agent.id, 10, "lapinfo", {"apa": "x"}, desk.now))
    await desk.database.run(lambda uow: people.revoke(uow, desk.office, boss, agent.id, desk.now))
    assert await desk.outbox(10) == [SetCommands(()), "orang/akses_berakhir"]
    kept = await desk.database.run(lambda uow: uow.drafts.get(draft.id))
    assert kept is not None
    assert kept.status == "active"
    person = await desk.database.run(lambda uow: uow.people.get(agent.id))
    assert person is not None
    assert not person.has(Role.AGEN)
    with pytest.raises(NotFound):
        await desk.database.run(lambda uow: people.revoke(uow, desk.office, boss, agent.id, desk.now))


@pytest.mark.parametrize("by_operator", [True, False])
async def test_the_last_administrator_stays(desk: Desk, by_operator: bool) -> None:
    boss, former = await desk.person(1, Role.ADMINISTRATOR, Role.KABID), await desk.person(2, Role.ADMINISTRATOR)
    await desk.database.run(lambda uow: people.revoke(uow, desk.office, boss, former.id, desk.now))
    by = None if by_operator else boss
    with pytest.raises(UserError) as demoted:
        await desk.database.run(
            lambda uow: people.change(uow, desk.office, by, boss.id, desk.now, roles=frozenset({Role.KABID}))
        )
    with pytest.raises(UserError) as revoked:
        await desk.database.run(lambda uow: people.revoke(uow, desk.office, by, boss.id, desk.now))
    assert demoted.value.key == revoked.value.key == "galat/administrator_terakhir"
    still = await desk.database.run(lambda uow: uow.people.get(boss.id))
    assert still == boss


async def test_a_revoked_administrator_has_no_say(desk: Desk) -> None:
    boss, other = await desk.person(1, Role.ADMINISTRATOR), await desk.person(2, Role.ADMINISTRATOR)
    gone = await desk.database.run(lambda uow: people.revoke(uow, desk.office, boss, other.id, desk.now))
    with pytest.raises(NotPermitted):
        await desk.database.run(lambda uow: people.revoke(uow, desk.office, gone, boss.id, desk.now))


async def test_unreachable_is_told_once(desk: Desk) -> None:
    await desk.person(1, Role.ADMINISTRATOR)
    agent = await desk.person(10, Role.AGEN)

    def twice(uow: UnitOfWork) -> None:
        for _ in range(2):
            person = uow.people.get(agent.id)
            assert person is not None
            people.unreachable(uow, person, desk.now)

    await desk.database.run(twice)
    assert await desk.outbox(1) == ["orang/tidak_terjangkau"]
    marked = await desk.database.run(lambda uow: uow.people.get(agent.id))
    assert marked is not None
    assert marked.unreachable_at == desk.now
    await desk.database.run(lambda uow: people.reachable(uow, marked, desk.now))
    healed = await desk.database.run(lambda uow: uow.people.get(agent.id))
    assert healed is not None
    assert healed.unreachable_at is None


async def test_the_list_is_searched_by_alias_role_and_region_but_not_by_name(desk: Desk) -> None:
    await desk.person(1, Role.ADMINISTRATOR)
    await desk.person(10, Role.AGEN, code_name="Elang-07")
    found = {
        query: [person.alias for person in await desk.database.run(partial(people.listing, query=query))]
        for query in ("", "elang", "ADMINISTRATOR", "agen elang", "Orang")
    }
    assert found == {
        "": ["Elang-07", "Petugas-01"],
        "elang": ["Elang-07"],
        "ADMINISTRATOR": ["Petugas-01"],
        "agen elang": ["Elang-07"],
        "Orang": [],
    }


_MOVES = st.lists(
    st.tuples(
        st.sampled_from(("roles", "revoke", "handover", "join")),
        st.integers(0, 3),
        st.integers(0, 3),
        st.sampled_from(
            (
                frozenset({Role.AGEN}),
                frozenset({Role.ADMINISTRATOR}),
                frozenset({Role.AGEN, Role.ADMINISTRATOR}),
                frozenset[Role](),
            )
        ),
    ),
    max_size=12,
)


def _move(uow: UnitOfWork, move: tuple[str, int, int, frozenset[Role]], fresh: int) -> None:
    kind, actor, target, roles = move
    office, everybody = make_office(), uow.people.all(active_only=False)
    by, whom = everybody[actor % len(everybody)], everybody[target % len(everybody)]
    match kind:
        case "roles":
            people.change(uow, office, by, whom.id, START, roles=roles)
        case "revoke":
            people.revoke(uow, office, by, whom.id, START)
        case "handover":
            people.accept(uow, office, people.hand_over(uow, office, by, whom.id, START).payload, fresh, "x", START)
        case _:
            issued = people.make_invitation(uow, office, by, NewPerson(roles), START)
            people.accept(uow, office, issued.payload, fresh, "x", START)


async def _play(moves: list[tuple[str, int, int, frozenset[Role]]]) -> int:
    with TemporaryDirectory() as folder:
        database = await Database.open(
            f"sqlite+aiosqlite:///{folder}/k.db",
            [new_key()],
            data_dir=Path(folder),
            create=True,
            practice=False,
            clock=PracticeClock(START, frozen=True),
        )
        grant = NewPerson(frozenset({Role.ADMINISTRATOR}))
        try:
            await database.run(lambda uow: [uow.people.add(number, "x", grant, START) for number in (1, 2)])
            for number, move in enumerate(moves, 100):
                try:
                    await database.run(partial(_move, move=move, fresh=number))
                except UserError:
                    continue
            return len(await database.run(lambda uow: uow.people.holding(Role.ADMINISTRATOR)))
        finally:
            await database.close()


@settings(max_examples=25, deadline=None)
@given(_MOVES)
def test_no_sequence_of_changes_leaves_the_office_without_an_administrator(
    moves: list[tuple[str, int, int, frozenset[Role]]],
) -> None:
    assert asyncio.run(_play(moves)) >= 1
