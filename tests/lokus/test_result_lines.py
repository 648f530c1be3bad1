"""A chronology longer than a message: read by pages, changed by lines by author and official, whole in the PDF."""

from __future__ import annotations

from datetime import timedelta

from bot.split import MESSAGE_UNITS, units
from domain.lokus import chronicle
from domain.ports import UnitOfWork
from simulator.agency import Agency
from tests.dialog.script import newest, play
from tests.lokus.field import begun, entries
from tests.lokus.pdf import text
from tests.lokus.report import FINISHED
from tests.lokus.story import lokus, to_the_field
from tests.lokus.test_unhappy import forged

LEAD = "koordinator_lapangan"
NOTES = 150


def note(number: int) -> str:
    """What the n-th note says."""
    return f"Catatan {number:03d}: massa di simpang jalan tetap tertib dan arus lalu lintas lancar"


async def to_a_long_report(desa: Agency) -> None:
    """Steps 1 to 5 with far more notes than one message holds, across midnight."""
    await to_the_field(desa)
    await play(desa, begun("anggota1", "anggota2"))
    began = (await entries(desa, "anggota1"))[0].at
    case, _ = await lokus(desa)

    def work(uow: UnitOfWork) -> None:
        me = uow.people.by_telegram_id(desa.users["anggota1"].id)
        assert me is not None
        for number in range(NOTES):
            at = began + timedelta(minutes=10 * number)
            uow.lokus.log(case.id, me.id, "text", at, desa.clock.now(), {"teks": note(number)})

    await desa.app.database.run(work)
    await play(desa, FINISHED)


