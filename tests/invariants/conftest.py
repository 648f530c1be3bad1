"""The whole product, in this process and as a process of its own, to be broken on purpose."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.clock import PracticeClock
from simulator.agency import Agency, agency
from tests.dialog.conftest import KEY, MORNING, fast_parts
from tests.invariants.process import Site, site


@pytest.fixture
async def desa(tmp_path: Path) -> AsyncIterator[Agency]:
    """A running agency at 04.55 on a working day, its clock standing still."""
    clock = PracticeClock(MORNING, frozen=True)
    async with agency(tmp_path / "data", KEY, clock=clock, parts=fast_parts()) as made:
        yield made
        assert made.world.violations == [], "the bot used parameters outside the Bot API"


@pytest.fixture
async def kantor(tmp_path: Path) -> AsyncIterator[Site]:
    """A practice Telegram and an initialised database, for real bot processes."""
    async with site(tmp_path) as made:
        yield made
        await made.end()
        assert made.world.violations == [], "the bot used parameters outside the Bot API"
