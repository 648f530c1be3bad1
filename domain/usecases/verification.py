"""An official's decision on a report: who may, what it does, what everybody then sees. The rules are the SOP's alone.

A refusal is an answer, not an error: a denied attempt has to be recorded, and an error would roll the record back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeAlias

from domain import secrecy
from domain.lokus.model import KIND as LOKUS
from domain.model import Case, Person
from domain.notices import Ack, Json
from domain.office import Office
from domain.ports import UnitOfWork
from domain.roles import Role
from domain.sop.commands import Acknowledge, Actor, Approve, Decline, Moved, Refused, Reject, Revise
from domain.sop.engine import decide
from domain.sop.schema import Sop, Step
from domain.usecases import cards, history, incidents, pressing, recaplist, revision, secretcard
from domain.usecases.cards import Tap
from domain.usecases.cardview import slot
from domain.usecases.officials import Turn, cleared, officials, standing_in, turn
from domain.usecases.queue import group_of
from domain.usecases.transitions import apply, subject, view_of

Official: TypeAlias = Approve | Revise | Decline | Reject | Acknowledge


@dataclass(frozen=True, slots=True)
class Seen:
    """What the button was made for; nothing in it is believed."""

    case_id: int
    version: int
    step: str


@dataclass(frozen=True, slots=True)
class Matter:
    """A case that the person may know of, its procedure and whose turn it is."""

    case: Case
    sop: Sop
    step: Step
    turn: Turn
    actor: Actor


def matter(
    uow: UnitOfWork,
    office: Office,
    me: Person,
    case_id: int,
    tap: Tap,
    now: datetime,
    what: str,
    also: frozenset[Role] = frozenset(),
) -> Matter | Ack:
    """The case, if this person may know of it: an official of its procedure (or of ``also``), region and clearance met.

    Otherwise one and the same refusal as for a case that does not exist, and a record of the attempt; only someone in
    front of the real card is told why. A lokus has buttons of its own that do more with each step: here it is nobody's.
    """
    case = uow.cases.get(case_id)
    if case is None or case.kind == LOKUS:
        return _denied(uow, me, case, case_id, now, what, "not_found")
    if secrecy.is_secret(case):
        return _secret(uow, office, me, case, tap, now, what)
    sop = office.sop_of(case.sop, case.sop_version)
    step = sop.step(case.step)
    whose = turn(uow, case, step, now=now)
    actor = whose.actor(me, step)
    roles = actor.roles.union(*(absent.roles for absent in standing_in(uow, me, now)))
    known_role = not roles.isdisjoint(officials(sop) | also)
    if known_role and _cleared(uow, case, whose, me, now):
        return Matter(case, sop, step, whose, actor)
    why = "not_your_region" if known_role else "not_permitted"
    if _on_its_card(uow, case, step, tap):
        return refused(office, case, step, why)
    return _denied(uow, me, case, case_id, now, what, why)


def _secret(
    uow: UnitOfWork, office: Office, me: Person, case: Case, tap: Tap, now: datetime, what: str
) -> Matter | Ack:
    """Of a secret case nobody is told anything but those it is open to, in their own chat."""
    if tap.chat_id != me.telegram_id or not secrecy.may_open(uow, office, case, me, now):
        return secrecy.denied(uow, me, case, what, now)
    sop = office.sop_of(case.sop, case.sop_version)
    step = sop.step(case.step)
    whose = turn(uow, case, step, now=now)
    return Matter(case, sop, step, whose, whose.actor(me, step))


def _cleared(uow: UnitOfWork, case: Case, whose: Turn, me: Person, now: datetime) -> bool:
    return whose.cleared(case, me) or any(
        cleared(case, replace(me, regions=absent.regions)) for absent in standing_in(uow, me, now)
    )


def _on_its_card(uow: UnitOfWork, case: Case, step: Step, tap: Tap) -> bool:
    """Whether the tapped message is the case's own card, or may be: one just sent is tapped before its id is known."""
    if tap.message_id is None:
        return False
    name, tapped = slot(case, tap.chat_id), uow.outbox.slot_of(tap.chat_id, tap.message_id)
    if tapped is not None or uow.outbox.slot_message(name) is not None:
        return tapped == name
    purpose = group_of(case.classification, step)
    return purpose is not None and any(group.chat_id == tap.chat_id for group in uow.groups.for_purpose(purpose))


