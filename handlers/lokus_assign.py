"""The order of a lokus at the Kasubbid's desk (``la:<what>:…``), and its answer by the team (``lk:<what>:…``)."""

from __future__ import annotations

from collections.abc import Callable

from domain.errors import Stale
from domain.model import Case
from domain.notices import Ack, Button, Delete, Json, Notice, View
from domain.usecases import (
    lokus_answer,
    lokus_assign,
    lokus_assign_change,
    lokus_papers,
    lokus_plan_news,
    lokus_steps,
    lokus_views,
)
from domain.usecases.cardview import slot as card_slot
from domain.usecases.lokus_people import Candidate, candidates
from handlers.context import Context, asked, number, rows
from handlers.pick import PAGE, pages

PARTS = ("masalah", "lokasi", "kumpul", "waktu", "catatan")
ASK, CANCEL, UNABLE = "lokus-tanya", "lokus-tanya-batal", "lokus-tanya-halangan"


def desk_slot(case: Case, chat_id: int) -> str:
    """Where the desk stands: the step's own card, or beside the board while an order is changed."""
    return card_slot(case, chat_id) if case.step == "penugasan" else f"meja:{case.id}@{chat_id}"


def tapped(ctx: Context, parts: list[str]) -> Ack | None:
    """The desk's buttons; anything else is an old one."""
    match parts:
        case ["m", case]:
            return _desk(ctx, _at_desk(ctx, number(case)))
        case ["t", case, *page]:
            return _team(ctx, number(case), _page(page))
        case ["p", case, person, page]:
            lokus_assign.toggle(ctx.uow, ctx.office, ctx.me, number(case), number(person), ctx.now)
            return _team(ctx, number(case), number(page))
        case ["k", case, *page]:
            return _coordinators(ctx, number(case), _page(page))
        case ["c", case, person]:
            return _desk(ctx, lokus_assign.appoint(ctx.uow, ctx.office, ctx.me, number(case), number(person), ctx.now))
        case ["q", part, case] if part in PARTS:
            return _ask(ctx, part, number(case))
        case _:
            return _decided(ctx, parts)


def _decided(ctx: Context, parts: list[str]) -> Ack | None:
    match parts:
        case ["v", case]:
            found = _at_desk(ctx, number(case))
            _show(ctx, found, lokus_views.preview(ctx.uow, ctx.office, found, ctx.now))
            return None
        case ["ok", case, revision]:
            return _send(ctx, number(case), number(revision))
        case ["u", case]:
            found = lokus_assign.begin_change(ctx.uow, ctx.office, ctx.me, number(case), ctx.now)
            _show(ctx, found, _desk_view(ctx, found), fresh=True)
            return None
        case ["x", case]:
            found = lokus_assign.drop_change(ctx.uow, ctx.office, ctx.me, number(case), ctx.now)
            ctx.show_here(View("lokus/perubahan_dibuang", {"ref": found.ref}), desk_slot(found, ctx.inc.chat_id))
            return None
        case ["b", case]:
            found = _at_desk(ctx, number(case))
            there = lokus_assign.still_there(ctx.uow, found)
            _prompt(ctx, f"{CANCEL}:{found.id}:{ctx.me.id}", "batal", found.ref, **there)
            return None
        case ["g", case, member, person]:
            return _substitute(ctx, number(case), number(member), number(person) or None)
        case _:
            return _later(ctx, parts)


def _later(ctx: Context, parts: list[str]) -> Ack | None:
    """What is offered when something went otherwise than planned."""
    match parts:
        case ["r", case, *page]:
            return _relief(ctx, number(case), _page(page))
        case ["a", case, person]:
            found = lokus_assign.relieve(ctx.uow, ctx.office, ctx.me, number(case), number(person), ctx.now)
            ctx.uow.outbox.add(Notice(ctx.inc.chat_id, Delete(slot=_relief_slot(ctx, found))))
            return Ack("lokus/koordinator_diganti", {"ref": found.ref})
        case ["w", case, starts, ends]:
            return _take_time(ctx, number(case), number(starts), number(ends))
        case ["e", case, hours, edition]:
            found = lokus_assign.extend(
                ctx.uow, ctx.office, ctx.me, number(case), number(hours), number(edition), ctx.now
            )
            return Ack("lokus/diperpanjang", {"ref": found.ref})
        case _:
            raise Stale


def _page(parts: list[str]) -> int:
    return number(parts[0]) if parts else 0


def _at_desk(ctx: Context, case_id: int) -> Case:
    return lokus_assign.at_desk(ctx.uow, ctx.office, ctx.me, case_id, ctx.now)[0]


def _desk_view(ctx: Context, case: Case) -> View:
    return lokus_views.desk(ctx.uow, ctx.office, case, ctx.me, ctx.now)


