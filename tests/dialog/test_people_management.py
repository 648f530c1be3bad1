"""/pengguna, /menu and what people are told when what they may do changes."""

from __future__ import annotations

import asyncio

import pytest

from domain.model import Person
from domain.roles import Clearance, Role
from simulator.agency import Agency
from simulator.people import Phone
from simulator.views import MessageView
from tests.dialog.test_people_invitations import link_in, outsider


async def open_person(desa: Agency, alias: str) -> None:
    admin = desa.phone("admin")
    said = await admin.says(f"/pengguna {alias}")
    await admin.sees("Pengguna", after=said.id)
    await admin.taps(alias)
    await admin.sees("Terdaftar:", after=said.id)


async def record(desa: Agency, key: str) -> Person:
    telegram_id = desa.users[key].id
    found = await desa.app.database.run(lambda uow: uow.people.by_telegram_id(telegram_id))
    assert found is not None
    return found


async def test_the_list_shows_code_names_never_names(desa: Agency) -> None:
    admin = desa.phone("admin")
    await admin.says("/pengguna")
    shown = await admin.sees("Pengguna")
    assert "Elang-07" in shown.text
    assert "11 orang" in shown.text
    said = await admin.says("/pengguna tidak-ada-yang-begitu")
    await admin.sees("Tidak ada yang cocok", after=said.id)


async def test_roles_regions_clearance_and_code_name_are_changed(desa: Agency) -> None:
    admin, agen = desa.phone("admin"), desa.phone("agen")
    await open_person(desa, "Elang-07")
    await admin.taps("Peran")
    await admin.taps("Piket")
    await admin.taps("Simpan")
    await admin.taps("Wilayah")
    await admin.taps("Doro")
    await admin.taps("Simpan")
    await admin.taps("Klasifikasi")
    await admin.taps("Rahasia")
    await admin.sees("Klasifikasi: Rahasia")
    await admin.taps("Nama sandi")
    asked = await admin.sees("Nama sandi untuk")
    await desa.quiet()
    await admin.says("Elang-70", reply_to=asked)
    await admin.sees("Elang-70")
    person = await record(desa, "agen")
    assert (person.roles, person.regions, person.clearance, person.code_name) == (
        frozenset({Role.AGEN, Role.PIKET}),
        ("Doro", "Kajen"),
        Clearance.RAHASIA,
        "Elang-70",
    )
    await agen.sees("Data Anda diperbarui")
    await desa.quiet()
    assert "catat" in agen.commands()
    events = await desa.app.database.run(lambda uow: uow.events.of(f"person:{person.id}"))
    assert [event.action for event in events].count("person.changed") == 4


@pytest.mark.parametrize(
    ("typed", "answer"),
    [("Merak-03", "sudah dipakai"), ("<script>", "Nama sandi berisi"), ("\u200b", "balas dengan teks")],
)
async def test_a_bad_code_name_is_refused_and_nothing_changes(desa: Agency, typed: str, answer: str) -> None:
    admin = desa.phone("admin")
    await open_person(desa, "Elang-07")
    await admin.taps("Nama sandi")
    asked = await admin.sees("Nama sandi untuk")
    await desa.quiet()
    await admin.says(typed, reply_to=asked)
    await admin.sees(answer)
    assert (await record(desa, "agen")).code_name == "Elang-07"


async def test_revocation_takes_effect_at_once(desa: Agency) -> None:
    admin, agen = desa.phone("admin"), desa.phone("agen")
    await agen.says("/menu")
    menu = await agen.sees("Menu", button="Nihil")
    await open_person(desa, "Elang-07")
    await admin.taps("Cabut akses")
    await admin.taps("Ya, cabut")
    await admin.sees("sudah dicabut")
    await agen.sees("Akses telah berakhir")
    answer = await agen.taps_data(menu, "l:nihil")
    assert "tidak terdaftar" in (answer.text or "")
    assert agen.commands() == []
    said = await agen.says("/menu")
    await agen.sees("hanya untuk petugas", after=said.id)


async def test_an_administrator_revoked_between_screen_and_tap(desa: Agency) -> None:
    admin, second = desa.phone("admin"), outsider(desa)
    said = await admin.says("/undang administrator Nuri-01")
    await second.opens_link(link_in(await admin.sees("t.me", after=said.id)))
    await second.sees("Selamat datang")
    await second.says("/pengguna Elang-07")
    await second.taps("Elang-07")
    await second.taps("Cabut akses")
    card = await second.sees("Cabut akses Elang-07?")
    await open_person(desa, "Nuri-01")
    await admin.taps("Cabut akses")
    await admin.taps("Ya, cabut")
    await second.sees("Akses telah berakhir")
    answer = await second.taps("Ya, cabut", on=card)
    assert "tidak terdaftar" in (answer.text or "")
    assert (await record(desa, "agen")).active


async def test_the_last_administrator_stays(desa: Agency) -> None:
    admin = desa.phone("admin")
    await open_person(desa, "Pipit-01")
    await admin.taps("Cabut akses")
    assert "administrator terakhir" in ((await admin.taps("Ya, cabut")).text or "")
    await admin.taps("Kembali")
    await admin.taps("Peran")
    await admin.taps("Agen")
    marked = await admin.sees("Terpilih: Agen")
    (administrator,) = (label for row in marked.labels for label in row if "✓" in label and "Agen" not in label)
    await admin.taps(administrator)
    assert "administrator terakhir" in ((await admin.taps("Simpan")).text or "")
    assert (await record(desa, "admin")).roles == frozenset({Role.ADMINISTRATOR})


