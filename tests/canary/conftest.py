"""A whole agency whose every written place is looked through afterwards."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.clock import PracticeClock
from simulator.agency import Agency, agency
from tests.dialog.conftest import KEY, MORNING, fast_parts, logs

__all__ = ["logs"]


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary files go, to be searched with the rest."""
    folder = tmp_path / "sementara"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    monkeypatch.setenv("TMPDIR", str(folder))
    return folder


@pytest.fixture
async def desa(tmp_path: Path, temporary: Path) -> AsyncIterator[Agency]:
    """A running agency at 04.55 on a working day, its clock standing still."""
    clock = PracticeClock(MORNING, frozen=True)
    async with agency(tmp_path / "data", KEY, clock=clock, parts=fast_parts()) as made:
        yield made
        assert made.world.violations == [], "the bot used parameters outside the Bot API"
