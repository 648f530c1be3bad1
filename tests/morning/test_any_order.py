"""Whatever the order of reports, outages, restarts and clock steps: once or never, and never to who has acted."""

from __future__ import annotations

import asyncio
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.morning.house import AGENTS, Morning

START = datetime(2026, 11, 19, 21, 55, tzinfo=UTC)
"""04.55 WIB."""

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("later"), st.integers(1, 15)),
        st.tuples(st.just("queued, then reported"), st.integers(0, AGENTS - 1)),
        st.tuples(st.just("step"), st.sampled_from([-60, 60, 1440])),
        st.tuples(st.just("report"), st.integers(0, AGENTS - 1)),
        st.tuples(st.sampled_from(["sweep", "deliver", "restart"]), st.just(0)),
        st.tuples(st.just("minute by minute"), st.integers(1, 40)),
    ),
    min_size=3,
    max_size=25,
)


async def live(steps: list[tuple[str, int]]) -> Morning:
    """Do the steps; at the end all that waits goes out."""
    with tempfile.TemporaryDirectory() as folder:
        house = await Morning.open(Path(folder), START)
        try:
            for what, how in steps:
                match what:
                    case "later" | "step":
                        house.later(minutes=how)
                    case "report":
                        await house.nihil(f"agen{how}")
                    case "queued, then reported":
                        house.later(minutes=5)
                        await house.sweep()
                        await house.nihil(f"agen{how}")
                        await house.deliver()
                    case "sweep":
                        await house.sweep()
                    case "deliver":
                        await house.deliver()
                    case "restart":
                        await house.restart()
                    case _:
                        for _ in range(how):
                            house.later(minutes=1)
                            await house.sweep()
                        await house.deliver()
            await house.sweep()
            await house.deliver()
            assert await house.db.verify() == []
        finally:
            await house.db.close()
        return house


@settings(max_examples=40, deadline=None)
@example([("step", 60), ("sweep", 0), ("step", 1440)])  # a day's notices wait until the next day's are there
@example([("step", 60), ("sweep", 0), ("step", 1440), ("report", 0)])
@given(STEPS)
def test_once_or_never_and_never_to_who_has_acted(steps: list[tuple[str, int]]) -> None:
    house = asyncio.run(live(steps))
    assert house.wronged == []
    assert [key for key, times in house.counts().items() if times > 1] == []
