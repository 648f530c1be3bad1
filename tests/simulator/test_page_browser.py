"""The practice page in a real browser: what a person sees and does on the phones."""

import re
import shutil
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, async_playwright, expect

from simulator.people import Phone
from tests.simulator.page_bot import TinyBot, echo, inline, running
from tests.simulator.page_world import TOKEN, Stage, staged

pytestmark = pytest.mark.asyncio(loop_scope="module")

FLAGS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
LAPTOP = {"width": 1440, "height": 900}
HANDSET = {"width": 390, "height": 844}
expect.set_options(timeout=15_000)


class Seen:
    """The page open in the browser, with the practice behind it."""

    def __init__(self, stage: Stage, bot: TinyBot, page: Page) -> None:
        self.stage = stage
        self.bot = bot
        self.page = page
        self.agent = self.phone(9001)
        self.verifier = self.phone(9003)

    def phone(self, user: int) -> Locator:
        return self.page.locator(f'[data-phone="{user}"]')

    def chat(self, user: int, chat: int | None = None) -> Locator:
        return self.phone(user).locator(f'[data-chat="{chat or user}"]')

    def message(self, user: int, message: Any, chat: int | None = None) -> Locator:
        number = message if isinstance(message, int) else message["message_id"]
        return self.chat(user, chat).locator(f'[data-message="{number}"]')

    async def types(self, user: int, text: str, chat: int | None = None) -> None:
        box = self.chat(user, chat).get_by_role("textbox")
        await box.fill(text)
        await box.press("Enter")

    async def menu(self, message: Locator, item: str) -> Locator:
        await message.locator(".bubble").click(button="right", position={"x": 12, "y": 12})
        return self.page.get_by_role("menuitem", name=item)

    async def open(self, size: dict[str, int]) -> None:
        await self.page.set_viewport_size({"width": size["width"], "height": size["height"]})
        await self.page.goto(self.stage.server.url)
        await self.page.wait_for_selector("body[data-ready]")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    chromium = shutil.which("chromium")
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield launched
        await launched.close()


@pytest_asyncio.fixture(loop_scope="module")
async def seen(browser: Browser) -> AsyncIterator[Seen]:
    """The page; afterwards nothing went wrong in it and nothing was loaded from elsewhere."""
    async with staged() as stage, running(stage.server.url, TOKEN, echo) as bot:
        page = await browser.new_page(viewport={"width": 1440, "height": 900})
        page.set_default_timeout(15_000)
        problems: list[str] = []
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda line: problems.append(line.text) if line.type in ("error", "warning") else None)
        page.on("request", lambda r: None if r.url.startswith((stage.server.url, "blob:")) else problems.append(r.url))
        screen = Seen(stage, bot, page)
        await screen.open(LAPTOP)
        yield screen
        await page.close()
        assert problems == []


async def test_start_taps_and_texts(seen: Seen) -> None:
    await expect(seen.page.locator(".band")).to_contain_text("LATIHAN — data latihan, bukan laporan sungguhan")
    assert [await p.get_attribute("data-phone") for p in await seen.page.locator(".phone").all()] == [
        "9001", "9003", "9002"
    ]  # fmt: skip
    await seen.agent.get_by_role("button", name="MULAI").click()
    welcome = seen.message(9001, 2)
    await expect(welcome.locator("strong")).to_have_text("tamu")

    await welcome.locator('button[data-button="Diam"]').click()
    await expect(welcome.locator('button[data-button="Diam"]')).to_have_attribute("aria-busy", "true")
    await welcome.locator('button[data-button="Simpan"]').click()
    await expect(seen.agent.locator("[data-toast]")).to_have_text("Tersimpan")
    await expect(welcome.locator('button[data-button="Simpan"]')).not_to_have_attribute("aria-busy", "true")
    await welcome.locator('button[data-button="Periksa"]').click()
    await expect(seen.agent.locator("[data-alert]")).to_contain_text("Bukan giliran Anda")
    await seen.page.keyboard.press("Enter")
    await expect(seen.agent.locator("[data-alert]")).to_have_count(0)
    await welcome.locator('button[data-button="Setujui"]').click()
    await expect(seen.message(9001, 2).locator(".text")).to_have_text("Sudah disetujui")
    await expect(seen.message(9001, 2).locator(".edited")).to_have_text("diedit")
    await expect(seen.message(9001, 2).locator("button[data-button]")).to_have_count(0)

    box = seen.chat(9001).get_by_role("textbox")
    await box.fill("baris satu")
    await box.press("Shift+Enter")
    await box.press_sequentially("dua")
    await box.press("Enter")
    await expect(seen.chat(9001).locator(".unit.in").last).to_contain_text("Gema: baris satu\ndua")
    await seen.chat(9001).get_by_label("Perintah").click()
    await seen.agent.get_by_role("button", name="/menu").click()
    await expect(seen.chat(9001).locator(".unit.in").last).to_contain_text("Gema: /menu")


