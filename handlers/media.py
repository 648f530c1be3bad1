"""Photos, albums, voice notes, video and documents, at any moment of the conversation.

The parts of an album arrive as separate updates, also late; they are acknowledged together in one message.
"""

from __future__ import annotations

from dataclasses import replace

from domain.errors import UserError
from domain.forms import answers
from domain.forms.state import FormState
from domain.model import Attachment, Draft
from domain.notices import Ack, Json, View
from domain.recognition import recognise
from domain.usecases import cards, drafts, late_parts
from handlers import form_views, intake_texts
from handlers.context import Context
from handlers.form_steps import step
from handlers.incoming import File


def received(ctx: Context, draft: Draft | None) -> Ack | None:
    """A file: into the open form, beside the album's other parts, or the beginning of a report."""
    inc, file = ctx.inc, ctx.inc.file
    assert file is not None
    if (file.size or 0) > drafts.MAX_FILE_BYTES:
        ctx.reply("isian/berkas_terlalu_besar", ukuran_mb=round((file.size or 0) / 1024 / 1024), ada_isian=draft is not None)
        return None
    if inc.media_group is not None and _late_part(ctx, file):
        return None
    if draft is None:
        return _begin(ctx, file)
    return _into_form(ctx, draft, drafts.state_of(draft), file)


def _late_part(ctx: Context, file: File) -> bool:
    """An album part that came after *Kirim* joins the report its siblings are in."""
    inc = ctx.inc
    sibling = ctx.uow.attachments.late_home(inc.media_group or "", inc.chat_id)
    if sibling is None or sibling.case_id is None:
        return False
    case = late_parts.attach(ctx.uow, ctx.me, sibling, ctx.now, kind=file.kind, file_id=file.file_id,
                             file_unique_id=file.file_unique_id, size=file.size, mime=file.mime,
                             file_name=file.file_name, media_group=inc.media_group, message_id=inc.message_id)
    if case is None:
        ctx.reply("laporan/foto_terlambat_ditolak")
    else:
        cards.announce(ctx.uow, ctx.office, case, ctx.now)
        ctx.show(View("laporan/foto_susulan", {"ref": case.ref}), f"susulan:{case.id}:{inc.media_group}", reference=case.ref)
    return True


def _begin(ctx: Context, file: File) -> Ack | None:
    """No form is open: a voice note is an oral report, a caption is a report in one message, a bare photo starts a form."""
    inc, office = ctx.inc, ctx.office
    sop = drafts.primary_sop(office)
    if not ctx.me.has(*sop.first.roles):
        ctx.reply("umum/tidak_jelas")
        return None
    oral = file.kind in ("voice", "audio") and bool(sop.oral_needs)
    if inc.text.strip():
        found = recognise(inc.text, office.gazetteer, ctx.received_at)
        draft, state = intake_texts.whole(ctx, found if found.kind == "kejadian" else replace(found, kind="kejadian"))
    else:
        draft, state = drafts.begin(ctx.uow, office, ctx.me, inc.chat_id, sop, ctx.now, via="voice" if oral else "form")
    if oral:
        state = replace(state, via="voice", asks=tuple(k for k in sop.oral_needs if k != "suara"), cursor=None)
    state = _counted(_stored(ctx, draft, file), state, file)
    step(ctx, draft, replace(state, cursor=None, album=inc.media_group), [_note(file)])
    return None


def _into_form(ctx: Context, draft: Draft, state: FormState, file: File) -> Ack | None:
    inc, office = ctx.inc, ctx.office
    added = _stored(ctx, draft, file)
    same_album = inc.media_group is not None and inc.media_group == state.album
    state = replace(_counted(added, state, file), album=inc.media_group)
    notes: list[Json] = [_note(file)]
    text = inc.text.strip()
    if text and state.cursor is not None and state.cursor != "foto":
        try:
            state = answers.typed(office, state, state.cursor, text, ctx.me.regions, ctx.received_at, inc.message_id)
            state, remarks = answers.remarks(state, state.cursor, text)
            step(ctx, draft, state, [*notes, *remarks])
            return None
        except UserError:
            state = _captioned(state, text)
    elif text:
        state = _captioned(state, text)
    _stay(ctx, draft, state, notes, same_album=same_album)
    return None


def _captioned(state: FormState, text: str) -> FormState:
    """A caption that answers no question is kept beside the photos, so that nothing said is lost."""
    before = state.answers.get("keterangan_foto")
    return replace(state, answers={**state.answers, "keterangan_foto": f"{before}\n{text}" if before else text})


def _stay(ctx: Context, draft: Draft, state: FormState, notes: list[Json], *, same_album: bool) -> None:
    draft = drafts.save(ctx.uow, ctx.office, draft, state, ctx.now)
    view = form_views.question(ctx.office, draft, state, ctx.me, notes)
    ctx.show(view, form_views.slot(draft), fresh=not same_album)


def _stored(ctx: Context, draft: Draft, file: File) -> Attachment | None:
    inc = ctx.inc
    return ctx.uow.attachments.add(
        draft_id=draft.id, case_id=None, version=1, kind=file.kind, file_id=file.file_id,
        file_unique_id=file.file_unique_id, size=file.size, mime=file.mime, file_name=file.file_name,
        media_group=inc.media_group, message_id=inc.message_id, now=ctx.now)


def _counted(added: Attachment | None, state: FormState, file: File) -> FormState:
    """The same file sent twice counts once."""
    if added is None:
        return state
    if file.kind == "photo" or (file.kind == "document" and (file.mime or "").startswith("image/")):
        return replace(state, photos=state.photos + 1)
    if file.kind in ("voice", "audio"):
        return replace(state, voices=state.voices + 1)
    return replace(state, files=state.files + 1)


def _note(file: File) -> Json:
    return {"jenis": "berkas", "rupa": file.kind}
