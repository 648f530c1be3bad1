"""What is read of an update before it is stored: its number and whose turn it is. Nothing in it is trusted."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, TypeGuard

import orjson

from domain.ports import RawUpdate

ALLOWED_UPDATES: tuple[str, ...] = ("message", "edited_message", "callback_query", "my_chat_member")
"""Asked for by name, so that a later kind of update does not arrive unasked."""


def raw_update(update: object) -> RawUpdate | None:
    """The storable form; None when it has no usable ``update_id`` (then it can neither be stored nor confirmed)."""
    if not isinstance(update, dict):
        return None
    update_id = update.get("update_id")
    if not _is_id(update_id):
        return None
    return RawUpdate(update_id, chat_key(update), _encode(update))


def chat_key(update: Mapping[str, Any]) -> int:
    """The chat whose updates are handled in order, else the person, else 0 (an unknown or broken shape)."""
    for part in _parts(update):
        for holder in (part, part.get("message")):
            if isinstance(holder, dict):
                chat = holder.get("chat")
                if isinstance(chat, dict) and _is_id(chat.get("id")):
                    return int(chat["id"])
        person = part.get("from")
        if isinstance(person, dict) and _is_id(person.get("id")):
            return int(person["id"])
    return 0


def _parts(update: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for key, value in update.items():
        if key != "update_id" and isinstance(value, dict):
            yield value


def _is_id(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and -(2**63) <= value < 2**63


def _encode(update: Mapping[str, Any]) -> bytes:
    try:
        return orjson.dumps(update)
    except (TypeError, orjson.JSONEncodeError):
        # Half a surrogate pair, or a number past 64 bits: the standard library writes both.
        return json.dumps(update).encode("ascii")
