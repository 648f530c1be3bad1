"""Steps 1 to 4 of a lokus as tables, for every test that begins later."""

from __future__ import annotations

from domain.lokus.model import Lokus
from domain.model import Case
from simulator.agency import Agency
from tests.dialog.script import Row, play

PLACE = "Depan Pendopo"
PLAN: tuple[Row, ...] = (
    ("mitra", "tulis", "/rencana"),
    ("mitra", "lihat", "Di kecamatan mana kegiatannya?"),
    ("mitra", "ketuk", "Kandangserang"),
    ("mitra", "ketuk", "Lewati"),
    ("mitra", "tulis", "Unjuk rasa buruh"),
    ("mitra", "tulis", "Serikat pekerja"),
    ("mitra", "tulis", PLACE),
    ("mitra", "tulis", "20 November pukul 13.00"),
    ("mitra", "tulis", "200 orang"),
    ("mitra", "ketuk", "Lewati"),
    ("mitra", "ketuk", "Kirim"),
    ("mitra", "lihat", "Rencana diterima"),
    ("mitra", "tidak", "Kepala Subbidang"),
)
"""Step 1: the plan, asked for with few words."""
CHOSEN: tuple[Row, ...] = (
    ("kasubbid", "lihat", "Unjuk rasa buruh"),
    ("kasubbid", "ketuk", "Jadikan lokus"),
    ("kasubbid", "lihat", "Menyusun penugasan"),
)
"""Step 2."""
ORDERED: tuple[Row, ...] = (
    ("kasubbid", "ketuk", "Tim …"),
    ("kasubbid", "ketuk", "Camar-01"),
    ("kasubbid", "ketuk", "Camar-02"),
    ("kasubbid", "ketuk", "Selesai"),
    ("kasubbid", "ketuk", "Koordinator …"),
    ("kasubbid", "ketuk", "Camar-09"),
    ("kasubbid", "ketuk", "Titik kumpul …"),
    ("kasubbid", "balas", "titik kumpulnya > Halaman kantor kecamatan"),
    ("kasubbid", "ketuk", "Titik kumpul"),
    ("kasubbid", "lokasi-balas", "titik kumpulnya"),
    ("kasubbid", "ketuk", "Pratinjau"),
    ("kasubbid", "lihat", "Halaman kantor kecamatan"),
    ("kasubbid", "ketuk", "Kirim"),
)
"""Step 3."""


def answered(*who: str) -> tuple[Row, ...]:
    """*Buka* and *Siap* of each."""
    rows: list[Row] = []
    for one in who:
        rows += [(one, "ketuk", "Buka"), (one, "ketuk", "Siap")]
    return tuple(rows)


READY = answered("koordinator_lapangan", "anggota1", "anggota2")
"""Step 4: everybody is ready, so the case stands at *pelaksanaan*."""
TO_THE_FIELD = (*PLAN, *CHOSEN, *ORDERED, *READY)


async def lokus(desa: Agency, number: int = 1) -> tuple[Case, Lokus | None]:
    """The case of that day's n-th reference, and its lokus."""

    def work(uow):  # type: ignore[no-untyped-def]
        case = uow.cases.by_ref(f"LO-261120-{number:04d}")
        assert case is not None
        return case, uow.lokus.get(case.id)

    return await desa.app.database.run(work)


async def to_the_field(desa: Agency) -> Case:
    """Live steps 1 to 4."""
    await play(desa, TO_THE_FIELD)
    case, _ = await lokus(desa)
    assert case.step == "pelaksanaan"
    return case
