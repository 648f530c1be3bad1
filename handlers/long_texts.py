"""A text of more than 4,096 characters, which Telegram's clients send as several messages: the parts are one answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from domain.forms.state import FormState
from handlers.context import Context

LONG = 4000
"""UTF-16 units from which on a text may have been cut (clients cut at a blank before Telegram's limit of 4,096)."""
SOON = timedelta(seconds=3)
"""The further parts are sent in the same moment; nobody types an answer as fast."""


def marked(ctx: Context, state: FormState, key: str) -> FormState:
    """The text just taken for ``key`` remembered as a first part, when it is so long that another may follow."""
    if ctx.inc.message_id is None or not _long(ctx.inc.text):
        return state
    return replace(
        state, parts={str(ctx.inc.message_id): ctx.inc.text}, part_of=key, part_at=ctx.received_at.isoformat()
    )


def follows(ctx: Context, state: FormState) -> bool:
    """Whether this text is the next part of the one before it."""
    if state.part_at is None or state.part_of is None or ctx.inc.message_id is None:
        return False
    return timedelta() <= ctx.received_at - datetime.fromisoformat(state.part_at) <= SOON


def joined(ctx: Context, state: FormState) -> tuple[FormState, str]:
    """The state with this part, new or edited, put in, and the whole text."""
    parts = {**state.parts, str(ctx.inc.message_id): ctx.inc.text}
    more = ctx.inc.kind != "edited" and _long(ctx.inc.text)
    return replace(state, parts=parts, part_at=ctx.received_at.isoformat() if more else None), whole(
        state.part_of, parts.values()
    )


def whole(key: str | None, parts: Iterable[str]) -> str:
    """The parts as one text. A report may have been cut between two labelled lines, an answer within a sentence."""
    return ("\n" if key == "*" else " ").join(parts)


def _long(text: str) -> bool:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2 >= LONG
