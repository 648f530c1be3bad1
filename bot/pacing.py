"""Telegram's limits as sliding windows over monotonic seconds, passed in: never more than N calls in any window.

A window says both the steady rate and the burst: "4 in 4 s" is 1/s with room for four at once, and no interval of four
seconds ever holds a fifth. Windows for lower priorities are smaller than Telegram's, so that an answer finds room.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from domain.notices import Priority

Kind: TypeAlias = Literal["message", "edit", "other"]
"""A new message; a change of one that stands there; what Telegram counts as neither (pin, delete, commands)."""


@dataclass(frozen=True, slots=True)
class Window:
    """At most ``count`` calls in any interval of ``seconds``."""

    count: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Limits:
    """What the sender keeps to. Each entry is a set of windows that all hold."""

    overall: tuple[Window, ...]
    """All calls of the bot together."""
    bulk: tuple[Window, ...]
    """Ordinary and broadcast calls together, inside ``overall``."""
    private: tuple[Window, ...]
    """New messages in one private chat."""
    private_edits: tuple[Window, ...]
    """Edits in one private chat, counted apart from its messages."""
    group: tuple[Window, ...]
    """Messages and edits in one group."""
    group_bulk: tuple[Window, ...]
    """Those of ordinary and broadcast priority, inside ``group``."""

    @classmethod
    def telegram(cls) -> Limits:
        """Telegram's published limits (https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this).

        30/s overall, 1/s in a chat with short bursts, 20/min in a group. Seconds carry 5 % of margin because calls
        bunch up on the way. Bulk leaves a quarter free for answers and goes in pairs, so that the ninth answer of one
        moment waits for the next free place and not for a whole second of broadcasts. A private chat may get four
        messages at once (prompt, card, reminder, reply: more never come together). Answers to taps are edits, for which
        Telegram publishes no number: one a second on the average with twenty at once is more than a finger needs. In a
        group edits count as messages, cards are spread over the minute, and four places of it are kept for answers.
        """
        return cls(
            overall=(Window(30, 1.05),),
            bulk=(Window(22, 1.05), Window(2, 0.095)),
            private=(Window(4, 4.2),),
            private_edits=(Window(20, 20.0),),
            group=(Window(20, 63.0),),
            group_bulk=(Window(4, 12.6), Window(16, 63.0)),
        )

    @classmethod
    def none(cls) -> Limits:
        """No limits: benchmarks against a server of one's own."""
        return cls((), (), (), (), (), ())


HELD_SECONDS: Final = 0.005
"""When to look again where the room is taken by calls that have not gone yet."""


class _Log:
    """The moments of the newest calls, as many as the largest window asks for."""

    __slots__ = ("_moments", "_windows", "held")

    def __init__(self, windows: tuple[Window, ...]) -> None:
        self._windows = windows
        self.held = 0
        self._moments: deque[float] = deque(maxlen=max((window.count for window in windows), default=0))

    def ready_at(self, now: float, cost: int) -> float:
        moment, moments = now, self._moments
        for window in self._windows:
            room = window.count - min(cost, window.count) - self.held
            if room < 0:
                moment = max(moment, now + HELD_SECONDS)
            elif len(moments) > room:
                moment = max(moment, moments[-room - 1] + window.seconds)
        return moment

    def spend(self, now: float, cost: int) -> None:
        if self._windows:
            self._moments.extend([now] * cost)

    def idle(self, now: float) -> bool:
        return not self._moments or all(self._moments[-1] + window.seconds <= now for window in self._windows)


class Pacer:
    """Says when a call may go, and remembers those that went. Pure: the caller brings the time."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._overall, self._bulk = _Log(limits.overall), _Log(limits.bulk)
        self._chats: dict[tuple[int, str], _Log] = {}
        self._held: dict[int, float] = {}
        self._held_all = 0.0

    def overall_at(self, priority: Priority, now: float, cost: int = 1) -> float:
        """The earliest moment at which any chat may get something of this priority."""
        moment = max(self._overall.ready_at(now, cost), self._held_all)
        if priority >= Priority.ORDINARY:
            moment = max(moment, self._bulk.ready_at(now, cost))
        return moment

    def chat_at(self, chat_id: int, kind: Kind, priority: Priority, now: float, cost: int = 1) -> float:
        """The earliest moment as far as this chat is concerned."""
        moment = max(now, self._held.get(chat_id, 0.0))
        for log in self._logs(chat_id, kind, priority):
            moment = max(moment, log.ready_at(now, cost))
        return moment

    def hold_room(self, priority: Priority, cost: int = 1) -> None:
        """A call is being prepared and goes soon: its room among all calls is kept, whenever that will be."""
        self._overall.held += cost
        if priority >= Priority.ORDINARY:
            self._bulk.held += cost

    def give_room(self, priority: Priority, cost: int = 1) -> None:
        """It goes now (``spend`` follows), or not at all."""
        self._overall.held -= cost
        if priority >= Priority.ORDINARY:
            self._bulk.held -= cost

    def spend(self, chat_id: int, kind: Kind, priority: Priority, now: float, cost: int = 1) -> None:
        """A call goes out now; ``cost`` is the number of messages in it (an album has several)."""
        self._overall.spend(now, cost)
        if priority >= Priority.ORDINARY:
            self._bulk.spend(now, cost)
        for log in self._logs(chat_id, kind, priority):
            log.spend(now, cost)

    def hold(self, chat_id: int, until: float) -> None:
        """Nothing to this chat before ``until`` (it answered 429, or a try failed)."""
        self._held[chat_id] = max(until, self._held.get(chat_id, 0.0))

    def hold_all(self, until: float) -> None:
        """Nothing to anybody before ``until``."""
        self._held_all = max(until, self._held_all)

    def release_all(self) -> None:
        """Telegram answers again."""
        self._held_all = 0.0

    def forget_idle(self, now: float) -> None:
        """Drop what no longer limits anything, so that memory follows the active chats only."""
        self._chats = {key: log for key, log in self._chats.items() if not log.idle(now)}
        self._held = {chat: until for chat, until in self._held.items() if until > now}

    def _logs(self, chat_id: int, kind: Kind, priority: Priority) -> list[_Log]:
        limits = self._limits
        if kind == "other":
            return []
        if chat_id > 0:
            name, windows = ("private", limits.private) if kind == "message" else ("edits", limits.private_edits)
            return [self._log(chat_id, name, windows)] if windows else []
        logs = [self._log(chat_id, "group", limits.group)] if limits.group else []
        if priority >= Priority.ORDINARY and limits.group_bulk:
            logs.append(self._log(chat_id, "group_bulk", limits.group_bulk))
        return logs

    def _log(self, chat_id: int, name: str, windows: tuple[Window, ...]) -> _Log:
        log = self._chats.get((chat_id, name))
        if log is None:
            log = self._chats[chat_id, name] = _Log(windows)
        return log
