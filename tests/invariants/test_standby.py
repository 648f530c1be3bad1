"""Two processes on one database: one works, the other waits as its spare and goes on when it ends, however it ends."""

from __future__ import annotations

import asyncio

from tests.invariants.house import assert_whole, messages_with
from tests.invariants.process import Site


async def test_a_spare_waits_in_silence_and_goes_on_after_a_kill(kantor: Site) -> None:
    one = await kantor.start()
    two = await kantor.start(wait=False)
    assert "another process runs on this database" in await two.says("standing_by")
    agents = [kantor.phone(f"agen{number}") for number in range(10, 16)]
    for phone in agents[:3]:
        await phone.says("/nihil")
        await phone.sees("Nihil diterima")
    async with kantor.opened() as database:  # as the command line does, beside the two
        while (await database.status())["outbox_pending"]:  # noqa: ASYNC110 - a kill behind a send may repeat it
            await asyncio.sleep(0.02)
    for phone in agents[3:]:
        await phone.says("/nihil")
    await one.kill()
    await two.says("taking_over")
    await two.says("started")
    for phone in agents:
        await phone.sees("Nihil diterima")
    assert two.output.count("standing_by") == 1
    code, _ = await two.terminate()
    assert code == 0
    # Nothing was contended for: the spare never asked Telegram for anything while it waited.
    assert "conflict" not in one.output + two.output
    async with kantor.opened() as database:
        assert len(await assert_whole(database)) == len(agents)
    for phone in agents[:3]:
        assert len(messages_with(phone.chat(), "Nihil diterima")) == 1


async def test_a_spare_that_is_not_needed_ends_at_once(kantor: Site) -> None:
    one = await kantor.start()
    two = await kantor.start(wait=False)
    await two.says("standing_by")
    code, seconds = await two.terminate()
    assert code == 0
    assert seconds < 5
    assert one.process.returncode is None
    await kantor.phone("agen").says("/nihil")
    await kantor.phone("agen").sees("Nihil diterima")
