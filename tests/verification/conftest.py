from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.verification.desk import Desk, open_desk


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    """Kabupaten Pekalongan at 05.10 WIB."""
    made = await open_desk(tmp_path)
    yield made
    await made.db.close()


@pytest.fixture
async def balangan(tmp_path: Path) -> AsyncIterator[Desk]:
    """SIKANDA of Kabupaten Balangan."""
    made = await open_desk(tmp_path, "balangan")
    yield made
    await made.db.close()
