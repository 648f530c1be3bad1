"""What comes with a plan and an order: the letter, the map, the SOP's warnings, who has opened it and who is silent."""

from __future__ import annotations

from simulator.agency import Agency
from tests.dialog.script import Row, newest, play
from tests.lokus.field import called
from tests.lokus.story import CHOSEN, ORDERED, PLAN, to_the_field

WITH_LETTER: tuple[Row, ...] = (
    *PLAN[:9],
    ("mitra", "lihat", "sebagai foto atau PDF"),
    ("mitra", "foto", "Halaman pertama"),
    ("mitra", "dokumen", "Surat pemberitahuan"),
    ("mitra", "ketuk", "Selesai"),
    ("mitra", "ketuk", "Kirim"),
)


async def test_the_letter_opens_as_photo_and_as_file_for_those_who_choose(desa: Agency) -> None:
    await play(desa, (*WITH_LETTER, ("kasubbid", "ketuk", "Surat (2)"), ("kasubbid", "lihat", "surat 2/2")))
    photo, file = list(desa.phone("kasubbid").chat().messages.values())[-2:]
    assert "surat 1/2" in photo.api["caption"]
    assert ("photo" in photo.api, "document" in file.api) == (True, True)
    assert all(one.protected for one in (photo, file))


async def test_an_order_shows_the_way_and_the_warnings_and_the_silent_are_pointed_out(desa: Agency) -> None:
    await play(desa, (*PLAN, *CHOSEN, *ORDERED, ("anggota1", "ketuk", "Buka")))
    await desa.quiet()
    order = next(one for one in desa.phone("anggota1").messages() if "Mohon diingat" in one.text)
    for words in ("debat emosional", "pakai nama sandi", "segera mundur dan hubungi Polri 110", "Titik kumpul"):
        assert words in order.text
    route = next(button for row in order.buttons for button in row if button.label == "Buka rute")
    assert "-6.889800,109.675300" in str(route.value)
    assert any("location" in one.api for one in desa.phone("anggota1").chat().messages.values())

    await play(
        desa,
        (
            ("kasubbid", "lihat", "◐ Camar-01: sudah membuka"),
            ("kasubbid", "lihat", "○ Camar-02: belum membuka"),
            ("koordinator_lapangan", "ketuk", "Buka"),
            ("koordinator_lapangan", "ketuk", "Siap"),
            ("kasubbid", "maju", "31"),
        ),
    )
    told = [one.text for one in desa.phone("koordinator_lapangan").messages() if "Belum menjawab" in one.text]
    assert len(told) == 1
    assert "◐ Camar-01, sudah membuka" in told[0]
    assert "○ Camar-02, belum membuka" in told[0]
    assert not any("Belum menjawab" in one.text for one in desa.phone("kasubbid").messages())


async def test_a_silent_coordinator_is_pointed_out_to_the_desk(desa: Agency) -> None:
    await play(desa, (*PLAN, *CHOSEN, *ORDERED, ("kasubbid", "maju", "31")))
    await desa.quiet()
    told = [one.text for one in desa.phone("kasubbid").messages() if "Belum menjawab" in one.text]
    assert len(told) == 1
    assert "○ Camar-09 (koordinator), belum membuka" in told[0]


async def test_who_calls_for_help_learns_of_those_who_are_reached_only_later(desa: Agency) -> None:
    await to_the_field(desa)
    kabid = desa.users["kabid"].id
    flood = desa.world.faults.flood(1, "sendMessage", chat_id=kabid, times=2)
    await play(desa, called("anggota1"))
    await play(desa, (("kasubbid", "lihat", "Camar-01"), ("kabid", "lihat", "Camar-01")))
    assert flood.times == 0
    status = next(one for one in reversed(desa.phone("anggota1").messages()) if "Kutilang-02" in one.text)
    assert "belum" not in status.text.lower()
    assert newest(desa.phone("kabid")).labels