async def test_formatting_is_drawn_from_entities(seen: Seen) -> None:
    await seen.agent.get_by_role("button", name="MULAI").click()
    sent = await seen.bot.says(
        9001,
        "😀😀 <b>tebal <i>miring</i></b> <u>garis</u> <s>coret</s> <code>kode</code> <tg-spoiler>rahasia</tg-spoiler>"
        "<pre>baris  tetap</pre><blockquote>kutipan</blockquote>"
        f"<blockquote expandable>{'panjang ' * 60}</blockquote> &lt;img src=x onerror=alert(1)&gt; "
        f"<a href='https://t.me/kentongan_latihan_bot?start=abc'>undangan</a> {'x' * 120}",
    )
    message = seen.message(9001, sent)
    for tag, text in (("strong", "tebal miring"), ("strong em", "miring"), ("u", "garis"), ("s", "coret")):
        await expect(message.locator(f".text {tag}").first).to_have_text(text)
    await expect(message.locator("pre")).to_have_text("baris  tetap")
    await expect(message.locator(".text")).to_contain_text("<img src=x onerror=alert(1)>")
    assert await message.locator("img").count() == 0
    hidden = message.locator(".spoiler > span")
    await expect(hidden).to_be_hidden()
    await message.locator(".spoiler").press("Enter")
    await expect(hidden).to_be_visible()
    quote = message.locator("blockquote.expandable")
    tall = "e => e.offsetHeight"
    before = await quote.evaluate(tall)
    await quote.get_by_role("button", name="Selengkapnya").click()
    assert await quote.evaluate(tall) > before + 40
    assert await message.evaluate("e => e.closest('.scroller').scrollWidth <= e.closest('.scroller').clientWidth")
    await message.get_by_role("button", name="undangan").click()
    await expect(seen.chat(9001).locator(".unit.in").last).to_contain_text("Selamat datang abc")


