"""Secret content that stands in somebody's chat for some minutes, taken away by the clock and at each hand-over.

Which messages stand where is a row of ``meta`` per person (case ids, slots and times only). Each message has a slot of
its own, so that every part of a long content is deleted, whatever has become of the others.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from domain.model import Person
from domain.notices import Delete, Notice, Priority, Show, View
from domain.ports import UnitOfWork

DELETABLE = timedelta(hours=47, minutes=50)
"""How old a message of ours may be to be deleted (Bot API deleteMessage: 48 hours), with a little to spare."""
PANEL = "aksi"
"""The last part of the slot in which the buttons stand."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What was shown of one case to one person: the chat, the slots, since when and until when (ISO)."""

    chat: int
    slots: tuple[str, ...]
    at: str
    until: str
    version: int = 0
    read_until: str = ""
    """Until when what *Buka* showed stands; empty where only something else was shown (who reported it)."""


def put(
    uow: UnitOfWork,
    person: Person,
    case_id: int,
    ref: str,
    views: Sequence[View],
    panel: View | None,
    now: datetime,
    until: datetime,
    version: int,
) -> None:
    """Show the views below each other, then the panel with the buttons; what stood of this case there goes first.

    What could not be sent before ``until`` is never sent.
    """
    conceal(uow, case_id, (person.id,))
    kept, opening = _load(uow, person.id)
    names = [f"rahasia:{case_id}:{person.id}:{opening + 1}:{n}" for n in range(len(views))]
    if panel is not None:
        names.append(f"rahasia:{case_id}:{person.id}:{opening + 1}:{PANEL}")
    _send(uow, person.telegram_id, ref, names, (*views, *((panel,) if panel is not None else ())), until)
    end = until.isoformat()
    kept[str(case_id)] = Standing(person.telegram_id, tuple(names), now.isoformat(), end, version, end)
    _save(uow, person.id, kept, opening + 1)


def add(
    uow: UnitOfWork, person: Person, case_id: int, ref: str, views: Sequence[View], now: datetime, until: datetime
) -> None:
    """Show more of the case beside what stands there (its files)."""
    kept, opening = _load(uow, person.id)
    names = tuple(f"rahasia:{case_id}:{person.id}:{opening + 1}:{n}" for n in range(len(views)))
    _send(uow, person.telegram_id, ref, names, views, until)
    before = kept.get(str(case_id))
    if before is None or now >= datetime.fromisoformat(before.until):
        before = Standing(person.telegram_id, (), now.isoformat(), until.isoformat())
    kept[str(case_id)] = replace(before, slots=(*before.slots, *names), until=until.isoformat())
    _save(uow, person.id, kept, opening + 1)


def _send(
    uow: UnitOfWork, chat_id: int, ref: str, names: Sequence[str], views: Sequence[View], until: datetime
) -> None:
    """Words go into an empty message by editing it. A send whose answer is lost is sent again, and nobody knows the
    first copy's number to delete it by: that copy must hold nothing. A file cannot be put in later and is sent whole.
    """
    for name, view in zip(names, views, strict=True):
        words = view.media is None and not name.endswith(f":{PANEL}")
        if words:
            empty = View("rahasia/sebentar", {"ref": ref}, protect=view.protect, silent=view.silent)
            uow.outbox.add(Notice(chat_id, Show(empty, name, fresh=True, until=until), Priority.REPLY, reference=ref))
        show = Show(view, name, fresh=not words, until=until)
        uow.outbox.add(Notice(chat_id, show, Priority.REPLY, reference=ref))
        uow.outbox.add(Notice(chat_id, Delete(slot=name), Priority.REPLY, not_before=until))


def panel(uow: UnitOfWork, person_id: int, case_id: int, now: datetime) -> str | None:
    """The slot of the case's buttons in the person's chat, while the content is shown there."""
    found = standing(uow, person_id, case_id, now)
    return None if found is None else next((name for name in found.slots if name.endswith(f":{PANEL}")), None)


def standing(uow: UnitOfWork, person_id: int, case_id: int, now: datetime) -> Standing | None:
    """What *Buka* showed of the case to the person, while it stands."""
    found = _load(uow, person_id)[0].get(str(case_id))
    open_ = found is not None and bool(found.read_until) and now < datetime.fromisoformat(found.read_until)
    return found if open_ else None


def conceal(uow: UnitOfWork, case_id: int, persons: Sequence[int]) -> None:
    """Take away at once what these persons were shown of the case."""
    for person_id in dict.fromkeys(persons):
        kept, opening = _load(uow, person_id)
        found = kept.pop(str(case_id), None)
        if found is not None:
            _take(uow, found)
            _save(uow, person_id, kept, opening)


def conceal_all(uow: UnitOfWork, person_id: int) -> None:
    """Take away at once all the secret content that the person was shown."""
    kept, opening = _load(uow, person_id)
    for found in kept.values():
        _take(uow, found)
    if kept:
        _save(uow, person_id, {}, opening)


def clear_chat(uow: UnitOfWork, person: Person, now: datetime) -> tuple[int, tuple[str, ...]]:
    """The person's access has ended: delete every message of theirs that still stands in a slot.

    Gives how many are deleted, and the references of the cards that are too old for it (Telegram: 48 hours).
    """
    kept, _ = _load(uow, person.id)
    since = {name: datetime.fromisoformat(found.at) for found in kept.values() for name in found.slots}
    old: list[str] = []
    count = 0
    for name in uow.outbox.standing(person.telegram_id):
        head, _, rest = name.partition(":")
        number = rest.partition("@")[0].partition(":")[0]
        case = uow.cases.get(int(number)) if head in ("kartu", "rahasia") and number.isdecimal() else None
        at = since.get(name) or (case.received_at if case is not None else None)
        if case is not None and at is not None and now - at > DELETABLE:
            old.append(case.ref)
        else:
            count += 1
        uow.outbox.drop_unsent(name)
        uow.outbox.add(Notice(person.telegram_id, Delete(slot=name), Priority.URGENT))
    # One that is on its way at this moment stands nowhere yet.
    conceal_all(uow, person.id)
    return count, tuple(dict.fromkeys(old))


def rights_changed(uow: UnitOfWork, person: Person) -> None:
    """What the person may see has changed: all that is shown goes, and a reader's PIN is asked again."""
    conceal_all(uow, person.id)
    pin = uow.pins.get(person.id)
    if pin is not None:
        uow.pins.put(person.id, replace(pin, open_until=None, asked=None, asked_at=None))


def _take(uow: UnitOfWork, found: Standing) -> None:
    for name in found.slots:
        uow.outbox.drop_unsent(name)
        uow.outbox.add(Notice(found.chat, Delete(slot=name), Priority.REPLY))


def _load(uow: UnitOfWork, person_id: int) -> tuple[dict[str, Standing], int]:
    kept = json.loads(uow.meta.get(f"rahasia:{person_id}") or "{}")
    cases = {key: Standing(**{**one, "slots": tuple(one["slots"])}) for key, one in kept.get("cases", {}).items()}
    return cases, int(kept.get("opening", 0))


def _save(uow: UnitOfWork, person_id: int, kept: dict[str, Standing], opening: int) -> None:
    cases = {key: asdict(one) for key, one in kept.items()}
    uow.meta.put(f"rahasia:{person_id}", json.dumps({"cases": cases, "opening": opening}))
