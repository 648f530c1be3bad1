"""Buttons of a report's card, ``v:<what>:<case>:<version>:<step>[:<choice>]``, and the typed reason they ask for."""

from __future__ import annotations

import re
from collections.abc import Callable

from domain.errors import Stale
from domain.model import Person
from domain.notices import Ack, Delete, Notice, Show, View
from domain.sop.commands import Actor, Approve, Reject, Revise
from domain.usecases import cards, drafts, reading, reasons, verification
from domain.usecases.cards import Tap
from domain.usecases.cardview import REJECT_REASONS, REVISE_REASONS, Look
from domain.usecases.officials import WRITERS
from domain.usecases.verification import Matter, Official, Seen
from handlers import form_views
from handlers.context import Context

_VALUE = re.compile(r"[A-F][1-6]")
_ANY_VALUE = "F6"
_ANY_REASON = "alasan"


def tapped(ctx: Context, parts: list[str]) -> Ack | None:
    """Read the button; whatever a modified client sends that no button carries is an old button to us."""
    try:
        action, seen = _ACTIONS[parts[0]], Seen(_number(parts[1]), _number(parts[2]), parts[3])
    except (IndexError, ValueError, KeyError):
        raise Stale from None
    return action(ctx, seen, parts[4] if len(parts) > 4 else "")


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= 15):
        raise ValueError("not a number")
    return int(text)


def _tap(ctx: Context) -> Tap:
    return Tap(ctx.inc.chat_id, ctx.inc.message_id)


def _check(ctx: Context, seen: Seen, what: str, command: Callable[[Actor], Official]) -> Matter | Ack:
    return verification.check(ctx.uow, ctx.office, ctx.me, seen, ctx.now, _tap(ctx), what, command)


def _approvable(ctx: Context, seen: Seen) -> Matter | Ack:
    return _check(ctx, seen, "approve", lambda actor: Approve(actor, _ANY_VALUE, seen.version, seen.step))


def _look(ctx: Context, found: Matter | Ack, look: Look) -> Ack | None:
    if isinstance(found, Ack):
        return found
    cards.look_at(ctx.uow, ctx.office, found.case, _tap(ctx), look, ctx.now)
    return None


def _yes(ctx: Context, seen: Seen, choice: str) -> Ack | None:
    found = _approvable(ctx, seen)
    if isinstance(found, Ack):
        return found
    if found.step.asks_value:
        return _look(ctx, found, Look("value"))
    return verification.approve(ctx.uow, ctx.office, ctx.me, seen, None, ctx.now, _tap(ctx))


def _letter(ctx: Context, seen: Seen, choice: str) -> Ack | None:
    if choice not in tuple("ABCDEF"):
        raise Stale
    return _look(ctx, _approvable(ctx, seen), Look("content", choice))


def _value(ctx: Context, seen: Seen, choice: str) -> Ack | None:
    if not _VALUE.fullmatch(choice):
        raise Stale
    return verification.approve(ctx.uow, ctx.office, ctx.me, seen, choice, ctx.now, _tap(ctx))


def _revisable(ctx: Context, seen: Seen) -> Matter | Ack:
    return _check(ctx, seen, "revise", lambda actor: Revise(actor, _ANY_REASON, (), seen.version, seen.step))


def _rejectable(ctx: Context, seen: Seen) -> Matter | Ack:
    return _check(ctx, seen, "reject", lambda actor: Reject(actor, _ANY_REASON, seen.version, seen.step))


def _revise(ctx: Context, seen: Seen, choice: str) -> Ack | None:
    return _look(ctx, _revisable(ctx, seen), Look("revise"))


def _reject(ctx: Context, seen: Seen, choice: str) -> Ack | None:
    return _look(ctx, _rejectable(ctx, seen), Look("reject"))


def _revise_quick(ctx: Context, seen: Seen, choice: str) -> Ack | None:
    if choice not in REVISE_REASONS:
        raise Stale
    found = _revisable(ctx, seen)
    if isinstance(found, Ack):
        return found
    fields = reasons.quick_fields(choice, found.case)
    return verification.revise(ctx.uow, ctx.office, ctx.me, seen, reasons.WORDS[choice], fields, ctx.now, _tap(ctx))


def _reject_quick(ctx: Context, seen: Seen, choice: str) -> Ack | None:
    if choice not in REJECT_REASONS:
        raise Stale
    return verification.reject(ctx.uow, ctx.office, ctx.me, seen, reasons.WORDS[choice], ctx.now, _tap(ctx))


def _decline(ctx: Context, seen: Seen, choice: str) -> Ack | None:
    return verification.decline(ctx.uow, ctx.office, ctx.me, seen, ctx.now, _tap(ctx))


def _acknowledge(ctx: Context, seen: Seen, choice: str) -> Ack | None:
    return verification.acknowledge(ctx.uow, ctx.office, ctx.me, seen, ctx.now, _tap(ctx))


def _back(ctx: Context, seen: Seen, choice: str) -> Ack | None:
    found = verification.matter(ctx.uow, ctx.office, ctx.me, seen.case_id, _tap(ctx), ctx.now, "back")
    if not isinstance(found, Ack) and _is_old(found, seen):
        return verification.late(ctx.uow, ctx.office, found.case, seen)
    return _look(ctx, found, Look())


def _is_old(found: Matter, seen: Seen) -> bool:
    case = found.case
    return (case.version, case.step) != (seen.version, seen.step) or case.closed_at is not None


