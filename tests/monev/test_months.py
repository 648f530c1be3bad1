"""Months as they are typed and counted; what a person was on an earlier day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import tenure
from domain.model import Event, Person
from domain.months import Month
from domain.roles import Clearance, Role

TODAY = date(2026, 11, 20)
TYPED = {
    "": (2026, 11),
    "10-2026": (2026, 10),
    "10/2026": (2026, 10),
    "10 2026": (2026, 10),
    "10.26": (2026, 10),
    "2026-10": (2026, 10),
    "Oktober 2026": (2026, 10),
    "  oktober   2026 ": (2026, 10),
    "OKT": (2026, 10),
    "Nopember": (2026, 11),
    "agustus 2026": (2026, 8),
    "desember": (2025, 12),
    "12": (2025, 12),
    "1": (2026, 1),
    "02-2028": (2028, 2),
}


@pytest.mark.parametrize(("text", "month"), TYPED.items())
def test_a_month_is_read_as_people_write_it(text: str, month: tuple[int, int]) -> None:
    assert Month.typed(text, TODAY) == Month(*month)


@pytest.mark.parametrize(
    "text",
    [
        "13-2026",
        "0",
        "00-2026",
        "kemarin",
        "2026",
        "10-2026-11",
        "31 Februari 2026",
        "okt 1999",
        "10-3000",
        "٣",
        "=1+1",
        "-10",
        "10-",
    ],
)
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="month"):
        Month.typed(text, TODAY)


@given(st.text(max_size=30))
def test_any_words_are_a_month_or_refused(text: str) -> None:
    try:
        month = Month.typed(text, TODAY)
    except ValueError:
        return
    assert Month.read(month.code) == month


MONTHS = st.builds(Month, st.integers(2020, 2099), st.integers(1, 12))


@given(MONTHS, st.sampled_from(("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura")))
def test_months_follow_each_other_without_a_gap(month: Month, name: str) -> None:
    zone, start, end = ZoneInfo(name), *month.span(ZoneInfo(name))
    assert month.holds(start, zone)
    assert not month.holds(end, zone)
    assert (end - start) == timedelta(days=len(month.days))
    assert (month.days[0], month.days[-1]) == (month.first, month.last)
    if month.after is not None:
        assert month.after.span(zone)[0] == end
        assert month.after.before == month
        assert month < month.after


def test_the_ends_of_what_is_known() -> None:
    assert Month(2020, 1).before is None
    assert Month(2099, 12).after is None


@pytest.mark.parametrize("code", ["", "2026", "202613", "202600", "199912", "2026-1", "20261", "x"])
def test_a_made_up_code_is_refused(code: str) -> None:
    with pytest.raises(ValueError, match="month"):
        Month.read(code)


AT = datetime(2026, 11, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def person(*regions: str, active: bool = True) -> Person:
    return Person(1, 1, "Petugas", None, frozenset({Role.AGEN}), regions, Clearance.BIASA, None, None, active, None, AT)


def event(seq: int, days: float, action: str, **data: object) -> Event:
    return Event("person:1", seq, AT + days * DAY, None, action, data)


def test_a_moved_agent_owed_for_the_old_kecamatan_before() -> None:
    moved = event(2, 10, "person.changed", before={"regions": ["Kajen"]}, after={"regions": ["Doro"]})
    promoted = event(3, 20, "person.changed", before={"roles": ["agen"]}, after={"roles": ["agen", "piket"]})
    now, events = person("Doro"), [event(1, 0, "person.joined"), moved, promoted]
    assert tenure.was(now, events, AT + 5 * DAY).regions == ("Kajen",)
    assert tenure.was(now, events, AT + 10 * DAY).regions == ("Doro",)
    assert tenure.was(now, events, AT + 30 * DAY) == now


def test_access_began_and_ended() -> None:
    gone = person("Kajen", active=False)
    events = [event(1, 2, "person.joined"), event(2, 8, "person.revoked")]
    assert [tenure.was(gone, events, AT + days * DAY).active for days in (-1, 1, 2, 7.9, 8, 9)] == [
        False, False, True, True, False, False,
    ]  # fmt: skip


def test_a_history_destroyed_by_retention_changes_nothing() -> None:
    assert tenure.was(person("Kajen"), [event(1, 3, "person.changed")], AT + DAY) == person("Kajen")
