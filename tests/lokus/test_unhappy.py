"""What goes otherwise in steps 1 to 4: refused, merged, changed, called off, replaced, silent, busy, past midnight."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.app import make_office
from domain.roles import Role
from simulator.agency import Agency, field_seats
from simulator.model import Answer
from tests.dialog.script import newest, play
from tests.lokus.story import CHOSEN, ORDERED, PLAN, READY, TO_THE_FIELD, lokus


async def forged(desa: Agency, who: str, data: str) -> Answer:
    """What the bot answers to any bytes on any message of its own, as a modified client can send."""
    phone = desa.phone(who)
    if not [message for message in phone.messages() if not message.mine]:
        await phone.says("/menu")
        await desa.quiet()
    return await phone.taps_data(newest(phone).id, data)


async def test_a_plan_that_is_not_chosen_ends_with_its_reason_and_tells_the_partner_nothing_of_it(desa: Agency) -> None:
    await play(
        desa,
        (
            *PLAN,
            ("kasubbid", "ketuk", "Tidak"),
            ("kasubbid", "balas", "Mengapa > Kegiatan rutin saja"),
            ("kasubbid", "lihat", "tidak dijadikan lokus"),
            ("mitra", "lihat", "sudah dicatat"),
            ("mitra", "tulis", "/status"),
            ("mitra", "lihat", "sudah dicatat"),
        ),
    )
    case, row = await lokus(desa)
    assert (case.status, row) == ("rejected", None)
    for message in desa.phone("mitra").messages():
        assert "rutin" not in message.text
        assert "lokus" not in message.text.lower()


async def test_a_plan_in_the_past_is_asked_again(desa: Agency) -> None:
    await play(
        desa,
        (
            *PLAN[:7],
            ("mitra", "tulis", "10 November 2026 pukul 08.00"),
            ("mitra", "lihat", "sudah lewat"),
            ("mitra", "tulis", "pagi-pagi"),
            ("mitra", "lihat", "tanggal dan jamnya"),
            ("mitra", "tulis", "besok pukul 08.00"),
            ("mitra", "lihat", "Kira-kira berapa orang"),
        ),
    )


async def test_two_partners_send_the_same_activity_and_it_is_merged(desa: Agency) -> None:
    other = tuple(("mitra2", how, words) for _, how, words in PLAN)
    await play(
        desa,
        (
            *PLAN,
            *other,
            ("kasubbid", "lihat", "Mirip: LO-261120-0001"),
            ("kasubbid", "tulis", "/rencana"),
            ("kasubbid", "lihat", "Mirip LO-261120-0002"),
            ("kasubbid", "ketuk", "Buka LO-261120-0002"),
            ("kasubbid", "ketuk", "Gabung dengan LO-261120-0001"),
            ("kasubbid", "jawab", "LO-261120-0001"),
            ("mitra2", "lihat", "sudah dicatat"),
        ),
    )
    assert (await lokus(desa, 2))[0].status == "rejected"
    first, _ = await lokus(desa)
    assert first.status == "submitted"


async def test_an_order_cannot_be_sent_unfinished(desa: Agency) -> None:
    await play(
        desa,
        (
            *PLAN,
            *CHOSEN,
            ("kasubbid", "ketuk", "Pratinjau"),
            ("kasubbid", "lihat", "Belum lengkap"),
            ("kasubbid", "ketuk", "Kirim"),
            ("kasubbid", "jawab", "titik kumpul"),
        ),
    )
    assert (await lokus(desa))[0].step == "penugasan"


async def test_only_the_team_and_the_desk_can_touch_it(desa: Agency) -> None:
    await play(desa, (*PLAN, *CHOSEN, *ORDERED))
    case, _ = await lokus(desa)
    for who in ("anggota3", "mitra", "agen", "verifikator"):
        for data in (f"lk:o:{case.id}", "lk:s:1", f"la:u:{case.id}", f"la:b:{case.id}", f"la:v:{case.id}"):
            answer = await forged(desa, who, data)
            assert "tidak ditemukan" in (answer.text or "").lower(), (who, data, answer)


async def test_a_change_reaches_the_team_as_a_change(desa: Agency) -> None:
    await play(
        desa,
        (
            *TO_THE_FIELD,
            ("kasubbid", "ketuk", "Ubah penugasan"),
            ("kasubbid", "ketuk", "✓ Waktu"),
            ("kasubbid", "balas", "Kapan? > 20 November pukul 20.00 sampai 02.00"),
            ("kasubbid", "ketuk", "Pratinjau"),
            ("kasubbid", "lihat", "20 November 2026 pukul 13.00 WIB → 20 November 2026 pukul 20.00 WIB"),
            ("kasubbid", "ketuk", "Kirim"),
            ("kasubbid", "lihat", "perubahan sudah disampaikan"),
        ),
    )
    for who in ("anggota1", "anggota2", "koordinator_lapangan"):
        message = newest(desa.phone(who))
        assert "Perubahan penugasan" in message.text
        assert "Masalah" not in message.text, "a change says what changed, not the whole order again"
        assert "21 November 2026 pukul 02.00 WIB" in message.text
    case, row = await lokus(desa)
    assert row is not None
    assert row.ends_at == datetime(2026, 11, 20, 19, 0, tzinfo=UTC)
    assert case.due_at == row.ends_at


async def test_a_member_who_cannot_come_is_replaced_and_everybody_hears_of_it(desa: Agency) -> None:
    await play(
        desa,
        (
            *PLAN,
            *CHOSEN,
            *ORDERED,
            *READY[:2],
            ("anggota2", "ketuk", "Buka"),
            ("anggota2", "ketuk", "Berhalangan"),
            ("anggota2", "balas", "halangannya > Anak sakit"),
            ("koordinator_lapangan", "lihat", "Camar-02 berhalangan: Anak sakit"),
            ("kasubbid", "lihat", "Camar-02 berhalangan: Anak sakit"),
            ("kasubbid", "tanpa", "Camar-01"),
            ("kasubbid", "ketuk", "Ganti dengan Camar-04"),
            ("kasubbid", "lihat", "Camar-04 menggantikan"),
            ("anggota4", "lihat", "Ada penugasan untuk Bapak/Ibu"),
            ("anggota2", "lihat", "tidak lagi bertugas"),
            ("koordinator_lapangan", "lihat", "masuk Camar-04; keluar Camar-02"),
            ("anggota1", "ketuk", "Buka"),
            ("anggota1", "ketuk", "Siap"),
            ("anggota4", "ketuk", "Buka"),
            ("anggota4", "ketuk", "Siap"),
        ),
    )
    assert (await lokus(desa))[0].step == "pelaksanaan"


async def test_the_coordinator_is_out_and_another_leads(desa: Agency) -> None:
    await play(
        desa,
        (
            *PLAN,
            *CHOSEN,
            *ORDERED,
            ("koordinator_lapangan", "ketuk", "Buka"),
            ("koordinator_lapangan", "ketuk", "Berhalangan"),
            ("koordinator_lapangan", "balas", "halangannya > Dinas luar"),
            ("kasubbid", "lihat", "(koordinator) berhalangan"),
            ("kasubbid", "tanpa", "Tanpa pengganti"),
            ("kasubbid", "ketuk", "Ganti dengan Camar-01"),
        ),
    )
    _, row = await lokus(desa)
    assert row is not None
    team = await desa.app.database.run(lambda uow: uow.lokus.team(row.case_id))
    assert [member.person_id for member in team if member.lead] == [row.coordinator_id]
    assert len(team) == 2


async def test_the_silent_are_pointed_out_to_the_coordinator_once(desa: Agency) -> None:
    await play(desa, (*PLAN, *CHOSEN, *ORDERED, *READY[:2], ("anggota1", "ketuk", "Buka")))
    desa.clock.advance(timedelta(minutes=29))
    await desa.sweep()
    await desa.quiet()
    lead = desa.phone("koordinator_lapangan")
    assert not [m for m in lead.messages() if "Belum menjawab" in m.text]
    desa.clock.advance(timedelta(minutes=2))
    for _ in range(3):
        await desa.sweep()
    await desa.quiet()
    told = [m.text for m in lead.messages() if "Belum menjawab" in m.text]
    assert len(told) == 1
    assert "Camar-01, sudah membuka" in told[0]
    assert "Camar-02, belum membuka" in told[0]
    await play(desa, (("koordinator_lapangan", "ketuk", "Lanjutkan tanpa yang diam"),))
    assert (await lokus(desa))[0].step == "pelaksanaan"


async def test_the_team_is_reminded_before_the_start_even_after_an_outage_once(desa: Agency) -> None:
    await play(desa, TO_THE_FIELD)
    desa.clock.advance(timedelta(hours=7, minutes=40))  # both the reminder two hours and half an hour before are due
    await desa.sweep()
    await desa.sweep()
    await desa.quiet()
    told = [m.text for m in desa.phone("anggota1").messages() if "Lokus mulai" in m.text]
    assert len(told) == 1
    assert "25 menit lagi" in told[0]


async def test_a_lokus_is_called_off_and_everybody_is_told_why(desa: Agency) -> None:
    await play(
        desa,
        (
            *TO_THE_FIELD,
            ("kasubbid", "ketuk", "Batalkan lokus"),
            ("kasubbid", "balas", "Mengapa lokus ini > Panitia membatalkan acaranya"),
            ("kasubbid", "lihat", "pembatalan sudah disampaikan"),
            ("anggota1", "lihat", "DIBATALKAN"),
            ("anggota2", "lihat", "Panitia membatalkan acaranya"),
            ("koordinator_lapangan", "lihat", "DIBATALKAN"),
        ),
    )
    case, row = await lokus(desa)
    assert row is not None
    assert (case.status, row.ended_at is not None) == ("cancelled", True)
    assert await desa.app.database.verify() == []


async def test_two_lokus_at_once_with_a_shared_member_are_marked_and_told(desa: Agency) -> None:
    second = tuple(
        (
            "mitra2",
            how,
            words.replace("Unjuk rasa buruh", "Pawai budaya kampung").replace("Serikat pekerja", "Karang Taruna"),
        )
        for _, how, words in PLAN
    )
    await play(
        desa,
        (
            *TO_THE_FIELD,
            *second,
            ("kasubbid", "lihat", "Pawai budaya"),
            ("kasubbid", "ketuk", "Jadikan lokus"),
            ("kasubbid", "ketuk", "Tim …"),
            ("kasubbid", "tombol", "Camar-01 · Kandangserang · bertugas"),
            ("kasubbid", "ketuk", "Camar-01"),
            ("kasubbid", "ketuk", "Selesai"),
            ("kasubbid", "lihat", "Camar-01 bertugas di LO-261120-0001"),
            ("kasubbid", "ketuk", "Koordinator …"),
            ("kasubbid", "ketuk", "Camar-04"),
            ("kasubbid", "ketuk", "Titik kumpul …"),
            ("kasubbid", "balas", "titik kumpulnya > Alun-alun"),
            ("kasubbid", "ketuk", "Pratinjau"),
            ("kasubbid", "ketuk", "Kirim"),
        ),
    )
    for who, other in (("koordinator_lapangan", "LO-261120-0002"), ("anggota4", "LO-261120-0001")):
        assert [m for m in desa.phone(who).messages() if "juga bertugas di " + other in m.text], who


async def test_somebody_on_leave_is_marked(desa: Agency) -> None:
    def leave(uow):  # type: ignore[no-untyped-def]
        member = uow.people.by_telegram_id(7841)
        now = desa.clock.now()
        uow.absences.add(member.id, now, now + timedelta(days=3), "cuti", None, now)

    await desa.app.database.run(leave)
    await play(
        desa,
        (
            *PLAN,
            *CHOSEN,
            ("kasubbid", "ketuk", "Tim …"),
            ("kasubbid", "tombol", "Camar-01 · Kandangserang · cuti"),
            ("kasubbid", "tombol", "Camar-02 · Kandangserang"),
        ),
    )


async def test_a_partners_news_reaches_the_desk_and_the_coordinator(desa: Agency) -> None:
    await play(
        desa,
        (
            *TO_THE_FIELD,
            ("mitra", "ketuk", "Perubahan lain"),
            ("mitra", "balas", "Apa yang berubah > Pindah ke alun-alun"),
            ("mitra", "lihat", "sudah diteruskan"),
            ("kasubbid", "lihat", "Pindah ke alun-alun"),
            ("koordinator_lapangan", "lihat", "Pindah ke alun-alun"),
        ),
    )


async def test_nobody_answers_for_another_and_twice_counts_once(desa: Agency) -> None:
    await play(desa, (*PLAN, *CHOSEN, *ORDERED, ("anggota1", "ketuk", "Buka"), ("anggota1", "ketuk", "Siap")))
    case, _ = await lokus(desa)
    team = await desa.app.database.run(lambda uow: uow.lokus.team(case.id))
    own = next(member for member in team if member.ready)
    answer = await forged(desa, "anggota1", f"lk:s:{own.id}")
    assert "sudah tercatat" in (answer.text or "")
    other = next(member for member in team if member.ready is None)
    answer = await forged(desa, "anggota1", f"lk:s:{other.id}")
    assert "tidak ditemukan" in (answer.text or "").lower()


async def test_a_members_letter_comes_at_a_tap_and_to_nobody_else(desa: Agency) -> None:
    await play(desa, (*PLAN, *CHOSEN, *ORDERED, ("anggota1", "ketuk", "Buka"), ("anggota1", "ketuk", "Surat tugas")))
    assert [m for m in desa.phone("anggota1").messages() if "Surat Perintah Tugas" in m.text]
    case, _ = await lokus(desa)
    answer = await forged(desa, "anggota3", f"lk:p:{case.id}")
    assert "tidak ditemukan" in (answer.text or "").lower()


def test_the_seats_of_a_lokus_take_no_part_in_the_morning() -> None:
    for seat in field_seats(make_office("lengkap")):
        assert Role.AGEN not in seat.roles
