"""What a Berita Acara needs, read from one typed message: ``Pihak: …; …``, ``Pokok: …``, ``Saksi: …``."""

from __future__ import annotations

import re
from dataclasses import dataclass

_LABEL = re.compile(r"\s*(pihak|pokok|saksi)\s*[:=]\s*(.*)", re.IGNORECASE | re.DOTALL)
NAMES_MOST = 8
TEXT_MOST = 3000


@dataclass(frozen=True, slots=True)
class Record:
    """Parties, the matter line by line as it was written, witnesses (there may be none)."""

    parties: tuple[str, ...]
    matter: str
    witnesses: tuple[str, ...]


def read(text: str) -> Record | None:
    """The parts of the message, in any order; None when a party or the matter is missing or it is too long."""
    parts: dict[str, list[str]] = {"pihak": [], "pokok": [], "saksi": []}
    here: str | None = None
    for line in text.splitlines():
        found = _LABEL.fullmatch(line)
        words = line if found is None else found[2]
        here = here if found is None else found[1].casefold()
        if here is not None and words.strip():
            parts[here].append(words.strip())
    parties, witnesses = _names(parts["pihak"]), _names(parts["saksi"])
    matter = "\n".join(parts["pokok"])
    if not parties or not matter or len(matter) > TEXT_MOST or max(len(parties), len(witnesses)) > NAMES_MOST:
        return None
    return Record(parties, matter, witnesses)


def _names(lines: list[str]) -> tuple[str, ...]:
    names = (" ".join(name.split())[:120] for line in lines for name in line.split(";"))
    return tuple(name for name in names if any(char.isalnum() for char in name))
