"""The text of a result report, to be read on a telephone: whole, page by page; its versions and what each changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from domain.lokus import chronicle, result
from domain.model import Attachment, Case, CaseVersion
from domain.notices import Button, Json, Keyboard, Media, View
from domain.office import Office
from domain.ports import UnitOfWork
from domain.privacy import mask
from domain.roles import UPWARD, Role
from domain.usecases import history

PAGE_CHARS = 2_800
"""Characters of a report on one page: with its headings well below what one message takes."""
ALBUM = 10
"""Photos in one message (Bot API sendMediaGroup)."""
LISTED = 6
"""Versions on one page of their list, the newest first."""
_SIDE, _LINE = 900, 400
"""Units of each side of a part that differs, and of a line of the chronology that does."""


def turning(data: str, page: int, pages: int) -> Keyboard:
    """The row that turns pages, if there is more than one; ``data`` gets the page behind it."""
    row = [Button("hasil.sebelum", f"{data}:{page - 1}")] if page else []
    row += [Button("hasil.sesudah", f"{data}:{page + 1}")] if page + 1 < pages else []
    return (tuple(row),) if row else ()


def words_of(content: Mapping[str, str]) -> list[tuple[str, str]]:
    """The parts that are there, in their order, numbers of persons masked."""
    return [(key, mask(content[key])) for key in result.KEYS if content.get(key)]


def parts_of(content: Mapping[str, str], most: int, lines: int, *, empty: bool = False) -> list[dict[str, Json]]:
    """Each part in short: of the chronology the first ``lines`` and how many more; ``empty`` parts if wanted."""
    found: list[dict[str, Json]] = []
    for key in result.KEYS:
        words, more = mask(content.get(key, "")), 0
        if key == "bagaimana":
            words, more = chronicle.brief(words, lines)
            words = "\n".join(history.clip(line, most) for line in words.split("\n"))
        elif words:
            words = history.clip(words, most)
        if words or empty:
            found.append({"kunci": key, "isi": words, "lagi": more})
    return found


def versions(uow: UnitOfWork, case: Case) -> Sequence[CaseVersion]:
    """The versions that hold a result report, the oldest first."""
    return [one for one in uow.cases.versions(case.id) if result.reported(one.fields)]


def photos(uow: UnitOfWork, case: Case) -> Sequence[Attachment]:
    """The chosen photos, the one for leadership first; without what was set aside when it was looked at."""
    there = {one.id: one for one in uow.attachments.of_case(case.id) if one.state != "set_aside"}
    return [there[one] for one in result.photos_of(case.fields) if one in there]


def whole(uow: UnitOfWork, case: Case, number: int | None, page: int) -> View | None:
    """A page of the newest or the n-th version; None when there is no such version."""
    known = versions(uow, case)
    place = len(known) if number is None else number
    if not 1 <= place <= len(known):
        return None
    fields = known[place - 1].fields
    pages = chronicle.paged(words_of(result.content_of(fields)), PAGE_CHARS)
    page = min(page, len(pages) - 1)
    shown: dict[str, Json] = {
        "ref": case.ref,
        "versi": place,
        "isi": pages[page],
        "halaman_ke": page + 1,
        "dari": len(pages),
        "foto": len(result.photos_of(fields)),
    }
    here = f"lr:b:{case.id}" if number is None else f"lr:w:{case.id}:{place}"
    return View("putaran/lengkap", shown, turning(here, page, len(pages)), protect=True)


def listing(uow: UnitOfWork, office: Office, case: Case, page: int) -> View:
    """Every version, the newest first: when, by whom, which parts it changed."""
    known = versions(uow, case)
    lines = [
        {
            "nomor": place,
            "pada": one.created_at.isoformat(),
            **_by(uow, office, one),
            "kunci": [] if place == 1 else [edit.key for edit in result.edits(known[place - 2].fields, one.fields)],
        }
        for place, one in reversed(list(enumerate(known, 1)))
    ]
    pages = max(1, (len(lines) + LISTED - 1) // LISTED)
    page = min(page, pages - 1)
    here = lines[page * LISTED : (page + 1) * LISTED]
    buttons = [Button("putaran.versi_ke", f"lr:d:{case.id}:{v['nomor']}:0", {"nomor": v["nomor"]}) for v in here]
    rows = tuple(tuple(buttons[i : i + 3]) for i in range(0, len(buttons), 3))
    turns = turning(f"lr:v:{case.id}", page, pages)
    return View("putaran/versi", {"ref": case.ref, "versi": here}, (*rows, *turns), protect=True)


def difference(uow: UnitOfWork, office: Office, case: Case, number: int, page: int) -> View | None:
    """What the n-th version changed and by whom, the chronology line by line; the first one is shown whole."""
    known = versions(uow, case)
    if not 1 <= number <= len(known):
        return None
    if number == 1:
        return whole(uow, case, 1, page)
    one = known[number - 1]
    pages = _pages([item for edit in result.edits(known[number - 2].fields, one.fields) for item in _items(edit)])
    page = min(page, len(pages) - 1)
    shown: dict[str, Json] = {
        "ref": case.ref,
        "nomor": number,
        "pada": one.created_at.isoformat(),
        **_by(uow, office, one),
        "ubah": pages[page],
        "halaman_ke": page + 1,
        "dari": len(pages),
    }
    read = Button("putaran.baca_versi", f"lr:w:{case.id}:{number}:0", {"nomor": number})
    rows = (
        *turning(f"lr:d:{case.id}:{number}", page, len(pages)),
        (read, Button("putaran.semua", f"lr:v:{case.id}:0")),
    )
    return View("putaran/beda", shown, rows, protect=True)


def _items(edit: result.Edit) -> list[dict[str, Json]]:
    """What differs in one part: both sides, or of the chronology each line; of the photos which and how many."""
    match edit.key:
        case "foto":
            before, after = ([one for one in side.split(",") if one] for side in (edit.old, edit.new))
            kind = "urutan" if sorted(before) == sorted(after) else "foto"
            return [{"kunci": "foto", "jenis": kind, "lama": len(before), "baru": len(after)}]
        case "bagaimana":
            return [
                {"kunci": edit.key, "jenis": "baris", "tanda": one.sign, "isi": history.clip(mask(one.line), _LINE)}
                for one in chronicle.changed(edit.old, edit.new)
            ]
        case _:
            old, new = (history.clip(mask(side), _SIDE) or None for side in (edit.old, edit.new))
            return [{"kunci": edit.key, "jenis": "isi", "lama": old, "baru": new}]


def _pages(items: Sequence[dict[str, Json]]) -> list[list[dict[str, Json]]]:
    pages: list[list[dict[str, Json]]] = [[]]
    used = 0
    for item in items:
        size = sum(len(value) for value in item.values() if isinstance(value, str))
        if used and used + size > PAGE_CHARS:
            pages.append([])
            used = 0
        pages[-1].append(item)
        used += size
    return pages


def _by(uow: UnitOfWork, office: Office, version: CaseVersion) -> dict[str, Json]:
    person = uow.people.get(version.created_by)
    roles = (*reversed(UPWARD), Role.KOORDINATOR_LAPANGAN, Role.ANGGOTA_MITIGASI)
    role = next((one for one in roles if person is not None and one in person.roles), None)
    return {"oleh": person.alias if person else None, "peran": office.title(role) if role else None}


def albums(case: Case, chosen: Sequence[Attachment], before: int = 0) -> Sequence[View]:
    """The photos in their order, ten to an album as Telegram allows; their numbers go on from ``before``."""
    found: list[View] = []
    for start in range(0, len(chosen), ALBUM):
        media = tuple(Media("photo", file_id=one.file_id) for one in chosen[start : start + ALBUM])
        words = {"ref": case.ref, "dari": before + start + 1, "sampai": before + start + len(media)}
        single = media[0] if len(media) == 1 else None
        found.append(View("hasil/foto", words, media=single, album=() if single else media, protect=True))
    return found
