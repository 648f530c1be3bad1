"""After *Kirim* and *Nihil*: the receipt, with reference, time received with its zone, on time or late."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from domain.errors import UserError
from domain.forms import lapsus as sheet
from domain.forms.state import FormState
from domain.lokus.model import KIND
from domain.model import Case, Draft, Person
from domain.notices import Ack, Button, Delete, Json, Keyboard, Notice, Priority, Show, View
from domain.office import Office
from domain.sop.schema import Sop
from domain.usecases import arrangement, drafts, lapsus, lokus_plan, officials, reports
from handlers import form_views
from handlers.context import Context
from handlers.form_steps import keep


def send(ctx: Context, draft: Draft) -> Ack | None:
    """*Kirim*; what the SOP still misses is asked at once and nothing is lost."""
    state = drafts.state_of(draft)
    # A report told by telephone was received when the duty officer began to write, not when they had finished.
    received = min(draft.created_at, ctx.received_at) if state.via == "catat" else ctx.received_at
    secret = sheet.is_secret(ctx.office, state)
    if secret:
        lapsus.check(ctx.office, state)
    try:
        sent = reports.send(ctx.uow, ctx.office, ctx.me, draft, received, ctx.now, after=ctx.after)
    except UserError as error:
        if error.key != "galat/belum_lengkap":
            raise
        keep(ctx, draft, state)
        return Ack(error.key, dict(error.params), alert=True)
    author = ctx.uow.people.get(sent.case.author_id)
    behalf = author if author is not None and author.id != ctx.me.id else None
    if secret:
        end_secret(ctx, draft, state, secret_receipt(ctx, sent, behalf), reference=sent.case.ref)
    else:
        plan = sent.case.kind == KIND
        view = lokus_plan.receipt(sent.case, sent.news) if plan else receipt(ctx.office, sent.case, sent.news, behalf)
        ctx.show_here(view, form_views.slot(draft), reference=sent.case.ref)
    if behalf is not None and sent.news == "submitted":
        tell_author(ctx, behalf, [sent.case])
    return None


def receipt(office: Office, case: Case, news: str, behalf: Person | None = None) -> View:
    """The receipt of a report."""
    sop = office.sop_of(case.sop, case.sop_version)
    step = sop.step(case.step)
    return View(
        "laporan/tanda_terima",
        {
            "ref": case.ref,
            "diterima": case.received_at.isoformat(),
            "tepat": case.lateness,
            "berita": news,
            "versi": case.version,
            "menunggu": office.title(step.actor) if step.actor else None,
            "batas": case.due_at.isoformat() if case.due_at else None,
            "lisan": case.fields.get("apa") is None,
            "menggantikan": case.supersedes_id is not None,
            "atas_nama": behalf.alias if behalf else None,
        },
    )


def secret_receipt(ctx: Context, sent: reports.Sent, behalf: Person | None = None) -> View:
    """The receipt of a lapsus: no content, who has been alerted, what became of the conversation."""
    office, case = ctx.office, sent.case
    step = office.sop_of(case.sop, case.sop_version).step(case.step)
    mine = ctx.me.id in {person.id for person in officials.turn(ctx.uow, case, step, now=ctx.now).persons}
    here = arrangement.running(ctx.uow, office, case)
    params = {
        "ref": case.ref,
        "diterima": case.received_at.isoformat(),
        "berita": sent.news,
        "versi": case.version,
        "menunggu": office.title(step.actor) if step.actor else None,
        "sendiri": mine,
        "atas_nama": behalf.alias if behalf else None,
        "cara": here.way if here else None,
        "waktu": here.time if here else None,
        "tempat": here.place if here else None,
    }
    keyboard = arrangement.author_keyboard(case, here) if here is not None and behalf is None else ()
    return View("lapsus/tanda_terima", params, keyboard)


def end_secret(ctx: Context, draft: Draft, state: FormState, view: View, reference: str | None = None) -> None:
    """A secret form is over: its question turns into this message, the person's own messages are deleted."""
    slot = form_views.slot(draft)
    if ctx.inc.kind == "tap":
        ctx.show(view, slot, at=ctx.inc.message_id, reference=reference)
    else:
        ctx.uow.outbox.add(Notice(ctx.inc.chat_id, Delete(slot=slot)))
        ctx.show(view, slot, fresh=True, reference=reference)
    lapsus.erase(ctx.uow, ctx.inc.chat_id, state.own, ctx.now)


