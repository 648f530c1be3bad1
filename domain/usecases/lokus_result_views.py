"""Step 6 of a lokus as people see it: the coordinator's draft, a member's own part (preset B), who is waited for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.lokus import result
from domain.lokus.model import LogEntry, Lokus, Member
from domain.lokus.order import Order
from domain.lokus.words import hour, span
from domain.model import Attachment, Case, Person
from domain.notices import Button, Json, Keyboard, View
from domain.office import Office
from domain.ports import UnitOfWork
from domain.privacy import mask
from domain.usecases import history, lokus_board, lokus_rounds_views
from domain.usecases.transitions import pending, subject

_PART = 240
"""Units of one part on the panel."""
PAGE = 8
"""Photos on one page of the choice."""


@dataclass(frozen=True, slots=True)
class Draft:
    """The result report in the making, in the coordinator's hands until it is sent."""

    round: int
    content: Mapping[str, str]
    photos: tuple[int, ...]
    upto: int
    """The newest entry of the log that is in it."""

    def to_json(self) -> dict[str, Json]:
        """For the lokus row."""
        return {"putaran": self.round, "isi": dict(self.content), "foto": list(self.photos), "sampai": self.upto}


def each_member(office: Office, case: Case) -> bool:
    """Whether every member writes a part (preset B) instead of the coordinator writing it all."""
    return office.sop_of(case.sop, case.sop_version).step(lokus_rounds_views.AUTHOR).assigned == "members"


def draft_of(uow: UnitOfWork, office: Office, case: Case, lokus: Lokus) -> Draft:
    """What was written so far; a report that came back as it was left; else everybody's log, merged by time."""
    if lokus.result is not None and lokus.result.get("putaran") == case.round:
        kept = lokus.result
        return Draft(case.round, dict(kept["isi"]), tuple(kept["foto"]), kept["sampai"])
    entries = uow.lokus.entries(case.id)
    newest = max((one.id for one in entries), default=0)
    if result.reported(case.fields):
        upto = lokus.result["sampai"] if lokus.result is not None else newest
        return Draft(case.round, result.content_of(case.fields), result.photos_of(case.fields), upto)
    return Draft(case.round, prefilled(uow, office, case, lokus, entries), (), newest)


def prefilled(
    uow: UnitOfWork, office: Office, case: Case, lokus: Lokus, entries: Sequence[LogEntry]
) -> dict[str, str]:  # fmt: skip
    """5W1H from plan, order and log; nothing is invented, what nobody said stays empty."""
    order, plan = Order.read(lokus.order), case.fields
    begins, ends = lokus.started_at or lokus.starts_at, lokus.ended_at or lokus.ends_at
    who = [plan.get("penyelenggara", ""), plan.get("perkiraan", "")]
    where = [order.lokasi or plan.get("dimana", ""), f"Kecamatan {case.region}" if case.region else ""]
    label = office.profile.zone_label
    found = {
        "apa": plan.get("kegiatan", ""),
        "siapa": ", ".join(one.strip() for one in who if one.strip()),
        "dimana": ", ".join(one.strip() for one in where if one.strip()),
        "kapan": span(begins, ends, office.zone, label) if begins and ends else "",
        "mengapa": "" if order.masalah.strip() == plan.get("kegiatan", "").strip() else order.masalah,
        "bagaimana": told(uow, office, case, lokus, entries),
    }
    return {key: value for key, value in found.items() if value}


def told(uow: UnitOfWork, office: Office, case: Case, lokus: Lokus, entries: Sequence[LogEntry]) -> str:
    """The entries as the lines of a chronology, under code names."""
    names = {person.id: person.alias for _, person in lokus_board.team(uow, case, everybody=True)}
    began = lokus.started_at or lokus.starts_at
    day = began.astimezone(office.zone).date() if began else None
    return result.chronology(entries, names, office.zone, office.profile.zone_label, day)


def fresh_entries(uow: UnitOfWork, case: Case, draft: Draft) -> Sequence[LogEntry]:
    """What came into the log since the draft was made, however late."""
    return [one for one in uow.lokus.entries(case.id) if one.id > draft.upto and one.kind in result.DELIVERIES]


