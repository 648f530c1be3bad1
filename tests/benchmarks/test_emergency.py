"""The emergency's benchmark at a small scale: it overtakes the broadcast, and nobody is flooded."""

from __future__ import annotations

from benchmarks.emergency import emergency


async def test_an_emergency_overtakes_a_broadcast() -> None:
    found = await emergency(broadcast=100, team=4, calls=1)
    assert found.floods == 0
    assert found.recipients == 6
    # The broadcast needs more than four seconds at Telegram's pace; whoever waited for its end would have waited those.
    assert found.drain > 100 / 22 - 1
    assert found.draining.longest < 1000 * (found.drain / 2)
