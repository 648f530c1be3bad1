"""The team or its time changes on the way: each one concerned is told once, and nothing that was done is lost."""

from __future__ import annotations

from datetime import timedelta

from simulator.agency import Agency
from tests.dialog.script import Row, play
from tests.lokus.field import begun, entries, member
from tests.lokus.story import CHOSEN, ORDERED, PLAN, READY, TO_THE_FIELD, lokus
from tests.lokus.test_plan_changes import told

CHANGE: tuple[Row, ...] = (("kasubbid", "ketuk", "Ubah penugasan"),)
SENT: tuple[Row, ...] = (("kasubbid", "ketuk", "Pratinjau"), ("kasubbid", "ketuk", "Kirim"))
FINISHED: tuple[Row, ...] = (("anggota2", "ketuk", "Selesai"), ("anggota2", "ketuk", "Ya, selesai"))


async def revoke(desa: Agency, who: str) -> None:
    """The person is registered no more."""

    def work(uow):  # type: ignore[no-untyped-def]
        uow.people.change(uow.people.by_telegram_id(desa.users[who].id).id, active=False)

    await desa.app.database.run(work)
    for _ in range(2):
        await desa.sweep()
        await desa.quiet()


async def test_somebody_is_replaced_in_the_field_and_what_they_sent_stays(desa: Agency) -> None:
    await play(
        desa,
        (
            *TO_THE_FIELD,
            *begun("anggota1", "anggota2"),
            ("anggota1", "tulis", "Massa datang dari timur"),
            *CHANGE,
            ("kasubbid", "ketuk", "Tim"),
            ("kasubbid", "ketuk", "Camar-01"),
            ("kasubbid", "ketuk", "Camar-03"),
            ("kasubbid", "ketuk", "Selesai"),
            *SENT,
            ("anggota1", "lihat", "tidak lagi bertugas"),
            ("anggota3", "lihat", "Ada penugasan untuk Bapak/Ibu"),
            ("anggota2", "lihat", "Tim: masuk Camar-03; keluar Camar-01"),
            ("koordinator_lapangan", "lihat", "Tim: masuk Camar-03; keluar Camar-01"),
            ("anggota1", "tulis", "Saya masih melihat"),
        ),
    )
    for who in ("anggota2", "koordinator_lapangan"):
        assert told(desa, who, "Perubahan penugasan") == 1, who
        assert told(desa, who, "jawab lagi") == 0, "the hour is the same: nobody is asked anew"
    assert (told(desa, "anggota3", "Perubahan"), told(desa, "anggota1", "Perubahan")) == (0, 0)
    texts = [message.text for message in desa.phone("anggota1").messages()]
    assert not [text for text in texts if "Masalah" in text], "the order is not theirs any more"
    old, new = await member(desa, "anggota1"), await member(desa, "anggota3")
    assert (old.removed_at is not None, new.replaces_id) == (True, old.id)
    said = [entry.content.get("teks") for entry in await entries(desa, "anggota1")]
    assert "Massa datang dari timur" in said
    assert "Saya masih melihat" not in said
    await play(desa, FINISHED)
    assert (await lokus(desa))[0].step == "pelaksanaan", "the substitute is waited for"
    await play(
        desa,
        (
            ("anggota3", "ketuk", "Buka"),
            ("anggota3", "ketuk", "Berhalangan"),
            ("anggota3", "balas", "halangannya > Hujan"),
            ("kasubbid", "ketuk", "Tanpa pengganti"),
            ("koordinator_lapangan", "lihat", "Massa datang dari timur"),
        ),
    )
    assert (await lokus(desa))[0].step == "laporan", "nobody is left to wait for"
    assert told(desa, "anggota2", "keluar Camar-03") == 0, "who has finished is not troubled"
    assert await desa.app.database.verify() == []


