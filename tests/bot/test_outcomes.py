"""One table: what an answer means for a notice."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.api import AnswerLost
from bot.outcomes import Anew, Dead, Migrated, Plain, Retry, Sent, Step, Undeletable, WithoutReply, outcome_of


def said(error: TelegramError, status: int, description: str = "") -> TelegramError:
    """As ``BotApi.call`` raises it."""
    vars(error).update(status=status, description=description)
    return error


def bad(words: str) -> TelegramError:
    return said(BadRequest(f"Bad Request: {words}"), 400, f"Bad Request: {words}")


def forbidden(words: str) -> TelegramError:
    return said(Forbidden(f"Forbidden: {words}"), 403, f"Forbidden: {words}")


@pytest.mark.parametrize(
    ("error", "step"),
    [
        (bad("message is not modified: specified new message content …"), Sent()),
        (bad("message to delete not found"), Sent()),
        (bad("message can't be deleted for everyone"), Undeletable()),
        (bad("message to edit not found"), Anew()),
        (bad("message can't be edited"), Anew()),
        (bad("there is no text in the message to edit"), Anew()),
        (bad("can't parse entities: Unsupported start tag"), Plain()),
        (bad("message to be replied not found"), WithoutReply()),
        (bad("chat not found"), Dead("chat_gone", "chat not found")),
        (bad("BUTTON_DATA_INVALID"), Dead("refused", "bad request: button_data_invalid")),
        (bad("PEER_ID_INVALID"), Dead("blocked", "blocked")),
        (forbidden("bot was blocked by the user"), Dead("blocked", "blocked")),
        (forbidden("user is deactivated"), Dead("blocked", "blocked")),
        (forbidden("bot can't initiate conversation with a user"), Dead("blocked", "blocked")),
        (forbidden("bot was kicked from the supergroup chat"), Dead("kicked", "kicked")),
        (forbidden("bot is not a member of the supergroup chat"), Dead("kicked", "kicked")),
        (forbidden("the group chat was deleted"), Dead("kicked", "kicked")),
        (said(ChatMigrated(-1001), 400), Migrated(-1001)),
        (said(RetryAfter(9), 429), Retry("flood", after=9.0)),
        (TimedOut(), Retry("no answer", uncertain=True)),
        (AnswerLost("connection broke"), Retry("no answer", uncertain=True)),
        (NetworkError("no connection"), Retry("no connection")),
        (said(NetworkError("HTTP 502"), 502), Retry("server error (502)", uncertain=True)),
        (said(Conflict("x"), 409), Retry("server error (409)")),
        (said(InvalidToken("Not Found"), 404), Retry("not found (404)")),
        (TelegramError("Invalid server response"), Retry("no answer", uncertain=True)),
    ],
)
def test_the_table(error: TelegramError, step: Step) -> None:
    assert outcome_of(error) == step


@given(st.text(max_size=300), st.sampled_from([BadRequest, Forbidden]))
def test_a_refusal_is_never_tried_for_ever(words: str, kind: type[TelegramError]) -> None:
    step = outcome_of(said(kind(words), 400, words))
    assert not isinstance(step, Retry)


def test_a_reason_keeps_no_quotation() -> None:
    step = outcome_of(bad("wrong value \"isi rahasia\" in field 'isi juga' given"))
    assert isinstance(step, Dead)
    assert "isi rahasia" not in step.error
    assert "isi juga" not in step.error
    assert len(step.error) <= 120
