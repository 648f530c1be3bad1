"""Long texts in parts, the limits as the practice Telegram checks them, draining, and a database that refuses."""

from __future__ import annotations

import asyncio
import contextlib
from random import Random
from typing import Any

from bot.backoff import Backoff
from bot.pacing import Limits, Window
from bot.split import units
from domain.errors import StorageFailed
from domain.notices import Button, Delete, Priority
from tests.bot.conftest import AGENT, OTHER, Office, do, say, until

LONG = {"daftar": [f"Baris {n} " + "kata " * 60 for n in range(40)]}
APPROVE = ((Button("setujui", "s:1"),),)


async def test_a_long_text_goes_in_parts_with_the_keyboard_on_the_last(office: Office) -> None:
    async with office.running():
        await office.post(say("", template="panjang", params=LONG, slot="k", keyboard=APPROVE))
        await until(lambda: len(office.calls()) == 4)
    parts = office.agent.messages()
    assert all(units(part.text) <= 4096 for part in parts)
    assert ["reply_markup" in call.params for call in office.calls()] == [False, False, False, True]
    assert await office.slot("k") == parts[-1].id


async def test_after_a_failed_part_it_goes_on_at_that_part(office: Office) -> None:
    office.world.faults.server_error("sendMessage", times=1, skip=1)
    async with office.running():
        await office.post(say("", template="panjang", params=LONG))
        await until(lambda: len(office.agent.messages()) == 4)
    texts = [call.params["text"] for call in office.calls()]
    assert len(texts) == 5
    assert texts[1] == texts[2]
    assert len(set(texts)) == 4


async def test_a_restart_goes_on_behind_the_parts_that_arrived(office: Office) -> None:
    office.world.faults.server_error("sendMessage", times=None, skip=2)
    sender = office.sender()
    await office.post(say("", template="panjang", params=LONG))
    task = asyncio.create_task(sender.run())
    await until(lambda: len(office.calls()) >= 3)
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    await sender.drain(0)
    (row,) = await office.database.run(lambda uow: uow.outbox.pending(10))
    assert row.parts_done == 2
    office.world.faults.clear()
    async with office.running():
        await until(lambda: len(office.agent.messages()) == 4)
    assert len({message.text for message in office.agent.messages()}) == 4


async def test_a_text_that_telegram_calls_too_long_is_cut_smaller(office: Office) -> None:
    refusals = 0
    original = office.api.call

    async def strict(method: str, params: Any, **how: Any) -> Any:
        nonlocal refusals
        if len(str(params.get("text", ""))) > 1500:
            refusals += 1
            return await original(method, {**params, "text": "x" * 5000})
        return await original(method, params, **how)

    office.api.call = strict  # type: ignore[method-assign]
    async with office.running():
        await office.post(say("kata " * 700))
        await until(lambda: len(office.agent.messages()) >= 3)
    assert refusals == 2
    assert " ".join(message.text for message in office.agent.messages()) == ("kata " * 700).strip()


async def test_the_practice_telegram_sees_no_limit_broken(office: Office) -> None:
    office.world.limits.enabled = True
    # The same windows as Telegram's, a hundred times faster on both sides.
    office.world.limits.private_per_second = 100.0
    limits = Limits(
        overall=(Window(30, 1.05),), bulk=(Window(24, 1.05),), private=(Window(4, 0.042),), private_edits=(),
        group=(Window(20, 63.0),), group_bulk=(Window(16, 63.0),),
    )  # fmt: skip
    async with office.running(limits):
        await office.post(
            *(say(f"siaran {n}", AGENT if n % 2 else OTHER, priority=Priority.BROADCAST) for n in range(20)),
            *(say(f"kartu {n}", office.group.id, priority=Priority.ORDINARY) for n in range(30)),
        )
        await office.agent.sees("siaran 19")
        await until(lambda: sum(call.chat_id == office.group.id for call in office.calls()) >= 16)
    assert all(call.ok for call in office.calls())
    assert sum(call.chat_id == office.group.id for call in office.calls()) == 16


async def test_what_needs_no_call_takes_no_room(office: Office) -> None:
    async with office.running(Limits((Window(1, 600.0),), (Window(1, 600.0),), (), (), (), ())):
        await office.post(*(do(Delete(slot=f"kosong:{n}")) for n in range(3)), say("satu"))
        await office.agent.sees("satu")


