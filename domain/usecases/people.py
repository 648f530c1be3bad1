"""Who may come in and what they may do: invitations, changes, hand-over and the end of access.

The chat and the command line call the same functions. ``by`` is the administrator who acts, or None for the operator
at the command line. Every change appends an event to "person:ID" (or "system" while there is no person yet), and no
sequence of changes leaves the office without an active administrator.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from domain import secrecy
from domain.commands import commands_for
from domain.errors import NameTaken, NotFound, NotPermitted, UserError
from domain.model import NewPerson, Person
from domain.names import clean_code_name, clean_name
from domain.notices import Notice, Priority, SetCommands, Show, View
from domain.office import Office
from domain.ports import UnitOfWork
from domain.roles import Clearance, Role
from domain.usecases import cards, lokus_leave, shown

LIFE = timedelta(days=7)
"""How long an invitation can be opened."""
_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{24,64}")
_LOCK = "people_changed_at"


@dataclass(frozen=True, slots=True)
class Issued:
    """A fresh invitation: the only time its payload is known. ``link`` is None while the bot's username is unknown."""

    payload: str
    link: str | None
    expires_at: datetime
    grant: NewPerson


def invitation_link(username: str | None, payload: str) -> str | None:
    """The deep link that opens the bot with the payload (Telegram: t.me links, ``start`` parameter)."""
    return None if username is None else f"https://t.me/{username}?start={payload}"


def make_invitation(uow: UnitOfWork, office: Office, by: Person | None, grant: NewPerson, now: datetime) -> Issued:
    """A single-use key that grants this. Raises NotPermitted, or UserError naming what is wrong with the grant."""
    _authorise(by)
    grant = _checked(uow, office, grant, now)
    return _issue(uow, office, by, grant, now)


def hand_over(uow: UnitOfWork, office: Office, by: Person | None, person_id: int, now: datetime) -> Issued:
    """An invitation by which the person's record moves to the Telegram account that opens it; older ones are void."""
    _authorise(by)
    person = active_person(uow, person_id)
    _withdraw_hand_overs(uow, person.id, now)
    grant = NewPerson(
        person.roles,
        person.regions,
        person.clearance,
        person.name,
        person.code_name,
        person.source,
        person.means,
        replaces=person.id,
    )
    return _issue(uow, office, by, grant, now)


def _issue(uow: UnitOfWork, office: Office, by: Person | None, grant: NewPerson, now: datetime) -> Issued:
    payload = secrets.token_urlsafe(24)
    expires_at = now + LIFE
    actor = None if by is None else by.id
    uow.invitations.add(_digest(payload), grant, actor, now, expires_at)
    subject = "system" if grant.replaces is None else f"person:{grant.replaces}"
    action = "person.invited" if grant.replaces is None else "person.handover_offered"
    uow.events.append(subject, action, actor, now, _as_data(grant))
    return Issued(payload, invitation_link(office.bot_username, payload), expires_at, grant)


def _digest(payload: str) -> bytes:
    # The payload has 192 random bits, so a plain hash cannot be guessed back and needs no salt.
    return hashlib.sha256(payload.encode()).digest()


def accept(uow: UnitOfWork, office: Office, payload: str, telegram_id: int, name: str, now: datetime) -> Person | None:
    """Open an invitation. None for a wrong, expired or used one: nothing tells the three apart.

    The caller makes sure that the account is not registered already (its invitation stays unused then).
    """
    if not _PAYLOAD.fullmatch(payload):
        return None
    known = uow.people.by_telegram_id(telegram_id)
    invitation = uow.invitations.claim(_digest(payload), telegram_id, now)
    if invitation is None:
        return None
    if invitation.grant.replaces is not None:
        return _take_over(uow, office, invitation.grant.replaces, known, telegram_id, now)
    grant = invitation.grant
    if grant.code_name is not None and _code_name_taken(uow, grant.code_name, known.id if known else None):
        grant = replace(grant, code_name=None)
    person = uow.people.add(telegram_id, grant.name or clean_name(name) or "-", grant, now)
    uow.events.append(f"person:{person.id}", "person.joined", person.id, now, _as_data(grant))
    _welcome(uow, office, person, now)
    joined = View("orang/bergabung", {"alias": person.alias, "peran": role_names(person.roles)})
    tell_administrators(uow, joined, but=person.id)
    return person


def _take_over(
    uow: UnitOfWork, office: Office, person_id: int, known: Person | None, telegram_id: int, now: datetime
) -> Person | None:
    person = uow.people.get(person_id)
    if person is None or not person.active:
        return None
    if known is not None:
        # The account has a closed record of its own: one account is one record, so it needs an ordinary invitation.
        tell_administrators(uow, View("orang/serah_terima_gagal", {"alias": person.alias, "akun_lama": known.alias}))
        uow.events.append(f"person:{person.id}", "person.handover_refused", known.id, now)
        return None
    old = person.telegram_id
    uow.outbox.drop_chat(old)
    shown.rights_changed(uow, person)
    _, left = shown.clear_chat(uow, person, now)
    if left:
        tell_administrators(uow, View("orang/pesan_tertinggal", {"alias": person.alias, "ref": list(left)}))
    uow.outbox.add(Notice(old, SetCommands(())))
    uow.outbox.add(Notice(old, Show(View("orang/diserahkan"))))
    person = uow.people.change(person.id, telegram_id=telegram_id, unreachable_at=None)
    uow.drafts.rename_chat(old, telegram_id)
    uow.events.append(f"person:{person.id}", "person.handed_over", person.id, now, {"from": old, "to": telegram_id})
    _welcome(uow, office, person, now)
    tell_administrators(uow, View("orang/serah_terima_selesai", {"alias": person.alias}), but=person.id)
    return person


