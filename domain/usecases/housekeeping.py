"""What nobody asks for: half-done forms are reminded of once and then expire, administrators hear of what failed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from domain.forms import lapsus as sheet
from domain.forms.state import FormState
from domain.model import Draft
from domain.notices import Button, Delete, Json, Keyboard, Notice, Priority, Show, View
from domain.office import Office
from domain.ports import UnitOfWork
from domain.privacy import mask
from domain.usecases import lapsus
from domain.usecases.drafts import state_of
from domain.usecases.people import tell_administrators

SHOWN = 60
"""Characters of *Apa* by which a draft is recognised."""
SET_ASIDE_PAUSE = timedelta(hours=1)
"""Between two words to the administrators about updates set aside: one mistake may set many aside."""
_SET_ASIDE_TOLD = "set_aside_told"


def remind_of_drafts(uow: UnitOfWork, office: Office, now: datetime) -> int:
    """One reminder for each form that lay too long; how many were told."""
    claimed = uow.drafts.claim_reminders(now)
    for draft in claimed:
        until = draft.expires_at.isoformat() if draft.expires_at else None
        button = Button("isian.lanjutkan", f"f:{draft.id}:go")
        if sheet.is_secret(office, state_of(draft)):
            _tell_secret(uow, draft, "lapsus/ingatkan", {"sampai": until}, ((button,),))
            continue
        _tell(uow, draft, "isian/ingatkan", {"sampai": until}, ((button,),))
    return len(claimed)


def expire_drafts(uow: UnitOfWork, office: Office, now: datetime) -> int:
    """Close forms whose time is over, tell the owners, empty what was in them; how many."""
    claimed = uow.drafts.claim_expired(now)
    for draft in claimed:
        state = state_of(draft)
        if sheet.is_secret(office, state):
            _tell_secret(uow, draft, "lapsus/kedaluwarsa", {}, ())
            lapsus.erase(uow, draft.chat_id, state.own, now)
        elif not state.dropped:
            _tell(uow, draft, "isian/kedaluwarsa", {"perintah": _command(office, state)}, ())
        empty = FormState(state.sop, state.sop_version)
        ended = replace(draft, status="expired", state=empty.to_json(), remind_at=None, expires_at=None, updated_at=now)
        uow.drafts.save(ended, now)
    return len(claimed)


def tell_of_set_aside(uow: UnitOfWork, now: datetime) -> None:
    """An update could not be handled and is kept for the operator: tell the administrators, at most once an hour."""
    told = uow.meta.get(_SET_ASIDE_TOLD)
    if told is not None and now - datetime.fromisoformat(told) < SET_ASIDE_PAUSE:
        return
    uow.meta.put(_SET_ASIDE_TOLD, now.isoformat())
    tell_administrators(uow, View("umum/alarm_set_aside"))


def _command(office: Office, state: FormState) -> str:
    """What begins such a form again."""
    return next((p.command for p in office.profile.procedures if p.definition == state.sop), "menu")


def _tell_secret(uow: UnitOfWork, draft: Draft, template: str, params: dict[str, Json], keyboard: Keyboard) -> None:
    """Without a word of what is in it, in place of the question that stood in the chat."""
    slot = f"isian:{draft.id}"
    uow.outbox.add(Notice(draft.chat_id, Delete(slot=slot), Priority.ORDINARY))
    show = Show(View(template, params, keyboard), slot, fresh=True)
    uow.outbox.add(Notice(draft.chat_id, show, Priority.ORDINARY))


def _tell(uow: UnitOfWork, draft: Draft, template: str, params: dict[str, Json], keyboard: Keyboard) -> None:
    what = mask(state_of(draft).answers.get("apa", ""))[:SHOWN] or None
    view = View(template, {"apa": what, **params}, keyboard)
    uow.outbox.add(Notice(draft.chat_id, Show(view, f"isian:{draft.id}", fresh=True), Priority.ORDINARY))
