"""An order comes into force, the first time or as a change: the team becomes what it says, everybody concerned is told.

Whoever was told an hour that is no more is asked anew whether they are ready; nobody's *Siap* is taken back for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from domain.lokus.model import AGAIN, Lokus, Member
from domain.lokus.order import Change, Order, changes
from domain.model import Case, Person
from domain.notices import Button, Json, Keyboard, Notice, Priority, Show, View
from domain.office import Office
from domain.ports import UnitOfWork
from domain.roles import UPWARD
from domain.sop.commands import Approve, Reschedule
from domain.usecases import cards, lokus_board, lokus_field, lokus_field_panel, lokus_steps, lokus_views
from domain.usecases.lokus_people import occupied
from domain.usecases.transitions import actor_of, pending


def first(
    uow: UnitOfWork, office: Office, me: Person, case: Case, lokus: Lokus, order: Order, now: datetime
) -> Case:  # fmt: skip
    """The new order goes to the team."""
    role, actor = lokus_steps.acting(uow, office, case, me, now)
    enforce(uow, lokus, order)
    for person_id in order.people:
        uow.lokus.add_member(case.id, person_id, me.id, now, lead=person_id == order.koordinator)
    data: dict[str, Json] = {"role": role.value, "edition": 1, "people": list(order.people)}
    case = lokus_steps.move(uow, office, case, me, Approve(actor, None, case.version, case.step), now, data)
    cards.announce(uow, office, case, now)
    _clashes(uow, case, order)
    return case


def further(
    uow: UnitOfWork, office: Office, me: Person, case: Case, lokus: Lokus, order: Order, now: datetime
) -> Case:  # fmt: skip
    """A change of the order in force, to everybody concerned; one that changes nothing clears the desk."""
    old = Order.read(lokus.order)
    lines = lokus_views.change_lines(uow, old, order)
    if not lines:
        uow.lokus.change(lokus, desk=None)
        return case
    different = changes(old, order)
    enforce(uow, lokus, order)
    fresh, gone = reshape(uow, case, me, old, order, now)
    if any(one.key == "mulai" for one in different):
        _ask_again(uow, case, now)
    data: dict[str, Json] = {"edition": lokus.edition + 1, "changed": [line["kunci"] for line in lines]}
    if any(one.key in ("mulai", "selesai") for one in different):
        roles = me.roles | office.sop_of(case.sop, case.sop_version).step("penugasan").roles
        command = Reschedule(replace(actor_of(me), roles=roles), case.version, case.step)
        case = lokus_steps.move(uow, office, case, me, command, now, data)
    else:
        lokus_steps.note(uow, case, "order_changed", me.id, now, data)
    _tell_change(uow, office, case, lines, different, order, fresh)
    lokus_steps.tell(uow, gone, View("lokus/tidak_lagi", {"ref": case.ref}), case.ref, priority=Priority.URGENT)
    released(uow, case, gone)
    for person in fresh:
        cards.open_here(uow, office, case, person, now)
    cards.refresh(uow, office, case, now)
    _clashes(uow, case, order, old)
    return _go_on(uow, office, me, case, now)


def amended(
    uow: UnitOfWork,
    office: Office,
    me: Person,
    case: Case,
    lokus: Lokus,
    change: Callable[[Order], Order],
    now: datetime,
) -> Case:
    """One change comes into force at once; what lies unsent on the desk is kept, with the same change made to it."""
    draft = lokus.desk
    case = further(uow, office, me, case, lokus, change(Order.read(lokus.order)), now)
    if draft is not None:
        uow.lokus.change(lokus_steps.lokus_of(uow, case), desk=change(Order.read(draft)).to_json())
    return case


def enforce(uow: UnitOfWork, lokus: Lokus, order: Order) -> None:
    """The order of the next edition."""
    uow.lokus.change(
        lokus,
        edition=lokus.edition + 1,
        order=order.to_json(),
        desk=None,
        starts_at=order.mulai,
        ends_at=order.selesai,
        coordinator_id=order.koordinator,
    )


def reshape(
    uow: UnitOfWork, case: Case, me: Person, old: Order, new: Order, now: datetime
) -> tuple[Sequence[Person], Sequence[Person]]:
    """Make the team what the order says: who is new and who is out. Leaders first step down, then another leads."""
    there = {member.person_id: member for member in uow.lokus.team(case.id)}
    gone = [member for person_id, member in there.items() if person_id not in new.people]
    for member in gone:
        uow.lokus.change_member(member, removed_at=now)
    stays = [member for member in there.values() if member not in gone]
    for member in sorted(stays, key=lambda one: not one.lead):
        if member.lead != (member.person_id == new.koordinator):
            uow.lokus.change_member(member, lead=member.person_id == new.koordinator)
    added = [person_id for person_id in new.people if person_id not in there]
    places = list(gone)
    for person_id in added:
        lead = person_id == new.koordinator
        place = next((m for m in places if m.lead == lead), None)
        if place is not None:
            places.remove(place)
        uow.lokus.add_member(
            case.id, person_id, me.id, now, lead=lead, replaces_id=place.id if place is not None else None
        )
    persons = (uow.people.get(one) for one in (*added, *(member.person_id for member in gone)))
    by_id = {person.id: person for person in persons if person is not None}
    return [by_id[one] for one in added if one in by_id], [by_id[m.person_id] for m in gone if m.person_id in by_id]


def _ask_again(uow: UnitOfWork, case: Case, now: datetime) -> None:
    for member in uow.lokus.team(case.id):
        if member.ready and member.started_at is None:
            uow.lokus.change_member(member, content={**member.content, AGAIN: now.isoformat()})


def released(uow: UnitOfWork, case: Case, gone: Sequence[Person]) -> None:
    """Whoever is out is asked nothing more, watches nothing more, and keeps no meeting point."""
    unasked(uow, case, gone)
    for person in gone:
        lokus_field_panel.gone(uow, lokus_board.point_slot(case, person), person)
        if not person.has(*UPWARD):  # who looks after the lokus as well keeps the board
            lokus_field_panel.gone(uow, lokus_board.board_slot(case, person), person)


def unasked(uow: UnitOfWork, case: Case, persons: Iterable[Person]) -> None:
    """Nobody is asked any more whether all is well."""
    for person in persons:
        lokus_field_panel.gone(uow, lokus_field_panel.check_slot(case.id, person), person)


def _tell_change(
    uow: UnitOfWork,
    office: Office,
    case: Case,
    lines: Sequence[dict[str, Json]],
    different: Sequence[Change],
    order: Order,
    fresh: Sequence[Person],
) -> None:
    """Everybody who was in the team hears what changed, old and new; whoever is new gets the order itself instead.

    Who has finished, or has not opened the order yet (unless the hour or the coordinator is another), is not troubled.
    """
    new = {person.id for person in fresh}
    moved = any(one.key == "titik" for one in different)
    place = order.titik if moved else None
    for member, person in lokus_board.team(uow, case):
        if person.id in new or not person.active or (member.finished_at is not None and not member.lead):
            continue
        if member.opened_at is None and not any(one.key in ("mulai", "selesai", "koordinator") for one in different):
            continue  # who has not opened the order yet will read it as it is now
        again = AGAIN in member.content and any(one.key == "mulai" for one in different)
        keys: Keyboard = ()
        if again:
            keys = ((Button("lokus.siap", f"lk:s:{member.id}"), Button("lokus.berhalangan", f"lk:b:{member.id}")),)
        params = {"ref": case.ref, "baris": list(lines), "ulang": again}
        view = View("lokus/perubahan", params, keys, protect=True, point=place)
        uow.outbox.add(Notice(person.telegram_id, Show(view), Priority.REPLY, reference=case.ref))


def _clashes(uow: UnitOfWork, case: Case, order: Order, old: Order | None = None) -> None:
    """Somebody is in two lokus at the same time, which they were not before: both coordinators know."""
    before = {} if old is None else occupied(uow, old, but=case.id)
    for person_id, refs in occupied(uow, order, but=case.id).items():
        person = uow.people.get(person_id)
        if person is None or person_id not in order.people:
            continue
        known = before.get(person_id, ()) if old is not None and person_id in old.people else ()
        for ref in (one for one in refs if one not in known):
            other = uow.cases.by_ref(ref)
            for one, two in ((case, other), (other, case)):
                lead = lokus_steps.coordinator(uow, one) if one is not None else None
                if one is not None and two is not None and lead is not None:
                    params = {"ref": one.ref, "alias": person.alias, "lain": two.ref}
                    lokus_steps.tell(uow, (lead,), View("lokus/bentrok", params), one.ref)


def _go_on(uow: UnitOfWork, office: Office, me: Person, case: Case, now: datetime) -> Case:
    """When everybody left has done their part already, and nobody's place is to be filled, nothing is waited for."""
    team = uow.lokus.team(case.id)
    waits = any(not one.present or pending(case.step, one) for one in team)
    if case.step not in lokus_steps.RUNNING or waits:
        return case
    if case.step == "penerimaan":
        return proceed(uow, office, me, case.id, case.step, now) if team else case
    alarm = any(one.ended_at is None for one in uow.lokus.emergencies(case.id))
    if alarm or not any(one.finished_at is not None for one in team):
        return case
    return lokus_field.end_for_all(uow, office, me, case.id, now)


def proceed(uow: UnitOfWork, office: Office, me: Person, case_id: int, step: str, now: datetime) -> Case:
    """*Lanjutkan*: on to the field without those who are silent. For the coordinator and the desk."""
    case = lokus_steps.case_of(uow, office, case_id, "penerimaan")
    role, actor = lokus_steps.acting(uow, office, case, me, now)
    silent: list[Member] = [one for one in uow.lokus.team(case.id) if one.ready is None]
    data: dict[str, Json] = {"role": role.value, "without": [one.person_id for one in silent]}
    case = lokus_steps.move(uow, office, case, me, Approve(actor, None, case.version, step), now, data)
    cards.announce(uow, office, case, now)
    return case
