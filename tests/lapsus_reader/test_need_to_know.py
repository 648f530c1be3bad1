"""One more reader by name, with a reason; and who is behind a code name."""

from __future__ import annotations

from domain.model import Case
from domain.notices import Ack
from domain.roles import Clearance, Role
from tests.lapsus_reader.desk import HIGH, Reading

REASON = "Menganalisis jaringan pelaku"


async def _admit(desk: Reading, case: Case, who: str = "Beo-04") -> None:
    await desk.press("kabid", "Buka")
    await desk.press("kabid", "Izinkan pembaca")
    await desk.press("kabid", who)
    await desk.answers("kabid", "perlu ikut membaca", REASON)


async def test_a_reader_admits_a_cleared_person_with_a_reason_who_then_reads(desk: Reading) -> None:
    case = await desk.secret()
    await _admit(desk, case)
    (event,) = await desk.kinds(case, "admitted")
    assert event.data == {"person": desk.people["analis"].id, "reason": REASON}
    assert not desk.sees("kabid", REASON)
    assert desk.sees("analis", case.ref)
    assert not desk.sees("analis")
    await desk.press("analis", "Buka")
    assert desk.sees("analis")
    opened = (await desk.kinds(case, "opened"))[-1]
    assert opened.actor_id == desk.people["analis"].id
    answer = await desk.raw("analis", f"v:s:{case.id}:1:verifikasi")
    assert answer is not None
    assert answer.template == "verifikasi/ditolak_bot"
    assert (await desk.case(case)).step == "verifikasi"


async def test_only_cleared_persons_are_offered_and_none_other_is_taken(desk: Reading) -> None:
    await desk.hire("buram", Role.ANALIS, clearance=Clearance.TERBATAS, code_name="Camar-01")
    case = await desk.secret()
    await desk.press("kabid", "Buka")
    await desk.press("kabid", "Izinkan pembaca")
    labels = [label for m in desk.chats[desk.chat("kabid")].values() for label in m.buttons]
    offered = [label for label in labels if "(" in label]
    assert {label.partition(" (")[0] for label in offered} == {"Beo-04", "Jalak-01", "Cendrawasih-01"}
    for who in ("buram", "agen", "admin"):
        answer = await desk.raw("kabid", f"rs:p:{case.id}:{desk.people[who].id}")
        assert answer is not None
        assert answer.template == "galat/tidak_ditemukan"


async def test_taken_back_it_is_gone_at_once_and_closed(desk: Reading) -> None:
    case = await desk.secret()
    await _admit(desk, case)
    await desk.press("analis", "Buka")
    await desk.press("kabid", "Izinkan pembaca")
    await desk.press("kabid", "Cabut izin Beo-04")
    assert not desk.sees("analis")
    assert not desk.sees("analis", case.ref)
    answer = await desk.raw("analis", f"rs:b:{case.id}")
    assert answer is not None
    assert answer.template == "galat/tidak_ditemukan"
    assert [e.data["person"] for e in await desk.kinds(case, "excluded")] == [desk.people["analis"].id]


async def test_an_admitted_person_lets_nobody_else_in_and_learns_no_name(desk: Reading) -> None:
    case = await desk.secret()
    await _admit(desk, case)
    await desk.press("analis", "Buka")
    for data in (f"rs:i:{case.id}", f"rs:p:{case.id}:{desk.people['kepala'].id}", f"id:t:1:{case.id}"):
        answer = await desk.raw("analis", data)
        assert answer == Ack("galat/tidak_ditemukan", alert=True), data


async def test_a_reader_who_lost_the_right_after_the_question_admits_nobody(desk: Reading) -> None:
    case = await desk.secret()
    await desk.press("kabid", "Buka")
    await desk.press("kabid", "Izinkan pembaca")
    await desk.press("kabid", "Beo-04")
    await desk.db.run(lambda u: u.people.change(desk.people["kabid"].id, clearance=Clearance.BIASA))
    await desk.answers("kabid", "perlu ikut membaca", REASON)
    assert not await desk.kinds(case, "admitted")
    assert await desk.kinds(case, "denied")
    assert not desk.sees("analis", case.ref)


async def test_a_reason_needs_words(desk: Reading) -> None:
    case = await desk.secret()
    await desk.press("kabid", "Buka")
    await desk.press("kabid", "Izinkan pembaca")
    await desk.press("kabid", "Beo-04")
    await desk.answers("kabid", "perlu ikut membaca", " … \u200b ")
    assert not await desk.kinds(case, "admitted")
    await desk.answers("kabid", "perlu ikut membaca", REASON)
    assert await desk.kinds(case, "admitted")


async def test_who_reported_is_told_with_a_reason_recorded_and_gone_by_itself(desk: Reading) -> None:
    case = await desk.secret()
    await desk.press("kabid", "Buka")
    await desk.press("kabid", "Siapa pelapornya")
    assert not desk.sees("kabid", "nama-agen")
    await desk.answers("kabid", "alasan membuka identitas", REASON)
    assert desk.sees("kabid", "nama-agen")
    assert not desk.sees("kabid", REASON)
    (event,) = [e for e in await desk.of(f"person:{desk.people['agen'].id}") if e.action == "person.identity_opened"]
    assert event.actor_id == desk.people["kabid"].id
    assert event.data == {"reason": REASON, "case": case.ref}
    await desk.wait(10)
    assert not desk.sees("kabid", "nama-agen")


async def test_the_leadership_reads_without_learning_who_and_an_administrator_asks_without_reading(
    desk: Reading,
) -> None:
    case = await desk.secret()
    for who in ("kabid", "kepala"):
        await desk.press(who, "Buka")
        await desk.press(who, "Setujui")
    await desk.press("pimpinan", "Buka")
    answer = await desk.raw("pimpinan", f"id:t:{case.author_id}:{case.id}")
    assert answer is not None
    assert answer.template == "galat/tidak_ditemukan"
    await desk.raw("admin", f"p:i:{case.author_id}")
    await desk.answers("admin", "alasan membuka identitas", REASON)
    assert desk.sees("admin", "nama-agen")
    assert not desk.sees("admin")
    await desk.wait(10)
    assert not desk.sees("admin", "nama-agen")
    for who in ("agen", "kepala", "analis"):
        answer = await desk.raw(who, f"id:t:{case.author_id}:0")
        assert answer is not None
        assert answer.template == "galat/tidak_ditemukan"


async def test_a_cleared_person_of_another_region_can_be_admitted_by_name(desk: Reading) -> None:
    await desk.hire("jauh", Role.KABID, regions=("Doro",), clearance=HIGH, code_name="Tekukur-09")
    case = await desk.secret()
    await _admit(desk, case, "Tekukur-09")
    await desk.press("jauh", "Buka")
    assert desk.sees("jauh")


async def test_asking_who_reported_does_not_prolong_what_was_opened(desk: Reading) -> None:
    case = await desk.secret(files=1)
    await desk.press("kabid", "Buka")
    await desk.wait(9)
    await desk.press("kabid", "Siapa pelapornya")
    await desk.answers("kabid", "alasan membuka identitas", "Perlu dihubungi segera")
    await desk.wait(2)
    assert not desk.sees("kabid")
    await desk.raw("kabid", f"rs:k:{case.id}")
    answer = await desk.raw("kabid", f"rs:l:{case.id}")
    assert answer is not None
    assert answer.template == "rahasia/buka_dulu"
    assert not [m for m in desk.chats[desk.chat("kabid")].values() if m.files]
    assert "Izinkan pembaca" not in " ".join(b for m in desk.chats[desk.chat("kabid")].values() for b in m.buttons)
