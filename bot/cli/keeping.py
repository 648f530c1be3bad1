"""rekey, backup, restore, purge: how what is held is kept, and how it ends."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.app import make_office, open_database
from bot.cleaning import Cleaner, Due
from bot.cli.house import PRACTICE, JsonFlag, emit, moment, say, settings, table, with_database
from bot.clock import SystemClock
from bot.config import Settings
from storage.backup import backup as make_backup
from storage.database import Database
from storage.files import AttachmentFiles
from storage.rekey import rekey as renew
from storage.rekey import remaining
from storage.restore import restore as put_back


def rekey(as_json: JsonFlag = False) -> None:
    """Re-encrypt everything with the first key of KENTONGAN_SECRET_KEYS; go on after a kill by running it again."""

    async def inside(database: Database, found: Settings) -> dict[str, Any]:
        before = await database.run(lambda uow: remaining(uow.conn, uow.vault))
        if not as_json:
            say(f"{before} values are under an older key")
        done = await renew(database, found.keys, AttachmentFiles(found.data_dir, database.vault))
        left = await database.run(lambda uow: remaining(uow.conn, uow.vault))
        return {"renewed": done.rows, "files": done.files, "remaining": left, "broken": done.broken}

    value = with_database(inside)
    whole = value["remaining"] == 0 and not value["broken"]

    def human() -> None:
        for line in value["broken"]:
            say(f"left as it is: {line}")
        say(f"{value['renewed']} values and {value['files']} files renewed, {value['remaining']} remain")
        if whole:
            say("the older keys can be taken out of KENTONGAN_SECRET_KEYS; keep them for the backups made under them")

    emit(value, as_json, human)
    if not whole:
        raise typer.Exit(1)


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A new file; it is encrypted.")],
    as_json: JsonFlag = False,
) -> None:
    """Write everything, attachments included, into one encrypted file while the bot goes on, and read it back."""

    async def inside(database: Database, found: Settings) -> dict[str, Any]:
        content = await make_backup(database, found.keys, AttachmentFiles(found.data_dir, database.vault), file)
        return {"rows": content.rows, "files": content.files, "missing": content.missing}

    value = {"file": str(file), **with_database(inside)}

    def human() -> None:
        say(f"{file}: {value['rows']} rows and {value['files']} files, read back and whole")
        if value["missing"]:
            say(f"{value['missing']} files were not there: run kentongan audit verify")

    emit(value, as_json, human)


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Made by kentongan backup.")],
    force: Annotated[bool, typer.Option("--force", help="Replace the database that is there.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Put a backup in place and verify it; refuses a target that is not empty. Exit code 1 when it does not verify."""

    async def inside() -> dict[str, Any]:
        found = settings()
        found.require("secret_keys")
        practice = PRACTICE.get() is not None
        content = await put_back(
            found.database, found.keys, file, data_dir=found.data_dir, force=force, practice=practice
        )
        database = await open_database(found, SystemClock(), create=False, practice=practice)
        try:
            problems = list(await database.verify())
        finally:
            await database.close()
        return {"rows": content.rows, "files": content.files, "problems": problems}

    value = asyncio.run(inside())

    def human() -> None:
        for problem in value["problems"]:
            say(problem)
        say(f"{value['rows']} rows and {value['files']} files restored; {len(value['problems'])} problems")
        say("notices that waited go out once more with the same reference; what came after the backup is not in it")

    emit(value, as_json, human)
    if value["problems"]:
        raise typer.Exit(1)


def purge(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what is due, and why.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Destroy what the profile's retention says is due (the running bot does it every hour); never names content."""

    async def inside(database: Database, found: Settings) -> dict[str, Any]:
        retention = make_office(found.profile).profile.retention
        files = AttachmentFiles(found.data_dir, database.vault)
        cleaner = Cleaner(database, files, database.clock, retention)
        due = await cleaner.plan()
        gone = 0 if dry_run else await cleaner.clean()
        return {"dry_run": dry_run, "due": [_due(one) for one in due], "destroyed": gone}

    value = with_database(inside)

    def human() -> None:
        columns = ("what", "ref", "count", "since", "why")
        table(columns, [[line[column] for column in columns] for line in value["due"]])
        say(f"{len(value['due'])} lines due" if dry_run else f"{value['destroyed']} rows, reports and files destroyed")

    emit(value, as_json, human)


def _due(one: Due) -> dict[str, Any]:
    return {"what": one.what, "ref": one.ref, "count": one.count, "since": moment(one.since), "why": one.why}
