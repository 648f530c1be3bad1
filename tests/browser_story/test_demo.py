"""``kentongan demo`` as a process: one useful line, every profile, a taken port, Ctrl-C with the page open."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

ROOT = Path(__file__).resolve().parents[2]


def command(folder: Path, *options: str) -> dict[str, Any]:
    """How to start it away from this tree's data."""
    return {
        "args": [sys.executable, "-m", "bot", "demo", "--data", str(folder / "latihan"), *options],
        "cwd": folder,
        "text": True,
        "stdout": subprocess.PIPE,
        "stderr": subprocess.PIPE,
        "env": {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)},
    }


@contextmanager
def demo(folder: Path, *options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A running demo and the address it printed."""
    with subprocess.Popen(**command(folder, "--json", "--port", "0", *options)) as process:
        try:
            assert process.stdout is not None
            yield process, json.loads(process.stdout.readline())["url"]
        finally:
            process.kill()


@contextmanager
def opened(url: str, path: str) -> Iterator[http.client.HTTPResponse]:
    """An answer of the page, its connection open until the block ends."""
    with closing(http.client.HTTPConnection(urlsplit(url).netloc, timeout=10)) as connection:
        connection.request("GET", path)
        with connection.getresponse() as response:
            yield response


@pytest.mark.parametrize(
    ("profile", "zone", "leader"),
    [
        ("balangan", "WITA", "Bupati"),
        ("tangerang", "WIB", "Wali Kota"),
    ],
)
def test_every_profile_opens_and_ctrl_c_ends_it_with_the_page_open(
    tmp_path: Path,
    profile: str,
    zone: str,
    leader: str,
) -> None:
    with demo(tmp_path, "--profile", profile) as (process, url):
        with opened(url, "/latihan/state") as answer:
            state = json.loads(answer.read())
        assert state["clock"]["text"].startswith(f"04.50 {zone}")
        assert state["phones"][4]["user"]["first_name"] == leader
        assert "Selamat pagi" in state["phones"][0]["chats"][0]["last"]["text"]
        # A lokus of today is there where the profile has the procedure, and nobody's phone stands idle where not.
        told = [(phone["chats"][0]["last"] or {"text": ""})["text"] for phone in state["phones"]]
        assert any("0 dari 3 siap" in text for text in told) == (profile == "tangerang")
        assert sum("Silakan ketuk Buka" in text for text in told) == (3 if profile == "tangerang" else 0)
        assert bool(state["office"]["sets"]) == (profile == "tangerang")
        with opened(url, "/latihan/events") as events:
            assert events.status == 200
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=20)
        assert (process.returncode, out, err) == (0, "", "")


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (("--port", "{port}", "--data", "other"), "PORT={port}: already in use"),
        (("--port", "delapan"), "delapan"),
        (("--profile", "atlantis"), "KENTONGAN_PROFILE"),
        (("--data", "{root}"), "not a practice folder"),
    ],
)
def test_an_operators_mistake_is_one_line_and_exit_code_2(
    tmp_path: Path,
    taken_port: int,
    options: tuple[str, ...],
    named: str,
) -> None:
    words = {"port": taken_port, "root": ROOT}
    done = subprocess.run(**command(tmp_path, *(o.format(**words) for o in options)), timeout=30, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert named.format(**words) in done.stderr


@pytest.fixture
def taken_port() -> Iterator[int]:
    """A port on which somebody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]
