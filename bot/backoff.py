"""How long to wait before the next try, and when to speak about it."""

from __future__ import annotations

import random
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Backoff:
    """Exponential with jitter: seconds ``first``, doubled up to ``cap``, spread over ±``spread`` of the value."""

    first: float = 0.5
    cap: float = 30.0
    spread: float = 0.25
    random: random.Random = field(default_factory=random.Random, repr=False, compare=False)

    def delay(self, attempt: int) -> float:
        """Seconds to wait after failure number ``attempt`` (1 for the first); never over the cap."""
        plain = min(self.cap, self.first * float(1 << min(max(attempt, 1) - 1, 16)))
        return min(self.cap, plain * (1 + self.random.uniform(-self.spread, self.spread)))


class Outage:
    """Tells an outage in few lines: at its start, at growing intervals, and its length when it is over.

    Times are monotonic seconds, passed in.
    """

    FIRST_REMINDER = 60.0

    def __init__(self) -> None:
        self.since: float | None = None
        self.failures = 0
        self._next = 0.0

    def failed(self, now: float) -> bool:
        """Count a failure; True when it deserves a log line."""
        self.failures += 1
        if self.since is None:
            self.since, self._next = now, now + self.FIRST_REMINDER
            return True
        if now >= self._next:
            self._next = now + 2 * (now - self.since)
            return True
        return False

    def over(self, now: float) -> float | None:
        """The length in seconds of the outage that ends now, or None when there was none."""
        if self.since is None:
            return None
        length, self.since, self.failures = now - self.since, None, 0
        return length
