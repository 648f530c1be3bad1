"""What a card shows and hides."""

from dataclasses import replace

import pytest

from domain.notices import Priority
from domain.roles import Clearance, Role
from domain.sop.loader import SopRegistry
from domain.usecases.cardview import FIVE_W
from tests.verification.desk import FACTS, GROUP, Desk


async def test_personal_numbers_are_covered_and_open_only_in_private_with_a_record(desk: Desk) -> None:
    case = await desk.report(siapa="Warga, hp 081234567890, nik 3326011212900001")
    card = desk.card(GROUP, case.ref)
    assert "081234567890" not in card.text
    assert "3326011212900001" not in card.text
    assert await desk.tap("nuri", card, "Buka") == f"{case.ref} dikirim ke obrolan pribadi."
    assert "081234567890" in desk.texts("nuri")[-1]
    assert not any("081234567890" in text for text in desk.texts(GROUP))
    assert "nama-agen" not in desk.texts("nuri")[-1]
    last = (await desk.events(case))[-1]
    assert (last.action, last.actor_id) == ("opened", desk.people["nuri"].id)


async def test_the_head_sees_the_name_only_by_opening_and_leadership_never(desk: Desk) -> None:
    case = await desk.report(siapa="Warga, hp 081234567890")
    for who, label, chat in (("nuri", "Setujui", GROUP), ("nuri", "Setujui B2", GROUP)):
        await desk.tap(who, desk.card(chat, case.ref), label)
    assert "nama-agen" not in desk.card("kepala", case.ref).text
    await desk.tap("kepala", desk.card("kepala", case.ref), "Buka", "kepala")
    assert "nama-agen" in desk.texts("kepala")[-1]
    assert "081234567890" in desk.texts("kepala")[-1]
    await desk.tap("kepala", desk.card("kepala", case.ref), "Setujui", "kepala")
    await desk.tap("pimpinan", desk.card("pimpinan", case.ref), "Buka", "pimpinan")
    assert FACTS["bagaimana"] in desk.texts("pimpinan")[-1]
    for hidden in ("nama-agen", "Elang-07", "081234567890"):
        assert hidden not in " ".join(desk.texts("pimpinan"))


async def test_what_has_moved_on_is_closed_to_those_who_are_done_with_it(desk: Desk) -> None:
    case = await desk.report(photos=2)
    card = desk.card(GROUP, case.ref)
    await desk.tap("nuri", card, "Setujui")
    await desk.tap("nuri", desk.card(GROUP, case.ref), "Setujui B2")
    before = len(desk.chats[GROUP])
    for label in ("Buka", "Foto"):
        assert "hanya terbuka untuk Kepala Kantor" in str(await desk.tap("nuri", card, label))
    assert not desk.texts("nuri")
    assert len(desk.chats[GROUP]) == before
    assert [e.action for e in await desk.events(case)] == ["submitted", "verified"]


async def test_someone_whom_the_bot_cannot_reach_is_told_how_to_start_it(desk: Desk) -> None:
    case = await desk.report()
    nuri = desk.people["nuri"].id
    await desk.db.run(lambda uow: uow.people.change(nuri, unreachable_at=desk.clock.now()))
    assert "https://t.me/kentongan_bot" in str(await desk.tap("nuri", desk.card(GROUP, case.ref), "Buka"))
    assert not desk.texts("nuri")
    assert [e.action for e in await desk.events(case)] == ["submitted"]


async def test_what_is_missing_is_named_and_opinion_stands_apart(desk: Desk) -> None:
    case = await desk.report(mengapa=None, pendapat="Perlu mediasi", derajat="Sangat Segera")
    text = desk.card(GROUP, case.ref).text
    assert "Belum ada: mengapa" in text
    assert "<i>Pendapat pelapor: Perlu mediasi</i>" in text
    assert "SANGAT SEGERA" in text


@pytest.mark.parametrize(("minutes", "late"), [(0, False), (30, True)])
async def test_lateness_is_shown_only_when_late(desk: Desk, minutes: int, late: bool) -> None:
    desk.later(minutes=minutes)
    case = await desk.report()
    assert ("terlambat" in desk.card(GROUP, case.ref).text) is late


