"""What goes out: a notice is an intent ("show this view in that slot"), never a sent message.

A use case adds notices to the outbox in its own transaction; ``bot.sender`` renders and delivers them later. A *slot*
is a logical place such as ``kartu:7@-100123`` or ``isian:12``: the Telegram message id behind it may not exist yet.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from typing import Any, Literal, TypeAlias

Json: TypeAlias = Any


class Priority(IntEnum):
    """Smaller goes first, within a chat and among chats."""

    URGENT = 0
    REPLY = 1
    ORDINARY = 2
    BROADCAST = 3


@dataclass(frozen=True, slots=True)
class Button:
    """An inline button: ``label`` is a key of templates/labels.toml, ``data`` is at most 64 bytes."""

    label: str
    data: str = ""
    params: Mapping[str, Json] = field(default_factory=dict)
    url: str | None = None


Keyboard: TypeAlias = tuple[tuple[Button, ...], ...]
_KEPT_WORDS = ("lokus/", "lapangan/", "darurat/", "hasil/", "putaran/", "dokumen/")
"""Templates of messages that name who is sent where, by code name or not: what is out of the chat cannot be deleted."""


@dataclass(frozen=True, slots=True)
class Media:
    """What a message carries besides text; exactly one of three, ValueError otherwise.

    ``file_id`` is Telegram's, ``path`` lies below the data directory, ``make`` names a paper that is drawn from
    ``params`` (JSON) when it is sent (``bot.documents``): nothing of it is kept on disk, and a paper that cannot be
    made leaves the words. ``file_name`` is what the receiver sees.
    """

    kind: Literal["photo", "video", "voice", "document", "audio"]
    file_id: str | None = None
    path: str | None = None
    file_name: str | None = None
    make: str | None = None
    params: Mapping[str, Json] = field(default_factory=dict)
    shows: tuple[int, ...] = ()
    """Attachments whose pictures the paper shows; read when it is drawn, and missing from it when they cannot be."""

    def __post_init__(self) -> None:
        if sum(source is not None for source in (self.file_id, self.path, self.make)) != 1:
            raise ValueError("a medium comes from exactly one of file_id, path and make")


@dataclass(frozen=True, slots=True)
class View:
    """One message: a template key with parameters, rendered when sent.

    ``reply_to`` is a message id of the same chat; ``force_reply`` asks Telegram to open a reply to this message, for
    the person named by ``reply_to`` only. ``request`` puts a one-time reply keyboard below ("location", "remove").
    ``protect`` forbids forwarding and saving (see ``kept``); ``silent`` rings no phone.
    """

    template: str
    params: Mapping[str, Json] = field(default_factory=dict)
    keyboard: Keyboard = ()
    media: Media | None = None
    album: tuple[Media, ...] = ()
    protect: bool = False
    silent: bool = False
    reply_to: int | None = None
    force_reply: bool = False
    request: Literal["location", "remove"] | None = None
    point: tuple[float, float] | None = None
    """A map point (latitude, longitude) that follows as a message of its own; an edit leaves it as it was sent."""

    @property
    def kept(self) -> bool:
        """Whether it may not be forwarded: because it says so, or because it is words of a lokus's team and desk.

        A paper says so itself: a Berita Acara is printed and signed.
        """
        paper = self.media is not None or bool(self.album)
        return self.protect or (not paper and self.template.startswith(_KEPT_WORDS))


@dataclass(frozen=True, slots=True)
class Show:
    """Put a view in a slot: edit what stands there, or send it when nothing stands there yet.

    ``fresh`` sends a new message even when one stands there (the slot then means the new one). ``at`` says which
    message to edit (the one a button was tapped on; ``at_media`` when it carries a photo); the slot then means it.
    A message that cannot be edited any more is sent anew. Without a slot it is a plain message nobody will edit.
    ``supersede`` drops older notices for the same slot that were not sent yet. What could not go out before ``until``
    makes no sense any more and is dropped when its turn comes (a reminder after the due time).
    """

    view: View
    slot: str | None = None
    fresh: bool = False
    at: int | None = None
    at_media: bool = False
    supersede: bool = True
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Delete:
    """Delete the slot's message, ``message_id``, or these ``message_ids``; one that is gone already counts as done.

    ``refused`` is shown when some of ``message_ids`` cannot be deleted (older than Telegram's 48 hours, no right in a
    group); its parameter ``jumlah``, how many are known to be beyond reach already, grows by how many were refused.
    """

    slot: str | None = None
    message_id: int | None = None
    message_ids: tuple[int, ...] = ()
    refused: View | None = None


@dataclass(frozen=True, slots=True)
class Pin:
    """Pin the slot's message without a notification."""

    slot: str


@dataclass(frozen=True, slots=True)
class Unpin:
    """Unpin the slot's message (Bot API unpinChatMessage); one that is gone or not pinned counts as done."""

    slot: str


@dataclass(frozen=True, slots=True)
class Strip:
    """Take the buttons off that message; its words stay (Bot API editMessageReplyMarkup). One that is gone is done."""

    message_id: int


@dataclass(frozen=True, slots=True)
class SetCommands:
    """Replace the command list of the chat (Bot API setMyCommands, scope chat); names without the slash."""

    commands: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Leave:
    """Leave the chat."""


Action: TypeAlias = Show | Delete | Pin | Unpin | Strip | SetCommands | Leave


@dataclass(frozen=True, slots=True)
class Notice:
    """One outgoing intent to one chat. ``reference`` is what the reader recognises a repeat by."""

    chat_id: int
    action: Action
    priority: Priority = Priority.REPLY
    not_before: datetime | None = None
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class Ack:
    """The answer to a tap (answerCallbackQuery), given after the commit and lost without harm."""

    template: str | None = None
    params: Mapping[str, Json] = field(default_factory=dict)
    alert: bool = False
