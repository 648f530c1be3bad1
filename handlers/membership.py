"""The bot's own coming and going: groups, channels, people who block it; and senders who have no name."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from domain.errors import UserError
from domain.model import PURPOSES
from domain.notices import Ack, Leave, Notice, View
from domain.roles import Role
from domain.usecases import groups, people
from handlers.context import Context


def changed(ctx: Context) -> Ack | None:
    """my_chat_member: the bot's place in a chat changed."""
    inc = ctx.inc
    if inc.private:
        _private(ctx)
    elif inc.joined and inc.channel:
        ctx.uow.outbox.add(Notice(inc.chat_id, Leave()))
    elif inc.joined:
        groups.entered(ctx.uow, ctx.office, ctx.person, inc.chat_id, inc.chat_title, ctx.now)
    else:
        groups.left(ctx.uow, ctx.office, inc.chat_id, ctx.now)
    return None


def _private(ctx: Context) -> None:
    if ctx.person is None:
        return
    if ctx.inc.joined:
        people.reachable(ctx.uow, ctx.person, ctx.now)
    else:
        people.unreachable(ctx.uow, ctx.person, ctx.now)


def nameless(ctx: Context, ours: Collection[str]) -> Ack | None:
    """An anonymous administrator or a channel spoke: whoever talks to the bot does it in their own name.

    ``ours``: commands that are meant for this bot even without its name behind them.
    """
    inc = ctx.inc
    if inc.private or inc.kind != "message":
        return None
    if inc.channel:
        ctx.uow.outbox.add(Notice(inc.chat_id, Leave()))
        return None
    replied = inc.reply_to is not None and ctx.uow.outbox.slot_of(inc.chat_id, inc.reply_to) is not None
    if inc.command in ours or replied:
        # In a slot, so that of many such messages only the newest waiting answer is sent.
        ctx.show(View("grup/atas_nama_sendiri"), f"anonim:{inc.chat_id}", fresh=True)
    return None


def service(ctx: Context) -> Ack | None:
    """Telegram's own messages in a chat: a group that becomes a supergroup, a new title."""
    inc = ctx.inc
    if inc.private:
        return None
    if inc.migrate_to is not None:
        groups.migrate(ctx.uow, inc.chat_id, inc.migrate_to, ctx.now)
        return None
    group = ctx.uow.groups.get(inc.chat_id)
    if group is not None and group.title != inc.chat_title:
        ctx.uow.groups.put(replace(group, title=inc.chat_title))
    return None


def bind_here(ctx: Context) -> Ack | None:
    """/ikat PURPOSE in a group."""
    person = ctx.person
    if person is None or not person.active:
        return None
    if not person.has(Role.ADMINISTRATOR):
        ctx.reply("grup/hanya_administrator")
        return None
    try:
        group = groups.bind(ctx.uow, ctx.office, person, ctx.inc.chat_id, ctx.inc.chat_title, ctx.inc.args, ctx.now)
    except UserError as error:
        # A refusal raised in a group reaches nobody, so it is said here; nothing was changed yet.
        ctx.reply(error.key, **error.params)
        return None
    ctx.reply("grup/terikat", tujuan=group.purpose)
    return None


def bind_how(ctx: Context) -> Ack | None:
    """/ikat in private: how it is done."""
    ctx.need(Role.ADMINISTRATOR)
    ctx.reply("grup/cara_ikat", tujuan=list(PURPOSES))
    return None


COMMANDS = {"ikat": bind_how}
GROUP_COMMANDS = {"ikat": bind_here}
