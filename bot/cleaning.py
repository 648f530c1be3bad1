"""Throws away what nobody needs any more and destroys what the profile's retention says: contents of reports and
recaps, rows, files, and their traces in the WAL.

Rows of the inbox and the outbox are emptied of content when they are done; what stays a while is ids and times, against
an update that Telegram delivers again and for whoever looks into a trouble.
"""

from __future__ import annotations

import asyncio
from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from domain.model import Attachment
from domain.ports import Clock
from domain.retention import Retention, rules, why
from storage.database import Database
from storage.unit import UnitOfWork

KEEP_INBOX = timedelta(days=7)
"""Telegram repeats an update for a day at most, and may number anew after a week without any."""
KEEP_DEADLINES = timedelta(days=30)
BATCH = 200
"""Files, or reports, that one step removes: the end of the process waits for it."""
STRAY_AFTER = timedelta(hours=1)
"""A file that no row knows is left by a kill when it is older; a younger one may be on its way into its row."""

_ALL = 1_000_000
log = structlog.get_logger("cleaning")


class FileStore(Protocol):
    """Removes a file below the data directory; one that is gone already counts as done."""

    def delete(self, path: str, /) -> None: ...
    def stray(self, known: Container[str], before: datetime, /) -> list[str]: ...
    def discard(self, name: str, /) -> None: ...


@dataclass(frozen=True, slots=True)
class Due:
    """What a run would destroy, and why; never content."""

    what: str
    count: int
    why: str
    ref: str | None = None
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Batch:
    count: int
    paths: list[str]


class Cleaner:
    """``clean`` now and then; a run that is missed or cut short is made up for by the next."""

    def __init__(self, database: Database, files: FileStore, clock: Clock, retention: Retention | None = None) -> None:
        self._database, self._files, self._clock = database, files, clock
        self._retention = retention or Retention()

    async def clean(self) -> int:
        """How many rows and files went. Raises StorageFailed."""
        gone = await self._database.run(self._forget)
        if abandoned := await self._database.run(lambda uow: uow.attachments.abandoned(BATCH)):
            gone += await self._remove(abandoned)
        gone += await self._destroy()
        gone += await self._sweep_files()
        # Also when no row went: every row emptied since the last time still stands in the WAL.
        await self._database.truncate_wal()
        return gone

    def _forget(self, uow: UnitOfWork) -> int:
        now, keep = self._clock.now(), self._retention
        return (
            uow.inbox.purge(now - KEEP_INBOX)
            + uow.inbox.purge(now - keep.dead_updates, "dead")
            + uow.outbox.purge(now - keep.settled)
            + uow.deadlines.purge(now - KEEP_DEADLINES)
            + uow.occurrences.purge(now - KEEP_DEADLINES)
            + uow.retention.forms(now - keep.forms)
            + uow.retention.slots(now - keep.slots)
            + uow.retention.invitations(now - keep.invitations)
        )

    async def plan(self) -> Sequence[Due]:
        """What ``clean`` would destroy now; nothing is changed. Rows without content that only age are left out."""
        found = await self._database.read(self._due)
        return [*found, *(Due("file", 1, "no row knows it", name) for name in await self._strays())]

    def _due(self, uow: UnitOfWork) -> list[Due]:
        now, keep, store = self._clock.now(), self._retention, uow.retention
        found = [
            Due(rule.name, 1, why(rule.schedule), case.ref, case.closed_at)
            for rule in rules(keep, now)
            for case in store.cases(rule.kind, rule.before, _ALL)
        ]
        if keep.recap.then == "destroy":
            before = now - keep.recap.total
            found += [Due("recap", 1, why(keep.recap), one.ref, one.made_at) for one in store.recaps(before, _ALL)]
        ages = {
            "updates": KEEP_INBOX, "dead_updates": keep.dead_updates, "settled": keep.settled, "forms": keep.forms,
            "slots": keep.slots, "invitations": keep.invitations,
        }  # fmt: skip
        counted = {what: store.count(what, now - age) for what, age in ages.items()}
        found += [Due(what, count, f"older than {ages[what].days}d") for what, count in counted.items() if count]
        if abandoned := uow.attachments.abandoned(_ALL):
            found.append(Due("files of forms", len(abandoned), "their form ended"))
        return found

    async def _destroy(self) -> int:
        """Reports and recaps whose time is over, a batch a transaction; files once nothing names them any more.

        Killed in between, the files are strays of the next run.
        """
        gone = 0
        while batch := await self._database.run(self._destroy_some):
            for path in batch.paths:
                await asyncio.to_thread(self._files.delete, path)
            gone += batch.count
            log.info("destroyed", count=batch.count, files=len(batch.paths))
        return gone

    def _destroy_some(self, uow: UnitOfWork) -> _Batch | None:
        now, keep = self._clock.now(), self._retention
        for rule in rules(keep, now):
            if cases := uow.retention.cases(rule.kind, rule.before, BATCH):
                paths = [path for case in cases for path in uow.retention.destroy_case(case.id, case.ref, now)]
                return _Batch(len(cases), paths)
        if keep.recap.then == "destroy" and (recaps := uow.retention.recaps(now - keep.recap.total, BATCH)):
            for recap in recaps:
                uow.retention.destroy_recap(recap.id, now)
            return _Batch(len(recaps), [])
        return None

    async def _sweep_files(self) -> int:
        strays = await self._strays()
        for name in strays:
            await asyncio.to_thread(self._files.discard, name)
        return len(strays)

    async def _strays(self) -> Sequence[str]:
        before = self._clock.now() - STRAY_AFTER
        known = await self._database.read(lambda uow: uow.retention.known_files())
        return await asyncio.to_thread(self._files.stray, known, before)

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
