"""One desk for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.lapsus_reader.desk import Reading, open_reading


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Reading]:
    made = await open_reading(tmp_path)
    yield made
    await made.db.close()
