"""init, run, demo, status, key new, audit verify."""

from __future__ import annotations

import asyncio
import os
import resource
import sys
from datetime import datetime
from typing import Any

import typer

from bot.api import TokenRevoked
from bot.app import run as run_app
from bot.cli.house import JsonFlag, emit, moment, say, settings, table, transact, with_database
from bot.cli.people import invitation_json, print_invitation
from bot.config import Settings
from bot.logs import configure
from domain.errors import OperatorError
from domain.model import NewPerson
from domain.office import Office
from domain.roles import Clearance, Role
from domain.usecases import people
from storage.crypto import new_key
from storage.database import Database
from storage.unit import UnitOfWork

key_app = typer.Typer(no_args_is_help=True, help="Secret keys.")
audit_app = typer.Typer(no_args_is_help=True, help="The audit trail.")


@key_app.callback()
@audit_app.callback()
def _group() -> None:
    # Typer folds a lone command into its group; `key new` and `audit verify` are two words.
    pass


def init(as_json: JsonFlag = False) -> None:
    """Create or upgrade the database; a new one prints the first administrator's invitation."""

    def work(uow: UnitOfWork, office: Office, now: datetime) -> people.Issued | None:
        if uow.people.all(active_only=False) or uow.invitations.open(now):
            return None
        grant = NewPerson(frozenset({Role.ADMINISTRATOR}), clearance=Clearance.SANGAT_RAHASIA)
        return people.make_invitation(uow, office, None, grant, now)

    issued = transact(work, create=True)
    if issued is None:
        emit({"payload": None, "link": None, "expires_at": None}, as_json, lambda: say("the database is up to date"))
        return

    def human() -> None:
        say("the database is ready; invitation of the first administrator:")
        print_invitation(issued)

    emit(invitation_json(issued), as_json, human)


def run(as_json: JsonFlag = False) -> None:
    """Run the bot (--json: log lines as JSON)."""
    found = settings()
    found.require("token", "secret_keys")
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a crash dump would hold what the process was reading
    secrets = [secret.get_secret_value() for secret in (found.token, found.webhook_secret) if secret is not None]
    configure("json" if as_json else found.log_format, found.log_level, secrets=(*secrets, *found.keys))
    try:
        asyncio.run(run_app(found))
    except TokenRevoked:
        raise OperatorError("KENTONGAN_TOKEN was refused by Telegram: copy the current one from BotFather") from None


def demo(ctx: typer.Context, as_json: JsonFlag = False) -> None:
    """Practice mode: the whole product on this machine, without a token (further options go to it)."""
    port = ["--port", os.environ["PORT"]] if os.environ.get("PORT") else []
    flags = ["--json"] if as_json else []
    os.execv(sys.executable, [sys.executable, "-m", "simulator", *port, *flags, *ctx.args])  # noqa: S606


def status(as_json: JsonFlag = False) -> None:
    """How much waits, and since when."""

    async def inside(database: Database, _: Settings) -> dict[str, Any]:
        counts = await database.status()
        return {**counts, "last_update_at": moment(counts["last_update_at"])}

    value = with_database(inside)
    emit(
        value,
        as_json,
        lambda: table(
            ("what", "now"), [(key.replace("_", " "), "-" if count is None else count) for key, count in value.items()]
        ),
    )


@key_app.command("new")
def key_new(as_json: JsonFlag = False) -> None:
    """Make a key for KENTONGAN_SECRET_KEYS."""
    key = new_key()
    emit({"key": key}, as_json, lambda: say(key))


@audit_app.command("verify")
def audit_verify(as_json: JsonFlag = False) -> None:
    """Check every seal and chain; exit code 1 when something was changed."""

    async def inside(database: Database, _: Settings) -> list[str]:
        return list(await database.verify())

    problems = with_database(inside)

    def human() -> None:
        for problem in problems:
            say(problem)
        say(f"{len(problems)} problems" if problems else "the audit trail holds")

    emit({"ok": not problems, "problems": problems}, as_json, human)
    if problems:
        raise typer.Exit(1)