def _show(ctx: Context, case: Case, view: View, *, fresh: bool = False) -> None:
    """Always by slot: the message id in a tap is whatever a client says. ``fresh``: below what was typed, not above."""
    name = desk_slot(case, ctx.inc.chat_id)
    if fresh:
        ctx.lift(name)
    ctx.show(view, name, fresh=fresh, reference=case.ref)


def _desk(ctx: Context, case: Case, *, fresh: bool = False) -> Ack | None:
    _show(ctx, case, _desk_view(ctx, case), fresh=fresh)
    return None


def _label(one: Candidate) -> tuple[str, dict[str, str]]:
    words = {"alias": one.person.alias, "wilayah": one.person.regions[0] if one.person.regions else "semua"}
    state = "cuti" if one.away else "sibuk" if one.busy else "bebas"
    return f"lokus.{'pilih' if one.chosen else 'orang'}_{state}", words


def _team(ctx: Context, case_id: int, page: int) -> Ack | None:
    case = _at_desk(ctx, case_id)
    order = lokus_views.desk_order(ctx.uow, case)
    found = candidates(ctx.uow, case, order, ctx.now)
    part = found[page * PAGE : (page + 1) * PAGE]
    buttons = [
        Button(label, f"la:p:{case.id}:{one.person.id}:{page}", words)
        for one, (label, words) in ((one, _label(one)) for one in part)
    ]
    turns = pages(page, len(found), lambda to: f"la:t:{case.id}:{to}")
    done = (Button("lokus.selesai_pilih", f"la:m:{case.id}"),)
    params = {
        "ref": case.ref,
        "kecamatan": case.region,
        "jumlah": len(order.tim),
        "mulai": order.mulai.isoformat() if order.mulai else None,
        "kosong": not found,
        "untuk": "tim",
    }
    _show(ctx, case, View("lokus/pilih_orang", params, (*rows(buttons, 1), *turns, done), protect=True))
    return None


def _coordinators(ctx: Context, case_id: int, page: int) -> Ack | None:
    case = _at_desk(ctx, case_id)
    _show(ctx, case, _leaders(ctx, case, page, "k", "c", (Button("lokus.kembali", f"la:m:{case.id}"),)))
    return None


def _leaders(ctx: Context, case: Case, page: int, turn: str, choose: str, last: tuple[Button, ...]) -> View:
    """Who could lead, the coordinators by role first; ``turn`` and ``choose`` are what the buttons say to the desk."""
    order = lokus_views.desk_order(ctx.uow, case)
    found = sorted(candidates(ctx.uow, case, order, ctx.now), key=lambda one: not one.leads)
    found = [one for one in found if choose == "c" or one.person.id != order.koordinator]
    part = found[page * PAGE : (page + 1) * PAGE]
    buttons = [
        Button(label.replace("pilih_", "orang_"), f"la:{choose}:{case.id}:{one.person.id}", words)
        for one, (label, words) in ((one, _label(one)) for one in part)
    ]
    turns = pages(page, len(found), lambda to: f"la:{turn}:{case.id}:{to}")
    params = {
        "ref": case.ref,
        "kecamatan": case.region,
        "jumlah": 0,
        "mulai": order.mulai.isoformat() if order.mulai else None,
        "kosong": not found,
        "untuk": "koordinator",
    }
    return View("lokus/pilih_orang", params, (*rows(buttons, 1), *turns, *((last,) if last else ())), protect=True)


def _relief_slot(ctx: Context, case: Case) -> str:
    """Where another coordinator is chosen for the report."""
    return f"ganti-koordinator:{case.id}@{ctx.inc.chat_id}"


def _relief(ctx: Context, case_id: int, page: int) -> Ack | None:
    case, _ = lokus_assign.reporting(ctx.uow, ctx.office, ctx.me, case_id, ctx.now)
    name = _relief_slot(ctx, case)
    fresh = ctx.uow.outbox.slot_message(name) is None
    ctx.show(_leaders(ctx, case, page, "r", "a", ()), name, fresh=fresh, reference=case.ref)
    return None


def _ask(ctx: Context, part: str, case_id: int) -> Ack | None:
    case = _at_desk(ctx, case_id)
    _prompt(ctx, f"{ASK}-{part}:{case.id}:{ctx.me.id}", part, case.ref)
    return None


def _prompt(ctx: Context, slot: str, what: str, ref: str, **params: Json) -> None:
    view = View("lokus/tanya", {"ref": ref, "untuk": what, **params}, force_reply=True)
    ctx.show(view, slot, fresh=True, reference=ref)


