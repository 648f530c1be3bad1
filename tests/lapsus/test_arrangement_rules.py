"""The arrangement's rules, whatever both sides tap in whatever order."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from domain.arrangement import Agree, Arrangement, Finish, No, Propose, Step, decide

SIDES = st.sampled_from(["pelapor", "pejabat"])
PERSON = st.integers(1, 4)
SHIFT = st.integers(-1, 1)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["propose", "agree", "finish"]), SIDES, PERSON, SHIFT, st.sampled_from(["", "08.00", "09.00"])
    ),
    max_size=14,
)
STARTS = st.sampled_from([Arrangement("telepon", "Secepatnya"), Arrangement("menghadap", "08.00", "Kantor")])


def made(what: str, side: str, person: int, number: int, words: str) -> Step:
    match what:
        case "propose":
            return Propose(side, person, number, words, "Pos" if words == "09.00" else None)  # type: ignore[arg-type]
        case "agree":
            return Agree(side, person, number)  # type: ignore[arg-type]
        case _:
            return Finish(side, person, number)  # type: ignore[arg-type]


@given(STARTS, STEPS)
def test_nobody_agrees_with_themselves_and_nothing_follows_the_end(
    start: Arrangement, steps: list[tuple[str, str, int, int, str]]
) -> None:
    now = start
    for what, side, person, shift, words in steps:
        after = decide(now, made(what, side, person, now.number + shift, words))
        if isinstance(after, No):
            assert rightly_refused(now, after, what, side, shift, words)
            continue
        assert rightly_done(now, after, what, side, words)
        assert shift == 0
        assert after.number == now.number + 1
        assert after.holder == (person if side == "pejabat" else now.holder)
        now = after


def rightly_refused(now: Arrangement, no: No, what: str, side: str, shift: int, words: str) -> bool:
    match no.why:
        case "done":
            return now.phase == "selesai"
        case "stale":
            return shift != 0 or (what == "agree" and now.phase == "sepakat")
        case "own_proposal":
            return what == "agree" and now.proposed_by == side
        case "not_yours":
            return (what, side) == ("finish", "pelapor")
        case "empty":
            return (what, words) == ("propose", "")


def rightly_done(now: Arrangement, after: Arrangement, what: str, side: str, words: str) -> bool:
    if now.phase == "selesai" or after.way != now.way:
        return False
    match what:
        case "agree":
            kept = (after.time, after.place) == (now.time, now.place)
            return (now.phase, after.phase) == ("usul", "sepakat") and now.proposed_by != side and kept
        case "propose":
            said = (after.phase, after.proposed_by, after.time) == ("usul", side, words)
            return said and (after.way == "menghadap" or after.place is None)
        case _:
            return (after.phase, side) == ("selesai", "pejabat")


@given(STARTS, SIDES, PERSON)
def test_the_other_side_can_always_answer_a_proposal(start: Arrangement, side: str, person: int) -> None:
    proposed = decide(start, made("propose", side, person, 0, "09.00"))
    assert isinstance(proposed, Arrangement)
    other = "pelapor" if side == "pejabat" else "pejabat"
    agreed = decide(proposed, made("agree", other, person, 1, ""))
    assert isinstance(agreed, Arrangement)
    assert agreed.phase == "sepakat"
