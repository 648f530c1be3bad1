"""Attachment files under the data directory: encrypted, under random names, written whole or not at all."""

from __future__ import annotations

import errno
import os
import re
from pathlib import Path

from domain.errors import NotFound, StorageFailed, TamperedError
from storage.crypto import Vault, new_uid

_NAME = re.compile(r"[0-9a-f]{2}/[0-9a-f]{32}")
_FOLDER = "attachments"


class AttachmentFiles:
    """Blocking; call it from a worker thread. Paths it gives and takes are relative: ``ab/ab12…``."""

    def __init__(self, data_dir: Path, vault: Vault) -> None:
        self._root = data_dir / _FOLDER
        self._vault = vault

    def write(self, data: bytes) -> str:
        """Store the bytes, on disk when this returns; the path to keep. Raises StorageFailed when the disk refuses."""
        name = new_uid()
        path = f"{name[:2]}/{name}"
        target = self._root / path
        temporary = target.with_suffix(".part")
        try:
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(self._vault.encrypt(data, _aad(path)))
                file.flush()
                os.fsync(file.fileno())
            temporary.rename(target)
            _sync_folder(target.parent)
        except OSError as error:
            temporary.unlink(missing_ok=True)
            reason = "the disk is full" if error.errno in {errno.ENOSPC, errno.EDQUOT} else "the disk reports an error"
            raise StorageFailed(reason) from error
        return path

    def read(self, path: str) -> bytes:
        """The bytes; raises NotFound for a missing file, TamperedError for one that was changed or swapped."""
        try:
            data = self._file(path).read_bytes()
        except FileNotFoundError as error:
            raise NotFound from error
        return self._vault.decrypt(data, _aad(path))

    def delete(self, path: str) -> None:
        """Remove it; one that is gone already counts as done."""
        self._file(path).unlink(missing_ok=True)

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
