"""*Disposisi*: two taps from leadership, a clock at the head's, a short report back; nobody else can give one."""

from __future__ import annotations

import pytest

from domain.roles import Clearance, Role
from simulator.agency import Agency
from tests.dialog.morning import joins, pass_to, said
from tests.dialog.recap import event, newest, verified, work
from tests.dialog.script import labels, play


async def delivered(desa: Agency) -> None:
    """A report that leadership was sent."""
    await event(desa)
    await verified(desa)
    await play(desa, (("kepala", "ketuk", "Setujui"), ("pimpinan", "lihat", "LI-261120-0001")))


async def status(desa: Agency, ref: str) -> tuple[str, str]:
    case = await work(desa, lambda uow: uow.cases.by_ref(ref))
    assert case is not None
    return case.status, case.step


async def test_two_taps_then_received_followed_up_and_reported_back(desa: Agency) -> None:
    await delivered(desa)
    await play(
        desa,
        (
            ("pimpinan", "ketuk", "Disposisi"),
            ("pimpinan", "lihat", "Kepada Kepala Kantor, dengan hormat harap:"),
            ("pimpinan", "ketuk", "Proses lebih lanjut"),
        ),
    )
    assert said(desa, "pimpinan", "DS-261120-0001 disampaikan kepada Kepala Kantor.") == 1
    assert await status(desa, "LI-261120-0001") == ("handling", "terbit")
    assert await status(desa, "DS-261120-0001") == ("submitted", "tindak_lanjut")
    await play(
        desa,
        (
            ("kepala", "lihat", "DS-261120-0001"),
            ("kepala", "lihat", "Atas LI-261120-0001: Unjuk rasa buruh"),
            ("kepala", "lihat", "belum ditandai diterima"),
            ("kepala", "tulis", "/tugas"),
            ("kepala", "lihat", "DS-261120-0001"),
            ("pimpinan", "tulis", "/disposisi"),
            ("pimpinan", "lihat", "DS-261120-0001 atas LI-261120-0001"),
            ("kepala", "ketuk", "Terima"),
            ("kepala", "tanpa", "Terima"),
            ("kepala", "ketuk", "Tindak lanjut"),
            ("kepala", "balas", "laporan singkat > <b>Sudah</b> dikoordinasikan"),
            ("kepala", "lihat", "DS-261120-0001 selesai ditindaklanjuti"),
            ("pimpinan", "lihat", "<b>Sudah</b> dikoordinasikan"),
            ("pimpinan", "tulis", "/disposisi"),
            ("pimpinan", "lihat", "Tidak ada disposisi yang menunggu."),
        ),
    )
    assert await status(desa, "DS-261120-0001") == ("closed", "selesai")
    assert await status(desa, "LI-261120-0001") == ("closed", "terbit")
    assert await work(desa, lambda uow: uow.cases.waiting(kind="disposisi")) == []


async def test_own_words_and_another_addressee(desa: Agency) -> None:
    await delivered(desa)
    await play(
        desa,
        (
            ("pimpinan", "ketuk", "Disposisi"),
            ("pimpinan", "tanpa", "Kepala SKPD"),
            ("pimpinan", "ketuk", "Kepada Kepala Bidang"),
            ("pimpinan", "lihat", "Kepada Kepala Bidang, dengan hormat harap:"),
            ("pimpinan", "ketuk", "Tulis sendiri"),
            ("pimpinan", "balas", "Mohon tulis isinya >  . "),
            ("pimpinan", "lihat", "Mohon tulis isinya dengan kata-kata."),
            ("pimpinan", "balas", "sebagai balasan pesan ini > Undang camat <besok>"),
            ("kabid", "lihat", "Undang camat <besok>"),
        ),
    )
    assert said(desa, "kepala", "DS-261120") == 0
    assert await status(desa, "DS-261120-0001") == ("submitted", "tindak_lanjut")


async def test_the_same_one_twice_is_one(desa: Agency) -> None:
    await delivered(desa)
    await play(desa, (("pimpinan", "ketuk", "Disposisi"), ("pimpinan", "ketuk", "Proses lebih lanjut")))
    answer = await desa.phone("pimpinan").taps_data(newest(desa.phone("pimpinan")), "ds:i:k:1:k:p")
    assert "Disposisi yang sama sudah ada: DS-261120-0001." in (answer.text or "")
    assert len(await work(desa, lambda uow: uow.cases.waiting(kind="disposisi"))) == 1


