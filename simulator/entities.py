"""Telegram's HTML: text and entities (offsets in UTF-16 units), the same errors as Telegram for broken markup.

Follows TDLib's parser (td/telegram/MessageEntity.cpp, parse_html). `to_html` is the way back, for people's screens.
"""

import re
from dataclasses import dataclass, field
from html import escape
from typing import Any, Final

Json = dict[str, Any]

SIMPLE: Final = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "u": "underline",
    "ins": "underline",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
TAGS: Final = frozenset(SIMPLE) | {"a", "tg-emoji"}
NAMED: Final = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
SPECIAL: Final = re.compile(r"[<&]")
REFERENCE: Final = re.compile(r"&(?:#x([0-9a-fA-F]{1,6})|#([0-9]{1,7})|([a-z]+));?")
ATTRIBUTE: Final = re.compile(r"[^\s=>]*")
TOKEN: Final = re.compile(r"[A-Za-z0-9.\-]*")
SPACES: Final = re.compile(r"\s*")
WORTH_A_LOOK: Final = re.compile(r"[/@#.]")
FOUND: Final = re.compile(
    r"(?P<url>https?://[^\s<>\"]+[^\s<>\".,;:!?)]|(?<![\w@.])(?:[a-z0-9-]+\.)+(?:com|org|net|id|me|info|dev)\b(?:/\S*)?)"
    r"|(?P<email>(?<![\w.])[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
    r"|(?P<bot_command>(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/]))"
    r"|(?P<mention>(?<![\w@])@[A-Za-z][A-Za-z0-9_]{2,31})"
    r"|(?P<hashtag>(?<![\w#])#\w*[^\W\d]\w*)"
)


class MarkupError(Exception):
    """Broken markup; the message is what Telegram puts after "can't parse entities: "."""


@dataclass(slots=True)
class _Open:
    tag: str
    offset: int = 0
    part: int = 0
    attributes: dict[str, str] = field(default_factory=dict)


