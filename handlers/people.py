"""/pengguna: administrators look people up, change what they may do, hand their record over, or end their access."""

from __future__ import annotations

from domain.errors import Stale, UserError
from domain.model import Person
from domain.names import clean_name
from domain.notices import Ack, Button, Keyboard, View
from domain.roles import Role
from domain.usecases import people
from handlers import invite, secret
from handlers.context import Context, rows
from handlers.pick import PAGE, pages, region_buttons, role_buttons, spelled
from handlers.wish import CLEARANCES, ROLES, marked, mask_of, number, roles_of

CODE_NAME_PROMPT = "tanya-sandi"
MAX_ID = 1 << 53


def command(ctx: Context) -> Ack | None:
    """Everybody in pages, or who matches the words after the command."""
    ctx.need(Role.ADMINISTRATOR)
    ctx.show_here(_list(ctx, 0, clean_name(ctx.inc.args)))
    return None


def tap(ctx: Context, parts: list[str]) -> Ack | None:
    """``p:ACTION:NUMBER[:MARKS[:PAGE]]``; NUMBER is a page for ``l`` and a person's id otherwise."""
    me = ctx.need(Role.ADMINISTRATOR)
    if len(parts) < 2:
        raise Stale
    action, target, rest = parts[0], number(parts[1], MAX_ID), parts[2:]
    if action == "l":
        ctx.show_here(_list(ctx, target))
        return None
    person = people.active_person(ctx.uow, target)
    if action in _SAVES:
        return _save(ctx, me, person, action, rest)
    if action == "i":
        return secret.ask_identity(ctx, person.id, 0)
    _screen(ctx, me, person, action, rest)
    return None


def _screen(ctx: Context, me: Person, person: Person, action: str, rest: list[str]) -> None:
    match action:
        case "o":
            ctx.show_here(_one(ctx, person))
        case "r":
            ctx.show_here(_roles(ctx, person, _mask(rest, len(ROLES), mask_of([*person.roles], ROLES))))
        case "w":
            regions = ctx.office.profile.regions
            page = number(rest[1], 1000) if len(rest) > 1 else 0
            ctx.show_here(_regions(ctx, person, _mask(rest, len(regions), mask_of(person.regions, regions)), page))
        case "k":
            ctx.show_here(_clearances(person))
        case "n":
            ctx.show(
                View("orang/tanya_sandi", {"alias": person.alias}, force_reply=True),
                f"{CODE_NAME_PROMPT}:{person.id}:{me.id}",
                fresh=True,
            )
        case "t" | "c":
            ctx.show_here(_confirm(person, action))
        case _:
            raise Stale


_SAVES = frozenset({"rs", "ws", "ks", "ty", "cy"})


def _save(ctx: Context, me: Person, person: Person, action: str, rest: list[str]) -> Ack | None:
    value = rest[0] if rest else ""
    match action:
        case "rs":
            roles = roles_of(number(value, 1 << len(ROLES), 16))
            person = people.change(ctx.uow, ctx.office, me, person.id, ctx.now, roles=roles)
        case "ws":
            regions = ctx.office.profile.regions
            chosen = marked(number(value, 1 << len(regions), 16), regions)
            person = people.change(ctx.uow, ctx.office, me, person.id, ctx.now, regions=chosen)
        case "ks":
            clearance = CLEARANCES[number(value, len(CLEARANCES))]
            person = people.change(ctx.uow, ctx.office, me, person.id, ctx.now, clearance=clearance)
        case "ty":
            issued = people.hand_over(ctx.uow, ctx.office, me, person.id, ctx.now)
            ctx.show_here(_one(ctx, person))
            invite.issue(ctx, issued, "orang/undangan_serah_terima")
            return None
        case _:
            people.revoke(ctx.uow, ctx.office, me, person.id, ctx.now)
            ctx.show_here(View("orang/sudah_dicabut", {"alias": person.alias}, _back()))
            return Ack("orang/ack_dicabut")
    ctx.show_here(_one(ctx, person))
    return Ack("orang/ack_tersimpan")


def code_name_typed(ctx: Context, parts: list[str]) -> Ack | None:
    """The reply to the question for a code name; ``-`` takes it away."""
    me = ctx.need(Role.ADMINISTRATOR)
    if len(parts) != 2 or parts[1] != str(me.id):
        raise Stale
    text = clean_name(ctx.inc.text)
    if not text:
        raise UserError("galat/nama_kosong")
    person = people.change(
        ctx.uow, ctx.office, me, number(parts[0], MAX_ID), ctx.now, code_name="" if text == "-" else text
    )
    ctx.show_here(_one(ctx, person))
    return None


