"""Comings and goings: bots added, removed, promoted, blocked; groups upgraded; and the updates that tell of them."""

from simulator import updates
from simulator.model import Bot, Chat, Event, Json, Member, Status, User
from simulator.world import World

RIGHTS = [
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
]


def chat_member(user: User, member: Member | None) -> Json:
    """The ChatMember object."""
    status: Status = member.status if member else "left"
    out: Json = {"user": user.api(), "status": status}
    if member is not None and status == "creator":
        out["is_anonymous"] = member.anonymous
    elif member is not None and status == "administrator":
        out |= {"can_be_edited": False, "is_anonymous": member.anonymous, "can_pin_messages": member.can_pin}
        out |= dict.fromkeys(RIGHTS, True)
    elif status == "kicked":
        out["until_date"] = 0
    return out


def _changed(world: World, bot: Bot, chat: Chat, by: User, states: tuple[Json, Json]) -> None:
    payload = {
        "chat": chat.api(),
        "from": by.api(),
        "date": int(world.clock().timestamp()),
        "old_chat_member": states[0],
        "new_chat_member": states[1],
    }
    updates.enqueue(bot, "my_chat_member", payload)
    world.touch(Event("member", chat, person=by))


def set_status(world: World, chat: Chat, user: User, status: Status, by: User, *, can_pin: bool = True) -> None:
    """Make someone member, administrator, gone; a bot is told by my_chat_member, the group by a service message."""
    before = chat.members.get(user.id)
    was_in = world.is_member(chat, user.id)
    bot = next((b for b in world.bots.values() if b.user is user), None)
    old = chat_member(user, before)
    # The goodbye is posted while the bot is still in, the welcome when it is already in: both reach the bot.
    if was_in and status in ("left", "kicked"):
        world.post(chat, by, {"left_chat_member": user.api()}, by_bot=bot)
    member = chat.members[user.id] = Member(status, can_pin=can_pin)
    if bot is not None:
        _changed(world, bot, chat, by, (old, chat_member(user, member)))
    if not was_in and status not in ("left", "kicked"):
        world.post(chat, by, {"new_chat_members": [user.api()]})
    world.touch(Event("member", chat, person=user))


def set_blocked(world: World, bot: Bot, person: User, blocked: bool) -> None:
    """The person blocks or unblocks the bot."""
    chat = world.private_chat(bot, person)
    if chat.blocked == blocked:
        return
    chat.blocked = blocked
    states = chat_member(bot.user, Member("member")), chat_member(bot.user, Member("kicked"))
    _changed(world, bot, chat, person, states if blocked else (states[1], states[0]))


def upgrade(world: World, group: Chat) -> Chat:
    """Turn a basic group into a supergroup with a new id, telling by service messages in both; the supergroup."""
    new = world.add_group(group.title)
    new.members = dict(group.members)
    by = next((world.users[u] for u, m in group.members.items() if m.status == "creator"), None)
    sender = by or next(world.users[u] for u in group.members)
    world.post(group, sender, {"migrate_to_chat_id": new.id})
    group.migrated_to = new.id
    world.post(new, sender, {"migrate_from_chat_id": group.id})
    return new
