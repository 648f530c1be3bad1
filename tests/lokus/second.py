"""A second lokus of the same time, which shares a member with the first."""

from __future__ import annotations

from simulator.agency import Agency
from tests.dialog.script import Row, play
from tests.lokus.story import PLAN, answered, lokus

_OTHER = {"Unjuk rasa buruh": "Pawai budaya kampung", "Serikat pekerja": "Karang Taruna"}
SECOND: tuple[Row, ...] = (
    *(("mitra2", how, _OTHER.get(words, words)) for _, how, words in PLAN),
    ("kasubbid", "ketuk", "Jadikan lokus"),
    ("kasubbid", "ketuk", "Tim …"),
    ("kasubbid", "ketuk", "Camar-01"),
    ("kasubbid", "ketuk", "Selesai"),
    ("kasubbid", "ketuk", "Koordinator …"),
    ("kasubbid", "ketuk", "Camar-04"),
    ("kasubbid", "ketuk", "Titik kumpul …"),
    ("kasubbid", "balas", "titik kumpulnya > Alun-alun"),
    ("kasubbid", "ketuk", "Pratinjau"),
    ("kasubbid", "ketuk", "Kirim"),
    *answered("anggota1", "anggota4"),
)


async def second_to_the_field(desa: Agency) -> None:
    """Steps 1 to 4 of another plan: Camar-01 is in both teams, Camar-04 leads this one."""
    await play(desa, SECOND)
    case, _ = await lokus(desa, 2)
    assert case.step == "pelaksanaan"
