"""Groups as their members see them: bound, left, upgraded; nameless senders; secret commands."""

from __future__ import annotations

from datetime import timedelta

import pytest

from simulator import membership
from simulator.agency import Agency
from simulator.model import Chat
from simulator.people import Phone
from tests.dialog.test_guided_report import walk
from tests.dialog.test_people_invitations import outsider


def group(desa: Agency, title: str = "Posko", *phones: Phone) -> Chat:
    admin = desa.phone("admin")
    return desa.world.add_group(title, [phone.person for phone in phones], creator=admin.person)


def inside(desa: Agency, chat: Chat) -> bool:
    return desa.world.is_member(chat, desa.world.bot().user.id)


async def test_bound_by_an_administrator_it_stays(desa: Agency) -> None:
    admin, chat = desa.phone("admin"), group(desa)
    await admin.adds_bot_to(chat)
    await admin.sees("Grup belum diikat", chat)
    await admin.says("/ikat koordinasi", chat)
    await admin.sees("Grup diikat: koordinasi", chat)
    desa.clock.advance(timedelta(hours=1))
    await desa.sweep()
    await desa.quiet()
    assert inside(desa, chat)


async def test_bound_by_nobody_it_says_why_after_a_quarter_of_an_hour_and_leaves(desa: Agency) -> None:
    admin, chat = desa.phone("admin"), group(desa)
    await admin.adds_bot_to(chat)
    await admin.sees("15 menit", chat)
    desa.clock.advance(timedelta(minutes=14))
    await desa.sweep()
    await desa.quiet()
    assert inside(desa, chat)
    desa.clock.advance(timedelta(minutes=1))
    await desa.sweep()
    await admin.sees("Grup tidak diikat", chat)
    await desa.quiet()
    assert not inside(desa, chat)


async def test_added_by_anybody_else_it_leaves_at_once(desa: Agency) -> None:
    for phone in (outsider(desa), desa.phone("verifikator")):
        chat = group(desa, "Lain", phone)
        await phone.adds_bot_to(chat)
        await phone.sees("hanya administrator", chat)
        await desa.quiet()
        assert not inside(desa, chat)


async def test_out_of_a_bound_group_administrators_hear_of_it(desa: Agency) -> None:
    admin, chat = desa.phone("admin"), group(desa)
    await admin.adds_bot_to(chat)
    await admin.says("/ikat koordinasi", chat)
    await admin.sees("Grup diikat", chat)
    await admin.removes_bot_from(chat)
    told = await admin.sees("Grup lepas")
    assert "Posko" in told.text
    assert await desa.app.database.run(lambda uow: uow.groups.get(chat.id)) is None


@pytest.mark.parametrize(
    ("key", "text", "answer"),
    [
        ("admin", "/ikat", "Tujuan belum dikenal"),
        ("admin", "/ikat rahasia", "Tujuan belum dikenal"),
        ("verifikator", "/ikat lokus", "hanya administrator"),
    ],
)
async def test_ikat_says_what_is_wrong_and_the_binding_stays(desa: Agency, key: str, text: str, answer: str) -> None:
    chat = desa.groups["verifikasi"]
    phone = desa.phone(key)
    await phone.says(text, chat)
    await phone.sees(answer, chat)
    bound = await desa.app.database.run(lambda uow: uow.groups.get(chat.id))
    assert bound is not None
    assert bound.purpose == "verifikasi"


async def test_ikat_in_private_explains(desa: Agency) -> None:
    admin = desa.phone("admin")
    await admin.says("/ikat verifikasi")
    await admin.sees("Mengikat grup")


async def test_a_private_command_in_a_group_is_sent_to_private_and_nothing_is_repeated(desa: Agency) -> None:
    chat, phone = desa.groups["verifikasi"], desa.phone("verifikator")
    said = await phone.says("/lapinfo rencana pertemuan di gudang", chat)
    answer = await phone.sees("percakapan pribadi", chat, after=said.id)
    assert "gudang" not in answer.text


async def test_an_anonymous_administrator_is_asked_to_act_in_person(desa: Agency) -> None:
    chat, admin = desa.groups["verifikasi"], desa.phone("admin")
    await admin.says("selamat pagi semuanya", chat, anonymous=True)
    await admin.never_sees("atas nama sendiri", chat, seconds=0.1)
    await admin.says("/ikat pimpinan", chat, anonymous=True)
    answer = await admin.sees("atas nama sendiri", chat)
    assert "pimpinan" not in answer.text
    bound = await desa.app.database.run(lambda uow: uow.groups.get(chat.id))
    assert bound is not None
    assert bound.purpose == "verifikasi"


async def test_strangers_in_a_group_are_not_answered(desa: Agency) -> None:
    chat, stranger = desa.groups["verifikasi"], outsider(desa)
    await stranger.joins(chat)
    said = await stranger.says("/ikat pimpinan", chat)
    await stranger.says("/menu", chat)
    await desa.quiet()
    assert [message for message in stranger.messages(chat) if message.id > said.id and not message.mine] == []


async def test_a_group_that_becomes_a_supergroup_keeps_its_binding(desa: Agency) -> None:
    chat, admin = desa.groups["verifikasi"], desa.phone("admin")
    new = membership.upgrade(desa.world, chat)
    await desa.quiet()
    groups = await desa.app.database.run(lambda uow: uow.groups.all())
    assert {(one.chat_id, one.purpose) for one in groups} == {
        (new.id, "verifikasi"),
        (desa.groups["koordinasi"].id, "koordinasi"),
    }
    await admin.says("/ikat verifikasi", new)
    await admin.sees("Grup diikat", new)


async def test_reports_that_came_while_no_group_was_bound_get_their_card_when_one_is(desa: Agency) -> None:
    admin, agen = desa.phone("admin"), desa.phone("agen")
    await admin.removes_bot_from(desa.groups["verifikasi"])
    await admin.sees("Grup lepas")
    await agen.says("/lapinfo")
    await agen.sees("Laporan pagi")
    await agen.taps("Ada kejadian")
    await walk(agen)
    await agen.taps("Kirim")
    await agen.sees("Laporan diterima")
    chat = group(desa, "Verifikasi Baru")
    await admin.adds_bot_to(chat)
    await admin.says("/ikat verifikasi", chat)
    await admin.sees("LI-261120-0001", chat, button="Setujui")
