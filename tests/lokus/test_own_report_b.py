"""Preset B of a lokus: a member who sent a part does not judge the whole, whatever office they hold besides."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.roles import Role
from simulator.agency import Agency
from tests.dialog.script import play
from tests.lokus.report import FINISHED, SENT, passed
from tests.lokus.story import lokus, to_the_field
from tests.lokus.test_own_report import holding, refused
from tests.lokus.test_result_b import preset_b


@pytest.fixture
def profile(tmp_path: Path) -> str:
    return preset_b(tmp_path)


async def test_the_coordinator_who_put_the_parts_together_judges_and_who_wrote_one_does_not(desa: Agency) -> None:
    await to_the_field(desa)
    await play(desa, (*SENT, *FINISHED, ("anggota1", "ketuk", "Kirim laporan saya")))
    await holding(desa, "anggota1", Role.KASUBBID, Role.KABID)
    await play(
        desa,
        (
            ("koordinator_lapangan", "ketuk", "Lanjutkan"),
            ("anggota1", "tulis", "/tugas"),
            ("anggota1", "tidak", "LO-261120-0001"),
            ("kasubbid", "tulis", "/tugas"),
            ("kasubbid", "lihat", "LO-261120-0001"),
        ),
    )
    await refused(desa, "anggota1", "terima_1")
    await play(desa, passed("koordinator_lapangan"))
    await refused(desa, "anggota1", "terima_2")
    await play(desa, passed("kabid"))
    assert (await lokus(desa))[0].step == "terima_3"