async def test_attachments_are_sent_and_drawn(seen: Seen) -> None:
    chat = seen.chat(9001)
    await seen.agent.get_by_role("button", name="MULAI").click()
    for item, drawn in (
        ("Album latihan (4)", '.mosaic[data-count="4"] img'),
        ("Dokumen latihan", '.file:has-text("surat-latihan.pdf")'),
        ("Berkas 24 MB", '.file:has-text("24 MB")'),
        ("Video latihan", '.file:has-text("video.mp4")'),
    ):
        await chat.get_by_label("Lampirkan").click()
        await seen.agent.get_by_role("button", name=item).click()
        await expect(chat.locator(drawn).first).to_be_visible()
    await chat.get_by_role("textbox").fill("keterangan")
    await chat.get_by_label("Lampirkan").click()
    await seen.agent.get_by_role("button", name="Foto latihan").click()
    await expect(chat.locator(".unit.out").last).to_contain_text("keterangan")
    await chat.locator(".unit.out").last.locator("button.photo").click()
    await expect(seen.page.locator("dialog.lightbox img")).to_be_visible()
    await seen.page.keyboard.press("Escape")
    await expect(seen.page.locator("dialog.lightbox")).to_have_count(0)

    await chat.get_by_label("Rekam suara").click()
    await chat.locator(".recorder").get_by_label("Kirim").click()
    await chat.locator(".voice").get_by_label("Putar").click()
    await expect(chat.locator(".voice").get_by_label("Putar")).to_be_visible()  # one second long, over again
    voice = [m.api["voice"] for m in _private(seen).messages.values() if "voice" in m.api]
    assert seen.stage.world.files[voice[0]["file_id"]].data.startswith(b"OggS")

    await seen.types(9001, "papan")
    await chat.locator('button[data-button="Bagikan lokasi"]').click()
    await seen.agent.get_by_role("button", name="Bagikan", exact=True).click()
    await expect(chat.locator(".place")).to_contain_text("-7,02667; 109,58333")
    await expect(chat.locator(".reply-keyboard")).to_be_hidden()  # one_time_keyboard
    await seen.types(9001, "alasan")
    await expect(chat.locator(".reply-bar")).to_contain_text("Tuliskan alasannya")
    await seen.types(9001, "kurang jelas")
    await expect(chat.locator(".unit.out").last.locator(".quote")).to_contain_text("Tuliskan alasannya")
    photos = [m.api for m in _private(seen).messages.values() if "photo" in m.api]
    assert len({m.get("media_group_id") for m in photos}) == 2
    assert photos[-1]["caption"] == "keterangan"


def _private(seen: Seen) -> Any:
    return seen.stage.world.private_chat(seen.stage.account, seen.stage.agent)


async def test_groups_unread_pins_and_the_message_menu(seen: Seen) -> None:
    group = seen.stage.group.id
    keys = inline([("Setujui", "toast")])
    card = await seen.bot.says(group, "Kartu <b>LI-0007</b>", reply_markup=keys)
    tab = seen.verifier.locator(f'[data-chat-tab="{group}"]')
    await expect(tab.locator(".badge")).to_have_text("1")
    await expect(tab).to_contain_text("Kartu LI-0007")
    await tab.click()
    await expect(tab.locator(".badge")).to_have_count(0)
    await seen.bot.call("pinChatMessage", chat_id=group, message_id=card["message_id"])
    await expect(seen.chat(9003, group).locator(".pinned")).to_contain_text("Kartu LI-0007")
    await expect(seen.chat(9003, group).locator(".unit.service")).to_contain_text("menyematkan")

    message = seen.message(9003, card, group)
    await (await seen.menu(message, "Balas")).click()
    await seen.types(9003, "saya periksa", group)
    mine = seen.chat(9003, group).locator(".unit.out").last
    await expect(mine.locator(".quote")).to_contain_text("Kartu LI-0007")
    await (await seen.menu(mine, "Edit")).click()
    await seen.types(9003, "saya yang periksa", group)
    await expect(mine.locator(".edited")).to_be_visible()
    await seen.agent.locator(f'[data-chat-tab="{group}"]').click()
    theirs = seen.chat(9001, group).locator(".unit.in").last
    await expect(theirs.locator(".sender")).to_have_text("Verifikator")
    await expect(theirs).to_contain_text("saya yang periksa")
    await (await seen.menu(message, "Teruskan")).click()
    await seen.verifier.locator(".choice", has_text="Kentongan").click()
    await expect(seen.chat(9003).locator(".forwarded")).to_have_text("Diteruskan dari Kentongan")
    await tab.click()
    await (await seen.menu(mine, "Hapus")).click()
    await expect(theirs).to_have_text(re.compile("Kartu|menyematkan"))

    secret = await seen.bot.says(group, "Rahasia", protect_content=True)
    locked = seen.message(9003, secret, group)
    await expect(locked.get_by_label("Dilindungi")).to_be_visible()
    await expect(await seen.menu(locked, "Teruskan")).to_be_disabled()
    await expect(seen.page.get_by_role("menuitem", name="Salin")).to_be_disabled()
    await seen.page.keyboard.press("Escape")
    await expect(seen.page.get_by_role("menu")).to_have_count(0)


