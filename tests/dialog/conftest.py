"""The whole product with only the transport replaced: the real bot over real HTTP against the practice Telegram."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.app import Parts
from bot.backoff import Backoff
from bot.clock import PracticeClock
from bot.pacing import Limits
from simulator.agency import Agency, agency

KEY = "bGF0aWhhbi1rdW5jaS1kaWFsb2ctdGVzLTMyLWJ5dGU="
MORNING = datetime(2026, 11, 19, 21, 55, tzinfo=UTC)
"""Jumat 20 November 2026 pukul 04.55 WIB."""


def fast_parts() -> Parts:
    """No delivery limits and short waits, so that a dialog takes milliseconds."""
    return Parts(limits=Limits.none(), poll_seconds=2, backoff=Backoff(first=0.02, cap=0.1), read_timeout=2.0)


@pytest.fixture
def profile() -> str:
    """Which agency; a test module may override it."""
    return "lengkap"


@pytest.fixture
async def desa(tmp_path: Path, profile: str) -> AsyncIterator[Agency]:
    """A running agency at 04.55 on a working day, its clock standing still."""
    async with agency(tmp_path, KEY, profile=profile, clock=PracticeClock(MORNING, frozen=True), parts=fast_parts()) as made:
        yield made
        assert made.world.violations == [], "the bot used parameters outside the Bot API"
