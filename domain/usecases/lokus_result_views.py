"""Step 6 of a lokus as people see it: the coordinator's draft, a member's own part (preset B), who is waited for."""

from __future__ import annotations

from datetime import datetime

from domain.lokus import chronicle, result
from domain.lokus.model import Lokus, Member
from domain.model import Case, Person
from domain.notices import Button, Json, Keyboard, View
from domain.office import Office
from domain.ports import UnitOfWork
from domain.privacy import mask
from domain.usecases import history, lokus_board, lokus_rounds_views
from domain.usecases.lokus_draft import (
    draft_of,
    each_member,
    first_day,
    late_of,
    log_photos,
    names,
    told,
)
from domain.usecases.lokus_versions import PAGE_CHARS, parts_of, turning, words_of
from domain.usecases.transitions import pending, subject

_PART, _LINES = 240, 6
"""Units of one part (or line of the chronology) on the panel, and lines of the chronology."""
PAGE = 8
"""Photos on one page of the choice."""


def deliveries(uow: UnitOfWork, case: Case) -> list[dict[str, Json]]:
    """Per member: the code name, how much came, whether their part is still waited for."""
    entries = [one for one in uow.lokus.entries(case.id) if one.kind in result.DELIVERIES]
    return [
        {
            "alias": person.alias,
            "koordinator": member.lead,
            "catatan": sum(one.person_id == person.id for one in entries),
            "selesai": member.lead or member.finished_at is not None,
            "lapor": "lapor" in member.content,
            "menulis": bool(member.content.get("tulisan")),
        }
        for member, person in lokus_board.team(uow, case)
        if member.present
    ]


def panel(uow: UnitOfWork, office: Office, case: Case, person: Person, now: datetime) -> View:
    """Step 6: the draft for the coordinator; with preset B a member's own part, for the others who is waited for."""
    lokus = uow.lokus.get(case.id)
    if lokus is None:
        return lokus_rounds_views.aside(uow, office, case, person, now)
    if not each_member(office, case):
        lead = uow.people.get(lokus.coordinator_id) if lokus.coordinator_id is not None else None
        if lead is None or not lead.active or lead.id == person.id:
            return draft_view(uow, office, case, lokus)
        return _waiting(uow, office, case, Button("hasil.susun", f"lh:m:{case.id}"), "koordinator")
    member = uow.lokus.member(case.id, person.id)
    if member is not None and member.present and not member.lead:
        if pending(case.step, member):
            return own_view(uow, office, case, lokus, member)
        return lokus_rounds_views.aside(uow, office, case, person, now)
    return _waiting(uow, office, case, Button("hasil.lanjutkan", f"lh:l:{case.id}:{case.version}"), "anggota")


def _head(uow: UnitOfWork, office: Office, case: Case) -> dict[str, Json]:
    back = [one for one in history.lines(uow, office, uow.events.of(subject(case)), 600) if one["alasan"]]
    sent_back = [one for one in back if one["aksi"] == "revision_requested"]
    return {
        "ref": case.ref,
        "batas": case.due_at.isoformat() if case.due_at else None,
        "perbaikan": sent_back[-1] if sent_back and case.round > 1 else None,
    }


def draft_view(uow: UnitOfWork, office: Office, case: Case, lokus: Lokus) -> View:
    """The draft, each part one tap away; of the chronology each line."""
    draft = draft_of(uow, office, case, lokus)
    late = late_of(uow, office, case, lokus, draft).count
    params: dict[str, Json] = {
        **_head(uow, office, case),
        "isi": parts_of(draft.content, _PART, _LINES, empty=True),
        "kurang": list(result.missing(draft.content)),
        "foto": len(draft.photos),
        "ada_foto": len(log_photos(uow, case)),
        "tanda": [{"kunci": key, "kutipan": words} for key, words in result.opinions(draft.content)][:5],
        "tim": deliveries(uow, case),
    }
    here = f"{case.id}:{case.version}:{case.step}"
    parts = [
        Button(f"hasil.{key}", f"lc:e:{here}:0" if key == "bagaimana" else f"lh:i:{case.id}:{key}")
        for key in result.KEYS
    ]
    rows: list[tuple[Button, ...]] = [tuple(parts[i : i + 2]) for i in range(0, len(parts), 2)]
    if params["ada_foto"]:
        rows.append((Button("hasil.foto", f"lh:f:{case.id}:0", {"jumlah": len(draft.photos)}),))
    if late:
        rows.append((Button("hasil.baru", f"lh:n:{case.id}", {"jumlah": late}),))
    rows.append((Button("hasil.pratinjau", f"lh:p:{case.id}:0"),))
    return View("hasil/naskah", params, tuple(rows), protect=True)


