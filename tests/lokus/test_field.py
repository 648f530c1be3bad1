"""Step 5 of a lokus, lived by its members: the panel, the checklist, what is collected, "aman?", *Selesai*."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest

from domain.ports import UnitOfWork
from domain.usecases import lokus_field
from simulator.agency import Agency
from tests.dialog.script import newest, play
from tests.lokus.field import MEETING, begun, called, entries, mapped, member, pinned
from tests.lokus.story import lokus, to_the_field


def panel(desa: Agency, who: str) -> str:
    """What it says."""
    found = pinned(desa, who)
    return "" if found is None else found.text


def buttons(desa: Agency, who: str) -> list[str]:
    """Its buttons."""
    found = pinned(desa, who)
    return [] if found is None else [label for row in found.labels for label in row]


async def test_everybody_gets_a_pinned_panel_when_the_field_opens(desa: Agency) -> None:
    await to_the_field(desa)
    for who in ("anggota1", "anggota2", "koordinator_lapangan"):
        assert "sebelum mulai" in panel(desa, who)
    assert buttons(desa, "anggota1") == ["Pemetaan risiko", "Tiba di titik kumpul", "Mulai", "🆘 Mundur/Darurat"]


async def test_nobody_begins_before_the_risks_are_mapped(desa: Agency) -> None:
    await to_the_field(desa)
    await play(
        desa,
        (
            ("anggota1", "ketuk", "Mulai"),
            ("anggota1", "jawab", "Mohon isi pemetaan risiko dahulu"),
            ("anggota1", "lihat", "Risiko apa yang tampak? (1/4)"),
        ),
    )
    assert (await member(desa, "anggota1")).started_at is None
    await play(desa, (*mapped("anggota1"), ("anggota1", "ketuk", "Mulai"), ("anggota1", "ketuk", "Kondusif")))
    own = await member(desa, "anggota1")
    assert own.started_at == desa.clock.now()
    assert (await lokus(desa))[1].started_at == desa.clock.now()  # type: ignore[union-attr]
    assert own.content["risiko"]["jalan"] == ["jalan_utama"]
    assert "di lapangan" in panel(desa, "anggota1")
    assert "kondusif" in panel(desa, "anggota1")


async def test_a_page_of_the_checklist_cannot_be_left_empty_and_nothing_excludes_the_rest(desa: Agency) -> None:
    await to_the_field(desa)
    await play(
        desa,
        (
            ("anggota1", "ketuk", "Pemetaan risiko"),
            ("anggota1", "tanpa", "Lanjut"),
            ("anggota1", "ketuk", "Massa besar"),
            ("anggota1", "ketuk", "Tidak ada"),
            ("anggota1", "tombol", "✓ Tidak ada"),
            ("anggota1", "tanpa", "✓ Massa besar"),
            ("anggota1", "ketuk", "Lanjut"),
            ("anggota1", "lihat", "2/4"),
        ),
    )
    own = await member(desa, "anggota1")
    # A button made up: past the pages that are empty, or an item that is not there.
    for data in (
        f"lf:n:{own.id}:3",
        f"lf:p:{own.id}:9:0:1",
        f"lf:p:{own.id}:0:77:1",
        f"lf:a:{own.id}:0",
        "lf:p:x:0:0:1",
    ):
        await desa.phone("anggota1").taps_data(newest(desa.phone("anggota1")).id, data)
    await desa.quiet()
    own = await member(desa, "anggota1")
    assert own.content["risiko"] == {"risiko": ["tidak_ada"]}


async def test_arriving_says_how_far_and_never_refuses(desa: Agency) -> None:
    await to_the_field(desa)
    await play(
        desa,
        (
            ("anggota1", "ketuk", "Tiba di titik kumpul"),
            ("anggota1", "jawab", "Tiba dicatat"),
            ("anggota1", "lihat", "Tanpa lokasi pun tidak apa-apa"),
            ("anggota2", "ketuk", "Tiba di titik kumpul"),
        ),
    )
    assert (await member(desa, "anggota1")).arrived_at == desa.clock.now()
    assert desa.phone("anggota1").keyboard() == [["Kirim lokasi"]]
    await desa.phone("anggota1").sends_location(MEETING[0] + 0.001, MEETING[1])
    await desa.phone("anggota2").sends_location(MEETING[0] + 0.1, MEETING[1])
    await desa.quiet()
    assert "111 m dari titik kumpul" in newest(desa.phone("anggota1")).text
    assert desa.phone("anggota1").keyboard() == []
    assert "11,1 km dari titik kumpul. Kedatangan tetap dicatat" in newest(desa.phone("anggota2")).text
    assert "(111\N{NO-BREAK SPACE}m)" in panel(desa, "anggota1")
    own = await member(desa, "anggota1")
    assert (own.content["jarak_m"], own.content["tiba"]) == (111, [MEETING[0] + 0.001, MEETING[1]])


async def test_what_is_sent_from_the_field_lands_in_the_log_without_an_answer(desa: Agency) -> None:
    await to_the_field(desa)
    await play(desa, begun("anggota1"))
    phone = desa.phone("anggota1")
    before = sum(not message.mine for message in phone.messages())
    for how, words in (
        ("tulis", "Massa sekitar 200 orang"),
        ("foto", "Spanduk di pagar"),
        ("suara", ""),
        ("video", ""),
        ("dokumen", ""),
        ("lokasi", ""),
    ):
        desa.clock.advance(timedelta(minutes=2))
        await play(desa, (("anggota1", how, words),))
    kept = [entry for entry in await entries(desa, "anggota1") if entry.message_id is not None]
    assert [entry.kind for entry in kept] == ["text", "photo", "voice", "video", "document", "location"]
    assert [entry.content.get("teks") for entry in kept[:2]] == ["Massa sekitar 200 orang", "Spanduk di pagar"]
    assert all(
        (entry.attachment_id is not None) == (entry.kind in ("photo", "voice", "video", "document")) for entry in kept
    )
    assert [b.at - a.at for a, b in pairwise(kept)] == [timedelta(minutes=2)] * 5
    assert sum(not message.mine for message in phone.messages()) == before
    assert "1 catatan, 1 foto, 1 video, 1 suara, 1 berkas, 1 lokasi" in panel(desa, "anggota1")


async def test_an_edited_note_says_the_new_words_and_keeps_the_first(desa: Agency) -> None:
    await to_the_field(desa)
    await play(
        desa,
        (
            *begun("anggota1"),
            ("anggota1", "tulis", "Massa 20 orang"),
            ("anggota1", "sunting", "Massa 20 > Massa 200 orang"),
            ("anggota1", "sunting", "Massa 200 > Massa 250 orang"),
        ),
    )
    (note,) = [entry for entry in await entries(desa, "anggota1") if entry.kind == "text"]
    assert (note.content["teks"], note.content["semula"]) == ("Massa 250 orang", "Massa 20 orang")


async def test_a_live_location_moves_the_last_place_and_fills_no_log(desa: Agency) -> None:
    await to_the_field(desa)
    await play(desa, begun("anggota1"))
    phone = desa.phone("anggota1")
    shared = await phone.sends_location(*MEETING)
    await desa.quiet()
    for step in range(1, 7):
        desa.clock.advance(timedelta(seconds=20))
        await phone.moves(shared, MEETING[0] + step / 1000, MEETING[1])
        await desa.quiet()
    own = await member(desa, "anggota1")
    assert own.content["posisi"] == [MEETING[0] + 0.006, MEETING[1]]
    assert own.checked_at == desa.clock.now()
    places = [entry for entry in await entries(desa, "anggota1") if entry.kind == "location"]
    assert len(places) == 3  # the message itself, and one a minute


async def test_a_form_in_conversation_goes_first_and_too_large_a_file_says_so(desa: Agency) -> None:
    await to_the_field(desa)
    await play(
        desa,
        (
            *begun("anggota1"),
            ("anggota1", "besar", "terekam dari jauh"),
            ("anggota1", "lihat", "lebih dari 20 MB"),
            ("anggota1", "stiker", ""),
            ("anggota1", "lihat", "tidak dapat dicatat"),
        ),
    )
    kept = [entry for entry in await entries(desa, "anggota1") if entry.message_id is not None]
    assert [(entry.kind, entry.content["teks"]) for entry in kept] == [("text", "terekam dari jauh")]


async def test_escalation_is_told_to_coordinator_and_desk_and_said_twice_counts_once(desa: Agency) -> None:
    await to_the_field(desa)
    await play(
        desa,
        (
            *begun("anggota1"),
            ("anggota1", "maju", "30"),
            ("anggota1", "lihat", "Aman?"),
            ("anggota1", "ketuk", "Waspada"),
            ("anggota1", "tidak", "Aman?"),
            ("koordinator_lapangan", "lihat", "waspada"),
            ("kasubbid", "tidak", "waspada"),
            ("anggota1", "maju", "1"),
            ("anggota1", "ketuk", "Tiba di titik kumpul"),
            ("anggota1", "maju", "1"),
            ("anggota1", "lokasi", f"{MEETING[0]}, {MEETING[1]}"),
            ("anggota1", "lihat", "0 m dari titik kumpul"),
            ("anggota1", "ketuk", "Eskalasi"),
            ("anggota1", "jawab", "segera mundur"),
            ("koordinator_lapangan", "lihat", "eskalasi"),
            ("kasubbid", "lihat", "Camar-01: massa eskalasi"),
            ("anggota1", "ketuk", "Eskalasi"),
        ),
    )
    assert "● Eskalasi" in buttons(desa, "anggota1")
    levels = [entry.content["tingkat"] for entry in await entries(desa, "anggota1") if entry.kind == "level"]
    assert levels == ["waspada", "eskalasi"]


async def test_aman_is_asked_every_half_hour_and_silence_twice_goes_to_the_coordinator(desa: Agency) -> None:
    await to_the_field(desa)
    await play(
        desa,
        (
            *begun("anggota1"),
            ("anggota1", "maju", "29"),
            ("anggota1", "tidak", "Aman?"),
            ("anggota1", "maju", "1"),
            ("anggota1", "lihat", "Aman?"),
            ("anggota1", "ketuk", "Aman"),
            ("anggota1", "jawab", "Aman dicatat"),
            ("anggota1", "tidak", "Aman?"),
            ("anggota1", "maju", "30"),
            ("anggota1", "lihat", "Aman?"),
            ("anggota1", "maju", "30"),
            ("anggota1", "lihat", "pertanyaan ke-2"),
            ("koordinator_lapangan", "tidak", "belum menjawab"),
            ("anggota1", "maju", "30"),
            ("koordinator_lapangan", "lihat", "Camar-01 belum menjawab 2 kali"),
            ("kasubbid", "tidak", "belum menjawab"),
            ("anggota1", "ketuk", "Aman"),
            ("koordinator_lapangan", "lihat", "Camar-01 sudah memberi kabar"),
        ),
    )
    own = await member(desa, "anggota1")
    assert (own.misses, own.checked_at) == (0, desa.clock.now())


async def test_anything_sent_answers_the_question_and_an_outage_asks_once(desa: Agency) -> None:
    await to_the_field(desa)
    await play(
        desa,
        (
            *begun("anggota1"),
            ("anggota1", "maju", "30"),
            ("anggota1", "lihat", "Aman?"),
            ("anggota1", "tulis", "Masih berkumpul"),
            ("anggota1", "tidak", "Aman?"),
        ),
    )
    assert (await member(desa, "anggota1")).misses == 0
    desa.clock.advance(timedelta(hours=3))  # nobody looked for three hours
    await desa.restart()
    await desa.sweep()
    await desa.sweep()
    await desa.quiet()
    assert (await member(desa, "anggota1")).misses == 1
    assert "belum menjawab" not in newest(desa.phone("koordinator_lapangan")).text


async def test_selesai_is_asked_once_more_and_the_last_one_moves_the_lokus_on(desa: Agency) -> None:
    await to_the_field(desa)
    await play(
        desa,
        (
            *begun("anggota1", "anggota2"),
            ("anggota1", "ketuk", "Selesai"),
            ("anggota1", "ketuk", "Belum"),
            ("anggota1", "ketuk", "Selesai"),
            ("anggota1", "ketuk", "Ya, selesai"),
            ("anggota1", "jawab", "Selesai dicatat"),
        ),
    )
    assert (await lokus(desa))[0].step == "pelaksanaan"
    assert panel(desa, "anggota1") == ""
    assert "di lapangan" in panel(desa, "anggota2")
    await play(desa, (("anggota2", "ketuk", "Selesai"), ("anggota2", "ketuk", "Ya, selesai")))
    case, row = await lokus(desa)
    assert case.step == "laporan"
    assert row is not None
    assert row.ended_at == desa.clock.now()
    assert panel(desa, "koordinator_lapangan") == ""


async def test_what_was_said_in_the_field_and_comes_only_later_is_put_in_by_its_date(desa: Agency) -> None:
    await to_the_field(desa)
    await play(desa, (("anggota1", "jam", "23.50"), *begun("anggota1", "anggota2")))
    await desa.stop()
    said = desa.clock.now()
    await desa.phone("anggota1").says("Massa mulai bubar")
    desa.clock.advance(timedelta(minutes=40))
    await desa.restart()
    await desa.sweep()
    await desa.quiet()
    (note,) = [entry for entry in await entries(desa, "anggota1") if entry.kind == "text"]
    assert (note.at, note.received_at) == (said, desa.clock.now())
    assert (await member(desa, "anggota1")).checked_at == said
    # It is half past midnight by now: what was yesterday says so, here and in an emergency.
    assert "Mulai 20 November pukul 23.50 WIB" in panel(desa, "anggota1")
    assert "terakhir 20 November pukul 23.50 WIB" in panel(desa, "anggota1")
    await play(desa, (("anggota2", "lokasi", ""), ("anggota2", "maju", "1"), *called("anggota2")))
    assert "memanggil bantuan 00.31 WIB" in newest(desa.phone("kabid")).text
    assert "Lokasi terakhir 00.30 WIB" in newest(desa.phone("kabid")).text


async def test_the_coordinator_ends_the_field_for_those_who_are_silent(desa: Agency) -> None:
    await to_the_field(desa)
    await play(
        desa,
        (
            *begun("anggota1"),
            ("koordinator_lapangan", "ketuk", "Akhiri untuk semua"),
        ),
    )
    assert "Belum mengetuk Selesai: Camar-01, Camar-02" in panel(desa, "koordinator_lapangan")
    await play(
        desa,
        (
            ("koordinator_lapangan", "ketuk", "Ya, akhiri"),
            ("koordinator_lapangan", "jawab", "Lapangan diakhiri"),
        ),
    )
    assert (await lokus(desa))[0].step == "laporan"
    assert panel(desa, "anggota1") == ""


async def test_what_was_said_before_the_field_was_over_still_belongs_to_it(desa: Agency) -> None:
    await to_the_field(desa)
    await play(desa, begun("anggota1"))
    said = desa.clock.now()
    desa.clock.advance(timedelta(minutes=5))
    await play(desa, (("kasubbid", "ketuk", "Akhiri untuk semua"), ("kasubbid", "ketuk", "Ya, akhiri")))

    def homes(uow: UnitOfWork) -> list[bool]:
        me = uow.people.by_telegram_id(desa.users["anggota1"].id)
        assert me is not None
        ended = desa.clock.now()
        moments = (said + timedelta(minutes=1), ended + timedelta(minutes=31), said - timedelta(minutes=1))
        return [lokus_field.home(uow, desa.office, me, at) is not None for at in moments]

    assert await desa.app.database.run(homes) == [True, False, False]


async def test_the_desk_ends_the_field_from_its_board_after_asking_once_more(desa: Agency) -> None:
    await to_the_field(desa)
    await play(
        desa,
        (
            ("kasubbid", "ketuk", "Akhiri untuk semua"),
            ("kasubbid", "lihat", "Akhiri lapangan untuk semua"),
            ("kasubbid", "ketuk", "Belum"),
            ("kasubbid", "tidak", "Akhiri lapangan"),
        ),
    )
    assert (await lokus(desa))[0].step == "pelaksanaan"
    await play(desa, (("kasubbid", "ketuk", "Akhiri untuk semua"), ("kasubbid", "ketuk", "Ya, akhiri")))
    case, row = await lokus(desa)
    assert case.step == "laporan"
    assert row is not None
    assert row.ended_at == desa.clock.now()


async def test_a_lokus_called_off_takes_the_panels_down(desa: Agency) -> None:
    await to_the_field(desa)
    await play(
        desa,
        (
            *begun("anggota1"),
            ("kasubbid", "ketuk", "Batalkan lokus"),
            ("kasubbid", "balas", "LO-261120-0001 > Kegiatan tidak jadi"),
        ),
    )
    for who in ("anggota1", "anggota2", "koordinator_lapangan"):
        assert panel(desa, who) == ""
    await play(desa, (("anggota1", "maju", "60"),))
    assert not any("Aman?" in message.text for message in desa.phone("anggota1").messages())


async def test_the_risks_stay_as_they_were_mapped_once_it_has_begun(desa: Agency) -> None:
    await to_the_field(desa)
    await play(desa, begun("anggota1"))
    own = await member(desa, "anggota1")
    message = max(desa.phone("anggota1").chat().pinned)
    for data in (f"lf:p:{own.id}:0:0:1", f"lf:a:{own.id}:3", f"lf:r:{own.id}", f"lf:m:{own.id}"):
        answer = await desa.phone("anggota1").taps_data(message, data)
        assert "Sudah dimulai 04.55 WIB" in (answer.text or ""), data
    assert await member(desa, "anggota1") == own


@pytest.mark.parametrize("data", ["lf:m:{}", "lf:t:{}", "lf:s:{}", "lf:l:{}:eskalasi", "lf:k:{}", "lf:r:{}"])
async def test_nobody_taps_for_somebody_else(desa: Agency, data: str) -> None:
    await to_the_field(desa)
    own = await member(desa, "anggota1")
    await desa.phone("anggota2").taps_data(newest(desa.phone("anggota2")).id, data.format(own.id))
    await desa.quiet()
    assert await member(desa, "anggota1") == own
