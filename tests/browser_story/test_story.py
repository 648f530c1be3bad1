"""The whole story on the practice page: from the agent's phone to the leadership, as somebody at the page lives it."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser import find
from tests.browser_story.screen import HANDSET, Row, Screen, opened, overflowing

GROUP = "Verifikasi Laporan"
REF = "LI-261120-0001"


@pytest.fixture(scope="module")
def chromium() -> str:
    """A browser; `make test` sees to it."""
    path = find()
    assert path is not None, "no Chromium: run `make test`, or set CHROMIUM"
    return path


REPORT: tuple[Row, ...] = (
    ("agen", "tulis", "/lapinfo", "Laporan pagi"),
    ("agen", "ketuk", "Ada kejadian", "Bidang"),
    ("agen", "ketuk", "Sosial Budaya", "Kecamatan"),
    ("agen", "ketuk", "Kajen", "Desa/Kelurahan"),
    ("agen", "ketuk", "Lewati", "Apa"),
    ("agen", "tulis", "Kebakaran dua kios", "Siapa"),
    ("agen", "tulis", "Pedagang pasar, sekitar 10 orang", "Di mana"),
    ("agen", "tulis", "Pasar Kajen blok B", "Kapan"),
    ("agen", "tulis", "hari ini pukul 04.15", "Mengapa"),
    ("agen", "ketuk", "Lewati", "Bagaimana"),
    ("agen", "tulis", "Api padam pukul 04.40, tidak ada korban", "Foto"),
    ("agen", "lampir", "Album latihan (4)", "4 foto sudah diterima"),
    ("agen", "ketuk", "Selesai", "Pendapat pelapor"),
    ("agen", "ketuk", "Lewati", "Derajat"),
    ("agen", "ketuk", "Sangat Segera", "Ringkasan laporan"),
    ("agen", "ketuk", "Kirim", "Laporan diterima"),
    ("agen", "lihat", "", f"{REF} Diterima 20 November 2026 pukul 04.55 WIB, tepat waktu"),
)

VERIFIED: tuple[Row, ...] = (
    ("admin", "lencana", GROUP, "3"),  # the card, the queue's message, the note that it was pinned
    ("verifikator", "lihat", "", f"{REF} · SANGAT SEGERA"),
    ("verifikator", "semat", "", "Menunggu verifikasi: 1 laporan"),
    ("verifikator", "ketuk", "Foto (3)", "foto"),
    ("verifikator", "ketuk", "Revisi", ""),
    ("verifikator", "ketuk", "Waktu/tempat", ""),
    ("verifikator", "lihat", "", "dikembalikan Garuda-01 (Verifikator): Waktu atau tempat tidak jelas"),
    ("agen", "lihat", "", "Mohon diperbaiki"),
    ("agen", "ketuk", "Perbaiki", "Di mana"),
    ("agen", "tulis", "Pasar Kajen blok B, kios nomor 12 dan 13", "Kapan"),
    ("agen", "ketuk", "Lewati (tetap)", "Ringkasan laporan"),
    ("agen", "ketuk", "Kirim", "Versi 2 diterima"),
    ("verifikator", "lihat", "", "Versi 2, berubah: Di mana"),
    ("verifikator", "ketuk", "Setujui", "Pilih nilai sumber"),
    ("verifikator", "ketuk", "B Dapat", "Sumber B. Pilih nilai isi"),
    ("verifikator", "ketuk", "B2", "disetujui Garuda-01 (Verifikator), nilai B2"),
    ("kepala", "lihat", "", "Nilai informasi: B2"),
    ("kepala", "ketuk", "Setujui", "disetujui Jalak-01 (Kepala Kantor)"),
    ("pimpinan", "lihat", "", f"{REF} · SANGAT SEGERA"),
    ("pimpinan", "ketuk", "Buka", "naskah lengkap"),
    ("agen", "lihat", "", "disampaikan kepada Bupati"),
    ("agen", "tulis", "/status", "disampaikan kepada pimpinan"),
)

ONE_MESSAGE = """Bidang: Ekonomi
Apa: Antrean beras di balai desa
Siapa: sekitar 50 warga
Di mana: Balai Desa Doro, Kec. Doro
Kapan: hari ini pukul 04.30
Bagaimana: Tertib, dijaga Linmas"""

OTHERS: tuple[Row, ...] = (
    ("agen2", "tulis", "/lapinfo", "Laporan pagi"),
    ("agen2", "ketuk", "Nihil", "Nihil diterima"),
    ("agen2", "tulis", ONE_MESSAGE, "Ringkasan laporan"),
    ("agen2", "ketuk", "Kirim", "menggantikan nihil"),
    ("admin", "buka", GROUP, "Antrean beras"),
    ("piket", "tulis", "/catat", "Siapa yang melapor?"),
    ("piket", "ketuk", "Merak-03", "lewat apa"),
    ("piket", "ketuk", "Telepon", "Apa isi laporannya?"),
    ("piket", "jam", "ke 05.30", "05.30 WIB, Jumat 20 November 2026"),
    ("piket", "jam", "+10 menit", "05.40 WIB, Jumat 20 November 2026"),
    ("agen", "suara", "", "Bidang"),
    ("agen", "ketuk", "Ekonomi", "Kecamatan"),
    ("agen", "ketuk", "Kajen", "Ringkasan laporan"),
    ("agen", "ketuk", "Kirim", "Petugas akan menuliskan isi rekaman"),
    ("verifikator", "lihat", "", "laporan lisan"),
    ("verifikator2", "buka", GROUP, "laporan lisan"),
    ("verifikator2", "ketuk", "Putar suara", "rekaman suara"),
)

INVITED: tuple[Row, ...] = (
    ("admin", "buka", "Kentongan", ""),
    ("admin", "tulis", "/undang agen Kesesi Elang-09", "Undangan untuk Elang-09"),
    ("admin", "tulis", "/pengguna", "Elang-07 · Agen · Kajen"),
)


async def test_a_report_travels_from_the_agents_phone_to_the_leadership(tmp_path: Path, chromium: str) -> None:
    async with opened(tmp_path, "lengkap", chromium) as screen:
        await expect(screen.page.locator(".band")).to_contain_text("LATIHAN")
        owners = await screen.page.locator(".phone .owner b").all_inner_texts()
        assert owners[:3] == ["Agen Kajen", "Agen Doro", "Verifikator 1"]
        assert owners[3:6] == ["Kepala Kantor", "Bupati", "Administrator Sistem"]
        await expect(screen.said("agen").last).to_contain_text("Selamat pagi, Elang-07")
        await screen.play(REPORT)
        await screen.play(VERIFIED)
        await screen.play(OTHERS)
        await screen.play(INVITED)
        await _newcomer(screen)
        await _handset(screen)


async def _newcomer(screen: Screen) -> None:
    """Somebody who is not registered follows the administrator's link, and is an agent."""
    link = screen.said("admin").locator(".text", has_text="?start=").last
    url = next(word for word in (await link.inner_text()).split() if "start=" in word)
    guest = screen.phone("tamu")
    await guest.get_by_role("button", name="Buka tautan undangan").click()
    await guest.get_by_role("textbox").last.fill(url)
    await screen.page.keyboard.press("Enter")
    await expect(screen.said("tamu").filter(has_text="Selamat datang")).to_be_visible()
    await screen.play((("tamu", "ketuk", "Nihil", "Nihil diterima"),))
    await expect(screen.said("tamu").filter(has_text="terlambat")).to_have_count(0)  # joined after the due time