def _welcome(uow: UnitOfWork, office: Office, person: Person, now: datetime) -> None:
    uow.outbox.add(Notice(person.telegram_id, SetCommands(commands_for(person, office))))
    uow.outbox.add(
        Notice(
            person.telegram_id,
            Show(
                View(
                    "orang/selamat_datang",
                    {
                        "now": now.isoformat(),
                        "instansi": office.profile.office,
                        "alias": person.alias,
                        "peran": role_names(person.roles),
                        "wilayah": list(person.regions),
                    },
                )
            ),
        )
    )


def change(
    uow: UnitOfWork,
    office: Office,
    by: Person | None,
    person_id: int,
    now: datetime,
    *,
    roles: frozenset[Role] | None = None,
    regions: Sequence[str] | None = None,
    clearance: Clearance | None = None,
    code_name: str | None = None,
) -> Person:
    """Set what is given. Raises NotPermitted, NotFound, or UserError (last administrator, no role, code name taken …).

    An empty ``code_name`` removes it. The person is told, and their command list follows.
    """
    _authorise(by)
    person = active_person(uow, person_id)
    columns: dict[str, Any] = {}
    if roles is not None:
        if not roles:
            raise UserError("galat/peran_kosong")
        if Role.ADMINISTRATOR not in roles:
            _keep_an_administrator(uow, person, now)
        columns["roles"] = roles
    if regions is not None:
        columns["regions"] = _known_regions(office, regions)
    if clearance is not None:
        columns["clearance"] = clearance
    if code_name is not None:
        columns["code_name"] = _free_code_name(uow, code_name, person.id) if code_name else None
    columns = {name: value for name, value in columns.items() if getattr(person, name) != value}
    if not columns:
        return person
    changed = uow.people.change(person.id, **columns)
    if columns.keys() - {"code_name"}:
        shown.rights_changed(uow, person)
        _take_back_cards(uow, office, changed, now)
    before = {name: _plain(getattr(person, name)) for name in columns}
    after = {name: _plain(value) for name, value in columns.items()}
    uow.events.append(
        f"person:{person.id}", "person.changed", None if by is None else by.id, now, {"before": before, "after": after}
    )
    uow.outbox.add(Notice(person.telegram_id, SetCommands(commands_for(changed, office))))
    if by is None or by.id != person.id:
        uow.outbox.add(
            Notice(
                person.telegram_id,
                Show(
                    View(
                        "orang/data_diubah",
                        {
                            "alias": changed.alias,
                            "peran": role_names(changed.roles),
                            "wilayah": list(changed.regions),
                            "klasifikasi": changed.clearance.value,
                        },
                    )
                ),
            )
        )
    lokus_leave.left(uow, office, changed, now)
    return changed


def revoke(uow: UnitOfWork, office: Office, by: Person | None, person_id: int, now: datetime) -> Person:
    """End the person's access in this transaction; drafts and reports stay.

    Raises NotPermitted, NotFound, or UserError for the last administrator.
    """
    _authorise(by)
    person = active_person(uow, person_id)
    _keep_an_administrator(uow, person, now)
    revoked = uow.people.change(person.id, active=False)
    _withdraw_hand_overs(uow, person.id, now)
    # What was queued for them may be content they may no longer read.
    uow.outbox.drop_chat(person.telegram_id)
    shown.rights_changed(uow, person)
    deleted, left = shown.clear_chat(uow, person, now)
    uow.outbox.add(Notice(person.telegram_id, SetCommands(())))
    uow.outbox.add(Notice(person.telegram_id, Show(View("orang/akses_berakhir"))))
    uow.events.append(
        f"person:{person.id}",
        "person.revoked",
        None if by is None else by.id,
        now,
        {"deleted": deleted, "left": list(left)},
    )
    if left:
        tell_administrators(uow, View("orang/pesan_tertinggal", {"alias": person.alias, "ref": list(left)}))
    tell_administrators(uow, View("orang/dicabut", {"alias": person.alias}), but=None if by is None else by.id)
    lokus_leave.left(uow, office, revoked, now)
    return revoked


def _take_back_cards(uow: UnitOfWork, office: Office, person: Person, now: datetime) -> None:
    """The cards of secret cases that are not open to the person any more go; they tell that there is such a case."""
    standing = {part.split(":")[1].partition("@")[0] for part in uow.outbox.standing(person.telegram_id) if ":" in part}
    known = (uow.cases.get(int(number)) for number in standing if number.isdecimal())
    for case in {one.id: one for one in (*known, *uow.cases.waiting()) if one is not None}.values():
        if secrecy.is_secret(case) and not secrecy.may_open(uow, office, case, person, now):
            cards.taken_back(uow, case, person.telegram_id)


