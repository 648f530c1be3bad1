"""*Mundur/Darurat* through the whole application: who is told, until when, and what ends it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.model import Case
from domain.notices import Priority
from domain.usecases import lokus_emergency
from simulator.agency import Agency
from tests.dialog.script import newest, play
from tests.lokus.field import MEETING, alerts, begun, called, emergencies, entries, live, member
from tests.lokus.story import CHOSEN, ORDERED, PLAN, lokus, to_the_field

TOLD = ("koordinator_lapangan", "kasubbid", "kabid", "anggota2")


async def in_the_field(desa: Agency) -> None:
    """Both members are inside and one has said where."""
    await to_the_field(desa)
    await play(desa, begun("anggota1", "anggota2"))


async def test_one_tap_and_one_confirmation_reach_everybody_and_the_agent_is_told_who(desa: Agency) -> None:
    await in_the_field(desa)
    await desa.phone("anggota1").sends_location(*MEETING)
    await play(desa, called("anggota1"))
    for who in TOLD:
        seen = newest(desa.phone(who))
        assert "DARURAT · LO-261120-0001" in seen.text
        assert "Camar-01 memanggil bantuan 04.55 WIB" in seen.text
        assert "Lokasi terakhir 04.55 WIB" in seen.text
        assert [label for row in seen.labels for label in row] == [
            "Diterima" if who == "anggota2" else "Saya tangani",
            "Peta",
        ]
    assert "Polri 110, Layanan darurat 112" in newest(desa.phone("kabid")).text
    assert "tidak menindak" in newest(desa.phone("kasubbid")).text
    assert "Jangan mendatangi massa sendirian" in newest(desa.phone("anggota2")).text
    for who in ("kepala", "pimpinan", "verifikator", "anggota3", "mitra"):
        assert alerts(desa, who) == 0
    await desa.sweep()
    await desa.quiet()
    status = status_of(desa, "anggota1")
    for line in (
        "✓ Koordinator Camar-09: sampai",
        "✓ Kasubbid Beo-01: sampai",
        "✓ Kabid Kutilang-02: sampai",
        "✓ Tim Camar-02: sampai",
    ):
        assert line in status
    assert "Panggilan diulang sampai ditanggapi" in status
    link = desa.phone("kabid")
    answer = await link.taps("Peta")
    assert f"{MEETING[0]:.6f},{MEETING[1]:.6f}" in answer.url


def status_of(desa: Agency, who: str) -> str:
    """What the one who called is told about who was reached."""
    return next(
        message.text for message in reversed(desa.phone(who).messages()) if "Mundur sekarang. Hubungi" in message.text
    )


async def test_whom_it_reached_is_told_at_once_and_not_only_by_the_sweep(desa: Agency) -> None:
    await in_the_field(desa)
    await desa.app.sweeper.stop()
    await desa.phone("kabid").blocks_bot()
    await play(desa, called("anggota1"))
    for line in ("Kasubbid Beo-01: sampai", "Tim Camar-02: sampai", "Kabid Kutilang-02: belum terjangkau"):
        await desa.phone("anggota1").sees(line, timeout=10)


async def test_it_is_repeated_until_an_official_acknowledges_and_the_agent_sees_who(desa: Agency) -> None:
    await in_the_field(desa)
    await play(desa, (*called("anggota1"), ("kabid", "maju", "1")))
    assert [alerts(desa, who) for who in TOLD] == [1, 1, 1, 1]
    await play(desa, (("anggota2", "ketuk", "Diterima"), ("kabid", "maju", "1")))
    assert [alerts(desa, who) for who in TOLD] == [2, 2, 2, 1]  # a colleague's tap ends it for the colleague only
    assert "panggilan ke-2" in newest(desa.phone("kabid")).text
    assert live(desa, "kabid", "Saya tangani") == 1, "the one before has made room"
    assert "Ditanggapi: Tim Camar-02" in newest(desa.phone("kabid")).text
    await play(desa, (("kasubbid", "ketuk", "Saya tangani"), ("kasubbid", "jawab", "Yang memanggil sudah diberi tahu")))
    assert "✓✓ Kasubbid Beo-01: menanggapi 04.57 WIB" in status_of(desa, "anggota1")
    assert "Panggilan sedang ditangani" in status_of(desa, "anggota1")
    assert "Kasubbid Beo-01 (04.57 WIB)" in newest(desa.phone("kabid")).text
    await play(desa, (("kabid", "maju", "30"),))
    assert [alerts(desa, who) for who in TOLD] == [2, 2, 2, 1]
    (one,) = await emergencies(desa)
    assert (one.times, one.ended_at) == (2, None)


async def test_unanswered_it_reaches_the_head_of_the_office_too(desa: Agency) -> None:
    await in_the_field(desa)
    await play(desa, called("anggota1"))
    for _ in range(3):
        await play(desa, (("kepala", "maju", "2"),))
    assert alerts(desa, "kepala") == 0
    await play(desa, (("kepala", "maju", "2"), ("kepala", "lihat", "panggilan ke-5")))
    await play(desa, (("kepala", "ketuk", "Saya tangani"), ("kabid", "maju", "10")))
    assert (await emergencies(desa))[0].times == 5


async def test_aman_kembali_ends_it_for_all_and_the_questions_go_on(desa: Agency) -> None:
    await in_the_field(desa)
    await play(
        desa,
        (
            *called("anggota1"),
            ("anggota1", "ketuk", "Aman kembali"),
            ("anggota1", "ketuk", "Belum"),
        ),
    )
    assert (await emergencies(desa))[0].ended_at is None
    await play(
        desa,
        (
            ("anggota1", "ketuk", "Aman kembali"),
            ("anggota1", "ketuk", "Ya, aman"),
            ("anggota1", "jawab", "Aman kembali dicatat"),
        ),
    )
    for who in TOLD:
        assert "Camar-01 aman kembali 04.55 WIB" in newest(desa.phone(who)).text
        assert (live(desa, who, "Diterima"), live(desa, who, "Saya tangani"), live(desa, who, "Peta")) == (0, 0, 0)
        assert sum("darurat berakhir" in message.text for message in desa.phone(who).messages()) == 1
    assert (live(desa, "anggota1", "Aman kembali"), desa.phone("anggota1").keyboard()) == (0, [])
    (one,) = await emergencies(desa)
    assert (one.ended_at, one.ended_by) == (desa.clock.now(), one.person_id)
    await play(desa, (("kabid", "maju", "29"), ("kabid", "maju", "1"), ("anggota1", "lihat", "Aman?")))
    assert [alerts(desa, who) for who in TOLD] == [1, 1, 1, 1]
    assert [entry.kind for entry in await entries(desa, "anggota1")][-2:] == ["emergency", "safe"]


async def test_the_question_whether_it_is_over_outlives_an_answer_that_comes_meanwhile(desa: Agency) -> None:
    await in_the_field(desa)
    await play(
        desa,
        (
            *called("anggota1"),
            ("anggota1", "ketuk", "Aman kembali"),
            ("kasubbid", "ketuk", "Saya tangani"),
            ("anggota1", "lihat", "Bapak/Ibu sudah aman?"),
            ("anggota1", "ketuk", "Ya, aman"),
            ("anggota1", "jawab", "Aman kembali dicatat"),
            ("anggota1", "tidak", "sudah aman?"),
        ),
    )
    assert (await emergencies(desa))[0].ended_at == desa.clock.now()


async def test_nobody_is_asked_whether_all_is_well_and_no_limit_presses_while_it_lasts(desa: Agency) -> None:
    await in_the_field(desa)
    await play(desa, (*called("anggota1"), ("kasubbid", "ketuk", "Saya tangani"), ("kasubbid", "maju", "45")))
    assert not any("Aman?" in message.text for message in desa.phone("anggota1").messages())
    assert any("Aman?" in message.text for message in desa.phone("anggota2").messages())
    desa.clock.advance(timedelta(hours=28))  # far past the end of the plan and its escalation, in no quiet hours
    await play(desa, (("kasubbid", "maju", "1"),))
    case, _ = await lokus(desa)
    assert case.due_at is not None
    assert desa.clock.now() > case.due_at
    assert not await pressed(desa, case)
    await play(
        desa, (("anggota1", "ketuk", "Aman kembali"), ("anggota1", "ketuk", "Ya, aman"), ("kasubbid", "maju", "6"))
    )
    assert await pressed(desa, case)  # put off, not lost


async def pressed(desa: Agency, case: Case) -> bool:
    """Whether anybody was told that the step's limit has passed."""
    events = await desa.app.database.run(lambda uow: uow.events.of(f"case:{case.id}"))
    return any(event.action in ("overdue", "escalated") for event in events)


