"""Keys, encryption of single values, MACs and blind indexes.

``SECRET_KEYS`` is a list of base64url keys of 32 bytes: the first encrypts, all decrypt. MACs and blind indexes must
outlive a change of keys, so they come from a random *root* that is made with the database and kept in it, wrapped by
the secret keys (``Vault``). Every subkey is derived by HKDF-SHA256 (RFC 5869) under its own label.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import os
from collections import deque
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from domain.errors import OperatorError, TamperedError
from storage.hidden import Identities

KEY_BYTES = 32
VERSION = 1
_NONCE_BYTES = 12
_ID_BYTES = 4
HEAD_BYTES = 1 + _ID_BYTES
"""Of a stored value: its version and the mark of its key."""
_BODY = HEAD_BYTES + _NONCE_BYTES


def new_key() -> str:
    """A fresh key for ``KENTONGAN_SECRET_KEYS``, base64url without padding."""
    return base64.urlsafe_b64encode(os.urandom(KEY_BYTES)).rstrip(b"=").decode()


def derive(key: bytes, label: str, length: int = KEY_BYTES) -> bytes:
    """A subkey for one purpose."""
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=f"kentongan {label} v1".encode()).derive(key)


def parse_key(text: str) -> bytes:
    """The 32 bytes of one key; raises OperatorError without repeating it."""
    text = text.strip()
    try:
        key = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise OperatorError(
            "KENTONGAN_SECRET_KEYS: a key is not 32 bytes in base64url; make one with: kentongan key new"
        )
    return key


class Keyring:
    """AES-256-GCM under several keys. A value is: version (1) + key id (4) + nonce (12) + ciphertext with tag."""

    def __init__(self, keys: Sequence[str], label: str = "encryption") -> None:
        if not keys:
            raise OperatorError("KENTONGAN_SECRET_KEYS is empty; make a key with: kentongan key new")
        self._ciphers: dict[bytes, AESGCM] = {}
        for text in keys:
            key = parse_key(text)
            head = bytes([VERSION]) + derive(key, "key id", _ID_BYTES)
            self._ciphers.setdefault(head, AESGCM(derive(key, label)))
        self._head, first = next(iter(self._ciphers.items()))
        self._encrypt = first.encrypt

    def encrypt(self, plain: bytes, aad: bytes) -> bytes:
        """Under the first key; ``aad`` names table, column and row, so that values cannot be swapped."""
        nonce = _random()[:_NONCE_BYTES]
        return self._head + nonce + self._encrypt(nonce, plain, aad)

    def decrypt(self, value: bytes, aad: bytes) -> bytes:
        """Raises TamperedError when the value was changed, moved from another row or made under an unknown key."""
        cipher = self._ciphers.get(value[:HEAD_BYTES])
        if cipher is None:
            raise TamperedError(f"no key for {aad.decode()}")
        try:
            return cipher.decrypt(value[HEAD_BYTES:_BODY], value[_BODY:], aad)
        except (InvalidTag, ValueError) as error:
            raise TamperedError(f"does not decrypt: {aad.decode()}") from error

    @property
    def head(self) -> bytes:
        """How a value under the first key begins."""
        return self._head

    def newest(self, value: bytes) -> bool:
        """Whether the value is under the first key already (``rekey`` skips it)."""
        return value[:HEAD_BYTES] == self._head


class Vault(Keyring):
    """A keyring with the database's root: what the repositories use."""

    def __init__(self, keys: Sequence[str], root: bytes) -> None:
        super().__init__(keys)
        self._mac_key = derive(root, "audit")
        self._index_key = derive(root, "index")
        self.identities = Identities(derive(root, "telegram ids"), derive(root, "hidden texts", 2 * KEY_BYTES))

    def mac(self, message: bytes) -> bytes:
        """HMAC-SHA256 for rows and chains, 32 bytes."""
        return hmac.digest(self._mac_key, message, "sha256")

    def blind(self, domain: str, value: str | bytes) -> bytes:
        """A keyed digest to look a secret value up by equality, 32 bytes; ``domain`` keeps columns apart."""
        data = value.encode() if isinstance(value, str) else value
        return hmac.digest(self._index_key, domain.encode() + b"\0" + data, "sha256")


def same(one: bytes, other: bytes) -> bool:
    """Constant-time equality."""
    return hmac.compare_digest(one, other)


def new_uid() -> str:
    """128 random bits in hex: a row's name before the database has given it an id."""
    return _random().hex()


_pool: deque[bytes] = deque()
os.register_at_fork(after_in_child=_pool.clear)


def _random() -> bytes:
    """16 random bytes, each given once. Fetched in bulk: every call of the system hands the GIL to another thread."""
    while True:
        try:
            return _pool.popleft()
        except IndexError:
            fresh = os.urandom(4096)
            _pool.extend(fresh[start : start + 16] for start in range(0, 4096, 16))
