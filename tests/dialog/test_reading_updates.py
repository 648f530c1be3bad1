"""The usual updates are read without python-telegram-bot's types; both readings say the same."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from handlers.incoming import parsed, read

IDS = some.sampled_from([1, 777000, 136817688, 1087968824, 2**40])
WORDS = some.sampled_from(
    ["", "Pasar Kajen", "/lapinfo", "/lapsus@Kentongan_Bot  isi", "/lapor@bot_lain", "/nihil\nAman", "é "]
)
USERS = some.fixed_dictionaries(
    {"id": IDS, "is_bot": some.booleans(), "first_name": WORDS},
    optional={"last_name": WORDS, "username": WORDS, "language_code": some.just("id")},
)
CHATS = some.fixed_dictionaries(
    {"id": some.sampled_from([1, -1001]), "type": some.sampled_from(["private", "group", "supergroup", "channel"])},
    optional={"title": WORDS, "first_name": WORDS},
)
FILE = {"file_id": "F", "file_unique_id": "U"}
MESSAGES = some.fixed_dictionaries(
    {"message_id": some.integers(1, 9), "chat": CHATS, "date": some.sampled_from([0, 1_700_000_000])},
    optional={
        "from": USERS,
        "text": WORDS,
        "edit_date": some.just(1_700_000_100),
        "entities": some.just([{"type": "bold", "offset": 0, "length": 1}]),
        "reply_markup": some.just({"inline_keyboard": [[{"text": "A", "callback_data": "a"}]]}),
        "link_preview_options": some.just({"is_disabled": True}),
        "caption": WORDS,
        "photo": some.just([{**FILE, "width": 1, "height": 1}]),
        "location": some.just({"latitude": -6.9, "longitude": 109.6}),
        "sender_chat": CHATS,
        "media_group_id": some.just("9"),
        "new_chat_title": WORDS,
        "migrate_to_chat_id": some.just(-1002),
        "dice": some.just({"emoji": "x", "value": 1}),
        "reply_to_message": some.just({"message_id": 3, "date": 1, "chat": {"id": 1, "type": "private"}}),
    },
)
TAPS = some.fixed_dictionaries(
    {"id": some.just("77"), "from": USERS, "chat_instance": some.just("5")},
    optional={"message": MESSAGES, "data": WORDS, "inline_message_id": some.just("I")},
)
UPDATES = some.fixed_dictionaries(
    {"update_id": some.integers(1, 9)},
    optional={"message": MESSAGES, "edited_message": MESSAGES, "channel_post": MESSAGES, "callback_query": TAPS},
)
TEXT: dict[str, Any] = {
    "message_id": 4,
    "from": {"id": 1, "is_bot": False, "first_name": "Agen", "last_name": "Satu"},
    "chat": {"id": 1, "type": "private", "first_name": "Agen"},
    "date": 1_700_000_000,
    "text": "/lapinfo",
}
TAP: dict[str, Any] = {
    "id": "77",
    "from": TEXT["from"],
    "chat_instance": "5",
    "data": "l:ada",
    "message": {**TEXT, "edit_date": 1_700_000_100, "chat": {"id": -1001, "type": "supergroup", "title": "Verifikasi"}},
}
USUAL: list[dict[str, Any]] = [{"update_id": 8, "message": TEXT}, {"update_id": 9, "callback_query": TAP}]


@settings(max_examples=200, deadline=None)
@given(update=UPDATES)
def test_both_readings_say_the_same(update: dict[str, Any]) -> None:
    assert read(update, "Kentongan_Bot") == parsed(update, "Kentongan_Bot")


@settings(max_examples=100, deadline=None)
@given(sender=USERS, chat=CHATS, text=WORDS)
def test_so_they_do_of_whoever_writes_or_taps(sender: dict[str, Any], chat: dict[str, Any], text: str) -> None:
    private = {**TEXT, "from": sender, "text": text}
    tap = {**TAP, "from": sender, "data": text, "message": {**TAP["message"], "chat": chat}}
    for update in ({"update_id": 8, "message": private}, {"update_id": 9, "callback_query": tap}):
        assert read(update, "Kentongan_Bot") == parsed(update, "Kentongan_Bot")


@pytest.mark.parametrize("update", USUAL)
def test_a_usual_update_reads_alike_without_the_library(
    update: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = parsed(update, "Kentongan_Bot")
    monkeypatch.setattr("handlers.incoming.parsed", None)  # nothing may ask for it
    assert read(update, "Kentongan_Bot") == expected


@pytest.mark.parametrize("update", USUAL)
@pytest.mark.parametrize("lacking", ["id", "is_bot", "first_name"])
def test_a_sender_without_a_name_or_number_is_refused_as_before(update: dict[str, Any], lacking: str) -> None:
    kind, held = next((key, value) for key, value in update.items() if key != "update_id")
    sender = {key: value for key, value in held["from"].items() if key != lacking}
    with pytest.raises(TypeError):
        read({**update, kind: {**held, "from": sender}}, "Kentongan_Bot")
