# ruff: noqa: ASYNC109 - a dialog test reads line by line; a block around every wait would hide the dialog.
"""People who use Telegram, driven from Python: they write, tap, send photos, and wait until they see something.

    phone = Phone(world, agent)
    await phone.says("/lapinfo")
    await phone.sees("Bidang")
    answer = await phone.taps("Politik")

Waits are driven by changes, count real seconds, and fail with the chat as this person sees it.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import parse_qs, urlparse

from simulator import media, membership
from simulator.entities import detect
from simulator.methods_bot import commands_for
from simulator.methods_send import CONTENT, origin
from simulator.model import Answer, Bot, Chat, Json, Message, Tap, User
from simulator.views import MessageView, transcript, view
from simulator.world import World

Which = int | MessageView | Message
"""A message, by its id or as given by another call."""


class NotSeen(AssertionError):
    """Something that a person waited for did not come; the message shows their chat."""


class Refused(Exception):
    """The app does not let a person do this (forwarding what is protected, writing to a blocked bot)."""


class Phone:
    """One person's phone. `chat=None` always means the private chat with the bot."""

    timeout: float = 20.0
    """Real seconds that a wait takes at most, unless told otherwise; long, for only what never comes takes them all."""

    def __init__(self, world: World, person: User, bot: Bot | None = None) -> None:
        self.world = world
        self.person = person
        self.bot = bot or world.bot()

    def chat(self, chat: Chat | None = None) -> Chat:
        """The chat, following it when it was upgraded to a supergroup."""
        if chat is None:
            return self.world.private_chat(self.bot, self.person)
        return self.world.groups[chat.migrated_to] if chat.migrated_to is not None else chat

    # --- writing ------------------------------------------------------------------------------------------------------

    async def says(self, text: str, chat: Chat | None = None, reply_to: Which | None = None, **how: Any) -> Message:
        """Write a text; `anonymous=True` as a group's anonymous administrator, `as_channel=channel` in its name."""
        content: Json = {"text": text}
        entities = detect(text, [])
        if entities:
            content["entities"] = entities
        return self._post(content, chat, reply_to, **how)

    def _post(
        self,
        content: Json,
        chat: Chat | None,
        reply_to: Which | None = None,
        *,
        anonymous: bool = False,
        as_channel: Chat | None = None,
        media_group: str | None = None,
    ) -> Message:
        where = self.chat(chat)
        if where.type == "private":
            if where.blocked:
                raise Refused("the bot is blocked")
            where.started = True
        elif not self.world.is_member(where, self.person.id):
            raise Refused("not a member of the group")
        if media_group:
            content["media_group_id"] = media_group
        replied = (
            None if reply_to is None else where.messages.get(reply_to if isinstance(reply_to, int) else reply_to.id)
        )
        keyboard = where.keyboards.get(self.person.id)
        if keyboard and ("force_reply" in keyboard or keyboard.get("one_time_keyboard")):
            del where.keyboards[self.person.id]
        return self.world.post(
            where, self.person, content, reply_to=replied, as_chat=where if anonymous else as_channel
        )

    def _with_caption(self, content: Json, caption: str) -> Json:
        if caption:
            content["caption"] = caption
            if entities := detect(caption, []):
                content["caption_entities"] = entities
        return content

    async def sends_photo(
        self, data: bytes | None = None, caption: str = "", chat: Chat | None = None, **how: Any
    ) -> Message:
        """Send as photo (recompressed, EXIF gone); None is a sample picture."""
        sizes = media.photo(self.world, data or media.sample_photo())
        return self._post(self._with_caption({"photo": sizes}, caption), chat, **how)

    async def sends_album(
        self,
        photos: Sequence[bytes | None],
        caption: str = "",
        chat: Chat | None = None,
        media_group: str | None = None,
    ) -> list[Message]:
        """Send photos as one album: separate messages with one media_group_id, the caption on the first."""
        group = media_group or self.world.new_group_id()
        return [
            await self.sends_photo(data, caption if index == 0 else "", chat, media_group=group)
            for index, data in enumerate(photos)
        ]

    async def sends_document(
        self,
        data: bytes = b"%PDF-1.4 latihan",
        file_name: str | None = "laporan.pdf",
        mime: str | None = None,
        caption: str = "",
        chat: Chat | None = None,
        fake_size: int | None = None,
        **how: Any,
    ) -> Message:
        """Send as file, byte for byte; `mime` and `fake_size` may lie."""
        file = media.store(
            self.world, "document", data, name=file_name, mime=mime or media.guess_mime(file_name), size=fake_size
        )
        return self._post(self._with_caption({"document": file.api()}, caption), chat, **how)

    async def sends_voice(
        self,
        data: bytes = b"OggS latihan",
        seconds: int = 7,
        chat: Chat | None = None,
        fake_size: int | None = None,
        **how: Any,
    ) -> Message:
        """Send a voice note."""
        file = media.store(self.world, "voice", data, mime="audio/ogg", size=fake_size, duration=seconds)
        return self._post({"voice": file.api()}, chat, **how)

    async def sends_video(
        self,
        data: bytes = b"\x00\x00\x00\x18ftypmp42latihan",
        caption: str = "",
        chat: Chat | None = None,
        fake_size: int | None = None,
        **how: Any,
    ) -> Message:
        """Send a video."""
        size = {"width": 640, "height": 360, "duration": 9}
        file = media.store(self.world, "video", data, name="video.mp4", mime="video/mp4", size=fake_size, **size)
        return self._post(self._with_caption({"video": file.api()}, caption), chat, **how)

    async def sends_location(
        self, latitude: float = -6.8898, longitude: float = 109.6753, chat: Chat | None = None, **how: Any
    ) -> Message:
        """Share a position."""
        return self._post({"location": {"latitude": latitude, "longitude": longitude}}, chat, **how)

    async def sends_contact(
        self, phone_number: str = "0800000000", first_name: str = "Piket", chat: Chat | None = None, **how: Any
    ) -> Message:
        """Share a contact."""
        return self._post({"contact": {"phone_number": phone_number, "first_name": first_name}}, chat, **how)

    async def sends_sticker(self, emoji: str = "👍", chat: Chat | None = None, **how: Any) -> Message:
        """Send a sticker."""
        file = media.store(self.world, "sticker", b"webp latihan", width=512, height=512, emoji=emoji)
        sticker = {**file.api(), "type": "regular", "is_animated": False, "is_video": False}
        return self._post({"sticker": sticker}, chat, **how)

    async def sends_poll(
        self, question: str = "Setuju?", options: Sequence[str] = ("Ya", "Tidak"), chat: Chat | None = None, **how: Any
    ) -> Message:
        """Send a poll."""
        poll = {
            "id": self.world.new_group_id(),
            "question": question,
            "options": [{"text": o, "voter_count": 0, "persistent_id": str(n)} for n, o in enumerate(options)],
            "total_voter_count": 0,
            "is_closed": False,
            "is_anonymous": True,
            "type": "regular",
            "allows_multiple_answers": False,
            "allows_revoting": True,
            "members_only": False,
        }
        return self._post({"poll": poll}, chat, **how)

    async def edits(self, message: Message, text: str) -> None:
        """Change an own message (its caption, for a photo)."""
        key = "text" if "text" in message.api else "caption"
        entities = "entities" if key == "text" else "caption_entities"
        self.world.edit(message, {key: text, entities: detect(text, []) or None})

    async def moves(self, message: Message, latitude: float, longitude: float) -> None:
        """Go on with a live location: Telegram tells of it as an edit of the one message."""
        self.world.edit(message, {"location": {"latitude": latitude, "longitude": longitude}})

    async def deletes(self, message: Message) -> None:
        """Delete a message for everyone; bots are not told."""
        self.world.delete(message)

    async def forwards(self, message: int | MessageView, chat: Chat | None = None, to: Chat | None = None) -> Message:
        """Forward from one chat to another; raises Refused when the message is protected."""
        source = self.chat(chat).messages[message if isinstance(message, int) else message.id]
        if source.protected:
            raise Refused("forwarding is forbidden")
        content = {key: value for key, value in source.api.items() if key in CONTENT}
        return self._post({**content, "forward_origin": origin(source)}, to)

    # --- tapping ------------------------------------------------------------------------------------------------------

    async def taps(
        self, word: str, in_chat: Chat | None = None, on: Which | None = None, timeout: float | None = None
    ) -> Answer:
        """Tap the newest button whose label contains `word` (waits for it); what the bot answers, when it answers.

        Inline buttons first, then the keyboard below, whose label is written as a text.
        """
        chat = self.chat(in_chat)
        found: list[tuple[Message, Json]] = []

        def button_there() -> bool:
            messages = list(chat.messages.values())[::-1] if on is None else [self._message(chat, on)]
            for message in messages:
                for row in message.inline_keyboard:
                    for button in row:
                        if word in button["text"]:
                            found.append((message, button))
                            return True
            return on is None and self._key(chat, word) is not None

        await self._until(chat, button_there, timeout, f"no button with {word!r}")
        if not found:
            await self.says(str(self._key(chat, word)), in_chat)
            return Answer("", False)
        message, button = found[0]
        if "callback_data" in button:
            return await self.answered(self.world.tap(self.person, message, button["callback_data"]), timeout)
        if "url" in button and "?start=" in button["url"]:
            await self.opens_link(button["url"])
        return Answer("", False, button.get("url", ""))

    async def taps_data(
        self, message: Which, data: str, in_chat: Chat | None = None, timeout: float | None = None
    ) -> Answer:
        """Send any callback data for a message, as a modified client can."""
        return await self.answered(self.tap(message, data, in_chat), timeout)

    def tap(self, message: Which, data: str, in_chat: Chat | None = None) -> Tap:
        """Tap without waiting for the answer (two at once, and the page)."""
        return self.world.tap(self.person, self._message(self.chat(in_chat), message), data)

    async def answered(self, tap: Tap, timeout: float | None = None) -> Answer:
        """The answer to a tap; raises NotSeen when the bot leaves it spinning."""
        try:
            async with asyncio.timeout(self.timeout if timeout is None else timeout):
                return await asyncio.shield(tap.answer)
        except TimeoutError:
            raise NotSeen(f"tap on {tap.data!r} was not answered\n{self.transcript(tap.message.chat)}") from None

    def _message(self, chat: Chat, given: Which) -> Message:
        if isinstance(given, Message):
            return given
        found = chat.messages.get(given if isinstance(given, int) else given.id)
        if found is None:
            raise NotSeen(f"message {given} is gone\n{transcript(chat, self.person)}")
        return found

    def _key(self, chat: Chat, word: str) -> str | None:
        rows = chat.keyboards.get(self.person.id, {}).get("keyboard", [])
        return next((button["text"] for row in rows for button in row if word in button["text"]), None)

    async def opens_link(self, link: str) -> Message:
        """Open t.me/BOT?start=PAYLOAD and press Start."""
        parsed = urlparse(link)
        payload = parse_qs(parsed.query).get("start", [""])[0]
        if parsed.path.strip("/").lower() != str(self.bot.user.username).lower():
            raise Refused(f"{link} is not a link to this bot")
        return await self.says(f"/start {payload}".strip())

    # --- coming and going ---------------------------------------------------------------------------------------------

    async def blocks_bot(self) -> None:
        """Block the bot."""
        membership.set_blocked(self.world, self.bot, self.person, True)

    async def unblocks_bot(self) -> None:
        """Unblock the bot."""
        membership.set_blocked(self.world, self.bot, self.person, False)

    async def adds_bot_to(self, group: Chat, *, admin: bool = False) -> None:
        """Add the bot to a group."""
        membership.set_status(
            self.world, self.chat(group), self.bot.user, "administrator" if admin else "member", self.person
        )

    async def removes_bot_from(self, group: Chat) -> None:
        """Remove the bot from a group."""
        membership.set_status(self.world, self.chat(group), self.bot.user, "kicked", self.person)

    async def promotes_bot_in(self, group: Chat, *, can_pin: bool = True) -> None:
        """Make the bot an administrator."""
        membership.set_status(
            self.world, self.chat(group), self.bot.user, "administrator", self.person, can_pin=can_pin
        )

    async def joins(self, group: Chat) -> None:
        """Become a member."""
        membership.set_status(self.world, self.chat(group), self.person, "member", self.person)

    async def leaves(self, group: Chat) -> None:
        """Leave a group."""
        membership.set_status(self.world, self.chat(group), self.person, "left", self.person)

    # --- reading ------------------------------------------------------------------------------------------------------

    def messages(self, chat: Chat | None = None) -> list[MessageView]:
        """Everything in the chat now, oldest first."""
        return [view(message, self.person) for message in self.chat(chat).messages.values()]

    def last(self, chat: Chat | None = None) -> MessageView:
        """The newest message; raises NotSeen in an empty chat."""
        where = self.chat(chat)
        if not where.messages:
            raise NotSeen(self.transcript(where))
        return view(next(reversed(where.messages.values())), self.person)

    def keyboard(self, chat: Chat | None = None) -> list[list[str]]:
        """Labels of the keyboard below, row by row."""
        rows = self.chat(chat).keyboards.get(self.person.id, {}).get("keyboard", [])
        return [[button["text"] for button in row] for row in rows]

    def commands(self, chat: Chat | None = None) -> list[str]:
        """The commands that the app offers here, without the slash."""
        return [c["command"] for c in commands_for(self.bot, self.chat(chat), self.person)]

    def transcript(self, chat: Chat | None = None) -> str:
        """The chat as text."""
        return transcript(self.chat(chat), self.person)

    async def sees(
        self,
        text: str,
        chat: Chat | None = None,
        timeout: float | None = None,
        *,
        after: Which | None = None,
        button: str | None = None,
    ) -> MessageView:
        """Wait for a message, not this person's own, with `text` in it (and `button` in a label); the newest such.

        `after`: only messages newer than this one count.
        """
        where = self.chat(chat)
        floor = 0 if after is None else after if isinstance(after, int) else after.id
        found: list[MessageView] = []

        def there() -> bool:
            for message in reversed(list(where.messages.values())):
                if message.id > floor and message.sender is not self.person and text in message.text:
                    shown = view(message, self.person)
                    if button is None or any(button in label for row in shown.labels for label in row):
                        found.append(shown)
                        return True
            return False

        await self._until(where, there, timeout, f"{text!r} not seen" + (f" with button {button!r}" if button else ""))
        return found[0]

    async def sees_no_more(self, text: str, chat: Chat | None = None, timeout: float | None = None) -> None:
        """Wait until no message contains `text`."""
        where = self.chat(chat)
        await self._until(
            where, lambda: not any(text in m.text for m in where.messages.values()), timeout, f"{text!r} is still there"
        )

    async def never_sees(self, text: str, chat: Chat | None = None, seconds: float = 0.2) -> None:
        """Fail when `text` appears within so many real seconds."""
        try:
            seen = await self.sees(text, chat, seconds)
        except NotSeen:
            return
        raise AssertionError(f"{text!r} was seen in message {seen.id}\n{self.transcript(chat)}")

    async def _until(self, chat: Chat, done: Callable[[], bool], timeout: float | None, problem: str) -> None:
        limit = self.timeout if timeout is None else timeout
        try:
            async with asyncio.timeout(limit):
                while not done():
                    await self.world.changed(chat)
        except TimeoutError:
            raise NotSeen(f"{problem} after {limit} s\n{self.transcript(chat)}") from None
