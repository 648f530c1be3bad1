"""/tugas: what waits for me, by due time; handing over to a deputy; buttons ``tg:<what>:…`` of the calls to act."""

from __future__ import annotations

import re
from datetime import date

from domain.errors import NotFound, Stale, UserError
from domain.model import Person
from domain.notices import Ack, Button, Json, View
from domain.privacy import mask
from domain.roles import UPWARD, Clearance
from domain.usecases import deputies, tasks
from handlers.context import Context, number, rows
from handlers.pick import PAGE, pages

LISTED = 10
PERIODS = (("0", "hari_ini"), ("1", "besok"), ("3", "tiga_hari"), ("7", "seminggu"))
PROMPT = "tanya-serah"
_DAY = re.compile(r"(\d{1,2})[\s./-]+(\d{1,2}|[a-z]{3,9})(?:[\s./-]+(\d{4}))?")
_MONTHS = ("jan", "feb", "mar", "apr", "mei", "jun", "jul", "agu", "sep", "okt", "nov", "des")


def command(ctx: Context) -> Ack | None:
    """/tugas."""
    me = ctx.me
    found = tasks.mine(ctx.uow, ctx.office, me, ctx.now)
    hands = me.has(*sorted(deputies.official_roles(ctx.office)))
    absences = deputies.standing(ctx.uow, me, ctx.now) if hands else ()
    buttons = [_button(task) for task in found[:LISTED]]
    buttons += [deputies.end_button(absence) for absence in absences]
    if hands:
        buttons.append(Button("tugas.serahkan", "tg:s"))
    ctx.show_here(
        View(
            "tugas/daftar",
            {
                "tugas": [_line(ctx, task) for task in found[:LISTED]],
                "lain": max(0, len(found) - LISTED),
                "serah": [
                    {
                        "wakil": _alias(ctx, a.deputy_id),
                        "mulai": a.starts_at.isoformat(),
                        "sampai": a.ends_at.isoformat(),
                        "berjalan": a.starts_at <= ctx.now,
                    }
                    for a in absences
                ],
            },
            rows(buttons, 1),
        )
    )
    return None


def _button(task: tasks.Task) -> Button:
    ref = {"ref": task.case.ref}
    if task.draft_id is not None:
        return Button("tugas.perbaiki", f"f:{task.draft_id}:go:b", ref)
    if Clearance(task.case.classification).secret:
        return Button("rahasia.buka_ref", f"rs:b:{task.case.id}", ref)
    return Button("tugas.tindak", f"tg:k:{task.case.id}", ref)


def _line(ctx: Context, task: tasks.Task) -> dict[str, Json]:
    case = task.case
    open_text = not Clearance(case.classification).secret
    return {
        "ref": case.ref,
        "langkah": task.step.title,
        "perbaikan": task.draft_id is not None,
        "derajat": case.urgency,
        "apa": mask(case.fields.get("apa", ""))[:60] if open_text else None,
        "kecamatan": case.region if open_text else None,
        "batas": case.due_at.isoformat() if case.due_at else None,
        "sisa": int((case.due_at - ctx.now).total_seconds()) if case.due_at else None,
        "an": task.instead_of.alias if task.instead_of is not None else None,
    }


def _alias(ctx: Context, person_id: int | None) -> str:
    person = ctx.uow.people.get(person_id) if person_id is not None else None
    return person.alias if person is not None else "-"


def tapped(ctx: Context, parts: list[str]) -> Ack | None:
    """The buttons; anything else is an old one."""
    match parts:
        case ["l"]:
            return command(ctx)
        case ["k", case]:
            if (hidden := tasks.hidden(ctx.uow, ctx.office, ctx.me, number(case), ctx.now, "card")) is not None:
                return hidden
            tasks.open_card(ctx.uow, ctx.office, ctx.me, number(case), ctx.now)
            return None
        case ["h", case, *page]:
            hidden = tasks.hidden(ctx.uow, ctx.office, ctx.me, number(case), ctx.now, "hand")
            return hidden or _choose_receiver(ctx, number(case), _page(page))
        case ["g", case, person]:
            hidden = tasks.hidden(ctx.uow, ctx.office, ctx.me, number(case), ctx.now, "hand")
            return hidden or _hand(ctx, number(case), number(person))
        case _:
            return _absence_tapped(ctx, parts)


def _absence_tapped(ctx: Context, parts: list[str]) -> Ack | None:
    match parts:
        case ["s"]:
            return _choose_period(ctx)
        case ["t"]:
            return _ask_date(ctx)
        case ["p", code, *page]:
            return _choose_deputy(ctx, code, _page(page))
        case ["d", code, person]:
            return _hand_over(ctx, code, number(person))
        case ["e", absence]:
            deputies.end(ctx.uow, ctx.office, ctx.me, number(absence), ctx.now)
            return None
        case _:
            raise Stale


def _page(parts: list[str]) -> int:
    return number(parts[0]) if parts else 0


def _hand(ctx: Context, case_id: int, person_id: int) -> Ack | None:
    given, to = tasks.hand(ctx.uow, ctx.office, ctx.me, case_id, person_id, ctx.now)
    ctx.show_here(View("tugas/diserahkan", {"ref": given.ref, "wakil": to.alias}), reference=given.ref)
    return None


