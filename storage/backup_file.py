"""The backup's file: records, encrypted and authenticated in pieces, so that a cut or changed one is refused.

After a head in plain JSON (version, schema, time; no content) come pieces of AES-256-GCM under a key of the file's own,
which the head carries wrapped by the secret keys. A piece's nonce is its number, what it is bound to is the head and
whether it is the last: pieces cannot be left out, swapped, cut off or taken from another backup.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from domain.errors import OperatorError, TamperedError
from storage.crypto import KEY_BYTES, Keyring

MAGIC = b"KENTONGAN-BACKUP-1\n"
PIECE = 1 << 20
_WRAP = b"backup:key"
_NONCE_BYTES = 12
_LENGTH_BYTES = 4


class BackupWriter:
    """Records into a file; nothing counts before ``finish``."""

    def __init__(self, file: IO[bytes], keys: Sequence[str], head: dict[str, Any]) -> None:
        key = os.urandom(KEY_BYTES)
        wrapped = Keyring(keys, "backup").encrypt(key, _WRAP)
        line = orjson.dumps({**head, "key": wrapped.hex()})
        file.write(MAGIC + len(line).to_bytes(_LENGTH_BYTES) + line)
        self._file, self._cipher, self._bound = file, AESGCM(key), hashlib.sha256(line).digest()
        self._waiting = bytearray()
        self._number = 0

    def record(self, kind: str, payload: bytes) -> None:
        """One record; ``kind`` is one ASCII letter."""
        self._waiting += kind.encode() + len(payload).to_bytes(_LENGTH_BYTES) + payload
        while len(self._waiting) > PIECE:
            self._piece(bytes(self._waiting[:PIECE]), last=False)
            del self._waiting[:PIECE]

    def finish(self) -> None:
        """The last piece; on disk when this returns."""
        self._piece(bytes(self._waiting), last=True)
        self._file.flush()
        os.fsync(self._file.fileno())

    def _piece(self, plain: bytes, *, last: bool) -> None:
        nonce = self._number.to_bytes(_NONCE_BYTES)
        sealed = self._cipher.encrypt(nonce, plain, self._bound + bytes([last]))
        self._file.write(bytes([last]) + len(sealed).to_bytes(_LENGTH_BYTES) + sealed)
        self._number += 1


def read_head(path: Path) -> dict[str, Any]:
    """The head, not yet proven. Raises OperatorError when the file is no backup or cannot be read."""
    try:
        with path.open("rb") as file:
            return _head(file, path)[0]
    except OSError as error:
        raise OperatorError(f"{path} cannot be read ({error.strerror})") from error


def records(path: Path, keys: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """Kind and payload of each record, in order. Raises OperatorError (no backup, no key), TamperedError."""
    with path.open("rb") as file:
        head, line = _head(file, path)
        try:
            key = Keyring(keys, "backup").decrypt(bytes.fromhex(head["key"]), _WRAP)
        except (TamperedError, KeyError, ValueError) as error:
            raise OperatorError(f"KENTONGAN_SECRET_KEYS does not hold the key that {path} was made with") from error
        waiting = bytearray()
        for piece in _pieces(file, AESGCM(key), hashlib.sha256(line).digest()):
            waiting += piece
            yield from _whole(waiting)
    if waiting:
        raise TamperedError("the backup ends in the middle of a record")


def _head(file: IO[bytes], path: Path) -> tuple[dict[str, Any], bytes]:
    if file.read(len(MAGIC)) != MAGIC:
        raise OperatorError(f"{path} is not a backup made by kentongan backup")
    line = file.read(int.from_bytes(file.read(_LENGTH_BYTES)))
    try:
        head: dict[str, Any] = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise OperatorError(f"{path} is damaged: its head cannot be read") from error
    return head, line


def _pieces(file: IO[bytes], cipher: AESGCM, bound: bytes) -> Iterator[bytes]:
    number, last = 0, False
    while not last:
        mark = file.read(1 + _LENGTH_BYTES)
        if len(mark) < 1 + _LENGTH_BYTES:
            raise TamperedError("the backup was cut off")
        last = mark[0] == 1
        size = int.from_bytes(mark[1:])
        sealed = file.read(min(size, 2 * PIECE))
        try:
            yield cipher.decrypt(number.to_bytes(_NONCE_BYTES), sealed, bound + bytes([last]))
        except (InvalidTag, ValueError) as error:
            raise TamperedError("the backup was changed or is damaged") from error
        number += 1
    if file.read(1):
        raise TamperedError("something was added to the backup")


def _whole(waiting: bytearray) -> Iterator[tuple[str, bytes]]:
    """Takes the whole records off the front."""
    start, mark = 0, 1 + _LENGTH_BYTES
    while len(waiting) - start >= mark:
        size = int.from_bytes(waiting[start + 1 : start + mark])
        if len(waiting) - start - mark < size:
            break
        yield chr(waiting[start]), bytes(waiting[start + mark : start + mark + size])
        start += mark + size
    del waiting[:start]
