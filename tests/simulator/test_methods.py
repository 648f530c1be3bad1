"""Sending, editing, deleting, pinning, files, commands: results as Telegram gives them, refusals word for word."""

import io
from typing import Any

import pytest
from PIL import Image
from telegram import BotCommand, BotCommandScopeChat, InputMediaPhoto, MenuButtonCommands, ReactionTypeEmoji
from telegram.error import BadRequest

from simulator.errors import NOT_MODIFIED, QUERY_TOO_OLD
from simulator.media import DOWNLOAD_LIMIT, sample_photo
from tests.simulator.conftest import Practice

HTML = {"parse_mode": "HTML"}


def keyboard(**button: Any) -> dict[str, Any]:
    return {"reply_markup": {"inline_keyboard": [[{"text": "a", **button}]]}}


@pytest.mark.parametrize(
    ("params", "problem"),
    [
        ({"text": " \n "}, "message text is empty"),
        ({"text": "<b> </b>", **HTML}, "message text is empty"),
        ({"text": "😀" * 2049}, "message is too long"),
        ({"text": "<b>a", **HTML}, "can't parse entities: Can't find end tag corresponding to start tag \"b\""),
        ({"text": "a", "parse_mode": "BBCode"}, "unsupported parse_mode"),
        ({"text": "a", **keyboard(callback_data="")}, "BUTTON_DATA_INVALID"),
        ({"text": "a", **keyboard(callback_data="é" * 33)}, "BUTTON_DATA_INVALID"),
        ({"text": "a", **keyboard(url="bukan alamat")}, "BUTTON_URL_INVALID"),
        (
            {"text": "a", **keyboard()},
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        ({"text": "a", "chat_id": 424242}, "chat not found"),
        ({"text": "a", "chat_id": "@tidakada"}, "chat not found"),
        ({"text": "a", "reply_parameters": {"message_id": 999}}, "message to be replied not found"),
    ],
)
async def test_refusals_of_send_message(practice: Practice, params: dict[str, Any], problem: str) -> None:
    assert await practice.refused("sendMessage", **{"chat_id": 1001, **params}) == f"Bad Request: {problem}"
    assert practice.agent.messages() == []


async def test_limits_are_counted_after_entities_and_in_utf16(practice: Practice) -> None:
    await practice.say("<b>" + "😀" * 2048 + "</b>", **HTML)
    await practice.say("a", **keyboard(callback_data="x" * 64))
    assert len(practice.agent.messages()) == 2


async def test_caption_too_long(practice: Practice) -> None:
    with pytest.raises(BadRequest, match="Message caption is too long"):
        await practice.bot.send_photo(1001, sample_photo(), caption="a" * 1025)


async def test_edit(practice: Practice) -> None:
    number = await practice.say("<b>a</b>", **HTML, **keyboard(callback_data="x"))
    where = {"chat_id": 1001, "message_id": number}
    same = {**where, "text": "<b>a</b>", **HTML, **keyboard(callback_data="x")}
    assert await practice.refused("editMessageText", **same) == f"Bad Request: {NOT_MODIFIED}"
    assert await practice.refused("editMessageText", **{**same, "message_id": 99}) == (
        "Bad Request: message to edit not found"
    )
    assert await practice.refused("editMessageCaption", **where, caption="x") == (
        "Bad Request: there is no caption in the message to edit"
    )
    status, answer = await practice.call("editMessageText", **where, text="b")
    assert status == 200
    # Without reply_markup an edit takes the buttons away.
    assert "reply_markup" not in answer["result"]
    assert practice.agent.last().edited
    assert await practice.refused("editMessageReplyMarkup", **where) == f"Bad Request: {NOT_MODIFIED}"
    theirs = await practice.agent.says("punya saya")
    assert await practice.refused("editMessageText", chat_id=1001, message_id=theirs.id, text="x") == (
        "Bad Request: message can't be edited"
    )


async def test_edit_of_media(practice: Practice) -> None:
    sent = await practice.bot.send_photo(1001, sample_photo(), caption="satu")
    await sent.edit_caption("dua")
    assert practice.agent.last().text == "dua"
    with pytest.raises(BadRequest, match="There is no text in the message to edit"):
        await sent.edit_text("x")
    await sent.edit_media(InputMediaPhoto(sample_photo(), caption="tiga"))
    assert (practice.agent.last().text, practice.agent.last().kind) == ("tiga", "photo")


async def test_delete(practice: Practice) -> None:
    old, young = await practice.say("a"), await practice.say("b")
    practice.clock.advance(hours=47)
    await practice.say("c")
    practice.clock.advance(hours=2)
    assert await practice.refused("deleteMessage", chat_id=1001, message_id=old) == (
        "Bad Request: message can't be deleted for everyone"
    )
    assert await practice.refused("deleteMessage", chat_id=1001, message_id=99) == (
        "Bad Request: message to delete not found"
    )
    assert await practice.bot.delete_messages(1001, [young + 1, 99])
    assert [m.text for m in practice.agent.messages()] == ["a", "b"]


async def test_delete_in_a_group_needs_rights_for_others_messages(practice: Practice) -> None:
    theirs = await practice.agent.says("/x", practice.group)
    problem = await practice.refused("deleteMessage", chat_id=practice.group.id, message_id=theirs.id)
    assert problem == "Bad Request: message can't be deleted"
    await practice.verifier.promotes_bot_in(practice.group)
    assert await practice.bot.delete_message(practice.group.id, theirs.id)


async def test_pin(practice: Practice) -> None:
    sent = await practice.bot.send_message(practice.group.id, "antrean")
    with pytest.raises(BadRequest, match="Not enough rights to pin a message"):
        await sent.pin()
    await practice.verifier.promotes_bot_in(practice.group)
    assert await sent.pin(disable_notification=True)
    assert next(m for m in practice.agent.messages(practice.group) if m.id == sent.id).pinned
    assert (await practice.bot.get_chat(practice.group.id)).pinned_message is not None
    assert [u for u in await practice.updates() if "pinned_message" in u.get("message", {})] != []
    assert await practice.bot.unpin_chat_message(practice.group.id, sent.message_id)
    assert await practice.bot.unpin_all_chat_messages(practice.group.id)
    assert not next(m for m in practice.agent.messages(practice.group) if m.id == sent.id).pinned
    assert await practice.refused("unpinChatMessage", chat_id=practice.group.id) == (
        "Bad Request: message to unpin not found"
    )


async def test_photos_lose_their_exif_and_documents_keep_every_byte(practice: Practice) -> None:
    await practice.agent.sends_photo(sample_photo())
    await practice.agent.sends_document(sample_photo(), "foto.jpg")
    photo, document = [u["message"] for u in await practice.updates()]
    assert document["document"]["mime_type"] == "image/jpeg"
    assert [s["width"] for s in photo["photo"]] == [90, 320, 640]
    got = await (await practice.bot.get_file(photo["photo"][-1]["file_id"])).download_as_bytearray()
    assert dict(Image.open(io.BytesIO(got)).getexif()) == {}
    assert dict(Image.open(io.BytesIO(sample_photo())).getexif()) != {}
    same = await (await practice.bot.get_file(document["document"]["file_id"])).download_as_bytearray()
    assert bytes(same) == sample_photo()


async def test_files_that_are_refused(practice: Practice) -> None:
    await practice.agent.sends_document(fake_size=DOWNLOAD_LIMIT + 1)
    file_id = (await practice.updates())[0]["message"]["document"]["file_id"]
    assert await practice.refused("getFile", file_id=file_id) == "Bad Request: file is too big"
    assert await practice.refused("sendPhoto", chat_id=1001, photo="tidak-ada") == (
        "Bad Request: wrong file identifier/HTTP URL specified"
    )
    assert await practice.refused("sendPhoto", chat_id=1001, photo=file_id) == (
        "Bad Request: can't use file of type Document as Photo"
    )
    with pytest.raises(BadRequest, match="Image_process_failed"):
        await practice.bot.send_photo(1001, b"bukan gambar")


async def test_sending_by_file_id_and_albums(practice: Practice) -> None:
    await practice.agent.sends_photo()
    sizes = (await practice.updates())[0]["message"]["photo"]
    again = await practice.bot.send_photo(1001, sizes[-1]["file_id"], caption="ulang")
    assert [p.file_id for p in again.photo] == [p["file_id"] for p in sizes]
    album = await practice.bot.send_media_group(
        1001,
        [InputMediaPhoto(sample_photo()), InputMediaPhoto(sizes[-1]["file_id"])],
        caption="<b>dua</b>",
        parse_mode="HTML",
    )
    assert album[0].media_group_id == album[1].media_group_id
    assert album[0].caption == "dua"
    document = await practice.bot.send_document(1001, b"%PDF", filename="rekap.pdf")
    assert document.document is not None
    assert document.document.file_name == "rekap.pdf"
    voice = await practice.bot.send_voice(1001, b"OggS")
    assert voice.voice is not None
    assert (await practice.bot.send_location(1001, -6.9, 109.7)).location is not None
    assert (await practice.bot.send_video(1001, b"mp4")).video is not None


async def test_protected_messages_are_neither_forwarded_nor_copied(practice: Practice) -> None:
    number = await practice.say("rahasia", protect_content=True)
    plain = await practice.say("biasa")
    source = {"chat_id": 1001, "from_chat_id": 1001}
    assert await practice.refused("forwardMessage", **source, message_id=number) == (
        "Bad Request: message has protected content and can't be forwarded"
    )
    assert await practice.refused("copyMessage", **source, message_id=number) == "Bad Request: message can't be copied"
    assert (await practice.bot.copy_message(1001, 1001, plain)).message_id == plain + 1
    forwarded = await practice.bot.forward_message(1001, 1001, plain)
    assert forwarded.forward_origin is not None
    assert practice.agent.last().forwarded_from == "Kentongan"


async def test_commands_by_scope(practice: Practice) -> None:
    await practice.bot.set_my_commands([BotCommand("start", "mulai")])
    await practice.bot.set_my_commands([BotCommand("menu", "menu")], scope=BotCommandScopeChat(1001))
    assert practice.agent.commands() == ["menu"]
    assert practice.verifier.commands(practice.group) == ["start"]
    assert [c.command for c in await practice.bot.get_my_commands(scope=BotCommandScopeChat(1001))] == ["menu"]
    await practice.bot.delete_my_commands(scope=BotCommandScopeChat(1001))
    assert practice.agent.commands() == ["start"]
    bad = [{"command": "Huruf Besar", "description": "x"}]
    assert await practice.refused("setMyCommands", commands=bad) == "Bad Request: BOT_COMMAND_INVALID"


async def test_chat_and_members(practice: Practice) -> None:
    group = practice.group.id
    assert (await practice.bot.get_chat(group)).title == "Verifikasi"
    assert [a.user.id for a in await practice.bot.get_chat_administrators(group)] == [1002]
    assert (await practice.bot.get_chat_member(group, 1001)).status == "member"
    assert await practice.bot.get_chat_member_count(group) == 3
    assert await practice.refused("getChatMember", chat_id=group, user_id=5) == "Bad Request: PARTICIPANT_ID_INVALID"
    with pytest.raises(BadRequest, match="Not enough rights to manage chat invite link"):
        await practice.bot.create_chat_invite_link(group)
    await practice.verifier.promotes_bot_in(practice.group)
    assert (await practice.bot.get_chat_member(group, practice.account.id)).status == "administrator"
    assert (await practice.bot.create_chat_invite_link(group, name="x")).name == "x"
    assert (await practice.bot.export_chat_invite_link(group)).startswith("https://t.me/+")
    assert await practice.bot.leave_chat(group)
    assert await practice.refused("leaveChat", chat_id=1001) == (
        "Bad Request: chat member status can't be changed in private chats"
    )


async def test_the_bots_own_texts(practice: Practice) -> None:
    bot = practice.bot
    assert await bot.set_my_description("d")
    assert await bot.set_my_short_description("s")
    assert await bot.set_my_name("Kentongan Latihan")
    assert await bot.set_chat_menu_button(1001, MenuButtonCommands())
    assert (await bot.get_my_description()).description == "d"
    assert (await bot.get_my_short_description()).short_description == "s"
    assert (await bot.get_my_name()).name == "Kentongan Latihan"
    assert (await bot.get_chat_menu_button(1001)).type == "commands"


async def test_reactions_and_chat_actions(practice: Practice) -> None:
    theirs = await practice.agent.says("halo")
    assert await practice.bot.set_message_reaction(1001, theirs.id, ReactionTypeEmoji("👍"))
    assert practice.agent.last().reactions == ("👍",)
    assert await practice.refused(
        "setMessageReaction", chat_id=1001, message_id=theirs.id, reaction=[{"type": "emoji", "emoji": "🚨"}]
    ) == ("Bad Request: REACTION_INVALID")
    assert await practice.bot.send_chat_action(1001, "typing")
    assert await practice.refused("sendChatAction", chat_id=1001, action="tidur") == (
        "Bad Request: wrong parameter action in request"
    )


async def test_answers_to_taps(practice: Practice) -> None:
    number = await practice.say("a", **keyboard(callback_data="x"))
    first = practice.agent.tap(number, "x")
    assert await practice.bot.answer_callback_query(first.id, "sudah", show_alert=True)
    assert (await practice.agent.answered(first)).alert
    again = await practice.refused("answerCallbackQuery", callback_query_id=first.id)
    assert again == f"Bad Request: {QUERY_TOO_OLD}"
    late = practice.agent.tap(number, "x")
    practice.world.callback_ttl = -1.0
    assert await practice.refused("answerCallbackQuery", callback_query_id=late.id) == again
