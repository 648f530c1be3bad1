"""Step 5 of a lokus as tables, and what the store knows of it."""

from __future__ import annotations

from domain.lokus.model import Emergency, LogEntry, Member
from domain.ports import UnitOfWork
from domain.roles import Role
from simulator.agency import Agency
from simulator.views import MessageView
from tests.dialog.script import Row
from tests.lokus.story import lokus

MEETING = (-6.8898, 109.6753)
"""The meeting point of the story: where a phone is when nothing else is said."""


def mapped(who: str) -> tuple[Row, ...]:
    """The risk checklist, in the fewest taps."""
    return (
        (who, "ketuk", "Pemetaan risiko"),
        (who, "ketuk", "Potensi bentrok"),
        (who, "ketuk", "Lanjut"),
        (who, "ketuk", "Jalan utama"),
        (who, "ketuk", "Lanjut"),
        (who, "ketuk", "Semua"),
        (who, "ketuk", "Semua"),
        (who, "lihat", "pemetaan risiko lengkap"),
    )


def begun(*who: str) -> tuple[Row, ...]:
    """Checklist and *Mulai* of each."""
    rows: list[Row] = []
    for one in who:
        rows += [*mapped(one), (one, "ketuk", "Mulai"), (one, "jawab", "Mulai dicatat")]
    return tuple(rows)


def called(who: str) -> tuple[Row, ...]:
    """*Mundur/Darurat* from the panel: one tap, one confirmation."""
    return ((who, "ketuk", "Mundur/Darurat"), (who, "ketuk", "YA, DARURAT"), (who, "jawab", "Mundur sekarang"))


async def member(desa: Agency, who: str, number: int = 1) -> Member:
    """The newest part of that phone's person in that day's n-th lokus."""
    case, _ = await lokus(desa, number)

    def work(uow):  # type: ignore[no-untyped-def]
        person = uow.people.by_telegram_id(desa.users[who].id)
        return [one for one in uow.lokus.team(case.id, everybody=True) if one.person_id == person.id][-1]

    return await desa.app.database.run(work)


async def entries(desa: Agency, who: str, number: int = 1) -> list[LogEntry]:
    """That person's log."""
    case, _ = await lokus(desa, number)
    own = await member(desa, who, number)
    return list(await desa.app.database.run(lambda uow: uow.lokus.entries(case.id, own.person_id)))


async def emergencies(desa: Agency, number: int = 1) -> list[Emergency]:
    """All of that lokus, ended ones too."""
    case, _ = await lokus(desa, number)
    return list(await desa.app.database.run(lambda uow: uow.lokus.emergencies(case.id)))


def alerts(desa: Agency, who: str, words: str = "memanggil bantuan") -> int:
    """How often a message with these words rang on that phone, whether it stands there still or not."""
    chat = desa.users[who].id
    sent = (call for call in desa.world.calls if call.ok and call.method == "sendMessage" and call.chat_id == chat)
    return sum(words in call.params["text"] for call in sent)


def pinned(desa: Agency, who: str) -> MessageView | None:
    """The pinned message of that phone."""
    chat = desa.phone(who).chat()
    return next((message for message in desa.phone(who).messages() if message.id in chat.pinned), None)


def live(desa: Agency, who: str, label: str | None = None) -> int:
    """How many messages in that chat still have that button (None: any at all)."""
    messages = desa.phone(who).messages()
    return sum(any(label in (None, one) for row in message.labels for one in row) for message in messages)


async def reports_too(desa: Agency, who: str) -> None:
    """That member is an agent as well, who sends reports."""

    def more(uow: UnitOfWork) -> None:
        person = uow.people.by_telegram_id(desa.users[who].id)
        assert person is not None
        uow.people.change(person.id, roles=person.roles | {Role.AGEN})

    await desa.app.database.run(more)
