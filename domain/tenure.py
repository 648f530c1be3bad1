"""What a person was on an earlier day: their history read backwards from what they are now. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from domain.model import Event, Person
from domain.roles import Role

ACTIONS = ("person.joined", "person.changed", "person.revoked")
"""The events that change what a person owes."""


def was(person: Person, events: Sequence[Event], moment: datetime) -> Person:
    """The person as of that moment: roles, regions and whether they had access then.

    Before they were registered they are not active. Contents that retention has destroyed change nothing.
    """
    if person.created_at > moment:
        return replace(person, active=False)
    found = person
    for event in reversed(events):
        if event.at <= moment:
            break
        match event.action:
            case "person.revoked":
                found = replace(found, active=True)
            case "person.joined":
                found = replace(found, active=False)
            case "person.changed":
                found = replace(found, **_columns(event.data.get("before", {})))
            case _:
                continue
    return found


def _columns(before: Any) -> dict[str, Any]:
    columns: dict[str, Any] = {}
    if "roles" in before:
        columns["roles"] = frozenset(Role(role) for role in before["roles"])
    if "regions" in before:
        columns["regions"] = tuple(before["regions"])
    return columns
