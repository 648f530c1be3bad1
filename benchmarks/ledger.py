"""What is counted while the people walk: updates, the calls each of them cost, and how soon the bot began to answer."""

from __future__ import annotations

import statistics
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Literal

UpdateKind = Literal["text", "tap"]


@dataclass(slots=True)
class Sent:
    """One update given to the bot, and what it has done about it so far. Moments are monotonic seconds."""

    kind: UpdateKind
    delivered: float | None = None
    answered: float | None = None
    calls: int = 0


@dataclass(slots=True)
class Ledger:
    """Reset when the measured part begins."""

    updates: list[Sent] = field(default_factory=list)
    calls: Counter[str] = field(default_factory=Counter)
    polls: int = 0
    reports: int = 0
    began: float = field(default_factory=time.perf_counter)
    ended: float = 0.0

    def called(self, method: str, where: str, sent: Sent | None, arrived: float) -> None:
        """Book one call of the bot; ``sent`` is the update that it answers, ``arrived`` when it reached the wire."""
        self.calls[f"{method} → {where}"] += 1
        if sent is not None:
            sent.calls += 1
            if sent.answered is None:
                sent.answered = arrived

    def report_done(self) -> None:
        """A receipt arrived."""
        self.reports += 1
        self.ended = time.perf_counter()

    def result(self) -> dict[str, Any]:
        """Everything as JSON: seconds, counts, latencies in milliseconds."""
        waits = sorted((u.answered - u.delivered) * 1000 for u in self.updates if u.answered and u.delivered)
        cuts = statistics.quantiles(waits, n=20) if len(waits) > 1 else [0.0] * 19
        return {
            "updates": len(self.updates),
            "seconds": self.ended - self.began,
            "reports": self.reports,
            "polls": self.polls,
            "p50_ms": statistics.median(waits) if waits else 0.0,
            "p95_ms": cuts[18],
            "calls": dict(self.calls),
            "per_text": _mean([u.calls for u in self.updates if u.kind == "text"]),
            "per_tap": _mean([u.calls for u in self.updates if u.kind == "tap"]),
        }


def _mean(numbers: list[int]) -> float:
    return statistics.fmean(numbers) if numbers else 0.0
