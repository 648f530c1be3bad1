"""A disposition's card: for whom it is addressed to with *Terima* and *Tindak lanjut*, for leadership without."""

from __future__ import annotations

from domain.model import Case
from domain.notices import Button, Keyboard, View
from domain.office import Office
from domain.ports import UnitOfWork
from domain.sop.engine import is_open
from domain.usecases import history
from domain.usecases.pressing import acknowledged
from domain.usecases.transitions import subject, view_of


def card(uow: UnitOfWork, office: Office, case: Case, *, acts: bool) -> View:
    """The card; ``acts``: with the buttons of whoever is to follow it up."""
    sop = office.sop_of(case.sop, case.sop_version)
    step, events = sop.step(case.step), uow.events.of(subject(case))
    open_ = is_open(sop, view_of(uow, case))
    receive = open_ and step.acknowledge is not None and acknowledged(events, case) is None
    seen = f"{case.id}:{case.version}:{case.step}"
    rows: Keyboard = ()
    if acts and open_:
        first = (Button("disposisi.terima", f"v:a:{seen}"),) if receive else ()
        rows = ((*first, Button("disposisi.tindak_lanjut", f"ds:t:{seen}")),)
        code, _, number = case.fields.get("_acuan", "").partition(":")
        ref = {"ref": case.fields.get("acuan", "")}
        rows += ((Button("disposisi.sumber", f"rk:l:{number}" if code == "r" else f"lihat:b:{number}", ref),),)
    return View(
        "kartu/disposisi",
        {
            "ref": case.ref,
            "judul": sop.title,
            "derajat": case.urgency,
            "acuan": case.fields.get("acuan"),
            "perihal": case.fields.get("perihal"),
            "disposisi": case.fields.get("apa"),
            "laporan": case.fields.get("bagaimana"),
            "kepada": office.title(step.actor) if step.actor is not None else None,
            "batas": case.due_at.isoformat() if case.due_at and open_ else None,
            "selesai": not open_,
            "terima": receive,
            "riwayat": [{**line, "oleh": None} for line in history.lines(uow, office, events)][-4:],
        },
        rows,
        protect=True,
    )
