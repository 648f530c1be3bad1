"""Invitations: single use, expiring, and refused without telling why."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.errors import NameTaken, NotFound, NotPermitted, UserError
from domain.model import NewPerson, Person
from domain.notices import SetCommands
from domain.roles import Clearance, Role
from domain.usecases import people
from storage.unit import UnitOfWork
from tests.people.conftest import Desk

AGENT = NewPerson(frozenset({Role.AGEN}), ("kajen", "Doro"), Clearance.TERBATAS, None, "Elang-07", "FKDM")


async def _invite(desk: Desk, grant: NewPerson = AGENT, by: Person | None = None) -> people.Issued:
    return await desk.database.run(lambda uow: people.make_invitation(uow, desk.office, by, grant, desk.now))


async def _open(desk: Desk, payload: str, telegram_id: int = 900, name: str = "Orang Baru") -> Person | None:
    return await desk.database.run(lambda uow: people.accept(uow, desk.office, payload, telegram_id, name, desk.now))


async def test_an_invitation_makes_a_person_of_what_it_grants(desk: Desk) -> None:
    issued = await _invite(desk)
    person = await _open(desk, issued.payload)
    assert person is not None
    assert (person.alias, person.roles, person.regions) == ("Elang-07", frozenset({Role.AGEN}), ("Doro", "Kajen"))
    assert (person.clearance, person.source, person.name) == (Clearance.TERBATAS, "FKDM", "Orang Baru")
    sent = await desk.outbox(900)
    assert sent[1] == "orang/selamat_datang"
    assert isinstance(sent[0], SetCommands)
    assert "lapinfo" in sent[0].commands
    events = await desk.database.run(lambda uow: uow.events.of(f"person:{person.id}"))
    assert [event.action for event in events] == ["person.joined"]


async def test_payload_is_long_fits_telegram_and_is_nowhere_in_the_database(desk: Desk) -> None:
    issued = await _invite(desk)
    assert 24 <= len(issued.payload) <= 64
    assert issued.link == f"https://t.me/kentongan_bot?start={issued.payload}"
    digests = await desk.database.run(lambda uow: uow.conn.exec_driver_sql("SELECT digest FROM invitations").all())
    assert issued.payload.encode() not in bytes(digests[0][0])


async def test_wrong_used_expired_and_withdrawn_are_all_refused_alike(desk: Desk) -> None:
    used, late = await _invite(desk), await _invite(desk, NewPerson(frozenset({Role.PIKET})))
    await _open(desk, used.payload, 900)
    assert await _open(desk, used.payload, 901) is None
    assert await _open(desk, "A" * 32, 901) is None
    for odd in ("", "x", "a b" * 10, "'; DROP TABLE persons; --", "A" * 65, "\x00" * 30, late.payload + "\n"):
        assert await _open(desk, odd, 901) is None
    desk.clock.advance(people.LIFE)
    assert await _open(desk, late.payload, 901) is None
    assert await desk.outbox(901) == []


async def test_valid_to_the_last_second(desk: Desk) -> None:
    issued = await _invite(desk)
    desk.clock.advance(people.LIFE - timedelta(seconds=1))
    assert await _open(desk, issued.payload) is not None


async def test_two_accounts_one_invitation(desk: Desk) -> None:
    issued = await _invite(desk)
    first, second = await _open(desk, issued.payload, 900), await _open(desk, issued.payload, 901)
    assert first is not None
    assert second is None


async def test_a_revoked_person_comes_back_by_a_new_invitation_as_the_same_record(desk: Desk) -> None:
    person = await _open(desk, (await _invite(desk)).payload)
    assert person is not None
    await desk.database.run(lambda uow: people.revoke(uow, desk.office, None, person.id, desk.now))
    again = await _open(desk, (await _invite(desk, NewPerson(frozenset({Role.PIKET})))).payload)
    assert again is not None
    assert (again.id, again.roles, again.active) == (person.id, frozenset({Role.PIKET}), True)


@pytest.mark.parametrize(
    ("grant", "error"),
    [
        (NewPerson(frozenset()), "galat/peran_kosong"),
        (NewPerson(frozenset({Role.AGEN}), ("Atlantis",)), "galat/wilayah_tidak_dikenal"),
        (NewPerson(frozenset({Role.AGEN}), code_name="x" * 25), "galat/sandi_tidak_sah"),
        (NewPerson(frozenset({Role.AGEN}), code_name="<b>"), "galat/sandi_tidak_sah"),
        (NewPerson(frozenset({Role.AGEN}), code_name="Garuda"), "galat/nama_sandi_dipakai"),
        (NewPerson(frozenset({Role.AGEN}), code_name="gArUdA"), "galat/nama_sandi_dipakai"),
    ],
)
async def test_a_grant_that_makes_no_sense_is_refused(desk: Desk, grant: NewPerson, error: str) -> None:
    await desk.person(1, Role.AGEN, code_name="Garuda")
    with pytest.raises(UserError) as caught:
        await _invite(desk, grant)
    assert caught.value.key == error


async def test_a_code_name_promised_to_an_open_invitation_is_taken(desk: Desk) -> None:
    await _invite(desk)
    with pytest.raises(NameTaken):
        await _invite(desk)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
async def test_only_an_administrator_invites_changes_revokes(desk: Desk, role: Role) -> None:
    other, boss = await desk.person(1, role), await desk.person(2, Role.ADMINISTRATOR)

    def attempts(uow: UnitOfWork) -> int:
        refused = 0
        for attempt in (
            lambda: people.make_invitation(uow, desk.office, other, AGENT, desk.now),
            lambda: people.change(uow, desk.office, other, boss.id, desk.now, roles=frozenset({Role.AGEN})),
            lambda: people.revoke(uow, desk.office, other, boss.id, desk.now),
            lambda: people.hand_over(uow, desk.office, other, boss.id, desk.now),
        ):
            with pytest.raises(NotPermitted):
                attempt()
            refused += 1
        return refused

    assert await desk.database.run(attempts) == 4


async def test_names_are_made_harmless(desk: Desk) -> None:
    issued = await _invite(desk, NewPerson(frozenset({Role.AGEN})))
    person = await _open(desk, issued.payload, name="Bapak\u202e\x00 X\u200b\n" + "y" * 100)
    assert person is not None
    assert person.name == ("Bapak X " + "y" * 100)[:64]


async def test_hand_over_moves_the_record_to_the_new_account(desk: Desk) -> None:
    boss, agent = await desk.person(1, Role.ADMINISTRATOR), await desk.person(10, Role.AGEN, code_name="Rajawali")
    old = await desk.database.run(lambda uow: people.hand_over(uow, desk.office, boss, agent.id, desk.now))
    new = await desk.database.run(lambda uow: people.hand_over(uow, desk.office, boss, agent.id, desk.now))
    assert await _open(desk, old.payload, 20) is None  # the older one is void
    moved = await _open(desk, new.payload, 20)
    assert moved is not None
    assert (moved.id, moved.telegram_id, moved.alias, moved.roles) == (agent.id, 20, "Rajawali", agent.roles)
    assert await desk.database.run(lambda uow: uow.people.by_telegram_id(10)) is None
    assert await desk.outbox(10) == [SetCommands(()), "orang/diserahkan"]
    assert "orang/serah_terima_selesai" in await desk.outbox(1)


async def test_hand_over_is_void_after_revocation_and_for_an_account_with_a_record(desk: Desk) -> None:
    boss, agent = await desk.person(1, Role.ADMINISTRATOR), await desk.person(10, Role.AGEN)
    gone = await desk.person(30, Role.AGEN)

    def prepare(uow: UnitOfWork) -> tuple[str, str]:
        people.revoke(uow, desk.office, boss, gone.id, desk.now)
        first = people.hand_over(uow, desk.office, boss, agent.id, desk.now).payload
        with pytest.raises(NotFound):
            people.hand_over(uow, desk.office, boss, gone.id, desk.now)
        return first, ""

    payload, _ = await desk.database.run(prepare)
    assert await _open(desk, payload, 30) is None
    assert "orang/serah_terima_gagal" in await desk.outbox(1)
    second = await desk.database.run(lambda uow: people.hand_over(uow, desk.office, boss, agent.id, desk.now))
    await desk.database.run(lambda uow: people.revoke(uow, desk.office, boss, agent.id, desk.now))
    assert await _open(desk, second.payload, 40) is None