async def test_draining_sends_what_may_go_and_leaves_the_rest(office: Office) -> None:
    limits = Limits((), (), (Window(2, 600.0),), (), (), ())
    async with office.running(limits) as sender:
        await office.post(*(say(f"pesan {n}") for n in range(5)))
        await until(lambda: len(office.calls()) == 2)
        assert not await sender.drain(0.2)
    assert [status for status, _ in await office.rows()] == ["sent", "sent", "pending", "pending", "pending"]


async def test_outcomes_wait_for_a_database_that_refuses(office: Office) -> None:
    original, refused = office.database.run, 0

    async def full(work: Any) -> Any:
        nonlocal refused
        if "settle" in work.__code__.co_names and refused < 3:
            refused += 1
            raise StorageFailed("database or disk is full")
        return await original(work)

    office.database.run = full  # type: ignore[method-assign]
    async with office.running() as sender:
        await office.post(say("satu"))
        await office.agent.sees("satu")
        await until(lambda: sender.settle_failing)
        await until(lambda: not sender.settle_failing)
    assert len(office.calls()) == 1
    assert await office.rows() == [("sent", None)]


async def test_a_mistake_in_one_notice_does_not_stop_the_others(office: Office) -> None:
    original = office.renderer.view

    def broken(view: Any) -> Any:
        if view.params["kata"] == "rusak":
            raise ZeroDivisionError("isi rahasia")
        return original(view)

    office.renderer.view = broken  # type: ignore[method-assign]
    async with office.running():
        await office.post(say("rusak"), say("lain", OTHER))
        await office.other.sees("lain")
        await office.post(say("sesudah"))
        await office.agent.sees("sesudah")
    assert await office.rows() == [("dead", "internal"), ("sent", None), ("sent", None)]


async def people(office: Office, count: int) -> list[int]:
    """More private chats that can be written to."""
    bot = office.world.bot()
    for number in range(count):
        office.world.private_chat(bot, office.world.add_user(5000 + number, f"Rajawali-{number:02d}")).started = True
    return [5000 + number for number in range(count)]


async def test_many_chats_flooded_at_once_hold_back_the_whole_bot(office: Office) -> None:
    chats = await people(office, 5)
    for chat_id in chats:
        office.world.faults.flood(1, chat_id=chat_id)
    async with office.running():
        await office.post(*(say("siaran", chat_id) for chat_id in chats))
        await until(lambda: len(office.calls()) == 5)
        await office.post(say("lain", OTHER))
        await office.other.never_sees("lain")
        await office.other.sees("lain")


async def test_while_nothing_comes_through_one_call_at_a_time_probes(office: Office) -> None:
    chats = await people(office, 20)
    fault = office.world.faults.offline("sendMessage")
    async with office.running(backoff=Backoff(0.05, 0.05, 0.0, Random(1))) as sender:
        await office.post(*(say("siaran", chat_id) for chat_id in chats))
        await until(lambda: fault.hits >= 20)
        before = fault.hits
        await asyncio.sleep(0.3)
        assert 2 <= fault.hits - before <= 8
        office.world.faults.clear()
        await until(lambda: not sender.waiting)
    assert len([call for call in office.calls() if call.ok]) == 20


async def test_a_notice_that_only_fails_is_given_up_when_others_go_through(office: Office) -> None:
    fault = office.world.faults.server_error(chat_id=AGENT, times=None)
    async with office.running(backoff=Backoff(0.001, 0.001, 0.0, Random(1))) as sender:
        await office.post(say("beracun"))
        await until(lambda: fault.hits >= 25)
        assert sender.waiting == 1
        await office.post(say("lain", OTHER))
        await until(lambda: not sender.waiting)
        office.world.faults.clear()
        await office.post(say("sesudahnya"))
        await office.agent.sees("sesudahnya")
    assert await office.rows() == [("dead", "refused"), ("sent", None), ("sent", None)]


async def test_in_an_outage_nothing_is_given_up(office: Office) -> None:
    fault = office.world.faults.server_error(times=None)
    async with office.running(backoff=Backoff(0.001, 0.001, 0.0, Random(1))):
        await office.post(say("bertahan"))
        await until(lambda: fault.hits >= 40)
        office.world.faults.clear()
        await office.agent.sees("bertahan")
    assert await office.rows() == [("sent", None)]
