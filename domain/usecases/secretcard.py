"""What is seen of a secret case: the notice without content, the content in pages, and the panel with the buttons."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from domain import secrecy
from domain.model import Attachment, Case, Event, Person
from domain.notices import Button, Json, Keyboard, Media, View
from domain.office import Office
from domain.ports import UnitOfWork
from domain.sop.engine import is_open
from domain.usecases import arrangement, history
from domain.usecases.cardview import Look, decisions, keyboard
from domain.usecases.officials import NAMES_OPEN_TO, turn
from domain.usecases.transitions import subject, view_of

PARTS = (
    "pemberitahuan", "dasar", "kronologi", "massa", "tuntutan", "korban", "analisa", "prediksi", "langkah", "saran",
    "keterangan_foto",
    "waktu_usulan", "tempat_usulan", "apa", "siapa", "dimana", "kapan", "mengapa", "bagaimana", "pendapat",
)  # fmt: skip
"""The fields that are content, in the order of the format; the last seven where another procedure is secret."""
PAGE = 3000
"""UTF-16 units of content on one page: room for headings below Telegram's 4,096."""


def notice(uow: UnitOfWork, office: Office, case: Case, look: Look, *, leader: bool = False) -> View:
    """The card: reference, times, urgency; nothing of the content, and no name."""
    events = uow.events.of(subject(case))
    sop = office.sop_of(case.sop, case.sop_version)
    step, open_ = sop.step(case.step), is_open(sop, view_of(uow, case))
    arranged = arrangement.running(uow, office, case) if look.buttons and not leader else None
    if arranged is not None:
        return arrangement.official_view(uow, office, case, arranged)
    waits = open_ and step is not sop.first
    return View(
        "rahasia/kartu",
        {
            "ref": case.ref,
            "judul": sop.title,
            "derajat": case.urgency,
            "diterima": case.received_at.isoformat(),
            "giliran": look.buttons and waits and not leader,
            "menunggu": office.title(step.actor) if waits and step.actor is not None else None,
            "batas": case.due_at.isoformat() if case.due_at and waits else None,
            "status": case.status,
            "dibuka": secrecy.first_opened(events, case) is not None,
            "pimpinan": leader,
        },
        ((Button("rahasia.buka", f"rs:b:{case.id}"),),),
        protect=True,
    )


def pages(uow: UnitOfWork, office: Office, case: Case, now: datetime, until: datetime) -> tuple[View, ...]:
    """The content, protected, in as many messages as it needs."""
    author = uow.people.get(case.author_id)
    groups = list(_pages(case))
    return tuple(
        View(
            "rahasia/isi",
            {
                "ref": case.ref,
                "pelapor": author.alias if author else "-",
                "diterima": case.received_at.isoformat(),
                "versi": case.version,
                "cara": case.fields.get("cara_lapor"),
                "isi": group,
                "nomor": number,
                "jumlah": len(groups),
                "dibuka": now.isoformat(),
                "sampai": until.isoformat(),
            },
            protect=True,
        )
        for number, group in enumerate(groups, 1)
    )


def _pages(case: Case) -> Sequence[list[dict[str, Json]]]:
    done: list[list[dict[str, Json]]] = [[]]
    room = PAGE
    for key in PARTS:
        rest, more = case.fields.get(key, "").strip(), False
        while rest:
            if room < min(200, history.units(rest)):
                done.append([])
                room = PAGE
            piece, rest = _cut(rest, room)
            done[-1].append({"kunci": key, "isi": piece, "sambungan": more})
            room -= history.units(piece) + 40
            more = True
    return done


def _cut(text: str, most: int) -> tuple[str, str]:
    """The text up to ``most`` UTF-16 units, at a blank where there is one near, and the rest; nothing is lost."""
    if history.units(text) <= most:
        return text, ""
    head = text.encode("utf-16-le")[: 2 * most].decode("utf-16-le", "ignore")
    blank = max(head.rfind(" "), head.rfind("\n"))
    if blank > len(head) * 2 // 3:
        head = head[: blank + 1]
    return head, text[len(head) :]


def panel(
    uow: UnitOfWork, office: Office, case: Case, me: Person, look: Look, now: datetime, until: datetime | None
) -> View:
    """What the reader may do with what is shown above."""
    files = files_of(uow, case)
    events = uow.events.of(subject(case))
    return View(
        "rahasia/tindakan",
        {
            "ref": case.ref,
            "pilih": look.mode if look.mode != "main" else None,
            "huruf": look.letter,
            "sampai": until.isoformat() if until is not None else None,
            "diizinkan": len(secrecy.admitted(events)),
        },
        _keyboard(uow, office, case, me, look, now, files, events),
        protect=True,
    )


def _keyboard(
    uow: UnitOfWork,
    office: Office,
    case: Case,
    me: Person,
    look: Look,
    now: datetime,
    files: Sequence[Attachment],
    events: Sequence[Event],
) -> Keyboard:
    sop = office.sop_of(case.sop, case.sop_version)
    step = sop.step(case.step)
    if look.mode != "main":
        return keyboard(office, case, sop, look, files)
    rows: list[tuple[Button, ...]] = []
    acts = is_open(sop, view_of(uow, case)) and step is not sop.first
    # While a call is arranged its buttons are the card's: they change with each word of the two.
    talking = arrangement.running(uow, office, case) is not None
    if acts and not talking and me in turn(uow, case, step, now=now).persons:
        rows += decisions(step, f"{case.id}:{case.version}:{case.step}")
    more = []
    if files:
        more.append(Button("verifikasi.lampiran", f"rs:l:{case.id}", {"jumlah": len(files)}))
    if secrecy.capacity(uow, office, case, me, now, events) is not None:
        more.append(Button("rahasia.izinkan", f"rs:i:{case.id}"))
        if me.has(*NAMES_OPEN_TO):
            more.append(Button("rahasia.siapa", f"id:t:{case.author_id}:{case.id}"))
    rows += [tuple(more[i : i + 2]) for i in range(0, len(more), 2)]
    return (*rows, (Button("rahasia.tutup", f"rs:t:{case.id}"),))


def files_of(uow: UnitOfWork, case: Case) -> Sequence[Attachment]:
    """The case's files that may be passed on."""
    return [a for a in uow.attachments.of_case(case.id) if a.state != "set_aside"]


def file_view(case: Case, media: Media, number: int, count: int) -> View:
    """One file, protected, without its own name."""
    return View("rahasia/berkas", {"ref": case.ref, "nomor": number, "jumlah": count}, media=media, protect=True)


def has_content(case: Case) -> bool:
    """Whether there is anything to read: an arrangement for a call holds none."""
    return any(case.fields.get(key, "").strip() for key in PARTS if key not in ("waktu_usulan", "tempat_usulan"))


def has_read(uow: UnitOfWork, case: Case, me: Person) -> bool:
    """Whether the person has opened the present version, or wrote it, or there is nothing to read in it."""
    if not has_content(case):
        return True
    written = any(v.version == case.version and v.created_by == me.id for v in uow.cases.versions(case.id))
    return written or any(
        event.action == secrecy.OPENED and event.actor_id == me.id and event.data.get("version") == case.version
        for event in uow.events.of(subject(case))
    )
