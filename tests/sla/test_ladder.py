"""One late report: reminders, the limit, the ladder, and the end of it when somebody acts."""

from __future__ import annotations

import asyncio

from domain.roles import Role
from domain.usecases import sla
from tests.sla.office import call, calls, kinds, rang, sweep, told, wait
from tests.verification.desk import GROUP, Desk


async def test_from_the_reminder_to_the_last_rung_each_once(desk: Desk) -> None:
    case = await desk.report()
    await wait(desk, 29, step=5)
    assert not calls(desk, "nuri")
    await wait(desk, 1)
    assert f"<b>{case.ref}</b> · Verifikasi laporan" in call(desk, "nuri")
    assert "sisa 30 menit (batas 06.10 WIB)" in call(desk, "merpati")
    assert not calls(desk, "kabid")
    await wait(desk, 18, step=6)
    assert "sisa 12 menit" in call(desk, "nuri")
    await wait(desk, 12, step=6)
    assert "Batas waktu lewat" in call(desk, "nuri")
    await wait(desk, 15, step=5)
    assert "Menunggu Verifikator, lewat 15 menit dari batas 06.10 WIB" in call(desk, "kabid")
    assert not calls(desk, "kepala")
    await wait(desk, 15, step=5)
    assert "lewat 30 menit" in call(desk, "kepala")
    await wait(desk, 30, step=10)
    assert "lewat 1 jam" in call(desk, "kepala")
    assert kinds(await told(desk, case)) == [
        "reminded:reminder:1",
        "reminded:reminder:2",
        "overdue:due:0",
        "escalated:escalation:1",
        "escalated:escalation:2",
        "escalated:escalation:2",
    ]
    assert (rang(desk, "nuri"), rang(desk, "kabid")) == (3, 1)
    assert not calls(desk, "pimpinan")
    assert not calls(desk, "agen")


async def test_acting_ends_it_and_everybody_called_reads_by_whom(desk: Desk) -> None:
    case = await desk.report()
    await wait(desk, 91, step=5)
    before = len(desk.sent)
    await desk.tap("nuri", desk.card(GROUP, case.ref), "Setujui")
    await desk.tap("nuri", desk.card(GROUP, case.ref), "Setujui B2")
    for who in ("merpati", "kabid"):
        assert f"✓ {case.ref} sudah ditangani oleh Merpati-02 (Verifikator): disetujui" in call(desk, who)
        assert not calls(desk, who)[0].buttons
        assert rang(desk, who, before) == 0
    assert f"✓ {case.ref} sudah ditangani: disetujui" in call(desk, "nuri")
    await wait(desk, 25, step=5)
    assert [e.data["step"] for e in (await told(desk, case))[5:]] == []
    assert len(calls(desk, "kabid")) == 1


async def test_what_was_not_sent_yet_is_dropped_when_somebody_acts(desk: Desk) -> None:
    case = await desk.report()
    desk.later(minutes=30)
    await sweep(desk, deliver=False)
    card = desk.card(GROUP, case.ref)
    await desk.send_data("nuri", f"v:n:{case.id}:1:verifikasi:B2", card, deliver=False)
    await desk.deliver()
    assert not calls(desk, "merpati")
    assert not calls(desk, "nuri")


async def test_the_escalated_may_act_from_their_message(desk: Desk) -> None:
    case = await desk.report()
    refusal = await desk.send_data("kabid", f"v:n:{case.id}:1:verifikasi:B2", desk.card(GROUP, case.ref))
    assert refusal is not None
    assert (await desk.case(case)).step == "verifikasi"
    await wait(desk, 75, step=5)
    await desk.tap("kabid", calls(desk, "kabid")[0], f"Tindak {case.ref}", "kabid")
    card = desk.card("kabid", case.ref)
    await desk.tap("kabid", card, "Setujui", "kabid")
    await desk.tap("kabid", desk.card("kabid", case.ref), "Setujui B2", "kabid")
    assert (await desk.case(case)).step == "persetujuan"
    assert "disetujui Elang-Biru (Kepala Bidang), nilai B2" in desk.card(GROUP, case.ref).text
    assert not desk.card("kabid", case.ref).buttons


