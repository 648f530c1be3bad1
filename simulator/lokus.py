"""Today's lokus of the practice agency, made by the product's own use cases: a plan, chosen, ordered, the team told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time
from typing import TypeVar

from domain.forms import answers
from domain.model import Case, Person
from domain.notices import Notice, Priority, Show
from domain.ports import UnitOfWork
from domain.usecases import drafts, lokus_assign, lokus_plan, lokus_steps, reports
from simulator.agency import Agency, field_place

Made = TypeVar("Made")

STARTS = time(7)
"""Local. The reminder two hours before is then the first thing that the clock's 05.00 button brings."""
ENDS = "11.00"
PLAN = {
    "kegiatan": "Penyampaian aspirasi pedagang pasar",
    "penyelenggara": "Paguyuban pedagang",
    "dimana": "Halaman kantor kecamatan",
    "perkiraan": "sekitar 150 orang",
}
MEETING = "Lapangan depan kantor kecamatan"
NOTE = "Datang bertahap, pakaian biasa. Lebih dahulu temui koordinator."
TEAM = ("anggota1", "anggota2")
LEAD = "koordinator_lapangan"


async def seed_lokus(desa: Agency) -> Case:
    """Steps 1 to 3 of a lokus that begins today at 07.00; the team holds the order and has not answered yet.

    The people of a lokus must be seated. The clock must stand before ``STARTS``.
    """
    case = await _done(desa, lambda uow, now: _plan(desa, uow, now))
    await _done(desa, lambda uow, now: _choose(desa, uow, case, now))
    return await _done(desa, lambda uow, now: _order(desa, uow, case, now))


async def _done(desa: Agency, work: Callable[[UnitOfWork, datetime], Made]) -> Made:
    """One transaction, and everybody has what it said to them."""
    made = await desa.app.database.run(lambda uow: work(uow, desa.clock.now()))
    desa.app.sender.wake()
    await desa.quiet()
    return made


def _person(desa: Agency, uow: UnitOfWork, key: str) -> Person:
    person = uow.people.by_telegram_id(desa.users[key].id)
    assert person is not None, key
    return person


def _plan(desa: Agency, uow: UnitOfWork, now: datetime) -> Case:
    office, partner = desa.office, _person(desa, uow, "mitra")
    day = office.local_date(now)
    told = {"kecamatan": field_place(office)[0], **PLAN, "waktu": f"{day:%d-%m-%Y} pukul {STARTS:%H.%M}"}
    draft, state = drafts.begin(uow, office, partner, partner.telegram_id, drafts.sop_for(office, "rencana"), now)
    for key, text in told.items():
        state = answers.typed(office, state, key, text, (), now, None)
    draft = drafts.save(uow, office, draft, state, now)
    sent = reports.send(uow, office, partner, draft, now, now)
    receipt = Show(lokus_plan.receipt(sent.case, sent.news))
    uow.outbox.add(Notice(partner.telegram_id, receipt, Priority.REPLY, reference=sent.case.ref))
    return sent.case


def _choose(desa: Agency, uow: UnitOfWork, case: Case, now: datetime) -> Case:
    return lokus_plan.choose(uow, desa.office, _person(desa, uow, "kasubbid"), case.id, case.version, now)


def _order(desa: Agency, uow: UnitOfWork, case: Case, now: datetime) -> Case:
    office, chief = desa.office, _person(desa, uow, "kasubbid")
    for key in TEAM:
        lokus_assign.toggle(uow, office, chief, case.id, _person(desa, uow, key).id, now)
    lokus_assign.appoint(uow, office, chief, case.id, _person(desa, uow, LEAD).id, now)
    lokus_assign.write(uow, office, chief, case.id, "kumpul", MEETING, now)
    lokus_assign.pin_down(uow, office, chief, case.id, "kumpul", field_place(office)[1], now)
    lokus_assign.write(uow, office, chief, case.id, "catatan", NOTE, now)
    day = office.local_date(now)
    lokus_assign.set_time(uow, office, chief, case.id, f"{day:%d-%m-%Y} pukul {STARTS:%H.%M} sampai {ENDS}", now)
    desk = lokus_steps.lokus_of(uow, lokus_steps.case_of(uow, office, case.id))
    return lokus_assign.send(uow, office, chief, case.id, desk.revision, now)
