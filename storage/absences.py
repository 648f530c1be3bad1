"""Who is not on duty, from when until when, and who deputises."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, text

from domain.model import Absence, AbsenceKind
from storage.columns import Moment
from storage.counters import Tally
from storage.crypto import Vault
from storage.prepared import Prepared
from storage.seal import SealedTable
from storage.tables import absences as t

_ABSENCES = SealedTable(t)
_GET = select(t).where(t.c.id == bindparam("id")).with_for_update()
_OF = select(t).where(t.c.person_id == bindparam("person_id")).order_by(t.c.starts_at.desc(), t.c.id.desc())
# One that was ended early is over from that moment on.
_DURING = Prepared(
    select(t)
    .where(t.c.starts_at <= bindparam("now"), t.c.ends_at > bindparam("now"), text("absences.ended_at IS NULL"))
    .order_by(t.c.id)
)
_BETWEEN = (
    select(t)
    .where(
        t.c.starts_at < bindparam("end"),
        func.coalesce(t.c.ended_at, t.c.ends_at) > bindparam("start", type_=Moment),
        t.c.ends_at > bindparam("start"),
    )
    .order_by(t.c.id)
)
_AT = (
    select(t)
    .where(
        t.c.person_id == bindparam("person_id"),
        t.c.starts_at <= bindparam("now"),
        t.c.ends_at > bindparam("now"),
        text("absences.ended_at IS NULL"),
    )
    .order_by(t.c.starts_at.desc(), t.c.id.desc())
    .limit(1)
)


class AbsencesStore:
    """``domain.ports.Absences``."""

    def __init__(self, conn: Connection, vault: Vault, tally: Tally) -> None:
        self._conn = conn
        self._vault = vault
        self._tally = tally

    def add(
        self, person_id: int, starts_at: datetime, ends_at: datetime, kind: AbsenceKind, created_by: int | None,
        now: datetime, *, deputy_id: int | None = None,
    ) -> Absence:  # fmt: skip
        if ends_at <= starts_at:
            raise ValueError("an absence ends after it starts")
        if deputy_id == person_id:
            raise ValueError("nobody deputises for themselves")
        if kind in ("plh", "plt") and deputy_id is None:
            raise ValueError(f"{kind} names a deputy")
        self._tally.add("absences")
        return _value(
            _ABSENCES.insert(
                self._conn,
                self._vault,
                {
                    "person_id": person_id,
                    "starts_at": starts_at,
                    "ends_at": ends_at,
                    "deputy_id": deputy_id,
                    "kind": kind,
                    "created_by": created_by,
                    "created_at": now,
                    "ended_at": None,
                },
            )
        )

    def get(self, absence_id: int) -> Absence | None:
        found = self._conn.execute(_GET, {"id": absence_id}).first()
        return None if found is None else _value(_ABSENCES.row(self._vault, found))

    def at(self, person_id: int, now: datetime) -> Absence | None:
        found = self._conn.execute(_AT, {"person_id": person_id, "now": now}).first()
        return None if found is None else _value(_ABSENCES.row(self._vault, found))

    def during(self, now: datetime) -> Sequence[Absence]:
        """Everybody's absences at that moment, by id."""
        return [_value(_ABSENCES.row(self._vault, row)) for row in _DURING.all(self._conn, {"now": now})]

    def of(self, person_id: int) -> Sequence[Absence]:
        """All absences of the person, newest first."""
        rows = self._conn.execute(_OF, {"person_id": person_id}).all()
        return [_value(_ABSENCES.row(self._vault, row)) for row in rows]

    def between(self, start: datetime, end: datetime) -> Sequence[Absence]:
        """Everybody's absences that touch the time from ``start`` until before ``end``, by id."""
        rows = self._conn.execute(_BETWEEN, {"start": start, "end": end}).all()
        return [_value(_ABSENCES.row(self._vault, row)) for row in rows]

    def end(self, absence_id: int, now: datetime) -> bool:
        """End it early (at once); False when it is unknown or over already."""
        found = self._conn.execute(_GET, {"id": absence_id}).first()
        if found is None:
            return False
        row = _ABSENCES.row(self._vault, found)
        if row["ended_at"] is not None or row["ends_at"] <= now:
            return False
        _ABSENCES.update(self._conn, self._vault, row, {"ended_at": now})
        return True


def _value(row: dict[str, Any]) -> Absence:
    return Absence(**{name: value for name, value in row.items() if name != "row_mac"})
