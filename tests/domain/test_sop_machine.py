"""Whatever people tap, in whatever order: the invariants of a case hold on both procedures."""

from __future__ import annotations

from datetime import timedelta
from typing import get_args

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from domain.roles import Role
from domain.sop.commands import (
    Acknowledge,
    Action,
    Actor,
    Amend,
    Approve,
    CaseView,
    Command,
    Decline,
    Moved,
    Refused,
    Reject,
    Resubmit,
    Revise,
    Submit,
    Withdraw,
)
from domain.sop.engine import decide, is_open
from domain.sop.schema import STATUSES, Sop
from tests.domain.sop_cases import ALL_FIELDS, AUTHOR, LAPINFO, NOW, SIKANDA, WIB

OFFICIAL = (Approve, Revise, Decline, Reject)
PEOPLE = st.builds(
    Actor,
    person_id=st.sampled_from([AUTHOR, 2, 3, 4]),
    roles=st.frozensets(st.sampled_from(Role), max_size=5),
    regions=st.sampled_from([frozenset(), frozenset({"Kajen"}), frozenset({"Doro"})]),
    active=st.sampled_from([True, True, True, False]),
)
FIELDS = st.one_of(st.just(ALL_FIELDS), st.frozensets(st.sampled_from([*sorted(ALL_FIELDS), "suara"])))
REASONS = st.sampled_from(["Lengkapi", "", "\u200b"])


class Life(RuleBasedStateMachine):
    """One case from nothing to its end, with every command by anybody at any moment."""

    sop: Sop
    case: CaseView | None = None
    ended: CaseView | None = None

    @initialize()
    def begin(self) -> None:
        self.now = NOW
        self.case, self.ended = None, None

    def ask(self, command: Command, fields: frozenset[str] | None = None) -> None:
        before, self.now = self.case, self.now + timedelta(minutes=7)
        decision = decide(self.sop, before, command, self.now, zone=WIB)
        assert decision == decide(self.sop, before, command, self.now, zone=WIB), "deciding changed something"
        if isinstance(decision, Refused):
            return
        self.check(before, command, decision)
        fresh = isinstance(command, Submit | Resubmit | Amend)
        self.case = CaseView(
            7,
            "LI-261120-0007",
            self.sop.name,
            self.sop.version,
            decision.step,
            decision.status,
            decision.round,
            (before.version if before else 0) + fresh,
            before.author_id if before else AUTHOR,
            decision.entered_at,
            decision.due_at,
            "Kajen",
            fields if fields is not None else (before.fields_present if before else frozenset()),
            submitted_at=self.now if fresh or before is None else before.submitted_at,
        )

    def check(self, before: CaseView | None, command: Command, moved: Moved) -> None:
        step = self.sop.step(moved.step)
        assert command.actor.active
        assert moved.status in STATUSES
        assert moved.action in get_args(Action)
        if isinstance(command, OFFICIAL):
            assert before is not None
            assert command.actor.person_id != before.author_id, "own report"
            assert command.actor.roles & self.sop.step(before.step).roles
        if before is not None:
            assert moved.round - before.round == isinstance(command, Revise)
            assert is_open(self.sop, before) or isinstance(command, Acknowledge), "the closed moved"
        if moved.keeps_clock:
            assert before is not None
            assert (moved.step, moved.status, moved.due_at) == (before.step, before.status, before.due_at)
            assert not moved.deadlines
        elif moved.status in ("rejected", "cancelled"):
            assert moved.due_at is None
            assert moved.actor_role is None
        else:
            limit = step.time_for(rework=isinstance(command, Revise))
            assert (moved.due_at is None) == (limit is None)
            assert moved.actor_role == step.actor
            assert sum(spec.kind == "due" for spec in moved.deadlines) == (limit is not None)
            assert list(moved.deadlines) == sorted(moved.deadlines, key=lambda spec: spec.at)

    @invariant()
    def the_end_is_the_end(self) -> None:
        if self.ended is not None and self.case is not None:
            assert (self.case.step, self.case.status) == (self.ended.step, self.ended.status)
        elif self.case is not None and not is_open(self.sop, self.case):
            self.ended = self.case

    @precondition(lambda self: self.case is None)
    @rule(person=PEOPLE, fields=FIELDS, nihil=st.booleans(), duty=st.booleans())
    def submit(self, person: Actor, fields: frozenset[str], nihil: bool, duty: bool) -> None:
        self.ask(Submit(person, fields, nihil, duty), fields)

    @precondition(lambda self: self.case is None)
    @rule()
    def submit_properly(self) -> None:
        self.ask(Submit(Actor(AUTHOR, frozenset({Role.AGEN})), ALL_FIELDS), ALL_FIELDS)
        assert self.case is not None

    @precondition(lambda self: self.case is not None)
    @rule()
    def go_on_properly(self) -> None:
        """The right person does the right thing, so that runs get deep."""
        assert self.case is not None
        step = self.sop.step(self.case.step)
        if not is_open(self.sop, self.case):
            return
        before = self.case
        if step is self.sop.first:
            self.ask(Resubmit(Actor(AUTHOR, frozenset({Role.AGEN})), ALL_FIELDS), ALL_FIELDS)
        elif set(step.needs) <= self.case.fields_present:
            self.ask(Approve(Actor(99, step.roles), "B2"))
        else:
            self.ask(Amend(Actor(98, frozenset({Role.PIKET})), ALL_FIELDS), ALL_FIELDS)
        assert self.case is not before

    @rule(person=PEOPLE, fields=FIELDS, kind=st.sampled_from([Resubmit, Amend]))
    def rewrite(self, person: Actor, fields: frozenset[str], kind: type[Resubmit | Amend]) -> None:
        self.ask(kind(person, fields), fields)

    @rule(person=PEOPLE, value=st.sampled_from([None, "B2", "X9"]), seen=st.sampled_from([None, 1, 2]))
    def approve(self, person: Actor, value: str | None, seen: int | None) -> None:
        self.ask(Approve(person, value, seen))

    @rule(person=PEOPLE, reason=REASONS, kind=st.sampled_from([Revise, Reject, Withdraw]))
    def with_reason(self, person: Actor, reason: str, kind: type[Revise | Reject | Withdraw]) -> None:
        self.ask(kind(person, reason))

    @rule(person=PEOPLE, kind=st.sampled_from([Decline, Acknowledge]))
    def without_reason(self, person: Actor, kind: type[Decline | Acknowledge]) -> None:
        self.ask(kind(person))


@pytest.mark.parametrize("sop", [LAPINFO, SIKANDA], ids=lambda sop: sop.name)
def test_no_sequence_of_commands_breaks_a_case(sop: Sop) -> None:
    machine = type("LifeOf", (Life,), {"sop": sop})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=60, stateful_step_count=25, deadline=None, suppress_health_check=[HealthCheck.too_slow]
        ),
    )
