"""Nobody judges the result report that they wrote themselves; what its status says meanwhile (contract.md)."""

from __future__ import annotations

from typing import Any

from domain.roles import Role
from simulator.agency import Agency
from tests.dialog.script import Row, newest, play
from tests.lokus.report import FINISHED, REPORTED, ROUNDS, SENT, passed
from tests.lokus.story import CHOSEN, PLAN, lokus, to_the_field
from tests.lokus.test_unhappy import forged

OWN = "Laporan sendiri LO-261120-0001 tidak dapat Anda putuskan"


async def refused(desa: Agency, who: str, *steps: str) -> None:
    """Every decision of those steps is refused to that person, and nothing moves."""
    case, _ = await lokus(desa)
    for step in steps:
        for data in (f"lr:y:{case.id}:{case.version}:{step}", f"lr:r:{case.id}:{case.version}:{step}"):
            said = await forged(desa, who, data)
            assert OWN in (said.text or "") or step != case.step, (who, data, said)
    after, _ = await lokus(desa)
    assert (after.step, after.version) == (case.step, case.version)


async def holding(desa: Agency, who: str, *roles: Role) -> None:
    """That person holds these roles besides."""

    def work(uow: Any) -> None:
        person = uow.people.by_telegram_id(desa.users[who].id)
        uow.people.change(person.id, roles=person.roles | set(roles))

    await desa.app.database.run(work)


async def test_a_kasubbid_who_wrote_the_report_leaves_the_first_round_to_the_kabid(desa: Agency) -> None:
    await to_the_field(desa)
    await play(
        desa,
        (
            *SENT,
            *FINISHED,
            ("kasubbid", "ketuk", "Susun sendiri"),
            ("kasubbid", "ketuk", "Pratinjau"),
            ("kasubbid", "ketuk", "Kirim"),
            ("kasubbid", "lihat", "Menunggu Kepala Bidang"),
            ("kasubbid", "tanpa", "Terima"),
            ("kasubbid", "tulis", "/tugas"),
            ("kasubbid", "tidak", "LO-261120-0001"),
        ),
    )
    await refused(desa, "kasubbid", "terima_1")
    await play(desa, (("kabid", "ketuk", "Terima"),))
    await refused(desa, "kasubbid", "verifikasi_1")
    await play(desa, (("kabid", "ketuk", "Verifikasi"), ("kabid", "ketuk", "Kirim"), *passed("kabid")))
    assert (await lokus(desa))[0].step == "terima_3"


async def test_a_coordinator_who_is_kabid_too_does_not_pass_the_own_report(desa: Agency) -> None:
    await to_the_field(desa)
    await play(desa, (*SENT, *FINISHED))
    await holding(desa, "koordinator_lapangan", Role.KABID)
    await play(desa, (*REPORTED, *passed("kasubbid")))
    await refused(desa, "koordinator_lapangan", "terima_2")
    await play(desa, passed("kabid"))
    assert (await lokus(desa))[0].step == "terima_3"


async def test_sent_back_and_written_by_another_it_is_still_the_first_ones_too(desa: Agency) -> None:
    await to_the_field(desa)
    await play(
        desa,
        (
            *SENT,
            *FINISHED,
            ("kasubbid", "ketuk", "Susun sendiri"),
            ("kasubbid", "ketuk", "Pratinjau"),
            ("kasubbid", "ketuk", "Kirim"),
            ("kabid", "ketuk", "Terima"),
            ("kabid", "ketuk", "Revisi"),
            ("kabid", "balas", "Apa yang perlu diperbaiki > Lengkapi hasilnya"),
            ("koordinator_lapangan", "ketuk", "Pratinjau"),
            ("koordinator_lapangan", "ketuk", "Kirim"),
        ),
    )
    await refused(desa, "kasubbid", "terima_1")


async def test_who_typed_the_plan_in_may_choose_it(desa: Agency) -> None:
    """The plan is a partner's, however it came to the office; only the report is somebody's own."""
    typed: tuple[Row, ...] = tuple(("kasubbid", how, words) for _, how, words in PLAN[1:-2])
    await play(
        desa, (("kasubbid", "tulis", "/rencana"), ("kasubbid", "ketuk", "Tulis rencana baru"), *typed, *CHOSEN[:-1])
    )
    assert (await lokus(desa))[0].step == "penugasan"


async def statuses(desa: Agency) -> list[tuple[str, str]]:
    """Step and status as they were entered, one after the other."""
    case, _ = await lokus(desa)
    events = await desa.app.database.run(lambda uow: [dict(one.data) for one in uow.events.of(f"case:{case.id}")])
    entered = [(one["step"], one["status"]) for one in events if "status" in one]
    return [one for place, one in enumerate(entered) if place == 0 or one != entered[place - 1]]


async def test_the_status_says_where_the_report_is_as_the_contract_has_it(desa: Agency) -> None:
    await to_the_field(desa)
    await play(
        desa,
        (
            *SENT,
            *FINISHED,
            *REPORTED,
            ("kasubbid", "ketuk", "Terima"),
            ("kasubbid", "ketuk", "Revisi"),
            ("kasubbid", "balas", "Apa yang perlu diperbaiki > Lengkapi hasilnya"),
            ("mitra", "tulis", "/status"),
            ("mitra", "lihat", "rencana sudah dicatat"),
            ("koordinator_lapangan", "ketuk", "Pratinjau"),
            ("koordinator_lapangan", "ketuk", "Kirim"),
            ("mitra", "tulis", "/status"),
            ("mitra", "lihat", "rencana sudah dicatat"),
            *ROUNDS,
        ),
    )
    assert await statuses(desa) == [
        ("pemilihan", "submitted"),
        *((step, "handling") for step in ("penugasan", "penerimaan", "pelaksanaan", "laporan")),
        ("terima_1", "submitted"),
        ("verifikasi_1", "submitted"),
        ("laporan", "revision"),
        ("terima_1", "submitted"),
        ("verifikasi_1", "submitted"),
        *((step, "verified") for step in ("kirim_1", "terima_2", "verifikasi_2", "kirim_2", "terima_3")),
        *((step, "verified") for step in ("verifikasi_3", "persetujuan")),
        ("final", "published"),
    ]
    assert "agenda 0001" in newest(desa.phone("kepala")).text
