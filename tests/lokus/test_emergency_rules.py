"""In whatever order people tap: no emergency is lost, only *Aman kembali* ends one, an answer stops the repeats."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from benchmarks.emergency import field
from bot.app import make_office
from domain.errors import UserError
from domain.model import NewPerson
from domain.ports import UnitOfWork
from domain.roles import Clearance, Role
from domain.usecases import lokus_emergency
from tests.storage.parts import FixedClock, open_database

OFFICE = make_office("tangerang")
START = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
EVERY = timedelta(minutes=2)
PEOPLE = {
    "lead": Role.KOORDINATOR_LAPANGAN,
    "one": Role.ANGGOTA_MITIGASI,
    "two": Role.ANGGOTA_MITIGASI,
    "kasubbid": Role.KASUBBID,
    "kabid": Role.KABID,
    "kepala": Role.KEPALA,
    "stranger": Role.ANGGOTA_MITIGASI,
}
IN_CHARGE = {"lead", "kasubbid", "kabid", "kepala"}
TEAM = ("lead", "one", "two")
WHO = st.sampled_from(sorted(PEOPLE))
STEPS = st.one_of(
    st.tuples(st.just("call"), st.sampled_from(["one", "two", "lead", "stranger"]), st.none()),
    st.tuples(st.just("answer"), WHO, st.sampled_from(TEAM)),
    st.tuples(st.just("end"), WHO, st.sampled_from(TEAM)),
    st.tuples(st.just("wait"), st.integers(1, 7), st.none()),
    st.tuples(st.just("leave"), st.sampled_from(["one", "two"]), st.none()),
    st.tuples(st.just("close"), st.none(), st.none()),
)


class World:
    """The rules on a real store, beside what they ought to have come to."""

    def __init__(self, uow: UnitOfWork) -> None:
        self.now = START
        self.ids: dict[str, int] = {}
        for number, (name, role) in enumerate(PEOPLE.items(), 1):
            grant = NewPerson(frozenset({role}), clearance=Clearance.TERBATAS)
            self.ids[name] = uow.people.add(9000 + number, name, grant, START).id
        people = {name: uow.people.get(number) for name, number in self.ids.items()}
        assert all(people.values())
        self.case = field(uow, OFFICE, people["lead"], [people["one"], people["two"]], people["kabid"], START)  # type: ignore[arg-type, list-item]
        self.open: dict[str, int] = {}
        self.answered: dict[int, set[str]] = {}
        self.over: set[int] = set()
        self.newest = 0

    def step(self, uow: UnitOfWork, what: str, who: Any, about: Any) -> None:
        match what:
            case "call":
                self._call(uow, who)
            case "answer" if about in self.open:
                self._answer(uow, who, about)
            case "end" if about in self.open:
                self._end(uow, who, about)
            case "wait":
                self._wait(uow, timedelta(minutes=who))
            case "leave":
                member = uow.lokus.member(self.case.id, self.ids[who])
                if member is not None:
                    uow.lokus.change_member(member, removed_at=self.now)
            case "close" if self.case.closed_at is None:
                self.case = uow.cases.change(self.case, status="cancelled", closed_at=self.now)
        self._agrees(uow)

    def _call(self, uow: UnitOfWork, who: str) -> None:
        told = self.rows(uow)
        try:
            raised = lokus_emergency.call(uow, OFFICE, self.me(uow, who), self.case.id, self.now, self.now)
        except UserError:
            assert who in self.open or who == "stranger"
            return
        assert who not in self.open
        self.open[who], self.answered[raised.id] = raised.id, set()
        told = self.rows(uow)
        assert {"kasubbid", "kabid"} <= told[raised.id]
        assert "lead" in told[raised.id] or who == "lead"

    def _answer(self, uow: UnitOfWork, who: str, about: str) -> None:
        number = self.open[about]
        try:
            lokus_emergency.acknowledge(uow, OFFICE, self.me(uow, who), number, self.now)
        except UserError:
            assert who in (about, "stranger") or who in self.answered[number] or who in ("one", "two")
            return
        assert who not in (about, "stranger")
        self.answered[number].add(who)

    def _end(self, uow: UnitOfWork, who: str, about: str) -> None:
        number = self.open[about]
        may = who == about or (who in IN_CHARGE and who in self.answered[number])
        try:
            lokus_emergency.end(uow, OFFICE, self.me(uow, who), number, self.now, self.now)
        except UserError:
            assert not may
            return
        assert may
        self.over.add(self.open.pop(about))

    def _wait(self, uow: UnitOfWork, time: timedelta) -> None:
        before = {one.id: one for one in uow.lokus.emergencies()}
        self.rows(uow)
        self.now += time
        done = lokus_emergency.repeat(uow, OFFICE, self.now)
        assert lokus_emergency.repeat(uow, OFFICE, self.now) == 0, "said twice"
        told = self.rows(uow)
        quiet = {number for number in before if self.answered[number] & IN_CHARGE}
        due = {number for number, one in before.items() if self.now - one.told_at >= EVERY} - quiet
        assert done == len(due)
        assert set(told) == due, "an answered one rang, or one that nobody answered did not"
        for number in due:
            assert not told[number] & self.answered[number]
            assert {"kasubbid", "kabid"} <= told[number]

    def rows(self, uow: UnitOfWork) -> dict[int, set[str]]:
        """Who was newly sent a ringing alert, by emergency."""
        names = {9000 + number: name for number, name in enumerate(PEOPLE, 1)}
        found: dict[int, set[str]] = {}
        for row in uow.outbox.pending(10_000, self.newest):  # type: ignore[attr-defined]  # the store's own
            self.newest = max(self.newest, row.id)
            alert = row.slot is not None and row.slot.startswith("darurat:") and row.action.fresh
            if alert and row.action.view.template == "darurat/panggilan":
                assert row.priority == 0
                found.setdefault(int(row.slot.partition(":")[2].partition("@")[0]), set()).add(names[row.chat_id])
        return found

    def me(self, uow: UnitOfWork, who: str) -> Any:
        return uow.people.get(self.ids[who])

    def _agrees(self, uow: UnitOfWork) -> None:
        everything = uow.lokus.emergencies(self.case.id)
        assert {one.id for one in everything if one.ended_at is None} == set(self.open.values())
        assert {one.id for one in everything if one.ended_at is not None} == self.over
        assert {one.id for one in uow.lokus.emergencies()} == set(self.open.values())


async def live(template: Path, steps: list[tuple[str, Any, Any]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(template, Path(folder) / "kentongan.db")
        database = await open_database(f"sqlite+aiosqlite:///{folder}/kentongan.db", FixedClock(), Path(folder))
        try:
            await database.run(lambda uow: _all(uow, steps))
        finally:
            await database.close()


def _all(uow: UnitOfWork, steps: list[tuple[str, Any, Any]]) -> None:
    world = World(uow)
    for step in steps:
        world.step(uow, *step)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh database that each life copies."""
    folder = tmp_path_factory.mktemp("darurat")

    async def make() -> None:
        await (await open_database(f"sqlite+aiosqlite:///{folder}/kentongan.db", FixedClock(), folder)).close()

    asyncio.run(make())
    return folder / "kentongan.db"


@settings(max_examples=40, deadline=None)
@example(steps=[("call", "one", None), ("answer", "two", "one"), ("wait", 3, None), ("wait", 3, None)])
@example(steps=[("call", "one", None), ("answer", "kabid", "one"), ("wait", 3, None), ("end", "kabid", "one")])
@given(steps=st.lists(STEPS, min_size=4, max_size=25))
def test_never_lost_ended_only_by_aman_kembali_and_quiet_once_answered(
    template: Path, steps: list[tuple[str, Any, Any]]
) -> None:
    asyncio.run(live(template, steps))
