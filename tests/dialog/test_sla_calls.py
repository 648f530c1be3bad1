"""Reminders, the ladder and hand-over, lived on the phones and driven by the clock."""

from __future__ import annotations

import pytest

from simulator.agency import Agency
from tests.dialog.script import Row, play
from tests.dialog.test_verification_story import REF, report
from tests.dialog.test_verification_story import play as act

REMINDED_AND_LATE: tuple[Row, ...] = (
    ("verifikator", "tulis", "/menu"),
    ("verifikator", "tombol", "Tugas"),
    ("kepala", "tulis", "/menu"),
    ("verifikator", "jam", "05.24"),
    ("verifikator", "tidak", "Mohon ditindak"),
    ("verifikator", "jam", "05.25"),
    ("verifikator", "lihat", "sisa 30 menit (batas 05.55 WIB)"),
    ("verifikator2", "lihat", "Mohon ditindak"),
    ("verifikator", "jam", "05.43"),
    ("verifikator", "lihat", "sisa 12 menit"),
    ("verifikator", "jam", "05.55"),
    ("verifikator2", "lihat", "Batas waktu lewat"),
    ("kabid", "jam", "06.10"),
    ("kabid", "lihat", "Menunggu Verifikator, lewat 15 menit dari batas 05.55 WIB"),
    ("kabid", "tombol", "Serahkan"),
    ("kepala", "tidak", "Perlu perhatian"),
    ("kepala", "jam", "06.25"),
    ("kepala", "lihat", "Menunggu Verifikator, lewat 30 menit dari batas 05.55 WIB"),
    ("kepala", "tulis", "/status"),
    ("kepala", "lihat", "Lewat batas: 1 perkara"),
    ("kepala", "lihat", "Seluruhnya 1 jam 30 menit dari 2 jam"),
    ("verifikator", "tulis", "/tugas"),
    ("verifikator", "lihat", "lewat 30 menit dari batas 20 November 2026 pukul 05.55 WIB"),
    ("verifikator", "ketuk", f"Tindak {REF}"),
    ("verifikator", "ketuk", "Setujui"),
    ("verifikator", "ketuk", "Setujui B2"),
    ("verifikator2", "lihat", "sudah ditangani oleh Garuda-01 (Verifikator): disetujui"),
)
OUTAGE: tuple[Row, ...] = (
    ("verifikator", "maju", "70"),
    ("verifikator", "mulai ulang", ""),
    ("verifikator", "lihat", "Batas waktu lewat"),
    ("verifikator", "lihat", "terlambat oleh sistem"),
    ("verifikator2", "mulai ulang", ""),
    ("verifikator2", "maju", "1"),
    ("verifikator2", "lihat", "Batas waktu lewat"),
)
HANDED_OVER: tuple[Row, ...] = (
    ("verifikator", "tulis", "/tugas"),
    ("verifikator", "lihat", "Tugas saya: 1"),
    ("kepala", "tulis", "/tugas"),
    ("kepala", "lihat", "Tidak ada yang menunggu"),
    ("kepala", "ketuk", "Serahkan tugas"),
    ("kepala", "lihat", "Untuk berapa lama?"),
    ("kepala", "ketuk", "Sampai tanggal"),
    ("kepala", "lihat", "Sampai tanggal berapa?"),
    ("kepala", "balas", "Sampai tanggal berapa? > 32 November"),
    ("kepala", "lihat", "belum terbaca"),
    ("kepala", "balas", "Sampai tanggal berapa? > 22-11"),
    ("kepala", "ketuk", "Rajawali-02"),
    ("kepala", "lihat", "Tugas diserahkan kepada Rajawali-02"),
    ("verifikator2", "lihat", "Ditunjuk sebagai Plh. Kepala Kantor"),
)
BACK: tuple[Row, ...] = (
    ("verifikator2", "lihat", "Nilai informasi"),
    ("verifikator2", "ketuk", "Setujui"),
    ("verifikator2", "lihat", "disetujui Rajawali-02 (a.n. Kepala Kantor)"),
    ("pimpinan", "lihat", "Kebakaran dua kios"),
    ("kepala", "tulis", "/tugas"),
    ("kepala", "ketuk", "Akhiri"),
    ("kepala", "lihat", "Tugas kembali kepada Bapak/Ibu"),
    ("verifikator2", "lihat", "Masa Plh. Kepala Kantor berakhir"),
)


@pytest.mark.parametrize("table", [REMINDED_AND_LATE, OUTAGE], ids=["reminded and late", "outage"])
async def test_the_clock_presses(desa: Agency, table: tuple[Row, ...]) -> None:
    await report(desa)
    await play(desa, table)
    rung = [m for m in desa.phone("verifikator2").messages() if "Batas waktu lewat" in m.text]
    assert len(rung) <= 1


async def test_the_tasks_go_to_a_deputy_and_come_back(desa: Agency) -> None:
    await report(desa)
    await play(desa, HANDED_OVER)
    await act(desa, (("verifikator", "ketuk", "Setujui"), ("verifikator", "ketuk", "Setujui B2")))
    await play(desa, BACK)
    assert "Nilai informasi" not in desa.phone("kepala").transcript()
