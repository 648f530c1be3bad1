"""The only composition root: everything is made and wired here, and tests replace parts through ``Parts``.

Data flows one way (ARCHITECTURE.md): intake → inbox → dispatch → use case → outbox → sender.
"""

from __future__ import annotations

import asyncio
import signal
import socket
import time
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

import structlog
from telegram.error import TelegramError

from bot import memory
from bot.api import AiohttpRequest, BotApi, TokenRevoked
from bot.backoff import Backoff
from bot.calendar import indonesian_holidays
from bot.cleaning import Cleaner
from bot.clock import SystemClock
from bot.config import Settings
from bot.dispatch import Dispatcher
from bot.documents import Documents
from bot.downloads import Downloader
from bot.flood import FloodGate
from bot.health import Health, QuietServer, server
from bot.intake import IntakeHealth, PollingIntake
from bot.logs import safe_text
from bot.pacing import Limits
from bot.render import Renderer
from bot.sender import Sender
from bot.similarity import FuzzySimilarity
from bot.webhook import Webhook, register_webhook
from domain.errors import KentonganError, OperatorError, StorageFailed
from domain.notices import View
from domain.office import Office
from domain.ports import Clock, UnitOfWork
from domain.profile_loader import ProfileError, load_profile
from domain.sop.loader import SopRegistry
from domain.usecases import (
    board,
    groups,
    housekeeping,
    lokus_emergency,
    lokus_field_open,
    lokus_field_watch,
    lokus_watch,
    morning,
    people,
    queue,
    recap,
    sla,
)
from scheduler.sweep import Job, Sweeper
from storage.crypto import parse_key
from storage.database import Database
from storage.files import AttachmentFiles
from storage.outbox import OutboxRow

T = TypeVar("T")
log = structlog.get_logger("app")

GRACE = 7.0
"""Seconds in which what was begun is finished after SIGTERM (a service manager usually waits ten in all)."""
STORAGE_PAUSE = 2.0
"""Seconds before a part asks again a database that could not be used."""
STANDBY = 0.5
"""Seconds between two looks whether the other process on this database has ended."""
LEADS = 5.0
"""Seconds between two looks whether another process has taken this database over."""
USERNAME = "bot_username"
"""The meta key under which the bot's username is kept for the command line."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What a test or the practice mode puts in place of the usual parts."""

    clock: Clock = field(default_factory=SystemClock)
    limits: Limits = field(default_factory=Limits.telegram)
    practice: bool = False
    serve_http: bool = True
    poll_seconds: int = 25
    monotonic: Callable[[], float] = time.monotonic
    backoff: Backoff | None = None
    read_timeout: float | None = None
    """Seconds to wait for an ordinary answer of the Bot API; None for the usual."""


def make_office(profile_name: str, username: str | None = None) -> Office:
    """The office of a profile. Raises OperatorError (ProfileError, SopError) with one line."""
    sops = SopRegistry.load()
    try:
        profile = load_profile(profile_name, sops)
    except ProfileError as error:
        raise OperatorError(f"KENTONGAN_PROFILE: {error}") from None
    return Office(profile, sops, profile.gazetteer(), FuzzySimilarity(), username, indonesian_holidays())


async def open_database(settings: Settings, clock: Clock, *, create: bool, practice: bool = False) -> Database:
    """The database of the settings. Raises OperatorError when it must not be used."""
    settings.require("secret_keys")
    for key in settings.keys:
        parse_key(key)
    return await Database.open(
        settings.database, settings.keys, data_dir=settings.data_dir, create=create, practice=practice, clock=clock
    )


def _refresh_queue(uow: UnitOfWork, office: Office, now: datetime) -> int:
    queue.refresh(uow, office, now)
    return 0


def _keep_name(uow: UnitOfWork, *, username: str) -> None:
    uow.meta.put(USERNAME, username)


def _leave_unbound(uow: UnitOfWork, office: Office, now: datetime) -> int:
    return groups.leave_unbound(uow, now)


JOBS: Sequence[Job] = (
    lokus_emergency.repeat,
    lokus_emergency.report_reach,
    housekeeping.remind_of_drafts,
    housekeeping.expire_drafts,
    _leave_unbound,
    sla.fire_deadlines,
    _refresh_queue,
    morning.remind,
    morning.notify_late,
    morning.tell_coordinators,
    morning.escalate,
    recap.make,
    lokus_watch.point_out,
    lokus_watch.remind,
    lokus_watch.overrun,
    lokus_watch.vacancies,
    lokus_field_open.open_field,
    lokus_field_watch.check,
    board.refresh,
)


