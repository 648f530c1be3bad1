"""The bot was down across 05.30: what was missed happens once and in order, and nobody is blamed for it."""

from __future__ import annotations

from bot.app import App
from simulator.agency import Agency
from tests.dialog.morning import pass_to, reports, said
from tests.dialog.script import at


async def down_until(desa: Agency, wanted: str) -> None:
    """Stop the bot, let the time pass."""
    await desa.stop()
    at(desa, wanted)


async def start(desa: Agency) -> None:
    """Start it again and let what is due happen."""
    desa.app = await App.compose(desa.settings, desa.app.parts)
    await desa.start()
    await desa.quiet()
    await desa.sweep()
    await desa.quiet()


async def test_down_from_0455_to_0540_brings_the_late_notice_only(desa: Agency) -> None:
    await down_until(desa, "05.40")
    await start(desa)
    for who in ("agen", "agen2"):
        (notice,) = [message for message in desa.phone(who).messages() if not message.mine]
        assert "Laporan pagi belum kami terima" in notice.text
        assert "Sistem terlambat 5 menit menyampaikan pesan ini" in notice.text
    assert said(desa, "koordinator_wilayah", "Belum lapor: 2 laporan pagi") == 1
    assert said(desa, "koordinator_wilayah", "Sistem terlambat 5 menit") == 1
    assert said(desa, "kabid", "Belum lapor") == 0
    await pass_to(desa, "05.45")
    assert said(desa, "kabid", "Belum lapor: 2 dari 2") == 1
    assert said(desa, "kabid", "Sistem terlambat") == 0


async def test_down_until_0910_brings_the_escalation_and_no_late_notice(desa: Agency) -> None:
    await down_until(desa, "09.10")
    await start(desa)
    assert said(desa, "agen", "aporan pagi") == 0
    assert said(desa, "koordinator_wilayah", "Belum lapor") == 0
    assert said(desa, "kabid", "Sistem terlambat 3 jam 25 menit") == 1


async def test_down_until_the_next_day_leaves_yesterday_alone(desa: Agency) -> None:
    await pass_to(desa, "05.10")
    await down_until(desa, "04.00")
    await start(desa)
    assert said(desa, "agen", "belum kami terima") == said(desa, "kabid", "Belum lapor") == 0


async def test_a_message_dated_0520_found_at_0540_is_on_time_and_nobody_is_told_late(desa: Agency) -> None:
    await desa.stop()
    at(desa, "05.20")
    await desa.phone("agen").says("Kajen aman. Nihil")
    at(desa, "05.40")
    await start(desa)
    await desa.phone("agen").sees("pukul 05.20 WIB, tepat waktu.")
    assert said(desa, "agen", "belum kami terima") == 0
    assert said(desa, "koordinator_wilayah", "Belum lapor: 1 laporan pagi") == 1
    assert [case.lateness for case in await reports(desa, "agen")] == ["on_time"]


async def test_a_tap_found_after_the_outage_is_uncertain_and_never_late(desa: Agency) -> None:
    await pass_to(desa, "05.00")
    reminder = desa.phone("agen").messages()[-1]
    await desa.stop()
    at(desa, "05.20")
    tap = desa.phone("agen").tap(reminder, "l:nihil")
    at(desa, "05.40")
    await start(desa)
    await desa.phone("agen").answered(tap)
    assert said(desa, "agen", "waktu tidak dapat dipastikan") == 1
    assert said(desa, "agen", "terlambat") == said(desa, "agen", "belum kami terima") == 0
    assert [case.lateness for case in await reports(desa, "agen")] == ["uncertain"]


async def test_a_tap_made_after_the_start_is_late_as_ever(desa: Agency) -> None:
    await pass_to(desa, "05.00")
    await down_until(desa, "05.40")
    await start(desa)
    await desa.phone("agen").taps("Nihil")
    await desa.phone("agen").sees("pukul 05.40 WIB, terlambat.")
    assert [case.lateness for case in await reports(desa, "agen")] == ["late"]


async def test_a_tap_found_before_the_due_time_is_on_time(desa: Agency) -> None:
    await pass_to(desa, "05.00")
    reminder = desa.phone("agen").messages()[-1]
    await desa.stop()
    desa.phone("agen").tap(reminder, "l:nihil")
    at(desa, "05.25")
    await start(desa)
    assert [case.lateness for case in await reports(desa, "agen")] == ["on_time"]


async def test_a_tap_on_a_late_notice_found_after_a_later_outage_is_late(desa: Agency) -> None:
    """Nothing waited at 05.36 any more, so what is found at 06.00 came after the due time."""
    await pass_to(desa, "05.00", "05.36")
    await desa.phone("agen2").says("/menu")
    await desa.quiet()
    notice = desa.phone("agen").messages()[-1]
    await desa.stop()
    desa.phone("agen").tap(notice, "l:nihil")
    at(desa, "06.00")
    await start(desa)
    assert [case.lateness for case in await reports(desa, "agen")] == ["late"]


async def test_reminders_that_could_not_go_out_before_the_due_time_never_do(desa: Agency) -> None:
    fault = desa.world.faults.offline("sendMessage")
    for wanted in ("05.00", "05.20"):
        at(desa, wanted)
        await desa.sweep()
    at(desa, "05.31")
    desa.world.faults.clear(fault)
    await desa.quiet()
    assert said(desa, "agen", "aporan pagi") == 0
    await pass_to(desa, "05.35")
    assert said(desa, "agen", "belum kami terima") == said(desa, "agen", "aporan pagi") == 1


async def test_while_telegram_is_out_of_reach_nothing_is_decided(desa: Agency) -> None:
    """What the people sent meanwhile comes first, then what is due: nobody who reported is told late."""
    await pass_to(desa, "05.00")
    fault = desa.world.faults.offline()
    at(desa, "05.20")
    await desa.phone("agen").says("Kajen aman. Nihil")
    at(desa, "05.36")
    await desa.app.sweeper.sweep()
    desa.world.faults.clear(fault)
    await desa.quiet()
    await desa.sweep()
    await desa.quiet()
    assert said(desa, "agen", "belum kami terima") == 0
    assert said(desa, "agen2", "belum kami terima") == 1