def secret_parked(draft: Draft) -> View:
    """A secret form put aside: the way back to it, and until when it is kept."""
    until = draft.expires_at.isoformat() if draft.expires_at else None
    rows: Keyboard = ((Button("isian.lanjutkan", f"f:{draft.id}:go"),),)
    return View("lapsus/tersimpan", {"sampai": until}, rows)


def tell_author(ctx: Context, author: Person, made: Sequence[Case]) -> None:
    """Whoever a report was written down for is told, so that nobody reports in another's name unseen."""
    first = made[0]
    view = View(
        "laporan/dicatat_untuk_anda",
        {
            "ref": [case.ref for case in made],
            "oleh": ctx.me.alias,
            "nihil": first.nihil,
            "diterima": first.received_at.isoformat(),
            "cara": first.fields.get("cara"),
        },
    )
    ctx.uow.outbox.add(Notice(author.telegram_id, Show(view), Priority.ORDINARY, reference=first.ref))


def nihil(
    ctx: Context,
    sop: Sop,
    *,
    regions: Sequence[str] = (),
    author: Person | None = None,
    sources: Mapping[str, str] | None = None,
) -> list[Case]:
    """*Nihil*: the tapped message turns into the receipt."""
    made = reports.nihil(
        ctx.uow,
        ctx.office,
        ctx.me,
        sop,
        ctx.received_at,
        ctx.now,
        author=author,
        regions=regions,
        sources=sources,
        after=ctx.after,
        tapped=ctx.inc.message_id if ctx.inc.kind == "tap" else None,
    )
    view = nihil_receipt(ctx, made, author)
    ctx.show_here(view, f"nihil:{made[0].id}", reference=made[0].ref)
    if author is not None and author.id != ctx.me.id:
        tell_author(ctx, author, made)
    return made


def nihil_receipt(ctx: Context, made: Sequence[Case], author: Person | None = None) -> View:
    """The receipt of a nihil, changeable until the due time; it names own kecamatan that are still to be reported."""
    office, first = ctx.office, made[0]
    given = {case.region for case in reports.standing_today(ctx.uow, office, author or ctx.me, first.received_at)}
    rest = [region for region in (author or ctx.me).regions if region not in given]
    keyboard: Keyboard = ()
    if author is None:
        if rest:
            keyboard = ((Button("laporan.nihil_sisa", "l:nihil", {"wilayah": ", ".join(rest)}),),)
        if reports.may_change_nihil(office, first, ctx.now):
            keyboard += (
                (Button("laporan.ada", "l:lagi"), Button("laporan.batal_nihil", f"n:b:{first.id}:{made[-1].id}")),
            )
    morning = office.profile.morning
    params: dict[str, Json] = {
        "ref": [case.ref for case in made],
        "kecamatan": [case.region for case in made if case.region],
        "sisa": rest,
        "diterima": first.received_at.isoformat(),
        "tepat": first.lateness,
        "dapat_diubah": author is None and reports.may_change_nihil(office, first, ctx.now),
        "batas": f"{morning.due:%H.%M}" if morning else None,
        "atas_nama": author.alias if author else None,
        "wilayah": office.profile.region,
        "draf": bool(drafts.shelf(ctx.uow, ctx.me)),
    }
    return View("laporan/nihil", params, keyboard)


def parked(draft: Draft, state: FormState) -> View:
    """A form put aside (saved or cancelled), with the way back to it."""
    until = draft.expires_at.isoformat() if draft.expires_at else None
    template = "isian/dibatalkan" if state.dropped else "isian/tersimpan"
    return View(template, {"sampai": until}, ((Button("isian.lanjutkan", f"f:{draft.id}:go"),),))
