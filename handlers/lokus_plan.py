"""/rencana: partners send a planned activity, the Kasubbid chooses among them. Buttons ``rp:<what>:…``."""

from __future__ import annotations

from domain.errors import NotFound, Stale
from domain.lokus.model import KIND
from domain.notices import Ack, Button, Delete, Json, Media, Notice, View
from domain.usecases import drafts, lokus_board, lokus_cards, lokus_plan, lokus_plan_news, lokus_steps, lokus_views
from domain.usecases.history import clip
from handlers import reports
from handlers.context import Context, asked, number, rows
from handlers.pick import PAGE, pages

REFUSED, NEWS = "lokus-tanya-tolak", "lokus-tanya-kabar"
TIME, OFF = "lokus-tanya-waktu-baru", "lokus-tanya-rencana-batal"


def command(ctx: Context) -> Ack | None:
    """/rencana: the list for those who choose, the form for everybody else who may send a plan."""
    if ctx.me.has(*lokus_plan.CHOOSERS) and ctx.office.profile.procedure("rencana") is not None:
        return _list(ctx)
    return _write(ctx)


def _write(ctx: Context) -> Ack | None:
    return reports.event(ctx, drafts.sop_for(ctx.office, "rencana"))


def _list(ctx: Context, page: int = 0) -> Ack | None:
    plans = lokus_views.by_date(lokus_plan.waiting(ctx.uow, ctx.me))
    part = plans[page * PAGE : (page + 1) * PAGE]
    buttons = [Button("lokus.buka_rencana", f"rp:b:{case.id}", {"ref": case.ref}) for case in part]
    turns = pages(page, len(plans), lambda to: f"rp:l:{to}")
    view = View(
        "rencana/daftar",
        {"rencana": lokus_views.listing(ctx.uow, ctx.office, part, ctx.me), "jumlah": len(plans)},
        (*rows(buttons, 1), *turns, (Button("lokus.tulis_rencana", "rp:n"),)),
        protect=True,
    )
    ctx.show(view)
    return None


def tapped(ctx: Context, parts: list[str]) -> Ack | None:
    """The buttons; anything else is an old one."""
    match parts:
        case ["c"]:
            return command(ctx)
        case ["l", *page]:
            return _list(ctx, number(page[0]) if page else 0)
        case ["n"]:
            return _write(ctx)
        case ["j", case, version]:
            chosen = lokus_plan.choose(ctx.uow, ctx.office, ctx.me, number(case), number(version), ctx.now)
            return Ack("lokus/dijadikan", {"ref": chosen.ref})
        case ["t", case, version]:
            return _ask_reason(ctx, number(case), number(version))
        case ["g", case, version, other]:
            into = lokus_plan.merge(ctx.uow, ctx.office, ctx.me, number(case), number(version), number(other), ctx.now)
            return Ack("lokus/sudah_digabung", {"ref": into.ref})
        case ["b", case]:
            return _open(ctx, number(case))
        case ["s", case]:
            return _letters(ctx, number(case))
        case _:
            return _changed(ctx, parts)


def _changed(ctx: Context, parts: list[str]) -> Ack | None:
    """What a partner taps about a plan of their own."""
    match parts:
        case ["k", case]:
            return _ask_change(ctx, number(case), NEWS, "kabar")
        case ["u", case]:
            return _ask_change(ctx, number(case), TIME, "waktu")
        case ["x", case]:
            return _ask_change(ctx, number(case), OFF, "batal")
        case ["m", case]:
            plan = lokus_plan_news.open_plan(ctx.uow, ctx.me, number(case))
            ctx.show(View("rencana/ubah", {"ref": plan.ref}, lokus_plan.change_keys(plan)), reference=plan.ref)
            return None
        case _:
            raise Stale


def _open(ctx: Context, case_id: int) -> Ack | None:
    """A plan's card, or the board of what it has become."""
    case = lokus_steps.case_of(ctx.uow, ctx.office, case_id)
    lokus_steps.need_desk(ctx.uow, case, ctx.me, ctx.now)
    if case.step in lokus_steps.RUNNING:
        lokus_board.again(ctx.uow, ctx.office, case, ctx.me)
    else:
        lokus_cards.open_here(ctx.uow, ctx.office, case, ctx.me, ctx.now)
    return None