async def test_double_taps_raise_one_and_acknowledge_once(desa: Agency) -> None:
    await in_the_field(desa)
    phone = desa.phone("anggota1")
    await play(desa, (("anggota1", "ketuk", "Mundur/Darurat"),))
    case, _ = await lokus(desa)
    place = max(desa.phone("anggota1").chat().pinned)
    taps = [phone.tap(place, f"ld:y:{case.id}:p") for _ in range(3)]
    answers = [await phone.answered(tap) for tap in taps]
    await desa.quiet()
    assert len(await emergencies(desa)) == 1
    assert [alerts(desa, who) for who in TOLD] == [1, 1, 1, 1]
    assert "sudah disampaikan" in (answers[-1].text or "")
    await play(desa, (("anggota1", "tulis", "/darurat"), ("anggota1", "lihat", "sudah disampaikan")))
    emergency = (await emergencies(desa))[0].id
    kasubbid = desa.phone("kasubbid")
    first = kasubbid.tap(newest(kasubbid).id, f"ld:a:{emergency}")
    second = kasubbid.tap(newest(kasubbid).id, f"ld:a:{emergency}")
    assert "sudah dicatat" in ((await kasubbid.answered(first)).text or "") + (
        (await kasubbid.answered(second)).text or ""
    )


async def test_before_mulai_and_without_a_place_it_is_told_all_the_same(desa: Agency) -> None:
    await play(desa, (*PLAN, *CHOSEN, *ORDERED, ("anggota1", "ketuk", "Buka"), ("anggota1", "ketuk", "Siap")))
    assert (await lokus(desa))[0].step == "penerimaan"
    await play(
        desa,
        (
            ("anggota1", "tulis", "/darurat"),
            ("anggota1", "lihat", "Mundur/Darurat?"),
            ("anggota1", "ketuk", "YA, DARURAT"),
            ("kabid", "lihat", "Lokasi terakhir belum diketahui"),
            ("kabid", "lihat", "Halaman kantor kecamatan"),
        ),
    )
    assert desa.phone("anggota1").keyboard() == [["Kirim lokasi"]]
    await play(
        desa, (("anggota1", "lokasi", ""), ("kabid", "lihat", "Lokasi terakhir 04.55 WIB"), ("kabid", "tombol", "Peta"))
    )
    assert desa.phone("anggota1").keyboard() == []
    assert alerts(desa, "kabid") == 1
    for answer in (
        (("anggota2", "tulis", "/darurat"),),  # the order is not even opened
        (("anggota2", "ketuk", "Buka"), ("anggota2", "ketuk", "Berhalangan"), ("anggota2", "balas", "halang > Sakit")),
    ):
        await play(
            desa,
            (
                *answer,
                ("anggota2", "tulis", "/darurat"),
                ("anggota2", "lihat", "Mundur/Darurat?"),
                ("anggota2", "ketuk", "Tidak jadi"),
            ),
        )


