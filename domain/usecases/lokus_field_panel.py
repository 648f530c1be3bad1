"""What a member has in the chat while in the field: one pinned panel, the risk checklist, nothing else to look for.

The panel is shown when the field part begins (for whoever is ready; a silent member's comes with their *Siap*) and
taken down when it is over, together with whatever else of the field still asks for something there: the question
"aman?", an unfinished checklist, the keyboard below for a location. Each own act edits it in place.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from domain.lokus import checklist
from domain.lokus.model import LEFT, LEVELS, Emergency, Member
from domain.model import Case, Person
from domain.notices import Button, Delete, Json, Keyboard, Notice, Pin, Priority, Show, Unpin, View
from domain.office import Office
from domain.ports import UnitOfWork
from domain.usecases import lokus_board

OPEN, SHUT = "buka", "tutup"
"""``Member.content["panel"]``: whether the panel stands; absent while there never was one."""
COUNTED = {
    "text": "catatan",
    "photo": "foto",
    "video": "video",
    "voice": "suara",
    "document": "berkas",
    "location": "lokasi",
}
FIELD = "pelaksanaan"
"""The step during which there is a field."""


def panel_slot(case_id: int, person: Person) -> str:
    """Where the person's panel stands."""
    return f"lapangan:{case_id}@{person.telegram_id}"


def risk_slot(case_id: int, person: Person) -> str:
    """Where the person's risk checklist stands."""
    return f"risiko:{case_id}@{person.telegram_id}"


def check_slot(case_id: int, person: Person) -> str:
    """Where the question "aman?" stands."""
    return f"aman:{case_id}@{person.telegram_id}"


def location_slot(case_id: int, person: Person) -> str:
    """Where *Tiba* asks for a location: while it stands, so does the keyboard below the chat."""
    return f"lapangan-lokasi:{case_id}@{person.telegram_id}"


def emergency_of(uow: UnitOfWork, case_id: int, person_id: int) -> Emergency | None:
    """The person's own emergency in that lokus that is not over."""
    found = (one for one in uow.lokus.emergencies(case_id) if one.person_id == person_id and one.ended_at is None)
    return next(found, None)


def panels(uow: UnitOfWork, office: Office, case: Case) -> None:
    """Open the panels that the present step asks for and take down those that are over; the others stay untouched."""
    lokus = uow.lokus.get(case.id)
    if lokus is None or lokus.edition == 0:
        return
    running = case.step == FIELD and case.closed_at is None
    newest = {person.id: (member, person) for member, person in lokus_board.team(uow, case, everybody=True)}
    newest |= {person.id: (member, person) for member, person in lokus_board.team(uow, case)}
    for member, person in newest.values():
        stands = member.content.get("panel") == OPEN
        wanted = running and member.removed_at is None and member.ready is True and member.finished_at is None
        if wanted == stands:
            continue
        changed = uow.lokus.change_member(member, content={**member.content, "panel": OPEN if wanted else SHUT})
        show(uow, office, case, changed, person, fresh=wanted)
        slot = panel_slot(case.id, person)
        uow.outbox.add(Notice(person.telegram_id, Pin(slot) if wanted else Unpin(slot), Priority.ORDINARY))
        if stands:
            _clear(uow, case, changed, person)
            beside(uow, office, case, person)


def _clear(uow: UnitOfWork, case: Case, member: Member, person: Person) -> None:
    """Nothing of the field is asked in that chat any more."""
    gone(uow, check_slot(case.id, person), person)
    if member.started_at is None:
        gone(uow, risk_slot(case.id, person), person)
    keyboard_off(uow, case, person, inside=False)


def gone(uow: UnitOfWork, slot: str, person: Person) -> bool:
    """Delete what stands there or is on its way there; whether there was anything."""
    waits = uow.outbox.drop_unsent(slot) > 0
    stands = uow.outbox.slot_message(slot) is not None
    if stands or waits:
        uow.outbox.add(Notice(person.telegram_id, Delete(slot=slot)))
    return stands or waits


def keyboard_off(uow: UnitOfWork, case: Case, person: Person, *, inside: bool) -> None:
    """Take away the keyboard with *Kirim lokasi*, if *Tiba* left it there: that takes a message, which rings nobody."""
    if gone(uow, location_slot(case.id, person), person):
        view = View("lapangan/papan_ditutup", {"ref": case.ref, "di_dalam": inside}, request="remove", silent=True)
        uow.outbox.add(Notice(person.telegram_id, Show(view), reference=case.ref))


