"""What officials see of a plan and of the order in the making, and the summary that stays when their turn is over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from domain.lokus.model import FIELD_FILE
from domain.lokus.order import Order, changes
from domain.model import Attachment, Case, Person
from domain.notices import Button, Json, Keyboard, View
from domain.office import Office
from domain.ports import UnitOfWork
from domain.privacy import mask
from domain.usecases import history
from domain.usecases.lokus_alike import alike_for, lokus_day, merged_into
from domain.usecases.lokus_people import away, candidates, occupied
from domain.usecases.lokus_said import said
from domain.usecases.transitions import subject

LONG = timedelta(hours=12)
"""An order that lasts longer is pointed out before it is sent: "10.00 sampai 09.00" is 23 hours."""
OLD = 160
"""Units of what a change replaces: a change of everything still fits one message."""
WORDS = 300
"""Units of one answer of a plan on its card."""
ASKED = ("kegiatan", "penyelenggara", "dimana", "waktu", "perkiraan")


def plan_params(uow: UnitOfWork, office: Office, case: Case, now: datetime) -> dict[str, Json]:
    """A plan's own words (personal numbers masked), where it stands and what has become of it."""
    author = uow.people.get(case.author_id)
    step = office.sop_of(case.sop, case.sop_version).step(case.step)
    events = uow.events.of(subject(case))
    return {
        "ref": case.ref,
        "pengirim": author.alias if author else "-",
        "unsur": author.source if author else None,
        "diterima": case.received_at.isoformat(),
        "batas": case.due_at.isoformat() if case.due_at and case.closed_at is None else None,
        "langkah": step.title,
        "status": case.status,
        "kecamatan": case.region,
        "desa": case.fields.get("desa"),
        "isi": [
            {"kunci": key, "isi": history.clip(mask(case.fields[key]), WORDS)}
            for key in ASKED
            if case.fields.get(key, "").strip()
        ],
        "mulai": case.fields.get("_waktu"),
        "surat": len(letters(uow, case)),
        "digabung": [other.ref for other in merged_into(uow, case)],
        "kabar": said(events),
        "riwayat": list(history.lines(uow, office, events))[-4:],
    }


def letters(uow: UnitOfWork, case: Case) -> Sequence[Attachment]:
    """The files that came with the plan, without those sent from the field later."""
    kept = uow.attachments.of_case(case.id)
    return [one for one in kept if one.state != "set_aside" and one.version != FIELD_FILE]


def plan(uow: UnitOfWork, office: Office, case: Case, person: Person, now: datetime) -> View:
    """Step 2: the plan with *Jadikan lokus* and *Tidak*, beside those that look alike."""
    found = alike_for(uow, office, case, person)
    params = {
        **plan_params(uow, office, case, now),
        "mirip": [
            {
                "ref": one.case.ref,
                "isi": history.clip(mask(one.case.fields.get("kegiatan", "")), 80),
                "lain_hari": lokus_day(uow, office, one.case) if one.other_day else None,
            }
            for one in found
        ],
    }
    seen = f"{case.id}:{case.version}"
    rows: list[tuple[Button, ...]] = [
        (Button("lokus.jadikan", f"rp:j:{seen}"), Button("lokus.tidak", f"rp:t:{seen}")),
    ]
    rows += [
        (Button("lokus.gabung", f"rp:g:{seen}:{one.case.id}", {"ref": one.case.ref}),)
        for one in found
        if not one.other_day
    ]
    rows.append(_material(case, params["surat"]))
    return View("rencana/kartu", params, tuple(row for row in rows if row), protect=True)


def _material(case: Case, letters: int) -> tuple[Button, ...]:
    letter = (Button("lokus.surat", f"rp:s:{case.id}", {"jumlah": letters}),) if letters else ()
    return (*letter, Button("lokus.rencana_lain", "rp:l"))


def summary(uow: UnitOfWork, office: Office, case: Case, person: Person, now: datetime) -> View:
    """What stays on the card of somebody whose turn is over: no buttons, and nothing of the field."""
    return View("rencana/kartu", {**plan_params(uow, office, case, now), "mirip": []}, protect=True)


def desk_order(uow: UnitOfWork, case: Case) -> Order:
    """What is being prepared, or what is in force."""
    lokus = uow.lokus.get(case.id)
    if lokus is None:
        return Order()
    return Order.read(lokus.order if lokus.desk is None else lokus.desk)


def desk(uow: UnitOfWork, office: Office, case: Case, person: Person, now: datetime) -> View:
    """Step 3: the order in the making, each part one tap away."""
    order = desk_order(uow, case)
    by_id = {one.person.id: one for one in candidates(uow, case, order, now)}
    params: dict[str, Json] = {
        **order_params(uow, case, order),
        "batas": case.due_at.isoformat() if case.due_at and case.step == "penugasan" else None,
        "tanda": [
            {"alias": one.person.alias, "cuti": one.away, "sibuk": list(one.busy)}
            for one in (by_id.get(person_id) for person_id in order.people)
            if one is not None and not one.free
        ],
        "perubahan": case.step != "penugasan",
        "perhatian": doubts(case, order, now),
        "digabung": [other.ref for other in merged_into(uow, case)],
        "kabar": said(uow.events.of(subject(case))),
    }
    return View("lokus/meja", params, _desk_keyboard(case, order), protect=True)


