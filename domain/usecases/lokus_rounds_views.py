"""What officials see of a result report: the card of each step of the three rounds, the whole text, its versions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from domain.lokus import result
from domain.lokus.model import KIND
from domain.model import Case, Event, Person
from domain.notices import Button, Json, Keyboard, Media, View
from domain.office import Office
from domain.ports import UnitOfWork
from domain.privacy import mask
from domain.roles import Role
from domain.sop.schema import Step
from domain.usecases import history, lokus_draft, lokus_views
from domain.usecases.lokus_draft import late_of
from domain.usecases.lokus_versions import parts_of, photos, versions
from domain.usecases.officials import cleared, standing_in, turn
from domain.usecases.transitions import subject

ROUNDS = (
    "terima_1", "verifikasi_1", "kirim_1", "terima_2", "verifikasi_2", "kirim_2",
    "terima_3", "verifikasi_3", "persetujuan",
)  # fmt: skip
"""Steps 7 to 15."""
FINAL = "final"
AUTHOR = lokus_draft.AUTHOR
RECORD_MADE = "record_made"
"""Event of the case: a Berita Acara was made, with its ``number`` and ``content``."""
READERS = (Role.KASUBBID, Role.KABID, Role.KEPALA)
_PART, _LINES, _STEPS = 240, 4, 3
"""Units of one part on a card, lines of the chronology, and lines of its history."""
_KEPT = ("apa", "dimana", "kapan", "hasil")
"""What stays on the card of those whose turn it is not."""


def may_read(uow: UnitOfWork, office: Office, case: Case, me: Person, now: datetime) -> bool:
    """Whether the whole report is open to the person: the chain of command, the coordinator, leadership at the end."""
    if case.kind != KIND or not me.active or not result.reported(case.fields):
        return False
    lokus = uow.lokus.get(case.id)
    if lokus is not None and lokus.coordinator_id == me.id:
        return True
    roles = (*READERS, Role.PIMPINAN) if case.step == FINAL else READERS
    if any(one.has(*roles) for one in (me, *standing_in(uow, me, now))) and cleared(case, me):
        return True
    if case.step not in ROUNDS:
        return False
    whose = turn(uow, case, office.sop_of(case.sop, case.sop_version).step(case.step), now=now)
    return me in whose.persons and whose.cleared(case, me)


def card(uow: UnitOfWork, office: Office, case: Case, person: Person, now: datetime) -> View:
    """Steps 7 to 15: the report in short, with the step's decision."""
    step = office.sop_of(case.sop, case.sop_version).step(case.step)
    return View("putaran/kartu", params(uow, office, case), keyboard(uow, office, case, step), protect=True)


def aside(uow: UnitOfWork, office: Office, case: Case, person: Person, now: datetime) -> View:
    """What stays with somebody whose turn is over: where the report is, and its text on demand."""
    member = uow.lokus.member(case.id, person.id)
    if case.step == AUTHOR and member is not None and "lapor" in member.content:
        return View("hasil/sudah_dikirim", {"ref": case.ref, "pada": member.content["lapor"]["pada"]}, protect=True)
    if not may_read(uow, office, case, person, now):
        return lokus_views.summary(uow, office, case, person, now)
    buttons = _material(uow, office, case)
    if case.step == FINAL:
        buttons.append(Button("putaran.pdf", f"lr:p:{case.id}"))
    whose = waited_for(uow, office, case, now)
    shown = params(uow, office, case)
    short = [part for part in shown["isi"] if part["kunci"] in _KEPT]
    shown |= {"menunggu": whose, "isi": short, "tanda": [], "riwayat": shown["riwayat"][-1:]}
    return View("putaran/kartu", shown, _pairs(buttons), protect=True)


def waited_for(uow: UnitOfWork, office: Office, case: Case, now: datetime) -> str | None:
    """The title of whoever is called to the present step: of the next one up where nobody holds it."""
    step = office.sop_of(case.sop, case.sop_version).step(case.step)
    if case.step == FINAL:
        return None
    whose = turn(uow, case, step, now=now)
    role = next((whose.role(person, step) for person in whose.called), None) or step.actor
    return office.title(role) if role is not None else None


def final(uow: UnitOfWork, office: Office, case: Case, person: Person, now: datetime) -> View:
    """Step 15's outcome: for leadership a short text with one picture, for the others as it stays with them."""
    if not any(one.has(Role.PIMPINAN) for one in (person, *standing_in(uow, person, now))):
        return aside(uow, office, case, person, now)
    chosen = photos(uow, case) if person.has(Role.PIMPINAN) else ()
    media = Media("photo", file_id=chosen[0].file_id) if chosen else None
    content = result.content_of(case.fields)
    outcome = "hasil" if content.get("hasil") else "bagaimana"
    short = {"apa": 160, "siapa": 120, "dimana": 120, "kapan": 110, outcome: 240}
    shown: dict[str, Json] = {
        "ref": case.ref,
        "agenda": agenda_of(uow, case),
        "kecamatan": case.region,
        "isi": {key: history.clip(mask(content[key]), most) for key, most in short.items() if content.get(key)},
    }
    buttons = [Button("putaran.baca", f"lr:b:{case.id}:0"), Button("putaran.pdf", f"lr:p:{case.id}")]
    if (pictures := len(result.photos_of(case.fields))) > 1:
        buttons.append(Button("putaran.foto", f"lr:g:{case.id}", {"jumlah": pictures}))
    if records(uow, case):
        buttons.append(_papers(case))
    return View("putaran/pimpinan", shown, _pairs(buttons), media=media, protect=True)


