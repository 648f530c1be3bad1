"""One Telegram update, read into a small frozen value that the conversations work on.

Unknown kinds of update become ``kind="other"`` (set aside politely, the next one goes on); a malformed one makes
``read`` raise, and dispatch sets that one aside.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from telegram import Chat, ChatMemberUpdated, Message, Update
from telegram.constants import ChatType

from domain.model import AttachmentKind

ANONYMOUS_ADMIN = 1087968824
CHANNEL_BOT = 136817688
SERVICE_ACCOUNT = 777000


@dataclass(frozen=True, slots=True)
class File:
    """A file as Telegram names it; ``size`` in bytes, None when Telegram does not say."""

    kind: AttachmentKind
    file_id: str
    file_unique_id: str
    size: int | None
    mime: str | None = None
    file_name: str | None = None


@dataclass(frozen=True, slots=True)
class Incoming:
    """What happened, in one chat. Text is the message's text or its caption, as typed."""

    update_id: int
    kind: Literal["message", "edited", "tap", "membership", "other"]
    chat_id: int
    private: bool = True
    chat_title: str = ""
    channel: bool = False
    sender_id: int | None = None
    sender_name: str = ""
    anonymous: bool = False
    message_id: int | None = None
    date: datetime | None = None
    edited_at: datetime | None = None
    """Of an edited message: when it was edited. A live location is one message that is edited again and again."""
    text: str = ""
    command: str | None = None
    args: str = ""
    file: File | None = None
    media_group: str | None = None
    location: tuple[float, float] | None = None
    odd: str | None = None
    """Something a form cannot use: sticker, poll, contact, dice …"""
    reply_to: int | None = None
    data: str = ""
    callback_id: str | None = None
    on_media: bool = False
    """The tapped message carries a photo or another file, so it has a caption instead of a text."""
    joined: bool | None = None
    """Membership: True when the bot came in, False when it went or was blocked."""
    is_service: bool = False
    migrate_to: int | None = None


def read(raw: Mapping[str, Any], username: str | None) -> Incoming:
    """Parse the raw update by PTB's types; raises whatever PTB raises on a malformed one.

    A text in private and a tap are read without them: they are nearly all there is, and building a dozen objects of
    a hundred attributes each was a tenth of what an update costs. A test holds both readings to the same.
    """
    usual = _usual(raw, username)
    return parsed(raw, username) if usual is None else usual


def parsed(raw: Mapping[str, Any], username: str | None) -> Incoming:
    """``read`` by PTB's types whatever it is."""
    update = Update.de_json(_trimmed(raw), None)
    if update.callback_query is not None:
        return _tap(update)
    if update.my_chat_member is not None:
        return _membership(update.update_id, update.my_chat_member)
    message = update.message or update.edited_message or update.channel_post
    if message is None:
        return Incoming(update.update_id, "other", 0)
    return _message(update, message, username)


_UNREAD = frozenset({"reply_markup", "entities", "caption_entities"})
_TEXT = frozenset({"message_id", "from", "chat", "date", "text", "entities", "link_preview_options"})
_TAPPED = _TEXT | {"edit_date", "reply_markup"}
"""Fields of a message that carries nothing but words."""
_NAMELESS = frozenset({ANONYMOUS_ADMIN, CHANNEL_BOT, SERVICE_ACCOUNT})


def _usual(raw: Mapping[str, Any], username: str | None) -> Incoming | None:
    """A person's text in private, or a tap below words; None for whatever is not exactly that."""
    match raw:
        case {
            "update_id": int(update_id),
            "message": {
                "message_id": int(message_id),
                "from": {"id": int(sender_id), "is_bot": bool(), "first_name": str()} as sender,
                "chat": {"id": int(chat_id), "type": "private"},
                "date": int(date),
                "text": str(text),
            } as message,
        } if len(raw) == 2 and message.keys() <= _TEXT and sender_id not in _NAMELESS:
            command, args = _command(text, username)
            return Incoming(
                update_id,
                "message",
                chat_id,
                sender_id=sender_id,
                sender_name=_full_name(sender),
                message_id=message_id,
                date=datetime.fromtimestamp(date, UTC),
                text=text,
                command=command,
                args=args,
            )
        case {
            "update_id": int(update_id),
            "callback_query": {
                "id": str(callback_id),
                "from": {"id": int(sender_id), "is_bot": bool(), "first_name": str()} as sender,
                "message": {
                    "message_id": int(message_id),
                    "chat": {"id": int(chat_id), "type": str(kind)} as chat,
                    "date": int(),
                    "text": str(),
                } as message,
                "chat_instance": str(),
                "data": str(data),
            },
        } if len(raw) == 2 and message.keys() <= _TAPPED:
            return Incoming(
                update_id,
                "tap",
                chat_id,
                private=kind == "private",
                chat_title=chat.get("title") or "",
                sender_id=sender_id,
                sender_name=_full_name(sender),
                message_id=message_id,
                data=data,
                callback_id=callback_id,
            )
        case _:
            return None


