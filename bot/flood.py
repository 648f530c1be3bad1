"""One person's flood slows that person down and nobody else (a bucket of updates a sender, in memory)."""

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
    _buckets: dict[int, tuple[float, float]] = field(default_factory=dict)

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
        if len(self._buckets) > IDLE_SENDERS:
            for sender in list(self._buckets)[: IDLE_SENDERS // 2]:
                del self._buckets[sender]
        return 0.0 if level >= 0 else 1 / self.rate
