"""Actions to JSON bytes and back, by hand: a generic walk over the dataclasses costs ten times as much per notice.

Default values are left out. Parameters must be JSON: a datetime is refused here, for it would come back as a string,
and only after a restart. A test builds every field of every class and compares the round trip.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import orjson

from domain.notices import (
    Action,
    Button,
    Delete,
    Json,
    Keyboard,
    Leave,
    Media,
    Pin,
    SetCommands,
    Show,
    Strip,
    Unpin,
    View,
)


def kind_of(action: Action) -> str:
    """The outbox column ``kind``."""
    match action:
        case Show():
            return "show"
        case Delete():
            return "delete"
        case Pin():
            return "pin"
        case Unpin():
            return "unpin"
        case Strip():
            return "strip"
        case SetCommands():
            return "set_commands"
        case Leave():
            return "leave"


def dumps(action: Action) -> bytes:
    """JSON of the action, without its kind."""
    match action:
        case Show():
            return orjson.dumps(_show(action), option=orjson.OPT_PASSTHROUGH_DATETIME)
        case Delete():
            return orjson.dumps(_delete(action))
        case Pin() | Unpin():
            return orjson.dumps({"slot": action.slot})
        case Strip():
            return orjson.dumps({"message_id": action.message_id})
        case SetCommands():
            return orjson.dumps({"commands": action.commands})
        case Leave():
            return b"{}"


def loads(kind: str, data: bytes) -> Action:
    """The action of that kind; raises ValueError for a kind this code does not know."""
    value = orjson.loads(data)
    match kind:
        case "show":
            if "until" in value:
                value["until"] = datetime.fromisoformat(value["until"])
            return Show(**{**value, "view": _load_view(value["view"])})
        case "delete":
            if "refused" in value:
                value["refused"] = _load_view(value["refused"])
            return Delete(**{**value, "message_ids": tuple(value.get("message_ids", ()))})
        case "pin":
            return Pin(**value)
        case "unpin":
            return Unpin(**value)
        case "strip":
            return Strip(**value)
        case "set_commands":
            return SetCommands(commands=tuple(value["commands"]))
        case "leave":
            return Leave()
        case _:
            raise ValueError(f"unknown action kind {kind}")


def _delete(action: Delete) -> dict[str, Json]:
    out: dict[str, Json] = {"slot": action.slot, "message_id": action.message_id}
    if action.message_ids:
        out["message_ids"] = action.message_ids
    if action.refused is not None:
        out["refused"] = _view(action.refused)
    return out


def _show(action: Show) -> dict[str, Json]:
    out: dict[str, Json] = {"view": _view(action.view)}
    if action.slot is not None:
        out["slot"] = action.slot
    if action.fresh:
        out["fresh"] = True
    if action.at is not None:
        out["at"] = action.at
    if action.at_media:
        out["at_media"] = True
    if not action.supersede:
        out["supersede"] = False
    if action.until is not None:
        out["until"] = action.until.isoformat()
    return out


def _view(view: View) -> dict[str, Json]:
    out: dict[str, Json] = {"template": view.template}
    if view.params:
        out["params"] = dict(view.params)
    if view.keyboard:
        out["keyboard"] = [[_button(button) for button in row] for row in view.keyboard]
    if view.media is not None:
        out["media"] = _media(view.media)
    if view.album:
        out["album"] = [_media(media) for media in view.album]
    for name in ("protect", "silent", "force_reply"):
        if getattr(view, name):
            out[name] = True
    if view.reply_to is not None:
        out["reply_to"] = view.reply_to
    if view.request is not None:
        out["request"] = view.request
    if view.point is not None:
        out["point"] = list(view.point)
    return out


def _button(button: Button) -> list[Json]:
    if button.url is not None:
        return [button.label, button.data, dict(button.params), button.url]
    return [button.label, button.data, dict(button.params)] if button.params else [button.label, button.data]


def _media(media: Media) -> list[Json]:
    known = [media.kind, media.file_id, media.path, media.file_name]
    if media.make is None:
        return known
    made = [*known, media.make, dict(media.params)]
    return [*made, list(media.shows)] if media.shows else made


def _load_view(value: dict[str, Any]) -> View:
    if "keyboard" in value:
        value["keyboard"] = _load_keyboard(value["keyboard"])
    if "media" in value:
        value["media"] = _load_media(value["media"])
    if "album" in value:
        value["album"] = tuple(_load_media(media) for media in value["album"])
    if "point" in value:
        value["point"] = tuple(value["point"])
    return View(**value)


def _load_media(value: list[Json]) -> Media:
    return Media(*value[:6], *(tuple(shown) for shown in value[6:]))


def _load_keyboard(rows: list[list[list[Any]]]) -> Keyboard:
    return tuple(tuple(Button(*button) for button in row) for row in rows)
