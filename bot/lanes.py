"""Who is next: a lane for each chat, ordered by priority and age, one notice of a chat on its way at a time.

Pure and without a clock: moments are monotonic seconds brought by the caller, and the pacer says what they mean.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.pacing import Kind, Pacer
from domain.notices import Action, Priority, Show
from storage.outbox import OutboxRow


@dataclass(slots=True)
class _Lane:
    rows: list[tuple[int, int, OutboxRow]] = field(default_factory=list)
    busy: bool = False
    waiting_until: float = -1.0


class Lanes:
    """Notices that wait to be sent."""

    def __init__(self, pacer: Pacer, kind_of: Callable[[OutboxRow], tuple[Kind, int]]) -> None:
        self._pacer, self._kind_of = pacer, kind_of
        self._lanes: dict[int, _Lane] = {}
        self._ready: list[tuple[int, int, int]] = []
        self._waiting: list[tuple[float, int]] = []
        self._delayed: list[tuple[datetime, int, OutboxRow]] = []
        self._unsent: dict[str, dict[int, OutboxRow]] = {}
        self._dropped: set[int] = set()
        self._on_way: set[int] = set()
        self.count = 0
        """Notices here, those on their way included."""

    @property
    def delayed(self) -> int:
        """How many wait for their ``not_before``."""
        return len(self._delayed)

    def busy(self, chat_id: int) -> bool:
        """Whether a notice of the chat is on its way."""
        lane = self._lanes.get(chat_id)
        return lane is not None and lane.busy

    def add(self, row: OutboxRow, utc: datetime, now: float) -> list[OutboxRow]:
        """Queue a notice; returns older ones of its slot that it makes needless (they are out of the lanes then)."""
        needless: list[OutboxRow] = []
        if row.not_before is not None and row.not_before > utc:
            heapq.heappush(self._delayed, (row.not_before, row.id, row))
            self.count += 1
            return needless
        if isinstance(row.action, Show) and row.slot is not None:
            row, needless = self._supersede(row, row.action, row.slot)
        self._remember(row)
        lane = self._lanes.setdefault(row.chat_id, _Lane())
        heapq.heappush(lane.rows, (row.priority, row.id, row))
        self.count += 1
        self._enlist(row.chat_id, lane, now)
        return needless

    def due(self, utc: datetime, now: float) -> list[OutboxRow]:
        """Move what became due into its lane; returns what that makes needless."""
        needless: list[OutboxRow] = []
        while self._delayed and self._delayed[0][0] <= utc:
            _, _, row = heapq.heappop(self._delayed)
            self.count -= 1
            needless += self.add(row, utc, now)
        return needless

    def take(self, now: float) -> OutboxRow | None:
        """The next notice that may go now; None when there is none. The pacer holds room for it until it goes."""
        while self._waiting and self._waiting[0][0] <= now:
            _, chat_id = heapq.heappop(self._waiting)
            if (lane := self._lanes.get(chat_id)) is not None:
                lane.waiting_until = -1.0
                self._enlist(chat_id, lane, now)
        while self._ready:
            priority, row_id, chat_id = self._ready[0]
            lane = self._lanes.get(chat_id)
            row = None if lane is None or lane.busy else self._head(chat_id, lane)
            if lane is None or row is None or (row.priority, row.id) != (priority, row_id):
                heapq.heappop(self._ready)
                if lane is not None and row is not None:
                    # What stood in front was dropped; the one behind it moves up.
                    self._enlist(chat_id, lane, now)
                continue
            kind, cost = self._kind_of(row)
            if self._pacer.overall_at(row.priority, now, cost) > now:
                return None
            heapq.heappop(self._ready)
            if self._pacer.chat_at(chat_id, kind, row.priority, now, cost) > now:
                self._enlist(chat_id, lane, now)
                continue
            heapq.heappop(lane.rows)
            lane.busy = True
            self._on_way.add(row.id)
            self._forget(row)
            self._pacer.hold_room(row.priority, cost)
            return row
        return None

    def next_moment(self, now: float) -> float | None:
        """When ``take`` may find something, as far as time decides it; None when only a new notice can."""
        moments = [self._waiting[0][0]] if self._waiting else []
        if self._ready:
            priority, _, chat_id = self._ready[0]
            lane = self._lanes.get(chat_id)
            cost = self._kind_of(lane.rows[0][2])[1] if lane is not None and lane.rows else 1
            moments.append(self._pacer.overall_at(Priority(priority), now, cost))
        return min(moments, default=None)

    def done(self, row: OutboxRow, now: float) -> None:
        """The notice on its way is settled; the next of its chat may follow."""
        self.count -= 1
        self._on_way.discard(row.id)
        self._dropped.discard(row.id)
        self._free(row.chat_id, now)

    def put_back(self, row: OutboxRow, now: float) -> bool:
        """The notice has to be tried again; False when a newer one for its slot made it needless meanwhile."""
        lane = self._lanes.setdefault(row.chat_id, _Lane())
        newer = [other for other in self._unsent.get(row.slot or "", {}).values() if other.id > row.id]
        if row.id in self._dropped or any(_replaces(other.action, row.action) for other in newer):
            self.done(row, now)
            return False
        self._on_way.discard(row.id)
        heapq.heappush(lane.rows, (row.priority, row.id, row))
        self._remember(row)
        self._free(row.chat_id, now)
        return True

    def drop(self, ids: Iterable[int]) -> None:
        """Take notices out by id: a transaction dropped them. One on its way goes on, but is not tried again."""
        wanted = set(ids)
        self._dropped |= wanted & self._on_way
        for rows in list(self._unsent.values()):
            for row in [row for row in rows.values() if row.id in wanted]:
                self._drop(row)
        kept = [entry for entry in self._delayed if entry[1] not in wanted]
        if len(kept) < len(self._delayed):
            self.count -= len(self._delayed) - len(kept)
            self._delayed = kept
            heapq.heapify(kept)

    def clear(self, chat_id: int) -> list[OutboxRow]:
        """Take everything out that waits for a chat."""
        lane = self._lanes.get(chat_id)
        if lane is None:
            return []
        rows = [row for _, _, row in sorted(lane.rows, key=lambda entry: entry[:2]) if row.id not in self._dropped]
        self._dropped -= {row_id for _, row_id, _ in lane.rows}
        lane.rows = []
        for row in rows:
            self._forget(row)
        self.count -= len(rows)
        if not lane.busy:
            del self._lanes[chat_id]
        return rows

    def _free(self, chat_id: int, now: float) -> None:
        lane = self._lanes[chat_id]
        lane.busy = False
        self._enlist(chat_id, lane, now)

    def _enlist(self, chat_id: int, lane: _Lane, now: float) -> None:
        if lane.busy:
            return
        row = self._head(chat_id, lane)
        if row is None:
            return
        kind, cost = self._kind_of(row)
        moment = self._pacer.chat_at(chat_id, kind, row.priority, now, cost)
        if moment <= now:
            heapq.heappush(self._ready, (row.priority, row.id, chat_id))
        elif lane.waiting_until < 0 or moment < lane.waiting_until:
            lane.waiting_until = moment
            heapq.heappush(self._waiting, (moment, chat_id))

    def _head(self, chat_id: int, lane: _Lane) -> OutboxRow | None:
        while lane.rows and lane.rows[0][1] in self._dropped:
            self._dropped.discard(heapq.heappop(lane.rows)[1])
        if lane.rows:
            return lane.rows[0][2]
        if not lane.busy:
            del self._lanes[chat_id]
        return None

    def _supersede(self, row: OutboxRow, action: Show, slot: str) -> tuple[OutboxRow, list[OutboxRow]]:
        needless: list[OutboxRow] = []
        for old in [old for old in self._unsent.get(slot, {}).values() if old.id < row.id]:
            if _replaces(action, old.action):
                action = _inherit(action, old.action)
                self._drop(old)
                needless.append(old)
        if needless:
            row = replace(row, action=action)
        return row, needless

    def _drop(self, row: OutboxRow) -> None:
        self._forget(row)
        self._dropped.add(row.id)
        self.count -= 1

    def _remember(self, row: OutboxRow) -> None:
        if row.slot is not None:
            self._unsent.setdefault(row.slot, {})[row.id] = row

    def _forget(self, row: OutboxRow) -> None:
        rows = self._unsent.get(row.slot or "")
        if rows is not None:
            rows.pop(row.id, None)
            if not rows:
                del self._unsent[row.slot or ""]


def _replaces(newer: Action, older: Action) -> bool:
    """A fresh one in waiting has to be a message of its own, which the newer one then edits (storage says the same)."""
    return (
        isinstance(newer, Show) and newer.supersede and not newer.fresh and isinstance(older, Show) and not older.fresh
    )


def _inherit(newer: Show, older: Action) -> Show:
    """The newer one edits the message that the older one was meant to edit."""
    if newer.at is None and isinstance(older, Show) and older.at is not None:
        return replace(newer, at=older.at, at_media=older.at_media)
    return newer
