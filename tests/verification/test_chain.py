"""From the agent to the leadership, by the definition alone: Pekalongan's lapinfo and Balangan's SIKANDA."""

from domain.roles import Role
from tests.verification.desk import FACTS, GROUP, Desk


async def test_lapinfo_goes_from_the_group_to_the_head_to_the_leadership(desk: Desk) -> None:
    case = await desk.report()
    card = desk.card(GROUP, case.ref)
    assert "Elang-07" in card.text
    assert "nama-agen" not in card.text
    assert "Lengkap" in card.text
    assert "Batas Verifikasi laporan: 06.10 WIB" in card.text
    desk.later(minutes=2)
    await desk.tap("nuri", card, "Setujui")
    assert await desk.tap("nuri", desk.card(GROUP, case.ref), "Setujui B2") == f"{case.ref} disetujui, nilai B2."
    assert (await desk.case(case)).status == "verified"
    after = desk.card(GROUP, case.ref)
    assert "05.12 WIB disetujui Merpati-02 (Verifikator), nilai B2" in after.text
    assert after.id == card.id
    assert not after.buttons
    head = desk.card("kepala", case.ref)
    assert "Nilai informasi: <b>B2</b>" in head.text
    assert "menunggu Kepala Kantor" in desk.texts("agen")[-1]
    desk.later(minutes=3)
    await desk.tap("kepala", head, "Setujui", "kepala")
    done = await desk.case(case)
    assert (done.status, done.step, done.value, done.closed_at is not None) == ("published", "terbit", "B2", True)
    final = desk.card("pimpinan", case.ref)
    assert FACTS["siapa"] in final.text
    assert "Nilai informasi B2" in final.text
    assert "Elang" not in final.text
    assert "Merpati" not in final.text
    assert list(final.buttons) == ["Buka", "Disposisi"]
    assert "disetujui oleh Kepala Kantor pukul 05.15 WIB, disampaikan kepada Bupati." in desk.texts("agen")[-1]
    assert len([text for text in desk.texts("agen") if case.ref in text]) == 1
    assert "05.15 WIB disetujui" in desk.card("kepala", case.ref).text
    actions = [(e.action, e.data["step"], e.data["status"], e.data["version"]) for e in await desk.events(case)]
    assert actions == [
        ("submitted", "verifikasi", "submitted", 1),
        ("verified", "persetujuan", "verified", 1),
        ("approved", "terbit", "published", 1),
    ]


async def test_sikanda_goes_by_the_publisher_to_the_leadership_and_to_the_archive(balangan: Desk) -> None:
    await balangan.hire("publikator", Role.PUBLIKATOR)
    await balangan.hire("skpd", Role.SKPD)
    region = balangan.office.profile.regions[0]
    case = await balangan.report(photos=1, kecamatan=region)
    card = balangan.card(GROUP, case.ref)
    assert card.photo
    assert "Tolak" not in "".join(card.buttons)
    await balangan.tap("merpati", card, "Setujui")
    await balangan.tap("merpati", balangan.card(GROUP, case.ref), "A Sangat")
    await balangan.tap("merpati", balangan.card(GROUP, case.ref), "A1")
    assert "kepala" not in {key for key in balangan.people if case.ref in " ".join(balangan.texts(key))}
    await balangan.tap("publikator", balangan.card("publikator", case.ref), "Publikasikan", "publikator")
    boards = {key: balangan.card(key, case.ref) for key in ("pimpinan", "skpd")}
    assert [label for label in boards["pimpinan"].buttons if label in ("Rakor", "Arsip")] == ["Rakor", "Arsip"]
    await balangan.tap("skpd", boards["skpd"], "Arsip", "skpd")
    assert (await balangan.case(case)).status == "archived"
    assert "diarsipkan" in balangan.card("pimpinan", case.ref).text
    assert "Sudah diarsipkan Skpd-08" in str(await balangan.tap("pimpinan", boards["pimpinan"], "Rakor", "pimpinan"))
    assert [e.action for e in await balangan.events(case)] == ["submitted", "verified", "published", "archived"]


async def test_rakor_is_open_until_it_is_archived(balangan: Desk) -> None:
    await balangan.hire("publikator", Role.PUBLIKATOR)
    case = await balangan.report(photos=1, kecamatan=balangan.office.profile.regions[0])
    await balangan.tap("merpati", balangan.card(GROUP, case.ref), "Setujui")
    await balangan.tap("merpati", balangan.card(GROUP, case.ref), "Setujui B2")
    await balangan.tap("publikator", balangan.card("publikator", case.ref), "Publikasikan", "publikator")
    await balangan.tap("pimpinan", balangan.card("pimpinan", case.ref), "Rakor", "pimpinan")
    assert (await balangan.case(case)).status == "handling"
    await balangan.tap("kepala", balangan.card("kepala", case.ref), "Arsip", "kepala")
    assert (await balangan.case(case)).status == "archived"


async def test_each_move_replaces_the_deadlines(desk: Desk) -> None:
    case = await desk.report()
    await desk.tap("nuri", desk.card(GROUP, case.ref), "Setujui")
    await desk.tap("nuri", desk.card(GROUP, case.ref), "Setujui B2")
    far = desk.clock.now().replace(year=2030)
    due = await desk.db.run(lambda uow: uow.deadlines.claim(far, 100))
    assert {d.subject for d in due} == {f"case:{case.id}"}
    assert sorted(d.kind for d in due) == ["due", "escalation:1:pimpinan:7200", "reminder:1", "reminder:2"]
    await desk.tap("kepala", desk.card("kepala", case.ref), "Setujui", "kepala")
    assert not await desk.db.run(lambda uow: uow.deadlines.claim(far, 100))
