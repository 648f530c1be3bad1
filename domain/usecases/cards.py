"""Where a report's cards stand: one in each place that the present step names, edited in place as the report moves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from domain import secrecy
from domain.lokus.model import KIND
from domain.model import Case, Event, Person
from domain.notices import Delete, Json, Notice, Priority, Show, View
from domain.office import Office
from domain.ports import UnitOfWork
from domain.roles import UPWARD, Role
from domain.sop.engine import is_open
from domain.sop.schema import Step
from domain.usecases import (
    arrangement,
    delivery,
    dispositioncard,
    history,
    incidents,
    lokus_cards,
    pressing,
    queue,
    reasons,
    secretcard,
    shown,
)
from domain.usecases.cardview import Look, card, slot
from domain.usecases.officials import GIVEN, Turn, cleared, deputy_of, given_to, officials, turn
from domain.usecases.transitions import subject, view_of

_PRIORITY = {"sangat_segera": Priority.URGENT, "segera": Priority.REPLY, "biasa": Priority.ORDINARY}
"""New cards. Edits go as replies: before ordinary cards, in turn with urgent ones, so that neither starves."""
_BARE = Look(buttons=False)
_MOVES = history.DECISIONS | {"resubmitted"}


@dataclass(frozen=True, slots=True)
class Tap:
    """Where somebody acted: the chat and the tapped message (None: they wrote)."""

    chat_id: int
    message_id: int | None = None


def announce(uow: UnitOfWork, office: Office, case: Case, now: datetime, *, tap: Tap | None = None) -> None:
    """Put the case where its step says; the event of a move must be appended already, at the same ``now``.

    Card in the bound groups of the step's purpose, or in private to each person whose turn it is; the result to those
    it is delivered to. Cards that stand elsewhere lose their buttons. After a revision a move comes as a new message,
    which rings; anything else (a new version at the same step, a late photo, a group just bound) edits what stands.
    Then the queue message.
    """
    if case.kind == KIND:
        lokus_cards.announce(uow, office, case, now)
        return
    events = uow.events.of(subject(case))
    here = places(uow, office, case, now)
    amended = bool(events) and events[-1].action == "amended"
    anew = case.round > 1 and bool(events) and events[-1].at == now and events[-1].action in _MOVES
    _edit_others(uow, office, case, {place.chat_id for place in here}, tap, now, events)
    for place in here:
        tapped = tap is not None and tap.chat_id == place.chat_id
        _show(
            uow,
            case,
            place.chat_id,
            _view(uow, office, case, place.leader, Look()),
            fresh=anew and not tapped,
            priority=Priority.URGENT if secrecy.is_secret(case) else _PRIORITY[case.urgency],
        )
    pressing.settle(uow, office, case, events, now)
    for linked in incidents.corroboration(uow, case) if amended else ():
        refresh(uow, office, linked, now)
    queue.refresh(uow, office, now, changed=True)


@dataclass(frozen=True, slots=True)
class Place:
    """A chat in which the case's card belongs now; ``leader``: as the summary for leadership."""

    chat_id: int
    leader: bool = False


def places(uow: UnitOfWork, office: Office, case: Case, now: datetime) -> Sequence[Place]:
    """Every chat in which the case's card belongs now, each once. Tells the administrators when nobody can act."""
    sop = office.sop_of(case.sop, case.sop_version)
    step, view = sop.step(case.step), view_of(uow, case)
    found: dict[int, Place] = {}
    if is_open(sop, view) and step is not sop.first:
        whose = turn(uow, case, step, view, now=now)
        groups = _groups(uow, case, step)
        _watch(uow, office, case, step, whose, bound=bool(groups), now=now)
        found.update({chat_id: Place(chat_id) for chat_id in groups})
        for person in {p.id: p for p in (*whose.called, *whose.persons)}.values():
            called = person in whose.called and (not groups or whose.rung is not None or person.id in whose.lent)
            # Whoever opened the card in private keeps it there for as long as they may act.
            kept = now > case.entered_at and uow.outbox.slot_message(slot(case, person.telegram_id)) is not None
            if called or kept:
                found[person.telegram_id] = Place(person.telegram_id, person.has(*step.deliver_to))
    if case.status not in ("rejected", "cancelled"):
        for person in uow.people.holding(*sorted(step.deliver_to)) if step.deliver_to else ():
            if cleared(case, person):
                found[person.telegram_id] = Place(person.telegram_id, leader=True)
                deputy = deputy_of(uow, person, now)
                if deputy is not None and cleared(case, replace(deputy, regions=person.regions)):
                    found[deputy.telegram_id] = Place(deputy.telegram_id, leader=True)
    return tuple(found.values())


def _groups(uow: UnitOfWork, case: Case, step: Step) -> Sequence[int]:
    """The chats bound for the step's purpose; none for a secret case, whatever the definition says."""
    purpose = queue.group_of(case.classification, step)
    if purpose is None:
        return ()
    return tuple(group.chat_id for group in uow.groups.for_purpose(purpose))