async def _handset(screen: Screen) -> None:
    """The same on a narrow screen: one phone at a time, nothing wider than it."""
    await screen.page.set_viewport_size({"width": HANDSET[0], "height": HANDSET[1]})
    for number in range(4):
        await screen.page.get_by_role("navigation").get_by_role("button").nth(number).click()
        assert await overflowing(screen) == []


SIKANDA: tuple[Row, ...] = (
    ("agen", "tulis", "/lapor", "Bidang"),
    ("agen", "ketuk", "Agama", "Kecamatan"),
    ("agen", "ketuk", "Juai", "Desa/Kelurahan"),
    ("agen", "ketuk", "Lewati", "Apa"),
    ("agen", "tulis", "Penolakan pendirian rumah ibadah", "Siapa"),
    ("agen", "tulis", "Sekitar 30 warga", "Di mana"),
    ("agen", "tulis", "Balai desa Juai", "Kapan"),
    ("agen", "tulis", "hari ini pukul 05.10", "Mengapa"),
    ("agen", "tulis", "Izin belum lengkap", "Bagaimana"),
    ("agen", "tulis", "Musyawarah berjalan tertib", "memerlukan paling sedikit satu foto"),
    ("agen", "lampir", "Foto latihan", "1 foto sudah diterima"),
    ("agen", "ketuk", "Selesai", "Pendapat pelapor"),
    ("agen", "ketuk", "Lewati", "Derajat"),
    ("agen", "ketuk", "Segera", "Ringkasan laporan"),
    ("agen", "ketuk", "Kirim", "pukul 05.55 WITA."),
    ("verifikator", "lihat", "", "SK-261120-0001 · SEGERA"),
    ("verifikator", "ketuk", "Setujui", "Pilih nilai sumber"),
    ("verifikator", "ketuk", "Setujui B2", "disetujui Garuda-01"),
    ("publikator", "lihat", "", "SK-261120-0001 · SEGERA"),
    ("publikator", "ketuk", "Publikasikan", "dipublikasikan Kutilang-01"),
    ("pimpinan", "ketuk", "Rakor", "diteruskan ke rakor"),
    ("agen", "tulis", "/status", "SK-261120-0001"),
)


async def test_sikanda_asks_for_a_photo_and_names_its_decisions(tmp_path: Path, chromium: str) -> None:
    async with opened(tmp_path, "balangan", chromium) as screen:
        await expect(screen.page.locator("#clock")).to_have_text("05.55 WITA, Jumat 20 November 2026")
        until_the_photo = [row[3] for row in SIKANDA].index("memerlukan paling sedikit satu foto") + 1
        await screen.play(SIKANDA[:until_the_photo])
        # Nothing there to go past the photo with.
        left = screen.said("agen").last.locator("button[data-button]")
        await expect(left).to_have_text(["Kembali", "Simpan draf", "Batal"])
        await screen.play(SIKANDA[until_the_photo:])
