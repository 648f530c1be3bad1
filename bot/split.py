"""Long texts in parts that Telegram takes: at most 4,096 UTF-16 units each, cut where a reader would pause.

Works on the Telegram HTML that the templates make. Tags open at a cut are closed and opened again in the next part; a
cut never falls inside a tag, an entity or a surrogate pair. Units are counted on the text with its tags, which is never
less than what Telegram counts (it counts after parsing), so a part can be shorter than allowed but never too long.
"""

from __future__ import annotations

import html
import re

MESSAGE_UNITS = 4096
CAPTION_UNITS = 1024

_TOKEN = re.compile(r"(?P<tag></?[a-zA-Z][^<>]*>)|(?P<entity>&(?:#\d+|#x[0-9a-fA-F]+|[a-zA-Z]+);)")
_NAME = re.compile(r"</?([a-zA-Z][a-zA-Z0-9-]*)")
_BREAKS = (re.compile(r"\n\n+"), re.compile(r"\n"), re.compile(r"[.!?…][)\"”’]?\s"), re.compile(r"\s"))
_ENOUGH = 0.5
"""A pause is taken only when at least this share of a part stands before it; else the next finer one is looked for."""


def units(text: str) -> int:
    """Length in UTF-16 code units, which is how Telegram counts."""
    return len(text) + sum(1 for char in text if char > "\uffff") if not text.isascii() else len(text)


def plain(text: str) -> str:
    """The text without its tags and entities: what is sent when Telegram refuses the HTML."""
    return html.unescape(re.sub(r"</?[a-zA-Z][^<>]*>", "", text))


def fits(text: str, limit: int = MESSAGE_UNITS) -> bool:
    """Whether Telegram takes it in one piece (counted as Telegram does, without the tags)."""
    return len(text) * 2 <= limit or units(plain(text)) <= limit


def split(text: str, limit: int = MESSAGE_UNITS) -> list[str]:
    """Parts of at most ``limit`` units, tags balanced in each; blank space at a cut is dropped. At least one part."""
    if fits(text, limit):
        return [text]
    parts: list[str] = []
    opened: list[str] = []
    rest = text
    while rest:
        prefix = "".join(opened)
        if units(prefix + rest) <= limit:
            parts.append(prefix + rest)
            break
        end, opened_then = _cut(rest, limit - units(prefix), opened)
        body = rest[:end].rstrip()
        if plain(body):
            parts.append(prefix + body + _closing(opened_then))
        rest = rest[end:].lstrip()
        opened = opened_then
    return [part for part in parts if plain(part).strip()] or [text[:limit]]


def _cut(text: str, room: int, opened: list[str]) -> tuple[int, list[str]]:
    """Where to cut ``text`` so that it and the closing tags fit ``room``; and the tags open there."""
    stack, position, used = list(opened), 0, 0
    safe: list[tuple[int, list[str]]] = []
    while position < len(text):
        found = _TOKEN.match(text, position)
        piece = found.group() if found else text[position]
        after = stack
        if found and found.lastgroup == "tag":
            after = _apply(stack, piece)
        used += units(piece)
        if used + units(_closing(after)) > room and safe:
            break
        stack, position = after, position + len(piece)
        safe.append((position, stack))
    places = dict(safe)
    end = safe[-1][0]
    for pause in _BREAKS:
        ends = [found.end() for found in pause.finditer(text, 0, end) if found.end() in places]
        if ends and ends[-1] >= end * _ENOUGH:
            return ends[-1], places[ends[-1]]
    return end, places[end]


def _apply(stack: list[str], tag: str) -> list[str]:
    if not tag.startswith("</"):
        return [*stack, tag]
    name = _tag_name(tag)
    for index in range(len(stack) - 1, -1, -1):
        if _tag_name(stack[index]) == name:
            return stack[:index] + stack[index + 1 :]
    return stack


def _tag_name(tag: str) -> str:
    found = _NAME.match(tag)
    return found.group(1).lower() if found else ""


def _closing(stack: list[str]) -> str:
    return "".join(f"</{_tag_name(tag)}>" for tag in reversed(stack))
