"""The messages: narrow enough for a telephone, whole with whatever numbers there are, harmless with whatever names."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest

from bot.app import make_office
from bot.clock import PracticeClock
from bot.filters import short_duration
from bot.render import Renderer
from bot.split import plain
from tests.dialog.conftest import MORNING
from tests.monev.figures import month, morning, step, times

COLUMNS = 36
PAGES = ("tahap", "kecamatan", "pagi", "grup")
RENDERER = Renderer(make_office("lengkap").profile, PracticeClock(MORNING, frozen=True))
LONG = {**times(1250, median=360_000, p90=864_000, dalam=1, persen=0), "putaran": 12.25, "putaran_maks": 12}
MONTHS: dict[str, dict[str, Any]] = {
    "ordinary": month(),
    "running": month(sampai="2026-10-20", tanpa_sop=2),
    "no morning": month(pagi=None),
    "nothing": month(
        prosedur=[{**month()["prosedur"][0], "kecamatan": [], "tahap": [step("Verifikasi", 0)], "tahap_rahasia": [],
                   "jumlah": {**times(0), "nama": None, "putaran": None, "putaran_maks": 0}}],
        pagi={"hari": 0, "izin": 0, "jumlah": morning(None, wajib=0, persen=None), "kecamatan": []},
    ),
    "large": month(
        prosedur=[{**month()["prosedur"][0], "kecamatan": [{"nama": "Paringin Selatan", **LONG}] * 40}],
        pagi={"hari": 31, "izin": 99, "jumlah": morning(None, wajib=31_000, nihil=29_000, terlambat=999, belum=999),
              "kecamatan": [morning("Kandangserang", wajib=1550, nihil=1500, belum=50)] * 40},
    ),
    "hostile": month(hostile="<b>&</i> \u202e{{ 7*7 }}", place="<pre>{%x%}\n\x00"),
}  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("params", MONTHS.values(), ids=MONTHS.keys())
def test_every_page_reads_well(page: str, params: dict[str, Any]) -> None:
    if page == "pagi" and params["pagi"] is None:
        return
    text = RENDERER.text(f"monev/{page}", params)
    shown = plain(text)
    assert shown.startswith("Monev Oktober 2026\nKabupaten Pekalongan")
    assert "None" not in shown
    assert "\n\n\n" not in shown
    assert len(re.findall("<pre>", text)) == len(re.findall("</pre>", text))
    assert "\u202e" not in shown
    for table in re.findall("<pre>(.*?)</pre>", text, re.DOTALL):
        for line in html.unescape(table).splitlines():
            assert len(line) <= COLUMNS, line


def test_nihil_and_missing_stand_apart_and_too_few_are_not_counted() -> None:
    steps, mornings = plain(RENDERER.text("monev/tahap", month())), plain(RENDERER.text("monev/pagi", month()))
    assert "Nihil 15 · kejadian tepat waktu 1 · terlambat 1 · belum lapor 3 · izin 1" in steps
    assert "  kembali 2 · berjalan 3, lewat 1" in steps
    assert "Laporan Khusus\nHanya per tahap, bila ada sedikitnya 3 perkara." in steps
    assert "Verifikasi\n  kurang dari 3" in steps
    assert "Kajen           20    15    1    3" in mornings


def test_a_procedure_without_any_report_takes_two_lines() -> None:
    shown = plain(RENDERER.text("monev/tahap", MONTHS["nothing"]))
    assert "batas" not in shown.partition("jml:")[0]
    assert f"{month()['prosedur'][0]['judul']}\nBelum ada laporan yang tuntas." in shown


def test_a_group_sees_no_secret_procedure_and_no_times() -> None:
    text = plain(RENDERER.text("monev/grup", month()))
    assert "Laporan Khusus" not in text
    assert "menit" not in text
    assert "Verifikasi laporan: 1.250, dalam batas 1.250" in text


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(None, "–"), (0, "0m"), (59, "<1m"), (60, "1m"), (3599, "59m"), (3600, "1j"), (3720, "1j02m"), (86_400, "1h"),
     (90_000, "1h01j"), (864_000 + 7200, "10h02j")],
)  # fmt: skip
def test_times_fit_a_column(seconds: int | None, words: str) -> None:
    assert short_duration(seconds) == words