async def test_a_substitution_leaves_what_lies_on_the_desk(desa: Agency) -> None:
    await play(
        desa,
        (
            *TO_THE_FIELD,
            *CHANGE,
            ("kasubbid", "ketuk", "Catatan …"),
            ("kasubbid", "balas", "Catatan untuk tim > Bawa jas hujan"),
            ("anggota2", "ketuk", "Berhalangan"),
            ("anggota2", "balas", "halangannya > Sakit"),
            ("kasubbid", "ketuk", "Ganti dengan Camar-03"),
            ("anggota1", "lihat", "masuk Camar-03; keluar Camar-02"),
            ("anggota1", "tidak", "jas hujan"),
            ("kasubbid", "ketuk", "Pratinjau"),
        ),
    )
    preview = next(m.text for m in desa.phone("kasubbid").messages() if "Perubahan yang akan disampaikan" in m.text)
    assert "Catatan: - → Bawa jas hujan" in preview
    assert "Camar" not in preview, "the substitution is in force already"
    await play(
        desa,
        (
            ("kasubbid", "ketuk", "Kirim"),
            ("anggota1", "lihat", "jas hujan"),
        ),
    )
    _, row = await lokus(desa)
    assert row is not None
    assert (row.edition, row.desk) == (3, None)


async def test_another_hour_asks_the_ready_again_and_points_out_the_silent(desa: Agency) -> None:
    await play(
        desa,
        (
            *TO_THE_FIELD,
            *CHANGE,
            ("kasubbid", "ketuk", "✓ Waktu"),
            ("kasubbid", "balas", "Kapan? > besok sore"),
            ("kasubbid", "lihat", "tanggal dan jamnya"),
            ("kasubbid", "balas", "Kapan? > 21/11 10.00 sampai 09.00"),
            ("kasubbid", "lihat", "⚠ Mohon diperiksa\n• Lamanya 23 jam"),
            ("kasubbid", "ketuk", "✓ Waktu"),
            ("kasubbid", "balas", "Kapan? > sampai 14.30"),
            ("kasubbid", "lihat", "Sabtu, 21 November 2026 pukul 10.00 s.d. 14.30 WIB"),
            *SENT,
            ("anggota1", "lihat", "Mohon jawab lagi: Siap atau Berhalangan."),
            ("anggota1", "ketuk", "Siap"),
            ("anggota1", "jawab", "siap, tercatat"),
            ("koordinator_lapangan", "ketuk", "Siap"),
        ),
    )
    board = next(m for m in desa.phone("koordinator_lapangan").messages() if "dari 3 siap" in m.text)
    assert "2 dari 3 siap" in board.text
    assert "Camar-02: siap 04.55 WIB, belum menjawab perubahan waktu" in board.text
    desa.clock.advance(timedelta(minutes=31))
    for _ in range(2):
        await desa.sweep()
    await play(desa, (("koordinator_lapangan", "lihat", "Camar-02, sudah membuka"),))
    assert told(desa, "koordinator_lapangan", "Belum menjawab setelah 30 menit") == 1
    await play(desa, (("anggota2", "ketuk", "Berhalangan"), ("anggota2", "balas", "halangannya > Ada ujian")))
    await play(desa, (("kasubbid", "lihat", "Camar-02 berhalangan: Ada ujian"),))


async def test_an_end_that_passes_at_night_is_extended_with_a_tap(desa: Agency) -> None:
    await play(
        desa,
        (
            *TO_THE_FIELD,
            *CHANGE,
            ("kasubbid", "ketuk", "✓ Waktu"),
            ("kasubbid", "balas", "Kapan? > 20 November pukul 13.00 sampai 23.30"),
            *SENT,
            ("anggota1", "tidak", "jawab lagi"),
            *begun("anggota1", "anggota2"),
            *FINISHED,
        ),
    )
    desa.clock.advance(timedelta(hours=18, minutes=36))  # 23.31
    for _ in range(3):
        await desa.sweep()
    await play(
        desa,
        (
            ("koordinator_lapangan", "lihat", "seharusnya selesai 20 November 2026 pukul 23.30 WIB"),
            ("koordinator_lapangan", "tanpa", "Perpanjang"),
            ("kasubbid", "lihat", "Belum selesai:\n▶ Camar-01\n\nSilakan perpanjang"),
            ("kasubbid", "ketuk", "Perpanjang 2 jam"),
            ("kasubbid", "jawab", "diperpanjang"),
            ("anggota1", "lihat", "Selesai: 20 November 2026 pukul 23.30 WIB → 21 November 2026 pukul 01.30 WIB"),
            ("kasubbid", "ketuk", "Perpanjang 1 jam"),
            ("kasubbid", "jawab", "sudah berubah"),
        ),
    )
    for who in ("kasubbid", "koordinator_lapangan"):
        assert told(desa, who, "seharusnya selesai") == 1, who
    assert told(desa, "anggota2", "01.30") == 1, "only on the card: who has finished is not told anew"
    assert "s.d. Sabtu, 21 November 2026 pukul 01.30 WIB" in desa.phone("anggota2").messages()[0].text
    case, row = await lokus(desa)
    assert row is not None
    assert case.due_at == row.ends_at
    desa.clock.advance(timedelta(hours=2))
    await desa.sweep()
    await play(desa, (("kasubbid", "lihat", "seharusnya selesai 21 November 2026 pukul 01.30 WIB"),))