def _link(ctx: Context, seen: Seen, choice: str) -> Ack | None:
    try:
        other = _number(choice)
    except ValueError:
        raise Stale from None
    return verification.link(ctx.uow, ctx.office, ctx.me, seen, other, ctx.now, _tap(ctx))


def _write_down(ctx: Context, seen: Seen, choice: str) -> Ack | None:
    found = verification.matter(ctx.uow, ctx.office, ctx.me, seen.case_id, _tap(ctx), ctx.now, "write_down", WRITERS)
    if isinstance(found, Ack):
        return found
    if _is_old(found, seen):
        return verification.late(ctx.uow, ctx.office, found.case, seen)
    if ctx.me.id == found.case.author_id:
        return verification.refused(ctx.office, found.case, found.step, "own_report")
    if ctx.me not in found.turn.persons and not ctx.me.has(*WRITERS):
        return verification.refused(ctx.office, found.case, found.step, "not_your_step")
    if ctx.me.unreachable_at is not None:
        return Ack("verifikasi/mulai_dulu", {"bot": ctx.office.bot_username}, alert=True)
    draft = drafts.write_down(ctx.uow, ctx.office, found.case, ctx.me, ctx.now)
    view = form_views.question(ctx.office, draft, drafts.state_of(draft), ctx.me)
    show = Show(view, form_views.slot(draft), fresh=True)
    ctx.uow.outbox.add(Notice(ctx.me.telegram_id, show, reference=found.case.ref))
    return Ack("verifikasi/isi_dibuka", {"ref": found.case.ref}) if not ctx.inc.private else None


def _ask_revise(ctx: Context, seen: Seen, choice: str) -> Ack | None:
    return _ask(ctx, seen, "revisi", _revisable(ctx, seen))


def _ask_reject(ctx: Context, seen: Seen, choice: str) -> Ack | None:
    return _ask(ctx, seen, "tolak", _rejectable(ctx, seen))


def _ask(ctx: Context, seen: Seen, what: str, found: Matter | Ack) -> Ack | None:
    if isinstance(found, Ack):
        return found
    slot = f"tanya-{what}:{seen.case_id}:{seen.version}:{ctx.me.id}:{seen.step}"
    ctx.lift(slot)
    cards.look_at(ctx.uow, ctx.office, found.case, _tap(ctx), Look(), ctx.now)
    ctx.show(
        View(
            "verifikasi/tanya_alasan",
            {
                "ref": found.case.ref,
                "oleh": ctx.me.alias,
                "telegram_id": ctx.me.telegram_id,
                "untuk": what,
            },
            force_reply=True,
            reply_to=ctx.inc.message_id,
        ),
        slot,
        fresh=True,
        reference=found.case.ref,
    )
    return None


def _answered(ctx: Context, parts: list[str]) -> Ack | None:
    return _reason(ctx, parts, "revisi")


def _answered_reject(ctx: Context, parts: list[str]) -> Ack | None:
    return _reason(ctx, parts, "tolak")


def _reason(ctx: Context, parts: list[str], what: str) -> Ack | None:
    """A reply to the prompt: only from the person who tapped. In a group an error would be silent, so we speak."""
    seen, asked = Seen(int(parts[0]), int(parts[1]), parts[3]), int(parts[2])
    if asked != ctx.me.id:
        _say(ctx, View("verifikasi/bukan_untuk_anda", {"oleh": _alias(ctx, asked)}))
        return None
    text = reasons.cleaned(ctx.inc.text)
    if not any(char.isalnum() for char in text):
        _say(ctx, View("verifikasi/alasan_kosong", {}))
        return None
    tap = Tap(ctx.inc.chat_id)
    if what == "revisi":
        ack = verification.revise(ctx.uow, ctx.office, ctx.me, seen, text, reasons.typed_fields(text), ctx.now, tap)
    else:
        ack = verification.reject(ctx.uow, ctx.office, ctx.me, seen, text, ctx.now, tap)
    ctx.uow.outbox.add(Notice(ctx.inc.chat_id, Delete(slot=f"tanya-{what}:{':'.join(parts)}")))
    if ctx.inc.message_id is not None and reading.concerns(ctx.uow, seen.case_id):
        ctx.uow.outbox.add(Notice(ctx.inc.chat_id, Delete(message_id=ctx.inc.message_id)))  # it may tell of the content
    if ack.template is not None:
        _say(ctx, View(ack.template, ack.params))
    return None


def _alias(ctx: Context, person_id: int) -> str:
    person: Person | None = ctx.uow.people.get(person_id)
    return person.alias if person is not None else "-"


def _say(ctx: Context, view: View) -> None:
    ctx.show(View(view.template, view.params, reply_to=ctx.inc.message_id))


Action = Callable[[Context, Seen, str], Ack | None]
_ACTIONS: dict[str, Action] = {
    "s": _yes,
    "h": _letter,
    "n": _value,
    "r": _revise,
    "rq": _revise_quick,
    "rl": _ask_revise,
    "t": _reject,
    "tq": _reject_quick,
    "tl": _ask_reject,
    "d": _decline,
    "k": _back,
    "i": _link,
    "w": _write_down,
    "a": _acknowledge,
}
TAPS = {"v": tapped}
PROMPTS = {"tanya-revisi": _answered, "tanya-tolak": _answered_reject}
