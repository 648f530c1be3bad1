"""Who may decide, who was first, what an old or a forged button gets."""

import pytest

from domain.ports import UnitOfWork
from domain.roles import Role
from domain.usecases.reports import amend_text
from tests.verification.desk import GROUP, Desk, Message


async def test_the_first_of_two_wins_and_the_other_is_told_who_and_when(desk: Desk) -> None:
    case = await desk.report()
    card = desk.card(GROUP, case.ref)
    yes = card.buttons["✅ Setujui"].replace("v:s", "v:n") + ":B2"
    no = card.buttons["Tolak"].replace("v:t", "v:tq") + ":hoaks"
    desk.later(minutes=2)
    await desk.send_data("nuri", yes, card, deliver=False)
    assert await desk.send_data("merpati", no, card) == "Sudah disetujui Merpati-02 pukul 05.12 WIB."
    assert await desk.send_data("nuri", yes, card) == "Sudah disetujui Merpati-02 pukul 05.12 WIB."
    assert [e.action for e in await desk.events(case)] == ["submitted", "verified"]


async def test_another_verifier_can_act_while_one_is_choosing(desk: Desk) -> None:
    case = await desk.report()
    await desk.tap("merpati", desk.card(GROUP, case.ref), "Setujui")
    choosing = desk.card(GROUP, case.ref)
    assert next(iter(choosing.buttons)) == "✅ Setujui B2"
    await desk.tap("nuri", choosing, "Kembali")
    await desk.tap("nuri", desk.card(GROUP, case.ref), "Tolak")
    await desk.tap("nuri", desk.card(GROUP, case.ref), "Tidak benar")
    assert (await desk.case(case)).status == "rejected"
    assert "Sudah ditolak Merpati-02" in str(await desk.tap("merpati", choosing, "Setujui B2"))
    assert "ditolak oleh Verifikator pukul 05.10 WIB: Tidak benar setelah diperiksa." in desk.texts("agen")[-1]


async def test_own_report_and_a_report_one_wrote_down_are_for_others(desk: Desk) -> None:
    await desk.hire("dua", Role.AGEN, Role.VERIFIKATOR, Role.PIKET, regions=("Bojong",))
    own, written = await desk.report("dua"), await desk.report("agen", recorder="dua", apa="Banjir", dimana="Pasar")
    for case in (own, written):
        for label in ("Setujui", "Revisi", "Tolak"):
            assert "Laporan sendiri" in str(await desk.tap("dua", desk.card(GROUP, case.ref), label)), (case.ref, label)
        assert (await desk.case(case)).status == "submitted"


@pytest.mark.parametrize("who", ["agen", "agen2", "pimpinan", "admin"])
async def test_others_in_the_group_are_refused_politely(desk: Desk, who: str) -> None:
    case = await desk.report()
    for label in ("Setujui", "Revisi", "Tolak", "Buka"):
        answer = await desk.tap(who, desk.card(GROUP, case.ref), label)
        if (who, label) != ("pimpinan", "Buka"):  # a later role of the chain may look
            assert "untuk Verifikator" in str(answer), label
    assert (await desk.case(case)).status == "submitted"


async def test_a_role_taken_away_between_the_screen_and_the_tap(desk: Desk) -> None:
    case = await desk.report()
    await desk.tap("nuri", desk.card(GROUP, case.ref), "Setujui")
    nuri = desk.people["nuri"].id
    await desk.db.run(lambda uow: uow.people.change(nuri, roles=frozenset({Role.AGEN})))
    assert "hanya untuk Verifikator" in str(await desk.tap("nuri", desk.card(GROUP, case.ref), "Setujui B2"))
    await desk.db.run(lambda uow: uow.people.change(nuri, active=False))
    assert "terdaftar" in str(await desk.tap("nuri", desk.card(GROUP, case.ref), "Setujui B2"))
    assert (await desk.case(case)).status == "submitted"


