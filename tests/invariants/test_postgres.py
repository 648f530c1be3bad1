"""The same product on PostgreSQL: a quiet morning, and a report from the phone to the leadership."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

from bot.clock import PracticeClock
from simulator.agency import Agency, agency
from tests.dialog.conftest import KEY, MORNING, fast_parts
from tests.invariants.house import assert_whole, messages_with, submit
from tests.storage.conftest import postgres_url as postgres_url  # noqa: PLC0414 - a fixture used here too


@pytest.fixture
async def desa(postgres_url: str, tmp_path: Path) -> AsyncIterator[Agency]:
    """An agency whose database is a PostgreSQL database of its own."""
    engine = create_async_engine(postgres_url, isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(text("DROP DATABASE IF EXISTS kentongan_latihan"))
        await connection.execute(text("CREATE DATABASE kentongan_latihan"))
    await engine.dispose()
    url = make_url(postgres_url).set(database="kentongan_latihan").render_as_string(hide_password=False)
    clock = PracticeClock(MORNING, frozen=True)
    async with agency(tmp_path, KEY, clock=clock, parts=fast_parts(), database_url=url) as made:
        yield made
        assert made.world.violations == []


async def test_a_report_travels_all_the_way(desa: Agency) -> None:
    quiet = desa.phone("agen2")
    await quiet.says("/lapinfo")
    await quiet.taps("Nihil")
    await quiet.sees("Nihil diterima")
    ref = await submit(desa.phone("agen"), "Kebakaran dua kios")
    assert ref == "LI-261120-0002"
    group, verifier, head = desa.groups["verifikasi"], desa.phone("verifikator"), desa.phone("kepala")
    await verifier.taps("Setujui", group)
    await verifier.taps("Setujui B2", group)
    await head.sees("Nilai informasi: B2")
    await head.taps("Setujui")
    leader = desa.phone("pimpinan")
    await leader.sees("Kebakaran dua kios")
    await leader.taps("Buka")
    await desa.phone("agen").sees("disampaikan kepada")
    await desa.quiet()
    await desa.restart()
    await desa.phone("agen").says("/status")
    await desa.phone("agen").sees(ref, after=desa.phone("agen").last())
    await desa.quiet()
    found = await assert_whole(desa.app.database)
    assert [(case.ref, case.status) for case in found] == [("LI-261120-0001", "closed"), (ref, "published")]
    assert len(messages_with(group, "Kebakaran dua kios")) == 1


async def test_many_agents_at_once_get_references_without_a_gap(desa: Agency) -> None:
    phones = [desa.phone(key) for key in ("agen", "agen2")]
    for phone in phones:
        await phone.says("/nihil")
    for phone in phones:
        await phone.sees("Nihil diterima")
    await desa.quiet()
    assert len(await assert_whole(desa.app.database)) == 2
