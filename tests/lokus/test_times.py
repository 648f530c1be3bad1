"""When a plan is, in the words that people type."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.lokus.times import LONGEST, Planned, planned
from domain.recognition.times import Impossible

ZONE = "Asia/Jakarta"
LOCAL = ZoneInfo(ZONE)
NOW = datetime(2026, 11, 20, 4, 55, tzinfo=LOCAL)  # a Friday
BASE = datetime(2026, 11, 23, 8, 0, tzinfo=LOCAL).astimezone(UTC)
SAID = (
    ("besok jam 7 malam", "21/11 19.00", None, None),
    ("besok 7 malam", "21/11 19.00", None, None),
    ("nanti malam jam 8", "20/11 20.00", None, None),
    ("malam Minggu jam 8", "21/11 20.00", None, None),
    ("setengah 8 malam", "20/11 19.30", None, None),
    ("21/11 22.00-03.00", "21/11 22.00", "22/11 03.00", None),
    ("21-11 08.00 - 10.00", "21/11 08.00", "21/11 10.00", None),
    ("21-11-2026 08.00", "21/11 08.00", None, None),
    ("2026-11-25 08:00", "25/11 08.00", None, None),
    ("pukul 8-12", "20/11 08.00", "20/11 12.00", None),
    ("Sabtu depan jam 9 pagi", "21/11 09.00", None, None),
    ("Senin 23 November jam 8 pagi sampai jam 3 sore", "23/11 08.00", "23/11 15.00", None),
    ("Senin, 23 November 2026 pukul 08.00 WIB s.d. 12.00 WIB", "23/11 08.00", "23/11 12.00", None),
    ("besok pukul 08.00 s.d. selesai", "21/11 08.00", None, None),
    ("besok 08.00–10.00", "21/11 08.00", "21/11 10.00", None),
    ("besok 23.00 sampai 24.00", "21/11 23.00", "22/11 00.00", None),
    ("besok 20.00 sampai lusa 02.00", "21/11 20.00", "22/11 02.00", None),
    ("besok jam 22.00 sampai jam 2 pagi", "21/11 22.00", "22/11 02.00", None),
    ("21 November 08.00 sampai 22 November 17.00", "21/11 08.00", "22/11 17.00", None),
    ("19.00", "20/11 19.00", None, None),
    ("04.30", "21/11 04.30", None, None),
    ("Jumat pukul 04.00", "27/11 04.00", None, None),
    ("20 November pukul 04.00", "20/11 04.00", None, "lewat"),
    ("hari ini jam 4 pagi", "20/11 04.00", None, "lewat"),
    ("Sabtu lalu jam 8", "14/11 08.00", None, "lewat"),
    ("kemarin jam 8", "19/11 08.00", None, "lewat"),
    ("besok pukul 10.00 sampai kapan-kapan", "21/11 10.00", None, "akhir"),
    ("besok pukul 10.00 sampai 21 November 09.00", "21/11 10.00", None, "akhir"),
    ("besok pukul 10.00 sampai 30 November 09.00", "21/11 10.00", None, "akhir"),
)  # fmt: skip


def written(at: datetime | None) -> str | None:
    return None if at is None else f"{at.astimezone(LOCAL):%d/%m %H.%M}"


def test_what_people_write_is_read_forward_with_its_end() -> None:
    for words, starts, ends, fault in SAID:
        found = planned(words, ZONE, NOW)
        assert isinstance(found, Planned), words
        assert (written(found.starts), written(found.ends), found.fault) == (starts, ends, fault), words


@pytest.mark.parametrize("words", ["", "pagi-pagi", "besok", "Sabtu depan", "secepatnya", "25.90", "-", "sampai 12.00"])
def test_what_names_no_moment_is_none(words: str) -> None:
    assert planned(words, ZONE, NOW) is None


@pytest.mark.parametrize("words", ["31/2 08.00", "31 Februari pukul 08.00", "besok pukul 25.00", "besok jam 8 GMT"])
def test_what_does_not_exist_is_said_to_be_impossible(words: str) -> None:
    assert isinstance(planned(words, ZONE, NOW), Impossible)


@pytest.mark.parametrize(
    ("words", "starts", "ends"),
    [
        ("14.00", "23/11 14.00", None),
        ("07.00", "23/11 07.00", None),
        ("sampai 15.00", "23/11 08.00", "23/11 15.00"),
        ("sampai 02.00", "23/11 08.00", "24/11 02.00"),
        ("09.00-12.00", "23/11 09.00", "23/11 12.00"),
        ("besok 09.00", "21/11 09.00", None),
        ("s.d. selesai", "23/11 08.00", None),
    ],
)
def test_a_change_is_read_from_the_day_so_far(words: str, starts: str, ends: str | None) -> None:
    found = planned(words, ZONE, NOW, BASE)
    assert isinstance(found, Planned)
    assert (written(found.starts), written(found.ends), found.fault) == (starts, ends, None)


@given(st.text(st.sampled_from("besok sampai pukul jam malam selesai nov 0123456789.:/-–,\n"), max_size=60))
def test_no_words_break_it_and_an_end_is_always_after_the_beginning(words: str) -> None:
    for base in (None, BASE):
        found = planned(words, ZONE, NOW, base)
        if isinstance(found, Planned):
            assert found.starts.tzinfo is not None
            assert found.fault == "lewat" or base is not None or found.starts >= NOW
            assert found.ends is None or found.starts < found.ends <= found.starts + LONGEST


@given(st.datetimes(datetime(2026, 11, 20, 5, 0), datetime(2027, 4, 1)), st.integers(1, 47))  # noqa: DTZ001 wall clock
def test_a_date_and_hours_as_letters_write_them_mean_just_that(local: datetime, halves: int) -> None:
    local = local.replace(minute=0, second=0, microsecond=0, tzinfo=LOCAL)
    until = local + timedelta(minutes=30 * halves)
    found = planned(f"{local:%d/%m/%Y} {local:%H.%M}-{until:%H.%M} WIB", ZONE, NOW - timedelta(hours=1))
    assert isinstance(found, Planned)
    assert (found.starts, found.ends, found.fault) == (local, until, None)
