"""Steps 7 to 15 of a lokus: three rounds of receiving, verifying and sending on or back; then archive and leadership.

The rules are the SOP's; every version is kept, whoever changes the text, and who was first is told to who comes second.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.errors import NotFound, Stale, UserError
from domain.lokus import result
from domain.lokus.model import KIND
from domain.lokus.record import read as read_record
from domain.model import Case, Person
from domain.notices import Json, Notice, Priority, Show, View
from domain.office import Office
from domain.ports import UnitOfWork
from domain.privacy import mask
from domain.sop.commands import Actor, Amend, Approve, Revise
from domain.sop.engine import is_open
from domain.usecases import cards, history, lokus_late, lokus_papers, lokus_parts, lokus_steps, reasons
from domain.usecases.lokus_draft import AUTHOR, late_of
from domain.usecases.lokus_rounds_views import FINAL, READERS, ROUNDS, may_read, records
from domain.usecases.officials import turn
from domain.usecases.transitions import apply, judge, present, subject, view_of


@dataclass(frozen=True, slots=True)
class Seen:
    """What the button was made for; nothing in it is believed."""

    case_id: int
    version: int
    step: str


def report(uow: UnitOfWork, office: Office, me: Person, case_id: int, now: datetime) -> Case:
    """The case, for somebody to whom its result report is open. NotFound for anybody else."""
    case = uow.cases.get(case_id)
    if case is None or not may_read(uow, office, case, me, now):
        raise NotFound
    return case


def opened(uow: UnitOfWork, case: Case, me: Person, now: datetime, what: str) -> None:
    """The whole text or a paper was opened: it stays in the history who did."""
    lokus_steps.note(uow, case, "opened", me.id, now, {"what": what})


def matter(
    uow: UnitOfWork, office: Office, me: Person, seen: Seen, now: datetime
) -> tuple[Case, Actor, dict[str, Json]]:
    """The case at the step of the button, the person as the engine sees them, and the event's words of who that is.

    Raises NotFound for anybody whose turn it is not; Stale, naming who was first, for an older button.
    """
    case = uow.cases.get(seen.case_id)
    if case is None or case.kind != KIND or seen.step not in ROUNDS:
        raise NotFound
    open_ = is_open(office.sop_of(case.sop, case.sop_version), view_of(uow, case))
    if not open_ or (case.version, case.step) != (seen.version, seen.step):
        raise _late(uow, office, case, me, seen, now)
    role, actor = lokus_steps.acting(uow, office, case, me, now)
    whose = turn(uow, case, office.sop_of(case.sop, case.sop_version).step(case.step), now=now)
    told: dict[str, Json] = {"role": role.value}
    if (absent := whose.instead_of(me)) is not None:
        told["instead_of"] = absent
    return case, actor, told


def _late(uow: UnitOfWork, office: Office, case: Case, me: Person, seen: Seen, now: datetime) -> UserError:
    if not may_read(uow, office, case, me, now):
        return NotFound()
    events = uow.events.of(subject(case))
    first = history.decision_on(events, seen.version, seen.step)
    if first is None:
        first = next((e for e in reversed(events) if e.action == "amended" and e.data.get("step") == seen.step), None)
    if first is None:
        return Stale("lokus/sudah_beralih", ref=case.ref)
    return Stale("verifikasi/didahului", ref=case.ref, **history.lines(uow, office, [first])[0])


def approve(uow: UnitOfWork, office: Office, me: Person, seen: Seen, now: datetime) -> Case:
    """*Terima*, *Verifikasi*, *Kirim*, *Setujui*: on to the next step. The last one archives and tells leadership."""
    case, actor, told = matter(uow, office, me, seen, now)
    moved = judge(uow, office, case, Approve(actor, None, seen.version, seen.step), now)
    if moved.step == FINAL:
        today = now.astimezone(office.zone).date()
        sequence = uow.references.yearly("agenda", today)
        told |= {"agenda": office.profile.number("agenda", sequence, today), "sequence": sequence}
    case = apply(uow, case, moved, me.id, now, data={"from": seen.step, **told})
    lokus_late.settle(uow, case, now)
    cards.announce(uow, office, case, now)
    if case.step == FINAL:
        _push(uow, office, case, me, now)
    return case


def _push(uow: UnitOfWork, office: Office, case: Case, me: Person, now: datetime) -> None:
    """The papers to everybody to whom the final step delivers, code names instead of personal ones; they ring nobody,
    for the card before them did. Where leadership has no account, whoever approved is told to hand them over."""
    step = office.sop_of(case.sop, case.sop_version).step(FINAL)
    reached = False
    for person in uow.people.holding(*sorted(step.deliver_to)):
        who = lokus_steps.stand_in(uow, person, now)
        for one in {person.id: person, who.id: who}.values():
            if may_read(uow, office, case, one, now):
                papers(uow, office, case, one)
                reached = reached or one.unreachable_at is None
    if not reached:
        titles = [office.title(role) for role in sorted(step.deliver_to)]
        lokus_steps.tell(uow, [me], View("putaran/tanpa_pimpinan", {"ref": case.ref, "pimpinan": titles}), case.ref)
        papers(uow, office, case, me)


def papers(uow: UnitOfWork, office: Office, case: Case, person: Person) -> None:
    """Laporan Kegiatan and every Berita Acara as one silent album, after the card."""
    made = [lokus_papers.record_media(case, one) for one in records(uow, case)]
    media = (lokus_papers.report(uow, office, case, names=False), *made)
    words = {"ref": case.ref, "nama": False, "acara": len(media) - 1}
    single = media[0] if len(media) == 1 else None
    view = View("putaran/dokumen", words, media=single, album=() if single else media, protect=True, silent=True)
    place = Show(view, f"dokumen:{case.id}@{person.telegram_id}", fresh=True)
    uow.outbox.add(Notice(person.telegram_id, place, Priority.ORDINARY, reference=case.ref))


def paper(
    uow: UnitOfWork,
    office: Office,
    case: Case,
    person: Person,
    *,
    names: bool,
    priority: Priority = Priority.REPLY,
) -> None:
    """The Laporan Kegiatan into the person's own chat; real names only for the chain of command."""
    media = lokus_papers.report(uow, office, case, names=names)
    signed = names and case.step == FINAL  # the office's own copy: to be printed, signed and filed
    view = View("putaran/dokumen", {"ref": case.ref, "nama": names, "acara": 0}, media=media, protect=not signed)
    place = Show(view, f"dokumen:{case.id}@{person.telegram_id}", fresh=True)
    uow.outbox.add(Notice(person.telegram_id, place, priority, reference=case.ref))