def _mask(rest: list[str], size: int, otherwise: int) -> int:
    return number(rest[0], 1 << size, 16) if rest else otherwise


def _back() -> Keyboard:
    return ((Button("orang.daftar", "p:l:0"),),)


def _list(ctx: Context, page: int, query: str = "") -> View:
    found = people.listing(ctx.uow, query)
    page = 0 if query else min(page, max(0, len(found) - 1) // PAGE)
    part = found[: 2 * PAGE] if query else found[page * PAGE : (page + 1) * PAGE]
    lines = [
        {
            "alias": person.alias,
            "peran": people.role_names(person.roles),
            "wilayah": list(person.regions),
            "tak_terjangkau": person.unreachable_at is not None,
        }
        for person in part
    ]
    buttons = [Button("orang.pilihan", f"p:o:{person.id}", {"nama": person.alias}) for person in part]
    turning = () if query else pages(page, len(found), lambda turned: f"p:l:{turned}")
    more = len(found) - len(part) if query else 0
    return View(
        "orang/daftar",
        {"orang": lines, "jumlah": len(found), "kata": query, "lebih": more},
        (*rows(buttons, 2), *turning),
    )


def _one(ctx: Context, person: Person) -> View:
    def to(action: str) -> str:
        return f"p:{action}:{person.id}"

    kept = ctx.uow.pins.get(person.id)
    pin = kept is not None and kept.hash is not None and person.id != ctx.me.id
    return View(
        "orang/seorang",
        {
            "alias": person.alias,
            "peran": people.role_names(person.roles),
            "wilayah": list(person.regions),
            "klasifikasi": person.clearance.value,
            "sumber": person.source,
            "sejak": person.created_at.isoformat(),
            "tak_terjangkau": person.unreachable_at is not None,
            "sendiri": person.id == ctx.me.id,
        },
        (
            (Button("orang.ubah_peran", to("r")), Button("orang.ubah_wilayah", to("w"))),
            (Button("orang.ubah_klasifikasi", to("k")), Button("orang.ubah_sandi", to("n"))),
            (Button("orang.lihat_nama", to("i")), Button("orang.serah_terima", to("t"))),
            *(((Button("pin.setel_ulang", f"pn:r:{person.id}"),),) if pin else ()),
            (Button("orang.cabut", to("c")), Button("orang.daftar", "p:l:0")),
        ),
    )


def _saving(person: Person, action: str, mask: int) -> Keyboard:
    return ((Button("orang.kembali", f"p:o:{person.id}"), Button("orang.simpan", f"p:{action}:{person.id}:{mask:x}")),)


def _roles(ctx: Context, person: Person, mask: int) -> View:
    buttons = role_buttons(ctx.office, mask, lambda index: f"p:r:{person.id}:{mask ^ 1 << index:x}")
    return View(
        "orang/pilih_peran",
        {"alias": person.alias, "peran": people.role_names(roles_of(mask))},
        (*buttons, *_saving(person, "rs", mask)),
    )


def _regions(ctx: Context, person: Person, mask: int, page: int) -> View:
    buttons = region_buttons(
        ctx.office,
        mask,
        page,
        lambda index: f"p:w:{person.id}:{mask ^ 1 << index:x}:{page}",
        lambda turned: f"p:w:{person.id}:{mask:x}:{turned}",
    )
    chosen = list(marked(mask, ctx.office.profile.regions))
    return View(
        "orang/pilih_wilayah", {"alias": person.alias, "wilayah": chosen}, (*buttons, *_saving(person, "ws", mask))
    )


def _clearances(person: Person) -> View:
    buttons = [
        Button("orang.pilihan", f"p:ks:{person.id}:{index}", {"nama": spelled(clearance)})
        for index, clearance in enumerate(CLEARANCES)
    ]
    return View(
        "orang/pilih_klasifikasi",
        {"alias": person.alias, "klasifikasi": person.clearance.value},
        (*rows(buttons, 2), (Button("orang.kembali", f"p:o:{person.id}"),)),
    )


def _confirm(person: Person, action: str) -> View:
    template, label = (
        ("orang/yakin_cabut", "orang.ya_cabut") if action == "c" else ("orang/yakin_serah_terima", "orang.ya_serahkan")
    )
    return View(
        template,
        {"alias": person.alias},
        ((Button("orang.kembali", f"p:o:{person.id}"), Button(label, f"p:{action}y:{person.id}")),),
    )


COMMANDS = {"undang": invite.command, "pengguna": command}
TAPS = {"u": invite.tap, "p": tap}
PROMPTS = {invite.PROMPT: invite.named, CODE_NAME_PROMPT: code_name_typed}
