"""The command line in this process, on a database of its own, with its exit code and its two streams."""

from __future__ import annotations

import json
import logging
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import structlog

from bot.__main__ import main
from storage.crypto import new_key


@dataclass(frozen=True, slots=True)
class Result:
    """What one command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Result]


@pytest.fixture
def kentongan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KENTONGAN_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("KENTONGAN_SECRET_KEYS", new_key())
    monkeypatch.setenv("KENTONGAN_PROFILE", "pekalongan")
    for name in ("KENTONGAN_TOKEN", "KENTONGAN_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    # The command line sets up logging for a whole process; here others come after it.
    hooks = (sys.excepthook, threading.excepthook, sys.unraisablehook)
    root, level = logging.getLogger(), logging.getLogger().level
    handlers = list(root.handlers)

    def run(*arguments: str) -> Result:
        out, err = StringIO(), StringIO()
        with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as left:
            main(arguments)
        return Result(int(left.value.code or 0), out.getvalue(), err.getvalue())

    yield run
    sys.excepthook, threading.excepthook, sys.unraisablehook = hooks
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()
