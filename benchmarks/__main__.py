"""``make bench``: Kentongan beside its peers, in one run on one machine, printed as tables.

Runs of the bots alternate, so that whatever else the machine does touches all of them alike; medians are printed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from rich.console import Console

from benchmarks import emergency, morning, report
from benchmarks.harness import BotName, Plan, Result, RunFailed, play
from bot.logs import configure

BOTS: tuple[BotName, ...] = ("kentongan", "aiogram", "ptb")


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the options, play, print; 1 when a run failed."""
    options = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    options.add_argument("--runs", type=int, default=3, help="of each bot at each round trip (default 3)")
    options.add_argument("--users", type=int, default=50, help="people at once (default 50)")
    options.add_argument("--reports", type=int, default=2, help="of each person in a run (default 2)")
    options.add_argument("--round-trips", default="0,50", help="milliseconds, comma-separated (default 0,50)")
    options.add_argument("--bots", default=",".join(BOTS), help="which, comma-separated; none: the morning alone")
    options.add_argument("--agents", type=int, default=1000, help="of the morning on real time; 0 leaves it out")
    options.add_argument("--broadcast", type=int, default=1000, help="messages that an emergency overtakes; 0: none")
    options.add_argument("--json", type=Path, help="also write every run to this file")
    given = options.parse_args(arguments)
    wanted = [bot for bot in BOTS if bot in given.bots.split(",")]
    console = Console(width=None if sys.stdout.isatty() else 100)
    try:
        groups = [
            group
            for trip in given.round_trips.split(",")
            for group in _at(console, wanted, float(trip) / 1000, given.runs, given.users, given.reports)
        ]
        singles = _short_ways(console, given.users) if "kentongan" in wanted else {}
    except RunFailed as failure:
        sys.stderr.write(f"{failure}\n")
        return 1
    if wanted:
        report.show(console, groups, singles)
    found = report.as_json(groups, singles)
    if given.agents:
        configure("console", "ERROR")
        lived = asyncio.run(morning.morning(given.agents, given.agents * 3 // 10))
        morning.show(console, lived)
        found["morning"] = asdict(lived)
    if given.broadcast:
        configure("console", "ERROR")
        called = asyncio.run(emergency.emergency(given.broadcast))
        emergency.show(console, called)
        found["emergency"] = asdict(called)
    if given.json is not None:
        given.json.write_text(json.dumps(found, indent=1), encoding="utf-8")
    return 0


def _at(
    console: Console, bots: Sequence[BotName], round_trip: float, runs: int, users: int, reports: int
) -> list[report.Group]:
    results: dict[BotName, list[Result]] = {bot: [] for bot in bots}
    for number in range(runs):
        for bot in bots:
            # One update at a time waits out every round trip: a report of each person takes minutes, one run must do.
            slow = bot == "ptb" and round_trip > 0
            if slow and number:
                continue
            plan = Plan(bot, round_trip, users, 1 if slow else reports, warm_users=1 if slow else min(10, users))
            results[bot].append(play(plan))
            console.print(f"[dim]{bot}, {round_trip * 1000:.0f} ms: {results[bot][-1].rate:.0f} updates/s[/dim]")
    return [report.Group(bot, round_trip, found) for bot, found in results.items()]


def _short_ways(console: Console, users: int) -> dict[str, Result]:
    ways: dict[str, Plan] = {
        "a report in one message": Plan("kentongan", users=users, scenario="message", warm_users=0),
        "nihil, from /lapinfo": Plan("kentongan", users=users, scenario="nihil", warm_users=0),
    }
    found = {}
    for name, plan in ways.items():
        found[name] = play(plan)
        console.print(f"[dim]{name}: {found[name].calls_per_report:.2f} calls[/dim]")
    return found


if __name__ == "__main__":
    sys.exit(main())
