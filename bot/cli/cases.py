"""show REF: one case with its history; personal and secret data only when opened on purpose, which is recorded."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

import typer

from bot.cli.house import JsonFlag, emit, moment, say, table, transact
from domain.errors import OperatorError
from domain.forms.state import INTERNAL, ORIGINAL
from domain.model import Attachment, Case, Event
from domain.office import Office
from domain.privacy import mask
from domain.roles import Clearance
from storage.unit import UnitOfWork

HIDDEN = "(rahasia; --reveal)"


def _written(fields: Mapping[str, str]) -> dict[str, str]:
    """What people wrote: the house's own marks left out, the original message under a name of its own."""
    shown = {key: value for key, value in fields.items() if not key.startswith(INTERNAL)}
    return shown | ({"pesan_asli": fields[ORIGINAL]} if ORIGINAL in fields else {})


def show(
    ref: Annotated[str, typer.Argument(metavar="REF", help="Such as LI-261120-0007.")],
    reveal: Annotated[bool, typer.Option("--reveal", help="Show secret and personal data; this is recorded.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Show one case and its history."""

    def work(uow: UnitOfWork, _: Office, now: datetime) -> dict[str, Any]:
        case = uow.cases.by_ref(ref.strip().upper())
        if case is None:
            raise OperatorError(f"{ref}: there is no such case")
        if reveal:
            uow.events.append(f"case:{case.id}", "case.revealed", None, now)
        return case_json(uow, case, reveal=reveal)

    value = transact(work)
    emit(value, as_json, lambda: _print(value))


def case_json(uow: UnitOfWork, case: Case, *, reveal: bool) -> dict[str, Any]:
    """The contract's keys and more; ``reveal`` opens what is masked otherwise."""
    secret = not Clearance.TERBATAS.allows(Clearance(case.classification))
    aliases = {person.id: person.alias for person in uow.people.all(active_only=False)}

    def clean(value: Any) -> Any:
        if reveal:
            return value
        match value:
            case str():
                return HIDDEN if secret else mask(value)
            case Mapping():
                return {key: clean(item) for key, item in value.items()}
            case list() | tuple():
                return [clean(item) for item in value]
            case _:
                return value

    def hidden(value: str | None) -> str | None:
        return HIDDEN if secret and value is not None and not reveal else value

    return {
        "ref": case.ref,
        "kind": case.kind,
        "status": case.status,
        "step": case.step,
        "version": case.version,
        "author": aliases.get(case.author_id),
        "region": hidden(case.region),
        "classification": case.classification,
        "fields": clean(_written(case.fields)),
        "attachments": [_attachment(attachment, reveal=reveal) for attachment in uow.attachments.of_case(case.id)],
        "due_at": moment(case.due_at),
        "round": case.round,
        "bidang": hidden(case.bidang),
        "urgency": case.urgency,
        "nihil": case.nihil,
        "lateness": case.lateness,
        "value": hidden(case.value),
        "sop": f"{case.sop} v{case.sop_version}",
        "duty_date": None if case.duty_date is None else case.duty_date.isoformat(),
        "recorded_by": None if case.recorded_by is None else aliases.get(case.recorded_by),
        "received_at": moment(case.received_at),
        "entered_at": moment(case.entered_at),
        "closed_at": moment(case.closed_at),
        "versions": [
            {
                "version": version.version,
                "by": aliases.get(version.created_by),
                "at": moment(version.created_at),
                "fields": clean(_written(version.fields)),
            }
            for version in uow.cases.versions(case.id)
        ],
        "events": [_event(event, aliases, clean(event.data)) for event in uow.events.of(f"case:{case.id}")],
    }


def _attachment(attachment: Attachment, *, reveal: bool) -> dict[str, Any]:
    return {
        "id": attachment.id,
        "kind": attachment.kind,
        "version": attachment.version,
        "size": attachment.size,
        "mime": attachment.mime,
        "state": attachment.state,
        "file_name": attachment.file_name if reveal else None,
    }


def _event(event: Event, aliases: Mapping[int, str], data: Any) -> dict[str, Any]:
    actor = None if event.actor_id is None else aliases.get(event.actor_id)
    return {"seq": event.seq, "at": event.at.isoformat(), "actor": actor, "action": event.action, "data": data}


def _print(value: Mapping[str, Any]) -> None:
    for key in ("ref", "kind", "status", "step", "version", "author", "region", "classification", "due_at"):
        say(f"{key:>14}  {value[key] if value[key] is not None else '-'}")
    for key, text in value["fields"].items():
        say(f"{key:>14}  {text}")
    for attachment in value["attachments"]:
        say(f"{'attachment':>14}  {attachment['kind']} {attachment['state']} {attachment['size'] or '?'} bytes")
    table(
        ("#", "at", "actor", "action"),
        [(event["seq"], event["at"], event["actor"] or "-", event["action"]) for event in value["events"]],
    )
