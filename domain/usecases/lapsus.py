"""The author's side of a lapsus: begun by a way of telling, its conversation taken out of the chat when it is over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from domain.errors import NotFound, NotPermitted, UserError
from domain.forms import lapsus as sheet
from domain.forms.state import FormState
from domain.model import Case, Draft, Event, Person
from domain.notices import Delete, Json, Notice, Priority, View
from domain.office import Office
from domain.ports import UnitOfWork
from domain.profile import Lapsus
from domain.roles import Role
from domain.sop.schema import Sop
from domain.usecases import drafts
from domain.usecases.transitions import subject

DELETABLE = timedelta(hours=48)
"""How long Telegram lets a bot delete messages (Bot API deleteMessage)."""
MARGIN = timedelta(minutes=5)
"""Older than ``DELETABLE`` less this, a message counts as beyond reach: the call itself takes its time."""
NOT_DELETED = View("lapsus/tak_terhapus", {"jumlah": 0})
"""Said when messages of the conversation stay."""


def rules(office: Office) -> tuple[Sop, Lapsus]:
    """The agency's lapsus procedure and its settings. NotFound where there is none."""
    sop = drafts.sop_for(office, "lapsus")
    if office.profile.lapsus is None:
        raise NotFound("galat/prosedur_tidak_ada", perintah="lapsus")
    return sop, office.profile.lapsus


def ways(office: Office) -> tuple[str, ...]:
    """The ways of telling that the agency allows, the safer ones first."""
    _, settings = rules(office)
    written = () if settings.content == "tanpa_isi" else (sheet.WRITTEN,)
    return (sheet.PHONE, sheet.VISIT, *written)


def may_record(office: Office, person: Person) -> bool:
    """Whether the duty officer may write down a lapsus for an agent: the profile allows it and they are cleared."""
    settings = office.profile.lapsus
    procedure = office.profile.procedure("lapsus")
    if settings is None or procedure is None or not settings.record or not person.has(Role.PIKET):
        return False
    return person.clearance.allows(office.sops.get(procedure.sop).classification)


def begin(
    uow: UnitOfWork,
    office: Office,
    person: Person,
    chat_id: int,
    way: str,
    now: datetime,
    *,
    author: Person | None = None,
    means: str | None = None,
) -> tuple[Draft, FormState]:
    """A new lapsus told that way; ``author`` and ``means`` when the duty officer writes it down.

    NotFound for a way that the agency does not allow, NotPermitted for somebody who may not write one.
    """
    sop, _ = rules(office)
    allowed = ways(office)
    if way not in ((*allowed, sheet.ORAL) if author is not None else allowed):
        raise NotFound
    if author is not None and not may_record(office, person):
        raise NotPermitted
    for old in uow.drafts.open(person.id):
        state = drafts.state_of(old)
        begun = sheet.is_secret(office, state) and old.case_id is None
        if begun and not (set(state.said) - {sheet.WAY, "derajat", "cara", "pencatatan"} or state.own or _files(state)):
            destroy(uow, old, state, now)  # begun and left: no second empty sheet
    sources = {sheet.WAY: way, "derajat": sop.urgency.replace("_", " ").title()}
    if author is not None and means is not None:
        sources |= {"cara": means, "pencatatan": f"{means} dari {author.alias}, dicatat piket"}
    via = "catat" if author is not None else "form"
    return drafts.begin(uow, office, person, chat_id, sop, now, via=via, author=author, sources=sources)  # type: ignore[arg-type]


def _files(state: FormState) -> int:
    return state.photos + state.voices + state.files


def check(office: Office, state: FormState) -> None:
    """The form may still be sent: the agency may have narrowed what is written since it was begun.

    Raises UserError("lapsus/tidak_boleh_tulis").
    """
    _, settings = rules(office)
    content = set(state.said) & {*sheet.PARTS} or _files(state)
    if (content and settings.content != "isi") or (state.said.get(sheet.NOTICE) and settings.content == "tanpa_isi"):
        raise UserError("lapsus/tidak_boleh_tulis")


def remembered(state: FormState, message_id: int | None, at: datetime) -> FormState:
    """The form with one more of the person's own messages to be deleted when it is over."""
    return state if message_id is None else replace(state, own={**state.own, str(message_id): at.isoformat()})


def erase(
    uow: UnitOfWork, chat_id: int, own: Mapping[str, str], now: datetime, *, form_slot: str | None = None
) -> None:
    """Take the conversation out of the chat: the person's own messages and, by its slot, the bot's last question.

    What is older than Telegram's 48 hours, or is refused, is said with its number.
    """
    if form_slot is not None:
        uow.outbox.add(Notice(chat_id, Delete(slot=form_slot)))
    if not own:
        return
    young = [int(message) for message, at in own.items() if now - datetime.fromisoformat(at) < DELETABLE - MARGIN]
    refused = replace(NOT_DELETED, params={"jumlah": len(own) - len(young)})
    uow.outbox.add(Notice(chat_id, Delete(message_ids=tuple(young), refused=refused), Priority.REPLY))


def destroy(uow: UnitOfWork, draft: Draft, state: FormState, now: datetime) -> Draft:
    """*Batal* and expiry of a secret form: its content is gone at once, files included, and cannot be taken back."""
    empty = replace(FormState(state.sop, state.sop_version), dropped=True)
    return uow.drafts.save(
        replace(draft, status="cancelled", state=empty.to_json(), remind_at=None, expires_at=None, updated_at=now),
        now,
    )


def read_by(office: Office, uow: UnitOfWork, case: Case) -> list[dict[str, Json]]:
    """Who has opened the case so far, for its author: the role's title and when first, never the person."""
    sop = office.sop_of(case.sop, case.sop_version)
    told: dict[str, str] = {}
    for event in uow.events.of(subject(case)):
        if event.action == "opened" and event.actor_id not in (None, case.author_id):
            told.setdefault(_title(office, uow, sop, event), event.at.isoformat())
    return [{"peran": role, "pada": at} for role, at in told.items()]


def _title(office: Office, uow: UnitOfWork, sop: Sop, event: Event) -> str:
    known = event.data.get("role")
    if isinstance(known, str) and known in set(Role):
        return office.title(Role(known))
    person = uow.people.get(event.actor_id or 0)
    roles = [role for step in reversed(sop.steps) for role in (*step.deliver_to, *sorted(step.roles))]
    held = [] if person is None else [role for role in roles if role in person.roles and role not in sop.first.roles]
    return office.title(held[-1]) if held else "pejabat yang berwenang"
