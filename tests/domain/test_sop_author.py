"""What an author may still do with a report that is under way, and who judges it, in every shipped procedure."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.roles import Role
from domain.sop.commands import Actor, Amend, Approve, CaseView, Moved, Refused, Revise, Withdraw
from domain.sop.engine import decide
from domain.sop.schema import Sop, Step
from tests.domain.sop_cases import ALL_FIELDS, AUTHOR, MINUTE, NOW, REGISTRY, WIB, case_at

WRITER = 50
SHIPPED = pytest.mark.parametrize("sop", REGISTRY.latest(), ids=lambda sop: sop.name)


def moment(sop: Sop, step: Step, status: str, members: frozenset[int]) -> CaseView:
    """A case at that step: of a lokus the report that is judged was written by somebody else than the plan's author."""
    needs = ALL_FIELDS | {key for one in sop.steps for key in one.needs}
    writers = frozenset({WRITER}) if sop.kind == "lokus" else None
    return case_at(
        sop, step.id, status=status, fields_present=needs, writers=writers, members=members, pending=members,
        coordinator=60, plan=(NOW, NOW + 60 * MINUTE),
    )  # fmt: skip


def anywhere(sop: Sop) -> st.SearchStrategy[tuple[Step, str]]:
    """Every step with every status that a case can have there."""
    return st.sampled_from(
        [(step, status) for step in sop.steps for status in {step.status_on_enter, step.status_for(rework=True)}]
    )


def each(sop: Sop, check: Callable[[Step, str, frozenset[Role], frozenset[int]], None]) -> None:
    @settings(max_examples=200, deadline=None, derandomize=True)
    @given(at=anywhere(sop), roles=st.frozensets(st.sampled_from(Role), max_size=6), member=st.booleans())
    def run(at: tuple[Step, str], roles: frozenset[Role], member: bool) -> None:
        check(*at, roles, frozenset({AUTHOR}) if member else frozenset())

    run()


@SHIPPED
def test_an_authors_edit_or_withdrawal_after_the_first_check_is_always_refused(sop: Sop) -> None:
    """Whatever else they are: only whose step it is changes the text then, and never the author of what is judged."""

    def check(step: Step, status: str, roles: frozenset[Role], members: frozenset[int]) -> None:
        case = moment(sop, step, status, members)
        judges = step.roles if sop.kind == "lokus" else frozenset()  # a plan's author may judge another's report
        office = {Role.KEPALA, *sop.may_withdraw}
        author = Actor(AUTHOR, (roles | sop.first.roles) - judges)
        edit = decide(sop, case, Amend(author, case.fields_present), NOW + MINUTE, zone=WIB)
        assert isinstance(edit, Moved) == (step.id == sop.first.yes), (step.id, status, edit)
        plain = Actor(AUTHOR, author.roles - office)
        back = decide(sop, case, Withdraw(plain, "Batal"), NOW + MINUTE, zone=WIB)
        assert isinstance(back, Moved) == (step.id in (sop.first.id, sop.first.yes)), (step.id, status, back)

    each(sop, check)


@SHIPPED
def test_whoever_wrote_what_is_judged_decides_nothing(sop: Sop) -> None:
    def check(step: Step, status: str, roles: frozenset[Role], members: frozenset[int]) -> None:
        if step.assigned is not None and sop.steps.index(step) < [one.id for one in sop.steps].index("terima_1"):
            return  # the field and the report in the making: nobody judges anything there
        case = moment(sop, step, status, members)
        wrote = WRITER if case.writers is not None else AUTHOR
        person = Actor(wrote, roles | step.roles)
        for command in (Approve(person, "B2"), Revise(person, "Lengkapi"), Revise(person, "Lengkapi", to="laporan")):
            assert isinstance(decide(sop, case, command, NOW + MINUTE, zone=WIB), Refused), (step.id, command)
        if step.id != sop.first.yes and sop.kind == "lokus":
            assert isinstance(decide(sop, case, Amend(person, case.fields_present), NOW + MINUTE, zone=WIB), Refused)

    each(sop, check)
