"""A month read from the store: the steps on their clocks, who sees how much, what was owed in the mornings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from domain.errors import NotPermitted
from domain.model import Case
from domain.months import Month
from domain.ports import UnitOfWork
from domain.roles import Role
from domain.usecases import deputies, monev, monev_view, people, reports
from tests.verification.desk import GROUP, Desk

NOVEMBER = Month(2026, 11)


async def shown(desk: Desk, who: str = "kabid", month: Month = NOVEMBER, *, secret: bool = True) -> dict[str, Any]:
    """What the person is shown of the month."""

    def work(uow: UnitOfWork) -> dict[str, Any]:
        now = desk.clock.now()
        scope = monev.scope_of(uow, desk.people[who], now, secret=secret)
        return monev_view.params(desk.office, monev.gather(uow, desk.office, month, scope, now))

    return await desk.db.run(work)


def lapinfo(params: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = next(one for one in params["prosedur"] if "Lapinfo" in one["judul"])
    return found


def numbers(rows: list[Mapping[str, Any]]) -> dict[tuple[str, ...], tuple[Any, ...]]:
    """By step (and place): count, median and P90 in minutes, within, returned, standing, overdue."""
    found = {}
    for row in rows:
        name = ("perbaikan" if row["perbaikan"] else row["nama"], *((row["kecamatan"],) if "kecamatan" in row else ()))
        times = [None if row[key] is None else row[key] / 60 for key in ("median", "p90")]
        found[name] = (row["selesai"], *times, row["dalam"], row["kembali"], row["berjalan"], row["lewat"])
    return found


async def verify(desk: Desk, case: Case) -> None:
    await desk.tap("nuri", desk.card(GROUP, case.ref), "Setujui")
    await desk.tap("nuri", desk.card(GROUP, case.ref), "Setujui B2")


async def approve(desk: Desk, case: Case) -> None:
    await desk.tap("kepala", desk.card("kepala", case.ref), "Setujui", "kepala")


async def straight(desk: Desk, verified_after: int, approved_after: int, **facts: str) -> Case:
    """A report that goes through both steps in so many minutes."""
    case = await desk.report(facts=facts)
    desk.later(minutes=verified_after)
    await verify(desk, case)
    desk.later(minutes=approved_after)
    await approve(desk, case)
    assert (await desk.case(case)).status == "published"
    return case


async def returned(desk: Desk, after: int, mended_in: int) -> Case:
    """A report sent back after so many minutes, mended, then passed on at once."""
    case = await desk.report()
    desk.later(minutes=after)
    await desk.db.run(lambda uow: send_back(uow, desk, case))
    await desk.deliver()
    desk.later(minutes=mended_in)
    case = await desk.again("agen", apa="Unjuk rasa warga menolak galian C")
    await verify(desk, case)
    await approve(desk, case)
    return case


def send_back(uow: UnitOfWork, desk: Desk, case: Case) -> None:
    from domain.usecases import verification  # noqa: PLC0415
    from domain.usecases.cards import Tap  # noqa: PLC0415

    seen = verification.Seen(case.id, 1, "verifikasi")
    verification.revise(
        uow, desk.office, desk.people["nuri"], seen, "Mohon lengkapi", ("apa",), desk.clock.now(), Tap(GROUP, None)
    )


async def test_each_step_on_its_own_clock_and_the_authors_time_apart(desk: Desk) -> None:
    await straight(desk, 30, 45)
    await returned(desk, 70, 20)
    waiting = await desk.report()
    desk.later(minutes=90)
    found = lapinfo(await shown(desk))
    assert numbers(found["tahap"]) == {
        ("Verifikasi laporan",): (3, 30.0, 70.0, 2, 1, 1, 1),
        ("Persetujuan kepala",): (2, 22.5, 45.0, 2, 0, 0, 0),
        ("perbaikan",): (1, 20.0, 20.0, 1, 0, 0, 0),
    }
    assert numbers(found["silang"]) == {(*key, "Bojong"): row for key, row in numbers(found["tahap"]).items()}
    whole = found["jumlah"]
    assert (whole["selesai"], whole["median"] / 60, whole["p90"] / 60, whole["dalam"]) == (2, 72.5, 75, 2)
    assert (whole["putaran"], whole["putaran_maks"]) == (0.5, 1)
    assert [row["nama"] for row in found["kecamatan"]] == ["Bojong"]
    assert (await desk.case(waiting)).status == "submitted"


async def test_a_step_belongs_to_the_month_in_which_it_was_left(desk: Desk) -> None:
    desk.clock.move_to(datetime.combine(date(2026, 11, 30), time(23, 40), desk.office.zone))
    case = await desk.report()
    desk.later(minutes=15)
    await verify(desk, case)
    desk.later(minutes=25)
    await approve(desk, case)
    november, december = [lapinfo(await shown(desk, month=month)) for month in (NOVEMBER, Month(2026, 12))]
    assert numbers(november["tahap"]) == {
        ("Verifikasi laporan",): (1, 15.0, 15.0, 1, 0, 0, 0),
        ("Persetujuan kepala",): (0, None, None, 0, 0, 1, 0),
    }
    assert november["jumlah"]["selesai"] == 0
    assert numbers(december["tahap"])["Persetujuan kepala",] == (1, 25.0, 25.0, 1, 0, 0, 0)
    assert numbers(december["tahap"])["Verifikasi laporan",][0] == 0
    assert december["jumlah"]["selesai"] == 1
    assert (await shown(desk, month=NOVEMBER))["sampai"] is None
    assert (await shown(desk, month=Month(2026, 12)))["sampai"] == "2026-12-01"
    october = await shown(desk, month=Month(2026, 10))
    assert lapinfo(october)["jumlah"]["selesai"] == 0


async def test_secret_cases_count_at_steps_from_three_on_and_nowhere_else(desk: Desk) -> None:
    for number in range(1, 4):
        case = await straight(desk, 10, 10)
        await desk.db.run(
            lambda uow, case=case: uow.cases.change(uow.cases.get(case.id), classification="rahasia")  # type: ignore[misc]
        )
        found = lapinfo(await shown(desk))
        assert all(row["selesai"] == 0 for row in found["tahap"])
        assert (found["kecamatan"], found["silang"], found["jumlah"]["selesai"]) == ([], [], 0)
        assert [row["selesai"] for row in found["tahap_rahasia"]] == ([3, 3] if number == 3 else [])
    for who in ("semua", "wilayah", "kasubbid_doro"):
        assert lapinfo(await shown(desk, who))["tahap_rahasia"] == []
    assert lapinfo(await shown(desk, "kabid", secret=False))["tahap_rahasia"] == []


async def test_one_sees_ones_own_kecamatan(desk: Desk) -> None:
    await straight(desk, 10, 10)
    await straight(desk, 20, 20, kecamatan="Doro")
    await straight(desk, 30, 30, kecamatan="Talun")
    readers = ("kepala", "kabid", "semua", "kasubbid_doro", "wilayah")
    places = {who: [row["nama"] for row in lapinfo(await shown(desk, who))["kecamatan"]] for who in readers}
    assert places == {
        "kepala": ["Talun", "Doro", "Bojong"],
        "kabid": ["Talun", "Doro", "Bojong"],
        "semua": ["Talun", "Doro", "Bojong"],
        "kasubbid_doro": ["Doro"],
        "wilayah": ["Doro"],
    }
    assert numbers(lapinfo(await shown(desk, "wilayah"))["tahap"])["Verifikasi laporan",][:2] == (1, 20.0)


@pytest.mark.parametrize("who", ["agen", "nuri", "pimpinan", "admin"])
async def test_others_are_refused(desk: Desk, who: str) -> None:
    with pytest.raises(NotPermitted):
        await shown(desk, who)


async def test_a_deputy_sees_what_the_absent_head_sees_and_no_longer_than_that(desk: Desk) -> None:
    now = desk.clock.now()
    await desk.db.run(
        lambda uow: uow.absences.add(
            desk.people["kepala"].id, now, now + timedelta(hours=1), "plh", None, now, deputy_id=desk.people["nuri"].id
        )
    )
    assert deputies.official_roles(desk.office) >= {Role.KEPALA}
    assert (await shown(desk, "nuri"))["wilayah"] == ["Kabupaten Pekalongan"]
    desk.later(hours=1)
    with pytest.raises(NotPermitted):
        await shown(desk, "nuri")
    revoked = replace(desk.people["kabid"], active=False)
    desk.people["kabid"] = revoked
    with pytest.raises(NotPermitted):
        await shown(desk)


# --- mornings --------------------------------------------------------------------------------------------------------


def to(desk: Desk, day: int, hour: int, minute: int) -> datetime:
    desk.clock.move_to(datetime.combine(date(2026, 11, day), time(hour, minute), desk.office.zone))
    return desk.clock.now()


async def nihil(desk: Desk, who: str, *, waited_since: datetime | None = None) -> None:
    now = desk.clock.now()
    sop = desk.office.sops.get("lapinfo")
    await desk.db.run(lambda uow: reports.nihil(uow, desk.office, desk.people[who], sop, now, now, after=waited_since))


def mornings(params: Mapping[str, Any]) -> dict[str, tuple[int, ...]]:
    """By kecamatan: owed, on time, nihil, late, missing."""
    keys = ("wajib", "tepat", "nihil", "terlambat", "belum")
    return {row["nama"]: tuple(row[key] for key in keys) for row in params["pagi"]["kecamatan"]}


async def test_missing_is_not_nihil_and_leave_and_doubt_are_held_against_nobody(desk: Desk) -> None:
    away = desk.people["agen2"].id
    for day in range(21, 29):
        early = to(desk, day, 5, 10)
        await nihil(desk, "agen")
        match day:
            case 21:
                await nihil(desk, "agen2")
            case 22:
                to(desk, day, 5, 31)
                await nihil(desk, "agen2")
            case 23:  # a tap found after an outage that spanned the due time
                to(desk, day, 5, 40)
                await nihil(desk, "agen2", waited_since=early)
            case 24:
                await desk.report("agen2")
            case 25:  # on leave until the 29th, but back on the 27th
                await desk.db.run(
                    lambda uow, now=early: uow.absences.add(away, now, now + timedelta(days=4), "cuti", None, now)  # type: ignore[misc]
                )
            case 27:
                now = to(desk, day, 5, 20)
                await desk.db.run(lambda uow, now=now: uow.absences.end(1, now))  # type: ignore[misc]
    to(desk, 28, 5, 29)
    assert (await shown(desk))["pagi"]["hari"] == 7
    to(desk, 28, 12, 0)
    params = await shown(desk)
    # agen: 8 nihil. agen2: nihil, late, doubtful (a nihil), an event in time, two days of leave, two missing.
    assert mornings(params) == {"Bojong": (14, 1, 10, 1, 2)}
    assert (params["pagi"]["hari"], params["pagi"]["izin"]) == (8, 2)
    assert params["pagi"]["jumlah"]["persen"] == 85


async def test_an_agent_owed_for_where_they_were_and_only_while_they_were_one(desk: Desk) -> None:
    to(desk, 22, 8, 0)
    await desk.hire("baru", Role.AGEN, regions=("Doro",))
    admin = desk.people["admin"]
    change = people.change
    now = to(desk, 24, 8, 0)
    moved = desk.people["agen2"].id
    await desk.db.run(lambda uow: change(uow, desk.office, admin, moved, now, regions=("Kajen",)))
    gone = to(desk, 26, 8, 0)
    await desk.db.run(lambda uow: people.revoke(uow, desk.office, admin, desk.people["agen"].id, gone))
    to(desk, 28, 12, 0)
    params = await shown(desk)
    # agen: 21–26 in Bojong. agen2: 21–24 in Bojong, 25–28 in Kajen. baru: 23–28 in Doro.
    assert {place: row[0] for place, row in mornings(params).items()} == {"Bojong": 10, "Kajen": 4, "Doro": 6}
    assert list(mornings(params)) == ["Doro", "Kajen", "Bojong"]
    assert all(row[0] == row[4] for row in mornings(params).values())
    assert mornings(await shown(desk, "wilayah")) == {"Doro": (6, 0, 0, 0, 6), "Kajen": (4, 0, 0, 0, 4)}


async def test_a_hundred_reports_are_read_in_as_many_statements_as_one(desk: Desk) -> None:
    """What a month costs must not grow with its reports: each is a row of a few statements, none is opened."""

    def statements(uow: Any) -> list[str]:
        found: list[str] = []

        def note(_conn: object, _cursor: object, statement: str, *_: object) -> None:
            found.append(statement)

        event.listen(uow.conn, "before_cursor_execute", note)
        try:
            scope = monev.scope_of(uow, desk.people["kabid"], desk.clock.now())
            monev.gather(uow, desk.office, NOVEMBER, scope, desk.clock.now())
        finally:
            event.remove(uow.conn, "before_cursor_execute", note)
        return found

    await desk.report()
    one = await desk.db.run(statements)
    for number in range(20):
        await desk.report(apa=f"Kejadian lain nomor {number}")
    many = await desk.db.run(statements)
    assert len(many) == len(one)
    assert not any("case_versions" in statement for statement in many)
