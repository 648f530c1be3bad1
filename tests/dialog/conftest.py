"""The whole product with only the transport replaced: the real bot over real HTTP against the practice Telegram."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
import structlog

from bot.app import Parts, make_office
from bot.backoff import Backoff
from bot.clock import PracticeClock
from bot.logs import configure
from bot.pacing import Limits
from simulator.agency import TOKEN, Agency, agency, seats

KEY = "bGF0aWhhbi1rdW5jaS1kaWFsb2ctdGVzLTMyLWJ5dGU="
MORNING = datetime(2026, 11, 19, 21, 55, tzinfo=UTC)
"""Jumat 20 November 2026 pukul 04.55 WIB."""


SEATS = seats(make_office("lengkap"))


def fast_parts() -> Parts:
    """No delivery limits and short waits, so that a dialog takes milliseconds."""
    return Parts(limits=Limits.none(), poll_seconds=2, backoff=Backoff(first=0.02, cap=0.1), read_timeout=2.0)


@pytest.fixture(autouse=True)
def logs() -> Iterator[StringIO]:
    """Logged as in production, at the most talkative level; what must never be there is looked for after each test."""
    hooks = (sys.excepthook, threading.excepthook, sys.unraisablehook)
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    written = StringIO()
    configure("console", "DEBUG", secrets=(TOKEN, KEY), stream=written)
    yield written
    sys.excepthook, threading.excepthook, sys.unraisablehook = hooks
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()
    print(written.getvalue())  # beside a failure
    for secret in (TOKEN.partition(":")[2], KEY, *(seat.code_name for seat in SEATS)):
        assert secret not in written.getvalue()


@pytest.fixture
def profile() -> str:
    """Which agency; a test module may override it."""
    return "lengkap"


@pytest.fixture
async def desa(tmp_path: Path, profile: str) -> AsyncIterator[Agency]:
    """A running agency at 04.55 on a working day, its clock standing still."""
    clock = PracticeClock(MORNING, frozen=True)
    async with agency(tmp_path, KEY, profile=profile, clock=clock, parts=fast_parts()) as made:
        yield made
        assert made.world.violations == [], "the bot used parameters outside the Bot API"
