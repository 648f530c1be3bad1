"""What the practice Telegram holds: people, bots, chats, messages, files, taps."""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

Json = dict[str, Any]
ChatType = Literal["private", "group", "supergroup", "channel"]
Status = Literal["creator", "administrator", "member", "left", "kicked"]

GROUP_ANONYMOUS_BOT = 1087968824
"""The sender that Telegram shows for an anonymous administrator."""
CHANNEL_BOT = 136817688
"""The sender that Telegram shows for someone who writes in a group in a channel's name."""


@dataclass(slots=True, eq=False)
class User:
    """A person or a bot."""

    id: int
    first_name: str
    last_name: str | None = None
    username: str | None = None
    is_bot: bool = False
    language_code: str | None = "id"

    @property
    def name(self) -> str:
        """First and last name as chats show them."""
        return f"{self.first_name} {self.last_name}" if self.last_name else self.first_name

    def api(self) -> Json:
        """The Bot API's User object."""
        out: Json = {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name}
        if self.last_name:
            out["last_name"] = self.last_name
        if self.username:
            out["username"] = self.username
        if self.language_code and not self.is_bot:
            out["language_code"] = self.language_code
        return out


@dataclass(slots=True)
class Member:
    """Someone's standing in a group."""

    status: Status
    anonymous: bool = False
    can_pin: bool = True


@dataclass(slots=True, eq=False)
class Message:
    """One message; `api` is the Bot API object that updates and answers carry."""

    id: int
    chat: "Chat"
    sender: User | None
    api: Json
    sent_at: datetime
    protected: bool = False
    deleted: bool = False
    pinned: bool = False
    reactions: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Text or caption."""
        return str(self.api.get("text") or self.api.get("caption") or "")

    @property
    def entities(self) -> list[Json]:
        """Entities of the text or caption."""
        found: list[Json] = self.api.get("entities") or self.api.get("caption_entities") or []
        return found

    @property
    def inline_keyboard(self) -> list[list[Json]]:
        """Rows of inline buttons, empty without."""
        rows: list[list[Json]] = self.api.get("reply_markup", {}).get("inline_keyboard", [])
        return rows


@dataclass(slots=True, eq=False)
class Chat:
    """A private chat of one person with one bot, or a group."""

    id: int
    type: ChatType
    title: str = ""
    person: User | None = None
    bot_id: int | None = None
    username: str | None = None
    description: str = ""
    protected: bool = False
    members: dict[int, Member] = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict)
    last_id: int = 0
    pinned: list[int] = field(default_factory=list)
    keyboards: dict[int, Json] = field(default_factory=dict)
    """Reply keyboard in sight, per person."""
    migrated_to: int | None = None
    deleted: bool = False
    started: bool = False
    blocked: bool = False
    waiters: list["asyncio.Future[None]"] = field(default_factory=list)
    typing: str = ""

    @property
    def key(self) -> str:
        """A name unique in this World: private chats of one person with two bots have one id."""
        return f"p{self.bot_id}-{self.id}" if self.type == "private" else f"g{self.id}"

    def api(self) -> Json:
        """The Bot API's Chat object."""
        if self.person is not None:
            out: Json = {"id": self.id, "type": "private", "first_name": self.person.first_name}
            if self.person.last_name:
                out["last_name"] = self.person.last_name
            if self.person.username:
                out["username"] = self.person.username
            return out
        out = {"id": self.id, "type": self.type, "title": self.title}
        if self.username:
            out["username"] = self.username
        return out


@dataclass(slots=True)
class StoredFile:
    """A file on the practice server; `size` may be pretended, so that a test needs no 20 MB."""

    id: str
    unique_id: str
    data: bytes
    size: int
    path: str
    kind: str
    name: str | None = None
    mime: str | None = None
    extra: Json = field(default_factory=dict)

    def api(self) -> Json:
        """The object that a message carries."""
        out: Json = {"file_id": self.id, "file_unique_id": self.unique_id, "file_size": self.size, **self.extra}
        if self.name:
            out["file_name"] = self.name
        if self.mime:
            out["mime_type"] = self.mime
        return out


@dataclass(frozen=True, slots=True)
class Answer:
    """What a tap was answered with: a toast or an alert, or nothing to read."""

    text: str
    alert: bool
    url: str = ""


@dataclass(slots=True, eq=False)
class Tap:
    """A callback query on its way; `answer` comes when the bot answers."""

    id: str
    person: User
    message: Message
    data: str
    at: float
    """Monotonic seconds."""
    answer: "asyncio.Future[Answer]"
    expired: bool = False


@dataclass(slots=True)
class Webhook:
    """Where a bot's updates are posted."""

    url: str
    secret: str
    max_connections: int
    last_error_date: int | None = None
    last_error: str = ""


@dataclass(slots=True, eq=False)
class Bot:
    """A bot's account, its queue of updates and its settings."""

    token: str
    user: User
    sees_all: bool = False
    """Privacy mode off: sees every message of its groups."""
    revoked: bool = False
    next_update: int = 1
    queue: deque[tuple[int, bytes]] = field(default_factory=deque)
    allowed: frozenset[str] | None = None
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    emptied: asyncio.Event = field(default_factory=asyncio.Event)
    polls: int = 0
    polled: asyncio.Event = field(default_factory=asyncio.Event)
    poll: object | None = None
    """Identity of the getUpdates that holds the queue; a newer one takes over."""
    webhook: Webhook | None = None
    commands: dict[tuple[str, str], list[Json]] = field(default_factory=dict)
    texts: dict[tuple[str, str], str] = field(default_factory=dict)
    menu_buttons: dict[int, Json] = field(default_factory=dict)
    duplicate: int = 0
    """How many of the next updates are delivered twice."""

    @property
    def id(self) -> int:
        """The bot's user id."""
        return self.user.id


@dataclass(frozen=True, slots=True)
class Call:
    """One call that a bot made."""

    at: float
    """Monotonic seconds when it was answered."""
    method: str
    params: Mapping[str, Any]
    chat_id: int | str | None
    ok: bool
    error: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """Something a screen may want to redraw for.

    kind: message, edited, deleted, pinned, unpinned, keyboard, commands, answered, typing, chat, member, reaction.
    """

    kind: str
    chat: Chat | None
    message: Message | None = None
    person: User | None = None
    detail: str = ""


Listener = Callable[[Event], None]
