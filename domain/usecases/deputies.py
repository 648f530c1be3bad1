"""Absence with a deputy (Plh./Plt.): for a period the deputy receives and may do what is the absent person's.

Authority is looked up when a button is tapped (``officials.turn``), so it begins and ends by itself; the rows here only
move the cards and tell people.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from domain.errors import NotFound, UserError
from domain.model import Absence, Person
from domain.notices import Button, Notice, Priority, Show, View
from domain.office import Office
from domain.ports import UnitOfWork
from domain.roles import UPWARD, Role
from domain.sop.engine import is_open
from domain.usecases import cards, recap
from domain.usecases.officials import officials, turn
from domain.usecases.transitions import view_of

LONGEST = timedelta(days=92)
"""No hand-over is longer: a lasting change of roles is the administrator's."""


def official_roles(office: Office) -> frozenset[Role]:
    """The roles that decide somewhere: who may hand over, and to whom."""
    procedures = {procedure.definition for procedure in office.profile.procedures}
    found = (officials(sop) for sop in office.sops.latest() if sop.name in procedures)
    return frozenset(UPWARD).union(*found) - {Role.AGEN, Role.MITRA}


def candidates(uow: UnitOfWork, office: Office, me: Person) -> Sequence[Person]:
    """Who may stand in: other officials, by alias."""
    found = uow.people.holding(*sorted(official_roles(office)))
    others = (person for person in found if person.id != me.id)
    return sorted(others, key=lambda person: (person.alias.casefold(), person.id))


def period(office: Office, code: str, now: datetime) -> tuple[datetime, datetime]:
    """From when until when (aware UTC) a choice means.

    ``0`` is today, ``1`` tomorrow, ``3`` and ``7`` days from today on, ``20261125`` from now to that day. Raises
    UserError for a day that is past, too far or no day.
    """
    today = office.local_date(now)
    if code == "1":
        return _start_of(office, today + timedelta(days=1)), _start_of(office, today + timedelta(days=2))
    if code in ("0", "3", "7"):
        return now, _start_of(office, today + timedelta(days=max(int(code), 1)))
    try:
        last = date.fromisoformat(f"{code[:4]}-{code[4:6]}-{code[6:]}")
    except ValueError:
        raise UserError("tugas/tanggal_keliru") from None
    if not today <= last <= today + LONGEST:
        raise UserError("tugas/tanggal_keliru")
    return now, _start_of(office, last + timedelta(days=1))


def _start_of(office: Office, day: date) -> datetime:
    return datetime.combine(day, time(), office.zone).astimezone(UTC)


def hand_over(uow: UnitOfWork, office: Office, me: Person, deputy_id: int, code: str, now: datetime) -> Absence:
    """Hand the person's turns to the deputy for the period. Raises NotFound, or UserError when another overlaps it."""
    deputy = next((person for person in candidates(uow, office, me) if person.id == deputy_id), None)
    if deputy is None or not me.has(*sorted(official_roles(office))):
        raise NotFound
    starts, ends = period(office, code, now)
    for other in standing(uow, me, now):
        if other.starts_at < ends and starts < other.ends_at:
            raise UserError("tugas/sudah_diserahkan")
    absence = uow.absences.add(me.id, starts, ends, "plh", me.id, now, deputy_id=deputy.id)
    uow.events.append(
        f"person:{me.id}",
        "absence.handed",
        me.id,
        now,
        {"absence": absence.id, "to": deputy.id, "from": starts.isoformat(), "until": ends.isoformat()},
    )
    key = f"absence:{absence.id}"
    uow.deadlines.add("ends", key, ends)
    _tell(uow, office, me, deputy, absence, "tugas/ditunjuk", deputy)
    if starts > now:
        uow.deadlines.add("begins", key, starts)
    else:
        _begun(uow, office, absence, now)
    return absence


def standing(uow: UnitOfWork, person: Person, now: datetime) -> Sequence[Absence]:
    """The person's hand-overs that run or are still to come."""
    return [a for a in uow.absences.of(person.id) if a.ended_at is None and a.ends_at > now and a.deputy_id is not None]


def end(uow: UnitOfWork, office: Office, me: Person, absence_id: int, now: datetime) -> Absence:
    """*Akhiri*: the person is back at once. NotFound for somebody else's."""
    absence = next((a for a in uow.absences.of(me.id) if a.id == absence_id), None)
    if absence is None:
        raise NotFound
    if not uow.absences.end(absence_id, now):
        raise UserError("tugas/sudah_berakhir")
    uow.deadlines.cancel(f"absence:{absence_id}")
    uow.events.append(f"person:{me.id}", "absence.ended", me.id, now, {"absence": absence_id})
    _over(uow, office, absence, now)
    return absence


def turned(uow: UnitOfWork, office: Office, absence_id: int, kind: str, now: datetime) -> None:
    """A hand-over begins or ends by itself, at its row's time."""
    absence = uow.absences.get(absence_id)
    if absence is None or absence.ended_at is not None:
        return
    if kind == "begins" and absence.ends_at > now:
        _begun(uow, office, absence, now)
    elif kind == "ends":
        uow.events.append(f"person:{absence.person_id}", "absence.ended", None, now, {"absence": absence_id})
        _over(uow, office, absence, now)


def _begun(uow: UnitOfWork, office: Office, absence: Absence, now: datetime) -> None:
    """What waits for the absent person gets its card at the deputy's."""
    deputy = uow.people.get(absence.deputy_id or 0)
    if deputy is None:
        return
    recap.handed(uow, office, deputy, now)
    for case in uow.cases.waiting():
        sop = office.sop_of(case.sop, case.sop_version)
        step, view = sop.step(case.step), view_of(uow, case)
        if step is sop.first or not is_open(sop, view):
            continue
        if turn(uow, case, step, view, now=now).instead_of(deputy) == absence.person_id:
            cards.announce(uow, office, case, now)


def _over(uow: UnitOfWork, office: Office, absence: Absence, now: datetime) -> None:
    """The cards come back; both are told."""
    absent, deputy = uow.people.get(absence.person_id), uow.people.get(absence.deputy_id or 0)
    if absent is None or deputy is None:
        return
    if absence.starts_at <= now:
        recap.handed(uow, office, deputy, now)
        for case in uow.cases.waiting():
            sop = office.sop_of(case.sop, case.sop_version)
            if sop.step(case.step) is sop.first:
                continue
            if cards.withdrawn(uow, office, case, deputy, now):
                cards.announce(uow, office, case, now)
    for person in (absent, deputy):
        if person.active:
            _tell(uow, office, absent, deputy, absence, "tugas/berakhir", person)


def _tell(
    uow: UnitOfWork, office: Office, absent: Person, deputy: Person, absence: Absence, template: str, to: Person
) -> None:
    roles = [office.title(role) for role in reversed(UPWARD) if role in absent.roles] or [
        office.title(role) for role in sorted(absent.roles & official_roles(office))
    ]
    view = View(
        template,
        {
            "peran": roles,
            "oleh": absent.alias,
            "wakil": deputy.alias,
            "mulai": absence.starts_at.isoformat(),
            "sampai": (absence.ends_at - timedelta(minutes=1)).isoformat(),
            "sendiri": to.id == absent.id,
        },
    )
    uow.outbox.add(Notice(to.telegram_id, Show(view), Priority.REPLY))


def end_button(absence: Absence) -> Button:
    """*Akhiri*."""
    return Button("tugas.akhiri", f"tg:e:{absence.id}")
