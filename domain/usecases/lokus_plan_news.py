"""What partners say of their plan afterwards: it is called off, at another time, or otherwise.

A partner never learns what became of the plan in the office, so that each of these is answered alike at every step:
while it is still to be chosen the plan itself changes, later the desk and the coordinator hear of it and decide.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from domain.errors import NotFound, Stale, UserError
from domain.lokus.model import KIND
from domain.lokus.times import Planned, planned
from domain.model import Case, Person
from domain.notices import Button, Json, Keyboard, Notice, Priority, Show, View
from domain.office import Office
from domain.ports import UnitOfWork
from domain.privacy import mask
from domain.recognition.times import Impossible
from domain.sop.commands import Amend, Withdraw
from domain.usecases import cards, lokus_steps
from domain.usecases.history import clip
from domain.usecases.lokus_assign import STEPS
from domain.usecases.lokus_parts import spoken
from domain.usecases.lokus_said import CALLED_OFF, NEWS, called_off
from domain.usecases.transitions import actor_of, apply, judge, subject

MOST = 1000
"""Characters of a partner's words that are kept."""


def own(uow: UnitOfWork, me: Person, case_id: int) -> Case:
    """The person's own plan; NotFound for any other case."""
    case = uow.cases.get(case_id)
    if case is None or case.kind != KIND or me.id not in (case.author_id, case.recorded_by):
        raise NotFound
    return case


def open_plan(uow: UnitOfWork, me: Person, case_id: int) -> Case:
    """The person's own plan while they have not called it off. Raises NotFound or Stale."""
    case = own(uow, me, case_id)
    if called_off(case, uow.events.of(subject(case))):
        raise Stale("rencana/sudah_batal", ref=case.ref)
    return case


def news(uow: UnitOfWork, office: Office, me: Person, case_id: int, text: str, now: datetime) -> Case:
    """Anything else that changed, in the partner's words. Raises UserError for an empty text."""
    case, words = open_plan(uow, me, case_id), _words(text)
    lokus_steps.note(uow, case, NEWS, me.id, now, {"text": words})
    _tell(uow, case, me, now, {"jenis": "kabar", "teks": words})
    if case.closed_at is None and case.step in ("pemilihan", "penugasan"):
        cards.refresh(uow, office, case, now)
    return case


def withdraw(uow: UnitOfWork, office: Office, me: Person, case_id: int, text: str, now: datetime) -> Case:
    """*Rencana batal*: a plan that waits to be chosen ends; of any later one the desk hears and decides.

    Raises UserError for an empty reason, Stale the second time.
    """
    case, words = open_plan(uow, me, case_id), _words(text)
    waits = case.step == "pemilihan" and case.closed_at is None
    if waits:
        command = Withdraw(actor_of(_author(uow, case)), words, case.version, case.step)
        case = lokus_steps.move(uow, office, case, me, command, now, {"reason": words})
    else:
        lokus_steps.note(uow, case, CALLED_OFF, me.id, now, {"text": words})
    _tell(uow, case, me, now, {"jenis": "batal", "teks": words})
    if waits:
        cards.announce(uow, office, case, now)
    return case


