"""A secret form while it is open: what is typed or sent goes into its question and nowhere else.

Nothing is recognised, compared or pointed out here, and each of the person's messages is remembered so that it can be
deleted with the form (Bot API deleteMessages).
"""

from __future__ import annotations

from dataclasses import replace

from domain.errors import UserError
from domain.forms import answers, flow
from domain.forms import lapsus as sheet
from domain.forms.questions import BY_KEY
from domain.forms.state import FormState
from domain.model import Draft
from domain.notices import Ack, Delete, Json, Notice, View
from domain.usecases import arrangement, drafts, lapsus
from handlers import form_views, receipts
from handlers.context import Context
from handlers.form_steps import view
from handlers.intake_texts import refused, says


def is_secret(ctx: Context, draft: Draft) -> bool:
    """Whether the draft is a secret procedure's."""
    return sheet.is_secret(ctx.office, drafts.state_of(draft))


def on_message(ctx: Context, draft: Draft) -> Ack | None:
    """Whatever is typed or sent while the form is open."""
    inc = ctx.inc
    state = lapsus.remembered(drafts.state_of(draft), inc.message_id, inc.date or ctx.now)
    if inc.file is not None:
        return _file(ctx, draft, state)
    if inc.odd is not None or inc.location is not None or not inc.text.strip():
        return _stay(ctx, draft, state, {"jenis": "tidak_terbaca"})
    return _text(ctx, draft, state)


def _text(ctx: Context, draft: Draft, state: FormState) -> Ack | None:
    text, key = ctx.inc.text, state.cursor
    if key is None:
        if says(text, "kirim") and not flow.missing(state, drafts.needed(ctx.office, state)):
            return receipts.send(ctx, drafts.save(ctx.uow, ctx.office, draft, state, ctx.now))
        return _stay(ctx, draft, state, {"jenis": "gunakan_tombol"})
    if says(text, "lewati", "skip", "-") and (state.has(key) or key not in drafts.needed(ctx.office, state)):
        return go_on(ctx, draft, flow.skip(state, key))
    if says(text, "kembali"):
        return _stay(ctx, draft, flow.back(state, drafts.applies(ctx.office)))
    if BY_KEY[key].kind == "photos" and says(text, "selesai", "sudah"):
        return go_on(ctx, draft, answers.photos_done(state))
    most = BY_KEY[key].most
    if most is not None and len(text.strip()) > most:
        return _too_much(ctx, draft, state, {"jenis": "terlalu_panjang", "batas": most})
    try:
        return go_on(ctx, draft, _typed(ctx, state, key))
    except UserError as error:
        return _stay(ctx, draft, state, refused(error))


def _typed(ctx: Context, state: FormState, key: str) -> FormState:
    """The text as the answer. Raises UserError that says what is wrong with it."""
    text, message_id = ctx.inc.text, ctx.inc.message_id
    if key not in (sheet.TIME, sheet.PLACE):
        return answers.typed(ctx.office, state, key, text, (), ctx.received_at, message_id)
    value = " ".join(text.split())
    if answers.blank(value):
        raise UserError("isian/kosong", kunci=key)
    if key == sheet.TIME:
        answers.read_when(ctx.office, value, ctx.received_at)  # a day or an hour that does not exist is refused
        value = arrangement.spoken(ctx.office, value.lower(), ctx.received_at) if _is_quick(value) else value
    return state.with_answer(key, value, message_id)


def _is_quick(value: str) -> bool:
    return value.lower() in arrangement.WORDS


def go_on(ctx: Context, draft: Draft, state: FormState) -> Ack | None:
    """To the next question; what is only arranged is sent as soon as its last question is answered."""
    state = flow.advance(state, drafts.applies(ctx.office))
    if state.cursor is None and sheet.is_arranged(state) and not flow.missing(state, drafts.needed(ctx.office, state)):
        return receipts.send(ctx, drafts.save(ctx.uow, ctx.office, draft, state, ctx.now))
    return _stay(ctx, draft, state)


def picked(ctx: Context, draft: Draft, state: FormState, key: str, value: str) -> Ack | None:
    """A tapped option; a time "from now" is written as the hour that it means."""
    return go_on(ctx, draft, answers.picked(state, key, arrangement.spoken(ctx.office, value, ctx.received_at)))