async def test_a_blocked_bot_is_named_as_not_reached(desa: Agency) -> None:
    await in_the_field(desa)
    await desa.phone("kasubbid").blocks_bot()
    await play(desa, (*called("anggota1"), ("kabid", "maju", "0"), ("kabid", "maju", "0")))
    assert "✗ Kasubbid Beo-01: belum terjangkau" in status_of(desa, "anggota1")
    assert "✓ Kabid Kutilang-02: sampai" in status_of(desa, "anggota1")
    await desa.phone("kasubbid").unblocks_bot()
    await desa.phone("kasubbid").says("/start")
    await desa.quiet()
    await play(desa, (("kasubbid", "maju", "2"), ("kasubbid", "lihat", "memanggil bantuan"), ("kabid", "maju", "0")))
    assert "✓ Kasubbid Beo-01: sampai" in status_of(desa, "anggota1")


async def test_two_at_once_are_two(desa: Agency) -> None:
    await in_the_field(desa)
    await play(desa, (*called("anggota1"), *called("anggota2")))
    assert (alerts(desa, "kabid"), alerts(desa, "anggota1"), alerts(desa, "anggota2")) == (2, 1, 1)
    await play(desa, (("anggota1", "ketuk", "Aman kembali"), ("anggota1", "ketuk", "Ya, aman"), ("kabid", "maju", "2")))
    one, two = await emergencies(desa)
    assert (one.ended_at is None, two.ended_at is None) == (False, True)
    assert (alerts(desa, "kabid"), two.times) == (3, 2)


