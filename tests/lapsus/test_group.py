"""/lapsus where others read along, or with its content behind it: nothing is repeated, the message goes."""

from __future__ import annotations

import pytest

from simulator.agency import Agency
from tests.dialog.script import newest, play
from tests.lapsus.story import SECRET, chat, own


def stands(desa: Agency, who: str = "verifikator") -> str:
    """The group's chat."""
    return "\n".join(m.text for m in desa.phone(who).messages(desa.groups["verifikasi"]))


@pytest.mark.parametrize("words", ["/lapsus", f"/lapsus {SECRET}", f"/LAPSUS@kentongan_latihan_bot\n{SECRET}"])
async def test_in_a_group_the_message_goes_and_a_button_leads_to_the_private_chat(desa: Agency, words: str) -> None:
    await desa.phone("verifikator").says(words, desa.groups["verifikasi"])
    await desa.quiet()
    assert "/lapsus" not in stands(desa).lower()
    assert SECRET not in stands(desa)
    shown = newest_in(desa)
    assert "percakapan pribadi" in shown.text
    assert shown.buttons[0][0].value == "https://t.me/kentongan_latihan_bot?start=lapsus"


def newest_in(desa: Agency):  # type: ignore[no-untyped-def]
    return desa.phone("verifikator").messages(desa.groups["verifikasi"])[-1]


@pytest.mark.parametrize("how", ["photo", "edited", "anonymous"])
async def test_a_caption_an_edit_and_a_nameless_sender_are_no_way_around_it(desa: Agency, how: str) -> None:
    phone, group = desa.phone("admin"), desa.groups["verifikasi"]
    match how:
        case "photo":
            await phone.sends_photo(caption=f"/lapsus {SECRET}", chat=group)
        case "edited":
            message = await phone.says("selamat pagi", group)
            await desa.quiet()
            await phone.edits(message, f"/lapsus {SECRET}")
        case _:
            await phone.says(f"/lapsus {SECRET}", group, anonymous=True)
    await desa.quiet()
    assert SECRET not in stands(desa)


async def test_where_the_bot_may_not_delete_it_says_so_without_content(desa: Agency) -> None:
    group = desa.groups["verifikasi"]
    group.members[desa.world.bot().id].status = "member"
    await desa.phone("verifikator").says(f"/lapsus {SECRET}", group)
    await desa.quiet()
    said = [m for m in desa.phone("verifikator").messages(group) if not m.mine]
    assert "tidak dapat saya hapus" in said[-2].text + said[-1].text
    assert all(SECRET not in m.text for m in said)


async def test_a_stranger_in_the_group_gets_no_answer_but_the_message_goes(desa: Agency) -> None:
    group = desa.groups["verifikasi"]
    desa.world.join(group, desa.users["tamu"]) if hasattr(desa.world, "join") else None
    before = len([m for m in desa.phone("verifikator").messages(group) if not m.mine])
    desa.world.post(group, desa.users["tamu"], {"text": f"/lapsus {SECRET}"})
    await desa.quiet()
    assert SECRET not in stands(desa)
    assert len([m for m in desa.phone("verifikator").messages(group) if not m.mine]) <= before + 1


async def test_the_deep_link_opens_the_choice(desa: Agency) -> None:
    await play(
        desa, (("agen", "tulis", "/start lapsus"), ("agen", "lihat", "Laporan khusus"), ("agen", "tombol", "Minta"))
    )


@pytest.mark.parametrize(
    "words",
    [f"/lapsus {SECRET}", f"/lapsus@kentongan_latihan_bot {SECRET}", f"Lapsus: {SECRET}", f"LAPORAN KHUSUS\n{SECRET}"],
)
async def test_content_behind_the_command_in_private_is_deleted_unread(desa: Agency, words: str) -> None:
    await play(
        desa, (("agen", "tulis", words), ("agen", "lihat", "tidak dibaca dan dihapus"), ("agen", "tombol", "Minta"))
    )
    assert own(desa, "agen") == []
    assert SECRET not in chat(desa, "agen")
    assert await desa.app.database.run(lambda uow: uow.drafts.active(1)) is None


async def test_a_picture_with_the_command_below_it_is_not_kept(desa: Agency) -> None:
    await play(desa, (("agen", "foto", f"/lapsus {SECRET}"), ("agen", "lihat", "tidak dibaca dan dihapus")))
    assert own(desa, "agen") == []


async def test_who_may_not_write_one_is_told_so_and_the_text_goes_all_the_same(desa: Agency) -> None:
    await play(desa, (("verifikator", "tulis", f"/lapsus {SECRET}"), ("verifikator", "lihat", "di luar kewenangan")))
    assert own(desa, "verifikator") == []


class TestWithoutLapsus:
    @pytest.fixture
    def profile(self) -> str:
        return "balangan"

    async def test_the_command_is_unknown_there_and_its_text_goes(self, desa: Agency) -> None:
        await play(desa, (("agen", "tulis", f"/lapsus {SECRET}"), ("agen", "lihat", "tidak dipakai di kantor ini")))
        assert own(desa, "agen") == []
        assert SECRET not in newest(desa.phone("agen")).text
        assert "lapsus" not in desa.phone("agen").commands()
