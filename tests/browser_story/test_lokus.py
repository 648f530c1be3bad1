"""The demo's lokus lived on the practice page: the order, the field, Mundur/Darurat, and all is well again."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import expect

from simulator.lokus import MEETING
from tests.browser import find
from tests.browser_story.screen import HANDSET, Row, Screen, opened, overflowing

REF = "LO-261120-0001"
TEAM = ("koordinator_lapangan", "anggota1", "anggota2")
DAY = "WIB, Jumat 20 November 2026"


@pytest.fixture(scope="module")
def chromium() -> str:
    """A browser; `make test` sees to it."""
    path = find()
    assert path is not None, "no Chromium: run `make test`, or set CHROMIUM"
    return path


AT_ONCE: tuple[Row, ...] = (
    ("kasubbid", "lihat", "", f"{REF} · 0 dari 3 siap"),
    ("koordinator_lapangan", "lihat", "", "sebagai koordinator lapangan, 20 November 2026 pukul 07.00 WIB"),
    ("anggota1", "lihat", "", "Ada penugasan untuk Bapak/Ibu, 20 November 2026 pukul 07.00 WIB"),
    ("anggota2", "lihat", "", "Silakan ketuk Buka di tempat yang aman."),
    ("mitra", "lihat", "", "Rencana Bapak/Ibu sudah dicatat"),
)
READY: tuple[Row, ...] = (
    ("anggota1", "ketuk", "Buka", ""),
    ("anggota1", "lihat", "", MEETING),
    ("anggota1", "ketuk", "Siap", "Siap"),
    ("kasubbid", "lihat", "", f"{REF} · 1 dari 3 siap"),
    ("koordinator_lapangan", "ketuk", "Buka", ""),
    ("koordinator_lapangan", "ketuk", "Siap", "Siap"),
    ("anggota2", "ketuk", "Buka", ""),
    ("anggota2", "ketuk", "Siap", "Siap"),
    ("anggota1", "semat", "", REF),
)
MAPPED: tuple[Row, ...] = (
    ("anggota1", "ketuk", "Pemetaan risiko", "Risiko apa yang tampak? (1/4)"),
    ("anggota1", "ketuk", "Massa besar", "Lanjut"),
    ("anggota1", "ketuk", "Lanjut", "Lewat mana"),
    ("anggota1", "ketuk", "Jalan samping", ""),
    ("anggota1", "ketuk", "Lanjut", "Siapa yang nomornya"),
    ("anggota1", "ketuk", "✓ Semua", "Perlengkapan apa"),
    ("anggota1", "ketuk", "✓ Semua", "pemetaan risiko lengkap"),
)
LATER: tuple[Row, ...] = (
    ("anggota1", "jam", "+1 jam", f"05.55 {DAY}"),
    ("anggota1", "jam", "+1 jam", f"06.55 {DAY}"),
)
BEGUN: tuple[Row, ...] = (
    ("anggota1", "ketuk", "Tiba di titik kumpul", "Bila dapat, mohon kirim lokasi"),
    ("anggota1", "lokasi", "Kirim lokasi", "Lokasi diterima: 56 m dari titik kumpul."),
    ("anggota1", "ketuk", "Mulai", ""),
    ("anggota1", "tulis", "Massa sekitar 80 orang, tertib", ""),
)
CALLED: tuple[Row, ...] = (
    ("anggota1", "ketuk", "🆘 Mundur/Darurat", "Koordinator, Kasubbid, Kabid, dan tim akan diberi tahu saat ini juga."),
    ("anggota1", "ketuk", "YA, DARURAT", ""),
    ("anggota1", "lihat", "", "Mundur sekarang. Hubungi"),
    *(
        (who, "lihat", "", "Camar-01 memanggil bantuan 06.55 WIB")
        for who in ("koordinator_lapangan", "kasubbid", "kabid", "anggota2")
    ),
)
ENDED: tuple[Row, ...] = (
    ("kabid", "ketuk", "Saya tangani", "Ditanggapi: Kabid Kutilang-02 (06.55 WIB)"),
    ("anggota1", "lihat", "", "✓✓ Kabid Kutilang-02: menanggapi 06.55 WIB"),
    ("anggota1", "ketuk", "Aman kembali", "Bapak/Ibu sudah aman?"),
    ("anggota1", "ketuk", "Ya, aman", ""),
    *(
        (who, "lihat", "", "Camar-01 aman kembali 06.55 WIB")
        for who in ("koordinator_lapangan", "kasubbid", "kabid", "anggota2")
    ),
    ("anggota1", "lihat", "", "Darurat sejak 06.55 WIB berakhir 06.55 WIB"),
)


POINT: tuple[Row, ...] = (
    ("kasubbid", "ketuk", "Ubah penugasan", "Perubahan penugasan"),
    ("kasubbid", "ketuk", "✓ Titik kumpul", "Di mana titik kumpulnya?"),
    ("kasubbid", "lampir", "Lokasi", ""),
)


async def test_a_member_is_sent_calls_for_help_and_is_safe_again(tmp_path: Path, chromium: str) -> None:
    async with opened(tmp_path, "lengkap", chromium, lokus=True) as screen:
        await screen.play(AT_ONCE)
        await screen.play(READY)
        for who in TEAM:
            await expect(screen.chat(who).locator(".map")).to_have_count(1)
            await expect(screen.chat(who).get_by_role("button", name="Buka rute")).to_have_count(1)
        await screen.play(MAPPED)
        await screen.play(LATER)
        await screen.desa.sweep()  # the reminders are there before anybody goes on
        await screen.desa.quiet()
        await expect(screen.said("anggota1").last).to_contain_text("Lokus mulai 20 November 2026 pukul 07.00 WIB")
        await screen.play(BEGUN)
        await expect(screen.chat("kasubbid")).to_contain_text("Camar-01: di lapangan")
        await screen.play(CALLED)
        await expect(screen.button("kabid", "Peta")).to_be_visible()
        await screen.play(ENDED)
        await expect(screen.chat("mitra")).not_to_contain_text("DARURAT")
        await _handset(screen)


async def test_the_pages_groups_of_phones(tmp_path: Path, chromium: str) -> None:
    """Nineteen phones are too many to look at: reporting first, the lokus by one button, and on a handset likewise."""
    async with opened(tmp_path, "lengkap", chromium, lokus=True) as screen:
        names = screen.page.locator(".phone:visible .owner small")
        await expect(names).to_have_text(["Beo-01", "Camar-09", "Camar-01", "Camar-02", "Kutilang-02", "Nuri-01"])
        sets = screen.page.get_by_label("Kelompok telepon")
        await sets.get_by_role("button", name="Laporan").click()
        await expect(names.first).to_have_text("Elang-07")
        await expect(names.filter(has_text="Camar")).to_have_count(0)
        await expect(sets.get_by_role("button", name="Laporan")).to_have_attribute("aria-pressed", "true")
        await screen.page.get_by_label("Tampilkan telepon Bupati", exact=True).uncheck()
        await expect(sets.locator("[aria-pressed=true]")).to_have_count(0)
        await screen.page.set_viewport_size({"width": HANDSET[0], "height": HANDSET[1]})
        await sets.get_by_role("button", name="Lokus").click()
        await expect(screen.page.get_by_role("navigation").get_by_role("button")).to_have_count(6)
        await expect(screen.chat("kasubbid")).to_contain_text(REF)
        await _a_place_from_the_sheet_is_the_answer(screen)


async def _a_place_from_the_sheet_is_the_answer(screen: Screen) -> None:
    """As in Telegram: what is attached while a question is being answered replies to that question."""
    await screen.play(POINT)
    await screen.phone("kasubbid").get_by_role("button", name="Kirim lokasi", exact=True).click()
    await screen.desa.quiet()
    await expect(screen.said("kasubbid").last).to_contain_text("Perubahan penugasan")


async def _handset(screen: Screen) -> None:
    await screen.page.set_viewport_size({"width": HANDSET[0], "height": HANDSET[1]})
    for key in await screen.page.get_by_role("navigation").get_by_role("button").all():
        await key.click()
        assert await overflowing(screen) == []
