"""The pinned message of a verification group: how many reports wait and how long the oldest has waited."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, get_args

from domain.model import GroupPurpose
from domain.notices import Notice, Pin, Priority, Show, View
from domain.office import Office
from domain.ports import Backlog, UnitOfWork
from domain.roles import Clearance
from domain.sop.schema import Step

BEAT: Final = timedelta(seconds=15)
"""The message is edited at most once in each beat of the clock."""
PURPOSE: GroupPurpose = "verifikasi"


def slot(chat_id: int) -> str:
    """Where the group's queue message stands."""
    return f"antrean@{chat_id}"


def group_of(classification: str, step: Step) -> GroupPurpose | None:
    """The kind of group that such a case's card belongs in at that step; None in private.

    A secret case is never put before a group, not even as a number, whatever the definition says.
    """
    if Clearance(classification).rank >= Clearance.RAHASIA.rank:
        return None
    return next((purpose for purpose in get_args(GroupPurpose) if step.where == f"group:{purpose}"), None)


def waiting(uow: UnitOfWork, office: Office, purpose: GroupPurpose = PURPOSE) -> Sequence[Backlog]:
    """What stands at a step of that group, the longest waiting first; counted, for no report is opened to count it."""
    statuses = sorted(
        {step.status_on_enter for sop in office.sops.latest() for step in sop.steps if step.where == f"group:{purpose}"}
    )
    found = [
        heap
        for status in statuses
        for heap in uow.cases.backlog(status)
        if group_of(heap.classification, office.sop_of(heap.sop, heap.sop_version).step(heap.step)) == purpose
    ]
    return sorted(found, key=lambda heap: (heap.oldest_at, heap.oldest_ref))


def refresh(uow: UnitOfWork, office: Office, now: datetime, *, changed: bool = False) -> None:
    """Put the count into each verification group's pinned message.

    The scheduler calls it each minute: with nothing waiting it then does nothing. ``changed``: the number may have
    become another one, so that "nothing waits" is said too. Edits of one beat (15 s of the clock) supersede each other
    and go out together, so a rush cannot push the edit ahead of itself for ever.
    """
    groups = uow.groups.for_purpose(PURPOSE)
    if not groups:
        return
    heaps = waiting(uow, office)
    for group in groups:
        name, key = slot(group.chat_id), f"antrean@{group.chat_id}"
        put_off = bool(uow.meta.get(key))
        if not heaps and not changed and not put_off:
            continue
        first = uow.outbox.slot_message(name) is None
        if first and uow.outbox.awaited(name):
            uow.meta.put(key, "1")  # the first one is on its way: the next refresh edits it
            continue
        if put_off:
            uow.meta.put(key, "")
        if first and not heaps:
            continue
        # One whose beat has come, though it has not gone yet, gives its place to the newer one.
        due = uow.outbox.due(name)
        beat = due if due is not None and due <= now else _next_beat(now)
        uow.outbox.drop_unsent(name)
        when = None if first else beat
        uow.outbox.add(Notice(group.chat_id, Show(_view(heaps, now), name), Priority.REPLY, not_before=when))
        if first:
            uow.outbox.add(Notice(group.chat_id, Pin(name), Priority.REPLY))


def _view(heaps: Sequence[Backlog], now: datetime) -> View:
    oldest = heaps[0] if heaps else None
    return View(
        "kartu/antrean",
        {
            "jumlah": sum(heap.count for heap in heaps),
            "ref": oldest.oldest_ref if oldest else None,
            "sangat_segera": sum(heap.count for heap in heaps if heap.urgency == "sangat_segera"),
            "detik": max(0, int((now - oldest.oldest_at).total_seconds())) if oldest else 0,
        },
        silent=True,
    )


def _next_beat(now: datetime) -> datetime:
    start = datetime(2000, 1, 1, tzinfo=UTC)
    return start + ((now - start) // BEAT + 1) * BEAT
