"""Reading a secret case: *Buka*, its files, taking it away again, letting one more person read, telling the author.

A refusal is an answer, never an error: a denied attempt is recorded, and an error would roll the record back.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from domain import secrecy
from domain.model import Case, Person
from domain.notices import Ack, Button, Delete, Keyboard, Notice, Priority, Show, View
from domain.office import Office
from domain.ports import UnitOfWork
from domain.sop.commands import Acknowledge
from domain.sop.engine import is_open
from domain.usecases import cards, lapsus, pins, pressing, secretcard, shown
from domain.usecases.cards import Tap
from domain.usecases.cardview import Look, slot
from domain.usecases.officials import turn
from domain.usecases.transitions import apply, judge, subject, view_of
from domain.usecases.viewing import media_of

SHOW_FOR = timedelta(minutes=10)
"""How long content stays where the profile has no ``[lapsus]`` (another secret procedure)."""
LISTED = 8
"""Candidates on one page."""


def show_for(office: Office) -> timedelta:
    """How long an opened content stays."""
    return office.profile.lapsus.show_for if office.profile.lapsus is not None else SHOW_FOR


def concerns(uow: UnitOfWork, case_id: int) -> bool:
    """Whether the case is a secret one, which is read here only."""
    case = uow.cases.get(case_id)
    return case is not None and secrecy.is_secret(case)


def readable(
    uow: UnitOfWork, office: Office, me: Person, case_id: int, now: datetime, tap: Tap, what: str
) -> Case | Ack:
    """The secret case, if the person may be shown it here and now; otherwise the recorded refusal."""
    case = uow.cases.get(case_id)
    if case is None or not secrecy.is_secret(case):
        return secrecy.denied(uow, me, None, what, now, case_id)
    if tap.chat_id != me.telegram_id or not secrecy.may_open(uow, office, case, me, now):
        return secrecy.denied(uow, me, case, what, now)
    return case


def open_(uow: UnitOfWork, office: Office, me: Person, case_id: int, now: datetime, tap: Tap) -> Ack | None:
    """*Buka*: the right is checked now, the reader's PIN asked where it is due, the opening recorded."""
    case = readable(uow, office, me, case_id, now, tap, "open")
    if isinstance(case, Ack):
        return case
    if not pins.let_in(uow, office, me, f"buka:{case.id}", now):
        return None
    return reveal(uow, office, me, case, now)


def reveal(uow: UnitOfWork, office: Office, me: Person, case: Case, now: datetime) -> Ack | None:
    """Show the content to somebody who was let in; the caller has checked it in this transaction."""
    until = now + show_for(office)
    role = secrecy.capacity(uow, office, case, me, now)
    uow.events.append(
        subject(case),
        secrecy.OPENED,
        me.id,
        now,
        {
            "version": case.version,
            "step": case.step,
            "round": case.round,
            "role": role.value if role is not None else None,
            "what": "isi",
        },
    )
    case = _received(uow, office, case, me, now)
    views = secretcard.pages(uow, office, case, now, until)
    panel = secretcard.panel(uow, office, case, me, Look(), now, until)
    shown.put(uow, me, case.id, case.ref, views, panel, now, until, case.version)
    cards.refresh(uow, office, case, now)
    _tell_author(uow, office, case)
    return None


def _received(uow: UnitOfWork, office: Office, case: Case, me: Person, now: datetime) -> Case:
    """Opened by one whose turn it is, the case is received: the step's clock for that stops, and so does the alert."""
    sop = office.sop_of(case.sop, case.sop_version)
    step, view = sop.step(case.step), view_of(uow, case)
    events = uow.events.of(subject(case))
    if step.acknowledge is None or step is sop.first or not is_open(sop, view):
        return case
    whose = turn(uow, case, step, view, now=now)
    if me not in whose.persons or pressing.acknowledged(events, case) is not None:
        return case
    moved = judge(uow, office, case, Acknowledge(whose.actor(me, step), case.version, case.step), now)
    role = whose.role(me, step)
    case = apply(uow, case, moved, me.id, now, data={"role": role.value if role else None})
    pressing.settle(uow, office, case, uow.events.of(subject(case)), now)
    return case


def files(uow: UnitOfWork, office: Office, me: Person, case_id: int, now: datetime, tap: Tap) -> Ack | None:
    """*Lampiran*: each file as a protected message of its own, which goes with the content."""
    case = readable(uow, office, me, case_id, now, tap, "files")
    if isinstance(case, Ack):
        return case
    here = shown.standing(uow, me.id, case.id, now)
    if here is None or here.version != case.version:
        return Ack("rahasia/buka_dulu", {"ref": case.ref}, alert=True)
    media = [piece for piece in map(media_of, secretcard.files_of(uow, case)) if piece is not None]
    if not media:
        return Ack("verifikasi/berkas_belum_siap", {"ref": case.ref}, alert=True)
    role = secrecy.capacity(uow, office, case, me, now)
    data = {"version": case.version, "step": case.step, "round": case.round, "what": "lampiran"}
    uow.events.append(subject(case), secrecy.OPENED, me.id, now, {**data, "role": role.value if role else None})
    views = [secretcard.file_view(case, piece, n, len(media)) for n, piece in enumerate(media, 1)]
    shown.add(uow, me, case.id, case.ref, views, now, datetime.fromisoformat(here.read_until))
    return None


