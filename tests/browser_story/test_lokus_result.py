"""The report of a lokus lived on the practice page on a handset: steps 6 to 15, from the field's log to leadership."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser import find
from tests.browser_story.screen import Row, Screen, opened, overflowing
from tests.dialog.script import newest, play
from tests.lokus.pdf import text
from tests.lokus.report import FINISHED, SENT
from tests.lokus.story import answered

REF = "LO-261120-0001"
LEAD = "koordinator_lapangan"


@pytest.fixture(scope="module")
def chromium() -> str:
    """A browser; `make test` sees to it."""
    path = find()
    assert path is not None, "no Chromium: run `make test`, or set CHROMIUM"
    return path


DRAFT: tuple[Row, ...] = (
    (LEAD, "lihat", "", "Menyusun laporan hasil"),
    (LEAD, "lihat", "", "Camar-02: foto (Spanduk tuntutan upah)"),
    (LEAD, "lihat", "", "Camar-01: 2 catatan"),
    (LEAD, "ketuk", "Foto (0)", "2 foto dari lapangan, 0 dipilih"),
    (LEAD, "ketuk", "2 · ", "1 dipilih"),
    (LEAD, "ketuk", "1 · ", "Untuk pimpinan: foto 2, yang dipilih pertama."),
    (LEAD, "ketuk", "Kembali", "Foto pilihan: 2 dari 2"),
    (LEAD, "ketuk", "Hasil", "isi baru untuk Hasil dan tindak lanjut"),
    (LEAD, "tulis", "Perwakilan diterima, sepertinya puas; bubar 15.00 WIB", "“sepertinya” terbaca sebagai pendapat"),
    (LEAD, "ketuk", "Pendapat", "isi baru untuk Pendapat pelapor"),
    (LEAD, "tulis", "Aksi serupa mungkin berulang bulan depan", "Pendapat pelapor: Aksi serupa"),
    (LEAD, "ketuk", "Kronologi", "baris 1–7 dari 7"),
    (LEAD, "ketuk", "1", "kronologi, baris 1"),
    (LEAD, "ketuk", "Hapus", "baris 1–6 dari 6"),
    (LEAD, "ketuk", "2", "Massa sekitar 200 orang berkumpul"),
    (LEAD, "ketuk", "Ubah", "isi baru untuk baris ini"),
    (LEAD, "tulis", "05.10 WIB Camar-01: massa 180 orang, tertib", "2. 05.10 WIB Camar-01: massa 180 orang"),
    (LEAD, "ketuk", "Kembali", "Menyusun laporan hasil"),
    (LEAD, "ketuk", "Pratinjau", "pratinjau laporan hasil"),
    (LEAD, "ketuk", "Kirim", "Menunggu Kepala Subbidang · Menerima laporan hasil kegiatan: paling lambat 05.25 WIB"),
)
"""Step 6."""
FIRST: tuple[Row, ...] = (
    ("kasubbid", "lihat", "", "Menerima laporan hasil kegiatan: paling lambat 05.25 WIB"),
    ("kasubbid", "ketuk", "Terima", "Memverifikasi laporan hasil kegiatan: paling lambat 05.55 WIB"),
    ("kasubbid", "ketuk", "Baca lengkap", "laporan hasil, versi 1"),
    ("kasubbid", "ketuk", "Ubah isi", "Bagian mana yang diubah?"),
    ("kasubbid", "ketuk", "Siapa", "isi baru untuk Siapa"),
    ("kasubbid", "tulis", "Paguyuban pedagang, sekitar 180 orang", "Siapa: Paguyuban pedagang, sekitar 180 orang"),
    ("kasubbid", "ketuk", "Verifikasi", "Mengirimkan atau merevisi"),
    ("kasubbid", "ketuk", "Kirim ke Kepala Bidang", "Menunggu Kepala Bidang · Menerima"),
)
"""Steps 7 to 9, revised by oneself."""
SECOND: tuple[Row, ...] = (
    ("kabid", "ketuk", "Terima", "Memverifikasi"),
    ("kabid", "ketuk", "Revisi", "Laporan dikembalikan kepada siapa?"),
    ("kabid", "ketuk", "Penyusun: Koordinator Lapangan", "dibaca Koordinator Lapangan"),
    ("kabid", "tulis", "Hasil dialog belum rinci", "Laporan dikembalikan kepada Koordinator Lapangan"),
    (LEAD, "lihat", "", "Perbaikan diminta Kepala Bidang: Hasil dialog belum rinci"),
    (LEAD, "ketuk", "Hasil", "isi baru untuk Hasil dan tindak lanjut"),
    (LEAD, "tulis", "Tiga perwakilan diterima Sekda; bubar 15.00 WIB", "Hasil dan tindak lanjut: Tiga perwakilan"),
    (LEAD, "ketuk", "Pratinjau", "pratinjau laporan hasil"),
    (LEAD, "ketuk", "Kirim", "Menunggu Kepala Subbidang"),
    ("kasubbid", "lihat", "", "Berubah sejak itu: Hasil dan tindak lanjut"),
    ("kasubbid", "ketuk", "Terima", "Memverifikasi"),
    ("kasubbid", "ketuk", "Verifikasi", "Mengirimkan atau merevisi"),
    ("kasubbid", "ketuk", "Kirim ke Kepala Bidang", "Menunggu Kepala Bidang"),
    ("kabid", "lihat", "", "Berubah sejak itu: Hasil dan tindak lanjut"),
    ("kabid", "ketuk", "Riwayat versi (3)", "Camar-09 (Koordinator Lapangan): Hasil dan tindak lanjut"),
    ("kabid", "ketuk", "Versi 3", "Menjadi: Tiga perwakilan diterima Sekda"),
    ("kabid", "ketuk", "Terima", "Memverifikasi"),
    ("kabid", "ketuk", "Verifikasi", "Mengirimkan atau merevisi"),
    ("kabid", "ketuk", "Kirim ke Kepala Kantor", "Menunggu Kepala Kantor"),
)
"""Steps 10 to 12, sent back with a reason and come again."""
LAST: tuple[Row, ...] = (
    ("kepala", "ketuk", "Terima", "Memverifikasi"),
    ("kepala", "ketuk", "Verifikasi", "Laporan diterima dan disetujui"),
    ("kepala", "ketuk", "Setujui", "Disetujui dan diarsipkan, agenda 0001"),
    ("pimpinan", "lihat", "", f"{REF} · agenda 0001"),
    ("pimpinan", "lihat", "", "Hasil dan tindak lanjut: Tiga perwakilan diterima Sekda"),
    ("pimpinan", "lihat", "", f"{REF} · Laporan Kegiatan"),
    ("pimpinan", "lihat", "", f"laporan-kegiatan-{REF}.pdf"),
    (LEAD, "lihat", "", "Disetujui dan diarsipkan, agenda 0001"),
)
"""Steps 13 to 15."""


async def test_a_report_goes_from_the_fields_log_through_three_rounds_to_leadership(
    tmp_path: Path, chromium: str
) -> None:
    async with opened(tmp_path, "lengkap", chromium, lokus=True) as screen:
        await play(screen.desa, (*answered(LEAD, "anggota1", "anggota2"), *SENT, *FINISHED))
        await screen.page.get_by_role("button", name="Semua", exact=True).click()
        await screen.to_handset()
        for part in (DRAFT, FIRST, SECOND, LAST):
            await screen.play(part)
            assert await overflowing(screen) == []
        await expect(screen.said("pimpinan").locator("img")).to_have_count(1)
        await _told_to_leadership(screen)


async def _told_to_leadership(screen: Screen) -> None:
    """The paper holds the report as it was approved; only the card before it rang."""
    phone = screen.desa.phone("pimpinan")
    paper = newest(phone)
    assert isinstance(paper.media, dict)
    told = text(screen.desa.world.files[paper.media["file_id"]].data)
    for words in ("Tiga perwakilan diterima Sekda", "sekitar 180 orang", "massa 180 orang, tertib", "Aksi serupa"):
        assert words in told
    assert "Hasil dialog belum rinci" not in told
