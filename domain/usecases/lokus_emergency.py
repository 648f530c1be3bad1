"""*Mundur/Darurat*: told to everybody concerned at once and again until acknowledged; only *Aman kembali* ends it.

The emergency is a row of its own. It asks nothing of the step that the lokus is at: everybody named in the order can
raise it from the moment the order was sent, whatever they answered; it goes on when the member is replaced or loses
their access, the lokus is called off or the bot was away, and it is never dropped. In each chat one alert stands: a
repeat takes the place of the one before, and the end takes its buttons and says when it was over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from domain.errors import NotFound, Stale
from domain.lokus.model import KIND, Emergency, Member, newest
from domain.model import Case, Person
from domain.notices import Delete, Json, Notice, Priority, Show
from domain.office import Office
from domain.ports import UnitOfWork
from domain.roles import Role
from domain.usecases import lokus_board, lokus_emergency_views, lokus_steps
from domain.usecases import lokus_field_panel as panels
from domain.usecases.lokus_field import last_place
from domain.usecases.lokus_field_home import AFTERWARDS
from domain.usecases.lokus_field_panel import check_slot
from domain.usecases.officials import cleared, deputy_of

REPEAT = timedelta(minutes=2)
"""How often it is told again where the profile says nothing."""
HIGHER_AFTER = 5
"""Told so often without an official's answer, it is told to the head of the office too."""
HOLD = timedelta(minutes=5)
"""How long the lokus's deadlines are put off at a time while somebody in it calls for help."""
IN_CHARGE = frozenset({"koordinator", "kasubbid", "kabid", "kepala"})
"""Whose acknowledgement stops the repeating for all; a colleague's stops it for the colleague."""


SLOT = "darurat:"
"""With this begins the slot of every alert: what is delivered there says who was reached."""


def slot(emergency_id: int, person: Person) -> str:
    """Where the emergency stands in the person's chat: the alert, or for who raised it who was reached."""
    return f"{SLOT}{emergency_id}@{person.telegram_id}"


def asked_slot(person: Person) -> str:
    """Where /darurat is confirmed."""
    return f"darurat-tanya@{person.telegram_id}"


def ending_slot(emergency_id: int, person: Person) -> str:
    """Where *Aman kembali* is confirmed: a message of its own, for the tapped one changes with every answer."""
    return f"darurat-aman:{emergency_id}@{person.telegram_id}"


def place_slot(emergency_id: int, person: Person) -> str:
    """Where the one who called is asked for the location."""
    return f"darurat-lokasi:{emergency_id}@{person.telegram_id}"


def cases_of(uow: UnitOfWork, me: Person, now: datetime) -> Sequence[Case]:
    """The lokus in which the person may call for help, where they are now first: open ones, or not long over.

    Whoever was in the field of one that was called off may still be there.
    """
    found: list[tuple[tuple[bool, bool, bool, float], Case]] = []
    for member in uow.lokus.duties(me.id, everybody=True, since=now - AFTERWARDS):
        case = uow.cases.get(member.case_id)
        lokus = uow.lokus.get(member.case_id)
        if case is None or lokus is None or case.kind != KIND or not _there(member):
            continue
        if case.closed_at is not None and case.step != panels.FIELD and lokus.started_at is None:
            continue  # called off before there was a field
        away = abs((lokus.starts_at - now).total_seconds()) if lokus.starts_at is not None else 1e12
        inside = member.in_field and case.step == panels.FIELD
        order = (not inside, not member.present, case.step not in lokus_steps.RUNNING, away)
        found = [one for one in found if one[1].id != case.id] + [(order, case)]
    return [case for _, case in sorted(found, key=lambda one: one[0])]


def _there(member: Member) -> bool:
    """Named in the order, whatever they answered; or taken out of it after they had come, where they may still be."""
    return member.removed_at is None or _came(member)


def _came(member: Member) -> bool:
    return (member.arrived_at is not None or member.started_at is not None) and member.finished_at is None


