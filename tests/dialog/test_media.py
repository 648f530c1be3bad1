"""Photos, albums, voice notes and documents at any moment; what is too large or comes late."""

from __future__ import annotations

import pytest

from domain.model import Attachment
from simulator.agency import Agency
from tests.dialog.script import Row, newest, play
from tests.dialog.test_form import OPENS, TO_APA, TO_PHOTO, calls
from tests.dialog.test_nihil import EVENT, cases

CEKCOK = (
    "Lapor WITA 06.10, di Kec. Batu Mandi Desa Riwa ada cekcok warga soal lahan sawit dgn perusahaan, 20an org, "
    "Bhabinsa di tempat, foto menyusul"
)
TABLES: dict[str, tuple[Row, ...]] = {
    "a voice note is an oral report": (
        ("agen", "suara", ""),
        ("agen", "lihat", "Rekaman suara diterima"),
        ("agen", "lihat", "Bidang (2 pertanyaan lagi)"),
        ("agen", "ketuk", "Politik"),
        ("agen", "lihat", "Kecamatan"),
        ("agen", "ketuk", "Kajen"),
        ("agen", "lihat", "Ringkasan laporan"),
        ("agen", "lihat", "Rekaman suara: 1"),
        ("agen", "ketuk", "Kirim"),
        ("agen", "lihat", "Laporan diterima\nLI-261120-0001"),
        ("agen", "lihat", "Petugas akan menuliskan isi rekaman"),
        ("verifikator", "grup", "laporan lisan"),
    ),
    "photos at the photo question": (
        *TO_PHOTO,
        ("agen", "lihat", "Foto (10/12)"),
        ("agen", "foto", ""),
        ("agen", "lihat", "1 foto sudah diterima"),
        ("agen", "album", "3"),
        ("agen", "lihat", "4 foto sudah diterima"),
        ("agen", "ketuk", "Selesai"),
        ("agen", "lihat", "Pendapat pelapor"),
    ),
    "a text at the photo question": (
        *TO_PHOTO,
        ("agen", "tulis", "fotonya menyusul"),
        ("agen", "lihat", "Silakan kirim fotonya"),
        ("agen", "lihat", "Foto (10/12)"),
    ),
    "an album in the middle of another question": (
        *TO_APA,
        ("agen", "album", "10"),
        ("agen", "lihat", "10 foto diterima"),
        ("agen", "lihat", "Apa (4/12)"),
    ),
    "a caption that answers": (*TO_APA, ("agen", "foto", "Kebakaran kios"), ("agen", "lihat", "Siapa")),
    "a caption that does not": (
        *OPENS,
        ("agen", "foto", "dari depan pasar"),
        ("agen", "lihat", "Foto diterima"),
        ("agen", "lihat", "Bidang (1/11)"),
        ("agen", "tulis", EVENT),
        ("agen", "lihat", "Keterangan foto: dari depan pasar"),
    ),
    "a bare photo begins a report": (
        ("agen", "foto", ""),
        ("agen", "lihat", "Foto diterima"),
        ("agen", "lihat", "Bidang (1/11)"),
    ),
    "a photo with a report below it": (
        ("agen", "foto", EVENT),
        ("agen", "lihat", "Ringkasan laporan"),
        ("agen", "lihat", "Foto: 1 foto"),
        ("agen", "lihat", "Apa: Unjuk rasa warga"),
    ),
    "a photo with a few words below it": (
        ("agen", "foto", "tadi di pasar"),
        ("agen", "lihat", "Bidang"),
        ("agen", "tulis", EVENT),
        ("agen", "lihat", "Keterangan foto: tadi di pasar"),
    ),
    "video and document": (
        *TO_APA,
        ("agen", "video", ""),
        ("agen", "lihat", "Video diterima"),
        ("agen", "dokumen", ""),
        ("agen", "lihat", "Dokumen diterima"),
        ("agen", "tulis", EVENT),
        ("agen", "lihat", "Berkas lain: 2"),
    ),
    "over 20 MB is refused and the form stays": (
        *TO_APA,
        ("agen", "besar", "Kebakaran di pasar"),
        ("agen", "lihat", "Berkas itu 25 MB; batasnya 20 MB"),
        ("agen", "lihat", "tetap tersimpan"),
        ("agen", "tulis", "Kebakaran"),
        ("agen", "lihat", "Siapa"),
        ("agen", "tulis", EVENT),
        ("agen", "lihat", "Keterangan foto: Kebakaran di pasar"),
    ),
    "over 20 MB as the first message": (
        ("agen", "besar", ""),
        ("agen", "lihat", "Berkas itu 25 MB"),
        ("agen", "tidak", "tetap tersimpan"),
        ("agen", "tulis", "/draf"),
        ("agen", "lihat", "Tidak ada draf"),
    ),
    "from somebody who does not report": (
        ("verifikator", "foto", "tawuran di Kajen"),
        ("verifikator", "lihat", "Silakan pilih dari /menu"),
        ("verifikator", "lokasi", ""),
        ("verifikator", "lihat", "Silakan pilih dari /menu"),
    ),
}


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES.keys())
async def test_what_the_agent_does_and_sees(desa: Agency, table: tuple[Row, ...]) -> None:
    await play(desa, table)


