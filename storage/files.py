"""Attachment files under the data directory: encrypted, under random names, written whole or not at all."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Container
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from domain.errors import NotFound, StorageFailed, TamperedError
from storage.crypto import HEAD_BYTES, Vault, new_uid

_NAME = re.compile(r"[0-9a-f]{2}/[0-9a-f]{32}")
_FOLDER = "attachments"
_HALF = ".part"
"""What a file is called until it is whole."""
_PIECE = 1 << 20


class AttachmentFiles:
    """Blocking; call it from a worker thread. Paths it gives and takes are relative: ``ab/ab12…``."""

    def __init__(self, data_dir: Path, vault: Vault) -> None:
        self._root = data_dir / _FOLDER
        self._vault = vault

    def write(self, data: bytes) -> str:
        """Store the bytes, on disk when this returns; the path to keep. Raises StorageFailed when the disk refuses."""
        name = new_uid()
        path = f"{name[:2]}/{name}"
        self._put(self._root / path, self._vault.encrypt(data, _aad(path)))
        return path

    def _put(self, target: Path, sealed: bytes) -> None:
        temporary = target.with_suffix(_HALF)
        try:
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            # Not O_EXCL: a kill may have left a half of a file that is written again (``renew``).
            with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(sealed)
                file.flush()
                os.fsync(file.fileno())
            temporary.rename(target)
            _sync_folder(target.parent)
        except OSError as error:
            temporary.unlink(missing_ok=True)
            reason = "the disk is full" if error.errno in {errno.ENOSPC, errno.EDQUOT} else "the disk reports an error"
            raise StorageFailed(reason) from error

    def read(self, path: str) -> bytes:
        """The bytes; raises NotFound for a missing file, TamperedError for one that was changed or swapped."""
        try:
            data = self._file(path).read_bytes()
        except FileNotFoundError as error:
            raise NotFound from error
        return self._vault.decrypt(data, _aad(path))

    def sealed(self, path: str) -> bytes | None:
        """The bytes as they lie there, for a backup; None when the file is missing."""
        try:
            return self._file(path).read_bytes()
        except FileNotFoundError:
            return None

    def put_back(self, path: str, sealed: bytes) -> None:
        """Lay down what ``sealed`` gave. Raises StorageFailed when the disk refuses."""
        self._put(self._file(path), sealed)

    def delete(self, path: str) -> None:
        """Overwrite and remove it; one that is gone already counts as done.

        What lies there is ciphertext; overwriting it spoils what an ordinary disk would keep. A disk with copy-on-write
        or wear levelling may keep it all the same: there the key is what protects.
        """
        target = self._file(path)
        with suppress(FileNotFoundError):
            with target.open("r+b") as file:
                left = os.fstat(file.fileno()).st_size
                while left > 0:
                    left -= file.write(bytes(min(left, _PIECE)))
                file.flush()
                os.fsync(file.fileno())
            target.unlink()

    def paths(self) -> list[str]:
        """Every stored file there is, known to a row or not, in order."""
        if not self._root.is_dir():
            return []
        names = (path.relative_to(self._root).as_posix() for path in self._root.glob("??/*"))
        return sorted(name for name in names if _NAME.fullmatch(name))

    def renew(self, path: str) -> bool:
        """Bring it under the first key; False when it was already. Raises NotFound, TamperedError, StorageFailed.

        The new bytes replace the old in one rename: readers and a kill find one or the other.
        """
        target = self._file(path)
        try:
            with target.open("rb") as file:
                head = file.read(HEAD_BYTES)
                if self._vault.newest(head):
                    return False
                plain = self._vault.decrypt(head + file.read(), _aad(path))
        except FileNotFoundError as error:
            raise NotFound from error
        self._put(target, self._vault.encrypt(plain, _aad(path)))
        return True

    def stray(self, known: Container[str], before: datetime) -> list[str]:
        """Files, and halves of files, that no row knows and that were written before then: left by a kill.

        Paths relative to the folder, as ``discard`` takes them; a young one may belong to a row that is being written.
        """
        if not self._root.is_dir():
            return []
        found = []
        for path in sorted(self._root.glob("??/*")):
            name = path.relative_to(self._root).as_posix()
            if name.removesuffix(_HALF) != name or (_NAME.fullmatch(name) and name not in known):
                with suppress(FileNotFoundError):
                    if path.stat().st_mtime < before.timestamp():
                        found.append(name)
        return found

    def discard(self, name: str) -> None:
        """Remove what ``stray`` found."""
        if name.endswith(_HALF):
            self._file(name.removesuffix(_HALF)).with_suffix(_HALF).unlink(missing_ok=True)
        else:
            self.delete(name)

    def _file(self, path: str) -> Path:
        if not _NAME.fullmatch(path):
            raise TamperedError("an attachment's path is not one of ours")
        return self._root / path


def _aad(path: str) -> bytes:
    return b"attachments:file:" + path.encode()


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
