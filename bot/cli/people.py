"""invite, person …, group …: the same use cases as in the chat, with the operator as the one who acts."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import typer

from bot.cli.house import JsonFlag, emit, moment, say, table, transact
from domain.errors import OperatorError
from domain.model import PURPOSES, Group, NewPerson, Person
from domain.office import Office
from domain.roles import Clearance, Role
from domain.usecases import groups, identity, people
from storage.unit import UnitOfWork

person_app = typer.Typer(no_args_is_help=True, help="Who is registered.")
group_app = typer.Typer(no_args_is_help=True, help="Which groups are bound.")


def invitation_json(issued: people.Issued) -> dict[str, Any]:
    """``{"payload", "link", "expires_at"}``."""
    return {"payload": issued.payload, "link": issued.link, "expires_at": issued.expires_at.isoformat()}


def print_invitation(issued: people.Issued) -> None:
    """The invitation for the operator to pass on."""
    say(f"link:     {issued.link or 'known once the bot has run; until then the person sends the line below'}")
    say(f"message:  /start {issued.payload}")
    say(f"valid to: {issued.expires_at.isoformat(timespec='minutes')} (single use)")


def invite(
    role: Annotated[list[Role], typer.Option("--role", help="May be given several times.")],
    region: Annotated[list[str] | None, typer.Option("--region", help="Kecamatan; may be given several times.")] = None,
    name: Annotated[str | None, typer.Option("--name", help="The person's name (stored encrypted).")] = None,
    codename: Annotated[str | None, typer.Option("--codename", help="Nama sandi.")] = None,
    clearance: Annotated[Clearance, typer.Option("--clearance")] = Clearance.BIASA,
    source: Annotated[str | None, typer.Option("--source", help="Sumber/unsur of this person's reports.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """Make a single-use invitation."""
    grant = NewPerson(frozenset(role), tuple(region or ()), clearance, name, codename, source)

    def work(uow: UnitOfWork, office: Office, now: datetime) -> people.Issued:
        if source is not None and source not in office.profile.sources:
            raise OperatorError(f"--source {source}: use one of {', '.join(office.profile.sources)}")
        return people.make_invitation(uow, office, None, grant, now)

    issued = transact(work)
    emit(invitation_json(issued), as_json, lambda: print_invitation(issued))


def person_json(person: Person, *, reveal: bool = False) -> dict[str, Any]:
    """One person; the name only when it was opened on purpose."""
    return {
        "id": person.id,
        "telegram_id": person.telegram_id,
        "alias": person.alias,
        "code_name": person.code_name,
        "name": person.name if reveal else None,
        "roles": people.role_names(person.roles),
        "regions": list(person.regions),
        "clearance": person.clearance.value,
        "source": person.source,
        "active": person.active,
        "unreachable_at": moment(person.unreachable_at),
        "created_at": moment(person.created_at),
    }


@person_app.command("list")
def person_list(
    everybody: Annotated[bool, typer.Option("--all", help="Also those whose access ended.")] = False,
    reveal: Annotated[bool, typer.Option("--reveal", help="Show names; this is recorded.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Who is registered."""

    def work(uow: UnitOfWork, _: Office, now: datetime) -> list[Person]:
        found = list(uow.people.all(active_only=not everybody))
        if reveal:
            uow.events.append("system", "person.names_opened", None, now, {"ids": [person.id for person in found]})
        return found

    found = transact(work)
    columns = ("id", "telegram id", "alias", *(("name",) if reveal else ()), "roles", "regions", "clearance", "state")
    emit(
        [person_json(person, reveal=reveal) for person in found],
        as_json,
        lambda: table(
            columns,
            [
                (
                    person.id,
                    person.telegram_id,
                    person.alias,
                    *((person.name,) if reveal else ()),
                    ", ".join(people.role_names(person.roles)),
                    ", ".join(person.regions),
                    person.clearance.value,
                    _state(person),
                )
                for person in found
            ],
        ),
    )


def _state(person: Person) -> str:
    if not person.active:
        return "ended"
    return "active" if person.unreachable_at is None else "unreachable"


@person_app.command("who")
def person_who(
    alias: Annotated[str, typer.Argument(metavar="CODENAME", help="Such as Elang-07.")],
    reason: Annotated[str, typer.Option("--reason", help="Why; this is recorded.")],
    as_json: JsonFlag = False,
) -> None:
    """Who is behind a code name; recorded with the reason."""

    def work(uow: UnitOfWork, _: Office, now: datetime) -> Person:
        if not any(char.isalnum() for char in reason):
            raise OperatorError("--reason: say why, in words")
        person = identity.by_alias(uow, alias)
        uow.events.append(f"person:{person.id}", identity.OPENED, None, now, {"reason": reason, "case": None})
        return person

    person = transact(work)
    emit(person_json(person, reveal=True), as_json, lambda: say(f"{person.alias}  {person.name}"))


@person_app.command("revoke")
def person_revoke(
    person_id: Annotated[int, typer.Argument(metavar="ID", help="The id that `person list` shows.")],
    as_json: JsonFlag = False,
) -> None:
    """End a person's access at once."""
    person = transact(lambda uow, office, now: people.revoke(uow, office, None, person_id, now))
    emit(person_json(person), as_json, lambda: say(f"{person.alias} (id {person.id}) has no access any more"))


def group_json(group: Group) -> dict[str, Any]:
    """One group."""
    return {
        "chat_id": group.chat_id,
        "title": group.title,
        "purpose": group.purpose,
        "bound_by": group.bound_by,
        "leave_at": moment(group.leave_at),
    }


@group_app.command("list")
def group_list(as_json: JsonFlag = False) -> None:
    """The groups that the bot is in, and what they are bound to."""
    found = transact(lambda uow, _office, _now: list(uow.groups.all()))
    emit(
        [group_json(group) for group in found],
        as_json,
        lambda: table(
            ("chat id", "title", "purpose"),
            [(group.chat_id, group.title, group.purpose or "not bound") for group in found],
        ),
    )


@group_app.command("bind", context_settings={"ignore_unknown_options": True})  # a chat id begins with a dash
def group_bind(
    chat_id: Annotated[str, typer.Argument(metavar="CHAT_ID")],
    purpose: Annotated[str, typer.Argument(metavar="PURPOSE", help=" | ".join(PURPOSES))],
    as_json: JsonFlag = False,
) -> None:
    """Bind a group to a purpose."""
    if not (chat_id.startswith("-") and chat_id[1:].isdecimal()):
        raise OperatorError(f"{chat_id} is not a group's chat id: that is a negative number such as -1001234567890")

    def work(uow: UnitOfWork, office: Office, now: datetime) -> Group:
        known = uow.groups.get(int(chat_id))
        return groups.bind(uow, office, None, int(chat_id), known.title if known else "", purpose, now)

    group = transact(work)
    emit(group_json(group), as_json, lambda: say(f"{group.title or group.chat_id} is bound to {group.purpose}"))
