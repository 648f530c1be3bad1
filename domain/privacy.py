"""Identity numbers (NIK) and telephone numbers in free text: where they stand, and the text with them covered.

Covering leaves nothing of the number: every digit becomes a dot, the separators stay, so a reader sees that a number
of that length stands there and cannot guess or compare it. Covering errs on the side of too much: sixteen digits in a
row are treated as a NIK whatever their date part says (a family card number looks the same and is as private).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise, repeat
from typing import Literal

from domain.textfold import Folded, fold

DOT = "\u2022"
_SEPARATORS = " .-"
_DATE_SHAPE = (2, 2, 4)
# Words after a space that claim the digits before them: "hp 0812345678 30 org" is a number and a crowd.
_COUNTED = re.compile(r" ?(?:orang|org|warga|kk|massa|unit|wib|wita|wit|rumah|tahun|th|jiwa|rt|rw)\b")
_GROUP = re.compile(r"\d{1,40}")
_NIK_LABEL = re.compile(r"(?:nik|ktp|no kk|nokk)(?: ?(?:no|nomor))?[ .:=#]{0,3}$")
_MONEY_BEFORE = re.compile(r"(?:rp|idr)[ .]{0,2}$")
_REFERENCE_BEFORE = re.compile(r"[a-z]{2}-$")
_NUMBERED_BEFORE = re.compile(r"[a-z\d]/$")


@dataclass(frozen=True, slots=True)
class PersonalDatum:
    """One number as written; `start` and `end` are indices into the text that was searched."""

    kind: Literal["nik", "telepon"]
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Group:
    start: int
    end: int
    digits: str


def _runs(text: str) -> Iterator[list[_Group]]:
    """Digit groups that single separators hold together, e.g. 0812-3456-7890."""
    run: list[_Group] = []
    for match in _GROUP.finditer(text):
        if run and not _joined(text[run[-1].end : match.start()]):
            yield run
            run = []
        run.append(_Group(match.start(), match.end(), match.group()))
    if run:
        yield run


def _joined(gap: str) -> bool:
    return gap in ("", *_SEPARATORS, ") ", ")", " (", "(", ").", ")-")


def _plausible_nik(digits: str) -> bool:
    """Province 11–96, day 1–31 (plus 40 for women), month 1–12."""
    day, month = int(digits[6:8]), int(digits[8:10])
    return 11 <= int(digits[:2]) <= 96 and (1 <= day <= 31 or 41 <= day <= 71) and 1 <= month <= 12


def _nik(text: str, run: list[_Group], first: int) -> int | None:
    """The index after the last group of a NIK that begins at `first`, if one does."""
    start = run[first].start
    labelled = bool(_NIK_LABEL.search(text[max(0, start - 16) : start]))
    if labelled and 12 <= len(run[first].digits) <= 20:  # a mistyped NIK is still somebody's
        return first + 1
    if len(run[first].digits) == 16:
        return first + 1
    digits = ""
    for index in range(first, min(first + 16, len(run))):
        if index > first and "(" in text[run[index - 1].end : run[index].start]:
            return None
        digits += run[index].digits
        if len(digits) >= 16:
            fits = len(digits) == 16 and (labelled or _plausible_nik(digits))
            return index + 1 if fits else None
    return None


def _looks_like_date_or_money(text: str, run: list[_Group], first: int) -> bool:
    lengths = tuple(len(group.digits) for group in run[first : first + 3])
    if lengths == _DATE_SHAPE and run[first + 2].digits[:2] in ("19", "20"):
        return True
    gaps = [text[a.end : b.start] for a, b in zip(run[first : first + 2], run[first + 1 : first + 3], strict=False)]
    if lengths[:2] == (2, 2) and gaps[0] == "." and gaps[1:] != ["."]:
        return True  # a clock time and what follows it: 08.30 0812…
    before = text[max(0, run[first].start - 5) : run[first].start]
    numbered = lengths[0] < 10 and (_REFERENCE_BEFORE.search(before) or _NUMBERED_BEFORE.search(before))
    return bool(numbered or _MONEY_BEFORE.search(before))


def _thousands(text: str, groups: list[_Group]) -> bool:
    """62.850.000.000 is an amount: dots, then groups of three only."""
    gaps = (text[a.end : b.start] for a, b in pairwise(groups))
    return len(groups) > 2 and all(gap == "." for gap in gaps) and all(len(g.digits) == 3 for g in groups[1:])


def _limits(digits: str, plus: bool, bracket: bool) -> tuple[int, int] | None:
    """How many digits a number beginning like this has, or None when no telephone number begins so."""
    if digits.startswith("08"):
        return 10, 13
    if digits.startswith("628") or (plus and digits.startswith("62")):
        return (11, 14) if digits.startswith("628") else (10, 13)
    if digits[:1] == "0" and digits[1:2] in tuple("2345679") and (bracket or len(digits) >= 3):
        return 8, 12
    return None


def _phone(text: str, run: list[_Group], first: int) -> int | None:
    """The index after the last group of a telephone number that begins at `first`, if one does."""
    group = run[first]
    before = text[max(0, group.start - 2) : group.start]
    plus = before.endswith("+")
    bracket = before.endswith("(")
    if _looks_like_date_or_money(text, run, first):
        return None
    digits, end, best = group.digits, first + 1, None
    while True:
        limits = _limits(digits, plus, bracket)
        if limits is not None and limits[0] <= len(digits) <= limits[1] and not _short_head(digits, group):
            best = end
        if end >= len(run) or len(digits) > 13 or (end == first + 1 and best is not None):
            break
        following = run[end]
        if len(following.digits) < 2 or (best is not None and _COUNTED.match(text, following.end)):
            break
        digits += following.digits
        end += 1
    if best is not None and not plus and group.digits.startswith("62") and _thousands(text, run[first:best]):
        return None
    return best


def _short_head(digits: str, group: _Group) -> bool:
    """A landline's first group is an area code (021, 0285) or the whole number; 02-12 begins a date."""
    return not digits.startswith(("08", "62")) and len(group.digits) not in (3, 4, *range(8, 13))


