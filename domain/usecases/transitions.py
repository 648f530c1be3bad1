"""Between the engine and the store: a case as the rules see it, and a decision written down.

Every use case that moves a case goes through ``apply``: case row, event and deadlines change together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from domain.errors import NotFound, NotPermitted, Stale, UserError
from domain.lokus.model import KIND, LEFT, Member
from domain.model import Attachment, Case, Person
from domain.notices import Json
from domain.office import Office
from domain.ports import UnitOfWork
from domain.roles import Clearance
from domain.sop.commands import Actor, CaseView, Command, Moved, Refused
from domain.sop.engine import decide
from domain.sop.schema import ENDED, PHOTO, VOICE, Status
from domain.usecases import shown


def subject(case: Case) -> str:
    """The name of the case's history and deadlines."""
    return f"case:{case.id}"


def actor_of(person: Person) -> Actor:
    """The person as the rules see them, as of now."""
    return Actor(person.id, person.roles, frozenset(person.regions), person.clearance, person.active)


def present(fields: Mapping[str, str], attachments: Sequence[Attachment]) -> frozenset[str]:
    """Which fields are there, photos and voice counted as fields."""
    keys = {key for key, value in fields.items() if value.strip()}
    kinds = {attachment.kind for attachment in attachments}
    if "photo" in kinds or any(a.kind == "document" and (a.mime or "").startswith("image/") for a in attachments):
        keys.add(PHOTO)
    if kinds & {"voice", "audio"}:
        keys.add(VOICE)
    return frozenset(keys)


def view_of(uow: UnitOfWork, case: Case) -> CaseView:
    """The case as the rules see it."""
    status: Status = case.status  # type: ignore[assignment]  # the schema's CHECK holds it to the contract's list
    return CaseView(
        case.id,
        case.ref,
        case.sop,
        case.sop_version,
        case.step,
        status,
        case.round,
        case.version,
        case.author_id,
        case.entered_at,
        case.due_at,
        case.region,
        present(case.fields, uow.attachments.of_case(case.id)),
        case.nihil,
        Clearance(case.classification),
        **(_named(uow, case) if case.kind == KIND else {}),
    )


def _named(uow: UnitOfWork, case: Case) -> dict[str, Any]:
    """Of a lokus: who is named in it, who still has to do the present step's part, and when the activity is.

    The plan's author is not barred: whoever typed it in does not judge their own report by choosing it.
    """
    lokus = uow.lokus.get(case.id)
    if lokus is None:
        return {"writers": frozenset()}
    everybody = uow.lokus.team(case.id)
    team = [member for member in everybody if member.present]
    led = not any(member.person_id == lokus.coordinator_id and LEFT in member.content for member in everybody)
    return {
        "members": frozenset(member.person_id for member in team),
        "pending": frozenset(member.person_id for member in team if pending(case.step, member)),
        "coordinator": lokus.coordinator_id if led else None,
        "plan": (lokus.starts_at, lokus.ends_at) if lokus.starts_at and lokus.ends_at else None,
        "writers": frozenset() if case.step in _BEFORE_REPORT else report_writers(uow, case),
    }


_BEFORE_REPORT = frozenset({"rencana", "pemilihan", "penugasan", "penerimaan", "pelaksanaan", "laporan"})
"""Steps of a lokus at which no result report is judged."""


def report_writers(uow: UnitOfWork, case: Case) -> frozenset[int]:
    """Who wrote the result report of a lokus: whoever sent it, in whatever round, and every member who sent a part.

    What members wrote is only put together by whoever goes on without the silent ones: that is no writing. Members
    whose words were taken in then (``taken``) did write.
    """
    made: set[int | None] = set()
    for event in uow.events.of(subject(case)):
        if event.action in ("sent", "contributed") and event.data.get("from") == "laporan":
            made |= set(event.data["taken"]) if "taken" in event.data else {event.actor_id}
    return frozenset(one for one in made if one is not None)


def pending(step: str, member: Member) -> bool:
    """Whether the member's own part of that step of a lokus is still to be done."""
    match step:
        case "penerimaan":
            return member.ready is None
        case "pelaksanaan":
            return not member.lead and member.finished_at is None
        case "laporan":
            return not member.lead and "lapor" not in member.content
        case _:
            return False


def judge(uow: UnitOfWork, office: Office, case: Case, command: Command, now: datetime) -> Moved:
    """What the command does to the case; raises the UserError that says why not."""
    decision = decide(
        office.sop_of(case.sop, case.sop_version),
        view_of(uow, case),
        command,
        now,
        zone=office.zone,
        calendar=office.calendar,
    )
    match decision:
        case Moved():
            return decision
        case Refused():
            raise refusal(decision, case)


def refusal(refused: Refused, case: Case | None) -> UserError:
    """The engine's reason in the user's words. Things one may not know of are answered like "not found"."""
    params: dict[str, Any] = {"ref": case.ref if case is not None else None}
    match refused.reason:
        case "not_found" | "not_your_region":
            return NotFound()
        case "not_permitted" | "not_your_step":
            return NotPermitted()
        case "own_report":
            return NotPermitted("galat/laporan_sendiri", **params)
        case "stale" | "already_done":
            return Stale("galat/sudah_ditangani", **params)
        case "missing":
            return UserError("galat/belum_lengkap", kurang=list(refused.missing), **params)
        case "bad_value":
            return UserError("galat/nilai_keliru", **params)
        case "too_late" | "closed":
            return Stale("galat/sudah_selesai", **params)
        case "nihil_not_allowed":
            return UserError("galat/nihil_tidak_berlaku", **params)


def apply(
    uow: UnitOfWork,
    case: Case,
    moved: Moved,
    actor_id: int | None,
    now: datetime,
    *,
    data: Mapping[str, Json] | None = None,
    **columns: Any,
) -> Case:
    """Write the decision: the case's columns (and further ``columns``), its event, its deadlines."""
    ended = moved.status in ENDED or moved.actor_role is None
    changed = uow.cases.change(
        case,
        step=moved.step,
        status=moved.status,
        round=moved.round,
        entered_at=moved.entered_at,
        due_at=moved.due_at,
        closed_at=(case.closed_at or now) if ended else None,
        **columns,
    )
    record(uow, changed, moved, actor_id, now, data)
    return changed


def record(
    uow: UnitOfWork,
    case: Case,
    moved: Moved,
    actor_id: int | None,
    now: datetime,
    data: Mapping[str, Json] | None = None,
) -> None:
    """The event and the deadlines of a move that is already written in the case row."""
    uow.events.append(
        subject(case),
        moved.action,
        actor_id,
        now,
        {"step": moved.step, "status": moved.status, "version": case.version, "round": moved.round, **(data or {})},
    )
    if Clearance(case.classification).secret and moved.action != "acknowledged":
        # Handed over, or another text by now: nobody keeps an opened content.
        readers = (event.actor_id for event in uow.events.of(subject(case)) if event.action == "opened")
        shown.conceal(uow, case.id, [reader for reader in readers if reader is not None])
    if not moved.keeps_clock:
        uow.deadlines.cancel(subject(case))
        for spec in moved.deadlines:
            uow.deadlines.add(spec.key, subject(case), spec.at)
