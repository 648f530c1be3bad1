"""The call or the meeting of a lapsus that is told by word of mouth: kept in the case's events, shown to both sides.

The official learns way, time and place, the author the official's role; nobody writes any content.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import cast

from domain import arrangement as rules
from domain import secrecy
from domain.arrangement import Agree, Arrangement, Finish, No, Propose, Side, Way
from domain.errors import NotFound, Stale, UserError
from domain.forms import lapsus as sheet
from domain.model import Case, Event, Person
from domain.notices import Ack, Button, Json, Keyboard, Notice, Priority, Show, View
from domain.office import Office
from domain.ports import UnitOfWork
from domain.roles import Role
from domain.sop.engine import is_open
from domain.usecases.officials import turn
from domain.usecases.transitions import subject, view_of

ACTION = "arranged"
QUICK = (15, 30, 60, 120)
"""Minutes from now that one tap proposes."""
WORDS = {"15 menit lagi": 15, "30 menit lagi": 30, "1 jam lagi": 60, "2 jam lagi": 120}
SOONEST = "Secepatnya"
MOST = 120
"""Characters of a typed time and place."""


def spoken(office: Office, choice: str, now: datetime) -> str:
    """The moment that a tapped choice means, in the agency's words; anything else as it is."""
    return clock_words(office, now + timedelta(minutes=WORDS[choice]), now) if choice in WORDS else choice


def clock_words(office: Office, at: datetime, now: datetime) -> str:
    """ "pukul 05.25 WIB", with the date when it is not today."""
    local, today = at.astimezone(office.zone), now.astimezone(office.zone)
    hour = f"pukul {local:%H.%M} {office.gazetteer.zone_label}"
    return hour if local.date() == today.date() else f"{local:%d/%m/%Y} {hour}"


def of(case: Case, events: Sequence[Event]) -> Arrangement | None:
    """Where the case's arrangement stands; None for a case that is written."""
    way = case.fields.get(sheet.WAY)
    if way not in sheet.ARRANGED:
        return None
    place = case.fields.get(sheet.PLACE) if way == sheet.VISIT else None
    now = Arrangement(cast("Way", way), case.fields.get(sheet.TIME, SOONEST), place)
    for event in events:
        if event.action != ACTION or event.data.get("round") != case.round:
            continue
        step = _step(event)
        after = rules.decide(now, step)
        if isinstance(after, Arrangement):
            now = after
    return now


def _step(event: Event) -> rules.Step:
    data = event.data
    return _made(data["what"], data["side"], event.actor_id or 0, int(data["number"]), data.get("time", ""))


def _made(what: str, side: Side, person: int, number: int, time: str) -> rules.Step:
    match what:
        case "propose":
            return Propose(side, person, number, time)
        case "agree":
            return Agree(side, person, number)
        case _:
            return Finish(side, person, number)


def running(uow: UnitOfWork, office: Office, case: Case) -> Arrangement | None:
    """The arrangement that is still going on: the case stands at its first official's step, open, not held yet."""
    sop = office.sop_of(case.sop, case.sop_version)
    if not sop.secret or case.step != sop.first.yes or not is_open(sop, view_of(uow, case)):
        return None
    found = of(case, uow.events.of(subject(case)))
    return None if found is None or found.phase == "selesai" else found


def slot(case: Case) -> str:
    """Where the author's message about the arrangement stands."""
    return f"janji:{case.id}"


def matter(uow: UnitOfWork, office: Office, me: Person, case_id: int, now: datetime) -> tuple[Case, Arrangement, Side]:
    """The arrangement and which side of it the person is on.

    NotFound when they are on none, or it does not exist: the caller records it (``secrecy.denied``).
    """
    case = uow.cases.get(case_id)
    if case is None:
        raise NotFound
    sop = office.sop_of(case.sop, case.sop_version)
    side: Side | None = None
    if me.id == case.author_id:
        side = "pelapor"
    elif secrecy.may_open(uow, office, case, me, now):
        side = "pejabat"
    found = of(case, uow.events.of(subject(case)))
    if side is None or found is None or not sop.secret:
        raise NotFound
    return case, found, side


