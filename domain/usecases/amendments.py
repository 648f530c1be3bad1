"""Texts edited in Telegram after the report was sent, and re-reading a report in one message."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from domain.errors import UserError
from domain.forms.questions import BY_KEY
from domain.forms.state import FormState
from domain.model import Case, Person
from domain.notices import Json
from domain.office import Office
from domain.ports import UnitOfWork
from domain.recognition import Recognised, recognise
from domain.usecases.reports import INTERNAL, amend_text
from domain.usecases.transitions import subject

RECENT = 20
"""How many of the author's newest reports are looked through for the edited message."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What to tell the author about the edit."""

    template: str
    ref: str
    params: Mapping[str, Json] = field(default_factory=dict)


def reread(state: FormState, found: Recognised) -> FormState:
    """The fields that came from the message take the edited message's values; the others stay."""
    read: dict[str, str] = dict(found.fields)
    for key, value in (("bidang", found.bidang), ("kecamatan", found.kecamatan), ("desa", found.desa), ("perihal", found.headline)):
        if value and (not state.has(key) or key in state.guessed or key == "perihal"):
            read[key] = value
    return replace(state, answers={**state.answers, **read})


def edited(uow: UnitOfWork, office: Office, person: Person, message_id: int, text: str, now: datetime) -> Outcome | None:
    """A sent report's text was edited: a new version, or a refusal that is recorded. None when the message was no report's."""
    found = _case_of(uow, person, message_id)
    if found is None:
        return None
    case, key = found
    fields = dict(case.fields)
    if key == "*":
        read = recognise(text, office.gazetteer, now)
        fields |= {name: value for name, value in read.fields.items() if name in BY_KEY}
    else:
        fields[key] = text.strip()
    if fields == dict(case.fields):
        return None
    try:
        case = amend_text(uow, office, person, case, fields, now)
    except UserError as error:
        uow.events.append(subject(case), "edit_refused", person.id, now, {
            "step": case.step, "status": case.status, "version": case.version, "round": case.round, "why": error.key})
        return Outcome("laporan/suntingan_ditolak", case.ref, {"ref": case.ref, "status": case.status})
    return Outcome("laporan/versi_baru", case.ref, {"ref": case.ref, "versi": case.version})


def _case_of(uow: UnitOfWork, person: Person, message_id: int) -> tuple[Case, str] | None:
    for case in uow.cases.of_author(person.id, RECENT):
        pairs = (pair.partition("=") for pair in case.fields.get(INTERNAL + "pesan", "").split(","))
        for message, _, key in pairs:
            if message == str(message_id):
                return case, key
    return None