async def test_it_is_called_off_in_the_field_and_nobody_is_asked_any_more(desa: Agency) -> None:
    await play(desa, (*TO_THE_FIELD, *begun("anggota1", "anggota2"), *FINISHED, ("anggota1", "maju", "31")))
    assert told(desa, "anggota1", "Aman?") == 1
    await play(
        desa,
        (
            ("kasubbid", "ketuk", "Batalkan lokus"),
            ("kasubbid", "balas", "Mengapa lokus ini > ..."),
            ("kasubbid", "lihat", "alasannya belum ada"),
            ("kasubbid", "balas", "Mengapa lokus ini > Massa bubar sendiri"),
            ("anggota1", "maju", "60"),
        ),
    )
    for who in ("anggota1", "anggota2", "koordinator_lapangan"):
        assert told(desa, who, "DIBATALKAN") == 1, who
        assert not [m for m in desa.phone(who).messages() if m.labels], who
    assert told(desa, "anggota1", "Aman?") == 0
    assert told(desa, "mitra", "DIBATALKAN") == 0
    assert await desa.app.database.verify() == []


async def test_a_coordinator_who_is_registered_no_more_is_replaced_in_the_field_and_for_the_report(
    desa: Agency,
) -> None:
    await play(desa, TO_THE_FIELD)
    await revoke(desa, "koordinator_lapangan")
    await play(
        desa,
        (
            ("kasubbid", "lihat", "Camar-09 (koordinator) tidak lagi terdaftar"),
            ("kasubbid", "ketuk", "Ganti dengan Camar-01"),
            ("anggota2", "lihat", "Koordinator: Camar-09 → Camar-01"),
            *begun("anggota1", "anggota2"),
            *FINISHED,
            ("anggota1", "lihat", "Menyusun laporan hasil"),
        ),
    )
    assert told(desa, "kasubbid", "tidak lagi terdaftar") == 0, "the offer became what came of it"
    await revoke(desa, "anggota1")
    await play(
        desa,
        (
            ("kasubbid", "lihat", "Camar-01 (koordinator) tidak lagi terdaftar"),
            ("kasubbid", "ketuk", "Ganti koordinator"),
            ("kasubbid", "tanpa", "Camar-01"),
            ("kasubbid", "ketuk", "Camar-04"),
            ("kasubbid", "jawab", "koordinator diganti"),
            ("anggota4", "lihat", "Menyusun laporan hasil"),
        ),
    )
    assert told(desa, "anggota4", "menjadi koordinator lapangan. Mohon meneruskan laporan") == 1
    assert told(desa, "anggota2", "Camar-04") == 0
    _, row = await lokus(desa)
    assert row is not None
    assert row.coordinator_id == (await member(desa, "anggota4")).person_id


async def test_where_no_kasubbid_is_seated_who_stands_above_does_it_all(desa: Agency) -> None:
    await revoke(desa, "kasubbid")
    steps = (*PLAN, *CHOSEN, *ORDERED, *READY[:4])
    await play(
        desa,
        (
            *(("kabid" if who == "kasubbid" else who, how, what) for who, how, what in steps),
            ("kabid", "tombol", "Lanjutkan tanpa yang diam"),
            ("anggota2", "ketuk", "Buka"),
            ("anggota2", "ketuk", "Berhalangan"),
            ("anggota2", "balas", "halangannya > Sakit"),
            ("kabid", "ketuk", "Tanpa pengganti"),
        ),
    )
    assert (await lokus(desa))[0].step == "pelaksanaan"
    assert not [m for m in desa.phone("kepala").messages() if "siap" in m.text], "the board is the Kabid's"


