"""Steps 5 to 15 of a lokus as tables: what the field sends, the report that comes of it, the three rounds."""

from __future__ import annotations

from tests.dialog.script import Row
from tests.lokus.field import begun

SENT: tuple[Row, ...] = (
    *begun("anggota1", "anggota2"),
    ("anggota1", "tulis", "Massa sekitar 200 orang berkumpul dengan tertib"),
    ("anggota2", "foto", "Spanduk tuntutan upah"),
    ("anggota1", "foto", "Orasi di depan pendopo"),
)
"""Step 5: what two members send."""
FINISHED: tuple[Row, ...] = (
    ("anggota1", "ketuk", "Selesai"),
    ("anggota1", "ketuk", "Ya, selesai"),
    ("anggota2", "ketuk", "Selesai"),
    ("anggota2", "ketuk", "Ya, selesai"),
)
REPORTED: tuple[Row, ...] = (
    ("koordinator_lapangan", "lihat", "Menyusun laporan hasil"),
    ("koordinator_lapangan", "lihat", "Massa sekitar 200 orang"),
    ("koordinator_lapangan", "ketuk", "Foto (0)"),
    ("koordinator_lapangan", "ketuk", "Camar-01"),
    ("koordinator_lapangan", "ketuk", "Camar-02"),
    ("koordinator_lapangan", "lihat", "2 dipilih"),
    ("koordinator_lapangan", "ketuk", "Kembali"),
    ("koordinator_lapangan", "ketuk", "Hasil"),
    ("koordinator_lapangan", "balas", "isi baru untuk Hasil > Perwakilan diterima, massa bubar pukul 15.00 WIB"),
    ("koordinator_lapangan", "ketuk", "Pratinjau"),
    ("koordinator_lapangan", "lihat", "massa bubar pukul 15.00"),
    ("koordinator_lapangan", "ketuk", "Kirim"),
)
"""Step 6, preset A."""


def passed(who: str, last: str = "Kirim") -> tuple[Row, ...]:
    """One round without a change."""
    return (
        (who, "lihat", "Laporan hasil kegiatan"),
        (who, "ketuk", "Terima"),
        (who, "ketuk", "Verifikasi"),
        (who, "ketuk", last),
    )


ROUNDS: tuple[Row, ...] = (*passed("kasubbid"), *passed("kabid"), *passed("kepala", "Setujui"))
"""Steps 7 to 15."""
