"""A case's history as people read it: who did what when, by role title and alias, never by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.model import Case, Event
from domain.notices import Json
from domain.office import Office
from domain.ports import UnitOfWork
from domain.privacy import mask
from domain.roles import Role
from domain.sop.engine import is_open
from domain.usecases.transitions import view_of

DECISIONS = frozenset(
    {
        "verified",
        "approved",
        "published",
        "handling",
        "archived",
        "followed_up",
        "accepted",
        "revision_requested",
        "rejected",
        "withdrawn",
        "chosen",
        "sent",
        "prepared",
        "carried_out",
        "checked",
    }
)
"""What an official (or the author, withdrawing) did that moved the case."""
_ROLES = frozenset(role.value for role in Role)
_TOLD = DECISIONS | {"resubmitted", "amended", "acknowledged"}
ACTED = DECISIONS | {"resubmitted", "acknowledged"}
"""What ends the waiting of those who were called to a case."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a case stands: its history lines, the newest last, and whose turn it is (a role title, or None)."""

    lines: tuple[dict[str, Json], ...]
    waiting_for: str | None


def units(text: str) -> int:
    """UTF-16 code units, as Telegram counts."""
    return len(text.encode("utf-16-le")) // 2


def clip(text: str, most: int) -> str:
    """At most ``most`` UTF-16 units, an ellipsis where it was cut."""
    text = text.strip()
    if units(text) <= most:
        return text
    kept = text.encode("utf-16-le")[: 2 * (most - 1)].decode("utf-16-le", "ignore")  # half a pair is left out
    return kept.rstrip() + "…"


def lines(
    uow: UnitOfWork, office: Office, events: Sequence[Event], reason_chars: int = 120
) -> tuple[dict[str, Json], ...]:
    """One entry for each decision and each further version; reasons are masked and cut."""
    told: list[dict[str, Json]] = []
    for event in events:
        if event.action not in _TOLD or not event.data:
            continue
        person = None if event.actor_id is None else uow.people.get(event.actor_id)
        reason = event.data.get("reason")
        told.append(
            {
                "aksi": event.action,
                "pada": event.at.isoformat(),
                "oleh": person.alias if person else None,
                "peran": _title(office, event),
                "nilai": event.data.get("value"),
                "versi": event.data.get("version"),
                "alasan": clip(mask(reason), reason_chars) if isinstance(reason, str) and reason else None,
            }
        )
    return tuple(told)


def _title(office: Office, event: Event) -> str | None:
    role = event.data.get("role")
    if not (isinstance(role, str) and role in _ROLES):
        return None
    title = office.title(Role(role))
    return f"a.n. {title}" if event.data.get("instead_of") is not None else title


def progress(uow: UnitOfWork, office: Office, case: Case, events: Sequence[Event] | None = None) -> Progress:
    """For /status and the author's message: what happened, and who is next."""
    known = uow.events.of(f"case:{case.id}") if events is None else events
    sop = office.sop_of(case.sop, case.sop_version)
    actor = sop.step(case.step).actor
    waiting = office.title(actor) if actor is not None and is_open(sop, view_of(uow, case)) else None
    return Progress(lines(uow, office, known), waiting)


def decision_on(events: Sequence[Event], version: int, step: str) -> Event | None:
    """The decision that was taken on that version at that step, if one was: who was first."""
    return next(
        (
            event
            for event in events
            if event.action in DECISIONS and event.data.get("from") == step and event.data.get("version") == version
        ),
        None,
    )


def seen_recently(events: Sequence[Event], action: str, chat_id: int, now: datetime, seconds: float) -> bool:
    """Whether the same thing was shown in that chat less than ``seconds`` ago."""
    return any(
        event.action == action and event.data.get("chat") == chat_id and (now - event.at).total_seconds() < seconds
        for event in reversed(events)
    )
