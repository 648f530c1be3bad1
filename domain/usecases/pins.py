"""The reader's PIN: asked before *Buka* where the profile demands one or the person has set one.

A wrong try is an answer, not an error: it has to be counted. Only the Argon2 hash is kept, encrypted.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Literal, TypeAlias

from domain.errors import NotFound, NotPermitted
from domain.model import Person, Pin
from domain.notices import Delete, Notice, Show, View
from domain.office import Office
from domain.ports import UnitOfWork
from domain.roles import Role
from domain.usecases import people

ASKED_FOR = timedelta(minutes=10)
"""How long a typed number without a reply is taken for the answer to what was asked."""
_SHAPE = re.compile(r"[0-9]{6,12}")
_MEANT = re.compile(r"[0-9](?:[ .\-]?[0-9]){3,15}")
"""What a hurried thumb makes of a PIN: a digit too few or too many, spaces between. It is a try, and is deleted."""
REMEMBER, TRIES, LOCK = timedelta(minutes=10), 5, timedelta(minutes=30)
"""Where the profile has no ``[lapsus]``."""
Tried: TypeAlias = Literal["right", "wrong", "locked"]


def of(uow: UnitOfWork, person: Person) -> Pin:
    """The person's PIN; an empty one before any was set."""
    return uow.pins.get(person.id) or Pin()


def required(office: Office) -> bool:
    """Whether readers must have one."""
    return office.profile.lapsus is not None and office.profile.lapsus.pin == "required"


def let_in(uow: UnitOfWork, office: Office, me: Person, wanted: str, now: datetime) -> bool:
    """Whether the person needs no PIN now; otherwise it is asked for (or to be set, or said until when it is locked).

    ``wanted`` is what goes on when it was given: ``buka:7``.
    """
    pin = of(uow, me)
    if pin.hash is None and not required(office):
        return True
    if pin.locked_until is not None and now < pin.locked_until:
        # What is typed now all the same is still taken for a PIN, so that it is deleted.
        uow.pins.put(me.id, replace(pin, asked=wanted, asked_at=now))
        _say(uow, me, View("pin/terkunci", {"sampai": pin.locked_until.isoformat()}))
        return False
    if pin.hash is not None and pin.open_until is not None and now < pin.open_until:
        return True
    ask(uow, me, wanted if pin.hash is not None else "baru", now)
    return False


def slot(person: Person, asked: str) -> str:
    """Where the question stands; its name says who may answer and what for."""
    return f"pin:{person.id}:{asked}"


def ask(uow: UnitOfWork, me: Person, asked: str, now: datetime, note: str | None = None, left: int = 0) -> None:
    """Ask for the PIN (``buka:7``, ``lama``), a new one (``baru``) or the new one again (``ulang``)."""
    uow.pins.put(me.id, replace(of(uow, me), asked=asked, asked_at=now))
    if uow.outbox.slot_message(slot(me, asked)) is not None:
        uow.outbox.add(Notice(me.telegram_id, Delete(slot=slot(me, asked))))
    view = View("pin/tanya", {"untuk": asked.partition(":")[0], "catatan": note, "sisa": left}, force_reply=True)
    uow.outbox.add(Notice(me.telegram_id, Show(view, slot(me, asked), fresh=True)))


def waits_for(uow: UnitOfWork, me: Person, text: str, now: datetime) -> str | None:
    """What a plain message of digits answers, if a PIN was asked for a moment ago."""
    if not _MEANT.fullmatch(text.strip()):
        return None
    pin = uow.pins.get(me.id)
    if pin is None or pin.asked is None or pin.asked_at is None or now - pin.asked_at > ASKED_FOR:
        return None
    return pin.asked


def answered(uow: UnitOfWork, me: Person) -> None:
    """Nothing is asked any more."""
    pin = uow.pins.get(me.id)
    if pin is not None and pin.asked is not None:
        uow.pins.put(me.id, replace(pin, asked=None, asked_at=None))