class App:
    """The running bot. ``compose`` it, then ``run`` it until ``stop`` is set."""

    def __init__(
        self,
        settings: Settings,
        parts: Parts,
        office: Office,
        database: Database,
        unreachable: Sequence[int] = (),
    ) -> None:
        self.settings, self.parts, self.database = settings, parts, database
        token = settings.token
        assert token is not None
        request = AiohttpRequest() if parts.read_timeout is None else AiohttpRequest(read_timeout=parts.read_timeout)
        self.api = BotApi(token.get_secret_value(), settings.api_url, request)
        self.renderer = Renderer(office.profile, parts.clock)
        self.files = AttachmentFiles(settings.data_dir, database.vault)
        self.sender = Sender(
            self.api,
            database,
            self.renderer,
            parts.clock,
            limits=parts.limits,
            files=self.files,
            documents=Documents(office.profile),
            on_unreachable=self._unreachable,
            on_kicked=self._kicked,
            on_settled=self._delivered,
            unreachable=unreachable,
            monotonic=parts.monotonic,
            backoff=parts.backoff,
        )
        self.dispatcher = Dispatcher(database, office, parts.clock, self.sender, FloodGate(parts.monotonic))
        self.downloader = Downloader(self.api, database, self.files, backoff=parts.backoff)
        cleaner = Cleaner(database, self.files, parts.clock, office.profile.retention)
        self.sweeper = Sweeper(database, office, parts.clock, JOBS, cleaner.clean, self.caught_up)
        self._polling: PollingIntake | None = None
        self._webhook: Webhook | None = None
        if settings.mode == "polling":
            self._polling = PollingIntake(
                self.api,
                database,
                parts.clock,
                self.dispatcher.accept,
                alarm=self._alarm,
                on_unstored=self.dispatcher.unstored,
                poll_seconds=parts.poll_seconds,
                monotonic=parts.monotonic,
                backoff=parts.backoff,
                on_caught_up=self.sweeper.wake,
            )
        else:
            secret = settings.webhook_secret
            assert secret is not None
            self._webhook = Webhook(
                database,
                parts.clock,
                self.dispatcher.accept,
                secret=secret.get_secret_value(),
                alarm=self._alarm,
                on_unstored=self.dispatcher.unstored,
                monotonic=parts.monotonic,
                on_caught_up=self.sweeper.wake,
            )
        self._handled = False
        self._reached = asyncio.Event()
        self._alarms: asyncio.Queue[str] = asyncio.Queue()
        self._server: QuietServer | None = None
        self._socket: socket.socket | None = None
        database.on_notices = self._committed
        database.on_dropped = self.sender.drop

    @classmethod
    async def compose(cls, settings: Settings, parts: Parts | None = None) -> App:
        """Open the database and wire the parts. Raises OperatorError for anything an operator must mend."""
        parts = parts or Parts()
        settings.require("token", "secret_keys")
        if settings.mode == "webhook":
            settings.require("webhook_url", "webhook_secret")
        office = make_office(settings.profile)
        database = await open_database(settings, parts.clock, create=True, practice=parts.practice)
        try:
            username = await database.run(lambda uow: uow.meta.get(USERNAME))
            unreachable = await database.run(
                lambda uow: [p.telegram_id for p in uow.people.all() if p.unreachable_at is not None]
            )
            return cls(settings, parts, replace(office, bot_username=username), database, unreachable)
        except BaseException:
            await database.close()
            raise

    def caught_up(self) -> bool:
        """Whether what waited at Telegram after a start or an outage was fetched and handled, so that we may sweep."""
        part = self._polling or self._webhook
        assert part is not None
        if part.behind:
            self._handled = False
        elif not self._handled:
            self._handled = self.dispatcher.idle
        return self._handled

    @property
    def office(self) -> Office:
        """The office as the handlers see it now."""
        return self.dispatcher.office

    @property
    def address(self) -> tuple[str, int] | None:
        """Where health, metrics and the webhook are served, once they are: a port 0 was chosen by the system."""
        return None if self._socket is None else self._socket.getsockname()[:2]

    @property
    def intake_health(self) -> IntakeHealth:
        """How receiving goes."""
        part = self._polling or self._webhook
        assert part is not None
        return part.health

    def _committed(self, rows: Sequence[OutboxRow]) -> None:
        self.sender.offer(rows)
        self.downloader.wake()

    def _alarm(self, kind: str) -> None:
        self._alarms.put_nowait(kind)

    def trouble(self) -> Sequence[str]:
        """Names of what is wrong now, for /healthz."""
        health = self.intake_health
        storing = health.store_failing or self.sender.settle_failing or self.dispatcher.store_failing
        found = {
            "store_failing": storing,
            "conflict": health.conflict,
            "telegram_unreachable": self.sender.unreachable_since is not None,
        }
        return [name for name, wrong in found.items() if wrong]

    async def status(self) -> Mapping[str, Any]:
        """Counts for operators, times as ISO text."""
        counts = await self.database.status()
        last = counts["last_update_at"]
        return {**counts, "last_update_at": last.isoformat() if last is not None else None}

    async def run(self, stop: asyncio.Event | None = None) -> None:
        """Work until ``stop`` (or SIGTERM/SIGINT when none is given), then drain within the grace time.

        Raises TokenRevoked when Telegram refuses the token, OperatorError when the address to listen on is taken,
        TamperedError for rows that were changed behind its back; every other trouble is waited out.
        """
        stop = stop or _on_signals()
        try:
            if not await self._lead(stop):
                return
            if self.parts.serve_http:
                self._socket = _listening(*self.settings.address)
            async with asyncio.TaskGroup() as group:
                running = [group.create_task(part, name=name) for name, part in self._life().items()]
                self.sweeper.start()
                log.info("started", profile=self.office.profile.name, mode=self.settings.mode)
                await stop.wait()
                log.info("stopping")
                await _within(GRACE, self._wind_down(running))
                for task in running:
                    task.cancel()
        except BaseExceptionGroup as group_error:
            for kind in (TokenRevoked, KentonganError):
                if (found := _first(group_error, kind)) is not None:
                    raise found from None
            raise
        finally:
            await _within(1.0, self.sweeper.stop())
            await _within(1.0, self.close())
            if self._socket is not None:
                self._socket.close()
            log.info("stopped")

    async def _lead(self, stop: asyncio.Event) -> bool:
        """Stand by while another process runs on this database, as a spare one; False when stopped meanwhile."""
        told: str | None = None
        while True:
            try:
                if await self.database.lead():
                    break
                why = "another process runs on this database"
            except (StorageFailed, OSError) as error:
                why = safe_text(error) or type(error).__name__
            if told != why:
                log.warning("standing_by", why=why, hint="this process goes on when it can")
                told = why
            with suppress(TimeoutError):
                async with asyncio.timeout(STANDBY):
                    await stop.wait()
                    return False
        if told is not None:
            log.info("taking_over")
        return True

    async def _keep_lead(self) -> None:
        """End when another process has taken over (the server had lost our session): two would say everything twice."""
        while True:
            await asyncio.sleep(LEADS)
            try:
                if not await self.database.leads():
                    raise OperatorError("another process has taken over this database: start this one as its spare")
            except StorageFailed as error:
                log.warning("lead_unknown", error=str(error))

    def _life(self) -> dict[str, Any]:
        life: dict[str, Any] = {
            "lead": self._keep_lead(),
            "intake": self._polling.run() if self._polling is not None else self._register(),
            "dispatch": self.dispatcher.run(),
            "sender": self._patiently(self.sender.run),
            "downloads": self.downloader.run(),
            "alarms": self._tell_alarms(),
            "reach": self._tell_reach(),
            "name": self._learn_name(),
        }
        if self.parts.serve_http:
            life["http"] = self._serve()
        return life

    async def _wind_down(self, running: Sequence[asyncio.Task[Any]]) -> None:
        """Take nothing in any more, finish what was begun, send what may go now; the rest is in the database."""
        await self.sweeper.stop()
        by_name = {task.get_name(): task for task in running}
        if self._server is not None:
            self._server.should_exit = True
            # A connection left open would go on taking in what nobody handles any more.
            await asyncio.wait([by_name["http"]], timeout=GRACE / 6)
        for name in ("intake", "name", "downloads", "alarms"):
            by_name[name].cancel()
        with suppress(TimeoutError):
            async with asyncio.timeout(GRACE / 4):
                while not self.dispatcher.idle:  # noqa: ASYNC110 - its idleness has no event of its own
                    await asyncio.sleep(0.01)
        by_name["dispatch"].cancel()
        if not await self.sender.drain(GRACE / 2):
            log.info("undelivered notices stay in the outbox", count=self.sender.waiting)
        by_name["sender"].cancel()

    async def close(self) -> None:
        """Let go of the database and the connections."""
        await self.api.close()
        await self.database.close()

    # --- what the parts report ----------------------------------------------------------------------------------------

    async def _register(self) -> None:
        url, secret = self.settings.webhook_url, self.settings.webhook_secret
        assert url is not None
        assert secret is not None
        assert self._webhook is not None
        await register_webhook(self.api, url, secret.get_secret_value())
        await self._webhook.watch(self.api)

    async def _learn_name(self) -> None:
        """getMe, until it answers: links and commands need the bot's username."""
        backoff, attempt = Backoff(), 0
        while True:
            try:
                me = await self.api.call("getMe", {})
            except TelegramError as error:
                attempt += 1
                log.warning("bot name not known yet", error=type(error).__name__, attempt=attempt)
                await asyncio.sleep(backoff.delay(attempt))
                continue
            username = str(me["username"])
            self._name(username)
            await self._patiently(partial(self.database.run, partial(_keep_name, username=username)))
            return

    def _name(self, username: str) -> None:
        office = replace(self.office, bot_username=username)
        self.dispatcher.office = office
        self.sweeper.office = office

    async def _unreachable(self, chat_id: int) -> None:
        def work(uow: UnitOfWork) -> None:
            person = uow.people.by_telegram_id(chat_id)
            if person is not None:
                people.unreachable(uow, person, self.parts.clock.now())

        await self.database.run(work)

    async def _kicked(self, chat_id: int) -> None:
        await self.database.run(lambda uow: groups.left(uow, self.office, chat_id, self.parts.clock.now()))

    def _delivered(self, slots: Collection[str]) -> None:
        if any(slot.startswith(lokus_emergency.SLOT) for slot in slots):
            self._reached.set()

    async def _tell_reach(self) -> None:
        """Whoever calls for help learns at once whom it reached; what fails here is found by the next sweep."""
        while True:
            await self._reached.wait()
            self._reached.clear()
            try:
                await self.database.run(
                    lambda uow: lokus_emergency.report_reach(uow, self.office, self.parts.clock.now())
                )
            except KentonganError as error:
                log.warning("reach_not_told", error=type(error).__name__)
            except Exception:
                log.exception("reach_not_told")

    async def _tell_alarms(self) -> None:
        """Administrators learn of troubles with Telegram or the disk as soon as they can be told."""
        while True:
            view = View(f"umum/alarm_{await self._alarms.get()}")
            await self._patiently(partial(self.database.run, partial(people.tell_administrators, view=view)))

    async def _patiently(self, part: Callable[[], Awaitable[T]]) -> T:
        """Until it ends by itself: a database that cannot be used for a while stops nothing for good."""
        while True:
            try:
                return await part()
            except StorageFailed as error:
                log.error("database_unusable", error=str(error), again_in=STORAGE_PAUSE)
                await asyncio.sleep(STORAGE_PAUSE)

    async def _serve(self) -> None:
        health = Health(self.status, self.trouble)
        routes = [] if self._webhook is None else [self._webhook.route]
        assert self._socket is not None
        self._server = server(health.app(routes), *self.settings.address)
        await self._server.serve([self._socket])


async def _within(seconds: float, end: Awaitable[None]) -> None:
    """Give an ending its time and no more: a database that hangs must not keep the process."""
    try:
        async with asyncio.timeout(seconds):
            await end
    except TimeoutError:
        log.error("gave_up_waiting", seconds=seconds)


def _listening(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port))
    except OSError as error:
        raise OperatorError(f"KENTONGAN_LISTEN: {host}:{port} cannot be listened on ({error.strerror})") from None


def _first(group: BaseExceptionGroup[BaseException], kind: type[KentonganError]) -> KentonganError | None:
    """The first error of that kind, however deep the group."""
    for error in group.exceptions:
        found = _first(error, kind) if isinstance(error, BaseExceptionGroup) else error
        if isinstance(found, kind):
            return found
    return None


def _on_signals() -> asyncio.Event:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    return stop


async def run(settings: Settings, parts: Parts | None = None) -> None:
    """``kentongan run``."""
    app = await App.compose(settings, parts)
    memory.settle()
    await app.run()
