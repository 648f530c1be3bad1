"""What a plan's partner said of it after sending it, read from the plan's history."""

from __future__ import annotations

from collections.abc import Iterable

from domain.model import Case, Event
from domain.notices import Json
from domain.privacy import mask
from domain.usecases.history import clip

CALLED_OFF, NEWS = "partner_withdrew", "partner_news"
"""Events of a plan that its partner caused after the choice (news: at any step)."""


def called_off(case: Case, events: Iterable[Event]) -> bool:
    """Whether the partner has called the plan off, at whatever step that was."""
    if case.status == "cancelled" and case.step == "pemilihan":
        return True
    return any(event.action == CALLED_OFF for event in events)


def said(events: Iterable[Event]) -> list[dict[str, Json]]:
    """The partner's last words about changes, for a card."""
    found = [event for event in events if event.action in (NEWS, CALLED_OFF)]
    return [
        {
            "pada": one.at.isoformat(),
            "teks": clip(mask(str(one.data.get("text", ""))), 200),
            "batal": one.action == CALLED_OFF,
        }
        for one in found[-2:]
    ]
