"""An update that cannot be handled: its sender hears so, administrators hear so once an hour, the others go on."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from domain.usecases.housekeeping import SET_ASIDE_PAUSE
from handlers import router
from simulator.agency import Agency
from simulator.faults import malformed

TOLD = "belum dapat diproses"


@pytest.fixture
def breaking(monkeypatch: pytest.MonkeyPatch) -> None:
    """Handlers break on the word *rusak* and on every tap."""

    def route(ctx: Any) -> Any:
        if ctx.inc.callback_id is not None or "rusak" in str(ctx.inc.text):
            raise KeyError("rusak")
        return router.route(ctx)

    monkeypatch.setattr("bot.dispatch.route", route)


async def test_the_sender_hears_it_and_the_next_update_goes_on(desa: Agency, breaking: None) -> None:
    agen = desa.phone("agen")
    await agen.says("rusak")
    await agen.says("/menu")
    await agen.sees(TOLD)
    await agen.sees("Menu")
    await desa.quiet()
    assert (await desa.app.status())["inbox_dead"] == 1
    await desa.restart()
    await desa.quiet()
    assert (await desa.app.status())["inbox_dead"] == 1


async def test_a_tap_stops_spinning_with_a_word(desa: Agency, breaking: None) -> None:
    agen = desa.phone("agen")
    await agen.says("/menu")
    answer = await agen.taps("Nihil")
    assert answer.alert
    assert TOLD in answer.text


async def test_administrators_hear_of_it_once_an_hour(desa: Agency, breaking: None) -> None:
    agen, admin = desa.phone("agen"), desa.phone("admin")
    told = "Ada pesan yang belum dapat diproses"

    async def count() -> int:
        await desa.quiet()
        return sum(told in message.text for message in admin.messages())

    malformed(desa.world.bot(), {"message": {"message_id": "bukan angka"}})
    await agen.says("rusak")
    await admin.sees(told)
    await agen.says("rusak lagi")
    assert await count() == 1
    desa.clock.advance(SET_ASIDE_PAUSE + timedelta(seconds=1))
    await agen.says("rusak sekali lagi")
    assert await count() == 2
    assert (await desa.app.status())["inbox_dead"] == 4
