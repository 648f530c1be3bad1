"""Which chats a bot may read or write, and what Telegram says when it may not."""

from simulator.errors import bad_request, forbidden
from simulator.model import Bot, Chat
from simulator.world import World


def find_chat(world: World, bot: Bot, chat_id: int | str) -> Chat:
    """The chat that a bot means, readable; raises Telegram's refusals."""
    if isinstance(chat_id, str):
        name = chat_id.lstrip("@").lower()
        found = next((c for c in world.groups.values() if (c.username or "").lower() == name), None)
        if found is None:
            raise bad_request("chat not found")
        return found
    if chat_id > 0:
        chat = world.private.get((bot.id, chat_id))
        if chat is None or not (chat.started or chat.messages):
            known = any(bot.id in c.members and chat_id in c.members for c in world.groups.values())
            raise (forbidden("bot can't initiate conversation with a user") if known else bad_request("chat not found"))
        return chat
    group = world.groups.get(chat_id)
    if group is None or bot.id not in group.members:
        raise bad_request("chat not found")
    return group


def writable_chat(world: World, bot: Bot, chat_id: int | str) -> Chat:
    """The chat when the bot may write there; raises Telegram's refusals."""
    chat = find_chat(world, bot, chat_id)
    if chat.type == "private":
        if chat.blocked:
            raise forbidden("bot was blocked by the user")
        if not chat.started:
            raise forbidden("bot can't initiate conversation with a user")
        return chat
    if chat.migrated_to is not None:
        raise bad_request("group chat was upgraded to a supergroup chat", migrate_to_chat_id=chat.migrated_to)
    if chat.deleted:
        raise forbidden("the group chat was deleted")
    status = chat.members[bot.id].status
    if status == "kicked":
        raise forbidden(f"bot was kicked from the {chat.type} chat")
    if status == "left":
        raise forbidden(f"bot is not a member of the {chat.type} chat")
    if chat.type == "channel" and status == "member":
        raise forbidden("bot is not a member of the channel chat")
    return chat