def _found(folded: Folded) -> Iterator[tuple[Literal["nik", "telepon"], int, int]]:
    for run in _runs(folded.text):
        index = 0
        while index < len(run):
            kind: Literal["nik", "telepon"] = "nik"
            end = _nik(folded.text, run, index)
            if end is None:
                kind, end = "telepon", _phone(folded.text, run, index)
            if end is None:
                index += 1
                continue
            yield kind, run[index].start, run[end - 1].end
            index = end


_FEWEST = 8
"""Digits of the shortest telephone number."""


def personal_data(text: str) -> tuple[PersonalDatum, ...]:
    """The NIK and telephone numbers in `text`, in order, with their place in it. Never raises."""
    if text.isascii() and sum(map(str.isdigit, text)) < _FEWEST:
        return ()  # most texts: spared the folding
    folded = fold(text)
    found = []
    for kind, start, end in _found(folded):
        opening = folded.text[max(0, start - 2) : start]
        lead = len(opening) - len(opening.rstrip("+").rstrip("("))  # the "+" and "(" of "(+62" belong to the number
        first, last = folded.at[start - lead], folded.at[end - 1] + 1
        found.append(PersonalDatum(kind, text[first:last], first, last))
    return tuple(found)


def mask(text: str) -> str:
    """`text` with every digit of a personal number replaced by a dot. Masking twice changes nothing more."""
    while data := personal_data(text):  # each round removes at least eight digits, so this ends
        pieces, last = [], 0
        for datum in data:
            pieces.append(text[last : datum.start])
            pieces.append("".join(DOT if char.isnumeric() else char for char in datum.text))
            last = datum.end
        text = "".join((*pieces, text[last:]))
    return text


_COVERED = re.compile(r"\+?\(?\u2022(?:[ .()\u200b-\u200d\u2060-]{0,3}\u2022){7,60}")
"""A number as ``mask`` leaves it; a list may have a dot before each line, but not eight in a row."""


def uncovered(text: str, before: str) -> str:
    """`text` with the numbers that stood in `before` where they were copied back covered, as they are shown.

    What cannot be told apart (two of the same length, and not both copied) stays covered.
    """
    known: dict[str, list[str]] = {}
    for match in _COVERED.finditer(mask(before)):  # as long as the text, dot for digit
        known.setdefault(match.group(), []).append(before[match.start() : match.end()])
    shown = [match.group() for match in _COVERED.finditer(text)]
    back = {
        shape: iter(numbers) if len(numbers) == shown.count(shape) else repeat(numbers[0])
        for shape, numbers in known.items()
        if len(numbers) == shown.count(shape) or len(set(numbers)) == 1
    }
    return _COVERED.sub(lambda match: next(back[match.group()]) if match.group() in back else match.group(), text)


def is_covered(text: str) -> bool:
    """Whether a covered number stands in it."""
    return _COVERED.search(text) is not None
