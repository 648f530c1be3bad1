"""One part of a result report in somebody's own words, the same in the coordinator's draft and in the rounds."""

from __future__ import annotations

from domain.errors import UserError
from domain.lokus import result
from domain.model import Case
from domain.privacy import is_covered, uncovered

EMPTY = "-"
"""What is typed to empty a part."""


def spoken(words: str) -> bool:
    """Whether it says anything: spaces, dots and zero-width characters do not."""
    return any(char.isalnum() for char in words)


def reworded(case: Case, key: str, before: str, typed: str) -> str:
    """What the part says from now on, "" when it was emptied. Numbers that were shown covered are put back.

    Raises UserError for a needed part that is emptied, and for no words: only ``-`` empties.
    """
    words = typed.strip()
    if not spoken(words):
        if key in result.NEEDED:
            raise UserError("hasil/kosong", ref=case.ref, kunci=key)
        if words != EMPTY:
            raise UserError("hasil/kosongkan", ref=case.ref, kunci=key)
        return ""
    return whole(case, before, words)


def whole(case: Case, before: str, words: str) -> str:
    """The words with the numbers of before that were shown covered. UserError when one of them cannot be told."""
    found = uncovered(words, before)
    if is_covered(found) and not is_covered(before):
        raise UserError("hasil/nomor_tertutup", ref=case.ref)
    return found
