"""Which question comes next. Pure: a state in, a state out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from domain.forms.questions import ORDER
from domain.forms.state import FormState

Applies = Callable[[str, FormState], bool]
"""Whether a question makes sense now (desa only where the profile lists some)."""


def open_questions(state: FormState, applies: Applies) -> tuple[str, ...]:
    """The keys still to be asked, in order."""
    return tuple(
        key for key in state.asks
        if key not in state.skipped and applies(key, state) and (key in state.redo or not state.has(key)))


def advance(state: FormState, applies: Applies) -> FormState:
    """To the next open question (those before this one come last), or to the summary."""
    if state.fixing:
        return replace(state, cursor=None, fixing=False)
    still = open_questions(state, applies)
    after = [key for key in still if state.cursor is None or ORDER.index(key) > ORDER.index(state.cursor)]
    remaining = after or list(still)
    return replace(state, cursor=remaining[0] if remaining else None)


def back(state: FormState, applies: Applies) -> FormState:
    """To the question before this one (its answer is kept until another is given); from a fix to the summary."""
    if state.fixing:
        return replace(state, cursor=None, fixing=False)
    asked = [key for key in state.asks if applies(key, state)]
    if not asked:
        return replace(state, cursor=None)
    if state.cursor is None:
        return replace(state, cursor=asked[-1])
    earlier = [key for key in asked if ORDER.index(key) < ORDER.index(state.cursor)]
    return replace(state, cursor=earlier[-1] if earlier else asked[0])


def skip(state: FormState, key: str) -> FormState:
    """Leave the question as it is: what was asked again keeps its value, anything else stays empty."""
    if key in state.redo:
        return replace(state, redo=tuple(k for k in state.redo if k != key))
    gone = state.without(key)
    return replace(gone, skipped=(*(k for k in gone.skipped if k != key), key))


def fix(state: FormState, key: str) -> FormState:
    """Ask one field again, then come back to the summary."""
    return replace(state, cursor=key, fixing=True, skipped=tuple(k for k in state.skipped if k != key))


def missing(state: FormState, needed: Sequence[str]) -> tuple[str, ...]:
    """The needed keys that are not there yet."""
    return tuple(key for key in needed if not state.has(key))
