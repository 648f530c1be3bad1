"""The conversation as python-telegram-bot's own tutorial writes it: ConversationHandler, ``user_data``, run_polling.

ConversationHandler keeps its states in memory and asks for updates one at a time (``concurrent_updates`` off).
Source: https://docs.python-telegram-bot.org/en/stable/examples.conversationbot.html
"""

from __future__ import annotations

import os
from typing import Any, Final

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.constants import ParseMode
from telegram.ext import (
    ApplicationBuilder,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    ConversationHandler,
    MessageHandler,
    filters,
)

from benchmarks import conversation as talk

START: Final = "start"
SUMMARY: Final = "summary"
GROUP: Final = int(os.environ.get("BENCH_GROUP", "0"))


def keyboard(rows: talk.Rows) -> InlineKeyboardMarkup:
    """An inline keyboard from labels and data."""
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(text, callback_data=data) for text, data in row] for row in rows]
    )


async def lapinfo(update: Update, context: ContextTypes.DEFAULT_TYPE) -> str:
    """/lapinfo: Nihil or Ada kejadian."""
    assert update.message is not None
    assert context.user_data is not None
    context.user_data.clear()
    await update.message.reply_text(talk.OPENING, parse_mode=ParseMode.HTML, reply_markup=keyboard(talk.OPENING_ROWS))
    return START


async def begin(update: Update, context: ContextTypes.DEFAULT_TYPE) -> str:
    """*Ada kejadian*: the first question."""
    return await ask(update, context, talk.ORDER[0])


async def choose(update: Update, context: ContextTypes.DEFAULT_TYPE) -> str:
    """A tapped option."""
    assert update.callback_query is not None
    assert context.user_data is not None
    data = str(update.callback_query.data)
    talk.chosen(data, context.user_data)
    return await ask(update, context, talk.following(data.partition(":")[0]))


def typed(key: str) -> Any:
    """The handler of one typed answer."""

    async def answer(update: Update, context: ContextTypes.DEFAULT_TYPE) -> str:
        assert update.message is not None
        assert context.user_data is not None
        context.user_data[key] = update.message.text
        return await ask(update, context, talk.following(key))

    return answer


async def ask(update: Update, context: ContextTypes.DEFAULT_TYPE, key: str | None) -> str:
    """Show a question, or the summary, where the person looks."""
    answers: dict[str, str] = context.user_data or {}
    text = talk.summary(answers) if key is None else talk.question(key)
    markup = keyboard(talk.summary_rows() if key is None else talk.rows(key, answers))
    if update.callback_query is not None:
        await update.callback_query.answer()
        await update.callback_query.edit_message_text(text, parse_mode=ParseMode.HTML, reply_markup=markup)
    elif update.message is not None:
        await update.message.reply_text(text, parse_mode=ParseMode.HTML, reply_markup=markup)
    return key or SUMMARY


async def send(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
    """*Kirim*: the receipt, and the card in the group."""
    assert update.callback_query is not None
    answers: dict[str, str] = context.user_data or {}
    ref = talk.reference()
    await update.callback_query.answer()
    await update.callback_query.edit_message_text(talk.receipt(ref), parse_mode=ParseMode.HTML)
    await context.bot.send_message(
        GROUP, talk.card(ref, answers), parse_mode=ParseMode.HTML, reply_markup=keyboard(talk.card_rows(ref))
    )
    return ConversationHandler.END


def main() -> None:
    """Poll until killed."""
    url = os.environ["BENCH_URL"]
    application = ApplicationBuilder().token(os.environ["BENCH_TOKEN"]).base_url(f"{url}/bot").build()
    states: dict[object, list[Any]] = {
        START: [CallbackQueryHandler(begin, pattern="^ada$")],
        SUMMARY: [CallbackQueryHandler(send, pattern="^kirim$")],
    }
    for key in talk.ORDER:
        if key in talk.CHOICES:
            states[key] = [CallbackQueryHandler(choose, pattern=f"^{key}:")]
        else:
            states[key] = [MessageHandler(filters.TEXT & ~filters.COMMAND, typed(key))]
    application.add_handler(
        ConversationHandler(
            entry_points=[CommandHandler("lapinfo", lapinfo)],
            states=states,
            fallbacks=[CommandHandler("lapinfo", lapinfo)],
        )
    )
    application.run_polling()


if __name__ == "__main__":
    main()
