"""A disk that refuses: the person hears "belum tersimpan", nothing is confirmed or lost, health is red meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.app import App
from bot.clock import PracticeClock
from domain.errors import StorageFailed
from simulator.agency import Agency, agency
from tests.dialog.conftest import KEY, MORNING, fast_parts
from tests.invariants.house import assert_whole, data_of, messages_with, one_message, rows, until

NOT_STORED = "BELUM TERSIMPAN"


@pytest.fixture
async def watched(tmp_path: Path) -> AsyncIterator[Agency]:
    """An agency whose bot serves its health, too."""
    clock = PracticeClock(MORNING, frozen=True)
    async with agency(tmp_path / "data", KEY, clock=clock, parts=fast_parts(), run=False) as made:
        await made.app.close()
        made.app = await App.compose(made.settings, replace(made.app.parts, serve_http=True))
        await made.start()
        made.app.dispatcher.storage_pause = 0.05
        yield made
        await made.stop()


async def health(desa: Agency, path: str = "healthz") -> tuple[int, Any]:
    """What a service manager sees."""
    await until(lambda: desa.app.address is not None)
    assert desa.app.address is not None
    host, port = desa.app.address
    async with aiohttp.ClientSession() as session, session.get(f"http://{host}:{port}/{path}") as answer:
        return answer.status, await answer.json(content_type=None) if path != "metrics" else await answer.text()


async def shrink(desa: Agency, spare: int | None) -> None:
    """Leave the database so many free pages and no disk to grow on; None gives the disk back."""

    def work(uow: Any) -> None:
        pages = uow.conn.exec_driver_sql("PRAGMA page_count").scalar()
        uow.conn.exec_driver_sql(f"PRAGMA max_page_count = {2**30 if spare is None else pages + spare}")

    await desa.app.database.run(work)


async def red(desa: Agency) -> None:
    """Wait until storing fails, and health says so."""
    await until(desa.app.trouble)
    assert await health(desa) == (503, {"ok": False, "trouble": ["store_failing"]})


async def test_a_full_disk_in_the_middle_of_a_report(watched: Agency) -> None:
    phone = watched.phone("agen")
    await phone.says("/lapinfo")
    await phone.taps("Ada kejadian")
    await phone.sees("Bidang")
    await watched.quiet()
    assert (await health(watched))[0] == 200
    await shrink(watched, 0)
    long = "Banjir " + "di mana-mana " * 200
    for _ in range(3):
        await phone.says(long)
    await phone.sees(NOT_STORED)
    await red(watched)
    assert watched.world.bot().queue, "confirmed what was not stored"
    assert len(messages_with(phone.chat(), NOT_STORED)) == 1
    await shrink(watched, None)
    await watched.quiet()
    assert (await health(watched)) == (200, {"ok": True, "trouble": []})
    assert (await health(watched, "readyz"))[1]["inbox_dead"] == 0
    assert "kentongan_outbox_pending" in (await health(watched, "metrics"))[1]
    await watched.phone("admin").sees("Penyimpanan terganggu")
    await assert_whole(watched.app.database)


@pytest.mark.parametrize("part", ["_work", "_refuse"])
async def test_an_effect_that_cannot_be_stored_waits_and_its_sender_is_told(
    watched: Agency,
    monkeypatch: pytest.MonkeyPatch,
    part: str,
) -> None:
    phone = watched.phone("agen" if part == "_work" else "pimpinan")
    dispatcher = watched.app.dispatcher
    real = getattr(dispatcher, part)

    def refuses(*given: Any) -> Any:
        raise StorageFailed("the disk is full")

    monkeypatch.setattr(dispatcher, part, refuses)
    await phone.says("/nihil")
    await phone.sees(NOT_STORED)
    await red(watched)
    states = await watched.app.database.run(lambda uow: rows(uow, "inbox", "status"))
    assert states == [("pending",)]
    monkeypatch.setattr(dispatcher, part, real)
    await watched.quiet()
    assert (await health(watched))[0] == 200
    assert await watched.app.database.run(lambda uow: rows(uow, "inbox", "status")) == [("done",)]
    assert len(messages_with(phone.chat(), NOT_STORED)) == 1


async def test_a_tap_while_nothing_can_be_stored_is_answered_so(
    watched: Agency,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    phone, store = watched.phone("agen"), watched.app.database._store
    await phone.says(one_message("Kebakaran dua kios"))
    summary = await phone.sees("Ringkasan", button="Kirim")
    await watched.quiet()
    real = store.run

    async def refusing(work: Any) -> Any:
        raise StorageFailed("the disk reports an I/O error")

    monkeypatch.setattr(store, "run", refusing)
    answer = await phone.taps_data(summary, data_of(summary.buttons, "Kirim"))
    assert NOT_STORED in answer.text
    assert answer.alert
    assert (await health(watched, "readyz"))[0] == 503
    assert watched._running is not None
    assert not watched._running.done()
    monkeypatch.setattr(store, "run", real)
    await phone.sees("Laporan diterima")


async def test_a_disk_that_refuses_at_the_start_is_waited_for(desa: Agency, monkeypatch: pytest.MonkeyPatch) -> None:
    await desa.stop()
    monkeypatch.setattr("bot.app.STORAGE_PAUSE", 0.05)
    desa.app = await App.compose(desa.settings, desa.app.parts)
    desa.app.dispatcher.storage_pause = 0.05
    store = desa.app.database._store
    real = store.run

    async def refusing(work: Any) -> Any:
        raise StorageFailed("no connection to the database")

    monkeypatch.setattr(store, "run", refusing)
    await desa.start()
    phone = desa.phone("agen")
    await phone.says("/nihil")
    await phone.sees(NOT_STORED)
    assert desa._running is not None
    assert not desa._running.done()
    monkeypatch.setattr(store, "run", real)
    await phone.sees("Nihil diterima")
    await desa.phone("admin").sees("Penyimpanan terganggu")


async def test_a_database_that_hangs_does_not_keep_the_process(desa: Agency, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.app.GRACE", 0.4)
    await desa.quiet()

    async def hangs(work: Any) -> Any:
        await asyncio.Event().wait()

    monkeypatch.setattr(desa.app.database._store, "run", hangs)
    await desa.phone("agen").says("/nihil")
    sweeping = asyncio.get_running_loop().create_task(desa.sweep())
    await asyncio.sleep(0.1)
    loop = asyncio.get_running_loop()
    begun = loop.time()
    await desa.stop()
    sweeping.cancel()
    assert loop.time() - begun < 5
