"""Before the first update the process sets aside what it keeps for good."""

from __future__ import annotations

import gc
import subprocess
import sys

import pytest

from bot import app, memory
from bot.config import Settings


def test_what_is_loaded_is_not_looked_through_again() -> None:
    """In a process of its own: this one's objects are to be found as garbage by the tests after it."""
    script = (
        "import gc; from bot import memory; memory.settle();"
        "print(gc.get_freeze_count() > 0, gc.get_threshold()[0] == memory.YOUNG)"
    )
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "True True"


async def test_the_bot_does_it_once_it_is_composed(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []

    class Composed:
        @classmethod
        async def compose(cls, *_: object) -> Composed:
            done.append("composed")
            return cls()

        async def run(self) -> None:
            done.append("runs")

    monkeypatch.setattr(app, "App", Composed)
    monkeypatch.setattr(memory, "settle", lambda: done.append("settled"))
    await app.run(Settings.model_construct())
    assert done == ["composed", "settled", "runs"]
    assert gc.get_freeze_count() == 0