def _answered(part: str) -> Callable[[Context, list[str]], Ack | None]:
    def answer(ctx: Context, parts: list[str]) -> Ack | None:
        case_id, inc = _asked(ctx, parts), ctx.inc
        if inc.location is not None and part in ("kumpul", "lokasi"):
            where = "kumpul" if part == "kumpul" else "lokasi"
            case = lokus_assign.pin_down(ctx.uow, ctx.office, ctx.me, case_id, where, inc.location, ctx.now)  # type: ignore[arg-type]  # one of two words
        elif part == "waktu":
            case = lokus_assign.set_time(ctx.uow, ctx.office, ctx.me, case_id, inc.text, ctx.now)
        else:
            case = lokus_assign.write(ctx.uow, ctx.office, ctx.me, case_id, part, inc.text, ctx.now)  # type: ignore[arg-type]  # one of PARTS
        ctx.uow.outbox.add(Notice(inc.chat_id, Delete(slot=f"{ASK}-{part}:{':'.join(parts)}")))
        return _desk(ctx, case, fresh=True)

    return answer


def _asked(ctx: Context, parts: list[str]) -> int:
    return number(asked(ctx, parts, 2)[0])


def _send(ctx: Context, case_id: int, revision: int) -> Ack | None:
    before = lokus_assign.at_desk(ctx.uow, ctx.office, ctx.me, case_id, ctx.now)[1].edition
    case = lokus_assign.send(ctx.uow, ctx.office, ctx.me, case_id, revision, ctx.now)
    if before:
        _show(ctx, case, View("lokus/perubahan_dikirim", {"ref": case.ref}))
    return Ack("lokus/terkirim", {"ref": case.ref})


def _take_time(ctx: Context, case_id: int, starts: int, ends: int) -> Ack | None:
    begins, over = lokus_plan_news.moment(starts), lokus_plan_news.moment(ends) if ends else None
    case = lokus_assign.take_time(ctx.uow, ctx.office, ctx.me, case_id, begins, over, ctx.now)
    return _desk(ctx, case, fresh=True)


def _substitute(ctx: Context, case_id: int, member_id: int, person_id: int | None) -> Ack | None:
    case = lokus_assign.substitute(ctx.uow, ctx.office, ctx.me, case_id, member_id, person_id, ctx.now)
    person = ctx.uow.people.get(person_id) if person_id is not None else None
    view = View("lokus/sudah_ganti", {"ref": case.ref, "alias": person.alias if person else None})
    ctx.show(view, f"ganti:{member_id}@{ctx.inc.chat_id}", reference=case.ref)
    return None


def _cancelled(ctx: Context, parts: list[str]) -> Ack | None:
    """The typed reason for calling the lokus off."""
    case = lokus_assign.cancel(ctx.uow, ctx.office, ctx.me, _asked(ctx, parts), ctx.inc.text.strip()[:500], ctx.now)
    ctx.uow.outbox.add(Notice(ctx.inc.chat_id, Delete(slot=f"{CANCEL}:{':'.join(parts)}")))
    params = {"ref": case.ref, "tim": bool(ctx.uow.lokus.team(case.id))}
    ctx.show(View("lokus/pembatalan_dikirim", params), reference=case.ref)
    return None


def answered(ctx: Context, parts: list[str]) -> Ack | None:
    """A member's buttons, and the coordinator's on the board."""
    match parts:
        case ["o", case]:
            lokus_answer.opened(ctx.uow, ctx.office, ctx.me, number(case), ctx.now)
            return None
        case ["s", member]:
            found = lokus_answer.ready(ctx.uow, ctx.office, ctx.me, number(member), ctx.now)
            return Ack("lokus/siap_dicatat", {"ref": found.ref})
        case ["b", member]:
            case_, own = lokus_answer.mine(ctx.uow, ctx.office, ctx.me, number(member))
            _prompt(ctx, f"{UNABLE}:{own.id}:{ctx.me.id}", "halangan", case_.ref)
            return None
        case ["p", case]:
            order = lokus_steps.case_of(ctx.uow, ctx.office, number(case), *lokus_steps.RUNNING)
            lokus_papers.send(ctx.uow, ctx.office, order, ctx.me, ctx.now)
            return None
        case ["l", case, step]:
            found = lokus_assign_change.proceed(ctx.uow, ctx.office, ctx.me, number(case), step, ctx.now)
            return Ack("lokus/dilanjutkan", {"ref": found.ref})
        case _:
            raise Stale


def _unable(ctx: Context, parts: list[str]) -> Ack | None:
    """The typed reason of *Berhalangan*."""
    case = lokus_answer.unable(ctx.uow, ctx.office, ctx.me, _asked(ctx, parts), ctx.inc.text, ctx.now)
    ctx.uow.outbox.add(Notice(ctx.inc.chat_id, Delete(slot=f"{UNABLE}:{':'.join(parts)}")))
    ctx.show(View("lokus/halangan_dicatat", {"ref": case.ref}), reference=case.ref)
    return None


TAPS = {"la": tapped, "lk": answered}
PROMPTS = {**{f"{ASK}-{part}": _answered(part) for part in PARTS}, CANCEL: _cancelled, UNABLE: _unable}
