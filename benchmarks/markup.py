"""Telegram HTML into the text and entities that a Message carries back."""

from __future__ import annotations

import html
import re

_TAG = re.compile(r"<(/?)([a-z]+)[^>]*>")
_NAMES = {
    "b": "bold",
    "i": "italic",
    "u": "underline",
    "s": "strikethrough",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "a": "text_link",
}


def parse(source: str) -> tuple[str, list[dict[str, object]]]:
    """Plain text and its entities; offsets are UTF-16 units. Source: https://core.telegram.org/bots/api#html-style"""
    text, entities, opened, place = "", [], [], 0
    for tag in _TAG.finditer(source):
        text += html.unescape(source[place : tag.start()])
        place = tag.end()
        if not tag[1]:
            opened.append((tag[2], _units(text)))
        elif opened:
            name, start = opened.pop()
            entities.append({"type": _NAMES.get(name, "code"), "offset": start, "length": _units(text) - start})
    return text + html.unescape(source[place:]), entities


def _units(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2
