"""Methods that put messages into chats."""

from typing import Any

from simulator import media
from simulator.compose import Query, caption_of, send, text_of
from simulator.errors import bad_request
from simulator.model import Event, Json, Message
from simulator.reach import find_chat, writable_chat

CHAT_ACTIONS = frozenset(
    [
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    ]
)


def send_message(q: Query) -> Json:
    """sendMessage"""
    chat = writable_chat(q.world, q.bot, q.p["chat_id"])
    return send(q, chat, text_of(q.p)).api


def _send_file(q: Query, kind: str, **extra: Any) -> Json:
    chat = writable_chat(q.world, q.bot, q.p["chat_id"])
    content = caption_of(q.p)
    content[kind] = media.from_bot(q.world, kind, q.p[kind], q.uploads, **extra)
    return send(q, chat, content).api


def send_photo(q: Query) -> Json:
    """sendPhoto"""
    return _send_file(q, "photo")


def send_document(q: Query) -> Json:
    """sendDocument"""
    return _send_file(q, "document")


def send_video(q: Query) -> Json:
    """sendVideo"""
    p = q.p
    return _send_file(q, "video", width=p.get("width", 320), height=p.get("height", 240), duration=p.get("duration", 1))


def send_voice(q: Query) -> Json:
    """sendVoice"""
    return _send_file(q, "voice", duration=q.p.get("duration", 1))


def send_location(q: Query) -> Json:
    """sendLocation"""
    p = q.p
    chat = writable_chat(q.world, q.bot, p["chat_id"])
    if not (-90 <= p["latitude"] <= 90 and -180 <= p["longitude"] <= 180):
        raise bad_request("wrong latitude or longitude specified")
    return send(q, chat, {"location": {"latitude": p["latitude"], "longitude": p["longitude"]}}).api


def media_content(q: Query, item: Json) -> Json:
    """The message fields of one InputMedia."""
    kind = item["type"]
    extra: Json = {}
    if kind in ("video", "animation"):
        extra = {"width": item.get("width", 320), "height": item.get("height", 240)}
    if kind in ("video", "animation", "audio"):
        extra["duration"] = item.get("duration", 1)
    return {**caption_of(item), kind: media.from_bot(q.world, kind, item["media"], q.uploads, **extra)}


def send_media_group(q: Query) -> list[Json]:
    """sendMediaGroup"""
    chat = writable_chat(q.world, q.bot, q.p["chat_id"])
    items = q.p["media"]
    if not items:
        raise bad_request("there are no messages to send")
    if len(items) > 10:
        raise bad_request("too many messages to send as an album")
    kinds = {item["type"] for item in items}
    if len(kinds) > 1 and not kinds <= {"photo", "video"}:
        raise bad_request(f"{max(kinds - {'photo', 'video'})} can't be mixed with other media types")
    group = q.world.new_group_id()
    contents = [{**media_content(q, item), "media_group_id": group} for item in items]
    return [send(q, chat, content).api for content in contents]


def send_chat_action(q: Query) -> bool:
    """sendChatAction"""
    chat = writable_chat(q.world, q.bot, q.p["chat_id"])
    if q.p["action"] not in CHAT_ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat.typing = q.p["action"]
    q.world.touch(Event("typing", chat, detail=chat.typing))
    return True


def _source(q: Query, message_id: int, word: str) -> Message:
    source = find_chat(q.world, q.bot, q.p["from_chat_id"])
    message = source.messages.get(message_id)
    if message is None:
        raise bad_request(f"message to {word} not found")
    if message.protected:
        raise bad_request(
            "message has protected content and can't be forwarded" if word == "forward" else "message can't be copied"
        )
    return message


CONTENT = frozenset(
    [
        "text",
        "entities",
        "caption",
        "caption_entities",
        "photo",
        "document",
        "video",
        "voice",
        "audio",
        "animation",
        "location",
        "contact",
        "sticker",
        "poll",
    ]
)


def _copy(q: Query, message_id: int) -> Json:
    chat = writable_chat(q.world, q.bot, q.p["chat_id"])
    source = _source(q, message_id, "copy")
    content = {key: value for key, value in source.api.items() if key in CONTENT}
    if not content:
        raise bad_request("message can't be copied")
    if "caption" in q.p or q.p.get("remove_caption"):
        content.pop("caption", None)
        content.pop("caption_entities", None)
        content |= caption_of(q.p)
    return {"message_id": send(q, chat, content).id}


def copy_message(q: Query) -> Json:
    """copyMessage"""
    return _copy(q, q.p["message_id"])


def copy_messages(q: Query) -> list[Json]:
    """copyMessages"""
    return [_copy(q, message_id) for message_id in q.p["message_ids"]]


def origin(message: Message) -> Json:
    """The MessageOrigin of a forwarded message."""
    if "forward_origin" in message.api:
        found: Json = message.api["forward_origin"]
        return found
    date = message.api["date"]
    if message.chat.type == "channel":
        return {"type": "channel", "date": date, "chat": message.chat.api(), "message_id": message.id}
    if "sender_chat" in message.api:
        return {"type": "chat", "date": date, "sender_chat": message.api["sender_chat"]}
    return {"type": "user", "date": date, "sender_user": message.api["from"]}


def _forward(q: Query, message_id: int) -> Message:
    chat = writable_chat(q.world, q.bot, q.p["chat_id"])
    source = _source(q, message_id, "forward")
    content = {key: value for key, value in source.api.items() if key in CONTENT}
    if not content:
        raise bad_request("message can't be forwarded")
    content["forward_origin"] = origin(source)
    return send(q, chat, content)


def forward_message(q: Query) -> Json:
    """forwardMessage"""
    return _forward(q, q.p["message_id"]).api


def forward_messages(q: Query) -> list[Json]:
    """forwardMessages"""
    return [{"message_id": _forward(q, message_id).id} for message_id in q.p["message_ids"]]
