"""Methods that change, delete, pin messages and answer taps."""

from datetime import timedelta
from typing import Final

from simulator.compose import Query, caption_of, inline, same_as_before, text_of
from simulator.errors import NOT_MODIFIED, QUERY_TOO_OLD, bad_request
from simulator.methods_send import media_content
from simulator.model import Answer, Chat, Event, Json, Message
from simulator.reach import writable_chat

DELETE_FOR: Final = timedelta(hours=48)
MEDIA: Final = ("photo", "document", "video", "voice", "audio", "animation")
REACTIONS: Final = frozenset(
    "👍👎❤🔥🥰👏😁🤔🤯😱🤬😢🎉🤩🤮💩🙏👌🕊🤡🥱🥴😍🐳🌚🌭💯🤣⚡🍌🏆💔🤨😐🍓🍾💋🖕😈😴😭🤓👻👀🎃🙈😇😨🤝✍🤗🫡🎅🎄☃💅🤪🗿🆒💘🙉🦄😘💊🙊😎👾😡"
)


def _editable(q: Query) -> Message:
    p = q.p
    if "inline_message_id" in p:
        raise bad_request("MESSAGE_ID_INVALID")
    if "chat_id" not in p:
        raise bad_request("chat_id is empty")
    if "message_id" not in p:
        raise bad_request("message identifier is not specified")
    chat = writable_chat(q.world, q.bot, p["chat_id"])
    message = chat.messages.get(p["message_id"])
    if message is None:
        raise bad_request("message to edit not found")
    if message.sender is not q.bot.user or "forward_origin" in message.api or "pinned_message" in message.api:
        raise bad_request("message can't be edited")
    return message


def _change(q: Query, message: Message, change: Json, mark: bool = True) -> Json:
    # An edit without reply_markup takes the buttons away: Telegram does so, and bots forget it.
    change["reply_markup"] = inline(q.method, q.p.get("reply_markup"))
    if same_as_before(message, change):
        raise bad_request(NOT_MODIFIED)
    q.world.edit(message, change, by_bot=q.bot, mark=mark)
    return message.api


def edit_message_text(q: Query) -> Json:
    """editMessageText"""
    message = _editable(q)
    if "text" not in q.p:
        raise bad_request("message text is empty")
    new = text_of(q.p)
    if "text" not in message.api:
        raise bad_request("there is no text in the message to edit")
    return _change(q, message, {"entities": None, **new})


def edit_message_caption(q: Query) -> Json:
    """editMessageCaption"""
    message = _editable(q)
    new = caption_of(q.p)
    if not any(key in message.api for key in MEDIA):
        raise bad_request("there is no caption in the message to edit")
    return _change(q, message, {"caption": None, "caption_entities": None, **new})


def edit_message_media(q: Query) -> Json:
    """editMessageMedia"""
    message = _editable(q)
    if not any(key in message.api for key in (*MEDIA, "text")):
        raise bad_request("message can't be edited")
    blank: Json = dict.fromkeys((*MEDIA, "text", "entities", "caption", "caption_entities"))
    return _change(q, message, {**blank, **media_content(q, q.p["media"])})


def edit_message_reply_markup(q: Query) -> Json:
    """editMessageReplyMarkup"""
    return _change(q, _editable(q), {})


def _may_delete(q: Query, message: Message) -> str:
    chat = message.chat
    young = q.world.clock() - message.sent_at < DELETE_FOR
    own = message.sender is q.bot.user
    if chat.type == "private":
        return "" if young else "message can't be deleted for everyone"
    if chat.members[q.bot.id].status == "administrator":
        return ""
    if not own:
        return "message can't be deleted"
    return "" if young else "message can't be deleted for everyone"


def _delete(q: Query, chat: Chat, message_id: int) -> None:
    message = chat.messages.get(message_id)
    if message is None:
        raise bad_request("message to delete not found")
    problem = _may_delete(q, message)
    if problem:
        raise bad_request(problem)
    q.world.delete(message)


def delete_message(q: Query) -> bool:
    """deleteMessage"""
    _delete(q, writable_chat(q.world, q.bot, q.p["chat_id"]), q.p["message_id"])
    return True


def delete_messages(q: Query) -> bool:
    """deleteMessages; what is not there any more is passed over"""
    chat = writable_chat(q.world, q.bot, q.p["chat_id"])
    if not 1 <= len(q.p["message_ids"]) <= 100:
        raise bad_request(
            "too many messages to delete" if q.p["message_ids"] else "message identifiers are not specified"
        )
    for message_id in q.p["message_ids"]:
        if message_id in chat.messages:
            _delete(q, chat, message_id)
    return True


def _pinning_chat(q: Query) -> Chat:
    chat = writable_chat(q.world, q.bot, q.p["chat_id"])
    if chat.type != "private":
        member = chat.members[q.bot.id]
        if member.status != "administrator" or not member.can_pin:
            raise bad_request("not enough rights to pin a message")
    return chat


def pin_chat_message(q: Query) -> bool:
    """pinChatMessage"""
    chat = _pinning_chat(q)
    message = chat.messages.get(q.p["message_id"])
    if message is None:
        raise bad_request("message to pin not found")
    q.world.pin(message, q.bot.user)
    return True


def unpin_chat_message(q: Query) -> bool:
    """unpinChatMessage"""
    chat = _pinning_chat(q)
    wanted = q.p.get("message_id", chat.pinned[-1] if chat.pinned else None)
    message = chat.messages.get(wanted) if wanted is not None else None
    if message is None:
        raise bad_request("message to unpin not found")
    q.world.unpin(message)
    return True


def unpin_all_chat_messages(q: Query) -> bool:
    """unpinAllChatMessages"""
    chat = _pinning_chat(q)
    for message_id in list(chat.pinned):
        q.world.unpin(chat.messages[message_id])
    return True


def answer_callback_query(q: Query) -> bool:
    """answerCallbackQuery"""
    text = q.p.get("text", "")
    if len(text) > 200:
        raise bad_request("MESSAGE_TOO_LONG")
    answer = Answer(text, bool(q.p.get("show_alert")), q.p.get("url", ""))
    if not q.world.answer(q.p["callback_query_id"], answer):
        raise bad_request(QUERY_TOO_OLD)
    return True


def set_message_reaction(q: Query) -> bool:
    """setMessageReaction"""
    chat = writable_chat(q.world, q.bot, q.p["chat_id"])
    message = chat.messages.get(q.p["message_id"])
    if message is None:
        raise bad_request("message to react not found")
    wanted = q.p.get("reaction", [])
    if len(wanted) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    for reaction in wanted:
        if reaction["type"] != "emoji" or reaction["emoji"].rstrip("\ufe0f") not in REACTIONS:
            raise bad_request("REACTION_INVALID")
    message.reactions = [reaction["emoji"] for reaction in wanted]
    q.world.touch(Event("reaction", chat, message))
    return True
