"""Texts edited in Telegram after the report was sent, and re-reading a report in one message."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from domain.errors import UserError
from domain.forms.answers import typed
from domain.forms.state import ORIGINAL, FormState
from domain.lokus.model import KIND as LOKUS
from domain.model import Case, Person
from domain.notices import Json, Keyboard
from domain.office import Office
from domain.ports import UnitOfWork
from domain.recognition import Recognised, recognise
from domain.roles import Role
from domain.usecases import lokus_plan
from domain.usecases.drafts import MESSAGES, to_ask, told
from domain.usecases.reports import RECENT, amend_text
from domain.usecases.transitions import subject


@dataclass(frozen=True, slots=True)
class Outcome:
    """What to tell the author about the edit."""

    template: str
    ref: str
    params: Mapping[str, Json] = field(default_factory=dict)
    keyboard: Keyboard = ()


def reread(state: FormState, found: Recognised, text: str) -> FormState:
    """The fields that came from the message take the edited message's values; what was changed since stays."""
    read = {"bidang": found.bidang, "kecamatan": found.kecamatan, "desa": found.desa, **found.fields, **found.stated}
    new = {key: value for key, value in read.items() if value and (key in state.taken or not state.has(key))}
    state = to_ask(state, [key for key in found.unread if key in state.taken or not state.has(key)])
    if "kecamatan" in new and new["kecamatan"] != state.answers.get("kecamatan"):
        state = state.without("desa")
    house = {"perihal": found.headline, ORIGINAL: text}
    known = {key: value for key, value in {**new, **house}.items() if value}
    return replace(
        state,
        answers={**state.answers, **known},
        taken=tuple(dict.fromkeys((*state.taken, *new))),
        skipped=tuple(key for key in state.skipped if key not in new),
    )


def edited(
    uow: UnitOfWork,
    office: Office,
    person: Person,
    chat_id: int,
    message_id: int,
    text: str,
    now: datetime,
) -> Outcome | None:
    """A sent report's text was edited: a new version, or a refusal that is recorded.

    None when the message was no report's.

    Raises UserError when the new text cannot be the answer that the old one was.
    """
    found = _case_of(uow, person, chat_id, str(message_id))
    if found is None:
        return None
    case, state, key = found
    if key == "*":
        read = recognise(text, office.gazetteer, now)
        if read.kind != "kejadian":
            return Outcome("laporan/suntingan_tidak_terbaca", case.ref, {"ref": case.ref})
        state = reread(state, read, text)
    else:
        state = typed(office, state, key, text, person.regions, now, message_id)
    fields = {**state.answers, MESSAGES: case.fields[MESSAGES]}
    if fields == dict(case.fields):
        return None
    try:
        case = amend_text(uow, office, person, case, fields, now)
    except UserError as error:
        uow.events.append(
            subject(case),
            "edit_refused",
            person.id,
            now,
            {"step": case.step, "status": case.status, "version": case.version, "round": case.round, "why": error.key},
        )
        if case.kind == LOKUS:  # the same words whatever became of the plan, which its partner does not learn
            off = lokus_plan.fate(uow, case) == "dibatalkan"
            keys = () if off else lokus_plan.change_keys(case)
            return Outcome("rencana/suntingan", case.ref, {"ref": case.ref, "batal": off}, keys)
        return Outcome("laporan/suntingan_ditolak", case.ref, {"ref": case.ref, "status": case.status})
    return Outcome("laporan/versi_baru", case.ref, {"ref": case.ref, "versi": case.version})


def _case_of(uow: UnitOfWork, person: Person, chat_id: int, message: str) -> tuple[Case, FormState, str] | None:
    """The report that the message of that chat went into, as a form, and the field."""
    recorded = [case for case in uow.cases.waiting() if case.recorded_by == person.id] if person.has(Role.PIKET) else []
    for case in (*uow.cases.of_author(person.id, RECENT), *recorded):
        messages, taken = told(case, chat_id)
        if message in messages:
            answers = {key: value for key, value in case.fields.items() if key != MESSAGES}
            state = FormState(case.sop, case.sop_version, answers=answers, messages=messages, taken=taken)
            return case, state, messages[message]
    return None