def on_duty(uow: UnitOfWork, person: Person, now: datetime) -> bool:
    """Whether the person may call for help in some lokus, or was called to somebody who does."""
    if cases_of(uow, person, now):
        return True
    return any(person.id == told for one in uow.lokus.emergencies() for told, _ in one.content["kepada"])


def stranded(uow: UnitOfWork, me: Person, now: datetime) -> Case | None:
    """The running lokus in whose field somebody was whose access has ended since: they may still be there."""
    duties = uow.lokus.duties(me.id, everybody=True, since=now - AFTERWARDS)
    came = {member.case_id for member in duties if _came(member)}
    return next((case for case in cases_of(uow, me, now) if case.id in came and case.step == panels.FIELD), None)


def part(uow: UnitOfWork, me: Person, case_id: int) -> tuple[Case, Member]:
    """The person's newest part in that lokus. NotFound for anybody who has none there."""
    case = uow.cases.get(case_id)
    team = uow.lokus.team(case_id, everybody=True)
    mine = newest(one for one in team if one.person_id == me.id and _there(one))
    if case is None or case.kind != KIND or mine is None:
        raise NotFound
    return case, mine


def call(uow: UnitOfWork, office: Office, me: Person, case_id: int, at: datetime, now: datetime) -> Emergency:
    """The confirmed *Darurat*: everybody concerned is told at once, ahead of everything else.

    Raises Stale when the person's emergency is open already: told again it would only be told twice.
    """
    case, member = part(uow, me, case_id)
    if (known := panels.emergency_of(uow, case.id, me.id)) is not None:
        raise Stale("darurat/sudah", ref=case.ref, pada=known.raised_at.isoformat())
    persons = concerned(uow, case, me.id, now)
    content: dict[str, Json] = {
        **last_place(member),
        "kepada": [[person.id, role] for person, role in persons],
        "terima": {},
        "sampai": {},
    }
    emergency = uow.lokus.raise_emergency(case.id, me.id, content, at)
    if at != now:  # a tap that waited in an outage: the next repeat counts from when it was told
        emergency = uow.lokus.change_emergency(emergency, told_at=now)
    uow.lokus.log(case.id, me.id, "emergency", at, now, {})
    lokus_steps.note(uow, case, "emergency", me.id, now, {"emergency": emergency.id})
    _alert(uow, office, case, emergency, me, [person for person, _ in persons])
    for asked_in in {case.id, *(other.id for other, _ in panels.open_fields(uow, me.id))}:
        panels.gone(uow, check_slot(asked_in, me), me)
    panels.gone(uow, asked_slot(me), me)
    if me.active:
        _status(uow, office, case, emergency, me, fresh=True)
        view = lokus_emergency_views.where(case)
        asked = Show(view, place_slot(emergency.id, me), fresh=True)
        uow.outbox.add(Notice(me.telegram_id, asked, Priority.URGENT, reference=case.ref))
        _panel(uow, office, case, me)
        panels.beside(uow, office, case, me)
    return emergency


def concerned(
    uow: UnitOfWork, case: Case, but: int, now: datetime, *, higher: bool = False
) -> list[tuple[Person, str]]:  # fmt: skip
    """Coordinator, each Kasubbid, each Kabid (deputies of the absent beside them), the team; each once, in that order.

    ``higher`` adds the head of the office, who also stands in where none of those in charge can be reached.
    """
    lead = lokus_steps.coordinator(uow, case)
    found = [(lead, "koordinator")] if lead is not None else []
    found += [(person, "kasubbid") for person in _holders(uow, case, Role.KASUBBID, now)]
    found += [(person, "kabid") for person in _holders(uow, case, Role.KABID, now)]
    if higher or not any(person.unreachable_at is None and person.id != but for person, _ in found):
        found += [(person, "kepala") for person in _holders(uow, case, Role.KEPALA, now)]
    found += [(person, "tim") for member, person in lokus_board.team(uow, case) if member.present and person.active]
    once: dict[int, tuple[Person, str]] = {}
    for person, role in found:
        if person.id != but:
            once.setdefault(person.id, (person, role))
    return list(once.values())


