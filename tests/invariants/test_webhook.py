"""The same way through the house when Telegram posts the updates: 200 only after the commit, 403 without the secret."""

from __future__ import annotations

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
from domain.errors import StorageFailed
from simulator.agency import Agency, agency
from tests.dialog.conftest import KEY, MORNING, fast_parts
from tests.invariants.house import assert_whole, messages_with, rows, submit

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
