"""The sender against the practice Telegram over real HTTP: what Telegram answers and what follows."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.api import TokenRevoked
from domain.notices import Ack, Button, Delete, Leave, Media, Pin, Priority, SetCommands, Strip, Unpin, View
from simulator.membership import upgrade
from tests.bot.conftest import AGENT, OTHER, Office, do, say, until

APPROVE = ((Button("setujui", "s:1"),),)


async def test_a_notice_arrives_and_is_settled_with_its_slot(office: Office) -> None:
    async with office.running():
        await office.post(say("Selamat pagi", slot="isian:1", keyboard=APPROVE))
        seen = await office.agent.sees("Selamat pagi")
    assert await office.rows() == [("sent", None)]
    assert await office.slot("isian:1") == seen.id
    assert office.world.violations == []


async def test_what_an_earlier_process_left_is_sent_at_the_start(office: Office) -> None:
    await office.post(say("satu"), say("dua"))
    async with office.running():
        await office.agent.sees("dua")
    assert office.texts() == ["satu", "dua"]


async def test_what_another_process_adds_is_found(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.sender.WATCH_SECONDS", 0.01)
    async with office.running():
        office.database.on_notices = None
        await office.post(say("dari baris perintah"))
        await office.agent.sees("dari baris perintah")


async def test_a_chat_keeps_its_order_and_the_urgent_goes_first(office: Office) -> None:
    await office.post(
        say("edaran", priority=Priority.BROADCAST), say("biasa 1", priority=Priority.ORDINARY),
        say("biasa 2", priority=Priority.ORDINARY), say("darurat", priority=Priority.URGENT), say("balasan"),
    )  # fmt: skip
    async with office.running():
        await office.agent.sees("edaran")
    assert office.texts() == ["darurat", "balasan", "biasa 1", "biasa 2", "edaran"]


async def test_a_slot_is_edited_and_the_edit_waits_for_its_first_send(office: Office) -> None:
    office.world.faults.slow(50, "sendMessage", times=1)
    async with office.running():
        await office.post(say("satu", slot="k"))
        await until(lambda: office.world.faults.active[0].hits)
        await office.post(say("dua", slot="k"))
        await office.agent.sees("dua")
    assert [call.method for call in office.calls()] == ["sendMessage", "editMessageText"]
    assert len(office.agent.messages()) == 1


async def test_what_was_dropped_on_its_way_is_taken_back_by_the_deletion_behind_it(office: Office) -> None:
    office.world.faults.slow(150, "sendMessage", times=1)
    async with office.running():
        await office.post(say("mohon lapor", slot="k"))
        await until(lambda: office.world.faults.active[0].hits)
        assert await office.database.run(lambda uow: uow.outbox.drop_unsent("k")) == 1
        await office.post(do(Delete(slot="k")))
        await until(lambda: office.calls("deleteMessage"))
    assert office.agent.messages() == []
    assert await office.slot("k") is None


async def test_an_older_unsent_show_is_superseded(office: Office) -> None:
    await office.post(say("sebelum"), say("lama", slot="k"))
    await office.post(say("baru", slot="k"))
    async with office.running():
        await office.agent.sees("baru")
    assert office.texts() == ["sebelum", "baru"]
    assert [status for status, _ in await office.rows()] == ["sent", "dropped", "sent"]


async def test_an_older_show_of_lower_priority_never_overwrites_a_newer_one(office: Office) -> None:
    await office.post(
        say("lama", slot="k", priority=Priority.ORDINARY),
        say("baru", slot="k", priority=Priority.URGENT, supersede=False),
    )
    async with office.running():
        await office.agent.sees("baru")
    assert office.texts() == ["baru"]
    assert await office.rows() == [("sent", None), ("sent", None)]


async def test_fresh_sends_a_new_message_and_the_slot_follows_it(office: Office) -> None:
    async with office.running():
        await office.post(say("satu", slot="k"))
        await office.agent.sees("satu")
        await office.post(say("dua", slot="k", fresh=True))
        await office.agent.sees("dua")
        await office.post(say("tiga", slot="k"))
        last = await office.agent.sees("tiga")
    assert [message.text for message in office.agent.messages()] == ["satu", "tiga"]
    assert await office.slot("k") == last.id


async def test_at_edits_the_tapped_message_and_the_slot_means_it(office: Office) -> None:
    async with office.running():
        await office.post(say("satu", slot="k", keyboard=APPROVE), say("dua", slot="lain"))
        await office.agent.sees("dua")
        first = office.agent.messages()[0].id
        await office.post(say("terkirim", slot="kwitansi", at=first))
        await office.agent.sees("terkirim")
    assert [message.text for message in office.agent.messages()] == ["terkirim", "dua"]
    assert await office.slot("kwitansi") == first


async def test_not_modified_counts_as_done(office: Office) -> None:
    async with office.running():
        await office.post(say("sama", slot="k"))
        await office.agent.sees("sama")
        await office.post(say("sama", slot="k"))
        await until(lambda: len(office.calls()) == 2)
    assert [call.ok for call in office.calls()] == [True, False]
    assert await office.rows() == [("sent", None), ("sent", None)]


async def test_a_message_that_is_gone_is_sent_anew_in_its_slot(office: Office) -> None:
    async with office.running():
        await office.post(say("satu", slot="k"))
        first = await office.agent.sees("satu")
        await office.agent.deletes(office.agent.chat().messages[first.id])
        await office.post(say("dua", slot="k"))
        second = await office.agent.sees("dua")
    assert second.id != first.id
    assert await office.slot("k") == second.id


async def test_deleting_what_is_gone_counts_as_done(office: Office) -> None:
    async with office.running():
        await office.post(say("satu", slot="k"))
        await office.agent.sees("satu")
        await office.post(do(Delete(slot="k")), do(Delete(message_id=999)), do(Delete(slot="tak pernah ada")))
        await office.agent.sees_no_more("satu")
        await until(lambda: len(office.calls("deleteMessage")) == 2)
    assert await office.rows() == [("sent", None)] * 4
    assert await office.slot("k") is None


async def test_the_buttons_of_an_old_message_go_and_its_words_stay(office: Office) -> None:
    async with office.running():
        await office.post(say("pilih", slot="k", keyboard=((Button("setujui", "v:1"),),)))
        old = await office.agent.sees("pilih")
        assert old.labels
        await office.post(do(Strip(old.id)), do(Strip(old.id)), do(Strip(999)))
        await until(lambda: len(office.calls("editMessageReplyMarkup")) == 3)
    assert (office.agent.messages()[-1].text, office.agent.messages()[-1].labels) == ("pilih", [])
    assert [status for status, _ in await office.rows()] == ["sent"] * 4


async def test_pin_commands_and_leave(office: Office) -> None:
    group = office.group.id
    async with office.running():
        await office.post(
            say("antrean", group, slot="papan"), do(Pin("papan"), group), do(SetCommands(("menu", "lapinfo"))),
            do(Unpin("papan"), group), do(Unpin("tak pernah ada"), group), do(Leave(), group), do(Leave(), group),
        )  # fmt: skip
        await until(lambda: len(office.calls("leaveChat")) == 2)
    assert [status for status, _ in await office.rows()] == ["sent"] * 7
    assert len(office.calls("unpinChatMessage")) == 1
    assert office.agent.commands() == ["menu", "lapinfo"]
    assert office.calls("pinChatMessage")[0].params["disable_notification"]
    assert office.world.violations == []


async def test_refused_html_becomes_plain_text(office: Office) -> None:
    async with office.running():
        await office.post(say("a < b & c", template="rusak", params={"kata": "a < b & c"}))
        await office.agent.sees("a < b & c")
    assert await office.rows() == [("sent", None)]


async def test_flood_limit_holds_back_that_chat_only(office: Office) -> None:
    flood = office.world.faults.flood(1, chat_id=AGENT)
    async with office.running():
        await office.post(say("tertahan 1"), say("tertahan 2"), say("lewat", OTHER))
        await office.other.sees("lewat")
        assert office.agent.messages() == []
        await office.post(say("darurat", priority=Priority.URGENT))
        await office.agent.sees("tertahan 2")
    assert flood.hits == 1
    assert [call.params["text"] for call in office.calls() if call.chat_id == AGENT and call.ok] == [
        "darurat", "tertahan 1", "tertahan 2",
    ]  # fmt: skip
    first, *rest = [call.at for call in office.calls() if call.chat_id == AGENT]
    assert rest[0] - first >= 0.99


async def test_a_lost_answer_is_repeated_with_the_same_reference(office: Office) -> None:
    office.world.faults.lost_answer("sendMessage")
    async with office.running():
        await office.post(say("Laporan diterima", reference="LI-261120-0007"))
        await until(lambda: len(office.agent.messages()) == 2)
    one, two = (message.text for message in office.agent.messages())
    assert one == two == "Laporan diterima\n\nLI-261120-0007"
    assert await office.rows() == [("sent", None)]


async def test_a_timeout_is_uncertain_until_it_is_settled(office: Office) -> None:
    office.world.faults.lost_answer("sendMessage", times=None)
    sender = office.sender()
    await office.post(say("x"))
    task = asyncio.create_task(sender.run())
    await until(lambda: len(office.agent.messages()) >= 3)
    task.cancel()
    await asyncio.wait([task])
    await sender.drain(0)
    (row,) = await office.database.run(lambda uow: uow.outbox.pending(10))
    assert row.uncertain
    assert row.attempts >= 2


@pytest.mark.parametrize("fault", ["offline", "server_error", "bad_gateway"])
async def test_an_outage_loses_nothing_and_keeps_order(office: Office, fault: str) -> None:
    switch = getattr(office.world.faults, fault)(times=7)
    async with office.running():
        await office.post(say("satu"), say("dua"), say("lain", OTHER))
        await office.agent.sees("dua")
        await office.other.sees("lain")
    assert switch.hits == 7
    assert [message.text for message in office.agent.messages()] == ["satu", "dua"]


async def test_connection_refused_is_waited_out(office: Office) -> None:
    office.api._methods = office.api._methods.replace(office.url, "http://127.0.0.1:9")
    async with office.running() as sender:
        await office.post(say("nanti"))
        await until(lambda: sender.unreachable_since is not None)
        office.api._methods = office.api._methods.replace("http://127.0.0.1:9", office.url)
        await office.agent.sees("nanti")
        await until(lambda: sender.unreachable_since is None)


async def test_blocked_is_told_once_and_nothing_more_is_tried(office: Office) -> None:
    await office.agent.blocks_bot()
    async with office.running() as sender:
        await office.post(say("satu"), say("dua"))
        await until(lambda: office.gone)
        await office.post(say("tiga"))
        await sender.drain(5)
        assert len(office.calls()) == 1
        assert office.gone == [("unreachable", AGENT)]
        await office.agent.unblocks_bot()
        sender.reachable(AGENT)
        await office.post(say("empat"))
        await office.agent.sees("empat")
    assert [status for status, _ in await office.rows()] == ["dead", "dead", "dead", "sent"]


async def test_kicked_from_a_group(office: Office) -> None:
    await office.agent.removes_bot_from(office.group)
    async with office.running():
        await office.post(say("kartu", office.group.id))
        await until(lambda: office.gone)
    assert office.gone == [("kicked", office.group.id)]


async def test_chat_not_found_is_dead(office: Office) -> None:
    async with office.running():
        await office.post(say("siapa", 4242))
        await until(office.calls)
    assert await office.rows() == [("dead", "chat_gone")]
    assert office.gone == []


async def test_a_template_that_fails_is_dead_and_does_not_stop_others(office: Office) -> None:
    async with office.running():
        await office.post(say("", params={}), say("", template="tidak/ada"), say("sesudah"))
        await office.agent.sees("sesudah")
    assert await office.rows() == [("dead", "template"), ("dead", "template"), ("sent", None)]


async def test_a_revoked_token_stops_the_sender(office: Office) -> None:
    office.world.faults.unauthorized()
    sender = office.sender()
    await office.post(say("x"))
    with pytest.raises(TokenRevoked):
        await asyncio.wait_for(sender.run(), 5)


async def test_not_before_follows_the_moved_clock(office: Office) -> None:
    async with office.running() as sender:
        office.clock.on_move(sender.wake)
        await office.post(say("nanti", not_before=office.clock.now() + timedelta(hours=7)), say("kini"))
        await office.agent.sees("kini")
        assert office.texts() == ["kini"]
        office.clock.advance(timedelta(hours=7))
        await office.agent.sees("nanti")


async def test_answers_to_taps_are_lost_without_harm(office: Office) -> None:
    async with office.running() as sender:
        await office.post(say("kartu", keyboard=APPROVE))
        seen = await office.agent.sees("kartu")
        tap = office.agent.tap(seen, "s:1")
        await sender.answer(tap.id, Ack("kata", {"kata": "Sudah <disetujui>"}, alert=True))
        given = await office.agent.answered(tap)
        await sender.answer("sudah kedaluwarsa", Ack())
    assert (given.text, given.alert) == ("Sudah <disetujui>", True)


async def test_a_word_past_the_outbox(office: Office) -> None:
    sender = office.sender()
    await sender.say_now(AGENT, View("kata", {"kata": "belum tersimpan"}))
    await sender.say_now(4242, View("kata", {"kata": "belum tersimpan"}))
    await office.agent.sees("belum tersimpan")


async def test_media_is_sent_edited_and_keeps_its_place(office: Office) -> None:
    photo = (await office.agent.sends_photo()).api["photo"][-1]["file_id"]
    media = Media("photo", file_id=photo)
    async with office.running():
        await office.post(say("kartu", slot="k", media=media, keyboard=APPROVE))
        await office.agent.sees("kartu")
        await office.post(say("disetujui", slot="k"))
        await office.agent.sees("disetujui")
        await office.post(say("dua foto", album=(media, media)))
        await office.agent.sees("dua foto")
        await office.post(say("t" * 1500, slot="p", media=media, keyboard=APPROVE))
        await until(lambda: len(office.calls("sendPhoto")) == 2)
    methods = [call.method for call in office.calls()]
    assert methods == ["sendPhoto", "editMessageCaption", "sendMediaGroup", "sendMessage", "sendPhoto"]
    text = office.calls("sendMessage")[0]
    assert "reply_markup" in text.params
    assert office.calls("sendPhoto")[1].params["reply_parameters"]["message_id"] == await office.slot("p")
    assert office.world.violations == []


async def test_a_migrated_group_gets_everything_once_under_its_new_id(office: Office) -> None:
    old = office.group.id
    await office.post(say("satu", old, slot=f"papan@{old}"), say("dua", old))
    new = upgrade(office.world, office.group)
    async with office.running():
        await office.post(say("tiga", old, slot=f"papan@{old}", supersede=False))
        await until(lambda: len([call for call in office.calls() if call.ok]) == 3)
    assert [(call.chat_id, call.params["text"]) for call in office.calls() if call.ok] == [
        (new.id, "satu"), (new.id, "dua"), (new.id, "tiga"),
    ]  # fmt: skip
    assert len(office.calls()) == 4
    assert await office.slot(f"papan@{new.id}") is not None
