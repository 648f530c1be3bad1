"""Building blocks: visits, finishes, and parameters of papers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from domain.monev import Finish, Visit

HOUR = timedelta(hours=1)


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def visit(taken: float, case_id: int = 1, **changes: Any) -> Visit:
    """A visit to the verification with an hour's limit, left again."""
    values: dict[str, Any] = {
        "sop": "lapinfo",
        "step": "verifikasi",
        "region": "Kajen",
        "secret": False,
        "limit": HOUR,
        "left": True,
        **changes,
    }
    return Visit(case_id=case_id, taken=minutes(taken), **values)


def finish(total: float, rounds: int = 0, **changes: Any) -> Finish:
    """A case of two hours' limit that came to its end."""
    values: dict[str, Any] = {"case_id": 1, "sop": "lapinfo", "region": "Kajen", "secret": False, **changes}
    return Finish(total=minutes(total), limit=2 * HOUR, rounds=rounds, **values)


def times(count: int, **changes: Any) -> dict[str, Any]:
    """The numbers of a row, all within the limit."""
    return {
        "selesai": count, "median": 1800 if count else None, "p90": 3000 if count else None, "berbatas": count,
        "dalam": count, "persen": 100 if count else None, **changes,
    }  # fmt: skip


def step(name: str, count: int = 3, **changes: Any) -> dict[str, Any]:
    """A row of a step."""
    return {
        "nama": name, "perbaikan": False, "batas": 3600, **times(count), "kembali": 0, "berjalan": 0, "lewat": 0,
        **changes,
    }  # fmt: skip


def morning(name: str | None, **changes: Any) -> dict[str, Any]:
    """A row of the mornings."""
    return {"nama": name, "wajib": 20, "tepat": 1, "nihil": 15, "terlambat": 1, "belum": 3, "persen": 85, **changes}


def month(*, hostile: str = "Verifikasi laporan", place: str = "Kajen", **changes: Any) -> dict[str, Any]:
    """A month's parameters with one of everything."""
    cases = {**times(4, dalam=3, persen=75), "putaran": 0.5, "putaran_maks": 2}
    return {
        "bulan": "2026-10-01",
        "sampai": None,
        "wilayah": ["Kabupaten Pekalongan"],
        "cukup": 3,
        "tanpa_sop": 0,
        "prosedur": [
            {
                "judul": "Laporan Informasi (Lapinfo)",
                "batas": 7200,
                "rahasia": False,
                "tahap": [
                    step(hostile, 1250, kembali=2, berjalan=3, lewat=1),
                    step("Persetujuan kepala", 0),
                    step("Penyampaian laporan", perbaikan=True, batas=None, berbatas=0, dalam=0, persen=None),
                ],
                "tahap_rahasia": [{**step(hostile), "cukup": True}],
                "jumlah": {"nama": None, **cases},
                "kecamatan": [{"nama": place, **cases}, {"nama": None, **cases}],
                "silang": [{"kecamatan": place, **step(hostile)}, {"kecamatan": None, **step(hostile)}],
            },
            {
                "judul": "Laporan Khusus",
                "batas": 7200,
                "rahasia": True,
                "tahap": [],
                "tahap_rahasia": [{**step("Verifikasi", 0), "cukup": False}],
                "jumlah": None,
                "kecamatan": [],
                "silang": [],
            },
        ],
        "pagi": {"hari": 20, "izin": 1, "jumlah": morning(None), "kecamatan": [morning(place), morning(None)]},
        **changes,
    }
