"""Steps 7 to 15 of a lokus: three rounds, revisions both ways, own changes, versions, the end in the archive."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from simulator.agency import Agency
from tests.dialog.script import newest, play
from tests.lokus.pdf import text
from tests.lokus.report import FINISHED, REPORTED, ROUNDS, SENT, passed
from tests.lokus.story import lokus, to_the_field
from tests.lokus.test_unhappy import forged

TO_ROUNDS = (*SENT, *FINISHED, *REPORTED)


async def to_the_rounds(desa: Agency) -> None:
    """Live steps 1 to 6."""
    await to_the_field(desa)
    await play(desa, TO_ROUNDS)
    assert (await lokus(desa))[0].step == "terima_1"


async def test_all_three_rounds_lead_to_the_archive_and_to_leadership(desa: Agency) -> None:
    await to_the_rounds(desa)
    case, _ = await lokus(desa)
    assert case.due_at == case.entered_at + timedelta(minutes=30)
    await play(desa, (("kasubbid", "lihat", "paling lambat 05.25 WIB"), ("kasubbid", "ketuk", "Terima")))
    case, _ = await lokus(desa)
    assert (case.step, case.due_at) == ("verifikasi_1", case.entered_at + timedelta(hours=1))
    made = ("kasubbid", "balas", "isi berita acara > Pihak: Perwakilan buruh; Kabid\nPokok: Upah")
    checked = (("kasubbid", "ketuk", "Verifikasi"), ("kasubbid", "ketuk", "Berita acara"), made)
    await play(desa, (*checked, ("kasubbid", "ketuk", "Kirim ke"), *ROUNDS[4:]))
    case, _ = await lokus(desa)
    assert (case.step, case.status) == ("final", "published")
    assert case.closed_at is not None
    card, paper, record = [message for message in desa.phone("pimpinan").messages() if not message.mine][-3:]
    assert card.kind == "photo"
    assert len(card.text) <= 1024
    for words in ("LO-261120-0001", "agenda 0001", "Unjuk rasa buruh", "massa bubar pukul 15.00"):
        assert words in card.text
    assert isinstance(paper.media, dict)
    assert paper.media["file_name"] == "laporan-kegiatan-LO-261120-0001.pdf"
    assert "Laporan Kegiatan dan 1 Berita Acara" in paper.text
    assert isinstance(record.media, dict)
    assert record.media["file_name"] == "berita-acara-LO-261120-0001.pdf"
    await play(desa, (("kabid", "lihat", "agenda 0001"), ("kabid", "tanpa", "Terima"), ("mitra", "tidak", "massa")))


async def test_agenda_numbers_have_no_gap_and_begin_anew_with_the_year(desa: Agency) -> None:
    today = desa.clock.now().date()

    async def taken(paper: str, day: date, *, fail: bool = False) -> int:
        def work(uow) -> int:  # type: ignore[no-untyped-def]
            found = int(uow.references.yearly(paper, day))
            if fail:
                raise ValueError(found)
            return found

        return await desa.app.database.run(work)

    assert await taken("agenda", today) == 1
    with pytest.raises(ValueError, match="2"):
        await taken("agenda", today, fail=True)
    assert await taken("agenda", today) == 2
    assert await taken("agenda", today.replace(year=2027)) == 1
    assert await taken("surat_tugas", today) == 1


async def test_kabid_sends_it_back_to_the_round_before_with_the_reason(desa: Agency) -> None:
    await to_the_rounds(desa)
    await play(
        desa,
        (
            *passed("kasubbid"),
            ("kabid", "ketuk", "Terima"),
            ("kabid", "ketuk", "Revisi"),
            ("kabid", "ketuk", "Sebelumnya"),
            ("kabid", "balas", "Apa yang perlu diperbaiki >  ... "),
            ("kabid", "lihat", "tuliskan alasan"),
            ("kabid", "balas", "Apa yang perlu diperbaiki > Jumlah massa belum jelas"),
            ("kabid", "lihat", "dikembalikan"),
            ("kasubbid", "lihat", "Perbaikan diminta Kepala Bidang: Jumlah massa belum jelas"),
        ),
    )
    case, _ = await lokus(desa)
    assert (case.step, case.round) == ("terima_1", 2)


async def test_kepala_sends_it_to_the_author_who_repairs_it_and_it_goes_through_again(desa: Agency) -> None:
    await to_the_rounds(desa)
    await play(
        desa,
        (
            *passed("kasubbid"),
            *passed("kabid"),
            ("kepala", "ketuk", "Terima"),
            ("kepala", "ketuk", "Verifikasi"),
            ("kepala", "ketuk", "Revisi"),
            ("kepala", "ketuk", "Penyusun"),
            ("kepala", "balas", "Apa yang perlu diperbaiki > Hasil dialog belum rinci"),
            ("koordinator_lapangan", "lihat", "Perbaikan diminta Kepala Kantor: Hasil dialog belum rinci"),
            ("koordinator_lapangan", "lihat", "massa bubar pukul 15.00"),
            ("koordinator_lapangan", "lihat", "Foto pilihan: 2 dari 2"),
            ("koordinator_lapangan", "ketuk", "Hasil"),
            ("koordinator_lapangan", "balas", "isi baru untuk Hasil > Tiga orang perwakilan diterima Sekda"),
            ("koordinator_lapangan", "ketuk", "Pratinjau"),
            ("koordinator_lapangan", "ketuk", "Kirim"),
            *ROUNDS,
            ("kepala", "lihat", "agenda 0001"),
            ("anggota1", "sunting", "Massa sekitar 200 > Massa sekitar 2.000 orang"),
            ("anggota1", "lihat", "tetap seperti semula"),
            ("kepala", "ketuk", "Riwayat versi"),
            ("kepala", "lihat", "Camar-09 (Koordinator Lapangan): Hasil dan tindak lanjut"),
            ("kepala", "ketuk", "Versi 2"),
            ("kepala", "lihat", "Semula: Perwakilan diterima"),
            ("kepala", "lihat", "Menjadi: Tiga orang perwakilan diterima Sekda"),
            ("kepala", "ketuk", "Baca versi 2"),
            ("kepala", "lihat", "Spanduk tuntutan upah"),
        ),
    )


async def test_an_official_changes_the_text_and_every_version_is_kept(desa: Agency) -> None:
    await to_the_rounds(desa)
    await play(
        desa,
        (
            ("kasubbid", "ketuk", "Terima"),
            ("kasubbid", "ketuk", "Ubah isi"),
            ("kasubbid", "ketuk", "Siapa"),
            ("kasubbid", "lihat", "Serikat pekerja, 200 orang (perkiraan rencana)"),
            ("kasubbid", "balas", "isi baru untuk Siapa > -"),
            ("kasubbid", "lihat", "wajib diisi"),
            ("kasubbid", "balas", "isi baru untuk Siapa > Serikat pekerja, sekitar 250 orang"),
            ("kasubbid", "lihat", "sekitar 250 orang"),
            ("kasubbid", "ketuk", "Foto (2)"),
            ("kasubbid", "ketuk", "Foto 2"),
            ("kasubbid", "ketuk", "Verifikasi"),
            ("kasubbid", "ketuk", "Kirim"),
            ("kabid", "lihat", "Versi 3 oleh Beo-01"),
            ("kabid", "ketuk", "Riwayat versi"),
            ("kabid", "lihat", "Beo-01 (Kepala Subbidang): Siapa"),
            ("kabid", "ketuk", "Versi 2"),
            ("kabid", "lihat", "Semula: Serikat pekerja, 200 orang (perkiraan rencana)"),
            ("kabid", "lihat", "Menjadi: Serikat pekerja, sekitar 250 orang"),
        ),
    )
    case, _ = await lokus(desa)
    kept = await desa.app.database.run(lambda uow: [one.fields for one in uow.cases.versions(case.id)])
    assert [fields.get("hasil_siapa") for fields in kept] == [
        None,
        "Serikat pekerja, 200 orang (perkiraan rencana)",
        *["Serikat pekerja, sekitar 250 orang"] * 2,
    ]
    first, second = kept[1]["hasil_foto"].split(",")
    assert kept[3]["hasil_foto"] == f"{second},{first}"


async def test_who_comes_second_is_told_who_was_first_and_an_old_text_cannot_be_passed(desa: Agency) -> None:
    await to_the_rounds(desa)
    case, _ = await lokus(desa)
    await play(desa, (("kasubbid", "ketuk", "Terima"),))
    again = await forged(desa, "kasubbid", f"lr:y:{case.id}:{case.version}:terima_1")
    assert "Beo-01" in (again.text or "")
    await play(
        desa,
        (
            ("kasubbid", "ketuk", "Ubah isi"),
            ("kasubbid", "ketuk", "Apa"),
            ("kasubbid", "balas", "isi baru untuk Apa > Unjuk rasa buruh pabrik"),
        ),
    )
    old = await forged(desa, "kasubbid", f"lr:y:{case.id}:{case.version}:verifikasi_1")
    assert "Beo-01" in (old.text or "")
    assert (await lokus(desa))[0].step == "verifikasi_1"


async def test_nobody_else_can_decide_read_or_change_it(desa: Agency) -> None:
    await to_the_rounds(desa)
    case, _ = await lokus(desa)
    seen = f"{case.id}:{case.version}:{case.step}"
    whats = (
        f"lr:y:{seen}",
        f"lr:r:{seen}",
        f"lr:u:{seen}:apa",
        f"lr:b:{case.id}:0",
        f"lr:v:{case.id}:0",
        f"lr:p:{case.id}",
    )
    for who in ("anggota1", "anggota3", "mitra", "agen", "pimpinan"):
        for what in whats:
            assert "ditemukan" in ((await forged(desa, who, what)).text or ""), (who, what)
        assert "Perwakilan diterima" not in newest(desa.phone(who)).text
    for what in (f"lr:y:{seen}", f"lr:u:{seen}:apa"):
        assert "ditemukan" in ((await forged(desa, "kabid", what)).text or "")
    for bad in (f"lr:y:{case.id}:1:x", "lr:y:9:9:terima_1", "lr:q:1", f"lr:d:{case.id}:99:0", f"lr:u:{seen}:kotak"):
        assert (await forged(desa, "kasubbid", bad)).text
    assert (await lokus(desa))[0].step == "terima_1"


async def test_a_berita_acara_is_made_of_one_message_with_the_next_number(desa: Agency) -> None:
    await to_the_rounds(desa)
    await play(
        desa,
        (
            ("kasubbid", "ketuk", "Berita acara"),
            ("kasubbid", "balas", "isi berita acara > Pihak: Perwakilan buruh"),
            ("kasubbid", "lihat", "belum lengkap"),
            ("kasubbid", "balas", "isi berita acara > Pihak: Perwakilan buruh; Kabid\nPokok: Upah\nnaik\nSaksi: Camat"),
            ("kasubbid", "lihat", "200.1.3.1/001/BA/XI/2026"),
        ),
    )
    message = newest(desa.phone("kasubbid"))
    assert isinstance(message.media, dict)
    told = text(desa.world.files[message.media["file_id"]].data)
    for words in ("Perwakilan buruh", "Kabid", "Upah", "naik", "Camat", "001/BA/XI/2026"):
        assert words in told
    case, _ = await lokus(desa)
    for who in ("anggota1", "mitra", "pimpinan"):
        assert "ditemukan" in ((await forged(desa, who, f"lr:a:{case.id}")).text or "")


async def test_the_paper_names_persons_for_the_chain_of_command_only(desa: Agency) -> None:
    await to_the_rounds(desa)
    await play(desa, ROUNDS)

    async def told(who: str) -> str:
        await play(desa, ((who, "ketuk", "PDF"),))
        message = newest(desa.phone(who))
        assert isinstance(message.media, dict)
        return text(desa.world.files[message.media["file_id"]].data)

    def named(uow):  # type: ignore[no-untyped-def]
        return uow.people.by_telegram_id(desa.users["anggota1"].id).name

    name = await desa.app.database.run(named)
    pushed = newest(desa.phone("pimpinan"))
    assert isinstance(pushed.media, dict)
    assert name not in text(desa.world.files[pushed.media["file_id"]].data)
    inside, outside = await told("kasubbid"), await told("pimpinan")
    assert name in inside
    assert name not in outside
    assert "Camar-01" in outside
    assert "massa bubar pukul 15.00" in outside
