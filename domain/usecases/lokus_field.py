"""Step 5 of a lokus, one member's part: risk checklist, *Tiba*, *Mulai*, what is sent, the crowd's level, *Selesai*.

Nothing here asks for more than a tap, and nothing is refused for want of a location or of a signal: what arrives late
is put in by Telegram's date.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from domain.errors import NotFound, Stale, UserError
from domain.lokus import checklist
from domain.lokus.model import FIELD_FILE, LEFT, LEVELS, Level, LogEntry, LogKind, Member
from domain.lokus.order import Order, Point
from domain.lokus.places import distance_m
from domain.model import Case, Person
from domain.notices import Delete, Json, Notice, Priority, Show, View
from domain.office import Office
from domain.ports import UnitOfWork
from domain.sop.commands import Approve
from domain.usecases import cards, lokus_board, lokus_field_home, lokus_late, lokus_steps
from domain.usecases import lokus_field_panel as panels
from domain.usecases.lokus_field_open import ask_whether_over
from domain.usecases.lokus_field_panel import FIELD, check_slot, location_slot

TRACK_EVERY = timedelta(minutes=1)
"""A live location moves all the time: at most one entry of the log in so long; the last place is always kept."""
ARRIVAL_PLACE = timedelta(minutes=30)
"""A location sent this long after *Tiba* still says where that was."""
SILENT_TWICE = 2
"""Questions "aman?" left without an answer before the coordinator hears of it."""
home = lokus_field_home.home
"""The lokus that something said at a moment belongs to."""


def own(uow: UnitOfWork, me: Person, member_id: int) -> tuple[Case, Member]:
    """The person's own part while the field is open. NotFound for anybody else's, Stale when it is over."""
    member = uow.lokus.get_member(member_id)
    case = uow.cases.get(member.case_id) if member is not None else None
    if member is None or case is None or member.person_id != me.id:
        raise NotFound
    if case.step != FIELD or case.closed_at is not None:
        raise Stale("lapangan/sudah_usai", ref=case.ref)
    if member.removed_at is not None or LEFT in member.content:
        raise Stale("lokus/tidak_lagi", ref=case.ref)
    if member.finished_at is not None:
        raise Stale("lapangan/sudah_selesai", ref=case.ref, pada=member.finished_at.isoformat())
    if not member.ready:
        raise Stale("lapangan/jawab_dulu", ref=case.ref)
    return case, member


def tick(
    uow: UnitOfWork, me: Person, member_id: int, page: int, item: int, now: datetime, *, on: bool
) -> tuple[Case, Member]:  # fmt: skip
    """One tap on the risk checklist. Raises Stale for one that is not on it, or after *Mulai*."""
    case, member, risk = _risk(uow, me, member_id)
    if not (page < len(checklist.PAGES) and item < len(checklist.PAGES[page].items)):
        raise Stale
    on_page = checklist.PAGES[page]
    return case, _put(uow, member, risiko=checklist.ticked(risk, on_page, on_page.items[item], on=on))


def tick_all(uow: UnitOfWork, me: Person, member_id: int, page: int, now: datetime) -> tuple[Case, Member]:
    """Everything on that page in one tap."""
    case, member, risk = _risk(uow, me, member_id)
    if not (page < len(checklist.PAGES) and checklist.PAGES[page].all_at_once):
        raise Stale
    return case, _put(uow, member, risiko=checklist.everything(risk, checklist.PAGES[page]))


def complete(uow: UnitOfWork, office: Office, me: Person, member_id: int, now: datetime) -> tuple[Case, Member, int]:
    """The last page's *Lanjut*: complete. Also gives the page to go to: the first empty one, or past the end."""
    case, member, risk = _risk(uow, me, member_id)
    try:
        risk = checklist.completed(risk, now)
    except ValueError as error:
        return case, member, checklist.KEYS.index(str(error))
    member = _put(uow, member, risiko=risk)
    lokus_steps.note(uow, case, "risk_mapped", me.id, now, {"member": member.id})
    panels.show(uow, office, case, member, me)
    return case, member, len(checklist.PAGES)


def _risk(uow: UnitOfWork, me: Person, member_id: int) -> tuple[Case, Member, Mapping[str, Any]]:
    case, member = own(uow, me, member_id)
    if member.started_at is not None:
        raise Stale("lapangan/sudah_mulai", ref=case.ref, pada=member.started_at.isoformat())
    return case, member, member.content.get("risiko", {})


