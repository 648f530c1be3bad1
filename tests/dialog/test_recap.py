"""06.00: the recap is made once, approved by the head with one tap, pushed to leadership, and never by itself."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from domain.roles import Clearance, Role
from simulator.agency import Agency
from tests.dialog.morning import away, joins, pass_to, said
from tests.dialog.recap import HOSTILE, event, morning, newest, preview, pushed, verified, who_is, work
from tests.dialog.script import labels, play
from tests.dialog.test_morning_outage import down_until, start


async def test_the_head_sees_what_leadership_gets_and_one_tap_sends_it(desa: Agency) -> None:
    await morning(desa)
    assert pushed(desa) == []
    shown = preview(desa)
    assert shown.labels == [["✅ Setujui"], ["Lihat lengkap", "Muat ulang"]]
    assert shown.protected
    five, _, below = shown.text.partition("\n\n")
    assert len(five.splitlines()) == 5
    assert "Pratinjau. Mohon disetujui sebelum 06.30 WIB." in below
    await play(desa, (("kepala", "ketuk", "Setujui"), ("kepala", "jawab", "RK-261120 disetujui")))
    (got,) = pushed(desa)
    assert got.text == five
    assert got.labels == [["Daftar lengkap", "Disposisi"]]
    assert got.protected
    assert "Masuk 2 dari 2 (100%): tepat waktu 1, nihil 1, terlambat 0" in got.text
    assert "Unjuk rasa buruh" in got.text
    assert "Disetujui Kepala Kantor pukul 06.00 WIB" in preview(desa).text
    assert preview(desa).labels == [["Lihat lengkap"]]
    group = desa.groups["koordinasi"]
    told = [m.text for m in desa.phone("kepala").messages(group) if "RK-261120" in m.text]
    assert told == ["RK-261120 disampaikan kepada Bupati pukul 06.00 WIB.\nLaporan masuk 2 dari 2 (100%), kejadian 1."]


async def test_the_picture_is_wide_enough_for_a_phone_and_the_same_for_both(desa: Agency) -> None:
    await morning(desa)
    await play(desa, (("kepala", "ketuk", "Setujui"),))
    sizes = set()
    for message in (preview(desa), *pushed(desa)):
        assert message.file_id is not None
        with Image.open(io.BytesIO(desa.world.files[message.file_id].data)) as picture:
            sizes.add(picture.size)
    assert {width for width, _ in sizes} == {1080}
    assert len(sizes) == 1


async def test_hostile_words_stay_words(desa: Agency) -> None:
    await event(desa, what=HOSTILE)
    await pass_to(desa, "06.00")
    assert HOSTILE in preview(desa).text
    assert preview(desa).photo
    await play(desa, (("kepala", "ketuk", "Setujui"), ("pimpinan", "ketuk", "Daftar lengkap")))
    assert HOSTILE in pushed(desa)[0].text
    await play(desa, (("pimpinan", "ketuk", "Berikutnya"), ("pimpinan", "lihat", HOSTILE)))


async def test_fresh_numbers_on_demand_and_an_older_preview_is_refused(desa: Agency) -> None:
    await pass_to(desa, "06.00")
    old = preview(desa)
    assert "Belum lapor 2: Doro 1, Kajen 1" in old.text
    await play(desa, (("agen", "tulis", "/nihil"), ("kepala", "ketuk", "Muat ulang")))
    assert "Belum lapor 1: Doro 1" in preview(desa).text
    assert preview(desa).id == old.id
    tap = await desa.phone("kepala").taps_data(old, "rk:s:1:1")
    await desa.quiet()
    assert "sudah dimuat ulang" in (tap.text or "")
    assert pushed(desa) == []
    await play(desa, (("kepala", "ketuk", "Setujui"),))
    assert "terlambat 1" in pushed(desa)[0].text
    again = await desa.phone("kepala").taps_data(old, "rk:s:1:2")
    assert "RK-261120 sudah disetujui Kepala Kantor pukul 06.00 WIB." in (again.text or "")
    assert len(pushed(desa)) == 1


@pytest.mark.parametrize("who", ["agen", "verifikator", "kabid", "pimpinan", "admin", "koordinator_wilayah", "piket"])
async def test_nobody_else_can_approve_or_read_it(desa: Agency, who: str) -> None:
    await morning(desa)
    await play(desa, ((who, "tulis", "/menu"),))
    for data in ("rk:s:1:1", "rk:u:1", "rk:s:99:1"):
        answer = await desa.phone(who).taps_data(newest(desa.phone(who)), data)
        assert "tidak ditemukan" in (answer.text or "").casefold()
    if who not in ("kabid", "koordinator_wilayah"):
        before = desa.phone(who).messages()[-1].text
        await desa.phone(who).taps_data(newest(desa.phone(who)), "rk:l:1")
        await desa.quiet()
        assert "Kecamatan" not in desa.phone(who).messages()[-1].text or desa.phone(who).messages()[-1].text == before
    assert pushed(desa) == []
    denied = await work(desa, lambda uow: [e.action for e in uow.events.of("recap:1")].count("denied"))
    assert denied == 2


async def test_not_approved_it_climbs_and_stops_the_moment_somebody_acts(desa: Agency) -> None:
    await pass_to(desa, "06.00", "06.15")
    assert said(desa, "kepala", "menunggu persetujuan Bapak/Ibu, batas 06.30") == 1
    assert len(pushed(desa, "kepala")) == 1  # rung anew, the old one is gone
    assert said(desa, "kabid", "Rekap") == 0
    await pass_to(desa, "06.30")
    assert said(desa, "kepala", "telah lewat") == 1
    assert said(desa, "kabid", "Bapak/Ibu dapat menyetujuinya sekarang") == 1
    assert pushed(desa) == []
    await pass_to(desa, "07.00")
    assert "dapat menyetujuinya sekarang" in pushed(desa)[0].text
    rung = newest(desa.phone("kabid")).id
    await pass_to(desa, "07.30")
    assert newest(desa.phone("kabid")).id > rung  # again and again, never approved by itself
    await play(desa, (("kabid", "ketuk", "Setujui"), ("kabid", "jawab", "disetujui")))
    assert "Disetujui Kepala Bidang pukul 07.30 WIB" in preview(desa).text
    assert labels(desa.phone("kepala")) == ["Lihat lengkap"]
    assert len(pushed(desa)) == 2
    assert pushed(desa)[-1].labels == [["Daftar lengkap", "Disposisi"]]
    quiet = [len(desa.phone(who).messages()) for who in ("kepala", "kabid", "pimpinan")]
    await pass_to(desa, "08.00", "09.30")
    assert [len(desa.phone(who).messages()) for who in ("kepala", "kabid", "pimpinan")] == quiet


async def test_fresh_numbers_after_the_limit_still_say_that_it_has_passed(desa: Agency) -> None:
    await pass_to(desa, "06.00", "06.30")
    await play(desa, (("agen", "tulis", "/nihil"), ("kabid", "ketuk", "Muat ulang")))
    assert "terlambat 1" in preview(desa).text
    assert "Batas persetujuan 06.30 WIB telah lewat" in preview(desa).text
    assert "Bapak/Ibu dapat menyetujuinya sekarang" in preview(desa, "kabid").text


async def test_the_deputy_of_an_absent_head_gets_it(desa: Agency) -> None:
    await away(desa, "kepala", deputy="kabid")
    await pass_to(desa, "06.00")
    assert said(desa, "kepala", "Rekap") == 0
    await play(desa, (("kabid", "ketuk", "Setujui"), ("kabid", "jawab", "disetujui")))
    assert "Disetujui a.n. Kepala Kantor" in preview(desa, "kabid").text
    assert len(pushed(desa)) == 1


async def test_after_an_outage_it_is_made_once_and_says_that_the_system_was_late(desa: Agency) -> None:
    await down_until(desa, "07.10")
    await start(desa)
    assert said(desa, "kepala", "Rekap dibuat sistem 1 jam 10 menit setelah jamnya") == 1
    await desa.restart()
    await desa.sweep()
    await desa.quiet()
    assert len(pushed(desa, "kepala")) == 1
    assert "Mohon disetujui sebelum 07.40 WIB" in preview(desa).text
    await play(desa, (("kepala", "ketuk", "Setujui"),))
    assert len(pushed(desa)) == 1


async def test_a_secret_case_is_not_even_counted(desa: Agency) -> None:
    await event(desa, what="Rahasia besar")
    person = await who_is(desa, "agen")

    def hide(uow):  # type: ignore[no-untyped-def]
        case = uow.cases.of_author(person.id, 1)[0]
        uow.cases.change(case, classification=Clearance.RAHASIA.value)

    await work(desa, hide)
    await pass_to(desa, "06.00")
    await play(desa, (("kepala", "ketuk", "Lihat lengkap"), ("kepala", "lihat", "Kejadian: NIHIL")))
    for who in ("kepala", "pimpinan", "kabid"):
        assert said(desa, who, "Rahasia besar") == 0
    assert "Kejadian menonjol: NIHIL" in preview(desa).text


async def test_a_reader_without_the_clearance_sees_and_counts_less(desa: Agency) -> None:
    await event(desa, what="Terbatas saja")
    author, leader = await who_is(desa, "agen"), await joins(desa, 7499, Role.PIMPINAN)

    def limit(uow):  # type: ignore[no-untyped-def]
        case = uow.cases.of_author(author.id, 1)[0]
        uow.cases.change(case, classification=Clearance.TERBATAS.value)

    await work(desa, limit)
    await pass_to(desa, "06.00")
    await play(desa, (("kepala", "ketuk", "Setujui"),))
    assert "Terbatas saja" in pushed(desa)[0].text
    assert leader.clearance is Clearance.BIASA
    assert "Kejadian menonjol: NIHIL" in pushed(desa, "7499")[0].text


async def test_a_report_approved_later_is_an_addendum_and_told_once(desa: Agency) -> None:
    await morning(desa)
    await play(desa, (("kepala", "ketuk", "Setujui"),))
    await verified(desa)
    await play(desa, (("kepala", "ketuk", "Setujui"),))
    first, second = [message for message in desa.phone("pimpinan").messages() if not message.mine]
    assert first.photo
    assert second.text.startswith("Adendum rekap RK-261120 nomor 1\nLI-261120-0001")
    await play(desa, (("pimpinan", "tulis", "/rekap"), ("pimpinan", "lihat", "1. Unjuk rasa buruh")))
    await play(desa, (("kepala", "ketuk", "Lihat lengkap"), ("kepala", "lihat", "1. Unjuk rasa buruh")))
    await pass_to(desa, "23.00", "04.00", "06.00")
    assert "RK-261121" in preview(desa).text
    assert "Kejadian menonjol: NIHIL" in preview(desa).text  # not told once more the next day


async def test_an_event_of_the_afternoon_approved_days_later_is_an_addendum_of_its_recap(desa: Agency) -> None:
    await pass_to(desa, "06.00", "14.00")
    await event(desa)
    await pass_to(desa, "23.00", "06.00")
    await desa.phone("kepala").taps_data(preview(desa), "rk:s:2:1")
    for _ in range(2):
        await pass_to(desa, "23.00", "06.00")
    await verified(desa)
    await play(desa, (("kepala", "ketuk", "Setujui"),))
    assert newest(desa.phone("pimpinan")).text.startswith("Adendum rekap RK-261121 nomor 1\nLI-261120-0001")


async def test_what_the_recap_had_as_approved_is_no_addendum(desa: Agency) -> None:
    await event(desa)
    await verified(desa)
    await play(desa, (("kepala", "ketuk", "Setujui"),))
    await pass_to(desa, "06.00")
    await play(desa, (("kepala", "ketuk", "Setujui"),))
    texts = [message.text for message in desa.phone("pimpinan").messages()]
    assert len(texts) == 2
    assert not any("Adendum" in text for text in texts)


async def test_a_recap_nobody_approved_gives_its_events_to_the_next(desa: Agency) -> None:
    await morning(desa)
    old = preview(desa)
    await pass_to(desa, "23.00", "05.30", "06.00")
    assert "RK-261121" in preview(desa).text
    assert "Unjuk rasa buruh" in preview(desa).text
    answer = await desa.phone("kepala").taps_data(preview(desa), "rk:s:1:1")
    assert "sudah digantikan" in (answer.text or "")
    assert old.id != preview(desa).id
    lapsed = pushed(desa)[-1]  # the leadership was on the ladder
    assert "isinya ikut dalam rekap hari berikutnya" in lapsed.text
    assert lapsed.labels == [["Lihat lengkap"]]