def show(
    uow: UnitOfWork, office: Office, case: Case, member: Member, person: Person, *, fresh: bool = False
) -> None:  # fmt: skip
    """The panel as it is now, in place (or as a new message)."""
    place = Show(panel(uow, office, case, member), panel_slot(case.id, person), fresh=fresh)
    # A new one comes behind the step's card, which is of that priority: it is to be the last thing in the chat.
    priority = Priority.ORDINARY if fresh else Priority.REPLY
    uow.outbox.add(Notice(person.telegram_id, place, priority, reference=case.ref))


def panel(uow: UnitOfWork, office: Office, case: Case, member: Member) -> View:
    """Few words, few buttons: what is done, what comes next, *Mundur/Darurat*."""
    content = member.content
    risk = checklist.done_at(content.get("risiko", {}))
    alarm = emergency_of(uow, case.id, member.person_id)
    over = _over(case, member)
    counted: Mapping[str, int] = content.get("jumlah", {})
    params: dict[str, Json] = {
        "ref": case.ref,
        "akhir": over,
        "risiko": _iso(risk),
        "kurang": list(checklist.lacking(content["risiko"])) if risk is not None else [],
        "tiba": _iso(member.arrived_at),
        "jarak": content.get("jarak_m"),
        "dekat": _near(office, content.get("jarak_m")),
        "mulai": _iso(member.started_at),
        "selesai": _iso(member.finished_at),
        "tingkat": content.get("tingkat"),
        "tingkat_pada": content.get("tingkat_pada"),
        "catatan": [{"jenis": name, "jumlah": counted[kind]} for kind, name in COUNTED.items() if counted.get(kind)],
        "terakhir": content.get("terakhir"),
        "darurat": _iso(alarm.raised_at) if alarm is not None else None,
        **_aim(uow, member),
    }
    return View("lapangan/panel", params, () if over else _keyboard(uow, case, member, alarm), protect=True)


def aimed(member: Member) -> datetime | None:
    """Of several lokus at once the one with the latest takes what is sent: *Kirim ke lokus ini*, else *Mulai*."""
    told = member.content.get("utama")
    return datetime.fromisoformat(told) if told is not None else member.started_at or member.arrived_at


def receives(member: Member) -> bool:
    """Whether the person has come, by *Tiba* or *Mulai*, and is there still: what they send goes into the log."""
    came = member.arrived_at is not None or member.started_at is not None
    return came and member.finished_at is None and member.present


def open_fields(uow: UnitOfWork, person_id: int) -> list[tuple[Case, Member]]:
    """The lokus in whose field the person is now, the one that takes what is sent last: where they call for help."""
    calling = _calling(uow, person_id)
    found = ((uow.cases.get(member.case_id), member) for member in uow.lokus.duties(person_id) if receives(member))
    here = [(case, member) for case, member in found if case is not None and case.step == FIELD]
    return sorted(here, key=lambda one: (one[0].id in calling, aimed(one[1]) or one[1].added_at, one[1].id))


def _calling(uow: UnitOfWork, person_id: int) -> frozenset[int]:
    """In which lokus the person calls for help now."""
    return frozenset(one.case_id for one in uow.lokus.emergencies() if one.person_id == person_id)


def _aim(uow: UnitOfWork, member: Member) -> dict[str, Json]:
    """``beberapa``: the person is in several fields at once; ``lain``: what is sent goes to that other one."""
    here = open_fields(uow, member.person_id) if receives(member) else []
    if len(here) < 2:
        return {"beberapa": False, "lain": None}
    case, newest = here[-1]
    return {"beberapa": True, "lain": None if newest.id == member.id else case.ref}


def beside(uow: UnitOfWork, office: Office, case: Case, person: Person) -> None:
    """The person's panels of other lokus, where it is said to which of them things go."""
    for other, member in open_fields(uow, person.id):
        if other.id != case.id and member.content.get("panel") == OPEN:
            show(uow, office, other, member, person)


