"""/undang: an administrator puts an invitation together by taps, or in one line ``/undang agen Kajen Elang-07``."""

from __future__ import annotations

from dataclasses import replace

from domain.errors import Stale, UserError
from domain.notices import Ack, Button, Keyboard, Media, View
from domain.roles import Role
from domain.usecases import people
from handlers.context import Context, rows
from handlers.pick import region_buttons, role_buttons, spelled
from handlers.wish import CLEARANCES, Wish, marked, mask_of, number, roles_of

PROMPT = "tanya-undang"


def command(ctx: Context) -> Ack | None:
    """Without words the first screen; with words the invitation at once."""
    ctx.need(Role.ADMINISTRATOR)
    if ctx.inc.args:
        _one_line(ctx, ctx.inc.args.split())
    else:
        ctx.show_here(_roles(ctx, Wish()))
    return None


def tap(ctx: Context, parts: list[str]) -> Ack | None:
    """``u:SCREEN:CODE[:PAGE]``: each button carries the choice it leads to."""
    me = ctx.need(Role.ADMINISTRATOR)
    if parts == ["batal"]:
        ctx.show_here(View("orang/undang_batal"))
        return None
    if len(parts) not in (2, 3):
        raise Stale
    screen, wish, page = parts[0], Wish.read(parts[1], ctx.office), parts[2] if len(parts) == 3 else "0"
    if screen in _SCREENS:
        ctx.show_here(_SCREENS[screen](ctx, wish))
        return None
    match screen:
        case "w":
            ctx.show_here(_regions(ctx, wish, number(page, 1000)))
        case "nama":
            ctx.show(View("orang/undang_tanya_nama", force_reply=True), f"{PROMPT}:{wish.code}:{me.id}", fresh=True)
        case "buat":
            _once(ctx)
            ctx.show_here(View("orang/undang_dibuat", _spelled(ctx, wish)))
            issue(ctx, people.make_invitation(ctx.uow, ctx.office, me, wish.grant(ctx.office), ctx.now))
        case _:
            raise Stale
    return None


def _once(ctx: Context) -> None:
    """Refuse the second of two quick taps on one card: the card changes only when the first answer is delivered."""
    key, here = f"invited_from:{ctx.me.id}", str(ctx.inc.message_id)
    if ctx.uow.meta.get(key) == here:
        raise Stale
    ctx.uow.meta.put(key, here)


def named(ctx: Context, parts: list[str]) -> Ack | None:
    """The reply to the question for names: first line the code name, second line the name; ``-`` leaves one out."""
    me = ctx.need(Role.ADMINISTRATOR)
    if len(parts) != 2 or parts[1] != str(me.id):
        raise Stale
    lines = [line.strip() for line in ctx.inc.text.splitlines() if line.strip()]
    code_name, name = (*("" if line == "-" else line for line in lines[:2]), "", "")[:2]
    if not (code_name or name):
        raise UserError("galat/nama_kosong")
    grant = Wish.read(parts[0], ctx.office).grant(ctx.office, name or None, code_name or None)
    issue(ctx, people.make_invitation(ctx.uow, ctx.office, me, grant, ctx.now))
    return None


def issue(ctx: Context, issued: people.Issued, template: str = "orang/undangan") -> None:
    """Show the invitation: the link to pass on, and its QR picture where the bot's name is known."""
    grant = issued.grant
    media = (
        None
        if issued.link is None
        else Media("photo", make="invitation_qr", params={"link": issued.link}, file_name="undangan.png")
    )
    ctx.show(
        View(
            template,
            {
                "tautan": issued.link,
                "payload": issued.payload,
                "berlaku_sampai": issued.expires_at.isoformat(),
                "sandi": grant.code_name,
                "peran": people.role_names(grant.roles),
                "wilayah": list(grant.regions),
            },
            media=media,
        )
    )


