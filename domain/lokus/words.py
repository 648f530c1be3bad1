"""Moments in the words of an official report: ``Jumat, 20 November 2026 pukul 13.05 WIB``. They become its text."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

_DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
_MONTHS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober", "November",
    "Desember",
)  # fmt: skip

_NUMBERS = (
    "nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan", "sepuluh", "sebelas",
)  # fmt: skip


def day(value: date) -> str:
    """Jumat, 20 November 2026."""
    return f"{_DAYS[value.weekday()]}, {dated(value)}"


def dated(value: date) -> str:
    """20 November 2026, as a letter is dated."""
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def date_of(text: str) -> date | None:
    """What ``day`` wrote, read again; None for any other words."""
    parts = text.replace(",", "").split()
    if len(parts) != 4 or parts[2] not in _MONTHS or not (parts[1].isdecimal() and parts[3].isdecimal()):
        return None
    try:
        found = date(int(parts[3]), _MONTHS.index(parts[2]) + 1, int(parts[1]))
    except ValueError:
        return None
    return found if text == day(found) else None


def spelled(value: date) -> str:
    """dua puluh bulan November tahun dua ribu dua puluh enam, as minutes are dated."""
    return f"{number(value.day)} bulan {_MONTHS[value.month - 1]} tahun {number(value.year)}"


def number(value: int) -> str:
    """A number below ten thousand in words: dua ribu dua puluh enam."""
    if value < 12:
        return _NUMBERS[value]
    if value < 20:
        return f"{_NUMBERS[value - 10]} belas"
    for size, name in ((1000, "ribu"), (100, "ratus"), (10, "puluh")):
        if value >= size:
            many, rest = divmod(value, size)
            words = f"se{name}" if many == 1 else f"{number(many)} {name}"
            return f"{words} {number(rest)}" if rest else words
    raise ValueError("a number below ten thousand is needed")


def hour(at: datetime, zone: ZoneInfo, label: str) -> str:
    """13.05 WIB."""
    return f"{at.astimezone(zone):%H.%M} {label}"


def moment(at: datetime, zone: ZoneInfo, label: str) -> str:
    """Jumat, 20 November 2026 pukul 13.05 WIB."""
    return f"{day(at.astimezone(zone).date())} pukul {hour(at, zone, label)}"


def span(begins: datetime, ends: datetime, zone: ZoneInfo, label: str) -> str:
    """From one moment to another; within one day, the day and the zone are said once."""
    local = begins.astimezone(zone)
    if local.date() == ends.astimezone(zone).date():
        return f"{day(local.date())} pukul {local:%H.%M} s.d. {hour(ends, zone, label)}"
    return f"{moment(begins, zone, label)} s.d. {moment(ends, zone, label)}"
