"""Seals of queue rows, made in the statements that are there anyway: the queues are where speed counts.

``row_mac`` covers what a row says for ever, and holds after its content was destroyed. ``state_mac`` covers what became
of it, as far as the statement that writes it knows: a batch of outcomes knows ids, not addresses or earlier tries.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson

from domain.errors import TamperedError
from storage.columns import to_micros
from storage.crypto import Vault, same
from storage.seal import row_mac

FIXED = {
    "inbox": ("update_id", "chat_key", "received_at", "after"),
    "outbox": ("uid", "chat_id", "priority", "kind", "slot", "fresh", "reference", "created_at"),
}
"""What ``row_mac`` covers."""


def fixed_mac(vault: Vault, table: str, row: Mapping[str, Any]) -> bytes:
    """``row_mac`` of a queue's row."""
    return row_mac(vault, table, {name: row[name] for name in FIXED[table]})


def check_fixed(vault: Vault, table: str, row: Any) -> None:
    """Raises TamperedError, naming table and id only, for a fetched row that is not as it was sealed."""
    if not same(fixed_mac(vault, table, row._mapping), row.row_mac):
        raise TamperedError(f"{table} row does not match its seal: {row.id}")


def inbox_state(vault: Vault, row_id: int, status: str, error: str | None) -> bytes:
    """Done, dead or failed for now."""
    return _mac(vault, "inbox", row_id, status, error)


def outbox_waits(vault: Vault, uid: str, not_before: datetime | None) -> bytes | None:
    """A new notice: nothing to seal unless it is for later."""
    return None if not_before is None else _mac(vault, "outbox", uid, to_micros(not_before))


def outbox_state(
    vault: Vault, row_id: int, status: str, error: str | None, uncertain: bool, parts_done: int,
    not_before: datetime | None,
) -> bytes:  # fmt: skip
    """How a try ended; ``not_before`` counts while it waits for another."""
    later = None if not_before is None or status != "pending" else to_micros(not_before)
    return _mac(vault, "outbox", row_id, status, error, uncertain, parts_done, later)


def outbox_dropped(vault: Vault, by: str | int) -> bytes:
    """Dropped by slot or by chat: the statement that drops does not know the rows it finds."""
    return _mac(vault, "outbox", "dropped", by)


def inbox_holds(vault: Vault, row: Any) -> bool:
    """Whether the state of a fetched row is as it was sealed."""
    if row.state_mac is None:
        return row.status == "pending" and row.attempts == 0 and row.error is None
    return same(row.state_mac, inbox_state(vault, row.id, row.status, row.error))


def outbox_holds(vault: Vault, row: Any) -> bool:
    """Whether the state of a fetched row is as it was sealed."""
    if row.status == "dropped":
        by = (row.chat_id,) if row.slot is None else (row.chat_id, row.slot)
        return row.state_mac is not None and any(same(row.state_mac, outbox_dropped(vault, one)) for one in by)
    if row.status == "pending" and row.attempts == 0:
        untried = row.error is None and not row.uncertain and row.parts_done == 0
        return untried and row.state_mac == outbox_waits(vault, row.uid, row.not_before)
    ended = outbox_state(vault, row.id, row.status, row.error, row.uncertain, row.parts_done, row.not_before)
    return row.state_mac is not None and same(row.state_mac, ended)


def _mac(vault: Vault, table: str, *parts: object) -> bytes:
    return vault.mac(f"{table}:state\0".encode() + orjson.dumps(parts))
