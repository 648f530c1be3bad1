"""Making, upgrading and recognising a database: revision, practice flag, the wrapped root that also proves the keys."""

from __future__ import annotations

import base64
import os
from collections.abc import Sequence
from typing import Any

import orjson
from sqlalchemy import Connection, bindparam, insert, select, text

from domain.errors import OperatorError, TamperedError
from storage import migrations
from storage.counters import make_counters
from storage.crypto import KEY_BYTES, Keyring, Vault
from storage.hidden import reveal_to
from storage.seal import row_mac
from storage.tables import meta

_VALUE = select(meta.c.value).where(meta.c.key == bindparam("key"))
WRAPPED = "vault"
"""The meta key of the root, wrapped by the first secret key."""
WRAPPED_AAD = b"meta:value:vault"
_LOCK_NUMBER = 0x4B656E74  # any constant: two processes that upgrade at once take turns on it


def prepare(conn: Connection, keys: Sequence[str], *, create: bool, practice: bool) -> Vault:
    """The vault of a database that is ready for use, inside the caller's transaction.

    With ``create`` missing tables are made and an older schema is upgraded. Raises SchemaTooNew, and OperatorError when
    the database is not ready, is of the other kind (practice or real), or was made with keys that are not among these.
    """
    if conn.dialect.name == "postgresql":
        conn.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _LOCK_NUMBER})
    revision = migrations.current(conn)
    if revision != migrations.HEAD:
        if not create:
            what = "is empty" if revision is None else f"has the older schema {revision}"
            raise OperatorError(f"the database {what}; run: kentongan init")
        migrations.upgrade(conn)
    wrapped = conn.execute(_VALUE, {"key": WRAPPED}).scalar()
    if wrapped is None:
        if not create:
            raise OperatorError("the database was never initialised; run: kentongan init")
        return _make(conn, keys, practice=practice)
    if conn.execute(_VALUE, {"key": "practice"}).scalar() != _flag(practice):
        kind, other = ("practice", "real") if practice else ("real", "practice")
        raise OperatorError(
            f"the database holds {other} data and this is {kind} operation; give KENTONGAN_DATABASE_URL another one"
        )
    try:
        payload = orjson.loads(vault_keyring(keys).decrypt(wrapped, WRAPPED_AAD))
    except TamperedError as error:
        raise OperatorError("KENTONGAN_SECRET_KEYS does not hold the key this database was made with") from error
    if payload["practice"] is not practice:
        raise OperatorError("the database's practice flag was changed by hand")
    vault = Vault(keys, base64.b64decode(payload["root"]))
    reveal_to(conn.dialect, vault.identities)
    return vault


def vault_keyring(keys: Sequence[str]) -> Keyring:
    """What wraps the root: the same secret keys under a label of their own."""
    return Keyring(keys, "root")


def _make(conn: Connection, keys: Sequence[str], *, practice: bool) -> Vault:
    root = os.urandom(KEY_BYTES)
    payload = orjson.dumps({"root": base64.b64encode(root).decode(), "practice": practice})
    vault = Vault(keys, root)
    rows: list[dict[str, Any]] = [
        {"key": WRAPPED, "value": vault_keyring(keys).encrypt(payload, WRAPPED_AAD)},
        {"key": "practice", "value": _flag(practice)},
    ]
    conn.execute(insert(meta), [{**row, "row_mac": row_mac(vault, "meta", row)} for row in rows])
    make_counters(conn, vault, meta=len(rows))
    reveal_to(conn.dialect, vault.identities)
    return vault


def _flag(practice: bool) -> bytes:
    return b"1" if practice else b"0"
