"""Near-duplicates: shown, linked by one tap, counted on both cards."""

from domain.usecases import reports
from tests.verification.desk import FACTS, GROUP, Desk


async def test_two_reports_of_one_incident_corroborate_each_other(desk: Desk) -> None:
    first = await desk.report()
    second = await desk.report("agen2", apa="Unjuk rasa warga tolak galian", bagaimana="Tertib, ada petugas")
    text = desk.card(GROUP, second.ref).text
    assert f"Mirip: {first.ref} (Bojong, " in text
    assert "Mirip" not in desk.card(GROUP, first.ref).text
    toast = await desk.tap("nuri", desk.card(GROUP, second.ref), f"Satu kejadian: {first.ref}")
    assert toast == f"{second.ref} dan {first.ref} kini satu kejadian."
    assert f"Dikuatkan 1 laporan: {second.ref}" in desk.card(GROUP, first.ref).text
    assert f"Dikuatkan 1 laporan: {first.ref}" in desk.card(GROUP, second.ref).text
    assert "Satu kejadian" not in " ".join(desk.card(GROUP, second.ref).buttons)
    assert (await desk.case(first)).incident_id == (await desk.case(second)).incident_id == first.id
    for case in (first, second):
        assert (await desk.events(case))[-1].action == "linked"


async def test_a_published_report_is_corroborated_later_on_the_leaders_card_too(desk: Desk) -> None:
    first = await desk.report()
    await desk.tap("nuri", desk.card(GROUP, first.ref), "Setujui")
    await desk.tap("nuri", desk.card(GROUP, first.ref), "Setujui B2")
    await desk.tap("kepala", desk.card("kepala", first.ref), "Setujui", "kepala")
    second = await desk.report("agen2")
    await desk.tap("merpati", desk.card(GROUP, second.ref), "Satu kejadian")
    assert "dikuatkan 1 laporan" in desk.card("pimpinan", first.ref).text
    assert not desk.card(GROUP, first.ref).buttons
    assert len(desk.texts("pimpinan")) == 1


async def test_three_of_them_are_one_incident_whichever_way_they_were_linked(desk: Desk) -> None:
    await desk.hire("agen3", *desk.people["agen"].roles, regions=("Bojong",))
    cases = [await desk.report(author) for author in ("agen", "agen2", "agen3")]
    await desk.tap("nuri", desk.card(GROUP, cases[2].ref), cases[1].ref)
    await desk.tap("nuri", desk.card(GROUP, cases[2].ref), cases[0].ref)
    assert {(await desk.case(case)).incident_id for case in cases} == {cases[0].id}
    for case in cases:
        assert "Dikuatkan 2 laporan" in desk.card(GROUP, case.ref).text


async def test_nobody_corroborates_their_own_report(desk: Desk) -> None:
    first, second = await desk.report(), await desk.report()
    await desk.tap("nuri", desk.card(GROUP, second.ref), "Satu kejadian")
    assert "Dikuatkan" not in desk.card(GROUP, first.ref).text


async def test_another_kecamatan_or_an_old_report_is_not_the_same_incident(desk: Desk) -> None:
    await desk.report(kecamatan="Kajen")
    old = await desk.report("agen2")
    desk.later(hours=25)
    case = await desk.report()
    card = desk.card(GROUP, case.ref)
    assert "Mirip" not in card.text
    nihil = await desk.db.run(
        lambda uow: reports.nihil(
            uow, desk.office, desk.people["agen2"], desk.office.sops.get("lapinfo"), desk.clock.now(), desk.clock.now()
        )
    )
    for other in (1, nihil[0].id, case.id, 999):
        answer = await desk.send_data("nuri", f"v:i:{case.id}:1:verifikasi:{other}", card)
        assert "tidak ditemukan" in str(answer).lower(), other
    assert (await desk.case(case)).incident_id is None
    assert old.id != case.id


async def test_only_whose_turn_it_is_links(desk: Desk) -> None:
    first, second = await desk.report(), await desk.report("agen2", siapa=FACTS["siapa"])
    card = desk.card(GROUP, second.ref)
    assert "hanya untuk Verifikator" in str(await desk.tap("kepala", card, "Satu kejadian"))
    assert (await desk.case(first)).incident_id is None
