"""Step 4 of a lokus: the order is opened and answered *Siap* or *Berhalangan*; then a substitute is offered."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from domain.commands import FIELD
from domain.errors import NotFound, Stale, UserError
from domain.lokus.model import AGAIN, LEFT, Member
from domain.lokus.order import Order
from domain.model import Case, Person
from domain.notices import Button, Notice, Priority, Show, View
from domain.office import Office
from domain.ports import UnitOfWork
from domain.usecases import cards, lokus_board, lokus_cards, lokus_steps
from domain.usecases.lokus_parts import spoken
from domain.usecases.lokus_people import candidates

OFFERED = 6
"""Free members offered in the place of one who cannot come; *Ubah* has everybody."""


def opened(uow: UnitOfWork, office: Office, me: Person, case_id: int, now: datetime) -> Case:
    """*Buka*: the whole order is shown, with the map; bots get no read receipts, so this tap is one."""
    case = lokus_steps.case_of(uow, office, case_id, *lokus_steps.RUNNING)
    member, lokus = lokus_steps.member_of(uow, case, me), lokus_steps.lokus_of(uow, case)
    if member.opened_at is None:
        uow.lokus.change_member(member, opened_at=now)
        lokus_steps.note(uow, case, "order_opened", me.id, now, {"edition": lokus.edition})
        lokus_board.point(uow, lokus, case, me)
    lokus_cards.one(uow, office, case, me, now)
    lokus_board.boards(uow, office, case, now)
    return case


def mine(uow: UnitOfWork, office: Office, me: Person, member_id: int) -> tuple[Case, Member]:
    """The person's own part by its row, while the team is concerned with the order. Raises NotFound or Stale."""
    member = uow.lokus.get_member(member_id)
    if member is None or member.person_id != me.id:
        raise NotFound
    case = lokus_steps.case_of(uow, office, member.case_id, *lokus_steps.RUNNING)
    if member.removed_at is not None or (LEFT in member.content and not me.has(*FIELD)):
        raise Stale("lokus/tidak_lagi", ref=case.ref)
    return case, member


def ready(uow: UnitOfWork, office: Office, me: Person, member_id: int, now: datetime) -> Case:
    """*Siap*; said twice it counts once, and it takes an earlier *Berhalangan* back while the place is still free."""
    case, member = mine(uow, office, me, member_id)
    if member.opened_at is None:
        raise Stale("lokus/buka_dulu", ref=case.ref)
    if member.ready and AGAIN not in member.content:
        raise Stale("lokus/sudah_siap", ref=case.ref)
    edition = lokus_steps.lokus_of(uow, case).edition
    content = {key: value for key, value in member.content.items() if key not in (AGAIN, LEFT)}
    columns = {"ready": True, "answered_at": now, "edition": edition, "content": content}
    if case.step == "penerimaan" and member.ready is None:
        return lokus_steps.contribute(uow, office, case, member, now, **columns)
    uow.lokus.change_member(member, **columns)
    lokus_steps.note(uow, case, "member_ready", me.id, now, {"edition": edition})
    cards.refresh(uow, office, case, now)
    return case


def unable(uow: UnitOfWork, office: Office, me: Person, member_id: int, reason: str, now: datetime) -> Case:
    """*Berhalangan*, with the reason: the desk is offered free members in this place, the coordinator is told."""
    case, member = mine(uow, office, me, member_id)
    if not spoken(reason):
        raise UserError("lokus/kosong")
    if member.started_at is not None:
        raise Stale("lokus/sudah_mulai", ref=case.ref)
    words = reason.strip()[:300]
    content = {**{key: value for key, value in member.content.items() if key != AGAIN}, "alasan": words}
    member = uow.lokus.change_member(member, ready=False, answered_at=now, content=content)
    lokus_steps.note(uow, case, "member_unable", me.id, now, {"member": member.id, "reason": words})
    to_desk(uow, case, member, lokus_steps.desk_holders(uow, case, now), offer(uow, office, case, member, me, now))
    lead = lokus_steps.coordinator(uow, case)
    if lead is not None and lead.id != me.id:
        view = View("lokus/berhalangan", {"ref": case.ref, "alias": me.alias, "alasan": words})
        lokus_steps.tell(uow, (lead,), view, case.ref)
    cards.refresh(uow, office, case, now)
    return case


def to_desk(uow: UnitOfWork, case: Case, member: Member, desk: Iterable[Person], view: View) -> None:
    """What is to be done about the member's place, before those who look after the lokus; it rings."""
    for person in desk:
        where = f"ganti:{member.id}@{person.telegram_id}"
        uow.outbox.add(Notice(person.telegram_id, Show(view, where, fresh=True), Priority.URGENT, reference=case.ref))


def no_coordinator(case: Case, person: Person) -> View:
    """The coordinator of a report that is still to be written is out: another one is to be named."""
    rows = ((Button("lokus.ganti_koordinator", f"la:r:{case.id}"),),)
    return View("lokus/tanpa_koordinator", {"ref": case.ref, "alias": person.alias}, rows, protect=True)


def offer(
    uow: UnitOfWork, office: Office, case: Case, member: Member, person: Person, now: datetime
) -> View:  # fmt: skip
    """Who could take the place: free members, the nearest first."""
    order = Order.read(lokus_steps.lokus_of(uow, case).order)
    everybody = candidates(uow, case, order, now)
    found = [one for one in everybody if one.free and not one.chosen]
    if member.lead:  # somebody of the team may lead in their place
        team = [one for one in everybody if one.person.id in order.tim and not one.away]
        found = [*(one for one in found if one.leads), *team, *(one for one in found if not one.leads)]
    rows = [
        (Button("lokus.ganti", f"la:g:{case.id}:{member.id}:{one.person.id}", {"alias": one.person.alias}),)
        for one in found[:OFFERED]
    ]
    if not member.lead:
        rows.append((Button("lokus.tanpa_ganti", f"la:g:{case.id}:{member.id}:0"),))
    params = {
        "ref": case.ref,
        "alias": person.alias,
        "koordinator": member.lead,
        "alasan": member.content.get("alasan"),
        "akses": person.active,
        "ada": bool(found),
    }
    return View("lokus/cari_pengganti", params, tuple(rows), protect=True)