def _watch(uow: UnitOfWork, office: Office, case: Case, step: Step, whose: Turn, *, bound: bool, now: datetime) -> None:
    """Tell the administrators once when a group is missing or a role is held by nobody, until that has changed."""
    purpose = queue.group_of(case.classification, step)
    if purpose is not None:
        view = View("verifikasi/tanpa_grup", {"tujuan": purpose, "ref": case.ref})
        _tell_once(uow, f"group:{purpose}", not bound, view, now)
    if step.actor is not None:
        title = office.title(step.actor)
        ref = None if secrecy.is_secret(case) else case.ref  # administrators need not know of it
        view = View("verifikasi/tanpa_pejabat", {"peran": title, "ref": ref, "langkah": step.title})
        _tell_once(uow, f"role:{step.actor.value}", not whose.persons, view, now)


def _tell_once(uow: UnitOfWork, name: str, lacking: bool, view: View, now: datetime) -> None:
    events = uow.events.of(f"lack:{name}")
    told = bool(events) and events[-1].action == "lacking"
    if lacking == told:
        return
    uow.events.append(f"lack:{name}", "lacking" if lacking else "filled", None, now, {})
    if lacking:
        for person in uow.people.holding(Role.ADMINISTRATOR):
            uow.outbox.add(Notice(person.telegram_id, Show(view)))


def refresh(uow: UnitOfWork, office: Office, case: Case, now: datetime, *, tap: Tap | None = None) -> None:
    """Make every card of the case that stands somewhere show what is now; puts none where there was none."""
    if case.kind == KIND:
        lokus_cards.refresh(uow, office, case, now)
        return
    here = {place.chat_id: place for place in places(uow, office, case, now)}
    for chat_id, person in _possible(uow, office, case, now, uow.events.of(subject(case))):
        place = here.get(chat_id)
        look = Look() if place is not None else _BARE
        _edit(uow, office, case, chat_id, person, look, tap, now)


def open_here(uow: UnitOfWork, office: Office, case: Case, person: Person, now: datetime) -> None:
    """The card as a new message in the person's private chat, for somebody who may act on it."""
    if case.kind == KIND:
        lokus_cards.open_here(uow, office, case, person, now)
        return
    view = _view(uow, office, case, _leads(office, case, person), Look())
    _show(uow, case, person.telegram_id, view, fresh=True)


def withdrawn(uow: UnitOfWork, office: Office, case: Case, person: Person, now: datetime) -> bool:
    """Take the buttons from the person's private card, unless it belongs there; whether one stood there."""
    name = slot(case, person.telegram_id)
    if uow.outbox.drop_unsent(name) == 0 and uow.outbox.slot_message(name) is None:
        return False
    step = office.sop_of(case.sop, case.sop_version).step(case.step)
    if person not in turn(uow, case, step, now=now).persons:
        _edit(uow, office, case, person.telegram_id, person, _BARE, None, now)
    return True


def taken_back(uow: UnitOfWork, case: Case, chat_id: int) -> None:
    """The card of a secret case goes from the chat of somebody to whom it is not open any more."""
    name = slot(case, chat_id)
    if uow.outbox.drop_unsent(name) or uow.outbox.slot_message(name) is not None:
        uow.outbox.add(Notice(chat_id, Delete(slot=name)))


def look_at(uow: UnitOfWork, office: Office, case: Case, tap: Tap, look: Look, now: datetime) -> None:
    """Show another set of buttons on the tapped card only; of a secret case on the panel below what was opened."""
    person = uow.people.by_telegram_id(tap.chat_id)
    if secrecy.is_secret(case):
        here = None if person is None else shown.standing(uow, person.id, case.id, now)
        name = None if person is None else shown.panel(uow, person.id, case.id, now)
        if person is not None and here is not None and name is not None:
            until = datetime.fromisoformat(here.read_until)
            view = secretcard.panel(uow, office, case, person, look, now, until)
            uow.outbox.add(Notice(tap.chat_id, Show(view, name, until=until), reference=case.ref))
        return
    _show(uow, case, tap.chat_id, _view(uow, office, case, _leads(office, case, person), look))


def _edit_others(
    uow: UnitOfWork,
    office: Office,
    case: Case,
    but: set[int],
    tap: Tap | None,
    now: datetime,
    events: Sequence[Event],
) -> None:
    for chat_id, person in _possible(uow, office, case, now, events):
        if chat_id not in but:
            _edit(uow, office, case, chat_id, person, _BARE, tap, now)


def _possible(
    uow: UnitOfWork,
    office: Office,
    case: Case,
    now: datetime,
    events: Sequence[Event],
) -> Sequence[tuple[int, Person | None]]:
    """Every chat in which a card of the case may stand."""
    sop = office.sop_of(case.sop, case.sop_version)
    deputies = (uow.people.get(absence.deputy_id) for absence in uow.absences.during(now) if absence.deputy_id)
    named = {int(to) for event in events if event.action in GIVEN for to in event.data.get("to", ())}
    given = map(uow.people.get, sorted(named | secrecy.admitted(events).keys()))
    people = {
        p.id: p
        for p in (*uow.people.holding(*sorted(officials(sop) | frozenset(UPWARD))), *deputies, *given)
        if p is not None
    }.values()
    groups = () if secrecy.is_secret(case) else tuple((group.chat_id, None) for group in uow.groups.all())
    return (*groups, *((person.telegram_id, person) for person in people))


