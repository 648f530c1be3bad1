"""One process writes and checkpoints at a time.

SQLite 3.7.0–3.51.2 can corrupt a WAL database that several connections write and checkpoint; the command line works
while the bot runs, so every transaction takes this lock. Two files make it fair: whoever waits holds the *turn*, and
the process that just let go has to queue behind it instead of taking the lock again at once.
"""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from domain.errors import StorageFailed

WAIT_SECONDS = 30.0
_POLL_SECONDS = 0.001
_OPEN_MARK = b"wal"


class FileLock:
    """An inter-process lock beside the database (``<db>.lock``, ``<db>.turn``); excludes others in this process too."""

    def __init__(self, database: Path) -> None:
        self._threads = threading.Lock()  # to the kernel all threads with one descriptor are the same holder
        self._lock = os.open(f"{database}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._turn = os.open(f"{database}.turn", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold it; raises StorageFailed when another process keeps it for longer than WAIT_SECONDS."""
        self.acquire()
        try:
            yield
        finally:
            self.release()

    def acquire(self) -> None:
        """As ``held``; the caller releases."""
        if not self._threads.acquire(timeout=WAIT_SECONDS):
            raise StorageFailed("another part of this program holds the database")
        try:
            _wait(self._turn)
            try:
                _wait(self._lock)
            finally:
                fcntl.flock(self._turn, fcntl.LOCK_UN)
        except BaseException:
            self._threads.release()
            raise

    def release(self) -> None:
        """Let the next one in."""
        fcntl.flock(self._lock, fcntl.LOCK_UN)
        self._threads.release()

    def close(self) -> None:
        os.close(self._lock)
        os.close(self._turn)

    @property
    def wal_expected(self) -> bool:
        """Whether the last process left committed changes in the ``-wal`` file (it was killed, or runs still)."""
        return os.pread(self._lock, len(_OPEN_MARK), 0) == _OPEN_MARK

    def expect_wal(self, expected: bool) -> None:
        """Remember it, for the next start to notice a ``-wal`` file that went missing."""
        if expected != self.wal_expected:
            os.ftruncate(self._lock, 0)
            if expected:
                os.pwrite(self._lock, _OPEN_MARK, 0)


def _wait(descriptor: int) -> None:
    tries = int(WAIT_SECONDS / _POLL_SECONDS)
    for _ in range(tries):
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(_POLL_SECONDS)
        else:
            return
    raise StorageFailed("another program holds the database")