async def test_one_photo_on_the_card_and_the_others_behind_a_button(desk: Desk) -> None:
    case = await desk.report(photos=3)
    card = desk.card(GROUP, case.ref)
    assert card.photo
    assert await desk.tap("nuri", card, "Foto (2)") is None
    sent = list(desk.chats[GROUP].values())[-1]
    assert (sent.files, sent.reply_to) == (2, card.id)
    before = len(desk.chats[GROUP])
    desk.later(seconds=59)
    assert "baru saja dikirim" in str(await desk.tap("merpati", card, "Foto (2)"))
    assert len(desk.chats[GROUP]) == before
    desk.later(seconds=2)
    await desk.tap("merpati", card, "Foto (2)")
    assert len(desk.chats[GROUP]) == before + 1


async def test_a_long_report_is_a_text_card_with_all_photos_behind_the_button(desk: Desk) -> None:
    case = await desk.report(photos=12, bagaimana="Kronologi 🚨 " * 300)
    card = desk.card(GROUP, case.ref)
    assert not card.photo
    await desk.tap("nuri", card, "Foto (12)")
    assert [m.files for m in list(desk.chats[GROUP].values())[-2:]] == [10, 2]


async def test_a_photo_card_stays_within_a_caption_whatever_happens_to_it(desk: Desk) -> None:
    for length in range(120, 400, 40):
        case = await desk.report(photos=1, bagaimana="x" * length, pendapat="&<" * 40)
        for round_ in range(3):
            card = desk.card(GROUP, case.ref)
            await desk.tap("nuri", card, "Revisi")
            await desk.tap("nuri", desk.card(GROUP, case.ref), "Waktu/tempat")
            await desk.again("agen", kapan=f"pukul 04.{round_}0")


async def test_the_longest_report_with_the_longest_history_is_still_one_message(desk: Desk) -> None:
    long = dict.fromkeys((*FIVE_W, "pendapat"), "🚨" * 900)
    case = await desk.report(facts=long)
    for _ in range(4):
        await desk.tap("nuri", desk.card(GROUP, case.ref), "Revisi")
        await desk.tap("nuri", desk.card(GROUP, case.ref), "Alasan lain")
        await desk.reply("nuri", list(desk.chats[GROUP].values())[-1], "Kurang 🚨" * 200)
        await desk.again("agen", **long)
    assert "…" in desk.card(GROUP, case.ref).text


async def test_an_oral_report_is_heard_and_written_down_before_it_can_be_approved(desk: Desk) -> None:
    case = await desk.report(voice=True, bidang="Politik", kecamatan="Bojong")
    card = desk.card(GROUP, case.ref)
    assert "laporan lisan" in card.text
    assert "Belum ada: apa, di mana, kapan" in str(await desk.tap("nuri", card, "Setujui"))
    await desk.tap("nuri", card, "Putar suara")
    assert list(desk.chats[GROUP].values())[-1].reply_to == card.id
    assert "obrolan pribadi" in str(await desk.tap("nuri", card, "Tulis isi"))
    assert "<b>Apa</b>" in desk.texts("nuri")[-1]
    await desk.again("nuri", **{key: FACTS[key] for key in ("apa", "siapa", "dimana", "kapan", "bagaimana")})
    card = desk.card(GROUP, case.ref)
    assert "Versi 2" in card.text
    assert "laporan lisan" not in card.text
    await desk.tap("nuri", card, "Setujui")
    await desk.tap("nuri", desk.card(GROUP, case.ref), "Setujui B2")
    assert (await desk.case(case)).status == "verified"


async def test_the_duty_officer_hears_an_oral_report_and_writes_it_down_but_decides_nothing(desk: Desk) -> None:
    await desk.hire("piket", Role.PIKET)
    case = await desk.report(voice=True, bidang="Politik", kecamatan="Bojong")
    card = desk.card(GROUP, case.ref)
    assert await desk.tap("piket", card, "Putar suara") is None
    assert "hanya untuk Verifikator" in str(await desk.tap("piket", card, "Buka"))
    assert "hanya untuk Verifikator" in str(await desk.tap("piket", card, "Tolak"))
    assert "hanya untuk Verifikator" in str(await desk.tap("agen2", card, "Tulis isi"))
    await desk.tap("piket", card, "Tulis isi")
    await desk.again("piket", **{key: FACTS[key] for key in ("apa", "siapa", "dimana", "kapan", "bagaimana")})
    assert FACTS["apa"] in desk.card(GROUP, case.ref).text
    assert [(e.action, e.actor_id) for e in await desk.events(case)][-1] == ("amended", desk.people["piket"].id)


