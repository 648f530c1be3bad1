"""Texts outside and inside a form: a report in one message, an answer, and a text edited later."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from domain.errors import UserError
from domain.forms import answers, flow
from domain.forms.questions import BY_KEY, ORDER
from domain.forms.state import ORIGINAL, FormState
from domain.model import Draft
from domain.notices import Ack, Button, Json, Keyboard, View
from domain.recognition import Recognised, recognise
from domain.recognition.normalise import prepare
from domain.recognition.smalltalk import is_small_talk
from domain.roles import Role
from domain.textfold import fold
from domain.usecases import amendments, drafts
from handlers import form_views, long_texts, receipts
from handlers.context import Context
from handlers.form_steps import keep, step, view

WHOLE = 2
"""From this many labelled facts on, a text typed as an answer is taken for a whole report."""
LEFT_ALONE = timedelta(hours=1)
"""After this long without a step nobody is looking at the form's question: a whole report is then a new one."""


def first_text(ctx: Context) -> Ack | None:
    """A text with no form open: a nihil, a report in one message, or something that is neither."""
    inc, person = ctx.inc, ctx.me
    sop = drafts.primary_sop(ctx.office)
    if person.roles.isdisjoint(sop.first.roles) or inc.odd is not None or answers.blank(inc.text):
        unclear(ctx)
        return None
    found = recognise(inc.text, ctx.office.gazetteer, ctx.received_at)
    match found.kind:
        case "nihil" if Role.AGEN in person.roles:
            receipts.nihil(ctx, sop, regions=nihil_regions(found), sources=told_in(ctx))
        case "kejadian":
            draft, state, notes = whole(ctx, found)
            ctx.show_here(view(ctx, draft, state, notes), form_views.slot(draft))
        case _:
            unclear(ctx)
    return None


def nihil_regions(found: Recognised) -> tuple[str, ...]:
    """The kecamatan that the nihil names; none when it speaks of all of the person's."""
    return () if found.kecamatan is None else (found.kecamatan, *found.also)


def told_in(ctx: Context) -> dict[str, str]:
    """Which message a nihil came in, so that its later edit finds it."""
    return {} if ctx.inc.message_id is None else {drafts.MESSAGES: f"{ctx.inc.chat_id}/{ctx.inc.message_id}=*"}


def unclear(ctx: Context) -> None:
    """Neither nihil nor a report: ask, with the buttons that fit the person. A greeting is answered as one."""
    sop, buttons = drafts.primary_sop(ctx.office), []
    if sop.nihil and ctx.me.has(Role.AGEN):
        buttons.append(Button("laporan.nihil", "l:nihil"))
    if ctx.me.has(*sop.first.roles):
        buttons.append(Button("laporan.ada", "l:ada"))
    keyboard: Keyboard = (tuple(buttons),) if buttons else ()
    returned = [draft for draft in drafts.shelf(ctx.uow, ctx.me) if draft.case_id is not None]
    for draft in returned:
        case = ctx.uow.cases.get(draft.case_id or 0)
        assert case is not None
        keyboard += ((Button("laporan.perbaiki_ref", f"f:{draft.id}:go", {"ref": case.ref}),),)
    greeted = ctx.inc.odd is None and not answers.blank(ctx.inc.text) and is_small_talk(prepare(ctx.inc.text))
    ctx.reply(
        "isian/tidak_jelas" if buttons else "umum/tidak_jelas",
        keyboard,
        sapaan=ctx.me.alias if greeted else None,
        benda=ctx.inc.odd,
    )


def whole(ctx: Context, found: Recognised) -> tuple[Draft, FormState, list[Json]]:
    """A report in one message: what is recognisable is filled in, only the rest is asked."""
    inc, office = ctx.inc, ctx.office
    before = ctx.uow.drafts.active(ctx.me.id)
    draft, state = drafts.begin(
        ctx.uow,
        office,
        ctx.me,
        inc.chat_id,
        drafts.primary_sop(office),
        ctx.now,
        via="message",
        found=found,
        text=inc.text,
    )
    if inc.message_id is not None:
        state = long_texts.marked(ctx, replace(state, messages={str(inc.message_id): "*"}), "*")
    notes: list[Json] = [{"jenis": "draf_disimpan"}] if before is not None and before.id != draft.id else []
    state, read = read_whole(ctx, state, found)
    return drafts.save(ctx.uow, office, draft, state, ctx.now), state, [*notes, *read]


