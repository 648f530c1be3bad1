"""A tiny bot for the page's tests: plain HTTP calls to the Bot API, one handler for every update."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp

Json = dict[str, Any]
Handler = Callable[["TinyBot", Json], Awaitable[None]]


class TinyBot:
    """Calls methods; raises AssertionError with Telegram's words when one is refused."""

    def __init__(self, url: str, token: str, session: aiohttp.ClientSession) -> None:
        self.base = f"{url}/bot{token}"
        self.session = session

    async def call(self, method: str, **params: Any) -> Any:
        async with self.session.post(f"{self.base}/{method}", json=params) as response:
            answer = await response.json()
        assert answer["ok"], answer
        return answer["result"]

    async def says(self, chat_id: int, text: str, **params: Any) -> Json:
        message: Json = await self.call("sendMessage", chat_id=chat_id, text=text, parse_mode="HTML", **params)
        return message

    async def poll(self, handler: Handler) -> None:
        offset = 0
        while True:
            try:
                updates = await self.call("getUpdates", offset=offset, timeout=20)
            except aiohttp.ClientError:  # a fault is on
                await asyncio.sleep(0.02)
                continue
            for update in updates:
                offset = update["update_id"] + 1
                await handler(self, update)


@contextlib.asynccontextmanager
async def running(url: str, token: str, handler: Handler) -> AsyncIterator[TinyBot]:
    """The bot, polling until the block ends; what its handler raised comes up then."""
    async with aiohttp.ClientSession() as session:
        bot = TinyBot(url, token, session)
        task = asyncio.create_task(bot.poll(handler))
        try:
            yield bot
        finally:
            if not task.done():
                task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task


def inline(*rows: list[tuple[str, str]]) -> Json:
    """An inline keyboard of (label, data)."""
    return {"inline_keyboard": [[{"text": text, "callback_data": data} for text, data in row] for row in rows]}


async def echo(bot: TinyBot, update: Json) -> None:
    """Echoes texts in private; buttons: "toast", "alert", "edit", "slow" (never answered)."""
    if "callback_query" in update:
        query = update["callback_query"]
        message, data = query["message"], query["data"]
        place = {"chat_id": message["chat"]["id"], "message_id": message["message_id"]}
        if data == "toast":
            await bot.call("answerCallbackQuery", callback_query_id=query["id"], text="Tersimpan")
        elif data == "alert":
            text = "Bukan giliran Anda"
            await bot.call("answerCallbackQuery", callback_query_id=query["id"], text=text, show_alert=True)
        elif data == "edit":
            await bot.call("editMessageText", **place, text="Sudah <b>disetujui</b>", parse_mode="HTML")
            await bot.call("answerCallbackQuery", callback_query_id=query["id"])
        return
    message = update.get("message", {})
    chat = message.get("chat", {}).get("id")
    text = message.get("text", "")
    if text.startswith("/start"):
        await bot.call(
            "setMyCommands",
            commands=[{"command": "menu", "description": "Yang dapat Anda lakukan"}],
            scope={"type": "chat", "chat_id": chat},
        )
        keys = inline([("Simpan", "toast"), ("Periksa", "alert")], [("Setujui", "edit"), ("Diam", "slow")])
        payload = text.removeprefix("/start").strip()
        await bot.says(chat, f"Selamat datang <b>{payload or 'tamu'}</b>", reply_markup=keys)
    elif text == "papan":
        rows = [[{"text": "Nihil"}, {"text": "Ada kejadian"}], [{"text": "Bagikan lokasi", "request_location": True}]]
        keyboard = {"keyboard": rows, "resize_keyboard": True, "one_time_keyboard": True}
        await bot.says(chat, "Pilih:", reply_markup=keyboard)
    elif text == "alasan":
        await bot.says(chat, "Tuliskan alasannya", reply_markup={"force_reply": True})
    elif text and chat > 0:
        await bot.says(chat, f"Gema: {text.replace('&', '&amp;').replace('<', '&lt;')}")
