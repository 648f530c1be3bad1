"""Privacy mode: which messages of a group a bot is told of."""

from typing import Any

from simulator.model import Bot, Message

MEDIA_KEYS = frozenset(
    [
        "photo",
        "document",
        "video",
        "voice",
        "audio",
        "animation",
        "sticker",
        "location",
        "venue",
        "contact",
        "poll",
        "video_note",
        "dice",
    ]
)


def sees(bot: Bot, message: Message) -> bool:
    """Privacy mode: commands, replies to the bot, mentions of it, service messages; everything as administrator."""
    if bot.sees_all or message.chat.members[bot.id].status == "administrator":
        return True
    api = message.api
    if "text" not in api and "caption" not in api:
        return not any(key in api for key in MEDIA_KEYS) or _replies_to(bot, message)
    mention = f"@{bot.user.username}".lower()
    for entity in message.entities:
        word = _slice(message.text, entity).lower()
        if entity["type"] == "bot_command" and (("@" not in word) or word.endswith(mention)):
            return True
        if entity["type"] == "mention" and word == mention:
            return True
    return _replies_to(bot, message)


def _replies_to(bot: Bot, message: Message) -> bool:
    reply = message.api.get("reply_to_message", {})
    return bool(reply.get("from", {}).get("id") == bot.id)


def _slice(text: str, entity: dict[str, Any]) -> str:
    raw = text.encode("utf-16-le", "surrogatepass")
    return raw[entity["offset"] * 2 : (entity["offset"] + entity["length"]) * 2].decode("utf-16-le", "replace")