def params(uow: UnitOfWork, office: Office, case: Case) -> dict[str, Json]:
    """The report in short: numbers of persons masked, what reads as opinion named, why it came back and what changed
    since, what the field said later. Whose turn it is stands on the cards of the others only (``menunggu``)."""
    step = office.sop_of(case.sop, case.sop_version).step(case.step)
    events = [one for one in uow.events.of(subject(case)) if one.data and one.data.get("from") in (AUTHOR, *ROUNDS)]
    content = result.content_of(case.fields)
    known = versions(uow, case)
    newest = known[-1] if known else None
    author = uow.people.get(newest.created_by) if newest is not None else None
    lokus = uow.lokus.get(case.id)
    final = case.step == FINAL
    return {
        "ref": case.ref,
        "langkah": step.title,
        "menunggu": None,
        "selesai": final,
        "agenda": agenda_of(uow, case),
        "batas": case.due_at.isoformat() if case.due_at and not final else None,
        "kecamatan": case.region,
        "versi": len(known),
        "penulis": author.alias if author else None,
        "dikirim": newest.created_at.isoformat() if newest else None,
        "isi": parts_of(content, _PART, _LINES),
        "foto": len(result.photos_of(case.fields)),
        "tanda": [{"kunci": key, "kutipan": words} for key, words in result.opinions(content)][:5],
        "perbaikan": None if final else _sent_back(uow, office, case, events),
        "susulan": late_of(uow, office, case, lokus).count if lokus is not None and not final else 0,
        "riwayat": list(history.lines(uow, office, [one for one in events if one.action != "amended"]))[-_STEPS:],
    }


def _sent_back(uow: UnitOfWork, office: Office, case: Case, events: Sequence[Event]) -> dict[str, Json] | None:
    """The newest request for revision, and the parts that were changed since."""
    back = next((one for one in reversed(events) if one.action == "revision_requested"), None)
    if back is None:
        return None
    then = next((one for one in uow.cases.versions(case.id) if one.version == back.data.get("version")), None)
    since = [] if then is None else [edit.key for edit in result.edits(then.fields, case.fields)]
    return {**history.lines(uow, office, [back], 600)[0], "sejak": since}


def keyboard(uow: UnitOfWork, office: Office, case: Case, step: Step) -> Keyboard:
    """The step's own decision; from verification on also *Revisi* and one's own changes; then what there is to see."""
    seen = f"{case.id}:{case.version}:{case.step}"
    sop = office.sop_of(case.sop, case.sop_version)
    after = sop.step(step.yes).actor if step.yes is not None else None
    if step.id.startswith("kirim") and after is not None:
        yes = Button("putaran.kirim_ke", f"lr:y:{seen}", {"kepada": office.title(after)})
    else:
        yes = Button(f"putaran.{step.yes_label}", f"lr:y:{seen}")
    mine = []
    if step.no_label is not None:
        mine = [Button("putaran.revisi", f"lr:r:{seen}"), Button("putaran.ubah", f"lr:u:{seen}")]
    return ((yes,), *_pairs([*mine, *_material(uow, office, case, f"lr:f:{seen}" if step.may_amend else None)]))


def _material(uow: UnitOfWork, office: Office, case: Case, picture: str | None = None) -> list[Button]:
    """What there is to see: the text, the photos (with ``picture`` to choose leadership's), versions, papers."""
    found = [Button("putaran.baca", f"lr:b:{case.id}:0")]
    if pictures := len(result.photos_of(case.fields)):
        found.append(Button("putaran.foto", picture or f"lr:g:{case.id}", {"jumlah": pictures}))
    if (known := len(versions(uow, case))) > 1:
        found.append(Button("putaran.versi", f"lr:v:{case.id}:0", {"jumlah": known}))
    lokus = uow.lokus.get(case.id)
    if lokus is not None and case.step != FINAL and (late := late_of(uow, office, case, lokus).count):
        found.append(Button("hasil.susulan", f"lr:l:{case.id}", {"jumlah": late}))
    return [*found, Button("putaran.acara", f"lr:a:{case.id}"), _papers(case)]


def _pairs(buttons: Sequence[Button]) -> Keyboard:
    return tuple(tuple(buttons[i : i + 2]) for i in range(0, len(buttons), 2))


def _papers(case: Case) -> Button:
    return Button("dokumen.buka", f"lp:d:{case.id}")


def records(uow: UnitOfWork, case: Case) -> Sequence[Event]:
    """The events of the case's Berita Acara, the oldest first, whose words are still kept."""
    return [one for one in uow.events.of(subject(case)) if one.action == RECORD_MADE and one.data.get("content")]


def agenda_of(uow: UnitOfWork, case: Case) -> str | None:
    """The agenda number under which it was archived."""
    if case.step != FINAL:
        return None
    found = (event.data.get("agenda") for event in reversed(uow.events.of(subject(case))) if event.data)
    return next((str(one) for one in found if one), None)
