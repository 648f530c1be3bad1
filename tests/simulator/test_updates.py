"""getUpdates and webhooks: confirmation, order, long polling, conflicts."""

import asyncio
from typing import Any

import pytest
from aiohttp import web
from telegram import Update
from telegram.error import Conflict

from tests.simulator.conftest import TOKEN, Practice


async def test_offset_confirms_and_ids_increase(practice: Practice) -> None:
    for word in ("satu", "dua", "tiga"):
        await practice.agent.says(word)
    got = await practice.updates()
    ids = [u["update_id"] for u in got]
    assert ids == sorted(set(ids))
    assert [u["message"]["text"] for u in got] == ["satu", "dua", "tiga"]
    assert [u["update_id"] for u in await practice.updates(limit=2)] == ids[:2]
    assert [u["update_id"] for u in await practice.updates(offset=ids[1])] == ids[1:]
    assert [u["update_id"] for u in await practice.updates()] == ids[1:]
    assert [u["update_id"] for u in await practice.updates(offset=-1)] == ids[2:]
    assert await practice.updates(offset=ids[2] + 1) == []


async def test_an_update_shows_the_message_as_it_was(practice: Practice) -> None:
    message = await practice.agent.says("awal")
    await practice.agent.edits(message, "akhir")
    got = await practice.updates()
    assert got[0]["message"]["text"] == "awal"
    assert got[1]["edited_message"]["text"] == "akhir"
    assert got[1]["edited_message"]["edit_date"] == int(practice.clock.now.timestamp())


async def test_long_poll_wakes_when_something_arrives(practice: Practice) -> None:
    poll = asyncio.create_task(practice.updates(timeout=30))
    await practice.world.polled(practice.account)
    await practice.agent.says("halo")
    async with asyncio.timeout(5):
        assert [u["message"]["text"] for u in await poll] == ["halo"]


async def test_second_poller_terminates_the_first(practice: Practice) -> None:
    first = asyncio.create_task(practice.bot.get_updates(timeout=30))
    await practice.world.polled(practice.account)
    second = asyncio.create_task(practice.updates(timeout=30))
    async with asyncio.timeout(5):
        with pytest.raises(Conflict, match="terminated by other getUpdates request"):
            await first
        await practice.agent.says("halo")
        assert len(await second) == 1


async def test_allowed_updates_hold_for_later_updates_only(practice: Practice) -> None:
    await practice.agent.says("sebelum")
    await practice.updates(allowed_updates=["callback_query"])
    await practice.agent.says("sesudah")
    assert [u["message"]["text"] for u in await practice.updates()] == ["sebelum"]
    await practice.updates(allowed_updates=[])
    await practice.agent.says("lagi")
    assert [u["message"]["text"] for u in await practice.updates()] == ["sebelum", "lagi"]


async def test_webhook_posts_in_order_with_the_secret_until_taken(practice: Practice) -> None:
    seen: list[tuple[str, str]] = []
    done = asyncio.Event()

    async def hook(request: web.Request) -> web.Response:
        body: dict[str, Any] = await request.json()
        seen.append((request.headers["X-Telegram-Bot-Api-Secret-Token"], body["message"]["text"]))
        if len(seen) == 3:
            done.set()
        return web.Response(status=500 if len(seen) == 1 else 200)

    app = web.Application()
    app.router.add_post("/hook", hook)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    assert await practice.bot.set_webhook(f"http://127.0.0.1:{port}/hook", secret_token="rahasia-1")
    assert "can't use getUpdates method while webhook is active" in await practice.refused("getUpdates")
    await practice.agent.says("satu")
    await practice.agent.says("dua")
    async with asyncio.timeout(5):
        await done.wait()
        await practice.world.taken(practice.account)
    assert seen == [("rahasia-1", "satu"), ("rahasia-1", "satu"), ("rahasia-1", "dua")]
    info = await practice.bot.get_webhook_info()
    assert info.last_error_message == "Wrong response from the webhook: 500 Internal Server Error"
    assert await practice.bot.delete_webhook()
    assert await practice.updates() == []
    await runner.cleanup()


async def test_webhook_waits_while_offline(practice: Practice) -> None:
    hits: list[str] = []

    async def hook(request: web.Request) -> web.Response:
        hits.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token", ""))
        return web.Response()

    app = web.Application()
    app.router.add_post("/hook", hook)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    await practice.call("setWebhook", url=f"http://127.0.0.1:{runner.addresses[0][1]}/hook")
    fault = practice.world.faults.offline()
    await practice.agent.says("satu")
    with pytest.raises(TimeoutError):
        await practice.world.taken(practice.account, seconds=0.05)
    practice.world.faults.clear(fault)
    await practice.world.taken(practice.account)
    assert hits == [""]
    await runner.cleanup()


async def test_webhook_refusals(practice: Practice) -> None:
    assert await practice.refused("setWebhook", url="ftp://x") == (
        "Bad Request: bad webhook: An HTTPS URL must be provided for webhook"
    )
    assert await practice.refused("setWebhook", url="https://x.id", secret_token="a b") == (
        "Bad Request: secret token contains unallowed characters"
    )


async def test_the_client_library_reads_every_kind_of_update(practice: Practice) -> None:
    agent, group = practice.agent, practice.group
    await agent.says("/start@kentongan_bot abc", group)
    await agent.sends_photo(caption="foto")
    await agent.sends_album([None, None])
    await agent.sends_document()
    await agent.sends_voice()
    await agent.sends_video()
    await agent.sends_location()
    await agent.sends_contact()
    await agent.sends_sticker()
    await agent.sends_poll()
    await agent.blocks_bot()
    await agent.unblocks_bot()
    await practice.verifier.removes_bot_from(group)
    await practice.verifier.adds_bot_to(group, admin=True)
    await practice.verifier.says("anonim", group, anonymous=True)
    raw = await practice.updates()
    parsed = [Update.de_json(one, practice.bot) for one in raw]
    kinds = [next(k for k in one if k != "update_id") for one in raw]
    assert kinds.count("my_chat_member") == 4
    messages = [u.message for u in parsed if u.message]
    assert [m.effective_attachment is not None for m in messages].count(True) == 10
    assert messages[2].media_group_id == messages[3].media_group_id is not None
    assert messages[-1].sender_chat is not None
    assert messages[-1].from_user is not None
    assert messages[-1].from_user.id == 1087968824


async def test_privacy_mode_hides_ordinary_group_messages(practice: Practice) -> None:
    sent = await practice.bot.send_message(practice.group.id, "tanya")
    await practice.agent.says("obrolan biasa", practice.group)
    await practice.agent.says("jawab", practice.group, reply_to=sent.message_id)
    await practice.agent.says("/lain@other_bot", practice.group)
    await practice.agent.says("/menu", practice.group)
    assert [u["message"]["text"] for u in await practice.updates()] == ["jawab", "/menu"]
    await practice.verifier.promotes_bot_in(practice.group)
    await practice.agent.says("obrolan kedua", practice.group)
    assert (await practice.updates())[-1]["message"]["text"] == "obrolan kedua"


async def test_get_is_answered_too(practice: Practice) -> None:
    async with practice.http.get(f"{practice.server.url}/bot{TOKEN}/getMe?") as response:
        assert (await response.json())["result"]["username"] == "kentongan_bot"