def _one_line(ctx: Context, words: list[str]) -> None:
    """Roles, then kecamatan (also of two words), what is left is the code name."""
    me = ctx.me
    names = {role.value: role for role in Role}
    names |= {ctx.office.title(role).casefold(): role for role in Role if " " not in ctx.office.title(role)}
    roles: set[Role] = set()
    while words and words[0].casefold() in names:
        roles.add(names[words.pop(0).casefold()])
    if not roles:
        raise UserError("galat/peran_tidak_dikenal", peran=[role.value for role in Role])
    known = {name.casefold(): name for name in ctx.office.profile.regions}
    regions: list[str] = []
    while words:
        size = next((size for size in (3, 2, 1) if " ".join(words[:size]).casefold().rstrip(",") in known), 0)
        if not size:
            break
        regions.append(known[" ".join(words[:size]).casefold().rstrip(",")])
        words = words[size:]
    wish = Wish(mask_of([*roles], [*Role]), mask_of(regions, ctx.office.profile.regions))
    grant = replace(wish.grant(ctx.office), code_name=" ".join(words) or None)
    issue(ctx, people.make_invitation(ctx.uow, ctx.office, me, grant, ctx.now))


def _to(screen: str, wish: Wish, page: int = 0) -> str:
    return f"u:{screen}:{wish.code}" + (f":{page}" if page else "")


def _steps(wish: Wish, back: str | None, on: str | None, label: str = "orang.lanjut") -> Keyboard:
    row = [Button("orang.kembali", _to(back, wish))] if back else []
    row.append(Button("orang.batal", "u:batal"))
    if on:
        row.append(Button(label, _to(on, wish)))
    return (tuple(row),)


def _spelled(ctx: Context, wish: Wish) -> dict[str, object]:
    grant = wish.grant(ctx.office)
    return {
        "peran": people.role_names(grant.roles),
        "wilayah": list(grant.regions),
        "klasifikasi": grant.clearance.value,
        "sumber": grant.source,
    }


def _roles(ctx: Context, wish: Wish) -> View:
    buttons = role_buttons(ctx.office, wish.roles, lambda index: _to("r", wish.toggled(role=index)))
    return View(
        "orang/undang_peran",
        {"peran": people.role_names(roles_of(wish.roles))},
        (*buttons, *_steps(wish, None, "w" if wish.roles else None)),
    )


def _regions(ctx: Context, wish: Wish, page: int) -> View:
    buttons = region_buttons(
        ctx.office,
        wish.regions,
        page,
        lambda index: _to("w", wish.toggled(region=index), page),
        lambda turned: _to("w", wish, turned),
    )
    return View(
        "orang/undang_wilayah",
        {"wilayah": list(marked(wish.regions, ctx.office.profile.regions))},
        (*buttons, *_steps(wish, "r", "k")),
    )


def _clearances(_: Context, wish: Wish) -> View:
    buttons = [
        Button("orang.pilihan", _to("s", replace(wish, clearance=index)), {"nama": spelled(clearance)})
        for index, clearance in enumerate(CLEARANCES)
    ]
    return View("orang/undang_klasifikasi", {}, (*rows(buttons, 2), *_steps(wish, "w", None)))


def _sources(ctx: Context, wish: Wish) -> View:
    buttons = [
        Button("orang.pilihan", _to("x", replace(wish, source=index)), {"nama": name})
        for index, name in enumerate(ctx.office.profile.sources, 1)
    ]
    return View("orang/undang_sumber", {}, (*rows(buttons, 2), *_steps(wish, "k", "x", "orang.lewati")))


def _summary(ctx: Context, wish: Wish) -> View:
    return View(
        "orang/undang_ringkasan",
        _spelled(ctx, wish),
        (
            (Button("orang.buat_undangan", _to("buat", wish)),),
            (Button("orang.isi_nama", _to("nama", wish)),),
            *_steps(wish, "s", None),
        ),
    )


_SCREENS = {"r": _roles, "k": _clearances, "s": _sources, "x": _summary}