def _put(uow: UnitOfWork, member: Member, columns: Mapping[str, Any] | None = None, **content: Json) -> Member:
    return uow.lokus.change_member(member, content={**member.content, **content}, **(columns or {}))


def arrive(uow: UnitOfWork, office: Office, me: Person, member_id: int, at: datetime, now: datetime) -> Case:
    """*Tiba di titik kumpul*: counts at once; the location is asked for and may follow, or not."""
    case, member = own(uow, me, member_id)
    if member.arrived_at is not None:
        raise Stale("lapangan/sudah_tiba", ref=case.ref, pada=member.arrived_at.isoformat())
    member = uow.lokus.change_member(_seen(uow, case, member, me, at, now), arrived_at=at)
    uow.lokus.log(case.id, me.id, "arrive", at, now, {})
    lokus_steps.note(uow, case, "field_arrived", me.id, now, {"member": member.id})
    _elsewhere(uow, case, me, at, now)
    panels.show(uow, office, case, member, me)
    panels.beside(uow, office, case, me)
    view = View("lapangan/tiba", {"ref": case.ref, "pada": at.isoformat()}, request="location")
    place = Show(view, location_slot(case.id, me), fresh=True)
    uow.outbox.add(Notice(me.telegram_id, place, reference=case.ref))
    lokus_board.boards(uow, office, case, now)
    return case


def begin(uow: UnitOfWork, office: Office, me: Person, member_id: int, at: datetime, now: datetime) -> Case:
    """*Mulai*, once the risk checklist is complete. Raises UserError ``lapangan/risiko_dulu`` before."""
    case, member = own(uow, me, member_id)
    if member.started_at is not None:
        raise Stale("lapangan/sudah_mulai", ref=case.ref, pada=member.started_at.isoformat())
    if checklist.done_at(member.content.get("risiko", {})) is None:
        raise UserError("lapangan/risiko_dulu", ref=case.ref)
    # The half hours of "aman?" count from when we know of it: a tap that waited in an outage is not overdue at once.
    content = {**member.content, "ditanya": []}
    member = uow.lokus.change_member(member, started_at=at, checked_at=now, misses=0, content=content)
    lokus = lokus_steps.lokus_of(uow, case)
    if lokus.started_at is None:
        uow.lokus.change(lokus, started_at=at)
    uow.lokus.log(case.id, me.id, "start", at, now, {"risiko": member.content["risiko"]})
    lokus_steps.note(uow, case, "field_started", me.id, now, {"member": member.id})
    _elsewhere(uow, case, me, at, now)
    panels.keyboard_off(uow, case, me, inside=True)
    if uow.outbox.slot_message(panels.risk_slot(case.id, me)) is not None:
        view = panels.risks(case, member, len(checklist.PAGES))
        place = Show(view, panels.risk_slot(case.id, me))
        uow.outbox.add(Notice(me.telegram_id, place, reference=case.ref))
    panels.show(uow, office, case, member, me)
    panels.beside(uow, office, case, me)
    lokus_board.boards(uow, office, case, now)
    return case


def level(
    uow: UnitOfWork, office: Office, me: Person, member_id: int, said: str, at: datetime, now: datetime
) -> tuple[Case, bool]:
    """The crowd's level in one tap; whether it is a new one. *Eskalasi* is told to coordinator and desk at once."""
    case, member = own(uow, me, member_id)
    wanted: Level | None = next((one for one in LEVELS if one == said), None)
    if wanted is None or member.started_at is None:
        raise Stale("lapangan/belum_mulai", ref=case.ref)
    before = member.content.get("tingkat")
    member = _seen(uow, case, member, me, at, now)
    _elsewhere(uow, case, me, at, now)
    if before == wanted:
        return case, False
    member = _put(uow, member, tingkat=wanted, tingkat_pada=at.isoformat())
    uow.lokus.log(case.id, me.id, "level", at, now, {"tingkat": wanted})
    panels.show(uow, office, case, member, me)
    if wanted != "kondusif" or before == "eskalasi":
        _tell_level(uow, office, case, member, me, wanted, at, now)
    return case, True


def _tell_level(
    uow: UnitOfWork, office: Office, case: Case, member: Member, me: Person, level_: Level, at: datetime, now: datetime
) -> None:
    people = lokus_steps.answerable(uow, case, now)
    if level_ == "eskalasi":
        people += lokus_steps.desk_holders(uow, case, now)
    params: dict[str, Json] = {"ref": case.ref, "alias": me.alias, "tingkat": level_, "pada": at.isoformat()}
    params |= last_place(member)
    priority = Priority.URGENT if level_ == "eskalasi" else Priority.REPLY
    others = [person for person in people if person.id != me.id]
    lokus_steps.tell(uow, others, View("lapangan/tingkat", params, protect=True), case.ref, priority=priority)


