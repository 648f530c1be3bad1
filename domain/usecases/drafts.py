"""Half-done reports: begun, answered step by step, parked, taken up again. Each step ends in the draft's row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Literal

from domain.errors import NotFound, NotPermitted
from domain.forms import flow
from domain.forms.questions import ORDER, defaults, options, required
from domain.forms.state import FormState, Via
from domain.model import Attachment, Case, Draft, Person
from domain.office import Office
from domain.ports import UnitOfWork
from domain.recognition import Recognised
from domain.sop.schema import Sop
from domain.usecases.transitions import actor_of, view_of

MAX_FILE_BYTES = 20 * 1024 * 1024
"""What a bot may download (Bot API getFile)."""


def primary_sop(office: Office) -> Sop:
    """The procedure that a report typed without any command belongs to."""
    return office.sops.get(office.profile.procedures[0].sop)


def sop_for(office: Office, command: str) -> Sop:
    """The procedure behind /lapinfo or /lapor; NotFound where the agency does not run it."""
    procedure = office.profile.procedure(command)
    if procedure is None:
        raise NotFound("galat/prosedur_tidak_ada", perintah=command)
    return office.sops.get(procedure.sop)


def applies(office: Office) -> flow.Applies:
    """A desa is asked only where the profile lists some for the kecamatan."""
    def check(key: str, state: FormState) -> bool:
        return key != "desa" or bool(options(office, "desa", state.answers, ()))
    return check


def state_of(draft: Draft) -> FormState:
    """The conversation's state from the draft's row."""
    return FormState.from_json(draft.state)


def needed(office: Office, state: FormState) -> tuple[str, ...]:
    """What must be there before *Kirim*, by the SOP the draft was begun under."""
    sop = office.sops.get(state.sop, state.sop_version)
    return required(sop, oral=state.voices > 0 and bool(sop.oral_needs) and state.via != "written_down")


def begin(
    uow: UnitOfWork, office: Office, person: Person, chat_id: int, sop: Sop, now: datetime, *, via: Via = "form",
    found: Recognised | None = None, author: Person | None = None, duty: bool = False, sources: Mapping[str, str] | None = None,
) -> tuple[Draft, FormState]:
    """A new report. What the person was writing before is parked as a saved draft, never dropped."""
    if person.roles.isdisjoint(sop.first.roles):
        raise NotPermitted
    park(uow, office, person, now)
    writer = author or person
    state = FormState(
        sop.name, sop.version, answers={**defaults(writer), **(sources or {})}, via=via, duty=duty,
        author_id=None if author is None else author.id,
        asks=tuple(key for key in ORDER if via in ("form", "catat") or key in sop.first.needs))
    if found is not None:
        state = filled(office, state, found, writer)
    state = flow.advance(state, applies(office))
    return _add(uow, office, person, chat_id, state, now), state


def filled(office: Office, state: FormState, found: Recognised, writer: Person, message_id: int | None = None) -> FormState:
    """What was recognised put into fields that are still empty; own kecamatan when there is only one."""
    guesses: dict[str, str | None] = {"bidang": found.bidang, "kecamatan": found.kecamatan, "desa": found.desa}
    if found.kecamatan is None and len(writer.regions) == 1:
        guesses["kecamatan"] = writer.regions[0]
    written = {key: value for key, value in found.fields.items() if not state.has(key)}
    guessed = {key: value for key, value in guesses.items() if value and not state.has(key)}
    if found.headline:
        guessed["perihal"] = found.headline
    messages = state.messages if message_id is None else {**state.messages, str(message_id): "*"}
    return replace(
        state, answers={**state.answers, **written, **guessed}, messages=messages,
        guessed=tuple(dict.fromkeys((*state.guessed, *(key for key in ("bidang", "kecamatan") if key in guessed)))))


def save(
    uow: UnitOfWork, office: Office, draft: Draft, state: FormState, now: datetime,
    status: Literal["active", "saved", "sent", "cancelled"] = "active",
) -> Draft:
    """Write the step; a half-done form is reminded of once and expires after the profile's times."""
    waits = office.profile.drafts
    open_ = status in ("active", "saved")
    return uow.drafts.save(replace(
        draft, state=state.to_json(), status=status, updated_at=now,
        remind_at=now + waits.remind_after if open_ else None,
        expires_at=now + waits.expires_after if status != "sent" else None), now)


