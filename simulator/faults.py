"""Faults to switch on: no connection, slowness, lost answers, refusals; by method, chat, count or until cleared."""

import asyncio
import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal

from simulator.errors import ApiError, bad_request, conflict_getter, forbidden, too_many_requests, unauthorized
from simulator.model import Bot
from simulator.updates import inject

Kind = Literal[
    "offline", "slow", "lost_answer", "flood", "server_error", "bad_gateway", "unauthorized", "blocked", "conflict",
    "refused",
]  # fmt: skip
BAD_GATEWAY_PAGE: Final = (
    b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n"
    b"<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
)


class Dropped(Exception):
    """The connection is closed without an answer."""


class HtmlAnswer(Exception):
    """Answered by the web server in front, with a page instead of JSON."""


@dataclass(slots=True, eq=False)
class Fault:
    """One fault that is on; `hits` counts how often it struck."""

    kind: Kind
    method: str | None = None
    chat_id: int | None = None
    times: int | None = None
    skip: int = 0
    """Let so many matching calls through first (part n of many)."""
    seconds: float = 0.0
    retry_after: int = 1
    text: str = ""
    """What a refusal says after "Bad Request: "."""
    hits: int = 0

    def matches(self, method: str, chat_id: Any) -> bool:
        """Whether this call is meant; counts it against `skip` and `times`."""
        if self.method is not None and self.method != method:
            return False
        if self.chat_id is not None and self.chat_id != chat_id:
            return False
        if self.times == 0:
            return False
        if self.skip > 0:
            self.skip -= 1
            return False
        if self.times is not None:
            self.times -= 1
        self.hits += 1
        return True

    def error(self) -> ApiError:
        """The refusal that this fault answers with."""
        match self.kind:
            case "flood":
                return too_many_requests(self.retry_after)
            case "server_error":
                return ApiError(500, "Internal Server Error")
            case "unauthorized":
                return unauthorized()
            case "conflict":
                return conflict_getter()
            case "refused":
                return bad_request(self.text)
            case _:
                return forbidden("bot was blocked by the user")


class Faults:
    """All faults that are on. Every switch returns its Fault, to be given to `clear` or counted."""

    def __init__(self) -> None:
        self.active: list[Fault] = []
        self.on_change: Callable[[], None] = lambda: None

    def add(self, fault: Fault) -> Fault:
        """Switch a fault on."""
        self.active.append(fault)
        self.on_change()
        return fault

    def clear(self, fault: Fault | None = None) -> None:
        """Switch one fault off, or all."""
        self.active = [] if fault is None else [other for other in self.active if other is not fault]
        self.on_change()

    def offline(self, method: str | None = None, chat_id: int | None = None, times: int | None = None) -> Fault:
        """Connections are closed without an answer and nothing is done."""
        return self.add(Fault("offline", method, chat_id, times))

    def slow(self, ms: int, method: str | None = None, times: int | None = None) -> Fault:
        """Every answer takes so many milliseconds longer."""
        return self.add(Fault("slow", method, None, times, seconds=ms / 1000))

    def lost_answer(
        self,
        method: str | None = None,
        chat_id: int | None = None,
        times: int | None = 1,
        hang: float = 0.0,
        skip: int = 0,
    ) -> Fault:
        """The call is done, then the connection drops, after `hang` seconds of silence."""
        return self.add(Fault("lost_answer", method, chat_id, times, skip, hang))

    def flood(
        self, retry_after: int = 1, method: str | None = None, chat_id: int | None = None, times: int | None = 1
    ) -> Fault:
        """429 with `retry_after` seconds."""
        return self.add(Fault("flood", method, chat_id, times, retry_after=retry_after))

    def server_error(
        self, method: str | None = None, chat_id: int | None = None, times: int | None = 1, skip: int = 0
    ) -> Fault:
        """500 as JSON."""
        return self.add(Fault("server_error", method, chat_id, times, skip))

    def bad_gateway(self, method: str | None = None, chat_id: int | None = None, times: int | None = 1) -> Fault:
        """502 with an HTML page."""
        return self.add(Fault("bad_gateway", method, chat_id, times))

    def unauthorized(self, method: str | None = None, times: int | None = None) -> Fault:
        """401 as for a revoked token."""
        return self.add(Fault("unauthorized", method, None, times))

    def blocked(self, chat_id: int, times: int | None = None) -> Fault:
        """403 in one chat, without the update that a real block brings."""
        return self.add(Fault("blocked", None, chat_id, times))

    def refused(self, text: str, method: str | None = None, chat_id: int | None = None, times: int | None = 1) -> Fault:
        """400 with that text, whatever was sent."""
        return self.add(Fault("refused", method, chat_id, times, text=text))

    def conflict(self, times: int | None = 1) -> Fault:
        """409 on getUpdates as if a second process polled."""
        return self.add(Fault("conflict", "getUpdates", None, times))

    @contextlib.contextmanager
    def during(self, fault: Fault) -> Iterator[Fault]:
        """A fault that is off again after the block: ``with faults.during(faults.offline()): …``."""
        try:
            yield fault
        finally:
            self.clear(fault)

    @property
    def cut_off(self) -> bool:
        """Whether nothing at all comes through, until cleared."""
        return any(f.kind == "offline" and (f.method, f.chat_id, f.times) == (None, None, None) for f in self.active)

    async def before(self, method: str, chat_id: Any) -> Fault | None:
        """Strike before the call is done; a lost answer is returned, to strike after it."""
        lost = None
        for fault in list(self.active):
            if fault.matches(method, chat_id):
                match fault.kind:
                    case "offline":
                        raise Dropped
                    case "slow":
                        await asyncio.sleep(fault.seconds)
                    case "lost_answer":
                        lost = fault
                    case "bad_gateway":
                        raise HtmlAnswer
                    case _:
                        raise fault.error()
        return lost


def malformed(bot: Bot, raw: bytes | dict[str, Any]) -> int:
    """Put raw JSON into a bot's queue as an update; its id."""
    return inject(bot, raw)


def deliver_twice(bot: Bot, times: int = 1) -> None:
    """The next `times` updates come twice, with the same id."""
    bot.duplicate += times
