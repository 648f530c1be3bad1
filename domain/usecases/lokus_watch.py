"""What happens to a lokus by the clock: the silent are pointed out, the team is reminded, a passed end is told."""

from __future__ import annotations

from datetime import datetime

from domain.lokus.model import AGAIN, Lokus, Member
from domain.lokus.order import Order
from domain.lokus.places import route_link
from domain.model import Case
from domain.notices import Button, Priority, View
from domain.office import Office
from domain.ports import UnitOfWork
from domain.usecases import lokus_answer, lokus_board, lokus_steps
from domain.usecases.lokus_field_panel import FIELD

SILENT, REMINDER, OVERRUN, VACANT = "lokus.silent", "lokus.reminder", "lokus.overrun", "lokus.vacant"


def point_out(uow: UnitOfWork, office: Office, now: datetime) -> int:
    """Members who have not answered the order for the profile's time: their coordinator hears of all in one message.

    A coordinator who is silent is pointed out to those who look after the lokus.
    """
    settings, done = office.profile.lokus, 0
    if settings is None:
        return 0
    for _, case in _running(uow):
        silent = [
            (member, person, since)
            for member, person in lokus_board.team(uow, case)
            if (since := unanswered(member)) is not None and now - since >= settings.silent_after
        ]
        new = [
            (member, person)
            for member, person, since in silent
            if uow.occurrences.claim(SILENT, _silence(member, since), since + settings.silent_after, now)
        ]
        if not new:
            continue
        done += len(new)
        view = View(
            "lokus/diam",
            {
                "ref": case.ref,
                "menit": int(settings.silent_after.total_seconds() // 60),
                "diam": [lokus_board.silent(*one) for one in new],
            },
        )
        answer = lokus_steps.answerable(uow, case, now)
        persons = [person for person in answer if person.id not in {one.id for _, one in new}]
        if any(member.lead for member, _ in new) or not persons:
            persons += lokus_steps.desk_holders(uow, case, now)
        lokus_steps.tell(uow, persons, view, case.ref)
        lokus_board.boards(uow, office, case, now)
    return done


def unanswered(member: Member) -> datetime | None:
    """Since when the person has not answered: the order, or that it begins at another time; None who has."""
    if member.ready is None:
        return member.added_at
    again = member.content.get(AGAIN)
    return datetime.fromisoformat(again) if again is not None and member.present else None


def _silence(member: Member, since: datetime) -> str:
    return str(member.id) if since == member.added_at else f"{member.id}:{since.isoformat()}"


def overrun(uow: UnitOfWork, office: Office, now: datetime) -> int:
    """The planned end has come and somebody is not finished: the desk may extend it with a tap, or end it for all."""
    done = 0
    for lokus, case in _running(uow):
        if lokus.ends_at is None or now < lokus.ends_at or case.step != FIELD:
            continue
        out = [(m, p) for m, p in lokus_board.team(uow, case) if m.present and not m.lead and m.finished_at is None]
        key = f"{case.id}:{lokus.ends_at.isoformat()}"
        if not out or not uow.occurrences.claim(OVERRUN, key, lokus.ends_at, now):
            continue
        done += 1
        params = {
            "ref": case.ref,
            "selesai": lokus.ends_at.isoformat(),
            "belum": [{"alias": person.alias, "mulai": member.started_at is not None} for member, person in out],
        }
        end = (Button("lapangan.akhiri", f"lf:z:{case.id}"),)
        longer = tuple(
            Button("lokus.perpanjang", f"la:e:{case.id}:{hours}:{lokus.edition}", {"jam": hours}) for hours in (1, 2)
        )
        lead, desk = lokus_steps.coordinator(uow, case), lokus_steps.desk_holders(uow, case, now)
        lokus_steps.tell(uow, desk, View("lokus/lewat_waktu", {**params, "meja": True}, (longer, end)), case.ref)
        if lead is not None and lead.id not in {person.id for person in desk}:
            view = View("lokus/lewat_waktu", {**params, "meja": False}, (end,))
            lokus_steps.tell(uow, (lead,), view, case.ref)
    return done


def vacancies(uow: UnitOfWork, office: Office, now: datetime) -> int:
    """Somebody of the team is registered no more: the desk is offered a substitute once, as for *Berhalangan*."""
    done = 0
    for _, case in lokus_steps.ordered(uow):
        for member, person in lokus_board.team(uow, case):
            if person.active or not member.present or member.finished_at is not None:
                continue
            running = case.step in lokus_steps.RUNNING
            if not running and not (member.lead and case.step in lokus_board.REPORT_STEPS):
                continue
            if not uow.occurrences.claim(VACANT, str(member.id), now, now):
                continue
            done += 1
            if running:
                view = lokus_answer.offer(uow, office, case, member, person, now)
            else:
                view = lokus_answer.no_coordinator(case, person)
            lokus_answer.to_desk(uow, case, member, lokus_steps.desk_holders(uow, case, now), view)
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
        if not told:
            continue
        # An order that came after such a time is its own reminder, whatever step the team's answers have led to since.
        due_at = lokus.starts_at - told[-1]
        team = lokus_board.team(uow, case)
        here = [person for member, person in team if member.present and member.added_at < due_at]
        if not here:
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
        view = View("lokus/pengingat", params, route, protect=True)
        lokus_steps.tell(uow, here, view, case.ref, priority=Priority.REPLY)
    return done


def _running(uow: UnitOfWork) -> list[tuple[Lokus, Case]]:
    return [(lokus, case) for lokus, case in lokus_steps.ordered(uow) if case.step in lokus_steps.RUNNING]
