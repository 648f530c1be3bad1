"""Invitations: single-use, looked up by a keyed digest."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, bindparam, select

from domain.model import Invitation, NewPerson
from domain.roles import Clearance, Role
from storage.counters import Counters
from storage.crypto import Vault
from storage.seal import SealedTable
from storage.tables import invitations as t

_INVITATIONS = SealedTable(t)
# The row is locked between reading and marking: of two accounts that open one invitation, one finds it used.
_USABLE = (
    select(t)
    .where(
        t.c.digest == bindparam("digest"),
        t.c.used_at.is_(None),
        t.c.withdrawn_at.is_(None),
        t.c.expires_at > bindparam("now"),
    )
    .with_for_update()
)
_OPEN = (
    select(t)
    .where(t.c.used_at.is_(None), t.c.withdrawn_at.is_(None), t.c.expires_at > bindparam("now"))
    .order_by(t.c.id)
)
_BY_ID = select(t).where(t.c.id == bindparam("id"), t.c.used_at.is_(None), t.c.withdrawn_at.is_(None)).with_for_update()


class InvitationsStore:
    """``domain.ports.Invitations``."""

    def __init__(self, conn: Connection, vault: Vault) -> None:
        self._conn = conn
        self._vault = vault

    def add(
        self, digest: bytes, grant: NewPerson, created_by: int | None, now: datetime, expires_at: datetime
    ) -> Invitation:
        blind = self._vault.blind("invitations:digest", digest)
        Counters(self._conn, self._vault).next("invitations")
        row = _INVITATIONS.insert(
            self._conn,
            self._vault,
            {
                "digest": blind,
                "grant": self._vault.encrypt(_dump(grant), _aad(blind)),
                "created_by": created_by,
                "created_at": now,
                "expires_at": expires_at,
                "used_at": None,
                "used_by": None,
                "withdrawn_at": None,
            },
        )
        return self._value(row)

    def claim(self, digest: bytes, telegram_id: int, now: datetime) -> Invitation | None:
        """Mark it used; None when unknown, used, withdrawn or expired."""
        blind = self._vault.blind("invitations:digest", digest)
        found = self._conn.execute(_USABLE, {"digest": blind, "now": now}).first()
        if found is None:
            return None
        row = _INVITATIONS.row(self._vault, found)
        return self._value(_INVITATIONS.update(self._conn, self._vault, row, {"used_at": now, "used_by": telegram_id}))

    def open(self, now: datetime) -> Sequence[Invitation]:
        return [self._value(_INVITATIONS.row(self._vault, row)) for row in self._conn.execute(_OPEN, {"now": now})]

    def withdraw(self, invitation_id: int, now: datetime) -> bool:
        """False when it was used or withdrawn already."""
        found = self._conn.execute(_BY_ID, {"id": invitation_id}).first()
        if found is None:
            return False
        _INVITATIONS.update(self._conn, self._vault, _INVITATIONS.row(self._vault, found), {"withdrawn_at": now})
        return True

    def _value(self, row: dict[str, Any]) -> Invitation:
        return Invitation(
            id=row["id"],
            grant=_load(self._vault.decrypt(row["grant"], _aad(row["digest"]))),
            created_by=row["created_by"],
            created_at=row["created_at"],
            expires_at=row["expires_at"],
            used_at=row["used_at"],
            used_by=row["used_by"],
        )


def _aad(blind: bytes) -> bytes:
    return b"invitations:grant:" + blind.hex().encode()


def _dump(grant: NewPerson) -> bytes:
    return orjson.dumps(
        {
            "roles": sorted(grant.roles), "regions": grant.regions, "clearance": grant.clearance, "name": grant.name,
            "code_name": grant.code_name, "source": grant.source, "means": grant.means,
            "replaces": grant.replaces,
        }
    )  # fmt: skip


def _load(data: bytes) -> NewPerson:
    grant = orjson.loads(data)
    return NewPerson(
        roles=frozenset(Role(role) for role in grant["roles"]),
        regions=tuple(grant["regions"]),
        clearance=Clearance(grant["clearance"]),
        name=grant["name"],
        code_name=grant["code_name"],
        source=grant["source"],
        means=grant["means"],
        replaces=grant["replaces"],
    )
