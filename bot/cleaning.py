"""Throws away what nobody needs any more: settled rows, files of forms that were never sent, their traces in the WAL.

Rows of the inbox and the outbox are emptied of content when they are done; what stays a while is ids and times, against
an update that Telegram delivers again and for whoever looks into a trouble.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Protocol

import structlog

from domain.model import Attachment
from domain.ports import Clock
from storage.database import Database
from storage.unit import UnitOfWork

KEEP_INBOX = timedelta(days=7)
"""Telegram repeats an update for a day at most, and may number anew after a week without any."""
KEEP_OUTBOX = timedelta(days=30)
"""Dead notices too: until then `status` counts them."""
KEEP_DEADLINES = timedelta(days=30)
BATCH = 200
"""Files that one run removes: the end of the process waits for it."""

log = structlog.get_logger("cleaning")


class FileStore(Protocol):
    """Removes a file below the data directory; one that is gone already counts as done."""

    def delete(self, path: str, /) -> None: ...


class Cleaner:
    """``clean`` now and then; a run that is missed or cut short is made up for by the next."""

    def __init__(self, database: Database, files: FileStore, clock: Clock) -> None:
        self._database, self._files, self._clock = database, files, clock

    async def clean(self) -> int:
        """How many rows and files went. Raises StorageFailed."""
        gone = await self._database.run(self._forget)
        if abandoned := await self._database.run(lambda uow: uow.attachments.abandoned(BATCH)):
            gone += await self._remove(abandoned)
        # Also when no row went: every row emptied since the last time still stands in the WAL.
        await self._database.truncate_wal()
        return gone

    def _forget(self, uow: UnitOfWork) -> int:
        now = self._clock.now()
        return (
            uow.inbox.purge(now - KEEP_INBOX)
            + uow.outbox.purge(now - KEEP_OUTBOX)
            + uow.deadlines.purge(now - KEEP_DEADLINES)
            + uow.occurrences.purge(now - KEEP_DEADLINES)
        )

    async def _remove(self, attachments: Sequence[Attachment]) -> int:
        """The files first: a row without its file is found again, a file without its row never."""
        for attachment in attachments:
            for path in (attachment.path, attachment.clean_path):
                if path is not None:
                    await asyncio.to_thread(self._files.delete, path)

        def work(uow: UnitOfWork) -> int:
            # One that was downloaded meanwhile has a file now, and waits for the next run.
            same = [found for found in attachments if uow.attachments.get(found.id) == found]
            for found in same:
                uow.attachments.remove(found.id)
            return len(same)

        return await self._database.run(work)