async def test_clock_faults_blocking_and_hidden_phones(seen: Seen) -> None:
    clock = seen.page.locator("#clock")
    await expect(clock).to_have_text("04.55 WIB, Jumat 20 November 2026")
    for button, shown in (("ke 05.00", "05.00"), ("+10 menit", "05.10"), ("ke 05.30", "05.30"), ("+1 jam", "06.30")):
        await seen.page.get_by_role("button", name=button).click()
        await expect(clock).to_have_text(f"{shown} WIB, Jumat 20 November 2026")
    await expect(seen.agent.locator(".status-time")).to_have_text("06.30")

    for name in ("offline", "slow", "flood"):
        switch = seen.page.locator(f'[data-fault="{name}"]')
        await expect(switch).to_have_attribute("aria-checked", "false")
        await switch.click()
        await expect(switch).to_have_attribute("aria-checked", "true")
        await expect(switch).to_contain_text("hidup")
        await expect(switch).to_be_focused()
        await switch.click()
        await expect(switch).to_have_attribute("aria-checked", "false")
    assert seen.stage.world.faults.active == []

    await seen.agent.get_by_role("button", name="MULAI").click()
    await seen.chat(9001).get_by_label("Menu percakapan").click()
    await seen.page.get_by_role("menuitem", name="Blokir bot").click()
    await seen.agent.get_by_role("button", name="BUKA BLOKIR").click()
    await expect(seen.chat(9001).get_by_role("textbox")).to_be_visible()
    await seen.page.get_by_label("Tampilkan telepon Verifikator").uncheck()
    await expect(seen.verifier).to_be_hidden()
    await seen.page.reload()
    await expect(seen.agent).to_be_visible()
    await expect(seen.verifier).to_be_hidden()


async def test_on_a_handset_one_phone_at_a_time(seen: Seen) -> None:
    await seen.open(HANDSET)
    await expect(seen.agent).to_be_visible()
    await expect(seen.verifier).to_be_hidden()
    tabs = seen.page.get_by_role("navigation").get_by_role("button")
    await seen.bot.says(seen.stage.group.id, "Kartu " + "panjang" * 30)
    await expect(tabs.nth(1).locator(".badge")).to_have_text("1")
    await tabs.nth(1).click()
    await expect(seen.verifier).to_be_visible()
    await expect(seen.agent).to_be_hidden()
    await seen.verifier.locator(f'[data-chat-tab="{seen.stage.group.id}"]').click()
    await expect(tabs.nth(1).locator(".badge")).to_have_count(0)
    overflow = "boxes => boxes.filter(e => e.scrollWidth > e.clientWidth).length"
    assert await seen.page.eval_on_selector_all("html, .scroller, .top", overflow) == 0
    box = await seen.chat(9003, seen.stage.group.id).get_by_role("textbox").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] < HANDSET["height"] - 40


async def test_hundreds_of_messages_are_drawn_by_page_and_patched_singly(seen: Seen) -> None:
    agent = Phone(seen.stage.world, seen.stage.agent)
    seen.stage.world.faults.offline()
    for n in range(400):
        await agent.says(f"laporan nomor {n}")
    await seen.page.reload()
    chat = seen.chat(9001)
    await expect(chat.get_by_text("laporan nomor 399")).to_be_visible()
    assert await chat.locator(".unit").count() == 60
    kept = await chat.locator(".unit").nth(10).evaluate_handle("e => e")
    last = await agent.says("yang terakhir")
    await agent.edits(last, "yang terakhir, dibetulkan")
    await expect(chat.locator(".unit").last).to_contain_text("dibetulkan")
    assert await kept.evaluate("e => e.isConnected && e === document.querySelectorAll('.unit')[10]")
    await chat.locator(".scroller").evaluate("e => { e.scrollTop = 0; }")
    await expect(chat.locator(".unit")).to_have_count(121)
    assert await chat.locator(".scroller").evaluate("e => e.scrollTop") > 500
    shown = [int(await unit.get_attribute("data-order") or 0) for unit in await chat.locator(".unit").all()]
    assert shown == list(range(281, 402))
    assert await kept.evaluate("e => e.isConnected")
