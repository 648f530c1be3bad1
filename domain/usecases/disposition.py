"""*Disposisi*: leadership's instruction on a recap or a report that was delivered to it, followed up and reported back.

A disposition is a case of its own (kind ``disposisi``, reference DS-) under an SOP for each addressee, so that clocks,
reminders, the ladder and deputies come from where every other case has them (SOP A, step 5).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from domain.errors import NotFound, Stale, UserError
from domain.lokus.model import KIND as LOKUS
from domain.model import Case, Person
from domain.notices import Ack, Button, Json, Notice, Priority, Show, View
from domain.office import Office
from domain.ports import UnitOfWork
from domain.privacy import mask
from domain.roles import Clearance, Role
from domain.sop.commands import Actor, Approve, Dispose, Moved, Refused, Settle, Submit
from domain.sop.engine import decide
from domain.usecases import cards, history, recap, verification
from domain.usecases.cards import Tap
from domain.usecases.officials import cleared, standing_in
from domain.usecases.transitions import actor_of, apply, judge, record, refusal, subject, view_of
from domain.usecases.verification import Matter, Seen

ADDRESSEES: Final = {
    "k": (Role.KEPALA, "disposisi"),
    "b": (Role.KABID, "disposisi-kabid"),
    "s": (Role.SKPD, "disposisi-skpd"),
}
"""To whom, by the letter in the buttons: the role and its procedure. The first is offered first."""
INSTRUCTIONS: Final = {
    "t": "Tanggapan dan saran",
    "p": "Proses lebih lanjut",
    "k": "Koordinasi dan konfirmasikan",
}
"""The words of the lembar disposisi ("dengan hormat harap")."""
LONGEST = 600
"""Characters of a typed instruction or of a report back; more is cut."""
_NONE = frozenset({"disposisi", LOKUS})
"""Kinds that nobody gives a disposition on: what is delivered of a lokus has no button for it."""
REPORT = "bagaimana"
"""The field that the report back is written into; the SOP needs it."""


@dataclass(frozen=True, slots=True)
class Source:
    """What a disposition is on: a recap (``r``) or a report (``k``)."""

    code: str
    id: int
    ref: str
    about: str
    classification: str
    case: Case | None = None

    @property
    def key(self) -> str:
        """As it stands in the disposition's fields and in buttons."""
        return f"{self.code}:{self.id}"


def source(uow: UnitOfWork, office: Office, me: Person, code: str, number: int, now: datetime) -> Source:
    """What the button stands below. NotFound for whoever is not leadership, or whom it was not delivered to."""
    if not recap.leads(uow, me, now):
        raise NotFound
    if code == "r":
        made, content = recap.readable(uow, office, me, number, now)
        if made.approved_at is None:
            raise NotFound
        return Source(code, made.id, made.ref, f"Rekap {content.day:%d-%m-%Y}", Clearance.TERBATAS.value)
    case = uow.cases.get(number)
    if code != "k" or case is None or case.kind in _NONE or not disposable(case) or not cleared(case, me):
        raise NotFound
    about = history.clip(mask(case.fields.get("apa", "")), 120)
    return Source(code, case.id, case.ref, about, case.classification, case)


def disposable(case: Case) -> bool:
    """Whether leadership may give a disposition on the report: it was delivered and is no secret."""
    open_text = Clearance.TERBATAS.allows(Clearance(case.classification))
    return open_text and case.status in ("approved", "published", "handling", "closed") and not case.nihil


def addressees(uow: UnitOfWork) -> Sequence[str]:
    """The letters of those who are there to address; the head always."""
    return [letter for letter, (role, _) in ADDRESSEES.items() if letter == "k" or uow.people.holding(role)]


