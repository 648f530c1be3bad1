"""What every command needs: settings, office, one transaction, and printing for people or for programs."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Sequence
from contextvars import ContextVar
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, TypeVar

import orjson
import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.app import USERNAME, make_office, open_database
from bot.clock import SystemClock
from bot.config import Settings, load_settings
from bot.logs import configure
from domain.errors import OperatorError
from domain.office import Office
from storage.database import Database
from storage.unit import UnitOfWork

T = TypeVar("T")
JsonFlag = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
Work = Callable[[UnitOfWork, Office, datetime], T]
PRACTICE: ContextVar[Path | None] = ContextVar("PRACTICE", default=None)
"""The practice folder that this command looks at instead of the real data."""

# A person's name or a title may hold anything; it is printed as it is, never read as markup.
_OUT = Console(markup=False, highlight=False, emoji=False, soft_wrap=True)


def settings() -> Settings:
    """The settings, with logging set up on stderr. Raises OperatorError."""
    found = load_settings(PRACTICE.get())
    secrets = [secret.get_secret_value() for secret in (found.token, found.webhook_secret) if secret is not None]
    configure(found.log_format, "WARNING", secrets=(*secrets, *found.keys))
    return found


def transact(work: Work[T], *, create: bool = False) -> T:
    """Run ``work`` in one transaction on the database of the settings.

    Raises OperatorError, StorageFailed, and what ``work`` raises.
    """

    async def inside(database: Database, found: Settings) -> T:
        office = make_office(found.profile)

        def step(uow: UnitOfWork) -> T:
            named = replace(office, bot_username=uow.meta.get(USERNAME))
            return work(uow, named, database.clock.now())

        return await database.run(step)

    return with_database(inside, create=create)


def with_database(work: Callable[[Database, Settings], Awaitable[T]], *, create: bool = False) -> T:
    """Open the database, run ``work`` on the event loop, close it again."""

    async def inside() -> T:
        found = settings()
        database = await _open(found, create=create)
        try:
            return await work(database, found)
        finally:
            await database.close()

    return asyncio.run(inside())


async def _open(found: Settings, *, create: bool) -> Database:
    """The real database; a practice one is looked at as well, but never made or upgraded from here."""
    clock = SystemClock()
    try:
        return await open_database(found, clock, create=create)
    except OperatorError as real:
        if create:
            raise
        try:
            database = await open_database(found, clock, create=False, practice=True)
        except OperatorError:
            raise real from None
        print("LATIHAN: this database holds practice data", file=sys.stderr)  # noqa: T201 - a word to the operator
        return database


def emit(value: Any, as_json: bool, human: Callable[[], None]) -> None:
    """The value as one JSON document, or as ``human`` prints it."""
    if as_json:
        sys.stdout.write(orjson.dumps(value, option=orjson.OPT_INDENT_2).decode() + "\n")
    else:
        human()


def say(text: str) -> None:
    """A line for the operator."""
    _OUT.print(_visible(text))


def table(columns: Sequence[str], lines: Sequence[Sequence[object]]) -> None:
    """A table for the operator; its cells are plain text."""
    made = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        made.add_column(column, overflow="fold")
    for line in lines:
        made.add_row(*(Text(_visible("" if cell is None else str(cell))) for cell in line))
    _OUT.print(made, soft_wrap=False)


def _visible(text: str) -> str:
    """Without control and direction characters, which could make a terminal show something else."""
    return "".join(char if char.isprintable() or char == "\n" else "\N{REPLACEMENT CHARACTER}" for char in text)


def moment(value: datetime | None) -> str | None:
    """ISO text, or None."""
    return None if value is None else value.isoformat()
