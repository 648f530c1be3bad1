"""What the tests of the lapsus share: secret words, the shortest written report, what stands in a chat."""

from __future__ import annotations

from domain.model import Case
from domain.ports import UnitOfWork
from simulator.agency import Agency
from tests.dialog.script import Row, play

SECRET = "RENCANA-BADAI-7731"
"""A word that must be nowhere but before an entitled reader."""


def writes(who: str = "agen", words: str = SECRET) -> tuple[Row, ...]:
    """From /lapsus to the summary of a written report: only the course of events is given."""
    return (
        (who, "tulis", "/lapsus"),
        (who, "ketuk", "Tulis laporan"),
        (who, "ketuk", "Saya mengerti"),
        (who, "lihat", "Dasar"),
        (who, "ketuk", "Lewati"),
        (who, "lihat", "Kronologi"),
        (who, "tulis", f"Kronologi {words}"),
        *((who, "ketuk", "Lewati") for _ in range(8)),
        (who, "lihat", "Ringkasan laporan khusus"),
    )


async def sends(desa: Agency, who: str = "agen", words: str = SECRET) -> Case:
    """A written lapsus, sent."""
    await play(desa, (*writes(who, words), (who, "ketuk", "Kirim"), (who, "lihat", "Laporan khusus diterima")))
    return await newest_case(desa)


async def newest_case(desa: Agency) -> Case:
    """The case that came last."""

    def read(uow: UnitOfWork) -> Case:
        found = uow.cases.waiting(kind="lapsus")
        return max(found, key=lambda case: case.id)

    return await desa.app.database.run(read)


async def case_of(desa: Agency, case: Case) -> Case:
    """The case as it is now."""
    found = await desa.app.database.run(lambda uow: uow.cases.get(case.id))
    assert found is not None
    return found


async def actions(desa: Agency, case: Case) -> list[str]:
    """What happened to it."""
    return [event.action for event in await desa.app.database.run(lambda uow: uow.events.of(f"case:{case.id}"))]


def chat(desa: Agency, who: str) -> str:
    """Everything that stands in the person's chat with the bot."""
    return "\n".join(message.text for message in desa.phone(who).messages())


def own(desa: Agency, who: str) -> list[str]:
    """The person's own messages that still stand there."""
    return [message.text for message in desa.phone(who).messages() if message.mine]