def give(uow: UnitOfWork, office: Office, me: Person, on: Source, letter: str, instruction: str, now: datetime) -> Case:
    """The disposition, to the addressee at once. UserError when the same one is open already (tapped twice)."""
    if letter not in ADDRESSEES:
        raise Stale
    role, name = ADDRESSEES[letter]
    words = history.clip(" ".join(instruction.split()), LONGEST)
    if not any(char.isalnum() for char in words):
        raise UserError("disposisi/kosong")
    for other in uow.cases.waiting(kind="disposisi"):
        same = (other.author_id, other.sop, other.fields.get("acuan"), other.fields.get("apa"))
        if same == (me.id, name, on.ref, words):
            raise UserError("disposisi/sudah", ref=other.ref)
    case = _opened(uow, office, me, on, name, words, now)
    uow.events.append(subject(case), "given", me.id, now, {"on": on.ref, "to": role.value})
    if on.case is not None and on.case.status in ("approved", "published"):
        moved = judge(uow, office, on.case, Dispose(_as_leader(me)), now)
        handled = apply(uow, on.case, moved, me.id, now, data={"by": case.ref})
        cards.refresh(uow, office, handled, now)
    cards.announce(uow, office, case, now)
    return case


def _as_leader(me: Person) -> Actor:
    """A deputy gives it with the role of whom they stand in for."""
    actor = actor_of(me)
    return replace(actor, roles=actor.roles | {Role.PIMPINAN})


def _opened(uow: UnitOfWork, office: Office, me: Person, on: Source, name: str, words: str, now: datetime) -> Case:
    sop = office.sops.get(name)
    fields = {"apa": words, "perihal": on.about or on.ref, "acuan": on.ref, "_acuan": on.key}
    command = Submit(_as_leader(me), frozenset(fields))
    decision = decide(sop, None, command, now, zone=office.zone, calendar=office.calendar)
    if isinstance(decision, Refused):
        raise refusal(decision, None)
    urgency = "biasa" if on.case is None else on.case.urgency
    case = uow.cases.add(
        ref=uow.references.next(sop.ref_prefix, office.local_date(now)),
        kind=sop.kind,
        sop=sop.name,
        sop_version=sop.version,
        step=decision.step,
        status=decision.status,
        round=decision.round,
        version=1,
        author_id=me.id,
        recorded_by=None,
        region=None,
        bidang=None if on.case is None else on.case.bidang,
        classification=sop.classification.value if on.case is None else on.classification,
        urgency=urgency,
        nihil=False,
        duty_date=None,
        lateness="not_applicable",
        received_at=now,
        entered_at=decision.entered_at,
        due_at=decision.due_at,
        closed_at=None,
        value=None,
        incident_id=None,
        supersedes_id=None,
        fields=fields,
    )
    record(uow, case, decision, me.id, now, {"ref": case.ref, "received_at": now.isoformat()})
    return case


# --- followed up -----------------------------------------------------------------------------------------------------


def to_report(uow: UnitOfWork, office: Office, me: Person, seen: Seen, now: datetime, tap: Tap) -> Matter | Ack:
    """The disposition, if the person may report back on it now; otherwise the answer that says why not."""
    found = verification.matter(uow, office, me, seen.case_id, tap, now, "follow_up")
    if isinstance(found, Ack):
        return found
    case = found.case
    if case.kind != "disposisi":
        raise Stale
    if (case.version, case.step) != (seen.version, seen.step) or case.closed_at is not None:
        return verification.late(uow, office, case, seen)
    if me not in found.turn.persons:
        return verification.refused(office, case, found.step, "not_your_step")
    return found


