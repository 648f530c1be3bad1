"""The table of methods agrees with the client library, and calls outside it are refused and recorded."""

import inspect
import re
from typing import Any

import pytest
import telegram

from simulator.schema import OBJECT_FIELDS, SPECS
from tests.simulator.conftest import TOKEN, Practice

CONVENIENCES = {
    "self",
    "read_timeout",
    "write_timeout",
    "connect_timeout",
    "pool_timeout",
    "api_kwargs",
    # Shorthands of the client library that become reply_parameters, link_preview_options, fields of files and objects.
    "allow_sending_without_reply",
    "reply_to_message_id",
    "disable_web_page_preview",
    "filename",
    "location",
}


def snake(name: str) -> str:
    return re.sub("([A-Z])", lambda found: "_" + found[1].lower(), name)


@pytest.mark.parametrize("method", sorted(set(SPECS) - {"close", "logOut"}))
def test_parameters_are_those_of_the_client_library(method: str) -> None:
    theirs = set(inspect.signature(getattr(telegram.Bot, snake(method))).parameters) - CONVENIENCES
    if method == "sendMediaGroup":
        theirs -= {"caption", "parse_mode", "caption_entities"}  # put on the first item by the library
    assert set(SPECS[method].params) == theirs


@pytest.mark.parametrize("name", sorted(OBJECT_FIELDS))
def test_object_fields_are_those_of_the_client_library(name: str) -> None:
    signature = inspect.signature(getattr(telegram, name).__init__)
    theirs = set(signature.parameters) - {"self", "api_kwargs", "filename", "filename_depr"}
    assert OBJECT_FIELDS[name] - {"type", "force_reply", "remove_keyboard"} == theirs - {"type"}


@pytest.mark.parametrize(
    ("method", "params", "parameter", "words"),
    [
        ("sendMessage", {"chat_id": 1001, "text": "x", "colour": "red"}, "colour", 'unknown parameter "colour" of'),
        ("sendMessage", {"chat_id": 1001, "text": 5}, "text", "string expected"),
        (
            "sendMessage",
            {"chat_id": 1001, "text": "x", "protect_content": "yes"},
            "protect_content",
            "boolean expected",
        ),
        ("sendMessage", {"chat_id": 1.5, "text": "x"}, "chat_id", "chat identifier"),
        (
            "sendMessage",
            {"chat_id": 1001, "text": "x", "disable_web_page_preview": True},
            "disable_web_page_preview",
            "",
        ),
        ("deleteMessage", {"chat_id": 1001, "message_id": "x"}, "message_id", "integer expected"),
        (
            "sendMessage",
            {"chat_id": 1001, "text": "x", "reply_markup": {"inline_keyboard": [[{"text": "a", "callbackdata": "x"}]]}},
            "reply_markup.inline_keyboard[0][0].callbackdata",
            "unknown field of InlineKeyboardButton",
        ),
        (
            "sendMessage",
            {"chat_id": 1001, "text": "x", "link_preview_options": {"is_disabled": 1}},
            "link_preview_options.is_disabled",
            "boolean expected",
        ),
        (
            "setMyCommands",
            {"commands": [{"command": "a", "description": "b"}], "scope": {"type": "galaxy"}},
            "scope",
            "BotCommandScope",
        ),
        ("sendMessage", {"chat_id": 1001, "text": "x", "reply_markup": "{"}, "reply_markup", "JSON expected"),
        ("setMyCommands", {}, "commands", "missing parameter"),
    ],
)
async def test_violation_is_refused_and_recorded(
    practice: Practice, method: str, params: dict[str, Any], parameter: str, words: str
) -> None:
    description = await practice.refused(method, **params)
    assert description.startswith("Bad Request: LATIHAN: ")
    assert words in description
    assert [(m, p) for m, p, _ in practice.world.violations] == [(method, parameter)]


async def test_json_parameters_come_as_text_in_forms_and_nested_in_json(practice: Practice) -> None:
    keyboard = '{"inline_keyboard":[[{"text":"Setujui","callback_data":"a"}]]}'
    form = {"chat_id": "1001", "text": "satu", "reply_markup": keyboard, "protect_content": "true"}
    async with practice.http.post(f"{practice.server.url}/bot{TOKEN}/sendMessage", data=form) as response:
        assert response.status == 200
    await practice.say("dua", reply_markup={"inline_keyboard": [[{"text": "Tolak", "callback_data": "a"}]]})
    shown = practice.agent.messages()
    assert [m.labels for m in shown] == [[["Setujui"]], [["Tolak"]]]
    assert [m.protected for m in shown] == [True, False]
    assert practice.world.violations == []


async def test_missing_parameters_are_told_in_telegrams_words(practice: Practice) -> None:
    assert await practice.refused("sendMessage", text="x") == "Bad Request: chat_id is empty"
    assert await practice.refused("sendMessage", chat_id=1001) == "Bad Request: message text is empty"
    assert await practice.refused("sendPhoto", chat_id=1001) == "Bad Request: there is no photo in the request"


async def test_unknown_token_and_method_are_404_and_a_revoked_token_401(practice: Practice) -> None:
    assert await practice.refused("makeCoffee") == "Not Found"
    assert practice.world.violations == [("makeCoffee", "", "unknown method")]
    async with practice.http.post(f"{practice.server.url}/bot1:nobody/getMe") as response:
        assert (response.status, (await response.json())["description"]) == (404, "Not Found")
    practice.world.revoke(practice.account)
    assert await practice.refused("getMe") == "Unauthorized"
