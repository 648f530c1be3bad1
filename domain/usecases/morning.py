"""The morning's clock: reminders, the late notice, the escalation. The sweep calls these; the database remembers.

Each round is claimed once for each block of persons (``Occurrences``), so that no transaction is long and none is done
twice, whoever looks and however the clock jumps. What an outage has overtaken is dropped: a reminder is worth nothing
after the due time, nor once the next one is due. Whoever reports meanwhile is taken out by ``answered``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, time, timedelta
from itertools import pairwise

from domain import rollcall
from domain.commands import may_report
from domain.model import Case, Person
from domain.notices import Button, Delete, Json, Keyboard, Notice, Priority, Show, View
from domain.office import Office
from domain.ports import UnitOfWork
from domain.roles import UPWARD, Role
from domain.usecases import roll
from domain.usecases.officials import deputy_of
from domain.usecases.roll import Duty

BLOCK = 25
"""Persons (by their id) that one transaction deals with."""
LATE_FOR = timedelta(hours=3)
"""How long after the due time a late notice still helps anybody."""
SYSTEM_LATE = timedelta(minutes=1)
"""From here on a notice says that the system, not a person, was late."""
_DONE = "selesai"


def slot(person: Person, duty: Duty) -> str:
    """Where the person's message of that morning stands: the reminder, then the late notice."""
    return f"pagi:{person.id}:{duty.day.isoformat()}"


# --- jobs ------------------------------------------------------------------------------------------------------------


def remind(uow: UnitOfWork, office: Office, now: datetime) -> int:
    """The reminder that is due, to one block of those who have not reported; how many persons were looked at."""
    duty = roll.duty_at(office, now)
    at = None if duty is None else _round(duty, now)
    if duty is None or at is None:
        return 0
    first = at == duty.morning.reminders[0]

    def tell(persons: Sequence[Person]) -> None:
        for person, regions in roll.missing(roll.call(uow, duty, persons)).items():
            _ring(uow, duty, person, _reminder(uow, duty, person, regions, again=not first), duty.due)

    done = _block(uow, duty, "pagi.ingat", at, now, roll.owing(uow, duty)[0], tell)
    return done or (_invite(uow, duty, at, now) if first else 0)


def _round(duty: Duty, now: datetime) -> time | None:
    """The reminder of this moment, if any: each is over when the next is due, the last at the due time."""
    times = [*duty.morning.reminders, duty.morning.due]
    return next((at for at, until in pairwise(times) if _moment(duty, at) <= now < _moment(duty, until)), None)


def _invite(uow: UnitOfWork, duty: Duty, at: time, now: datetime) -> int:
    """Partners and voluntary sources are invited once, without a sound, and never chased."""
    free = [
        person
        for person in uow.people.holding(Role.MITRA, duty.role)
        if not rollcall.owes(person, duty.role, duty.morning, duty.day)
        and _reports(duty, person)
        and uow.absences.at(person.id, now) is None
    ]

    def tell(persons: Sequence[Person]) -> None:
        for person in persons:
            if not uow.cases.duty(person.id, duty.day):
                params: dict[str, Json] = {"batas": _clock(duty.morning.due)}
                view = View("pagi/undangan", params, (_buttons(person, duty),), silent=True)
                _ring(uow, duty, person, view, duty.due)

    return _block(uow, duty, "pagi.undang", at, now, free, tell)


def notify_late(uow: UnitOfWork, office: Office, now: datetime) -> int:
    """The late notice, to one block of those whose report is missing."""
    duty = roll.duty_at(office, now)
    if duty is None or not _moment(duty, duty.morning.late_notice) <= now < duty.due + LATE_FOR:
        return 0
    at = duty.morning.late_notice

    def tell(persons: Sequence[Person]) -> None:
        for person, regions in roll.missing(roll.call(uow, duty, persons)).items():
            view = View(
                "pagi/terlambat",
                {
                    "kecamatan": regions,
                    "batas": _clock(duty.morning.due),
                    **_system_late(duty, at, now),
                },
                (_buttons(person, duty),),
            )
            _ring(uow, duty, person, view, None)

    return _block(uow, duty, "pagi.terlambat", at, now, roll.owing(uow, duty)[0], tell)