def units(text: str) -> int:
    """Length in UTF-16 code units, as Telegram counts."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def _reference(text: str, at: int) -> tuple[str, int] | None:
    found = REFERENCE.match(text, at)
    if found is None:
        return None
    hexa, number, name = found.groups()
    if name is not None:
        return (NAMED[name], found.end()) if name in NAMED else None
    code = int(hexa, 16) if hexa else int(number)
    if code == 0 or code >= 0x10FFFF or 0xD800 <= code < 0xE000:
        return None
    return chr(code), found.end()


def _skip(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at


def _literal(text: str, at: int) -> tuple[str, int]:
    quote, at, out = text[at], at + 1, []
    while at < len(text) and text[at] != quote:
        decoded = _reference(text, at) if text[at] == "&" else None
        if decoded:
            out.append(decoded[0])
            at = decoded[1]
        else:
            out.append(text[at])
            at += 1
    return "".join(out), min(at + 1, len(text))


def _place(text: str, at: int) -> int:
    return len(text[:at].encode("utf-8", "surrogatepass"))


def _start_tag(text: str, begin: int) -> tuple[_Open, int]:
    i = begin + 1
    while i < len(text) and not text[i].isspace() and text[i] != ">":
        i += 1
    if i >= len(text):
        raise MarkupError(f"Unclosed start tag at byte offset {_place(text, begin)}")
    tag = text[begin + 1 : i].lower()
    if tag not in TAGS:
        raise MarkupError(f'Unsupported start tag "{tag}" at byte offset {_place(text, begin)}')
    opened = _Open(tag)
    while True:
        i = _skip(SPACES, text, i)
        if text[i : i + 1] == ">":
            break
        i = _attribute(text, i, begin, opened)
        if i >= len(text):
            raise MarkupError(f"Unclosed start tag at byte offset {_place(text, begin)}")
    if tag == "span" and opened.attributes.get("class") != "tg-spoiler":
        raise MarkupError(f'Tag "span" must have class "tg-spoiler" at byte offset {_place(text, begin)}')
    return opened, i + 1


def _attribute(text: str, i: int, begin: int, opened: _Open) -> int:
    where = f'"{opened.tag}" at byte offset {_place(text, begin)}'
    end = _skip(ATTRIBUTE, text, i)
    name = text[i:end]
    if not name and end < len(text):
        raise MarkupError(f"Empty attribute name in the tag {where}")
    i = _skip(SPACES, text, end)
    if name and text[i : i + 1] != "=":
        raise MarkupError(f"Expected equal sign in declaration of an attribute of the tag {where}")
    i = _skip(SPACES, text, i + 1)
    if i >= len(text):
        return i
    if text[i] in "'\"":
        value, i = _literal(text, i)
    else:
        end = _skip(TOKEN, text, i)
        value = text[i:end].lower()
        if end < len(text) and not text[end].isspace() and text[end] != ">":
            raise MarkupError(f"Unexpected end of name token at byte offset {_place(text, i)}")
        i = end
    opened.attributes[name.lower()] = value
    return i


def _end_tag(text: str, begin: int, opened: list[_Open]) -> int:
    place = _place(text, begin)
    if not opened:
        raise MarkupError(f"Unexpected end tag at byte offset {place}")
    i = begin + 2
    while i < len(text) and not text[i].isspace() and text[i] != ">":
        i += 1
    name = text[begin + 2 : i].lower()
    i = _skip(SPACES, text, i)
    if i >= len(text) or text[i] != ">":
        raise MarkupError(f"Unclosed end tag at byte offset {place}")
    if name and name != opened[-1].tag:
        raise MarkupError(
            f'Unmatched end tag at byte offset {place}, expected "</{opened[-1].tag}>", found "</{name}>"'
        )
    return i + 1


def _entities(opened: _Open, text: str, offset: int, inside_pre: bool) -> list[Json]:
    length = offset - opened.offset
    if not length:
        return []
    entity: Json = {"offset": opened.offset, "length": length, "type": SIMPLE.get(opened.tag, "")}
    if opened.tag == "a":
        url = opened.attributes.get("href") or text
        if not re.match(r"(?i)(https?://|tg://|mailto:|tel:)|[\w-]+(\.[\w-]+)+", url):
            return []
        entity |= {"type": "text_link", "url": url}
    elif opened.tag == "tg-emoji":
        entity |= {"type": "custom_emoji", "custom_emoji_id": opened.attributes.get("emoji-id", "")}
    elif opened.tag == "blockquote" and "expandable" in opened.attributes:
        entity["type"] = "expandable_blockquote"
    elif opened.tag == "code" and inside_pre and opened.attributes.get("class", "").startswith("language-"):
        entity |= {"type": "pre", "language": opened.attributes["class"].removeprefix("language-")}
    return [entity]


EXPANDABLE: Final = re.compile(r"(?i)<blockquote\s+expandable\s*>")


def parse_html(markup: str) -> tuple[str, list[Json]]:
    """Text and entities of Telegram HTML; raises MarkupError with Telegram's words."""
    if "expandable" in markup:
        # The one attribute that may stand without a value; byte offsets of later errors stay nearly right.
        markup = EXPANDABLE.sub('<blockquote expandable="">', markup)
    if SPECIAL.search(markup) is None:
        return markup, []
    out: list[str] = []
    entities: list[Json] = []
    opened: list[_Open] = []
    at = offset = 0
    while at < len(markup):
        found = SPECIAL.search(markup, at)
        plain = markup[at : found.start()] if found else markup[at:]
        if plain:
            out.append(plain)
            offset += units(plain)
        if found is None:
            break
        at = found.start()
        if markup[at] == "&":
            character, at = _reference(markup, at) or ("&", at + 1)
            out.append(character)
            offset += units(character)
        elif markup[at + 1 : at + 2] != "/":
            start, at = _start_tag(markup, at)
            start.offset, start.part = offset, len(out)
            opened.append(start)
        else:
            at = _end_tag(markup, at, opened)
            closed = opened.pop()
            inner = "".join(out[closed.part :])
            entities += _entities(closed, inner, offset, bool(opened) and opened[-1].tag == "pre")
    if opened:
        raise MarkupError(f'Can\'t find end tag corresponding to start tag "{opened[-1].tag}"')
    return "".join(out), _without_double_pre(entities)


