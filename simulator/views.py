"""A chat as a person sees it: plain values for tests and for the page, and a transcript for failing tests."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from simulator.entities import to_html
from simulator.model import Chat, Json, Message, User

MEDIA: Final = ("photo", "video", "voice", "audio", "animation", "document", "sticker", "location", "contact", "poll")
ButtonKind = Literal["callback", "url", "copy", "other"]


@dataclass(frozen=True, slots=True)
class Button:
    """An inline button."""

    label: str
    kind: ButtonKind
    value: str
    style: str = ""


@dataclass(frozen=True, slots=True)
class MessageView:
    """One message as shown now."""

    id: int
    chat_key: str
    sender: str
    sender_id: int
    mine: bool
    text: str
    html: str
    buttons: tuple[tuple[Button, ...], ...]
    kind: str
    """text, photo, voice … or service."""
    media: Json | list[Json] | None
    file_id: str | None
    date: datetime
    edited: bool
    pinned: bool
    protected: bool
    reply_to: int | None
    album: str | None
    forwarded_from: str | None
    reactions: tuple[str, ...] = ()

    @property
    def labels(self) -> list[list[str]]:
        """Button labels, row by row."""
        return [[button.label for button in row] for row in self.buttons]

    @property
    def photo(self) -> bool:
        """Whether it shows a photo."""
        return self.kind == "photo"


def _button(raw: Json) -> Button:
    style = raw.get("style", "")
    if "callback_data" in raw:
        return Button(raw["text"], "callback", raw["callback_data"], style)
    if "url" in raw:
        return Button(raw["text"], "url", raw["url"], style)
    if "copy_text" in raw:
        return Button(raw["text"], "copy", raw["copy_text"]["text"], style)
    return Button(raw["text"], "other", "", style)


def _names(users: list[Json]) -> str:
    return ", ".join(user["first_name"] for user in users)


def service_text(api: Json) -> str:
    """What a service message says, empty for an ordinary message."""
    if "pinned_message" in api:
        return "menyematkan pesan"
    if "new_chat_members" in api:
        return f"menambahkan {_names(api['new_chat_members'])}"
    if "left_chat_member" in api:
        return f"mengeluarkan {_names([api['left_chat_member']])}"
    if "group_chat_created" in api:
        return "membuat grup"
    if "migrate_to_chat_id" in api or "migrate_from_chat_id" in api:
        return "grup ini menjadi supergrup"
    return ""


def _origin(api: Json) -> str | None:
    origin = api.get("forward_origin")
    if origin is None:
        return None
    chat = origin.get("sender_chat") or origin.get("chat")
    return str(chat["title"] if chat else origin["sender_user"]["first_name"])


def view(message: Message, reader: User | None = None) -> MessageView:
    """The message as `reader` sees it."""
    api = message.api
    service = service_text(api)
    kind = "service" if service else next((key for key in MEDIA if key in api), "text")
    media: Json | list[Json] | None = api.get(kind)
    largest = media[-1] if isinstance(media, list) else media
    sender_chat = api.get("sender_chat")
    author: Json = api.get("from") or sender_chat or {}
    return MessageView(
        id=message.id,
        chat_key=message.chat.key,
        sender=sender_chat["title"] if sender_chat else message.sender.name if message.sender else "",
        sender_id=author.get("id", 0),
        mine=message.sender is reader,
        text=service or message.text,
        html=service or to_html(message.text, message.entities),
        buttons=tuple(tuple(_button(raw) for raw in row) for row in message.inline_keyboard),
        kind=kind,
        media=media,
        file_id=largest.get("file_id") if isinstance(largest, dict) else None,
        date=message.sent_at,
        edited="edit_date" in api,
        pinned=message.pinned,
        protected=message.protected,
        reply_to=api["reply_to_message"]["message_id"] if "reply_to_message" in api else None,
        album=api.get("media_group_id"),
        forwarded_from=_origin(api),
        reactions=tuple(message.reactions),
    )


def transcript(chat: Chat, reader: User, last: int = 25) -> str:
    """The end of a chat as text, for the message of a failing test."""
    title = chat.title or f"{reader.name} and the bot"
    lines = [f"--- {title} ({chat.type} {chat.id}), newest last ---"]
    for message in list(chat.messages.values())[-last:]:
        shown = view(message, reader)
        marks = "".join(
            mark
            for on, mark in (
                (shown.kind not in ("text", "service"), f" <{shown.kind}>"),
                (shown.edited, " (edited)"),
                (shown.pinned, " (pinned)"),
                (shown.protected, " (protected)"),
            )
            if on
        )
        body = shown.text.replace("\n", "\n      ")
        lines.append(f"#{shown.id} {shown.sender}{marks}: {body}")
        lines += ["      " + " ".join(f"[{label}]" for label in row) for row in shown.labels]
    keyboard = chat.keyboards.get(reader.id, {}).get("keyboard")
    if keyboard:
        lines.append("below: " + " / ".join(" ".join(f"[{b['text']}]" for b in row) for row in keyboard))
    if len(lines) == 1:
        lines.append("(empty)")
    return "\n".join(lines)
