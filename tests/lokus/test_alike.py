"""Which plans are shown together, and which of them may be merged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.app import make_office
from domain.usecases.lokus_alike import SHOWN, alike, lokus_day

OFFICE = make_office("lengkap")
AT = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)  # 13.00 WIB
WORDS = ("Unjuk rasa buruh", "Serikat Pekerja Garmen", "Depan Pendopo")


@dataclass(frozen=True)
class Plan:
    id: int
    fields: dict[str, str]
    region: str | None = "Kajen"
    step: str = "pemilihan"


def plan(number: int, words: tuple[str, str, str] = WORDS, at: datetime | None = AT, **how: Any) -> Plan:
    fields = dict(zip(("kegiatan", "penyelenggara", "dimana"), words, strict=True))
    return Plan(number, fields if at is None else {**fields, "_waktu": at.isoformat()}, **how)


def seen(one: Plan, *others: Plan, ordered: dict[int, datetime] | None = None) -> list[tuple[int, bool]]:
    starts = ordered or {}
    uow = SimpleNamespace(
        cases=SimpleNamespace(waiting=lambda kind: [one, *others]),
        lokus=SimpleNamespace(
            get=lambda number: SimpleNamespace(starts_at=starts[number]) if number in starts else None
        ),
    )
    found = alike(cast("Any", uow), OFFICE, cast("Any", one))
    return [(other.case.id, other.other_day) for other in found]


@pytest.mark.parametrize(
    ("other", "shown"),
    [
        (plan(2, ("UNJUK RASA BURUH", "serikat pekerja garmen", "pendopo, depan")), [(2, False)]),
        (plan(2, ("Demo buruh", "SP Garmen (serikat pekerja)", "Pendopo kabupaten")), [(2, False)]),
        (plan(2, ("Unjukrasa buruh", "Serikat Pekerja Garmen", "Depan Pendopo"), region="Kesesi"), [(2, False)]),
        (plan(2, at=AT + timedelta(hours=5)), [(2, False)]),  # late in the evening of that day
        (plan(2, at=AT + timedelta(days=2)), [(2, True)]),  # the same words, another date: shown, not merged
        (plan(2, at=AT + timedelta(days=2), region="Kesesi"), []),
        (plan(2, at=AT + timedelta(days=9)), []),
        (plan(2, at=None), []),
        (plan(2, ("Pengajian akbar", "Majelis Taklim", "Masjid Agung")), []),
        (plan(2, ("Pengajian akbar", "Majelis Taklim", "Depan Pendopo"), at=AT + timedelta(days=1)), []),
        (plan(2, step="laporan"), []),
        (plan(2, step="pelaksanaan"), [(2, False)]),
    ],
)
def test_the_same_activity_is_recognised(other: Plan, shown: list[tuple[int, bool]]) -> None:
    assert seen(plan(1), other) == shown


def test_around_midnight_and_by_the_order_in_force() -> None:
    late, early = datetime(2026, 11, 20, 16, 30, tzinfo=UTC), datetime(2026, 11, 20, 17, 30, tzinfo=UTC)
    assert seen(plan(1, at=late), plan(2, at=early)) == [(2, False)]
    moved = {2: AT + timedelta(days=3)}
    assert seen(plan(1), plan(2, step="penerimaan"), ordered=moved) == [(2, True)]
    assert seen(plan(1, at=moved[2]), plan(2, step="penerimaan"), ordered=moved) == [(2, False)]
    uow = cast("Any", SimpleNamespace(lokus=SimpleNamespace(get=lambda number: None)))
    assert lokus_day(uow, OFFICE, cast("Any", plan(1, at=early))) == "2026-11-21"


def test_those_of_the_day_come_first_and_no_more_than_fit() -> None:
    others = [plan(number, at=AT + timedelta(days=1)) for number in range(2, 5)] + [plan(9)]
    found = seen(plan(1), *others)
    assert (found[0], len(found)) == ((9, False), SHOWN)


@given(
    st.lists(st.tuples(*[st.text(max_size=30)] * 3), min_size=2, max_size=5),
    st.lists(st.integers(-10, 10), min_size=5, max_size=5),
)
def test_likeness_goes_both_ways(words: list[Any], days: list[int]) -> None:
    plans = [plan(n, text, AT + timedelta(days=days[n])) for n, text in enumerate(words)]
    for one in plans:
        for other in plans:
            if one is not other:
                assert [day for _, day in seen(one, other)] == [day for _, day in seen(other, one)]
