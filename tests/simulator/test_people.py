"""People driven from Python: what they see, what they tap, where they come and go."""

import asyncio
import time
from typing import Any

import pytest
from telegram.error import BadRequest, ChatMigrated, Forbidden

from simulator import membership
from simulator.people import NotSeen, Phone, Refused
from tests.simulator.conftest import Practice

BUTTONS: dict[str, Any] = {
    "reply_markup": {
        "inline_keyboard": [[{"text": "✅ Setujui", "callback_data": "ok"}, {"text": "Tolak", "callback_data": "no"}]]
    }
}


async def answer_next_tap(practice: Practice, text: str, **how: Any) -> dict[str, Any]:
    async with asyncio.timeout(5):
        while True:
            for update in await practice.updates(timeout=5):
                await practice.updates(offset=update["update_id"] + 1)
                if "callback_query" in update:
                    query: dict[str, Any] = update["callback_query"]
                    await practice.call("answerCallbackQuery", callback_query_id=query["id"], text=text, **how)
                    return query


async def test_taps_find_the_newest_button_and_bring_the_answer(practice: Practice) -> None:
    await practice.say("lama", **BUTTONS)
    newest = await practice.say("baru", **BUTTONS)
    waiting = asyncio.create_task(answer_next_tap(practice, "Tercatat", show_alert=True))
    answer = await practice.agent.taps("Setujui")
    query = await waiting
    assert (answer.text, answer.alert) == ("Tercatat", True)
    assert (query["data"], query["message"]["message_id"], query["from"]["id"]) == ("ok", newest, 1001)


async def test_forged_data_and_taps_on_deleted_messages(practice: Practice) -> None:
    number = await practice.say("kartu", **BUTTONS)
    message = practice.agent.chat().messages[number]
    await practice.bot.delete_message(1001, number)
    waiting = asyncio.create_task(answer_next_tap(practice, ""))
    await practice.agent.taps_data(message, "case:99:approve")
    query = await waiting
    assert query["data"] == "case:99:approve"
    assert query["message"] == {"chat": message.chat.api(), "message_id": number, "date": 0}


async def test_keyboard_below_writes_its_label(practice: Practice) -> None:
    await practice.say("pilih", reply_markup={"keyboard": [[{"text": "Nihil"}, {"text": "Ada kejadian"}]]})
    assert practice.agent.keyboard() == [["Nihil", "Ada kejadian"]]
    await practice.agent.taps("kejadian")
    assert (await practice.updates())[0]["message"]["text"] == "Ada kejadian"
    await practice.say("selesai", reply_markup={"remove_keyboard": True})
    assert practice.agent.keyboard() == []


async def test_waiting_in_vain_shows_the_chat(practice: Practice) -> None:
    await practice.say("Pilih <b>Bidang</b>", parse_mode="HTML", **BUTTONS)
    with pytest.raises(NotSeen) as caught:
        await practice.agent.sees("Kecamatan", timeout=0.01)
    shown = str(caught.value)
    assert "'Kecamatan' not seen" in shown
    assert "Kentongan: Pilih Bidang" in shown
    assert "[✅ Setujui] [Tolak]" in shown
    with pytest.raises(NotSeen, match="no button with 'Kirim'"):
        await practice.agent.taps("Kirim", timeout=0.01)
    with pytest.raises(NotSeen, match="was not answered"):
        await practice.agent.taps("Tolak", timeout=0.01)


async def test_sees_waits_for_edits_and_ignores_own_words(practice: Practice) -> None:
    number = await practice.say("menunggu")
    await practice.agent.says("diterima")
    seen = asyncio.create_task(practice.agent.sees("diterima"))
    await asyncio.sleep(0)
    assert not seen.done()
    await practice.call("editMessageText", chat_id=1001, message_id=number, text="diterima 1")
    assert (await seen).id == number
    await practice.agent.sees_no_more("menunggu")
    await practice.agent.never_sees("ditolak", seconds=0.01)
    with pytest.raises(AssertionError, match="was seen in message"):
        await practice.agent.never_sees("diterima", seconds=0.01)


async def test_deep_link_starts_a_first_conversation(practice: Practice) -> None:
    newcomer = Phone(practice.world, practice.world.add_user(1003, "Rajawali-02"))
    assert await practice.refused("sendMessage", chat_id=1003, text="x") == "Bad Request: chat not found"
    await newcomer.opens_link("https://t.me/kentongan_bot?start=UND-123")
    update = (await practice.updates())[0]["message"]
    assert update["text"] == "/start UND-123"
    assert update["entities"] == [{"offset": 0, "length": 6, "type": "bot_command"}]
    await practice.bot.send_message(1003, "selamat datang")
    await newcomer.sees("selamat datang")


async def test_known_from_a_group_but_never_started(practice: Practice) -> None:
    assert await practice.refused("sendMessage", chat_id=1002, text="x") == (
        "Forbidden: bot can't initiate conversation with a user"
    )


async def test_blocking(practice: Practice) -> None:
    await practice.agent.blocks_bot()
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await practice.bot.send_message(1001, "x")
    with pytest.raises(Refused):
        await practice.agent.says("halo")
    await practice.agent.unblocks_bot()
    assert await practice.say("x")
    changes = [u["my_chat_member"] for u in await practice.updates()]
    statuses = [(c["old_chat_member"]["status"], c["new_chat_member"]["status"]) for c in changes]
    assert statuses == [("member", "kicked"), ("kicked", "member")]