def postpone(
    uow: UnitOfWork, office: Office, me: Person, case_id: int, text: str, now: datetime
) -> tuple[Case, Planned]:  # fmt: skip
    """*Waktu berubah*: the plan gets its new time, or the desk is offered it. UserError for words that name none."""
    case, words = open_plan(uow, me, case_id), text.strip()[:200]
    when = planned(words, office.gazetteer.zone, now)
    if isinstance(when, Impossible):
        zone = office.profile.zone_label
        raise UserError("isian/waktu_mustahil", alasan=when.why, teks=words[:64], zona=zone)
    if when is None or when.fault is not None:
        raise UserError("isian/waktu_rencana", sebab="belum_jelas" if when is None else when.fault)
    told: dict[str, Json] = {
        "jenis": "waktu",
        "lama": case.fields.get("_waktu"),
        "mulai": when.starts.isoformat(),
        "selesai": when.ends.isoformat() if when.ends is not None else None,
    }
    waits = case.step == "pemilihan" and case.closed_at is None
    if waits:
        fields = {**case.fields, "waktu": words, "_waktu": when.starts.isoformat()}
        present = frozenset(key for key, value in fields.items() if value.strip())
        moved = judge(uow, office, case, Amend(actor_of(_author(uow, case)), present, case.version, case.step), now)
        case = uow.cases.add_version(case, fields, me.id, now)
        case = apply(uow, case, moved, me.id, now, data={"changed": ["waktu"]})
    else:
        lokus_steps.note(uow, case, NEWS, me.id, now, {"text": words})
    _tell(uow, case, me, now, told, when)
    if case.closed_at is None and case.step in ("pemilihan", "penugasan"):
        cards.refresh(uow, office, case, now)
    return case, when


def home(uow: UnitOfWork, case: Case) -> Case:
    """What the plan has become: the one that it was merged into (and that one into another), or itself."""
    seen = {case.id}
    while case.status == "rejected":
        merged = [event.data.get("other") for event in uow.events.of(subject(case)) if event.action == "rejected"]
        other = uow.cases.get(merged[-1]) if merged and isinstance(merged[-1], int) else None
        if other is None or other.id in seen:
            break
        seen.add(other.id)
        case = other
    return case


def _words(text: str) -> str:
    if not spoken(text):
        raise UserError("lokus/kosong")
    return text.strip()[:MOST]


def _author(uow: UnitOfWork, case: Case) -> Person:
    author = uow.people.get(case.author_id)
    if author is None:
        raise NotFound
    return author


def _tell(
    uow: UnitOfWork, case: Case, me: Person, now: datetime, told: dict[str, Json], when: Planned | None = None
) -> None:
    """Those who look after the plan (or the lokus it was merged into) with what to do; its coordinator without."""
    there = home(uow, case)
    standing = there.closed_at is None
    lead = lokus_steps.coordinator(uow, there) if standing else None
    params: dict[str, Json] = {
        "ref": case.ref, "ke": there.ref if there.id != case.id else None, "oleh": me.alias,
        "kegiatan": clip(case.fields.get("kegiatan", ""), 120), "teks": None, "lama": None, "mulai": None,
        "selesai": None, **told,
    }  # fmt: skip
    desk = {person.id: person for person in lokus_steps.desk_holders(uow, there, now)}
    for person in {**desk, **({lead.id: lead} if lead is not None else {})}.values():
        at_desk = person.id in desk
        keys = _keys(there, told, when) if at_desk and standing else ()
        shown = params if at_desk or params["teks"] is None else {**params, "teks": mask(params["teks"])}
        view = View("rencana/kabar", shown, keys, protect=True)
        uow.outbox.add(Notice(person.telegram_id, Show(view), Priority.REPLY, reference=case.ref))


def _keys(case: Case, told: dict[str, Json], when: Planned | None) -> Keyboard:
    look = (Button("lokus.lihat", f"rp:b:{case.id}"),)
    if case.step not in STEPS:
        return (look,)
    if told["jenis"] == "batal":
        return ((Button("lokus.batalkan", f"la:b:{case.id}"), *look),)
    if when is not None:
        ends = _minutes(when.ends) if when.ends is not None else 0
        return ((Button("lokus.pakai_waktu", f"la:w:{case.id}:{_minutes(when.starts)}:{ends}"), *look),)
    return (look,)


def _minutes(at: datetime) -> int:
    return int(at.timestamp() // 60)


def moment(minutes: int) -> datetime:
    """The moment that a button carries as minutes since 1970. Raises Stale for a number that is none."""
    if not 0 < minutes < 10**8:
        raise Stale
    return _EPOCH + timedelta(minutes=minutes)


_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
