"""The morning's recap: made once at its hour, approved by the head with one tap, then pushed to leadership.

It is a row of its own and not a case: nobody sent it, it has no bidang and no kecamatan, and its reference is the day.
Its limit and its ladder are ``deadlines`` of the subject ``recap:<id>``. It is never approved by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal, TypeAlias

from domain import recap as rules
from domain import rollcall
from domain.errors import NotFound
from domain.model import Deadline, Event, Person, Recap
from domain.notices import Ack, Delete, Notice, Priority, Show
from domain.office import Office
from domain.ports import UnitOfWork
from domain.profile import Morning
from domain.recap import Content
from domain.roles import Role
from domain.usecases import recapview, roll
from domain.usecases.officials import deputy_of, standing_in

LOOK_BACK = timedelta(days=7)
"""A recap never reaches further back than this, however long none was made."""
BEHIND = timedelta(hours=1)
"""A report that was sent before the last recap was made, but arrived after it, is looked for this far back."""
MARK = "adendum:{}"
"""The meta key of a case that was pushed as an addendum: it is not told once more in the next recap."""
APPROVERS = (Role.KEPALA, Role.KABID, Role.KASUBBID, Role.PIMPINAN)
"""Whose the approval is. An office without a head passes it to the next below: above there is only the reader."""
RUNGS = (Role.KABID, Role.PIMPINAN)
"""Who is told, and may then approve, when the limit has passed, and when it has passed twice."""
Mood: TypeAlias = Literal["baru", "ingat", "lewat", "naik"]


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody who may approve, in which capacity, and for which absent person."""

    person: Person
    role: Role
    instead_of: int | None = None


# --- made ------------------------------------------------------------------------------------------------------------


def make(uow: UnitOfWork, office: Office, now: datetime) -> int:
    """The day's recap, once its hour has come (SOP A: the morning's lapinfo to the Bupati). For the scheduler."""
    morning = office.profile.morning
    if morning is None:
        return 0
    day = office.local_date(now)
    at = rollcall.moment(morning.recap, office.zone, day)
    key = day.isoformat()
    if now < at or uow.occurrences.happened("pagi.rekap", key) or not uow.occurrences.claim("pagi.rekap", key, at, now):
        return 0
    before = uow.recaps.latest(day)
    content = collect(uow, office, day, _since(before, at), now)
    if before is not None and before.approved_at is None:
        _lapse(uow, office, before, now)
    told = bool(uow.cases.events_between(content.since, at)) or (not content.duty and bool(uow.cases.answers(day)))
    if not content.rows and not told:  # nobody was to report by then (the office may have begun later) and nobody did
        return 1
    recap = uow.recaps.add(day, rules.reference(day), content.to_json(), now, now + morning.recap_limit)
    uow.events.append(subject(recap), "made", None, now, {"version": 1, "late": int((now - at).total_seconds())})
    uow.deadlines.add("reminder", subject(recap), now + morning.recap_limit / 2)
    uow.deadlines.add("due", subject(recap), recap.due_at)
    _ring(uow, office, recap, (holder.person for holder in approvers(uow, now)), "baru", now)
    return 1


def subject(recap: Recap) -> str:
    """The name of the recap's history and deadlines."""
    return f"recap:{recap.id}"


def collect(uow: UnitOfWork, office: Office, day: date, since: datetime, until: datetime) -> Content:
    """What a recap of that day says: the roll call as it stands, the events received in that time."""
    duty = roll.duty_on(office, day)
    rows: tuple[rules.Row, ...] = ()
    away = 0
    if duty is not None:
        owing, absent = roll.owing(uow, duty)
        rows, away = rules.rows(roll.call(uow, duty, owing), office.profile.regions), len(absent)
    known: frozenset[int] = frozenset()
    begin = since
    before = uow.recaps.latest(day)
    if before is not None and before.approved_at is not None:
        last = Content.of(before.content)
        known = frozenset(item.case_id for item in last.items)
        begin = since - BEHIND if since == last.until else since
    items = tuple(
        rules.item(case)
        for case in uow.cases.events_between(begin, until)
        if case.id not in known and uow.meta.get(MARK.format(case.id)) is None
    )
    return Content(day, since, until, duty is not None, away, rows, items)


def window(office: Office, day: date) -> tuple[datetime, datetime]:
    """From when until when (aware UTC) a day's events count where no recap says so: from recap to recap."""
    morning = office.profile.morning
    at = time() if morning is None else morning.recap
    start = datetime.combine(day - timedelta(days=1), at, office.zone)
    return start.astimezone(UTC), datetime.combine(day, at, office.zone).astimezone(UTC)


