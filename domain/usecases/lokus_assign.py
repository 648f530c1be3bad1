"""Step 3 of a lokus: the order is prepared part by part, sent, and later changed as a change; or it is called off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Literal, TypeAlias

from domain.errors import NotFound, Stale, UserError
from domain.lokus.model import Lokus, Member
from domain.lokus.order import TEXT_MOST, Change, Order, Point, changes
from domain.lokus.times import ahead, until
from domain.model import Case, Person
from domain.notices import Json, Notice, Priority, Show, View
from domain.office import Office
from domain.ports import UnitOfWork
from domain.recognition.times import Impossible, parse_when
from domain.sop.commands import Approve, Reschedule, Withdraw
from domain.usecases import cards, lokus_board, lokus_steps, lokus_views
from domain.usecases.lokus_people import candidates, occupied
from domain.usecases.transitions import actor_of

TextPart: TypeAlias = Literal["masalah", "lokasi", "kumpul", "catatan"]
STEPS = ("penugasan", *sorted(lokus_steps.RUNNING))
_SPLIT = (" sampai ", " s.d. ", " s/d ", " hingga ", " - ")


def at_desk(uow: UnitOfWork, office: Office, me: Person, case_id: int, now: datetime) -> tuple[Case, Lokus]:
    """The lokus, for somebody who may prepare or change its order. Raises NotFound or Stale."""
    case = lokus_steps.case_of(uow, office, case_id, *STEPS)
    if case.step == "penugasan":
        lokus_steps.acting(uow, office, case, me, now)
    else:
        lokus_steps.need_desk(uow, case, me, now)
    return case, lokus_steps.lokus_of(uow, case)


def begin_change(uow: UnitOfWork, office: Office, me: Person, case_id: int, now: datetime) -> Case:
    """*Ubah*: the order in force is laid on the desk; nobody is told before it is sent."""
    case, lokus = at_desk(uow, office, me, case_id, now)
    if lokus.desk is None:
        uow.lokus.change(lokus, desk=dict(lokus.order))
    return case


def drop_change(uow: UnitOfWork, office: Office, me: Person, case_id: int, now: datetime) -> Case:
    """The change is thrown away; the order in force stays. Stale when there is no order in force yet."""
    case, lokus = at_desk(uow, office, me, case_id, now)
    if lokus.edition == 0:
        raise Stale("lokus/sudah_beralih", ref=case.ref)
    uow.lokus.change(lokus, desk=None)
    return case


def _put(uow: UnitOfWork, lokus: Lokus, order: Order) -> None:
    uow.lokus.change(lokus, desk=order.to_json())


def _on_desk(lokus: Lokus) -> Order:
    return Order.read(lokus.order if lokus.desk is None else lokus.desk)


def write(
    uow: UnitOfWork, office: Office, me: Person, case_id: int, part: TextPart, text: str, now: datetime
) -> Case:  # fmt: skip
    """One typed part of the order. Raises UserError for an empty or too long one."""
    case, lokus = at_desk(uow, office, me, case_id, now)
    words = text.strip()
    if not any(char.isalnum() for char in words):
        raise UserError("lokus/kosong")
    if len(words) > TEXT_MOST[part]:
        raise UserError("lokus/terlalu_panjang", paling=TEXT_MOST[part])
    _put(uow, lokus, _on_desk(lokus).saying(part, words))
    return case


def pin_down(
    uow: UnitOfWork,
    office: Office,
    me: Person,
    case_id: int,
    part: Literal["kumpul", "lokasi"],
    place: Point,
    now: datetime,
) -> Case:
    """A map point for the meeting point or the place; without words yet, the point is the words."""
    case, lokus = at_desk(uow, office, me, case_id, now)
    order = _on_desk(lokus)
    named = f"Titik peta {place[0]:.5f}, {place[1]:.5f}"
    if part == "kumpul":
        order = replace(order, titik=place, kumpul=order.kumpul or named)
    else:
        order = replace(order, lokasi_titik=place, lokasi=order.lokasi or named)
    _put(uow, lokus, order)
    return case


def set_time(uow: UnitOfWork, office: Office, me: Person, case_id: int, text: str, now: datetime) -> Case:
    """``23 November pukul 08.00 sampai 12.00``; without an end the activity lasts as long as before (8 hours at first).

    Raises UserError for words that name no moment, or one that is past.
    """
    case, lokus = at_desk(uow, office, me, case_id, now)
    order = _on_desk(lokus)
    words = f" {text.strip()} "
    mark = next((one for one in _SPLIT if one in words.lower()), None)
    cut = words.lower().index(mark) if mark is not None else len(words)
    when = parse_when(words[:cut].strip(), office.gazetteer.zone, now)
    starts = None if isinstance(when, Impossible) else ahead(when, now)
    if starts is None:
        raise UserError("isian/waktu_rencana", sebab="belum_jelas")
    if starts < now and case.step == "penugasan":
        raise UserError("isian/waktu_rencana", sebab="lewat")
    order = order.moved_to(starts)
    if mark is not None:
        assert order.mulai is not None
        assert order.selesai is not None
        end = words[cut + len(mark) :].lower().replace("pukul", "").replace(office.profile.zone_label.lower(), "")
        try:
            order = replace(order, selesai=until(starts, end, office.zone, order.selesai - order.mulai))
        except ValueError:
            raise UserError("isian/waktu_rencana", sebab="belum_jelas") from None
    _put(uow, lokus, order)
    return case


def toggle(uow: UnitOfWork, office: Office, me: Person, case_id: int, person_id: int, now: datetime) -> Case:
    """Put somebody into the team or take them out. NotFound for somebody who cannot be sent."""
    case, lokus = at_desk(uow, office, me, case_id, now)
    order = _on_desk(lokus)
    if person_id not in {one.person.id for one in candidates(uow, case, order, now)}:
        raise NotFound
    if person_id == order.koordinator:
        order = replace(order, koordinator=None)
    _put(uow, lokus, order.toggled(person_id))
    return case


def appoint(uow: UnitOfWork, office: Office, me: Person, case_id: int, person_id: int, now: datetime) -> Case:
    """The field coordinator. NotFound for somebody who cannot be sent."""
    case, lokus = at_desk(uow, office, me, case_id, now)
    order = _on_desk(lokus)
    if person_id not in {one.person.id for one in candidates(uow, case, order, now)}:
        raise NotFound
    _put(uow, lokus, order.led_by(person_id))
    return case


def send(uow: UnitOfWork, office: Office, me: Person, case_id: int, revision: int, now: datetime) -> Case:
    """*Kirim*: the new order goes to the team, or its change to everybody concerned.

    Raises UserError naming what is missing; Stale when the desk changed since the preview.
    """
    case, lokus = at_desk(uow, office, me, case_id, now)
    if lokus.revision != revision or lokus.desk is None:
        raise Stale("lokus/pratinjau_lama", ref=case.ref)
    order = _on_desk(lokus)
    if order.missing:
        raise UserError("lokus/belum_lengkap", kurang=list(order.missing))
    if lokus.edition == 0:
        return _first(uow, office, me, case, lokus, order, now)
    return _further(uow, office, me, case, lokus, order, now)


def _first(
    uow: UnitOfWork, office: Office, me: Person, case: Case, lokus: Lokus, order: Order, now: datetime
) -> Case:  # fmt: skip
    role, actor = lokus_steps.acting(uow, office, case, me, now)
    _enforce(uow, lokus, order)
    for person_id in order.people:
        uow.lokus.add_member(case.id, person_id, me.id, now, lead=person_id == order.koordinator)
    data: dict[str, Json] = {"role": role.value, "edition": 1, "people": list(order.people)}
    case = lokus_steps.move(uow, office, case, me, Approve(actor, None, case.version, case.step), now, data)
    cards.announce(uow, office, case, now)
    _clashes(uow, case, order)
    return case


def _further(
    uow: UnitOfWork, office: Office, me: Person, case: Case, lokus: Lokus, order: Order, now: datetime
) -> Case:  # fmt: skip
    old = Order.read(lokus.order)
    lines = lokus_views.change_lines(uow, old, order)
    if not lines:
        uow.lokus.change(lokus, desk=None)
        return case
    different = changes(old, order)
    _enforce(uow, lokus, order)
    fresh, gone = _reshape(uow, case, me, old, order, now)
    actor = replace(actor_of(me), roles=me.roles | office.sop_of(case.sop, case.sop_version).step("penugasan").roles)
    data: dict[str, Json] = {"edition": lokus.edition + 1, "changed": [line["kunci"] for line in lines]}
    if any(one.key in ("mulai", "selesai") for one in different):
        case = lokus_steps.move(uow, office, case, me, Reschedule(actor, case.version, case.step), now, data)
    else:
        lokus_steps.note(uow, case, "order_changed", me.id, now, data)
    told = _tell_change(uow, office, case, lines, different, order, fresh)
    lokus_steps.tell(uow, gone, View("lokus/tidak_lagi", {"ref": case.ref}), case.ref, priority=Priority.URGENT)
    for person in fresh:
        cards.open_here(uow, office, case, person, now)
    cards.refresh(uow, office, case, now)
    if order.people != old.people or told:
        _clashes(uow, case, order)
    return case


def _enforce(uow: UnitOfWork, lokus: Lokus, order: Order) -> None:
    uow.lokus.change(
        lokus,
        edition=lokus.edition + 1,
        order=order.to_json(),
        desk=None,
        starts_at=order.mulai,
        ends_at=order.selesai,
        coordinator_id=order.koordinator,
    )


def _reshape(
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
    for person_id in added:
        lead = person_id == new.koordinator
        place = next((m for m in gone if m.lead == lead), None)
        uow.lokus.add_member(
            case.id, person_id, me.id, now, lead=lead, replaces_id=place.id if place is not None else None
        )
    persons = (uow.people.get(one) for one in (*added, *(member.person_id for member in gone)))
    by_id = {person.id: person for person in persons if person is not None}
    return [by_id[one] for one in added if one in by_id], [by_id[m.person_id] for m in gone if m.person_id in by_id]


def _tell_change(
    uow: UnitOfWork,
    office: Office,
    case: Case,
    lines: Sequence[dict[str, Json]],
    different: Sequence[Change],
    order: Order,
    fresh: Sequence[Person],
) -> bool:
    """Everybody who was in the team hears what changed, old and new; whoever is new gets the order itself instead."""
    new = {person.id for person in fresh}
    moved = any(one.key == "titik" for one in different)
    view = View(
        "lokus/perubahan", {"ref": case.ref, "baris": list(lines)}, protect=True, point=order.titik if moved else None
    )
    for member, person in lokus_board.team(uow, case):
        if person.id in new or not person.active:
            continue
        if member.opened_at is None and not any(one.key in ("mulai", "selesai", "koordinator") for one in different):
            continue  # who has not opened the order yet will read it as it is now
        uow.outbox.add(Notice(person.telegram_id, Show(view), Priority.REPLY, reference=case.ref))
    return bool(different)


def _clashes(uow: UnitOfWork, case: Case, order: Order) -> None:
    """Somebody is in two lokus at the same time: both coordinators know."""
    for person_id, refs in occupied(uow, order, but=case.id).items():
        person = uow.people.get(person_id)
        if person is None or person_id not in order.people:
            continue
        for ref in refs:
            other = uow.cases.by_ref(ref)
            for one, two in ((case, other), (other, case)):
                lead = lokus_steps.coordinator(uow, one) if one is not None else None
                if one is not None and two is not None and lead is not None:
                    params = {"ref": one.ref, "alias": person.alias, "lain": two.ref}
                    lokus_steps.tell(uow, (lead,), View("lokus/bentrok", params), one.ref)


def cancel(uow: UnitOfWork, office: Office, me: Person, case_id: int, reason: str, now: datetime) -> Case:
    """The lokus is called off, with the reason; everybody who was told of it is told so at once."""
    case, lokus = at_desk(uow, office, me, case_id, now)
    concerned = [person for _, person in lokus_board.team(uow, case)]
    actor = replace(actor_of(me), roles=me.roles | office.sop_of(case.sop, case.sop_version).step("penugasan").roles)
    command = Withdraw(actor, reason, case.version, case.step)
    case = lokus_steps.move(uow, office, case, me, command, now, {"reason": reason})
    uow.lokus.change(lokus, ended_at=now, desk=None)
    view = View("lokus/dibatalkan", {"ref": case.ref, "alasan": reason, "mulai": lokus_board.iso(lokus.starts_at)})
    lokus_steps.tell(uow, concerned, view, case.ref, priority=Priority.URGENT)
    others = [person for person in lokus_steps.desk_holders(uow, case, now) if person.id != me.id]
    lokus_steps.tell(uow, others, view, case.ref)
    cards.refresh(uow, office, case, now)
    return case


def substitute(
    uow: UnitOfWork, office: Office, me: Person, case_id: int, member_id: int, person_id: int | None, now: datetime
) -> Case:  # fmt: skip
    """Another person takes the place of one who cannot come; None leaves the place empty (never the coordinator's).

    It is a change of the order like any other: everybody concerned is told. Raises NotFound, Stale, UserError.
    """
    case, lokus = at_desk(uow, office, me, case_id, now)
    member = uow.lokus.get_member(member_id)
    if member is None or member.case_id != case.id or member.removed_at is not None:
        raise Stale("lokus/sudah_diganti", ref=case.ref)
    order = Order.read(lokus.order)
    if member.lead and person_id is None:
        raise UserError("lokus/perlu_koordinator", ref=case.ref)
    if person_id is not None and person_id not in {one.person.id for one in candidates(uow, case, order, now)}:
        raise NotFound
    if member.lead:
        assert person_id is not None
        order = order.led_by(person_id)
    else:
        rest = tuple(one for one in order.tim if one != member.person_id)
        order = replace(order, tim=rest if person_id is None or person_id in order.people else (*rest, person_id))
    lokus = uow.lokus.change(lokus, desk=order.to_json())
    case = _further(uow, office, me, case, lokus, order, now)
    return _go_on(uow, office, me, case, now)


def _go_on(uow: UnitOfWork, office: Office, me: Person, case: Case, now: datetime) -> Case:
    """When everybody left has answered already, nothing is waited for any more."""
    waits = [one for one in uow.lokus.team(case.id) if one.present and one.ready is None]
    if case.step != "penerimaan" or waits or not uow.lokus.team(case.id):
        return case
    return proceed(uow, office, me, case.id, case.step, now)


def proceed(uow: UnitOfWork, office: Office, me: Person, case_id: int, step: str, now: datetime) -> Case:
    """*Lanjutkan*: on to the field without those who are silent. For the coordinator and the desk."""
    case = lokus_steps.case_of(uow, office, case_id, "penerimaan")
    role, actor = lokus_steps.acting(uow, office, case, me, now)
    silent: list[Member] = [one for one in uow.lokus.team(case.id) if one.ready is None]
    data: dict[str, Json] = {"role": role.value, "without": [one.person_id for one in silent]}
    case = lokus_steps.move(uow, office, case, me, Approve(actor, None, case.version, step), now, data)
    cards.announce(uow, office, case, now)
    return case
