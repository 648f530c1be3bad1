"""The rounds when people are two, away or gone, at night, and again and again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from domain.ports import UnitOfWork
from domain.roles import Clearance, Role
from domain.usecases.sla import quiet_until
from simulator.agency import Agency
from tests.dialog.script import Row, newest, play
from tests.lokus.pdf import text
from tests.lokus.report import passed
from tests.lokus.story import lokus
from tests.lokus.test_result import to_the_report
from tests.lokus.test_rounds import to_the_rounds

LEAD, OTHER = "koordinator_lapangan", "verifikator2"
DAY = timedelta(days=1)


async def person(desa: Agency, who: str, **columns: Any) -> int:
    """Change that person's row; the id."""

    def work(uow: UnitOfWork) -> int:
        found = uow.people.by_telegram_id(desa.users[who].id)
        assert found is not None
        if columns:
            uow.people.change(found.id, **columns)
        return found.id

    return await desa.app.database.run(work)


async def away(desa: Agency, who: str, deputy: str) -> None:
    """On leave from yesterday until tomorrow, stood in for."""
    absent, other, now = await person(desa, who), await person(desa, deputy), desa.clock.now()

    def work(uow: UnitOfWork) -> None:
        uow.absences.add(absent, now - DAY, now + DAY, "cuti", None, now, deputy_id=other)

    await desa.app.database.run(work)


def called(desa: Agency, who: str) -> list[str]:
    """What came to that phone about the report being received."""
    return [m.text for m in desa.phone(who).messages() if "Menerima laporan hasil kegiatan" in m.text]


def again(who: str, writer: str) -> tuple[Row, ...]:
    """Received, sent back to whoever writes, repaired and sent."""
    return (
        (who, "ketuk", "Terima"),
        (who, "ketuk", "Revisi"),
        (who, "balas", "Apa yang perlu diperbaiki > Mohon diperjelas"),
        (writer, "ketuk", "Hasil"),
        (writer, "balas", "isi baru untuk Hasil > Bubar tertib"),
        (writer, "ketuk", "Pratinjau"),
        (writer, "ketuk", "Kirim"),
    )


async def test_two_of_a_kind_a_deputy_a_gone_author_and_a_leadership_without_account(desa: Agency) -> None:
    second: Mapping[str, Any] = {"roles": frozenset({Role.KASUBBID}), "clearance": Clearance.TERBATAS}
    await person(desa, OTHER, **second)
    await to_the_rounds(desa)
    case, _ = await lokus(desa)
    data = f"lr:y:{case.id}:{case.version}:{case.step}"
    both = [desa.phone(who) for who in ("kasubbid", OTHER)]
    taps = [phone.tap(newest(phone).id, data) for phone in both]
    told = sorted([(await phone.answered(tap)).text or "" for phone, tap in zip(both, taps, strict=True)])
    assert "laporan diterima" in told[0]
    assert "Sudah diterima" in told[1]
    await desa.quiet()
    await play(
        desa,
        (
            ("kasubbid", "lihat", "Memverifikasi laporan hasil"),
            (OTHER, "lihat", "Memverifikasi laporan hasil"),
            ("kasubbid", "ketuk", "Revisi"),
            (OTHER, "ketuk", "Verifikasi"),
            ("kasubbid", "balas", "Apa yang perlu diperbaiki > Terlambat"),
            ("kasubbid", "lihat", "Sudah diverifikasi Rajawali-02"),
        ),
    )
    await away(desa, "kabid", "piket")
    await play(
        desa,
        (
            (OTHER, "ketuk", "Kirim ke Kepala Bidang"),
            ("piket", "lihat", "Menerima laporan hasil kegiatan"),
            ("piket", "ketuk", "Terima"),
            ("piket", "lihat", "(a.n. Kepala Bidang)"),
        ),
    )
    await person(desa, LEAD, active=False)
    await play(
        desa,
        (
            ("piket", "ketuk", "Revisi"),
            ("piket", "ketuk", "Penyusun"),
            ("piket", "balas", "Apa yang perlu diperbaiki > Hasil belum rinci"),
            # The author is gone: the desk writes, and nobody receives what they wrote themselves.
            ("kasubbid", "lihat", "Menyusun laporan hasil"),
            ("kasubbid", "lihat", "Perbaikan diminta a.n. Kepala Bidang: Hasil belum rinci"),
            ("kasubbid", "ketuk", "Pratinjau"),
            ("kasubbid", "ketuk", "Kirim"),
            *again(OTHER, "kasubbid") * 5,
        ),
    )
    case, _ = await lokus(desa)
    assert (case.step, case.round) == ("terima_1", 7)
    cards = [message for message in desa.phone(OTHER).messages() if "Laporan hasil kegiatan ·" in message.text]
    assert len(cards) == 1, "each new card takes the place of the one before"
    await person(desa, "pimpinan", active=False)
    await play(
        desa,
        (
            (OTHER, "ketuk", "Riwayat versi (7)"),
            (OTHER, "lihat", "7. 20 November"),
            (OTHER, "tidak", "1. 20 November"),
            (OTHER, "ketuk", "Berikutnya"),
            (
                OTHER,
                "lihat",
                "1. 20 November 2026 pukul 04.55 WIB, Camar-09 (Koordinator Lapangan): laporan pertama",
            ),
            (OTHER, "ketuk", "Terima"),
            (OTHER, "ketuk", "Verifikasi"),
            (OTHER, "ketuk", "Kirim ke"),
            *passed("piket"),
            *passed("kepala", "Setujui"),
        ),
    )
    words, paper = [message for message in desa.phone("kepala").messages() if not message.mine][-2:]
    assert "Bupati belum dapat dijangkau" in words.text
    assert isinstance(paper.media, dict)
    assert "Bubar tertib" in text(desa.world.files[paper.media["file_id"]].data)
    assert (await lokus(desa))[0].step == "final"


async def test_by_night_the_day_is_said_and_the_ladder_waits_for_the_morning(desa: Agency) -> None:
    await to_the_report(desa)
    await play(
        desa,
        (
            (LEAD, "jam", "23.40"),
            (LEAD, "ketuk", "Pratinjau"),
            (LEAD, "ketuk", "Kirim"),
            (LEAD, "lihat", "Menunggu Kepala Subbidang"),
            ("kasubbid", "lihat", "Menerima laporan hasil kegiatan: paling lambat 21 November pukul 00.10 WIB"),
            ("kasubbid", "jam", "00.41"),
        ),
    )
    assert (len(called(desa, "kasubbid")), called(desa, "kabid")) == (2, []), "quiet hours: the card came, no reminder"
    await play(desa, (("kasubbid", "jam", "05.01"), ("kasubbid", "lihat", "Unjuk rasa buruh")))
    assert len(called(desa, "kasubbid")) == 3
    await play(desa, (("kabid", "jam", "05.31"),))
    assert "Unjuk rasa buruh" in called(desa, "kabid")[-1]
    await play(desa, (("kasubbid", "ketuk", "Terima"),))
    card = next(m for m in desa.phone("kasubbid").messages() if "Memverifikasi laporan hasil kegiatan: pa" in m.text)
    assert "paling lambat 06.31 WIB" in card.text
    assert "20 November pukul 23.40 WIB dikirim Camar-09" in card.text
    case, _ = await lokus(desa)
    night = desa.clock.now() - timedelta(hours=2)
    assert quiet_until(desa.office, case, night) == night + timedelta(hours=1, minutes=29)
    assert quiet_until(desa.office, replace(case, step="pelaksanaan"), night) is None, "people in the field never wait"