async def test_the_card_carries_hostile_text_as_text(desk: Desk) -> None:
    case = await desk.report(apa="<b>&</i> \u202egnp.exe")
    assert "&lt;b&gt;&amp;&lt;/i&gt; gnp.exe" in desk.card(GROUP, case.ref).text


async def test_without_a_group_each_verifier_gets_the_card_and_administrators_are_told_once(desk: Desk) -> None:
    await desk.db.run(lambda uow: uow.groups.remove(GROUP))
    first, second = await desk.report(), await desk.report("agen2", apa="Pohon tumbang", dimana="Jalan raya")
    for case in (first, second):
        assert "Setujui" in " ".join(desk.card("merpati", case.ref).buttons)
        assert "Setujui" in " ".join(desk.card("nuri", case.ref).buttons)
    assert [text.splitlines()[0] for text in desk.texts("admin")] == ["<b>Grup verifikasi belum ada</b>"]
    await desk.tap("nuri", desk.card("nuri", first.ref), "Setujui", "nuri")
    await desk.tap("nuri", desk.card("nuri", first.ref), "Setujui B2", "nuri")
    assert "disetujui Merpati-02" in desk.card("merpati", first.ref).text
    assert not desk.card("merpati", first.ref).buttons


async def test_in_private_the_card_goes_only_to_those_who_may_decide(desk: Desk) -> None:
    await desk.db.run(lambda uow: uow.groups.remove(GROUP))
    await desk.hire("jauh", Role.VERIFIKATOR, regions=("Kajen",))
    await desk.hire("dua", Role.AGEN, Role.VERIFIKATOR, Role.PIKET, regions=("Bojong",))
    case = await desk.report("agen", recorder="dua")
    assert {chat for chat, ref in desk.cards if ref == case.ref} == {desk.chat("merpati"), desk.chat("nuri")}


async def test_a_secret_report_never_comes_before_a_group(desk: Desk) -> None:
    secret = desk.office.sops.get("lapinfo").model_copy(update={"classification": Clearance.RAHASIA})
    desk.office = replace(desk.office, sops=SopRegistry([secret]))
    await desk.hire("garuda", Role.VERIFIKATOR, clearance=Clearance.RAHASIA)
    case = await desk.report()
    assert {chat for chat, ref in desk.cards if ref == case.ref} == {desk.chat("garuda")}
    assert not desk.texts(GROUP)
    assert not desk.texts("admin")
    card = desk.card("garuda", case.ref)
    assert case.fields["apa"] not in card.text
    await desk.tap("garuda", card, "Buka", "garuda")
    await desk.send_data("garuda", f"v:n:{case.id}:1:verifikasi:B2", card, "garuda")
    assert (await desk.case(case)).step == "persetujuan"
    assert not [text for text in desk.texts("kepala") if case.ref in text]
    forged = desk.card("garuda", case.ref)
    assert "tidak ditemukan" in str(await desk.send_data("nuri", f"lihat:b:{case.id}", forged, "nuri")).lower()


async def test_a_rung_that_nobody_fills_is_skipped_upward(desk: Desk) -> None:
    for key in ("merpati", "nuri"):
        person_id = desk.people[key].id
        await desk.db.run(lambda uow, i=person_id: uow.people.change(i, active=False))  # type: ignore[misc]
    await desk.hire("kabid", Role.KABID)
    case = await desk.report()
    card = desk.card("kabid", case.ref)
    await desk.tap("kabid", card, "Setujui", "kabid")
    await desk.tap("kabid", desk.card("kabid", case.ref), "Setujui B2", "kabid")
    assert (await desk.case(case)).status == "verified"
    assert "(Kepala Bidang)" in desk.card(GROUP, case.ref).text


async def test_urgent_cards_leave_first(desk: Desk) -> None:
    for derajat in ("Biasa", "Segera", "Sangat Segera"):
        await desk.report(send=False, derajat=derajat, apa=f"Kejadian {derajat}")
    rows = await desk.db.run(lambda uow: uow.outbox.pending(100))
    cards = [row.priority for row in rows if row.slot and row.slot.startswith("kartu:")]
    assert cards == [Priority.ORDINARY, Priority.REPLY, Priority.URGENT]
