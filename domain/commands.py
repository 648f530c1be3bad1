"""Which commands a person is offered: for the chat's command list, the menu and the help."""

from __future__ import annotations

from domain.model import Person
from domain.office import Office
from domain.roles import Role

EVERYONE = ("menu", "pengaduan", "bantuan", "start")
MONEV = frozenset({Role.KEPALA, Role.KABID, Role.KASUBBID, Role.KOORDINATOR_WILAYAH})
"""Who is shown the month's evaluation (``usecases.monev`` says why)."""
RECAP = frozenset({Role.KEPALA, Role.KABID, Role.KASUBBID, Role.PIMPINAN, Role.KOORDINATOR_WILAYAH})
"""Who reads the recaps: the chain of command and leadership; a coordinator that of their own kecamatan."""
DISPOSITION = frozenset({Role.PIMPINAN, Role.KEPALA, Role.KABID, Role.SKPD})
"""Who gives dispositions, and to whom they may be addressed."""
FIELD = (Role.ANGGOTA_MITIGASI, Role.KOORDINATOR_LAPANGAN, Role.TIM_PEMANTAU)
"""From whom the team of a lokus is made; who may call for help there."""
ADMINISTRATOR = ("undang", "pengguna", "ikat")


def may_report(person: Person, office: Office, command: str) -> bool:
    """Whether the procedure behind the command is run here and one of the person's roles may author in it."""
    procedure = office.profile.procedure(command)
    return procedure is not None and person.has(*office.sops.get(procedure.definition).first.roles)


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
    found = ["nihil"] if owes_morning(person, office) else []
    found += [command for command in ("lapinfo", "lapsus", "lapor", "rencana") if may_report(person, office, command)]
    if person.has(Role.PIKET):
        found.append("catat")
    if found:
        found.append("draf")
    if found or has_tasks(person):
        found += ["tugas", "status"]
    if person.has(*sorted(RECAP)):
        found.append("rekap")
    if person.has(*sorted(DISPOSITION)):
        found.append("disposisi")
    if person.has(*sorted(MONEV)):
        found.append("monev")
    if "draf" in found:
        found.append("batal")
    if person.has(Role.ADMINISTRATOR):
        found += ADMINISTRATOR
    return (*in_danger(person, office), *found, *EVERYONE)


def in_danger(person: Person, office: Office) -> tuple[str, ...]:
    """``darurat`` for those who may be sent into the field; it stands first, where a hurried thumb finds it."""
    return ("darurat",) if office.profile.lokus is not None and person.has(*FIELD) else ()