def tried(uow: UnitOfWork, office: Office, me: Person, text: str, now: datetime) -> Tried:
    """A typed PIN: right ones are remembered for a while, wrong ones counted until it locks.

    The administrators are told of that.
    """
    pin, settings = of(uow, me), office.profile.lapsus
    if pin.hash is None:
        return "wrong"
    if pin.locked_until is not None and now < pin.locked_until:
        return "locked"
    if uow.pins.matches(pin.hash, _digits(text)):
        until = now + (settings.pin_remember if settings is not None else REMEMBER)
        uow.pins.put(me.id, replace(pin, wrong=0, locked_until=None, open_until=until, asked=None, asked_at=None))
        return "right"
    wrong = pin.wrong + 1
    uow.events.append(f"person:{me.id}", "pin.wrong", me.id, now, {"tries": wrong})
    if wrong < (settings.pin_tries if settings is not None else TRIES):
        uow.pins.put(me.id, replace(pin, wrong=wrong, open_until=None))
        return "wrong"
    until = now + (settings.pin_lock if settings is not None else LOCK)
    uow.pins.put(me.id, replace(pin, wrong=0, locked_until=until, open_until=None, asked_at=now))
    uow.events.append(f"person:{me.id}", "pin.locked", me.id, now, {"until": until.isoformat()})
    people.tell_administrators(uow, View("pin/terkunci_admin", {"alias": me.alias, "sampai": until.isoformat()}))
    return "locked"


def tries_left(uow: UnitOfWork, office: Office, me: Person) -> int:
    """Wrong tries until it locks."""
    settings = office.profile.lapsus
    return (settings.pin_tries if settings is not None else TRIES) - of(uow, me).wrong


def acceptable(text: str) -> bool:
    """Six to twelve digits that are neither all the same nor a row such as 123456."""
    digits = _digits(text)
    if not _SHAPE.fullmatch(digits):
        return False
    return len({int(b) - int(a) for a, b in pairwise(digits)}) > 1


def propose(uow: UnitOfWork, me: Person, text: str) -> bool:
    """A new PIN, typed the first time; False when it is too easy."""
    if not acceptable(text):
        return False
    uow.pins.put(me.id, replace(of(uow, me), new_hash=uow.pins.hashed(_digits(text))))
    return True


def settle(uow: UnitOfWork, office: Office, me: Person, text: str, now: datetime) -> bool:
    """The new PIN typed again: set when it is the same, forgotten otherwise."""
    pin = of(uow, me)
    same = pin.new_hash is not None and uow.pins.matches(pin.new_hash, _digits(text))
    if not same:
        uow.pins.put(me.id, replace(pin, new_hash=None, asked=None, asked_at=None))
        return False
    settings = office.profile.lapsus
    until = now + (settings.pin_remember if settings is not None else REMEMBER)
    changed = pin.hash is not None
    uow.pins.put(me.id, Pin(hash=pin.new_hash, open_until=until))
    uow.events.append(f"person:{me.id}", "pin.changed" if changed else "pin.set", me.id, now)
    return True


def remove(uow: UnitOfWork, office: Office, me: Person, now: datetime) -> None:
    """Take the PIN away. NotPermitted where the agency demands one."""
    if required(office):
        raise NotPermitted
    uow.pins.put(me.id, Pin())
    uow.events.append(f"person:{me.id}", "pin.removed", me.id, now)


def reset(uow: UnitOfWork, by: Person, person_id: int, now: datetime) -> Person:
    """A forgotten PIN is taken away by an administrator, who cannot do that to their own.

    Raises NotPermitted, NotFound.
    """
    person = uow.people.get(person_id)
    if not by.has(Role.ADMINISTRATOR) or by.id == person_id:
        raise NotPermitted
    if person is None or not person.active:
        raise NotFound
    uow.pins.put(person.id, Pin())
    uow.events.append(f"person:{person.id}", "pin.reset", by.id, now)
    _say(uow, person, View("pin/disetel_ulang", {}))
    return person


def _digits(text: str) -> str:
    """Without the spaces and dashes by which people group digits."""
    return re.sub(r"[\s.\-]", "", text)


def _say(uow: UnitOfWork, person: Person, view: View) -> None:
    uow.outbox.add(Notice(person.telegram_id, Show(view)))
