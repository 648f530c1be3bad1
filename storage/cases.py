"""Cases and the versions of their fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields as dataclass_fields
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Connection, bindparam, func, insert, or_, select, text, update

from domain.errors import StaleWrite, TamperedError
from domain.model import Case, CaseVersion
from domain.ports import Answer, Backlog, Course
from storage.crypto import Vault
from storage.prepared import Prepared
from storage.seal import SealedTable, row_mac
from storage.tables import case_versions
from storage.tables import cases as t

_CASES = SealedTable(t)
_VERSIONS = SealedTable(case_versions)
_WIDTH = len(_CASES.columns)
COLUMNS = frozenset(_CASES.columns) - {"id", "revision", "row_mac"}
FIELDS = frozenset(field.name for field in dataclass_fields(Case)) - {"id", "revision"}

# An outer join: a case whose newest version is missing must be noticed, not left out.
_CASE = select(t, case_versions.c.fields).select_from(
    t.outerjoin(case_versions, (case_versions.c.case_id == t.c.id) & (case_versions.c.version == t.c.version))
)
_IS_OPEN = text("cases.closed_at IS NULL")
_NOT_CANCELLED = text("cases.status <> 'cancelled'")
_NOT_SECRET = text("cases.classification IN ('biasa', 'terbatas')")
_GET = Prepared(_CASE.where(t.c.id == bindparam("id")))
_BY_REF = Prepared(_CASE.where(t.c.ref == bindparam("ref")))
_OF_AUTHOR = Prepared(
    _CASE.where(t.c.author_id == bindparam("author_id")).order_by(t.c.id.desc()).limit(bindparam("limit"))
)
_OF_MORNING = _CASE.where(
    t.c.author_id == bindparam("author_id"), t.c.duty_date == bindparam("duty_date"), _NOT_CANCELLED
).order_by(t.c.id)
_DUTY = Prepared(_OF_MORNING)
_DUTY_REGION = Prepared(_OF_MORNING.where(t.c.region == bindparam("region")))
_NEARBY = Prepared(
    _CASE.where(
        t.c.region == bindparam("region"),
        t.c.received_at >= bindparam("since"),
        t.c.id != bindparam("id"),
        t.c.nihil.is_(False),
        text("cases.kind NOT IN ('lokus', 'disposisi')"),  # no incidents, and not for those who read reports
        _NOT_SECRET,
        _NOT_CANCELLED,
    )
    .order_by(t.c.id.desc())
    .limit(bindparam("limit"))
)
_ANSWERS = (
    select(t.c.author_id, t.c.region, t.c.nihil, t.c.lateness, t.c.ref)
    .where(t.c.duty_date == bindparam("duty_date"), _NOT_CANCELLED)
    .order_by(t.c.id)
)
_COURSES = (
    select(t.c.id, t.c.kind, t.c.sop, t.c.sop_version, t.c.status, t.c.region, t.c.classification, t.c.closed_at)
    .where(
        text("NOT cases.nihil"),
        t.c.received_at < bindparam("end"),
        or_(t.c.closed_at.is_(None), t.c.closed_at >= bindparam("start")),
    )
    .order_by(t.c.received_at, t.c.id)
)
_ALIKE = ("sop", "sop_version", "step", "classification", "urgency")
_BACKLOG = Prepared(
    select(*(t.c[name] for name in _ALIKE), func.count(), func.min(t.c.entered_at))
    .where(_IS_OPEN, t.c.status == bindparam("status"))
    .group_by(*(t.c[name] for name in _ALIKE))
)
_OLDEST = Prepared(
    select(t.c.ref)
    .where(_IS_OPEN, t.c.status == bindparam("status"), *(t.c[name] == bindparam(name) for name in _ALIKE))
    .order_by(t.c.entered_at, t.c.id)
    .limit(1)
)
_LINKED = Prepared(_CASE.where(t.c.incident_id == bindparam("incident_id")).order_by(t.c.id))
_EVENTS = Prepared(
    _CASE.where(
        t.c.received_at > bindparam("since"),
        t.c.received_at <= bindparam("until"),
        t.c.nihil.is_(False),
        text("cases.kind IN ('lapinfo', 'lapsida', 'sikanda')"),
        _NOT_SECRET,
        text("cases.status NOT IN ('cancelled', 'rejected')"),
    ).order_by(t.c.received_at, t.c.id)
)
_COUNT = select(func.count()).select_from(t).where(t.c.received_at >= bindparam("since"))
_VERSIONS_OF = (
    select(case_versions, t.c.ref)
    .join(t, t.c.id == case_versions.c.case_id)
    .where(case_versions.c.case_id == bindparam("case_id"))
    .order_by(case_versions.c.version)
)
_INSERT = Prepared(insert(t))
_RESEAL = Prepared(update(t).where(t.c.id == bindparam("b_id")).values(row_mac=bindparam("row_mac")))
_CHANGE = Prepared(update(t).where(t.c.id == bindparam("b_id"), t.c.revision == bindparam("b_revision")))


def fields_aad(ref: str, version: int) -> bytes:
    """What a version's ciphertext is bound to: the reference never changes and is never given twice."""
    return f"case_versions:fields:{ref}:{version}".encode()


