"""/rekap and the recap's buttons.

``rk:s:<id>:<version>`` approves, ``rk:u:<id>`` reloads, ``rk:l:<id>[:<page>]`` lists a recap that was made;
``rk:r:<code>`` shows another day or range, ``rk:h:<day>:<page>`` lists a day.
"""

from __future__ import annotations

from datetime import date

from domain.errors import Stale, UserError
from domain.notices import Ack, View
from domain.recognition.days import read_days
from domain.usecases import recap, recaplist, recaprange
from handlers.context import Context, number


def command(ctx: Context) -> Ack | None:
    """/rekap, /rekap 18-11-2026, /rekap 1-11-2026 s.d. 15-11-2026."""
    ctx.show(_wanted(ctx, ctx.inc.args), f"rekap-tanya:{ctx.me.id}@{ctx.inc.chat_id}", fresh=True)
    return None


def group_command(ctx: Context) -> Ack | None:
    """In a bound group: numbers only, no place and no person; for those who may read recaps."""
    group = ctx.uow.groups.get(ctx.inc.chat_id)
    if group is None or group.purpose is None:
        return None
    first, last = _days(ctx, ctx.inc.args)
    recaprange.check(ctx.uow, ctx.me, ctx.now)
    view = recaprange.range_view(ctx.uow, ctx.office, ctx.me, first, last, ctx.now, full=False)
    ctx.show(view)
    return None


def _wanted(ctx: Context, text: str) -> View:
    recaprange.check(ctx.uow, ctx.me, ctx.now)
    return _view(ctx, *_days(ctx, text))


def _days(ctx: Context, text: str) -> tuple[date, date]:
    today = ctx.office.local_date(ctx.now)
    if not text.strip():
        return today, today
    found = read_days(text[:100], today)
    if found is None:
        raise UserError("rekap/tanggal_keliru", hari=today.isoformat())
    return found


def _view(ctx: Context, first: date, last: date) -> View:
    if first == last:
        return recaprange.day_view(ctx.uow, ctx.office, ctx.me, first, ctx.now)
    return recaprange.range_view(ctx.uow, ctx.office, ctx.me, first, last, ctx.now)


def tapped(ctx: Context, parts: list[str]) -> Ack | None:
    """One tap, in a private chat, where alone the buttons stand; anything else is an old button."""
    me = ctx.me
    if not ctx.inc.private:
        raise Stale
    match parts:
        case ["s", recap_id, version]:
            return recap.approve(ctx.uow, ctx.office, me, number(recap_id), number(version), ctx.now)
        case ["u", recap_id]:
            return recap.reload(ctx.uow, ctx.office, me, number(recap_id), ctx.now)
        case ["l", recap_id, *page]:
            shown = number(page[0]) if page else 0
            view, ref = recaplist.stored(ctx.uow, ctx.office, me, number(recap_id), shown, ctx.now)
            _list(ctx, view, f"{recap_id}", ref, turned=bool(page))
        case ["r", code]:
            days = recaprange.shortcut(code, ctx.office.local_date(ctx.now))
            if days is None:
                raise Stale
            recaprange.check(ctx.uow, me, ctx.now)
            ctx.show(_view(ctx, *days), f"rekap-tanya:{me.id}@{ctx.inc.chat_id}", fresh=True)
        case ["h", code, page]:
            recaprange.check(ctx.uow, me, ctx.now)
            view = recaprange.page_view(ctx.uow, ctx.office, me, _day(code), number(page), ctx.now)
            _list(ctx, view, code, None, turned=not ctx.inc.on_media)
        case _:
            raise Stale
    return None


def _day(code: str) -> date:
    number(code)
    try:
        return date.fromisoformat(f"{code[:4]}-{code[4:6]}-{code[6:]}")
    except ValueError:
        raise Stale from None


def _list(ctx: Context, view: View, what: str, ref: str | None, *, turned: bool) -> None:
    """The list is a message of its own; turning its pages edits it in place."""
    slot = f"rekap-daftar:{what}:{ctx.me.id}@{ctx.inc.chat_id}"
    if turned:
        ctx.show_here(view, slot, reference=ref)
    else:
        ctx.show(view, slot, fresh=True, reference=ref)


COMMANDS = {"rekap": command}
GROUP_COMMANDS = {"rekap": group_command}
TAPS = {"rk": tapped}
