"""What presses one person: a single living message per person, with every case they were called to, sorted by due time.

A new call deletes the old message and sends a new one, for an edit rings nobody's phone. When somebody acts, what was
not sent yet is dropped and what stands is edited in place. What the message lists is a row of ``meta`` (case ids only).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Literal, TypeAlias

from domain.model import Case, Event, Person
from domain.notices import Button, Delete, Json, Keyboard, Notice, Priority, Show, View
from domain.office import Office
from domain.ports import UnitOfWork
from domain.privacy import mask
from domain.roles import Clearance
from domain.sop.engine import is_open
from domain.sop.schema import Sop
from domain.usecases import history
from domain.usecases.officials import given_to, turn
from domain.usecases.transitions import subject, view_of

Kind: TypeAlias = Literal["ingat", "terima", "lewat", "serah", "naik"]
"""Reminder, to be acknowledged, limit passed, handed over, escalated: the later ones say more."""
RANK: tuple[Kind, ...] = ("ingat", "terima", "lewat", "serah", "naik")
TOLD = frozenset({"reminded", "overdue", "escalated", "handed"})
"""Events of a case that say who was called: ``to`` lists person ids."""
SHOWN = 8
"""Cases that one message lists; /tugas has the rest."""
_WORDS = 60


@dataclass(frozen=True, slots=True)
class Call:
    """Why a person is called to a case; it holds while the case stands at that step in that round."""

    step: str
    round: int
    kind: Kind
    late: str | None = None
    """When it should have been told (ISO), if the system was not there to tell it."""
    by: str | None = None
    """Who handed it over (alias)."""


@dataclass(frozen=True, slots=True)
class _State:
    cases: Mapping[str, Call] = field(default_factory=dict)
    done: Sequence[Mapping[str, Json]] = ()
    before: int | None = None
    """The message that stood in the slot when the newest was made: not the newest itself."""


_CONFIRMED = frozenset({"acknowledged"})
_SEEN = frozenset({"acknowledged", "opened", "arranged"})


def slot(person: Person) -> str:
    """Where the person's message stands."""
    return f"sla:{person.id}@{person.telegram_id}"


def acknowledged(events: Sequence[Event], case: Case) -> Event | None:
    """The confirmation of receipt at the case's present step and round, if somebody gave it.

    A secret case is confirmed by opening it, or by an official's word on the call or meeting that it is told by.
    """
    words = _SEEN if Clearance(case.classification).secret else _CONFIRMED
    return next(
        (
            event
            for event in events
            if event.action in words
            and event.data.get("side") != "pelapor"
            and event.data.get("step") == case.step
            and event.data.get("round") == case.round
        ),
        None,
    )


def stands(case: Case, sop: Sop, call: Call, events: Sequence[Event]) -> bool:
    """Whether nobody has acted since."""
    if case.closed_at is not None or (case.step, case.round) != (call.step, call.round) or sop.step(case.step).final:
        return False
    return not (call.kind == "terima" and acknowledged(events, case) is not None)


def tell(uow: UnitOfWork, office: Office, person: Person, calls: Mapping[int, Call], now: datetime) -> None:
    """Call the person to these cases, along with what they were called to before: one message that rings once."""
    state = _load(uow, person)
    uow.outbox.drop_unsent(slot(person))
    old = uow.outbox.slot_message(slot(person))
    state = _State({**state.cases, **{str(case_id): call for case_id, call in calls.items()}}, (), old)
    view, urgent = _view(uow, office, person, state, now)
    if view is None:
        return
    heard = any(call.kind in ("naik", "serah") for call in calls.values())
    priority = Priority.URGENT if urgent else Priority.REPLY if heard else Priority.ORDINARY
    if old is not None:
        uow.outbox.add(Notice(person.telegram_id, Delete(message_id=old), priority))
    uow.outbox.add(Notice(person.telegram_id, Show(view, slot(person), fresh=True), priority))
    _save(uow, person, state)


def settle(uow: UnitOfWork, office: Office, case: Case, events: Sequence[Event], now: datetime) -> None:
    """Somebody acted on the case: everybody who was called to it is told in place by whom, or not called any more."""
    called = {int(person) for event in events if event.action in TOLD for person in event.data.get("to", ())}
    sop = office.sop_of(case.sop, case.sop_version)
    for person in filter(None, map(uow.people.get, sorted(called))):
        state = _load(uow, person)
        call = state.cases.get(str(case.id))
        if call is None or stands(case, sop, call, events):
            continue
        rest = {key: one for key, one in state.cases.items() if key != str(case.id)}
        moved = [event for event in events if event.action in history.ACTED]
        line = history.lines(uow, office, moved[-1:])
        own = bool(moved) and moved[-1].actor_id == person.id
        done = [*state.done, {"ref": case.ref, **line[0], "alasan": None, "sendiri": own}] if line else [*state.done]
        _put_right(uow, office, person, replace(state, cases=rest, done=done), now)


def let_go(uow: UnitOfWork, office: Office, person: Person, case: Case, to: Person, now: datetime) -> None:
    """The person handed the case to another: it leaves their list and the message says so."""
    state = _load(uow, person)
    rest = {key: call for key, call in state.cases.items() if key != str(case.id)}
    done = {
        "ref": case.ref,
        "aksi": "handed",
        "oleh": to.alias,
        "peran": None,
        "pada": now.isoformat(),
        "sendiri": False,
    }
    _put_right(uow, office, person, replace(state, cases=rest, done=[*state.done, done]), now)


