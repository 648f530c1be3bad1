"""The final for leadership: reference, three lines, value and corroboration; the full text only on demand, no names."""

from __future__ import annotations

from domain.model import Case
from domain.notices import Button, View
from domain.office import Office
from domain.ports import UnitOfWork
from domain.privacy import mask
from domain.roles import Role
from domain.sop.schema import Sop
from domain.usecases import history, incidents, recaplist
from domain.usecases.cardview import Look, keyboard
from domain.usecases.transitions import subject

_DELIVERED = frozenset({"published", "handling", "closed", "archived"})


def leaders(sop: Sop, case: Case) -> frozenset[Role]:
    """The roles that have been sent the result by now."""
    if case.status not in _DELIVERED:
        return frozenset(sop.step(case.step).deliver_to)
    return frozenset(role for step in sop.steps for role in step.deliver_to)


def summary(uow: UnitOfWork, office: Office, case: Case, look: Look) -> View:
    """The notice for leadership: apa, di mana, kapan; siapa dan jumlah; keadaan dan langkah."""
    sop = office.sop_of(case.sop, case.sop_version)
    step = sop.step(case.step)

    def short(key: str, most: int) -> str | None:
        value = case.fields.get(key, "").strip()
        return history.clip(mask(value), most) if value else None

    decided = history.lines(uow, office, uow.events.of(subject(case)))
    rows = keyboard(office, case, sop, look, uow.attachments.of_case(case.id))
    return View(
        "pimpinan/ringkasan",
        {
            "ref": case.ref,
            "adendum": recaplist.addendum_of(uow, case),
            "judul": sop.title,
            "derajat": case.urgency,
            "bidang": case.bidang,
            "apa": short("apa", 200),
            "dimana": short("dimana", 120),
            "desa": short("desa", 60),
            "kecamatan": case.region,
            "kapan": short("kapan", 80),
            "siapa": short("siapa", 240),
            "keadaan": short("bagaimana", 280),
            "langkah_diambil": short("langkah", 160),
            "terulang": _repeated(case),
            "nilai": case.value,
            "dikuatkan": len(incidents.corroboration(uow, case)),
            "diterima": case.received_at.isoformat(),
            "status": case.status,
            "langkah": None if step.final else step.title,
            "batas": case.due_at.isoformat() if case.due_at else None,
            "riwayat": [
                {"aksi": line["aksi"], "pada": line["pada"], "peran": line["peran"]}
                for line in decided
                if line["aksi"] in ("handling", "archived", "followed_up")
            ],
        },
        (*rows, (Button("rekap.disposisi", f"ds:m:k:{case.id}"),)) if _disposable(case, look) else rows,
        protect=True,
    )


def _repeated(case: Case) -> str | None:
    """Which of the two lines, "siapa" or "keadaan", says nothing that the other, or the event itself, does not say."""
    event, who, how = (
        " ".join(case.fields.get(key, "").casefold().split()).strip(" .") for key in ("apa", "siapa", "bagaimana")
    )
    parts = [" ".join(part.split()).strip(" .") for part in case.fields.get("siapa", "").casefold().split("\n")]
    if who and all(part in how for part in parts):
        return "siapa"
    return "keadaan" if how and (how in who or how in event) else None


def _disposable(case: Case, look: Look) -> bool:
    """*Disposisi* stands below what was delivered and is no secret; authority is looked up when it is tapped."""
    return look.buttons and case.status in _DELIVERED - {"archived"} and not recaplist.secret(case)
