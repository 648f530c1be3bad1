"""The practice page in Chromium with the real bot behind it, played from a table: who does what and then sees what."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Locator, Page, async_playwright, expect

from bot.clock import PracticeClock
from simulator.agency import Agency, agency
from simulator.lokus import seed_lokus
from tests.dialog.conftest import KEY, MORNING, fast_parts

Row = tuple[str, str, str, str]
"""Who, what they do, with which words, and what they then see.

``tulis`` types and presses Enter · ``ketuk`` taps the newest button whose label begins with the words (a mark may stand
before them) · ``lampir`` takes an entry of the attach sheet · ``lokasi`` presses that key of the reply keyboard and
agrees to share · ``suara`` records · ``buka`` opens the chat with that title · ``jam`` presses a button of the clock ·
``lihat`` does nothing. Then the newest message in the open chat shows the fourth word; after ``ketuk`` it may be the
message tapped on, after ``lihat`` any message, after ``semat`` the bar of the pinned message, after ``lencana`` the
badge on that chat's tab.
"""

FLAGS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")
LAPTOP = (1600, 900)
HANDSET = (390, 844)
MARKS = ("", "✅ ", "📝 ", "🟢 ")
PATIENCE = 10_000
"""Milliseconds that a row may take on a busy machine."""


class Screen:
    """The open page."""

    def __init__(self, desa: Agency, page: Page) -> None:
        self.desa = desa
        self.page = page
        self._tapped: Locator | None = None
        self._handset = False

    async def to_handset(self) -> None:
        """As on a telephone: narrow, and one person's phone at a time."""
        await self.page.set_viewport_size({"width": HANDSET[0], "height": HANDSET[1]})
        self._handset = True

    async def hold(self, who: str) -> None:
        """On a handset: that person's phone."""
        if self._handset and not await self.phone(who).is_visible():
            name = next(seat.code_name for seat in self.desa.people if seat.key == who)
            await self.page.get_by_role("navigation").get_by_role("button").filter(has_text=name).click()

    def phone(self, who: str) -> Locator:
        """One person's phone."""
        return self.page.locator(f'[data-phone="{self.desa.users[who].id}"]')

    def chat(self, who: str) -> Locator:
        """The chat that is open on it."""
        return self.phone(who).locator(".panel:not([hidden])")

    def tab(self, who: str, title: str) -> Locator:
        """The tab of the chat with that title (what was said last in another may name it too)."""
        return self.phone(who).locator("[data-chat-tab]").filter(has=self.page.locator("b", has_text=title))

    def said(self, who: str) -> Locator:
        """What the others wrote there."""
        return self.chat(who).locator(".unit.in")

    def button(self, who: str, words: str) -> Locator:
        """The newest such button of a message."""
        labels = ", ".join(f'button[data-button^="{mark}{words}"]' for mark in MARKS)
        return self.chat(who).locator(labels).last

    async def play(self, table: Sequence[Row]) -> None:
        """Do and see each row in turn."""
        for number, (who, how, words, then) in enumerate(table, 1):
            try:
                await self.hold(who)
                await self._do(who, how, words)
                await self.desa.quiet()
                await self._see(who, how, words, then)
            except AssertionError as error:
                shown = await self.chat(who).inner_text() if how != "jam" else ""
                raise AssertionError(f"row {number}: {who} {how} {words!r} -> {then!r}\n{shown[-1500:]}") from error

    async def _do(self, who: str, how: str, words: str) -> None:
        match how:
            case "tulis":
                box = self.chat(who).get_by_role("textbox")
                await box.fill(words)
                await box.press("Enter")
            case "ketuk":
                button = self.button(who, words)
                number = await button.evaluate("key => key.closest('.unit').dataset.message")
                self._tapped = self.chat(who).locator(f'[data-message="{number}"]')
                await button.click()
            case "lampir":
                await self.chat(who).get_by_label("Lampirkan").click()
                await self.phone(who).locator(".tile-button").filter(has_text=words).click()
            case "lokasi":
                await self.chat(who).get_by_role("button", name=words, exact=True).click()
                await self.phone(who).get_by_role("button", name="Bagikan", exact=True).click()
            case "suara":
                await self.chat(who).get_by_label("Rekam suara").click()
                await self.chat(who).locator(".recorder").get_by_label("Kirim").click()
            case "buka":
                await self.tab(who, words).click()
            case "jam":
                await self.page.get_by_role("button", name=words, exact=True).click()
            case "lihat" | "semat" | "lencana":
                pass
            case _:
                raise ValueError(how)

    async def _see(self, who: str, how: str, words: str, then: str) -> None:
        match how:
            case "jam":
                await expect(self.page.locator("#clock")).to_contain_text(then)
            case "lihat":
                await expect(self.said(who).filter(has_text=then).last).to_be_visible()
            case "semat":
                await expect(self.chat(who).locator(".pinned")).to_contain_text(then)
            case "lencana":
                await expect(self.tab(who, words).locator(".badge")).to_have_text(then)
            case "ketuk" if then:
                either = self.said(who).last.or_(self._tapped or self.said(who).last)
                await expect(either.filter(has_text=then).first).to_be_visible()
            case _ if then:
                await expect(self.said(who).last).to_contain_text(then)
            case _:
                pass


@asynccontextmanager
async def opened(folder: Path, profile: str, chromium: str, *, lokus: bool = False) -> AsyncIterator[Screen]:
    """A practice agency on its page; at the end nothing went wrong in the page and nothing came from elsewhere.

    With ``lokus``, its people and the demo's lokus of today are there too, and their phones are shown.
    """
    expect.set_options(timeout=PATIENCE)
    clock = PracticeClock(MORNING, frozen=True)
    async with (
        agency(folder, KEY, profile=profile, clock=clock, parts=fast_parts(), page=True, lokus=lokus) as desa,
        async_playwright() as playwright,
    ):
        await desa.greet()
        if lokus:
            await seed_lokus(desa)
        browser = await playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        page = await browser.new_page(viewport={"width": LAPTOP[0], "height": LAPTOP[1]})
        page.set_default_timeout(PATIENCE)
        problems: list[str] = []
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda line: problems.append(line.text) if line.type in ("error", "warning") else None)
        page.on("request", lambda r: None if r.url.startswith((desa.server.url, "blob:")) else problems.append(r.url))
        await page.goto(desa.server.url)
        await page.wait_for_selector("body[data-ready]")
        if lokus:
            await page.get_by_role("button", name="Lokus", exact=True).click()
        yield Screen(desa, page)
        await browser.close()
        assert problems == []
        assert desa.world.violations == [], "the bot used parameters outside the Bot API"


async def overflowing(screen: Screen) -> list[str]:
    """What is wider than its place: nothing may have to be scrolled sideways on a handset."""
    script = "boxes => boxes.filter(e => e.offsetParent && e.scrollWidth > e.clientWidth).map(e => e.className)"
    found: list[str] = await screen.page.eval_on_selector_all("html, .scroller, .text, .key", script)
    return [name for name in found if not re.search(r"\bbusy\b", name)]