def last_place(member: Member) -> dict[str, Json]:
    """The member's last known place for a message: ``titik`` and ``titik_pada``, both None while there is none."""
    place = member.content.get("posisi")
    return {"titik": place, "titik_pada": member.content.get("posisi_pada") if place is not None else None}


def _alive(member: Member, at: datetime) -> dict[str, Any]:
    """Columns: a sign of being safe at that moment. An old one that arrives late takes nothing back."""
    if member.started_at is None or (member.checked_at is not None and at <= member.checked_at):
        return {}
    return {"checked_at": at, "misses": 0, "content": {**member.content, "ditanya": []}}


def safe(uow: UnitOfWork, office: Office, me: Person, member_id: int, at: datetime, now: datetime) -> Case:
    """The one tap that answers "aman?"."""
    case, member = own(uow, me, member_id)
    if member.started_at is None:
        raise Stale("lapangan/belum_mulai", ref=case.ref)
    if member.content.get("ditanya"):
        uow.lokus.log(case.id, me.id, "check", at, now, {})
        _answered(uow, case, member, me, at, now)
    columns = {"checked_at": max(at, member.checked_at or at), "misses": 0}
    _put(uow, member, columns, ditanya=[])
    uow.outbox.add(Notice(me.telegram_id, Delete(slot=check_slot(case.id, me))))
    _elsewhere(uow, case, me, at, now)
    return case


def silence_slot(member: Member, person: Person) -> str:
    """Where it stands for that reader that this member does not answer."""
    return f"hening:{member.id}@{person.telegram_id}"


def _answered(uow: UnitOfWork, case: Case, member: Member, me: Person, at: datetime, now: datetime) -> None:
    """Who was told of the silence sees that it is over, without a ring."""
    if member.misses < SILENT_TWICE:
        return
    lead = lokus_steps.coordinator(uow, case)
    readers = [*([lead] if lead is not None else []), *lokus_steps.desk_holders(uow, case, now)]
    view = View("lapangan/terjawab", {"ref": case.ref, "alias": me.alias, "pada": at.isoformat()}, protect=True)
    for person in {one.id: one for one in readers}.values():
        place = silence_slot(member, person)
        if uow.outbox.slot_message(place) is not None or uow.outbox.awaited(place):
            uow.outbox.add(Notice(person.telegram_id, Show(view, place), reference=case.ref))


@dataclass(frozen=True, slots=True)
class Sent:
    """Something that a member sent, as the log takes it."""

    kind: LogKind
    at: datetime
    chat_id: int
    message_id: int
    text: str = ""
    place: Point | None = None
    file: Mapping[str, Any] | None = None
    """Columns for ``Attachments.add``: file_id, file_unique_id, size, mime, file_name, kind, media_group."""


def aim(uow: UnitOfWork, office: Office, me: Person, member_id: int, now: datetime) -> Case:
    """*Kirim ke lokus ini*: of several lokus at once, what the person sends from now on belongs to this one."""
    case, member = own(uow, me, member_id)
    if not panels.receives(member):
        raise Stale("lapangan/belum_mulai", ref=case.ref)
    member = _put(uow, member, utama=now.isoformat())
    panels.show(uow, office, case, member, me)
    panels.beside(uow, office, case, me)
    return case


def awaits_place(uow: UnitOfWork, me: Person, at: datetime) -> tuple[Case, Member] | None:
    """The lokus at whose meeting point the person has just arrived without saying where that is."""
    for member in uow.lokus.duties(me.id):
        case = uow.cases.get(member.case_id)
        if case is None or case.step != FIELD or member.arrived_at is None or "tiba" in member.content:
            continue
        if member.finished_at is None and abs(at - member.arrived_at) <= ARRIVAL_PLACE:
            return case, member
    return None