def _since(before: Recap | None, at: datetime) -> datetime:
    if before is None:
        return at - timedelta(days=1)
    content = Content.of(before.content)
    return max(content.until if before.approved_at is not None else content.since, at - LOOK_BACK)


def addenda(uow: UnitOfWork, recap: Recap) -> Sequence[tuple[int, int]]:
    """Number and case id of what was pushed later under the recap's reference."""
    if not recap.addenda:
        return ()
    found = (event.data for event in uow.events.of(subject(recap)) if event.action == "addendum" and event.data)
    return [(int(data["number"]), int(data["case"])) for data in found]


# --- who may --------------------------------------------------------------------------------------------------------


def approvers(uow: UnitOfWork, now: datetime) -> Sequence[Holder]:
    """Whom it is for: the heads who are there, deputies of those who are not; next below where there is none."""
    for role in APPROVERS:
        if found := _present(uow, role, now):
            return found
    return [Holder(person, Role.KEPALA) for person in uow.people.holding(Role.KEPALA)]


def _present(uow: UnitOfWork, role: Role, now: datetime) -> Sequence[Holder]:
    found: dict[int, Holder] = {}
    for person in uow.people.holding(role):
        if uow.absences.at(person.id, now) is None:
            found[person.id] = Holder(person, role)
        elif (deputy := deputy_of(uow, person, now)) is not None:
            found.setdefault(deputy.id, Holder(deputy, role, person.id))
    return [holder for holder in found.values() if holder.person.unreachable_at is None]


def capacity(uow: UnitOfWork, recap: Recap, me: Person, now: datetime, events: Sequence[Event]) -> Holder | None:
    """In which capacity the person may approve at this moment, or None."""
    if me.has(Role.KEPALA):
        return Holder(me, Role.KEPALA)
    own = next((holder for holder in approvers(uow, now) if holder.person.id == me.id), None)
    if own is not None or not me.active:
        return own
    given = (event for event in events if event.action == "escalated" and me.id in event.data.get("to", ()))
    role = next((Role(event.data["role"]) for event in given), None)
    return None if role is None else Holder(me, role)


# --- the clock -------------------------------------------------------------------------------------------------------


def fired(uow: UnitOfWork, office: Office, recap_id: int, rows: Sequence[Deadline], now: datetime) -> None:
    """Its deadlines have come: the head is reminded; at the limit the next rung may approve too, again and again."""
    recap, morning = uow.recaps.get(recap_id), office.profile.morning
    if recap is None or recap.approved_at is not None or morning is None:
        return
    kinds = {row.kind for row in rows}
    if "due" not in kinds and "escalation" not in kinds:
        if now < recap.due_at:
            uow.events.append(subject(recap), "reminded", None, now, {})
            _ring(uow, office, recap, (holder.person for holder in approvers(uow, now)), "ingat", now)
        return
    _escalate(uow, office, recap, morning, now)


def _escalate(uow: UnitOfWork, office: Office, recap: Recap, morning: Morning, now: datetime) -> None:
    events = uow.events.of(subject(recap))
    theirs = [holder.person for holder in approvers(uow, now)]
    known = {person.id for person in theirs}
    told = [uow.people.get(int(to)) for event in events if event.action == "escalated" for to in event.data["to"]]
    known |= {person.id for person in told if person is not None}
    more: list[Person] = []
    for role in RUNGS:  # a rung that nobody else fills is skipped upward
        fresh = [holder for holder in _present(uow, role, now) if holder.person.id not in known]
        if fresh:
            more = [holder.person for holder in fresh]
            data = {"to": [person.id for person in more], "role": role.value, "due": recap.due_at.isoformat()}
            uow.events.append(subject(recap), "escalated", None, now, data)
            break
    else:
        uow.events.append(subject(recap), "overdue", None, now, {"due": recap.due_at.isoformat()})
    _ring(uow, office, recap, theirs, "lewat", now)
    before = [person for person in told if person is not None and person.active and person not in theirs]
    _ring(uow, office, recap, (*before, *more), "naik", now)
    uow.deadlines.add("escalation", subject(recap), now + morning.recap_limit)


def _lapse(uow: UnitOfWork, office: Office, recap: Recap, now: datetime) -> None:
    """Nobody approved it before the next day's was made, which takes its events over."""
    uow.deadlines.cancel(subject(recap))
    uow.events.append(subject(recap), "lapsed", None, now, {})
    _settle(uow, office, recap, None, now)


# --- what people do --------------------------------------------------------------------------------------------------


