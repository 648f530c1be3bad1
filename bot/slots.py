"""What stands in which slot, kept in memory so that an edit need not ask the database."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from bot.delivery import Standing


@dataclass(slots=True)
class _Entry:
    standing: Standing | None
    shown: int


class SlotCache:
    """The most recently used slots. ``known`` tells "nothing stands there" from "not in the cache"."""

    def __init__(self, size: int = 20_000) -> None:
        self._size = size
        self._entries: OrderedDict[str, _Entry] = OrderedDict()
        self._places: dict[tuple[int, int], str] = {}

    def known(self, slot: str) -> bool:
        """Whether the cache can answer for the slot."""
        return slot in self._entries

    def standing(self, slot: str) -> Standing | None:
        """The message that stands in the slot, as far as the cache knows."""
        entry = self._entries.get(slot)
        return None if entry is None else entry.standing

    def shown(self, slot: str) -> int:
        """The id of the newest notice shown in the slot by this process; 0 when none was."""
        entry = self._entries.get(slot)
        return 0 if entry is None else entry.shown

    def put(self, slot: str, standing: Standing | None, shown: int = 0) -> None:
        """Remember; ``shown`` never goes back. A message stands in one slot: its former one is empty then."""
        self._empty(slot)
        if standing is not None:
            place = (standing.chat_id, standing.message_id)
            if (former := self._places.get(place)) is not None and former in self._entries:
                self._entries[former].standing = None
            self._places[place] = slot
        self._entries[slot] = _Entry(standing, max(shown, self.shown(slot)))
        self._entries.move_to_end(slot)
        if len(self._entries) > self._size:
            oldest = next(iter(self._entries))
            self._empty(oldest)
            del self._entries[oldest]

    def _empty(self, slot: str) -> None:
        if (standing := self.standing(slot)) is not None:
            self._places.pop((standing.chat_id, standing.message_id), None)

    def forget_chat(self, chat_id: int) -> None:
        """Message ids of this chat mean nothing any more (it got a new id)."""
        for slot, entry in list(self._entries.items()):
            if entry.standing is not None and entry.standing.chat_id == chat_id:
                self._empty(slot)
                del self._entries[slot]
