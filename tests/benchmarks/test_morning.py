"""The morning's benchmark at a small scale: nobody is flooded, everybody is reminded, answers come meanwhile."""

from __future__ import annotations

from benchmarks.morning import morning


async def test_a_small_morning_within_telegrams_limits() -> None:
    found = await morning(agents=40, rush=5, idle=5)
    assert found.floods == 0
    assert found.busiest <= 30
    assert found.board_minute <= 20
    assert (found.idle.count, found.rush) == (5, 5)
    assert found.steady.count > 0
    assert found.drain > 40 / 22 - 1
