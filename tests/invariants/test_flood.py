"""One person floods: they are slowed down, nothing of theirs is lost, and nobody else notices."""

from __future__ import annotations

import asyncio

from simulator.agency import Agency
from tests.invariants.house import assert_whole, data_of, rows, submit

MANY = 200


async def test_two_hundred_messages_of_one_person_delay_nobody_else(desa: Agency) -> None:
    noisy = desa.phone("agen2")
    for number in range(MANY):
        await noisy.says(f"/status {number}")
    loop = asyncio.get_running_loop()
    begun = loop.time()
    await desa.phone("agen").says("/nihil")
    await desa.phone("agen").sees("Nihil diterima")
    await desa.phone("kepala").says("/menu")
    await desa.phone("kepala").sees("Jalak-01")
    assert loop.time() - begun < 4
    await desa.world.taken(desa.world.bot())
    await asyncio.sleep(0.7)  # real time is what slows a flood
    waiting = await desa.app.database.run(lambda uow: [status for (status,) in rows(uow, "inbox", "status")])
    assert waiting.count("pending") > MANY / 2, "the flood was not slowed"
    assert "dead" not in waiting
    assert len(waiting) >= MANY


async def test_more_who_flood_than_there_are_workers_delay_nobody_else(desa: Agency) -> None:
    crowd = [desa.world.add_user(9000 + number, f"Tamu {number}") for number in range(desa.app.dispatcher.workers + 4)]
    desa.app.dispatcher.gate.burst, desa.app.dispatcher.gate.rate = 3.0, 0.1
    bot = desa.world.bot()
    for user in crowd:
        chat = desa.world.private_chat(bot, user)
        chat.started = True
        for number in range(6):
            desa.world.post(chat, user, {"text": f"halo {number}"})
    await desa.world.taken(bot)
    await asyncio.sleep(0.5)  # every one of them is being slowed by now
    begun = asyncio.get_running_loop().time()
    await desa.phone("agen").says("/nihil")
    await desa.phone("agen").sees("Nihil diterima")
    assert asyncio.get_running_loop().time() - begun < 4
    pending = await desa.app.database.run(lambda uow: rows(uow, "inbox", "status").count(("pending",)))
    assert pending >= len(crowd)


async def test_the_talk_of_one_in_the_group_does_not_hold_up_the_verifiers(desa: Agency) -> None:
    group, verifier = desa.groups["verifikasi"], desa.phone("verifikator")
    ref = await submit(desa.phone("agen"), "Kebakaran dua kios")
    card = await verifier.sees("Kebakaran dua kios", group, button="Setujui")
    noisy = desa.phone("piket")
    for number in range(MANY):
        await noisy.says(f"/menu {number}", group)
    answer = await verifier.taps_data(card, data_of(card.buttons, "Setujui"), group)
    assert not answer.alert
    await verifier.taps("Setujui B2", group)
    await verifier.sees("disetujui Garuda-01", group)
    found = await assert_whole(desa.app.database, pending=True)
    assert [(case.ref, case.status) for case in found] == [(ref, "verified")]


async def test_a_hail_of_taps_is_answered_and_takes_effect_once(desa: Agency) -> None:
    group = desa.groups["verifikasi"]
    await submit(desa.phone("agen"), "Kebakaran dua kios")
    verifier = desa.phone("verifikator")
    card = await verifier.sees("Kebakaran dua kios", group, button="Setujui")
    data = data_of(card.buttons, "Setujui")
    taps = [verifier.tap(card, data, group) for _ in range(60)]
    answers = await asyncio.gather(*(verifier.answered(tap) for tap in taps))
    assert any("Terlalu banyak" in answer.text for answer in answers)
    await desa.quiet()
    await assert_whole(desa.app.database)
