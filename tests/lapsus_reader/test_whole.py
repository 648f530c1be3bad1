"""The composed bot over real HTTP: opened, the bot started anew, and the content goes when its time comes."""

from __future__ import annotations

from datetime import timedelta

from domain.model import Case
from domain.ports import UnitOfWork
from domain.sop.commands import Moved, Submit
from domain.sop.engine import decide
from domain.usecases import cards
from domain.usecases.transitions import actor_of, record
from simulator.agency import Agency
from tests.dialog.conftest import desa, logs, profile
from tests.lapsus_reader.desk import CONTENT, WORD

__all__ = ["desa", "logs", "profile"]


def _secret(desa: Agency, uow: UnitOfWork) -> Case:
    person = uow.people.by_telegram_id(7101)
    assert person is not None
    now, sop = desa.clock.now(), desa.office.sops.get("lapsus")
    command = Submit(actor_of(person), frozenset(CONTENT), author_id=person.id)
    moved = decide(sop, None, command, now, zone=desa.office.zone)
    assert isinstance(moved, Moved)
    case = uow.cases.add(
        ref=uow.references.next("LK", now.date()), kind="lapsus", sop=sop.name, sop_version=sop.version,
        step=moved.step, status=moved.status, round=1, version=1, author_id=person.id, recorded_by=None,
        region="Kajen", bidang=None, classification="rahasia", urgency="segera", nihil=False, duty_date=None,
        lateness="not_applicable", received_at=now, entered_at=moved.entered_at, due_at=moved.due_at, closed_at=None,
        value=None, incident_id=None, supersedes_id=None, fields=CONTENT,
    )  # fmt: skip
    record(uow, case, moved, person.id, now)
    cards.announce(uow, desa.office, case, now)
    return case


async def test_content_goes_at_its_time_even_when_the_bot_was_started_anew(desa: Agency) -> None:
    kabid = desa.phone("kabid")
    case = await desa.app.database.run(lambda uow: _secret(desa, uow))
    await kabid.sees(case.ref)
    assert WORD not in kabid.transcript()
    await kabid.taps("Buka")
    await kabid.sees(WORD)
    await desa.quiet()
    assert WORD in kabid.transcript()
    await desa.restart()
    await desa.quiet()
    assert WORD in kabid.transcript()
    desa.clock.advance(timedelta(minutes=9))
    await desa.quiet()
    assert WORD in kabid.transcript()
    desa.clock.advance(timedelta(minutes=1))
    await kabid.sees_no_more(WORD)
    await kabid.taps("Buka")
    await kabid.sees(WORD)
    await kabid.taps("Setujui")
    await kabid.sees_no_more(WORD)
    for who in ("agen", "verifikator", "kepala", "admin", "pimpinan"):
        assert WORD not in desa.phone(who).transcript()
    for group in desa.groups.values():
        assert WORD not in desa.phone("admin").transcript(group)
        assert case.ref not in desa.phone("admin").transcript(group)
