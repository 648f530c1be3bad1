"""Words of others made harmless for display: no control characters, no reversed or hidden text."""

from __future__ import annotations

import re

_LINE_ENDS = re.compile("\r\n?|[\u2028\u2029\u0085]")
_HIDDEN = re.compile(
    "["
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # control characters; below: directions, zero width
    "\u00ad\u061c\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f"  # tags: text nobody sees
    "]"
)
_JOINER = re.compile("(?<![\u2190-\U0010ffff])\u200d|\u200d(?![\u2190-\U0010ffff])")
_SURROGATE = re.compile("[\ud800-\udfff]")
_QUOTATION = re.compile("\"[^\"]*\"?|“[^”]*”?|(?<![A-Za-z])'[^']*'?")


def neutral(text: str) -> str:
    """The text as a reader sees it, line breaks and tabs kept.

    Overrides of the writing direction, zero-width and control characters go; the joiner inside an emoji stays; half a
    surrogate pair becomes U+FFFD, since it cannot be sent at all.
    """
    if text.isascii() and text.isprintable():
        return text
    text = _HIDDEN.sub("", _LINE_ENDS.sub("\n", text))
    return _SURROGATE.sub("\ufffd", _JOINER.sub("", text))


def unquoted(text: str) -> str:
    """Telegram's words for the operator: what stands in quotation marks may be content and is cut out."""
    return _QUOTATION.sub('"…"', text)
