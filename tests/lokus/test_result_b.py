"""Preset B of a lokus: the members make the report, the coordinator receives and verifies it first."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from domain.lokus import result
from domain.ports import UnitOfWork
from domain.profile_loader import PROFILES
from domain.usecases.transitions import report_writers
from simulator.agency import Agency
from tests.dialog.script import play
from tests.lokus.field import begun
from tests.lokus.report import FINISHED, SENT, passed
from tests.lokus.story import lokus, to_the_field
from tests.lokus.test_unhappy import forged

TO_ROUNDS: tuple[tuple[str, str, str], ...] = (
    ("anggota1", "lihat", "Laporan Bapak/Ibu"),
    ("anggota1", "lihat", "Massa sekitar 200 orang"),
    ("anggota1", "tidak", "Spanduk tuntutan upah"),
    ("anggota1", "ketuk", "Tulis laporan"),
    ("anggota1", "balas", "Apa yang Bapak/Ibu lihat > Tiga perwakilan masuk ke pendopo pukul 14.00 WIB"),
    ("anggota1", "lihat", "Tiga perwakilan masuk"),
    ("anggota1", "ketuk", "Kirim laporan saya"),
    ("anggota1", "lihat", "sudah dikirim"),
)


def preset_b(tmp_path: Path) -> str:
    """The practice agency's profile with the other arrangement."""
    path, command = tmp_path / "b.toml", 'command = "rencana"'
    told = (PROFILES / "lengkap.toml").read_text().replace(command, f'{command}\npreset = "B"')
    path.write_text(re.sub(r"^logo = .*$", 'logo = ""', told, flags=re.MULTILINE))
    return str(path)


@pytest.fixture
def profile(tmp_path: Path) -> str:
    """The practice agency with the other arrangement."""
    return preset_b(tmp_path)


async def to_the_report(desa: Agency) -> None:
    """Live steps 1 to 5."""
    await to_the_field(desa)
    await play(desa, (*SENT, *FINISHED))
    case, _ = await lokus(desa)
    assert (case.sop, case.step) == ("lokus-b", "laporan")


async def test_each_member_sends_a_part_and_the_last_one_makes_the_report(desa: Agency) -> None:
    await to_the_report(desa)
    await play(
        desa,
        (
            *TO_ROUNDS,
            ("koordinator_lapangan", "lihat", "Menunggu laporan anggota"),
            ("koordinator_lapangan", "lihat", "Camar-01: sudah melapor"),
            ("koordinator_lapangan", "lihat", "Camar-02: belum melapor"),
            ("anggota2", "ketuk", "Kirim laporan saya"),
            ("koordinator_lapangan", "lihat", "Foto pilihan: 2"),
            *passed("koordinator_lapangan"),
            *passed("kabid"),
            *passed("kepala", "Setujui"),
            ("kepala", "lihat", "agenda 0001"),
            ("pimpinan", "lihat", "Laporan Kegiatan"),
        ),
    )
    case, _ = await lokus(desa)
    assert case.step == "final"
    assert "Camar-01 melaporkan: Tiga perwakilan masuk ke pendopo" in case.fields["hasil_bagaimana"]
    assert len(result.photos_of(case.fields)) == 2


async def test_the_coordinator_goes_on_without_a_silent_member(desa: Agency) -> None:
    await to_the_report(desa)
    await play(desa, (*TO_ROUNDS, ("koordinator_lapangan", "ketuk", "Lanjutkan tanpa yang belum")))
    case, _ = await lokus(desa)
    assert case.step == "terima_1"
    assert "Tiga perwakilan" in case.fields["hasil_bagaimana"]
    assert "Spanduk tuntutan upah" in case.fields["hasil_bagaimana"]


