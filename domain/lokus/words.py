"""Moments in the words of an official report: ``Jumat, 20 November 2026 pukul 13.05 WIB``. They become its text."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

_DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
_MONTHS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober", "November",
    "Desember",
)  # fmt: skip


def day(value: date) -> str:
    """Jumat, 20 November 2026."""
    return f"{_DAYS[value.weekday()]}, {dated(value)}"


def dated(value: date) -> str:
    """20 November 2026, as a letter is dated."""
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def hour(at: datetime, zone: ZoneInfo, label: str) -> str:
    """13.05 WIB."""
    return f"{at.astimezone(zone):%H.%M} {label}"


def moment(at: datetime, zone: ZoneInfo, label: str) -> str:
    """Jumat, 20 November 2026 pukul 13.05 WIB."""
    return f"{day(at.astimezone(zone).date())} pukul {hour(at, zone, label)}"


def span(begins: datetime, ends: datetime, zone: ZoneInfo, label: str) -> str:
    """From one moment to another; the day is said again only when it is another one."""
    same = begins.astimezone(zone).date() == ends.astimezone(zone).date()
    return f"{moment(begins, zone, label)} s.d. {hour(ends, zone, label) if same else moment(ends, zone, label)}"
