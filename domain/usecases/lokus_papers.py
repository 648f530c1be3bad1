"""The papers of a lokus: what Surat Perintah Tugas, Laporan Kegiatan and Berita Acara say, for ``bot.documents``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from domain.lokus import result
from domain.lokus.model import LogEntry, Member
from domain.lokus.order import Order
from domain.lokus.record import Record
from domain.model import Case, Event, Person
from domain.notices import Json, Media, Notice, Show, View
from domain.office import Office
from domain.ports import UnitOfWork
from domain.privacy import mask
from domain.roles import Role
from domain.usecases import history, lokus_board, lokus_rounds_views, lokus_steps
from domain.usecases.lokus_rounds_views import RECORD_MADE
from domain.usecases.transitions import subject

PAPER = "surat_tugas"
REPORT = "laporan_kegiatan"
RECORD = "berita_acara"
CAPTION = 160
"""Units of the words below a photo."""
DONE = frozenset({"accepted", "checked", "sent", "approved", "revision_requested", "amended"})
"""What of the officials' doings a report names; its template has the words."""


def letter(
    uow: UnitOfWork, office: Office, case: Case, team: Sequence[tuple[Member, Person]], *, names: bool
) -> dict[str, Json]:
    """The parameters of the paper: the fields of a Surat Perintah Tugas, one letter for each of the team given.

    ``names``: real names, for somebody in the chain of command; the person in the field carries the code name.
    """
    lokus = lokus_steps.lokus_of(uow, case)
    order = Order.read(lokus.order)
    heads = uow.people.holding(Role.KEPALA) if names else ()
    return {
        "ref": case.ref,
        "pimpinan": office.title(Role.PIMPINAN),
        "edisi": lokus.edition,
        "sandi": not names,
        "tugas": order.masalah,
        "tempat": order.lokasi,
        "kecamatan": case.region,
        "kumpul": order.kumpul,
        "mulai": lokus_board.iso(order.mulai),
        "selesai": lokus_board.iso(order.selesai),
        "catatan": order.catatan or None,
        "pejabat": office.title(Role.KEPALA),
        "nama_pejabat": heads[0].name if len(heads) == 1 else None,
        "surat": [
            {
                "nomor": member.content.get("nomor_surat"),
                **_called(person, names=names),
                "jabatan": _title(office, member),
                "tanggal": member.added_at.isoformat(),
            }
            for member, person in team
        ],
    }


def _called(person: Person, *, names: bool) -> dict[str, Json]:
    return {"sandi": person.alias, **({"nama": person.name} if names else {})}


def _title(office: Office, member: Member) -> str:
    return office.title(Role.KOORDINATOR_LAPANGAN if member.lead else Role.ANGGOTA_MITIGASI)


def send(uow: UnitOfWork, office: Office, case: Case, me: Person, now: datetime) -> None:
    """The person's own letter into their chat. NotFound for somebody who is not in the team."""
    member = numbered(uow, office, lokus_steps.member_of(uow, case, me), now)
    params = letter(uow, office, case, [(member, me)], names=False)
    media = Media("document", make=PAPER, params=params, file_name=f"surat-tugas-{case.ref}.pdf")
    where = f"surat:{member.id}@{me.telegram_id}"
    view = View("lokus/surat", {"ref": case.ref}, media=media, protect=True)
    uow.outbox.add(Notice(me.telegram_id, Show(view, where, fresh=True), reference=case.ref))
    lokus_steps.note(uow, case, "letter_sent", me.id, now, {"member": member.id})


def numbered(uow: UnitOfWork, office: Office, member: Member, now: datetime) -> Member:
    """The member with the letter's number, taken once and kept; without one where the agency has no pattern."""
    if "nomor_surat" in member.content or PAPER not in office.profile.numbers:
        return member
    today = now.astimezone(office.zone).date()
    number = office.profile.number(PAPER, uow.references.yearly(PAPER, today), today)
    return uow.lokus.change_member(member, content={**member.content, "nomor_surat": number})


def report(uow: UnitOfWork, office: Office, case: Case, *, names: bool) -> Media:
    """The Laporan Kegiatan: the newest version, its team, through whose hands it went, and the chosen photos.

    ``names``: real names of the team, for the chain of command; everybody else reads code names.
    """
    lokus = uow.lokus.get(case.id)
    order = Order() if lokus is None else Order.read(lokus.order)
    content = result.content_of(case.fields)
    photos = _photos(uow, case)
    params: dict[str, Json] = {
        "ref": case.ref,
        "agenda": lokus_rounds_views.agenda_of(uow, case),
        "sandi": not names,
        "pimpinan": office.title(Role.PIMPINAN),
        "sifat": case.classification.replace("_", " ").title(),
        "kecamatan": case.region,
        "tempat": order.lokasi,
        "mulai": lokus_board.iso(order.mulai),
        "selesai": lokus_board.iso(order.selesai),
        "isi": {key: mask(content[key]) for key in result.KEYS if content.get(key)},
        "foto": photos,
        "tim": [
            {
                **_called(person, names=names),
                "jabatan": _title(office, member),
                "pada": lokus_board.iso(_until(member)),
            }
            for member, person in crew(uow, case)
        ],
        "tanggal": (case.closed_at or case.entered_at).isoformat(),
        "jalan": _course(uow, office, case),
        "pejabat": office.title(Role.KEPALA),
    }
    own = {one.id for one in uow.attachments.of_case(case.id)}
    shows = tuple(int(one["id"]) for one in photos if one["id"] in own)
    return Media(
        "document", make=REPORT, params=params, file_name=f"laporan-kegiatan-{case.ref}.pdf", shows=shows
    )  # fmt: skip


