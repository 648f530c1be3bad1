"""The reader's PIN: asked before *Buka*, set and changed from /menu (``pn:<what>``); what is typed is deleted."""

from __future__ import annotations

from domain.errors import NotPermitted, Stale
from domain.notices import Ack, Button, Delete, Notice, View
from domain.usecases import pins, reading
from domain.usecases.cards import Tap
from handlers.context import Context, number


def tapped(ctx: Context, parts: list[str]) -> Ack | None:
    """``pn:m`` the screen, ``pn:s`` set or change, ``pn:h`` remove, ``pn:r:<person>`` reset by an administrator."""
    match parts:
        case ["m"]:
            _screen(ctx)
        case ["s"]:
            _reader(ctx)
            pins.ask(ctx.uow, ctx.me, "lama" if pins.of(ctx.uow, ctx.me).hash is not None else "baru", ctx.now)
        case ["h"]:
            if pins.required(ctx.office):
                raise NotPermitted
            pins.ask(ctx.uow, ctx.me, "hapus", ctx.now)
        case ["r", person]:
            done = pins.reset(ctx.uow, ctx.me, number(person), ctx.now)
            return Ack("pin/ack_disetel_ulang", {"alias": done.alias}, alert=True)
        case _:
            raise Stale
    return None


def _reader(ctx: Context) -> None:
    if not ctx.me.clearance.secret or not ctx.inc.private:
        raise NotPermitted


def _screen(ctx: Context) -> None:
    _reader(ctx)
    has = pins.of(ctx.uow, ctx.me).hash is not None
    buttons = [Button("pin.ubah" if has else "pin.pasang", "pn:s")]
    if has and not pins.required(ctx.office):
        buttons.append(Button("pin.hapus", "pn:h"))
    view = View("pin/layar", {"ada": has, "wajib": pins.required(ctx.office)}, (tuple(buttons),))
    ctx.show_here(view)


def plainly(ctx: Context) -> Ack | None:
    """A PIN typed without replying to the question: taken for the answer while one was just asked for."""
    if ctx.inc.kind != "message" or ctx.person is None or not ctx.person.active:
        return None
    asked = pins.waits_for(ctx.uow, ctx.me, ctx.inc.text, ctx.now)
    return None if asked is None else _answer(ctx, asked)


def replied(ctx: Context, parts: list[str]) -> Ack | None:
    """The reply to the question ``pin:<person>:<what>[:<case>]``."""
    if len(parts) < 2 or parts[0] != str(ctx.me.id):
        raise Stale
    return _answer(ctx, ":".join(parts[1:]))


def _answer(ctx: Context, asked: str) -> Ack:
    """Take the typed digits out of the chat, then do what they were asked for."""
    uow, me = ctx.uow, ctx.me
    if ctx.inc.message_id is not None:
        uow.outbox.add(Notice(ctx.inc.chat_id, Delete(message_id=ctx.inc.message_id)))
    uow.outbox.add(Notice(ctx.inc.chat_id, Delete(slot=pins.slot(me, asked))))
    what, _, rest = asked.partition(":")
    if what == "baru":
        return _new(ctx)
    if what == "ulang":
        done = pins.settle(uow, ctx.office, me, ctx.inc.text, ctx.now)
        ctx.reply("pin/terpasang" if done else "pin/tidak_sama")
        return Ack()
    if pins.of(uow, me).hash is None:
        ctx.reply("pin/disetel_ulang")
        return Ack()
    match pins.tried(uow, ctx.office, me, ctx.inc.text, ctx.now):
        case "locked":
            until = pins.of(uow, me).locked_until
            ctx.reply("pin/terkunci", sampai=until.isoformat() if until is not None else ctx.now.isoformat())
        case "wrong":
            pins.ask(uow, me, asked, ctx.now, "salah", pins.tries_left(uow, ctx.office, me))
        case "right" if what == "buka":
            return reading.open_(uow, ctx.office, me, number(rest), ctx.now, Tap(ctx.inc.chat_id)) or Ack()
        case "right" if what == "hapus":
            pins.remove(uow, ctx.office, me, ctx.now)
            ctx.reply("pin/dihapus")
        case "right":
            pins.ask(uow, me, "baru", ctx.now)
    return Ack()


def _new(ctx: Context) -> Ack:
    """A new PIN, first time. Where one is set already, the old one must have been given a moment ago."""
    pin = pins.of(ctx.uow, ctx.me)
    if pin.hash is not None and (pin.open_until is None or ctx.now >= pin.open_until):
        ctx.reply("galat/tombol_lama")  # said, not raised: the typed digits must be deleted all the same
        return Ack()
    if pins.propose(ctx.uow, ctx.me, ctx.inc.text):
        pins.ask(ctx.uow, ctx.me, "ulang", ctx.now)
    else:
        pins.ask(ctx.uow, ctx.me, "baru", ctx.now, "lemah")
    return Ack()


TAPS = {"pn": tapped}
PROMPTS = {"pin": replied}