async def test_one_who_cannot_come_and_no_answer_from_the_desk_does_not_stop_the_coordinator(desa: Agency) -> None:
    await play(
        desa,
        (
            *PLAN,
            *CHOSEN,
            *ORDERED,
            *READY[:4],
            ("anggota2", "ketuk", "Buka"),
            ("anggota2", "ketuk", "Berhalangan"),
            ("anggota2", "balas", "halangannya > Sakit"),
            ("koordinator_lapangan", "ketuk", "Lanjutkan tanpa yang diam"),
        ),
    )
    assert (await lokus(desa))[0].step == "pelaksanaan"


async def test_in_two_fields_at_once_it_is_clear_and_changeable_which_one_hears(desa: Agency) -> None:
    second = tuple(
        (
            "mitra2",
            how,
            words.replace("Unjuk rasa buruh", "Pawai budaya kampung").replace("Serikat pekerja", "Karang Taruna"),
        )
        for _, how, words in PLAN
    )
    await play(
        desa,
        (
            *TO_THE_FIELD,
            *begun("anggota1"),
            *second,
            ("kasubbid", "ketuk", "Jadikan lokus"),
            ("kasubbid", "ketuk", "Tim …"),
            ("kasubbid", "ketuk", "Camar-01"),
            ("kasubbid", "ketuk", "Selesai"),
            ("kasubbid", "ketuk", "Koordinator …"),
            ("kasubbid", "ketuk", "Camar-04"),
            ("kasubbid", "ketuk", "Titik kumpul …"),
            ("kasubbid", "balas", "titik kumpulnya > Alun-alun"),
            ("kasubbid", "ketuk", "Pratinjau"),
            ("kasubbid", "lihat", "• Camar-01 pada waktu itu bertugas di LO-261120-0001"),
            ("kasubbid", "ketuk", "Kirim"),
            ("anggota1", "ketuk", "Buka"),
            ("anggota1", "ketuk", "Siap"),
            ("anggota4", "ketuk", "Buka"),
            ("anggota4", "ketuk", "Siap"),
            ("anggota1", "maju", "1"),
            *begun("anggota1"),
            ("anggota1", "tulis", "Pawai lewat"),
        ),
    )
    phone = desa.phone("anggota1")

    def panel(ref: str) -> str:
        return next(m.text for m in phone.messages() if m.text.startswith(f"{ref} · di lapangan"))

    assert told(desa, "anggota1", "Pada waktu yang sama Bapak/Ibu juga bertugas di LO-261120-0001") == 1
    assert "sekarang masuk ke LO-261120-0002, bukan ke lokus ini" in panel("LO-261120-0001")
    assert "semuanya masuk catatan lapangan LO-261120-0002" in panel("LO-261120-0002")
    await play(
        desa,
        (
            ("anggota1", "maju", "1"),
            ("anggota1", "ketuk", "Kirim ke lokus ini"),
            ("anggota1", "jawab", "Kiriman sekarang masuk ke LO-261120-0001."),
            ("anggota1", "foto", "Spanduk"),
        ),
    )
    assert "masuk ke LO-261120-0001, bukan ke lokus ini" in panel("LO-261120-0002")
    texts = [[e.content.get("teks") for e in await entries(desa, "anggota1", n) if "teks" in e.content] for n in (1, 2)]
    assert texts == [["Spanduk"], ["Pawai lewat"]]
    desa.clock.advance(timedelta(minutes=31))
    await desa.sweep()
    await desa.quiet()
    asked = [m.text.split("\n")[0] for m in phone.messages() if "Aman?" in m.text]
    assert sorted(asked) == ["LO-261120-0001", "LO-261120-0002"]
    await play(desa, (("anggota1", "ketuk", "Aman"), ("anggota1", "jawab", "Aman dicatat")))
    assert not [m for m in phone.messages() if "Aman?" in m.text], "who is safe is safe for both"
    await play(
        desa,
        (
            *CHANGE,
            ("kasubbid", "ketuk", "Catatan …"),
            ("kasubbid", "balas", "Catatan untuk tim > Bawa jas hujan"),
            *SENT,
            ("anggota1", "lihat", "Bawa jas hujan"),
        ),
    )
    for who in ("koordinator_lapangan", "anggota4"):
        assert told(desa, who, "pada waktu yang sama juga bertugas") == 1, "a clash is told once, not with every change"