def close(uow: UnitOfWork, me: Person, case_id: int) -> None:
    """*Tutup*: the person's own view of it goes at once."""
    shown.conceal(uow, case_id, (me.id,))


def _tell_author(uow: UnitOfWork, office: Office, case: Case) -> None:
    """By which roles it was read and when, in one message that is edited in place; never by whom."""
    author = uow.people.get(case.author_id)
    if author is None or not author.active:
        return
    view = View("rahasia/dibaca", {"ref": case.ref, "pembaca": lapsus.read_by(office, uow, case)}, silent=True)
    uow.outbox.add(Notice(author.telegram_id, Show(view, f"dibaca:{case.id}"), Priority.ORDINARY, reference=case.ref))


# --- one more reader ----------------------------------------------------------------------------------------------


def admitting(uow: UnitOfWork, office: Office, me: Person, case_id: int, now: datetime, tap: Tap) -> Case | Ack:
    """The case, if the person may let others read it: a reader of the chain, not one who was admitted."""
    case = readable(uow, office, me, case_id, now, tap, "admit")
    if isinstance(case, Ack):
        return case
    if secrecy.capacity(uow, office, case, me, now) is None:
        return secrecy.denied(uow, me, case, "admit", now)
    return case


def candidates(uow: UnitOfWork, office: Office, case: Case, now: datetime) -> Sequence[Person]:
    """Cleared persons whom it is not open to yet, by alias."""
    events = uow.events.of(subject(case))
    found = [
        person
        for person in uow.people.all()
        if secrecy.is_reader(case, person) and not secrecy.may_open(uow, office, case, person, now, events)
    ]
    return sorted(found, key=lambda person: (person.alias.casefold(), person.id))


def admitted(uow: UnitOfWork, case: Case) -> Sequence[Person]:
    """Who was admitted by name."""
    found = map(uow.people.get, secrecy.admitted(uow.events.of(subject(case))))
    return [person for person in found if person is not None]


def admit(
    uow: UnitOfWork, office: Office, me: Person, case_id: int, person_id: int, reason: str, now: datetime, tap: Tap
) -> Person | Ack:
    """Let one more cleared person read, for the reason given; they get the notice without content."""
    case = admitting(uow, office, me, case_id, now, tap)
    if isinstance(case, Ack):
        return case
    person = next((one for one in candidates(uow, office, case, now) if one.id == person_id), None)
    if person is None:
        return secrecy.denied(uow, me, case, "admit", now)
    uow.events.append(subject(case), secrecy.ADMITTED, me.id, now, {"person": person.id, "reason": reason})
    view = secretcard.notice(uow, office, case, Look(buttons=False))
    show = Show(view, slot(case, person.telegram_id), fresh=True)
    uow.outbox.add(Notice(person.telegram_id, show, Priority.REPLY, reference=case.ref))
    return person


def exclude(
    uow: UnitOfWork, office: Office, me: Person, case_id: int, person_id: int, now: datetime, tap: Tap
) -> Person | Ack:
    """Take the admission back: what stands in the person's chat goes at once, the notice too."""
    case = admitting(uow, office, me, case_id, now, tap)
    if isinstance(case, Ack):
        return case
    person = next((one for one in admitted(uow, case) if one.id == person_id), None)
    if person is None:
        return secrecy.denied(uow, me, case, "admit", now)
    uow.events.append(subject(case), secrecy.EXCLUDED, me.id, now, {"person": person.id})
    if not secrecy.may_open(uow, office, case, person, now):
        shown.conceal(uow, case.id, (person.id,))
        name = slot(case, person.telegram_id)
        uow.outbox.drop_unsent(name)
        uow.outbox.add(Notice(person.telegram_id, Delete(slot=name)))
    return person


def admission(uow: UnitOfWork, office: Office, case: Case, now: datetime, page: int) -> View:
    """Whom to admit, and who was admitted already."""
    found, inside = candidates(uow, office, case, now), admitted(uow, case)
    page = min(page, max(0, len(found) - 1) // LISTED)
    rows: Keyboard = tuple(
        (Button("rahasia.orang", f"rs:p:{case.id}:{person.id}", _named(office, person)),)
        for person in found[page * LISTED : (page + 1) * LISTED]
    )
    turning = [Button("orang.sebelumnya", f"rs:i:{case.id}:{page - 1}")] if page else []
    if (page + 1) * LISTED < len(found):
        turning.append(Button("orang.berikutnya", f"rs:i:{case.id}:{page + 1}"))
    out = tuple((Button("rahasia.cabut", f"rs:x:{case.id}:{person.id}", _named(office, person)),) for person in inside)
    return View(
        "rahasia/izinkan",
        {"ref": case.ref, "jumlah": len(found), "diizinkan": [_named(office, person) for person in inside]},
        (*rows, *((tuple(turning),) if turning else ()), *out, (Button("verifikasi.kembali", f"rs:k:{case.id}"),)),
    )


def _named(office: Office, person: Person) -> dict[str, str]:
    roles = [office.title(role) for role in sorted(person.roles)]
    return {"alias": person.alias, "peran": roles[0] if roles else "-"}
