"""Placeholder until the download worker lands (transport helper: replace this whole file)."""

from __future__ import annotations

import asyncio
from typing import Any


class Downloader:
    """Waits."""

    def __init__(self, *_parts: Any, **_more: Any) -> None:
        self._wake = asyncio.Event()

    def wake(self) -> None:
        """Look again."""
        self._wake.set()

    async def run(self) -> None:
        """Wait for ever."""
        await asyncio.Event().wait()
