"""Invariant 3: what goes out is an outbox row, committed before anything is sent; a handler can do nothing else."""

from __future__ import annotations

import asyncio
import inspect
from typing import Any

import pytest

from bot.carrier import Carrier
from domain.errors import StorageFailed
from handlers.router import COMMANDS, GROUP_COMMANDS, PROMPTS, TAPS
from simulator.agency import Agency
from tests.invariants.house import assert_whole, data_of, one_message, rows, submit, until

SILENT = {"getUpdates", "getMe", "deleteWebhook", "answerCallbackQuery", "getFile"}
"""What a bot calls that says nothing in a chat (the answer to a tap is no message)."""


async def test_while_the_sender_stands_still_nothing_is_said(desa: Agency, monkeypatch: pytest.MonkeyPatch) -> None:
    await desa.quiet()
    going = asyncio.Event()
    real = Carrier.attempt

    async def held(carrier: Carrier, on_way: Any) -> Any:
        await going.wait()
        return await real(carrier, on_way)

    monkeypatch.setattr(Carrier, "attempt", held)
    said = dict(desa.world.call_counts)
    agent = desa.phone("agen")
    await desa.phone("agen2").says("/nihil")
    await agent.says(one_message("Kebakaran dua kios"))
    await until(lambda: desa.app.dispatcher.idle and not desa.world.bot().queue)
    new = {method for method, count in desa.world.call_counts.items() if count > said.get(method, 0)}
    assert new <= SILENT
    waiting = await desa.app.database.run(
        lambda uow: [status for (status,) in rows(uow, "outbox", "status") if status == "pending"]
    )
    assert len(waiting) == 2
    going.set()
    await desa.phone("agen2").sees("Nihil diterima")
    await agent.sees("Ringkasan")


async def test_what_was_not_committed_is_never_said(desa: Agency, monkeypatch: pytest.MonkeyPatch) -> None:
    phone, database = desa.phone("agen"), desa.app.database
    await phone.says("/lapinfo")
    asked = await phone.sees("Laporan pagi")
    await desa.quiet()
    real = database.run

    async def refusing(work: Any) -> Any:
        def undone(uow: Any) -> None:
            work(uow)
            raise StorageFailed("the disk is full")

        return await real(undone)

    monkeypatch.setattr(database, "run", refusing)
    desa.app.dispatcher.storage_pause = 0.05
    polls = desa.world.bot().polls
    phone.tap(asked, data_of(asked.buttons, "Nihil"))
    await desa.world.polled(desa.world.bot(), polls + 3)
    await phone.never_sees("Nihil diterima")
    monkeypatch.setattr(database, "run", real)
    await phone.sees("Nihil diterima")
    (case,) = await assert_whole(database, pending=True)
    assert case.ref.endswith("-0001")


async def test_every_message_was_a_row(desa: Agency) -> None:
    await submit(desa.phone("agen"), "Kebakaran dua kios")
    await desa.quiet()
    calls = [c for c in desa.world.calls if c.ok and c.method not in SILENT]
    sent = await desa.app.database.run(
        lambda uow: [kind for status, kind in rows(uow, "outbox", "status, kind") if status == "sent"]
    )
    assert calls
    assert len(calls) <= len(sent)


@pytest.mark.parametrize(
    "table", [COMMANDS, GROUP_COMMANDS, TAPS, PROMPTS], ids=["commands", "group", "taps", "prompts"]
)
def test_no_handler_can_wait_for_the_network(table: dict[str, Any]) -> None:
    assert table
    for handler in table.values():
        assert not inspect.iscoroutinefunction(handler)
        assert not {"bot", "api", "sender"} & set(inspect.signature(handler).parameters)
