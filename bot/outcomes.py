"""What an answer of Telegram means for a notice: pure, one table.

``BadRequest`` is permanent although python-telegram-bot derives it from ``NetworkError``; the order below matters.
Descriptions as the Bot API server writes them (https://github.com/tdlib/telegram-bot-api, Client.cpp).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.api import AnswerLost, description_of, seconds_of, status_of
from bot.text import unquoted

DeadReason: TypeAlias = Literal["blocked", "kicked", "chat_gone", "refused", "template", "internal", "unreachable"]


@dataclass(frozen=True, slots=True)
class Sent:
    """Done, or as good as done; ``message_id`` when a message stands there now."""

    message_id: int | None = None
    has_media: bool = False


@dataclass(frozen=True, slots=True)
class Retry:
    """Try again. ``after`` seconds when Telegram named them (429); ``uncertain`` when it may have been carried out."""

    error: str
    after: float | None = None
    uncertain: bool = False


@dataclass(frozen=True, slots=True)
class Dead:
    """Never going to work."""

    reason: DeadReason
    error: str


@dataclass(frozen=True, slots=True)
class Migrated:
    """The group has a new id; the same goes there."""

    chat_id: int


@dataclass(frozen=True, slots=True)
class Anew:
    """The message cannot be edited (any more): send a new one."""


@dataclass(frozen=True, slots=True)
class Plain:
    """Telegram does not take the HTML: the same words without it."""


@dataclass(frozen=True, slots=True)
class WithoutReply:
    """The message replied to is gone: the same without the reply."""


@dataclass(frozen=True, slots=True)
class Undeletable:
    """The message stays: it is older than Telegram's 48 hours, or somebody else's where the bot is no administrator."""


Outcome: TypeAlias = Sent | Retry | Dead
"""What is recorded of a notice."""
Step: TypeAlias = Outcome | Migrated | Anew | Plain | WithoutReply | Undeletable
"""What follows from one answer; the last four ask for another call at once, or for saying so."""

_DONE = (
    "message is not modified",
    "message to delete not found",
    "message to unpin not found",
    "message_id_invalid",
)
_ANEW = (
    "message to edit not found",
    "message can't be edited",
    "there is no text in the message to edit",
    "there is no caption in the message to edit",
    "there is no media in the message to edit",
    "message_not_modified_media",
    "message identifier is not specified",
    "inline message",
    "can't use the media of the specified type in the edit",
)
_PLAIN = ("can't parse entities", "can't parse message text", "can't parse caption")
_WITHOUT_REPLY = ("message to be replied not found", "message to reply not found", "replied message not found")
_BLOCKED = (
    "bot was blocked by the user",
    "user is deactivated",
    "can't initiate conversation",
    "can't send messages to bots",
    "bot can't send messages to the user",
    "peer_id_invalid",
    "user_is_blocked",
    "input_user_deactivated",
)
_KICKED = (
    "bot was kicked",
    "bot is not a member",
    "the group chat was deleted",
    "group chat was deactivated",
    "need administrator rights in the channel",
)
_CHAT_GONE = ("chat not found", "group chat was upgraded")


def outcome_of(error: TelegramError) -> Step:
    """The meaning of an error of ``BotApi.call`` (401 is TokenRevoked there and never comes here)."""
    words = description_of(error).lower()
    match error:
        case RetryAfter():
            return Retry("flood", after=seconds_of(error))
        case ChatMigrated():
            return Migrated(error.new_chat_id)
        case BadRequest():
            return _find(_REFUSED, words)
        case Forbidden():
            return _find(_GONE, words)
        case InvalidToken():
            # 404: an unknown method, or a gateway in between that does not know the way.
            return Retry("not found (404)")
        case TimedOut() | AnswerLost():
            return Retry("no answer", uncertain=True)
        case _ if status := status_of(error):
            # An answer with a status is Telegram's (or its gateway's) own; a 5xx may come after the deed.
            return Retry(f"server error ({status})", uncertain=status >= 500)
        case NetworkError():
            return Retry("no connection")
        case _:
            # An answer that cannot be read: whatever it says, the call may have been carried out.
            return Retry("no answer", uncertain=True)


_GONE: tuple[tuple[tuple[str, ...], Dead], ...] = (
    (_CHAT_GONE, Dead("chat_gone", "chat not found")),
    (_BLOCKED, Dead("blocked", "blocked")),
    (_KICKED, Dead("kicked", "kicked")),
)
_REFUSED: tuple[tuple[tuple[str, ...], Step], ...] = (
    (_DONE, Sent()),
    (("message can't be deleted",), Undeletable()),
    (_ANEW, Anew()),
    (_PLAIN, Plain()),
    (_WITHOUT_REPLY, WithoutReply()),
    *_GONE,
)


def _find(table: tuple[tuple[tuple[str, ...], Step], ...], words: str) -> Step:
    for parts, step in table:
        if any(part in words for part in parts):
            return step
    return Dead("refused", unquoted(words)[:120])
