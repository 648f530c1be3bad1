"""The conversation as aiogram 3 suggests it: Router, StatesGroup, MemoryStorage, start_polling.

Source: https://docs.aiogram.dev/en/latest/dispatcher/finite_state_machine/index.html
"""

from __future__ import annotations

import asyncio
import os
from typing import Final

from aiogram import Bot, Dispatcher, F, Router
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.enums import ParseMode
from aiogram.filters import Command
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.fsm.storage.memory import MemoryStorage
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

from benchmarks import conversation as talk

GROUP: Final = int(os.environ.get("BENCH_GROUP", "0"))
router = Router()


class Report(StatesGroup):
    """Where a conversation stands."""

    start = State()
    bidang = State()
    kecamatan = State()
    desa = State()
    sumber = State()
    cara = State()
    apa = State()
    siapa = State()
    dimana = State()
    kapan = State()
    mengapa = State()
    bagaimana = State()
    foto = State()
    pendapat = State()
    derajat = State()
    summary = State()


STATES: Final[dict[str, State]] = {key: getattr(Report, key) for key in talk.ORDER}
CHOICES: Final = [STATES[key] for key in talk.CHOICES]
TEXTS: Final = [STATES[key] for key in talk.ORDER if key not in talk.CHOICES]


def keyboard(rows: talk.Rows) -> InlineKeyboardMarkup:
    """An inline keyboard from labels and data."""
    return InlineKeyboardMarkup(
        inline_keyboard=[[InlineKeyboardButton(text=text, callback_data=data) for text, data in row] for row in rows]
    )


async def ask(event: Message | CallbackQuery, state: FSMContext, key: str | None) -> None:
    """Show a question, or the summary, where the person looks."""
    answers = await state.get_data()
    await state.set_state(Report.summary if key is None else STATES[key])
    text = talk.summary(answers) if key is None else talk.question(key)
    markup = keyboard(talk.summary_rows() if key is None else talk.rows(key, answers))
    if isinstance(event, CallbackQuery):
        await event.answer()
        assert isinstance(event.message, Message)
        await event.message.edit_text(text, reply_markup=markup)
    else:
        await event.answer(text, reply_markup=markup)


@router.message(Command("lapinfo"))
async def lapinfo(message: Message, state: FSMContext) -> None:
    """/lapinfo: Nihil or Ada kejadian."""
    await state.clear()
    await state.set_state(Report.start)
    await message.answer(talk.OPENING, reply_markup=keyboard(talk.OPENING_ROWS))


@router.callback_query(Report.start, F.data == "ada")
async def begin(query: CallbackQuery, state: FSMContext) -> None:
    """*Ada kejadian*: the first question."""
    await ask(query, state, talk.ORDER[0])


for one in CHOICES:

    @router.callback_query(one, F.data)
    async def choose(query: CallbackQuery, state: FSMContext) -> None:
        """A tapped option."""
        data = str(query.data)
        answers = await state.get_data()
        talk.chosen(data, answers)
        await state.set_data(answers)
        await ask(query, state, talk.following(data.partition(":")[0]))


for one in TEXTS:

    @router.message(one, F.text)
    async def typed(message: Message, state: FSMContext) -> None:
        """A typed answer."""
        key = str(await state.get_state()).partition(":")[2]
        await state.update_data({key: message.text})
        await ask(message, state, talk.following(key))


@router.callback_query(Report.summary, F.data == "kirim")
async def send(query: CallbackQuery, state: FSMContext) -> None:
    """*Kirim*: the receipt, and the card in the group."""
    answers = await state.get_data()
    await state.clear()
    ref = talk.reference()
    await query.answer()
    assert isinstance(query.message, Message)
    assert query.bot is not None
    await query.message.edit_text(talk.receipt(ref))
    await query.bot.send_message(GROUP, talk.card(ref, answers), reply_markup=keyboard(talk.card_rows(ref)))


async def main() -> None:
    """Poll until killed."""
    session = AiohttpSession(api=TelegramAPIServer.from_base(os.environ["BENCH_URL"]))
    bot = Bot(os.environ["BENCH_TOKEN"], session=session, default=DefaultBotProperties(parse_mode=ParseMode.HTML))
    dispatcher = Dispatcher(storage=MemoryStorage())
    dispatcher.include_router(router)
    await dispatcher.start_polling(bot)


if __name__ == "__main__":
    asyncio.run(main())
