"""Who owes the morning's report: leave, several kecamatan, days off, partners and voluntary sources, empty rungs."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.profile_loader import PROFILES
from domain.roles import Role
from simulator.agency import Agency
from tests.dialog.morning import away, joins, pass_to, reports, said, who_is, work
from tests.dialog.script import play

DAY = ("05.00", "05.20", "05.35", "05.45")
EVENT = (
    "Apa: Unjuk rasa warga\nSiapa: sekitar 50 warga\nDi mana: Balai Desa Doro, Kec. Doro\n"
    "Kapan: hari ini pkl 04.40 WIB\nMengapa: menolak tambang\nBagaimana: orasi, tertib\nBidang: Sosial Budaya"
)


async def test_whoever_is_on_leave_is_left_alone_and_is_not_late(desa: Agency) -> None:
    await away(desa, "agen")
    await pass_to(desa, *DAY)
    assert said(desa, "agen", "aporan pagi") == 0
    assert said(desa, "koordinator_wilayah", "Elang-07") == said(desa, "kabid", "Elang-07") == 0
    assert said(desa, "kabid", "Belum lapor: 1 dari 1") == 1
    await desa.phone("agen").says("Kajen aman. Nihil")
    receipt = await desa.phone("agen").sees("Nihil diterima")
    assert "terlambat" not in receipt.text
    assert [case.lateness for case in await reports(desa, "agen")] == ["not_applicable"]


async def test_who_joined_after_the_due_time_is_not_blamed_for_that_day(desa: Agency) -> None:
    await pass_to(desa, "05.35")
    newcomer = await joins(desa, 7803, Role.AGEN, "Doro")
    await pass_to(desa, "05.45", "06.00")
    assert said(desa, "kabid", "Belum lapor: 2 dari 2") == 1
    assert said(desa, "kabid", newcomer.alias) == 0


async def test_leave_that_was_ended_early_counts_no_more(desa: Agency) -> None:
    await away(desa, "agen")
    person = await who_is(desa, "agen")

    def back(uow: object) -> None:
        (absence,) = uow.absences.of(person.id)  # type: ignore[attr-defined]
        assert uow.absences.end(absence.id, desa.clock.now())  # type: ignore[attr-defined]

    await work(desa, back)
    await pass_to(desa, "05.00")
    assert said(desa, "agen", "Laporan pagi") == 1


async def test_each_of_several_kecamatan_is_owed(desa: Agency) -> None:
    person = await who_is(desa, "agen")
    await work(desa, lambda uow: uow.people.change(person.id, regions=("Kajen", "Doro", "Talun")))
    await play(
        desa,
        (
            ("agen", "jam", "05.00"),
            ("agen", "lihat", "Laporan pagi\nKecamatan Kajen, Doro, Talun"),
            ("agen", "tulis", "Kajen aman. Nihil"),
            ("agen", "lihat", "Nihil diterima"),
        ),
    )
    reminder = next(m for m in desa.phone("agen").messages() if not m.mine)
    assert "Laporan pagi\nKecamatan Doro, Talun" in reminder.text
    await play(
        desa,
        (
            ("agen", "tulis", EVENT),
            ("agen", "ketuk", "Kirim"),
            ("agen", "lihat", "tepat waktu"),
            ("agen", "jam", "05.20"),
            ("agen", "lihat", "Laporan pagi belum diterima\nKecamatan Talun"),
            ("agen", "jam", "05.35"),
            ("agen", "lihat", "Laporan pagi belum kami terima\nKecamatan Talun"),
            ("koordinator_wilayah", "lihat", "Talun: Elang-07\nDoro: Merak-03"),
        ),
    )
    assert [(c.region, c.nihil, c.duty_date is not None) for c in await reports(desa, "agen")] == [
        ("Kajen", True, True),
        ("Doro", False, True),
    ]


async def test_an_event_from_elsewhere_does_not_answer_for_ones_own_kecamatan(desa: Agency) -> None:
    await play(desa, (("agen", "tulis", EVENT), ("agen", "ketuk", "Kirim"), ("agen", "tidak", "tepat waktu")))
    await pass_to(desa, "05.00")
    assert said(desa, "agen", "Laporan pagi\nKecamatan Kajen") == 1


async def test_partners_are_invited_once_and_never_chased(desa: Agency) -> None:
    await joins(desa, 7801, Role.MITRA, "Kajen")
    await joins(desa, 7802, Role.AGEN, "Kajen", source="Masyarakat")
    await pass_to(desa, "05.00")
    for who, labels in (("7801", 1), ("7802", 2)):
        (invitation,) = desa.phone(who).messages()
        assert "Bila ada kejadian" in invitation.text
        assert len([label for row in invitation.labels for label in row]) == labels
    await pass_to(desa, *DAY[1:])
    assert [len(desa.phone(who).messages()) for who in ("7801", "7802")] == [1, 1]
    assert said(desa, "kabid", "Belum lapor: 2 dari 2") == 1
    await desa.phone("7801").taps("Ada kejadian")
    await desa.phone("7801").sees("Bidang")
    await desa.phone("7802").taps("Nihil")
    await desa.quiet()
    assert said(desa, "7802", "Nihil diterima") == 1
    assert said(desa, "7802", "terlambat") == 0


async def test_a_coordinator_hears_of_their_own_kecamatan_only(desa: Agency) -> None:
    person = await who_is(desa, "koordinator_wilayah")
    await work(desa, lambda uow: uow.people.change(person.id, regions=("Doro",)))
    await pass_to(desa, "05.35")
    assert said(desa, "koordinator_wilayah", "Belum lapor: 1 laporan pagi") == 1
    assert said(desa, "koordinator_wilayah", "Doro: Merak-03") == 1
    assert said(desa, "koordinator_wilayah", "Elang-07") == 0


async def test_a_coordinator_on_leave_is_deputised(desa: Agency) -> None:
    await away(desa, "koordinator_wilayah", deputy="piket")
    await pass_to(desa, "05.35")
    assert said(desa, "koordinator_wilayah", "Belum lapor") == 0
    assert said(desa, "piket", "Belum lapor: 2 laporan pagi") == 1


@pytest.mark.parametrize(("gone", "heard"), [((), "kabid"), (("kabid",), "kepala"), (("kabid", "kepala"), "pimpinan")])
async def test_a_rung_that_nobody_fills_is_skipped_upward(desa: Agency, gone: tuple[str, ...], heard: str) -> None:
    for who in gone:
        await away(desa, who)
    await pass_to(desa, "05.45")
    assert {who for who in ("kabid", "kepala", "pimpinan") if said(desa, who, "Belum lapor: 2 dari 2")} == {heard}


async def test_when_everybody_has_reported_nobody_hears_anything(desa: Agency) -> None:
    for who in ("agen", "agen2"):
        await desa.phone(who).says("/nihil")
    await desa.quiet()
    await pass_to(desa, *DAY)
    for who in ("agen", "agen2", "koordinator_wilayah", "kabid", "kepala"):
        assert said(desa, who, "aporan pagi") == said(desa, who, "Belum lapor") == 0, who


class TestDayOff:
    """A profile of its own, in which Fridays are off."""

    @pytest.fixture
    def profile(self, tmp_path: Path) -> str:
        text = (PROFILES / "pekalongan.toml").read_text(encoding="utf-8").replace("days_off = []", "days_off = [4]")
        path = tmp_path / "kami.toml"
        path.write_text(text, encoding="utf-8")
        return str(path)

    async def test_nobody_owes_anything_on_a_day_off(self, desa: Agency) -> None:
        await pass_to(desa, *DAY)
        for who in ("agen", "agen2", "koordinator_wilayah", "kabid"):
            assert said(desa, who, "aporan pagi") == said(desa, who, "Belum lapor") == 0, who
        await desa.phone("agen").says("Kajen aman. Nihil")
        receipt = await desa.phone("agen").sees("Nihil diterima")
        assert "terlambat" not in receipt.text
        await pass_to(desa, "05.00")  # Saturday
        assert said(desa, "agen", "Laporan pagi") == 1
