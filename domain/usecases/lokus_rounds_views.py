"""What officials see of a result report: the card of each step of the three rounds, the whole text, its versions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from domain.lokus import result
from domain.lokus.model import KIND
from domain.model import Attachment, Case, CaseVersion, Person
from domain.notices import Button, Json, Keyboard, Media, View
from domain.office import Office
from domain.ports import UnitOfWork
from domain.privacy import mask
from domain.roles import UPWARD, Role
from domain.sop.schema import Step
from domain.usecases import history, lokus_views
from domain.usecases.officials import cleared, standing_in, turn
from domain.usecases.transitions import subject

ROUNDS = (
    "terima_1", "verifikasi_1", "kirim_1", "terima_2", "verifikasi_2", "kirim_2",
    "terima_3", "verifikasi_3", "persetujuan",
)  # fmt: skip
"""Steps 7 to 15."""
FINAL = "final"
AUTHOR = "laporan"
READERS = (Role.KASUBBID, Role.KABID, Role.KEPALA)
ALBUM = 10
"""Photos in one message (Bot API sendMediaGroup)."""
_PART, _DIFF = 260, 900
"""Units of one part on a card, and of each side of a difference."""


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
    return View("putaran/kartu", params(uow, office, case), keyboard(case, step), protect=True)


def aside(uow: UnitOfWork, office: Office, case: Case, person: Person, now: datetime) -> View:
    """What stays with somebody whose turn is over: where the report is, and its text on demand."""
    member = uow.lokus.member(case.id, person.id)
    if case.step == AUTHOR and member is not None and "lapor" in member.content:
        return View("hasil/sudah_dikirim", {"ref": case.ref, "pada": member.content["lapor"]["pada"]}, protect=True)
    if not may_read(uow, office, case, person, now):
        return lokus_views.summary(uow, office, case, person, now)
    rows: Keyboard = (_material(case),)
    if case.step == FINAL:
        rows = (*rows, (Button("putaran.pdf", f"lr:p:{case.id}"),))
    return View("putaran/kartu", params(uow, office, case), rows, protect=True)


def final(uow: UnitOfWork, office: Office, case: Case, person: Person, now: datetime) -> View:
    """Step 15's outcome: for leadership a short text with one picture, for the others as it stays with them."""
    if not any(one.has(Role.PIMPINAN) for one in (person, *standing_in(uow, person, now))):
        return aside(uow, office, case, person, now)
    chosen = photos(uow, case) if person.has(Role.PIMPINAN) else ()
    media = Media("photo", file_id=chosen[0].file_id) if chosen else None
    content = result.content_of(case.fields)
    short = {"apa": 160, "siapa": 120, "dimana": 120, "kapan": 110, "hasil": 240}
    shown: dict[str, Json] = {
        "ref": case.ref,
        "agenda": agenda_of(uow, case),
        "kecamatan": case.region,
        "isi": {key: history.clip(mask(content[key]), most) for key, most in short.items() if content.get(key)},
    }
    rows = ((Button("putaran.baca", f"lr:b:{case.id}"), Button("putaran.pdf", f"lr:p:{case.id}")),)
    return View("putaran/pimpinan", shown, rows, media=media, protect=True)


def params(uow: UnitOfWork, office: Office, case: Case) -> dict[str, Json]:
    """The report in short: numbers of persons masked, what reads as opinion named, why it is back."""
    step = office.sop_of(case.sop, case.sop_version).step(case.step)
    events = uow.events.of(subject(case))
    content = result.content_of(case.fields)
    lines = history.lines(uow, office, events)
    back = [line for line in history.lines(uow, office, events, 600) if line["aksi"] == "revision_requested"]
    newest = next(iter(reversed(versions(uow, case))), None)
    author = uow.people.get(newest.created_by) if newest is not None else None
    return {
        "ref": case.ref,
        "langkah": step.title,
        "selesai": case.step == FINAL,
        "agenda": agenda_of(uow, case),
        "batas": case.due_at.isoformat() if case.due_at and case.step != FINAL else None,
        "kecamatan": case.region,
        "versi": len(versions(uow, case)),
        "penulis": author.alias if author else None,
        "dikirim": newest.created_at.isoformat() if newest else None,
        "isi": [
            {"kunci": key, "isi": history.clip(mask(content[key]), _PART)} for key in result.KEYS if content.get(key)
        ],
        "foto": len(result.photos_of(case.fields)),
        "tanda": [{"kunci": key, "kutipan": words} for key, words in result.opinions(content)][:5],
        "perbaikan": back[-1] if back and case.round > 1 and case.step != FINAL else None,
        "riwayat": list(lines)[-4:],
    }


def keyboard(case: Case, step: Step) -> Keyboard:
    """The step's own decision; from verification on also *Revisi* and one's own changes."""
    seen = f"{case.id}:{case.version}:{case.step}"
    label = "putaran.kirim" if step.id.startswith("kirim") else f"putaran.{step.yes_label}"
    yes = Button(label, f"lr:y:{seen}")
    if step.no_label is None:
        return ((yes,), _material(case))
    change = (Button("putaran.ubah", f"lr:u:{seen}"),)
    picture = (Button("putaran.foto", f"lr:f:{seen}"),) if len(result.photos_of(case.fields)) > 1 else ()
    return ((yes, Button("putaran.revisi", f"lr:r:{seen}")), (*change, *picture), _material(case))


