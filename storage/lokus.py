"""Orders, teams, field logs and emergencies of lokus: contents encrypted, rows sealed and counted, writers guarded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, Table, bindparam, or_, select, text

from domain.errors import StaleWrite
from domain.lokus.model import Emergency, LogEntry, LogKind, Lokus, Member
from domain.notices import Json
from storage import tables_lokus as t
from storage.counters import Tally
from storage.crypto import Vault, new_uid
from storage.seal import SealedTable
from storage.tables import cases

_STANDS = text("cases.closed_at IS NULL")
_WITH_CASE = select(t.lokus).join(cases, cases.c.id == t.lokus.c.case_id)
_GET = select(t.lokus).where(t.lokus.c.case_id == bindparam("case_id")).with_for_update()
_STANDING = _WITH_CASE.where(_STANDS).order_by(t.lokus.c.case_id)
_BETWEEN = _WITH_CASE.where(
    _STANDS,
    text("lokus.ended_at IS NULL"),
    t.lokus.c.starts_at < bindparam("ends"),
    t.lokus.c.ends_at > bindparam("starts"),
).order_by(t.lokus.c.starts_at, t.lokus.c.case_id)

m = t.lokus_members
_MEMBER = select(m).where(m.c.id == bindparam("id")).with_for_update()
_PRESENT = text("lokus_members.removed_at IS NULL")
_MEMBER_OF = select(m).where(m.c.case_id == bindparam("case_id"), m.c.person_id == bindparam("person_id"), _PRESENT)
_EVERYBODY = select(m).where(m.c.case_id == bindparam("case_id")).order_by(m.c.lead.desc(), m.c.id)
_TEAM = _EVERYBODY.where(_PRESENT)
_EVER = (
    select(m)
    .join(cases, cases.c.id == m.c.case_id)
    .where(m.c.person_id == bindparam("person_id"), _STANDS)
    .order_by(m.c.id)
)
_DUTIES = _EVER.where(_PRESENT)
_LATELY = (
    select(m)
    .join(cases, cases.c.id == m.c.case_id)
    .join(t.lokus, t.lokus.c.case_id == m.c.case_id)
    .where(m.c.person_id == bindparam("person_id"), or_(_STANDS, t.lokus.c.ended_at >= bindparam("since")))
    .order_by(m.c.id)
)
_LATELY_PRESENT = _LATELY.where(_PRESENT)

g = t.lokus_log
_ENTRY = select(g).where(g.c.id == bindparam("id")).with_for_update()
_LOG = select(g).where(g.c.case_id == bindparam("case_id")).order_by(g.c.at, g.c.id)
_LOG_OF = _LOG.where(g.c.person_id == bindparam("person_id"))
_ENTRY_OF = select(g).where(g.c.chat_id == bindparam("chat_id"), g.c.message_id == bindparam("message_id"))

e = t.lokus_emergencies
_EMERGENCY = select(e).where(e.c.id == bindparam("id")).with_for_update()
_EMERGENCIES = select(e).where(e.c.case_id == bindparam("case_id")).order_by(e.c.id)
_RAISED = select(e).where(text("lokus_emergencies.ended_at IS NULL")).order_by(e.c.id)

SECRET: Mapping[Table, tuple[str, ...]] = {
    t.lokus: ("order", "desk", "result"),
    m: ("content",),
    g: ("content",),
    e: ("content",),
}
"""The columns of each table that hold ciphertext."""


def content_aad(table: Table, column: str, row: Mapping[str, Any]) -> bytes:
    """What a value is bound to: its column and the name that its row never changes."""
    name = row["case_id"] if table is t.lokus else row["uid"]
    return f"{table.name}:{column}:{name}".encode()


class _Rows:
    """One table with a ``revision`` and encrypted columns."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.sealed = SealedTable(table)
        self.secret = SECRET[table]

    def insert(self, conn: Connection, vault: Vault, values: dict[str, Any]) -> dict[str, Any]:
        row = {**values, "revision": 1}
        written = self.sealed.insert(conn, vault, {**row, **self._closed(vault, row, row)})
        return self.opened(vault, written)

    def change(self, conn: Connection, vault: Vault, found: Any, revision: int, changes: Mapping[str, Any]) -> Any:
        """Set columns of the row just read for update. Raises StaleWrite when it is not at that revision any more."""
        if found is None or found.revision != revision:
            raise StaleWrite(self.table.name)
        row = self.sealed.row(vault, found)
        new = {**changes, **self._closed(vault, row, changes), "revision": revision + 1}
        return self.opened(vault, self.sealed.update(conn, vault, row, new))

    def read(self, vault: Vault, found: Any) -> dict[str, Any]:
        return self.opened(vault, self.sealed.row(vault, found))

    def opened(self, vault: Vault, row: Mapping[str, Any]) -> dict[str, Any]:
        values = {name: value for name, value in row.items() if name != "row_mac"}
        for name in self.secret:
            if values[name] is not None:
                values[name] = orjson.loads(vault.decrypt(values[name], content_aad(self.table, name, row)))
        return values

    def _closed(self, vault: Vault, row: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, bytes]:
        return {
            name: vault.encrypt(orjson.dumps(changes[name]), content_aad(self.table, name, row))
            for name in self.secret
            if changes.get(name) is not None
        }


