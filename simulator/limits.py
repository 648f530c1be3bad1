"""Telegram's flood control on real time: 1 message a second to a person, 20 a minute to a group, 30 a second in all."""

import math
import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from simulator.errors import too_many_requests

COUNTED: Final = frozenset(
    [
        "sendMessage",
        "sendPhoto",
        "sendDocument",
        "sendVideo",
        "sendVoice",
        "sendLocation",
        "sendMediaGroup",
        "copyMessage",
        "forwardMessage",
        "copyMessages",
        "forwardMessages",
        "editMessageText",
        "editMessageCaption",
        "editMessageMedia",
        "editMessageReplyMarkup",
    ]
)


@dataclass(slots=True)
class Limits:
    """Settings, and what the bot has used of them; off unless `enabled`."""

    enabled: bool = False
    private_per_second: float = 1.0
    private_burst: int = 5
    group_per_minute: int = 20
    overall_per_second: int = 30
    count_edits: bool = True
    monotonic: Callable[[], float] = time.monotonic
    pace: list[tuple[float, str, int]] = field(default_factory=list)
    """(monotonic seconds, method, chat) of every counted call, also while not enabled."""
    _private: dict[int, tuple[float, float]] = field(default_factory=dict)
    _windows: dict[int, deque[float]] = field(default_factory=lambda: defaultdict(deque))
    _until: dict[int, float] = field(default_factory=dict)

    def check(self, method: str, chat_id: Any, messages: int = 1) -> None:
        """Note the call; raises 429 when it is over a limit."""
        if method not in COUNTED or type(chat_id) is not int:
            return
        if method.startswith("edit") and not self.count_edits:
            return
        now = self.monotonic()
        self.pace.append((now, method, chat_id))
        if not self.enabled:
            return
        held = self._until.get(chat_id, 0.0)
        wait = held - now if held > now else max(self._overall(now), self._chat(chat_id, now, messages))
        if wait > 0:
            seconds = math.ceil(wait)
            self._until[chat_id] = max(held, now + wait)
            raise too_many_requests(seconds)
        self._take(chat_id, now, messages)

    def _overall(self, now: float) -> float:
        window = self._windows[0]
        while window and window[0] <= now - 1:
            window.popleft()
        return window[0] + 1 - now if len(window) >= self.overall_per_second else 0.0

    def _chat(self, chat_id: int, now: float, messages: int) -> float:
        if chat_id < 0:
            window = self._windows[chat_id]
            while window and window[0] <= now - 60:
                window.popleft()
            return window[0] + 60 - now if len(window) + messages > self.group_per_minute and window else 0.0
        tokens = self._tokens(chat_id, now)
        return (1 - tokens) / self.private_per_second if tokens < 1 else 0.0

    def _tokens(self, chat_id: int, now: float) -> float:
        tokens, at = self._private.get(chat_id, (float(self.private_burst), now))
        return min(self.private_burst, tokens + (now - at) * self.private_per_second)

    def _take(self, chat_id: int, now: float, messages: int) -> None:
        self._windows[0].extend([now] * messages)
        if chat_id < 0:
            self._windows[chat_id].extend([now] * messages)
        else:
            self._private[chat_id] = (self._tokens(chat_id, now) - messages, now)