def _denied(uow: UnitOfWork, me: Person, case: Case | None, case_id: int, now: datetime, what: str, why: str) -> Ack:
    where = f"person:{me.id}" if case is None else subject(case)
    uow.events.append(where, "denied", me.id, now, {"what": what, "why": why, "case": case_id})
    return Ack("galat/tidak_ditemukan", alert=True)


def approve(uow: UnitOfWork, office: Office, me: Person, seen: Seen, value: str | None, now: datetime, tap: Tap) -> Ack:
    """YES, with the nilai informasi where the step asks for it."""
    return _decide(
        uow,
        office,
        me,
        seen,
        now,
        tap,
        "approve",
        lambda actor: Approve(actor, value, seen.version, seen.step),
        {"value": value},
    )


def revise(
    uow: UnitOfWork,
    office: Office,
    me: Person,
    seen: Seen,
    reason: str,
    fields: tuple[str, ...],
    now: datetime,
    tap: Tap,
) -> Ack:
    """Back to the author, who is asked for just these fields (all of them when none is named)."""
    return _decide(
        uow,
        office,
        me,
        seen,
        now,
        tap,
        "revise",
        lambda actor: Revise(actor, reason, fields, seen.version, seen.step),
        {"reason": reason, "fields": list(fields)},
    )


def reject(uow: UnitOfWork, office: Office, me: Person, seen: Seen, reason: str, now: datetime, tap: Tap) -> Ack:
    """The end of the report, with a reason."""
    return _decide(
        uow,
        office,
        me,
        seen,
        now,
        tap,
        "reject",
        lambda actor: Reject(actor, reason, seen.version, seen.step),
        {"reason": reason},
    )


def decline(uow: UnitOfWork, office: Office, me: Person, seen: Seen, now: datetime, tap: Tap) -> Ack:
    """NO where the procedure leads elsewhere than back."""
    return _decide(
        uow, office, me, seen, now, tap, "decline", lambda actor: Decline(actor, seen.version, seen.step), {}
    )


def acknowledge(uow: UnitOfWork, office: Office, me: Person, seen: Seen, now: datetime, tap: Tap) -> Ack:
    """*Terima*: receipt is confirmed, its clock stops and the step goes on. Confirmed twice, the first one counts."""
    judged = _judge(
        uow, office, me, seen, now, tap, "acknowledge", lambda actor: Acknowledge(actor, seen.version, seen.step)
    )
    if isinstance(judged, Ack):
        return judged
    found, moved = judged
    first = pressing.acknowledged(uow.events.of(subject(found.case)), found.case)
    if first is not None:
        line = history.lines(uow, office, [first])[0]
        return Ack("verifikasi/didahului", {"ref": found.case.ref, **line}, alert=True)
    role = found.turn.role(me, found.step)
    case = apply(uow, found.case, moved, me.id, now, data={"role": role.value if role else None})
    cards.refresh(uow, office, case, now, tap=tap)
    pressing.settle(uow, office, case, uow.events.of(subject(case)), now)
    return Ack("verifikasi/tercatat", {"ref": case.ref, "aksi": moved.action, "nilai": None})


def check(
    uow: UnitOfWork,
    office: Office,
    me: Person,
    seen: Seen,
    now: datetime,
    tap: Tap,
    what: str,
    command: Callable[[Actor], Official],
) -> Matter | Ack:
    """Whether the decision could be taken now: asked before its choices are shown. Nothing is written but a denial."""
    judged = _judge(uow, office, me, seen, now, tap, what, command)
    return judged if isinstance(judged, Ack) else judged[0]


