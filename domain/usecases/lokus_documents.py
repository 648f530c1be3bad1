"""The papers of a lokus on demand: which there are, each again, and the letters with real names for the archive.

Who may have which is looked up when it is asked for. A paper with real names tells who is behind a code name: that is
recorded of each person, as /identitas is.
"""

from __future__ import annotations

from datetime import datetime

from domain import secrecy
from domain.errors import Stale
from domain.lokus.model import KIND
from domain.model import Case, Person
from domain.notices import Ack, Button, Json, Media, Notice, Show, View
from domain.office import Office
from domain.ports import UnitOfWork
from domain.usecases import identity, lokus_board, lokus_papers, lokus_rounds, lokus_steps
from domain.usecases.lokus_rounds_views import FINAL, READERS, agenda_of, records
from domain.usecases.officials import cleared

SHOWN = 8
"""Berita Acara that are listed, the newest."""


def listing(uow: UnitOfWork, office: Office, me: Person, case_id: int, now: datetime) -> tuple[Case, View]:
    """Every paper that the person may have, one tap each. NotFound for somebody to whom the report is not open."""
    case = lokus_rounds.report(uow, office, me, case_id, now)
    made = list(enumerate(records(uow, case), 1))[-SHOWN:]
    rows = [(Button("dokumen.laporan", f"lr:p:{case.id}"),)]
    lines: list[dict[str, Json]] = []
    for place, event in made:
        person = uow.people.get(event.actor_id) if event.actor_id is not None else None
        number = event.data["content"]["nomor"]
        by = person.alias if person is not None else None
        lines.append({"urut": place, "nomor": number, "pada": event.at.isoformat(), "oleh": by})
        rows.append((Button("dokumen.acara", f"lp:a:{case.id}:{place}", {"urut": place}),))
    if may_name(case, me):
        rows.append((Button("dokumen.arsip", f"lp:s:{case.id}"),))
    final = case.step == FINAL
    params: dict[str, Json] = {"ref": case.ref, "selesai": final, "agenda": agenda_of(uow, case), "acara": lines}
    return case, View("dokumen/daftar", params, tuple(rows), protect=True)


def record(uow: UnitOfWork, office: Office, me: Person, case_id: int, place: int, now: datetime) -> Case:
    """The n-th Berita Acara once more, as it was made. NotFound as for ``listing``; Stale when there is no such one."""
    case = lokus_rounds.report(uow, office, me, case_id, now)
    made = records(uow, case)
    if not 1 <= place <= len(made):
        raise Stale
    lokus_papers.show_record(uow, case, made[place - 1].data["content"], me)
    lokus_rounds.opened(uow, case, me, now, "record")
    return case


def report(uow: UnitOfWork, office: Office, me: Person, case_id: int, now: datetime) -> Case:
    """The Laporan Kegiatan: with real names for the chain of command, with code names for everybody else. NotFound."""
    case = lokus_rounds.report(uow, office, me, case_id, now)
    names = may_name(case, me)
    lokus_rounds.opened(uow, case, me, now, "paper")
    if names:
        team = [person for _, person in lokus_papers.crew(uow, case)]
        identity.disclosed(uow, team, me, lokus_papers.REPORT, case.ref, now)
    lokus_rounds.paper(uow, office, case, me, names=names)
    return case


def may_name(case: Case, me: Person) -> bool:
    """Whether the person may learn who is behind the code names of the case's team."""
    return me.has(*READERS) and cleared(case, me)


def letters(uow: UnitOfWork, office: Office, me: Person, case_id: int, now: datetime) -> Case | Ack:
    """The Surat Perintah Tugas of the whole team with real names, as one PDF for the office's archive.

    The recorded refusal for anybody outside the chain of command; Stale before the order was sent.
    """
    case = uow.cases.get(case_id)
    if case is None or case.kind != KIND:
        return secrecy.denied(uow, me, None, "identity", now, case_id)
    if not may_name(case, me):
        return secrecy.denied(uow, me, case, "identity", now)
    team = [(member, person) for member, person in lokus_board.team(uow, case) if member.present]
    if lokus_steps.lokus_of(uow, case).edition == 0 or not team:
        raise Stale("lokus/sudah_beralih", ref=case.ref)
    numbered = [(lokus_papers.numbered(uow, office, member, now), person) for member, person in team]
    params = lokus_papers.letter(uow, office, case, numbered, names=True)
    media = Media("document", make=lokus_papers.PAPER, params=params, file_name=f"surat-tugas-arsip-{case.ref}.pdf")
    view = View("dokumen/arsip", {"ref": case.ref, "jumlah": len(numbered)}, media=media)  # to be printed and signed
    where = f"arsip:{case.id}@{me.telegram_id}"
    uow.outbox.add(Notice(me.telegram_id, Show(view, where, fresh=True), reference=case.ref))
    identity.disclosed(uow, [person for _, person in team], me, lokus_papers.PAPER, case.ref, now)
    lokus_steps.note(uow, case, "letters_named", me.id, now, {"members": [member.id for member, _ in team]})
    return case
