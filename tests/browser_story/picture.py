"""Takes the README's picture of the page: ``python -m tests.browser_story.picture docs/latihan.png``."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.async_api import expect

from domain.usecases.queue import BEAT
from tests.browser import find
from tests.browser_story.screen import Row, opened
from tests.browser_story.test_story import REPORT, VERIFIED

SIZE = {"width": 1680, "height": 940}
KEPT = ("Agen Kajen", "Verifikator 1", "Kepala Kantor", "Bupati")
ONE_MESSAGE = """Bidang: Ekonomi
Apa: Antrean minyak goreng
Siapa: sekitar 60 warga
Di mana: Pasar Wiradesa, Kec. Wiradesa
Kapan: hari ini pukul 04.45
Bagaimana: Tertib, dijaga Linmas"""
SECOND: tuple[Row, ...] = (
    ("agen", "tulis", ONE_MESSAGE, "Ringkasan laporan"),
    ("agen", "ketuk", "Kirim", "Laporan diterima"),
    ("verifikator", "lihat", "", "Antrean minyak goreng"),
)


async def take(target: Path) -> None:
    """Play as far as the leadership's summary, send a second report, and photograph four phones."""
    story = [row for row in (*REPORT, *VERIFIED) if (row[0], row[2]) not in (("pimpinan", "Buka"), ("agen", "/status"))]
    chromium = find()
    assert chromium is not None, "no Chromium"
    with tempfile.TemporaryDirectory() as folder:
        async with opened(Path(folder), "lengkap", chromium) as screen:
            await screen.play(story)
            await screen.play(SECOND)
            screen.desa.clock.advance(BEAT)  # the queue's message waits for its beat
            await screen.desa.quiet()
            await expect(screen.chat("verifikator").locator(".pinned")).not_to_contain_text("Sangat segera")
            kept = [screen.page.get_by_label(f"Tampilkan telepon {name}", exact=True) for name in KEPT]
            for box in await screen.page.locator("#shown input").all():
                await box.uncheck()
            for box in kept:
                await box.check()
            await screen.page.set_viewport_size({"width": SIZE["width"], "height": SIZE["height"]})
            await screen.page.mouse.move(2, 2)
            await expect(screen.page.locator(".toast")).to_have_count(0)
            await screen.page.screenshot(path=target)
    with Image.open(target) as picture:
        picture.convert("RGB").save(target, optimize=True)


if __name__ == "__main__":
    asyncio.run(take(Path(sys.argv[1])))
