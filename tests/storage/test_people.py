"""Persons, invitations and groups."""

from __future__ import annotations

from datetime import datetime

import pytest

from domain.errors import NameTaken, StaleWrite
from domain.model import Group
from domain.roles import Clearance, Role
from storage.database import Database
from storage.unit import UnitOfWork
from tests.storage.parts import MINUTE, NOW, grant, person


async def test_a_person_is_found_as_it_was_added(db: Database) -> None:
    made = await db.run(lambda uow: person(uow, 1001, "Elang-07", source="FKDM", means="melihat sendiri"))
    assert (made.name, made.code_name, made.regions, made.clearance) == (
        "Petugas Satu",
        "Elang-07",
        ("Kajen", "Doro"),
        Clearance.TERBATAS,
    )
    assert (made.roles, made.active, made.created_at) == (frozenset({Role.AGEN}), True, NOW)
    found = await db.run(
        lambda uow: (uow.people.by_telegram_id(1001), uow.people.get(made.id), uow.people.by_telegram_id(2))
    )
    assert found == (made, made, None)


async def test_every_column_of_a_person_can_be_changed(db: Database) -> None:
    made = await db.run(person)
    changed = await db.run(
        lambda uow: uow.people.change(
            made.id,
            roles=frozenset({Role.VERIFIKATOR, Role.AGEN}),
            regions=("Tirto",),
            clearance=Clearance.RAHASIA,
            code_name="Rajawali-2",
            name="Petugas Dua",
            source="Polri",
            means="media",
            active=False,
            unreachable_at=NOW,
            telegram_id=3003,
        )
    )
    assert await db.run(lambda uow: uow.people.by_telegram_id(3003)) == changed
    assert (changed.roles, changed.regions, changed.name) == (
        frozenset({Role.VERIFIKATOR, Role.AGEN}),
        ("Tirto",),
        "Petugas Dua",
    )
    assert (changed.code_name, changed.active, changed.unreachable_at, changed.source) == (
        "Rajawali-2",
        False,
        NOW,
        "Polri",
    )
    with pytest.raises(TypeError):
        await db.run(lambda uow: uow.people.change(made.id, created_at=NOW))
    with pytest.raises(StaleWrite):
        await db.run(lambda uow: uow.people.change(999, active=False))


async def test_a_code_name_belongs_to_one_person(db: Database) -> None:
    await db.run(lambda uow: person(uow, 1, "Elang-07"))
    other = await db.run(lambda uow: person(uow, 2, "Elang-08"))
    with pytest.raises(NameTaken):
        await db.run(lambda uow: person(uow, 3, "elang-07"))
    with pytest.raises(NameTaken):
        await db.run(lambda uow: uow.people.change(other.id, code_name="ELANG-07"))
    assert (await db.run(lambda uow: uow.people.change(other.id, code_name="Elang-08"))).code_name == "Elang-08"


async def test_a_revoked_person_comes_back_with_the_new_grant(db: Database) -> None:
    made = await db.run(lambda uow: person(uow, 1001, "Elang-07"))
    with pytest.raises(StaleWrite):
        await db.run(lambda uow: person(uow, 1001))
    await db.run(lambda uow: uow.people.change(made.id, active=False))
    back = await db.run(lambda uow: person(uow, 1001, "Elang-07", roles=frozenset({Role.PIKET})))
    assert (back.id, back.active, back.roles) == (made.id, True, frozenset({Role.PIKET}))


async def test_lists_leave_revoked_persons_out(db: Database) -> None:
    one = await db.run(lambda uow: person(uow, 1, roles=frozenset({Role.KEPALA, Role.AGEN})))
    two = await db.run(lambda uow: person(uow, 2, roles=frozenset({Role.AGEN})))
    gone = await db.run(lambda uow: uow.people.change(person(uow, 3, roles=frozenset({Role.KEPALA})).id, active=False))
    lists = await db.run(
        lambda uow: (uow.people.all(), uow.people.all(active_only=False), uow.people.holding(Role.KEPALA))
    )
    assert [list(found) for found in lists] == [[one, two], [one, two, gone], [one]]
    assert list(await db.run(lambda uow: uow.people.holding(Role.KEPALA, Role.AGEN))) == [one, two]


async def test_an_invitation_opens_once(db: Database) -> None:
    given = grant("Elang-09", name="Petugas", source="Kominda")
    made = await db.run(lambda uow: uow.invitations.add(b"digest", given, None, NOW, NOW + MINUTE))
    assert made.grant == given
    assert list(await db.run(lambda uow: uow.invitations.open(NOW))) == [made]
    assert await db.run(lambda uow: uow.invitations.claim(b"other", 7, NOW)) is None
    opened = await db.run(lambda uow: uow.invitations.claim(b"digest", 7, NOW))
    assert opened is not None
    assert (opened.grant, opened.used_at, opened.used_by) == (given, NOW, 7)
    assert await db.run(lambda uow: uow.invitations.claim(b"digest", 8, NOW)) is None
    assert list(await db.run(lambda uow: uow.invitations.open(NOW))) == []


@pytest.mark.parametrize(("at", "opens"), [(NOW, True), (NOW + MINUTE, False)])
async def test_an_invitation_expires(db: Database, at: datetime, opens: bool) -> None:
    await db.run(lambda uow: uow.invitations.add(b"digest", grant(), None, NOW, NOW + MINUTE))
    assert (await db.run(lambda uow: uow.invitations.claim(b"digest", 7, at)) is not None) is opens


async def test_a_withdrawn_invitation_opens_nothing(db: Database) -> None:
    made = await db.run(lambda uow: uow.invitations.add(b"digest", grant(), None, NOW, NOW + MINUTE))
    assert await db.run(lambda uow: uow.invitations.withdraw(made.id, NOW)) is True
    assert await db.run(lambda uow: uow.invitations.withdraw(made.id, NOW)) is False
    assert await db.run(lambda uow: uow.invitations.claim(b"digest", 7, NOW)) is None


async def test_groups_are_put_found_and_removed(db: Database) -> None:
    waiting = Group(-1, "Belum diikat", None, None, NOW)
    bound = Group(-2, "Ruang verifikasi", "verifikasi", None, None)

    def put(uow: UnitOfWork) -> None:
        uow.groups.put(waiting)
        uow.groups.put(Group(-2, "Lama", None, None, None))
        uow.groups.put(bound)

    await db.run(put)
    assert await db.run(lambda uow: uow.groups.get(-2)) == bound
    assert list(await db.run(lambda uow: uow.groups.all())) == [bound, waiting]
    assert list(await db.run(lambda uow: uow.groups.for_purpose("verifikasi"))) == [bound]
    await db.run(lambda uow: uow.groups.remove(-2))
    assert await db.run(lambda uow: uow.groups.get(-2)) is None


async def test_a_group_to_leave_is_claimed_once(db: Database) -> None:
    await db.run(lambda uow: uow.groups.put(Group(-1, "Belum diikat", None, None, NOW)))
    assert list(await db.run(lambda uow: uow.groups.claim_leaving(NOW - MINUTE))) == []
    assert [group.chat_id for group in await db.run(lambda uow: uow.groups.claim_leaving(NOW))] == [-1]
    assert list(await db.run(lambda uow: uow.groups.claim_leaving(NOW))) == []
