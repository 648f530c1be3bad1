"""Steps 1 and 2 of a lokus: what partners are told of their plan, and choosing, refusing or merging plans."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from domain.errors import NotFound, UserError
from domain.lokus.model import KIND
from domain.lokus.order import Order
from domain.lokus.places import read_point
from domain.model import Case, Person
from domain.notices import Button, Notice, Priority, Show, View
from domain.office import Office
from domain.ports import UnitOfWork
from domain.roles import Role
from domain.sop.commands import Approve, Reject
from domain.usecases import cards, lokus_steps
from domain.usecases.lokus_alike import OPEN_STEPS, alike
from domain.usecases.officials import cleared
from domain.usecases.transitions import subject

CHOOSERS = (Role.KASUBBID, Role.KABID, Role.KEPALA)
"""Who sees the plans of all partners."""


def fate(case: Case) -> str:
    """Where a plan stands in words for its partner, who learns nothing of what is done about it."""
    match case.status:
        case "submitted":
            return "diterima"
        case "cancelled" if case.step == "pemilihan":
            return "dibatalkan"
        case _:
            return "dicatat"


def receipt(case: Case, news: str) -> View:
    """The receipt of a plan; *Ada perubahan* is the partner's way to tell that it changed."""
    params = {
        "ref": case.ref,
        "diterima": case.received_at.isoformat(),
        "mulai": case.fields.get("_waktu"),
        "versi": case.version if news != "submitted" else None,
    }
    return View("rencana/tanda_terima", params, ((Button("lokus.kabari", f"rp:k:{case.id}"),),))


def waiting(uow: UnitOfWork, me: Person) -> Sequence[Case]:
    """The plans that are still to be chosen from; NotFound for those who do not choose."""
    if not me.has(*CHOOSERS):
        raise NotFound
    return [case for case in uow.cases.waiting(kind=KIND) if case.step == "pemilihan" and cleared(case, me)]


def choose(uow: UnitOfWork, office: Office, me: Person, case_id: int, version: int, now: datetime) -> Case:
    """*Jadikan lokus*: the plan's own words are the beginning of the order. Raises NotFound or Stale."""
    case = lokus_steps.case_of(uow, office, case_id, "pemilihan")
    role, actor = lokus_steps.acting(uow, office, case, me, now)
    uow.lokus.add(case.id, beginning(office, case).to_json(), now)
    case = lokus_steps.move(
        uow, office, case, me, Approve(actor, None, version, "pemilihan"), now, {"role": role.value}
    )
    cards.announce(uow, office, case, now)
    _tell_partner(uow, case)
    return case


def beginning(office: Office, case: Case) -> Order:
    """What the plan says already of the order to be made."""
    text, told = case.fields, case.fields.get("_waktu")
    starts = datetime.fromisoformat(told) if told else None
    lasts = office.profile.lokus.lasts if office.profile.lokus is not None else None
    by = text.get("penyelenggara", "")
    return Order(
        masalah=(f"{text.get('kegiatan', '')} ({by})" if by else text.get("kegiatan", ""))[:600],
        lokasi=text.get("dimana", "")[:200],
        lokasi_titik=read_point(text.get("koordinat", "")),
        mulai=starts,
        selesai=starts + lasts if starts is not None and lasts is not None else None,
    )


def refuse(
    uow: UnitOfWork, office: Office, me: Person, case_id: int, version: int, reason: str, now: datetime
) -> Case:  # fmt: skip
    """*Tidak*, with the reason: the plan stays on record. Raises NotFound, Stale, or UserError for an empty reason."""
    case = lokus_steps.case_of(uow, office, case_id, "pemilihan")
    role, actor = lokus_steps.acting(uow, office, case, me, now)
    command = Reject(actor, reason, version, "pemilihan")
    case = lokus_steps.move(uow, office, case, me, command, now, {"role": role.value, "reason": reason})
    cards.announce(uow, office, case, now)
    _tell_partner(uow, case)
    return case


def merge(
    uow: UnitOfWork, office: Office, me: Person, case_id: int, version: int, other_id: int, now: datetime
) -> Case:  # fmt: skip
    """This plan is the same activity as another: it ends, and the other one takes it in. Gives the other case."""
    case = lokus_steps.case_of(uow, office, case_id, "pemilihan")
    role, actor = lokus_steps.acting(uow, office, case, me, now)
    other = lokus_steps.case_of(uow, office, other_id)
    if other.step not in OPEN_STEPS or other.id not in {one.case.id for one in alike(uow, office, case)}:
        raise UserError("rencana/tidak_digabung", ref=other.ref)
    command = Reject(actor, f"digabung dengan {other.ref}", version, "pemilihan")
    data = {"role": role.value, "reason": command.reason, "other": other.id}
    case = lokus_steps.move(uow, office, case, me, command, now, data)
    uow.events.append(subject(other), "took_in", me.id, now, {"other": case.id, "ref": case.ref})
    cards.announce(uow, office, case, now)
    cards.refresh(uow, office, other, now)
    lead = lokus_steps.coordinator(uow, other)
    if lead is not None:
        lokus_steps.tell(uow, (lead,), View("lokus/digabung", {"ref": other.ref, "lain": case.ref}), other.ref)
    _tell_partner(uow, case)
    return other


def news(uow: UnitOfWork, office: Office, me: Person, case_id: int, text: str, now: datetime) -> Case:
    """A partner tells that their plan changed: those who look after it hear it in the partner's words."""
    case = own(uow, me, case_id)
    if not any(char.isalnum() for char in text):
        raise UserError("lokus/kosong")
    lokus_steps.note(uow, case, "partner_news", me.id, now, {"text": text[:1000]})
    lead = lokus_steps.coordinator(uow, case) if case.closed_at is None else None
    persons = [*lokus_steps.desk_holders(uow, case, now), *([lead] if lead is not None else [])]
    params = {"ref": case.ref, "oleh": me.alias, "teks": text[:1000], "langkah": case.step}
    keys = ((Button("lokus.lihat", f"rp:b:{case.id}"),),) if case.closed_at is None else ()
    for person in {one.id: one for one in persons}.values():
        view = View("rencana/kabar", params, keys if person is not lead else (), protect=True)
        uow.outbox.add(Notice(person.telegram_id, Show(view), Priority.REPLY, reference=case.ref))
    return case


def own(uow: UnitOfWork, me: Person, case_id: int) -> Case:
    """The person's own plan; NotFound for any other case."""
    case = uow.cases.get(case_id)
    if case is None or case.kind != KIND or me.id not in (case.author_id, case.recorded_by):
        raise NotFound
    return case


def _tell_partner(uow: UnitOfWork, case: Case) -> None:
    author = uow.people.get(case.author_id)
    if author is None or not author.active:
        return
    view = View("rencana/status", {"ref": case.ref, "nasib": fate(case), "mulai": case.fields.get("_waktu")})
    notice = Notice(author.telegram_id, Show(view, f"status:{case.id}"), Priority.ORDINARY, reference=case.ref)
    uow.outbox.add(notice)
