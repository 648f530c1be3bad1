"""audit exposure: who could have read a report, or what a person was shown, since when (UU 27/2022: 3 x 24 hours)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, time
from typing import Annotated, Any

import typer

from bot.cli.house import JsonFlag, emit, moment, say, table, transact
from domain import secrecy
from domain.errors import OperatorError
from domain.lokus.model import KIND
from domain.model import Case, Event, Person
from domain.office import Office
from domain.usecases import identity, officials
from domain.usecases.lokus_known import may_know
from storage import trail
from storage.unit import UnitOfWork

_REF = re.compile(r"[A-Z]{2}-\d{6}-\d{4,}")
_READ = frozenset({secrecy.OPENED, "case.revealed"})
OPERATOR = "(operator)"
_WHO = "was told who it is"


def exposure(
    who_or_what: Annotated[str, typer.Argument(metavar="PERSON|REF", help="An id, a code name, or LI-261120-0007.")],
    since: Annotated[str | None, typer.Option("--since", help="A day (2026-11-20) or a time, local.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """Who could have read a report, or what a person was shown; asking is itself recorded. No content is opened."""

    def work(uow: UnitOfWork, office: Office, now: datetime) -> dict[str, Any]:
        start = None if since is None else _moment(since, office)
        wanted = who_or_what.strip()
        if _REF.fullmatch(wanted.upper()):
            case = uow.cases.by_ref(wanted.upper())
            if case is None:
                raise OperatorError(f"{wanted}: there is no such case")
            uow.events.append(f"case:{case.id}", "exposure.listed", None, now)
            return of_case(uow, office, case, start, now)
        person = _person(uow, wanted)
        uow.events.append(f"person:{person.id}", "exposure.listed", None, now)
        return of_person(uow, person, start)

    value = transact(work)
    emit(value, as_json, lambda: _print(value))


def of_case(uow: UnitOfWork, office: Office, case: Case, since: datetime | None, now: datetime) -> dict[str, Any]:
    """Everybody who wrote, opened or was sent it, whom it was opened to, and who may open it now."""
    people = {person.id: person for person in uow.people.all(active_only=False)}
    by_chat = {person.telegram_id: person for person in people.values()}
    lines = [_line(case.received_at, people.get(case.author_id), "wrote")]
    if case.recorded_by is not None:
        lines.append(_line(case.received_at, people.get(case.recorded_by), "wrote down"))
    for event in uow.events.of(f"case:{case.id}"):
        lines += [_line(event.at, people.get(one) if one else None, how) for one, how in _of_event(event)]
    team = {member.person_id for member in uow.lokus.team(case.id, everybody=True)}
    for person_id in sorted({case.author_id} | team):
        for event in uow.events.of(f"person:{person_id}"):
            if event.action == identity.OPENED and event.data.get("case") == case.ref:
                lines.append(_line(event.at, people.get(event.actor_id or 0), _WHO))
    for sent in trail.sent_about(uow.conn, case.ref, since):
        how = "was sent" if sent.status == "sent" else "may have been sent"
        person = by_chat.get(sent.chat_id)
        group = None if person is not None else uow.groups.get(sent.chat_id)
        lines.append(_line(sent.at, person, how, group=f"group {group.purpose or '-'}" if group else None))
    may = secrecy.may_open if secrecy.is_secret(case) else may_know if case.kind == KIND else officials.may_open
    entitled = [person for person in people.values() if person.active and may(uow, office, case, person, now)]
    return {
        "ref": case.ref,
        "classification": case.classification,
        "received_at": moment(case.received_at),
        "exposed": _since(lines, since),
        "entitled_now": [_entitled(uow, person, case.received_at) for person in entitled],
        "changed_since": [
            _entitled(uow, person, case.received_at)
            for person in people.values()
            if person not in entitled and _changed(uow, person, case.received_at)
        ],
    }


def of_person(uow: UnitOfWork, person: Person, since: datetime | None) -> dict[str, Any]:
    """Every report that the person wrote, opened, acted on, was admitted to or was sent."""
    found: list[tuple[datetime, str, str]] = []
    refs: dict[str, str] = {}
    everything = trail.acts_of(uow.conn, person.id, since)
    acts = [act for act in everything if act.subject.startswith("case:")]
    found += [(act.at, act.subject, _WHO) for act in everything if act.action == identity.OPENED]
    admitted = trail.subjects_with(uow.conn, secrecy.ADMITTED)
    ids = {int(subject.removeprefix("case:")) for subject in (*(act.subject for act in acts), *admitted)}
    for case_id, ref in trail.references(uow.conn, sorted(ids)).items():
        refs[f"case:{case_id}"] = ref
    found += [(act.at, refs.get(act.subject, act.subject), _how(act.action)) for act in acts]
    for subject in admitted:
        for event in uow.events.of(subject):
            if event.action == secrecy.ADMITTED and event.data.get("person") == person.id:
                found.append((event.at, refs.get(subject, subject), "was admitted"))
    for sent in trail.sent_to(uow.conn, person.telegram_id, since):
        found.append((sent.at, sent.reference, "was sent" if sent.status == "sent" else "may have been sent"))
    lines = [{"at": moment(at), "ref": ref, "how": how} for at, ref, how in sorted(found) if not since or at >= since]
    return {"person": {"id": person.id, "alias": person.alias, "active": person.active}, "exposed": lines}


def _of_event(event: Event) -> Sequence[tuple[int | None, str]]:
    if event.action == "exposure.listed":
        return []
    found: list[tuple[int | None, str]] = []
    if event.action == secrecy.ADMITTED and isinstance(admitted := event.data.get("person"), int):
        found.append((admitted, "was admitted"))
    if event.actor_id is not None or event.action in _READ:
        found.append((event.actor_id, _how(event.action)))
    return found


def _how(action: str) -> str:
    return action if action in _READ or action.endswith("_shown") else f"acted: {action}"


def _line(at: datetime, person: Person | None, how: str, *, group: str | None = None) -> dict[str, Any]:
    who = group or (OPERATOR if person is None else person.alias)
    return {"at": at, "id": None if person is None else person.id, "who": who, "how": how}


def _since(lines: list[dict[str, Any]], since: datetime | None) -> list[dict[str, Any]]:
    kept = sorted((line for line in lines if since is None or line["at"] >= since), key=lambda line: line["at"])
    return [{**line, "at": moment(line["at"])} for line in kept]


def _changed(uow: UnitOfWork, person: Person, since: datetime) -> bool:
    """Whether their roles or rights changed after that: they may have been entitled for a while."""
    return any(
        event.at >= since and event.action.startswith("person.") and event.action != "person.identity_opened"
        for event in uow.events.of(f"person:{person.id}")
    )


def _entitled(uow: UnitOfWork, person: Person, since: datetime) -> dict[str, Any]:
    return {
        "id": person.id,
        "who": person.alias,
        "roles": sorted(person.roles),
        "clearance": person.clearance,
        "active": person.active,
        "changed": [
            {"at": moment(event.at), "what": event.action}
            for event in uow.events.of(f"person:{person.id}")
            if event.at >= since and event.action.startswith("person.")
        ],
    }


def _person(uow: UnitOfWork, wanted: str) -> Person:
    people = uow.people.all(active_only=False)
    number = int(wanted) if wanted.isascii() and wanted.isdigit() else None
    for person in people:
        if person.id == number or (person.code_name or "").casefold() == wanted.casefold():
            return person
    raise OperatorError(f"{wanted}: neither a reference nor a person; see kentongan person list")


def _moment(text: str, office: Office) -> datetime:
    try:
        given = datetime.fromisoformat(text)
    except ValueError:
        raise OperatorError(f"--since {text}: write a day such as 2026-11-20, or 2026-11-20T05:30") from None
    if len(text) <= len("2026-11-20"):
        given = datetime.combine(given.date(), time())
    return given if given.tzinfo is not None else given.replace(tzinfo=office.profile.tz)


def _print(value: dict[str, Any]) -> None:
    if "ref" in value:
        say(f"{value['ref']} ({value['classification']}), received {value['received_at']}")
        table(("at", "id", "who", "how"), [(x["at"], x["id"], x["who"], x["how"]) for x in value["exposed"]])
        for key, title in (("entitled_now", "may open it now"), ("changed_since", "rights changed since it came")):
            say(f"{title}:")
            table(("id", "who", "roles"), [(x["id"], x["who"], ", ".join(x["roles"])) for x in value[key]])
    else:
        say(f"{value['person']['id']} {value['person']['alias']}")
        table(("at", "ref", "how"), [(line["at"], line["ref"], line["how"]) for line in value["exposed"]])
