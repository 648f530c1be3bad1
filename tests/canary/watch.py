"""What the bot told whom: every call and every message that it ever wrote, judged by who may see what."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import orjson

from simulator.agency import Agency
from simulator.model import Event, Message
from simulator.schema import Upload
from tests.canary.words import IDENTITY, WORDS, found

READERS = ("kabid", "kepala", "pimpinan", "piket")
"""Who comes to read in the stories, each in their turn; the duty officer after being admitted."""
AGREED = frozenset({"waktu", "waktu_lain", "tempat", "sandi"})
"""When and where two meet, and the code name of whom: said to both without the content's protection."""
ADMINISTRATION = frozenset({"sandi"})
"""A code name is what those know an agent by who see to the morning reports and to who is who."""
NEVER = frozenset({"pin", "argumen", "di_grup", "diucapkan", "alasan_izin", "alasan_identitas", "alasan_tolak"})
"""What nobody is ever told, not even who wrote it."""


@dataclass
class Watch:
    """Looks over the bot's shoulder from the moment it is made."""

    desa: Agency
    shown: list[tuple[int, str, bool]] = field(default_factory=list)
    """(chat, the message as sent, whether it is protected) of each message that the bot wrote or changed."""

    def __post_init__(self) -> None:
        self.desa.world.subscribe(self._saw)

    def _saw(self, event: Event) -> None:
        message = event.message
        if event.kind in ("message", "edited") and message is not None and _is_bots(message):
            api = {key: value for key, value in message.api.items() if key not in ("chat", "from", "reply_to_message")}
            self.shown.append((message.chat.id, _text(api), message.protected))

    def wrong(self) -> list[str]:
        """Every secret word that went where it may not."""
        who = {user.id: key for key, user in self.desa.users.items()}
        hits: list[str] = []
        for call in self.desa.world.calls:
            words = found(_text(call.params))
            name = who.get(int(call.chat_id), "a group") if call.chat_id is not None else ""
            bad = words - _may(name)
            hits += [f"{word} in {call.method} to {name or 'nobody'}" for word in sorted(bad)]
        for chat_id, text, protected in self.shown:
            name = who.get(chat_id, "a group")
            words = found(text)
            open_ = set() if protected else words - AGREED
            hits += [f"{word} unprotected before {name}" for word in sorted(open_)]
            hits += [f"{word} shown to {name}" for word in sorted(words - _may(name))]
        return hits

    def told(self) -> set[str]:
        """Every word that the bot showed to anybody: what was never shown at all would prove nothing."""
        return set().union(*(found(text) for _, text, _ in self.shown))

    def standing(self) -> list[str]:
        """Which words stand in which chat at the end, in a message of the bot or, in a chat with it, of its owner."""
        hits: list[str] = []
        for name, user in self.desa.users.items():
            chat = self.desa.world.private_chat(self.desa.world.bot(), user)
            for message in chat.messages.values():
                api = {key: value for key, value in message.api.items() if key not in ("chat", "from")}
                api.pop("reply_to_message", None)
                hits += [f"{word} before {name}" for word in sorted(found(_text(api)) - AGREED)]
        for group in self.desa.groups.values():
            for message in group.messages.values():
                hits += [f"{word} in a group" for word in sorted(found(_text(message.api)))]
        return hits


def _may(name: str) -> set[str]:
    """The words that this person may be told in their own chat with the bot."""
    everything = set(WORDS) - NEVER
    match name:
        case "agen":
            return everything - IDENTITY - {"lisan", "dicatat"}
        case "kabid":
            return everything
        case _ if name in READERS:
            return everything - IDENTITY
        case "admin" | "koordinator_wilayah":
            return set(ADMINISTRATION)
        case _:
            return set()


def _is_bots(message: Message) -> bool:
    return message.sender is not None and message.sender.is_bot


def _text(value: Any) -> str:
    return orjson.dumps(value, default=_plain, option=orjson.OPT_NON_STR_KEYS).decode("utf-8", "replace")


def _plain(value: object) -> object:
    match value:
        case Upload():
            return {"name": value.name, "mime": value.mime}  # the bytes are judged by the message that shows them
        case bytes():
            return value.hex()
        case _:
            return str(value)
