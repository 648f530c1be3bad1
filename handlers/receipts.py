"""After *Kirim* and *Nihil*: the receipt, with reference, time received with its zone, on time or late."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from domain.errors import UserError
from domain.model import Case, Draft, Person
from domain.notices import Ack, Button, Json, Keyboard, View
from domain.office import Office
from domain.sop.schema import Sop
from domain.usecases import drafts, reports
from handlers import form_views
from handlers.context import Context
from handlers.form_steps import keep


def send(ctx: Context, draft: Draft) -> Ack | None:
    """*Kirim*; what the SOP still misses is asked at once and nothing is lost."""
    try:
        sent = reports.send(ctx.uow, ctx.office, ctx.me, draft, ctx.received_at, ctx.now)
    except UserError as error:
        if error.key != "galat/belum_lengkap":
            raise
        keep(ctx, draft, drafts.state_of(draft))
        return Ack(error.key, dict(error.params), alert=True)
    ctx.show_here(receipt(ctx.office, sent.case, sent.news), form_views.slot(draft), reference=sent.case.ref)
    return None


def receipt(office: Office, case: Case, news: str) -> View:
    """The receipt of a report."""
    sop = office.sop_of(case.sop, case.sop_version)
    step = sop.step(case.step)
    return View("laporan/tanda_terima", {
        "ref": case.ref, "diterima": case.received_at.isoformat(), "tepat": case.lateness, "berita": news,
        "versi": case.version, "tahap": step.title, "menunggu": office.title(step.actor) if step.actor else None,
        "batas": case.due_at.isoformat() if case.due_at else None, "lisan": case.fields.get("apa") is None,
        "menggantikan": case.supersedes_id is not None,
    })


def nihil(
    ctx: Context, sop: Sop, *, regions: Sequence[str] = (), author: Person | None = None,
    sources: Mapping[str, str] | None = None,
) -> Ack | None:
    """*Nihil*: the tapped message turns into the receipt."""
    made = reports.nihil(
        ctx.uow, ctx.office, ctx.me, sop, ctx.received_at, ctx.now, author=author, regions=regions, sources=sources)
    ctx.show_here(nihil_receipt(ctx.office, made, ctx.now, author), f"nihil:{made[0].id}", reference=made[0].ref)
    return None


def nihil_receipt(office: Office, made: Sequence[Case], now: datetime, author: Person | None = None) -> View:
    """The receipt of a nihil, changeable until the due time."""
    first = made[0]
    keyboard: Keyboard = ()
    if author is None and reports.may_change_nihil(office, first, now):
        keyboard = ((Button("laporan.ada", "l:ada"), Button("laporan.batal_nihil", f"n:b:{first.id}")),)
    morning = office.profile.morning
    params: dict[str, Json] = {
        "ref": [case.ref for case in made], "kecamatan": [case.region for case in made if case.region],
        "diterima": first.received_at.isoformat(), "tepat": first.lateness, "dapat_diubah": bool(keyboard),
        "batas": f"{morning.due:%H.%M}" if morning else None, "atas_nama": author.alias if author else None,
        "wilayah": office.profile.region,
    }
    return View("laporan/nihil", params, keyboard)


def parked(office: Office, draft: Draft, template: str, now: datetime) -> View:
    """A form put aside (saved or cancelled), with the way back to it."""
    until = now + office.profile.drafts.expires_after
    return View(template, {"sampai": until.isoformat()}, ((Button("isian.lanjutkan", f"f:{draft.id}:go"),),))