async def test_the_escalated_may_hand_it_to_another_who_may_then_act(desk: Desk) -> None:
    case = await desk.report()
    await desk.hire("kasubbid", Role.KASUBBID, code_name="Camar-04")
    await wait(desk, 75, step=5)
    await desk.tap("kabid", calls(desk, "kabid")[0], "Serahkan", "kabid")
    chooser = next(m for m in desk.chats[desk.chat("kabid")].values() if f"Serahkan {case.ref}" in m.text)
    await desk.tap("kabid", chooser, "Camar-04", "kabid")
    assert f"✓ {case.ref} diserahkan kepada Camar-04" in call(desk, "kabid")
    assert "Diserahkan oleh Elang-Biru" in call(desk, "kasubbid")
    await desk.tap("kasubbid", calls(desk, "kasubbid")[0], f"Tindak {case.ref}", "kasubbid")
    await desk.send_data("kasubbid", f"v:n:{case.id}:1:verifikasi:A2", desk.card("kasubbid", case.ref), "kasubbid")
    assert (await desk.case(case)).value == "A2"


async def test_an_unfilled_rung_is_skipped_upward_and_never_back_to_the_late_one(desk: Desk) -> None:
    case = await desk.report()
    await desk.db.run(lambda uow: uow.people.change(desk.people["kabid"].id, active=False))
    await wait(desk, 75, step=5)
    assert "lewat 15 menit" in call(desk, "kepala")
    await desk.send_data("nuri", f"v:n:{case.id}:1:verifikasi:B2", desk.card(GROUP, case.ref))
    await wait(desk, 124, step=4)
    assert "Batas waktu lewat" in call(desk, "kepala")
    assert "Menunggu Kepala Kantor" in call(desk, "pimpinan")


async def test_several_cases_are_one_message_sorted_by_due(desk: Desk) -> None:
    first = await desk.report()
    desk.later(minutes=3)
    second = await desk.report("agen2", apa="Pohon tumbang menutup jalan")
    await wait(desk, 30)
    text = call(desk, "nuri")
    assert "Perlu ditindak: 2 perkara" in text
    assert text.index(first.ref) < text.index(second.ref)
    assert rang(desk, "nuri") == 1
    await desk.send_data("merpati", f"v:n:{first.id}:1:verifikasi:B2", desk.card(GROUP, first.ref))
    text = call(desk, "nuri")
    assert "✓" in text
    assert f"Tindak {second.ref}" in calls(desk, "nuri")[0].buttons
    assert f"Tindak {first.ref}" not in calls(desk, "nuri")[0].buttons


async def test_the_author_is_reminded_of_a_revision_and_the_verifier_is_left_alone(desk: Desk) -> None:
    case = await desk.report()
    desk.later(minutes=20)
    await desk.send_data("nuri", f"v:rq:{case.id}:1:verifikasi:waktu", desk.card(GROUP, case.ref))
    await wait(desk, 30)
    assert not calls(desk, "nuri")
    assert "sisa 30 menit" in call(desk, "agen")
    assert any("Perbaiki" in label for label in calls(desk, "agen")[0].buttons)
    await desk.again("agen", kapan="hari ini pukul 04.30 WIB")
    assert f"✓ {case.ref} sudah ditangani: dikirim ulang" in call(desk, "agen")
    await wait(desk, 29, step=5)
    assert not calls(desk, "nuri")
    await wait(desk, 1)
    assert "sisa 30 menit" in call(desk, "nuri")


async def test_two_sweepers_at_once_fire_once(desk: Desk) -> None:
    case = await desk.report()
    desk.later(minutes=60)
    done = await asyncio.gather(
        *(desk.db.run(lambda uow: sla.fire_deadlines(uow, desk.office, desk.clock.now())) for _ in range(3))
    )
    await desk.deliver()
    assert sorted(done) == [0, 0, 3]
    assert kinds(await told(desk, case)) == ["overdue:due:0"]
    assert rang(desk, "nuri") == 1