def _holders(uow: UnitOfWork, case: Case, role: Role, now: datetime) -> list[Person]:
    """Who holds the role, wherever their region is, and for an absent one the deputy too: in an emergency nobody is
    left out who may know of the case at all."""
    found: list[Person] = []
    for person in uow.people.holding(role):
        if cleared(case, replace(person, regions=())):
            deputy = deputy_of(uow, person, now)
            found += [person] if deputy is None else [person, deputy]
    return found


def told(uow: UnitOfWork, emergency: Emergency) -> list[tuple[Person, str]]:
    """Everybody who was told of it so far and still has access, with the capacity in which."""
    found = ((uow.people.get(person_id), role) for person_id, role in emergency.content["kepada"])
    return [(person, role) for person, role in found if person is not None and person.active]


def reach(uow: UnitOfWork, emergency: Emergency) -> dict[str, str]:
    """How far it came, by person id: "sampai", "terima", "jalan" (on its way), "putus" (cannot be reached)."""
    found: dict[str, str] = {}
    for person, _ in told(uow, emergency):
        place = slot(emergency.id, person)
        if str(person.id) in emergency.content["terima"]:
            found[str(person.id)] = "terima"
        elif uow.outbox.slot_message(place) is not None:
            found[str(person.id)] = "sampai"
        else:
            found[str(person.id)] = "jalan" if uow.outbox.awaited(place) and not person.unreachable_at else "putus"
    return found


def _alert(
    uow: UnitOfWork, office: Office, case: Case, emergency: Emergency, who: Person, persons: Sequence[Person]
) -> None:
    """A new message that rings, for each; the one before goes once this one is there."""
    for person in persons:
        view = lokus_emergency_views.alert(uow, office, case, emergency, who, person, told(uow, emergency))
        place = slot(emergency.id, person)
        uow.outbox.drop_unsent(place)
        before = uow.outbox.slot_message(place)
        show = Show(view, place, fresh=True)
        uow.outbox.add(Notice(person.telegram_id, show, Priority.URGENT, reference=case.ref))
        if before is not None:
            uow.outbox.add(Notice(person.telegram_id, Delete(message_id=before), Priority.URGENT))


def _status(
    uow: UnitOfWork, office: Office, case: Case, emergency: Emergency, who: Person, *, fresh: bool = False
) -> None:  # fmt: skip
    """Who was reached and who has acknowledged, for the one who called; edited in place as it changes."""
    if not who.active:
        return
    view = lokus_emergency_views.status(office, case, emergency, told(uow, emergency), reach(uow, emergency))
    show = Show(view, slot(emergency.id, who), fresh=fresh)
    uow.outbox.add(Notice(who.telegram_id, show, Priority.URGENT, reference=case.ref))


def _panel(uow: UnitOfWork, office: Office, case: Case, who: Person) -> None:
    member = uow.lokus.member(case.id, who.id)
    if member is not None and member.content.get("panel") == panels.OPEN:
        panels.show(uow, office, case, member, who)


def _find(uow: UnitOfWork, emergency_id: int) -> tuple[Emergency, Case, Person]:
    emergency = uow.lokus.get_emergency(emergency_id)
    case = uow.cases.get(emergency.case_id) if emergency is not None else None
    who = uow.people.get(emergency.person_id) if emergency is not None else None
    if emergency is None or case is None or who is None:
        raise NotFound
    return emergency, case, who


def _capacity(uow: UnitOfWork, case: Case, emergency: Emergency, me: Person, now: datetime) -> str:
    """In what capacity the person is concerned, as of now. NotFound for anybody who is not."""
    now_concerned = {person.id: role for person, role in concerned(uow, case, emergency.person_id, now, higher=True)}
    role = now_concerned.get(me.id) or next((role for person, role in told(uow, emergency) if person.id == me.id), None)
    if role is None:
        raise NotFound
    return role


