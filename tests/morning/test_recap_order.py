"""Whatever the order of taps, reloads, outages, restarts and clock steps: a recap goes out at most once a day, and only
when somebody approved it who was entitled to at that moment."""

from __future__ import annotations

import asyncio
import tempfile
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from domain.model import Event, NewPerson
from domain.notices import Show
from domain.ports import UnitOfWork
from domain.roles import Role
from domain.usecases import recap
from storage.outbox import OutboxRow
from tests.morning.house import Morning

START = datetime(2026, 11, 19, 22, 55, tzinfo=UTC)
"""05.55 WIB."""
TAPPERS = ("kepala", "kepala", "kabid", "pimpinan", "agen0", "koordinator")
TWICE = [("later", 10, "")] + [("approve", 0, who) for who in ("agen0", "kabid", "pimpinan", "kepala", "kepala")]
LADDER = [
    ("later", 10, ""),
    ("later", 45, ""),
    ("approve old", 0, "kabid"),
    ("approve", 0, "kabid"),
    ("approve", 0, "kepala"),
]
FRESH = [
    ("later", 10, ""),
    ("reload", 0, "kepala"),
    ("approve old", 0, "kepala"),
    ("restart", 0, ""),
    ("deliver", 0, ""),
]

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("later"), st.integers(1, 45), st.just("")),
        st.tuples(st.just("step"), st.sampled_from([-60, 60, 1440]), st.just("")),
        st.tuples(st.sampled_from(["approve", "approve old", "reload"]), st.just(0), st.sampled_from(TAPPERS)),
        st.tuples(st.just("nihil"), st.integers(0, 2), st.just("")),
        st.tuples(st.sampled_from(["sweep", "deliver", "restart"]), st.just(0), st.just("")),
    ),
    min_size=4,
    max_size=25,
)


class House(Morning):
    """The morning's house with a head and leadership, and what leadership was sent."""

    async def hire(self) -> None:
        """A head and a leader beside the Kabid."""

        def work(uow: UnitOfWork) -> None:
            for number, (who, role) in enumerate((("kepala", Role.KEPALA), ("pimpinan", Role.PIMPINAN)), 901):
                grant = NewPerson(frozenset({role}))
                self.people[who] = uow.people.add(number, "Petugas", grant, self.clock.now())

        await self.db.run(work)
        self.sent: Counter[str] = Counter()

    async def _rings(self, who: str, row: OutboxRow) -> None:
        await super()._rings(who, row)
        if isinstance(row.action, Show) and row.action.view.template == "rekap/pimpinan":
            self.sent[str(row.action.view.params["ref"])] += 1

    async def tap(self, who: str, what: str) -> None:
        """The newest recap's button, or the one of an older version."""

        def work(uow: UnitOfWork) -> None:
            now, me = self.clock.now(), self.people[who]
            made = uow.recaps.latest(date(2100, 1, 1))
            if made is None:
                return
            if what == "reload":
                recap.reload(uow, self.office, me, made.id, now)
            else:
                version = made.version if what == "approve" else made.version - 1
                recap.approve(uow, self.office, me, made.id, version, now)

        await self.db.run(work)

    async def histories(self) -> dict[str, list[Event]]:
        """The events of each recap, by its reference."""

        def work(uow: UnitOfWork) -> dict[str, list[Event]]:
            made = uow.recaps.between(date(2000, 1, 1), date(2100, 1, 1))
            return {one.ref: list(uow.events.of(recap.subject(one))) for one in made}

        return await self.db.run(work)


async def live(steps: list[tuple[str, int, str]]) -> tuple[House, dict[str, list[Event]]]:
    """Do the steps; at the end all that waits goes out."""
    with tempfile.TemporaryDirectory() as folder:
        house = await House.open(Path(folder), START)
        assert isinstance(house, House)
        await house.hire()
        try:
            for what, how, who in steps:
                match what:
                    case "later" | "step":
                        house.later(minutes=how)
                        await house.sweep()
                    case "nihil":
                        await house.nihil(f"agen{how}")
                    case "sweep":
                        await house.sweep()
                    case "deliver":
                        await house.deliver()
                    case "restart":
                        await house.restart()
                    case _:
                        await house.tap(who, what)
            await house.sweep()
            await house.deliver()
            assert await house.db.verify() == []
            return house, await house.histories()
        finally:
            await house.db.close()


@settings(max_examples=25, deadline=None)
@example(TWICE)
@example(LADDER)
@example(FRESH)
@given(STEPS)
def test_pushed_at_most_once_and_only_by_who_may(steps: list[tuple[str, int, str]]) -> None:
    house, histories = asyncio.run(live(steps))
    names = {person.id: who for who, person in house.people.items()}
    for ref, events in histories.items():
        approved = [event for event in events if event.action == "approved"]
        assert len(approved) <= 1
        assert house.sent[ref] == len(approved)
        assert [event.action for event in events].count("made") == 1
        for event in approved:
            given_to = {to for one in events[: event.seq - 1] for to in one.data.get("to", ())}
            assert names[event.actor_id or 0] == "kepala" or event.actor_id in given_to
            assert names[event.actor_id or 0] in ("kepala", "kabid", "pimpinan")
            assert event.data["version"] == 1 + sum(one.action == "reloaded" for one in events)
    assert set(house.sent) <= set(histories)
