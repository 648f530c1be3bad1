"""The same way through the house when Telegram posts the updates: 200 only after the commit, 403 without the secret."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from pydantic import SecretStr

from bot.app import App
from bot.clock import PracticeClock
from bot.webhook import Webhook
from domain.errors import StorageFailed
from simulator.agency import Agency, agency
from tests.dialog.conftest import KEY, MORNING, fast_parts
from tests.dialog.morning import pass_to, reports, said
from tests.dialog.script import at
from tests.invariants.house import assert_whole, messages_with, rows, submit, until

SECRET = "rahasia-webhook-latihan"


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


@pytest.fixture
async def hooked(tmp_path: Path) -> AsyncIterator[Agency]:
    """An agency whose bot takes its updates by webhook."""
    clock = PracticeClock(MORNING, frozen=True)
    async with agency(tmp_path / "data", KEY, clock=clock, parts=fast_parts(), run=False) as made:
        await made.app.close()
        port = free_port()
        made.settings = made.settings.model_copy(
            update={
                "mode": "webhook",
                "webhook_url": f"http://127.0.0.1:{port}",
                "webhook_secret": SecretStr(SECRET),
                "listen": f"127.0.0.1:{port}",
            }
        )
        made.app = await App.compose(made.settings, replace(made.app.parts, serve_http=True))
        await made.start()
        yield made
        await made.stop()


async def test_a_report_by_webhook(hooked: Agency) -> None:
    ref = await submit(hooked.phone("agen"), "Kebakaran dua kios")
    await hooked.phone("verifikator").sees("Kebakaran dua kios", hooked.groups["verifikasi"])
    await hooked.quiet()
    assert [case.ref for case in await assert_whole(hooked.app.database)] == [ref]


async def test_what_could_not_be_stored_is_posted_again_and_the_sender_told(
    hooked: Agency,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await hooked.quiet()
    store = hooked.app.database._store
    real = store.run

    async def refusing(work: Any) -> Any:
        raise StorageFailed("the disk is full")

    monkeypatch.setattr(store, "run", refusing)
    phone = hooked.phone("agen")
    await phone.says("/nihil")
    await phone.sees("BELUM TERSIMPAN")
    assert hooked.world.bot().queue
    assert hooked.app.trouble() == ["store_failing"]
    monkeypatch.setattr(store, "run", real)
    await phone.sees("Nihil diterima")
    await hooked.phone("admin").sees("Penyimpanan terganggu")
    assert len(messages_with(phone.chat(), "BELUM TERSIMPAN")) == 1


async def test_a_stranger_at_the_door_is_refused_and_nothing_stored(hooked: Agency) -> None:
    await hooked.quiet()
    webhook = hooked.app._webhook
    assert webhook is not None
    assert hooked.app.address is not None
    url = "http://{}:{}".format(*hooked.app.address) + webhook.path
    chat = {"id": 7101, "type": "private"}
    body = {"update_id": 77, "message": {"message_id": 1, "date": 1, "chat": chat, "text": "/nihil"}}
    async with aiohttp.ClientSession() as session:
        for headers in ({}, {"X-Telegram-Bot-Api-Secret-Token": SECRET[:-1] + "x"}):
            async with session.post(url, json=body, headers=headers) as answer:
                assert answer.status == 403
    assert await hooked.app.database.run(lambda uow: rows(uow, "inbox", "id")) == []


async def test_a_connection_that_stays_open_does_not_hold_up_the_end(hooked: Agency) -> None:
    await hooked.quiet()
    assert hooked.app.address is not None
    lazy = socket.create_connection(hooked.app.address)
    lazy.sendall(b"POST /telegram/x HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n")
    await hooked.phone("agen").says("/nihil")
    await hooked.phone("agen").sees("Nihil diterima")
    await hooked.stop()
    lazy.close()


async def begins_again(hooked: Agency) -> None:
    """A new process, until Telegram holds nothing back any more and what is due has happened."""
    hooked.app = await App.compose(hooked.settings, hooked.app.parts)
    await hooked.start()
    await until(hooked.app.caught_up)
    await hooked.sweep()
    await hooked.quiet()


async def test_a_tap_that_waited_out_an_outage_is_uncertain_and_nobody_is_told_late(
    hooked: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Telegram repeats what it could not deliver in its own time, not in the moment of our start.
    monkeypatch.setattr("simulator.updates.FIRST_RETRY", 0.8)
    monkeypatch.setattr("simulator.updates.LONGEST_RETRY", 0.8)
    await hooked.phone("agen2").says("/menu")
    await until(hooked.app.caught_up)
    await pass_to(hooked, "05.00")
    reminder = hooked.phone("agen").messages()[-1]
    await hooked.stop()
    at(hooked, "05.20")
    tap = hooked.phone("agen").tap(reminder, "l:nihil")
    at(hooked, "05.40")
    await begins_again(hooked)
    await hooked.phone("agen").answered(tap)
    await hooked.quiet()
    assert said(hooked, "agen", "waktu tidak dapat dipastikan") == 1
    assert said(hooked, "agen", "terlambat") == said(hooked, "agen", "belum kami terima") == 0
    # Nor was it told and taken back: nothing was decided before what waited had come.
    told = [call.chat_id for call in hooked.world.calls if "belum kami terima" in str(call.params.get("text"))]
    assert told == [hooked.users["agen2"].id]
    assert [case.lateness for case in await reports(hooked, "agen")] == ["uncertain"]


async def test_a_tap_after_the_start_is_late_as_ever_once_nothing_waits(hooked: Agency) -> None:
    await until(hooked.app.caught_up)
    await pass_to(hooked, "05.00")
    await hooked.stop()
    at(hooked, "05.40")
    await begins_again(hooked)
    await hooked.phone("agen").taps("Nihil")
    await hooked.phone("agen").sees("pukul 05.40 WIB, terlambat.")


async def test_what_is_held_back_for_ever_does_not_keep_the_office_waiting(
    hooked: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    await until(hooked.app.caught_up)
    moments = [1000.0]
    webhook = Webhook(
        hooked.app.database, hooked.clock, lambda rows: None, secret=SECRET, monotonic=lambda: moments[-1]
    )
    asked = 0

    async def answer(method: str, params: Any) -> dict[str, Any]:
        nonlocal asked
        asked += 1
        return {"pending_update_count": 1}

    monkeypatch.setattr(hooked.app.api, "call", answer)
    monkeypatch.setattr("bot.webhook.LOOK", 0.001)
    watching = asyncio.create_task(webhook.watch(hooked.app.api))
    await until(lambda: asked > 3)
    found = [webhook.behind]
    moments.append(1121.0)
    found.append(webhook.behind)
    assert found == [True, False]
    watching.cancel()