def listing(uow: UnitOfWork, query: str = "") -> list[Person]:
    """Active persons by alias; ``query`` looks into alias, roles and regions (never into names)."""
    wanted = query.casefold().split()
    found = [person for person in uow.people.all() if _matches(person, wanted)]
    return sorted(found, key=lambda person: (person.alias.casefold(), person.id))


def _matches(person: Person, wanted: list[str]) -> bool:
    words = " ".join((person.alias, *person.roles, *person.regions)).casefold()
    return all(word in words for word in wanted)


def unreachable(uow: UnitOfWork, person: Person, now: datetime) -> None:
    """The person blocked the bot or closed the account: mark it and tell the administrators, once."""
    if not person.active or person.unreachable_at is not None:
        return
    uow.people.change(person.id, unreachable_at=now)
    uow.events.append(f"person:{person.id}", "person.unreachable", None, now)
    tell_administrators(uow, View("orang/tidak_terjangkau", {"alias": person.alias}), but=person.id)


def reachable(uow: UnitOfWork, person: Person, now: datetime) -> None:
    """The person can be written to again."""
    if person.unreachable_at is not None:
        uow.people.change(person.id, unreachable_at=None)
        uow.events.append(f"person:{person.id}", "person.reachable", None, now)


def tell_administrators(
    uow: UnitOfWork, view: View, *, but: int | None = None, priority: Priority = Priority.ORDINARY
) -> None:
    """Show the view to every administrator who can be reached."""
    for person in uow.people.holding(Role.ADMINISTRATOR):
        if person.id != but and person.unreachable_at is None:
            uow.outbox.add(Notice(person.telegram_id, Show(view), priority))


def active_person(uow: UnitOfWork, person_id: int) -> Person:
    """The active person of that id; NotFound otherwise."""
    person = uow.people.get(person_id)
    if person is None or not person.active:
        raise NotFound
    return person


def role_names(roles: frozenset[Role]) -> list[str]:
    """Role values in the order of ``Role``, for a template to title."""
    return [role.value for role in Role if role in roles]


def _authorise(by: Person | None) -> None:
    if by is not None and not by.has(Role.ADMINISTRATOR):
        raise NotPermitted


def _keep_an_administrator(uow: UnitOfWork, person: Person, now: datetime) -> None:
    """Refuse what would take the last administrator away."""
    if Role.ADMINISTRATOR not in person.roles:
        return
    # Both of two administrators who demote each other at once write this row, so on PostgreSQL the second one waits
    # for the first and then counts what is left.
    uow.meta.put(_LOCK, now.isoformat())
    if all(other.id == person.id for other in uow.people.holding(Role.ADMINISTRATOR)):
        raise UserError("galat/administrator_terakhir")


def _withdraw_hand_overs(uow: UnitOfWork, person_id: int, now: datetime) -> None:
    for invitation in uow.invitations.open(now):
        if invitation.grant.replaces == person_id:
            uow.invitations.withdraw(invitation.id, now)


def _checked(uow: UnitOfWork, office: Office, grant: NewPerson, now: datetime) -> NewPerson:
    if not grant.roles:
        raise UserError("galat/peran_kosong")
    code_name = None
    if grant.code_name:
        code_name = _free_code_name(uow, grant.code_name, None)
        if any((other.grant.code_name or "").casefold() == code_name.casefold() for other in uow.invitations.open(now)):
            raise NameTaken
    return replace(
        grant,
        regions=_known_regions(office, grant.regions),
        code_name=code_name,
        name=clean_name(grant.name or "") or None,
        replaces=None,
    )


def _known_regions(office: Office, regions: Sequence[str]) -> tuple[str, ...]:
    wanted = {region.casefold(): region for region in regions}
    known = tuple(name for name in office.profile.regions if wanted.pop(name.casefold(), None) is not None)
    if wanted:
        raise UserError("galat/wilayah_tidak_dikenal", wilayah=clean_name(next(iter(wanted.values()))))
    return known


def _free_code_name(uow: UnitOfWork, text: str, person_id: int | None) -> str:
    name = clean_code_name(text)
    if name is None:
        raise UserError("galat/sandi_tidak_sah")
    if _code_name_taken(uow, name, person_id):
        raise NameTaken
    return name


def _code_name_taken(uow: UnitOfWork, name: str, person_id: int | None) -> bool:
    # Closed records count too: their code name stands in old reports.
    return any(
        person.alias.casefold() == name.casefold() and person.id != person_id
        for person in uow.people.all(active_only=False)
    )


def _as_data(grant: NewPerson) -> dict[str, Any]:
    return {
        "roles": role_names(grant.roles),
        "regions": list(grant.regions),
        "clearance": grant.clearance.value,
        "code_name": grant.code_name,
        "source": grant.source,
    }


def _plain(value: Any) -> Any:
    if isinstance(value, frozenset):
        return role_names(value)
    return list(value) if isinstance(value, tuple) else value
