"""Names of people and their code names: made harmless before they are kept, since lists and exports show them."""

from __future__ import annotations

import re
import unicodedata

MAX_NAME = 64
MAX_CODE_NAME = 24
_CODE_NAME = re.compile(r"\w(?:[\w .'-]*\w)?")
_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def clean_name(text: str) -> str:
    """One line of at most ``MAX_NAME`` characters: control, direction and invisible marks become spaces."""
    kept = "".join(" " if unicodedata.category(char) in _INVISIBLE else char for char in text)
    return " ".join(kept.split())[:MAX_NAME].rstrip()


def clean_code_name(text: str) -> str | None:
    """The code name without stray spaces; None when it is not one (letters, digits, space, dot, dash; at most 24)."""
    name = clean_name(text)
    return name if len(name) <= MAX_CODE_NAME and _CODE_NAME.fullmatch(name) else None
