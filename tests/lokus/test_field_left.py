"""Somebody in the field loses the access or the role: out at once, nobody waits for them, their cry is still heard."""

from __future__ import annotations

from domain.roles import Role
from domain.usecases import lokus_steps, people
from simulator.agency import Agency
from tests.dialog.script import newest, play
from tests.lokus.field import MEETING, alerts, begun, called, emergencies, entries, live, member, pinned
from tests.lokus.story import CHOSEN, ORDERED, PLAN, answered, lokus, to_the_field


async def loses(desa: Agency, who: str, *, access: bool = False) -> None:
    """The office ends that person's access, or takes their role in the field."""

    def work(uow):  # type: ignore[no-untyped-def]
        person = uow.people.by_telegram_id(desa.users[who].id)
        if access:
            people.revoke(uow, desa.office, None, person.id, desa.clock.now())
        else:
            people.change(uow, desa.office, None, person.id, desa.clock.now(), roles=frozenset({Role.PIKET}))

    await desa.app.database.run(work)
    await desa.quiet()


async def test_a_revoked_member_is_out_and_the_step_goes_on(desa: Agency) -> None:
    await to_the_field(desa)
    await play(desa, begun("anggota1", "anggota2"))
    await desa.phone("anggota1").sends_location(*MEETING)
    await play(desa, (("anggota1", "maju", "30"), ("anggota1", "lihat", "Aman?")))
    await loses(desa, "anggota1", access=True)
    await play(
        desa,
        (
            ("koordinator_lapangan", "lihat", "Camar-01 tidak lagi bertugas: aksesnya diakhiri"),
            ("koordinator_lapangan", "lihat", "Lokasi terakhir 04.55 WIB"),
            ("kasubbid", "lihat", "Camar-01 tidak lagi terdaftar sebagai petugas"),
            ("anggota1", "maju", "90"),
            ("anggota1", "tulis", "Massa bertambah"),
        ),
    )
    assert alerts(desa, "kasubbid", "Mohon hubungi langsung") == 1
    phone = desa.phone("anggota1")
    assert pinned(desa, "anggota1") is None
    assert live(desa, "anggota1") == 0
    assert not any("Aman?" in message.text or "Pendopo" in message.text for message in phone.messages())
    assert any("Bapak/Ibu tidak lagi bertugas" in message.text for message in phone.messages())
    assert alerts(desa, "koordinator_lapangan", "Camar-01 belum menjawab") == 0
    assert [entry.kind for entry in await entries(desa, "anggota1")] == ["start", "location"]
    assert live(desa, "kasubbid", "Tanpa pengganti") == 1
    await play(desa, (("anggota2", "ketuk", "Selesai"), ("anggota2", "ketuk", "Ya, selesai")))
    assert (await lokus(desa))[0].step == "laporan"


async def test_a_revoked_member_in_the_field_still_calls_for_help_and_hears_nothing_of_it(desa: Agency) -> None:
    await to_the_field(desa)
    await play(desa, begun("anggota1"))
    await loses(desa, "anggota1", access=True)
    await loses(desa, "anggota2", access=True)  # who never came: a stranger now
    await play(desa, (("anggota2", "tulis", "/darurat"),))
    assert await emergencies(desa) == []
    await play(
        desa,
        (
            ("anggota1", "tulis", "/darurat"),
            ("anggota1", "lihat", "Panggilan Bapak/Ibu diteruskan"),
            ("anggota1", "tidak", "Kutilang"),
            ("kabid", "lihat", "Camar-01 memanggil bantuan"),
            ("kabid", "lihat", "Aksesnya sudah berakhir"),
            ("anggota1", "tulis", "TOLONG"),
            ("kasubbid", "ketuk", "Saya tangani"),
            ("kasubbid", "ketuk", "Aman kembali"),
            ("kasubbid", "ketuk", "Ya, aman"),
            ("kabid", "lihat", "Camar-01 aman kembali"),
            ("anggota1", "tidak", "aman kembali"),
        ),
    )
    (one,) = await emergencies(desa)
    assert one.ended_at == desa.clock.now()
    assert alerts(desa, "kabid") == 1
    assert alerts(desa, "anggota1", "kirim lokasi") == 0, "what they sent could not be taken in any more"


async def test_an_open_emergency_outlives_the_role_of_who_called(desa: Agency) -> None:
    await to_the_field(desa)
    await play(desa, (*begun("anggota1"), *called("anggota1")))
    await loses(desa, "anggota1")
    await play(
        desa,
        (
            ("koordinator_lapangan", "lihat", "perannya diubah"),
            ("koordinator_lapangan", "lihat", "Daruratnya tetap berjalan"),
            ("kabid", "maju", "2"),
            ("kabid", "lihat", "panggilan ke-2"),
            ("anggota1", "ketuk", "Aman kembali"),
            ("anggota1", "ketuk", "Ya, aman"),
            ("kabid", "lihat", "Camar-01 aman kembali"),
            ("anggota1", "tulis", "/darurat"),
            ("anggota1", "ketuk", "YA, DARURAT"),
            ("kabid", "lihat", "memanggil bantuan"),
        ),
    )
    assert pinned(desa, "anggota1") is None


async def test_a_coordinator_without_the_role_leads_no_more(desa: Agency) -> None:
    await play(desa, (*PLAN, *CHOSEN, *ORDERED, *answered("koordinator_lapangan", "anggota1")))
    await loses(desa, "koordinator_lapangan")
    assert "Camar-09 (koordinator) tidak lagi bertugas: perannya diubah" in newest(desa.phone("kasubbid")).text
    await play(desa, (("kasubbid", "maju", "30"), ("kasubbid", "lihat", "Belum menjawab setelah 30 menit")))
    assert alerts(desa, "koordinator_lapangan", "Belum menjawab") == 0
    case, _ = await lokus(desa)
    assert await desa.app.database.run(lambda uow: lokus_steps.coordinator(uow, case)) is None
    await play(
        desa,
        (
            ("kasubbid", "ketuk", "Ganti dengan Camar-01"),
            ("anggota2", "ketuk", "Buka"),
            ("anggota2", "ketuk", "Siap"),
        ),
    )
    case, row = await lokus(desa)
    assert row is not None
    assert (case.step, row.coordinator_id) == ("pelaksanaan", (await member(desa, "anggota1")).person_id)
    assert live(desa, "koordinator_lapangan", "Siap") == 0


async def test_the_report_of_a_coordinator_without_the_role_is_handed_over(desa: Agency) -> None:
    await to_the_field(desa)
    await play(desa, (("kasubbid", "ketuk", "Akhiri untuk semua"), ("kasubbid", "ketuk", "Ya, akhiri")))
    await loses(desa, "koordinator_lapangan")
    await play(desa, (("kasubbid", "lihat", "pilih penggantinya"), ("kasubbid", "tombol", "Ganti koordinator")))
    assert live(desa, "koordinator_lapangan") == 0