async def test_a_card_tapped_before_its_message_id_is_known_is_still_a_card(desk: Desk) -> None:
    case = await desk.report(send=False)
    unknown = Message(9999, "", {})
    assert "hanya untuk Verifikator" in str(await desk.send_data("agen2", f"v:s:{case.id}:1:verifikasi", unknown))
    case = await desk.report("agen2", send=False, apa="Banjir")
    answer = await desk.send_data("agen", f"v:s:{case.id}:1:verifikasi", unknown, "agen", deliver=False)
    assert "tidak ditemukan" in str(answer).lower()


async def test_a_forged_button_is_answered_like_a_case_that_is_not_there_and_recorded(desk: Desk) -> None:
    await desk.hire("tetangga", Role.VERIFIKATOR, regions=("Kajen",))
    case, mine = await desk.report(), await desk.report("agen2", apa="Rapat warga", dimana="Aula")
    foreign = desk.card(GROUP, mine.ref)
    nothing = await desk.send_data("tetangga", "v:n:99999:1:verifikasi:B2", foreign)
    forged = ("v:n:{}:1:verifikasi:B2", "v:rq:{}:1:verifikasi:waktu", "lihat:b:{}", "lihat:f:{}:0")
    for data in (shape.format(case.id) for shape in forged):
        assert await desk.send_data("tetangga", data, foreign) == nothing, data
    assert await desk.send_data("agen2", f"v:n:{case.id}:1:verifikasi:B2", foreign) == nothing
    denied = [e for e in await desk.events(case) if e.action == "denied"]
    assert [e.data["what"] for e in denied] == ["approve", "revise", "open", "foto", "approve"]
    assert (await desk.case(case)).status == "submitted"
    assert "di luar wilayah" in str(await desk.tap("tetangga", desk.card(GROUP, case.ref), "Setujui"))


@pytest.mark.parametrize(
    "data",
    [
        "v",
        "v:s",
        "v:s:x:1:verifikasi",
        "v:zz:1:1:verifikasi",
        "v:n:1:1:verifikasi:Z9",
        "v:h:1:1:verifikasi:Q",
        "v:rq:1:1:verifikasi:zz",
        "v:n:1:1:verifikasi:",
        "v:i:1:1:verifikasi:x",
        "v:s:²:1:verifikasi",
        "lihat",
        "lihat:b",
        "lihat:z:1",
        "lihat:b:-1",
    ],
)
async def test_bytes_no_button_carries_change_nothing(desk: Desk, data: str) -> None:
    case = await desk.report()
    assert await desk.send_data("nuri", data, desk.card(GROUP, case.ref))
    assert [e.action for e in await desk.events(case)] == ["submitted"]


async def test_revision_goes_back_with_its_reason_and_comes_again_marked(desk: Desk) -> None:
    case = await desk.report()
    old = desk.card(GROUP, case.ref)
    await desk.tap("nuri", old, "Revisi")
    await desk.tap("nuri", desk.card(GROUP, case.ref), "Waktu/tempat")
    sent_back = desk.card(GROUP, case.ref)
    assert not sent_back.buttons
    assert "dikembalikan Merpati-02 (Verifikator): Waktu atau tempat tidak jelas" in sent_back.text
    assert (await desk.case(case)).status == "revision"
    assert "Waktu atau tempat tidak jelas" in " ".join(desk.texts("agen"))
    desk.later(minutes=4)
    await desk.again("agen", kapan="hari ini pukul 04.05 WIB", bagaimana="Sudah bubar")
    new = desk.card(GROUP, case.ref)
    assert new.id != old.id
    assert "Versi 2, berubah: Bagaimana, Kapan" in new.text
    assert "<b>Kapan</b> ✎: hari ini pukul 04.05 WIB" in new.text
    stale = await desk.send_data("merpati", old.buttons["✅ Setujui"], old)
    assert stale == "Sudah dikembalikan Merpati-02 pukul 05.10 WIB."
    versions = await desk.db.run(lambda uow: uow.cases.versions(case.id))
    assert [v.fields["kapan"] for v in versions] == ["hari ini pukul 04.15 WIB", "hari ini pukul 04.05 WIB"]


