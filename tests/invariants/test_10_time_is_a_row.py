"""Invariant 10: what is due is a row, fired once: after an outage, a restart, a jump of the clock, by two processes."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta

from bot.app import JOBS, App
from scheduler.sweep import Sweeper
from simulator import membership
from simulator.agency import Agency
from storage.database import Database
from tests.invariants.house import messages_with, until

REMINDER = "Laporan belum terkirim"
EXPIRED = "Draf kedaluwarsa"


async def half_done(desa: Agency) -> timedelta:
    """A form begun and left; when its one reminder is due."""
    phone = desa.phone("agen")
    await phone.says("/lapinfo")
    await phone.taps("Ada kejadian")
    await phone.sees("Bidang")
    await desa.quiet()
    return desa.office.profile.drafts.remind_after


def told(desa: Agency, what: str = REMINDER) -> int:
    """How often the form's owner was told so."""
    return len(messages_with(desa.phone("agen").chat(), what))


async def test_a_reminder_comes_once_however_often_one_looks(desa: Agency) -> None:
    wait = await half_done(desa)
    desa.clock.advance(wait - timedelta(minutes=1))
    await desa.sweep()
    await desa.quiet()
    assert told(desa) == 0
    desa.clock.advance(timedelta(minutes=2))
    for _ in range(3):
        await desa.sweep()
    await desa.restart()
    await desa.sweep()
    await desa.quiet()
    assert told(desa) == 1


async def test_what_fell_due_while_it_was_down_happens_once_at_the_start(desa: Agency) -> None:
    wait = await half_done(desa)
    await desa.stop()
    desa.clock.advance(wait * 1.5)
    desa.app = await App.compose(desa.settings, desa.app.parts)
    await desa.start()
    await until(lambda: told(desa) >= 1)
    await desa.quiet()
    assert told(desa) == 1


async def test_two_processes_fire_it_once(desa: Agency) -> None:
    wait = await half_done(desa)
    settings = desa.settings
    other = await Database.open(
        settings.database, settings.keys, data_dir=settings.data_dir, create=False, practice=True, clock=desa.clock
    )
    try:
        twin = Sweeper(other, desa.office, desa.clock, JOBS)
        desa.app.sweeper.wake = lambda: None  # type: ignore[method-assign]
        desa.clock.advance(wait + timedelta(minutes=1))
        await asyncio.gather(desa.sweep(), twin.sweep(), desa.sweep(), twin.sweep())
        await desa.restart()
        await until(lambda: told(desa) >= 1)
        await desa.quiet()
    finally:
        await other.close()
    assert told(desa) == 1


async def test_a_clock_that_jumps_fires_nothing_twice_and_forgets_nothing(desa: Agency) -> None:
    wait = await half_done(desa)
    hour = timedelta(hours=1)
    desa.clock.advance(wait + timedelta(minutes=1))
    await desa.sweep()
    desa.clock.advance(-hour)
    await desa.sweep()
    desa.clock.advance(2 * hour)
    await desa.sweep()
    await desa.quiet()
    assert told(desa) == 1
    desa.clock.advance(desa.office.profile.drafts.expires_after)
    await desa.sweep()
    await desa.sweep()
    await desa.quiet()
    assert told(desa, EXPIRED) == 1


async def test_a_form_taken_up_again_is_not_reminded_of(desa: Agency) -> None:
    wait = await half_done(desa)
    desa.clock.advance(wait - timedelta(minutes=1))
    await desa.phone("agen").taps("Politik")
    await desa.quiet()
    desa.clock.advance(timedelta(minutes=2))
    await desa.sweep()
    await desa.quiet()
    assert told(desa) == 0


async def test_a_group_that_nobody_binds_is_left_once_after_saying_why(desa: Agency) -> None:
    admin = desa.phone("admin")
    group = desa.world.add_group("Lain", [desa.users["agen"]], desa.users["admin"])
    await admin.adds_bot_to(group)
    await desa.quiet()
    desa.clock.advance(timedelta(minutes=14))
    await desa.sweep()
    await desa.quiet()
    assert desa.world.is_member(group, desa.world.bot().id)
    desa.clock.advance(timedelta(minutes=2))
    await asyncio.gather(desa.sweep(), desa.sweep())
    await desa.restart()
    await desa.quiet()
    assert not desa.world.is_member(group, desa.world.bot().id)
    assert desa.world.counts().get("leaveChat") == 1
    assert membership.chat_member(desa.world.bot().user, group.members[desa.world.bot().id])["status"] == "left"


async def test_a_loop_that_was_blocked_still_sweeps(desa: Agency) -> None:
    wait = await half_done(desa)
    desa.clock.advance(wait + timedelta(minutes=1))
    time.sleep(1.2)  # noqa: ASYNC251 - blocking the loop is what is tried here
    await until(lambda: told(desa) >= 1)
