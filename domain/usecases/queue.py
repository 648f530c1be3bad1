"""The pinned message of a verification group: how many reports wait and how long the oldest has waited."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, get_args

from domain.model import Case, GroupPurpose
from domain.notices import Notice, Pin, Priority, Show, View
from domain.office import Office
from domain.ports import UnitOfWork
from domain.roles import Clearance
from domain.sop.schema import Step

BEAT: Final = timedelta(seconds=15)
"""The message is edited at most once in each beat of the clock."""
PURPOSE: GroupPurpose = "verifikasi"


def slot(chat_id: int) -> str:
    """Where the group's queue message stands."""
    return f"antrean@{chat_id}"


def group_of(case: Case, step: Step) -> GroupPurpose | None:
    """The kind of group that the case's card belongs in at that step; None in private.

    A secret case is never put before a group, not even as a number, whatever the definition says.
    """
    if Clearance(case.classification).rank >= Clearance.RAHASIA.rank:
        return None
    return next((purpose for purpose in get_args(GroupPurpose) if step.where == f"group:{purpose}"), None)


def waiting(uow: UnitOfWork, office: Office, purpose: GroupPurpose = PURPOSE) -> Sequence[Case]:
    """The reports that stand at a step of that group, the longest waiting first."""
    statuses = sorted({
        step.status_on_enter for sop in office.sops.latest() for step in sop.steps if step.where == f"group:{purpose}"})
    found = [
        case for status in statuses for case in uow.cases.waiting(status=status)
        if group_of(case, office.sop_of(case.sop, case.sop_version).step(case.step)) == purpose]
    return sorted(found, key=lambda case: (case.entered_at, case.id))


def refresh(uow: UnitOfWork, office: Office, now: datetime, *, changed: bool = False) -> None:
    """Put the count into each verification group's pinned message.

    The scheduler calls it each minute: with nothing waiting it then does nothing. ``changed``: the number may have
    become another one, so that "nothing waits" is said too. Edits of one beat (15 s of the clock) supersede each other
    and go out together, so a rush cannot push the edit ahead of itself for ever.
    """
    groups = uow.groups.for_purpose(PURPOSE)
    if not groups:
        return
    cases = waiting(uow, office)
    if not cases and not changed:
        return
    for group in groups:
        name = slot(group.chat_id)
        first = uow.outbox.slot_message(name) is None
        if first and not cases:
            continue
        uow.outbox.drop_unsent(name)
        when = None if first else _next_beat(now)
        uow.outbox.add(Notice(group.chat_id, Show(_view(cases, now), name), Priority.REPLY, not_before=when))
        if first:
            uow.outbox.add(Notice(group.chat_id, Pin(name), Priority.REPLY))


def _view(cases: Sequence[Case], now: datetime) -> View:
    urgent = sum(case.urgency == "sangat_segera" for case in cases)
    oldest = cases[0] if cases else None
    return View("kartu/antrean", {
        "jumlah": len(cases), "sangat_segera": urgent, "ref": oldest.ref if oldest else None,
        "detik": max(0, int((now - oldest.entered_at).total_seconds())) if oldest else 0,
    }, silent=True)


def _next_beat(now: datetime) -> datetime:
    start = datetime(2000, 1, 1, tzinfo=UTC)
    return start + ((now - start) // BEAT + 1) * BEAT
