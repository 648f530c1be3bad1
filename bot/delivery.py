"""From a view to Bot API calls: pure. What is sent anew, what is edited, in which parts.

A text over 4,096 units goes in parts, the keyboard on the last. A caption over 1,024 units becomes a text of its own
that carries the keyboard and stands in the slot, and the picture follows as a reply to it: the words are what is edited
and acted on. An album cannot carry buttons, so with a keyboard (or a long text) the same is done with an album.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import orjson

from bot.api import Upload
from bot.pacing import Kind
from bot.render import Rendered
from bot.split import CAPTION_UNITS, MESSAGE_UNITS, fits, plain, split
from domain.notices import Json, Media, View

_SENDS: Final = {
    "photo": "sendPhoto",
    "video": "sendVideo",
    "voice": "sendVoice",
    "document": "sendDocument",
    "audio": "sendAudio",
}
_EDITABLE_MEDIA: Final = frozenset({"photo", "video", "document", "audio"})
_ALBUM: Final = 10
NO_PREVIEW: Final = {"is_disabled": True}


@dataclass(frozen=True, slots=True)
class Call:
    """One Bot API call of a notice. ``stands`` when its message is the one the slot means."""

    method: str
    params: Mapping[str, Json]
    kind: Kind
    files: Mapping[str, Upload] | None = field(default=None, repr=False)
    cost: int = 1
    stands: bool = False
    has_media: bool = False
    below: bool = False
    """To be sent as a reply to the message that stands in the slot."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The message that stands in a slot."""

    chat_id: int
    message_id: int
    has_media: bool


def with_reference(text: str, reference: str | None) -> str:
    """The text with its reference: a repeat after a lost answer must be recognisable as the same."""
    if reference is None or reference in text:
        return text
    return f"{text}\n\n<code>{reference}</code>" if text else f"<code>{reference}</code>"


def editing(view: View, rendered: Rendered, standing: Standing, uploads: Mapping[str, Upload]) -> Call | None:
    """The edit that turns ``standing`` into the view; None when Telegram cannot do that."""
    if not rendered.inline or view.album:
        return None
    base: dict[str, Json] = {"chat_id": standing.chat_id, "message_id": standing.message_id}
    if rendered.markup is not None:
        base["reply_markup"] = rendered.markup
    if view.media is not None:
        if view.media.kind not in _EDITABLE_MEDIA or not fits(rendered.text, CAPTION_UNITS):
            return None
        media = _input_media(view.media, rendered.text, uploads)
        files = _files((view.media,), uploads)
        return Call("editMessageMedia", base | {"media": media}, "edit", files, stands=True, has_media=True)
    if standing.has_media:
        # The picture stays; its caption says the new thing.
        if not fits(rendered.text, CAPTION_UNITS):
            return None
        params = base | {"caption": rendered.text, "parse_mode": "HTML"}
        return Call("editMessageCaption", params, "edit", stands=True, has_media=True)
    if not fits(rendered.text):
        return None
    params = base | {"text": rendered.text, "parse_mode": "HTML", "link_preview_options": NO_PREVIEW}
    return Call("editMessageText", params, "edit", stands=True)


def sending(
    chat_id: int, view: View, rendered: Rendered, uploads: Mapping[str, Upload], *, limit: int = MESSAGE_UNITS
) -> list[Call]:
    """The calls that put the view into the chat as new messages, in order; exactly one of them ``stands``."""
    base: dict[str, Json] = {"chat_id": chat_id}
    if view.kept:
        base["protect_content"] = True
    if view.silent:
        base["disable_notification"] = True
    opening = dict(base)
    if view.reply_to is not None:
        opening["reply_parameters"] = {"message_id": view.reply_to, "allow_sending_without_reply": True}
    album = view.album if len(view.album) > 1 else ()
    single = view.media or (view.album[0] if len(view.album) == 1 else None)
    captioned = fits(rendered.text, min(limit, CAPTION_UNITS))
    if single is not None and captioned:
        return [_media_call(opening, single, rendered, uploads), *_point_call(base, view)]
    if album and captioned and rendered.markup is None:
        return [*_album_calls(opening, album, rendered.text, uploads), *_point_call(base, view)]
    calls = list(_text_calls(opening, rendered, limit))
    if single is not None:
        bare = _media_call(base, single, Rendered(""), uploads)
        calls.append(replace(bare, stands=False, below=True))
    calls.extend(replace(call, stands=False, below=True) for call in _album_calls(base, album, "", uploads))
    calls.extend(_point_call(base, view))
    return calls


