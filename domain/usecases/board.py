"""The roll-call board of the coordination group: one message a day, edited in place; numbers, never persons.

It is pinned until the next day's takes its place.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Final

from domain import rollcall
from domain.model import GroupPurpose
from domain.notices import Json, Notice, Pin, Priority, Show, Unpin, View
from domain.office import Office
from domain.ports import UnitOfWork
from domain.rollcall import Tally
from domain.usecases import roll
from domain.usecases.morning import LATE_FOR
from domain.usecases.roll import Duty

BEAT: Final = timedelta(seconds=15)
"""The message is edited at most once in each beat of the clock, so that a rush stays within the group's 20 a minute."""
PURPOSE: Final[GroupPurpose] = "koordinasi"


def slot(chat_id: int, day: date) -> str:
    """Where the board of that day stands. The chat comes last, as everywhere: a group that moves takes it along."""
    return f"papan:{day.isoformat()}@{chat_id}"


def refresh(uow: UnitOfWork, office: Office, now: datetime) -> int:
    """Show the roll call as it stands, from the first reminder on until late reports are no longer looked for.

    Only a change is shown. The sweep asks every few seconds, reports do not: the roll of a thousand agents is then
    called once for a rush of reports, and edits of one beat supersede each other.
    """
    groups = uow.groups.for_purpose(PURPOSE)
    duty = roll.duty_at(office, now)
    if not groups or duty is None:
        return 0
    begins = rollcall.moment(min((*duty.morning.reminders, duty.morning.due)), office.zone, duty.day)
    if not begins <= now < duty.due + LATE_FOR:
        return 0
    view = _view(uow, duty)
    mark = f"{duty.day.isoformat()}:{hashlib.sha256(json.dumps(view.params, sort_keys=True).encode()).hexdigest()[:16]}"
    shown = 0
    for group in groups:
        name, key = slot(group.chat_id, duty.day), f"papan@{group.chat_id}"
        last = uow.meta.get(key) or ""
        first = uow.outbox.slot_message(name) is None
        if last == mark or (first and uow.outbox.awaited(name)):
            continue  # the first one is on its way: the next sweep edits it
        uow.meta.put(key, mark)
        shown += 1
        uow.outbox.drop_unsent(name)
        uow.outbox.add(
            Notice(group.chat_id, Show(view, name), Priority.REPLY, not_before=None if first else _next_beat(now))
        )
        if first:
            uow.outbox.add(Notice(group.chat_id, Pin(name), Priority.REPLY))
            if (before := last.partition(":")[0]) not in ("", duty.day.isoformat()):
                old = slot(group.chat_id, date.fromisoformat(before))
                uow.outbox.add(Notice(group.chat_id, Unpin(old), Priority.REPLY))
    return shown


def _view(uow: UnitOfWork, duty: Duty) -> View:
    agents, away = roll.owing(uow, duty)
    found = roll.call(uow, duty, agents)
    profile = duty.office.profile
    whole = rollcall.tally(found)
    return View(
        "pagi/papan",
        {
            "hari": duty.day.isoformat(),
            "batas": f"{duty.morning.due:%H.%M}",
            "persen": whole.percent,
            "jumlah": _row(None, whole),
            "izin": len(away),
            "kecamatan": _rows(rollcall.by_region(found, profile.regions)),
            "unsur": _rows(rollcall.by_source(found, profile.sources)),
        },
        silent=True,
    )


def _rows(tallies: Iterable[tuple[str | None, Tally]]) -> list[Json]:
    return [_row(name, tally) for name, tally in tallies]


def _row(name: str | None, tally: Tally) -> dict[str, Json]:
    return {
        "nama": name,
        "wajib": tally.owed,
        "masuk": tally.given,
        "tepat": tally.on_time,
        "nihil": tally.nihil,
        "terlambat": tally.late,
        "belum": tally.missing,
    }


def _next_beat(now: datetime) -> datetime:
    start = datetime(2000, 1, 1, tzinfo=UTC)
    return start + ((now - start) // BEAT + 1) * BEAT