def may_record(uow: UnitOfWork, office: Office, me: Person, case_id: int, now: datetime) -> Case:
    """The case, for its coordinator or the chain of command, who write a Berita Acara. NotFound otherwise."""
    case = report(uow, office, me, case_id, now)
    lokus = uow.lokus.get(case.id)
    if not me.has(*READERS) and (lokus is None or lokus.coordinator_id != me.id):
        raise NotFound
    return case


def record(uow: UnitOfWork, office: Office, me: Person, case_id: int, text: str, now: datetime) -> Case:
    """A Berita Acara from one typed message. Raises UserError when parties or matter are missing."""
    case = may_record(uow, office, me, case_id, now)
    said = read_record(text)
    if said is None:
        raise UserError("putaran/acara_kurang", ref=case.ref)
    lokus_papers.record(uow, office, case, said, me, now)
    return case


def ways_back(office: Office, case: Case) -> tuple[str, ...]:
    """Where the present step may send the report: ``lalu`` (the round before) and ``penyusun`` (the author)."""
    step = office.sop_of(case.sop, case.sop_version).step(case.step)
    if step.no is None:
        return ()
    if step.no == AUTHOR:
        return ("penyusun",)
    return ("lalu", "penyusun") if AUTHOR in step.back else ("lalu",)


def revise(
    uow: UnitOfWork, office: Office, me: Person, seen: Seen, way: str, reason: str, now: datetime
) -> Case:  # fmt: skip
    """*Revisi*: back to the round before or to the author. UserError for a reason that says nothing."""
    case, actor, told = matter(uow, office, me, seen, now)
    if way not in ways_back(office, case):
        raise Stale
    words = reasons.cleaned(reason)
    if not lokus_parts.spoken(words):
        raise UserError("putaran/alasan_kosong", ref=case.ref)
    to = AUTHOR if way == "penyusun" else None
    moved = judge(uow, office, case, Revise(actor, words, (), seen.version, seen.step, to), now)
    case = apply(uow, case, moved, me.id, now, data={"from": seen.step, "reason": words, **told})
    if case.step == AUTHOR:
        _again(uow, office, case)
    lokus_late.settle(uow, case, now)
    cards.announce(uow, office, case, now)
    return case


