"""The secret report lived on the practice page: written, gone from the chat, opened, gone by itself, passed on."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser import find
from tests.browser_story.screen import HANDSET, Row, Screen, opened, overflowing

REF = "LK-261120-0001"
SECRET = "Pertemuan tertutup pukul 02.00"
DAY = "WIB, Jumat 20 November 2026"


@pytest.fixture(scope="module")
def chromium() -> str:
    """A browser; `make test` sees to it."""
    path = find()
    assert path is not None, "no Chromium: run `make test`, or set CHROMIUM"
    return path


WRITTEN: tuple[Row, ...] = (
    ("agen", "tulis", "/lapsus", "Yang paling aman"),
    ("agen", "ketuk", "📝 Tulis laporan", "tidak terenkripsi dari ujung ke ujung"),
    ("agen", "ketuk", "Saya mengerti", "Dasar"),
    ("agen", "tulis", "Pengamatan sendiri", "Kronologi"),
    ("agen", "tulis", f"{SECRET} di gudang tua, sepuluh orang, dua mobil", "Massa"),
    ("agen", "tulis", "Sekitar sepuluh orang", "Tuntutan"),
    ("agen", "ketuk", "Lewati", "Korban"),
    ("agen", "ketuk", "Lewati", "Analisa"),
    ("agen", "ketuk", "Lewati", "Prediksi"),
    ("agen", "tulis", "Aksi pada hari pasaran", "Langkah"),
    ("agen", "ketuk", "Lewati", "Saran"),
    ("agen", "tulis", "Dialog lebih dahulu", "Lampiran"),
    ("agen", "lampir", "Foto latihan", "1 berkas"),
    ("agen", "ketuk", "Selesai", "Ringkasan laporan khusus"),
)
SENT: tuple[Row, ...] = (
    ("agen", "ketuk", "Kirim", "Laporan khusus diterima"),
    ("kabid", "lihat", "", f"{REF} · SEGERA"),
)
OPENED: tuple[Row, ...] = (
    ("kabid", "ketuk", "Buka", "Setujui"),
    ("kabid", "lihat", "", SECRET),
    ("agen", "lihat", "", "sudah dibaca"),
)
GONE: tuple[Row, ...] = (("kabid", "jam", "+10 menit", f"05.05 {DAY}"),)
PASSED: tuple[Row, ...] = (
    ("kabid", "ketuk", "Buka", "Setujui"),
    ("kabid", "ketuk", "Setujui", ""),
    ("kepala", "lihat", "", REF),
    ("kepala", "ketuk", "Buka", "Setujui"),
    ("kepala", "lihat", "", SECRET),
)
DELIVERED: tuple[Row, ...] = (
    ("kepala", "ketuk", "Setujui", ""),
    ("pimpinan", "lihat", "", REF),
    ("pimpinan", "ketuk", "Buka", "Tutup"),
    ("pimpinan", "lihat", "", SECRET),
    ("agen", "tulis", "/status", "disampaikan kepada pimpinan"),
)


async def test_a_secret_report_is_written_read_and_gone(tmp_path: Path, chromium: str) -> None:
    async with opened(tmp_path, "lengkap", chromium) as screen:
        await screen.play(WRITTEN)
        await expect(screen.chat("agen")).to_contain_text(SECRET)
        await expect(screen.said("agen").last.locator(".text")).to_contain_text("Lampiran: 1 berkas")
        await expect(screen.said("agen").last.locator(".text")).not_to_contain_text("Foto:")
        await screen.play(SENT)
        await _nowhere(screen)
        await expect(screen.chat("agen").locator(".unit.out", has_text="Sekitar sepuluh")).to_have_count(0)
        await screen.play(OPENED)
        await screen.play(GONE)
        await _nowhere(screen)
        await screen.play(PASSED)
        await expect(screen.chat("kabid")).not_to_contain_text(SECRET)
        await screen.play(DELIVERED)
        await expect(screen.chat("kepala")).not_to_contain_text(SECRET)
        await screen.play((("pimpinan", "jam", "+10 menit", f"05.15 {DAY}"),))
        await _nowhere(screen)
        await screen.page.set_viewport_size({"width": HANDSET[0], "height": HANDSET[1]})
        for key in await screen.page.get_by_role("navigation").get_by_role("button").all():
            await key.click()
            assert await overflowing(screen) == []


async def _nowhere(screen: Screen) -> None:
    """On no phone, in no chat that is open."""
    for who in ("agen", "agen2", "verifikator", "kabid", "kepala", "pimpinan", "admin", "piket"):
        await expect(screen.chat(who)).not_to_contain_text(SECRET)