def preview(uow: UnitOfWork, office: Office, case: Case, lokus: Lokus, page: int) -> View:
    """The draft as it will be read, whole, on as many pages as it takes; *Kirim* on each."""
    draft = draft_of(uow, office, case, lokus)
    late = late_of(uow, office, case, lokus, draft).count
    pages = chronicle.paged(words_of(draft.content), PAGE_CHARS)
    page = min(page, len(pages) - 1)
    params: dict[str, Json] = {
        "ref": case.ref,
        "isi": pages[page],
        "halaman_ke": page + 1,
        "dari": len(pages),
        "kurang": list(result.missing(draft.content)),
        "kosong": [key for key in ("hasil", "pendapat") if not draft.content.get(key)],
        "foto": len(draft.photos),
        "ada_foto": len(log_photos(uow, case)),
        "tanda": [{"kunci": key, "kutipan": words} for key, words in result.opinions(draft.content)][:8],
        "belum": [one["alias"] for one in deliveries(uow, case) if not one["catatan"] and not one["koordinator"]],
        "baru": late,
    }
    turns = turning(f"lh:p:{case.id}", page, len(pages))
    send = Button("hasil.kirim", f"lh:k:{case.id}:{case.version}:{lokus.revision}:{late}")
    rows = (*turns, (send, Button("hasil.kembali", f"lh:m:{case.id}")))
    return View("hasil/pratinjau", params, rows, protect=True)


def chooser(uow: UnitOfWork, office: Office, case: Case, lokus: Lokus, page: int) -> View:
    """The photos by time; one tap puts one in or takes it out. The first chosen one is leadership's."""
    draft, found = draft_of(uow, office, case, lokus), log_photos(uow, case)
    called, began = names(uow, case), first_day(office, lokus)
    rows: list[tuple[Button, ...]] = []
    for place, (entry, photo) in list(enumerate(found, 1))[page * PAGE : (page + 1) * PAGE]:
        local = entry.at.astimezone(office.zone)
        caption = " ".join(str(entry.content.get("teks", "")).split())
        words = {
            "nomor": place,
            "jam": f"{local:%H.%M}" if local.date() == began else f"{local.day}/{local.month} {local:%H.%M}",
            "alias": called.get(entry.person_id, "-"),
            "isi": f": {mask(caption)}" if caption else "",
        }
        label = "hasil.foto_ada" if photo.id in draft.photos else "hasil.foto_belum"
        rows.append((Button(label, f"lh:t:{case.id}:{photo.id}:{page}", words),))
    rows += turning(f"lh:f:{case.id}", page, (len(found) + PAGE - 1) // PAGE)
    rows.append((Button("hasil.lihat_foto", f"lh:a:{case.id}:{page}"), Button("hasil.kembali", f"lh:m:{case.id}")))
    first = next((n for n, (_, one) in enumerate(found, 1) if draft.photos and one.id == draft.photos[0]), None)
    params = {
        "ref": case.ref,
        "jumlah": len(found),
        "dipilih": len(draft.photos),
        "utama": first,
        "paling": result.PHOTOS_MOST,
    }
    return View("hasil/pilih_foto", params, tuple(rows), protect=True)


def own_view(uow: UnitOfWork, office: Office, case: Case, lokus: Lokus, member: Member) -> View:
    """Preset B: what the member's own log says, what they add in words, and *Kirim laporan saya*."""
    entries = uow.lokus.entries(case.id, member.person_id)
    params: dict[str, Json] = {
        **_head(uow, office, case),
        "catatan": history.clip(mask(told(uow, office, case, lokus, entries)), 1500) or None,
        "tulisan": history.clip(mask(member.content.get("tulisan", "")), 1200) or None,
        "tanda": [{"kutipan": words} for _, words in result.opinions({"apa": member.content.get("tulisan", "")})][:5],
    }
    rows: Keyboard = (
        (Button("hasil.tulis", f"lh:w:{member.id}"),),
        (Button("hasil.kirim_saya", f"lh:s:{member.id}"),),
    )
    return View("hasil/bagian_saya", params, rows, protect=True)


def _waiting(uow: UnitOfWork, office: Office, case: Case, button: Button, whose: str) -> View:
    """For who may act beside them: whose report is waited for, and the way to go on oneself."""
    params: dict[str, Json] = {**_head(uow, office, case), "tim": deliveries(uow, case), "siapa": whose}
    return View("hasil/menunggu", params, ((button,),), protect=True)
