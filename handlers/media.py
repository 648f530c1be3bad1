"""Photos, albums, voice notes, video and documents, at any moment of the conversation.

The parts of an album arrive as separate updates, also late; they are acknowledged together in one message.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from domain import secrecy
from domain.forms import answers
from domain.forms import lapsus as sheet
from domain.forms.questions import BY_KEY, options
from domain.forms.state import FormState
from domain.model import Attachment, Draft
from domain.notices import Ack, Json, View
from domain.recognition import Recognised, recognise
from domain.recognition.times import Known, parse_when
from domain.roles import Role
from domain.textfold import fold
from domain.usecases import cards, drafts, lapsus, late_parts, reports
from handlers import form_views, intake_texts, receipts
from handlers.context import Context
from handlers.form_steps import step, view
from handlers.incoming import File

DESCRIBED = ("apa", "bagaimana")
"""Questions that a picture's caption answers."""


def received(ctx: Context, draft: Draft | None) -> Ack | None:
    """A file: into the open form, beside the album's other parts, or the beginning of a report."""
    inc, file = ctx.inc, ctx.inc.file
    assert file is not None
    if (file.size or 0) > drafts.MAX_FILE_BYTES:
        _too_large(ctx, draft, file)
        return None
    if inc.media_group is not None and _beside_siblings(ctx, draft, file):
        return None
    if draft is not None and inc.text.strip() and intake_texts.left_alone(ctx, draft) is not None:
        draft = None  # it is put aside when the new report begins
    if draft is None:
        return _begin(ctx, file)
    return _into_form(ctx, draft, drafts.state_of(draft), file)