def read_whole(ctx: Context, state: FormState, found: Recognised) -> tuple[FormState, list[Json]]:
    """What is to be said about a report in one message, and the first question that is left."""
    state, notes = answers.checked_when(ctx.office, state, found.occurred_at, ctx.received_at)
    state, remarks = answers.remarks(state, None, ctx.inc.text, found.opinions)
    state = flow.advance(replace(state, cursor=None, fixing=False), drafts.applies(ctx.office))
    read = [key for key in ORDER if key in state.taken and key not in state.redo]
    if state.cursor is not None and read:
        notes.insert(0, {"jenis": "terbaca", "kolom": read})
    return state, [*notes, *remarks]


def left_alone(ctx: Context, draft: Draft) -> Recognised | None:
    """What the message says by itself, when it is a whole report and the open form has been lying for a while."""
    if ctx.received_at - draft.updated_at < LEFT_ALONE:
        return None
    found = recognise(ctx.inc.text, ctx.office.gazetteer, ctx.received_at)
    complete = found.kind == "kejadian" and "apa" in found.fields and len(found.fields) >= WHOLE
    return found if complete or _plain_nihil(ctx, found) else None


def _plain_nihil(ctx: Context, found: Recognised) -> bool:
    return found.kind == "nihil" and _names_nihil(ctx)


def _names_nihil(ctx: Context) -> bool:
    """Whether somebody whose nihil counts has written the very word."""
    return Role.AGEN in ctx.me.roles and "nihil" in fold(ctx.inc.text).text


def answer(ctx: Context, draft: Draft, state: FormState) -> Ack | None:
    """A text while a form is open: the answer to its question, or a whole report pasted in."""
    inc, office = ctx.inc, ctx.office
    key = state.cursor
    if long_texts.follows(ctx, state):
        _continue(ctx, draft, state)
        return None
    fresh = left_alone(ctx, draft) or _morning_nihil(ctx, key)
    if fresh is not None:
        if fresh.kind == "nihil":
            drafts.park(ctx.uow, office, ctx.me, ctx.now)
        return first_text(ctx)
    found = _pasted(ctx)
    if found is not None:
        _paste(ctx, draft, state, found)
        return None
    if key is None:
        keep(ctx, draft, state, [{"jenis": "gunakan_tombol"}])
        return None
    if _typed_button(ctx, draft, state, key):
        return None
    try:
        state = answers.typed(office, state, key, inc.text, regions(ctx), ctx.received_at, inc.message_id)
    except UserError as error:
        needed = key in drafts.needed(office, state) and not state.has(key)
        keep(ctx, draft, state, [{**refused(error), "wajib": needed}])
        return None
    state, notes = answers.remarks(long_texts.marked(ctx, state, key), key, inc.text)
    if key == "kapan":
        notes += answers.zone_note(office, inc.text, ctx.received_at)
    step(ctx, draft, state, notes)
    return None


def _typed_button(ctx: Context, draft: Draft, state: FormState, key: str) -> bool:
    """The word of a button typed instead of tapped; False for anything else."""
    word = _bare(ctx.inc.text)
    if word in ("lewati", "skip", "-") and (state.has(key) or key not in drafts.needed(ctx.office, state)):
        step(ctx, draft, flow.skip(state, key))
    elif word == "kembali":
        keep(ctx, draft, flow.back(state, drafts.applies(ctx.office)))
    elif BY_KEY[key].kind == "photos" and word in ("selesai", "sudah"):
        step(ctx, draft, answers.photos_done(state))
    else:
        return False
    return True


def regions(ctx: Context) -> tuple[str, ...]:
    """The person's own kecamatan."""
    return ctx.me.regions


def says(text: str, *words: str) -> bool:
    """Whether the text is just one of the words on the buttons, typed."""
    return _bare(text) in words


def _bare(text: str) -> str:
    return fold(text).text.strip(" .!")


def refused(error: UserError) -> Json:
    """What is wrong with an answer, as a note above the question asked again."""
    return {"jenis": error.key.rsplit("/", 1)[1], **error.params}


def _morning_nihil(ctx: Context, key: str | None) -> Recognised | None:
    """The morning's nihil sent while a form is open: it names the kecamatan, and no answer would."""
    text = ctx.inc.text
    # The word is looked for before anything is read: nearly no answer holds it, and reading a text takes its time.
    if key in ("bagaimana", "pendapat") or not _names_nihil(ctx) or ":" in text.split("\n")[0][:12]:
        return None
    found = recognise(text, ctx.office.gazetteer, ctx.received_at)
    return found if _plain_nihil(ctx, found) and found.kecamatan is not None else None


def _pasted(ctx: Context) -> Recognised | None:
    """The text read as a whole report, when it plainly is one and not just an answer to the question."""
    text = ctx.inc.text
    labels = sum(text.lower().count(word) for word in ("apa", "siapa", "mana", "kapan", "bilamana", "bagaimana"))
    if ":" not in text or labels < WHOLE:
        return None
    found = recognise(text, ctx.office.gazetteer, ctx.received_at)
    lines = [line for line in text.splitlines() if line.strip()]
    return found if found.kind == "kejadian" and len(found.fields) >= WHOLE and len(lines) >= WHOLE else None


