from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from domain.roles import Clearance, Role
from tests.verification.desk import Desk, open_desk


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    """Kabupaten Pekalongan on Saturday 21 November 2026 at 05.10 WIB, with those who may see the evaluation."""
    made = await open_desk(tmp_path)
    await made.hire("kabid", Role.KABID, clearance=Clearance.SANGAT_RAHASIA)
    await made.hire("kasubbid_doro", Role.KASUBBID, regions=("Doro",))
    await made.hire("wilayah", Role.KOORDINATOR_WILAYAH, regions=("Doro", "Kajen"))
    await made.hire("semua", Role.KOORDINATOR_WILAYAH)
    yield made
    await made.db.close()