def _over(case: Case, member: Member) -> str | None:
    """Why the panel is over: finished, taken out of the team, called off, or everybody's part is over."""
    if member.finished_at is not None:
        return "selesai"
    if member.removed_at is not None or LEFT in member.content:
        return "diganti"
    if case.status == "cancelled":
        return "batal"
    if case.step != FIELD:
        return "usai"
    return None if member.ready else "halangan"


def _near(office: Office, metres: Any) -> bool:
    return office.profile.lokus is not None and metres is not None and metres <= office.profile.lokus.radius_m


def _keyboard(uow: UnitOfWork, case: Case, member: Member, alarm: Emergency | None) -> Keyboard:
    if alarm is not None:
        return ((Button("lapangan.aman_kembali", f"ld:e:{alarm.id}"),),)
    danger = (Button("lapangan.darurat", f"ld:t:{case.id}:p"),)
    arrive = (Button("lapangan.tiba", f"lf:t:{member.id}"),) if member.arrived_at is None else ()
    rows: list[tuple[Button, ...]]
    if member.started_at is None:
        risk = (Button("lapangan.risiko", f"lf:r:{member.id}"),)
        rows = [risk, arrive, (Button("lapangan.mulai", f"lf:m:{member.id}"),), danger]
    else:
        level = member.content.get("tingkat")
        rows = [
            tuple(
                Button(f"lapangan.{'kini_' if one == level else ''}{one}", f"lf:l:{member.id}:{one}") for one in LEVELS
            ),
            arrive,
            (Button("lapangan.selesai", f"lf:s:{member.id}"),),
            danger,
        ]
    if _aim(uow, member)["lain"] is not None and not _calling(uow, member.person_id):
        rows.insert(0, (Button("lapangan.ke_sini", f"lf:h:{member.id}"),))
    if member.lead:
        rows.insert(-1, (Button("lapangan.akhiri", f"lf:z:{case.id}"),))
    return tuple(row for row in rows if row)


def ask_finish(case: Case, member: Member) -> View:
    """*Selesai*: asked once more, in the panel itself."""
    rows = ((Button("lapangan.ya_selesai", f"lf:y:{member.id}"), Button("lapangan.belum", f"lf:x:{member.id}")),)
    return View("lapangan/tanya_selesai", {"ref": case.ref}, rows)


def ask_end(case: Case, out: list[str], back: str) -> View:
    """*Akhiri untuk semua*: asked once more, naming who has not finished; ``back`` is the data of *Belum*."""
    rows = ((Button("lapangan.ya_akhiri", f"lf:w:{case.id}"), Button("lapangan.belum", back)),)
    return View("lapangan/tanya_akhiri", {"ref": case.ref, "belum": list(out)}, rows)


def risks(case: Case, member: Member, number: int) -> View:
    """One page of the risk checklist; past the last one what was filled in."""
    risk = member.content.get("risiko", {})
    if number >= len(checklist.PAGES):
        params = {"ref": case.ref, "isi": {page.key: list(checklist.chosen(risk, page)) for page in checklist.PAGES}}
        rows: Keyboard = ()
        if member.started_at is None:
            again = Button("lapangan.ubah_risiko", f"lf:r:{member.id}")
            rows = ((Button("lapangan.mulai", f"lf:m:{member.id}"), again),)
        return View("lapangan/risiko_selesai", params, rows)
    page = checklist.PAGES[number]
    ticked = checklist.chosen(risk, page)
    items = [
        Button(
            f"lapangan.{'pilih' if item in ticked else 'item'}_{item}",
            f"lf:p:{member.id}:{number}:{place}:{int(item not in ticked)}",
        )
        for place, item in enumerate(page.items)
    ]
    rows = tuple(tuple(items[start : start + 2]) for start in range(0, len(items), 2))
    everything = (Button("lapangan.semua", f"lf:a:{member.id}:{number}"),) if page.all_at_once else ()
    on = (Button("lapangan.lanjut", f"lf:n:{member.id}:{number}"),) if ticked else ()
    back = (Button("lapangan.kembali", f"lf:g:{member.id}:{number - 1}"),) if number else ()
    ends = tuple(row for row in (everything, (*back, *on)) if row)
    shown: dict[str, Json] = {"ref": case.ref, "halaman": page.key, "nomor": number + 1, "dari": len(checklist.PAGES)}
    return View("lapangan/risiko", shown, (*rows, *ends))


def _iso(moment: Any) -> str | None:
    return None if moment is None else moment.isoformat()
