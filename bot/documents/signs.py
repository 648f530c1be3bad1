"""Which signs a paper can print, and what stands in for the others: no boxes, no hidden marks, nothing over the edge.

The fonts are those of the drawing library and the Typst compiler; what is installed on a machine makes no difference.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import Final

from matplotlib import get_data_path
from matplotlib.font_manager import get_font

FONTS: Final = Path(get_data_path()) / "fonts" / "ttf"
OTHER_SCRIPT: Final = "[aksara lain]"
"""Stands for a run of letters that no font of ours has (Chinese, Javanese, …): a reader sees that words were there."""
ONLY_EMOJI: Final = "[emoji]"
"""Stands for a text of which nothing else would be left."""
_EMOJI: Final = 0x1F000
"""From here on signs are pictures: left out all alike, although a font may have some of them."""
_SELECTORS: Final = (0xFE00, 0xFE0F)
"""Variation selectors: they say how the sign before them looks, and are nothing by themselves."""
_MARKS: Final = 3
"""Combining marks that one letter keeps: more of them are a joke that climbs over the lines above."""
_WORD: Final = 28
"""Characters without a space that stay whole; longer than any Indonesian word."""
_PIECE: Final = 6
_BREAK: Final = "\u200b"
"""Zero-width space: a line may end here."""


def printable(text: str) -> str:
    """The text as a paper can show it.

    Emoji, control and hidden characters (bidirectional overrides, joiners, variation selectors) go; symbols that the
    fonts have (degrees, arrows, ticks) stay; a run of letters they lack becomes ``OTHER_SCRIPT``. Very long words
    get places where a line may end.
    """
    kept: list[str] = []
    marks = 0
    for sign in unicodedata.normalize("NFC", "\n".join(text.splitlines())):
        kind = unicodedata.category(sign)
        if kind.startswith("M"):
            if _has(ord(sign)) and marks < _MARKS and kept[-1:] != [OTHER_SCRIPT]:
                kept.append(sign)
                marks += 1
            continue
        before = len(kept)
        if sign == "\n" or (_has(ord(sign)) and kind[0] not in "CZ"):
            kept.append(sign)
        elif kind.startswith("Z") or sign == "\t":
            kept.append(" ")
        elif kind[0] in "LN" and (not kept or kept[-1] != OTHER_SCRIPT):
            kept.append(OTHER_SCRIPT)
        marks = marks if len(kept) == before else 0
    words = "".join(kept)
    if text.strip() and not words.strip():
        return ONLY_EMOJI if any(unicodedata.category(sign).startswith("S") for sign in text) else ""
    return "\n".join(" ".join(map(_breakable, line.split())) for line in words.strip().split("\n"))


def _has(code: int) -> bool:
    return code in signs() and code < _EMOJI and not _SELECTORS[0] <= code <= _SELECTORS[1]


def _breakable(word: str) -> str:
    """Never between a letter and its marks: Typst takes seconds for a text of those."""
    if len(word) <= _WORD:
        return word
    found, since = [], 0
    for sign in word:
        if since >= _PIECE and not unicodedata.category(sign).startswith("M"):
            found.append(_BREAK)
            since = 0
        found.append(sign)
        since += 1
    return "".join(found)


@lru_cache(maxsize=1)
def signs() -> frozenset[int]:
    """The code points of the widest of the fonts: what it lacks, the others lack as good as always."""
    return frozenset(get_font(FONTS / "DejaVuSans.ttf").get_charmap())
