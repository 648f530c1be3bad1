"""Readers' PINs: Argon2 hashes with their wrong tries, encrypted and bound to the person's row."""

from __future__ import annotations

from datetime import datetime

import orjson
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, bindparam, select

from domain.model import Pin
from storage.counters import Tally
from storage.crypto import Vault
from storage.seal import SealedTable
from storage.tables import pins as t

_PINS = SealedTable(t)
_GET = select(t).where(t.c.person_id == bindparam("person_id")).with_for_update()
# OWASP's smallest recommended Argon2id: the hash is computed inside a transaction, where everybody else waits for it.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


def secret_aad(person_id: int) -> bytes:
    """What the ciphertext is bound to: nobody gets another person's PIN by exchanging rows."""
    return f"pins:secret:{person_id}".encode()


class PinsStore:
    """``domain.ports.Pins``."""

    def __init__(self, conn: Connection, vault: Vault, tally: Tally) -> None:
        self._conn, self._vault, self._tally = conn, vault, tally

    def get(self, person_id: int) -> Pin | None:
        found = self._conn.execute(_GET, {"person_id": person_id}).first()
        if found is None:
            return None
        row = _PINS.row(self._vault, found)
        kept = orjson.loads(self._vault.decrypt(row["secret"], secret_aad(person_id)))
        return Pin(
            kept["hash"], kept["wrong"], _moment(kept["locked"]), _moment(kept["open"]), kept["new"], kept["asked"],
            _moment(kept["asked_at"]),
        )  # fmt: skip

    def put(self, person_id: int, pin: Pin) -> None:
        kept = {
            "hash": pin.hash, "wrong": pin.wrong, "locked": pin.locked_until, "open": pin.open_until,
            "new": pin.new_hash, "asked": pin.asked, "asked_at": pin.asked_at,
        }  # fmt: skip
        secret = self._vault.encrypt(orjson.dumps(kept), secret_aad(person_id))
        found = self._conn.execute(_GET, {"person_id": person_id}).first()
        if found is None:
            _PINS.insert(self._conn, self._vault, {"person_id": person_id, "secret": secret})
            self._tally.add("pins")
        else:
            _PINS.update(self._conn, self._vault, _PINS.row(self._vault, found), {"secret": secret})

    def hashed(self, text: str) -> str:
        """An Argon2id hash with a salt of its own."""
        return _HASHER.hash(text)

    def matches(self, known: str, text: str) -> bool:
        """Whether the text is what was hashed."""
        try:
            return _HASHER.verify(known, text)
        except (VerificationError, InvalidHashError):
            return False


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
