"""What happens by the clock before a lokus starts: the silent are pointed out, the team is reminded."""

from __future__ import annotations

from datetime import datetime

from domain.lokus.model import Lokus
from domain.lokus.order import Order
from domain.lokus.places import route_link
from domain.model import Case
from domain.notices import Button, Priority, View
from domain.office import Office
from domain.ports import UnitOfWork
from domain.usecases import lokus_board, lokus_steps

SILENT, REMINDER = "lokus.silent", "lokus.reminder"


def point_out(uow: UnitOfWork, office: Office, now: datetime) -> int:
    """Members who have not answered the order for the profile's time: their coordinator hears of all in one message.

    A coordinator who is silent is pointed out to those who look after the lokus.
    """
    settings, done = office.profile.lokus, 0
    if settings is None:
        return 0
    for _, case in _running(uow):
        silent = [
            (member, person)
            for member, person in lokus_board.team(uow, case)
            if member.ready is None and now - member.added_at >= settings.silent_after
        ]
        new = [
            (member, person)
            for member, person in silent
            if uow.occurrences.claim(SILENT, str(member.id), member.added_at + settings.silent_after, now)
        ]
        if not new:
            continue
        done += len(new)
        lead = lokus_steps.coordinator(uow, case)
        view = View(
            "lokus/diam",
            {
                "ref": case.ref,
                "menit": int(settings.silent_after.total_seconds() // 60),
                "diam": [{"alias": p.alias, "dibuka": m.opened_at is not None, "koordinator": m.lead} for m, p in new],
            },
        )
        persons = [lead] if lead is not None and lead.id not in {person.id for _, person in new} else []
        if any(member.lead for member, _ in new) or not persons:
            persons += lokus_steps.desk_holders(uow, case, now)
        lokus_steps.tell(uow, persons, view, case.ref)
        lokus_board.boards(uow, office, case, now)
    return done


def remind(uow: UnitOfWork, office: Office, now: datetime) -> int:
    """The team before the start, at the profile's times. After an outage only the newest one that still makes sense."""
    settings, done = office.profile.lokus, 0
    if settings is None:
        return 0
    for lokus, case in _running(uow):
        if lokus.starts_at is None or lokus.starts_at <= now or lokus.started_at is not None:
            continue
        due = [before for before in settings.remind_before if lokus.starts_at - before <= now]
        told = [
            before
            for before in due
            if uow.occurrences.claim(
                REMINDER, f"{case.id}:{lokus.starts_at.isoformat()}:{int(before.total_seconds())}",
                lokus.starts_at - before, now,
            )
        ]  # fmt: skip
        # An order that was sent after such a time is its own reminder.
        if not told or (lokus.starts_at - told[-1] <= case.entered_at and case.step == "penerimaan"):
            continue
        done += 1
        order = Order.read(lokus.order)
        params = {
            "ref": case.ref,
            "mulai": lokus.starts_at.isoformat(),
            "sisa": int((lokus.starts_at - now).total_seconds()),
            "kumpul": order.kumpul,
        }
        route = ((Button("lokus.rute", url=route_link(order.titik)),),) if order.titik is not None else ()
        here = [person for member, person in lokus_board.team(uow, case) if member.present]
        view = View("lokus/pengingat", params, route, protect=True)
        lokus_steps.tell(uow, here, view, case.ref, priority=Priority.REPLY)
    return done


def _running(uow: UnitOfWork) -> list[tuple[Lokus, Case]]:
    found = ((lokus, uow.cases.get(lokus.case_id)) for lokus in uow.lokus.standing() if lokus.edition)
    return [(lokus, case) for lokus, case in found if case is not None and case.step in lokus_steps.RUNNING]