async def files(desa: Agency) -> list[Attachment]:
    (case,) = await cases(desa)
    return list(await desa.app.database.run(lambda uow: uow.attachments.of_case(case.id)))


async def test_an_album_of_ten_whose_last_part_is_late(desa: Agency) -> None:
    agen = desa.phone("agen")
    await agen.sends_album([None] * 9, EVENT, media_group="album-1")
    await desa.quiet()
    assert "Foto: 9 foto" in newest(agen).text
    assert len(agen.messages()) == 10, "nine parts are acknowledged in one message"
    await agen.taps("Kirim")
    await agen.sees("Laporan diterima")
    await agen.sends_album([None], media_group="album-1")
    await agen.sees("Berkas susulan sudah ditambahkan ke LI-261120-0001")
    assert len(await files(desa)) == 10
    assert len(await cases(desa)) == 1


async def test_a_late_part_of_a_form_put_aside_joins_it(desa: Agency) -> None:
    agen = desa.phone("agen")
    await play(desa, TO_APA)
    await agen.sends_album([None], media_group="album-2")
    await agen.taps("Simpan draf")
    await agen.sends_album([None], media_group="album-2")
    await play(
        desa,
        (
            ("agen", "tulis", "/draf"),
            ("agen", "ketuk", "Lanjutkan nomor 1"),
            ("agen", "tulis", EVENT),
            ("agen", "lihat", "Foto: 2 foto"),
        ),
    )


async def test_a_late_part_of_a_report_that_is_over_is_refused(desa: Agency) -> None:
    agen, group = desa.phone("agen"), desa.groups["verifikasi"]
    await agen.sends_album([None], EVENT, media_group="album-3")
    await agen.taps("Kirim")
    verifier = desa.phone("verifikator")
    await verifier.taps("Tolak", group)
    await verifier.taps("Laporan ganda", group)
    await agen.sends_album([None], media_group="album-3")
    await agen.sees("berkas susulan tidak dapat ditambahkan")


async def test_the_same_photo_twice_counts_once(desa: Agency) -> None:
    agen = desa.phone("agen")
    sent = await agen.sends_photo()
    await desa.quiet()
    await agen.forwards(sent.id)
    await desa.quiet()
    await play(desa, (("agen", "tulis", EVENT), ("agen", "lihat", "Foto: 1 foto")))


async def test_an_oral_report_is_four_taps_and_a_photo_is_one_call(desa: Agency) -> None:
    agen = desa.phone("agen")
    await desa.quiet()
    before = calls(desa)
    await agen.sends_voice()
    await agen.sees("Rekaman suara diterima")
    assert calls(desa) - before == 1


class TestPhotoRequired:
    """SIKANDA wants foto dan keterangan."""

    @pytest.fixture
    def profile(self) -> str:
        return "balangan"

    async def test_the_photo_cannot_be_skipped(self, desa: Agency) -> None:
        await play(
            desa,
            (
                ("agen", "tulis", CEKCOK),
                ("agen", "lihat", "Terbaca:"),
            ),
        )
        agen = desa.phone("agen")
        for _ in range(8):
            if "\nFoto" in newest(agen).text or newest(agen).text.startswith("Foto"):
                break
            await play(
                desa, (("agen", "tulis", "Ekonomi" if "Bidang" in newest(agen).text else "Warga dan perusahaan"),)
            )
        await play(
            desa,
            (
                ("agen", "lihat", "memerlukan paling sedikit satu foto"),
                ("agen", "tanpa", "Lewati"),
                ("agen", "tulis", "lewati"),
                ("agen", "lihat", "Silakan kirim fotonya"),
                ("agen", "foto", ""),
                ("agen", "ketuk", "Selesai"),
                ("agen", "lihat", "Ringkasan laporan"),
                ("agen", "ketuk", "Kirim"),
                ("agen", "lihat", "Laporan diterima\nSK-261120-0001"),
                ("agen", "lihat", "WITA"),
                ("agen", "tidak", "tepat waktu"),
            ),
        )
