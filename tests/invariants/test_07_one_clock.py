"""Invariant 7: one clock, aware UTC; the zone only when shown or when a wall-clock rule is worked out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.clock import PracticeClock
from simulator.agency import Agency, agency
from tests.dialog.conftest import KEY, fast_parts
from tests.invariants.house import all_cases, assert_whole, submit

FAR = datetime(2034, 5, 9, 21, 55, tzinfo=UTC)
"""Years from any machine's own time: what is stored near the machine's time came from another clock."""


@pytest.fixture
async def later(tmp_path: Path) -> AsyncIterator[Agency]:
    """An agency that lives in 2034."""
    async with agency(tmp_path / "data", KEY, clock=PracticeClock(FAR, frozen=True), parts=fast_parts()) as made:
        yield made


async def test_every_stored_moment_comes_from_the_one_clock(later: Agency) -> None:
    await submit(later.phone("agen"), "Kebakaran dua kios")
    await later.phone("agen2").says("/nihil")
    await later.phone("agen2").sees("Nihil diterima")
    group, verifier = later.groups["verifikasi"], later.phone("verifikator")
    await verifier.taps("Tolak", group)
    await verifier.taps("Laporan ganda", group)
    await later.phone("agen").sees("ditolak")
    await later.phone("agen").says("/lapinfo")
    await later.sweep()
    await later.quiet()

    def moments(uow: Any) -> dict[str, list[datetime]]:
        found: dict[str, list[datetime]] = {}
        for (table,) in uow.conn.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").all():
            for column in uow.conn.exec_driver_sql(f"PRAGMA table_info({table})").all():
                name = column[1]
                if name.endswith("_at") or name in ("at", "not_before"):
                    values = uow.conn.exec_driver_sql(f"SELECT {name} FROM {table} WHERE {name} IS NOT NULL").scalars()
                    found[f"{table}.{name}"] = [datetime.fromtimestamp(value / 1e6, UTC) for value in values]
        return found

    found = await later.app.database.run(moments)
    assert sum(map(len, found.values())) > 40
    for name, values in found.items():
        for value in values:
            assert value.year == 2034, (name, value)
            assert value >= FAR, (name, value)


@pytest.mark.parametrize(
    ("profile", "utc", "day"),
    [
        ("lengkap", datetime(2026, 11, 19, 16, 59, tzinfo=UTC), "261119"),
        ("lengkap", datetime(2026, 11, 19, 17, 0, tzinfo=UTC), "261120"),
        ("lengkap", datetime(2026, 11, 20, 0, 0, tzinfo=UTC), "261120"),
    ],
)
async def test_midnight_is_the_offices_midnight(tmp_path: Path, profile: str, utc: datetime, day: str) -> None:
    async with agency(
        tmp_path,
        KEY,
        profile=profile,
        clock=PracticeClock(utc, frozen=True),
        parts=fast_parts(),
    ) as desa:
        assert (await submit(desa.phone("agen"), "Kebakaran dua kios")).startswith(f"LI-{day}-")


@pytest.mark.parametrize(("minutes", "late"), [(34, False), (35, False), (36, True)])
async def test_the_morning_duty_is_late_by_the_offices_clock(desa: Agency, minutes: int, late: bool) -> None:
    desa.clock.advance(timedelta(minutes=minutes))
    await desa.phone("agen").says("/nihil")
    await desa.phone("agen").sees("terlambat" if late else "tepat waktu")


async def test_a_clock_that_steps_back_breaks_nothing(desa: Agency) -> None:
    await submit(desa.phone("agen"), "Kebakaran dua kios")
    desa.clock.advance(timedelta(hours=-1))
    await submit(desa.phone("agen"), "Banjir setinggi lutut")
    desa.clock.advance(timedelta(hours=2))
    await submit(desa.phone("agen"), "Pohon tumbang")
    await desa.quiet()
    await assert_whole(desa.app.database)
    assert len(await desa.app.database.run(all_cases)) == 3
