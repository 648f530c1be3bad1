"""The one place where the time of day is read (invariant 7)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta


class SystemClock:
    """The machine's clock, aware UTC."""

    def now(self) -> datetime:
        """Aware UTC."""
        return datetime.now(UTC)


class PracticeClock:
    """A clock that can be moved forwards: practice mode and tests drive the same code by it.

    It keeps running at the machine's pace unless ``frozen``. ``on_move`` callbacks wake whoever waits for a due time.
    """

    def __init__(self, start: datetime | None = None, *, frozen: bool = False) -> None:
        base = datetime.now(UTC)
        if start is not None and start.tzinfo is None:
            raise ValueError("PracticeClock takes an aware datetime")
        self._offset = (start - base) if start is not None else timedelta()
        self._at: datetime | None = (start or base) if frozen else None
        self._listeners: list[Callable[[], None]] = []

    def now(self) -> datetime:
        """Aware UTC."""
        return self._at if self._at is not None else datetime.now(UTC) + self._offset

    def on_move(self, listener: Callable[[], None]) -> None:
        """Call ``listener`` after each move, so that due times are looked at again."""
        self._listeners.append(listener)

    def advance(self, step: timedelta) -> None:
        """Move by ``step`` (backwards too: clocks of machines do step back)."""
        if self._at is not None:
            self._at += step
        else:
            self._offset += step
        for listener in self._listeners:
            listener()

    def move_to(self, moment: datetime) -> None:
        """Move to an aware moment."""
        self.advance(moment - self.now())
