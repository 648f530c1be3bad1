"""The order as its members see it, and the live board of who has answered for coordinator and Kasubbid."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from domain.lokus.model import AGAIN, LEFT, Lokus, Member
from domain.lokus.order import Order
from domain.lokus.places import route_link
from domain.model import Case, Person
from domain.notices import Button, Delete, Json, Keyboard, Notice, Priority, Show, View
from domain.office import Office
from domain.ports import UnitOfWork
from domain.roles import UPWARD, Role
from domain.sop.engine import is_open
from domain.usecases.history import clip
from domain.usecases.lokus_people import desk_holders, occupied
from domain.usecases.transitions import view_of

CHAIN = (Role.KASUBBID, Role.KABID, Role.KEPALA)
"""Who may have the letters with real names."""
TEAM_STEPS = frozenset({"penerimaan", "pelaksanaan"})
"""The steps at which the card belongs to every member of the team."""
REPORT_STEPS = frozenset({"laporan", "terima_1", "verifikasi_1", "kirim_1"})
"""The steps that may be the coordinator's although the field is over."""
REASON = 80
"""Units of a reason on the board: 25 members with theirs still fit one message."""


def team(uow: UnitOfWork, case: Case, *, everybody: bool = False) -> Sequence[tuple[Member, Person]]:
    """The present team with its persons, the coordinator first."""
    found = ((member, uow.people.get(member.person_id)) for member in uow.lokus.team(case.id, everybody=everybody))
    return [(member, person) for member, person in found if person is not None]


def notice(uow: UnitOfWork, office: Office, case: Case, person: Person, now: datetime) -> View:
    """The order for one member: closed until *Buka*, then whole, with *Siap* and *Berhalangan*."""
    member, lokus = uow.lokus.member(case.id, person.id), uow.lokus.get(case.id)
    if member is None or lokus is None:
        return View("lokus/tidak_bertugas", {"ref": case.ref})
    order = Order.read(lokus.order)
    if member.opened_at is None:
        params = {"ref": case.ref, "mulai": iso(order.mulai), "koordinator": member.lead}
        return View("lokus/penugasan_tertutup", params, ((Button("lokus.buka", f"lk:o:{case.id}"),),), protect=True)
    return View("lokus/penugasan", details(uow, office, case, order, member), answers(case, member, order))


def over(uow: UnitOfWork, case: Case, person: Person) -> View:
    """What stays in the place of the order when it is not the person's any more: nothing of what was ordered."""
    member = uow.lokus.member(case.id, person.id)
    why = "batal" if case.status == "cancelled" else "usai" if member is not None else "diganti"
    return View("lokus/usai", {"ref": case.ref, "sebab": why}, protect=True)


def details(uow: UnitOfWork, office: Office, case: Case, order: Order, member: Member | None) -> dict[str, Json]:
    """The whole order as a message says it; code names only."""
    lead = uow.people.get(order.koordinator) if order.koordinator is not None else None
    names = [person.alias for person in map(uow.people.get, order.tim) if person is not None]
    return {
        "ref": case.ref,
        "masalah": order.masalah,
        "lokasi": order.lokasi,
        "kecamatan": case.region,
        "kumpul": order.kumpul,
        "titik": order.titik is not None,
        "mulai": iso(order.mulai),
        "selesai": iso(order.selesai),
        "koordinator": lead.alias if lead is not None else None,
        "tim": names,
        "catatan": order.catatan or None,
        "memimpin": member is not None and member.lead,
        "siap": None if member is None else member.ready,
        "ulang": member is not None and AGAIN in member.content,
        "bentrok": list(occupied(uow, order, but=case.id).get(member.person_id, ())) if member is not None else [],
        "pasukan": [{"nama": name, "nomor": number} for name, number in _contacts(office)],
    }


def _contacts(office: Office) -> Sequence[tuple[str, str]]:
    return () if office.profile.lokus is None else tuple(office.profile.lokus.contacts.items())


def answers(case: Case, member: Member, order: Order) -> Keyboard:
    """*Siap* and *Berhalangan* until the person has begun; the way to the meeting point."""
    letter = Button("lokus.surat_tugas", f"lk:p:{case.id}")
    route = (letter, Button("lokus.rute", url=route_link(order.titik))) if order.titik is not None else (letter,)
    first: tuple[Button, ...] = ()
    if member.started_at is None:
        ready = () if member.ready and AGAIN not in member.content else (Button("lokus.siap", f"lk:s:{member.id}"),)
        unable = () if member.ready is False else (Button("lokus.berhalangan", f"lk:b:{member.id}"),)
        first = (*ready, *unable)
    return tuple(row for row in (first, route) if row)


def point(uow: UnitOfWork, lokus: Lokus, case: Case, person: Person) -> None:
    """The meeting point on the map, as a message below the order."""
    order = Order.read(lokus.order)
    if order.titik is None:
        return
    view = View("lokus/titik", {"ref": case.ref, "kumpul": order.kumpul}, point=order.titik, protect=True)
    place = Show(view, point_slot(case, person), fresh=True)
    uow.outbox.add(Notice(person.telegram_id, place, reference=case.ref))


def point_slot(case: Case, person: Person) -> str:
    """Where the person's map of the meeting point stands."""
    return f"titik:{case.id}@{person.telegram_id}"


