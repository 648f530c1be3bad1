"""The morning by the clock: reminded, reminded again, told late, reported upward; and who is left alone."""

from __future__ import annotations

import pytest

from simulator.agency import Agency
from tests.dialog.morning import pass_to, said
from tests.dialog.script import Row, play

TABLES: dict[str, tuple[Row, ...]] = {
    "a whole morning of silence": (
        ("agen", "jam", "04.59"),
        ("agen", "tulis", "/bantuan"),
        ("agen", "tidak", "Laporan pagi"),
        ("agen", "jam", "05.00"),
        ("agen", "lihat", "Laporan pagi\nKecamatan Kajen\n\nBatas 05.30 WIB. Adakah kejadian menonjol"),
        ("agen", "tombol", "Nihil"),
        ("agen", "tombol", "Ada kejadian"),
        ("agen2", "lihat", "Laporan pagi\nKecamatan Doro"),
        ("agen", "jam", "05.20"),
        ("agen", "lihat", "Laporan pagi belum diterima\nKecamatan Kajen"),
        ("agen", "jam", "05.30"),
        ("agen", "lihat", "Laporan pagi belum diterima"),
        ("agen", "jam", "05.35"),
        ("agen", "lihat", "Laporan pagi belum kami terima\nKecamatan Kajen\n\nBatas 05.30 WIB telah lewat."),
        ("agen", "tidak", "Sistem terlambat"),
        ("koordinator_wilayah", "lihat", "Belum lapor: 2 laporan pagi\nJumat, 20 November 2026\nBatas 05.30 WIB"),
        ("koordinator_wilayah", "lihat", "Doro: Merak-03\nKajen: Elang-07"),
        ("agen", "jam", "05.45"),
        ("kabid", "lihat", "Belum lapor: 2 dari 2 laporan pagi"),
        ("kabid", "lihat", "Doro: Merak-03\nKajen: Elang-07"),
        ("agen", "ketuk", "Nihil"),
        ("agen", "lihat", "pukul 05.45 WIB, terlambat."),
    ),
    "one tap on the reminder and nothing more": (
        ("agen", "jam", "05.00"),
        ("agen", "ketuk", "Nihil"),
        ("agen", "lihat", "Nihil diterima\nLI-261120-0001"),
        ("agen", "jam", "05.20"),
        ("agen", "lihat", "Nihil diterima"),
        ("agen", "jam", "05.35"),
        ("agen", "lihat", "Nihil diterima"),
        ("koordinator_wilayah", "lihat", "Belum lapor: 1 laporan pagi"),
        ("koordinator_wilayah", "tidak", "Elang-07"),
        ("agen", "jam", "05.45"),
        ("kabid", "lihat", "Belum lapor: 1 dari 2 laporan pagi"),
        ("kabid", "tidak", "Elang-07"),
    ),
    "an event begun on the reminder is not taken away at 05.20": (
        ("agen", "jam", "05.00"),
        ("agen", "ketuk", "Ada kejadian"),
        ("agen", "lihat", "Bidang"),
        ("agen", "jam", "05.20"),
        ("agen", "lihat", "Laporan pagi belum diterima"),
        ("agen", "lihat", "Ada laporan yang belum terkirim."),
        ("agen", "ketuk", "Lanjutkan draf"),
        ("agen", "lihat", "Bidang"),
    ),
    "taken back, so owed again": (
        ("agen", "jam", "05.00"),
        ("agen", "ketuk", "Nihil"),
        ("agen", "ketuk", "Batalkan"),
        ("agen", "lihat", "Nihil dibatalkan"),
        ("agen", "jam", "05.20"),
        ("agen", "lihat", "Laporan pagi belum diterima"),
    ),
}


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES.keys())
async def test_what_the_clock_brings(desa: Agency, table: tuple[Row, ...]) -> None:
    await play(desa, table)


async def test_the_second_reminder_is_a_new_message_and_the_first_is_gone(desa: Agency) -> None:
    await pass_to(desa, "05.00")
    first = desa.phone("agen").messages()[-1]
    await pass_to(desa, "05.20")
    second = desa.phone("agen").messages()[-1]
    assert second.id > first.id
    assert [m.id for m in desa.phone("agen").messages() if not m.mine] == [second.id]


async def test_a_report_by_text_takes_the_buttons_off_the_reminder(desa: Agency) -> None:
    await pass_to(desa, "05.00")
    agen = desa.phone("agen")
    reminder = agen.messages()[-1]
    await agen.says("Kajen aman. Nihil")
    await agen.sees("Nihil diterima")
    await desa.quiet()
    changed = next(m for m in agen.messages() if m.id == reminder.id)
    assert "Laporan pagi sudah diterima\nLI-261120-0001, 05.00 WIB" in changed.text
    assert not changed.labels
    await pass_to(desa, "05.20", "05.35")
    assert said(desa, "agen", "Laporan pagi belum") == 0


async def test_a_tapped_nihil_is_two_calls_and_the_reminder_is_the_receipt(desa: Agency) -> None:
    await pass_to(desa, "05.00")
    agen = desa.phone("agen")
    reminder = agen.messages()[-1]
    await agen.taps("Nihil")
    await desa.quiet()
    assert "Nihil diterima" in next(m for m in agen.messages() if m.id == reminder.id).text
    assert len([m for m in agen.messages() if not m.mine]) == 1


async def test_partners_are_not_chased(desa: Agency) -> None:
    await pass_to(desa, "05.00", "05.20", "05.35", "05.45")
    for who in ("verifikator", "kepala", "pimpinan", "admin", "piket"):
        assert said(desa, who, "aporan pagi") == 0, who


@pytest.mark.parametrize("restarted", [False, True])
async def test_the_form_that_the_reminder_became_stays_when_the_next_one_comes(desa: Agency, restarted: bool) -> None:
    await pass_to(desa, "05.00")
    agen = desa.phone("agen")
    reminder = agen.messages()[-1]
    await agen.taps("Ada kejadian")
    await agen.sees("Bidang")
    await desa.quiet()
    if restarted:
        await desa.restart()
    await pass_to(desa, "05.20")
    form, second = [message for message in agen.messages() if not message.mine]
    assert form.id == reminder.id
    assert "Bidang" in form.text
    assert "Laporan pagi belum diterima" in second.text


async def test_a_tap_at_0531_is_late_while_the_bot_is_awake(desa: Agency) -> None:
    await pass_to(desa, "05.00", "05.20", "05.31")
    await desa.phone("agen").taps("Nihil")
    await desa.phone("agen").sees("pukul 05.31 WIB, terlambat.")
