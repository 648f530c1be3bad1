"""A real process and the troubles of its surroundings: it says what is wrong, waits, and loses nothing."""

from __future__ import annotations

import asyncio

from tests.invariants.house import assert_whole, until
from tests.invariants.process import Site


async def test_a_revoked_token_ends_it_with_code_two_and_one_line(kantor: Site) -> None:
    process = await kantor.start()
    # Nothing is left to send: it is the next getUpdates that is refused.
    await until(lambda: kantor.world.counts().get("setMyCommands", 0) >= len(kantor.people), 30.0)
    await asyncio.sleep(0.2)
    kantor.world.revoke(kantor.world.bot())
    assert await process.ended() == 2
    lines = process.output.splitlines()
    assert len([line for line in lines if line.startswith("KENTONGAN_TOKEN")]) == 1
    assert lines[-1].startswith("KENTONGAN_TOKEN")
    assert "Traceback" not in process.output


async def test_without_a_network_at_the_start_it_waits_for_one(kantor: Site) -> None:
    kantor.world.faults.offline()
    phone = kantor.phone("agen")
    await phone.says("/nihil")
    process = await kantor.start()
    await process.says("telegram_unreachable")
    kantor.world.faults.clear()
    await phone.sees("Nihil diterima")
    assert process.process.returncode is None
    assert process.output.count("telegram_unreachable") == 1


async def test_an_outage_is_waited_out_and_nothing_is_lost(kantor: Site) -> None:
    process = await kantor.start()
    first, second = kantor.phone("agen"), kantor.phone("agen2")
    await first.says("/nihil")
    await first.sees("Nihil diterima")
    kantor.world.faults.offline()
    await process.says("telegram_unreachable")
    await second.says("/nihil")
    await asyncio.sleep(3.0)  # several polls fail
    kantor.world.faults.clear()
    await second.sees("Nihil diterima")
    await process.says("telegram_reachable_again")
    code, _ = await process.terminate()
    assert code == 0
    async with kantor.opened() as database:
        assert len(await assert_whole(database)) == 2


async def test_two_bots_with_one_token_take_turns_and_neither_ends(kantor: Site) -> None:
    one = await kantor.start()
    await kantor.world.polled(kantor.world.bot(), 1, 30.0)
    # On a database of its own: on the same one it would stand by.
    two = await kantor.start(data=kantor.folder / "lain")
    done, waiting = await asyncio.wait(
        [asyncio.create_task(process.says("conflict", "409")) for process in (one, two)],
        return_when=asyncio.FIRST_COMPLETED,
        timeout=30,
    )
    assert done
    for task in (*done, *waiting):
        task.cancel()
    await two.terminate()
    for key in ("agen", "agen2", "agen10"):
        phone = kantor.phone(key)
        await phone.says("/nihil")
        await phone.sees("Nihil diterima")
    assert one.process.returncode is None
    assert max(process.output.count("another program polls") for process in (one, two)) <= 3
    await one.terminate()
    async with kantor.opened() as database:
        assert len(await assert_whole(database)) == 3


async def test_an_address_that_is_taken_is_named_in_one_line(kantor: Site) -> None:
    process = await kantor.start(wait=False, listen=f"127.0.0.1:{kantor.server.port}")
    assert await process.ended() == 2
    assert process.output.splitlines()[-1].startswith("KENTONGAN_LISTEN: 127.0.0.1:")
    assert "Traceback" not in process.output


async def test_sigterm_with_a_full_queue_ends_in_time_and_the_next_goes_on(kantor: Site) -> None:
    agents = [kantor.phone(f"agen{number}") for number in range(10, 16)]
    chatty = kantor.phone("agen")
    for number in range(120):
        await chatty.says(f"percakapan {number}")
    process = await kantor.start()
    for phone in agents:
        await phone.says("/nihil")
    kantor.world.faults.slow(300)
    code, seconds = await process.terminate()
    assert code == 0
    assert seconds < 10
    assert "stopped" in process.output
    kantor.world.faults.clear()
    await kantor.start()
    for phone in agents:
        await phone.sees("Nihil diterima")
    await kantor.end()
    async with kantor.opened() as database:
        assert len(await assert_whole(database, pending=True)) == len(agents)
