"""/monev [bulan]: the month's evaluation; buttons ``mv:<what>:<month>`` ask for it again, so rights are looked up anew.

``t`` steps, ``k`` kecamatan, ``p`` mornings, ``g`` the pictures, ``x`` the table as XLSX.
"""

from __future__ import annotations

from domain.errors import Stale, UserError
from domain.months import Month
from domain.notices import Ack, Button, Json, Keyboard, Media, View
from domain.usecases import monev, monev_view
from handlers.context import Context, rows

PAGES = {"t": "tahap", "k": "kecamatan", "p": "pagi"}
GROUPS = frozenset({"koordinasi", "pimpinan"})


def command(ctx: Context) -> Ack | None:
    """In private: this month, or the one typed behind the command."""
    return _page(ctx, _typed(ctx), "t")


def in_group(ctx: Context) -> Ack | None:
    """In a group of the office: counts of steps and places only. Elsewhere the private chat is pointed to."""
    if ctx.person is None or not ctx.person.active:
        return None
    group = ctx.uow.groups.get(ctx.inc.chat_id)
    if group is None or group.purpose not in GROUPS:
        ctx.show(View("umum/pindah_ke_pribadi", {"bot": ctx.office.bot_username}))
        return None
    ctx.show(View("monev/grup", _figures(ctx, _typed(ctx), secret=False)))
    return None


def tapped(ctx: Context, parts: list[str]) -> Ack | None:
    """The buttons; anything else is an old one."""
    try:
        what, month = parts[0], Month.read(parts[1])
    except (IndexError, ValueError):
        raise Stale from None
    if month > _now(ctx) or not ctx.inc.private:
        raise Stale
    if what in PAGES:
        return _page(ctx, month, what)
    name = f"monev-{month.year}-{month.number:02d}"
    params = _figures(ctx, month)
    match what:
        case "g":
            sheets = tuple(
                Media("photo", make="monev_picture", params=sheet, file_name=f"{name}-{number}.png")
                for number, sheet in enumerate(monev_view.sheets(params), 1)
            )
            one = sheets[0] if len(sheets) == 1 else None
            ctx.show(View("monev/gambar", _head(params), media=one, album=() if one else sheets))
        case "x":
            media = Media("document", make="monev_table", params=params, file_name=f"{name}.xlsx")
            ctx.show(View("monev/berkas", _head(params), media=media))
        case _:
            raise Stale
    return None


def _page(ctx: Context, month: Month, what: str) -> Ack | None:
    params = _figures(ctx, month)
    if what == "p" and params["pagi"] is None:
        raise Stale
    ctx.show_here(View(f"monev/{PAGES[what]}", params, _buttons(ctx, month, what, mornings=params["pagi"] is not None)))
    return None


def _figures(ctx: Context, month: Month, *, secret: bool = True) -> dict[str, Json]:
    scope = monev.scope_of(ctx.uow, ctx.me, ctx.now, secret=secret)
    return monev_view.params(ctx.office, monev.gather(ctx.uow, ctx.office, month, scope, ctx.now))


def _head(params: dict[str, Json]) -> dict[str, Json]:
    return {key: params[key] for key in ("bulan", "sampai", "wilayah")}


def _buttons(ctx: Context, month: Month, here: str, *, mornings: bool) -> Keyboard:
    pages = [
        Button(f"monev.{name}", f"mv:{key}:{month.code}")
        for key, name in PAGES.items()
        if key != here and (key != "p" or mornings)
    ]
    papers = [Button("monev.gambar", f"mv:g:{month.code}"), Button("monev.xlsx", f"mv:x:{month.code}")]
    turns = [
        Button(f"monev.{label}", f"mv:{here}:{to.code}", {"bulan": f"{to.number:02d}-{to.year}"})
        for label, to in (("sebelumnya", month.before), ("berikutnya", month.after))
        if to is not None and to <= _now(ctx)
    ]
    return (*rows(pages, 2), tuple(papers), tuple(turns))


def _typed(ctx: Context) -> Month:
    monev.scope_of(ctx.uow, ctx.me, ctx.now)  # who may not see it is told so first
    today = ctx.office.local_date(ctx.now)
    try:
        month = Month.typed(ctx.inc.args, today)
    except ValueError:
        raise UserError("monev/bulan_keliru", tahun=today.year) from None
    if month > _now(ctx):
        raise UserError("monev/belum_tiba", bulan=month.first.isoformat())
    return month


def _now(ctx: Context) -> Month:
    return Month.of(ctx.office.local_date(ctx.now))


COMMANDS = {"monev": command}
GROUP_COMMANDS = {"monev": in_group}
TAPS = {"mv": tapped}
