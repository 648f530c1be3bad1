"""Which conversation an update belongs to. Each conversation module lists its own commands, taps and prompts.

- ``COMMANDS``: name → handler, for private chats; ``GROUP_COMMANDS`` likewise for groups.
- ``TAPS``: the first part of the callback data → handler given the remaining parts. Nothing in it is trusted.
- ``PROMPTS``: the first part of a prompt's slot (``tanya-revisi:7:1:3``) → handler given the remaining parts; called
  for a reply to that very message.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from domain.errors import Stale
from domain.notices import Ack, View
from handlers import (
    disposition,
    form,
    lapsus,
    leadership,
    lokus_assign,
    lokus_chronicle,
    lokus_documents,
    lokus_emergency,
    lokus_field,
    lokus_gate,
    lokus_plan,
    lokus_result,
    lokus_rounds,
    membership,
    menu,
    monev,
    people,
    pins,
    recap,
    record,
    reports,
    secret,
    start,
    tasks,
    verification,
)
from handlers.context import Context

Handler = Callable[[Context], Ack | None]
PartsHandler = Callable[[Context, list[str]], Ack | None]

_MODULES = (
    disposition,
    form,
    lapsus,
    leadership,
    lokus_assign,
    lokus_chronicle,
    lokus_documents,
    lokus_emergency,
    lokus_field,
    lokus_plan,
    lokus_result,
    lokus_rounds,
    membership,
    menu,
    monev,
    people,
    pins,
    recap,
    record,
    reports,
    secret,
    start,
    tasks,
    verification,
)


def _merged(attribute: str) -> dict[str, Callable[..., Ack | None]]:
    table: dict[str, Callable[..., Ack | None]] = {}
    for module in _MODULES:
        for name, handler in getattr(module, attribute, {}).items():
            if name in table:
                raise ValueError(f"{attribute}: {name!r} is claimed by two conversations")
            table[name] = handler
    return table


COMMANDS: Mapping[str, Handler] = _merged("COMMANDS")
GROUP_COMMANDS: Mapping[str, Handler] = _merged("GROUP_COMMANDS")
OURS: Collection[str] = frozenset(COMMANDS.keys() | GROUP_COMMANDS.keys())
TAPS: Mapping[str, PartsHandler] = _merged("TAPS")
PROMPTS: Mapping[str, PartsHandler] = _merged("PROMPTS")


def route(ctx: Context) -> Ack | None:
    """Hand one update to its conversation; returns the answer to a tap, if any."""
    inc = ctx.inc
    if inc.kind == "other":
        return None
    if inc.kind == "membership":
        return membership.changed(ctx)
    if inc.kind == "tap":
        return _tap(ctx)
    if inc.channel or (inc.anonymous and not inc.is_service):
        if not inc.private and not inc.channel and lapsus.is_call(inc, ctx.office.bot_username):
            lapsus.in_group(ctx)
        return membership.nameless(ctx, OURS)
    if inc.is_service:
        return membership.service(ctx)
    return _private(ctx) if inc.private else _group(ctx)


def _tap(ctx: Context) -> Ack | None:
    if ctx.person is None or not ctx.person.active:
        return lokus_emergency.from_outside(ctx) or Ack("galat/belum_terdaftar", alert=True)
    head, *parts = ctx.inc.data.split(":")
    handler = TAPS.get(head)
    if handler is None:
        raise Stale
    return lokus_gate.closed(ctx, head, parts) or handler(ctx, parts)


def _private(ctx: Context) -> Ack | None:
    inc = ctx.inc
    if ctx.person is None or not ctx.person.active:
        return lokus_emergency.from_outside(ctx) or start.stranger(ctx)
    if lapsus.is_call(inc, ctx.office.bot_username) or lapsus.is_spoken(ctx):
        return lapsus.command(ctx)
    if inc.kind == "message" and inc.command is not None:
        handler = COMMANDS.get(inc.command)
        if handler is not None:
            return handler(ctx)
        ctx.show(View("umum/perintah_tidak_dikenal", {"perintah": inc.command[:32]}))
        return None
    said = lokus_field.cried(ctx) or _prompt(ctx) or pins.plainly(ctx) or lokus_field.collected(ctx)
    return said or form.on_message(ctx)


def _group(ctx: Context) -> Ack | None:
    inc = ctx.inc
    if lapsus.is_call(inc, ctx.office.bot_username):
        return lapsus.in_group(ctx)
    if inc.kind == "message" and inc.command is not None:
        if inc.command in GROUP_COMMANDS:
            return GROUP_COMMANDS[inc.command](ctx)
        if inc.command in OURS and ctx.person is not None and ctx.person.active:
            ctx.show(View("umum/pindah_ke_pribadi", {"bot": ctx.office.bot_username}))
        return None
    _prompt(ctx)
    return None


_HANDLED = Ack()


def _prompt(ctx: Context) -> Ack | None:
    """Serve a reply to one of our prompts; gives something when it was one."""
    inc = ctx.inc
    if inc.reply_to is None or inc.kind != "message" or ctx.person is None or not ctx.person.active:
        return None
    slot = ctx.uow.outbox.slot_of(inc.chat_id, inc.reply_to)
    if slot is None:
        return None
    head, *parts = slot.split(":")
    handler = PROMPTS.get(head)
    return None if handler is None else (handler(ctx, parts) or _HANDLED)
