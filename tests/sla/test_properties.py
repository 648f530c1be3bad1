"""For any order of taps, outages, restarts and clock steps each deadline fires once, or not at all: someone acted."""

from __future__ import annotations

from collections import Counter
from datetime import UTC
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from domain.model import Case
from domain.roles import Role
from storage.database import Database
from storage.tables import deadlines
from tests.sla.office import CALLS, sweep
from tests.verification.desk import Desk, open_desk

MOVES = ("submitted", "resubmitted", "verified", "approved", "revision_requested", "rejected")
_STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("look"), st.integers(0, 20)),
        st.tuples(st.just("away"), st.integers(1, 400)),
        st.tuples(st.just("jump"), st.sampled_from([-60, -7, 60])),
        st.tuples(st.sampled_from(["approve", "revise", "again", "reject", "open", "restart"]), st.just(0)),
    ),
    min_size=4,
    max_size=18,
)


async def _tap(desk: Desk, case: Case, what: str) -> None:
    now = await desk.case(case)
    who = {"verifikasi": "nuri", "persetujuan": "kepala"}.get(now.step)
    at = f"{case.id}:{now.version}:{now.step}"
    message = next(iter(desk.chats[desk.chat("admin")].values()), None) or desk.card(-1001, case.ref)
    match what:
        case "approve" if who:
            await desk.send_data(who, f"v:n:{at}:B2" if now.step == "verifikasi" else f"v:s:{at}", message)
        case "revise" if who:
            await desk.send_data(who, f"v:rq:{at}:waktu", message)
        case "reject" if who:
            await desk.send_data(who, f"v:tq:{at}:hoaks", message)
        case "again" if now.step == "laporan":
            await desk.again("agen", kapan=f"hari ini pukul 04.{20 + now.version} WIB")
        case "open":
            await desk.send_data("kabid", f"tg:k:{case.id}", message, "kabid")


async def _restarted(desk: Desk, folder: Any) -> None:
    await desk.db.close()
    desk.db = await Database.open(
        f"sqlite+aiosqlite:///{folder / 'meja.db'}",
        ["cHJha3Rpay1rdW5jaS11bnR1ay11amktY29iYS0zMmI="],
        data_dir=folder,
        create=False,
        practice=True,
        clock=desk.clock,
    )


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=_STEPS)
async def test_each_deadline_fires_once_or_somebody_acted(
    tmp_path_factory: pytest.TempPathFactory,
    steps: list[tuple[str, int]],
) -> None:
    folder = tmp_path_factory.mktemp("sla")
    desk = await open_desk(folder)
    try:
        await desk.hire("kabid", Role.KABID, code_name="Elang-Biru")
        desk.chats.setdefault(desk.chat("admin"), {})
        case = await desk.report()
        for what, minutes in steps:
            match what:
                case "look":
                    desk.later(minutes=minutes)
                    await sweep(desk)
                case "away" | "jump":
                    desk.later(minutes=minutes)
                case "restart":
                    await _restarted(desk, folder)
                case _:
                    await _tap(desk, case, what)
        await sweep(desk)
        await _check(desk, case)
    finally:
        await desk.db.close()


async def _check(desk: Desk, case: Case) -> None:
    events = await desk.events(case)
    calls = [e for e in events if e.action in CALLS]
    once = Counter((e.data["step"], e.data["round"], e.data["what"], e.data["number"], e.data["due"]) for e in calls)
    assert set(once.values()) <= {1}, once
    here: tuple[object, object] | None = None
    for event in events:
        if event.action in MOVES:
            here = (event.data["step"], event.data["round"])
        elif event.action in CALLS:
            assert (event.data["step"], event.data["round"]) == here, "called after somebody had acted"
    rows = await desk.db.run(lambda uow: list(uow.conn.execute(select(deadlines))))
    now = desk.clock.now()
    assert not [row for row in rows if row.status == "waiting" and row.due_at.astimezone(UTC) <= now], "never looked at"
    ladder = {(row.kind.partition(":")[0], row.due_at) for row in rows if row.status == "fired"}
    told = {
        ("escalation" if e.action == "escalated" else "due", e.data["due"]) for e in calls if e.action != "reminded"
    }
    # Reminders may be overtaken by the limit; the limit and the ladder never are.
    firm = {(kind, at.isoformat()) for kind, at in ladder if kind in ("due", "escalation")}
    assert firm == told
    left = [row for row in rows if row.status == "waiting"]
    current = await desk.case(case)
    assert not left or current.closed_at is None
    assert list(await desk.db.verify()) == []
