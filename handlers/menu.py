"""/menu: what this person can do now; /bantuan and /pengaduan."""

from __future__ import annotations

from domain import secrecy
from domain.commands import ADMINISTRATOR, commands_for, has_tasks, may_report, owes_morning
from domain.errors import Stale
from domain.model import PURPOSES, Person
from domain.notices import Ack, Button, Keyboard, View
from domain.roles import Role
from domain.usecases import drafts
from domain.usecases.people import role_names
from handlers import invite, monev, people
from handlers.context import Context, rows


def command(ctx: Context) -> Ack | None:
    """What I can do now."""
    show_menu(ctx, ctx.me)
    return None


def show_menu(ctx: Context, person: Person, *, greet: bool = False) -> None:
    """The menu as a new message, or in place of the one a button was tapped on; with a greeting by the hour."""
    ctx.show_here(
        View(
            "menu/menu",
            {
                "alias": person.alias,
                "peran": role_names(person.roles),
                "menunggu": _waiting(ctx, person),
                "now": ctx.now.isoformat() if greet else None,
            },
            _keyboard(ctx, person),
        )
    )


def _keyboard(ctx: Context, person: Person) -> Keyboard:
    """Two columns, the most used first."""
    office = ctx.office
    buttons: list[Button] = []
    if owes_morning(person, office):
        buttons.append(Button("menu.nihil", "l:nihil"))
    buttons += [Button(label, data) for name, label, data in _REPORTS if may_report(person, office, name)]
    if person.has(Role.PIKET):
        buttons.append(Button("menu.catat", "c:mulai"))
    if buttons:
        count = len(drafts.shelf(ctx.uow, person))
        buttons += [Button("menu.draf", "l:draf", {"jumlah": count}), Button("menu.status", "l:status")]
    elif has_tasks(person):
        buttons.append(Button("menu.status", "l:status"))
    if has_tasks(person):
        buttons.insert(len(buttons) - 1, Button("menu.tugas", "tg:l"))
    offered = commands_for(person, office)
    buttons += [Button(f"menu.{name}", data) for name, data in _OFFICIALS.items() if name in offered]
    if person.clearance.secret and office.profile.lapsus is not None and has_tasks(person):
        buttons.append(Button("menu.pin", "pn:m"))
    if person.has(Role.ADMINISTRATOR):
        buttons += [Button(f"menu.{name}", f"m:{name}") for name in ADMINISTRATOR]
    buttons += [Button("menu.pengaduan", "m:pengaduan"), Button("menu.bantuan", "m:bantuan")]
    return rows(buttons, 2)


def _waiting(ctx: Context, person: Person) -> int:
    """Reports of others that stand at a step where this person acts."""
    count = 0
    for case in ctx.uow.cases.waiting():
        step = ctx.office.sop_of(case.sop, case.sop_version).step(case.step)
        first = ctx.office.sop_of(case.sop, case.sop_version).first
        mine = case.author_id == person.id
        if secrecy.is_secret(case) and not mine and not secrecy.may_open(ctx.uow, ctx.office, case, person, ctx.now):
            continue
        count += mine if step.id == first.id else not mine and person.has(*step.roles)
    return count


def help_(ctx: Context) -> Ack | None:
    """What each of this person's commands does, in a line each."""
    me = ctx.me
    ctx.show_here(
        View(
            "menu/bantuan",
            {
                "peran": role_names(me.roles),
                "perintah": list(commands_for(me, ctx.office)),
                "instansi": ctx.office.profile.office,
            },
        )
    )
    return None


def complaints(ctx: Context) -> Ack | None:
    """Where the office takes complaints about its service (from the profile)."""
    office = ctx.office.profile
    ctx.show_here(
        View(
            "menu/pengaduan",
            {
                "instansi": office.office,
                "telepon": list(office.complaints.phone),
                "surel": list(office.complaints.email),
                "lainnya": list(office.complaints.other),
                "alamat": office.letterhead.address,
            },
        )
    )
    return None


def _binding(ctx: Context) -> Ack | None:
    ctx.need(Role.ADMINISTRATOR)
    ctx.show_here(View("grup/cara_ikat", {"tujuan": list(PURPOSES)}))
    return None


_REPORTS = (
    ("lapinfo", "menu.ada", "l:ada"),
    ("lapor", "menu.lapor", "l:lapor"),
    ("lapsus", "menu.lapsus", "ls:p"),
    ("rencana", "menu.rencana", "rp:c"),
)
_OFFICIALS = {"rekap": "rk:r:h", "disposisi": "ds:l", "monev": "m:monev"}
"""What officials are offered where ``commands_for`` says so: command → its button."""
_SAME_AS = {
    "monev": monev.command,
    "menu": command,
    "undang": invite.command,
    "pengguna": people.command,
    "ikat": _binding,
    "pengaduan": complaints,
    "bantuan": help_,
}


def tap(ctx: Context, parts: list[str]) -> Ack | None:
    """``m:COMMAND``: the same as typing it."""
    handler = _SAME_AS.get(parts[0]) if len(parts) == 1 else None
    if handler is None:
        raise Stale
    return handler(ctx)


COMMANDS = {"menu": command, "bantuan": help_, "pengaduan": complaints}
TAPS = {"m": tap}
