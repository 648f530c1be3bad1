"""The statistics: medians and shares, what is left out, what is never told apart."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import monev
from domain.monev import ENOUGH, Visit
from domain.sop.elapsed import Stay
from tests.monev.figures import HOUR, finish, minutes, visit
from tests.storage.parts import NOW

DURATIONS = st.timedeltas(timedelta(), timedelta(days=40))
PAIRS = st.lists(st.tuples(DURATIONS, st.none() | DURATIONS), max_size=60)
VISITS = st.lists(
    st.builds(
        Visit,
        case_id=st.integers(1, 6),
        sop=st.sampled_from(("lapinfo", "lapsus")),
        step=st.sampled_from(("verifikasi", "persetujuan")),
        region=st.sampled_from(("Kajen", "Doro", None)),
        secret=st.booleans(),
        taken=DURATIONS,
        limit=st.none() | DURATIONS,
        left=st.booleans(),
        returned=st.just(False),
    ),
    max_size=40,
)


@given(PAIRS)
def test_half_took_no_longer_than_the_median_and_nine_of_ten_no_longer_than_p90(
    pairs: list[tuple[timedelta, timedelta | None]],
) -> None:
    found, taken = monev.spread(pairs), sorted(time for time, _ in pairs)
    assert found.count == len(taken)
    if not taken:
        assert (found.median, found.p90, found.percent) == (None, None, None)
        return
    assert found.median is not None
    assert found.p90 in taken
    assert taken[0] <= found.median <= found.p90 <= taken[-1]
    assert 2 * sum(time <= found.median for time in taken) >= len(taken)
    assert 2 * sum(time >= found.median for time in taken) >= len(taken)
    assert 10 * sum(time <= found.p90 for time in taken) >= 9 * len(taken)
    assert 10 * sum(time < found.p90 for time in taken) < 9 * len(taken)


@given(PAIRS)
def test_a_hundred_per_cent_means_all_of_them(pairs: list[tuple[timedelta, timedelta | None]]) -> None:
    found = monev.spread(pairs)
    late = sum(limit is not None and time > limit for time, limit in pairs)
    assert found.within + late == found.limited
    if found.limited:
        assert (found.percent == 100) == (late == 0)


@given(VISITS)
def test_regions_add_up_to_the_steps_and_hold_nothing_secret(visits: list[Visit]) -> None:
    steps, crossed = monev.by_step(visits), monev.by_step_and_region(visits)
    for (sop, step), figures in steps.items():
        parts = [part for (a, b, _), part in crossed.items() if (a, b) == (sop, step)]
        assert figures.passed.count == sum(part.passed.count for part in parts)
        assert figures.passed.within == sum(part.passed.within for part in parts)
        assert figures.standing == sum(part.standing for part in parts)
    plain = [one for one in visits if not one.secret]
    assert sum(f.passed.count + f.standing for f in steps.values()) == len(plain)
    assert monev.by_step(plain) == steps


@given(VISITS)
def test_secret_cases_are_counted_from_three_on_or_not_at_all(visits: list[Visit]) -> None:
    found = monev.secret_steps(visits)
    for sop in ("lapinfo", "lapsus"):
        for step in ("verifikasi", "persetujuan"):
            there = [v for v in visits if v.secret and v.left and (v.sop, v.step) == (sop, step)]
            enough = len({v.case_id for v in there}) >= ENOUGH
            assert ((sop, step) in found) == enough
            if enough:
                assert found[sop, step].count == len(there)


def test_the_numbers_of_a_step() -> None:
    visits = [visit(n) for n in (10, 20, 30, 60)] + [
        visit(61, returned=True),
        visit(90, left=False),
        visit(5, left=False),
    ]
    figures = monev.step_figures(visits)
    assert (figures.passed.count, figures.passed.within, figures.passed.percent) == (5, 4, 80)
    assert (figures.passed.median, figures.passed.p90) == (minutes(30), minutes(61))
    assert (figures.returned, figures.standing, figures.overdue) == (1, 2, 1)
    assert monev.spread([(minutes(10), HOUR), (minutes(20), None)]).median == minutes(15)


def test_the_rounds_of_a_region() -> None:
    finishes = [finish(90), finish(121, rounds=3), finish(100, region="Doro"), finish(100, secret=True)]
    found = monev.cases_by_region(finishes)
    kajen = found["lapinfo", "Kajen"]
    assert set(found) == {("lapinfo", "Kajen"), ("lapinfo", "Doro")}
    assert (kajen.finished.count, kajen.finished.within, kajen.rounds_mean, kajen.rounds_max) == (2, 1, 1.5, 3)
    nothing = monev.case_figures([])
    assert (nothing.finished.count, nothing.rounds_mean, nothing.rounds_max) == (0, None, 0)


@pytest.mark.parametrize(("ended_by", "counted"), [("withdrawn", False), ("superseded", False), ("verified", True)])
def test_what_was_taken_back_measures_nobody(ended_by: str, counted: bool) -> None:
    at = timedelta(minutes=1)
    stay = Stay("verifikasi", 1, NOW, NOW + at, at, HOUR, by_author=False, ended_by=ended_by)
    found = monev.visit_of(stay, 7, "lapinfo", "Kajen", secret=False)
    assert (found is not None) == counted


def test_a_return_is_noted_and_who_still_stands_has_not_left() -> None:
    gone = Stay("verifikasi", 1, NOW, NOW, HOUR, HOUR, by_author=False, ended_by="revision_requested")
    here = Stay("verifikasi", 1, NOW, None, HOUR, HOUR, by_author=False)
    one, two = (monev.visit_of(stay, 7, "lapinfo", None, secret=True) for stay in (gone, here))
    assert one is not None
    assert two is not None
    assert (one.left, one.returned, two.left, two.returned) == (True, True, False, False)


@pytest.mark.parametrize(("cases", "counted"), [((1, 2), False), ((1, 2, 2, 2), False), ((1, 2, 3), True)])
def test_three_different_secret_cases_are_enough(cases: tuple[int, ...], counted: bool) -> None:
    found = monev.secret_steps([visit(10, case_id, secret=True) for case_id in cases])
    assert bool(found) == counted
