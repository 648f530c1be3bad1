"""Steps 1 and 2 of a lokus: what partners are told of their plan, and choosing, refusing or merging plans."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from domain.errors import NotFound, UserError
from domain.lokus.model import KIND
from domain.lokus.order import TEXT_MOST, Order
from domain.lokus.places import read_point
from domain.lokus.times import Planned, planned
from domain.model import Case, Person
from domain.notices import Button, Keyboard, Notice, Priority, Show, View
from domain.office import Office
from domain.ports import UnitOfWork
from domain.roles import Role
from domain.sop.commands import Approve, Reject
from domain.usecases import cards, lokus_steps
from domain.usecases.history import clip
from domain.usecases.lokus_alike import OPEN_STEPS, alike_for
from domain.usecases.lokus_said import called_off
from domain.usecases.officials import cleared
from domain.usecases.transitions import subject

DONE = timedelta(days=1)
"""So long after its beginning nobody changes a plan any more."""
CHOOSERS = (Role.KASUBBID, Role.KABID, Role.KEPALA)
"""Who sees the plans of all partners."""


def fate(uow: UnitOfWork, case: Case) -> str:
    """Where a plan stands in words for its partner, who learns nothing of what is done about it."""
    if called_off(case, uow.events.of(subject(case))):
        return "dibatalkan"
    return "diterima" if case.step == "pemilihan" and case.status == "submitted" else "dicatat"


def receipt(case: Case, news: str) -> View:
    """The receipt of a plan, with the partner's ways to tell that it changed."""
    params = {
        "ref": case.ref,
        "diterima": case.received_at.isoformat(),
        "mulai": case.fields.get("_waktu"),
        "versi": case.version if news != "submitted" else None,
    }
    return View("rencana/tanda_terima", params, change_keys(case))


def change_keys(case: Case) -> Keyboard:
    """How a partner tells that the plan changed, for as long as they like."""
    time = Button("lokus.waktu_berubah", f"rp:u:{case.id}")
    off, other = Button("lokus.rencana_batal", f"rp:x:{case.id}"), Button("lokus.kabari", f"rp:k:{case.id}")
    return ((time, off), (other,))


def changeable(uow: UnitOfWork, cases: Sequence[Case], now: datetime) -> Sequence[Case]:
    """A partner's plans that may still change, the newest first: whether they were chosen makes no difference."""
    return [
        case
        for case in cases
        if case.kind == KIND and fate(uow, case) != "dibatalkan"
        if (told := case.fields.get("_waktu")) is None or datetime.fromisoformat(told) > now - DONE
    ][:5]


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
    by = text.get("penyelenggara", "")
    return Order(
        masalah=clip(f"{text.get('kegiatan', '')} ({by})" if by else text.get("kegiatan", ""), TEXT_MOST["masalah"]),
        lokasi=clip(text.get("dimana", ""), TEXT_MOST["lokasi"]),
        lokasi_titik=read_point(text.get("koordinat", "")),
        mulai=starts,
        selesai=_ends(office, case, starts),
    )


def _ends(office: Office, case: Case, starts: datetime | None) -> datetime | None:
    """When the plan says that it ends; else after the profile's time (8 hours, SOP step 5)."""
    if starts is None:
        return None
    said = planned(case.fields.get("waktu", ""), office.gazetteer.zone, case.received_at)
    if isinstance(said, Planned) and said.ends is not None:
        return starts + (said.ends - said.starts)
    return starts + office.profile.lokus.lasts if office.profile.lokus is not None else None


def refuse(
    uow: UnitOfWork, office: Office, me: Person, case_id: int, version: int, reason: str, now: datetime
) -> Case:  # fmt: skip
    """*Tidak*, with the reason: the plan stays on record. Raises NotFound, Stale, or UserError for an empty reason."""
    case = lokus_steps.case_of(uow, office, case_id, "pemilihan")
    role, actor = lokus_steps.acting(uow, office, case, me, now)
    lokus_steps.need_reason(case, reason)
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
    same = {one.case.id for one in alike_for(uow, office, case, me) if not one.other_day}
    if other.step not in OPEN_STEPS or other.id not in same:
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


def _tell_partner(uow: UnitOfWork, case: Case) -> None:
    author = uow.people.get(case.author_id)
    if author is None or not author.active:
        return
    view = View("rencana/status", {"ref": case.ref, "nasib": fate(uow, case), "mulai": case.fields.get("_waktu")})
    notice = Notice(author.telegram_id, Show(view, f"status:{case.id}"), Priority.ORDINARY, reference=case.ref)
    uow.outbox.add(notice)
