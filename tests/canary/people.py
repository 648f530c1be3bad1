"""People who go on whatever is broken: they tap what was ever offered to them and answer what was ever asked.

A refused or lost message is still known from the call that the bot made, so that a story reaches its end under any
fault.
"""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal

import orjson
from PIL import Image

from simulator.agency import Agency
from simulator.model import Call, Chat, Message
from simulator.people import Phone
from tests.canary.words import WORDS

Disturb = Callable[[], None]
"""Called before each step: switches faults on."""
PATIENCE = 20.0
"""Real seconds a step may take on a busy machine."""
FAR = 5
"""Steps that are done again, at most, where an answer was refused for good."""
Do = Literal["tulis", "ketuk", "balas", "foto", "berkas", "suara", "sunting", "maju", "grup"]


@dataclass(frozen=True, slots=True)
class Step:
    """Who does what; ``on`` is what a reply answers, or the message that an edit changes."""

    who: str
    do: Do
    words: str = ""
    on: str = ""


@dataclass
class Cast:
    """The people of one agency."""

    desa: Agency
    before: Disturb = lambda: None
    after: Disturb = lambda: None
    done: list[Step] = field(default_factory=list)

    async def play(self, *steps: Step) -> None:
        """Do each step in turn; one that finds nothing to tap or to answer says what the chat shows."""
        for step in steps:
            await self._ready(step)
            self.before()
            await self._do(step)
            await self.desa.quiet(PATIENCE)
            self.after()
            await self.desa.quiet(PATIENCE)
            self.done.append(step)

    async def _ready(self, step: Step) -> None:
        """What was delayed by a fault comes; what was refused for good is asked for again by the steps before."""
        if self._there(step):
            return
        try:
            async with asyncio.timeout(0.3):
                while not self._there(step):  # noqa: ASYNC110 - looked for in several places
                    await asyncio.sleep(0.01)
        except TimeoutError:
            for back in range(1, min(FAR, len(self.done)) + 1):
                for earlier in self.done[-back:]:
                    if self._there(earlier):
                        await self._do(earlier)
                        await self.desa.quiet(PATIENCE)
                if self._there(step):
                    return
            await self.phone(step).says("/status")  # as one does who waits for something
            await self.desa.quiet(PATIENCE)
            if self._there(step):
                return
            raise AssertionError(f"{step}\n{self.phone(step).transcript()}") from None

    def _there(self, step: Step) -> bool:
        match step.do:
            case "ketuk":
                return self._button(step) is not None
            case "balas":
                return self._asked(step) is not None
            case _:
                return True

    def phone(self, step: Step) -> Phone:
        """Whose step it is."""
        return self.desa.phone(step.who)

    async def _do(self, step: Step) -> None:
        phone = self.phone(step)
        match step.do:
            case "tulis":
                await phone.says(step.words)
            case "grup":
                await phone.says(step.words, self.desa.groups["verifikasi"])
            case "ketuk":
                found = self._button(step)
                assert found is not None, step
                message, data = found
                phone.tap(message, data)
            case "balas":
                await phone.says(step.words, reply_to=self._asked(step))
            case "foto":
                await phone.sends_photo(picture(), step.words)
            case "berkas":
                name = f"{WORDS['nama_berkas']}.jpg"
                await phone.sends_document(picture(), name, "image/jpeg", caption=step.words)
            case "suara":
                await phone.sends_voice(b"OggS " + WORDS["isi_berkas"].encode())
            case "sunting":
                chat = phone.chat()
                own = next(chat.messages[m.id] for m in reversed(phone.messages()) if m.mine and step.on in m.text)
                await phone.edits(own, step.words)
            case "maju":
                self.desa.clock.advance(timedelta(minutes=int(step.words)))
                await self.desa.sweep()

    def _button(self, step: Step) -> tuple[Message, str] | None:
        """The newest such button, where it stands; else in any message there, as a modified client would send it."""
        phone = self.phone(step)
        chat = phone.chat()
        for message in reversed(list(chat.messages.values())):
            for row in message.inline_keyboard:
                for button in row:
                    if step.words in button["text"]:
                        return message, button["callback_data"]
        for call in reversed(self.desa.world.calls):
            data = offered(call, step.words) if call.chat_id == chat.id else None
            if data is not None and chat.messages:
                return next(reversed(chat.messages.values())), data
        return None

    def _asked(self, step: Step) -> Message | None:
        chat: Chat = self.phone(step).chat()
        bots = [m for m in chat.messages.values() if m.sender is not None and m.sender.is_bot]
        return next((m for m in reversed(bots) if step.on in m.text), None)


def offered(call: Call, label: str) -> str | None:
    """The callback data of that button, if the call offered it."""
    markup: Any = call.params.get("reply_markup")
    if isinstance(markup, str):
        markup = orjson.loads(markup)
    rows = markup.get("inline_keyboard", []) if isinstance(markup, dict) else []
    return next((b["callback_data"] for row in rows for b in row if label in b["text"] and "callback_data" in b), None)


def picture() -> bytes:
    """A picture with a word in its comment."""
    out = io.BytesIO()
    Image.new("RGB", (32, 32), "teal").save(out, "JPEG", comment=WORDS["isi_berkas"].encode())
    return out.getvalue()