def approve(uow: UnitOfWork, office: Office, me: Person, recap_id: int, version: int, now: datetime) -> Ack:
    """*Setujui*: what was seen goes to leadership, once. An older version is shown anew instead."""
    recap, holder, refusal = _mine(uow, office, me, recap_id, now)
    if holder is None or recap is None:
        return refusal
    if recap.version != version:
        _show(uow, office, recap, me, _mood(uow, recap, me, now), now)
        return Ack("rekap/versi_lama", {"ref": recap.ref}, alert=True)
    recap = uow.recaps.change(recap, approved_at=now, approved_by=me.id)
    data = {"version": version, "role": holder.role.value, "instead_of": holder.instead_of}
    uow.events.append(subject(recap), "approved", me.id, now, data)
    uow.deadlines.cancel(subject(recap))
    told = _push(uow, office, recap, now)
    _settle(uow, office, recap, me, now)
    content = Content.of(recap.content)
    for group in uow.groups.for_purpose("koordinasi"):
        view = recapview.group(office, content, recap.ref, now)
        uow.outbox.add(Notice(group.chat_id, Show(view), Priority.ORDINARY, reference=recap.ref))
    return Ack("rekap/disetujui", {"ref": recap.ref, "pimpinan": told})


def reload(uow: UnitOfWork, office: Office, me: Person, recap_id: int, now: datetime) -> Ack:
    """*Muat ulang*: fresh numbers; every preview that stands shows them, and older ones cannot be approved any more."""
    recap, holder, refusal = _mine(uow, office, me, recap_id, now)
    if holder is None or recap is None:
        return refusal
    since = Content.of(recap.content).since
    content = collect(uow, office, recap.day, since, now)
    recap = uow.recaps.change(recap, version=recap.version + 1, content=content.to_json())
    uow.events.append(subject(recap), "reloaded", me.id, now, {"version": recap.version})
    for person in _previewed(uow, recap, now):
        _show(uow, office, recap, person, _mood(uow, recap, person, now), now)
    return Ack("rekap/dimuat_ulang", {"ref": recap.ref})


def _mine(
    uow: UnitOfWork, office: Office, me: Person, recap_id: int, now: datetime
) -> tuple[Recap | None, Holder | None, Ack]:
    """The recap, if the person may approve it now; otherwise the answer to give, and a record of the attempt."""
    recap = uow.recaps.get(recap_id)
    events = () if recap is None else uow.events.of(subject(recap))
    holder = None if recap is None else capacity(uow, recap, me, now, events)
    if recap is None or holder is None:
        where = f"person:{me.id}" if recap is None else subject(recap)
        uow.events.append(where, "denied", me.id, now, {"what": "recap", "recap": recap_id})
        return None, None, Ack("galat/tidak_ditemukan", alert=True)
    if recap.approved_at is not None:
        return recap, None, Ack("rekap/sudah", recapview.approval(uow, office, recap, events), alert=True)
    if any(event.action == "lapsed" for event in events):
        return recap, None, Ack("rekap/digantikan", {"ref": recap.ref}, alert=True)
    return recap, holder, Ack()


def readable(uow: UnitOfWork, office: Office, me: Person, recap_id: int, now: datetime) -> tuple[Recap, Content]:
    """The recap as the person may see it: whom it is for once it was approved, who may approve it before that.

    Raises NotFound for anybody else.
    """
    recap = uow.recaps.get(recap_id)
    if recap is None:
        raise NotFound
    may = capacity(uow, recap, me, now, uow.events.of(subject(recap))) is not None
    wanted = recapview.READERS if recap.approved_at is not None else recapview.READERS - {Role.PIMPINAN}
    if not (may or reader(uow, me, now).has(*sorted(wanted))):
        raise NotFound
    return recap, Content.of(recap.content).seen_by(_as_approver(me) if may else reader(uow, me, now))


def reader(uow: UnitOfWork, me: Person, now: datetime) -> Person:
    """The person as a reader: a deputy reads, with their own clearance, the area of whom they stand in for."""
    holders = [one for one in (me, *standing_in(uow, me, now)) if one.has(*sorted(recapview.READERS))]
    if not holders:
        return me
    regions = [one.regions for one in holders]
    own = dict.fromkeys(region for some in regions for region in some) if all(regions) else ()
    return replace(me, roles=me.roles.union(*(one.roles for one in holders)), regions=tuple(own))


def _as_approver(person: Person) -> Person:
    """Whoever may approve it sees the whole area, within their clearance: what goes out is what they saw."""
    return replace(person, roles=person.roles | {Role.KEPALA})


# --- where it stands -------------------------------------------------------------------------------------------------


def leaders(uow: UnitOfWork, now: datetime) -> Sequence[Person]:
    """Leadership, and the deputies of those who are absent."""
    found: dict[int, Person] = {}
    for person in uow.people.holding(Role.PIMPINAN):
        found[person.id] = person
        if (deputy := deputy_of(uow, person, now)) is not None:
            found[deputy.id] = deputy
    return tuple(found.values())


