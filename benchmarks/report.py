"""Medians and tables."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.harness import BotName, Result

NAMES: Mapping[BotName, str] = {
    "kentongan": "Kentongan (SQLite)",
    "aiogram": "aiogram (memory)",
    "ptb": "PTB (memory)",
}
CPU_TARGET, CPU_GOAL, RATE_TARGET = 1.5, 0.6, 2.0
"""CPU for an update and updates a second at 50 ms, as multiples of aiogram's."""


@dataclass(frozen=True, slots=True)
class Group:
    """All runs of one bot at one round trip."""

    bot: BotName
    round_trip: float
    runs: Sequence[Result]

    def median(self, of: Callable[[Result], float]) -> float:
        """The median over the runs."""
        return statistics.median(of(run) for run in self.runs)


def show(console: Console, groups: Sequence[Group], singles: Mapping[str, Result]) -> None:
    """Print everything."""
    for round_trip in sorted({group.round_trip for group in groups}):
        _speeds(console, [group for group in groups if group.round_trip == round_trip], round_trip)
    _calls(console, groups)
    if singles:
        _economy(console, singles)
    _targets(console, groups)


def _speeds(console: Console, groups: Sequence[Group], round_trip: float) -> None:
    users = groups[0].runs[0].plan.users
    table = Table(title=f"Guided lapinfo, {users} people at once, API round trip {round_trip * 1000:.0f} ms")
    for head in ("bot", "runs", "updates/s", "CPU s per 1,000", "× aiogram", "p50 ms", "p95 ms"):
        table.add_column(head, justify="left" if head == "bot" else "right")
    peer = _of(groups, "aiogram", round_trip)
    for group in groups:
        cpu = group.median(lambda run: run.cpu_per_thousand)
        table.add_row(
            NAMES[group.bot],
            str(len(group.runs)),
            f"{group.median(lambda run: run.rate):.0f}",
            f"{cpu:.2f}",
            "" if peer is None else f"{cpu / peer.median(lambda run: run.cpu_per_thousand):.2f}",
            f"{group.median(lambda run: run.p50_ms):.0f}",
            f"{group.median(lambda run: run.p95_ms):.0f}",
        )
    console.print(table)


def _of(groups: Sequence[Group], bot: BotName, round_trip: float) -> Group | None:
    return next((group for group in groups if group.bot == bot and group.round_trip == round_trip), None)


def _calls(console: Console, groups: Sequence[Group]) -> None:
    first = min(group.round_trip for group in groups)
    shown = [group for group in groups if group.round_trip == first]
    kinds = sorted({kind for group in shown for run in group.runs for kind in run.calls})
    table = Table(title="API calls for one guided report (getUpdates apart)")
    table.add_column("call → where")
    for group in shown:
        table.add_column(group.bot, justify="right")
    for kind in kinds:
        table.add_row(kind, *(f"{_each(group.runs[-1], kind):.2f}" for group in shown))
    table.add_row("all", *(f"{group.runs[-1].calls_per_report:.2f}" for group in shown), end_section=True)
    table.add_row("for each typed answer", *(f"{group.runs[-1].per_text:.2f}" for group in shown))
    table.add_row("for each tap", *(f"{group.runs[-1].per_tap:.2f}" for group in shown))
    console.print(table)


def _each(run: Result, kind: str) -> float:
    return run.calls.get(kind, 0) / run.reports


def _economy(console: Console, singles: Mapping[str, Result]) -> None:
    table = Table(title="Kentongan: API calls for the short ways")
    for head in ("what", "updates", "calls", "of which"):
        table.add_column(head)
    for name, run in singles.items():
        calls = ", ".join(f"{kind} {count / run.reports:.2f}" for kind, count in sorted(run.calls.items()))
        table.add_row(name, f"{run.updates / run.reports:.0f}", f"{run.calls_per_report:.2f}", calls)
    console.print(table)


def _targets(console: Console, groups: Sequence[Group]) -> None:
    for round_trip in sorted({group.round_trip for group in groups}):
        ours, peer = _of(groups, "kentongan", round_trip), _of(groups, "aiogram", round_trip)
        if ours is None or peer is None:
            continue
        cpu = ours.median(lambda run: run.cpu_per_thousand) / peer.median(lambda run: run.cpu_per_thousand)
        rate = ours.median(lambda run: run.rate) / peer.median(lambda run: run.rate)
        console.print(
            f"{round_trip * 1000:.0f} ms: CPU for an update {cpu:.2f} × aiogram "
            f"(to reach ≤ {CPU_TARGET}, later {CPU_GOAL}); "
            f"updates/s {rate:.2f} ×" + (f" (to reach ≥ {RATE_TARGET})" if round_trip else "")
        )


def as_json(groups: Sequence[Group], singles: Mapping[str, Result]) -> dict[str, Any]:
    """All runs, for a file."""
    return {
        "guided": [asdict(run) for group in groups for run in group.runs],
        "short": {name: asdict(run) for name, run in singles.items()},
    }
