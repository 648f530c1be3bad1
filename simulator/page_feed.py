"""Server-Sent Events: what happens in the world, told to every open page as it happens."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any, Final

import orjson

from simulator import page_view as view
from simulator.model import Answer, Chat, Event, Json, Tap, User
from simulator.page_view import Practice

BACKLOG: Final = 5000
"""Events that a page may be behind; then its stream ends, it connects anew and reads everything afresh."""
TICK: Final = 1.0
"""Real seconds between looks at the clock."""
KEEPALIVE: Final = 15
"""Ticks between comments that keep a silent stream open."""
HEARD: Final = {"message": "message", "edited": "edit", "deleted": "delete"}

Queue = asyncio.Queue[bytes | None]


def frame(kind: str, data: Any) -> bytes:
    """One event on the wire."""
    return b"event: " + kind.encode() + b"\ndata: " + orjson.dumps(data, option=orjson.OPT_NON_STR_KEYS) + b"\n\n"


class Feed:
    """Turns world events into page events.

    Messages go out one by one. A chat's other facts (pinned, keyboard, commands, members, blocked) are compared once
    per turn of the loop with what was told last, so that no change is missed whichever way it came about.
    """

    def __init__(self, practice: Practice) -> None:
        self.practice = practice
        self._queues: set[Queue] = set()
        self._told: dict[tuple[int, int], bytes] = {}
        self._pending: asyncio.Handle | None = None
        self._people: list[int] = []
        practice.world.subscribe(self._heard)

    def emit(self, kind: str, data: Any) -> None:
        """Tell every open page."""
        if not self._queues:
            return
        raw = frame(kind, data)
        for queue in tuple(self._queues):
            if queue.qsize() >= BACKLOG:
                self._queues.discard(queue)
                queue.put_nowait(None)
            else:
                queue.put_nowait(raw)

    async def stream(self) -> AsyncIterator[bytes]:
        """The body of one page's stream; ends when that page is too far behind."""
        queue: Queue = asyncio.Queue()
        if not self._queues:
            self._compare(tell=False)
        self._queues.add(queue)
        practice = self.practice
        clock, faults, silent = view.clock(practice), practice.switches(), 0
        try:
            yield b"retry: 1000\n\n" + frame("hello", {})
            while True:
                try:
                    async with asyncio.timeout(TICK):
                        raw = await queue.get()
                except TimeoutError:
                    raw, silent = b"", silent + 1
                if raw is None:
                    return
                if (now := view.clock(practice)) != clock:
                    raw += frame("clock", clock := now)
                if (switches := practice.switches()) != faults:
                    raw += frame("faults", faults := switches)
                if not raw and silent >= KEEPALIVE:
                    raw, silent = b": \n\n", 0
                if raw:
                    yield raw
        finally:
            self._queues.discard(queue)

    def look(self) -> None:
        """Have every page look at the clock and the switches now."""
        for queue in self._queues:
            queue.put_nowait(b"")

    def tapped(self, person: User, tap: Tap) -> None:
        """Tell the page the answer to a tap when the bot gives it."""

        def told(done: "asyncio.Future[Answer]") -> None:
            if done.cancelled():
                return
            answer = done.result()
            chat_id = tap.message.chat.id
            self.emit(
                "toast",
                {"phone": person.id, "chat": chat_id, "query": tap.id}
                | {"text": answer.text, "alert": answer.alert, "url": answer.url},
            )

        tap.answer.add_done_callback(told)

    def _heard(self, event: Event) -> None:
        if not self._queues:
            return
        if event.kind in HEARD and event.chat is not None and event.message is not None:
            data: Json = {"chat": event.chat.id, "phones": self._phones(event.chat)}
            if event.kind == "deleted":
                data |= {"message_id": event.message.id, "last": view.last(event.chat)}
            else:
                data["message"] = event.message.api
            self.emit(HEARD[event.kind], data)
        if self._pending is None:
            self._pending = asyncio.get_running_loop().call_soon(self._compare)

    def _phones(self, chat: Chat) -> list[int]:
        if chat.person is not None:
            return [chat.person.id] if chat.bot_id == self.practice.bot.id else []
        return [person.id for person in self.practice.people() if self.practice.world.is_member(chat, person.id)]

    def _compare(self, *, tell: bool = True) -> None:
        self._pending = None
        practice = self.practice
        people = practice.people()
        now: dict[tuple[int, int], bytes] = {}
        for person in people:
            for chat in practice.chats(person):
                shown = view.chat(practice, chat, person)
                raw = now[person.id, chat.id] = orjson.dumps(shown)
                if tell and raw != self._told.get((person.id, chat.id)):
                    self.emit("chat", {"phone": person.id, "chat": shown | {"last": view.last(chat)}})
        if tell:
            for phone, chat_id in self._told.keys() - now.keys():
                self.emit("gone", {"phone": phone, "chat": chat_id})
        self._told = now
        ids = [person.id for person in people]
        if tell and ids != self._people:
            self.emit("phones", {})
        self._people = ids
