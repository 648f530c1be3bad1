"""The Surat Perintah Tugas of one person in one lokus: what the paper says, drawn by ``bot.documents.surat_tugas``."""

from __future__ import annotations

from datetime import datetime

from domain.lokus import result
from domain.lokus.model import Member
from domain.lokus.order import Order
from domain.lokus.record import Record
from domain.lokus.words import moment
from domain.model import Case, Event, Person
from domain.notices import Json, Media, Notice, Show, View
from domain.office import Office
from domain.ports import UnitOfWork
from domain.privacy import mask
from domain.roles import Role
from domain.usecases import history, lokus_board, lokus_rounds_views, lokus_steps
from domain.usecases.transitions import subject

PAPER = "surat_tugas"
RECORD = "berita_acara"
ARCHIVE_CODE = "200.1.3.1"
"""Kewaspadaan Dini, in the archive classification of the Ministry of Home Affairs."""
DONE = {
    "accepted": "menerima",
    "checked": "memverifikasi",
    "sent": "mengirimkan",
    "approved": "menyetujui",
    "revision_requested": "meminta perbaikan",
    "amended": "mengubah isi",
}
"""What an official did, in the words of a report."""


def letter(
    uow: UnitOfWork, office: Office, case: Case, member: Member, person: Person, *, names: bool
) -> dict[str, Json]:
    """The parameters of the paper: the fields of a Surat Perintah Tugas.

    ``names``: real names, for somebody in the chain of command; the person in the field carries the code name.
    """
    lokus = lokus_steps.lokus_of(uow, case)
    order = Order.read(lokus.order)
    return {
        "ref": case.ref,
        "nomor": member.content.get("nomor_surat"),
        "pimpinan": office.title(Role.PIMPINAN),
        "edisi": lokus.edition,
        "ditugaskan": person.name if names else person.alias,
        "sandi": not names,
        "jabatan": office.title(Role.KOORDINATOR_LAPANGAN if member.lead else Role.ANGGOTA_MITIGASI),
        "tugas": order.masalah,
        "tempat": order.lokasi,
        "kecamatan": case.region,
        "kumpul": order.kumpul,
        "mulai": order.mulai.isoformat() if order.mulai else None,
        "selesai": order.selesai.isoformat() if order.selesai else None,
        "catatan": order.catatan or None,
        "tanggal": member.added_at.isoformat(),
        "pejabat": office.title(Role.KEPALA),
    }


def send(uow: UnitOfWork, office: Office, case: Case, me: Person, now: datetime) -> None:
    """The person's own letter into their chat. NotFound for somebody who is not in the team."""
    member = _numbered(uow, office, lokus_steps.member_of(uow, case, me), now)
    params = letter(uow, office, case, member, me, names=False)
    media = Media("document", make=PAPER, params=params, file_name=f"surat-tugas-{case.ref}.pdf")
    where = f"surat:{member.id}@{me.telegram_id}"
    view = View("lokus/surat", {"ref": case.ref}, media=media, protect=True)
    uow.outbox.add(Notice(me.telegram_id, Show(view, where, fresh=True), reference=case.ref))
    lokus_steps.note(uow, case, "letter_sent", me.id, now, {"member": member.id})


def _numbered(uow: UnitOfWork, office: Office, member: Member, now: datetime) -> Member:
    """The member with the letter's number, taken once and kept; without one where the agency has no pattern."""
    if "nomor_surat" in member.content or PAPER not in office.profile.numbers:
        return member
    today = now.astimezone(office.zone).date()
    number = office.profile.number(PAPER, uow.references.yearly(PAPER, today), today, ARCHIVE_CODE)
    return uow.lokus.change_member(member, content={**member.content, "nomor_surat": number})


def report(uow: UnitOfWork, office: Office, case: Case, *, names: bool) -> dict[str, Json]:
    """The parameters of the Laporan Kegiatan: the newest version, its team and through whose hands it went.

    ``names``: real names of team and officials, for the chain of command; everybody else reads code names.
    """
    lokus = uow.lokus.get(case.id)
    order = Order() if lokus is None else Order.read(lokus.order)
    content = result.content_of(case.fields)
    team = [(member, person) for member, person in lokus_board.team(uow, case) if member.present]
    return {
        "ref": case.ref,
        "agenda": lokus_rounds_views.agenda_of(uow, case),
        "final": case.step == lokus_rounds_views.FINAL,
        "sandi": not names,
        "kecamatan": case.region,
        "tempat": order.lokasi,
        "mulai": order.mulai.isoformat() if order.mulai else None,
        "selesai": order.selesai.isoformat() if order.selesai else None,
        "isi": {key: mask(content[key]) for key in result.KEYS if content.get(key)},
        "foto": len(result.photos_of(case.fields)),
        "tim": [
            {
                "nama": person.name if names else person.alias,
                "jabatan": office.title(Role.KOORDINATOR_LAPANGAN if member.lead else Role.ANGGOTA_MITIGASI),
            }
            for member, person in team
        ],
        "tanggal": (case.closed_at or case.entered_at).isoformat(),
        "jalan": _course(uow, office, case),
        "pejabat": office.title(Role.KEPALA),
    }


def _course(uow: UnitOfWork, office: Office, case: Case) -> list[dict[str, Json]]:
    """Who received, verified, changed, sent on or back the report, in order; titles, never persons."""
    return [
        {"peran": line["peran"], "tindakan": DONE[line["aksi"]], "pada": line["pada"]}
        for event, line in _told(uow, office, case)
        if event.data.get("from") in lokus_rounds_views.ROUNDS and line["aksi"] in DONE and line["peran"]
    ]


def _told(uow: UnitOfWork, office: Office, case: Case) -> list[tuple[Event, dict[str, Json]]]:
    events = uow.events.of(subject(case))
    return [(event, line) for event in events for line in history.lines(uow, office, [event])]


def record(uow: UnitOfWork, office: Office, case: Case, said: Record, me: Person, now: datetime) -> str | None:
    """A Berita Acara into the person's own chat, under the next number of the year; the history keeps the number."""
    number = None
    if RECORD in office.profile.numbers:
        today = now.astimezone(office.zone).date()
        number = office.profile.number(RECORD, uow.references.yearly(RECORD, today), today, ARCHIVE_CODE)
    lokus = lokus_steps.lokus_of(uow, case)
    params: dict[str, Json] = {
        "ref": case.ref,
        "nomor": number,
        "hari": moment(now, office.zone, office.profile.zone_label),
        "tempat": Order.read(lokus.order).lokasi,
        "kecamatan": case.region,
        "pihak": list(said.parties),
        "pokok": said.matter,
        "saksi": list(said.witnesses),
    }
    media = Media("document", make=RECORD, params=params, file_name=f"berita-acara-{case.ref}.pdf")
    view = View("putaran/berita_acara", {"ref": case.ref, "nomor": number}, media=media, protect=True)
    uow.outbox.add(Notice(me.telegram_id, Show(view), reference=case.ref))
    lokus_steps.note(uow, case, "record_made", me.id, now, {"number": number, "content": params})
    return number
