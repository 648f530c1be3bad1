"""The commands around reports: /lapinfo /nihil /lapor /draf /status, and the buttons that do the same."""

from __future__ import annotations

from domain import secrecy
from domain.errors import Stale
from domain.forms import lapsus as sheet
from domain.lokus.model import KIND
from domain.model import Case, Draft, Person
from domain.notices import Ack, Button, Json, View
from domain.privacy import mask
from domain.roles import Role
from domain.sop.schema import Sop
from domain.usecases import drafts, lapsus, lokus_plan, reports
from handlers import receipts, tasks
from handlers.context import Context, number
from handlers.form_steps import show

LISTED = 10
"""Own reports that /status shows."""


def lapinfo(ctx: Context) -> Ack | None:
    """/lapinfo: Nihil or Ada kejadian."""
    sop = main_sop(ctx)
    ctx.need(*sop.first.roles)
    if not (sop.nihil and ctx.me.has(Role.AGEN)):
        return event(ctx, sop)
    morning = ctx.office.profile.morning
    active = ctx.uow.drafts.active(ctx.me.id)
    open_ = reports.morning_open(ctx.uow, ctx.office, ctx.me, sop, ctx.received_at)
    given = reports.standing_today(ctx.uow, ctx.office, ctx.me, ctx.received_at)
    whole = bool(given) and not {*ctx.me.regions} - {case.region for case in given}
    buttons = [Button("laporan.ada", "l:ada")]
    if not whole:
        buttons.insert(0, Button("laporan.nihil", "l:nihil"))
    rows: list[tuple[Button, ...]] = [tuple(buttons)]
    if active is not None:
        rows.append((Button("laporan.lanjutkan_draf", f"f:{active.id}:go"),))
    ctx.show(
        View(
            "laporan/pilih",
            {
                "kecamatan": list(ctx.me.regions),
                "batas": f"{morning.due:%H.%M}" if morning and open_ else None,
                "sudah": [case.ref for case in given],
                "semua": whole,
                "draf": active is not None,
            },
            tuple(rows),
        )
    )
    return None


def main_sop(ctx: Context) -> Sop:
    """The lapinfo procedure, or what the agency runs instead."""
    if ctx.office.profile.procedure("lapinfo") is not None:
        return drafts.sop_for(ctx.office, "lapinfo")
    return drafts.primary_sop(ctx.office)


def nihil(ctx: Context) -> Ack | None:
    """/nihil and the *Nihil* button."""
    ctx.need(Role.AGEN)
    receipts.nihil(ctx, main_sop(ctx))
    return None


def lapor(ctx: Context) -> Ack | None:
    """/lapor: the SIKANDA form."""
    return event(ctx, drafts.sop_for(ctx.office, "lapor"))


def event(
    ctx: Context,
    sop: Sop,
    *,
    duty: bool = False,
    author: Person | None = None,
    via: str | None = None,
    below: bool = False,
) -> Ack | None:
    """*Ada kejadian*: the form from its first question; for ``author`` when the duty officer writes it down."""
    sources = (
        {}
        if via is None or author is None
        else {
            "cara": via,
            "sumber": author.source or author.alias,
            "pencatatan": f"{via} dari {author.alias}, dicatat piket",
        }
    )
    parked = ctx.uow.drafts.active(ctx.me.id)
    draft, state = drafts.begin(
        ctx.uow,
        ctx.office,
        ctx.me,
        ctx.inc.chat_id,
        sop,
        ctx.now,
        via="catat" if author else "form",
        duty=duty,
        author=author,
        sources=sources,
    )
    notes: list[Json] = [{"jenis": "draf_disimpan"}] if parked is not None and parked.id != draft.id else []
    show(ctx, draft, state, notes, below=below)
    return None


def tapped(ctx: Context, parts: list[str]) -> Ack | None:
    """Menu and reminder buttons: ``l:nihil``, ``l:ada`` and so on."""
    match parts:
        case ["nihil"]:
            return nihil(ctx)
        case ["ada"]:
            return event(ctx, main_sop(ctx))
        case ["lagi"]:
            return event(ctx, main_sop(ctx), below=True)  # the receipt that it was tapped on stays
        case ["pagi"]:
            return event(ctx, main_sop(ctx), duty=True)
        case ["lapor"]:
            return lapor(ctx)
        case ["draf"]:
            return list_drafts(ctx)
        case ["status"]:
            return status(ctx)
        case _:
            raise Stale