def _official(ctx: Context) -> Person:
    return ctx.need(*sorted(deputies.official_roles(ctx.office)))


def _choose_period(ctx: Context) -> Ack | None:
    _official(ctx)
    buttons = [Button(f"tugas.{name}", f"tg:p:{code}") for code, name in PERIODS]
    buttons += [Button("tugas.tanggal", "tg:t"), Button("tugas.kembali", "tg:l")]
    ctx.show_here(View("tugas/pilih_masa", {}, rows(buttons, 2)))
    return None


def _ask_date(ctx: Context) -> Ack | None:
    me = _official(ctx)
    view = View("tugas/tanya_tanggal", {"contoh": ctx.now.isoformat()}, force_reply=True)
    ctx.show(view, f"{PROMPT}:{me.id}", fresh=True)
    return None


def _dated(ctx: Context, parts: list[str]) -> Ack | None:
    """The typed last day: ``25-11``, ``25 November``, ``25/11/2026``."""
    if parts != [str(ctx.me.id)]:
        raise Stale
    return _choose_deputy(ctx, _code(ctx, ctx.inc.text), 0)


def _code(ctx: Context, text: str) -> str:
    found = _DAY.fullmatch(text.strip().casefold())
    if found is None:
        raise UserError("tugas/tanggal_keliru")
    word, today = found[2], ctx.office.local_date(ctx.now)
    month = int(word) if word.isdecimal() else _MONTHS.index(word[:3]) + 1 if word[:3] in _MONTHS else 0
    try:
        day = date(int(found[3] or today.year), month, int(found[1]))
        if found[3] is None and day < today:
            day = day.replace(year=day.year + 1)
    except ValueError:
        raise UserError("tugas/tanggal_keliru") from None
    return f"{day:%Y%m%d}"


def _choose_deputy(ctx: Context, code: str, page: int) -> Ack | None:
    me = _official(ctx)
    starts, ends = deputies.period(ctx.office, code, ctx.now)
    found = deputies.candidates(ctx.uow, ctx.office, me)
    buttons = [_person(ctx, person, f"tg:d:{code}:{person.id}") for person in found[page * PAGE : (page + 1) * PAGE]]
    turns = pages(page, len(found), lambda to: f"tg:p:{code}:{to}")
    view = View(
        "tugas/pilih_wakil",
        {
            "mulai": starts.isoformat(),
            "sampai": ends.isoformat(),
            "ref": None,
            "kosong": not found,
        },
        (*rows(buttons, 1), *turns, (Button("tugas.kembali", "tg:s"),)),
    )
    ctx.show_here(view)
    return None


def _person(ctx: Context, person: Person, data: str) -> Button:
    official = deputies.official_roles(ctx.office) & person.roles
    role = next((role for role in reversed(UPWARD) if role in official), min(official))
    return Button("tugas.orang", data, {"peran": ctx.office.title(role), "alias": person.alias})


def _hand_over(ctx: Context, code: str, person_id: int) -> Ack | None:
    absence = deputies.hand_over(ctx.uow, ctx.office, ctx.me, person_id, code, ctx.now)
    ctx.show_here(
        View(
            "tugas/serah_berlaku",
            {
                "wakil": _alias(ctx, absence.deputy_id),
                "mulai": absence.starts_at.isoformat(),
                "sampai": absence.ends_at.isoformat(),
                "berjalan": absence.starts_at <= ctx.now,
            },
            ((deputies.end_button(absence),),),
        )
    )
    return None


def _choose_receiver(ctx: Context, case_id: int, page: int) -> Ack | None:
    case, found = tasks.receivers(ctx.uow, ctx.office, ctx.me, case_id, ctx.now)
    if not found:
        raise NotFound("tugas/tanpa_penerima")
    buttons = [_person(ctx, person, f"tg:g:{case.id}:{person.id}") for person in found[page * PAGE : (page + 1) * PAGE]]
    turns = pages(page, len(found), lambda to: f"tg:h:{case.id}:{to}")
    ctx.show(
        View(
            "tugas/pilih_wakil",
            {"mulai": None, "sampai": None, "ref": case.ref, "kosong": False},
            (*rows(buttons, 1), *turns),
        ),
        reference=case.ref,
    )
    return None


def show_overdue(ctx: Context) -> bool:
    """/status for those who oversee: everything that is late, with how long it took in all. False for others."""
    if not ctx.me.has(*sorted(tasks.OVERSEERS)):
        return False
    found = tasks.overdue(ctx.uow, ctx.office, ctx.me, ctx.now)
    ctx.show(
        View(
            "tugas/terlambat",
            {
                "perkara": [
                    {
                        "ref": late.case.ref,
                        "langkah": late.step.title,
                        "kecamatan": None if Clearance(late.case.classification).secret else late.case.region,
                        "derajat": late.case.urgency,
                        "menunggu": ctx.office.title(late.step.actor) if late.step.actor is not None else None,
                        "lewat": int(late.by.total_seconds()),
                        "jumlah": int(late.total.total_seconds()),
                        "jatah": int(late.stated_total.total_seconds()),
                    }
                    for late in found[:LISTED]
                ],
                "lain": max(0, len(found) - LISTED),
            },
        )
    )
    return True


COMMANDS = {"tugas": command}
TAPS = {"tg": tapped}
PROMPTS = {PROMPT: _dated}
