"""The whole product, in this process and as a process of its own, to be broken on purpose."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from io import StringIO
from pathlib import Path

import pytest
import structlog

from bot.clock import PracticeClock
from bot.logs import configure
from simulator.agency import Agency, agency
from tests.dialog.conftest import KEY, MORNING, fast_parts
from tests.invariants.process import Site, site


@pytest.fixture(autouse=True)
def lines() -> Iterator[StringIO]:
    """What the bot logs, as in production but at every level."""
    hooks = (sys.excepthook, threading.excepthook, sys.unraisablehook)
    root, level = logging.getLogger(), logging.getLogger().level
    handlers = list(root.handlers)
    stream = StringIO()
    configure("console", "DEBUG", stream=stream)
    yield stream
    sys.excepthook, threading.excepthook, sys.unraisablehook = hooks
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()
    print(stream.getvalue()[-8000:])


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
