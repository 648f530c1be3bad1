"""Step 3 of a lokus: the order is prepared part by part, sent, and later changed as a change; or it is called off."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from domain.errors import NotFound, Stale, UserError
from domain.lokus.model import Lokus, Member
from domain.lokus.order import TEXT_MOST, Order, Point
from domain.lokus.times import planned
from domain.model import Case, Person
from domain.notices import Json, Priority, View
from domain.office import Office
from domain.ports import UnitOfWork
from domain.recognition.times import Impossible
from domain.sop.commands import Withdraw
from domain.usecases import cards, lokus_board, lokus_steps
from domain.usecases.lokus_assign_change import amended, first, further, released, reshape, unasked
from domain.usecases.lokus_field_panel import receives
from domain.usecases.lokus_parts import spoken
from domain.usecases.lokus_people import candidates
from domain.usecases.officials import turn
from domain.usecases.transitions import actor_of

TextPart: TypeAlias = Literal["masalah", "lokasi", "kumpul", "catatan"]
STEPS = ("penugasan", *sorted(lokus_steps.RUNNING))


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
    if not spoken(words):
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

    ``sampai 15.00`` changes the end alone. Raises UserError for words that name no moment, or one that is past.
    """
    case, lokus = at_desk(uow, office, me, case_id, now)
    order = _on_desk(lokus)
    when = planned(text, office.gazetteer.zone, now, order.mulai)
    if isinstance(when, Impossible):
        zone = office.profile.zone_label
        raise UserError("isian/waktu_mustahil", alasan=when.why, teks=text.strip()[:64], zona=zone)
    if when is None:
        raise UserError("isian/waktu_rencana", sebab="belum_jelas")
    if when.fault == "akhir":
        raise UserError("isian/waktu_rencana", sebab="akhir")
    order = order.moved_to(when.starts)
    if when.ends is not None:
        order = replace(order, selesai=when.ends)
    _not_past(case, order, now)
    _put(uow, lokus, order)
    return case


def take_time(
    uow: UnitOfWork, office: Office, me: Person, case_id: int, starts: datetime, ends: datetime | None, now: datetime
) -> Case:  # fmt: skip
    """*Pakai waktu ini*: the time that the partner gave goes onto the desk; nobody is told before it is sent."""
    case, lokus = at_desk(uow, office, me, case_id, now)
    order = _on_desk(lokus).moved_to(starts)
    if ends is not None and ends > starts:
        order = replace(order, selesai=ends)
    _not_past(case, order, now)
    _put(uow, lokus, order)
    return case


def _not_past(case: Case, order: Order, now: datetime) -> None:
    """An order that is not sent yet begins in the future, and none ends in the past."""
    _not_over(order, now)
    if case.step == "penugasan" and order.mulai is not None and order.mulai < now:
        raise UserError("isian/waktu_rencana", sebab="lewat")