def change(
    uow: UnitOfWork, office: Office, me: Person, case_id: int, what: str, number: int, now: datetime, words: str = ""
) -> tuple[Case, Arrangement, Side]:
    """Carry out one step of either side and tell the other; ``what`` is propose, agree or finish.

    NotFound for somebody who has nothing to do with it, Stale when it is another one by now, UserError for empty words.
    """
    case, here, side = matter(uow, office, me, case_id, now)
    if running(uow, office, case) is None:
        raise Stale("lapsus/janji_selesai", ref=case.ref)
    step = office.sop_of(case.sop, case.sop_version).step(case.step)
    whose = turn(uow, case, step, now=now)
    if side == "pejabat" and me not in whose.persons:
        raise NotFound
    match rules.decide(here, _made(what, side, me.id, number, words)):
        case Arrangement() as after:
            pass
        case No(why="empty"):
            raise UserError("lapsus/waktu_kosong", ref=case.ref)
        case No(why="not_yours"):
            raise NotFound
        case No():
            raise Stale("lapsus/janji_berubah", ref=case.ref)
    # Both sides may tap at the same moment: one of them finds the row changed and is told.
    case = uow.cases.change(case)
    data: dict[str, Json] = {"what": what, "side": side, "number": number, "round": case.round, "step": case.step}
    if what == "propose":
        data["time"] = words
    if side == "pejabat":
        role = whose.role(me, step)
        data["role"] = role.value if role else None
    uow.events.append(subject(case), ACTION, me.id, now, data)
    return case, after, side


def role_of(office: Office, uow: UnitOfWork, case: Case) -> str | None:
    """The title of the official who acted last on the arrangement, for the author."""
    for event in reversed(uow.events.of(subject(case))):
        if event.action == ACTION and event.data.get("side") == "pejabat" and event.data.get("role"):
            return office.title(Role(event.data["role"]))
    return None


def tell_author(uow: UnitOfWork, office: Office, case: Case, here: Arrangement, *, fresh: bool = True) -> None:
    """The author's message: what is proposed or agreed, with the one tap that answers it."""
    author = uow.people.get(case.author_id)
    if author is None or not author.active:
        return
    view = author_view(uow, office, case, here)
    if fresh:
        uow.outbox.drop_unsent(slot(case))
    uow.outbox.add(Notice(author.telegram_id, Show(view, slot(case), fresh=fresh), Priority.URGENT, reference=case.ref))


def author_view(uow: UnitOfWork, office: Office, case: Case, here: Arrangement) -> View:
    """What the author sees of it."""
    return View("lapsus/janji_pelapor", _params(uow, office, case, here), author_keyboard(case, here))


def author_keyboard(case: Case, here: Arrangement) -> Keyboard:
    """The author's taps."""
    if here.phase == "selesai":
        return ()
    other = Button("lapsus.waktu_lain", f"ls:u:{case.id}:{here.number}")
    if here.phase == "usul" and here.proposed_by == "pejabat":
        return ((Button("lapsus.setuju", f"ls:y:{case.id}:{here.number}"), other),)
    return ((other,),)


def official_view(uow: UnitOfWork, office: Office, case: Case, here: Arrangement, *, buttons: bool = True) -> View:
    """The official's card while it is being arranged: reference, way, time and place, nothing else."""
    params = {**_params(uow, office, case, here), "derajat": case.urgency, "diterima": case.received_at.isoformat()}
    params["batas"] = case.due_at.isoformat() if case.due_at else None
    # Who the author is and admitting one more reader are behind *Buka*, which is recorded.
    rows = (*official_keyboard(case, here), (Button("rahasia.buka", f"rs:b:{case.id}"),)) if buttons else ()
    return View("lapsus/janji_pejabat", params, rows, protect=True)


def official_keyboard(case: Case, here: Arrangement) -> Keyboard:
    """The official's taps: one word in most cases."""
    other = Button("lapsus.waktu_lain", f"ls:u:{case.id}:{here.number}")
    held = Button("lapsus.terlaksana", f"ls:d:{case.id}:{here.number}")
    if here.phase == "sepakat":
        return ((held,), (other,))
    if here.proposed_by == "pelapor":
        label = "lapsus.ambil" if here.way == "telepon" and here.holder is None else "lapsus.setuju"
        return ((Button(label, f"ls:y:{case.id}:{here.number}"), other),)
    return ((other, held),)


def _params(uow: UnitOfWork, office: Office, case: Case, here: Arrangement) -> dict[str, object]:
    author = uow.people.get(case.author_id)
    return {
        "ref": case.ref,
        "cara": here.way,
        "waktu": here.time,
        "tempat": here.place,
        "tahap": here.phase,
        "pengusul": here.proposed_by,
        "peran": role_of(office, uow, case),
        "pelapor": author.alias if author else "-",
    }


def gone(case: Case) -> Ack:
    """The tap was for an earlier state."""
    return Ack("lapsus/janji_berubah", {"ref": case.ref}, alert=True)
