"""Faults as a bot meets them over the wire, and flood control."""

import asyncio
import time
from datetime import timedelta

import aiohttp
import pytest
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, NetworkError, RetryAfter, TimedOut

from simulator.faults import deliver_twice, malformed
from tests.simulator.conftest import TOKEN, Practice


async def test_offline_closes_connections_and_does_nothing(practice: Practice) -> None:
    with practice.world.faults.during(practice.world.faults.offline()), pytest.raises(NetworkError):
        await practice.bot.send_message(1001, "x")
    assert practice.agent.messages() == []
    assert await practice.say("kembali")


async def test_offline_cuts_a_long_poll(practice: Practice) -> None:
    poll = asyncio.create_task(practice.bot.get_updates(timeout=30))
    async with asyncio.timeout(5):
        await practice.world.polled(practice.account)
        practice.world.faults.offline()
        with pytest.raises(NetworkError):
            await poll


async def test_lost_answer_is_delivered_all_the_same(practice: Practice) -> None:
    practice.world.faults.lost_answer("sendMessage")
    with pytest.raises(NetworkError):
        await practice.bot.send_message(1001, "sampai")
    assert practice.agent.last().text == "sampai"
    practice.world.faults.lost_answer("sendMessage", hang=30)
    with pytest.raises(TimedOut):
        await practice.bot.send_message(1001, "menggantung", read_timeout=0.05)
    assert practice.agent.last().text == "menggantung"
    assert await practice.say("lagi")


async def test_refusals(practice: Practice) -> None:
    faults, bot = practice.world.faults, practice.bot
    faults.flood(7, chat_id=1001)
    with pytest.raises(RetryAfter) as caught:
        await bot.send_message(1001, "x")
    assert caught.value.retry_after == timedelta(seconds=7)
    faults.server_error(times=1)
    with pytest.raises(NetworkError, match="Internal Server Error"):
        await bot.send_message(1001, "x")
    faults.bad_gateway()
    with pytest.raises(NetworkError):
        await bot.send_message(1001, "x")
    faults.bad_gateway()
    async with practice.http.post(f"{practice.server.url}/bot{TOKEN}/getMe") as response:
        assert response.status == 502
        assert "<h1>502 Bad Gateway</h1>" in await response.text()
    fault = faults.unauthorized()
    with pytest.raises(InvalidToken):
        await bot.get_me()
    faults.clear(fault)
    faults.conflict()
    with pytest.raises(Conflict):
        await bot.get_updates()
    faults.blocked(1001, times=1)
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(1001, "x")
    assert practice.agent.messages() == []
    assert await practice.say("x")


async def test_part_n_of_many_fails(practice: Practice) -> None:
    fault = practice.world.faults.server_error("sendMessage", skip=1)
    await practice.say("1")
    assert await practice.refused("sendMessage", chat_id=1001, text="2") == "Internal Server Error"
    await practice.say("3")
    assert [m.text for m in practice.agent.messages()] == ["1", "3"]
    assert fault.hits == 1


async def test_slow_answers(practice: Practice) -> None:
    practice.world.faults.slow(60, "getMe")
    before = time.monotonic()
    await practice.bot.get_me()
    assert time.monotonic() - before >= 0.06


async def test_malformed_and_repeated_updates(practice: Practice) -> None:
    malformed(practice.account, {"message": {"message_id": "bukan angka"}})
    malformed(practice.account, {"future_kind": {}})
    deliver_twice(practice.account)
    await practice.agent.says("dua kali")
    await practice.agent.says("sekali")
    got = await practice.updates()
    assert got[0]["message"] == {"message_id": "bukan angka"}
    assert [u["message"]["text"] for u in got[2:]] == ["dua kali", "dua kali", "sekali"]
    assert got[2]["update_id"] == got[3]["update_id"]
    assert await practice.updates(offset=got[3]["update_id"] + 1) == got[4:]


async def test_the_connection_is_closed_without_a_byte(practice: Practice) -> None:
    practice.world.faults.offline()
    with pytest.raises(aiohttp.ClientConnectionError):
        await practice.call("getMe")
    practice.world.faults.clear()
    assert (await practice.call("getMe"))[0] == 200


async def test_flood_control(practice: Practice) -> None:
    limits = practice.world.limits
    now = [100.0]
    limits.monotonic = lambda: now[0]
    limits.enabled = True
    for number in range(5):
        await practice.say(str(number))
    status, answer = await practice.call("sendMessage", chat_id=1001, text="x")
    assert (status, answer["parameters"]) == (429, {"retry_after": 1})
    assert answer["description"] == "Too Many Requests: retry after 1"
    now[0] += 1.01
    await practice.say("5")
    group = practice.group.id
    for number in range(20):
        now[0] += 0.1
        assert (await practice.call("sendMessage", chat_id=group, text=str(number)))[0] == 200
    status, answer = await practice.call("sendMessage", chat_id=group, text="x")
    assert (status, answer["parameters"]) == (429, {"retry_after": 59})
    assert len(limits.pace) == 28
    # Only that chat waits.
    now[0] += 1.0
    await practice.say("6")


async def test_overall_limit(practice: Practice) -> None:
    limits = practice.world.limits
    limits.monotonic = lambda: 100.0
    limits.enabled = True
    limits.private_burst = 100
    for number in range(30):
        await practice.say(str(number))
    with pytest.raises(RetryAfter):
        await practice.bot.send_message(1001, "x")


async def test_calls_are_logged(practice: Practice) -> None:
    await practice.say("a")
    with pytest.raises(BadRequest):
        await practice.bot.send_message(99, "b")
    first, second = [c for c in practice.world.calls if c.method == "sendMessage"]
    assert (first.ok, first.chat_id, first.params["text"]) == (True, 1001, "a")
    assert (second.ok, second.error) == (False, "Bad Request: chat not found")
    assert practice.world.counts()["sendMessage"] == 2