def _edit(
    uow: UnitOfWork,
    office: Office,
    case: Case,
    chat_id: int,
    person: Person | None,
    look: Look,
    tap: Tap | None,
    now: datetime,
) -> None:
    name = slot(case, chat_id)
    if secrecy.is_secret(case) and not (person and secrecy.may_open(uow, office, case, person, now)):
        taken_back(uow, case, chat_id)
        return
    tapped = tap is not None and tap.chat_id == chat_id
    stands = uow.outbox.slot_message(name) is not None
    unsent = uow.outbox.drop_unsent(name) > 0
    if not (stands or tapped or unsent):
        return
    view = _view(uow, office, case, _leads(office, case, person), look)
    still_new = unsent and not tapped and look.buttons
    _show(
        uow,
        case,
        chat_id,
        view,
        fresh=still_new and stands and case.round > 1,
        priority=_PRIORITY[case.urgency] if still_new else Priority.REPLY,
    )


def _leads(office: Office, case: Case, person: Person | None) -> bool:
    sop = office.sop_of(case.sop, case.sop_version)
    return person is not None and person.has(*sorted(delivery.leaders(sop, case)))


def alert(uow: UnitOfWork, office: Office, case: Case, now: datetime) -> Sequence[Person]:
    """The secret case's notice once more, as a new message that rings, to everybody who is to see to it; to whom.

    The one that stood there goes, so that a night's alerts are one message in the morning.
    """
    step = office.sop_of(case.sop, case.sop_version).step(case.step)
    given = given_to(uow.events.of(subject(case)), case)
    persons = {person.id: person for person in secrecy.to_alert(uow, office, case, now)}
    persons |= {p.id: p for p in turn(uow, case, step, now=now).persons if p.id in given and secrecy.is_reader(case, p)}
    for person in persons.values():
        name = slot(case, person.telegram_id)
        uow.outbox.drop_unsent(name)
        uow.outbox.add(Notice(person.telegram_id, Delete(slot=name), Priority.URGENT))
        view = _view(uow, office, case, _leads(office, case, person), Look())
        _show(uow, case, person.telegram_id, view, fresh=True, priority=Priority.URGENT)
    return tuple(persons.values())


def _view(uow: UnitOfWork, office: Office, case: Case, leader: bool, look: Look) -> View:
    if (here := arrangement.running(uow, office, case)) is not None:
        return arrangement.official_view(uow, office, case, here, buttons=look.buttons)
    if secrecy.is_secret(case):
        return secretcard.notice(uow, office, case, look, leader=leader)
    if case.kind == "disposisi":
        return dispositioncard.card(uow, office, case, acts=look.buttons and not leader)
    return delivery.summary(uow, office, case, look) if leader else card(uow, office, case, look)


def _show(
    uow: UnitOfWork,
    case: Case,
    chat_id: int,
    view: View,
    *,
    fresh: bool = False,
    priority: Priority = Priority.REPLY,
) -> None:
    """Always by slot: the message id in a tap is whatever a client says, and could name another card of the chat."""
    uow.outbox.add(Notice(chat_id, Show(view, slot(case, chat_id), fresh=fresh), priority, reference=case.ref))


def tell_author(uow: UnitOfWork, office: Office, case: Case, now: datetime) -> None:
    """One short message to the author, edited in place as the report moves on."""
    author = uow.people.get(case.author_id)
    if author is None or not author.active:
        return
    done = history.progress(uow, office, case)
    name = f"status:{case.id}"
    last = done.lines[-1] if done.lines else None
    if last is None or (last["aksi"] == "revision_requested" and uow.outbox.slot_message(name) is None):
        return  # the request for revision is a message of its own
    step = office.sop_of(case.sop, case.sop_version).step(case.step)
    ended = case.status in ("rejected", "cancelled")
    view = View(
        "kartu/status",
        {
            "ref": case.ref,
            "baris": _without_content(case, last),
            "menunggu": done.waiting_for,
            "status": case.status,
            "disampaikan": [] if ended else [office.title(role) for role in step.deliver_to],
        },
    )
    uow.outbox.add(Notice(author.telegram_id, Show(view, name), reference=case.ref))


def _without_content(case: Case, line: Mapping[str, Json]) -> dict[str, Json]:
    """A typed reason of a secret case may tell of its content, and this message stays: only the ready ones are said."""
    typed = secrecy.is_secret(case) and line["alasan"] is not None and line["alasan"] not in reasons.WORDS.values()
    return {**line, "alasan": None if typed else line["alasan"], "alasan_lisan": typed}
