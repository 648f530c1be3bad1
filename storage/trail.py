"""Who was shown what, as far as rows tell without opening a report: events by person, notices by reference or chat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, select

from storage.tables import cases, events, outbox


@dataclass(frozen=True, slots=True)
class Sent:
    """A notice that went out, or may have (``uncertain``, or dead after a try whose answer was lost)."""

    chat_id: int
    reference: str
    at: datetime
    status: str
    slot: str | None


@dataclass(frozen=True, slots=True)
class Acted:
    """An event of which the person is the actor."""

    subject: str
    at: datetime
    action: str


_SHOWN = (
    select(outbox.c.chat_id, outbox.c.reference, outbox.c.created_at, outbox.c.status, outbox.c.slot)
    .where(outbox.c.kind == "show", outbox.c.reference.is_not(None))
    .where((outbox.c.status == "sent") | outbox.c.uncertain | (outbox.c.parts_done > 0))
    .order_by(outbox.c.id)
)


def sent_about(conn: Connection, reference: str, since: datetime | None) -> Sequence[Sent]:
    """Notices that named the reference, oldest first, as far back as settled rows are kept."""
    return _sent(conn, _SHOWN.where(outbox.c.reference == reference), since)


def sent_to(conn: Connection, chat_id: int, since: datetime | None) -> Sequence[Sent]:
    """Notices with a reference that went to the chat."""
    return _sent(conn, _SHOWN.where(outbox.c.chat_id == chat_id), since)


def acts_of(conn: Connection, person_id: int, since: datetime | None) -> Sequence[Acted]:
    """Everything the person did that histories hold, oldest first."""
    query = select(events.c.subject, events.c.at, events.c.action).where(events.c.actor_id == person_id)
    if since is not None:
        query = query.where(events.c.at >= since)
    return [Acted(*row) for row in conn.execute(query.order_by(events.c.at, events.c.subject, events.c.seq))]


def subjects_with(conn: Connection, action: str) -> Sequence[str]:
    """Subjects whose history holds such an event."""
    return list(conn.execute(select(events.c.subject).where(events.c.action == action).distinct()).scalars())


def references(conn: Connection, case_ids: Sequence[int]) -> dict[int, str]:
    """The references of these cases."""
    rows = conn.execute(select(cases.c.id, cases.c.ref).where(cases.c.id.in_(case_ids)))
    return {row.id: row.ref for row in rows}


def _sent(conn: Connection, query: Select[Any], since: datetime | None) -> list[Sent]:
    narrowed = query if since is None else query.where(outbox.c.created_at >= since)
    return [Sent(*row) for row in conn.execute(narrowed)]
