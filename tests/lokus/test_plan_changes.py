"""A partner's plan changes or is called off, at whatever step: who hears of it, once, and what the partner is told."""

from __future__ import annotations

from typing import Any

from simulator.agency import Agency
from tests.dialog.script import Row, newest, play
from tests.lokus.story import CHOSEN, ORDERED, PLACE, PLAN, TO_THE_FIELD, lokus
from tests.lokus.test_unhappy import forged

MOVED: tuple[Row, ...] = (
    ("mitra", "ketuk", "Waktu berubah"),
    ("mitra", "balas", "Kapan waktunya > besok jam 7 malam sampai 02.00"),
)
OFF: tuple[Row, ...] = (
    ("mitra", "ketuk", "Rencana batal"),
    ("mitra", "balas", "Mengapa rencana ini dibatalkan > Izin tidak keluar"),
)
SPAN = "Sabtu, 21 November 2026 pukul 19.00 WIB s.d. Minggu, 22 November 2026 pukul 02.00 WIB"
INTERNAL = ("lokus", "ditugaskan", "koordinator", "camar", "subbidang", "beo-")


def told(desa: Agency, who: str, words: str) -> int:
    """How many messages of the bot to that phone hold the words."""
    return sum(words in message.text for message in desa.phone(who).messages() if not message.mine)


def last_words(desa: Agency, count: int) -> list[str]:
    """The partner's newest messages from the bot."""
    return [message.text for message in desa.phone("mitra").messages() if not message.mine][-count:]


def nothing_internal(desa: Agency) -> None:
    for message in desa.phone("mitra").messages():
        assert not any(word in message.text.lower() for word in INTERNAL), message.text


async def test_a_plan_that_waits_is_moved_and_then_called_off_by_its_partner(desa: Agency) -> None:
    await play(
        desa,
        (
            *PLAN,
            ("mitra", "ketuk", "Waktu berubah"),
            ("mitra", "balas", "Kapan waktunya > secepatnya"),
            ("mitra", "lihat", "Mohon tulis tanggal dan jamnya, contoh: 23 November pukul 08.00."),
            ("mitra", "balas", "Kapan waktunya > kemarin jam 8"),
            ("mitra", "lihat", "sudah lewat"),
            ("mitra", "balas", "Kapan waktunya > besok jam 7 malam sampai 02.00"),  # the question still stands
            ("mitra", "lihat", f"dicatat menjadi {SPAN}"),
            ("kasubbid", "lihat", f"Semula: Jumat, 20 November 2026 pukul 13.00 WIB\nMenjadi: {SPAN}"),
            ("mitra", "tulis", "/status"),
            ("mitra", "ketuk", "Ubah LO-261120-0001"),
            ("mitra", "ketuk", "Perubahan lain"),
            ("mitra", "balas", "Apa yang berubah > Massa jadi 500"),
            ("kasubbid", "lihat", "Massa jadi 500"),
        ),
    )
    card = desa.phone("kasubbid").messages()[0]
    assert "Rencana kegiatan\nSabtu, 21 November 2026 pukul 19.00 WIB" in card.text
    assert "Kabar pengirim, 04.55 WIB: Massa jadi 500" in card.text
    case, _ = await lokus(desa)
    assert (case.step, case.version, case.fields["_waktu"]) == ("pemilihan", 2, "2026-11-21T12:00:00+00:00")
    await play(
        desa,
        (
            *OFF,
            ("mitra", "lihat", "pembatalan rencana sudah dicatat"),
            ("kasubbid", "lihat", "Nuri-01 membatalkan rencana ini\nUnjuk rasa buruh\n\nAlasan: Izin tidak keluar"),
            ("kasubbid", "tanpa", "Jadikan lokus"),
            ("mitra", "ketuk", "Rencana batal"),
            ("mitra", "jawab", "sudah Bapak/Ibu batalkan"),
            ("mitra", "tulis", "/status"),
            ("mitra", "lihat", "rencana dibatalkan"),
            ("mitra", "tanpa", "Ubah LO"),
        ),
    )
    case, _ = await lokus(desa)
    assert (case.status, case.closed_at is not None) == ("cancelled", True)
    assert not desa.phone("kasubbid").messages()[0].labels, "the card of a plan that is off has no buttons"
    assert told(desa, "kasubbid", "membatalkan rencana") == 1
    for who in ("mitra2", "kabid", "kepala", "koordinator_lapangan", "anggota1"):
        assert told(desa, who, "LO-261120-0001") == 0, who
    nothing_internal(desa)
    assert await desa.app.database.verify() == []


