"""The chronology of a result report as lines: found again after changes, changed one by one, merged by time, paged.

A line is ``13.05 WIB Camar-01: …`` as the log wrote it, or whatever an author made of it. A day that is not the first
one's stands above its lines: ``Sabtu, 21 November 2026:``. What cannot be read as a time stays where its author put it.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Literal
from zlib import crc32
from zoneinfo import ZoneInfo

from domain.lokus.words import date_of, day

_CLOCK = re.compile(r"(\d{1,2})\.(\d{2})\b")


@dataclass(frozen=True, slots=True)
class Change:
    """One line that was taken out or put in."""

    sign: Literal["-", "+"]
    line: str


def lines(text: str) -> list[str]:
    """Its lines, empty ones left out."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def stamp(line: str) -> str:
    """Eight hexadecimal digits by which a line is known again, for a button."""
    return f"{crc32(line.encode()):08x}"


def find(text: str, place: int, mark: str) -> int | None:
    """Where that line is now: at its place still, or the only one like it elsewhere; None when it is gone."""
    known = lines(text)
    if place < len(known) and stamp(known[place]) == mark:
        return place
    same = [index for index, line in enumerate(known) if stamp(line) == mark]
    return same[0] if len(same) == 1 else None


def replaced(text: str, place: int, words: str) -> str:
    """With these words (one line or several) instead of that line."""
    known = lines(text)
    return "\n".join((*known[:place], *lines(words), *known[place + 1 :]))


def removed(text: str, place: int) -> str:
    """Without that line; a day under which nothing is left goes too."""
    known = lines(text)
    rest = [*known[:place], *known[place + 1 :]]
    above = place - 1
    if above >= 0 and _day(rest[above]) and (place == len(rest) or _day(rest[place])):
        del rest[above]
    return "\n".join(rest)


def inserted(text: str, place: int, words: str) -> str:
    """With these words before the line of that place, or at the end."""
    known = lines(text)
    return "\n".join((*known[:place], *lines(words), *known[place:]))


def merged(text: str, added: Iterable[tuple[datetime, str]], zone: ZoneInfo, began: date | None) -> str:
    """With each line put in by its time: before the first that is later, below its day where that is another."""
    known = lines(text)
    for at, line in sorted(added, key=lambda one: one[0]):
        local = at.astimezone(zone)
        _put(known, local.date(), local.time().replace(second=0, microsecond=0), line, began)
    return "\n".join(known)


def _put(known: list[str], on: date, at: time, line: str, began: date | None) -> None:
    today, place = began, len(known)
    for index, here in enumerate(known):
        if (named := _day(here)) is not None:
            if named > on:
                place = index
                break
            today = named
        elif (clock := _time(here)) is not None and today is not None and (today, clock) > (on, at):
            place = index
            break
    new = [line]
    if today != on:
        new.insert(0, f"{day(on)}:")
        if today is not None and place < len(known) and _day(known[place]) is None:
            new.append(f"{day(today)}:")
    known[place:place] = new


def _day(line: str) -> date | None:
    return date_of(line[:-1]) if line.endswith(":") else None


def _time(line: str) -> time | None:
    found = _CLOCK.match(line)
    if found is None or int(found[1]) > 23 or int(found[2]) > 59:
        return None
    return time(int(found[1]), int(found[2]))


def brief(text: str, most: int) -> tuple[str, int]:
    """The first lines, as a card shows them, and how many are left out."""
    known = lines(text)
    if len(known) <= most + 1:  # one more line is no longer than saying that it is left out
        return "\n".join(known), 0
    return "\n".join(known[:most]), len(known) - most


def changed(old: str, new: str) -> list[Change]:
    """Which lines are gone and which are new, in their order."""
    found: list[Change] = []
    one, two = lines(old), lines(new)
    for tag, a, b, c, d in difflib.SequenceMatcher(a=one, b=two, autojunk=False).get_opcodes():
        if tag != "equal":
            found += [Change("-", line) for line in one[a:b]]
            found += [Change("+", line) for line in two[c:d]]
    return found


def paged(parts: Iterable[tuple[str, str]], room: int) -> list[list[Mapping[str, object]]]:
    """Parts (key and words) on pages of about ``room`` characters, cut between lines; a part that goes on says so.

    At least one page. A single line longer than a page has one of its own and is cut by whoever sends it.
    """
    pages: list[list[dict[str, object]]] = [[]]
    used = 0
    for key, words in parts:
        fresh = True
        for line in lines(words) or [""]:
            if used and used + len(line) > room:
                pages.append([])
                used = 0
            used += len(line) + 1
            here = pages[-1]
            if fresh or not here:
                here.append({"kunci": key, "isi": line, "lanjutan": not fresh})
                fresh = False
            else:
                here[-1]["isi"] = f"{here[-1]['isi']}\n{line}"
    return [list(page) for page in pages]
