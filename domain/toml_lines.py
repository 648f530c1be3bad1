"""Where in a TOML text a key stands; ``tomllib`` reads values but forgets their lines, and a refusal must name one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cached_property

_HEADER = re.compile(r"\s*(\[\[?)\s*([\w.\"' -]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"\s*(\"[^\"]+\"|'[^']+'|[\w-]+)((?:\s*\.\s*[\w-]+)*)\s*=")
_SYNTAX = re.compile(r"at line (\d+)")
_STRINGS = re.compile(r"\"(?:\\.|[^\"\\])*\"|'[^']*'")


class Lines:
    """An index of the lines of one document; ``of`` answers for a path such as ``("steps", 2, "limit")``.

    Made when the first line is asked for: only a refusal does.
    """

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def _at(self) -> Mapping[tuple[str | int, ...], int]:
        at: dict[tuple[str | int, ...], int] = {}
        table: tuple[str | int, ...] = ()
        counts: dict[tuple[str | int, ...], int] = {}
        depth, fence = 0, ""
        for number, line in enumerate(self._text.splitlines(), 1):
            if fence:
                if fence in line:
                    fence = ""
                continue
            if depth == 0 and (header := _HEADER.match(line)):
                table = tuple(part.strip(" \"'") for part in header[2].split("."))
                if header[1] == "[[":
                    counts[table] = counts.get(table, -1) + 1
                    at.setdefault(table, number)
                    table = (*table, counts[table])
                at.setdefault(table, number)
                continue
            if depth == 0 and (key := _KEY.match(line)):
                dotted = [part.strip() for part in key[2].split(".") if part.strip()]
                at.setdefault((*table, key[1].strip("\"'"), *dotted), number)
            rest = line
            for quotes in ('"""', "'''"):
                if rest.count(quotes) % 2:
                    fence = quotes
                    rest = rest.split(quotes)[0]
            bare = _STRINGS.sub("", rest).split("#")[0]
            depth = max(0, depth + bare.count("[") + bare.count("{") - bare.count("]") - bare.count("}"))
        return at

    def of(self, path: Sequence[str | int]) -> int:
        """The line of the path or of the nearest thing around it; 1 when nothing of it is written."""
        for length in range(len(path), 0, -1):
            line = self._at.get(tuple(path[:length]))
            if line is not None:
                return line
        return 1


def syntax_line(message: str) -> int:
    """The line that a ``TOMLDecodeError`` message names, 1 when it names none."""
    match = _SYNTAX.search(message)
    return int(match[1]) if match else 1