def as_plain(call: Call) -> Call:
    """The same call with its text free of HTML."""
    params = dict(call.params)
    params.pop("parse_mode", None)
    for name in ("text", "caption"):
        if name in params:
            params[name] = plain(params[name])
    media = params.get("media")
    if isinstance(media, dict):
        params["media"] = _plain_media(media)
    elif isinstance(media, list):
        params["media"] = [_plain_media(item) for item in media]
    return replace(call, params=params)


def without_reply(call: Call) -> Call:
    """The same call without replying to anything."""
    return replace(call, params={key: value for key, value in call.params.items() if key != "reply_parameters"})


def as_reply(call: Call, message_id: int) -> Call:
    """The same call as a reply to a message."""
    reply = {"message_id": message_id, "allow_sending_without_reply": True}
    return replace(call, params={**call.params, "reply_parameters": reply})


def _text_calls(opening: Mapping[str, Json], rendered: Rendered, limit: int) -> Iterator[Call]:
    parts = split(rendered.text, limit)
    for index, part in enumerate(parts):
        last = index == len(parts) - 1
        params = {**opening, "text": part, "parse_mode": "HTML", "link_preview_options": NO_PREVIEW}
        if index:
            params.pop("reply_parameters", None)
        if last and rendered.markup is not None:
            params["reply_markup"] = rendered.markup
        yield Call("sendMessage", params, "message", stands=last)


def _media_call(opening: Mapping[str, Json], media: Media, rendered: Rendered, uploads: Mapping[str, Upload]) -> Call:
    params = {**opening, media.kind: _source(media, uploads)}
    if rendered.text:
        params |= {"caption": rendered.text, "parse_mode": "HTML"}
    if rendered.markup is not None:
        params["reply_markup"] = rendered.markup
    return Call(_SENDS[media.kind], params, "message", _files((media,), uploads), stands=True, has_media=True)


def _point_call(base: Mapping[str, Json], view: View) -> Iterator[Call]:
    """The map point as a reply to the words it belongs to."""
    if view.point is not None:
        place = {"latitude": view.point[0], "longitude": view.point[1]}
        yield Call("sendLocation", {**base, **place}, "message", below=True)


def _album_calls(
    opening: Mapping[str, Json], album: tuple[Media, ...], caption: str, uploads: Mapping[str, Upload]
) -> Iterator[Call]:
    for index, group in enumerate(_groups(album)):
        text = "" if index else caption
        first = index == 0
        if len(group) == 1:
            yield replace(_media_call(opening, group[0], Rendered(text), uploads), stands=first)
            continue
        items = [_input_media(media, text if place == 0 else "", uploads) for place, media in enumerate(group)]
        params = {**opening, "media": items}
        files = _files(group, uploads)
        yield Call("sendMediaGroup", params, "message", files, cost=len(group), stands=first, has_media=True)


def _groups(album: tuple[Media, ...]) -> Iterator[tuple[Media, ...]]:
    """Photos and videos may share an album; documents and audio only with their like; a voice note stands alone."""
    kinds = {"photo": 0, "video": 0, "document": 1, "audio": 2, "voice": 3}
    for wanted in range(4):
        items = tuple(media for media in album if kinds[media.kind] == wanted)
        size = 1 if wanted == 3 else _ALBUM
        for start in range(0, len(items), size):
            yield items[start : start + size]


def _input_media(media: Media, caption: str, uploads: Mapping[str, Upload]) -> dict[str, Json]:
    item: dict[str, Json] = {"type": media.kind, "media": _source(media, uploads, nested=True)}
    if caption:
        item |= {"caption": caption, "parse_mode": "HTML"}
    return item


def _plain_media(item: Mapping[str, Json]) -> dict[str, Json]:
    kept = {key: value for key, value in item.items() if key != "parse_mode"}
    if "caption" in kept:
        kept["caption"] = plain(kept["caption"])
    return kept


def _source(media: Media, uploads: Mapping[str, Upload], *, nested: bool = False) -> str:
    if media.file_id is not None:
        return media.file_id
    return f"attach://{_part(media, uploads)}" if nested or upload_key(media) in uploads else ""


def upload_key(media: Media) -> str | None:
    """Under what the medium's bytes are kept among the uploads; None for what Telegram has already."""
    if media.make is None:
        return media.path
    return f"{media.make} {orjson.dumps(dict(media.params), option=orjson.OPT_SORT_KEYS).decode()}"


def _part(media: Media, uploads: Mapping[str, Upload]) -> str:
    return f"file{list(uploads).index(upload_key(media) or '')}"


def _files(items: tuple[Media, ...], uploads: Mapping[str, Upload]) -> dict[str, Upload] | None:
    files = {_part(media, uploads): uploads[key] for media in items if (key := upload_key(media)) is not None}
    return files or None