async def test_coordinators_see_what_is_late_in_their_region_only(desk: Desk) -> None:
    await desk.hire("korwil", Role.KOORDINATOR_WILAYAH, regions=("Bojong",), code_name="Murai-01")
    await desk.hire("korlain", Role.KOORDINATOR_WILAYAH, regions=("Kajen",), code_name="Murai-02")
    case = await desk.report()
    await wait(desk, 75)
    for who, sees in (("korwil", True), ("korlain", False)):
        await desk.send_data(who, "l:status", desk.card(GROUP, case.ref), who)
        late = next(text for text in desk.texts(who) if "Lewat batas" in text)
        assert (case.ref in late) == sees
    await desk.send_data("agen", "l:status", desk.card(GROUP, case.ref), "agen")
    assert not any("Lewat batas" in text for text in desk.texts("agen"))


async def test_tasks_are_sorted_by_due_and_only_ones_own(desk: Desk) -> None:
    first = await desk.report(derajat="Biasa")
    desk.later(minutes=3)
    second = await desk.report("agen2", apa="Pohon tumbang menutup jalan")
    await desk.send_data("nuri", f"v:rq:{first.id}:1:verifikasi:waktu", desk.card(GROUP, first.ref))
    await desk.send_data("nuri", "tg:l", desk.card(GROUP, second.ref), "nuri")
    await desk.send_data("agen", "tg:l", desk.card(GROUP, second.ref), "agen")
    chats = {who: desk.chats[desk.chat(who)].values() for who in ("nuri", "agen")}
    tasks = {who: next(message for message in chat if "Tugas saya" in message.text) for who, chat in chats.items()}
    assert next(iter(tasks["nuri"].buttons)) == f"Tindak {second.ref}"
    assert first.ref not in tasks["nuri"].text
    assert f"Perbaiki {first.ref}" in tasks["agen"].buttons
    assert "Serahkan" not in "".join(tasks["agen"].buttons)


async def test_a_forged_button_opens_hands_and_ends_nothing(desk: Desk) -> None:
    case = await desk.report()
    await wait(desk, 75)
    card = desk.card(GROUP, case.ref)
    for who in ("agen", "admin", "pimpinan", "nuri"):
        for data in (f"tg:h:{case.id}", f"tg:g:{case.id}:{desk.people['kepala'].id}", "tg:e:1", "tg:d:0:999", "tg:p:x"):
            answer = await desk.send_data(who, data, card, who)
            assert answer is not None, (who, data)
    for who in ("agen", "admin", "pimpinan"):
        assert await desk.send_data(who, f"tg:k:{case.id}", card, who) is not None
        assert (desk.chat(who), case.ref) not in desk.cards
    assert "handed" not in [event.action for event in await desk.events(case)]


async def test_a_later_call_lists_the_earlier_ones_too(desk: Desk) -> None:
    first = await desk.report()
    desk.later(minutes=10)
    second = await desk.report("agen2", apa="Pohon tumbang menutup jalan")
    await wait(desk, 20)
    assert second.ref not in call(desk, "nuri")
    await wait(desk, 10)
    text = call(desk, "nuri")
    assert "Perlu ditindak: 2 perkara" in text
    assert first.ref in text


async def test_what_was_given_ends_with_the_round(desk: Desk) -> None:
    case = await desk.report()
    await wait(desk, 75, step=15)
    await desk.send_data("nuri", f"v:rq:{case.id}:1:verifikasi:waktu", desk.card(GROUP, case.ref))
    await desk.again("agen", kapan="hari ini pukul 04.30 WIB")
    answer = await desk.send_data("kabid", f"v:n:{case.id}:2:verifikasi:B2", desk.card(GROUP, case.ref))
    assert answer == "Langkah ini hanya untuk Verifikator. Terima kasih."
    assert (await desk.case(case)).step == "verifikasi"