async def test_on_a_recap_the_clock_runs_and_the_ladder_climbs(desa: Agency) -> None:
    await pass_to(desa, "06.00")
    await play(
        desa,
        (
            ("kepala", "ketuk", "Setujui"),
            ("pimpinan", "ketuk", "Disposisi"),
            ("pimpinan", "ketuk", "Koordinasi dan konfirmasikan"),
            ("kepala", "lihat", "Atas RK-261120: Rekap 20-11-2026"),
            ("kepala", "tombol", "Buka RK-261120"),
        ),
    )
    await pass_to(desa, "06.35")
    assert any("Terima DS-261120-0001" in label for label in labels(desa.phone("kepala")))
    await play(desa, (("kepala", "ketuk", "Terima"), ("kepala", "ketuk", "Buka RK-261120")))
    assert said(desa, "kepala", "Kecamatan") >= 1
    assert (await status(desa, "DS-261120-0001"))[0] == "submitted"


@pytest.mark.parametrize("who", ["agen", "verifikator", "kepala", "kabid", "admin"])
async def test_only_leadership_gives_one(desa: Agency, who: str) -> None:
    await delivered(desa)
    await play(desa, ((who, "tulis", "/menu"),))
    for data in ("ds:m:k:1", "ds:i:k:1:k:p", "ds:c:k:1:k", "ds:w:k:1:b", "ds:m:r:1", "ds:i:x:1:k:p"):
        answer = await desa.phone(who).taps_data(newest(desa.phone(who)), data)
        assert "tidak ditemukan" in (answer.text or "").casefold()
    assert await work(desa, lambda uow: uow.cases.waiting(kind="disposisi")) == []


async def test_a_secret_report_takes_none(desa: Agency) -> None:
    await delivered(desa)

    def hide(uow):  # type: ignore[no-untyped-def]
        uow.cases.change(uow.cases.get(1), classification=Clearance.RAHASIA.value)

    await work(desa, hide)
    answer = await desa.phone("pimpinan").taps_data(newest(desa.phone("pimpinan")), "ds:m:k:1")
    assert "tidak ditemukan" in (answer.text or "").casefold()


async def test_only_the_addressee_reports_back_and_the_clock_needs_words(desa: Agency) -> None:
    await delivered(desa)
    await play(desa, (("pimpinan", "ketuk", "Disposisi"), ("pimpinan", "ketuk", "Tanggapan dan saran")))
    for who in ("pimpinan", "kabid", "agen"):
        await play(desa, ((who, "tulis", "/menu"),))
        answer = await desa.phone(who).taps_data(newest(desa.phone(who)), "ds:t:2:1:tindak_lanjut")
        assert answer.text
    answer = await desa.phone("kepala").taps_data(newest(desa.phone("kepala")), "v:s:2:1:tindak_lanjut")
    assert answer.text  # the SOP needs the report back
    assert await status(desa, "DS-261120-0001") == ("submitted", "tindak_lanjut")
    await play(desa, (("agen", "tulis", "/disposisi"), ("agen", "lihat", "di luar kewenangan")))


async def test_two_dispositions_on_one_report_close_it_with_the_last(desa: Agency) -> None:
    await joins(desa, 7498, Role.SKPD)
    await delivered(desa)
    await play(desa, (("pimpinan", "ketuk", "Disposisi"), ("pimpinan", "ketuk", "Tanggapan dan saran")))
    message = newest(desa.phone("pimpinan"))
    await desa.phone("pimpinan").taps_data(message, "ds:i:k:1:b:p")
    await desa.quiet()
    for who in ("kepala", "kabid"):
        assert await status(desa, "LI-261120-0001") == ("handling", "terbit")
        await play(desa, ((who, "ketuk", "Tindak lanjut"), (who, "balas", "laporan singkat > Selesai")))
    assert await status(desa, "LI-261120-0001") == ("closed", "terbit")
