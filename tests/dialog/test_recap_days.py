"""/rekap: any day or range, for those who need to know; in a group numbers only; bad dates get a clear answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from domain.recognition.days import read_days
from simulator.agency import Agency
from tests.dialog.morning import pass_to, who_is, work
from tests.dialog.recap import event, morning, pushed
from tests.dialog.script import newest, play

TODAY = date(2026, 11, 20)
NOV = date(2026, 11, 1)


@pytest.mark.parametrize(
    ("typed", "first", "last"),
    [
        ("18-11-2026", date(2026, 11, 18), date(2026, 11, 18)),
        ("1-11-2026 s.d. 15-11-2026", NOV, date(2026, 11, 15)),
        ("1/11/26 sampai 15/11/26", NOV, date(2026, 11, 15)),
        ("1-11-2026 s/d 15-11-2026", NOV, date(2026, 11, 15)),
        ("1 Nopember s.d. 15 Nov 2026", NOV, date(2026, 11, 15)),
        ("Rabu, 18 November 2026", date(2026, 11, 18), date(2026, 11, 18)),
        ("tgl 18 november", date(2026, 11, 18), date(2026, 11, 18)),
        ("2026-11-18", date(2026, 11, 18), date(2026, 11, 18)),
        ("1 Nov - 15 Nov", NOV, date(2026, 11, 15)),
        ("25 Des", date(2025, 12, 25), date(2025, 12, 25)),
        ("28 Des s.d. 3 Jan 2026", date(2025, 12, 28), date(2026, 1, 3)),
        ("29-2-2024", date(2024, 2, 29), date(2024, 2, 29)),
        ("kemarin", date(2026, 11, 19), date(2026, 11, 19)),
        ("Hari ini", TODAY, TODAY),
    ],
)
def test_days_as_people_type_them(typed: str, first: date, last: date) -> None:
    assert read_days(typed, TODAY) == (first, last)


@pytest.mark.parametrize(
    "typed",
    [
        "31-2-2026", "29-2-2026", "21-11-2026", "15-11-2026 s.d. 1-11-2026", "besok lusa", "0-0-0", "satu", "18", "-",
        "1-11-2026 s.d. 2-11-2026 s.d. 3-11-2026", "18-13-2026", "<b>", "٣-١١-٢٠٢٦x", "1-11-2026 s.d.  s.d.",
        "1-11-2026 s.d.", "s.d. 3-11-2026",
    ],
)  # fmt: skip
def test_what_is_no_day_or_has_not_come(typed: str) -> None:
    assert read_days(typed, TODAY) is None


async def test_leadership_reads_what_was_approved_and_the_head_what_is(desa: Agency) -> None:
    await morning(desa)
    await play(
        desa,
        (
            ("pimpinan", "tulis", "/rekap"),
            ("pimpinan", "lihat", "menunggu persetujuan Kepala Kantor"),
            ("kepala", "tulis", "/rekap"),
            ("kepala", "lihat", "Masuk 2 dari 2"),
            ("kepala", "ketuk", "Setujui"),
            ("pimpinan", "tulis", "/rekap"),
            ("pimpinan", "lihat", "Rekap Jumat, 20 November 2026 · RK-261120"),
            ("pimpinan", "tombol", "Disposisi"),
            ("pimpinan", "ketuk", "Daftar lengkap"),
            ("pimpinan", "lihat", "Kajen 1/1 · tepat 1 · kejadian 1"),
            ("pimpinan", "tidak", "Elang-07"),
            ("pimpinan", "ketuk", "Berikutnya"),
            ("pimpinan", "lihat", "menunggu verifikasi"),
            ("pimpinan", "ketuk", "Buka LI-261120-0001"),
            ("pimpinan", "lihat", "LI-261120-0001"),
        ),
    )
    opened = await work(desa, lambda uow: [event.action for event in uow.events.of("case:1")])
    assert opened[-1] == "opened"


async def test_a_coordinator_sees_the_own_kecamatan_only(desa: Agency) -> None:
    person = await who_is(desa, "koordinator_wilayah")
    await work(desa, lambda uow: uow.people.change(person.id, regions=("Doro",)))
    await event(desa, what="Hanya di Kajen")
    await pass_to(desa, "06.00")
    await play(
        desa,
        (
            ("koordinator_wilayah", "tulis", "/rekap"),
            ("koordinator_wilayah", "lihat", "Kecamatan Doro\nMasuk 0 dari 1"),
            ("koordinator_wilayah", "tidak", "Hanya di Kajen"),
            ("koordinator_wilayah", "ketuk", "Daftar lengkap"),
            ("koordinator_wilayah", "lihat", "Doro: Merak-03"),
            ("koordinator_wilayah", "lihat", "Kecamatan Doro"),
            ("koordinator_wilayah", "tidak", "Kajen"),
            ("koordinator_wilayah", "ketuk", "7 hari"),
            ("koordinator_wilayah", "lihat", "Kecamatan Doro\nLaporan pagi masuk 0 dari 1"),
            ("koordinator_wilayah", "tidak", "Kajen"),
        ),
    )
    await desa.phone("koordinator_wilayah").taps_data(newest(desa.phone("koordinator_wilayah")), "rk:l:1:1")
    await desa.quiet()
    assert "Hanya di Kajen" not in desa.phone("koordinator_wilayah").transcript()


@pytest.mark.parametrize("who", ["agen", "verifikator", "admin", "piket", "publikator"])
async def test_who_does_not_need_to_know_is_refused(desa: Agency, who: str) -> None:
    await play(desa, ((who, "tulis", "/rekap"), (who, "lihat", "di luar kewenangan")))
    for data in ("rk:r:h", "rk:h:20261120:0", "rk:r:b"):
        answer = await desa.phone(who).taps_data(newest(desa.phone(who)), data)
        assert "di luar kewenangan" in (answer.text or "")


async def test_ranges_have_totals_by_day_bidang_and_kecamatan_with_a_picture(desa: Agency) -> None:
    await morning(desa)
    await play(desa, (("kepala", "ketuk", "Setujui"),))
    await pass_to(desa, "23.00", "05.45", "06.00")
    await play(desa, (("kabid", "tulis", "/rekap 20-11-2026 s.d. 21-11-2026"),))
    shown = newest(desa.phone("kabid"))
    assert shown.photo
    for words in (
        "Rekap 20 November 2026 s.d. 21 November 2026",
        "masuk 2 dari 4 (50%)",
        "Tepat waktu 1 · nihil 1 · terlambat 0 · belum lapor 2",
        "Ekonomi 1",
        "20 November 2026: 2/2 · 1",
        "21 November 2026: 0/2",
        "Kajen 1/2 · 1",
    ):
        assert words in shown.text
    await play(desa, (("kabid", "ketuk", "Kemarin"), ("kabid", "lihat", "Rekap Jumat, 20 November 2026 · RK-261120")))
    await play(desa, (("kabid", "ketuk", "Bulan ini"), ("kabid", "lihat", "1 November 2026 s.d. 21 November 2026")))


async def test_bad_dates_get_a_clear_answer(desa: Agency) -> None:
    for typed in ("31-2-2026", "1-1-2030", "x"):
        await play(desa, (("kepala", "tulis", f"/rekap {typed}"), ("kepala", "lihat", "/rekap 18-11-2026")))
    await play(desa, (("kepala", "tulis", "/rekap 1-1-2026 s.d. 30-6-2026"), ("kepala", "lihat", "paling panjang 92")))
    answer = await desa.phone("kepala").taps_data(newest(desa.phone("kepala")), "rk:h:99999999:0")
    assert answer.text


async def test_a_group_is_told_numbers_and_never_persons_or_words(desa: Agency) -> None:
    await event(desa, what="Tidak untuk grup")
    await pass_to(desa, "06.00")
    group = desa.groups["koordinasi"]
    await desa.phone("kepala").says("/rekap", group)
    await desa.quiet()
    told = desa.phone("kepala").messages(group)[-1]
    assert "masuk 1 dari 2" in told.text
    assert "Kejadian 1" in told.text
    for word in ("Tidak untuk grup", "Merak", "Elang", "Kajen"):
        assert word not in told.text
    assert not told.photo
    await desa.phone("admin").says("/rekap", group)
    await desa.quiet()
    assert "Kejadian" not in desa.phone("admin").messages(group)[-1].text


async def test_a_day_off_has_a_recap_only_when_something_was_reported(desa: Agency) -> None:
    profile = desa.office.profile
    assert profile.morning is not None
    off = profile.model_copy(update={"morning": profile.morning.model_copy(update={"days_off": (4, 5)})})
    desa.app.dispatcher.office = desa.app.sweeper.office = replace(desa.office, profile=off)
    await pass_to(desa, "06.00")
    assert pushed(desa, "kepala") == []
    await pass_to(desa, "06.20")
    await event(desa)
    await pass_to(desa, "23.00", "06.00")
    (shown,) = pushed(desa, "kepala")
    assert "Tidak ada laporan pagi yang wajib" in shown.text
    assert "Kejadian 1" in shown.text
