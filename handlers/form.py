"""The form conversation: taps and texts become answers; the draft's row is written after every step.

Taps are ``f:<draft>:<what>[:<key>[:<n>]]``. A tap on an older question is answered kindly and changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable

from domain.errors import NotFound, Stale, UserError
from domain.forms import answers, flow
from domain.forms import lapsus as sheet
from domain.forms.questions import BY_KEY, options
from domain.forms.state import FormState
from domain.model import Draft
from domain.notices import Ack, View
from domain.usecases import drafts
from handlers import form_views, intake_texts, media, receipts, secret_form
from handlers.context import Context, number
from handlers.form_steps import keep, show, step

PASSED = Ack("isian/pertanyaan_lewat")
"""A second tap by a nervous thumb changes nothing and needs no dialogue box."""


def on_message(ctx: Context) -> Ack | None:
    """Whatever a registered person types or sends in private: an answer, a file, or a report in one message."""
    inc = ctx.inc
    if inc.kind == "edited":
        return None if secret_form.edited(ctx) else intake_texts.edited(ctx)
    draft = ctx.uow.drafts.active(ctx.me.id)
    if draft is not None and secret_form.is_secret(ctx, draft):
        return secret_form.on_message(ctx, draft)
    if inc.file is not None:
        return media.received(ctx, draft)
    if draft is None:
        return media.located(ctx) if inc.location is not None else intake_texts.first_text(ctx)
    return answered(ctx, draft)


def answered(ctx: Context, draft: Draft) -> Ack | None:
    """A text, a position or something that cannot be an answer, while a form is open."""
    inc, state = ctx.inc, drafts.state_of(draft)
    if inc.location is not None:
        _located(ctx, draft, state)
        return None
    if inc.odd is not None or not inc.text.strip():
        show(ctx, draft, state, [{"jenis": "tidak_terbaca"}])
        return None
    if state.cursor is None and intake_texts.says(inc.text, "kirim"):
        return receipts.send(ctx, draft)
    return intake_texts.answer(ctx, draft, state)


def _located(ctx: Context, draft: Draft, state: FormState) -> None:
    assert ctx.inc.location is not None
    if state.cursor not in ("dimana", None):
        state = answers.with_point(state, *ctx.inc.location, typed=True)
        keep(ctx, draft, state, [{"jenis": "lokasi_disimpan"}])
        return
    state = answers.with_point(state, *ctx.inc.location, typed=False)
    step(ctx, draft, flow.skip(state, "dimana"), [{"jenis": "lokasi_disimpan"}])


def tapped(ctx: Context, parts: list[str]) -> Ack | None:
    """A button of the form; forms are private, whatever a client sends in a group."""
    if not ctx.inc.private:
        raise Stale
    try:
        draft_id, what, rest = number(parts[0]), parts[1], parts[2:]
        action = _ACTIONS[what]
    except (IndexError, KeyError):
        raise Stale from None
    draft = drafts.mine(ctx.uow, ctx.me, draft_id, ("active", "saved", "sent", "expired"))
    match draft.status:
        case "sent":
            return _already_sent(ctx, draft)
        case "expired":
            raise NotFound("isian/kedaluwarsa_ketuk")
        case "saved" if what != "go":
            dropped = drafts.state_of(draft).dropped
            raise Stale("isian/sudah_dibatalkan" if dropped else "isian/tidak_aktif")
        case _:
            return action(ctx, draft, drafts.state_of(draft), rest)


def _already_sent(ctx: Context, draft: Draft) -> Ack:
    case = ctx.uow.cases.get(draft.case_id or 0)
    return Ack("isian/sudah_terkirim", {"ref": case.ref if case else None})


def _pick(ctx: Context, draft: Draft, state: FormState, rest: list[str]) -> Ack | None:
    if not _at_cursor(state, rest):
        return PASSED
    key, chosen = rest[0], number(rest[1] if len(rest) > 1 else "")
    names = options(ctx.office, key, state.answers, ())
    if not chosen < len(names):
        raise Stale
    if sheet.is_secret(ctx.office, state):
        return secret_form.picked(ctx, draft, state, key, names[chosen])
    step(ctx, draft, answers.picked(state, key, names[chosen]))
    return None


def _at_cursor(state: FormState, rest: list[str]) -> bool:
    return bool(rest) and state.cursor == rest[0]


def _skip(ctx: Context, draft: Draft, state: FormState, rest: list[str]) -> Ack | None:
    if not _at_cursor(state, rest):
        return PASSED
    key = rest[0]
    if not state.has(key) and key in drafts.needed(ctx.office, state):
        raise UserError("isian/wajib", kunci=key)
    step(ctx, draft, flow.skip(state, key))
    return None


def _clear(ctx: Context, draft: Draft, state: FormState, rest: list[str]) -> Ack | None:
    if not _at_cursor(state, rest):
        return PASSED
    key = rest[0]
    if key in drafts.needed(ctx.office, state) or BY_KEY[key].kind == "photos":
        raise UserError("isian/wajib", kunci=key)
    step(ctx, draft, flow.clear(state, key))
    return None


def _photos_done(ctx: Context, draft: Draft, state: FormState, rest: list[str]) -> Ack | None:
    key = state.cursor
    if key is None or BY_KEY[key].kind != "photos":
        return PASSED
    if not state.has(key):
        return _skip(ctx, draft, state, [key])
    step(ctx, draft, answers.photos_done(state))
    return None


def _now(ctx: Context, draft: Draft, state: FormState, rest: list[str]) -> Ack | None:
    if state.cursor != "kapan":
        return PASSED
    step(ctx, draft, answers.happened_now(ctx.office, state, ctx.received_at))
    return None


def _back(ctx: Context, draft: Draft, state: FormState, rest: list[str]) -> Ack | None:
    if not _at_cursor(state, rest):
        return PASSED
    keep(ctx, draft, flow.back(state, drafts.applies(ctx.office)))
    return None


def _fix(ctx: Context, draft: Draft, state: FormState, rest: list[str]) -> Ack | None:
    if not rest or rest[0] not in drafts.applies(ctx.office)(state):
        raise Stale
    keep(ctx, draft, flow.fix(state, rest[0]))
    return None


def _complete(ctx: Context, draft: Draft, state: FormState, rest: list[str]) -> Ack | None:
    gaps = flow.missing(state, drafts.needed(ctx.office, state))
    keep(ctx, draft, flow.complete(state, gaps, drafts.applies(ctx.office)))
    return None


def _save(ctx: Context, draft: Draft, state: FormState, rest: list[str]) -> Ack | None:
    if sheet.is_secret(ctx.office, state):
        return secret_form.save(ctx, draft, state)
    draft = drafts.save(ctx.uow, ctx.office, draft, state, ctx.now, "saved")
    ctx.show_here(receipts.parked(draft, state), form_views.slot(draft))
    return None


def _cancel(ctx: Context, draft: Draft, state: FormState, rest: list[str]) -> Ack | None:
    if sheet.is_secret(ctx.office, state):
        return secret_form.cancel(ctx, draft, state)
    draft = drafts.drop(ctx.uow, ctx.office, draft, ctx.now)
    ctx.show_here(receipts.parked(draft, drafts.state_of(draft)), form_views.slot(draft))
    return None


def _go_on(ctx: Context, draft: Draft, state: FormState, rest: list[str]) -> Ack | None:
    draft, state = drafts.resume(ctx.uow, ctx.office, ctx.me, draft.id, ctx.now)
    # An edit cannot make a message protected: a secret form never takes the place of the notice that led to it.
    show(ctx, draft, state, [], below="b" in rest or sheet.is_secret(ctx.office, state))
    return None


def _send(ctx: Context, draft: Draft, state: FormState, rest: list[str]) -> Ack | None:
    return receipts.send(ctx, draft)


Action = Callable[[Context, Draft, FormState, list[str]], Ack | None]
_ACTIONS: dict[str, Action] = {
    "p": _pick,
    "l": _skip,
    "x": _clear,
    "d": _photos_done,
    "n": _now,
    "k": _back,
    "u": _fix,
    "c": _complete,
    "s": _save,
    "b": _cancel,
    "go": _go_on,
    "ok": _send,
}
TAPS = {"f": tapped}


def cancel_command(ctx: Context) -> Ack | None:
    """/batal: put the running form away; it can be taken back by its button."""
    draft = ctx.uow.drafts.active(ctx.me.id)
    if draft is None:
        ctx.show(View("isian/tidak_ada_yang_dibatalkan"))
        return None
    return _cancel(ctx, draft, drafts.state_of(draft), [])


def revised(ctx: Context, parts: list[str]) -> Ack | None:
    """A reply to *Mohon diperbaiki*: the form is taken up and the reply answers its first question."""
    draft_id = number(parts[0])
    draft, _ = drafts.resume(ctx.uow, ctx.office, ctx.me, draft_id, ctx.now)
    if secret_form.is_secret(ctx, draft):
        return secret_form.on_message(ctx, draft)
    if ctx.inc.file is not None:
        return media.received(ctx, draft)
    return answered(ctx, draft)


COMMANDS = {"batal": cancel_command}
PROMPTS = {"revisi": revised}