def _again(uow: UnitOfWork, office: Office, case: Case) -> None:
    """Back with the author: where each member writes a part, everybody's is open again; what it said is there."""
    step = office.sop_of(case.sop, case.sop_version).step(AUTHOR)
    for member in uow.lokus.team(case.id):
        if step.assigned == "members" and "lapor" in member.content:
            kept = {key: value for key, value in member.content.items() if key != "lapor"}
            uow.lokus.change_member(member, content=kept)


def back_to(office: Office, case: Case, way: str) -> str:
    """The title of whoever gets the report back that way."""
    sop = office.sop_of(case.sop, case.sop_version)
    back = sop.step(case.step).no
    actor = sop.step(AUTHOR if way == "penyusun" or back is None else back).actor
    return office.title(actor) if actor is not None else "-"


def may_change(uow: UnitOfWork, office: Office, me: Person, seen: Seen, now: datetime) -> Case:
    """Asked before the person is made to type: whether a change of the text could be taken now."""
    case, actor, _ = matter(uow, office, me, seen, now)
    judge(uow, office, case, Amend(actor, _present(uow, case, case.fields), seen.version, seen.step), now)
    return case


def write(uow: UnitOfWork, office: Office, me: Person, seen: Seen, key: str, text: str, now: datetime) -> Case:
    """One part in the official's own words: a further version. Raises UserError as ``lokus_parts.reworded``."""
    if key not in result.KEYS:
        raise Stale
    case, _, _ = matter(uow, office, me, seen, now)
    content = result.content_of(case.fields)
    content[key] = lokus_parts.reworded(case, key, content.get(key, ""), text)
    fields = {**result.without(case.fields), **result.stored(content, result.photos_of(case.fields))}
    return _amend(uow, office, me, seen, fields, [key], now)


def take_new(uow: UnitOfWork, office: Office, me: Person, case_id: int, now: datetime) -> Case:
    """What arrived late goes into the chronology, each in its time, and its photos behind the chosen ones."""
    found = report(uow, office, me, case_id, now)
    seen = Seen(found.id, found.version, found.step)
    case, _, _ = matter(uow, office, me, seen, now)
    lokus = lokus_steps.lokus_of(uow, case)
    late = late_of(uow, office, case, lokus)
    content = result.content_of(case.fields)
    content["bagaimana"] = late.merged(content.get("bagaimana", ""), office, lokus)
    chosen = tuple(dict.fromkeys((*result.photos_of(case.fields), *late.photos)))[: result.PHOTOS_MOST]
    fields = {**result.without(case.fields), **result.stored(content, chosen)}
    case = _amend(uow, office, me, seen, fields, ["bagaimana", *(["foto"] if late.photos else [])], now)
    upto = max((one.id for one in uow.lokus.entries(case.id)), default=0)
    uow.lokus.change(lokus, result={**(lokus.result or {}), "sampai": upto})
    lokus_late.settle(uow, case, now)
    cards.refresh(uow, office, case, now)
    return case


def picture(uow: UnitOfWork, office: Office, me: Person, seen: Seen, attachment_id: int, now: datetime) -> Case:
    """Another of the chosen photos becomes the one that leadership gets."""
    case, _, _ = matter(uow, office, me, seen, now)
    chosen = result.photos_of(case.fields)
    if attachment_id not in chosen:
        raise Stale
    order = (attachment_id, *(one for one in chosen if one != attachment_id))
    fields = {**case.fields, **result.stored(result.content_of(case.fields), order)}
    return _amend(uow, office, me, seen, fields, ["foto"], now)


def _amend(
    uow: UnitOfWork, office: Office, me: Person, seen: Seen, fields: dict[str, str], keys: list[str], now: datetime
) -> Case:
    case, actor, told = matter(uow, office, me, seen, now)
    if fields == case.fields:
        return case
    moved = judge(uow, office, case, Amend(actor, _present(uow, case, fields), seen.version, seen.step), now)
    case = uow.cases.add_version(case, fields, me.id, now)
    case = apply(uow, case, moved, me.id, now, data={"from": seen.step, "changed": keys, **told})
    cards.refresh(uow, office, case, now)
    return case


def _present(uow: UnitOfWork, case: Case, fields: Any) -> frozenset[str]:
    return present(fields, uow.attachments.of_case(case.id))


def current(case: Case, key: str) -> str:
    """What a part says now, for the person who is about to replace it."""
    return mask(result.content_of(case.fields).get(key, ""))
