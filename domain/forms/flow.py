"""Which question comes next. Pure: a state in, a state out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from domain.forms.questions import ORDER
from domain.forms.state import FormState

Applies = Callable[[FormState], Collection[str]]
"""The questions that make sense now (desa only where the profile lists some)."""


def open_questions(state: FormState, applies: Applies) -> tuple[str, ...]:
    """The keys still to be asked, in order."""
    possible = applies(state)
    return tuple(
        key
        for key in state.asks
        if key in possible and key not in state.skipped and (key in state.redo or not state.has(key))
    )


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
    earlier = before(state, applies)
    return replace(state, cursor=earlier[-1]) if earlier else state


def before(state: FormState, applies: Applies) -> tuple[str, ...]:
    """The questions before the one being asked; all of them at the summary."""
    possible = applies(state)
    asked = tuple(key for key in state.asks if key in possible)
    if state.cursor is None:
        return asked
    return tuple(key for key in asked if ORDER.index(key) < ORDER.index(state.cursor))


def skip(state: FormState, key: str) -> FormState:
    """Leave the question as it is: an answer already there stays, otherwise the field stays empty."""
    if key in state.redo:
        return replace(state, redo=tuple(k for k in state.redo if k != key))
    return state if state.has(key) else _passed(state, key)


def clear(state: FormState, key: str) -> FormState:
    """Take an optional answer out again."""
    gone = state.without(key)
    messages = {message: told for message, told in gone.messages.items() if told != key}
    return _passed(replace(gone, messages=messages, taken=tuple(k for k in gone.taken if k != key)), key)


def _passed(state: FormState, key: str) -> FormState:
    return replace(
        state, skipped=(*(k for k in state.skipped if k != key), key), redo=tuple(k for k in state.redo if k != key)
    )


def fix(state: FormState, key: str) -> FormState:
    """Ask one field again, then come back to the summary."""
    return replace(state, cursor=key, fixing=True, skipped=tuple(k for k in state.skipped if k != key))


def complete(state: FormState, gaps: Sequence[str], applies: Applies) -> FormState:
    """Ask what is still missing, one after the other."""
    asks = tuple(key for key in ORDER if key in state.asks or key in gaps)
    skipped = tuple(key for key in state.skipped if key not in gaps)
    return advance(replace(state, asks=asks, skipped=skipped, cursor=None, fixing=False), applies)


def missing(state: FormState, needed: Sequence[str]) -> tuple[str, ...]:
    """The needed keys that are not there yet."""
    return tuple(key for key in needed if not state.has(key))
