"""One person's flood slows that person down and nobody else (a bucket of updates a sender, in memory).

A call for help is the exception: it waits for nothing, nor does what stands before it in its lane. Each person has a
few of them, so that who types /darurat without end is looked up a few times and then slowed like anybody.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from handlers.incoming import Incoming

IDLE_SENDERS = 5_000
"""Buckets kept before the oldest half is forgotten."""


@dataclass(slots=True)
class FloodGate:
    """``burst`` updates at once, then ``rate`` a second. ``monotonic`` is the machine's monotonic clock in seconds."""

    monotonic: Callable[[], float]
    rate: float = 2.0
    burst: float = 40.0
    call_rate: float = 0.1
    call_burst: float = 6.0
    """*Mundur/Darurat*, its confirmation, what the colleagues answer, and the same once more."""
    _buckets: dict[int, tuple[float, float]] = field(default_factory=dict)
    _calls: dict[int, tuple[float, float]] = field(default_factory=dict)

    def delay(self, inc: Incoming) -> float | None:
        """Seconds this update must wait in its own chat's lane; None when it is dropped (ordinary talk in a group).

        In a private chat waiting holds up nobody else, and nothing is lost. In a group a wait would hold up the other
        members.
        """
        if inc.sender_id is None:
            return 0.0
        now = self.monotonic()
        level, since = self._buckets.pop(inc.sender_id, (self.burst, now))
        level = min(self.burst, level + (now - since) * self.rate) - 1
        if level < 0 and not inc.private:
            self._buckets[inc.sender_id] = (max(level + 1, 0.0), now)
            return None
        self._buckets[inc.sender_id] = (max(level, -1.0), now)
        _forget(self._buckets)
        return 0.0 if level >= 0 else 1 / self.rate

    def may_call(self, sender_id: int) -> bool:
        """Whether one more call for help of this person is worth looking at at once; each question counts as one."""
        now = self.monotonic()
        level, since = self._calls.pop(sender_id, (self.call_burst, now))
        level = min(self.call_burst, level + (now - since) * self.call_rate)
        self._calls[sender_id] = (level - 1 if level >= 1 else level, now)
        _forget(self._calls)
        return level >= 1


def _forget(buckets: dict[int, tuple[float, float]]) -> None:
    if len(buckets) > IDLE_SENDERS:
        for sender in list(buckets)[: IDLE_SENDERS // 2]:
            del buckets[sender]