def _put_right(uow: UnitOfWork, office: Office, person: Person, state: _State, now: datetime) -> None:
    """Show what is left: an edit of what was read, or a new message instead of one that was never sent."""
    name = slot(person)
    waited = uow.outbox.drop_unsent(name) > 0
    standing = uow.outbox.slot_message(name)
    unseen = waited and (standing is None or standing == state.before)
    state = replace(state, done=() if unseen else state.done[-SHOWN:])
    view, urgent = _view(uow, office, person, state, now)
    if view is not None:
        priority = Priority.URGENT if urgent and unseen else Priority.REPLY
        uow.outbox.add(Notice(person.telegram_id, Show(view, name, fresh=unseen), priority))
    _save(uow, person, state)


def _view(uow: UnitOfWork, office: Office, person: Person, state: _State, now: datetime) -> tuple[View | None, bool]:
    """The message, and whether a very urgent case is in it; None when there is nothing to say."""
    found: list[tuple[Case, Call]] = []
    for key, call in state.cases.items():
        case = uow.cases.get(int(key))
        if case is not None and stands(case, office.sop_of(case.sop, case.sop_version), call, ()):
            found.append((case, call))
    if not found and not state.done:
        return None, False
    found.sort(key=lambda one: (one[0].due_at is None, one[0].due_at, one[0].id))
    listed = found[:SHOWN]
    view = View(
        "sla/daftar",
        {
            "perkara": [_line(office, case, call, now) for case, call in listed],
            "lain": len(found) - len(listed),
            "selesai": list(state.done),
            "sangat_segera": any(case.urgency == "sangat_segera" for case, _ in found),
        },
        tuple(row for case, call in listed for row in _buttons(uow, office, person, case, call, now)),
    )
    return view, any(case.urgency == "sangat_segera" for case, _ in found)


def _line(office: Office, case: Case, call: Call, now: datetime) -> dict[str, Json]:
    step = office.sop_of(case.sop, case.sop_version).step(case.step)
    open_text = not Clearance(case.classification).secret
    said = case.fields.get("apa") or case.fields.get("kegiatan", "")  # of a lokus, what is planned
    what = history.clip(mask(said), _WORDS) if open_text else ""
    return {
        "ref": case.ref,
        "langkah": step.title,
        "jenis": call.kind,
        "derajat": case.urgency,
        "apa": what or None,
        "batas": case.due_at.isoformat() if case.due_at else None,
        "sisa": int((case.due_at - now).total_seconds()) if case.due_at else None,
        "menunggu": office.title(step.actor) if step.actor is not None else None,
        "susulan": call.late,
        "oleh": call.by,
    }


def _buttons(uow: UnitOfWork, office: Office, person: Person, case: Case, call: Call, now: datetime) -> Keyboard:
    sop = office.sop_of(case.sop, case.sop_version)
    step, ref = sop.step(case.step), {"ref": case.ref}
    if step is sop.first:
        draft = next((draft for draft in uow.drafts.open(person.id) if draft.case_id == case.id), None)
        if draft is not None:
            return ((Button("tugas.perbaiki", f"f:{draft.id}:go:b", ref),),)
        return ((Button("tugas.buka", f"lihat:b:{case.id}", ref),),)
    if Clearance(case.classification).secret:
        opens = [Button("rahasia.buka_ref", f"rs:b:{case.id}", ref)]
        if call.kind in ("naik", "serah"):
            opens.append(Button("tugas.serahkan_ref", f"tg:h:{case.id}", ref))
        return (tuple(opens),)
    row = [Button("tugas.tindak", f"tg:k:{case.id}", ref)]
    if step.acknowledge is not None and acknowledged(uow.events.of(subject(case)), case) is None:
        row.insert(0, Button("tugas.terima", f"v:a:{case.id}:{case.version}:{case.step}", ref))
    if call.kind in ("naik", "serah"):
        row.append(Button("tugas.serahkan_ref", f"tg:h:{case.id}", ref))
    return (tuple(row),)


def may_hand(uow: UnitOfWork, office: Office, case: Case, person: Person, now: datetime) -> bool:
    """Whether the case was escalated or handed to the person and they may still give it to another."""
    sop = office.sop_of(case.sop, case.sop_version)
    step, view = sop.step(case.step), view_of(uow, case)
    given = given_to(uow.events.of(subject(case)), case)
    return is_open(sop, view) and person.id in given and person in turn(uow, case, step, view, now=now).persons


def _load(uow: UnitOfWork, person: Person) -> _State:
    kept = json.loads(uow.meta.get(f"sla:{person.id}") or "{}")
    cases = {key: Call(**call) for key, call in kept.get("cases", {}).items()}
    return _State(cases, kept.get("done", ()), kept.get("before"))


def _save(uow: UnitOfWork, person: Person, state: _State) -> None:
    cases = {key: asdict(call) for key, call in state.cases.items()}
    uow.meta.put(f"sla:{person.id}", json.dumps({"cases": cases, "done": list(state.done), "before": state.before}))
