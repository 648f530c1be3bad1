from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from domain.roles import Role
from tests.verification.desk import Desk, open_desk


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    """Kabupaten Pekalongan at 05.10 WIB, with a Kepala Bidang on the ladder."""
    made = await open_desk(tmp_path)
    await made.hire("kabid", Role.KABID, code_name="Elang-Biru")
    yield made
    await made.db.close()
