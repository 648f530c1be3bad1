"""The history: one HMAC chain per subject over salted digests; content can be destroyed and the chain still holds."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, bindparam, insert, select, update

from domain.model import Event
from domain.notices import Json
from storage.columns import to_micros
from storage.counters import Counters
from storage.crypto import Vault
from storage.prepared import Prepared
from storage.seal import SealedTable
from storage.tables import chains
from storage.tables import events as t

_CHAINS = SealedTable(chains)
_INSERT = Prepared(insert(t))
_HEAD = Prepared(select(chains).where(chains.c.subject == bindparam("subject")).with_for_update())
_OF = Prepared(select(t).where(t.c.subject == bindparam("subject")).order_by(t.c.seq))
_OF_EACH = select(t).where(t.c.subject.in_(bindparam("subjects", expanding=True))).order_by(t.c.subject, t.c.seq)
_OF_EACH_ACTION = _OF_EACH.where(t.c.action.in_(bindparam("actions", expanding=True)))
_AT_ONCE = 500
"""Subjects asked for in one statement: a database takes only so many parameters."""
_DESTROY = update(t).where(t.c.subject == bindparam("b_subject"), t.c.seq <= bindparam("b_through")).values(data=None)
SALT_BYTES = 16
TOMBSTONE = "tombstone:"
"""Action of the event that says up to which number the contents before it were destroyed."""


def link(
    vault: Vault,
    previous: bytes,
    subject: str,
    seq: int,
    at: datetime,
    actor_id: int | None,
    action: str,
    digest: bytes,
) -> bytes:
    """The MAC of one event, over everything in it and the MAC before it (empty before the first)."""
    return vault.mac(
        b"event\0" + orjson.dumps([previous.hex(), subject, seq, to_micros(at), actor_id, action, digest.hex()])
    )


def data_aad(subject: str, seq: int) -> bytes:
    """What an event's ciphertext is bound to."""
    return f"events:data:{subject}:{seq}".encode()


class EventsStore:
    """``domain.ports.Events``."""

    def __init__(self, conn: Connection, vault: Vault) -> None:
        self._conn = conn
        self._vault = vault

    def append(
        self, subject: str, action: str, actor_id: int | None, at: datetime, data: Mapping[str, Json] | None = None
    ) -> Event:
        """Add the next link of the subject's chain."""
        found = _HEAD.first(self._conn, {"subject": subject})
        head = None if found is None else _CHAINS.row(self._vault, found)
        seq = 1 if head is None else head["seq"] + 1
        salted = os.urandom(SALT_BYTES) + orjson.dumps(dict(data or {}), option=orjson.OPT_PASSTHROUGH_DATETIME)
        digest = hashlib.sha256(salted).digest()
        mac = link(self._vault, b"" if head is None else head["head"], subject, seq, at, actor_id, action, digest)
        sealed = self._vault.encrypt(salted, data_aad(subject, seq))
        _INSERT.change(
            self._conn,
            {
                "subject": subject,
                "seq": seq,
                "at": at,
                "actor_id": actor_id,
                "action": action,
                "digest": digest,
                "data": sealed,
                "mac": mac,
            },
        )
        if head is None:
            Counters(self._conn, self._vault).next("chains")
            _CHAINS.insert(self._conn, self._vault, {"subject": subject, "seq": seq, "head": mac})
        else:
            _CHAINS.update(self._conn, self._vault, head, {"seq": seq, "head": mac})
        return Event(subject=subject, seq=seq, at=at, actor_id=actor_id, action=action, data=dict(data or {}))

    def of(self, subject: str) -> Sequence[Event]:
        """All events in order; a destroyed one has no data."""
        return [self._value(row) for row in _OF.all(self._conn, {"subject": subject})]

    def of_each(self, subjects: Sequence[str], actions: Sequence[str] = ()) -> Mapping[str, Sequence[Event]]:
        """The events of many subjects at once, each in order; of these actions only, where some are named."""
        found: dict[str, list[Event]] = {}
        for first in range(0, len(subjects), _AT_ONCE):
            key: dict[str, Any] = {"subjects": list(subjects[first : first + _AT_ONCE])}
            if actions:
                key["actions"] = list(actions)
            for row in self._conn.execute(_OF_EACH_ACTION if actions else _OF_EACH, key).all():
                found.setdefault(row.subject, []).append(self._value(row))
        return found

    def destroy(self, subject: str, at: datetime) -> None:
        """Destroy the contents of all events so far (retention); the chain holds and the last event says so."""
        head = _HEAD.first(self._conn, {"subject": subject})
        through = 0 if head is None else head.seq
        self.append(subject, f"{TOMBSTONE}{through}", None, at)
        self._conn.execute(_DESTROY, {"b_subject": subject, "b_through": through})

    def _value(self, row: Any) -> Event:
        data: dict[str, Json] = {}
        if row.data is not None:
            data = orjson.loads(self._vault.decrypt(row.data, data_aad(row.subject, row.seq))[SALT_BYTES:])
        return Event(subject=row.subject, seq=row.seq, at=row.at, actor_id=row.actor_id, action=row.action, data=data)