def located(
    uow: UnitOfWork, office: Office, me: Person, case: Case, member: Member, place: Point, at: datetime, now: datetime
) -> Member:
    """Where the person arrived: the distance to the meeting point is worked out and shown, and refuses nothing."""
    target = Order.read(lokus_steps.lokus_of(uow, case).order).titik
    metres = None if target is None else distance_m(place, target)
    content: dict[str, Json] = {"tiba": list(place), "jarak_m": metres, **_place(member, place, at)}
    member = _put(uow, _seen(uow, case, member, me, at, now), **content)
    radius = office.profile.lokus.radius_m if office.profile.lokus is not None else 0
    params = {"ref": case.ref, "jarak": metres, "dekat": metres is not None and metres <= radius}
    view = View("lapangan/tiba_lokasi", params, request="remove")
    uow.outbox.add(Notice(me.telegram_id, Delete(slot=location_slot(case.id, me))))
    uow.outbox.add(Notice(me.telegram_id, Show(view), reference=case.ref))
    if member.started_at is None:
        panels.show(uow, office, case, member, me)
    return member


def _place(member: Member, place: Point, at: datetime) -> dict[str, Json]:
    """Content: the last known place, unless a later one is known already."""
    known = member.content.get("posisi_pada")
    if known is not None and datetime.fromisoformat(known) > at:
        return {}
    return {"posisi": list(place), "posisi_pada": at.isoformat()}


def collect(
    uow: UnitOfWork, office: Office, me: Person, case: Case, member: Member, sent: Sent, now: datetime
) -> LogEntry | None:
    """Into the member's log with its time; the panel's line says so. None for what is there already."""
    attachment = None
    if sent.file is not None:
        attachment = _kept(uow, case, sent, now)
    content: dict[str, Json] = {"teks": sent.text} if sent.text else {}
    if sent.place is not None:
        content["titik"] = list(sent.place)
    entry = uow.lokus.log(
        case.id, me.id, sent.kind, sent.at, now, content,
        attachment_id=attachment, chat_id=sent.chat_id, message_id=sent.message_id,
    )  # fmt: skip
    if entry is None:
        return None
    counted = dict(member.content.get("jumlah", {}))
    counted[sent.kind] = counted.get(sent.kind, 0) + 1
    last = max(filter(None, (member.content.get("terakhir"), sent.at.isoformat())))
    place = {} if sent.place is None else {**_place(member, sent.place, sent.at), "jejak": sent.at.isoformat()}
    member = _seen(uow, case, member, me, sent.at, now)
    member = _put(uow, member, jumlah=counted, terakhir=last, **place)
    _elsewhere(uow, case, me, sent.at, now, sent.place)
    if member.content.get("panel") == panels.OPEN:
        panels.show(uow, office, case, member, me)
    if case.step != FIELD:
        lokus_late.offer(uow, office, case, now)
    return entry


def _seen(uow: UnitOfWork, case: Case, member: Member, me: Person, at: datetime, now: datetime) -> Member:
    """Anything that comes from the field is a sign of being safe: nobody has to answer the question besides."""
    columns = _alive(member, at)
    if not columns:
        return member
    if member.content.get("ditanya"):
        _answered(uow, case, member, me, at, now)
        uow.outbox.add(Notice(me.telegram_id, Delete(slot=check_slot(case.id, me))))
    return uow.lokus.change_member(member, **columns)


def _elsewhere(
    uow: UnitOfWork, case: Case, me: Person, at: datetime, now: datetime, place: Point | None = None
) -> None:  # fmt: skip
    """In the other lokus of the same time the person is as safe, and at the same place."""
    for other, member in panels.open_fields(uow, me.id):
        if other.id == case.id:
            continue
        member = _seen(uow, other, member, me, at, now)  # noqa: PLW2901 - the row as it is now
        content = {} if place is None else _place(member, place, at)
        if content:
            _put(uow, member, **content)


def _kept(uow: UnitOfWork, case: Case, sent: Sent, now: datetime) -> int | None:
    """The attachment's row; the same file sent twice is one."""
    assert sent.file is not None
    added = uow.attachments.add(
        draft_id=None, case_id=case.id, version=FIELD_FILE, message_id=sent.message_id, now=now, **sent.file
    )
    if added is not None:
        return added.id
    same = (one for one in uow.attachments.of_case(case.id) if one.file_unique_id == sent.file["file_unique_id"])
    found = next(same, None)
    return None if found is None else found.id


def moved(uow: UnitOfWork, me: Person, case: Case, member: Member, place: Point, at: datetime, now: datetime) -> None:
    """A live location went on: the last known place, and now and then an entry of the log; no message answers it."""
    last = member.content.get("jejak")
    content = _place(member, place, at)
    if last is None or abs(at - datetime.fromisoformat(last)) >= TRACK_EVERY:
        uow.lokus.log(case.id, me.id, "location", at, now, {"titik": list(place), "langsung": True})
        content["jejak"] = max(at.isoformat(), last or "")
    member = _seen(uow, case, member, me, at, now)
    if content:
        _put(uow, member, **content)
    _elsewhere(uow, case, me, at, now, place)


