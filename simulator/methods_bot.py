"""Methods about the bot itself: who it is, its webhook, commands, texts, files."""

import re
from typing import Final

from simulator import media, updates
from simulator.compose import Query
from simulator.errors import bad_request
from simulator.model import Bot, Chat, Event, Json, User, Webhook
from simulator.reach import find_chat

COMMAND: Final = re.compile(r"/?[a-z0-9_]{1,32}")
SECRET: Final = re.compile(r"[A-Za-z0-9_-]{1,256}")


def get_me(q: Query) -> Json:
    """getMe"""
    return q.bot.user.api() | {
        "can_join_groups": True,
        "can_read_all_group_messages": q.bot.sees_all,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
        "has_topics_enabled": False,
        "allows_users_to_create_topics": False,
        "can_manage_bots": False,
        "supports_guest_queries": False,
    }


def done(_: Query) -> bool:
    """logOut, close: nothing to end on the practice server."""
    return True


async def set_webhook(q: Query) -> bool:
    """setWebhook; http addresses are taken, as by a local Bot API server"""
    p, bot = q.p, q.bot
    if not p["url"]:
        return await delete_webhook(q)
    if not re.match(r"https?://[^/\s]+", p["url"]):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if p.get("secret_token") and not SECRET.fullmatch(p["secret_token"]):
        raise bad_request("secret token contains unallowed characters")
    updates.set_allowed(bot, p.get("allowed_updates"))
    if p.get("drop_pending_updates"):
        bot.queue.clear()
    bot.webhook = Webhook(p["url"], p.get("secret_token", ""), p.get("max_connections", 40))
    bot.poll = None
    bot.arrived.set()
    q.world.start_webhook(bot)
    return True


async def delete_webhook(q: Query) -> bool:
    """deleteWebhook"""
    q.bot.webhook = None
    await q.world.stop_webhook(q.bot)
    if q.p.get("drop_pending_updates"):
        q.bot.queue.clear()
    return True


def get_webhook_info(q: Query) -> Json:
    """getWebhookInfo"""
    return updates.webhook_info(q.bot)


def get_file(q: Query) -> Json:
    """getFile"""
    file = q.world.files.get(q.p["file_id"])
    if file is None:
        raise bad_request("wrong file_id or the file is temporarily unavailable")
    if file.size > media.DOWNLOAD_LIMIT:
        raise bad_request("file is too big")
    return {"file_id": file.id, "file_unique_id": file.unique_id, "file_size": file.size, "file_path": file.path}


def _scope(q: Query) -> tuple[str, str]:
    scope = q.p.get("scope") or {"type": "default"}
    key = scope["type"]
    if "chat_id" in scope:
        chat = find_chat(q.world, q.bot, scope["chat_id"])
        if chat.type == "private" and key != "chat":
            raise bad_request(
                "chat not found" if key == "chat_administrators" else "can't use the scope in private chats"
            )
        key += f":{chat.id}"
    if "user_id" in scope:
        key += f":{scope['user_id']}"
    return key, q.p.get("language_code", "")


def set_my_commands(q: Query) -> bool:
    """setMyCommands"""
    commands = q.p["commands"]
    if len(commands) > 100:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not COMMAND.fullmatch(command["command"]):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(command["description"]) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    stored = [{**command, "command": command["command"].lstrip("/")} for command in commands]
    q.bot.commands[_scope(q)] = stored
    q.world.touch(Event("commands", None))
    return True


def get_my_commands(q: Query) -> list[Json]:
    """getMyCommands"""
    return q.bot.commands.get(_scope(q), [])


def delete_my_commands(q: Query) -> bool:
    """deleteMyCommands"""
    q.bot.commands.pop(_scope(q), None)
    q.world.touch(Event("commands", None))
    return True


def commands_for(bot: Bot, chat: Chat, person: User, language: str = "id") -> list[Json]:
    """The commands that a person is offered in a chat, by Telegram's order of scopes."""
    if chat.type == "private":
        scopes = [f"chat:{chat.id}", "all_private_chats", "default"]
    else:
        member = chat.members.get(person.id)
        admin = member is not None and member.status in ("creator", "administrator")
        scopes = [f"chat_member:{chat.id}:{person.id}"]
        scopes += [f"chat_administrators:{chat.id}"] if admin else []
        scopes += [f"chat:{chat.id}"]
        scopes += ["all_chat_administrators"] if admin else []
        scopes += ["all_group_chats", "default"]
    for scope in scopes:
        for code in (language, ""):
            if (scope, code) in bot.commands:
                return bot.commands[scope, code]
    return []


def _set_text(q: Query, key: str, limit: int) -> bool:
    text = q.p.get(key, "")
    if len(text) > limit:
        raise bad_request(f"{key.replace('_', ' ')} is too long")
    q.bot.texts[key, q.p.get("language_code", "")] = text
    return True


def _get_text(q: Query, key: str) -> Json:
    return {key: q.bot.texts.get((key, q.p.get("language_code", "")), "")}


def set_my_description(q: Query) -> bool:
    """setMyDescription"""
    return _set_text(q, "description", 512)


def get_my_description(q: Query) -> Json:
    """getMyDescription"""
    return _get_text(q, "description")


def set_my_short_description(q: Query) -> bool:
    """setMyShortDescription"""
    return _set_text(q, "short_description", 120)


def get_my_short_description(q: Query) -> Json:
    """getMyShortDescription"""
    return _get_text(q, "short_description")


def set_my_name(q: Query) -> bool:
    """setMyName"""
    return _set_text(q, "name", 64)


def get_my_name(q: Query) -> Json:
    """getMyName"""
    return {"name": _get_text(q, "name")["name"] or q.bot.user.first_name}


def set_chat_menu_button(q: Query) -> bool:
    """setChatMenuButton"""
    q.bot.menu_buttons[q.p.get("chat_id", 0)] = q.p.get("menu_button", {"type": "default"})
    return True


def get_chat_menu_button(q: Query) -> Json:
    """getChatMenuButton"""
    return q.bot.menu_buttons.get(q.p.get("chat_id", 0), {"type": "default"})
