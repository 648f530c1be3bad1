"""doctor: is everything this installation needs in order? One line a check; changes nothing."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Literal

import aiohttp
import typer
from sqlalchemy import make_url, text
from telegram.error import TelegramError

from bot.api import AiohttpRequest, BotApi, TokenRevoked
from bot.app import make_office, open_database
from bot.cleaning import Cleaner
from bot.cli.house import PRACTICE, JsonFlag, emit, say, settings
from bot.clock import SystemClock
from bot.config import Settings
from domain.errors import KentonganError, OperatorError
from storage.database import Database
from storage.files import AttachmentFiles
from storage.rekey import remaining
from storage.sqlite_file import network_file_system
from storage.unit import UnitOfWork

Verdict = Literal["ok", "warning", "wrong"]
MIN_FREE = 500 * 1024 * 1024
"""Bytes: about a day of photos, and room for the WAL and a backup."""
MAX_WAL = 256 * 1024 * 1024
MAX_SKEW = timedelta(seconds=30)
_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Check:
    """One finding; ``detail`` names numbers and mends, never content."""

    name: str
    verdict: Verdict
    detail: str


def doctor(as_json: JsonFlag = False) -> None:
    """Check settings, keys, database, disk, clock, files and Telegram; exit code 1 when something is wrong."""
    checks = asyncio.run(examine(settings(), practice=PRACTICE.get() is not None))
    wrong = any(check.verdict == "wrong" for check in checks)

    def human() -> None:
        for check in checks:
            say(f"{check.verdict:>7}  {check.name:<14} {check.detail}")

    emit({"ok": not wrong, "checks": [asdict(check) for check in checks]}, as_json, human)
    if wrong:
        raise typer.Exit(1)


async def examine(found: Settings, *, practice: bool = False) -> Sequence[Check]:
    """All checks; a database that does not open leaves out those that need it."""
    checks = [_settings(found), _profile(found), *_disk(found)]
    try:
        database = await open_database(found, SystemClock(), create=False, practice=practice)
    except KentonganError as error:
        checks.append(Check("database", "wrong", str(error) or type(error).__name__))
    else:
        try:
            checks += await _database(database, found)
        finally:
            await database.close()
    return [*checks, *await _telegram(found)]


def _settings(found: Settings) -> Check:
    try:
        found.require("token", "secret_keys")
        if found.mode == "webhook":
            found.require("webhook_url", "webhook_secret")
    except OperatorError as error:
        return Check("settings", "wrong", str(error))
    return Check("settings", "ok", f"mode {found.mode}, {len(found.keys)} keys")


def _profile(found: Settings) -> Check:
    try:
        profile = make_office(found.profile).profile
    except OperatorError as error:
        return Check("profile", "wrong", str(error))
    return Check("profile", "ok", f"{profile.name}, {profile.zone}")


def _disk(found: Settings) -> Sequence[Check]:
    place = found.data_dir if found.data_dir.exists() else Path()
    free = shutil.disk_usage(place).free
    verdict: Verdict = "ok" if free >= MIN_FREE else "wrong"
    checks = [Check("disk", verdict, f"{free // 2**20} MiB free, {MIN_FREE // 2**20} needed")]
    kind = network_file_system(place)
    if kind is None:
        checks.append(Check("file system", "ok", "local"))
    else:
        checks.append(Check("file system", "wrong", f"{kind}: a network file system loses SQLite's locks; use a disk"))
    if found.data_dir.exists() and found.data_dir.stat().st_mode & 0o077:
        checks.append(Check("permissions", "warning", f"{found.data_dir} is open to others: chmod 700"))
    return checks


async def _database(database: Database, found: Settings) -> Sequence[Check]:
    url = make_url(found.database)
    checks = [Check("database", "ok", f"opens, schema {(await database.status())['schema']}")]
    if url.get_backend_name() == "sqlite":
        answer = await database.read(lambda uow: uow.conn.execute(text("PRAGMA integrity_check(1)")).scalar())
        good = answer == "ok"
        checks.append(Check("integrity", "ok" if good else "wrong", "whole" if good else "damaged: restore a backup"))
        size = await asyncio.to_thread(_size, Path(f"{url.database}-wal"))
        checks.append(Check("wal", "ok" if size <= MAX_WAL else "wrong", f"{size // 1024} KiB"))
    old = await database.read(lambda uow: remaining(uow.conn, uow.vault))
    if len(found.keys) > 1 and not old:
        checks.append(Check("keys", "warning", "nothing is under the older keys: take them out, keep them for backups"))
    else:
        what = f"{old} values under an older key: run kentongan rekey" if old else "everything under the first key"
        checks.append(Check("keys", "warning" if old else "ok", what))
    status = await database.status()
    dead = status["inbox_dead"] + status["outbox_dead"]
    checks.append(Check("dead rows", "warning" if dead else "ok", f"{dead} set aside"))
    checks.append(_history(await database.read(_newest), database.clock.now()))
    plan = await Cleaner(database, AttachmentFiles(found.data_dir, database.vault), database.clock).plan()
    strays = sum(one.what == "file" for one in plan)
    checks.append(
        Check("stray files", "warning" if strays else "ok", f"{strays} that no row knows; cleaning takes them")
    )
    return checks


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _newest(uow: UnitOfWork) -> datetime | None:
    newest = [uow.conn.execute(text(query)).scalar() for query in (
        "SELECT max(at) FROM events", "SELECT max(received_at) FROM inbox",
    )]  # fmt: skip
    moments = [value for value in newest if value is not None]
    return datetime.fromtimestamp(max(moments) / 1e6, UTC) if moments else None


def _history(newest: datetime | None, now: datetime) -> Check:
    if newest is not None and newest > now + MAX_SKEW:
        return Check(
            "clock", "wrong", f"the clock says {now:%Y-%m-%d %H:%M} UTC but rows are from {newest:%Y-%m-%d %H:%M}"
        )
    return Check("clock", "ok", f"{now:%Y-%m-%d %H:%M:%S} UTC, not before the newest row")


async def _telegram(found: Settings) -> Sequence[Check]:
    if found.token is None:
        return []
    api = BotApi(found.token.get_secret_value(), found.api_url, AiohttpRequest(read_timeout=_SECONDS))
    checks = [await _asked("telegram", lambda: _me(api)), await _asked("webhook", lambda: _webhook(api, found))]
    await api.close()
    return [*checks, await _asked("telegram time", lambda: _time(found))]


async def _asked(name: str, ask: Callable[[], Awaitable[Check]]) -> Check:
    try:
        return await ask()
    except TokenRevoked:
        return Check(name, "wrong", "KENTONGAN_TOKEN was refused: copy the current one from BotFather")
    except (TelegramError, aiohttp.ClientError, TimeoutError, OSError) as error:
        return Check(name, "wrong", f"no answer ({type(error).__name__}); see KENTONGAN_API_URL and the network")


async def _me(api: BotApi) -> Check:
    me = await api.call("getMe", {})
    assert isinstance(me, dict)
    return Check("telegram", "ok", f"@{me.get('username')} answers")


async def _webhook(api: BotApi, found: Settings) -> Check:
    """Source: Bot API getWebhookInfo."""
    info = await api.call("getWebhookInfo", {})
    assert isinstance(info, dict)
    url, waiting = str(info.get("url") or ""), info.get("pending_update_count", 0)
    if found.mode == "polling" and url:
        return Check("webhook", "wrong", "a webhook is set, so polling gets nothing: start the bot, it removes it")
    if found.mode == "webhook" and url != found.webhook_url:
        return Check("webhook", "wrong", "Telegram sends to another address than KENTONGAN_WEBHOOK_URL: start the bot")
    if info.get("last_error_message"):
        return Check("webhook", "warning", f"Telegram could not deliver lately; {waiting} updates wait")
    return Check("webhook", "ok", f"{found.mode}; {waiting} updates wait")


async def _time(found: Settings) -> Check:
    """The server's Date header against our clock."""
    timeout = aiohttp.ClientTimeout(total=_SECONDS)
    async with aiohttp.ClientSession(timeout=timeout, trust_env=True) as session, session.head(found.api_url) as answer:
        there = parsedate_to_datetime(answer.headers["Date"]) if "Date" in answer.headers else None
    if there is None:
        return Check("telegram time", "warning", "the server does not say its time")
    skew = abs(there - SystemClock().now())
    verdict: Verdict = "ok" if skew <= MAX_SKEW else "wrong"
    return Check("telegram time", verdict, f"{skew.total_seconds():.0f} s apart")