async def test_whoever_it_was_escalated_to_goes_on_and_typed_words_are_in_it(desa: Agency) -> None:
    """Nobody drops what a member has typed and not sent; a member who sent nothing at all has no part."""
    await to_the_field(desa)
    await play(desa, (*begun("anggota1", "anggota2"), *FINISHED))
    case, _ = await lokus(desa)

    def answered(uow: UnitOfWork) -> int:
        """They only tapped *aman*; the id of the second member's part."""
        team = [one for one in uow.lokus.team(case.id) if not one.lead]
        for one in team:
            uow.lokus.log(case.id, one.person_id, "check", desa.clock.now(), desa.clock.now(), {})
        return team[1].id

    second = await desa.app.database.run(answered)
    await play(
        desa,
        (
            ("anggota2", "ketuk", "Kirim laporan saya"),
            ("anggota2", "jawab", "mohon tuliskan laporannya"),
            ("koordinator_lapangan", "lihat", "Camar-02: belum melapor, 0 catatan"),
            ("anggota1", "ketuk", "Tulis laporan"),
            ("anggota1", "balas", "Apa yang Bapak/Ibu lihat > Spanduk dibentangkan di gerbang"),
            *(("kabid", "maju", "61"),) * 3,
            ("kabid", "ketuk", "Tindak LO-261120-0001"),
            ("kabid", "lihat", "Camar-01: tulisan belum dikirim"),
        ),
    )
    for data in (f"lh:l:{case.id}:{case.version}", f"lh:s:{second}"):
        said = await forged(desa, "anggota2", data)
        assert "ditemukan" in (said.text or "") or "tuliskan" in (said.text or ""), data
    assert (await lokus(desa))[0].step == "laporan"
    await play(
        desa,
        (
            ("kabid", "ketuk", "Lanjutkan tanpa yang belum"),
            ("kabid", "jawab", "laporan terkirim"),
            ("anggota1", "lihat", "Tulisan Bapak/Ibu yang belum dikirim ikut dimasukkan"),
            ("anggota2", "tidak", "ikut dimasukkan"),
        ),
    )
    case, _ = await lokus(desa)
    assert case.step == "terima_1"
    assert "Camar-01 melaporkan: Spanduk dibentangkan" in case.fields["hasil_bagaimana"]

    def writers(uow: UnitOfWork) -> set[str]:
        return {person.alias for person in map(uow.people.get, report_writers(uow, case)) if person is not None}

    assert await desa.app.database.run(writers) == {"Camar-01"}, "the Kabid put it together and may judge it"


async def test_sent_back_every_member_is_asked_again_and_changed_words_stay(desa: Agency) -> None:
    await to_the_report(desa)
    await play(
        desa,
        (
            *TO_ROUNDS,
            ("anggota2", "ketuk", "Kirim laporan saya"),
            ("koordinator_lapangan", "ketuk", "Terima"),
            ("koordinator_lapangan", "ketuk", "Ubah isi"),
            ("koordinator_lapangan", "ketuk", "Hasil"),
            ("koordinator_lapangan", "balas", "isi baru untuk Hasil > Massa bubar tertib"),
            ("koordinator_lapangan", "ketuk", "Revisi"),
            ("koordinator_lapangan", "balas", "Apa yang perlu diperbaiki > Jumlah perwakilan mohon dipastikan"),
            ("anggota1", "lihat", "Jumlah perwakilan mohon dipastikan"),
            ("anggota2", "lihat", "Jumlah perwakilan mohon dipastikan"),
            ("anggota1", "ketuk", "Tulis laporan"),
            ("anggota1", "balas", "Apa yang Bapak/Ibu lihat > Perwakilan berjumlah empat orang"),
            ("anggota1", "ketuk", "Kirim laporan saya"),
            ("anggota2", "ketuk", "Kirim laporan saya"),
        ),
    )
    case, _ = await lokus(desa)
    assert (case.step, case.round) == ("terima_1", 2)
    assert case.fields["hasil_hasil"] == "Massa bubar tertib"
    told = case.fields["hasil_bagaimana"]
    assert told.count("Tiga perwakilan masuk") == 1
    assert told.count("Perwakilan berjumlah empat orang") == 1


async def test_a_part_is_its_own_members_and_is_sent_once(desa: Agency) -> None:
    await to_the_report(desa)
    case, _ = await lokus(desa)
    team = await desa.app.database.run(lambda uow: list(uow.lokus.team(case.id)))
    lead, first = (next(one for one in team if one.lead), next(one for one in team if not one.lead))
    await play(desa, (("anggota1", "ketuk", "Kirim laporan saya"),))
    again = await forged(desa, "anggota1", f"lh:s:{first.id}")
    assert "sudah dikirim" in (again.text or "")
    for who, one in (("anggota2", first), ("koordinator_lapangan", lead), ("kasubbid", first)):
        assert "ditemukan" in ((await forged(desa, who, f"lh:s:{one.id}")).text or "")
    for who in ("anggota1", "anggota2", "mitra", "kabid"):
        for data in (f"lh:l:{case.id}:{case.version}", f"lh:m:{case.id}", f"lh:i:{case.id}:apa"):
            said = (await forged(desa, who, data)).text or ""
            assert "ditemukan" in said or (who == "anggota2" and ":l:" not in data and said), (who, data, said)
    assert (await lokus(desa))[0].step == "laporan"
