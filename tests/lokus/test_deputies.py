"""The Kasubbid is away: the deputy gets board and task, and may do in the field and at the report what they could."""

from __future__ import annotations

from typing import Any

from simulator.agency import Agency
from tests.dialog.script import Row, play
from tests.lokus.report import FINISHED, REPORTED, SENT, passed
from tests.lokus.story import CHOSEN, ORDERED, PLAN, answered, lokus

HANDED: tuple[Row, ...] = (
    ("kasubbid", "tulis", "/tugas"),
    ("kasubbid", "ketuk", "Serahkan tugas"),
    ("kasubbid", "ketuk", "Hari ini"),
    ("kasubbid", "ketuk", "Kutilang-02"),
    ("kabid", "lihat", "dari 3 siap"),
)


async def _step(desa: Agency) -> str:
    return (await lokus(desa))[0].step


async def _acted(desa: Agency, action: str) -> dict[str, Any]:
    """The last event of that action."""
    case, _ = await lokus(desa)
    events = await desa.app.database.run(lambda uow: uow.events.of(f"case:{case.id}"))
    return dict(next(event.data for event in reversed(events) if event.action == action))


async def test_the_deputy_of_the_desk_carries_a_lokus_from_the_order_to_the_first_round(desa: Agency) -> None:
    await play(desa, (*PLAN, *CHOSEN, *ORDERED, *HANDED))
    await play(desa, (*answered("koordinator_lapangan", "anggota1"), ("kabid", "ketuk", "Lanjutkan tanpa yang diam")))
    assert await _step(desa) == "pelaksanaan"
    await play(desa, answered("anggota2"))
    await play(desa, (*SENT, ("kabid", "ketuk", "Akhiri untuk semua"), ("kabid", "ketuk", "Ya, akhiri")))
    assert await _step(desa) == "laporan"
    assert (await _acted(desa, "carried_out"))["role"] == "kasubbid"
    await play(desa, (*REPORTED, ("kabid", "lihat", "Laporan hasil kegiatan"), *passed("kabid")[1:]))
    assert await _step(desa) == "terima_2"


async def test_the_deputy_who_comes_while_the_field_is_open_finds_it_among_the_tasks(desa: Agency) -> None:
    await play(desa, (*PLAN, *CHOSEN, *ORDERED, *answered("koordinator_lapangan", "anggota1", "anggota2"), *SENT))
    await play(desa, (*HANDED, *FINISHED))
    case, _ = await lokus(desa)
    await play(desa, (("kabid", "tulis", "/tugas"), ("kabid", "lihat", case.ref)))