def park(uow: UnitOfWork, office: Office, person: Person, now: datetime) -> Draft | None:
    """Put the active draft aside as saved."""
    active = uow.drafts.active(person.id)
    return None if active is None else save(uow, office, active, state_of(active), now, "saved")


def resume(uow: UnitOfWork, office: Office, person: Person, draft_id: int, now: datetime) -> tuple[Draft, FormState]:
    """Make a saved or cancelled draft the active one again. NotFound for somebody else's or a finished one."""
    draft = mine(uow, person, draft_id, ("active", "saved", "cancelled"))
    if draft.status != "active":
        park(uow, office, person, now)
    state = state_of(draft)
    return save(uow, office, draft, state, now), state


def mine(uow: UnitOfWork, person: Person, draft_id: int, statuses: Sequence[str] = ("active",)) -> Draft:
    """The person's own draft in one of these states; NotFound otherwise (forged ids are answered alike)."""
    draft = uow.drafts.get(draft_id)
    if draft is None or draft.person_id != person.id or draft.status not in statuses:
        raise NotFound("isian/tidak_ada")
    return draft


def write_down(uow: UnitOfWork, office: Office, case: Case, by: Person, now: datetime) -> Draft:
    """An oral report is written down by an official from its card; sending it makes a new version of the same case.

    Raises NotPermitted unless the person may act at the case's present step or is the duty officer.
    """
    sop = office.sop_of(case.sop, case.sop_version)
    step = sop.step(case.step)
    actor, view = actor_of(by), view_of(uow, case)
    if not (by.has(*step.roles) or by.has(*sop.first.roles)) or actor.person_id == view.author_id:
        raise NotPermitted
    park(uow, office, by, now)
    known = {key: value for key, value in case.fields.items() if not key.startswith("_")}
    state = FormState(
        sop.name, sop.version, answers=known, asks=tuple(k for k in ORDER if k in sop.first.needs),
        via="written_down", author_id=case.author_id, voices=1, redo=())
    return _add(uow, office, by, by.telegram_id, flow.advance(state, applies(office)), now, case_id=case.id)


def reopen(
    uow: UnitOfWork, office: Office, case: Case, writer: Person, fields: tuple[str, ...], reason: str, now: datetime,
) -> tuple[Draft, FormState]:
    """A report that was sent back: a draft of the whole report that asks just the fields concerned."""
    files = uow.attachments.of_case(case.id)
    known = {key: value for key, value in case.fields.items() if not key.startswith("_")}
    wanted = tuple(key for key in ORDER if key in fields)
    state = FormState(
        case.sop, case.sop_version, answers=known, asks=wanted, redo=wanted, via="revision", reason=reason,
        photos=count(files, "photo"), voices=count(files, "voice"), author_id=None if writer.id == case.author_id else case.author_id)
    state = flow.advance(state, applies(office))
    active = uow.drafts.active(writer.id)
    draft = _add(uow, office, writer, writer.telegram_id, state, now, case_id=case.id, active=active is None)
    return draft, state


def count(files: Sequence[Attachment], kind: Literal["photo", "voice"]) -> int:
    """Photos (image documents too) or voice notes (audio too) among the files."""
    if kind == "photo":
        return sum(a.kind == "photo" or (a.kind == "document" and (a.mime or "").startswith("image/")) for a in files)
    return sum(a.kind in ("voice", "audio") for a in files)


def _add(
    uow: UnitOfWork, office: Office, person: Person, chat_id: int, state: FormState, now: datetime, *,
    case_id: int | None = None, active: bool = True,
) -> Draft:
    waits = office.profile.drafts
    return uow.drafts.add(
        person.id, chat_id, state.sop, state.to_json(), now, case_id=case_id, remind_at=now + waits.remind_after,
        expires_at=now + waits.expires_after, status="active" if active else "saved")
