"""``kentongan demo`` / ``make demo``: the whole product in practice mode, on this machine alone."""

from __future__ import annotations

import argparse
import asyncio
import errno
import fcntl
import json
import os
import shutil
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import time
from pathlib import Path
from typing import NoReturn
from zoneinfo import ZoneInfo

from bot.app import make_office
from bot.clock import PracticeClock
from bot.config import write_practice_file
from bot.logs import configure
from domain.errors import OperatorError
from simulator.agency import TOKEN, agency, runs_lokus
from simulator.lokus import seed_lokus
from storage.crypto import new_key

MARK = "INI-DATA-LATIHAN"
OPENING = time(4, 50)
"""The practice morning begins ten minutes before the first reminder."""


@contextmanager
def practice_folder(path: Path) -> Iterator[Path]:
    """A fresh practice folder, ours until the block ends.

    Raises OperatorError for a folder that practice mode did not make, and for one that another practice works in.
    """
    mark = path / MARK
    try:
        if path.exists() and not mark.exists():
            raise OperatorError(f"--data {path}: not a practice folder (no {MARK} in it); name another one")
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
        held = mark.open("a")
    except OSError as error:
        raise OperatorError(f"--data {path}: cannot be used ({error.strerror}); name another one") from None
    with held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise OperatorError(f"--data {path}: another practice runs there; stop it or name another") from None
        for old in path.iterdir():
            if old.is_dir() and not old.is_symlink():
                shutil.rmtree(old)
            elif old != mark:
                old.unlink()
        os.truncate(mark, 0)
        held.write("Data latihan; dihapus setiap kali latihan dimulai.\n")
        held.flush()
        yield path.resolve()


async def _demo(arguments: argparse.Namespace, folder: Path) -> None:
    office = make_office(arguments.profile)
    clock = PracticeClock()
    local = clock.now().astimezone(ZoneInfo(office.profile.zone))
    clock.move_to(local.replace(hour=OPENING.hour, minute=OPENING.minute, second=0, microsecond=0))
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    try:
        async with agency(
            folder,
            new_key(),
            profile=arguments.profile,
            clock=clock,
            host=arguments.host,
            port=arguments.port,
            page=True,
            lokus=runs_lokus(office),
        ) as made:
            await made.greet()
            if runs_lokus(office):
                await seed_lokus(made)
            write_practice_file(folder, made.settings)
            _say(f"http://{made.server.host}:{made.server.port}", arguments)
            await stop.wait()
    except OSError as error:
        why = {errno.EADDRINUSE: "already in use", errno.EACCES: "not allowed"}.get(error.errno or 0)
        if why is None:
            raise
        raise OperatorError(f"PORT={arguments.port}: {why}; choose another, such as PORT=8090") from None


def _say(url: str, arguments: argparse.Namespace) -> None:
    if arguments.json:
        lines = [json.dumps({"url": url, "practice": arguments.data})]
    else:
        show = f".venv/bin/kentongan --practice {arguments.data} show NOMOR"
        lines = [f"LATIHAN: buka {url}  (Ctrl-C untuk berhenti)", f"Riwayat sebuah laporan, di terminal lain: {show}"]
    print("\n".join(lines), flush=True)  # noqa: T201 - the operator's lines


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """One line for the operator instead of the usage and the line."""
        raise OperatorError(f"kentongan demo: {message}")


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"{text} is not a port; choose one from 1024 to 65535, such as PORT=8090")
    return int(text)


def main() -> None:
    """Run until Ctrl-C. An operator's mistake is one line and exit code 2."""
    parser = _Parser(prog="kentongan demo", description="Kentongan in practice mode")
    parser.add_argument("--port", type=_port, default=8080, help="port of the page (default 8080)")
    parser.add_argument("--host", default="127.0.0.1", help=argparse.SUPPRESS)
    parser.add_argument("--profile", default="lengkap", help="profile of the practice agency (default lengkap)")
    parser.add_argument("--data", default="data/latihan", help="folder that is emptied at each start")
    parser.add_argument("--json", action="store_true", help="the address and the log lines as JSON")
    try:
        arguments = parser.parse_args()
        configure("json" if arguments.json else "console", "WARNING", secrets=(TOKEN,))
        make_office(arguments.profile)  # before anything is emptied
        with practice_folder(Path(arguments.data)) as folder:
            asyncio.run(_demo(arguments, folder))
    except OperatorError as error:
        print(error, file=sys.stderr)  # noqa: T201 - the operator's one line
        raise SystemExit(2) from None


if __name__ == "__main__":
    main()