def tell_coordinators(uow: UnitOfWork, office: Office, now: datetime) -> int:
    """Each coordinator hears who of their kecamatan is missing (one without kecamatan: of all)."""
    duty = roll.duty_at(office, now)
    if duty is None or not _moment(duty, duty.morning.late_notice) <= now < duty.due + LATE_FOR:
        return 0
    at = duty.morning.late_notice
    if not _once(uow, duty, "pagi.koordinator", at, now):
        return 0
    found = roll.call(uow, duty, roll.owing(uow, duty)[0])
    lists: dict[Person, list[rollcall.Entry]] = {}
    for coordinator in uow.people.holding(Role.KOORDINATOR_WILAYAH):
        mine = [
            entry
            for entry in found
            if entry.state == "missing"
            and entry.person.id != coordinator.id
            and (not coordinator.regions or entry.region in coordinator.regions)
        ]
        for reader in _present(uow, [coordinator], now):
            lists[reader] = list(dict.fromkeys([*lists.get(reader, ()), *mine]))
    for reader, mine in lists.items():
        if mine:
            _list(uow, duty, reader, "pagi/koordinator", at, now, mine, len(mine))
    return len(lists)


def escalate(uow: UnitOfWork, office: Office, now: datetime) -> int:
    """The list of those missing to the Kabid; to the next rung upward where nobody fills that one."""
    duty = roll.duty_at(office, now)
    if duty is None or now < _moment(duty, duty.morning.escalation):
        return 0
    at = duty.morning.escalation
    if not _once(uow, duty, "pagi.eskalasi", at, now):
        return 0
    found = roll.call(uow, duty, roll.owing(uow, duty)[0])
    missing = [entry for entry in found if entry.state == "missing"]
    if not missing:
        return 1
    rungs = UPWARD[UPWARD.index(Role.KABID) :]
    readers = next((told for role in rungs if (told := _present(uow, uow.people.holding(role), now))), [])
    for reader in readers:
        _list(uow, duty, reader, "pagi/eskalasi", at, now, missing, len(found))
    return 1


# --- a report came ----------------------------------------------------------------------------------------------------


def answered(uow: UnitOfWork, office: Office, author: Person, case: Case, *, tapped: int | None = None) -> None:
    """A report came: reminders not sent yet are dropped, one that stands loses its buttons or names what is left.

    ``tapped`` is the message that turns into the receipt by itself.
    """
    duty = None if case.duty_date is None else roll.duty_on(office, case.duty_date)
    if duty is None:
        return
    name = slot(author, duty)
    dropped, standing = uow.outbox.drop_unsent(name), uow.outbox.slot_message(name)
    if standing is not None and standing == tapped:
        return
    if roll.owes(uow, duty, author) and (left := roll.unanswered(uow, duty, author)):
        if dropped or standing is not None:
            regions = [region for region in left if region is not None]
            view = _reminder(uow, duty, author, regions, again=False)
            uow.outbox.add(Notice(author.telegram_id, Show(view, name, until=duty.due), Priority.BROADCAST))
    elif standing is not None:
        view = View("pagi/sudah", {"ref": case.ref, "diterima": case.received_at.isoformat()})
        uow.outbox.add(Notice(author.telegram_id, Show(view, name), Priority.ORDINARY, reference=case.ref))
    elif dropped:
        # It may be on its way already: nobody is to be asked for what they have just given.
        uow.outbox.add(Notice(author.telegram_id, Delete(name), Priority.ORDINARY))


# --- what they share --------------------------------------------------------------------------------------------------


def _moment(duty: Duty, at: time) -> datetime:
    return rollcall.moment(at, duty.office.zone, duty.day)


def _clock(at: time) -> str:
    return f"{at:%H.%M}"


def _key(duty: Duty, at: time, part: object) -> str:
    return f"{duty.day.isoformat()}:{at:%H%M}:{part}"


def _once(uow: UnitOfWork, duty: Duty, kind: str, at: time, now: datetime) -> bool:
    key = _key(duty, at, _DONE)
    return not uow.occurrences.happened(kind, key) and uow.occurrences.claim(kind, key, _moment(duty, at), now)