def doubts(case: Case, order: Order, now: datetime) -> list[dict[str, Json]]:
    """What is unusual about the order's time; nothing of it bars sending."""
    found: list[dict[str, Json]] = []
    if case.step == "penugasan" and order.mulai is not None and order.mulai < now:
        found.append({"apa": "lewat", "lama": None})
    if order.mulai is not None and order.selesai is not None and order.selesai - order.mulai > LONG:
        found.append({"apa": "lama", "lama": (order.selesai - order.mulai).total_seconds()})
    return found


def order_params(uow: UnitOfWork, case: Case, order: Order) -> dict[str, Json]:
    """The order's own parts for a template."""
    lead = uow.people.get(order.koordinator) if order.koordinator is not None else None
    return {
        "ref": case.ref,
        "kecamatan": case.region,
        **{name: getattr(order, name) or None for name in ("masalah", "lokasi", "kumpul", "catatan")},
        "titik": order.titik is not None,
        "mulai": order.mulai.isoformat() if order.mulai else None,
        "selesai": order.selesai.isoformat() if order.selesai else None,
        "koordinator": lead.alias if lead else None,
        "tim": [person.alias for person in map(uow.people.get, order.tim) if person is not None],
    }


def _desk_keyboard(case: Case, order: Order) -> Keyboard:
    def part(name: str) -> Button:
        done = "lokus.ada" if getattr(order, {"waktu": "mulai"}.get(name, name)) else "lokus.belum"
        return Button(f"{done}_{name}", f"la:{_PARTS[name]}:{case.id}")

    rows = [
        (part("tim"), part("koordinator")),
        (part("kumpul"), part("waktu")),
        (part("masalah"), part("lokasi")),
        (part("catatan"),),
    ]
    changing = case.step != "penugasan"
    away = "lokus.buang" if changing else "lokus.batalkan"
    ahead = (Button("lokus.pratinjau", f"la:v:{case.id}"),)
    return (*rows, ahead, (Button(away, f"la:{'x' if changing else 'b'}:{case.id}"),))


_PARTS = {
    "tim": "t",
    "koordinator": "k",
    "kumpul": "q:kumpul",
    "waktu": "q:waktu",
    "masalah": "q:masalah",
    "lokasi": "q:lokasi",
    "catatan": "q:catatan",
}


def preview(uow: UnitOfWork, office: Office, case: Case, now: datetime) -> View:
    """What is about to be sent: a new order as the members will read it, or only what changes."""
    lokus, order = uow.lokus.get(case.id), desk_order(uow, case)
    old = Order.read(lokus.order) if lokus is not None and lokus.edition else Order()
    clash = occupied(uow, order, but=case.id)
    params: dict[str, Json] = {
        **order_params(uow, case, order),
        "berubah": change_lines(uow, old, order) if old.people else [],
        "baru": not old.people,
        "bentrok": [
            {"alias": person.alias, "ref": list(clash[person.id])}
            for person in map(uow.people.get, order.people)
            if person is not None and person.id in clash
        ],
        "cuti": [
            person.alias
            for person in map(uow.people.get, order.people)
            if person is not None and away(uow, person, order, now)
        ],
        "perhatian": doubts(case, order, now),
    }
    revision = lokus.revision if lokus is not None else 0
    send = Button("lokus.kirim", f"la:ok:{case.id}:{revision}")
    return View("lokus/pratinjau", params, ((send, Button("lokus.kembali", f"la:m:{case.id}")),), protect=True)


def change_lines(uow: UnitOfWork, old: Order, new: Order) -> list[dict[str, Json]]:
    """What differs between two orders, as lines of a message: key, old and new words."""

    def words(key: str, value: Json) -> Json:
        if key == "koordinator":
            person = uow.people.get(value) if value is not None else None
            return person.alias if person else None
        return value if not isinstance(value, list) else f"{value[0]:.5f}, {value[1]:.5f}"

    def short(value: Json) -> Json:
        return history.clip(value, OLD) if isinstance(value, str) else value

    found: list[dict[str, Json]] = [
        {"kunci": one.key, "lama": short(words(one.key, one.old)), "baru": words(one.key, one.new)}
        for one in changes(old, new)
    ]
    added = [p.alias for p in map(uow.people.get, new.people) if p is not None and p.id not in old.people]
    gone = [p.alias for p in map(uow.people.get, old.people) if p is not None and p.id not in new.people]
    if added or gone:
        found.append({"kunci": "tim", "lama": ", ".join(gone) or None, "baru": ", ".join(added) or None})
    return found


def by_date(plans: Sequence[Case]) -> Sequence[Case]:
    """Open plans by when they begin, those without a time first."""
    return sorted(plans, key=lambda one: (one.fields.get("_waktu", ""), one.id))


def listing(uow: UnitOfWork, office: Office, plans: Sequence[Case], person: Person) -> list[dict[str, Json]]:
    """One page of the Kasubbid's list; each plan with those that look like it."""
    return [
        {
            "ref": case.ref,
            "mulai": case.fields.get("_waktu"),
            "kegiatan": history.clip(mask(case.fields.get("kegiatan", "")), 80),
            "tempat": history.clip(mask(case.fields.get("dimana", "")), 60),
            "kecamatan": case.region,
            "mirip": [one.case.ref for one in alike_for(uow, office, case, person)],
        }
        for case in plans
    ]
