"""Which commands a person is offered: for the chat's command list, the menu and the help."""

from __future__ import annotations

from domain.model import Person
from domain.office import Office
from domain.roles import Role

EVERYONE = ("menu", "pengaduan", "bantuan")
ADMINISTRATOR = ("undang", "pengguna", "ikat")


def may_report(person: Person, office: Office, command: str) -> bool:
    """Whether the procedure behind the command is run here and one of the person's roles may author in it."""
    procedure = office.profile.procedure(command)
    return procedure is not None and person.has(*office.sops.get(procedure.sop).first.roles)


def owes_morning(person: Person, office: Office) -> bool:
    """Whether the person owes the morning report, and so may answer it with nihil."""
    if office.profile.morning is None:
        return False
    duty = office.sops.get(office.profile.morning.sop).wall_clock
    return duty is not None and person.has(duty.role)


def has_tasks(person: Person) -> bool:
    """Whether cases may wait for the person: everybody but those who only run the system."""
    return person.active and bool(person.roles - {Role.ADMINISTRATOR, Role.MITRA})


def commands_for(person: Person, office: Office) -> tuple[str, ...]:
    """The commands of the person's chat, the most used first; empty for somebody without access."""
    if not person.active:
        return ()
    found: list[str] = []
    if owes_morning(person, office):
        found.append("nihil")
    found += [command for command in ("lapinfo", "lapor") if may_report(person, office, command)]
    if person.has(Role.PIKET):
        found.append("catat")
    if found:
        found.append("draf")
    if found or has_tasks(person):
        found += ["tugas", "status"]
    if "draf" in found:
        found.append("batal")
    if person.has(Role.ADMINISTRATOR):
        found += ADMINISTRATOR
    return (*found, *EVERYONE)