def corrected(
    uow: UnitOfWork, me: Person, chat_id: int, message_id: int, text: str, at: datetime, now: datetime
) -> tuple[Case, bool] | None:  # fmt: skip
    """The person edited what they had sent: the note says the new words, and keeps all that it said before, with when.

    None when it was no note of theirs. False beside the case when that is closed, as with the final report: the note
    stays as it was, and the history says that it was to be changed.
    """
    entry = uow.lokus.entry_of(chat_id, message_id)
    case = None if entry is None or entry.person_id != me.id else uow.cases.get(entry.case_id)
    if entry is None or case is None:
        return None
    before = entry.content.get("teks", "")
    if not text or text == before:
        return case, True
    open_ = case.closed_at is None
    lokus_steps.note(uow, case, "note_corrected" if open_ else "note_kept", me.id, now, {"entry": entry.id})
    if open_:
        said = [*entry.content.get("riwayat", ()), [before, at.isoformat()]]
        uow.lokus.change_entry(entry, {**entry.content, "teks": text, "semula": said[0][0], "riwayat": said})
    return case, open_


def finish(uow: UnitOfWork, office: Office, me: Person, member_id: int, at: datetime, now: datetime) -> Case:
    """*Selesai*: the member's part is over; the last one's moves the lokus on. Not in an emergency of their own."""
    case, member = own(uow, me, member_id)
    if member.started_at is None:
        raise Stale("lapangan/belum_mulai", ref=case.ref)
    if panels.emergency_of(uow, case.id, me.id) is not None:
        raise UserError("lapangan/darurat_dulu", ref=case.ref)
    uow.lokus.log(case.id, me.id, "finish", at, now, {})
    uow.outbox.add(Notice(me.telegram_id, Delete(slot=check_slot(case.id, me))))
    columns = {"finished_at": at, "misses": 0, "content": {**member.content, "ditanya": []}}
    if member.lead:
        uow.lokus.change_member(member, **columns)
        lokus_steps.note(uow, case, "field_finished", me.id, now, {"member": member.id})
        cards.refresh(uow, office, case, now)
        return case
    case = lokus_steps.contribute(uow, office, case, member, now, **columns)
    if case.step == FIELD:
        ask_whether_over(uow, case, now)
    return _over(uow, case, now)


def out(uow: UnitOfWork, case: Case) -> list[str]:
    """Code names of those whose field part is not over."""
    team = lokus_board.team(uow, case)
    return [
        person.alias for member, person in team if member.present and not member.lead and member.finished_at is None
    ]


def may_end(uow: UnitOfWork, office: Office, me: Person, case_id: int, now: datetime) -> Case:
    """The lokus in its field, for the coordinator or the desk. Raises NotFound, Stale."""
    case = lokus_steps.case_of(uow, office, case_id, FIELD)
    lead = lokus_steps.coordinator(uow, case)
    if not (lead is not None and lead.id == me.id) and not lokus_steps.holds_desk(uow, case, me, now):
        raise NotFound
    return case


def end_for_all(uow: UnitOfWork, office: Office, me: Person, case_id: int, now: datetime) -> Case:
    """*Akhiri untuk semua*: on to the report although somebody has not tapped *Selesai*. Not during an emergency."""
    case = may_end(uow, office, me, case_id, now)
    if any(one.ended_at is None for one in uow.lokus.emergencies(case.id)):
        raise UserError("lapangan/darurat_dulu", ref=case.ref)
    role, actor = lokus_steps.acting(uow, office, case, me, now)
    silent = [member.person_id for member in uow.lokus.team(case.id) if member.present and member.finished_at is None]
    data: dict[str, Json] = {"role": role.value, "without": silent}
    case = lokus_steps.move(uow, office, case, me, Approve(actor, None, case.version, case.step), now, data)
    _over(uow, case, now)
    cards.announce(uow, office, case, now)
    return case


def _over(uow: UnitOfWork, case: Case, now: datetime) -> Case:
    """The field part is over for everybody: the lokus row says when."""
    lokus = lokus_steps.lokus_of(uow, case)
    if case.step != FIELD and lokus.ended_at is None:
        uow.lokus.change(lokus, ended_at=now)
        for _, person in lokus_board.team(uow, case):
            uow.outbox.drop_unsent(check_slot(case.id, person))
    return case