async def test_after_the_choice_the_partner_is_answered_alike_and_the_desk_decides(desa: Agency) -> None:
    await play(desa, (*PLAN, *MOVED, *OFF))
    before = last_words(desa, 2)
    await play(desa, (*PLAN, *CHOSEN, *((who, how, what) for who, how, what in ORDERED)))
    case, _ = await lokus(desa, 2)
    await play(
        desa,
        (
            *MOVED,
            ("kasubbid", "lihat", f"Menjadi: {SPAN}"),
            ("koordinator_lapangan", "lihat", f"Menjadi: {SPAN}"),
            ("koordinator_lapangan", "tanpa", "Pakai waktu ini"),
            ("kasubbid", "ketuk", "Lihat"),
            ("kasubbid", "lihat", "0 dari 3 siap"),
            ("kasubbid", "ketuk", "Pakai waktu ini"),
            ("kasubbid", "lihat", f"Perubahan penugasan (belum dikirim)\n\nWaktu: {SPAN}"),
            ("anggota1", "tidak", "Perubahan"),
            ("kasubbid", "ketuk", "Pratinjau"),
            ("kasubbid", "ketuk", "Kirim"),
            ("anggota1", "lihat", "Perubahan penugasan"),
            *OFF,
            ("kasubbid", "tombol", "Batalkan lokus"),
            ("koordinator_lapangan", "tanpa", "Batalkan lokus"),
            ("anggota1", "tidak", "membatalkan"),
            ("kasubbid", "ketuk", "Batalkan lokus"),
            ("kasubbid", "balas", "Mengapa lokus ini > Panitia membatalkan"),
        ),
    )
    case, row = await lokus(desa, 2)
    assert row is not None
    assert (case.status, row.starts_at and row.starts_at.isoformat()) == ("cancelled", "2026-11-21T12:00:00+00:00")
    assert [text.replace("0002", "0001") for text in last_words(desa, 2)] == before
    for who in ("koordinator_lapangan", "anggota1", "anggota2"):
        assert told(desa, who, "DIBATALKAN") == 1, who
    assert told(desa, "kasubbid", "DIBATALKAN") == 0, "who called it off is not told so besides"
    await play(desa, (("mitra", "tulis", "/status"),))
    assert newest(desa.phone("mitra")).text.count("rencana dibatalkan") == 2
    nothing_internal(desa)


async def test_the_plans_own_words_begin_the_order_and_one_at_the_desk_may_still_be_called_off(desa: Agency) -> None:
    said = "20 November 2026 pukul 22.00 s.d. 03.00"
    plan = tuple((who, how, said if words == "20 November pukul 13.00" else words) for who, how, words in PLAN)
    place = tuple((who, "lokasi" if words == PLACE else how, words) for who, how, words in plan[:-4])
    await play(
        desa,
        (
            *place,
            ("mitra", "lihat", "sebagai foto atau PDF"),
            ("mitra", "dokumen", "Surat pemberitahuan"),
            ("mitra", "ketuk", "Selesai"),
            ("mitra", "ketuk", "Kirim"),
            ("mitra", "lihat", "Rencana diterima"),
            ("kasubbid", "lihat", "Tempat: Titik peta -6.88980, 109.67530"),
            ("kasubbid", "tombol", "Surat (1)"),
            *CHOSEN[1:],
            (
                "kasubbid",
                "lihat",
                "Jumat, 20 November 2026 pukul 22.00 WIB s.d. Sabtu, 21 November 2026 pukul 03.00 WIB",
            ),
            *OFF,
            ("kasubbid", "ketuk", "Batalkan lokus"),
            ("kasubbid", "balas", "Mengapa lokus ini > Izin tidak keluar"),
            ("kasubbid", "lihat", "Belum ada tim yang perlu diberi tahu"),
        ),
    )
    assert (await lokus(desa))[0].status == "cancelled"
    for who in ("koordinator_lapangan", "anggota1"):
        assert told(desa, who, "LO-261120-0001") == 0, who
    nothing_internal(desa)


async def test_news_of_a_merged_plan_reach_those_of_the_lokus_it_went_into(desa: Agency) -> None:
    other = tuple(("mitra2", how, words) for _, how, words in PLAN)
    await play(
        desa,
        (
            *TO_THE_FIELD,
            *other,
            ("kasubbid", "lihat", "Mirip: LO-261120-0001"),
            ("kasubbid", "ketuk", "Gabung dengan LO-261120-0001"),
            ("koordinator_lapangan", "lihat", "rencana LO-261120-0002 digabung ke lokus ini"),
            ("mitra2", "ketuk", "Perubahan lain"),
            ("mitra2", "balas", "Apa yang berubah > Titik akhir di alun-alun"),
            ("kasubbid", "lihat", "LO-261120-0002 (digabung ke LO-261120-0001)\nKabar dari Nuri-02"),
            ("koordinator_lapangan", "lihat", "Titik akhir di alun-alun"),
            ("mitra2", "ketuk", "Waktu berubah"),
            ("mitra2", "balas", "Kapan waktunya > 20/11 15.00-18.00"),
            ("kasubbid", "ketuk", "Pakai waktu ini"),
            ("kasubbid", "lihat", "LO-261120-0001\nPerubahan penugasan (belum dikirim)"),
            ("kasubbid", "lihat", "Jumat, 20 November 2026 pukul 15.00 s.d. 18.00 WIB"),
            ("kasubbid", "lihat", "Digabung dengan rencana: LO-261120-0002"),
        ),
    )
    assert told(desa, "koordinator_lapangan", "digabung ke lokus ini") == 1
    for who in ("anggota1", "anggota2", "mitra"):
        assert told(desa, who, "LO-261120-0002") == 0, who


async def test_who_looks_after_one_kecamatan_is_not_told_of_another_ones_plan(desa: Agency) -> None:
    await play(desa, tuple(("mitra2", how, "Kajen" if words == "Kandangserang" else words) for _, how, words in PLAN))

    def confine(uow: Any) -> None:
        person = uow.people.by_telegram_id(desa.users["kasubbid"].id)
        uow.people.change(person.id, regions=("Kandangserang",))

    await desa.app.database.run(confine)
    other, _ = await lokus(desa, 1)
    await play(desa, (*PLAN, ("kasubbid", "lihat", "LO-261120-0002"), ("kasubbid", "tanpa", "0001")))
    assert other.ref not in newest(desa.phone("kasubbid")).text
    case, _ = await lokus(desa, 2)
    await forged(desa, "kasubbid", f"rp:g:{case.id}:{case.version}:{other.id}")
    assert (await lokus(desa, 2))[0].step == "pemilihan"