async def test_an_edit_before_verification_makes_the_older_buttons_old(desk: Desk) -> None:
    case = await desk.report()
    old = desk.card(GROUP, case.ref)
    agen = desk.people["agen"]

    def amend(uow: UnitOfWork) -> None:
        amend_text(uow, desk.office, agen, case, {**case.fields, "apa": "Unjuk rasa bubar"}, desk.clock.now())

    await desk.db.run(amend)
    await desk.deliver()
    assert desk.card(GROUP, case.ref).id == old.id
    assert "Versi 2, berubah: Apa" in desk.card(GROUP, case.ref).text
    assert "milik versi 1" in str(await desk.send_data("nuri", old.buttons["✅ Setujui"], old))


@pytest.mark.parametrize(
    ("button", "status", "action"), [("Revisi", "revision", "revision_requested"), ("Tolak", "rejected", "rejected")]
)
async def test_a_typed_reason_counts_only_from_who_was_asked_as_a_reply_to_the_question(
    desk: Desk,
    button: str,
    status: str,
    action: str,
) -> None:
    case = await desk.report()
    await desk.tap("nuri", desk.card(GROUP, case.ref), button)
    await desk.tap("nuri", desk.card(GROUP, case.ref), "Alasan lain")
    prompt = list(desk.chats[GROUP].values())[-1]
    assert prompt.force_reply
    assert "Merpati-02" in prompt.text
    await desk.reply("merpati", prompt, "Lokasinya kurang jelas")
    assert "hanya dapat diisi Merpati-02" in desk.texts(GROUP)[-1]
    await desk.reply("nuri", desk.card(GROUP, case.ref), "bukan jawaban")
    await desk.reply("nuri", prompt, "\u200b \u200b")
    assert "belum terbaca" in desk.texts(GROUP)[-1]
    assert (await desk.case(case)).status == "submitted"
    await desk.reply("nuri", prompt, "Lokasinya kurang jelas, hubungi 081234567890")
    assert (await desk.case(case)).status == status
    assert prompt.id not in desk.chats[GROUP]
    last = next(e for e in await desk.events(case) if e.action == action)
    assert str(last.data["reason"]).startswith("Lokasinya kurang jelas, hubungi •")
    if button == "Revisi":
        assert last.data["fields"] == ["dimana"]


async def test_the_typed_reason_comes_too_late(desk: Desk) -> None:
    case = await desk.report()
    await desk.tap("nuri", desk.card(GROUP, case.ref), "Revisi")
    await desk.tap("nuri", desk.card(GROUP, case.ref), "Alasan lain")
    prompt = list(desk.chats[GROUP].values())[-1]
    await desk.tap("merpati", desk.card(GROUP, case.ref), "Setujui")
    await desk.tap("merpati", desk.card(GROUP, case.ref), "Setujui B2")
    await desk.reply("nuri", prompt, "Foto belum ada")
    assert "Sudah disetujui Merpati-01" in desk.texts(GROUP)[-1]
    assert (await desk.case(case)).status == "verified"


async def test_the_head_sends_back_and_refuses_in_the_same_manner(desk: Desk) -> None:
    await desk.hire("kepala2", Role.KEPALA)
    case = await desk.report()
    await desk.tap("nuri", desk.card(GROUP, case.ref), "Setujui")
    await desk.tap("nuri", desk.card(GROUP, case.ref), "Setujui B2")
    other = desk.card("kepala2", case.ref)
    await desk.tap("kepala", desk.card("kepala", case.ref), "Revisi", "kepala")
    await desk.tap("kepala", desk.card("kepala", case.ref), "Sumber", "kepala")
    assert not desk.card("kepala2", case.ref).buttons
    assert "Sudah dikembalikan" in str(await desk.tap("kepala2", other, "Setujui", "kepala2"))
    await desk.again("agen", sumber="Polri")
    await desk.tap("merpati", desk.card(GROUP, case.ref), "Setujui")
    await desk.tap("merpati", desk.card(GROUP, case.ref), "Setujui B2")
    again = desk.card("kepala2", case.ref)
    assert again.id != other.id
    await desk.tap("kepala2", again, "Tolak", "kepala2")
    await desk.tap("kepala2", desk.card("kepala2", case.ref), "Bukan bidang", "kepala2")
    assert (await desk.case(case)).status == "rejected"
    assert not desk.texts("pimpinan")