class CasesStore:
    """``domain.ports.Cases``."""

    def __init__(self, conn: Connection, vault: Vault) -> None:
        self._conn = conn
        self._vault = vault

    def add(self, **columns: Any) -> Case:
        """A new case with version 1 of its fields (all columns of Case but id and revision; revision starts at 1)."""
        if columns.keys() != FIELDS:
            raise TypeError(f"cases.add: missing or unknown: {sorted(columns.keys() ^ FIELDS)}")
        values = {**columns, "revision": 1}
        fields = values.pop("fields")
        case = Case(id=_INSERT.insert(self._conn, {**values, "row_mac": b""}), fields=dict(fields), **values)
        _RESEAL.change(self._conn, {"b_id": case.id, "row_mac": self._mac(case)})
        self._put_version(case, case.recorded_by or case.author_id, case.received_at)
        return case

    def get(self, case_id: int) -> Case | None:
        return self._first(_GET, {"id": case_id})

    def by_ref(self, ref: str) -> Case | None:
        return self._first(_BY_REF, {"ref": ref})

    def change(self, case: Case, **columns: Any) -> Case:
        """Update where ``revision`` is still case.revision; raises StaleWrite otherwise."""
        if not columns.keys() <= COLUMNS - {"ref"}:
            raise TypeError(f"cases.change: unknown: {sorted(columns.keys() - COLUMNS)}")
        new = replace(case, **columns, revision=case.revision + 1)
        values = {**columns, "revision": new.revision, "row_mac": self._mac(new)}
        if _CHANGE.change(self._conn, {**values, "b_id": case.id, "b_revision": case.revision}) != 1:
            raise StaleWrite("case")
        return new

    def add_version(self, case: Case, fields: Mapping[str, str], by: int, now: datetime) -> Case:
        """A further version; case.version grows by one (same revision guard as ``change``)."""
        new = replace(self.change(case, version=case.version + 1), fields=dict(fields))
        self._put_version(new, by, now)
        return new

    def versions(self, case_id: int) -> Sequence[CaseVersion]:
        result = []
        for *row, ref in self._conn.execute(_VERSIONS_OF, {"case_id": case_id}):
            version = _VERSIONS.row(self._vault, row)
            fields = orjson.loads(self._vault.decrypt(version["fields"], fields_aad(ref, version["version"])))
            result.append(
                CaseVersion(
                    case_id=case_id,
                    version=version["version"],
                    fields=fields,
                    created_by=version["created_by"],
                    created_at=version["created_at"],
                )
            )
        return result

    def of_author(self, author_id: int, limit: int) -> Sequence[Case]:
        """Newest first."""
        return self._all(_OF_AUTHOR, {"author_id": author_id, "limit": limit})

    def waiting(self, *, status: str | None = None, kind: str | None = None) -> Sequence[Case]:
        """Cases not closed, in the given status/kind, oldest entered_at first."""
        conditions: list[ColumnElement[bool]] = []
        if status is not None:
            conditions.append(t.c.status == status)
        if kind is not None:
            conditions.append(t.c.kind == kind)
        found = self._conn.execute(_CASE.where(_IS_OPEN, *conditions).order_by(t.c.entered_at, t.c.id))
        return [self._value(row) for row in found.all()]

    def duty(self, author_id: int, duty_date: date, region: str | None = None) -> Sequence[Case]:
        """Reports of the author that answer that morning's duty, cancelled ones left out."""
        key = {"author_id": author_id, "duty_date": duty_date}
        return self._all(_DUTY, key) if region is None else self._all(_DUTY_REGION, {**key, "region": region})

    def answers(self, duty_date: date) -> Sequence[Answer]:
        """Everybody's reports that answer that morning's duty, in order, unopened; cancelled ones left out."""
        return [Answer(*row) for row in self._conn.execute(_ANSWERS, {"duty_date": duty_date})]

    def courses(self, start: datetime, end: datetime) -> Sequence[Course]:
        """Events (no nihil) open at some time from ``start`` until before ``end``, by their coming, unopened."""
        return [Course(*row) for row in self._conn.execute(_COURSES, {"start": start, "end": end})]

    def backlog(self, status: str) -> Sequence[Backlog]:
        """What waits in that status, counted without opening any report."""
        found = []
        for *alike, count, oldest_at in _BACKLOG.all(self._conn, {"status": status}):
            key: dict[str, Any] = dict(zip(_ALIKE, alike, strict=True))
            oldest = _OLDEST.all(self._conn, {"status": status, **key})[0]
            found.append(Backlog(**key, count=count, oldest_at=oldest_at, oldest_ref=oldest.ref))
        return found

    def nearby(self, case: Case, since: datetime, limit: int = 60) -> Sequence[Case]:
        """The newest other events of the same kecamatan received since then, by id.

        No nihil, nothing cancelled, no plan of a lokus and no disposition: those are no incidents.
        """
        if case.region is None:
            return []
        key = {"region": case.region, "since": since, "id": case.id, "limit": limit}
        return self._all(_NEARBY, key)[::-1]

    def linked(self, incident_id: int) -> Sequence[Case]:
        """Cases whose incident_id is this one (the first case itself only when it says so)."""
        return self._all(_LINKED, {"incident_id": incident_id})

    def events_between(self, since: datetime, until: datetime) -> Sequence[Case]:
        """Events received in that time that are not secret, oldest first; the secret ones are not opened."""
        return self._all(_EVENTS, {"since": since, "until": until})

    def count_since(self, since: datetime) -> int:
        return int(self._conn.execute(_COUNT, {"since": since}).scalar_one())

    def _put_version(self, case: Case, by: int, now: datetime) -> None:
        sealed = self._vault.encrypt(orjson.dumps(dict(case.fields)), fields_aad(case.ref, case.version))
        values = {"case_id": case.id, "version": case.version, "fields": sealed, "created_by": by, "created_at": now}
        _VERSIONS.insert(self._conn, self._vault, values)

    def _mac(self, case: Case) -> bytes:
        return row_mac(
            self._vault, "cases", {name: getattr(case, name) for name in _CASES.columns if name != "row_mac"}
        )

    def _first(self, statement: Prepared, key: dict[str, Any]) -> Case | None:
        row = statement.first(self._conn, key)
        return None if row is None else self._value(row)

    def _all(self, statement: Prepared, key: dict[str, Any]) -> list[Case]:
        return [self._value(row) for row in statement.all(self._conn, key)]

    def _value(self, row: Any) -> Case:
        values = _CASES.row(self._vault, row[:_WIDTH])
        del values["row_mac"]
        if row[_WIDTH] is None:
            raise TamperedError(f"case_versions row is missing: {values['ref']}")
        fields = orjson.loads(self._vault.decrypt(row[_WIDTH], fields_aad(values["ref"], values["version"])))
        return Case(**values, fields=fields)