def log_photos(uow: UnitOfWork, case: Case) -> Sequence[tuple[LogEntry, Attachment]]:
    """Every photo of the field by time, each file once."""
    there = {one.id: one for one in uow.attachments.of_case(case.id) if one.kind == "photo"}
    found: dict[int, tuple[LogEntry, Attachment]] = {}
    for entry in uow.lokus.entries(case.id):
        if entry.attachment_id is not None and entry.attachment_id in there:
            found.setdefault(entry.attachment_id, (entry, there[entry.attachment_id]))
    return tuple(found.values())


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
    """The draft, each part one tap away."""
    draft = draft_of(uow, office, case, lokus)
    late = fresh_entries(uow, case, draft)
    params: dict[str, Json] = {
        **_head(uow, office, case),
        "isi": [{"kunci": k, "isi": history.clip(mask(draft.content.get(k, "")), _PART)} for k in result.KEYS],
        "kurang": list(result.missing(draft.content)),
        "foto": len(draft.photos),
        "ada_foto": len(log_photos(uow, case)),
        "tanda": [{"kunci": key, "kutipan": words} for key, words in result.opinions(draft.content)][:5],
        "tim": deliveries(uow, case),
    }
    parts = [Button(f"hasil.{key}", f"lh:i:{case.id}:{key}") for key in result.KEYS]
    rows: list[tuple[Button, ...]] = [tuple(parts[i : i + 2]) for i in range(0, len(parts), 2)]
    if params["ada_foto"]:
        rows.append((Button("hasil.foto", f"lh:f:{case.id}:0", {"jumlah": len(draft.photos)}),))
    if late:
        rows.append((Button("hasil.baru", f"lh:n:{case.id}", {"jumlah": len(late)}),))
    rows.append((Button("hasil.pratinjau", f"lh:p:{case.id}"),))
    return View("hasil/naskah", params, tuple(rows), protect=True)


def preview(uow: UnitOfWork, office: Office, case: Case, lokus: Lokus) -> View:
    """The draft as it will be read, whole; then *Kirim*."""
    draft = draft_of(uow, office, case, lokus)
    params: dict[str, Json] = {
        "ref": case.ref,
        "isi": [{"kunci": key, "isi": mask(draft.content[key])} for key in result.KEYS if draft.content.get(key)],
        "kurang": list(result.missing(draft.content)),
        "foto": len(draft.photos),
        "tanda": [{"kunci": key, "kutipan": words} for key, words in result.opinions(draft.content)][:8],
        "belum": [one["alias"] for one in deliveries(uow, case) if not one["catatan"] and not one["koordinator"]],
        "baru": len(fresh_entries(uow, case, draft)),
    }
    send = Button("hasil.kirim", f"lh:k:{case.id}:{case.version}:{lokus.revision}")
    return View("hasil/pratinjau", params, ((send, Button("hasil.kembali", f"lh:m:{case.id}")),), protect=True)


def chooser(uow: UnitOfWork, office: Office, case: Case, lokus: Lokus, page: int) -> View:
    """The photos by time; one tap puts one in or takes it out. The first chosen one is leadership's."""
    draft, found = draft_of(uow, office, case, lokus), log_photos(uow, case)
    names = {person.id: person.alias for _, person in lokus_board.team(uow, case, everybody=True)}
    rows: list[tuple[Button, ...]] = []
    for place, (entry, photo) in list(enumerate(found, 1))[page * PAGE : (page + 1) * PAGE]:
        words = {
            "nomor": place,
            "jam": hour(entry.at, office.zone, "").strip(),
            "alias": names.get(entry.person_id, "-"),
        }
        label = "hasil.foto_ada" if photo.id in draft.photos else "hasil.foto_belum"
        rows.append((Button(label, f"lh:t:{case.id}:{photo.id}:{page}", words),))
    pages = (len(found) + PAGE - 1) // PAGE
    turns = [Button("hasil.sebelum", f"lh:f:{case.id}:{page - 1}")] if page else []
    turns += [Button("hasil.sesudah", f"lh:f:{case.id}:{page + 1}")] if page + 1 < pages else []
    rows += [tuple(turns)] if turns else []
    rows.append((Button("hasil.lihat_foto", f"lh:a:{case.id}"), Button("hasil.kembali", f"lh:m:{case.id}")))
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
