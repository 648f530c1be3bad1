"""Invariant 1: an update is confirmed to Telegram only after it is committed; what cannot be read is set aside."""

from __future__ import annotations

import asyncio
import json
import random
from io import StringIO
from typing import Any

import pytest

from domain.errors import StorageFailed
from simulator.agency import Agency
from simulator.faults import deliver_twice, malformed
from simulator.people import NotSeen, Phone
from tests.invariants.house import assert_whole, messages_with, rows, submit
from tests.invariants.process import Site

KILLS = 6


def confirmed(kantor: Site) -> set[int]:
    """The ids of the updates that Telegram was told to forget."""
    bot = kantor.world.bot()
    return set(range(1, bot.next_update)) - {update_id for update_id, _ in bot.queue}


async def duty(phone: Phone, name: str, over: asyncio.Event, receipts: list[str]) -> None:
    """An agent's morning: one report after the other, patiently, until it is over."""
    turn = 0
    while turn < 2 or not over.is_set():
        turn += 1
        receipts.append(await submit(phone, f"Kejadian {name}-{turn} di pasar", seconds=90))


async def test_killed_at_random_it_loses_no_update_and_doubles_no_report(kantor: Site) -> None:
    chance = random.Random(20261120)
    receipts: list[str] = []
    over = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        for number in range(10, 16):
            group.create_task(duty(kantor.phone(f"agen{number}"), str(number), over, receipts))
        for _ in range(KILLS):
            process = await kantor.start()
            await asyncio.sleep(chance.uniform(0.0, 0.4))
            await process.kill()
            forgotten = confirmed(kantor)
            async with kantor.opened() as database:
                kept = {update_id for (update_id,) in await database.run(lambda uow: rows(uow, "inbox", "update_id"))}
                assert forgotten <= kept, "Telegram forgot an update that was never stored"
                assert list(await database.verify()) == []
        over.set()
        last = await kantor.start()
    await last.terminate()
    async with kantor.opened() as database:
        found = await assert_whole(database)
    assert len(receipts) > 6
    assert sorted(case.ref for case in found) == sorted(receipts)
    told = [case.fields["apa"] for case in found]
    assert len(set(told)) == len(told)


async def test_nothing_is_confirmed_while_the_disk_refuses(desa: Agency, monkeypatch: pytest.MonkeyPatch) -> None:
    bot, database = desa.world.bot(), desa.app.database
    await desa.quiet()
    real = database.run

    async def refusing(work):  # type: ignore[no-untyped-def]
        raise StorageFailed("the disk is full")

    monkeypatch.setattr(database, "run", refusing)
    phone = desa.phone("agen")
    await phone.says("/nihil")
    polls = bot.polls
    await desa.world.polled(bot, polls + 3)
    assert len(bot.queue) == 1
    monkeypatch.setattr(database, "run", real)
    await phone.sees("Nihil diterima")
    await desa.world.taken(bot)


async def test_the_same_update_twice_is_one_report(desa: Agency) -> None:
    phone = desa.phone("agen")
    deliver_twice(desa.world.bot(), 4)
    await submit(phone, "Kebakaran dua kios")
    deliver_twice(desa.world.bot(), 1)
    await desa.phone("agen2").says("/nihil")
    await desa.phone("agen2").sees("Nihil diterima")
    await desa.quiet()
    assert len(await assert_whole(desa.app.database)) == 2
    assert len(messages_with(phone.chat(), "Laporan diterima")) == 1
    assert len(messages_with(desa.phone("agen2").chat(), "Nihil diterima")) == 1


async def test_ids_that_begin_anew_are_taken_as_new(desa: Agency) -> None:
    bot = desa.world.bot()
    bot.next_update = 900_000_000
    await desa.phone("agen").says("/nihil")
    await desa.phone("agen").sees("Nihil diterima")
    await desa.quiet()
    bot.next_update = 1_000
    intake = desa.app._polling
    assert intake is not None
    intake._offset = None  # the quiet week that Telegram names is in tests/bot
    await desa.phone("agen2").says("/nihil")
    await desa.phone("agen2").sees("Nihil diterima")


ODD: tuple[dict[str, Any], ...] = (
    {"a_kind_of_2031": {"chat": {"id": 7101}, "from": {"id": 7101}}},
    {"message": {"message_id": "seven", "chat": None}},
    {"message": {"chat": {"id": 7101, "type": "private"}}},
    {"message": 5},
    {"callback_query": {"id": "1", "from": {"id": 7101}}},
    {
        "callback_query": {
            "id": "1",
            "from": {"id": 7101, "is_bot": False, "first_name": "x"},
            "chat_instance": "1",
            "data": "\ud800",
        }
    },
    {"my_chat_member": {"chat": {"id": 7101, "type": "private"}}},
    {"message": {"message_id": 9, "date": 2**70, "chat": {"id": 7101, "type": "private"}, "text": "rahasia-besar"}},
    {},
)


async def test_what_cannot_be_read_is_set_aside_and_the_next_goes_on(desa: Agency, lines: StringIO) -> None:
    bot, phone = desa.world.bot(), desa.phone("agen")
    for body in ODD:
        malformed(bot, json_of(bot.next_update, body))
    await phone.says("/nihil")
    try:
        await phone.sees("Nihil diterima")
    except NotSeen as error:
        raise AssertionError(
            await desa.app.database.run(lambda uow: rows(uow, "inbox", "update_id, status, error"))
        ) from error
    await desa.quiet()
    states = await desa.app.database.run(lambda uow: [status for (status,) in rows(uow, "inbox", "status")])
    assert set(states) == {"dead", "done"}
    assert len(states) == len(ODD) + 1
    assert "update set aside" in lines.getvalue()
    assert "rahasia-besar" not in lines.getvalue()


def json_of(update_id: int, body: dict[str, object]) -> bytes:
    """As Telegram might write it, half surrogate pairs included."""
    return json.dumps({"update_id": update_id, **body}).encode()