def _paste(ctx: Context, draft: Draft, state: FormState, found: Recognised) -> None:
    """A whole report pasted into an open form: its answers count, and only the rest is asked."""
    state = drafts.filled(state, found, ctx.me, ctx.inc.text, override=True)
    if ctx.inc.message_id is not None:
        state = replace(state, messages={**state.messages, str(ctx.inc.message_id): "*"})
        state = long_texts.marked(ctx, state, "*")
    needed = drafts.needed(ctx.office, state)
    state = replace(
        state,
        asks=tuple(k for k in state.asks if k in needed or k in state.redo or k in found.unread),
        redo=tuple(k for k in state.redo if k not in found.fields),
    )
    state, notes = read_whole(ctx, state, found)
    keep(ctx, draft, state, notes)


def _continue(ctx: Context, draft: Draft, state: FormState) -> None:
    """A further part of a text that Telegram cut: put behind the answer it belongs to, not taken for the next one."""
    key, before = state.part_of or "*", long_texts.whole(state.part_of, state.parts.values())
    state, text = long_texts.joined(ctx, state)
    if key == "*":
        found = recognise(text, ctx.office.gazetteer, ctx.received_at)
        told = state.answers.get(ORIGINAL, "")
        state = amendments.reread(state, found, told.replace(before, text) if before in told else text)
        state, notes = read_whole(ctx, state, found)
    else:
        try:
            state = answers.typed(ctx.office, state, key, text, regions(ctx), ctx.received_at, ctx.inc.message_id)
        except UserError as error:
            keep(ctx, draft, state, [refused(error)])
            return
        state, notes = answers.remarks(state, key, ctx.inc.text)
    keep(ctx, draft, replace(state, messages={**state.messages, **dict.fromkeys(state.parts, key)}), notes)


def edited(ctx: Context) -> Ack | None:
    """A text edited in Telegram: before *Kirim* the draft follows, afterwards a new version or a polite refusal."""
    inc, office = ctx.inc, ctx.office
    if inc.message_id is None or answers.blank(inc.text):
        return None
    mark = str(inc.message_id)
    for draft in ctx.uow.drafts.open(ctx.me.id):
        state = drafts.state_of(draft)
        if mark in state.messages and draft.chat_id == inc.chat_id and not state.dropped:
            return _edited_draft(ctx, draft, state, state.messages[mark])
    outcome = amendments.edited(ctx.uow, office, ctx.me, inc.chat_id, inc.message_id, inc.text, ctx.now)
    if outcome is not None:
        ctx.show(View(outcome.template, dict(outcome.params), outcome.keyboard), reference=outcome.ref)
    return None


def _edited_draft(ctx: Context, draft: Draft, state: FormState, key: str) -> Ack | None:
    inc, office = ctx.inc, ctx.office
    notes: list[Json]
    state, text = long_texts.joined(ctx, state) if str(inc.message_id) in state.parts else (state, inc.text)
    messages = state.messages
    if key == "*":
        found = recognise(text, office.gazetteer, ctx.received_at)
        if found.kind != "kejadian":
            _refresh(ctx, draft, state, [{"jenis": "suntingan_tidak_terbaca"}])
            return None
        state, notes = answers.checked_when(
            office, amendments.reread(state, found, text), found.occurred_at, ctx.received_at
        )
        state, remarks = answers.remarks(state, None, inc.text, found.opinions)
        notes += remarks
    else:
        try:
            state = answers.typed(office, state, key, text, ctx.me.regions, ctx.received_at, inc.message_id)
        except UserError as error:
            _refresh(ctx, draft, state, [refused(error)])
            return None
        state = replace(state, messages=messages)
        state, notes = answers.remarks(state, key, inc.text)
        if key == "kapan":
            notes += answers.zone_note(office, inc.text, ctx.received_at)
    if state.cursor is None or (key == "*" and not state.fixing):
        state = flow.advance(replace(state, cursor=None, fixing=False), drafts.applies(office))
    _refresh(ctx, draft, state, [{"jenis": "suntingan", "kunci": key}, *notes])
    return None


def _refresh(ctx: Context, draft: Draft, state: FormState, notes: list[Json]) -> None:
    """The draft follows the edit in place: an edited message brings nothing new at the bottom of the chat."""
    active = draft.status == "active"
    draft = drafts.save(ctx.uow, ctx.office, draft, state, ctx.now, "active" if active else "saved")
    if active:
        ctx.show(view(ctx, draft, state, notes), form_views.slot(draft))
    else:
        ctx.show(View("isian/suntingan_draf"))
