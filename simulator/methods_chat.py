"""Methods about chats and their members."""

from simulator import membership
from simulator.compose import Query
from simulator.errors import bad_request
from simulator.model import Chat, Json
from simulator.reach import find_chat, writable_chat


def get_chat(q: Query) -> Json:
    """getChat"""
    chat = find_chat(q.world, q.bot, q.p["chat_id"])
    if chat.type != "private":
        chat = writable_chat(q.world, q.bot, q.p["chat_id"])
    gifts = ["unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"]
    out = chat.api() | {
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(gifts, False),
    }
    if chat.description:
        out["description"] = chat.description
    if chat.protected:
        out["has_protected_content"] = True
    if chat.pinned:
        out["pinned_message"] = chat.messages[chat.pinned[-1]].api
    return out


def _group(q: Query, private: str) -> Chat:
    chat = writable_chat(q.world, q.bot, q.p["chat_id"])
    if chat.type == "private":
        raise bad_request(private)
    return chat


def get_chat_member(q: Query) -> Json:
    """getChatMember"""
    chat = writable_chat(q.world, q.bot, q.p["chat_id"])
    user = q.world.users.get(q.p["user_id"])
    if chat.type == "private":
        if user is None or user.id not in (chat.id, q.bot.id):
            raise bad_request("member not found")
        return {"user": user.api(), "status": "member"}
    if user is None or user.id not in chat.members:
        raise bad_request("PARTICIPANT_ID_INVALID" if user is None else "member not found")
    return membership.chat_member(user, chat.members[user.id])


def get_chat_administrators(q: Query) -> list[Json]:
    """getChatAdministrators; other bots are left out as Telegram does"""
    chat = _group(q, "there are no administrators in the private chat")
    return [
        membership.chat_member(q.world.users[user_id], member)
        for user_id, member in chat.members.items()
        if member.status in ("creator", "administrator")
        and (not q.world.users[user_id].is_bot or user_id == q.bot.id or q.p.get("return_bots"))
    ]


def get_chat_member_count(q: Query) -> int:
    """getChatMemberCount"""
    chat = writable_chat(q.world, q.bot, q.p["chat_id"])
    return 2 if chat.type == "private" else sum(q.world.is_member(chat, user_id) for user_id in chat.members)


def leave_chat(q: Query) -> bool:
    """leaveChat"""
    chat = _group(q, "chat member status can't be changed in private chats")
    membership.set_status(q.world, chat, q.bot.user, "left", q.bot.user)
    return True


def _admin_chat(q: Query) -> Chat:
    chat = _group(q, "can't invite members to a private chat")
    if chat.members[q.bot.id].status != "administrator":
        raise bad_request("not enough rights to manage chat invite link")
    return chat


def export_chat_invite_link(q: Query) -> str:
    """exportChatInviteLink"""
    return f"https://t.me/+latihan{abs(_admin_chat(q).id)}"


def create_chat_invite_link(q: Query) -> Json:
    """createChatInviteLink"""
    chat = _admin_chat(q)
    out: Json = {
        "invite_link": f"https://t.me/+latihan{abs(chat.id)}{q.world.new_group_id()[-4:]}",
        "creator": q.bot.user.api(),
        "creates_join_request": bool(q.p.get("creates_join_request")),
        "is_primary": False,
        "is_revoked": False,
    }
    return out | {key: q.p[key] for key in ("name", "expire_date", "member_limit") if key in q.p}
