"""*Mundur/Darurat* (``ld:<what>:…``) and /darurat: one tap, one confirmation, and help is called."""

from __future__ import annotations

from domain.errors import Stale
from domain.model import Case
from domain.notices import Ack, Delete, Notice, Priority, Show, View
from domain.usecases import lokus_emergency, lokus_emergency_views
from domain.usecases import lokus_field_panel as panels
from domain.usecases.lokus_field import check_slot
from domain.usecases.lokus_field_watch import question
from handlers.context import Context, number


def _asked(ctx: Context) -> str:
    """Where /darurat is confirmed."""
    return f"darurat-tanya@{ctx.me.telegram_id}"


def may_call(ctx: Context) -> bool:
    """Whether the person is in a lokus in which help may be called."""
    return bool(lokus_emergency.cases_of(ctx.uow, ctx.me, ctx.now))


def command(ctx: Context) -> Ack | None:
    """/darurat: the confirmation; where the person is in several lokus, which one."""
    cases = lokus_emergency.cases_of(ctx.uow, ctx.me, ctx.now)
    if not cases:
        view = View("darurat/tanpa_lokus", {"pasukan": lokus_emergency_views.contacts(ctx.office)})
        ctx.uow.outbox.add(Notice(ctx.me.telegram_id, Show(view)))
        return None
    known = panels.emergency_of(ctx.uow, cases[0].id, ctx.me.id)
    if known is not None:
        raise Stale("darurat/sudah", ref=cases[0].ref, pada=known.raised_at.isoformat())
    several = len(cases) > 1
    view = lokus_emergency_views.choose(cases[:4]) if several else lokus_emergency_views.ask(cases[0], "c")
    # In private even when it was written in a group: nobody else is to see it, and the answer comes there.
    place = Show(view, _asked(ctx), fresh=True)
    ctx.uow.outbox.add(Notice(ctx.me.telegram_id, place, Priority.URGENT, reference=cases[0].ref))
    return None


def tapped(ctx: Context, parts: list[str]) -> Ack | None:
    """The buttons of asking, acknowledging and ending; anything else is an old one."""
    match parts:
        case ["t", case_id, where]:
            return _ask(ctx, number(case_id), where)
        case ["y", case_id, where]:
            return _call(ctx, number(case_id), where)
        case ["x", case_id, where]:
            return _back(ctx, number(case_id), where)
        case ["a", emergency]:
            case = lokus_emergency.acknowledge(ctx.uow, ctx.office, ctx.me, number(emergency), ctx.now)
            return Ack("darurat/diterima", {"ref": case.ref})
        case ["e", emergency]:
            return _ask_end(ctx, number(emergency))
        case ["f", emergency]:
            case = lokus_emergency.end(ctx.uow, ctx.office, ctx.me, number(emergency), ctx.received_at, ctx.now)
            ctx.uow.outbox.add(Notice(ctx.me.telegram_id, Delete(slot=_ending(ctx, number(emergency)))))
            return Ack("darurat/dicatat_aman", {"ref": case.ref})
        case ["b", emergency]:
            found, _, _ = lokus_emergency.may_end(ctx.uow, number(emergency), ctx.me, ctx.now)
            ctx.uow.outbox.add(Notice(ctx.me.telegram_id, Delete(slot=_ending(ctx, found.id))))
            return None
        case _:
            raise Stale


def _place(ctx: Context, case: Case, where: str) -> str:
    """The slot of the message that was tapped: the panel, the question "aman?", or the answer to /darurat."""
    match where:
        case "p":
            return panels.panel_slot(case.id, ctx.me)
        case "a":
            return check_slot(case.id, ctx.me)
        case "c":
            return _asked(ctx)
        case _:
            raise Stale


def _ask(ctx: Context, case_id: int, where: str) -> Ack | None:
    case, _ = lokus_emergency.part(ctx.uow, ctx.me, case_id)
    if (known := panels.emergency_of(ctx.uow, case.id, ctx.me.id)) is not None:
        raise Stale("darurat/sudah", ref=case.ref, pada=known.raised_at.isoformat())
    ctx.show(lokus_emergency_views.ask(case, where), _place(ctx, case, where), reference=case.ref)
    return None


def _call(ctx: Context, case_id: int, where: str) -> Ack | None:
    case, _ = lokus_emergency.part(ctx.uow, ctx.me, case_id)
    place = _place(ctx, case, where)
    lokus_emergency.call(ctx.uow, ctx.office, ctx.me, case.id, ctx.received_at, ctx.now)
    if where == "c":
        ctx.uow.outbox.add(Notice(ctx.inc.chat_id, Delete(slot=place)))
    return Ack("darurat/disampaikan", {"ref": case.ref})


def _back(ctx: Context, case_id: int, where: str) -> Ack | None:
    """*Tidak jadi*: the message is again what it was."""
    case, member = lokus_emergency.part(ctx.uow, ctx.me, case_id)
    place = _place(ctx, case, where)
    if where == "p" and member.content.get("panel") == panels.OPEN:
        panels.show(ctx.uow, ctx.office, case, member, ctx.me)
    elif where == "a" and member.in_field and member.content.get("ditanya"):
        ctx.show(question(case, member), place, reference=case.ref)
    else:
        ctx.uow.outbox.add(Notice(ctx.inc.chat_id, Delete(slot=place)))
    return Ack("darurat/tidak_jadi", {"ref": case.ref})


def _ending(ctx: Context, emergency_id: int) -> str:
    """Where *Aman kembali* is confirmed: a message of its own, for the tapped one changes with every answer."""
    return f"darurat-aman:{emergency_id}@{ctx.me.telegram_id}"


def _ask_end(ctx: Context, emergency_id: int) -> Ack | None:
    emergency, case, who = lokus_emergency.may_end(ctx.uow, emergency_id, ctx.me, ctx.now)
    view = lokus_emergency_views.ask_end(case, emergency, who, ctx.me)
    ctx.show(view, _ending(ctx, emergency.id), fresh=True, reference=case.ref)
    return None


COMMANDS = {"darurat": command}
GROUP_COMMANDS = {"darurat": command}
TAPS = {"ld": tapped}
