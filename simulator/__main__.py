"""``kentongan demo`` / ``make demo``: the whole product in practice mode, on this machine alone."""

from __future__ import annotations

import argparse
import asyncio
import json
import shutil
import signal
import sys
from datetime import time
from pathlib import Path
from typing import NoReturn
from zoneinfo import ZoneInfo

from bot.app import make_office
from bot.clock import PracticeClock
from bot.logs import configure
from domain.errors import OperatorError
from simulator.agency import TOKEN, agency
from storage.crypto import new_key

MARK = "INI-DATA-LATIHAN"
OPENING = time(4, 50)
"""The practice morning begins ten minutes before the first reminder."""


def _folder(path: Path) -> Path:
    """A fresh practice folder; refuses one that practice mode did not make."""
    if path.exists():
        if not (path / MARK).exists():
            raise OperatorError(f"--data {path}: not a practice folder (no {MARK} in it); name another one")
        shutil.rmtree(path)
    path.mkdir(parents=True)
    (path / MARK).write_text("Data latihan; dihapus setiap kali latihan dimulai.\n")
    return path


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """One line for the operator instead of the usage and the line."""
        raise OperatorError(f"kentongan demo: {message}")


async def _demo(arguments: argparse.Namespace) -> None:
    office = make_office(arguments.profile)
    clock = PracticeClock()
    local = clock.now().astimezone(ZoneInfo(office.profile.zone))
    clock.move_to(local.replace(hour=OPENING.hour, minute=OPENING.minute, second=0, microsecond=0))
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    folder = _folder(Path(arguments.data))
    try:
        async with agency(folder, new_key(), profile=arguments.profile, clock=clock, host=arguments.host,
                          port=arguments.port, page=True) as made:
            await made.greet()
            url = f"http://{made.server.host}:{made.server.port}"
            line = json.dumps({"url": url}) if arguments.json else f"LATIHAN: buka {url}  (Ctrl-C untuk berhenti)"
            print(line, flush=True)  # noqa: T201 - the operator's one line
            await stop.wait()
    except OSError as error:
        raise OperatorError(f"PORT={arguments.port}: {error.strerror}; choose another, such as PORT=8090") from None


def main() -> None:
    """Run until Ctrl-C. An operator's mistake is one line and exit code 2."""
    parser = _Parser(prog="kentongan demo", description="Kentongan in practice mode")
    parser.add_argument("--port", type=int, default=8080, help="port of the page (default 8080)")
    parser.add_argument("--host", default="127.0.0.1", help=argparse.SUPPRESS)
    parser.add_argument("--profile", default="lengkap", help="profile of the practice agency (default lengkap)")
    parser.add_argument("--data", default="data/latihan", help="folder that is emptied at each start")
    parser.add_argument("--json", action="store_true", help="the address and the log lines as JSON")
    try:
        arguments = parser.parse_args()
        configure("json" if arguments.json else "console", "WARNING", secrets=(TOKEN,))
        asyncio.run(_demo(arguments))
    except OperatorError as error:
        print(error, file=sys.stderr)  # noqa: T201 - the operator's one line
        raise SystemExit(2) from None


if __name__ == "__main__":
    main()