def _block(
    uow: UnitOfWork,
    duty: Duty,
    kind: str,
    at: time,
    now: datetime,
    persons: Iterable[Person],
    tell: Callable[[Sequence[Person]], None],
) -> int:
    """Claim the next block of persons of this round and tell them; 0 when the round is through.

    Blocks go by id, so that whoever joins or leaves meanwhile moves nobody else into another block.
    """
    if uow.occurrences.happened(kind, _key(duty, at, _DONE)):
        return 0
    blocks: dict[int, list[Person]] = {}
    for person in persons:
        blocks.setdefault(person.id // BLOCK, []).append(person)
    for number, members in sorted(blocks.items()):
        if uow.occurrences.claim(kind, _key(duty, at, number), _moment(duty, at), now):
            tell(members)
            return len(members)
    uow.occurrences.claim(kind, _key(duty, at, _DONE), _moment(duty, at), now)
    return 0


def _ring(uow: UnitOfWork, duty: Duty, person: Person, view: View, until: datetime | None) -> None:
    """A new message in the place of the old one: an edit rings nobody's phone."""
    name = slot(person, duty)
    if uow.outbox.drop_unsent(name) or uow.outbox.slot_message(name) is not None:
        # What was dropped may be on its way already: whatever stands there by then is deleted.
        uow.outbox.add(Notice(person.telegram_id, Delete(name), Priority.BROADCAST))
    uow.outbox.add(Notice(person.telegram_id, Show(view, name, until=until), Priority.BROADCAST))


def _reminder(uow: UnitOfWork, duty: Duty, person: Person, regions: Sequence[str], *, again: bool) -> View:
    draft = uow.drafts.active(person.id)
    keyboard: Keyboard = (_buttons(person, duty),)
    if draft is not None and draft.case_id is None:
        keyboard += ((Button("laporan.lanjutkan_draf", f"f:{draft.id}:go"),),)
    return View(
        "pagi/ingatkan",
        {
            "kecamatan": list(regions),
            "batas": _clock(duty.morning.due),
            "lagi": again,
            "draf": len(keyboard) > 1,
        },
        keyboard,
    )


def _buttons(person: Person, duty: Duty) -> tuple[Button, ...]:
    event = Button("laporan.ada", "l:pagi" if person.has(duty.role) else "l:ada")
    return (Button("laporan.nihil", "l:nihil"), event) if person.has(duty.role) else (event,)


def _reports(duty: Duty, person: Person) -> bool:
    commands = [procedure.command for procedure in duty.office.profile.procedures if procedure.sop == duty.sop.name]
    return any(may_report(person, duty.office, command) for command in commands)


def _present(uow: UnitOfWork, persons: Iterable[Person], now: datetime) -> list[Person]:
    """These persons, each who is on leave replaced by the deputy, if there is one."""
    found: dict[int, Person] = {}
    for person in persons:
        reader = person if uow.absences.at(person.id, now) is None else deputy_of(uow, person, now)
        if reader is not None:
            found[reader.id] = reader
    return list(found.values())


def _list(
    uow: UnitOfWork,
    duty: Duty,
    reader: Person,
    template: str,
    at: time,
    now: datetime,
    missing: Sequence[rollcall.Entry],
    owed: int,
) -> None:
    """Who is missing, by kecamatan, under the code names that the chain of command sees."""
    places: dict[str, list[str]] = {}
    for entry in missing:
        places.setdefault(entry.region or duty.office.profile.region, []).append(entry.person.alias)
    order = {name: number for number, name in enumerate(duty.office.profile.regions)}
    rows: list[Json] = [
        {"kecamatan": place, "alias": sorted(places[place])}
        for place in sorted(places, key=lambda place: (order.get(place, len(order)), place))
    ]
    view = View(
        template,
        {
            "daftar": rows,
            "belum": len(missing),
            "wajib": owed,
            "batas": _clock(duty.morning.due),
            "hari": duty.day.isoformat(),
            **_system_late(duty, at, now),
        },
    )
    uow.outbox.add(
        Notice(
            reader.telegram_id,
            Show(view, f"{template.replace('/', '.')}:{reader.id}:{duty.day.isoformat()}"),
            Priority.ORDINARY,
        )
    )


def _system_late(duty: Duty, at: time, now: datetime) -> dict[str, Json]:
    """Seconds by which the system is late with this notice, None while it is in time."""
    late = now - _moment(duty, at)
    return {"sistem_terlambat": int(late.total_seconds()) if late >= SYSTEM_LATE else None}
