"""Groups: the bot stays only where an administrator bound it to a purpose."""

from __future__ import annotations

from datetime import datetime
from typing import get_args

from domain.errors import NotFound, NotPermitted, UserError
from domain.model import PURPOSES, Group, GroupPurpose, Person
from domain.notices import Leave, Notice, Show, View
from domain.office import Office
from domain.ports import UnitOfWork
from domain.roles import Role
from domain.usecases import cards
from domain.usecases.people import tell_administrators


def entered(uow: UnitOfWork, office: Office, by: Person | None, chat_id: int, title: str, now: datetime) -> None:
    """The bot came into a group: an administrator has the profile's grace to bind it;
    from anybody else it leaves at once.
    """
    if uow.groups.get(chat_id) is not None:
        return  # its rights in a group it is in already changed
    if by is not None and by.has(Role.ADMINISTRATOR):
        uow.groups.put(Group(chat_id, title, None, None, now + office.profile.group_grace))
        uow.events.append("system", "group.entered", by.id, now, {"chat_id": chat_id})
        minutes = int(office.profile.group_grace.total_seconds() // 60)
        uow.outbox.add(Notice(chat_id, Show(View("grup/ikat_dahulu", {"menit": minutes, "tujuan": list(PURPOSES)}))))
        return
    if _upgrading(uow, title):
        # A bound group that becomes a supergroup can show up under its new id before Telegram says what it was.
        uow.groups.put(Group(chat_id, title, None, None, now + office.profile.group_grace))
        return
    uow.events.append("system", "group.refused", None if by is None else by.id, now, {"chat_id": chat_id})
    uow.outbox.add(Notice(chat_id, Show(View("grup/bukan_administrator", {"instansi": office.profile.office}))))
    uow.outbox.add(Notice(chat_id, Leave()))


def _upgrading(uow: UnitOfWork, title: str) -> bool:
    return any(
        group.purpose is not None and group.chat_id > -1_000_000_000_000 and group.title == title
        for group in uow.groups.all()
    )


def left(uow: UnitOfWork, office: Office, chat_id: int, now: datetime) -> None:
    """The bot is out of a group: forget the binding, and say so to the administrators when there was one.

    What waited there gets a card elsewhere: another group of the purpose, or private chats.
    """
    group = uow.groups.get(chat_id)
    if group is None:
        return
    uow.groups.remove(chat_id)
    uow.outbox.drop_chat(chat_id)
    uow.events.append("system", "group.left", None, now, {"chat_id": chat_id, "purpose": group.purpose})
    if group.purpose is not None:
        tell_administrators(uow, View("grup/lepas", {"judul": group.title, "tujuan": group.purpose}))
        _announce_waiting(uow, office, group.purpose, now)


def bind(
    uow: UnitOfWork, office: Office, by: Person | None, chat_id: int, title: str | None, purpose: str, now: datetime
) -> Group:
    """Bind (or rebind) a group to a purpose and put there what waits for it; ``by`` None is the operator.

    Raises NotPermitted, NotFound (a chat the bot is not in), UserError for an unknown purpose.
    """
    if by is not None and not by.has(Role.ADMINISTRATOR):
        raise NotPermitted
    known = uow.groups.get(chat_id)
    if known is None and title is None:
        raise NotFound
    group = Group(
        chat_id,
        title if title is not None else (known.title if known else ""),
        purpose_named(purpose),
        None if by is None else by.id,
        None,
    )
    uow.groups.put(group)
    uow.events.append(
        "system",
        "group.bound",
        None if by is None else by.id,
        now,
        {"chat_id": chat_id, "purpose": group.purpose, "before": known.purpose if known else None},
    )
    if known is None or known.purpose != group.purpose:
        _announce_waiting(uow, office, group.purpose, now)
    return group


def _announce_waiting(uow: UnitOfWork, office: Office, purpose: GroupPurpose | None, now: datetime) -> None:
    """Reports that wait at a step of this purpose get their cards where they belong now."""
    for case in uow.cases.waiting():
        step = office.sop_of(case.sop, case.sop_version).step(case.step)
        if step.where == f"group:{purpose}":
            cards.announce(uow, office, case, now)


def purpose_named(word: str) -> GroupPurpose:
    """The purpose a typed word means; UserError for an unknown one."""
    purpose = next((one for one in get_args(GroupPurpose) if one == word.strip().casefold()), None)
    if purpose is None:
        raise UserError("galat/tujuan_tidak_dikenal", tujuan=list(PURPOSES))
    found: GroupPurpose = purpose
    return found


def migrate(uow: UnitOfWork, old: int, new: int, now: datetime) -> None:
    """A group became a supergroup: rewrite its id everywhere. Telegram says so more than once; the first counts."""
    known = uow.groups.get(old) is not None
    uow.migrate_chat(old, new)
    if known:
        uow.events.append("system", "group.migrated", None, now, {"from": old, "to": new})


def leave_unbound(uow: UnitOfWork, now: datetime) -> int:
    """Say why and leave every group whose grace is over without a binding; how many. For the scheduler."""
    groups = uow.groups.claim_leaving(now)
    for group in groups:
        uow.outbox.add(Notice(group.chat_id, Show(View("grup/pamit"))))
        uow.outbox.add(Notice(group.chat_id, Leave()))
        uow.groups.remove(group.chat_id)
        uow.events.append("system", "group.abandoned", None, now, {"chat_id": group.chat_id})
    return len(groups)