def _full_name(sender: Mapping[str, Any]) -> str:
    """As PTB puts it together; an account that was deleted has no name."""
    first, last = sender["first_name"], sender.get("last_name")
    return f"{first} {last}" if first and last else str(first)


def _trimmed(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Without the tapped message's buttons and formatting: nobody looks at them, and reading them costs most of all."""
    match raw:
        case {"callback_query": {"message": {**message}} as query}:
            rest = {key: value for key, value in message.items() if key not in _UNREAD}
            return {**raw, "callback_query": {**query, "message": rest}}
        case _:
            return dict(raw)


def _tap(update: Update) -> Incoming:
    query = update.callback_query
    assert query is not None
    message = query.message
    if message is None:
        return Incoming(update.update_id, "other", 0, sender_id=query.from_user.id, callback_id=query.id)
    on_media = isinstance(message, Message) and message.effective_attachment is not None
    return Incoming(
        update.update_id,
        "tap",
        message.chat.id,
        private=_private(message.chat),
        chat_title=message.chat.title or "",
        sender_id=query.from_user.id,
        sender_name=query.from_user.full_name or "",
        message_id=message.message_id,
        data=query.data or "",
        callback_id=query.id,
        on_media=on_media,
    )


def _membership(update_id: int, change: ChatMemberUpdated) -> Incoming:
    inside = change.new_chat_member.status in ("member", "administrator", "creator") or (
        change.new_chat_member.status == "restricted" and bool(getattr(change.new_chat_member, "is_member", False))
    )
    return Incoming(
        update_id,
        "membership",
        change.chat.id,
        private=_private(change.chat),
        chat_title=change.chat.title or "",
        channel=change.chat.type == ChatType.CHANNEL,
        sender_id=change.from_user.id,
        sender_name=change.from_user.full_name or "",
        date=_aware(change.date),
        joined=inside,
    )


def _message(update: Update, message: Message, username: str | None) -> Incoming:
    text = message.text or message.caption or ""
    command, args = _command(message.text or "", username)
    sender = message.from_user
    anonymous = (
        message.sender_chat is not None
        or sender is None
        or sender.id in (ANONYMOUS_ADMIN, CHANNEL_BOT, SERVICE_ACCOUNT)
    )
    return Incoming(
        update.update_id,
        "edited" if update.edited_message is not None else "message",
        message.chat.id,
        private=_private(message.chat),
        chat_title=message.chat.title or "",
        channel=message.chat.type == ChatType.CHANNEL,
        sender_id=None if anonymous or sender is None else sender.id,
        sender_name="" if sender is None else sender.full_name or "",
        anonymous=anonymous,
        message_id=message.message_id,
        date=_aware(message.date),
        edited_at=_aware(message.edit_date) if message.edit_date is not None else None,
        text=text,
        command=command,
        args=args,
        file=_file(message),
        media_group=message.media_group_id,
        location=(message.location.latitude, message.location.longitude) if message.location else None,
        odd=_odd(message),
        reply_to=message.reply_to_message.message_id if message.reply_to_message else None,
        is_service=_service(message),
        migrate_to=message.migrate_to_chat_id,
    )


def _private(chat: Chat) -> bool:
    return chat.type == ChatType.PRIVATE


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def _command(text: str, username: str | None) -> tuple[str | None, str]:
    if not text.startswith("/"):
        return None, ""
    word, _, rest = text.partition(" ")
    first, newline, more = word.partition("\n")
    name, _, whom = first[1:].partition("@")
    if not name or (whom and username is not None and whom.lower() != username.lower()):
        return None, ""
    return name.lower(), (more + " " + rest if newline else rest).strip()


def _file(message: Message) -> File | None:
    if message.photo:
        best = message.photo[-1]
        return File("photo", best.file_id, best.file_unique_id, best.file_size, "image/jpeg")
    if message.voice:
        voice = message.voice
        return File("voice", voice.file_id, voice.file_unique_id, voice.file_size, voice.mime_type)
    if message.video:
        video = message.video
        return File("video", video.file_id, video.file_unique_id, video.file_size, video.mime_type, video.file_name)
    if message.video_note:
        note = message.video_note
        return File("video", note.file_id, note.file_unique_id, note.file_size, "video/mp4")
    if message.audio:
        audio = message.audio
        return File("audio", audio.file_id, audio.file_unique_id, audio.file_size, audio.mime_type, audio.file_name)
    if message.document:
        paper = message.document
        return File("document", paper.file_id, paper.file_unique_id, paper.file_size, paper.mime_type, paper.file_name)
    return None


_ODD = ("sticker", "poll", "contact", "dice", "game", "story", "venue", "invoice", "checklist")


def _odd(message: Message) -> str | None:
    return next((name for name in _ODD if getattr(message, name, None) is not None), None)


_SERVICE = (
    "new_chat_members",
    "left_chat_member",
    "new_chat_title",
    "new_chat_photo",
    "delete_chat_photo",
    "group_chat_created",
    "supergroup_chat_created",
    "migrate_to_chat_id",
    "migrate_from_chat_id",
    "pinned_message",
    "message_auto_delete_timer_changed",
)


def _service(message: Message) -> bool:
    return any(getattr(message, name, None) for name in _SERVICE)
