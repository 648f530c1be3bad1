"""Reading secret reports in private: ``rs:<what>:<case>[:<choice>]``; who reported it: ``id:t:<person>:<case>``.

What is typed here (reasons) is deleted from the chat at once, with the question.
"""

from __future__ import annotations

from domain import secrecy
from domain.errors import Stale
from domain.notices import Ack, Delete, Notice, Show, View
from domain.usecases import cards, identity, reading, reasons, shown
from domain.usecases.cards import Tap
from domain.usecases.cardview import Look
from handlers.context import Context, number

ADMIT, IDENTITY = "tanya-izin", "tanya-identitas"


def _tap(ctx: Context) -> Tap:
    return Tap(ctx.inc.chat_id, ctx.inc.message_id)


def tapped(ctx: Context, parts: list[str]) -> Ack | None:
    """The buttons; anything else is an old one."""
    match parts:
        case ["b", case]:
            return reading.open_(ctx.uow, ctx.office, ctx.me, number(case), ctx.now, _tap(ctx))
        case ["l", case]:
            return reading.files(ctx.uow, ctx.office, ctx.me, number(case), ctx.now, _tap(ctx))
        case ["t", case]:
            reading.close(ctx.uow, ctx.me, number(case))
            return None
        case ["k", case]:
            return _panel(ctx, number(case))
        case ["i", case, *page]:
            return _admission(ctx, number(case), number(page[0]) if page else 0)
        case ["p", case, person]:
            return _ask_admit(ctx, number(case), number(person))
        case ["x", case, person]:
            return _exclude(ctx, number(case), number(person))
        case _:
            raise Stale


def _panel(ctx: Context, case_id: int) -> Ack | None:
    case = reading.readable(ctx.uow, ctx.office, ctx.me, case_id, ctx.now, _tap(ctx), "back")
    if isinstance(case, Ack):
        return case
    cards.look_at(ctx.uow, ctx.office, case, _tap(ctx), Look(), ctx.now)
    return None


def _admission(ctx: Context, case_id: int, page: int) -> Ack | None:
    case = reading.admitting(ctx.uow, ctx.office, ctx.me, case_id, ctx.now, _tap(ctx))
    if isinstance(case, Ack):
        return case
    name = shown.panel(ctx.uow, ctx.me.id, case.id, ctx.now)
    if name is None:
        return Ack("rahasia/buka_dulu", {"ref": case.ref}, alert=True)
    ctx.show(reading.admission(ctx.uow, ctx.office, case, ctx.now, page), name, reference=case.ref)
    return None


def _ask_admit(ctx: Context, case_id: int, person_id: int) -> Ack | None:
    case = reading.admitting(ctx.uow, ctx.office, ctx.me, case_id, ctx.now, _tap(ctx))
    if isinstance(case, Ack):
        return case
    person = next((one for one in reading.candidates(ctx.uow, ctx.office, case, ctx.now) if one.id == person_id), None)
    if person is None:
        return secrecy.denied(ctx.uow, ctx.me, case, "admit", ctx.now)
    view = View("rahasia/tanya_izin", {"ref": case.ref, "alias": person.alias}, force_reply=True)
    ctx.show(view, f"{ADMIT}:{case.id}:{person.id}:{ctx.me.id}", fresh=True, reference=case.ref)
    return None


def _admit_typed(ctx: Context, parts: list[str]) -> Ack | None:
    if len(parts) != 3 or parts[2] != str(ctx.me.id):
        raise Stale
    reason = _reason(ctx)
    if reason is None:
        return None
    case_id, person_id = number(parts[0]), number(parts[1])
    done = reading.admit(ctx.uow, ctx.office, ctx.me, case_id, person_id, reason, ctx.now, _tap(ctx))
    _forget(ctx, f"{ADMIT}:{':'.join(parts)}")
    if isinstance(done, Ack):
        _say(ctx, done)
        return None
    case = ctx.uow.cases.get(case_id)
    ref = case.ref if case is not None else ""
    ctx.show(View("rahasia/diizinkan", {"ref": ref, "alias": done.alias}), reference=ref)
    if case is not None:
        cards.look_at(ctx.uow, ctx.office, case, _tap(ctx), Look(), ctx.now)
    return None


def _exclude(ctx: Context, case_id: int, person_id: int) -> Ack | None:
    done = reading.exclude(ctx.uow, ctx.office, ctx.me, case_id, person_id, ctx.now, _tap(ctx))
    if isinstance(done, Ack):
        return done
    _admission(ctx, case_id, 0)
    return Ack("rahasia/izin_dicabut", {"alias": done.alias})


def identity_tapped(ctx: Context, parts: list[str]) -> Ack | None:
    """*Siapa pelapornya*: the reason is asked first."""
    if len(parts) != 3 or parts[0] != "t" or not ctx.inc.private:
        raise Stale
    return ask_identity(ctx, number(parts[1]), number(parts[2]))


def ask_identity(ctx: Context, person_id: int, case_id: int) -> Ack | None:
    """Ask for the reason, if the person may learn who that is."""
    person = identity.entitled(ctx.uow, ctx.office, ctx.me, person_id, case_id, ctx.now)
    if isinstance(person, Ack):
        return person
    view = View("rahasia/tanya_identitas", {"alias": person.alias}, force_reply=True)
    ctx.show(view, f"{IDENTITY}:{person.id}:{case_id}:{ctx.me.id}", fresh=True)
    return None


def _identity_typed(ctx: Context, parts: list[str]) -> Ack | None:
    if len(parts) != 3 or parts[2] != str(ctx.me.id):
        raise Stale
    reason = _reason(ctx)
    if reason is None:
        return None
    done = identity.look_up(ctx.uow, ctx.office, ctx.me, number(parts[0]), number(parts[1]), reason, ctx.now)
    _forget(ctx, f"{IDENTITY}:{':'.join(parts)}")
    if isinstance(done, Ack):
        _say(ctx, done)
    return None


def _reason(ctx: Context) -> str | None:
    """The typed reason; without a letter or a digit it is asked for again."""
    reason = reasons.cleaned(ctx.inc.text)
    if any(char.isalnum() for char in reason):
        return reason
    ctx.reply("verifikasi/alasan_kosong")
    return None


def _forget(ctx: Context, slot: str) -> None:
    """The question and the answer go: what was typed may tell of the content."""
    ctx.uow.outbox.add(Notice(ctx.inc.chat_id, Delete(slot=slot)))
    if ctx.inc.message_id is not None:
        ctx.uow.outbox.add(Notice(ctx.inc.chat_id, Delete(message_id=ctx.inc.message_id)))


def _say(ctx: Context, ack: Ack) -> None:
    if ack.template is not None:
        ctx.uow.outbox.add(Notice(ctx.inc.chat_id, Show(View(ack.template, ack.params))))


TAPS = {"rs": tapped, "id": identity_tapped}
PROMPTS = {ADMIT: _admit_typed, IDENTITY: _identity_typed}
