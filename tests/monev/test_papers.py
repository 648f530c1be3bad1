"""The workbook opened again and the picture measured; words that would be formulas, names that would break a page."""

from __future__ import annotations

import io
import zipfile
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from bot.app import make_office
from bot.documents import monev_picture, monev_table
from domain.usecases import monev_view
from tests.monev.figures import month, morning, step

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
PROFILE = make_office("lengkap").profile
HOSTILE = (
    '=HYPERLINK("https://jahat.example","x")',
    "@SUM(1+1)",
    "+62 812",
    "-1+1",
    "https://jahat.example",
    "123456789012345678",
    "<b>&</b>\u202e\x00\x0b",
    "$\\frac{a}{b}$ {sudo} 日本語 🚨",
    "M" * 400,
)
EXACT = {
    '=HYPERLINK("https://jahat.example","x")': '\'=HYPERLINK("https://jahat.example","x")',
    "@SUM(1+1)": "'@SUM(1+1)",
}

Table = list[list[tuple[str, str]]]


def opened(content: bytes) -> dict[str, tuple[Table, ET.Element]]:
    """Each sheet by its name: rows of (type, shown value) and the XML itself."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        assert book.testzip() is None
        words = [
            "".join(part.text or "" for part in item.iter(f"{MAIN}t"))
            for item in ET.fromstring(book.read("xl/sharedStrings.xml"))
        ]
        names = [sheet.get("name") or "" for sheet in ET.fromstring(book.read("xl/workbook.xml")).iter(f"{MAIN}sheet")]
        found = {}
        for number, name in enumerate(names, 1):
            sheet = ET.fromstring(book.read(f"xl/worksheets/sheet{number}.xml"))
            found[name] = ([[_cell(cell, words) for cell in row] for row in sheet.iter(f"{MAIN}row")], sheet)
        assert not any("externalLink" in name or "hyperlink" in name.lower() for name in book.namelist())
        return found


def _cell(cell: ET.Element, words: list[str]) -> tuple[str, str]:
    value = cell.find(f"{MAIN}v")
    shown = "" if value is None else value.text or ""
    return ("s", words[int(shown)]) if cell.get("t") == "s" else ("n", shown)


def test_one_sheet_a_table_with_titles_numbers_and_frozen_rows() -> None:
    book = opened(monev_table.make(PROFILE, month()))
    assert list(book) == ["Tahap", "Kecamatan", "Tahap per kecamatan", "Laporan pagi", "Keterangan"]
    for name in list(book)[:4]:
        rows, sheet = book[name]
        assert rows[0] == [("s", "Monev Oktober 2026 · Kabupaten Pekalongan")]
        pane = sheet.find(f".//{MAIN}pane")
        assert pane is not None
        assert pane.get("state") == "frozen"
        assert pane.get("ySplit") == "3"
        assert sheet.find(f"{MAIN}cols") is not None
        assert sheet.find(f".//{MAIN}f") is None
    rows, _ = book["Tahap"]
    assert [words for _, words in rows[1]] == [
        "SOP", "Tahap", "Jumlah", "Median (menit)", "P90 (menit)", "Batas (menit)", "Dalam batas", "Persen",
        "Dikembalikan", "Masih berjalan", "Lewat batas",
    ]  # fmt: skip
    assert rows[2] == [
        ("s", "Laporan Informasi (Lapinfo)"), ("s", "Verifikasi laporan"), ("n", "1250"), ("n", "30"), ("n", "50"),
        ("n", "60"), ("n", "1250"), ("n", "1"), ("n", "2"), ("n", "3"), ("n", "1"),
    ]  # fmt: skip
    assert rows[4][1] == ("s", "Perbaikan oleh pelapor")
    assert rows[5][1] == ("s", "Verifikasi laporan (rahasia)")
    assert rows[6] == [("s", "Laporan Khusus"), ("s", "Verifikasi (rahasia): kurang dari tiga")]
    assert [row[0][1] for row in book["Laporan pagi"][0][2:]] == ["Kajen", "Kabupaten Pekalongan", "Jumlah"]
    assert book["Laporan pagi"][0][2][1:] == [("n", value) for value in ("20", "1", "15", "1", "3", "0.85")]
    assert [row[2][1] for row in book["Tahap per kecamatan"][0][2:]] == ["Kajen", "Tanpa lokasi"]


@pytest.mark.parametrize("words", HOSTILE)
def test_words_stay_words(words: str) -> None:
    book = opened(monev_table.make(PROFILE, month(hostile=words, place=words)))
    for name in list(book)[:4]:
        rows, sheet = book[name]
        assert sheet.find(f".//{MAIN}f") is None
        assert sheet.find(f".//{MAIN}hyperlink") is None
        for row in rows:
            for kind, shown in row:
                assert kind == "n" or not shown.startswith(("=", "+", "-", "@"))
    place = book["Laporan pagi"][0][2][0]
    assert place[0] == "s"
    assert place[1] == EXACT.get(words, place[1])
    assert "\u202e" not in place[1]


def test_without_a_morning_there_is_no_such_sheet() -> None:
    assert "Laporan pagi" not in opened(monev_table.make(PROFILE, month(pagi=None)))


PICTURES: dict[str, dict[str, Any]] = {
    "everything": month(),
    "no mornings": month(pagi=None),
    "nothing at all": month(prosedur=[], pagi=None),
    **{f"hostile {number}": month(hostile=words, place=words, wilayah=[words]) for number, words in enumerate(HOSTILE)},
}


@pytest.mark.parametrize("params", PICTURES.values(), ids=PICTURES.keys())
def test_every_picture_is_readable_on_a_telephone(params: dict[str, Any]) -> None:
    """Telegram makes a photo fit 1,280 pixels: a longer one would come out narrower than it was drawn."""
    for sheet in monev_view.sheets(params):
        with Image.open(io.BytesIO(monev_picture.make(PROFILE, sheet))) as picture:
            assert picture.width == 1080
            assert picture.height <= 1280


@given(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 3), st.integers(0, 25)), max_size=5), st.integers(0, 60))
def test_no_row_is_lost_between_the_sheets(procedures: list[tuple[int, int, int]], places: int) -> None:
    made = [
        {
            **month()["prosedur"][0],
            "judul": f"SOP {number}",
            "tahap": [step(f"Tahap {number}.{one}") for one in range(steps)],
            "tahap_rahasia": [{**step(f"Rahasia {number}.{one}"), "cukup": True} for one in range(secret)],
            "kecamatan": [{"nama": f"{number}.{one}"} for one in range(done)],
        }
        for number, (steps, secret, done) in enumerate(procedures)
    ]
    whole = month(prosedur=made, pagi={"kecamatan": [morning(str(one)) for one in range(places)]})
    sheets = monev_view.sheets(whole)
    assert len(sheets) <= 10
    steps = [row["nama"] for sheet in sheets if sheet["isi"] == "tahap" for row in sheet["baris"] if "nama" in row]
    assert steps == [row["nama"] for one in made for row in (*one["tahap"], *one["tahap_rahasia"])][: len(steps)]
    for sheet in sheets:
        rows = sheet["baris"]
        assert rows
        if sheet["isi"] == "tahap":
            assert "judul" in rows[0]
            assert "judul" not in rows[-1]
            assert sum(96 if "judul" in row else 172 for row in rows) <= 1020
        else:
            assert len(rows) <= 19
    if len(sheets) < 10:
        assert len(steps) == sum(one + other for one, other, _ in procedures)
        assert sum(len(sheet["baris"]) for sheet in sheets if sheet["isi"] == "pagi") == places
        assert sum(len(sheet["baris"]) for sheet in sheets if sheet["isi"] == "tuntas") == sum(p[2] for p in procedures)


def test_the_bars_tell_late_from_in_time() -> None:
    def ink(median: int, p90: int) -> set[tuple[int, ...]]:
        row = step("Verifikasi laporan", 4, median=median, p90=p90)
        one = {**month()["prosedur"][0], "tahap": [row], "tahap_rahasia": [], "kecamatan": []}
        (sheet,) = monev_view.sheets(month(prosedur=[one], pagi=None))
        content = monev_picture.make(PROFILE, sheet)
        with Image.open(io.BytesIO(content)) as picture:
            return {color[:3] for _, color in picture.convert("RGB").getcolors(1_000_000)}  # type: ignore[union-attr,index]

    green, amber, red = (0x1B, 0x7F, 0x4B), (0xB4, 0x5F, 0x06), (0xB3, 0x26, 0x1E)
    assert green in ink(600, 3600)
    assert amber in ink(3600, 3601)
    assert red in ink(3601, 99_999)
