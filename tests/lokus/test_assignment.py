"""Steps 1 to 4 of a lokus through the whole application."""

from __future__ import annotations

from simulator.agency import Agency
from tests.dialog.script import play
from tests.lokus.story import CHOSEN, ORDERED, PLAN, READY, lokus


async def test_a_plan_becomes_a_lokus_and_the_team_is_ready(desa: Agency) -> None:
    await play(desa, PLAN)
    assert (await lokus(desa))[0].step == "pemilihan"
    await play(desa, CHOSEN)
    assert (await lokus(desa))[0].step == "penugasan"
    await play(desa, ORDERED)
    case, row = await lokus(desa)
    assert row is not None
    assert (case.step, row.edition) == ("penerimaan", 1)
    await play(desa, READY)
    case, row = await lokus(desa)
    assert row is not None
    assert case.step == "pelaksanaan"
    assert case.due_at == row.ends_at
    # The order came after the reminder of the day before: nobody is reminded of what they were told just now.
    await desa.sweep()
    for who in ("koordinator_lapangan", "anggota1", "anggota2"):
        assert not any("Lokus mulai" in one.text for one in desa.phone(who).messages())
