"""The month's evaluation as a workbook, one sheet a table: titles frozen, numbers as numbers, words always as words."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeAlias

from babel.dates import format_date
from xlsxwriter import Workbook
from xlsxwriter.format import Format

from bot.text import neutral
from domain.notices import Json
from domain.profile import Profile

Cell: TypeAlias = str | int | float | None
_MINUTES: Final = "0.0"
_SHARE: Final = "0%"
_PLAIN: Final = ("Jumlah", "Median (menit)", "P90 (menit)", "Batas (menit)", "Dalam batas", "Persen")
_STEPS: Final = (*_PLAIN, "Dikembalikan", "Masih berjalan", "Lewat batas")
_LEGEND: Final = (
    "Jumlah: yang keluar dari tahap itu pada bulan ini. Waktu dihitung menurut jam tahap itu: 24 jam, atau jam kerja.",
    "P90: sembilan dari sepuluh tidak lebih lama. Persen: bagian yang selesai dalam batas, dibulatkan ke bawah.",
    "Perbaikan oleh pelapor tidak mengurangi waktu pejabat. Laporan yang ditarik pelapornya tidak dihitung.",
    "Perkara rahasia hanya dihitung per tahap, bila ada sedikitnya tiga, dan tidak pernah menurut kecamatan.",
    "Nihil adalah laporan; belum lapor tidak. Yang izin, hari libur, dan sumber sukarela tidak wajib.",
    "Ketukan yang waktunya tidak pasti tidak dihitung terlambat.",
)


@dataclass(frozen=True, slots=True)
class _Table:
    """One sheet: the first ``words`` columns hold words, the others numbers in the formats named beside the titles."""

    name: str
    titles: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    words: int


def make(profile: Profile, params: Mapping[str, Json]) -> bytes:
    """An XLSX of ``params`` as ``domain.usecases.monev_view.params`` gives them."""
    file = io.BytesIO()
    # A word that begins with = or looks like an address stays a word, whatever else may be asked of the library.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with Workbook(file, options) as book:
        month = date.fromisoformat(params["bulan"])
        book.set_properties({"title": f"Monev {format_date(month, 'MMMM y', 'id')}"})
        writer = _Writer(book, _heading(params, month))
        for table in _tables(profile, params):
            writer.write(table)
        writer.notes(_LEGEND)
    return file.getvalue()


def _heading(params: Mapping[str, Json], month: date) -> str:
    until = (
        f", sampai {format_date(date.fromisoformat(params['sampai']), 'd MMMM y', 'id')}" if params["sampai"] else ""
    )
    return f"Monev {format_date(month, 'MMMM y', 'id')} · {', '.join(params['wilayah'])}{until}"


def _tables(profile: Profile, params: Mapping[str, Json]) -> Iterable[_Table]:
    procedures = params["prosedur"]
    yield _Table("Tahap", ("SOP", "Tahap", *_STEPS), [row for one in procedures for row in _step_rows(one)], 2)
    yield _Table(
        "Kecamatan",
        ("SOP", "Kecamatan", *_PLAIN, "Perbaikan rata-rata", "Perbaikan terbanyak"),
        [
            (
                one["judul"],
                row["nama"] or "Tanpa lokasi",
                *_times(row, one["batas"]),
                row["putaran"],
                row["putaran_maks"],
            )
            for one in procedures
            for row in one["kecamatan"]
        ],
        2,
    )
    yield _Table(
        "Tahap per kecamatan",
        ("SOP", "Tahap", "Kecamatan", *_STEPS),
        [
            (one["judul"], _name(row), row["kecamatan"] or "Tanpa lokasi", *_step(row))
            for one in procedures
            for row in one["silang"]
        ],
        3,
    )
    if params["pagi"] is not None:
        yield _Table(
            "Laporan pagi",
            ("Kecamatan", "Wajib", "Kejadian tepat waktu", "Nihil", "Terlambat", "Belum lapor", "Persen"),
            [_morning(row, row["nama"] or profile.region) for row in params["pagi"]["kecamatan"]]
            + [_morning(params["pagi"]["jumlah"], "Jumlah")],
            1,
        )


def _step_rows(procedure: Json) -> Iterable[Sequence[Cell]]:
    for row in procedure["tahap"]:
        yield (procedure["judul"], _name(row), *_step(row))
    for row in procedure["tahap_rahasia"]:
        name = f"{row['nama']} (rahasia)"
        if row["cukup"]:
            yield (procedure["judul"], name, *_times(row, row["batas"]), None, None, None)
        else:
            yield (procedure["judul"], f"{name}: kurang dari tiga", *(None for _ in _STEPS))


def _name(row: Json) -> str:
    return "Perbaikan oleh pelapor" if row["perbaikan"] else row["nama"]


def _step(row: Json) -> Sequence[Cell]:
    return (*_times(row, row["batas"]), row["kembali"], row["berjalan"], row["lewat"])


def _times(row: Json, limit: int | None) -> Sequence[Cell]:
    return (
        row["selesai"],
        _minutes(row["median"]),
        _minutes(row["p90"]),
        _minutes(limit),
        row["dalam"] if row["berbatas"] else None,
        _share(row["persen"]),
    )


def _morning(row: Json, name: str) -> Sequence[Cell]:
    return (
        name, row["wajib"], row["tepat"], row["nihil"], row["terlambat"], row["belum"], _share(row["persen"])
    )  # fmt: skip


def _minutes(seconds: int | None) -> float | None:
    return None if seconds is None else round(seconds / 60, 1)


def _share(percent: int | None) -> float | None:
    return None if percent is None else percent / 100


class _Writer:
    """Writes tables into the book, all alike."""

    def __init__(self, book: Workbook, heading: str) -> None:
        self._book, self._heading = book, heading
        self._big = book.add_format({"bold": True, "font_size": 14})
        self._title = book.add_format(
            {"bold": True, "text_wrap": True, "valign": "vcenter", "bg_color": "#DCE6F1", "bottom": 1}
        )
        self._word = book.add_format({"valign": "top"})
        self._formats: dict[str, Format] = {
            style: book.add_format({"num_format": style, "valign": "top"}) for style in (_MINUTES, _SHARE, "0", "0.00")
        }

    def write(self, table: _Table) -> None:
        """A sheet of its own: heading, titles, rows."""
        sheet = self._book.add_worksheet(table.name)
        sheet.write_string(0, 0, _plain(self._heading), self._big)
        sheet.set_row(2, 32)
        for column, title in enumerate(table.titles):
            sheet.write_string(2, column, title, self._title)
            longest = max((len(str(row[column])) for row in table.rows), default=0)
            wide = min(48, max(len(title), longest) + 2) if column < table.words else 13
            sheet.set_column(column, column, wide)
        for line, row in enumerate(table.rows, 3):
            for column, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(line, column, _plain(cell), self._word)
                elif cell is not None:
                    sheet.write_number(line, column, cell, self._formats[_style(table.titles[column])])
        sheet.freeze_panes(3, table.words)
        if table.rows:
            sheet.autofilter(2, 0, 2 + len(table.rows), len(table.titles) - 1)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(2)

    def notes(self, lines: Iterable[str]) -> None:
        """How to read the tables."""
        sheet = self._book.add_worksheet("Keterangan")
        sheet.set_column(0, 0, 100)
        sheet.write_string(0, 0, "Keterangan", self._big)
        wrap = self._book.add_format({"text_wrap": True, "valign": "top"})
        for line, words in enumerate(lines, 2):
            sheet.write_string(line, 0, words, wrap)


def _style(title: str) -> str:
    if title.endswith("(menit)"):
        return _MINUTES
    if title == "Persen":
        return _SHARE
    return "0.00" if title == "Perbaikan rata-rata" else "0"


def _plain(words: str) -> str:
    """Without hidden characters or line breaks. A leading =, +, - or @ gets an apostrophe before it, for whoever saves
    the sheet as CSV and opens that."""
    shown = " ".join(neutral(words).split())
    return f"'{shown}" if shown[:1] in ("=", "+", "-", "@") else shown
