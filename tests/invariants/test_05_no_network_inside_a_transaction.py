"""Invariant 5: a transaction never waits for the network, so a slow Telegram never holds the database."""

from __future__ import annotations

import asyncio
import socket
import threading
from typing import Any

import pytest

from handlers.context import Context
from handlers.router import COMMANDS
from simulator.agency import Agency
from tests.invariants.house import submit


async def test_a_telegram_that_hangs_does_not_hold_the_database(desa: Agency) -> None:
    await desa.quiet()
    desa.world.faults.slow(1500)
    for key in ("agen", "agen2"):
        await desa.phone(key).says("/nihil")
    loop = asyncio.get_running_loop()
    slowest = 0.0
    until = loop.time() + 1.8
    while loop.time() < until:
        begun = loop.time()
        await desa.app.database.run(lambda uow: uow.meta.put("probe", "1"))
        slowest = max(slowest, loop.time() - begun)
        await asyncio.sleep(0.01)
    assert slowest < 0.7
    desa.world.faults.clear()
    await desa.phone("agen").sees("Nihil diterima")


async def test_use_cases_run_where_nothing_can_be_awaited_and_no_socket_is_touched(
    desa: Agency,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await desa.quiet()
    house = threading.current_thread()
    where: set[str] = set()
    real = COMMANDS["nihil"]

    def watched(ctx: Context) -> Any:
        assert threading.current_thread() is not house
        with pytest.raises(RuntimeError):
            asyncio.get_running_loop()
        where.add(threading.current_thread().name)
        return real(ctx)

    monkeypatch.setitem(COMMANDS, "nihil", watched)
    touched: list[str] = []
    for name in ("connect", "send", "sendall", "recv"):
        original = getattr(socket.socket, name)

        def noting(self: socket.socket, *given: Any, _name: str = name, _original: Any = original) -> Any:
            if threading.current_thread().name == "kentongan-database" and self.family != socket.AF_UNIX:
                touched.append(_name)
            return _original(self, *given)

        monkeypatch.setattr(socket.socket, name, noting, raising=False)
    await submit(desa.phone("agen"), "Kebakaran dua kios")
    await desa.phone("agen2").says("/nihil")
    await desa.phone("agen2").sees("Nihil diterima")
    await desa.quiet()
    assert where == {"kentongan-database"}
    assert touched == []
