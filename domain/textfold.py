"""A second spelling of a text for matching, with the way back to what was written.

Agents type full-width letters, WhatsApp asterisks, emoji and invisible marks. Matching needs plain lower-case letters;
what is stored and shown must stay as written. So the folded text carries, for each of its characters, the index of the
source character it came from.
"""

import re
import unicodedata
from array import array
from dataclasses import dataclass

_NEWLINES = frozenset("\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029")
# WhatsApp's bold, italic, strike-through and code marks, and apostrophes ("Jum'at"): noise inside words.
_DROPPED = frozenset("*_~`'\u2018\u2019\u02bc\u00b4")
# Most of a text: words of plain letters with single spaces between them, each character standing for itself.
_PLAIN = "[" + re.escape('.,:;=+-/()!?"@#%&|<>[]{}\\^$') + "a-zA-Z0-9]+"
_PIECES = re.compile(f"({_PLAIN}(?: {_PLAIN})*)|.", re.DOTALL)
_SPELT = {"\u00b1": "+", "\u2022": "\u2022", "\u2192": ">", "\u201c": '"', "\u201d": '"', "\u2212": "-"}


@dataclass(frozen=True, slots=True)
class Folded:
    """`text` for matching; `at[i]` is the index in `source` of `text[i]`."""

    source: str
    text: str
    at: "array[int]"

    def as_written(self, start: int, end: int) -> str:
        """The source behind `text[start:end]`, untouched; empty when the range is empty."""
        if start >= end:
            return ""
        return self.source[self.at[start] : self.at[end - 1] + 1]


def _fold_char(char: str) -> str:
    """What one character contributes: itself in lower case, a space, a newline, or nothing."""
    if char in _NEWLINES:
        return "\n"
    if char in _DROPPED:
        return ""
    if char in _SPELT:
        return _SPELT[char]
    category = unicodedata.category(char)
    if category in ("Cf", "Mn", "Me", "Cc"):  # invisible marks, variation selectors, NUL: nothing to read
        return " " if char == "\t" else ""
    if category == "Pd":
        return "-"
    if category == "Nd":
        return str(unicodedata.decimal(char))
    if category in ("So", "Sk", "Cs", "Co", "Cn", "Zs"):
        plain = unicodedata.normalize("NFKC", char).lower()
        return plain if plain.isalnum() else " "  # circled letters and digits still read; an emoji separates
    lowered = unicodedata.normalize("NFKC", char).lower()
    return "".join(part for part in lowered if unicodedata.category(part) not in ("Mn", "Cf"))


def fold(source: str) -> Folded:
    """Lower-case, NFKC by character, invisible marks dropped, white space collapsed (a newline wins over spaces)."""
    out: list[str] = []
    at = array("L")
    for piece in _PIECES.finditer(source):
        index, char = piece.start(), piece.group()
        if piece[1] is not None:
            out.append(char.lower())
            at.extend(range(index, piece.end()))
            continue
        for part in char if char == " " else _fold_char(char):
            if part in " \n" and out and out[-1] in " \n":
                if part == "\n":
                    out[-1] = "\n"
                continue
            out.append(part)
            at.append(index)
    return Folded(source, "".join(out), at)