def _file(ctx: Context, draft: Draft, state: FormState) -> Ack | None:
    file = ctx.inc.file
    assert file is not None
    if not sheet.takes_files(ctx.office, state):
        return _too_much(ctx, draft, state, {"jenis": "tanpa_berkas"})
    if (file.size or 0) > drafts.MAX_FILE_BYTES:
        return _stay(ctx, draft, state, {"jenis": "berkas_besar"})
    added = ctx.uow.attachments.add(
        draft_id=draft.id,
        case_id=None,
        version=1,
        kind=file.kind,
        file_id=file.file_id,
        file_unique_id=file.file_unique_id,
        size=file.size,
        mime=file.mime,
        file_name=file.file_name,
        media_group=ctx.inc.media_group,
        message_id=ctx.inc.message_id,
        now=ctx.now,
    )
    if added is not None:
        match file.kind:
            case "photo":
                state = replace(state, photos=state.photos + 1)
            case "voice" | "audio":
                state = replace(state, voices=state.voices + 1)
            case _:
                state = replace(state, files=state.files + 1)
    if caption := ctx.inc.text.strip():
        before = state.answers.get("keterangan_foto")
        told = f"{before}\n{caption}" if before else caption
        state = replace(state, answers={**state.answers, "keterangan_foto": told})
    note: Json = {"jenis": "berkas", "rupa": file.kind, "jumlah": state.photos if file.kind == "photo" else 1}
    same_album = ctx.inc.media_group is not None and ctx.inc.media_group == state.album
    return _stay(ctx, draft, replace(state, album=ctx.inc.media_group), note, in_place=same_album)


def _too_much(ctx: Context, draft: Draft, state: FormState, note: Json) -> Ack | None:
    """More than may be written here: that message goes at once."""
    if (message := ctx.inc.message_id) is not None:
        state = replace(state, own={key: at for key, at in state.own.items() if key != str(message)})
        lapsus.erase(ctx.uow, ctx.inc.chat_id, {str(message): (ctx.inc.date or ctx.now).isoformat()}, ctx.now)
    return _stay(ctx, draft, state, note)


def _stay(ctx: Context, draft: Draft, state: FormState, *notes: Json, in_place: bool = False) -> Ack | None:
    """Write the state and show where the form stands; the question that stood there before is deleted."""
    draft = drafts.save(ctx.uow, ctx.office, draft, state, ctx.now)
    show(ctx, draft, state, list(notes), in_place=in_place)
    return None


def show(ctx: Context, draft: Draft, state: FormState, notes: list[Json], *, in_place: bool = False) -> None:
    """The present question, the only one that stands in the chat."""
    shown, slot = view(ctx, draft, state, notes), form_views.slot(draft)
    if ctx.inc.kind == "tap":
        ctx.show(shown, slot, at=ctx.inc.message_id)
    elif in_place or ctx.inc.kind == "edited":
        ctx.show(shown, slot)
    else:
        ctx.uow.outbox.add(Notice(ctx.inc.chat_id, Delete(slot=slot)))
        ctx.show(shown, slot, fresh=True)


def edited(ctx: Context) -> bool:
    """A text of an open secret form was edited: the answer follows. False when the message is none of such a form's."""
    inc = ctx.inc
    for draft in ctx.uow.drafts.open(ctx.me.id):
        state = drafts.state_of(draft)
        if str(inc.message_id) in state.own and sheet.is_secret(ctx.office, state) and draft.chat_id == inc.chat_id:
            _follow(ctx, draft, state)
            return True
    return False


def _follow(ctx: Context, draft: Draft, state: FormState) -> Ack | None:
    key = state.messages.get(str(ctx.inc.message_id), "")
    if key not in BY_KEY or draft.status != "active":
        return None
    most = BY_KEY[key].most
    if most is not None and len(ctx.inc.text.strip()) > most:
        return _too_much(ctx, draft, state, {"jenis": "terlalu_panjang", "batas": most})
    try:
        state = _typed(ctx, state, key)
    except UserError as error:
        return _stay(ctx, draft, state, refused(error))
    return _stay(ctx, draft, state, {"jenis": "suntingan", "kunci": key})


def cancel(ctx: Context, draft: Draft, state: FormState) -> Ack | None:
    """*Batal*: content and conversation are gone at once. A revision that was asked for is only put aside."""
    if state.via == "revision":
        return save(ctx, draft, state)
    state = _with_command(ctx, state)
    lapsus.destroy(ctx.uow, draft, state, ctx.now)
    receipts.end_secret(ctx, draft, state, View("lapsus/dibatalkan"))
    return None


def save(ctx: Context, draft: Draft, state: FormState) -> Ack | None:
    """*Simpan draf*: the question goes, the answers stay a while; nothing of them is shown."""
    state = _with_command(ctx, state)
    draft = drafts.save(ctx.uow, ctx.office, draft, state, ctx.now, "saved")
    shown = receipts.secret_parked(draft)
    if ctx.inc.kind == "tap":
        ctx.show(shown, form_views.slot(draft), at=ctx.inc.message_id)
    else:
        ctx.uow.outbox.add(Notice(ctx.inc.chat_id, Delete(slot=form_views.slot(draft))))
        ctx.show(shown, form_views.slot(draft), fresh=True)
    return None


def _with_command(ctx: Context, state: FormState) -> FormState:
    """/batal itself goes too."""
    inc = ctx.inc
    return lapsus.remembered(state, inc.message_id, inc.date or ctx.now) if inc.kind == "message" else state
