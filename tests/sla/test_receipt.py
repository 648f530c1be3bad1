"""Terima has a clock of its own; the total is held against the SOP's."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.sop.elapsed import elapsed
from domain.sop.loader import SHIPPED, SopError, SopRegistry, parse_sop
from domain.sop.schema import Sop
from tests.sla.office import call, calls, kinds, told, wait
from tests.verification.desk import GROUP, Desk

TEXT = (SHIPPED / "lapinfo-pekalongan.toml").read_text(encoding="utf-8")
MINUTE = timedelta(minutes=1)


def with_receipt() -> Sop:
    """Lapinfo, with a quarter of an hour to confirm receipt before the verification's hour."""
    text = TEXT.replace('limit = "60m"\nclock_starts', 'limit = "60m"\nacknowledge = "15m"\nclock_starts')
    return parse_sop(text.replace('stated_total = "2h"', 'stated_total = "2h15m"'), "uji.toml")


@pytest.fixture
def receiving(desk: Desk) -> Desk:
    desk.office = replace(desk.office, sops=SopRegistry([with_receipt()]))
    return desk


async def test_receipt_is_asked_for_at_its_own_limit_and_confirming_stops_only_that_clock(receiving: Desk) -> None:
    desk = receiving
    case = await desk.report()
    assert case.due_at is not None
    assert case.due_at - case.entered_at == 75 * MINUTE
    assert "belum ditandai diterima" in desk.card(GROUP, case.ref).text
    await wait(desk, 15)
    assert "Mohon tandai Terima" in call(desk, "nuri")
    assert await desk.tap("nuri", calls(desk, "nuri")[0], "Terima", "nuri") == f"{case.ref} diterima."
    assert "belum ditandai diterima" not in desk.card(GROUP, case.ref).text
    assert "Terima" not in desk.card(GROUP, case.ref).buttons
    assert f"✓ {case.ref} sudah ditangani oleh Merpati-02 (Verifikator): diterima" in call(desk, "merpati")
    assert (await desk.case(case)).step == "verifikasi"
    await wait(desk, 29, step=5)
    assert not calls(desk, "kabid")
    await wait(desk, 1)
    assert "sisa 30 menit" in call(desk, "merpati")
    again = await desk.send_data("merpati", f"v:a:{case.id}:1:verifikasi", desk.card(GROUP, case.ref))
    assert again == "Sudah diterima Merpati-02 pukul 05.25 WIB."


async def test_not_confirmed_it_climbs_the_first_rung(receiving: Desk) -> None:
    case = await receiving.report()
    await wait(receiving, 31, step=5)
    assert "Menunggu Verifikator" in call(receiving, "kabid")
    assert kinds(await told(receiving, case)) == ["reminded:acknowledge:0", "escalated:acknowledge:1"]


async def test_deciding_counts_as_both(receiving: Desk) -> None:
    case = await receiving.report()
    await receiving.send_data("nuri", f"v:n:{case.id}:1:verifikasi:B2", receiving.card(GROUP, case.ref))
    await wait(receiving, 29, step=5)
    assert not calls(receiving, "nuri")


async def test_only_whose_turn_it_is_confirms(receiving: Desk) -> None:
    case = await receiving.report()
    for who in ("agen", "admin", "pimpinan"):
        await receiving.send_data(who, f"v:a:{case.id}:1:verifikasi", receiving.card(GROUP, case.ref))
    assert "acknowledged" not in [event.action for event in await receiving.events(case)]


def test_its_time_is_part_of_the_total() -> None:
    longer = 'limit = "60m"\nacknowledge = "15m"\nclock_starts'
    with pytest.raises(SopError, match="2 jam 15 menit"):
        parse_sop(TEXT.replace('limit = "60m"\nclock_starts', longer), "uji")
    with pytest.raises(SopError, match="the author acknowledges nothing"):
        parse_sop(TEXT.replace('rework_limit = "60m"', 'rework_limit = "60m"\nacknowledge = "5m"'), "uji")


async def test_the_time_of_a_revision_is_the_authors(desk: Desk) -> None:
    case = await desk.report()
    desk.later(minutes=20)
    await desk.send_data("nuri", f"v:rq:{case.id}:1:verifikasi:waktu", desk.card(GROUP, case.ref))
    desk.later(minutes=40)
    await desk.again("agen", kapan="hari ini pukul 04.30 WIB")
    desk.later(minutes=10)
    await desk.send_data("nuri", f"v:n:{case.id}:2:verifikasi:B2", desk.card(GROUP, case.ref))
    desk.later(minutes=100)
    sop = desk.office.sops.get("lapinfo")
    took = elapsed(await desk.events(case), sop, desk.office.calendar, desk.office.zone, desk.clock.now())
    assert [(stay.step, stay.taken // MINUTE, stay.late) for stay in took.stays] == [
        ("verifikasi", 20, False),
        ("laporan", 40, False),
        ("verifikasi", 10, False),
        ("persetujuan", 100, True),
    ]
    assert (took.author // MINUTE, took.total // MINUTE, took.over) == (40, 130, True)
    assert took.at("verifikasi") == 30 * MINUTE
    await desk.send_data("kepala", "l:status", desk.card("kepala", case.ref), "kepala")
    late = next(text for text in desk.texts("kepala") if "Lewat batas" in text)
    assert "menunggu Kepala Kantor: lewat 40 menit" in late
    assert "Seluruhnya 2 jam 10 menit dari 2 jam" in late
    await desk.send_data("kepala", f"v:s:{case.id}:2:persetujuan", desk.card("kepala", case.ref), "kepala")
    took = elapsed(await desk.events(case), sop, desk.office.calendar, desk.office.zone, desk.clock.now())
    desk.later(days=2)
    assert took == elapsed(await desk.events(case), sop, desk.office.calendar, desk.office.zone, desk.clock.now())
