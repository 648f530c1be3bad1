"""The door: /start with an invitation, and the one polite line that everybody else gets."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from domain.commands import commands_for
from domain.notices import Ack, Notice, SetCommands
from domain.usecases import people
from handlers import lapsus, menu
from handlers.context import Context

QUIET = timedelta(hours=1)
"""A stranger gets the polite line at most this often."""
REFUSALS = 10
"""Wrong invitations answered in that time."""
DOORS = 4096
"""Strangers share so many marks by their id: what is kept about them cannot grow, and names nobody."""


def stranger(ctx: Context) -> Ack | None:
    """Somebody not registered (any more): an invitation lets them in, anything else gets one line an hour."""
    inc = ctx.inc
    if inc.sender_id is None:
        return None
    if inc.kind == "message" and inc.command == "start" and inc.args:
        person = people.accept(ctx.uow, ctx.office, inc.args, inc.sender_id, inc.sender_name, ctx.now)
        if person is not None:
            menu.show_menu(ctx, person)
        elif _may_answer(ctx, inc.sender_id, "refused", REFUSALS):
            ctx.reply("orang/undangan_ditolak")
    elif _may_answer(ctx, inc.sender_id, "line", 1):
        ctx.reply("orang/belum_terdaftar", instansi=ctx.office.profile.office)
    return None


def _may_answer(ctx: Context, sender_id: int, what: str, limit: int) -> bool:
    key = f"stranger:{sender_id % DOORS}"
    stored = ctx.uow.meta.get(key)
    mark = json.loads(stored) if stored else {}
    begun = datetime.fromisoformat(mark["at"]) if mark else None
    if begun is None or not begun <= ctx.now < begun + QUIET:
        mark = {"at": ctx.now.isoformat()}
    count = mark.get(what, 0)
    if count >= limit:
        return False
    ctx.uow.meta.put(key, json.dumps({**mark, what: count + 1}))
    return True


def command(ctx: Context) -> Ack | None:
    """A registered person: a greeting and the menu. Somebody else's invitation stays unused."""
    me = ctx.me
    if ctx.inc.args == lapsus.START and ctx.office.profile.procedure("lapsus") is not None:
        return lapsus.command(ctx)
    if ctx.inc.args:
        ctx.reply("orang/sudah_terdaftar", alias=me.alias)
        return None
    # The list may have been set by an older version of the bot.
    ctx.uow.outbox.add(Notice(ctx.inc.chat_id, SetCommands(commands_for(me, ctx.office))))
    menu.show_menu(ctx, me, greet=True)
    return None


COMMANDS = {"start": command}