async def test_it_outlives_a_restart_and_an_outage_repeats_it_once(desa: Agency) -> None:
    await in_the_field(desa)
    await play(desa, called("anggota1"))
    await desa.stop()
    desa.clock.advance(timedelta(hours=1))
    await desa.restart()
    await desa.sweep()
    await desa.sweep()
    await desa.quiet()
    assert [alerts(desa, who) for who in TOLD] == [2, 2, 2, 2]
    await play(desa, (("kabid", "maju", "2"),))
    assert [alerts(desa, who) for who in TOLD] == [3, 3, 3, 3]


async def test_a_tap_found_after_an_outage_still_calls(desa: Agency) -> None:
    await in_the_field(desa)
    await play(desa, (("anggota1", "ketuk", "Mundur/Darurat"),))
    case, _ = await lokus(desa)
    await desa.stop()
    phone = desa.phone("anggota1")
    phone.tap(max(phone.chat().pinned), f"ld:y:{case.id}:p")
    desa.clock.advance(timedelta(minutes=20))
    await desa.restart()
    await desa.sweep()
    await desa.quiet()
    assert [alerts(desa, who) for who in TOLD] == [1, 1, 1, 1]


async def test_a_member_who_was_taken_out_meanwhile_is_not_forgotten(desa: Agency) -> None:
    await in_the_field(desa)
    await play(
        desa,
        (
            *called("anggota1"),
            ("kasubbid", "ketuk", "Ubah penugasan"),
            ("kasubbid", "ketuk", "✓ Tim"),
            ("kasubbid", "ketuk", "Camar-01"),
            ("kasubbid", "ketuk", "Camar-03"),
            ("kasubbid", "ketuk", "Selesai"),
            ("kasubbid", "ketuk", "Pratinjau"),
            ("kasubbid", "ketuk", "Kirim"),
            ("kabid", "maju", "2"),
        ),
    )
    assert (await member(desa, "anggota1")).removed_at is not None
    assert (alerts(desa, "kabid"), alerts(desa, "anggota3")) == (2, 1)  # who took the place is told as well
    await play(desa, (("anggota1", "ketuk", "Aman kembali"), ("anggota1", "ketuk", "Ya, aman")))
    assert "Camar-01 aman kembali" in newest(desa.phone("anggota3")).text
    await play(
        desa,
        (
            ("anggota1", "tulis", "/darurat"),
            ("anggota1", "ketuk", "YA, DARURAT"),
            ("kabid", "lihat", "memanggil bantuan"),
        ),
    )


