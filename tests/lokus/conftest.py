"""The whole product with the people of a lokus seated."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.clock import PracticeClock
from simulator.agency import Agency, agency
from tests.dialog.conftest import KEY, MORNING, fast_parts


@pytest.fixture
def profile() -> str:
    """Which agency; a test module may override it."""
    return "lengkap"


@pytest.fixture
async def desa(tmp_path: Path, profile: str) -> AsyncIterator[Agency]:
    """A running agency at 04.55 on Friday 20 November, its clock standing still."""
    clock_ = PracticeClock(MORNING, frozen=True)
    async with agency(tmp_path, KEY, profile=profile, clock=clock_, parts=fast_parts(), lokus=True) as made:
        yield made
        assert made.world.violations == [], "the bot used parameters outside the Bot API"
