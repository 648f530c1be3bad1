"""The morning from 04.55 on, lived on the practice page with the buttons of its clock."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser import find
from tests.browser_story.screen import HANDSET, Row, Screen, opened, overflowing

BOARD = "Koordinasi Pagi"
LATE = "LI-261120-0002"
DAY = "WIB, Jumat 20 November 2026"


@pytest.fixture(scope="module")
def chromium() -> str:
    """A browser; `make test` sees to it."""
    path = find()
    assert path is not None, "no Chromium: run `make test`, or set CHROMIUM"
    return path


REMINDED: tuple[Row, ...] = (
    ("piket", "buka", BOARD, ""),
    ("agen", "jam", "ke 05.00", f"05.00 {DAY}"),
    ("agen", "lihat", "", "Laporan pagi Kecamatan Kajen"),
    ("agen2", "lihat", "", "Batas 05.30 WIB. Adakah kejadian menonjol di wilayah Bapak/Ibu?"),
    ("piket", "lihat", "", "Apel pagi: 0 dari 2 (0%)"),
    ("piket", "semat", "", "Apel pagi"),
    ("agen2", "ketuk", "Nihil", "Nihil diterima"),
    ("agen2", "lihat", "", "05.00 WIB, tepat waktu"),
)

AGAIN: tuple[Row, ...] = (
    ("agen", "jam", "ke 05.20", f"05.20 {DAY}"),
    ("agen", "lihat", "", "Laporan pagi belum diterima Kecamatan Kajen"),
    ("piket", "jam", "ke 05.30", f"05.30 {DAY}"),
    ("piket", "lihat", "", "Doro 1/1 · nihil 1"),
    ("piket", "lihat", "", "Kajen 0/1 · belum 1"),
)

LATE_ROUND: tuple[Row, ...] = (
    ("agen", "jam", "ke 05.35", f"05.35 {DAY}"),
    ("agen", "lihat", "", "Batas 05.30 WIB telah lewat. Mohon segera melapor, juga bila nihil."),
    ("koordinator_wilayah", "lihat", "", "Kajen: Elang-07"),
    ("kabid", "jam", "ke 05.45", f"05.45 {DAY}"),
    ("kabid", "lihat", "", "Belum lapor: 1 dari 2 laporan pagi"),
)

REPORT = """Bidang: Sosial Budaya
Apa: Kebakaran dua kios
Siapa: pedagang, sekitar 10 orang
Di mana: Pasar Kajen blok B, Kec. Kajen
Kapan: hari ini pukul 04.15
Bagaimana: Api padam pukul 04.40, tidak ada korban"""

REPORTED: tuple[Row, ...] = (
    ("agen", "ketuk", "Ada kejadian", "Bidang"),
    ("agen", "tulis", REPORT, "Ringkasan laporan"),
    ("agen", "ketuk", "Kirim", "Laporan diterima"),
    ("agen", "lihat", "", f"{LATE} Diterima 20 November 2026 pukul 05.45 WIB, terlambat"),
    ("verifikator", "lihat", "", LATE),
    ("verifikator", "ketuk", "Setujui", "Pilih nilai sumber"),
    ("verifikator", "ketuk", "B Dapat", "Sumber B. Pilih nilai isi"),
    ("verifikator", "ketuk", "B2", "disetujui Garuda-01 (Verifikator), nilai B2"),
    ("kepala", "lihat", "", "Nilai informasi: B2"),
    ("kepala", "ketuk", "Setujui", "disetujui Jalak-01 (Kepala Kantor)"),
    ("pimpinan", "lihat", "", LATE),
)


RECAP: tuple[Row, ...] = (
    ("kepala", "jam", "ke 06.00", f"06.00 {DAY}"),
    ("kepala", "lihat", "", "Masuk 2 dari 2 (100%): tepat waktu 0, nihil 1, terlambat 1"),
    ("kepala", "lihat", "", "Pratinjau. Mohon disetujui sebelum 06.30 WIB"),
    ("kepala", "ketuk", "Setujui", "Disetujui Kepala Kantor pukul 06.00 WIB dan disampaikan"),
    ("pimpinan", "lihat", "", "RK-261120"),
    ("pimpinan", "ketuk", "Daftar lengkap", LATE),
    ("pimpinan", "ketuk", "Disposisi", "Kepada Kepala Kantor, dengan hormat harap"),
    ("pimpinan", "ketuk", "Proses lebih lanjut", "DS-261120-0001"),
    ("kepala", "lihat", "", "DS-261120-0001"),
    ("kepala", "ketuk", "Terima", "DS-261120-0001"),
    ("piket", "lihat", "", "RK-261120 disampaikan kepada Bupati pukul 06.00 WIB"),
    ("piket", "jam", "+10 menit", f"06.10 {DAY}"),
    ("piket", "lihat", "", "Apel pagi: 2 dari 2 (100%)"),
    ("piket", "lihat", "", "Kajen 1/1 · terlambat 1"),
)


async def test_the_morning_is_lived_with_the_clocks_buttons(tmp_path: Path, chromium: str) -> None:
    async with opened(tmp_path, "lengkap", chromium) as screen:
        await screen.play(REMINDED)
        first = screen.said("agen").last
        await expect(first.locator("button[data-button]")).to_have_text(["🟢 Nihil", "📝 Ada kejadian"])
        number = await first.get_attribute("data-message")
        await screen.play(AGAIN)
        # The first reminder is gone: an edit would have rung nobody's phone.
        await expect(screen.chat("agen").locator(f'[data-message="{number}"]')).to_have_count(0)
        await screen.play(LATE_ROUND)
        await screen.play(REPORTED)
        await screen.play(RECAP)
        await _readable(screen)
        await _handset(screen)


async def _readable(screen: Screen) -> None:
    """The leadership's picture stands in the chat at a phone's width, wide enough to be read without zoom."""
    picture = screen.said("pimpinan").filter(has_text="RK-261120").locator("img").first
    await expect(picture).to_be_visible()
    width, natural = await picture.evaluate("img => [img.clientWidth, img.naturalWidth]")
    assert width > 250
    assert natural >= 2 * width


async def _handset(screen: Screen) -> None:
    """On a narrow screen: one phone at a time, nothing wider than it, the clock's buttons included."""
    await screen.page.set_viewport_size({"width": HANDSET[0], "height": HANDSET[1]})
    for key in await screen.page.get_by_role("navigation").get_by_role("button").all():
        await key.click()
        assert await overflowing(screen) == []