def _judge(
    uow: UnitOfWork,
    office: Office,
    me: Person,
    seen: Seen,
    now: datetime,
    tap: Tap,
    what: str,
    command: Callable[[Actor], Official],
) -> tuple[Matter, Moved] | Ack:
    found = matter(uow, office, me, seen.case_id, tap, now, what)
    if isinstance(found, Ack):
        return found
    case, sop = found.case, found.sop
    if secrecy.is_secret(case) and not secretcard.has_read(uow, case, me):
        return Ack("rahasia/buka_dulu", {"ref": case.ref}, alert=True)
    decision = decide(sop, view_of(uow, case), command(found.actor), now, zone=office.zone, calendar=office.calendar)
    match decision:
        case Refused(reason="stale" | "already_done" | "closed"):
            return late(uow, office, case, seen)
        case Refused():
            return refused(office, case, found.step, decision.reason, decision.missing)
        case Moved():
            if case.recorded_by == me.id:
                return refused(office, case, found.step, "own_report")
            return found, decision


def _decide(
    uow: UnitOfWork,
    office: Office,
    me: Person,
    seen: Seen,
    now: datetime,
    tap: Tap,
    what: str,
    command: Callable[[Actor], Official],
    data: Mapping[str, Json],
) -> Ack:
    judged = _judge(uow, office, me, seen, now, tap, what, command)
    if isinstance(judged, Ack):
        return judged
    found, moved = judged
    role = found.turn.role(me, found.step)
    told = {key: value for key, value in data.items() if value is not None}
    columns: dict[str, Any] = {"value": told["value"]} if "value" in told else {}
    told = {"from": seen.step, "role": role.value if role else None, **told}
    if (absent := found.turn.instead_of(me)) is not None:
        told["instead_of"] = absent
    case = apply(uow, found.case, moved, me.id, now, data=told, **columns)
    recaplist.note(uow, office, case, now)
    cards.announce(uow, office, case, now, tap=tap)
    cards.tell_author(uow, office, case, now)
    if moved.action == "revision_requested":
        revision.ask_author(uow, office, case, me, told["reason"], tuple(told["fields"]), now)
    return Ack("verifikasi/tercatat", {"ref": case.ref, "aksi": moved.action, "nilai": told.get("value")})


def late(uow: UnitOfWork, office: Office, case: Case, seen: Seen) -> Ack:
    """Somebody was first, or the card is of an older version: say who and when."""
    events = uow.events.of(subject(case))
    first = history.decision_on(events, seen.version, seen.step)
    if first is not None:
        line = history.lines(uow, office, [first])[0]
        return Ack("verifikasi/didahului", {"ref": case.ref, **line}, alert=True)
    return Ack(
        "verifikasi/tombol_lama",
        {"ref": case.ref, "lama": seen.version, "versi": case.version, "status": case.status},
        alert=True,
    )


def refused(office: Office, case: Case, step: Step, why: str, missing: tuple[str, ...] = ()) -> Ack:
    """Why not, in the official's words; ``why`` is one of the engine's reasons, or "not_open" for looking."""
    role = office.title(step.actor) if step.actor is not None else None
    return Ack(
        "verifikasi/ditolak_bot",
        {"ref": case.ref, "sebab": why, "peran": role, "kurang": list(missing), "wilayah": case.region},
        alert=True,
    )


def link(uow: UnitOfWork, office: Office, me: Person, seen: Seen, other_id: int, now: datetime, tap: Tap) -> Ack:
    """Make this report and another one the same incident; both cards then count the corroboration."""
    found = matter(uow, office, me, seen.case_id, tap, now, "link")
    if isinstance(found, Ack):
        return found
    case, other = found.case, uow.cases.get(other_id)
    if (case.version, case.step) != (seen.version, seen.step) or case.closed_at is not None:
        return late(uow, office, case, seen)
    if me.id not in {person.id for person in found.turn.persons}:
        mine = me.id in (case.author_id, case.recorded_by)
        return refused(office, case, found.step, "own_report" if mine else "not_your_step")
    if other is None or not incidents.linkable(case, other) or not cleared(other, me):
        return _denied(uow, me, case, other_id, now, "link", "not_found")
    if case.incident_id is not None and case.incident_id == other.incident_id:
        return Ack("verifikasi/sudah_ditautkan", {"ref": case.ref, "lain": other.ref}, alert=True)
    for member in incidents.link(uow, case, other, me, now):
        cards.refresh(uow, office, member, now, tap=tap if member.id == case.id else None)
    return Ack("verifikasi/ditautkan", {"ref": case.ref, "lain": other.ref})
