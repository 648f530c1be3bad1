"""A secret report from the notice without content to the leadership: opened, recorded, gone by itself."""

from __future__ import annotations

from domain.roles import Role
from tests.lapsus_reader.desk import CONTENT, WORD, Reading


async def test_only_a_notice_without_content_comes_first_and_only_to_whose_turn_it_is(desk: Reading) -> None:
    case = await desk.secret()
    assert case.ref in desk.texts("kabid")[-1]
    assert "SEGERA" in desk.texts("kabid")[-1]
    for who in desk.everywhere():
        assert not desk.sees(who), who
        assert desk.sees(who, case.ref) == (who == "kabid"), who


async def test_opening_shows_protected_content_records_it_and_tells_the_author_the_role_only(desk: Reading) -> None:
    case = await desk.secret()
    await desk.press("kabid", "Buka")
    assert desk.sees("kabid")
    chat = desk.chat("kabid")
    assert all(desk.protected[chat, m.id] for m in desk.chats[chat].values() if WORD in m.text)
    (opened,) = await desk.kinds(case, "opened")
    assert (opened.actor_id, opened.data["version"], opened.data["role"]) == (desk.people["kabid"].id, 1, "kabid")
    told = desk.texts("agen")[-1]
    assert "dibaca" in told
    assert desk.office.title(Role.KABID) in told
    assert "Kutilang" not in told
    assert "nama-kabid" not in told


async def test_it_disappears_by_itself_and_opening_again_is_recorded_again(desk: Reading) -> None:
    case = await desk.secret()
    await desk.press("kabid", "Buka")
    await desk.wait(9)
    assert desk.sees("kabid")
    await desk.wait(1)
    assert not desk.sees("kabid")
    await desk.press("kabid", "Buka")
    assert desk.sees("kabid")
    assert len(await desk.kinds(case, "opened")) == 2
    await desk.wait(10)
    assert not desk.sees("kabid")
    assert [m.text for m in desk.chats[desk.chat("kabid")].values() if case.ref in m.text]  # the notice stays


async def test_opened_twice_it_stands_once_and_the_first_clock_does_not_take_the_second(desk: Reading) -> None:
    await desk.secret()
    await desk.press("kabid", "Buka")
    await desk.wait(6)
    await desk.press("kabid", "Buka")
    assert sum(WORD in text for text in desk.texts("kabid")) == 1
    await desk.wait(5)
    assert desk.sees("kabid")
    await desk.wait(5)
    assert not desk.sees("kabid")


async def test_a_long_content_comes_in_parts_and_all_of_them_go(desk: Reading) -> None:
    long = "".join(f"{WORD} kalimat {n} <b>&</b> 🔒 " for n in range(600))
    await desk.secret(fields={**CONTENT, "kronologi": long})
    await desk.press("kabid", "Buka")
    shown = [m for m in desk.chats[desk.chat("kabid")].values() if WORD in m.text]
    assert len(shown) > 3
    whole = " ".join(m.text for m in sorted(shown, key=lambda m: m.id))
    assert whole.count(WORD) == 602
    assert "599 &lt;b&gt;&amp;&lt;/b&gt; 🔒" in whole
    await desk.wait(10)
    assert not desk.sees("kabid")


async def test_every_decision_takes_the_content_away_and_hands_on_a_notice_only(desk: Reading) -> None:
    case = await desk.secret()
    await desk.press("kabid", "Buka")
    await desk.press("kabid", "Setujui")
    assert not desk.sees("kabid")
    assert (await desk.case(case)).step == "persetujuan"
    assert desk.sees("kepala", case.ref)
    assert not desk.sees("kepala")
    await desk.press("kepala", "Buka")
    assert desk.sees("kepala")
    await desk.press("kepala", "Setujui")
    assert not desk.sees("kepala")
    assert desk.sees("pimpinan", case.ref)
    assert not desk.sees("pimpinan")
    await desk.press("pimpinan", "Buka")
    assert desk.sees("pimpinan")
    await desk.wait(10)
    assert not any(desk.sees(who) for who in desk.everywhere())


async def test_revision_and_rejection_work_there_and_the_typed_reason_is_deleted(desk: Reading) -> None:
    case = await desk.secret()
    await desk.press("kabid", "Buka")
    await desk.press("kabid", "Revisi")
    await desk.press("kabid", "Alasan lain")
    await desk.answers("kabid", "alasan", f"Mohon lengkapi {WORD}")
    assert (await desk.case(case)).status == "revision"
    assert not desk.sees("kabid")
    other = await desk.secret()
    await desk.press("kabid", "Buka")
    await desk.press("kabid", "Tolak")
    await desk.press("kabid", "Tidak benar")
    assert (await desk.case(other)).status == "rejected"
    assert not desk.sees("kabid")


async def test_nobody_decides_on_what_they_have_not_read(desk: Reading) -> None:
    case = await desk.secret()
    answer = await desk.raw("kabid", f"v:s:{case.id}:1:verifikasi")
    assert answer is not None
    assert answer.template == "rahasia/buka_dulu"
    assert (await desk.case(case)).step == "verifikasi"


async def test_files_are_shown_protected_without_their_names_and_go_with_the_content(desk: Reading) -> None:
    await desk.secret(files=2)
    await desk.press("kabid", "Buka")
    await desk.press("kabid", "Lampiran (2)")
    chat = desk.chat("kabid")
    files = [m for m in desk.chats[chat].values() if m.files]
    assert len(files) == 2
    assert all(desk.protected[chat, m.id] for m in files)
    await desk.wait(10)
    assert not [m for m in desk.chats[chat].values() if m.files]


async def test_tutup_takes_it_away_at_once(desk: Reading) -> None:
    await desk.secret()
    await desk.press("kabid", "Buka")
    await desk.press("kabid", "Tutup")
    assert not desk.sees("kabid")


async def test_what_could_not_be_sent_in_time_is_never_sent(desk: Reading) -> None:
    case = await desk.secret()
    message = desk.card("kabid", case.ref)
    await desk.send_data("kabid", f"rs:b:{case.id}", message, "kabid", deliver=False)
    desk.later(hours=3)
    await desk.deliver()
    assert not desk.sees("kabid")
    assert not any("RAHASIA" in line for _, line in desk.sent)
