"""Fetches attachments beside everything else: getFile, download, look at the bytes, keep them encrypted.

It has its own pace and its own errors; nobody waits for it. What fails for good is marked, the rest is tried again.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, Protocol, TypeVar

import structlog
from telegram.error import BadRequest, Forbidden, RetryAfter, TelegramError

from bot.api import BotApi, FileRefused, FileTooBig, TokenRevoked, seconds_of
from bot.backoff import Backoff
from bot.filecheck import Accepted, SetAside, examine
from domain.errors import StaleWrite, StorageFailed
from domain.model import Attachment, AttachmentState
from domain.ports import Attachments

T = TypeVar("T")
MAX_BYTES: Final = 20 * 1024 * 1024
"""What Telegram's own server hands to bots (https://core.telegram.org/bots/api#getfile)."""
MAX_TRIES: Final = 8
"""Tries for a file that Telegram answers for but does not give; a network that is away does not count."""
POLL_SECONDS: Final = 5.0
BATCH: Final = 50

log = structlog.get_logger("downloads")


class DownloadUnit(Protocol):
    """The part of a transaction that downloads use."""

    @property
    def attachments(self) -> Attachments: ...


class DownloadDatabase(Protocol):
    """Runs a function in one transaction."""

    def run(self, work: Callable[[DownloadUnit], T], /) -> Awaitable[T]: ...


class Files(Protocol):
    """Keeps bytes encrypted below the data directory; blocking."""

    def write(self, data: bytes, /) -> str: ...
    def delete(self, path: str, /) -> None: ...


@dataclass(frozen=True, slots=True)
class _Result:
    state: AttachmentState
    path: str | None = None
    clean_path: str | None = None
    sha256: str | None = None
    size: int | None = None
    mime: str | None = None


class Downloader:
    """``run`` until cancelled; ``wake`` when attachments were added. Raises TokenRevoked out of ``run`` on 401."""

    def __init__(
        self,
        api: BotApi,
        database: DownloadDatabase,
        files: Files,
        *,
        parallel: int = 3,
        max_bytes: int = MAX_BYTES,
        backoff: Backoff | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._api, self._database, self._files = api, database, files
        self._max_bytes, self._backoff, self._monotonic = max_bytes, backoff or Backoff(1.0, 300.0), monotonic
        self._room = asyncio.Semaphore(parallel)
        self._wake = asyncio.Event()
        self._tries: dict[int, int] = {}
        self._refused: dict[int, int] = {}
        self._not_before: dict[int, float] = {}

    def wake(self) -> None:
        """There may be something to fetch."""
        self._wake.set()

    async def run(self) -> None:
        """Fetch what is pending, for ever."""
        while True:
            self._wake.clear()
            try:
                await self.step()
            except StorageFailed:
                log.exception("attachments_unreadable")
            wait = min([POLL_SECONDS, *(moment - self._monotonic() for moment in self._not_before.values())])
            # Not wait_for: before Python 3.12 it swallows a cancellation that meets the event, and the end hangs.
            with suppress(TimeoutError):
                async with asyncio.timeout(max(wait, 0.01)):
                    await self._wake.wait()

    async def step(self) -> int:
        """Fetch what may be fetched now; how many were tried."""
        now = self._monotonic()
        # Beyond those that wait for their next try, so that they hold up nobody.
        limit = BATCH + len(self._not_before)
        waiting = await self._database.run(lambda uow: uow.attachments.pending(limit))
        self._forget_all_but({attachment.id for attachment in waiting})
        ready = [attachment for attachment in waiting if self._not_before.get(attachment.id, 0.0) <= now]
        try:
            async with asyncio.TaskGroup() as group:
                for attachment in ready:
                    group.create_task(self._one(attachment))
        except BaseExceptionGroup as failed:
            if failed.subgroup(TokenRevoked) is not None:
                raise TokenRevoked from None
            raise
        return len(ready)

    async def _one(self, attachment: Attachment) -> None:
        async with self._room:
            try:
                result = await self._fetch(attachment)
                await self._settle(attachment, result)
            except RetryAfter as error:
                self._later(attachment, seconds_of(error))
            except (TelegramError, StorageFailed) as error:
                tries = self._tries[attachment.id] = self._tries.get(attachment.id, 0) + 1
                log.info("download_again", attachment=attachment.id, tries=tries, error=type(error).__name__)
                self._later(attachment, self._backoff.delay(tries))
            else:
                self._tries.pop(attachment.id, None)
                self._refused.pop(attachment.id, None)
                self._not_before.pop(attachment.id, None)

    def _forget_all_but(self, waiting: set[int]) -> None:
        """A draft thrown away takes its files with it; a next try kept for one would wake us for ever."""
        for known in (self._tries, self._refused, self._not_before):
            for gone in known.keys() - waiting:
                del known[gone]

    def _later(self, attachment: Attachment, seconds: float) -> None:
        self._not_before[attachment.id] = self._monotonic() + seconds

    async def _fetch(self, attachment: Attachment) -> _Result:
        if attachment.size is not None and attachment.size > self._max_bytes:
            return _Result("failed")
        try:
            answer = await self._api.call("getFile", {"file_id": attachment.file_id})
            path = answer.get("file_path") if isinstance(answer, dict) else None
            if not isinstance(path, str):
                return _Result("failed")
            data = await self._api.download(path, limit=self._max_bytes)
        except (BadRequest, Forbidden, FileTooBig) as error:
            log.warning("download_failed", attachment=attachment.id, error=type(error).__name__)
            return _Result("failed")
        except FileRefused:
            refused = self._refused[attachment.id] = self._refused.get(attachment.id, 0) + 1
            if refused >= MAX_TRIES:
                log.warning("download_given_up", attachment=attachment.id)
                return _Result("failed")
            raise
        return await asyncio.to_thread(self._keep, attachment, data)

    def _keep(self, attachment: Attachment, data: bytes) -> _Result:
        """On a worker thread: look at the bytes and write them."""
        verdict = examine(data, attachment.kind, attachment.mime)
        path, digest = self._files.write(data), hashlib.sha256(data).hexdigest()
        match verdict:
            case Accepted(mime=mime, clean=clean):
                clean_path = None if clean is None else self._files.write(clean)
                return _Result("stored", path, clean_path, digest, len(data), mime)
            case SetAside(reason=reason):
                log.warning("attachment_set_aside", attachment=attachment.id, reason=reason)
                return _Result("set_aside", path, None, digest, len(data))

    async def _settle(self, attachment: Attachment, result: _Result) -> None:
        try:
            await self._database.run(
                lambda uow: uow.attachments.settle(
                    attachment.id,
                    result.state,
                    path=result.path,
                    clean_path=result.clean_path,
                    sha256=result.sha256,
                    size=result.size,
                    mime=result.mime,
                )
            )
        except (StaleWrite, StorageFailed) as error:
            # Its draft was thrown away meanwhile, or it will be fetched again: either way this copy is nobody's.
            for path in (result.path, result.clean_path):
                if path is not None:
                    await asyncio.to_thread(self._files.delete, path)
            if isinstance(error, StorageFailed):
                raise
