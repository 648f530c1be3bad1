"""Step 4 goes over to step 5: by the clock without the silent, and with one live card in each chat."""

from __future__ import annotations

from simulator.agency import Agency
from tests.dialog.script import play
from tests.lokus.field import alerts, begun, called, live, member, pinned
from tests.lokus.story import CHOSEN, ORDERED, PLAN, answered, lokus, to_the_field

ONE_SILENT = (*PLAN, *CHOSEN, *ORDERED, *answered("koordinator_lapangan", "anggota1"))
ORDER = "Ada penugasan untuk Bapak/Ibu"


async def test_a_silent_colleague_keeps_nobody_from_the_field_and_may_still_join(desa: Agency) -> None:
    await play(desa, (*ONE_SILENT, ("koordinator_lapangan", "jam", "11.59")))
    assert (await lokus(desa))[0].step == "penerimaan"
    assert pinned(desa, "anggota1") is None
    await play(
        desa,
        (
            ("koordinator_lapangan", "jam", "12.00"),
            ("anggota1", "ketuk", "Tiba di titik kumpul"),
            ("anggota1", "jawab", "Tiba dicatat"),
            *called("anggota1"),
            ("kabid", "lihat", "Camar-01 memanggil bantuan 12.00 WIB"),
            ("kabid", "lihat", "Lokasi terakhir belum diketahui"),
            ("anggota2", "lihat", "memanggil bantuan"),
            ("anggota1", "lokasi", ""),  # answers *Tiba* and the emergency alike
            ("kabid", "lihat", "Lokasi terakhir 12.00 WIB"),
        ),
    )
    assert desa.phone("anggota1").keyboard() == []
    assert (await lokus(desa))[0].step == "pelaksanaan"
    assert pinned(desa, "anggota2") is None
    told = next(one.text for one in desa.phone("koordinator_lapangan").messages() if "Lapangan dibuka" in one.text)
    assert "○ Camar-02, belum membuka" in told
    # The order rings once more only for whoever still owes an answer, and the old one has no buttons any more.
    assert [alerts(desa, who, ORDER) for who in ("anggota1", "anggota2")] == [1, 2]
    assert [live(desa, who, "Buka") for who in ("anggota1", "anggota2")] == [0, 1]
    await play(desa, (("anggota2", "ketuk", "Buka"), ("anggota2", "ketuk", "Siap")))
    assert pinned(desa, "anggota2") is not None
    assert (await member(desa, "anggota2")).ready


async def test_the_last_one_who_took_part_does_not_wait_for_the_silent_either(desa: Agency) -> None:
    await play(
        desa,
        (
            *ONE_SILENT,
            ("koordinator_lapangan", "jam", "12.30"),
            *begun("anggota1"),
            ("anggota1", "ketuk", "Selesai"),
            ("anggota1", "ketuk", "Ya, selesai"),
            ("koordinator_lapangan", "lihat", "Tidak ada lagi anggota yang ditunggu di lapangan"),
            ("koordinator_lapangan", "lihat", "Tidak pernah menjawab: Camar-02"),
            ("koordinator_lapangan", "ketuk", "Akhiri untuk semua"),
            ("koordinator_lapangan", "ketuk", "Ya, akhiri"),
        ),
    )
    assert (await lokus(desa))[0].step == "laporan"
    assert live(desa, "koordinator_lapangan", "Surat tugas") == 0, "the order's card handed its buttons on"


async def test_nobody_ready_opens_nothing_until_the_first_says_so(desa: Agency) -> None:
    await play(desa, (*PLAN, *CHOSEN, *ORDERED, ("anggota2", "ketuk", "Buka"), ("kasubbid", "jam", "12.30")))
    assert (await lokus(desa))[0].step == "penerimaan"
    await play(desa, (("anggota2", "ketuk", "Siap"), ("kasubbid", "maju", "0"), ("kasubbid", "lihat", "(koordinator)")))
    assert (await lokus(desa))[0].step == "pelaksanaan"
    assert pinned(desa, "anggota2") is not None


async def test_the_field_opens_with_one_ring_and_one_live_card_for_everybody(desa: Agency) -> None:
    await to_the_field(desa)
    for who in ("anggota1", "anggota2", "koordinator_lapangan"):
        assert alerts(desa, who, ORDER) == 1
        assert alerts(desa, who, "Mohon diingat") == 0, "opened in place and not sent again"
        assert (live(desa, who, "Surat tugas"), live(desa, who, "Mulai"), live(desa, who, "Siap")) == (1, 1, 0)


async def test_the_keyboard_for_a_location_goes_with_mulai_and_with_the_panel(desa: Agency) -> None:
    await to_the_field(desa)
    await play(
        desa,
        (
            ("anggota1", "ketuk", "Tiba di titik kumpul"),
            ("anggota2", "ketuk", "Tiba di titik kumpul"),
            *begun("anggota1"),
        ),
    )
    assert (desa.phone("anggota1").keyboard(), desa.phone("anggota2").keyboard()) == ([], [["Kirim lokasi"]])
    await play(desa, (("kasubbid", "ketuk", "Akhiri untuk semua"), ("kasubbid", "ketuk", "Ya, akhiri")))
    assert desa.phone("anggota2").keyboard() == []
    assert live(desa, "anggota2", "Mulai") == 0, "nothing of the field asks for anything"
