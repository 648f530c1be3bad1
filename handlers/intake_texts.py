"""Texts outside and inside a form: a report in one message, an answer, and a text edited later."""

from __future__ import annotations

from dataclasses import replace

from domain.errors import UserError
from domain.forms import answers, flow
from domain.forms.state import FormState
from domain.model import Draft
from domain.notices import Ack, Button, Json, Keyboard, View
from domain.recognition import Recognised, recognise
from domain.roles import Role
from domain.usecases import amendments, drafts
from handlers import form_views, receipts
from handlers.context import Context
from handlers.form_steps import keep, step

WHOLE = 2
"""From this many recognised facts on, a text typed as an answer is taken for a whole report."""


def first_text(ctx: Context) -> Ack | None:
    """A text with no form open: a nihil, a report in one message, or something that is neither."""
    inc, person = ctx.inc, ctx.me
    sop = drafts.primary_sop(ctx.office)
    if person.roles.isdisjoint(sop.first.roles) or inc.odd is not None or not inc.text.strip():
        _unclear(ctx)
        return None
    found = recognise(inc.text, ctx.office.gazetteer, ctx.received_at)
    match found.kind:
        case "nihil" if Role.AGEN in person.roles:
            return receipts.nihil(ctx, sop, regions=_nihil_regions(ctx, found))
        case "kejadian":
            whole(ctx, found)
        case _:
            _unclear(ctx)
    return None


def _nihil_regions(ctx: Context, found: Recognised) -> tuple[str, ...]:
    return (found.kecamatan,) if found.kecamatan is not None else ()


def _unclear(ctx: Context) -> None:
    keyboard: Keyboard = ()
    if ctx.me.has(*drafts.primary_sop(ctx.office).first.roles):
        keyboard = ((Button("laporan.nihil", "l:nihil"), Button("laporan.ada", "l:ada")),)
    ctx.reply("umum/tidak_jelas", keyboard)


def whole(ctx: Context, found: Recognised) -> tuple[Draft, FormState]:
    """A report in one message: what is recognisable is filled in, only the rest is asked."""
    inc, office = ctx.inc, ctx.office
    draft, state = drafts.begin(
        ctx.uow, office, ctx.me, inc.chat_id, drafts.primary_sop(office), ctx.now, via="message", found=found)
    if inc.message_id is not None:
        state = replace(state, messages={str(inc.message_id): "*"})
    state, notes = answers.remarks(state, None, inc.text)
    if inc.file is None:
        draft = drafts.save(ctx.uow, office, draft, state, ctx.now)
        ctx.show_here(form_views.question(office, draft, state, ctx.me, notes), form_views.slot(draft))
    return draft, state


def answer(ctx: Context, draft: Draft, state: FormState) -> Ack | None:
    """A text while a form is open: the answer to its question, or a whole report pasted in."""
    inc, office = ctx.inc, ctx.office
    key = state.cursor
    found = _pasted(ctx, key)
    if found is not None:
        state = drafts.filled(office, state, found, ctx.me, inc.message_id)
        state, notes = answers.remarks(state, None, inc.text)
        state = replace(state, asks=tuple(k for k in state.asks if k in drafts.needed(office, state) or k in state.redo))
        step(ctx, draft, replace(state, cursor=None, fixing=False), notes)
        return None
    if key is None:
        keep(ctx, draft, state, [{"jenis": "gunakan_tombol"}])
        return None
    try:
        state = answers.typed(office, state, key, inc.text, ctx.me.regions, ctx.received_at, inc.message_id)
    except UserError as error:
        keep(ctx, draft, state, [refused(error)])
        return None
    state, notes = answers.remarks(state, key, inc.text)
    if key == "kapan" and (moment := answers.converted(office, inc.text, ctx.received_at)):
        notes.append({"jenis": "zona", "waktu": moment})
    step(ctx, draft, state, notes)
    return None


def refused(error: UserError) -> Json:
    """What is wrong with an answer, as a note above the question asked again."""
    return {"jenis": error.key.rsplit("/", 1)[1], **error.params}


def _pasted(ctx: Context, key: str | None) -> Recognised | None:
    """The text read as a whole report, when it plainly is one and not just an answer to the question."""
    text = ctx.inc.text
    labels = sum(text.lower().count(word) for word in ("apa", "siapa", "mana", "kapan", "bilamana", "bagaimana"))
    if ":" not in text or labels < WHOLE:
        return None
    found = recognise(text, ctx.office.gazetteer, ctx.received_at)
    lines = [line for line in text.splitlines() if line.strip()]
    return found if found.kind == "kejadian" and len(found.fields) >= WHOLE and len(lines) >= WHOLE else None


def edited(ctx: Context) -> Ack | None:
    """A text edited in Telegram: before *Kirim* the draft follows, afterwards a new version or a polite refusal."""
    inc, office = ctx.inc, ctx.office
    if inc.message_id is None or not inc.text.strip():
        return None
    mark = str(inc.message_id)
    for draft in ctx.uow.drafts.open(ctx.me.id):
        state = drafts.state_of(draft)
        if mark in state.messages:
            return _edited_draft(ctx, draft, state, state.messages[mark])
    outcome = amendments.edited(ctx.uow, office, ctx.me, inc.message_id, inc.text, ctx.now)
    if outcome is not None:
        ctx.show(View(outcome.template, dict(outcome.params)), reference=outcome.ref)
    return None


def _edited_draft(ctx: Context, draft: Draft, state: FormState, key: str) -> Ack | None:
    inc, office = ctx.inc, ctx.office
    if key == "*":
        found = recognise(inc.text, office.gazetteer, ctx.received_at)
        state = amendments.reread(state, found)
    else:
        try:
            state = answers.typed(office, state, key, inc.text, ctx.me.regions, ctx.received_at, inc.message_id)
        except UserError as error:
            notes: list[Json] = [refused(error)]
            _refresh(ctx, draft, state, notes)
            return None
    state, notes = answers.remarks(state, None if key == "*" else key, inc.text)
    if state.cursor is None or key == "*":
        state = flow.advance(replace(state, cursor=None, fixing=False), drafts.applies(office))
    _refresh(ctx, draft, state, [{"jenis": "suntingan", "kunci": key}, *notes])
    return None


def _refresh(ctx: Context, draft: Draft, state: FormState, notes: list[Json]) -> None:
    """The draft follows the edit in place: an edited message brings nothing new at the bottom of the chat."""
    draft = drafts.save(ctx.uow, ctx.office, draft, state, ctx.now, "active" if draft.status == "active" else "saved")
    ctx.show(form_views.question(ctx.office, draft, state, ctx.me, notes), form_views.slot(draft))
