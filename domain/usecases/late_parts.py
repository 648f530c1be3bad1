"""A late part of an album joins the report that its siblings are in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from domain.model import Attachment, Case, Person
from domain.ports import UnitOfWork
from domain.sop.schema import ENDED
from domain.usecases.transitions import subject


def attach(uow: UnitOfWork, person: Person, sibling: Attachment, now: datetime, **file: Any) -> Case | None:
    """Attach the file beside ``sibling``; None when the report is over or not the person's own."""
    case = uow.cases.get(sibling.case_id or 0)
    over = case is not None and case.status in (*ENDED, "published") and not (case.nihil and case.status == "closed")
    if case is None or over or person.id not in (case.author_id, case.recorded_by):
        return None
    added = uow.attachments.add(draft_id=None, case_id=case.id, version=case.version, now=now, **file)
    if added is not None:
        uow.events.append(
            subject(case),
            "late_part",
            person.id,
            now,
            {
                "step": case.step,
                "status": case.status,
                "version": case.version,
                "round": case.round,
                "kind": added.kind,
            },
        )
    return case
