"""Column types for what tells who somebody is at Telegram: ids of chats and accounts, slots and titles that carry them.

Equal values are stored alike, so that rows are found by equality and kept unique as before; without the database's root
nobody can say what they stand for, or even test a guess. Seals, bindings and code work on the plain values: only what
lies on disk is hidden. The keys are those of the connection's dialect (``reveal_to``), set with each unit of work.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Iterable
from typing import Any, Generic, TypeVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from sqlalchemy import BigInteger, Dialect, Text
from sqlalchemy.types import TypeDecorator

from domain.errors import TamperedError

K = TypeVar("K")
V = TypeVar("V")
_CACHED = 8192
_ROUNDS = 8
_HALF = 32
_MASK = (1 << _HALF) - 1
_WORD = 1 << (2 * _HALF)
_PLACE = "kentongan_identities"


class _Cache(dict[K, V], Generic[K, V]):
    """Bounded; the same ids come again and again."""

    def keep(self, key: K, value: V) -> V:
        if len(self) >= _CACHED:
            self.clear()
        self[key] = value
        return value


class Identities:
    """A keyed permutation of 64-bit numbers (Feistel rounds of HMAC-SHA256) and AES-SIV for texts, both ways."""

    def __init__(self, id_key: bytes, text_key: bytes) -> None:
        self._key = id_key
        self._siv = AESSIV(text_key)
        self._hidden_ids: _Cache[int, int] = _Cache()
        self._plain_ids: _Cache[int, int] = _Cache()
        self._hidden_texts: _Cache[str, str] = _Cache()
        self._plain_texts: _Cache[str, str] = _Cache()

    def hide_id(self, value: int) -> int:
        """The number that stands for it on disk."""
        known = self._hidden_ids.get(value)
        return known if known is not None else self._hidden_ids.keep(value, self._turn(value, range(_ROUNDS)))

    def plain_id(self, stored: int) -> int:
        """The way back."""
        known = self._plain_ids.get(stored)
        if known is None:
            swapped = self._turn(_swap(stored), reversed(range(_ROUNDS)))
            known = self._plain_ids.keep(stored, _swap(swapped))
        return known

    def hide_text(self, value: str) -> str:
        """The text that stands for it on disk."""
        known = self._hidden_texts.get(value)
        if known is None:
            sealed = self._siv.encrypt(b"\0" + value.encode("utf-8", "surrogatepass"), None)
            known = self._hidden_texts.keep(value, base64.urlsafe_b64encode(sealed).decode())
        return known

    def plain_text(self, stored: str) -> str:
        """The way back; raises TamperedError when the stored text is not one that was hidden here."""
        known = self._plain_texts.get(stored)
        if known is None:
            try:
                plain = self._siv.decrypt(base64.b64decode(stored, altchars=b"-_", validate=True), None)
            except (InvalidTag, ValueError, binascii.Error) as error:
                raise TamperedError("a hidden text was changed") from error
            known = self._plain_texts.keep(stored, plain[1:].decode("utf-8", "surrogatepass"))
        return known

    def _turn(self, value: int, rounds: Iterable[int]) -> int:
        word = value % _WORD
        left, right = word >> _HALF, word & _MASK
        for number in rounds:
            mixed = hmac.digest(self._key, bytes([number]) + right.to_bytes(4), "sha256")
            left, right = right, left ^ int.from_bytes(mixed[:4])
        return _signed(left << _HALF | right)


def reveal_to(dialect: Dialect, identities: Identities) -> None:
    """From here on connections of this dialect read and write hidden columns."""
    vars(dialect)[_PLACE] = identities


class TelegramId(TypeDecorator[int]):
    """A chat's or an account's number."""

    impl = BigInteger
    cache_ok = True

    @property
    def python_type(self) -> type[int]:
        """What code sees."""
        return int

    def process_bind_param(self, value: int | None, dialect: Dialect) -> int | None:  # SQLAlchemy's signature
        return None if value is None else _of(dialect).hide_id(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> int | None:  # SQLAlchemy's signature
        return None if value is None else _of(dialect).plain_id(value)


class Hidden(TypeDecorator[str]):
    """A text that is looked up by equality alone."""

    impl = Text
    cache_ok = True

    @property
    def python_type(self) -> type[str]:
        """What code sees."""
        return str

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # SQLAlchemy's signature
        return None if value is None else _of(dialect).hide_text(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> str | None:  # SQLAlchemy's signature
        return None if value is None else _of(dialect).plain_text(value)


def _of(dialect: Dialect) -> Identities:
    identities: Identities = vars(dialect)[_PLACE]
    return identities


def _signed(word: int) -> int:
    return word - _WORD if word >> (2 * _HALF - 1) else word


def _swap(value: int) -> int:
    word = value % _WORD
    return _signed((word & _MASK) << _HALF | word >> _HALF)
