"""*Mundur/Darurat* (``ld:<what>:…``) and /darurat: one tap, one confirmation, and help is called."""

from __future__ import annotations

from domain.errors import Stale
from domain.model import Case
from domain.notices import Ack, Delete, Notice, Priority, Show, View
from domain.textfold import fold
from domain.usecases import lokus_emergency, lokus_emergency_views, lokus_field_home
from domain.usecases import lokus_field_panel as panels
from domain.usecases.lokus_field_panel import check_slot
from domain.usecases.lokus_field_watch import question
from handlers.context import Context, number
from handlers.incoming import Incoming

CRIES = frozenset({"darurat", "mundur", "tolong", "sos", "mundur/darurat", "mundur darurat", "tolong saya"})
"""Said alone, in a lokus, they open the confirmation of *Darurat*."""
_SHORT = 40
"""Characters of a cry at most, with what is put around it."""


def cries(text: str) -> bool:
    """Whether these words alone call for help."""
    return len(text) <= _SHORT and fold(text).text.strip(" .!") in CRIES


def is_call(inc: Incoming) -> bool:
    """Whether the update by its shape alone calls for help, or answers somebody who does."""
    if inc.kind == "tap":
        return inc.data.startswith("ld:")
    bare = inc.file is None and inc.location is None
    return inc.kind == "message" and (inc.command == "darurat" or (inc.private and bare and cries(inc.text)))


def may_call(ctx: Context) -> bool:
    """Whether the person is in a lokus in which help may be called."""
    return bool(lokus_emergency.cases_of(ctx.uow, ctx.me, ctx.now))


def command(ctx: Context) -> Ack | None:
    """/darurat: the confirmation; where the person is in several lokus, which one."""
    cases = lokus_emergency.cases_of(ctx.uow, ctx.me, ctx.now)
    if not cases:
        if (calling := lokus_field_home.calling(ctx.uow, ctx.me)) is not None:
            _already(ctx, calling[0])
        view = View("darurat/tanpa_lokus", {"pasukan": lokus_emergency_views.contacts(ctx.office)})
        ctx.uow.outbox.add(Notice(ctx.me.telegram_id, Show(view)))
        return None
    _already(ctx, cases[0])
    several = len(cases) > 1
    view = lokus_emergency_views.choose(cases[:4]) if several else lokus_emergency_views.ask(cases[0], "c")
    # In private even when it was written in a group: nobody else is to see it, and the answer comes there.
    place = Show(view, lokus_emergency.asked_slot(ctx.me), fresh=True)
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
            return Ack("darurat/dicatat_aman", {"ref": case.ref})
        case ["b", emergency]:
            found, _, _ = lokus_emergency.may_end(ctx.uow, number(emergency), ctx.me, ctx.now)
            ctx.uow.outbox.add(Notice(ctx.me.telegram_id, Delete(slot=lokus_emergency.ending_slot(found.id, ctx.me))))
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
            return lokus_emergency.asked_slot(ctx.me)
        case _:
            raise Stale


def _ask(ctx: Context, case_id: int, where: str) -> Ack | None:
    case, _ = lokus_emergency.part(ctx.uow, ctx.me, case_id)
    _already(ctx, case)
    ctx.show(lokus_emergency_views.ask(case, where), _place(ctx, case, where), reference=case.ref)
    return None


def _already(ctx: Context, case: Case) -> None:
    """Stale when the person calls for help there already: told again it would only be told twice."""
    if (known := panels.emergency_of(ctx.uow, case.id, ctx.me.id)) is not None:
        raise Stale("darurat/sudah", ref=case.ref, pada=known.raised_at.isoformat())


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


def _ask_end(ctx: Context, emergency_id: int) -> Ack | None:
    emergency, case, who = lokus_emergency.may_end(ctx.uow, emergency_id, ctx.me, ctx.now)
    view = lokus_emergency_views.ask_end(case, emergency, who, ctx.me)
    ctx.show(view, lokus_emergency.ending_slot(emergency.id, ctx.me), fresh=True, reference=case.ref)
    return None


def from_outside(ctx: Context) -> Ack | None:
    """/darurat of somebody whose access ended while they were in the field: it is told, and they hear no more of it.

    None for anything else that somebody without access sends or taps.
    """
    inc = ctx.inc
    taps = inc.kind == "tap" and inc.data.startswith(("ld:t:", "ld:y:"))
    if ctx.person is None or not (taps or inc.command == "darurat" or cries(inc.text)):
        return None
    case = lokus_emergency.stranded(ctx.uow, ctx.person, ctx.now)
    if case is None:
        return None
    if panels.emergency_of(ctx.uow, case.id, ctx.person.id) is None:
        lokus_emergency.call(ctx.uow, ctx.office, ctx.person, case.id, ctx.received_at, ctx.now)
    view = View("darurat/dari_luar", {"ref": case.ref, "pasukan": lokus_emergency_views.contacts(ctx.office)})
    ctx.uow.outbox.add(Notice(ctx.person.telegram_id, Show(view), Priority.URGENT, reference=case.ref))
    return Ack("darurat/disampaikan", {"ref": case.ref})


COMMANDS = {"darurat": command}
GROUP_COMMANDS = {"darurat": command}
TAPS = {"ld": tapped}