def report(uow: UnitOfWork, office: Office, me: Person, seen: Seen, text: str, now: datetime, tap: Tap) -> Case | Ack:
    """*Tindak lanjut*: the short report back closes the disposition; whoever gave it is told."""
    found = to_report(uow, office, me, seen, now, tap)
    if isinstance(found, Ack):
        return found
    words = history.clip(" ".join(text.split()), LONGEST)
    if not any(char.isalnum() for char in words):
        raise UserError("disposisi/kosong")
    case = uow.cases.add_version(found.case, {**found.case.fields, REPORT: words}, me.id, now)
    command = Approve(found.actor, None, case.version, case.step)
    decision = decide(found.sop, view_of(uow, case), command, now, zone=office.zone, calendar=office.calendar)
    match decision:
        case Refused():
            raise refusal(decision, case)
        case Moved() as moved:
            role = found.turn.role(me, found.step)
            data: dict[str, Json] = {"from": seen.step, "role": role.value if role else None}
            if (absent := found.turn.instead_of(me)) is not None:
                data["instead_of"] = absent
            case = apply(uow, case, moved, me.id, now, data=data)
    cards.announce(uow, office, case, now)
    _tell_giver(uow, office, case, role, now)
    _settle_source(uow, office, case, me, now)
    return case


def _tell_giver(uow: UnitOfWork, office: Office, case: Case, role: Role | None, now: datetime) -> None:
    giver = uow.people.get(case.author_id)
    if giver is None or not giver.active:
        return
    params: dict[str, Json] = {
        "ref": case.ref,
        "acuan": case.fields.get("acuan"),
        "perihal": case.fields.get("perihal"),
        "disposisi": case.fields.get("apa"),
        "laporan": case.fields.get(REPORT),
        "peran": office.title(role) if role is not None else None,
        "pada": now.isoformat(),
    }
    view = View("disposisi/dilaporkan", params, protect=True)
    uow.outbox.add(Notice(giver.telegram_id, Show(view), Priority.REPLY, reference=case.ref))


def _settle_source(uow: UnitOfWork, office: Office, case: Case, me: Person, now: datetime) -> None:
    """The report is no longer being handled once nothing is open on it."""
    code, _, number = case.fields.get("_acuan", "").partition(":")
    on = uow.cases.get(int(number)) if code == "k" and number.isdecimal() else None
    if on is None or on.status != "handling":
        return
    if any(other.fields.get("_acuan") == case.fields["_acuan"] for other in uow.cases.waiting(kind="disposisi")):
        return
    moved = judge(uow, office, on, Settle(actor_of(me)), now)
    cards.refresh(uow, office, apply(uow, on, moved, me.id, now, data={"by": case.ref}), now)


# --- listed ----------------------------------------------------------------------------------------------------------


def mine(uow: UnitOfWork, office: Office, me: Person, now: datetime) -> Sequence[Case]:
    """Open dispositions that the person gave, or that wait for one of their roles; the earliest due first."""
    roles = me.roles.union(*(absent.roles for absent in standing_in(uow, me, now)))
    found = []
    for case in uow.cases.waiting(kind="disposisi"):
        step = office.sop_of(case.sop, case.sop_version).step(case.step)
        given = case.author_id == me.id or (Role.PIMPINAN in roles and recap.leads(uow, me, now))
        if cleared(case, me) and (given or not roles.isdisjoint(step.roles)):
            found.append(case)
    return sorted(found, key=lambda case: (case.due_at is None, case.due_at, case.id))


def list_view(office: Office, found: Sequence[Case], me: Person, most: int = 10) -> View:
    """The list, each with a button to its card for whoever acts on it."""
    lines: list[Json] = []
    buttons = []
    for case in found[:most]:
        step = office.sop_of(case.sop, case.sop_version).step(case.step)
        lines.append(
            {
                "ref": case.ref,
                "acuan": case.fields.get("acuan"),
                "perihal": case.fields.get("perihal"),
                "disposisi": history.clip(case.fields.get("apa", ""), 80),
                "kepada": office.title(step.actor) if step.actor is not None else None,
                "batas": case.due_at.isoformat() if case.due_at else None,
            }
        )
        if case.author_id != me.id:
            buttons.append((Button("tugas.tindak", f"tg:k:{case.id}", {"ref": case.ref}),))
    return View("disposisi/daftar", {"perkara": lines, "lain": max(0, len(found) - most)}, tuple(buttons), protect=True)