def acknowledge(uow: UnitOfWork, office: Office, me: Person, emergency_id: int, now: datetime) -> Case:
    """*Saya tangani*: an official's stops the repeating for all; a colleague's only for the colleague.

    Raises Stale when it is over or was acknowledged by this person already.
    """
    emergency, case, who = _find(uow, emergency_id)
    role = _capacity(uow, case, emergency, me, now)
    if emergency.ended_at is not None:
        raise Stale("darurat/sudah_aman", ref=case.ref, pada=emergency.ended_at.isoformat())
    if str(me.id) in emergency.content["terima"]:
        raise Stale("darurat/sudah_diterima", ref=case.ref)
    content = {**emergency.content, "terima": {**emergency.content["terima"], str(me.id): now.isoformat()}}
    columns: dict[str, Any] = {}
    if role in IN_CHARGE and emergency.acknowledged_at is None:
        columns = {"acknowledged_at": now, "acknowledged_by": me.id}
    emergency = uow.lokus.change_emergency(emergency, content=content, **columns)
    lokus_steps.note(uow, case, "emergency_acknowledged", me.id, now, {"emergency": emergency.id, "role": role})
    _status(uow, office, case, emergency, who)
    _show_all(uow, office, case, emergency, who)
    return case


def _show_all(uow: UnitOfWork, office: Office, case: Case, emergency: Emergency, who: Person) -> None:
    """Every alert that stands somewhere says what is known now, in place."""
    people = told(uow, emergency)
    for person, _ in people:
        place = slot(emergency.id, person)
        if uow.outbox.slot_message(place) is None and not uow.outbox.awaited(place):
            continue
        view = lokus_emergency_views.alert(uow, office, case, emergency, who, person, people)
        uow.outbox.add(Notice(person.telegram_id, Show(view, place), Priority.REPLY, reference=case.ref))


def placed(uow: UnitOfWork, office: Office, me: Person, now: datetime) -> None:
    """A location came from somebody who called for help: every alert shows the new place."""
    for emergency in uow.lokus.emergencies():
        case = uow.cases.get(emergency.case_id)
        member = part_of(uow, emergency)
        if emergency.person_id != me.id or case is None or member is None:
            continue
        place = last_place(member)
        if place["titik"] is None or all(emergency.content.get(key) == value for key, value in place.items()):
            continue
        changed = uow.lokus.change_emergency(emergency, content={**emergency.content, **place})
        _show_all(uow, office, case, changed, me)
        if panels.gone(uow, place_slot(changed.id, me), me):
            show = Show(lokus_emergency_views.where_known(case))
            uow.outbox.add(Notice(me.telegram_id, show, reference=case.ref))


def part_of(uow: UnitOfWork, emergency: Emergency) -> Member | None:
    """The newest part, in that lokus, of the one who called."""
    team = uow.lokus.team(emergency.case_id, everybody=True)
    return newest(one for one in team if one.person_id == emergency.person_id)


def may_end(uow: UnitOfWork, emergency_id: int, me: Person, now: datetime) -> tuple[Emergency, Case, Person]:
    """The emergency, for somebody who may end it: who called, or an official who has acknowledged it.

    Raises NotFound for anybody else, Stale when it is over.
    """
    emergency, case, who = _find(uow, emergency_id)
    if me.id != who.id:
        role = _capacity(uow, case, emergency, me, now)
        if role not in IN_CHARGE or str(me.id) not in emergency.content["terima"]:
            raise NotFound
    if emergency.ended_at is not None:
        raise Stale("darurat/sudah_aman", ref=case.ref, pada=emergency.ended_at.isoformat())
    return emergency, case, who


