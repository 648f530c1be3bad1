"""init, invite, person …, group …: the same rules as in the chat."""

from __future__ import annotations

import asyncio
import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.app import make_office
from bot.clock import SystemClock
from domain.usecases import people
from storage.database import Database
from storage.unit import UnitOfWork
from tests.cli.conftest import Run


def _join(payload: str, telegram_id: int) -> None:
    async def inside() -> None:
        data = Path(os.environ["KENTONGAN_DATA_DIR"])
        database = await Database.open(
            f"sqlite+aiosqlite:///{data / 'kentongan.db'}",
            [os.environ["KENTONGAN_SECRET_KEYS"]],
            data_dir=data,
            create=False,
            practice=False,
            clock=SystemClock(),
        )

        def work(uow: UnitOfWork) -> None:
            uow.meta.put("bot_username", "uji_bot")
            office = make_office("pekalongan")
            assert people.accept(uow, office, payload, telegram_id, "Nama Orang", database.clock.now())

        await database.run(work)
        await database.close()

    asyncio.run(inside())


def test_init_gives_the_first_administrators_invitation_once(kentongan: Run) -> None:
    first = kentongan("init", "--json")
    assert first.code == 0
    assert set(first.json) == {"payload", "link", "expires_at"}
    assert first.json["link"] is None
    assert re.fullmatch(r"[A-Za-z0-9_-]{24,64}", first.json["payload"])
    assert datetime.fromisoformat(first.json["expires_at"]) > datetime.now(UTC) + timedelta(days=6)
    again = kentongan("init", "--json")
    assert (again.code, again.json) == (0, {"payload": None, "link": None, "expires_at": None})
    _join(first.json["payload"], 1)
    listed = kentongan("person", "list", "--json").json
    assert [(person["id"], person["telegram_id"], person["roles"], person["name"]) for person in listed] == [
        (1, 1, ["administrator"], None)
    ]


def test_invite_grants_what_its_options_say(kentongan: Run) -> None:
    kentongan("init", "--json")
    made = kentongan(
        "invite",
        "--role",
        "agen",
        "--role",
        "piket",
        "--region",
        "kajen",
        "--region",
        "Doro",
        "--name",
        "Orang",
        "--codename",
        "Elang-07",
        "--clearance",
        "rahasia",
        "--source",
        "FKDM",
        "--json",
    )
    assert made.code == 0
    _join(made.json["payload"], 7)
    (person,) = kentongan("person", "list", "--json", "--reveal").json
    assert (person["alias"], person["roles"], person["regions"]) == ("Elang-07", ["agen", "piket"], ["Doro", "Kajen"])
    assert (person["clearance"], person["source"], person["name"]) == ("rahasia", "FKDM", "Orang")
    linked = kentongan("invite", "--role", "agen", "--json").json
    assert linked["link"] == f"https://t.me/uji_bot?start={linked['payload']}"


def test_who_is_behind_a_code_name_is_told_with_a_reason_only(kentongan: Run) -> None:
    kentongan("init", "--json")
    made = kentongan("invite", "--role", "agen", "--name", "Orang", "--codename", "Elang-07", "--json")
    _join(made.json["payload"], 7)
    assert kentongan("person", "who", "Elang-07").code == 2
    refused = kentongan("person", "who", "Elang-07", "--reason", " . ")
    assert (refused.code, "--reason" in refused.err, "Orang" in refused.out) == (2, True, False)
    told = kentongan("person", "who", "elang-07", "--reason", "Pemeriksaan inspektorat", "--json")
    assert (told.code, told.json["name"]) == (0, "Orang")
    assert kentongan("person", "who", "Elang-99", "--reason", "Pemeriksaan").code == 2


def test_revoke_ends_access_but_not_the_last_administrators(kentongan: Run) -> None:
    _join(kentongan("init", "--json").json["payload"], 1)
    refused = kentongan("person", "revoke", "1")
    assert (refused.code, refused.out) == (2, "")
    assert "last administrator" in refused.err
    _join(kentongan("invite", "--role", "administrator", "--json").json["payload"], 2)
    ended = kentongan("person", "revoke", "1", "--json")
    assert (ended.code, ended.json["id"], ended.json["active"]) == (0, 1, False)
    assert [person["id"] for person in kentongan("person", "list", "--json").json] == [2]
    assert [person["id"] for person in kentongan("person", "list", "--all", "--json").json] == [1, 2]
    assert kentongan("person", "revoke", "1").code == 2


def test_groups_are_bound_by_their_negative_id(kentongan: Run) -> None:
    kentongan("init", "--json")
    bound = kentongan("group", "bind", "-1001234567890", "verifikasi", "--json")
    assert (bound.code, bound.json["purpose"]) == (0, "verifikasi")
    kentongan("group", "bind", "-1001234567890", "pimpinan")
    listed = kentongan("group", "list", "--json").json
    assert [(group["chat_id"], group["purpose"]) for group in listed] == [(-1001234567890, "pimpinan")]
    assert "-1001234567890" in kentongan("group", "list").out


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("invite", "--role", "raja"), "raja"),
        (("invite",), "--role"),
        (("invite", "--role", "agen", "--region", "Atlantis"), "Atlantis"),
        (("invite", "--role", "agen", "--codename", "<b>"), "--codename"),
        (("invite", "--role", "agen", "--source", "Langit"), "Langit"),
        (("person", "revoke", "99"), "person"),
        (("person", "revoke", "satu"), "ID"),
        (("group", "bind", "100", "verifikasi"), "negative"),
        (("group", "bind", "-100", "rahasia"), "PURPOSE"),
        (("show", "LI-260101-0001"), "LI-260101-0001"),
        (("sop", "show", "tidak-ada"), "tidak-ada"),
        (("sop", "check", "tidak-ada.toml"), "tidak-ada.toml"),
        (("tidak-ada",), "tidak-ada"),
        (("status", "--tidak-ada"), "--tidak-ada"),
    ],
)
def test_an_operators_mistake_is_one_line_and_code_2(kentongan: Run, arguments: tuple[str, ...], word: str) -> None:
    kentongan("init", "--json")
    result = kentongan(*arguments)
    assert (result.code, result.out) == (2, "")
    assert word in result.err
    assert len(result.err.strip().splitlines()) == 1


def test_a_missing_setting_is_named(kentongan: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    no_database = kentongan("status")
    assert no_database.code == 2
    assert "kentongan init" in no_database.err
    monkeypatch.delenv("KENTONGAN_SECRET_KEYS")
    for arguments in (("status",), ("init",), ("run",)):
        result = kentongan(*arguments)
        assert result.code == 2
        assert re.search(r"KENTONGAN_(SECRET_KEYS|TOKEN)", result.err)
        assert len(result.err.strip().splitlines()) == 1
