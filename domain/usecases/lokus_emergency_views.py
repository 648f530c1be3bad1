"""What an emergency says: to those who are called, and to the one who calls. Code names and titles only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from domain.lokus.model import Emergency
from domain.lokus.order import Order
from domain.lokus.places import map_link
from domain.model import Case, Person
from domain.notices import Button, Json, Keyboard, View
from domain.office import Office
from domain.ports import UnitOfWork

Told = Sequence[tuple[Person, str]]
"""Persons with the capacity in which they are concerned."""


def ask(case: Case, where: str) -> View:
    """*Darurat*: the one confirmation, in the very message that was tapped; ``where`` names it."""
    rows = (
        (Button("darurat.ya", f"ld:y:{case.id}:{where}"),),
        (Button("darurat.tidak", f"ld:x:{case.id}:{where}"),),
    )
    return View("darurat/tanya", {"ref": case.ref}, rows)


def choose(cases: Sequence[Case]) -> View:
    """Which lokus, where the person is in several at once; the confirmation is this very tap."""
    rows = tuple((Button("darurat.ya_di", f"ld:y:{case.id}:c", {"ref": case.ref}),) for case in cases)
    return View("darurat/tanya", {"ref": cases[0].ref}, (*rows, (Button("darurat.tidak", f"ld:x:{cases[0].id}:c"),)))


def alert(
    uow: UnitOfWork, office: Office, case: Case, emergency: Emergency, who: Person, reader: Person, people: Told
) -> View:  # fmt: skip
    """For one who is told: who calls, where they were last, what the SOP says, who has it in hand."""
    lokus = uow.lokus.get(case.id)
    order = Order.read(lokus.order) if lokus is not None else Order()
    received: Mapping[str, str] = emergency.content["terima"]
    role = next((role for person, role in people if person.id == reader.id), "tim")
    params: dict[str, Json] = {
        "ref": case.ref,
        "alias": who.alias,
        "pada": emergency.raised_at.isoformat(),
        "kali": emergency.times,
        "peran": role,
        "lokasi": order.lokasi or None,
        "kumpul": order.kumpul or None,
        "titik_pada": emergency.content.get("titik_pada"),
        "terima": _received(people, received),
        "pasukan": contacts(office),
        "terputus": not who.active,
    }
    return View("darurat/panggilan", params, _buttons(emergency, reader, role, received), protect=True)


def _buttons(emergency: Emergency, reader: Person, role: str, received: Mapping[str, str]) -> Keyboard:
    place: Any = emergency.content.get("titik")
    where = (Button("darurat.peta", url=map_link((place[0], place[1]))),) if place else ()
    if str(reader.id) not in received:
        mine: tuple[Button, ...] = (
            Button("darurat.terima_tim" if role == "tim" else "darurat.terima", f"ld:a:{emergency.id}"),
        )
    else:
        mine = () if role == "tim" else (Button("darurat.aman_kembali", f"ld:e:{emergency.id}"),)
    return tuple(row for row in (mine, where) if row)


def status(office: Office, case: Case, emergency: Emergency, people: Told, reach: Mapping[str, str]) -> View:
    """For the one who calls: exactly who was reached, who has acknowledged, who cannot be reached."""
    received: Mapping[str, str] = emergency.content["terima"]
    params: dict[str, Json] = {
        "ref": case.ref,
        "pada": emergency.raised_at.isoformat(),
        "orang": [
            {
                "alias": person.alias,
                "peran": role,
                "keadaan": reach.get(str(person.id), "jalan"),
                "terima": received.get(str(person.id)),
            }
            for person, role in people
        ],
        "ditangani": emergency.acknowledged_at is not None,
        "pasukan": contacts(office),
    }
    return View("darurat/status", params, ((Button("darurat.aman_kembali", f"ld:e:{emergency.id}"),),), protect=True)


def _received(people: Told, received: Mapping[str, str]) -> list[dict[str, Json]]:
    return [
        {"alias": person.alias, "peran": role, "pada": received[str(person.id)]}
        for person, role in people
        if str(person.id) in received
    ]


def ask_end(case: Case, emergency: Emergency, who: Person, me: Person) -> View:
    """*Aman kembali*: asked once more, in place; a thumb in a pocket must not end an emergency."""
    rows = (
        (Button("darurat.ya_aman", f"ld:f:{emergency.id}"),),
        (Button("darurat.belum_aman", f"ld:b:{emergency.id}"),),
    )
    return View("darurat/tanya_aman", {"ref": case.ref, "alias": None if me.id == who.id else who.alias}, rows)


def closed(case: Case, emergency: Emergency, who: Person, reader: Person) -> View:
    """What the alert and the caller's own list become: when it was over, and no button."""
    assert emergency.ended_at is not None
    params: dict[str, Json] = {
        "ref": case.ref,
        "alias": who.alias if reader.id != who.id else None,
        "pada": emergency.ended_at.isoformat(),
        "sejak": emergency.raised_at.isoformat(),
    }
    return View("darurat/berakhir", params, protect=True)


def over(
    case: Case, emergency: Emergency, who: Person, by: Person, reader: Person, *, keyboard_off: bool = False
) -> View:  # fmt: skip
    """It is over: who said so, and when. ``keyboard_off`` takes the keyboard for a location away as well."""
    assert emergency.ended_at is not None
    params: dict[str, Json] = {
        "ref": case.ref,
        "alias": who.alias,
        "oleh": by.alias if by.id != who.id else None,
        "sendiri": reader.id == who.id,
        "pada": emergency.ended_at.isoformat(),
        "sejak": emergency.raised_at.isoformat(),
    }
    return View("darurat/aman_kembali", params, protect=True, request="remove" if keyboard_off else None)


def where(case: Case) -> View:
    """Asks for the location, where the telephone can give it."""
    return View("darurat/lokasi", {"ref": case.ref}, request="location")


def where_known(case: Case) -> View:
    """The location has arrived and was passed on."""
    return View("darurat/lokasi_diteruskan", {"ref": case.ref}, request="remove")


def contacts(office: Office) -> list[dict[str, Json]]:
    """The security forces of the profile; ``nomor`` is "" while the office has not filled it in."""
    known = {} if office.profile.lokus is None else office.profile.lokus.contacts
    return [{"nama": name, "nomor": number} for name, number in known.items()]