def end(uow: UnitOfWork, office: Office, me: Person, emergency_id: int, at: datetime, now: datetime) -> Case:
    """*Aman kembali*: it is over, and everybody who was told of it is told so."""
    emergency, case, who = may_end(uow, emergency_id, me, now)
    emergency = uow.lokus.change_emergency(emergency, ended_at=now, ended_by=me.id)
    uow.lokus.log(case.id, who.id, "safe", at, now, {} if me.id == who.id else {"oleh": me.alias})
    lokus_steps.note(uow, case, "emergency_over", me.id, now, {"emergency": emergency.id})
    for member in uow.lokus.duties(who.id):  # in each of several lokus at once
        if member.in_field:
            uow.lokus.change_member(member, checked_at=now, misses=0, content={**member.content, "ditanya": []})
    people = [person for person, _ in told(uow, emergency)]
    for person in (*people, *((who,) if who.active else ())):
        _tell_over(uow, case, emergency, who, me, person)
    _panel(uow, office, case, who)
    panels.beside(uow, office, case, who)
    return case


def _tell_over(uow: UnitOfWork, case: Case, emergency: Emergency, who: Person, by: Person, person: Person) -> None:
    """What stands says that it is over and loses its buttons; a new message rings, but for whoever has ended it."""
    place = slot(emergency.id, person)
    uow.outbox.drop_unsent(place)
    panels.gone(uow, ending_slot(emergency.id, person), person)
    keyboard = panels.gone(uow, place_slot(emergency.id, person), person)
    stands = uow.outbox.slot_message(place) is not None
    if stands:
        closed = Show(lokus_emergency_views.closed(case, emergency, who, person), place)
        uow.outbox.add(Notice(person.telegram_id, closed, Priority.URGENT, reference=case.ref))
    if not stands or keyboard or person.id != by.id:
        view = lokus_emergency_views.over(case, emergency, who, by, person, keyboard_off=keyboard)
        show = Show(view, None if stands else place)
        uow.outbox.add(Notice(person.telegram_id, show, Priority.URGENT, reference=case.ref))


def repeat(uow: UnitOfWork, office: Office, now: datetime) -> int:
    """Tell it again to those who have not acknowledged, until somebody in charge has; how many. For the scheduler.

    After an outage once and not for every time that was missed. Who has joined meanwhile (another coordinator, a
    substitute) is told too.
    """
    every = office.profile.lokus.emergency_repeat if office.profile.lokus is not None else REPEAT
    done = 0
    for emergency in uow.lokus.emergencies():
        if emergency.acknowledged_at is not None or now - emergency.told_at < every:
            continue
        case, who = uow.cases.get(emergency.case_id), uow.people.get(emergency.person_id)
        if case is None or who is None:
            continue
        people = {person.id: (person, role) for person, role in told(uow, emergency)}
        higher = emergency.times + 1 >= HIGHER_AFTER
        for person, role in concerned(uow, case, emergency.person_id, now, higher=higher):
            people[person.id] = (person, role)
        content = {**emergency.content, "kepada": [[person.id, role] for person, role in people.values()]}
        again = uow.lokus.change_emergency(emergency, told_at=now, times=emergency.times + 1, content=content)
        waits = [person for person, _ in people.values() if str(person.id) not in content["terima"]]
        _alert(uow, office, case, again, who, waits)
        _status(uow, office, case, again, who)
        done += 1
    return done


def report_reach(uow: UnitOfWork, office: Office, now: datetime) -> int:
    """Tell the one who called when more people were reached, or somebody cannot be; how many. For the scheduler."""
    done = 0
    for emergency in uow.lokus.emergencies():
        found = reach(uow, emergency)
        if found == emergency.content["sampai"]:
            continue
        case, who = uow.cases.get(emergency.case_id), uow.people.get(emergency.person_id)
        if case is None or who is None:
            continue
        known = uow.lokus.change_emergency(emergency, content={**emergency.content, "sampai": found})
        _status(uow, office, case, known, who)
        done += 1
    return done


def held_until(uow: UnitOfWork, case: Case, now: datetime) -> datetime | None:
    """Until when the lokus's deadlines wait because somebody in it calls for help; None when nobody does."""
    if case.kind != KIND or case.step not in lokus_steps.RUNNING:
        return None
    calls = any(one.ended_at is None for one in uow.lokus.emergencies(case.id))
    return now + HOLD if calls else None