async def test_selesai_waits_for_aman_kembali(desa: Agency) -> None:
    await in_the_field(desa)
    own = await member(desa, "anggota1")
    await play(desa, called("anggota1"))
    answer = await desa.phone("anggota1").taps_data(max(desa.phone("anggota1").chat().pinned), f"lf:y:{own.id}")
    assert "belum berakhir" in (answer.text or "")
    assert (await member(desa, "anggota1")).finished_at is None
    case, _ = await lokus(desa)
    answer = await desa.phone("koordinator_lapangan").taps_data(
        newest(desa.phone("koordinator_lapangan")).id, f"lf:w:{case.id}"
    )
    assert "belum berakhir" in (answer.text or "")


async def test_an_official_who_has_it_in_hand_may_end_it_nobody_else(desa: Agency) -> None:
    await in_the_field(desa)
    await play(desa, called("anggota1"))
    (one,) = await emergencies(desa)
    for who in ("anggota2", "kasubbid", "mitra"):
        await desa.phone(who).taps_data(newest(desa.phone(who)).id, f"ld:f:{one.id}")
    await desa.phone("mitra").taps_data(newest(desa.phone("mitra")).id, f"ld:a:{one.id}")
    await desa.quiet()
    (one,) = await emergencies(desa)
    assert (one.ended_at, one.content["terima"]) == (None, {})
    await play(
        desa,
        (
            ("kasubbid", "ketuk", "Saya tangani"),
            ("kasubbid", "ketuk", "Aman kembali"),
            ("kasubbid", "lihat", "Sudah pasti Camar-01 aman?"),
            ("kasubbid", "ketuk", "Ya, aman"),
            ("kabid", "lihat", "aman kembali 04.55 WIB, dinyatakan Beo-01"),
            ("anggota1", "lihat", "dinyatakan Beo-01"),
        ),
    )


async def test_a_cry_for_help_opens_the_confirmation_and_nobody_outside_can_call(desa: Agency) -> None:
    await in_the_field(desa)
    await play(
        desa,
        (
            ("anggota1", "tulis", "TOLONG!"),
            ("anggota1", "lihat", "Mundur/Darurat?"),
            ("anggota1", "ketuk", "Tidak jadi"),
            ("anggota1", "jawab", "Tidak ada yang disampaikan"),
            ("anggota3", "tulis", "/darurat"),
            ("anggota3", "lihat", "tidak sedang bertugas pada lokus"),
            ("anggota3", "lihat", "Polri 110"),
        ),
    )
    assert await emergencies(desa) == []
    group = desa.groups["verifikasi"]
    before = len(desa.phone("verifikator").messages(group))
    await desa.phone("verifikator").says("/darurat", group)
    await desa.quiet()
    assert "tidak sedang bertugas pada lokus" in newest(desa.phone("verifikator")).text
    assert len(desa.phone("verifikator").messages(group)) == before + 1, "only the command itself stands in the group"


async def test_everything_about_it_goes_ahead_of_everything_else(desa: Agency) -> None:
    await in_the_field(desa)
    seen: list[Priority] = []
    original = desa.app.sender.offer

    def spy(rows):  # type: ignore[no-untyped-def]
        seen.extend(row.priority for row in rows if row.slot is not None and row.slot.startswith("darurat:"))
        original(rows)

    desa.app.sender.offer = spy  # type: ignore[method-assign]
    await play(desa, called("anggota1"))
    assert len(seen) >= 5
    assert set(seen) == {Priority.URGENT}


async def test_a_mistake_in_telling_who_was_reached_ends_nothing(desa: Agency, monkeypatch: pytest.MonkeyPatch) -> None:
    await to_the_field(desa)
    failed: list[str] = []

    def broken(*_: object) -> int:
        failed.append("reach")
        raise RuntimeError

    monkeypatch.setattr(lokus_emergency, "report_reach", broken)
    await play(desa, (*begun("anggota1"), *called("anggota1"), ("kabid", "ketuk", "Saya tangani")))
    assert any("Kabid Kutilang-02: menanggapi" in message.text for message in desa.phone("anggota1").messages())
    assert failed
    await play(desa, (("anggota1", "ketuk", "Aman kembali"), ("anggota1", "ketuk", "Ya, aman")))
    assert (await emergencies(desa))[0].ended_at is not None