_LOKUS, _MEMBERS, _ENTRIES, _ALARMS = _Rows(t.lokus), _Rows(m), _Rows(g), _Rows(e)


class LokusStore:
    """``domain.ports_lokus.LokusRows``."""

    def __init__(self, conn: Connection, vault: Vault, tally: Tally) -> None:
        self._conn, self._vault, self._tally = conn, vault, tally

    def add(self, case_id: int, desk: Mapping[str, Json], now: datetime) -> Lokus:
        """The plan of that case has become a lokus."""
        values = dict.fromkeys(("starts_at", "ends_at", "coordinator_id", "result", "started_at", "ended_at"))
        row = {**values, "case_id": case_id, "edition": 0, "order": {}, "desk": dict(desk), "created_at": now}
        return Lokus(**self._insert(_LOKUS, row))

    def get(self, case_id: int) -> Lokus | None:
        found = self._conn.execute(_GET, {"case_id": case_id}).first()
        return None if found is None else Lokus(**_LOKUS.read(self._vault, found))

    def change(self, lokus: Lokus, **columns: Any) -> Lokus:
        """Set columns by name; raises StaleWrite when it was changed since it was read."""
        found = self._conn.execute(_GET, {"case_id": lokus.case_id}).first()
        return Lokus(**_LOKUS.change(self._conn, self._vault, found, lokus.revision, columns))

    def standing(self) -> Sequence[Lokus]:
        """Those whose case is not closed, by case."""
        return [Lokus(**_LOKUS.read(self._vault, row)) for row in self._conn.execute(_STANDING).all()]

    def between(self, starts: datetime, ends: datetime) -> Sequence[Lokus]:
        """Standing ones whose field part is not over and whose time touches the period, by start."""
        rows = self._conn.execute(_BETWEEN, {"starts": starts, "ends": ends}).all()
        return [Lokus(**_LOKUS.read(self._vault, row)) for row in rows]

    def add_member(
        self, case_id: int, person_id: int, by: int, now: datetime, *, lead: bool = False,
        replaces_id: int | None = None,
    ) -> Member:  # fmt: skip
        row: dict[str, Any] = dict.fromkeys(
            ("opened_at", "answered_at", "ready", "arrived_at", "started_at", "finished_at", "removed_at", "checked_at")
        )
        row |= {"uid": new_uid(), "case_id": case_id, "person_id": person_id, "lead": lead, "added_at": now}
        row |= {"added_by": by, "replaces_id": replaces_id, "edition": 0, "misses": 0, "content": {}}
        return Member(**self._insert(_MEMBERS, row))

    def get_member(self, member_id: int) -> Member | None:
        found = self._conn.execute(_MEMBER, {"id": member_id}).first()
        return None if found is None else Member(**_MEMBERS.read(self._vault, found))

    def member(self, case_id: int, person_id: int) -> Member | None:
        """The person's present part in that lokus; None for somebody who is not (or no longer) in the team."""
        found = self._conn.execute(_MEMBER_OF, {"case_id": case_id, "person_id": person_id}).first()
        return None if found is None else Member(**_MEMBERS.read(self._vault, found))

    def team(self, case_id: int, *, everybody: bool = False) -> Sequence[Member]:
        """The present team, the coordinator first, then by row; ``everybody`` with those taken out."""
        rows = self._conn.execute(_EVERYBODY if everybody else _TEAM, {"case_id": case_id}).all()
        return [Member(**_MEMBERS.read(self._vault, row)) for row in rows]

    def duties(
        self, person_id: int, *, everybody: bool = False, since: datetime | None = None
    ) -> Sequence[Member]:  # fmt: skip
        """The person's parts in lokus whose case is not closed, the newest last; ``everybody`` with those taken out.

        ``since`` adds those whose field ended (or that were called off) after that moment, closed or not.
        """
        if since is None:
            rows = self._conn.execute(_EVER if everybody else _DUTIES, {"person_id": person_id}).all()
        else:
            key = {"person_id": person_id, "since": since}
            rows = self._conn.execute(_LATELY if everybody else _LATELY_PRESENT, key).all()
        return [Member(**_MEMBERS.read(self._vault, row)) for row in rows]

    def change_member(self, member: Member, **columns: Any) -> Member:
        found = self._conn.execute(_MEMBER, {"id": member.id}).first()
        return Member(**_MEMBERS.change(self._conn, self._vault, found, member.revision, columns))

    def log(
        self, case_id: int, person_id: int, kind: LogKind, at: datetime, now: datetime, content: Mapping[str, Json],
        *, attachment_id: int | None = None, chat_id: int | None = None, message_id: int | None = None,
    ) -> LogEntry | None:  # fmt: skip
        """One entry; None when that very message of the chat is in the log already."""
        if chat_id is not None and message_id is not None and self.entry_of(chat_id, message_id) is not None:
            return None
        row = {"uid": new_uid(), "case_id": case_id, "person_id": person_id, "at": at, "received_at": now}
        row |= {"kind": kind, "attachment_id": attachment_id, "chat_id": chat_id, "message_id": message_id}
        return LogEntry(**self._insert(_ENTRIES, {**row, "content": dict(content)}))

    def entries(self, case_id: int, person_id: int | None = None) -> Sequence[LogEntry]:
        """The log by time, everybody's or one person's."""
        key = {"case_id": case_id} if person_id is None else {"case_id": case_id, "person_id": person_id}
        rows = self._conn.execute(_LOG if person_id is None else _LOG_OF, key).all()
        return [LogEntry(**_ENTRIES.read(self._vault, row)) for row in rows]

    def entry_of(self, chat_id: int, message_id: int) -> LogEntry | None:
        found = self._conn.execute(_ENTRY_OF, {"chat_id": chat_id, "message_id": message_id}).first()
        return None if found is None else LogEntry(**_ENTRIES.read(self._vault, found))

    def change_entry(self, entry: LogEntry, content: Mapping[str, Json]) -> LogEntry:
        found = self._conn.execute(_ENTRY, {"id": entry.id}).first()
        changes = {"content": dict(content)}
        return LogEntry(**_ENTRIES.change(self._conn, self._vault, found, entry.revision, changes))

    def raise_emergency(self, case_id: int, person_id: int, content: Mapping[str, Json], now: datetime) -> Emergency:
        row: dict[str, Any] = dict.fromkeys(("acknowledged_at", "acknowledged_by", "ended_at", "ended_by"))
        row |= {"uid": new_uid(), "case_id": case_id, "person_id": person_id, "raised_at": now, "told_at": now}
        return Emergency(**self._insert(_ALARMS, {**row, "times": 1, "content": dict(content)}))

    def get_emergency(self, emergency_id: int) -> Emergency | None:
        found = self._conn.execute(_EMERGENCY, {"id": emergency_id}).first()
        return None if found is None else Emergency(**_ALARMS.read(self._vault, found))

    def emergencies(self, case_id: int | None = None) -> Sequence[Emergency]:
        """Those of one case, ended ones too; without a case all that are not ended."""
        statement, key = (_RAISED, {}) if case_id is None else (_EMERGENCIES, {"case_id": case_id})
        return [Emergency(**_ALARMS.read(self._vault, row)) for row in self._conn.execute(statement, key).all()]

    def change_emergency(self, emergency: Emergency, **columns: Any) -> Emergency:
        found = self._conn.execute(_EMERGENCY, {"id": emergency.id}).first()
        return Emergency(**_ALARMS.change(self._conn, self._vault, found, emergency.revision, columns))

    def _insert(self, rows: _Rows, values: dict[str, Any]) -> dict[str, Any]:
        self._tally.add(rows.table.name)
        return rows.insert(self._conn, self._vault, values)