async def test_two_administrators_who_revoke_each_other_at_once_leave_one(desa: Agency) -> None:
    admin, second = desa.phone("admin"), outsider(desa)
    said = await admin.says("/undang administrator Nuri-01")
    await second.opens_link(link_in(await admin.sees("t.me", after=said.id)))
    await second.sees("Selamat datang")
    cards = [await _menu(admin), await _menu(second)]
    mine = (await record(desa, "admin")).id
    theirs = next(p.id for p in await desa.app.database.run(lambda uow: uow.people.all()) if p.alias == "Nuri-01")
    taps = [admin.tap(cards[0], f"p:cy:{theirs}"), second.tap(cards[1], f"p:cy:{mine}")]
    await asyncio.gather(admin.answered(taps[0]), second.answered(taps[1]))
    left = await desa.app.database.run(lambda uow: uow.people.holding(Role.ADMINISTRATOR))
    assert len(left) == 1


async def _menu(phone: Phone) -> MessageView:
    said = await phone.says("/menu")
    return await phone.sees("Menu", after=said.id)


async def test_hand_over_to_another_account(desa: Agency) -> None:
    admin, old, new = desa.phone("admin"), desa.phone("agen"), outsider(desa)
    before = await record(desa, "agen")
    await open_person(desa, "Elang-07")
    await admin.taps("Serah terima")
    await admin.taps("Ya, buat tautan")
    await new.opens_link(link_in(await admin.sees("Buka dari akun Telegram yang baru")))
    await new.sees("Selamat datang")
    await old.sees("diserahterimakan")
    await admin.sees("Serah terima selesai")
    moved = await desa.app.database.run(lambda uow: uow.people.by_telegram_id(9001))
    assert moved is not None
    assert (moved.id, moved.code_name) == (before.id, "Elang-07")
    said = await old.says("/menu")
    await old.sees("hanya untuk petugas", after=said.id)


async def test_opening_a_name_is_recorded(desa: Agency) -> None:
    admin = desa.phone("admin")
    await open_person(desa, "Elang-07")
    await admin.taps("Lihat nama")
    await admin.says("Serah terima berkas", reply_to=await admin.sees("alasan membuka identitas"))
    person = await record(desa, "agen")
    await admin.sees(person.name)
    events = await desa.app.database.run(lambda uow: uow.events.of(f"person:{person.id}"))
    assert events[-1].action == "person.identity_opened"
    assert events[-1].data["reason"] == "Serah terima berkas"


async def test_who_blocks_the_bot_is_marked_and_administrators_told_once(desa: Agency) -> None:
    admin, agen = desa.phone("admin"), desa.phone("agen")
    await agen.blocks_bot()
    await admin.sees("Petugas tidak dapat dihubungi")
    assert (await record(desa, "agen")).unreachable_at is not None
    await agen.unblocks_bot()
    await desa.quiet()
    assert (await record(desa, "agen")).unreachable_at is None
    assert sum("tidak dapat dihubungi" in message.text for message in admin.messages()) == 1


@pytest.mark.parametrize(
    ("key", "there", "absent"),
    [
        ("agen", ("Nihil", "Ada kejadian", "Draf (0)", "Status", "Pengaduan", "Bantuan"), ("Undang", "Catat laporan")),
        ("verifikator", ("Pengaduan", "Bantuan"), ("Nihil", "Undang", "Draf")),
        ("kepala", ("Bantuan",), ("Nihil", "Undang")),
        ("pimpinan", ("Bantuan",), ("Nihil", "Undang")),
        ("admin", ("Undang", "Pengguna", "Ikat grup"), ("Nihil",)),
        ("piket", ("Catat laporan", "Draf (0)"), ("Nihil", "Undang")),
    ],
)
async def test_the_menu_shows_what_this_person_can_do(
    desa: Agency,
    key: str,
    there: tuple[str, ...],
    absent: tuple[str, ...],
) -> None:
    phone = desa.phone(key)
    await phone.says("/start")
    menu = await phone.sees("Selamat pagi")
    labels = [label for row in menu.labels for label in row]
    assert all(len(row) <= 2 for row in menu.labels)
    assert [word for word in there if word not in labels] == []
    assert [word for word in absent if any(word in label for label in labels)] == []
    if key == "agen":
        assert labels[:2] == ["Nihil", "Ada kejadian"]


@pytest.mark.parametrize(("command", "answer"), [("/bantuan", "/lapinfo"), ("/pengaduan", "(0285) 381474")])
async def test_help_and_complaints(desa: Agency, command: str, answer: str) -> None:
    agen = desa.phone("agen")
    said = await agen.says(command)
    await agen.sees(answer, after=said.id)


async def test_one_persons_flood_does_not_slow_another(desa: Agency) -> None:
    flooder, agen = desa.phone("agen2"), desa.phone("agen")
    for _ in range(120):
        await flooder.says("/bantuan")
    said = await agen.says("/bantuan")
    await agen.sees("Bantuan", after=said.id, timeout=2)
    answered = sum("Bantuan" in message.text for message in flooder.messages() if not message.mine)
    assert answered < 120