def crew(uow: UnitOfWork, case: Case) -> list[tuple[Member, Person]]:
    """Who carried it out, each once: the team, and who had begun, or had sent something, when they went or were taken
    out of it."""
    rows = lokus_board.team(uow, case, everybody=True)
    said = {entry.person_id for entry in uow.lokus.entries(case.id)}
    here = {person.id: (member, person) for member, person in rows if member.present}
    gone = {
        person.id: (member, person)
        for member, person in rows
        if person.id not in here and (member.started_at is not None or person.id in said)
    }
    return [*here.values(), *gone.values()]


def _until(member: Member) -> datetime | None:
    """When a member who is not there any more went."""
    if member.present:
        return None
    return member.answered_at if member.ready is False else member.removed_at


def _photos(uow: UnitOfWork, case: Case) -> list[dict[str, Json]]:
    """The chosen photos in their order, each with the moment, the code name and the words it came with."""
    entries: dict[int, LogEntry] = {}
    for entry in uow.lokus.entries(case.id):
        if entry.attachment_id is not None:
            entries.setdefault(entry.attachment_id, entry)
    found: list[dict[str, Json]] = []
    for photo in result.photos_of(case.fields):
        sent = entries.get(photo)
        person = uow.people.get(sent.person_id) if sent is not None else None
        words = " ".join(str(sent.content.get("teks", "")).split()) if sent is not None else ""
        found.append(
            {
                "id": photo,
                "pada": sent.at.isoformat() if sent is not None else None,
                "oleh": person.alias if person is not None else "-",
                "keterangan": history.clip(mask(words), CAPTION) or None,
            }
        )
    return found


def _course(uow: UnitOfWork, office: Office, case: Case) -> list[dict[str, Json]]:
    """Who received, verified, changed, sent on or back the report, in order; titles, never persons."""
    return [
        {"peran": line["peran"], "tindakan": line["aksi"], "pada": line["pada"]}
        for event, line in _told(uow, office, case)
        if event.data.get("from") in lokus_rounds_views.ROUNDS and line["aksi"] in DONE and line["peran"]
    ]


def _told(uow: UnitOfWork, office: Office, case: Case) -> list[tuple[Event, dict[str, Json]]]:
    events = uow.events.of(subject(case))
    return [(event, line) for event in events for line in history.lines(uow, office, [event])]


def record(uow: UnitOfWork, office: Office, case: Case, said: Record, me: Person, now: datetime) -> str | None:
    """A Berita Acara into the person's own chat, under the next number of the year; the history keeps its words."""
    number = None
    if RECORD in office.profile.numbers:
        today = now.astimezone(office.zone).date()
        number = office.profile.number(RECORD, uow.references.yearly(RECORD, today), today)
    lokus = lokus_steps.lokus_of(uow, case)
    params: dict[str, Json] = {
        "ref": case.ref,
        "nomor": number,
        "pada": now.isoformat(),
        "tempat": Order.read(lokus.order).lokasi,
        "kecamatan": case.region,
        "pihak": list(said.parties),
        "pokok": said.matter,
        "saksi": list(said.witnesses),
    }
    show_record(uow, case, params, me)
    lokus_steps.note(uow, case, RECORD_MADE, me.id, now, {"number": number, "content": params})
    return number


def show_record(uow: UnitOfWork, case: Case, params: Mapping[str, Json], to: Person) -> None:
    """A Berita Acara into the person's own chat. It is there to be printed and signed, so it may be saved."""
    view = View("putaran/berita_acara", {"ref": case.ref, "nomor": params["nomor"]}, media=_drawn(case, params))
    uow.outbox.add(Notice(to.telegram_id, Show(view), reference=case.ref))


def _drawn(case: Case, params: Mapping[str, Json]) -> Media:
    return Media("document", make=RECORD, params=params, file_name=f"berita-acara-{case.ref}.pdf")


def record_media(case: Case, made: Event) -> Media:
    """One of ``lokus_rounds_views.records`` as a paper."""
    return _drawn(case, made.data["content"])
