"""The chronology of a result report as lines: late ones in their time, one at a time, on pages, and what changed."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.lokus import chronicle
from domain.lokus.words import date_of, day

ZONE = ZoneInfo("Asia/Jakarta")
FRIDAY = date(2026, 11, 20)
TEXT = """13.00 WIB A: mulai
14.10 WIB B: massa datang
(ditambahkan koordinator)
23.50 WIB A: bubar
Sabtu, 21 November 2026:
00.20 WIB B: jalan lengang"""


def at(hour: int, minute: int = 0, day_: int = 20) -> datetime:
    """That local time, in UTC."""
    return datetime(2026, 11, day_, hour, minute, tzinfo=ZONE).astimezone(UTC)


@pytest.mark.parametrize(
    ("when", "place", "more"),
    [
        (at(12), 0, []),
        (at(13), 1, []),
        (at(14, 10), 3, []),  # below what was said at the same time, and below what belongs to that
        (at(23, 55), 4, []),  # above the next day's heading
        (at(0, 10, 21), 5, []),
        (at(1, 0, 21), 6, []),
        (at(5, 0, 22), 6, ["Minggu, 22 November 2026:"]),
    ],
)
def test_a_late_line_is_put_in_by_its_time(when: datetime, place: int, more: list[str]) -> None:
    known = TEXT.split("\n")
    if when == at(14, 10):
        assert known[2].startswith("(")
    told = chronicle.merged(TEXT, [(when, "** terlambat")], ZONE, FRIDAY).split("\n")
    assert told == [*known[:place], *more, "** terlambat", *known[place:]]


def test_a_line_of_the_day_before_says_so_and_the_first_day_is_said_again() -> None:
    told = chronicle.merged("13.00 WIB A: mulai", [(at(22, 0, 19), "22.00 WIB A: survei")], ZONE, FRIDAY)
    assert told.split("\n") == [
        "Kamis, 19 November 2026:",
        "22.00 WIB A: survei",
        "Jumat, 20 November 2026:",
        "13.00 WIB A: mulai",
    ]


def test_what_has_no_times_keeps_its_words_and_the_late_line_follows() -> None:
    assert chronicle.merged("Massa bubar tertib.", [(at(13), "13.00 WIB A: x")], ZONE, FRIDAY).split("\n") == [
        "Massa bubar tertib.",
        "13.00 WIB A: x",
    ]
    assert chronicle.merged("", [(at(13), "13.00 WIB A: x")], ZONE, None).split("\n") == [
        "Jumat, 20 November 2026:",
        "13.00 WIB A: x",
    ]


MOMENTS = st.lists(st.integers(0, 3 * 24 * 60 - 1), max_size=25, unique=True)


@given(MOMENTS, MOMENTS)
def test_however_late_each_comes_the_whole_is_as_if_all_had_come_in_time(first: list[int], later: list[int]) -> None:
    """Lines of the same minute stand in the order in which they came, so the minutes differ."""

    def entry(minute: int) -> tuple[datetime, str]:
        when = datetime(2026, 11, 20 + minute // 1440, minute // 60 % 24, minute % 60, tzinfo=ZONE)
        return when.astimezone(UTC), f"{when:%H.%M} WIB A: {minute}"

    early, late = [entry(one) for one in first], [entry(one) for one in set(later) - set(first)]
    text = chronicle.merged("", early, ZONE, FRIDAY)
    for one in late:
        text = chronicle.merged(text, [one], ZONE, FRIDAY)
    assert text == chronicle.merged("", [*early, *late], ZONE, FRIDAY)


def test_one_line_is_changed_taken_out_or_added_to_and_no_other() -> None:
    known = TEXT.split("\n")
    assert chronicle.replaced(TEXT, 1, "14.10 WIB B: satu\n\n14.15 WIB B: dua ").split("\n") == [
        known[0],
        "14.10 WIB B: satu",
        "14.15 WIB B: dua",
        *known[2:],
    ]
    assert chronicle.inserted(TEXT, 6, "penutup").split("\n") == [*known, "penutup"]
    assert chronicle.removed(TEXT, 2).split("\n") == [*known[:2], *known[3:]]
    assert chronicle.removed(TEXT, 5).split("\n") == known[:4], "a day without lines is no heading"
    assert chronicle.removed(f"{TEXT}\n01.00 WIB A: z", 5).split("\n")[4:] == [known[4], "01.00 WIB A: z"]
    assert chronicle.removed("satu", 0) == ""


def test_a_line_is_found_again_when_others_came_before_it_and_not_when_it_is_ambiguous() -> None:
    mark = chronicle.stamp("14.10 WIB B: massa datang")
    assert chronicle.find(TEXT, 1, mark) == 1
    assert chronicle.find(f"12.00 WIB C: awal\n{TEXT}", 1, mark) == 2
    assert chronicle.find("sama\nlain\nsama", 1, chronicle.stamp("sama")) is None
    assert chronicle.find("sama\nlain\nsama", 2, chronicle.stamp("sama")) == 2
    assert chronicle.find(TEXT, 99, "00000000") is None


def test_pages_hold_every_line_once_and_a_part_that_goes_on_says_so() -> None:
    lines = [f"{n:02d}.00 WIB A: {'x' * 40} {n}" for n in range(24)]
    pages = chronicle.paged([("apa", "Aksi"), ("bagaimana", "\n".join(lines)), ("hasil", "Bubar")], 300)
    assert len(pages) > 3
    told = [part for page in pages for part in page]
    assert "\n".join(str(part["isi"]) for part in told).split("\n") == ["Aksi", *lines, "Bubar"]
    assert [part["lanjutan"] for part in told if part["kunci"] == "bagaimana"] == [False] + [True] * (len(pages) - 1)
    assert all(sum(len(str(part["isi"])) for part in page) <= 300 for page in pages)
    assert chronicle.paged([], 300) == [[]]


def test_a_card_shows_the_first_lines_and_says_how_many_more_there_are() -> None:
    assert chronicle.brief(TEXT, 2) == ("13.00 WIB A: mulai\n14.10 WIB B: massa datang", 4)
    assert chronicle.brief(TEXT, 5) == (TEXT, 0)
    assert chronicle.brief("", 5) == ("", 0)


def test_what_changed_is_told_line_by_line() -> None:
    new = chronicle.replaced(TEXT, 1, "14.10 WIB B: massa 200 orang datang")
    assert [(one.sign, one.line) for one in chronicle.changed(TEXT, chronicle.removed(new, 2))] == [
        ("-", "14.10 WIB B: massa datang"),
        ("-", "(ditambahkan koordinator)"),
        ("+", "14.10 WIB B: massa 200 orang datang"),
    ]


def test_a_day_is_read_again_as_it_was_written_and_nothing_else_is_a_day() -> None:
    assert date_of(day(FRIDAY)) == FRIDAY
    for words in (
        "Sabtu, 20 November 2026",
        "Jumat, 31 Februari 2026",
        "Jumat 20 November 2026",
        "Catatan",
        "",
        "a b c d",
    ):
        assert date_of(words) is None
