"""What a life may hang on: the place and the cry get through a form, a lokus called off, a coordinator who is out."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.forms.state import FormState
from domain.ports import UnitOfWork
from domain.usecases import drafts
from simulator.agency import Agency
from tests.dialog.script import Row, play
from tests.lokus.field import MEETING, alerts, begun, called, emergencies, entries, member, reports_too
from tests.lokus.story import CHOSEN, ORDERED, PLAN, READY, answered, to_the_field


async def _form(desa: Agency, who: str) -> FormState:
    def work(uow: UnitOfWork) -> FormState:
        person = uow.people.by_telegram_id(desa.users[who].id)
        assert person is not None
        draft = uow.drafts.active(person.id)
        assert draft is not None
        return drafts.state_of(draft)

    return await desa.app.database.run(work)


async def test_an_open_form_takes_neither_the_place_nor_the_cry(desa: Agency) -> None:
    await reports_too(desa, "anggota1")
    await to_the_field(desa)
    await play(
        desa,
        (
            ("anggota1", "ketuk", "Tiba di titik kumpul"),
            ("anggota1", "tulis", "/lapinfo"),
            ("anggota1", "ketuk", "Ada kejadian"),
        ),
    )
    form = await _form(desa, "anggota1")
    await desa.phone("anggota1").sends_location(*MEETING)
    await desa.quiet()
    assert (await member(desa, "anggota1")).content["tiba"] == list(MEETING)
    await play(
        desa,
        (
            ("anggota1", "tulis", "TOLONG!"),
            ("anggota1", "lihat", "Mundur/Darurat?"),
            ("anggota1", "ketuk", "YA, DARURAT"),
            ("kabid", "lihat", "memanggil bantuan"),
        ),
    )
    await desa.phone("anggota1").sends_location(-6.9, 109.7)
    await desa.quiet()
    (emergency,) = await emergencies(desa)
    assert emergency.content["titik"] == [-6.9, 109.7]
    assert desa.phone("anggota1").chat().keyboards == {}
    # Neither was an answer; the next text is one, and no note.
    assert await _form(desa, "anggota1") == form
    await play(desa, (("anggota1", "tulis", "Ekonomi"),))
    assert await _form(desa, "anggota1") != form
    assert [entry.kind for entry in await entries(desa, "anggota1")] == ["arrive", "emergency", "location"]


async def test_a_lokus_called_off_cuts_nobody_off(desa: Agency) -> None:
    case = await to_the_field(desa)
    await play(
        desa,
        (
            *begun("anggota1", "anggota2"),
            *called("anggota1"),
            ("kasubbid", "ketuk", "Batalkan"),
            ("kasubbid", "lihat", "Sedang memanggil bantuan: Camar-01."),
            ("kasubbid", "lihat", "Masih di lapangan: Camar-02."),
            ("kasubbid", "balas", "Mengapa lokus ini > Ricuh, tarik semua"),
            ("anggota2", "lihat", "Dalam bahaya, ketik /darurat."),
            ("koordinator_lapangan", "tidak", "ketik /darurat"),
        ),
    )
    await desa.phone("anggota1").sends_location(*MEETING)
    await desa.quiet()
    (emergency,) = await emergencies(desa)
    assert emergency.content["titik"] == list(MEETING)
    assert desa.phone("anggota1").chat().keyboards == {}
    before = alerts(desa, "kabid")
    await play(desa, (("anggota2", "tulis", "/darurat"), ("anggota2", "ketuk", "YA, DARURAT")))
    assert alerts(desa, "kabid") == before + 1
    await play(
        desa,
        (
            ("anggota2", "ketuk", "Aman kembali"),
            ("anggota2", "ketuk", "Ya, aman"),
        ),
    )
    # Hours later nobody is there any more; an emergency that nobody has ended is never forgotten.
    desa.clock.advance(timedelta(hours=7))
    await play(
        desa,
        (
            ("anggota2", "tulis", "/darurat"),
            ("anggota2", "lihat", "tidak sedang bertugas"),
            ("anggota1", "tulis", "/darurat"),
            ("anggota1", "lihat", f"Darurat {case.ref} sudah disampaikan"),
        ),
    )
    await desa.phone("anggota1").sends_location(-6.9, 109.7)
    await desa.quiet()
    assert (await emergencies(desa))[0].content["titik"] == [-6.9, 109.7]


OUT: tuple[Row, ...] = (
    ("koordinator_lapangan", "ketuk", "Buka"),
    ("koordinator_lapangan", "ketuk", "Berhalangan"),
    ("koordinator_lapangan", "balas", "halangannya > Sakit"),
    *answered("anggota1", "anggota2"),
)


@pytest.mark.parametrize("why", ["cannot come", "cannot be reached", "has not answered"])
async def test_where_the_coordinator_is_out_the_desk_hears_at_once(desa: Agency, why: str) -> None:
    """Silence twice, and the crowd's level."""
    silent: tuple[Row, ...] = (*answered("anggota1", "anggota2"), ("kasubbid", "ketuk", "Lanjutkan"))
    await play(desa, (*PLAN, *CHOSEN, *ORDERED, *{"cannot come": OUT, "has not answered": silent}.get(why, READY)))
    if why == "cannot be reached":
        await desa.phone("koordinator_lapangan").blocks_bot()
    await play(desa, (*begun("anggota1"), ("anggota1", "ketuk", "Waspada"), ("kasubbid", "lihat", "waspada")))
    for _ in range(3):
        await play(desa, (("anggota1", "maju", "31"),))
    assert alerts(desa, "kasubbid", "Camar-01</b> belum menjawab") == 1, desa.phone("kasubbid").transcript()
    told = alerts(desa, "koordinator_lapangan", "Camar-01</b> belum menjawab")
    assert told == (1 if why == "has not answered" else 0)