def _not_over(order: Order, now: datetime) -> None:
    if order.selesai is not None and order.selesai <= now:
        raise UserError("isian/waktu_rencana", sebab="lewat")


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

    Raises UserError naming what is missing, or for a new order whose time is over; Stale when the desk changed since
    the preview.
    """
    case, lokus = at_desk(uow, office, me, case_id, now)
    if lokus.revision != revision or lokus.desk is None:
        raise Stale("lokus/pratinjau_lama", ref=case.ref)
    order = _on_desk(lokus)
    if order.missing:
        raise UserError("lokus/belum_lengkap", kurang=list(order.missing))
    if lokus.edition == 0:
        _not_over(order, now)
        return first(uow, office, me, case, lokus, order, now)
    return further(uow, office, me, case, lokus, order, now)


def still_there(uow: UnitOfWork, case: Case) -> dict[str, Json]:
    """For whoever is about to call the lokus off: who is in the field, and who calls for help there."""
    team = lokus_board.team(uow, case)
    calling = {one.person_id for one in uow.lokus.emergencies(case.id) if one.ended_at is None}
    return {
        "darurat": [person.alias for _, person in team if person.id in calling],
        "di_lapangan": [person.alias for member, person in team if receives(member) and person.id not in calling],
    }


def cancel(uow: UnitOfWork, office: Office, me: Person, case_id: int, reason: str, now: datetime) -> Case:
    """The lokus is called off, with the reason; everybody who was told of it is told so at once."""
    case, lokus = at_desk(uow, office, me, case_id, now)
    lokus_steps.need_reason(case, reason)
    concerned = [person for _, person in lokus_board.team(uow, case)]
    inside = {member.person_id for member in uow.lokus.team(case.id) if receives(member)}
    actor = replace(actor_of(me), roles=me.roles | office.sop_of(case.sop, case.sop_version).step("penugasan").roles)
    command = Withdraw(actor, reason, case.version, case.step)
    case = lokus_steps.move(uow, office, case, me, command, now, {"reason": reason})
    uow.lokus.change(lokus, ended_at=now, desk=None)
    unasked(uow, case, concerned)
    params: dict[str, Json] = {"ref": case.ref, "alasan": reason, "mulai": lokus_board.iso(lokus.starts_at)}
    view = View("lokus/dibatalkan", params)
    there = View("lokus/dibatalkan", {**params, "di_lapangan": True})
    for said, them in ((there, inside), (view, {one.id for one in concerned} - inside)):
        readers = [person for person in concerned if person.id in them]
        lokus_steps.tell(uow, readers, said, case.ref, priority=Priority.URGENT)
    told = {me.id, *(person.id for person in concerned)}
    others = [person for person in lokus_steps.desk_holders(uow, case, now) if person.id not in told]
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
    return amended(uow, office, me, case, lokus, lambda one: _instead(one, member, person_id), now)


def _instead(order: Order, member: Member, person_id: int | None) -> Order:
    if member.lead and person_id is not None:
        return order.led_by(person_id)
    rest = tuple(one for one in order.tim if one != member.person_id)
    return replace(order, tim=rest if person_id is None or person_id in order.people else (*rest, person_id))


def extend(
    uow: UnitOfWork, office: Office, me: Person, case_id: int, hours: int, edition: int, now: datetime
) -> Case:  # fmt: skip
    """*Perpanjang*: the activity lasts longer than planned. Stale when the order was changed since it was offered."""
    case, lokus = at_desk(uow, office, me, case_id, now)
    if lokus.edition != edition or not 1 <= hours <= 12:
        raise Stale("lokus/pratinjau_lama", ref=case.ref)

    def longer(order: Order) -> Order:
        planned_end = (order.selesai or now) + timedelta(hours=hours)
        ends = planned_end if planned_end > now else now + timedelta(hours=hours)
        return replace(order, selesai=ends.replace(second=0, microsecond=0))

    return amended(uow, office, me, case, lokus, longer, now)


def relieve(uow: UnitOfWork, office: Office, me: Person, case_id: int, person_id: int, now: datetime) -> Case:
    """Another coordinator while the report is made, when the team's part is over. Raises NotFound or Stale."""
    case, lokus = reporting(uow, office, me, case_id, now)
    old = Order.read(lokus.order)
    if person_id == lokus.coordinator_id or person_id not in {one.person.id for one in candidates(uow, case, old, now)}:
        raise NotFound
    order, before = old.led_by(person_id), lokus_steps.coordinator(uow, case)
    uow.lokus.change(lokus, order=order.to_json(), coordinator_id=person_id)
    reshape(uow, case, me, old, order, now)
    lokus_steps.note(uow, case, "coordinator_changed", me.id, now, {"to": [person_id]})
    person = uow.people.get(person_id)
    assert person is not None
    params = {"ref": case.ref, "lama": before.alias if before is not None else None}
    lokus_steps.tell(uow, (person,), View("lokus/jadi_koordinator", params), case.ref)
    if before is not None:
        lokus_steps.tell(uow, (before,), View("lokus/tidak_lagi", {"ref": case.ref}), case.ref)
        released(uow, case, (before,))
    cards.refresh(uow, office, case, now)
    if person in turn(uow, case, office.sop_of(case.sop, case.sop_version).step(case.step), now=now).called:
        cards.open_here(uow, office, case, person, now)
    return case


def reporting(uow: UnitOfWork, office: Office, me: Person, case_id: int, now: datetime) -> tuple[Case, Lokus]:
    """The lokus at a step after the field that is its coordinator's or members', for the desk. NotFound or Stale."""
    case = lokus_steps.case_of(uow, office, case_id, *lokus_board.REPORT_STEPS)
    lokus_steps.need_desk(uow, case, me, now)
    if office.sop_of(case.sop, case.sop_version).step(case.step).assigned is None:
        raise Stale("lokus/sudah_beralih", ref=case.ref)
    return case, lokus_steps.lokus_of(uow, case)
