"""Alerted at once, again and again until somebody entitled has opened it, then up the ladder. The clock is driven."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from domain.notices import Priority
from domain.ports import UnitOfWork
from domain.roles import Clearance
from simulator.agency import Agency
from storage.tables import outbox
from tests.dialog.script import newest, play
from tests.lapsus.story import SECRET, actions, chat, sends


def notices(desa: Agency, who: str) -> list[int]:
    """The ids of the messages in the person's chat that stand for the case."""
    return [m.id for m in desa.phone(who).messages() if "LK-" in m.text and not m.mine]


async def test_those_entitled_hear_within_the_second_and_nobody_else(desa: Agency) -> None:
    case = await sends(desa)
    assert case.ref in chat(desa, "kabid")
    for who in ("verifikator", "verifikator2", "kepala", "pimpinan", "agen2", "piket", "admin", "koordinator_wilayah"):
        assert case.ref not in chat(desa, who), who
        assert SECRET not in chat(desa, who), who
    for group in desa.groups.values():
        assert case.ref not in "\n".join(m.text for m in desa.phone("admin").messages(group))
    assert SECRET not in chat(desa, "kabid")
    assert (newest(desa.phone("kabid")).date - case.received_at) < timedelta(seconds=2)


async def test_alerts_go_before_everything_else(desa: Agency) -> None:
    case = await sends(desa)
    await play(desa, (("kabid", "maju", "2"),))

    def read(uow: UnitOfWork) -> set[int]:
        query = select(outbox.c.priority).where(
            outbox.c.chat_id == desa.users["kabid"].id, outbox.c.kind == "show", outbox.c.reference == case.ref
        )
        return {int(priority) for priority in uow.conn.execute(query).scalars()}  # type: ignore[attr-defined]

    assert await desa.app.database.run(read) == {Priority.URGENT}


async def test_the_alert_rings_again_every_two_minutes_as_one_message(desa: Agency) -> None:
    case = await sends(desa)
    seen = notices(desa, "kabid")
    for _ in range(3):
        await play(desa, (("kabid", "maju", "2"),))
        now = notices(desa, "kabid")
        assert len(now) == 1
        assert now != seen, "an edit rings nobody's phone"
        seen = now
    assert (await actions(desa, case)).count("alerted") == 3


async def test_nothing_rings_between_two_alerts(desa: Agency) -> None:
    await sends(desa)
    seen = notices(desa, "kabid")
    await play(desa, (("kabid", "maju", "1"),))
    assert notices(desa, "kabid") == seen


async def test_the_first_opening_ends_the_alerts(desa: Agency) -> None:
    case = await sends(desa)
    await play(desa, (("kabid", "maju", "2"), ("kabid", "ketuk", "Buka")))
    told = (await actions(desa, case)).count("alerted")
    await play(desa, (("kabid", "maju", "2"), ("kabid", "maju", "2"), ("kabid", "maju", "2")))
    assert (await actions(desa, case)).count("alerted") == told


async def test_taking_the_call_ends_them_too_and_the_authors_wish_does_not(desa: Agency) -> None:
    await play(
        desa,
        (
            ("agen", "tulis", "/lapsus"),
            ("agen", "ketuk", "Minta dihubungi"),
            ("agen", "ketuk", "30 menit lagi"),
            ("agen", "ketuk", "Usulkan waktu lain"),
            ("agen", "ketuk", "1 jam lagi"),
            ("kabid", "maju", "2"),
        ),
    )
    case = await desa.app.database.run(lambda uow: uow.cases.get(1))
    assert case is not None
    assert (await actions(desa, case)).count("alerted") == 1
    await play(desa, (("kabid", "ketuk", "Ambil"), ("kabid", "maju", "2"), ("kabid", "maju", "2")))
    assert (await actions(desa, case)).count("alerted") == 1


async def test_unopened_it_goes_up_the_ladder_rung_by_rung(desa: Agency) -> None:
    case = await sends(desa)
    for _ in range(7):
        await play(desa, (("kabid", "maju", "2"),))
    assert case.ref not in chat(desa, "kepala")
    await play(desa, (("kabid", "maju", "2"),))  # 16 minutes: ten to open it, five more to the first rung
    assert case.ref in chat(desa, "kepala")
    assert case.ref not in chat(desa, "pimpinan")
    assert SECRET not in chat(desa, "kepala")
    await play(desa, (("kabid", "maju", "2"),))
    assert notices(desa, "kepala")


async def test_alerts_missed_in_an_outage_happen_once(desa: Agency) -> None:
    case = await sends(desa)
    desa.clock.advance(timedelta(minutes=9))
    await play(desa, (("kabid", "maju", "0"),))
    assert (await actions(desa, case)).count("alerted") == 1
    assert len(notices(desa, "kabid")) == 1


async def test_an_official_without_clearance_is_passed_over(desa: Agency) -> None:
    def lower(uow: object) -> None:
        kabid = uow.people.by_telegram_id(7311)  # type: ignore[attr-defined]
        uow.people.change(kabid.id, clearance=Clearance.TERBATAS)  # type: ignore[attr-defined]

    await desa.app.database.run(lower)
    case = await sends(desa)
    assert case.ref not in chat(desa, "kabid")
    assert case.ref in chat(desa, "kepala"), "the rung above stands in"
    await play(desa, (("kepala", "maju", "2"),))
    assert case.ref not in chat(desa, "kabid")