def _letters(ctx: Context, case_id: int) -> Ack | None:
    """The letters that came with the plan, as they are."""
    case = ctx.uow.cases.get(case_id)
    if case is None or case.kind != KIND:
        raise NotFound
    lokus_steps.need_desk(ctx.uow, case, ctx.me, ctx.now)
    kept = lokus_views.letters(ctx.uow, case)
    for place, one in enumerate(kept, 1):
        params = {"ref": case.ref, "nomor": place, "jumlah": len(kept)}
        ctx.show(View("rencana/surat", params, media=Media(one.kind, one.file_id), protect=True), reference=case.ref)
    ctx.uow.events.append(f"case:{case.id}", "opened", ctx.me.id, ctx.now, {"what": "letters"})
    return None


def _ask_reason(ctx: Context, case_id: int, version: int) -> Ack | None:
    case = lokus_steps.case_of(ctx.uow, ctx.office, case_id, "pemilihan")
    lokus_steps.acting(ctx.uow, ctx.office, case, ctx.me, ctx.now)
    _prompt(ctx, f"{REFUSED}:{case.id}:{ctx.me.id}:{version}", "tolak", case.ref)
    return None


def _ask_change(ctx: Context, case_id: int, slot: str, what: str) -> Ack | None:
    case = lokus_plan_news.open_plan(ctx.uow, ctx.me, case_id)
    _prompt(ctx, f"{slot}:{case.id}:{ctx.me.id}", what, case.ref)
    return None


def _prompt(ctx: Context, slot: str, what: str, ref: str) -> None:
    ctx.show(View("rencana/tanya", {"ref": ref, "untuk": what}, force_reply=True), slot, fresh=True, reference=ref)


def _refused(ctx: Context, parts: list[str]) -> Ack | None:
    """The typed reason of *Tidak*."""
    case_id, version = _mine(ctx, parts, 3)
    reason = clip(ctx.inc.text, 500)
    case = lokus_plan.refuse(ctx.uow, ctx.office, ctx.me, case_id, version, reason, ctx.now)
    _done(ctx, f"{REFUSED}:{':'.join(parts)}", "rencana/tidak_dipilih", case.ref)
    return None


def _news(ctx: Context, parts: list[str]) -> Ack | None:
    """The partner's words about a change."""
    case_id, _ = _mine(ctx, [*parts, "0"], 3)
    case = lokus_plan_news.news(ctx.uow, ctx.office, ctx.me, case_id, ctx.inc.text, ctx.now)
    _noted(ctx, f"{NEWS}:{':'.join(parts)}", {"ref": case.ref, "jenis": "kabar", "mulai": None, "selesai": None})
    return None


def _off(ctx: Context, parts: list[str]) -> Ack | None:
    """Why the plan is called off."""
    case_id, _ = _mine(ctx, [*parts, "0"], 3)
    case = lokus_plan_news.withdraw(ctx.uow, ctx.office, ctx.me, case_id, ctx.inc.text, ctx.now)
    _noted(ctx, f"{OFF}:{':'.join(parts)}", {"ref": case.ref, "jenis": "batal", "mulai": None, "selesai": None})
    return None


def _time(ctx: Context, parts: list[str]) -> Ack | None:
    """The plan's new time."""
    case_id, _ = _mine(ctx, [*parts, "0"], 3)
    case, when = lokus_plan_news.postpone(ctx.uow, ctx.office, ctx.me, case_id, ctx.inc.text, ctx.now)
    ends = when.ends.isoformat() if when.ends is not None else None
    told: dict[str, Json] = {"ref": case.ref, "jenis": "waktu", "mulai": when.starts.isoformat(), "selesai": ends}
    _noted(ctx, f"{TIME}:{':'.join(parts)}", told)
    return None


def _noted(ctx: Context, slot: str, params: dict[str, Json]) -> None:
    ctx.uow.outbox.add(Notice(ctx.inc.chat_id, Delete(slot=slot)))
    ctx.show(View("rencana/kabar_diterima", params), reference=str(params["ref"]))


def _mine(ctx: Context, parts: list[str], length: int) -> tuple[int, int]:
    asked(ctx, parts, length)
    return number(parts[0]), number(parts[2])


def _done(ctx: Context, slot: str, template: str, ref: str) -> None:
    ctx.uow.outbox.add(Notice(ctx.inc.chat_id, Delete(slot=slot)))
    ctx.show(View(template, {"ref": ref}), reference=ref)


COMMANDS = {"rencana": command}
TAPS = {"rp": tapped}
PROMPTS = {REFUSED: _refused, NEWS: _news, TIME: _time, OFF: _off}
