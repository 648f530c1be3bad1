"""The result report in the making: what is in it so far, made of everybody's log, and what came since."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from domain.lokus import chronicle, result
from domain.lokus.model import LogEntry, Lokus
from domain.lokus.order import Order
from domain.lokus.words import span
from domain.model import Attachment, Case
from domain.notices import Json
from domain.office import Office
from domain.ports import UnitOfWork
from domain.usecases import lokus_board

AUTHOR = "laporan"
"""Step 6."""


@dataclass(frozen=True, slots=True)
class Draft:
    """The result report in the making, in the coordinator's hands until it is sent."""

    round: int
    content: Mapping[str, str]
    photos: tuple[int, ...]
    upto: int
    """The newest entry of the log that is in it."""
    before: str | None = None
    """What the chronology said before it was last changed by hand: that can be undone."""

    def to_json(self) -> dict[str, Json]:
        """For the lokus row."""
        kept = {"putaran": self.round, "isi": dict(self.content), "foto": list(self.photos), "sampai": self.upto}
        return kept if self.before is None else {**kept, "semula": self.before}


def each_member(office: Office, case: Case) -> bool:
    """Whether every member writes a part (preset B) instead of the coordinator writing it all."""
    return office.sop_of(case.sop, case.sop_version).step(AUTHOR).assigned == "members"


def draft_of(uow: UnitOfWork, office: Office, case: Case, lokus: Lokus) -> Draft:
    """What was written so far; a report that was sent or came back as it is; else everybody's log, merged by time."""
    stored = lokus.result
    if is_stored(case, lokus):
        assert stored is not None
        before = stored.get("semula")
        return Draft(case.round, dict(stored["isi"]), tuple(stored["foto"]), stored["sampai"], before)
    entries = uow.lokus.entries(case.id)
    newest = max((one.id for one in entries), default=0)
    if result.reported(case.fields):
        upto = newest if stored is None else stored["sampai"]
        return Draft(case.round, result.content_of(case.fields), result.photos_of(case.fields), upto)
    return Draft(case.round, prefilled(uow, office, case, lokus, entries), (), newest)


def is_stored(case: Case, lokus: Lokus) -> bool:
    """Whether somebody is writing this draft; before, it is made of the log anew each time."""
    author = case.step == AUTHOR
    return author and lokus.result is not None and lokus.result.get("putaran") == case.round


def prefilled(
    uow: UnitOfWork, office: Office, case: Case, lokus: Lokus, entries: Sequence[LogEntry]
) -> dict[str, str]:  # fmt: skip
    """5W1H from plan, order and log; nothing is invented, what nobody said stays empty."""
    order, plan = Order.read(lokus.order), case.fields
    begins, ends = lokus.started_at or lokus.starts_at, lokus.ended_at or lokus.ends_at
    organiser, expected = plan.get("penyelenggara", "").strip(), plan.get("perkiraan", "").strip()
    who = [organiser, f"{expected} (perkiraan rencana)" if expected else ""]
    where = [order.lokasi or plan.get("dimana", ""), f"Kecamatan {case.region}" if case.region else ""]
    label, what = office.profile.zone_label, plan.get("kegiatan", "").strip()
    found = {
        "apa": what,
        "siapa": ", ".join(one.strip() for one in who if one.strip()),
        "dimana": ", ".join(one.strip() for one in where if one.strip()),
        "kapan": span(begins, ends, office.zone, label) if begins and ends else "",
        "mengapa": "" if order.masalah.strip() in (what, f"{what} ({organiser})") else order.masalah,
        "bagaimana": told(uow, office, case, lokus, entries),
    }
    return {key: value for key, value in found.items() if value}


def told(uow: UnitOfWork, office: Office, case: Case, lokus: Lokus, entries: Sequence[LogEntry]) -> str:
    """The entries as the lines of a chronology, under code names."""
    return result.chronology(
        entries, names(uow, case), office.zone, office.profile.zone_label, first_day(office, lokus)
    )


def names(uow: UnitOfWork, case: Case) -> dict[int, str]:
    """Code names by person, of those who were taken out too."""
    return {person.id: person.alias for _, person in lokus_board.team(uow, case, everybody=True)}


def first_day(office: Office, lokus: Lokus) -> date | None:
    """The day whose lines of the chronology need not say it."""
    began = lokus.started_at or lokus.starts_at
    return began.astimezone(office.zone).date() if began else None


@dataclass(frozen=True, slots=True)
class Late:
    """What the log says and the chronology does not: entries that came since, and notes that were corrected since."""

    lines: Sequence[tuple[datetime, str]]
    """When, and the line of the chronology."""
    corrected: Mapping[str, str]
    """Lines that stand there as they were first said, and what they say now."""
    photos: tuple[int, ...]

    @property
    def count(self) -> int:
        """How many things those are."""
        return len(self.lines) + len(self.corrected)

    def merged(self, text: str, office: Office, lokus: Lokus) -> str:
        """The chronology with all of it: each in its time, corrections in place; nothing else is touched."""
        kept = "\n".join(self.corrected.get(line, line) for line in chronicle.lines(text)) if self.corrected else text
        return chronicle.merged(kept, self.lines, office.zone, first_day(office, lokus)) if self.lines else kept


def late_of(uow: UnitOfWork, office: Office, case: Case, lokus: Lokus, draft: Draft | None = None) -> Late:
    """What came since the draft (or the report that is on its way) was made, however late."""
    here = draft_of(uow, office, case, lokus) if draft is None else draft
    entries, called = uow.lokus.entries(case.id), names(uow, case)
    fresh = [one for one in entries if one.id > here.upto]
    label, known = office.profile.zone_label, set(chronicle.lines(here.content.get("bagaimana", "")))
    fixed = result.corrections((one for one in entries if one.id <= here.upto), called, office.zone, label)
    photos = {photo.id: entry.id for entry, photo in log_photos(uow, case)}
    return Late(
        result.told(fresh, called, office.zone, label),
        {old: new for old, new in fixed.items() if old in known and new not in known},
        tuple(photo for photo, entry in photos.items() if entry > here.upto),
    )


def log_photos(uow: UnitOfWork, case: Case) -> Sequence[tuple[LogEntry, Attachment]]:
    """Every photo of the field by time, each file once."""
    kept = uow.attachments.of_case(case.id)
    there = {one.id: one for one in kept if one.kind == "photo" and one.state != "set_aside"}
    found: dict[int, tuple[LogEntry, Attachment]] = {}
    for entry in uow.lokus.entries(case.id):
        if entry.attachment_id is not None and entry.attachment_id in there:
            found.setdefault(entry.attachment_id, (entry, there[entry.attachment_id]))
    return tuple(found.values())
