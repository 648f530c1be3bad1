"""One run: a server with its people, one bot, and the bot's CPU time between the warm-up and the end."""

from __future__ import annotations

import contextlib
import json
import os
import select
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Literal, TypeAlias

from benchmarks.api_server import FIRST_USER, GROUP
from benchmarks.players import Scenario
from storage.crypto import new_key

BotName: TypeAlias = Literal["kentongan", "ptb", "aiogram"]
TOKEN = "4242:benchmark_token_of_no_bot_at_all"  # noqa: S105 - not a secret: the server takes any
ALLOWANCE = 900.0
"""Seconds after which a run counts as hanging."""
ROOT = Path(__file__).resolve().parent.parent
_TICKS = os.sysconf("SC_CLK_TCK")


class RunFailed(Exception):
    """The run ended without a result; the words say what was seen last."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What one run plays. ``round_trip`` in seconds; ``reports`` of each person."""

    bot: BotName
    round_trip: float = 0.0
    users: int = 50
    reports: int = 1
    warm_users: int = 10
    scenario: Scenario = "guided"
    settle: float = 0.5


@dataclass(frozen=True, slots=True)
class Result:
    """One run, measured. CPU seconds are of the whole bot process, user and system; latencies in milliseconds."""

    plan: Plan
    updates: int
    seconds: float
    cpu: float
    server_cpu: float
    p50_ms: float
    p95_ms: float
    per_text: float
    per_tap: float
    polls: int
    reports: int
    calls: Mapping[str, int]

    @property
    def rate(self) -> float:
        """Updates a second."""
        return self.updates / self.seconds

    @property
    def cpu_per_thousand(self) -> float:
        """CPU seconds of the bot for 1,000 updates."""
        return self.cpu / self.updates * 1000

    @property
    def calls_per_report(self) -> float:
        """API calls of a whole report, getUpdates apart."""
        return sum(self.calls.values()) / self.reports


def play(plan: Plan, *, wrap: tuple[str, ...] = ()) -> Result:
    """Play one run; ``wrap`` goes before the bot's module (a profiler's command line). Raises RunFailed."""
    with tempfile.TemporaryDirectory(prefix="kentongan-bench-") as folder, _server(plan) as server:
        url = _line(server)["url"]
        with _bot(plan, url, Path(folder), wrap) as bot:
            _line(server, bot)
            before, server_before = cpu_seconds(bot.pid), cpu_seconds(server.pid)
            _go(server)
            told = _line(server, bot)
            cpu = cpu_seconds(bot.pid) - before
            server_cpu = cpu_seconds(server.pid) - server_before
            _go(server)
    told.pop("done")
    return Result(plan=plan, cpu=cpu, server_cpu=server_cpu, **told)


def cpu_seconds(pid: int) -> float:
    """User and system time of a process so far, all its threads. Linux: proc(5), fields 14 and 15 of stat."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


@contextlib.contextmanager
def _server(plan: Plan) -> Iterator[subprocess.Popen[str]]:
    command = [
        sys.executable,
        "-m",
        "benchmarks.api_server",
        "--users",
        str(plan.users),
        "--reports",
        str(plan.reports),
        "--warm-users",
        str(min(plan.warm_users, plan.users)),
        "--scenario",
        plan.scenario,
        "--round-trip",
        str(plan.round_trip),
        "--settle",
        str(plan.settle),
    ]
    with subprocess.Popen(  # noqa: S603 - our own module
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as process:
        try:
            yield process
        finally:
            process.kill()


@contextlib.contextmanager
def _bot(plan: Plan, url: str, folder: Path, wrap: tuple[str, ...]) -> Iterator[subprocess.Popen[str]]:
    errors = folder / "stderr"
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("KENTONGAN_")},
        "BENCH_URL": url,
        "BENCH_TOKEN": TOKEN,
        "BENCH_USERS": str(plan.users),
        "BENCH_FIRST_USER": str(FIRST_USER),
        "BENCH_GROUP": str(GROUP),
        "KENTONGAN_TOKEN": TOKEN,
        "KENTONGAN_API_URL": url,
        "KENTONGAN_DATA_DIR": str(folder),
        "KENTONGAN_SECRET_KEYS": new_key(),
        "KENTONGAN_PROFILE": "pekalongan",
        "KENTONGAN_LISTEN": "127.0.0.1:0",
    }
    with errors.open("w+", encoding="utf-8") as log:
        command = [sys.executable, *(wrap or ("-m",)), f"benchmarks.{plan.bot}_bot"]
        with subprocess.Popen(  # noqa: S603 - our own module
            command, env=environment, stdout=log, stderr=log, text=True, cwd=ROOT
        ) as process:
            try:
                yield process
            except RunFailed as failure:
                log.seek(0)
                raise RunFailed(f"{plan.bot}: {failure}\n{log.read()[-3000:]}") from failure
            finally:
                process.terminate()
                try:
                    process.wait(15)
                except subprocess.TimeoutExpired:
                    process.kill()


def _line(server: subprocess.Popen[str], bot: subprocess.Popen[str] | None = None) -> dict[str, Any]:
    end = time.monotonic() + ALLOWANCE
    while not select.select([_pipe(server.stdout)], [], [], 0.2)[0]:
        if bot is not None and bot.poll() is not None:
            raise RunFailed(f"the bot ended with code {bot.returncode}")
        if time.monotonic() > end:
            raise RunFailed("nothing came for too long")
    line = _pipe(server.stdout).readline()
    if not line:
        raise RunFailed("the server ended")
    told: dict[str, Any] = json.loads(line)
    if "failure" in told:
        raise RunFailed(str(told["failure"]))
    return told


def _go(server: subprocess.Popen[str]) -> None:
    pipe = _pipe(server.stdin)
    pipe.write("\n")
    pipe.flush()


def _pipe(stream: IO[str] | None) -> IO[str]:
    assert stream is not None
    return stream
