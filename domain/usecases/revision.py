"""Back to the author: a draft with just the fields concerned, and word of why."""

from __future__ import annotations

from datetime import datetime

from domain import secrecy
from domain.model import Case, Person
from domain.notices import Button, Notice, Priority, Show, View
from domain.office import Office
from domain.ports import UnitOfWork
from domain.usecases.drafts import reopen


def ask_author(
    uow: UnitOfWork,
    office: Office,
    case: Case,
    by: Person,
    reason: str,
    fields: tuple[str, ...],
    now: datetime,
) -> None:
    """Open the revision and tell the author (or the duty officer who wrote the report down for them).

    Unless another form is open, the message asks the first question itself: a photo or a text sent next answers it.
    """
    writer = uow.people.get(case.recorded_by or case.author_id)
    if writer is None or not writer.active:
        return
    draft, state = reopen(uow, office, case, writer, fields, reason, now)
    role = next((role for role in office.sop_of(case.sop, case.sop_version).steps if by.has(*role.roles)), None)
    title = office.title(role.actor) if role is not None and role.actor is not None else by.alias
    button = ((Button("laporan.perbaiki", f"f:{draft.id}:go"),),)
    if secrecy.is_secret(case):
        # Neither the reason nor a question: they are shown in the form, once it is opened, and go with it.
        view = View("lapsus/revisi", {"ref": case.ref, "oleh": title, "batas": _iso(case.due_at)}, button)
        uow.outbox.add(
            Notice(writer.telegram_id, Show(view, f"revisi:{draft.id}"), Priority.URGENT, reference=case.ref)
        )
        return
    view = View(
        "laporan/revisi",
        {
            "ref": case.ref,
            "oleh": title,
            "alasan": reason,
            "kolom": list(state.asks),
            "langsung": state.cursor if draft.status == "active" else None,
            "batas": _iso(case.due_at),
        },
        keyboard=button,
    )
    uow.outbox.add(Notice(writer.telegram_id, Show(view, f"revisi:{draft.id}"), Priority.ORDINARY, reference=case.ref))


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment is not None else None