def _without_double_pre(entities: list[Json]) -> list[Json]:
    languages = {(e["offset"], e["length"]) for e in entities if e["type"] == "pre" and "language" in e}
    kept = [
        e
        for e in entities
        if not (e["type"] == "pre" and "language" not in e and (e["offset"], e["length"]) in languages)
    ]
    kept.reverse()  # the outer of two equally long ones was closed last and comes first
    return sorted(kept, key=lambda e: (e["offset"], -e["length"]))


def trimmed(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """Without white space at both ends, entities cut accordingly, as Telegram stores a bot's text."""
    right = text.rstrip()
    left = right.lstrip()
    if left == text:
        return text, entities
    cut, total = units(right) - units(left), units(left)
    kept = []
    for entity in entities:
        start = max(0, entity["offset"] - cut)
        end = min(total, entity["offset"] + entity["length"] - cut)
        if end > start:
            kept.append(entity | {"offset": start, "length": end - start})
    return left, kept


def detect(text: str, entities: list[Json]) -> list[Json]:
    """`entities` and the commands, mentions, hashtags, addresses that Telegram finds by itself."""
    if WORTH_A_LOOK.search(text) is None:
        return entities
    taken = [(e["offset"], e["offset"] + e["length"]) for e in entities if e["type"] in ("code", "pre", "text_link")]
    found = []
    for match in FOUND.finditer(text):
        offset = units(text[: match.start()])
        end = offset + units(match.group())
        if not any(start < end and offset < stop for start, stop in taken):
            found.append({"offset": offset, "length": end - offset, "type": str(match.lastgroup)})
    return sorted(entities + found, key=lambda e: (e["offset"], -e["length"])) if found else entities


OUTPUT: Final = {
    "bold": "b",
    "italic": "i",
    "underline": "u",
    "strikethrough": "s",
    "code": "code",
    "spoiler": "tg-spoiler",
    "pre": "pre",
    "blockquote": "blockquote",
}


def _tags(entity: Json) -> tuple[str, str]:
    kind = entity["type"]
    if kind == "pre" and entity.get("language"):
        return f'<pre><code class="language-{escape(entity["language"])}">', "</code></pre>"
    if kind == "text_link":
        return f'<a href="{escape(entity["url"])}">', "</a>"
    if kind == "expandable_blockquote":
        return "<blockquote expandable>", "</blockquote>"
    tag = OUTPUT.get(kind)
    return (f"<{tag}>", f"</{tag}>") if tag else ("", "")


def to_html(text: str, entities: list[Json]) -> str:
    """Telegram HTML of a stored message; everything that is not markup is escaped."""
    if not entities:
        return escape(text, quote=False)
    raw = text.encode("utf-16-le", "surrogatepass")
    opening: dict[int, list[Json]] = {}
    cuts = {0, len(raw) // 2}
    for entity in entities:
        opening.setdefault(entity["offset"], []).append(entity)
        cuts |= {entity["offset"], entity["offset"] + entity["length"]}
    places = sorted(cuts)
    out: list[str] = []
    stack: list[tuple[int, str]] = []
    for index, place in enumerate(places):
        while stack and stack[-1][0] <= place:
            out.append(stack.pop()[1])
        for entity in sorted(opening.get(place, []), key=lambda e: -int(e["length"])):
            start, end = _tags(entity)
            out.append(start)
            # An entity that reaches beyond the one around it is closed with it: the result must stay well formed.
            until = entity["offset"] + entity["length"]
            stack.append((min(until, stack[-1][0]) if stack else until, end))
        if index + 1 < len(places):
            piece = raw[place * 2 : places[index + 1] * 2].decode("utf-16-le", "surrogatepass")
            out.append(escape(piece, quote=False))
    while stack:
        out.append(stack.pop()[1])
    return "".join(out)