@pytest.mark.parametrize("kind", ["group", "supergroup"])
async def test_bot_added_and_removed(practice: Practice, kind: Any) -> None:
    group = practice.world.add_group("Baru", [practice.agent.person], practice.agent.person, kind=kind)
    assert await practice.refused("sendMessage", chat_id=group.id, text="x") == "Bad Request: chat not found"
    await practice.agent.adds_bot_to(group)
    await practice.bot.send_message(group.id, "halo")
    await practice.agent.removes_bot_from(group)
    assert await practice.refused("sendMessage", chat_id=group.id, text="x") == (
        f"Forbidden: bot was kicked from the {kind} chat"
    )
    got = await practice.updates()
    assert [next(k for k in u if k != "update_id") for u in got] == [
        "my_chat_member",
        "message",
        "my_chat_member",
    ]
    assert got[0]["my_chat_member"]["from"]["id"] == 1001
    assert [m.text for m in practice.agent.messages(group)] == [
        "menambahkan Kentongan",
        "halo",
        "mengeluarkan Kentongan",
    ]
    await practice.agent.adds_bot_to(group)
    await practice.bot.leave_chat(group.id)
    assert await practice.refused("sendMessage", chat_id=group.id, text="x") == (
        f"Forbidden: bot is not a member of the {kind} chat"
    )


async def test_upgrade_to_supergroup(practice: Practice) -> None:
    group = practice.world.add_group(
        "Kecil", [practice.agent.person], practice.agent.person, kind="group", bots=[practice.account]
    )
    new = membership.upgrade(practice.world, group)
    with pytest.raises(ChatMigrated) as caught:
        await practice.bot.send_message(group.id, "x")
    assert caught.value.new_chat_id == new.id
    old_says, new_says = [u["message"] for u in await practice.updates()]
    assert (old_says["chat"]["id"], old_says["migrate_to_chat_id"]) == (group.id, new.id)
    assert (new_says["chat"]["id"], new_says["migrate_from_chat_id"]) == (new.id, group.id)
    await practice.bot.send_message(new.id, "pindah")
    await practice.agent.sees("pindah", group)


async def test_forwarding_by_people(practice: Practice) -> None:
    number = await practice.say("rahasia", protect_content=True)
    with pytest.raises(Refused):
        await practice.agent.forwards(number)
    theirs = await practice.agent.says("asal")
    await practice.agent.forwards(theirs.id, to=practice.group)
    assert practice.agent.last(practice.group).forwarded_from == "Elang-07"


async def test_senders_in_a_channels_name_and_channel_posts(practice: Practice) -> None:
    channel = practice.world.add_group(
        "Kanal", creator=practice.agent.person, kind="channel", bots=[practice.account], bots_are_admins=True
    )
    await practice.agent.says("/menu", practice.group, as_channel=channel)
    await practice.agent.says("pengumuman", channel)
    in_group, in_channel = await practice.updates()
    assert in_group["message"]["from"]["username"] == "Channel_Bot"
    assert in_group["message"]["sender_chat"]["id"] == channel.id
    assert in_channel["channel_post"]["text"] == "pengumuman"


async def test_selective_keyboard_and_forced_reply(practice: Practice) -> None:
    question = await practice.agent.says("/tanya", practice.group)
    await practice.bot.send_message(
        practice.group.id,
        "Tulis alasan",
        reply_to_message_id=question.id,
        reply_markup={"force_reply": True, "selective": True},  # type: ignore[arg-type]
    )
    assert "force_reply" in practice.group.keyboards[1001]
    assert 1002 not in practice.group.keyboards
    with pytest.raises(BadRequest, match="Reply keyboard must be non-empty"):
        await practice.bot.send_message(1001, "x", reply_markup={"keyboard": []})  # type: ignore[arg-type]


async def test_feed_tells_what_changed(practice: Practice) -> None:
    kinds: list[str] = []
    stop = practice.world.subscribe(lambda event: kinds.append(event.kind))
    number = await practice.say("a")
    await practice.call("editMessageText", chat_id=1001, message_id=number, text="b")
    await practice.call("deleteMessage", chat_id=1001, message_id=number)
    stop()
    await practice.say("c")
    assert kinds == ["message", "edited", "deleted"]


async def test_a_reply_carries_the_message_but_not_the_chain_before_it(practice: Practice) -> None:
    first = await practice.say("satu")
    second = await practice.agent.says("dua", reply_to=first)
    await practice.agent.says("tiga", reply_to=second)
    got = [u["message"] for u in await practice.updates()]
    assert got[0]["reply_to_message"]["text"] == "satu"
    assert got[1]["reply_to_message"]["text"] == "dua"
    assert "reply_to_message" not in got[1]["reply_to_message"]
    assert practice.agent.last().reply_to == second.id


async def test_every_answer_can_be_delayed(practice: Practice) -> None:
    practice.world.latency_ms = 40
    before = time.monotonic()
    await practice.say("x")
    assert time.monotonic() - before >= 0.04
