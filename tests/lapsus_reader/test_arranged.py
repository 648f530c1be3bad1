"""A call that is being arranged is as secret as a written report: the same readers, the same answer to all others."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.model import Case
from domain.notices import Ack
from domain.ports import UnitOfWork
from domain.roles import Clearance, Role
from domain.usecases import people
from tests.lapsus_reader.desk import HIGH, Reading

NOT_FOUND = Ack("galat/tidak_ditemukan", alert=True)
PLACE = "gudang-senyap"
"""Where they would meet: for those whose turn it is, and for nobody else."""
ACTIONS = ("ls:y:{}:0", "ls:u:{}:0", "ls:b:{}:0", "ls:q:{}:0:60", "ls:k:{}:0", "ls:d:{}:0", "ls:o:{}:1", "ls:i:{}:1")


async def _meeting(desk: Reading) -> Case:
    fields = {"cara_lapor": "menghadap", "waktu_usulan": "Secepatnya", "tempat_usulan": PLACE}
    return await desk.secret(fields=fields)


@pytest.mark.parametrize("action", ACTIONS)
async def test_nobody_else_can_tell_it_from_what_does_not_exist(desk: Reading, action: str) -> None:
    await desk.hire("kabid2", Role.KABID, clearance=Clearance.TERBATAS)
    case = await _meeting(desk)
    for who in ("analis", "admin", "pimpinan", "kabid2"):
        denied = len(await desk.kinds(case, "denied"))
        assert await desk.raw(who, action.format(case.id)) == NOT_FOUND, who
        assert await desk.raw(who, action.format(424242)) == NOT_FOUND, who
        assert len(await desk.kinds(case, "denied")) == denied + 1, who
        assert not desk.sees(who, PLACE), who


@pytest.mark.parametrize("who", ["kabid", "agen"])
@pytest.mark.parametrize("action", ACTIONS)
async def test_a_tap_in_a_group_shows_nothing_there_even_to_the_two_sides(desk: Reading, action: str, who: str) -> None:
    case = await _meeting(desk)
    waiting = await desk.waiting()
    assert await desk.raw(who, action.format(case.id), -1001, deliver=False) == NOT_FOUND
    assert await desk.waiting() == waiting
    assert len(await desk.kinds(case, "denied")) == 1


@pytest.mark.parametrize("what", ["role", "clearance"])
async def test_who_lost_the_right_is_told_no_more_of_it(desk: Reading, what: str) -> None:
    await desk.hire("kabid2", Role.KABID, clearance=HIGH, code_name="Kutilang-03")
    case = await _meeting(desk)
    assert desk.sees("kabid2", PLACE)
    me = desk.people["kabid2"].id

    def end(uow: UnitOfWork) -> None:
        if what == "role":
            people.change(uow, desk.office, None, me, desk.clock.now(), roles=frozenset({Role.VERIFIKATOR}))
        else:
            people.change(uow, desk.office, None, me, desk.clock.now(), clearance=Clearance.TERBATAS)

    await desk.db.run(end)
    await desk.deliver()
    await desk.press("kabid", "Setuju waktu")
    await desk.press("kabid", "Usulkan waktu lain")
    assert not desk.sees("kabid2", PLACE)
    assert not desk.sees("kabid2", case.ref)


async def test_administrators_hear_that_nobody_can_act_without_the_reference(desk: Reading) -> None:
    def end(uow: UnitOfWork) -> None:
        for who in ("kabid", "kepala", "pimpinan"):
            person = desk.people[who]
            people.change(uow, desk.office, None, person.id, desk.clock.now(), clearance=Clearance.TERBATAS)

    await desk.db.run(end)
    case = await desk.secret()
    assert desk.sees("admin", "belum ada")
    assert not desk.sees("admin", case.ref)


async def test_an_official_to_whom_it_was_escalated_may_write_down_what_was_told(desk: Reading) -> None:
    case = await _meeting(desk)

    def give(uow: UnitOfWork) -> None:
        uow.events.append(
            f"case:{case.id}", "escalated", None, desk.clock.now(),
            {"to": [desk.people["kepala"].id], "step": case.step, "round": case.round, "role": "kepala"},
        )  # fmt: skip

    await desk.db.run(give)
    await desk.raw("kepala", f"ls:y:{case.id}:0")
    await desk.raw("kepala", f"ls:d:{case.id}:1")
    await desk.press("kepala", "Tulis isi")
    assert desk.sees("kepala", "Dasar"), (desk.acks[-1], desk.texts("kepala"))
    await desk.says("kepala", "Pemantauan")
    await desk.says("kepala", "Pokok yang disampaikan")
    for _ in range(8):
        await desk.press("kepala", "Lewati")
    await desk.press("kepala", "Kirim")
    assert [event.actor_id for event in await desk.kinds(case, "amended")] == [desk.people["kepala"].id]


async def test_what_was_told_is_not_taken_from_somebody_who_lost_the_right_meanwhile(desk: Reading) -> None:
    case = await _meeting(desk)
    await desk.press("kabid", "Setuju waktu")
    await desk.press("kabid", "Sudah dilaksanakan")
    await desk.press("kabid", "Tulis isi")
    await desk.says("kabid", "Pemantauan")
    await desk.says("kabid", "Pokok yang disampaikan")
    for _ in range(8):
        await desk.press("kabid", "Lewati")
    me = desk.people["kabid"].id

    def end(uow: UnitOfWork) -> None:
        people.change(uow, desk.office, None, me, desk.clock.now(), clearance=Clearance.TERBATAS)

    await desk.db.run(end)
    await desk.deliver()
    await desk.press("kabid", "Kirim")
    assert desk.acks[-1] == Ack("galat/tidak_berhak", alert=True)
    assert not await desk.kinds(case, "amended")


async def test_before_the_call_its_official_can_be_told_who_it_is_and_each_time_is_recorded(desk: Reading) -> None:
    case = await _meeting(desk)
    await desk.press("kabid", "Buka")
    await desk.press("kabid", "Siapa pelapornya")
    await desk.answers("kabid", "alasan membuka identitas", "Akan dihubungi")
    assert desk.sees("kabid", "nama-agen")
    assert len(await desk.kinds(case, "opened")) == 1
    await desk.press("kabid", "Setuju waktu")
    assert desk.sees("agen", "Disepakati dengan Kepala Bidang")


@pytest.mark.parametrize("action", ["ls:p", "ls:x", "ls:w:telepon", "ls:w:tulis", "ls:t", "f:1:go"])
async def test_no_form_begins_or_goes_on_in_a_group(desk: Reading, action: str) -> None:
    await desk.raw("agen", "ls:w:telepon")
    waiting = await desk.waiting()
    assert await desk.raw("agen", action, -1001, deliver=False)
    assert await desk.waiting() == waiting
    assert desk.texts(-1001) == []


async def test_a_deputys_card_goes_when_the_absence_has_ended(desk: Reading) -> None:
    await desk.hire("wakil", Role.VERIFIKATOR, clearance=HIGH)
    start, kabid, wakil = desk.clock.now(), desk.people["kabid"].id, desk.people["wakil"].id
    end = start + timedelta(minutes=5)
    await desk.db.run(lambda uow: uow.absences.add(kabid, start, end, "plh", None, start, deputy_id=wakil))
    case = await _meeting(desk)
    assert desk.sees("wakil", PLACE)
    await desk.wait(6)
    await desk.raw("kabid", f"ls:y:{case.id}:0")
    assert not desk.sees("wakil", case.ref)
