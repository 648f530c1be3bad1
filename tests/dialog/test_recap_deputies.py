"""Deputies and the recap: whoever stands in sees what they answer for, also where they are bound to a kecamatan."""

from __future__ import annotations

from domain.usecases import deputies
from simulator.agency import Agency
from tests.dialog.morning import away, pass_to, said, who_is, work
from tests.dialog.recap import event, morning, preview, pushed
from tests.dialog.script import play


async def bound_deputy(desa: Agency) -> None:
    """The head is away; the deputy is a verifier of another kecamatan than the event's."""
    person = await who_is(desa, "verifikator2")
    await work(desa, lambda uow: uow.people.change(person.id, regions=("Doro",)))
    await away(desa, "kepala", deputy="verifikator2")


async def test_a_deputy_of_one_kecamatan_approves_what_they_have_seen_whole(desa: Agency) -> None:
    await bound_deputy(desa)
    await morning(desa)
    assert "Masuk 2 dari 2" in preview(desa, "verifikator2").text
    assert "Unjuk rasa buruh" in preview(desa, "verifikator2").text
    await play(
        desa,
        (
            ("verifikator2", "ketuk", "Lihat lengkap"),
            ("verifikator2", "lihat", "Kajen 1/1 · tepat 1 · kejadian 1"),
            ("verifikator2", "tulis", "/rekap"),
            ("verifikator2", "lihat", "Masuk 2 dari 2"),
            ("verifikator2", "ketuk", "Daftar lengkap"),
            ("verifikator2", "lihat", "Kajen 1/1 · tepat 1 · kejadian 1"),
        ),
    )
    await desa.phone("verifikator2").taps_data(preview(desa, "verifikator2"), "rk:s:1:1")
    await desa.quiet()
    assert "Masuk 2 dari 2" in pushed(desa)[0].text


async def test_the_preview_that_waits_follows_the_hand_over_and_comes_back(desa: Agency) -> None:
    await pass_to(desa, "06.00")
    deputy = await who_is(desa, "verifikator")
    head = await who_is(desa, "kepala")
    office, now = desa.office, desa.clock.now()
    lent = await work(desa, lambda uow: deputies.hand_over(uow, office, head, deputy.id, "0", now))
    await desa.quiet()
    assert preview(desa, "verifikator").labels[0] == ["✅ Setujui"]
    await work(desa, lambda uow: deputies.end(uow, office, head, lent.id, now))
    await desa.quiet()
    assert said(desa, "verifikator", "RK-261120") == 0
    assert len(pushed(desa, "kepala")) == 1
    await play(desa, (("kepala", "ketuk", "Setujui"), ("kepala", "jawab", "disetujui")))


async def test_a_deputy_who_is_away_too_is_passed_over(desa: Agency) -> None:
    await away(desa, "kepala", deputy="kabid")
    await away(desa, "kabid", deputy="verifikator")
    await pass_to(desa, "06.00")
    assert said(desa, "kabid", "Rekap") == 0
    await play(desa, (("verifikator", "ketuk", "Setujui"), ("verifikator", "jawab", "disetujui")))
    assert "Disetujui a.n. Kepala Bidang" in preview(desa, "verifikator").text


async def test_a_recap_is_not_listed_in_a_group_by_a_made_up_button(desa: Agency) -> None:
    await event(desa)
    await pass_to(desa, "06.00")
    group = desa.groups["verifikasi"]
    card = next(m for m in desa.phone("kepala").messages(group) if "LI-261120-0001" in m.text)
    for data in ("rk:l:1", "rk:r:h", "rk:h:20261120:0"):
        await desa.phone("kepala").taps_data(card, data, group)
        await desa.quiet()
    assert all("Rekap Jumat" not in m.text for m in desa.phone("kepala").messages(group))
