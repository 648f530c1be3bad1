"""The chronology line by line (``lc:<what>:<case>:<version>:<step>:…``), in the draft and in the rounds."""

from __future__ import annotations

from domain.errors import Stale
from domain.lokus import chronicle
from domain.model import Case
from domain.notices import Ack, Delete, Notice, View
from domain.privacy import mask
from domain.usecases import lokus_chronicle as lines
from domain.usecases.cardview import slot as card_slot
from domain.usecases.lokus_chronicle import Line
from domain.usecases.lokus_draft import AUTHOR
from domain.usecases.lokus_rounds import Seen
from handlers.context import Context, asked, number, typed
from handlers.lokus_rounds import under

LINE = "kronologi-tanya"


def tapped(ctx: Context, parts: list[str]) -> Ack | None:
    """The list's and a line's buttons; anything else is an old one."""
    match parts:
        case ["e", case, version, step, page]:
            found, _ = lines.text_of(ctx.uow, ctx.office, ctx.me, Seen(number(case), number(version), step), ctx.now)
            return _list(ctx, found, number(page))
        case ["u", case, version, step]:
            seen = Seen(number(case), number(version), step)
            return _list(ctx, lines.undo(ctx.uow, ctx.office, ctx.me, seen, ctx.now), 0)
        case ["m", case, version, step]:
            seen = Seen(number(case), number(version), step)
            return _list(ctx, lines.from_log(ctx.uow, ctx.office, ctx.me, seen, ctx.now), 0)
        case [what, case, version, step, place, mark] if what in _ON_LINE:
            return _ON_LINE[what](ctx, Seen(number(case), number(version), step), Line(number(place), mark))
        case _:
            raise Stale


def _list(ctx: Context, case: Case, page: int) -> Ack | None:
    return _card(ctx, case, lines.editor(ctx.uow, ctx.office, ctx.me, case, page, ctx.now))


def _card(ctx: Context, case: Case, view: View) -> Ack | None:
    ctx.show(view, card_slot(case, ctx.me.telegram_id), reference=case.ref)
    return None


def _one(ctx: Context, seen: Seen, line: Line) -> Ack | None:
    case, place, words = lines.line_of(ctx.uow, ctx.office, ctx.me, seen, line, ctx.now)
    return _card(ctx, case, lines.single(case, place, words))


def _drop(ctx: Context, seen: Seen, line: Line) -> Ack | None:
    found = lines.drop(ctx.uow, ctx.office, ctx.me, seen, line, ctx.now)
    return _list(ctx, found, line.place // lines.LINES)


def _rewrite(ctx: Context, seen: Seen, line: Line) -> Ack | None:
    return _ask(ctx, seen, line, "ubah")


def _add(ctx: Context, seen: Seen, line: Line) -> Ack | None:
    return _ask(ctx, seen, line, "tambah")


def _ask(ctx: Context, seen: Seen, line: Line, what: str) -> Ack | None:
    case, place, words = lines.line_of(ctx.uow, ctx.office, ctx.me, seen, line, ctx.now)
    where = f"{LINE}:{case.id}:{ctx.me.id}:{case.version}:{case.step}:{place}:{chronicle.stamp(words)}:{what}"
    shown = words if case.step == AUTHOR else mask(words)  # the author's own words, as the part's question shows them
    view = View("hasil/tanya_baris", {"ref": case.ref, "isi": shown, "apa": what}, force_reply=True, protect=True)
    ctx.show(view, where, fresh=True, reference=case.ref)
    return None


_ON_LINE = {"j": _one, "x": _drop, "w": _rewrite, "s": _add}


def _written(ctx: Context, parts: list[str]) -> Ack | None:
    """The typed words; the list comes again below them."""
    case, _, version, step, place, mark, what = asked(ctx, parts, 7)
    seen, line = Seen(number(case), number(version), step), Line(number(place), mark)
    change = lines.rewrite if what == "ubah" else lines.add_below
    found = change(ctx.uow, ctx.office, ctx.me, seen, line, typed(ctx.inc), ctx.now)
    ctx.uow.outbox.add(Notice(ctx.inc.chat_id, Delete(slot=f"{LINE}:{':'.join(parts)}")))
    under(ctx, found, lines.editor(ctx.uow, ctx.office, ctx.me, found, line.place // lines.LINES, ctx.now))
    return None


TAPS = {"lc": tapped}
PROMPTS = {LINE: _written}