def leads(uow: UnitOfWork, me: Person, now: datetime) -> bool:
    """Whether the person is leadership, or stands in for it now."""
    return any(person.id == me.id for person in leaders(uow, now))


def _push(uow: UnitOfWork, office: Office, recap: Recap, now: datetime) -> int:
    readers = leaders(uow, now)
    for person in readers:
        view = recapview.pushed(uow, office, recap, Content.of(recap.content).seen_by(reader(uow, person, now)))
        name = f"rekap-pimpinan:{recap.id}:{person.id}@{person.telegram_id}"
        uow.outbox.add(Notice(person.telegram_id, Show(view, name), Priority.REPLY, reference=recap.ref))
    return len(readers)


def _slot(recap: Recap, person: Person) -> str:
    return f"rekap:{recap.id}:{person.id}@{person.telegram_id}"


def handed(uow: UnitOfWork, office: Office, deputy: Person, now: datetime) -> None:
    """A hand-over to the deputy began or ended: the preview that waits goes to whoever approves from now on."""
    recap = uow.recaps.of_day(office.local_date(now))
    if recap is None or recap.approved_at is not None:
        return
    if capacity(uow, recap, deputy, now, uow.events.of(subject(recap))) is None:
        name = _slot(recap, deputy)
        if uow.outbox.drop_unsent(name) or _stands(uow, recap, deputy):
            uow.outbox.add(Notice(deputy.telegram_id, Delete(name), Priority.REPLY))
    for person in (holder.person for holder in approvers(uow, now)):
        if not _stands(uow, recap, person) and not uow.outbox.awaited(_slot(recap, person)):
            _show(uow, office, recap, person, _mood(uow, recap, person, now), now, fresh=True)


def _mood(uow: UnitOfWork, recap: Recap, person: Person, now: datetime) -> Mood:
    """How a preview that is shown anew speaks: once the limit has passed it says so."""
    if now < recap.due_at:
        return "baru"
    return "lewat" if any(holder.person.id == person.id for holder in approvers(uow, now)) else "naik"


def _ring(uow: UnitOfWork, office: Office, recap: Recap, persons: Iterable[Person], mood: Mood, now: datetime) -> None:
    """The preview as a new message in place of the old one: an edit rings nobody's phone."""
    for person in persons:
        name = _slot(recap, person)
        uow.outbox.drop_unsent(name)
        if (old := uow.outbox.slot_message(name)) is not None:
            uow.outbox.add(Notice(person.telegram_id, Delete(message_id=old), Priority.REPLY))
        _show(uow, office, recap, person, mood, now, fresh=True)


def _show(
    uow: UnitOfWork,
    office: Office,
    recap: Recap,
    person: Person,
    mood: Mood | None,
    now: datetime,
    *,
    fresh: bool = False,
) -> None:
    content = Content.of(recap.content).seen_by(_as_approver(person))
    view = recapview.preview(uow, office, recap, content, mood)
    name = _slot(recap, person)
    uow.outbox.add(Notice(person.telegram_id, Show(view, name, fresh=fresh), Priority.REPLY, reference=recap.ref))


def _previewed(uow: UnitOfWork, recap: Recap, now: datetime) -> Sequence[Person]:
    """Everybody at whom a preview stands or is on its way."""
    given = (to for event in uow.events.of(subject(recap)) for to in event.data.get("to", ()))
    people = (*uow.people.holding(*APPROVERS), *(holder.person for holder in approvers(uow, now)))
    found = {person.id: person for person in people}
    found |= {person.id: person for to in given if (person := uow.people.get(int(to))) is not None}
    found |= {
        deputy.id: deputy
        for absence in uow.absences.between(recap.made_at, now + timedelta(seconds=1))
        if absence.deputy_id is not None and (deputy := uow.people.get(absence.deputy_id)) is not None
    }
    return [p for p in found.values() if uow.outbox.drop_unsent(_slot(recap, p)) or _stands(uow, recap, p)]


def _stands(uow: UnitOfWork, recap: Recap, person: Person) -> bool:
    return uow.outbox.slot_message(_slot(recap, person)) is not None


def _settle(uow: UnitOfWork, office: Office, recap: Recap, by: Person | None, now: datetime) -> None:
    """Somebody acted: calls not sent yet are dropped, previews that stand say so and lose their buttons.

    Whoever tapped has a preview, even where its message id is not known here yet.
    """
    for person in _previewed(uow, recap, now):
        if _stands(uow, recap, person) and person != by:
            _show(uow, office, recap, person, None, now)
    if by is not None:
        _show(uow, office, recap, by, None, now)
