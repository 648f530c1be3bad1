"""Invariant 2: "inbox row done", the case, its event and the notices commit together or not at all."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any, Literal

import pytest

from bot.app import App
from bot.updates import raw_update
from domain.notices import Ack
from handlers import router
from handlers.context import Context
from simulator.agency import Agency
from storage.database import Database
from tests.invariants.house import Crasher, assert_whole, messages_with, one_message, reference, rows, submit

POINTS = range(1, 11)


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_crash_at_any_commit_changes_nothing_for_the_reader(
    desa: Agency, when: Literal["before", "after"]
) -> None:
    phone, group = desa.phone("agen"), desa.groups["verifikasi"]
    receipts: list[str] = []
    await desa.quiet()
    for point in POINTS:
        apa = f"Kebakaran kios nomor {point}"
        crasher = Crasher(desa, when, point)
        task = asyncio.create_task(submit(phone, apa, seconds=8))
        struck = asyncio.create_task(crasher.struck.wait())
        await asyncio.wait([task, struck], return_when=asyncio.FIRST_COMPLETED)
        if not crasher.struck.is_set():
            # Fewer transactions than that: the report went through, and the next one that comes is hit.
            await asyncio.wait_for(crasher.struck.wait(), 10)
        struck.cancel()
        await crasher.bury()
        receipts.append(await task)
        await desa.phone("verifikator").sees(apa, group)
        await desa.quiet()
        # What was sent but not marked is sent once more; it carries the reference, and there is never a third.
        cards = [m for m in messages_with(group, receipts[-1]) if "Menunggu verifikasi" not in m.text]
        assert 1 <= len(cards) <= 2, [m.text for m in cards]
        told = [m for m in messages_with(phone.chat(), receipts[-1]) if "Laporan diterima" in m.text]
        assert 1 <= len(told) <= 2
    found = await assert_whole(desa.app.database)
    assert [case.ref for case in found] == receipts
    assert len({case.fields["apa"] for case in found}) == len(found)


async def test_a_handler_that_fails_at_its_end_leaves_nothing_behind(
    desa: Agency,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    phone = desa.phone("agen")
    await phone.says(one_message("Banjir setinggi lutut"))
    await phone.sees("Ringkasan laporan")
    real, calls = router.TAPS["f"], 0

    def fails_once(ctx: Context, parts: list[str]) -> Ack | None:
        nonlocal calls
        calls += 1
        answer = real(ctx, parts)
        if calls == 1:
            raise RuntimeError("after everything was written")
        return answer

    monkeypatch.setitem(router.TAPS, "f", fails_once)
    await phone.taps("Kirim")
    receipt = await phone.sees("Laporan diterima")
    assert calls == 2
    await desa.quiet()
    (case,) = await assert_whole(desa.app.database)
    assert reference(receipt.text) == case.ref
    assert case.ref.endswith("-0001")
    assert len(messages_with(desa.groups["verifikasi"], case.ref)) == 2  # the card and the queue's own line


async def test_a_handler_that_always_fails_is_set_aside_and_the_person_told(
    desa: Agency,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def breaks(ctx: Context) -> Ack | None:
        raise RuntimeError

    monkeypatch.setitem(router.COMMANDS, "nihil", breaks)
    phone = desa.phone("agen")
    await phone.says("/nihil")
    await phone.sees("belum dapat diproses")
    await phone.says("/status")
    await phone.sees("laporan", after=phone.last())
    await desa.quiet()
    assert await desa.app.database.run(lambda uow: rows(uow, "inbox", "status, attempts, error")) == [
        ("dead", 3, "RuntimeError"),
        ("done", 0, None),
    ]
    assert await desa.app.database.run(lambda uow: rows(uow, "cases", "ref")) == []


async def test_not_even_a_failure_that_cannot_be_told_stops_the_others(
    desa: Agency,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    dispatcher = desa.app.dispatcher

    async def fails(*_: Any, **__: Any) -> None:
        raise TypeError("a datetime in the parameters")

    monkeypatch.setattr(dispatcher, "_refuse", fails)
    stranger = desa.phone("pimpinan")
    await stranger.says("/nihil")
    await desa.phone("agen").says("/nihil")
    await desa.phone("agen").sees("Nihil diterima")
    await desa.quiet()
    states = await desa.app.database.run(lambda uow: sorted(rows(uow, "inbox", "status")))
    assert set(states) <= {("dead",), ("done",)}


async def test_one_chats_updates_are_handled_in_order_and_chats_side_by_side(
    desa: Agency,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[tuple[int, str]] = []
    real = router.route

    def note(ctx: Context) -> Ack | None:
        seen.append((ctx.inc.chat_id, ctx.inc.text))
        return real(ctx)

    monkeypatch.setattr("bot.dispatch.route", note)
    phones = [desa.phone(key) for key in ("agen", "agen2", "kepala")]
    for number in range(12):
        for phone in phones:
            await phone.says(f"/menu {number}")
    await desa.quiet()
    for phone in phones:
        assert [text for chat, text in seen if chat == phone.person.id] == [f"/menu {number}" for number in range(12)]


class Slow:
    """A database whose first answer takes so long that intake is faster."""

    def __init__(self, real: Database) -> None:
        self._real, self._first = real, True

    async def run(self, work: Callable[[Any], Any]) -> Any:
        first, self._first = self._first, False
        if first:
            await asyncio.sleep(0.4)
        return await self._real.run(work)


async def test_what_an_earlier_process_left_goes_before_what_comes_now(
    desa: Agency,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    phone, bot = desa.phone("agen"), desa.world.bot()
    await desa.quiet()
    await desa.stop()
    await phone.says("/menu lama")
    _, raw = bot.queue.popleft()
    left = raw_update(json.loads(raw))
    assert left is not None
    desa.app = await App.compose(desa.settings, desa.app.parts)
    await desa.app.database.run(lambda uow: uow.inbox.store([left], desa.clock.now()))
    await phone.says("/menu baru")
    seen: list[str] = []
    real_route: Callable[[Context], Ack | None] = router.route

    def note(ctx: Context) -> Ack | None:
        seen.append(ctx.inc.text)
        return real_route(ctx)

    monkeypatch.setattr("bot.dispatch.route", note)
    desa.app.dispatcher.database = Slow(desa.app.database)  # type: ignore[assignment]
    await desa.start()
    await desa.quiet()
    assert seen == ["/menu lama", "/menu baru"]
