"""What the words for a time mean, told on Friday 20 November 2026 at 05.05 WIB."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.recognition import Impossible, Known, Vague, parse_when
from tests.recognition.regions import NOW

JAKARTA = "Asia/Jakarta"


@pytest.mark.parametrize(
    ("text", "local"),
    [
        ("pkl 03.15 WIB", "2026-11-20 03:15"),
        ("pkl 23.30", "2026-11-19 23:30"),
        ("Jumat 20/11/2026 pkl 04.40 WIB", "2026-11-20 04:40"),
        ("20-11-2026, 04:40", "2026-11-20 04:40"),
        ("2026-11-20 04.40", "2026-11-20 04:40"),
        ("tgl 19/11 jam 7 malam", "2026-11-19 19:00"),
        ("19 Nop 26 pukul 0440 WIB", "2026-11-19 04:40"),
        ("Kamis malam 19 Nov 2026 jam 23.30", "2026-11-19 23:30"),
        ("hari Kamis jam 10 pagi", "2026-11-19 10:00"),
        ("Senin pkl 08.00", "2026-11-16 08:00"),
        ("Senin depan pkl 08.00", "2026-11-23 08:00"),
        ("jam 2 mlm td", "2026-11-20 02:00"),
        ("td mlm pkl 21.00", "2026-11-19 21:00"),
        ("td mlm jam 11", "2026-11-19 23:00"),
        ("semalam jam 1", "2026-11-20 01:00"),
        ("kemarin sore jam 4", "2026-11-19 16:00"),
        ("besok jam 9", "2026-11-21 09:00"),
        ("jam setengah 3 pagi", "2026-11-20 02:30"),
        ("jam 3 kurang 10 pagi", "2026-11-20 02:50"),
        ("pukul 12 malam", "2026-11-20 00:00"),
        ("hari ini pukul 24.00", "2026-11-21 00:00"),
        ("1 Januari 2027 pkl 00.30 WIB", "2027-01-01 00:30"),
        ("malam Jumat pukul 23.00", "2026-11-19 23:00"),
        ("malam Jumat jam 8", "2026-11-19 20:00"),
        ("malam Jumat jam 2", "2026-11-20 02:00"),
        ("pkl 0415", "2026-11-20 04:15"),
        ("jam stgh 5 pagi", "2026-11-20 04:30"),
        ("setengah 5 sore kemarin", "2026-11-19 16:30"),
        ("29 Feb 2028 jam 06.00", "2028-02-29 06:00"),
    ],
)
def test_a_known_moment(text: str, local: str) -> None:
    when = parse_when(text, JAKARTA, NOW)
    assert isinstance(when, Known)
    assert when.at.utcoffset() == timedelta()
    assert when.other_zone is None
    assert when.at.astimezone(ZoneInfo(JAKARTA)).strftime("%Y-%m-%d %H:%M") == local


@pytest.mark.parametrize(
    "text", ["tadi", "hari Senin", "20 November 2026", "tiap malam Jumat jam 8", "", "minggu lalu"]
)
def test_a_vague_time(text: str) -> None:
    assert parse_when(text, JAKARTA, NOW) == Vague(text)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("31 Feb 2026 pkl 09.00", "date"),
        ("31/11/2026 pkl 09.00", "date"),
        ("29 Feb 2027 jam 06.00", "date"),
        ("tgl 32/01/2026 jam 06.00", "date"),
        ("pkl 25.90", "time"),
        ("jam 24.30", "time"),
        ("pkl 09.00 GMT", "zone"),
    ],
)
def test_an_impossible_time(text: str, why: str) -> None:
    assert parse_when(text, JAKARTA, NOW) == Impossible(text, why)  # type: ignore[arg-type]


def test_another_zone_is_converted_and_named() -> None:
    when = parse_when("20/11/2026 pkl 05.00 WITA", JAKARTA, NOW)
    assert isinstance(when, Known)
    assert (when.at.hour, when.other_zone) == (21, "WITA")
    home = parse_when("20/11/2026 pkl 05.00 WITA", "Asia/Makassar", NOW)
    assert isinstance(home, Known)
    assert home.other_zone is None


@given(st.integers(min_value=0, max_value=50_000_000))
def test_an_official_date_reads_back(minutes: int) -> None:
    local = datetime(2001, 1, 1, tzinfo=ZoneInfo(JAKARTA)) + timedelta(minutes=minutes)
    when = parse_when(local.strftime("%d/%m/%Y pukul %H.%M WIB"), JAKARTA, NOW)
    assert isinstance(when, Known)
    assert when.at == local


@given(st.text(alphabet="0123456789.:/- pkljamWIBTtgsenduharifb", max_size=60))
def test_no_text_raises(text: str) -> None:
    assert isinstance(parse_when(text, JAKARTA, NOW), (Known, Vague, Impossible))
