"""Handing one's tasks to a deputy for a period: cards, calls and authority go along, and come back by themselves."""

from __future__ import annotations

import pytest

from domain.model import Case
from domain.roles import Role
from tests.sla.office import call, calls, sweep, wait
from tests.verification.desk import GROUP, Desk, Message


async def tugas(desk: Desk, who: str) -> Message:
    """What /tugas answers, as the menu's button gives it."""
    await desk.send_data(who, "tg:l", Message(999_000 + len(desk.sent), "", {}), who)
    return next(m for m in reversed(desk.chats[desk.chat(who)].values()) if "Tugas saya" in m.text)


async def hand(desk: Desk, who: str, to: str, label: str = "Hari ini") -> None:
    await desk.tap(who, await tugas(desk, who), "Serahkan tugas", who)
    await desk.tap(who, _newest(desk, who), label, who)
    await desk.tap(who, _newest(desk, who), desk.people[to].alias, who)


def _newest(desk: Desk, who: str) -> Message:
    chat = desk.chats[desk.chat(who)].values()
    return next(m for m in reversed(chat) if "erahkan tugas" in m.text or "berapa" in m.text)


async def verified(desk: Desk) -> Case:
    case = await desk.report()
    await desk.send_data("nuri", f"v:n:{case.id}:1:verifikasi:B2", desk.card(GROUP, case.ref))
    return await desk.case(case)


async def test_the_deputy_gets_the_card_and_acts_in_the_absent_ones_name(desk: Desk) -> None:
    case = await verified(desk)
    await hand(desk, "kepala", "kabid")
    assert "Ditunjuk sebagai Plh. Kepala Kantor" in "\n".join(desk.texts("kabid"))
    assert "Tindak" in "".join((await tugas(desk, "kabid")).buttons)
    await desk.tap("kabid", desk.card("kabid", case.ref), "Setujui", "kabid")
    assert (await desk.case(case)).status == "published"
    event = (await desk.events(case))[-1]
    assert (event.actor_id, event.data["instead_of"]) == (desk.people["kabid"].id, desk.people["kepala"].id)
    assert "(a.n. Kepala Kantor)" in desk.card("kabid", case.ref).text


async def test_new_cases_and_calls_go_to_the_deputy_only(desk: Desk) -> None:
    await hand(desk, "kepala", "kabid")
    case = await verified(desk)
    assert desk.card("kabid", case.ref).buttons
    assert (desk.chat("kepala"), case.ref) not in desk.cards
    await wait(desk, 30)
    assert "sisa 30 menit" in call(desk, "kabid")
    assert not calls(desk, "kepala")
    await wait(desk, 95, step=5)
    assert "Menunggu Kepala Kantor" in call(desk, "pimpinan")


async def test_it_ends_by_itself_at_midnight_of_the_agency(desk: Desk) -> None:
    case = await verified(desk)
    await hand(desk, "kepala", "kabid")
    desk.later(hours=18, minutes=49)
    await sweep(desk)
    assert "berakhir" not in "\n".join(desk.texts("kabid"))
    desk.later(minutes=1)
    await sweep(desk)
    assert "Masa Plh. Kepala Kantor berakhir" in "\n".join(desk.texts("kabid"))
    assert "Tugas kembali kepada Bapak/Ibu" in "\n".join(desk.texts("kepala"))
    assert not desk.card("kabid", case.ref).buttons
    answer = await desk.send_data("kabid", f"v:s:{case.id}:1:persetujuan", desk.card("kabid", case.ref), "kabid")
    assert answer == "Langkah ini hanya untuk Kepala Kantor. Terima kasih."
    await desk.tap("kepala", desk.card("kepala", case.ref), "Setujui", "kepala")
    assert (await desk.case(case)).status == "published"


async def test_akhiri_gives_everything_back_at_once(desk: Desk) -> None:
    case = await verified(desk)
    await hand(desk, "kepala", "kabid", "1 minggu")
    await desk.tap("kepala", await tugas(desk, "kepala"), "Akhiri", "kepala")
    answer = await desk.send_data("kabid", f"v:s:{case.id}:1:persetujuan", desk.card("kabid", case.ref), "kabid")
    assert answer == "Langkah ini hanya untuk Kepala Kantor. Terima kasih."
    desk.later(days=8)
    await sweep(desk)
    assert "\n".join(desk.texts("kabid")).count("berakhir") == 1


async def test_tomorrow_begins_tomorrow(desk: Desk) -> None:
    case = await verified(desk)
    await hand(desk, "kepala", "kabid", "Besok")
    assert (desk.chat("kabid"), case.ref) not in desk.cards
    desk.later(hours=18, minutes=50)
    await sweep(desk)
    assert "Setujui" in "".join(desk.card("kabid", case.ref).buttons)


async def test_a_typed_day(desk: Desk) -> None:
    await desk.tap("kepala", await tugas(desk, "kepala"), "Serahkan tugas", "kepala")
    await desk.tap("kepala", _newest(desk, "kepala"), "Sampai tanggal", "kepala")
    prompt = _newest(desk, "kepala")
    assert prompt.force_reply
    await desk.reply("kepala", prompt, "23 November", "kepala")
    chooser = _newest(desk, "kepala")
    assert "sampai 24 November 2026 pukul 00.00 WIB" in chooser.text
    await desk.tap("kepala", chooser, "Elang-Biru", "kepala")
    assert "Berlaku sekarang sampai 24 November 2026" in "\n".join(desk.texts("kepala"))


@pytest.mark.parametrize("day", ["31 Feb", "kapan-kapan", "1 Januari 2020", "12 Desember 2027"])
async def test_a_day_that_is_none_is_asked_again(desk: Desk, day: str) -> None:
    await desk.tap("kepala", await tugas(desk, "kepala"), "Serahkan tugas", "kepala")
    await desk.tap("kepala", _newest(desk, "kepala"), "Sampai tanggal", "kepala")
    await desk.reply("kepala", _newest(desk, "kepala"), day, "kepala")
    assert not await desk.db.run(lambda uow: uow.absences.of(desk.people["kepala"].id))


async def test_a_deputy_never_judges_their_own_report(desk: Desk) -> None:
    await desk.hire("dua", Role.AGEN, Role.KASUBBID, regions=("Bojong",), code_name="Camar-09")
    case = await desk.report("dua")
    await desk.send_data("nuri", f"v:n:{case.id}:1:verifikasi:B2", desk.card(GROUP, case.ref))
    await hand(desk, "kepala", "dua")
    assert (desk.chat("dua"), case.ref) not in desk.cards
    await desk.send_data("dua", f"v:s:{case.id}:1:persetujuan", desk.card("kepala", case.ref), "dua")
    assert (await desk.case(case)).step == "persetujuan"
    await wait(desk, 30)
    assert "sisa 30 menit" in call(desk, "kepala")


async def test_a_deputy_without_clearance_gets_nothing(desk: Desk) -> None:
    await hand(desk, "pimpinan", "merpati")
    case = await verified(desk)
    await desk.db.run(
        lambda uow: uow.cases.change(next(c for c in uow.cases.waiting() if c.id == case.id), classification="terbatas")
    )
    await desk.db.run(lambda uow: uow.people.change(desk.people["kepala"].id, clearance="rahasia"))
    await hand(desk, "kepala", "merpati")
    answer = await desk.send_data("merpati", f"v:s:{case.id}:1:persetujuan", desk.card("kepala", case.ref), "merpati")
    assert answer is not None
    assert (await desk.case(case)).step == "persetujuan"
