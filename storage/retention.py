"""What retention finds and destroys: contents of cases and recaps, and rows that are of no more use.

A destroyed case keeps its row (reference, kind, times, status) as the record that there was one; what it said, its
files, its field work and the contents of its history go, and its history says so (``EventsStore.destroy``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, Table, and_, bindparam, delete, exists, func, literal, or_, select

from storage import tables as t
from storage.audit import TOMBSTONE, EventsStore
from storage.cases import fields_aad
from storage.counters import PURGED, Tally
from storage.crypto import Vault
from storage.lokus import SECRET
from storage.seal import SealedTable

DESTROYED = "_dimusnahkan"
"""The one field of a destroyed case: when it was."""
_VERSIONS = SealedTable(t.case_versions)
_ATTACHMENTS = t.attachments
_TOMBSTONE = exists().where(
    t.events.c.subject == literal("case:").concat(t.cases.c.id.cast(t.events.c.subject.type)),
    t.events.c.action.startswith(TOMBSTONE),
)
_ENDED = select(t.cases.c.id, t.cases.c.ref, t.cases.c.kind, t.cases.c.closed_at).where(
    t.cases.c.closed_at < bindparam("before"), ~_TOMBSTONE
)
_FORM_ENDED = and_(
    t.drafts.c.status.not_in(("active", "saved")),
    t.drafts.c.updated_at < bindparam("before"),
    ~exists().where(_ATTACHMENTS.c.draft_id == t.drafts.c.id),
)
_INVITATION_ENDED = or_(
    t.invitations.c.used_at < bindparam("before"),
    t.invitations.c.withdrawn_at < bindparam("before"),
    t.invitations.c.expires_at < bindparam("before"),
)


@dataclass(frozen=True, slots=True)
class DueCase:
    """A case whose time is over."""

    id: int
    ref: str
    kind: str
    closed_at: datetime


@dataclass(frozen=True, slots=True)
class DueRecap:
    id: int
    ref: str
    made_at: datetime


class RetentionStore:
    """Part of the unit of work that cleaning uses."""

    def __init__(self, conn: Connection, vault: Vault, tally: Tally, events: EventsStore) -> None:
        self._conn, self._vault, self._tally, self._events = conn, vault, tally, events

    def cases(self, kind: str | None, before: datetime, limit: int) -> Sequence[DueCase]:
        """Ended before then and not destroyed yet, oldest first; ``kind`` None asks for nihil of every kind."""
        which = t.cases.c.nihil.is_(True) if kind is None else and_(t.cases.c.kind == kind, t.cases.c.nihil.is_(False))
        query = _ENDED.where(which).order_by(t.cases.c.closed_at, t.cases.c.id).limit(limit)
        return [DueCase(*row) for row in self._conn.execute(query, {"before": before})]

    def destroy_case(self, case_id: int, ref: str, now: datetime) -> list[str]:
        """Destroy what it said; the paths of its files, to be removed once this is committed."""
        gone = orjson.dumps({DESTROYED: now.isoformat()})
        versions = select(t.case_versions).where(t.case_versions.c.case_id == case_id).with_for_update()
        for found in self._conn.execute(versions).all():
            row = _VERSIONS.row(self._vault, found)
            sealed = self._vault.encrypt(gone, fields_aad(ref, row["version"]))
            _VERSIONS.update(self._conn, self._vault, row, {"fields": sealed})
        mine = _ATTACHMENTS.c.case_id == case_id
        paths = self._conn.execute(select(_ATTACHMENTS.c.path, _ATTACHMENTS.c.clean_path).where(mine)).all()
        for table in reversed(t.metadata.sorted_tables):  # what names a file goes before the file's row
            if table in SECRET:
                self._delete(table, table.c.case_id == case_id)
        self._delete(_ATTACHMENTS, mine)
        self._events.destroy(f"case:{case_id}", now)
        return [path for row in paths for path in row if path is not None]

    def recaps(self, before: datetime, limit: int) -> Sequence[DueRecap]:
        r = t.recaps.c
        query = select(r.id, r.ref, r.made_at).where(r.made_at < before).order_by(r.made_at).limit(limit)
        return [DueRecap(*row) for row in self._conn.execute(query)]

    def destroy_recap(self, recap_id: int, now: datetime) -> None:
        """The whole row: what is left of a recap is its history without contents."""
        self._delete(t.recaps, t.recaps.c.id == recap_id)
        self._events.destroy(f"recap:{recap_id}", now)

    def forms(self, before: datetime) -> int:
        """Delete rows of forms that ended before then and have no files left; how many."""
        gone = self._conn.execute(delete(t.drafts).where(_FORM_ENDED), {"before": before}).rowcount
        self._tally.add(PURGED["drafts"], gone)
        return gone

    def slots(self, before: datetime) -> int:
        """Forget which messages stand where, of those not changed since then; how many."""
        return self._conn.execute(delete(t.slots).where(t.slots.c.at < before)).rowcount

    def invitations(self, before: datetime) -> int:
        """Delete invitations that were used, withdrawn or over before then; how many."""
        return self._delete(t.invitations, _INVITATION_ENDED, {"before": before})

    def count(self, what: str, before: datetime) -> int:
        """How many rows the method of that name would delete (``purge --dry-run``)."""
        table, where = {
            "forms": (t.drafts, _FORM_ENDED),
            "slots": (t.slots, t.slots.c.at < bindparam("before")),
            "invitations": (t.invitations, _INVITATION_ENDED),
            "updates": (t.inbox, and_(t.inbox.c.status == "done", t.inbox.c.received_at < bindparam("before"))),
            "dead_updates": (t.inbox, and_(t.inbox.c.status == "dead", t.inbox.c.received_at < bindparam("before"))),
            "settled": (t.outbox, and_(t.outbox.c.status != "pending", t.outbox.c.created_at < bindparam("before"))),
        }[what]
        query = select(func.count()).select_from(table).where(where)
        return int(self._conn.execute(query, {"before": before}).scalar_one())

    def known_files(self) -> frozenset[str]:
        """Every path that a row names."""
        rows = self._conn.execute(select(_ATTACHMENTS.c.path, _ATTACHMENTS.c.clean_path)).all()
        return frozenset(path for row in rows for path in row if path is not None)

    def _delete(self, table: Table, where: Any, parameters: dict[str, Any] | None = None) -> int:
        gone = self._conn.execute(delete(table).where(where), parameters or {}).rowcount
        self._tally.add(table.name, -gone)
        return gone