def board_slot(case: Case, person: Person) -> str:
    """Where the person's live board stands."""
    return f"papan:{case.id}@{person.telegram_id}"


def boards(uow: UnitOfWork, office: Office, case: Case, now: datetime) -> None:
    """Show the board to the coordinator and to those who look after the lokus: new to whom it is new, else in place."""
    lokus = uow.lokus.get(case.id)
    if lokus is None or lokus.edition == 0:
        return
    running = case.step in TEAM_STEPS and is_open(office.sop_of(case.sop, case.sop_version), view_of(uow, case))
    for person in _watchers(uow, case, lokus, now):
        name = board_slot(case, person)
        stands = uow.outbox.slot_message(name) is not None
        if not (running or stands):
            continue
        view = board(uow, office, case, lokus, person, running=running)
        uow.outbox.add(Notice(person.telegram_id, Show(view, name), Priority.REPLY, reference=case.ref))


def again(uow: UnitOfWork, office: Office, case: Case, person: Person) -> None:
    """The board as the newest message of somebody who may watch it; the old one goes."""
    lokus = uow.lokus.get(case.id)
    if lokus is None or lokus.edition == 0:
        return
    name = board_slot(case, person)
    if (old := uow.outbox.slot_message(name)) is not None:
        uow.outbox.add(Notice(person.telegram_id, Delete(message_id=old)))
    view = board(uow, office, case, lokus, person, running=case.step in TEAM_STEPS)
    uow.outbox.add(Notice(person.telegram_id, Show(view, name, fresh=True), reference=case.ref))


def silent(member: Member, person: Person) -> dict[str, Json]:
    """One who has not answered, for a message that names them."""
    return {"alias": person.alias, "dibuka": member.opened_at is not None, "koordinator": member.lead}


def _watchers(uow: UnitOfWork, case: Case, lokus: Lokus, now: datetime) -> Sequence[Person]:
    found = {person.id: person for person in (*uow.people.holding(Role.KASUBBID), *desk_holders(uow, case, now))}
    lead = uow.people.get(lokus.coordinator_id) if lokus.coordinator_id is not None else None
    if lead is not None and lead.active:
        found[lead.id] = lead
    # Whoever stood in and has a board keeps it true.
    for person in uow.people.holding(*UPWARD[UPWARD.index(Role.KABID) :]):
        if uow.outbox.slot_message(board_slot(case, person)) is not None:
            found.setdefault(person.id, person)
    return tuple(found.values())


def board(
    uow: UnitOfWork, office: Office, case: Case, lokus: Lokus, person: Person, *, running: bool
) -> View:  # fmt: skip
    """Who has confirmed, who has opened, who is silent, who is where; for one who watches."""
    members = team(uow, case)
    leads = lokus.coordinator_id == person.id
    step = office.sop_of(case.sop, case.sop_version).step(case.step)
    keyboard: Keyboard = ()
    if case.step in REPORT_STEPS and case.closed_at is None and step.assigned is not None and not leads:
        keyboard = ((Button("lokus.ganti_koordinator", f"la:r:{case.id}"), Button("lokus.lihat", f"rp:b:{case.id}")),)
    if running:
        skip = Button("lokus.lanjutkan", f"lk:l:{case.id}:{case.step}")
        change, cancel = Button("lokus.ubah", f"la:u:{case.id}"), Button("lokus.batalkan", f"la:b:{case.id}")
        end = () if leads or case.step != "pelaksanaan" else (Button("lapangan.akhiri", f"lf:z:{case.id}"),)
        first = (skip,) if case.step == "penerimaan" else end
        keyboard = tuple(row for row in (first, () if leads else (change, cancel)) if row)
    if person.has(*CHAIN):
        keyboard = (*keyboard, (Button("dokumen.arsip", f"lp:s:{case.id}"),))
    order = Order.read(lokus.order)
    params: dict[str, Json] = {
        "ref": case.ref,
        "langkah": step.title,
        "berjalan": running,
        "status": case.status,
        "lokasi": order.lokasi,
        "mulai": iso(lokus.starts_at),
        "selesai": iso(lokus.ends_at),
        "edisi": lokus.edition,
        "siap": sum(member.ready is True and AGAIN not in member.content for member, _ in members),
        "jumlah": len(members),
        "tim": [_line(member, one) for member, one in members],
    }
    return View("lokus/papan", params, keyboard)


def _line(member: Member, person: Person) -> dict[str, Json]:
    marks = (
        ("keluar" if LEFT in member.content else "berhalangan", member.answered_at if member.ready is False else None),
        ("selesai", member.finished_at),
        ("lapangan", member.started_at),
        ("tiba", member.arrived_at),
        ("siap", member.answered_at if member.ready else None),
        ("dibuka", member.opened_at),
    )
    what, at = next(((name, moment) for name, moment in marks if moment is not None), ("diam", member.added_at))
    return {
        "alias": person.alias,
        "koordinator": member.lead,
        "keadaan": what,
        "pada": at.isoformat(),
        "alasan": clip(str(member.content.get("alasan") or ""), REASON) if member.ready is False else None,
        "ulang": what == "siap" and AGAIN in member.content,
    }


def iso(moment: datetime | None) -> str | None:
    """As a template takes it."""
    return None if moment is None else moment.isoformat()
