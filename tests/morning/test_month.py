"""A month of mornings in the practice Telegram, lived in seconds; then the month is evaluated from the chat."""

from __future__ import annotations

from datetime import date, timedelta

from simulator.agency import Agency
from tests.dialog.conftest import desa, logs, profile  # noqa: F401 - the fixtures of the whole application
from tests.dialog.morning import pass_to, said, who_is, work
from tests.dialog.script import newest, play

DAYS = 31
FIRST = date(2026, 11, 20)
LEAVE = range(8, 11)
"""Days (from the first) on which agen2 is on leave."""


def habit(number: int) -> str:
    """What agen2 does on that day: reports in time, late, not at all, or is on leave."""
    if number in LEAVE:
        return "leave"
    return ("in time", "late", "silent")[number % 3]


async def live(desa: Agency, number: int) -> None:  # noqa: F811 - the fixture
    """One morning; agen always reports at 05.10."""
    does = habit(number)
    await pass_to(desa, "05.00")
    assert desa.clock.now().astimezone(desa.office.zone).date() == FIRST + timedelta(days=number)
    await pass_to(desa, "05.10")
    await desa.phone("agen").taps("Nihil")
    if does == "in time":
        await desa.phone("agen2").taps("Nihil")
    await pass_to(desa, "05.20", "05.35")
    if does == "late":
        await desa.phone("agen2").taps("Nihil")
    await pass_to(desa, "05.45", "06.05")
    day = FIRST + timedelta(days=number)
    assert f"LI-{day:%y%m%d}-0001" in newest(desa.phone("agen")).text


async def test_a_month_of_mornings_and_its_evaluation(desa: Agency) -> None:  # noqa: F811
    away, start = await who_is(desa, "agen2"), desa.clock.now() + timedelta(days=LEAVE.start)
    length = timedelta(days=len(LEAVE))
    await work(desa, lambda uow: uow.absences.add(away.id, start, start + length, "cuti", None, start))
    for number in range(DAYS):
        await live(desa, number)
    did = [habit(number) for number in range(DAYS)]
    at_0535, at_0545 = did.count("late") + did.count("silent"), did.count("silent")
    assert said(desa, "koordinator_wilayah", "Belum lapor: 1 laporan pagi") == at_0535
    assert said(desa, "kabid", "Belum lapor: 1 dari 2 laporan pagi") == at_0545
    assert said(desa, "agen2", "Laporan pagi belum kami terima") == did.count("silent")

    # November: the first eleven days. December: the other twenty.
    before, now = did[:11], did[11:]
    await play(
        desa,
        (
            ("kabid", "tulis", "/monev"),
            ("kabid", "lihat", "Monev Desember 2026\nKabupaten Pekalongan · sampai 20 Desember 2026"),
            ("kabid", "lihat", f"20 hari, {_percent(now)}% dari 40 laporan masuk."),
            ("kabid", "lihat", _sentence(now, leave=0)),
            ("kabid", "ketuk", "‹ 11-2026"),
            ("kabid", "lihat", "Monev November 2026\nKabupaten Pekalongan\n"),
            ("kabid", "lihat", f"11 hari, {_percent(before)}% dari 19 laporan masuk."),
            ("kabid", "lihat", _sentence(before, leave=3)),
            ("kabid", "ketuk", "Laporan pagi"),
            ("kabid", "lihat", "Kajen           11    11    0    0\n"),
            ("kabid", "lihat", "Doro             8"),
        ),
    )
    assert await work(desa, lambda uow: uow.people.get(away.id)) == away
    assert await desa.app.database.verify() == []


def _percent(did: list[str]) -> int:
    owed = 2 * len(did) - did.count("leave")
    return 100 * (owed - did.count("silent")) // owed


def _sentence(did: list[str], *, leave: int) -> str:
    nihil = len(did) + did.count("in time")
    words = (
        f"Nihil {nihil} · kejadian tepat waktu 0 · terlambat {did.count('late')} · belum lapor {did.count('silent')}"
    )
    return f"{words} · izin {leave}" if leave else words
