"""Invitations as people see them: /undang, the link, the picture, and the door for everybody else."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta

import pytest

from simulator.agency import USERNAME, Agency
from simulator.people import Phone
from simulator.views import MessageView

REFUSED = "Undangan tidak dapat dipakai"
STRANGER = "hanya untuk petugas"


def outsider(desa: Agency, number: int = 9001) -> Phone:
    return Phone(desa.world, desa.world.add_user(number, f"Orang {number}"))


async def invited(desa: Agency, line: str = "/undang agen Kajen Elang-77") -> str:
    """The link that the administrator gets for one line."""
    admin = desa.phone("admin")
    asked = await admin.says(line)
    shown = await admin.sees(f"t.me/{USERNAME}", after=asked.id)
    return link_in(shown)


def link_in(shown: MessageView) -> str:
    found = re.search(r"https://t\.me/\S+", shown.text)
    assert found is not None, shown.text
    return found.group()


async def test_an_invitation_put_together_by_taps(desa: Agency) -> None:
    admin, new = desa.phone("admin"), outsider(desa)
    await admin.says("/undang")
    await admin.sees("Undangan: peran")
    await admin.taps("Agen")
    await admin.sees("Terpilih: Agen")
    await admin.taps("Lanjut")
    await admin.sees("Undangan: wilayah")
    await admin.taps("Berikutnya")
    await admin.taps("Wiradesa")
    await admin.sees("Terpilih: Wiradesa")
    await admin.taps("Sebelumnya")
    await admin.taps("Kajen")
    await admin.sees("Terpilih: Kajen, Wiradesa")
    await admin.taps("Lanjut")
    await admin.taps("Terbatas")
    await admin.taps("FKDM")
    summary = await admin.sees("Undangan: ringkasan")
    for words in ("Peran: Agen", "Wilayah: Kajen, Wiradesa", "Klasifikasi: Terbatas", "Unsur: FKDM"):
        assert words in summary.text
    await admin.taps("Isi nama")
    asked = await admin.sees("Nama sandi dan nama")
    await desa.quiet()
    await admin.says("Elang-77\nOrang Baru", reply_to=asked)
    shown = await admin.sees("Undangan untuk Elang-77")
    assert shown.kind == "photo"
    await new.opens_link(link_in(shown))
    welcome = await new.sees("Selamat datang")
    assert "Elang-77" in welcome.text
    await new.sees("Menu", button="Nihil")
    await desa.quiet()
    assert {"nihil", "lapinfo", "draf", "status"} <= set(new.commands())
    assert "undang" not in new.commands()
    await admin.sees("Petugas baru bergabung")


async def test_two_taps_on_one_card_make_one_invitation(desa: Agency) -> None:
    admin = desa.phone("admin")
    await admin.says("/undang")
    card = await admin.sees("Undangan: peran")
    first, second = admin.tap(card, "u:buat:1.0.0.0"), admin.tap(card, "u:buat:1.0.0.0")
    await asyncio.gather(admin.answered(first), admin.answered(second))
    await desa.quiet()
    links = [message for message in admin.messages() if f"t.me/{USERNAME}" in message.text]
    assert len(links) == 1


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("/undang raja Kajen", "Peran belum dikenal"),
        ("/undang agen Elang-07", "sudah dipakai"),
        ("/undang agen Kajen <b>x</b>", "Nama sandi berisi"),
        ("/undang agen piket Kajen Doro Elang-99", "Undangan untuk Elang-99"),
        ("/undang verifikator", "seluruh wilayah"),
    ],
)
async def test_the_one_line_form(desa: Agency, line: str, answer: str) -> None:
    admin = desa.phone("admin")
    await admin.says(line)
    await admin.sees(answer)


async def test_wrong_used_and_expired_read_exactly_the_same(desa: Agency) -> None:
    used, late = await invited(desa), await invited(desa, "/undang piket")
    await outsider(desa, 9001).opens_link(used)
    await outsider(desa, 9001).sees("Selamat datang")
    desa.clock.advance(timedelta(days=7, seconds=1))
    texts = set()
    never = [f"https://t.me/{USERNAME}?start={payload}" for payload in ("A" * 32, "x")]
    for number, link in enumerate((used, late, *never), 9100):
        phone = outsider(desa, number)
        await phone.opens_link(link)
        texts.add((await phone.sees(REFUSED)).text)
    assert len(texts) == 1


async def test_two_accounts_open_one_invitation_at_once_and_one_wins(desa: Agency) -> None:
    link = await invited(desa)
    phones = [outsider(desa, 9001), outsider(desa, 9002)]
    await asyncio.gather(*(phone.opens_link(link) for phone in phones))
    await desa.quiet()
    outcomes = sorted("Selamat datang" in "".join(message.text for message in phone.messages()) for phone in phones)
    assert outcomes == [False, True]
    assert sum(REFUSED in message.text for phone in phones for message in phone.messages()) == 1


async def test_a_registered_person_does_not_use_up_somebody_elses_invitation(desa: Agency) -> None:
    link = await invited(desa)
    await desa.phone("agen2").opens_link(link)
    await desa.phone("agen2").sees("sudah terdaftar")
    new = outsider(desa)
    await new.opens_link(link)
    await new.sees("Selamat datang")


async def test_strangers_get_one_polite_line_an_hour_and_nothing_else(desa: Agency) -> None:
    stranger = outsider(desa)
    for text in ("/start", "halo", "/menu", "/lapinfo", "Apa: unjuk rasa"):
        await stranger.says(text)
    await stranger.sends_photo()
    await stranger.sends_sticker()
    await desa.quiet()
    answers = [message.text for message in stranger.messages() if not message.mine]
    assert len(answers) == 1
    assert STRANGER in answers[0]
    assert "\n" not in answers[0]
    assert stranger.commands() == []
    desa.clock.advance(timedelta(minutes=61))
    last = await stranger.says("halo lagi")
    await stranger.sees(STRANGER, after=last.id)


async def test_a_stranger_cannot_make_the_bot_chatter_by_guessing(desa: Agency) -> None:
    stranger = outsider(desa)
    for number in range(30):
        await stranger.says(f"/start {'A' * 30}{number:02d}")
    await desa.quiet()
    assert sum(REFUSED in message.text for message in stranger.messages()) == 10


@pytest.mark.parametrize("key", ["agen", "verifikator", "kepala", "pimpinan", "piket"])
async def test_only_administrators_invite_and_manage(desa: Agency, key: str) -> None:
    phone = desa.phone(key)
    for text in ("/undang", "/undang administrator", "/pengguna"):
        said = await phone.says(text)
        await phone.sees("di luar kewenangan", after=said.id)


@pytest.mark.parametrize(
    "data",
    [
        "m:undang",
        "m:pengguna",
        "u:r:0.0.0.0",
        "u:buat:8000.0.3.0",
        "p:l:0",
        "p:o:8",
        "p:i:8",
        "p:cy:8",
        "p:rs:1:8000",
        "p:ks:1:3",
        "p:ty:8",
        "p:n:8",
    ],
)
async def test_forged_buttons_are_refused(desa: Agency, data: str) -> None:
    agen = desa.phone("agen")
    await agen.says("/menu")
    menu = await agen.sees("Menu")
    before = await desa.app.database.run(lambda uow: uow.people.all())
    answer = await agen.taps_data(menu, data)
    assert "kewenangan" in (answer.text or "")
    assert await desa.app.database.run(lambda uow: uow.people.all()) == before
    await agen.never_sees("t.me", seconds=0.05)


@pytest.mark.parametrize(
    "data",
    [
        "u",
        "u:",
        "u:x",
        "u:buat:zzz",
        "u:buat:1.0.0.99",
        "u:w:1.0.0.0:-1",
        "u:r:ffffffffffff.0.0.0",
        "p:o",
        "p:o:-1",
        "p:rs:1:zz",
        "p:w:1:ffffffffff:0",
        "p:l:99999999999999999999",
        "p:?:1",
        "m:",
        "m:start:x",
        "zzz:1",
    ],
)
async def test_garbage_behind_a_button_is_answered_kindly_even_to_an_administrator(desa: Agency, data: str) -> None:
    admin = desa.phone("admin")
    await admin.says("/menu")
    menu = await admin.sees("Menu")
    answer = await admin.taps_data(menu, data)
    assert "tidak berlaku" in (answer.text or "")
