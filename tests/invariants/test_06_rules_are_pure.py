"""Invariant 6: the engine decides and changes nothing; one function alone writes what it decided."""

from __future__ import annotations

import ast
from dataclasses import FrozenInstanceError, fields
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from domain.roles import Role
from domain.sop.commands import Approve, Moved, Refused
from domain.sop.engine import decide
from simulator.agency import Agency
from tests.domain.sop_cases import LAPINFO, NOW, WIB, actor, case_at
from tests.invariants.house import all_cases, data_of, one_message, submit

ROOT = Path(__file__).resolve().parents[2]
DECIDED = {"step", "status", "round", "entered_at", "due_at"}
"""Columns of a case that only a decision of the engine may change."""
CLOSED_NIHIL = {"status", "closed_at"}
"""A nihil is closed when it is received; taking it back or reporting after all marks that closed case as cancelled."""


def test_a_decision_is_frozen_and_the_same_for_the_same_question() -> None:
    verifier = actor(3, Role.VERIFIKATOR)
    step = next(step for step in LAPINFO.steps if Role.VERIFIKATOR in step.roles)
    case = case_at(LAPINFO, step.id)
    before = repr(case)
    command = Approve(verifier, "B2")
    first = decide(LAPINFO, case, command, NOW, zone=WIB)
    assert isinstance(first, Moved)
    assert first == decide(LAPINFO, case, command, NOW, zone=WIB)
    assert first != decide(LAPINFO, case, command, NOW + timedelta(hours=1), zone=WIB)
    assert repr(case) == before
    with pytest.raises(FrozenInstanceError):
        first.step = "lain"  # type: ignore[misc]
    assert {field.name for field in fields(Moved)} >= DECIDED
    assert isinstance(decide(LAPINFO, case, Approve(actor(1, Role.AGEN), "B2"), NOW, zone=WIB), Refused)


def _changes(path: Path) -> list[tuple[int, set[str]]]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [
        (node.lineno, {keyword.arg or "**" for keyword in node.keywords})
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "change"
        and isinstance(node.func.value, ast.Attribute)
        and node.func.value.attr == "cases"
    ]


def test_only_the_transitions_write_what_was_decided() -> None:
    found = [
        (path.relative_to(ROOT).as_posix(), names)
        for folder in ("domain", "handlers", "bot", "scheduler")
        for path in sorted((ROOT / folder).rglob("*.py"))
        for _, names in _changes(path)
        if names & (DECIDED | {"**"})
    ]
    assert [name for name, names in found if names != CLOSED_NIHIL] == ["domain/usecases/transitions.py"]
    assert {name for name, names in found if names == CLOSED_NIHIL} <= {"domain/usecases/reports.py"}


async def test_a_refusal_leaves_everything_as_it_was(desa: Agency) -> None:
    agent, group = desa.phone("agen"), desa.groups["verifikasi"]
    await submit(agent, "Kebakaran dua kios")
    verifier = desa.phone("verifikator")
    card = await verifier.sees("Kebakaran dua kios", group, button="Setujui")
    await desa.phone("agen2").says(one_message("Banjir", "Doro"))
    await desa.phone("agen2").sees("Ringkasan")
    await desa.quiet()

    def look(uow: Any) -> Any:
        return (
            all_cases(uow),
            [uow.drafts.open(person.id) for person in uow.people.all()],
            uow.conn.exec_driver_sql("SELECT count(*) FROM events WHERE subject LIKE 'case:%'").scalar(),
        )

    before = await desa.app.database.run(look)
    for who in ("agen", "agen2", "kepala", "pimpinan", "piket"):
        answer = await desa.phone(who).answered(
            desa.world.tap(desa.users[who], group.messages[card.id], data_of(card.buttons, "Setujui"))
        )
        assert answer.alert, who
    await desa.quiet()
    after = await desa.app.database.run(look)
    assert after[0] == before[0]
    assert after[1] == before[1]