def nihil_tapped(ctx: Context, parts: list[str]) -> Ack | None:
    """``n:b:<first case>:<last case>``: take the nihil back."""
    if len(parts) != 3 or parts[0] != "b":
        raise Stale
    cases = reports.cancel_nihil(ctx.uow, ctx.office, ctx.me, number(parts[1]), number(parts[2]), ctx.now)
    ctx.show_here(
        View(
            "laporan/nihil_dibatalkan",
            {"ref": [case.ref for case in cases]},
            ((Button("laporan.nihil", "l:nihil"), Button("laporan.ada", "l:ada")),),
        ),
        reference=cases[0].ref,
    )
    return None


def _subject(case: Case) -> str:
    return case.fields.get("kegiatan" if case.kind == KIND else "apa", "")


def list_drafts(ctx: Context) -> Ack | None:
    """/draf: the unfinished reports."""
    found = drafts.shelf(ctx.uow, ctx.me)
    ctx.show(
        View(
            "isian/daftar_draf",
            {"draf": [_line(ctx, draft) for draft in found]},
            tuple(
                (Button("isian.lanjutkan_nomor", f"f:{draft.id}:go", {"nomor": place}),)
                for place, draft in enumerate(found, 1)
            ),
        )
    )
    return None


def _line(ctx: Context, draft: Draft) -> dict[str, Json]:
    state = drafts.state_of(draft)
    case = ctx.uow.cases.get(draft.case_id) if draft.case_id else None
    secret = sheet.is_secret(ctx.office, state)
    return {
        "rahasia": secret,
        "apa": mask(state.answers.get("apa", ""))[:60],
        "bidang": state.answers.get("bidang"),
        "kecamatan": state.answers.get("kecamatan"),
        "pada": draft.updated_at.isoformat(),
        "ref": case.ref if case else None,
        "lisan": state.voices > 0,
        "foto": state.photos,
        "sampai": draft.expires_at.isoformat() if draft.expires_at else None,
    }


def status(ctx: Context) -> Ack | None:
    """/status: where each own report stands; one that was sent back can be taken up from here."""
    lines: list[Json] = []
    mine = ctx.uow.cases.of_author(ctx.me.id, LISTED)
    if tasks.show_overdue(ctx) and not mine:
        return None
    for case in mine:
        step = ctx.office.sop_of(case.sop, case.sop_version).step(case.step)
        lines.append(
            {
                "ref": case.ref,
                "status": case.status,
                "rencana": lokus_plan.fate(ctx.uow, case) if case.kind == KIND else None,
                "nihil": case.nihil,
                "tepat": case.lateness,
                "perihal": "" if secrecy.is_secret(case) else mask(_subject(case))[:60],
                "rahasia": secrecy.is_secret(case),
                "dibaca": lapsus.read_by(ctx.office, ctx.uow, case) if secrecy.is_secret(case) else [],
                "kecamatan": case.region,
                "menunggu": ctx.office.title(step.actor) if step.actor and case.closed_at is None else None,
                "batas": case.due_at.isoformat() if case.due_at and case.closed_at is None else None,
                "diterima": case.received_at.isoformat(),
            }
        )
    refs = {case.id: case.ref for case in mine}
    changeable = lokus_plan.changeable(ctx.uow, mine, ctx.now)
    ctx.show(
        View(
            "laporan/status",
            {"laporan": lines},
            tuple((Button("lokus.kabari_ref", f"rp:m:{case.id}", {"ref": case.ref}),) for case in changeable)
            + tuple(
                (Button("laporan.perbaiki_ref", f"f:{draft.id}:go:b", {"ref": refs[draft.case_id]}),)
                for draft in drafts.shelf(ctx.uow, ctx.me)
                if draft.case_id in refs
            ),
        )
    )
    return None


COMMANDS = {"lapinfo": lapinfo, "nihil": nihil, "lapor": lapor, "draf": list_drafts, "status": status}
TAPS = {"l": tapped, "n": nihil_tapped}