async def test_a_chronology_of_many_messages_is_read_and_changed_without_typing_it_anew(desa: Agency) -> None:
    await to_a_long_report(desa)
    await play(
        desa,
        (
            (LEAD, "lihat", "baris lagi"),
            (LEAD, "ketuk", "Pratinjau"),
            (LEAD, "lihat", "pratinjau laporan hasil · 1/"),
            (LEAD, "ketuk", "Berikutnya"),
            (LEAD, "lihat", "Bagaimana (kronologi) (lanjutan)"),
            (LEAD, "ketuk", "Kembali"),
            (LEAD, "ketuk", "Kronologi"),
            *((LEAD, "ketuk", "Berikutnya"),) * 3,
            (LEAD, "lihat", "baris 25–32 dari 155"),
            (LEAD, "ketuk", "26"),
            (LEAD, "lihat", "08.25 WIB Camar-01: Catatan 021"),
            (LEAD, "ketuk", "Ubah"),
            (LEAD, "balas", "isi baru untuk baris ini > ..."),
            (LEAD, "lihat", "barisnya kosong"),
            (
                LEAD,
                "balas",
                "isi baru untuk baris ini > 08.25 WIB Camar-01: tenda didirikan\n08.27 WIB Camar-01: selesai",
            ),
            (LEAD, "lihat", "26. 08.25 WIB Camar-01: tenda didirikan\n27. 08.27 WIB Camar-01: selesai"),
            (LEAD, "ketuk", "28"),
            (LEAD, "ketuk", "Hapus"),
            (LEAD, "lihat", "Dihapus atau diganti: 08.35 WIB Camar-01: Catatan 022"),
            (LEAD, "ketuk", "Urungkan"),
            (LEAD, "lihat", "baris 1–8 dari 156"),
            (LEAD, "tanpa", "Urungkan"),
            (LEAD, "ketuk", "3"),
            (LEAD, "ketuk", "Tambah di bawah"),
            (LEAD, "balas", "di bawah baris ini > 04.56 WIB koordinator: tim lengkap"),
            (LEAD, "lihat", "4. 04.56 WIB koordinator: tim lengkap"),
            (LEAD, "ketuk", "Tulis ulang semua"),
            (LEAD, "lihat", "Seluruh kronologi akan diganti"),
            (LEAD, "balas", "isi baru untuk Bagaimana > Aksi tertib"),
            (LEAD, "ketuk", "Kronologi"),
            (LEAD, "ketuk", "Urungkan"),
            (LEAD, "lihat", "baris 1–8 dari 157"),
            (LEAD, "ketuk", "Susun ulang dari catatan"),
            (LEAD, "lihat", "baris 1–8 dari 155"),
            (LEAD, "ketuk", "Urungkan"),
            (LEAD, "lihat", "baris 1–8 dari 157"),
        ),
    )
    case, row = await lokus(desa)
    assert row is not None
    assert row.result is not None
    lines = chronicle.lines(row.result["isi"]["bagaimana"])
    assert "Sabtu, 21 November 2026:" in lines
    gone = await forged(desa, LEAD, f"lc:x:{case.id}:{case.version}:laporan:5:00000000")
    assert "sudah berubah" in (gone.text or "")
    for who in ("anggota1", "kabid", "mitra"):
        for what in (f"e:{case.id}:{case.version}:laporan:0", f"m:{case.id}:{case.version}:laporan"):
            assert "ditemukan" in ((await forged(desa, who, f"lc:{what}")).text or "")
    await play(
        desa,
        (
            (LEAD, "ketuk", "Kembali"),
            (LEAD, "ketuk", "Pratinjau"),
            (LEAD, "ketuk", "Kirim"),
            ("kasubbid", "ketuk", "Terima"),
            ("kasubbid", "ketuk", "Baca lengkap"),
            ("kasubbid", "lihat", "laporan hasil, versi 1 · 1/"),
            ("kasubbid", "ketuk", "Berikutnya"),
            ("kasubbid", "lihat", "versi 1 · 2/"),
            ("kasubbid", "ketuk", "Ubah isi"),
            ("kasubbid", "ketuk", "Kronologi"),
            ("kasubbid", "ketuk", "1"),
            ("kasubbid", "ketuk", "Hapus"),
            ("kasubbid", "ketuk", "Kembali"),
            ("kasubbid", "ketuk", "Riwayat versi (2)"),
            ("kasubbid", "ketuk", "Versi 2"),
            ("kasubbid", "lihat", "Dihapus: 04.55 WIB Camar-01: mulai menjalankan tugas"),
            ("kasubbid", "tidak", "Catatan 001"),
            ("kasubbid", "ketuk", "Ubah isi"),
            ("kasubbid", "ketuk", "Kronologi"),
            ("kasubbid", "ketuk", "Urungkan"),
            ("kasubbid", "ketuk", "Tulis ulang semua"),
            ("kasubbid", "balas", "isi baru untuk Bagaimana > Aksi tertib"),
            ("kasubbid", "ketuk", "Riwayat versi (4)"),
            ("kasubbid", "ketuk", "Versi 4"),
            ("kasubbid", "lihat", "perubahan versi 4 · 1/"),
            ("kasubbid", "ketuk", "Berikutnya"),
            ("kasubbid", "lihat", "perubahan versi 4 · 2/"),
            ("kasubbid", "ketuk", "Ubah isi"),
            ("kasubbid", "ketuk", "Kronologi"),
            ("kasubbid", "ketuk", "Urungkan"),
            ("kasubbid", "ketuk", "Kembali"),
            ("kasubbid", "ketuk", "Dokumen"),
            ("kasubbid", "ketuk", "Laporan Kegiatan"),
        ),
    )
    case, _ = await lokus(desa)
    assert chronicle.lines(case.fields["hasil_bagaimana"]) == lines, "undone, and nothing else was touched"
    for who in (LEAD, "kasubbid"):
        assert all(units(message.text) <= MESSAGE_UNITS for message in desa.phone(who).messages())
    paper = newest(desa.phone("kasubbid"))
    assert isinstance(paper.media, dict)
    told = " ".join(text(desa.world.files[paper.media["file_id"]].data).split())
    assert [n for n in range(NOTES) if n != 21 and note(n) not in told] == []
    assert "tenda didirikan" in told