def _too_large(ctx: Context, draft: Draft | None, file: File) -> None:
    """Refused; what was written below it is kept with the report that is open."""
    if draft is not None and ctx.inc.text.strip():
        drafts.save(ctx.uow, ctx.office, draft, _captioned(drafts.state_of(draft), ctx.inc.text.strip()), ctx.now)
    ctx.reply(
        "isian/berkas_terlalu_besar", ukuran_mb=-(-(file.size or 0) // (1024 * 1024)), ada_isian=draft is not None
    )


def located(ctx: Context) -> Ack | None:
    """A position with no form open begins a report."""
    assert ctx.inc.location is not None
    sop = drafts.primary_sop(ctx.office)
    if not ctx.me.has(*sop.first.roles):
        ctx.reply("umum/tidak_jelas", sapaan=None, benda=None)
        return None
    draft, state = drafts.begin(ctx.uow, ctx.office, ctx.me, ctx.inc.chat_id, sop, ctx.now)
    state = answers.with_point(state, *ctx.inc.location, typed=True)
    step(ctx, draft, replace(state, cursor=None), [{"jenis": "lokasi_disimpan"}])
    return None


def _beside_siblings(ctx: Context, active: Draft | None, file: File) -> bool:
    """An album part whose siblings are elsewhere by now: in a report that was sent, or in a form that was put aside."""
    inc = ctx.inc
    sibling = ctx.uow.attachments.late_home(inc.media_group or "", inc.chat_id)
    if sibling is None:
        return False
    if _secretly(ctx, sibling):
        lapsus.erase(ctx.uow, inc.chat_id, {str(inc.message_id): (inc.date or ctx.now).isoformat()}, ctx.now)
        if sibling.case_id is None:
            return True  # its form is gone or put aside: the part goes too
    if sibling.case_id is not None:
        _late(ctx, sibling, file)
        return True
    if sibling.draft_id is None or (active is not None and active.id == sibling.draft_id):
        return False
    home = drafts.mine(ctx.uow, ctx.me, sibling.draft_id, ("active", "saved", "expired"))
    if home.status != "expired":
        state = _counted(_stored(ctx, home, file), drafts.state_of(home), file)
        drafts.save(ctx.uow, ctx.office, home, state, ctx.now, "saved")
    return True


def _secretly(ctx: Context, sibling: Attachment) -> bool:
    """Whether the album belongs to a lapsus: each of its parts leaves the chat."""
    case = ctx.uow.cases.get(sibling.case_id) if sibling.case_id is not None else None
    if case is not None:
        return secrecy.is_secret(case)
    home = ctx.uow.drafts.get(sibling.draft_id or 0)
    return home is not None and sheet.is_secret(ctx.office, drafts.state_of(home))


def _late(ctx: Context, sibling: Attachment, file: File) -> None:
    """A part that came after *Kirim* joins the report."""
    case = late_parts.attach(ctx.uow, ctx.me, sibling, ctx.now, **_columns(ctx, file))
    if case is None:
        ctx.reply("laporan/foto_terlambat_ditolak")
        return
    if not case.nihil:
        cards.announce(ctx.uow, ctx.office, case, ctx.now)
    ctx.show(
        View("laporan/foto_susulan", {"ref": case.ref}), f"susulan:{case.id}:{ctx.inc.media_group}", reference=case.ref
    )


def _begin(ctx: Context, file: File) -> Ack | None:
    """No form is open: a voice note is an oral report, a caption is a whole report, a bare photo begins a form."""
    inc, office = ctx.inc, ctx.office
    sop = drafts.primary_sop(office)
    if not ctx.me.has(*sop.first.roles):
        ctx.reply("umum/tidak_jelas", sapaan=None, benda=None)
        return None
    oral = file.kind in ("voice", "audio") and bool(sop.oral_needs)
    notes: list[Json] = []
    text = inc.text.strip()
    found = recognise(text, office.gazetteer, ctx.received_at) if text else None
    if found is not None and found.kind == "nihil" and Role.AGEN in ctx.me.roles:
        _nihil(ctx, file, found)
        return None
    if found is not None and found.kind == "kejadian":
        draft, state, read = intake_texts.whole(ctx, found)
        notes += read
    else:
        via = "voice" if oral else "form"
        draft, state = drafts.begin(ctx.uow, office, ctx.me, inc.chat_id, sop, ctx.now, via=via)  # type: ignore[arg-type]
        if text:
            state = _captioned(state, text)
    if oral:
        state = replace(state, via="voice", asks=tuple(k for k in sop.oral_needs if k != "suara"))
    state = _counted(_stored(ctx, draft, file), state, file)
    step(ctx, draft, replace(state, cursor=None, album=inc.media_group), [_note(file, state), *notes])
    return None


def _nihil(ctx: Context, file: File, found: Recognised) -> None:
    """A picture of the quiet morning with a nihil below it: the nihil keeps the picture, late album parts included."""
    sop, inc = drafts.primary_sop(ctx.office), ctx.inc
    case = receipts.nihil(ctx, sop, regions=intake_texts.nihil_regions(found), sources=intake_texts.told_in(ctx))[0]
    draft, state = drafts.begin(ctx.uow, ctx.office, ctx.me, inc.chat_id, sop, ctx.now)
    _stored(ctx, draft, file)
    reports.finish(ctx.uow, draft, state, case, ctx.now)


def _into_form(ctx: Context, draft: Draft, state: FormState, file: File) -> Ack | None:
    inc = ctx.inc
    added = _stored(ctx, draft, file)
    same_album = inc.media_group is not None and inc.media_group == state.album
    state = replace(_counted(added, state, file), album=inc.media_group)
    notes: list[Json] = [_note(file, state)]
    text = inc.text.strip()
    answered = _answered(ctx, state, text) if text and state.cursor is not None else None
    if answered is not None:
        answered, remarks = answers.remarks(answered, state.cursor, text)
        step(ctx, draft, answered, [*notes, *remarks])
    else:
        _stay(ctx, draft, _captioned(state, text) if text else state, notes, same_album=same_album)
    return None


def _answered(ctx: Context, state: FormState, text: str) -> FormState | None:
    """The caption as the answer to the question, when it can be meant so; otherwise it only describes the picture."""
    key = state.cursor
    assert key is not None
    if BY_KEY[key].kind == "choice":
        meant = answers.match_option(options(ctx.office, key, state.answers, ()), fold(text).text.strip()) is not None
    elif BY_KEY[key].kind == "when":
        meant = isinstance(parse_when(text, ctx.office.gazetteer.zone, ctx.received_at), Known)
    else:
        meant = key in DESCRIBED and not answers.blank(text)
    if not meant:
        return None
    return answers.typed(ctx.office, state, key, text, ctx.me.regions, ctx.received_at, ctx.inc.message_id)


def _captioned(state: FormState, text: str) -> FormState:
    """A caption that answers no question is kept beside the photos, so that nothing said is lost."""
    before = state.answers.get("keterangan_foto")
    return replace(state, answers={**state.answers, "keterangan_foto": f"{before}\n{text}" if before else text})


def _stay(ctx: Context, draft: Draft, state: FormState, notes: list[Json], *, same_album: bool) -> None:
    draft = drafts.save(ctx.uow, ctx.office, draft, state, ctx.now)
    ctx.show(view(ctx, draft, state, notes), form_views.slot(draft), fresh=not same_album)


def _stored(ctx: Context, draft: Draft, file: File) -> Attachment | None:
    return ctx.uow.attachments.add(draft_id=draft.id, case_id=None, version=1, now=ctx.now, **_columns(ctx, file))


def _columns(ctx: Context, file: File) -> dict[str, Any]:
    return {
        "kind": file.kind,
        "file_id": file.file_id,
        "file_unique_id": file.file_unique_id,
        "size": file.size,
        "mime": file.mime,
        "file_name": file.file_name,
        "media_group": ctx.inc.media_group,
        "message_id": ctx.inc.message_id,
    }


def _counted(added: Attachment | None, state: FormState, file: File) -> FormState:
    """The same file sent twice counts once."""
    if added is None:
        return state
    if file.kind == "photo" or (file.kind == "document" and (file.mime or "").startswith("image/")):
        return replace(state, photos=state.photos + 1)
    if file.kind in ("voice", "audio"):
        return replace(state, voices=state.voices + 1)
    return replace(state, files=state.files + 1)


def _note(file: File, state: FormState) -> Json:
    return {"jenis": "berkas", "rupa": file.kind, "jumlah": state.photos if file.kind == "photo" else 1}