def _material(case: Case) -> tuple[Button, ...]:
    record = Button("putaran.acara", f"lr:a:{case.id}")
    return (Button("putaran.baca", f"lr:b:{case.id}"), Button("putaran.versi", f"lr:v:{case.id}"), record)


def versions(uow: UnitOfWork, case: Case) -> Sequence[CaseVersion]:
    """The versions that hold a result report, the oldest first."""
    return [one for one in uow.cases.versions(case.id) if result.reported(one.fields)]


def photos(uow: UnitOfWork, case: Case) -> Sequence[Attachment]:
    """The chosen photos, the one for leadership first."""
    there = {one.id: one for one in uow.attachments.of_case(case.id)}
    return [there[one] for one in result.photos_of(case.fields) if one in there]


def agenda_of(uow: UnitOfWork, case: Case) -> str | None:
    """The agenda number under which it was archived."""
    if case.step != FINAL:
        return None
    found = (event.data.get("agenda") for event in reversed(uow.events.of(subject(case))) if event.data)
    return next((str(one) for one in found if one), None)


def whole(uow: UnitOfWork, case: Case, number: int | None = None) -> View | None:
    """The whole text of the newest or the n-th version; None when there is no such one."""
    known = versions(uow, case)
    place = len(known) if number is None else number
    if not 1 <= place <= len(known):
        return None
    fields = known[place - 1].fields
    content = result.content_of(fields)
    shown: dict[str, Json] = {
        "ref": case.ref,
        "versi": place,
        "isi": [{"kunci": key, "isi": mask(content[key])} for key in result.KEYS if content.get(key)],
        "foto": len(result.photos_of(fields)),
    }
    return View("putaran/lengkap", shown, protect=True)


def listing(uow: UnitOfWork, office: Office, case: Case) -> View:
    """Every version: when, by whom, which parts it changed."""
    known = versions(uow, case)
    lines = [
        {
            "nomor": place,
            "pada": one.created_at.isoformat(),
            **_by(uow, office, one),
            "kunci": [] if place == 1 else [edit.key for edit in result.edits(known[place - 2].fields, one.fields)],
        }
        for place, one in enumerate(known, 1)
    ]
    places = range(max(1, len(known) - 7), len(known) + 1)
    buttons = [Button("putaran.versi_ke", f"lr:d:{case.id}:{n}", {"nomor": n}) for n in places]
    rows = tuple(tuple(buttons[i : i + 4]) for i in range(0, len(buttons), 4))
    return View("putaran/versi", {"ref": case.ref, "versi": lines}, rows, protect=True)


def difference(uow: UnitOfWork, office: Office, case: Case, number: int) -> View | None:
    """What the n-th version changed, old and new, and by whom; the first one is shown whole."""
    known = versions(uow, case)
    if not 1 <= number <= len(known):
        return None
    if number == 1:
        return whole(uow, case, 1)
    one = known[number - 1]
    changed = result.edits(known[number - 2].fields, one.fields)
    shown: dict[str, Json] = {
        "ref": case.ref,
        "nomor": number,
        "pada": one.created_at.isoformat(),
        **_by(uow, office, one),
        "ubah": [_side(edit) for edit in changed],
    }
    rows = ((Button("putaran.baca_versi", f"lr:w:{case.id}:{number}", {"nomor": number}),),)
    return View("putaran/beda", shown, rows, protect=True)


def _side(edit: result.Edit) -> dict[str, Json]:
    if edit.key == "foto":
        counts = [len([one for one in side.split(",") if one]) for side in (edit.old, edit.new)]
        return {"kunci": "foto", "lama": counts[0], "baru": counts[1]}
    return {
        "kunci": edit.key,
        "lama": history.clip(mask(edit.old), _DIFF) or None,
        "baru": history.clip(mask(edit.new), _DIFF) or None,
    }


def _by(uow: UnitOfWork, office: Office, version: CaseVersion) -> dict[str, Json]:
    person = uow.people.get(version.created_by)
    roles = (*reversed(UPWARD), Role.KOORDINATOR_LAPANGAN, Role.ANGGOTA_MITIGASI)
    role = next((one for one in roles if person is not None and one in person.roles), None)
    return {"oleh": person.alias if person else None, "peran": office.title(role) if role else None}


def albums(case: Case, chosen: Sequence[Attachment]) -> Sequence[View]:
    """The photos in their order, ten to an album as Telegram allows."""
    found: list[View] = []
    for start in range(0, len(chosen), ALBUM):
        media = tuple(Media("photo", file_id=one.file_id) for one in chosen[start : start + ALBUM])
        words = {"ref": case.ref, "dari": start + 1, "sampai": start + len(media)}
        single = media[0] if len(media) == 1 else None
        found.append(View("hasil/foto", words, media=single, album=() if single else media, protect=True))
    return found
