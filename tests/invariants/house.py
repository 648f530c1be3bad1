"""What the invariant tests share: reports as one message, a look into the database, a crash on purpose."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from domain.model import Case
from simulator.agency import Agency
from simulator.model import Chat, Message
from simulator.people import Phone
from storage.database import Database
from storage.unit import UnitOfWork

REPORT = """Bidang: Sosial Budaya
Kecamatan: {kecamatan}
Apa: {apa}
Siapa: pedagang pasar
Di mana: Pasar {kecamatan}
Kapan: hari ini pukul 04.15
Mengapa: hubungan pendek listrik
Bagaimana: api padam pukul 04.40"""


def one_message(apa: str, kecamatan: str = "Kajen") -> str:
    """A whole report in one message, after which only *Kirim* is left."""
    return REPORT.format(apa=apa, kecamatan=kecamatan)


async def submit(phone: Phone, apa: str, kecamatan: str = "Kajen", seconds: float = 10.0) -> str:
    """Write a report, send it, and give the reference on the receipt."""
    said = await phone.says(one_message(apa, kecamatan))
    summary = await phone.sees(apa, timeout=seconds, after=said, button="Kirim")
    phone.tap(summary, data_of(summary.buttons, "Kirim"))
    receipt = await phone.sees("Laporan diterima", timeout=seconds, after=said)
    return reference(receipt.text)


def data_of(buttons: Any, label: str) -> str:
    """The callback data of the first button whose label holds the word."""
    return str(next(button.value for row in buttons for button in row if label in button.label))


def reference(text: str) -> str:
    """The first reference in a text."""
    return next(word for word in text.split() if word.startswith("LI-"))


def all_cases(uow: UnitOfWork) -> list[Case]:
    """Every case, by id."""
    return [case for (found,) in rows(uow, "cases", "id") if (case := uow.cases.get(found)) is not None]


def rows(uow: UnitOfWork, table: str, columns: str) -> list[tuple[Any, ...]]:
    """Columns of every row of a table, by id."""
    return [tuple(row) for row in uow.conn.exec_driver_sql(f"SELECT {columns} FROM {table} ORDER BY id").all()]


async def assert_whole(database: Database, *, pending: bool = False) -> list[Case]:
    """Nothing dead, nothing doubled, references without a gap, seals and chains unbroken; the cases."""

    def look(uow: UnitOfWork) -> tuple[list[Case], list[str], list[list[str]]]:
        found = all_cases(uow)
        inbox = [status for (status,) in rows(uow, "inbox", "status")]
        return found, inbox, [[event.action for event in uow.events.of(f"case:{case.id}")] for case in found]

    found, inbox, histories = await database.run(look)
    assert "dead" not in inbox
    if not pending:
        assert set(inbox) <= {"done"}, Counter(inbox)
    days = {case.ref.rsplit("-", 1)[0] for case in found}
    for day in days:
        numbers = sorted(int(case.ref.rsplit("-", 1)[1]) for case in found if case.ref.startswith(day))
        assert numbers == list(range(1, len(numbers) + 1)), "references have a gap or a double"
    for history in histories:
        assert sum(action in ("submitted", "recorded", "nihil") for action in history) == 1, history
    assert list(await database.verify()) == []
    return found


async def until(condition: Callable[[], object], seconds: float = 10.0) -> None:
    """Wait until something holds that has no event of its own; TimeoutError after real seconds."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - see above
            await asyncio.sleep(0.01)


def messages_with(chat: Chat, text: str) -> list[Message]:
    """The bot's messages in a chat that hold a text."""
    return [m for m in chat.messages.values() if text in m.text and m.sender is not None and m.sender.is_bot]


@dataclass
class Crasher:
    """Stops an application dead at a transaction: before it is committed, or after it and before anybody hears."""

    desa: Agency
    when: Literal["before", "after"]
    at: int
    """Which transaction from now on, counted from 1."""

    def __post_init__(self) -> None:
        self.struck = asyncio.Event()
        self._count = 0
        self._real = self.desa.app.database.run
        self.desa.app.database.run = self._run  # type: ignore[method-assign]

    async def _run(self, work: Callable[[UnitOfWork], Any]) -> Any:
        if self.struck.is_set():
            await asyncio.Event().wait()
        self._count += 1
        if self._count != self.at:
            return await self._real(work)
        self.struck.set()
        if self.when == "after":
            # Committed, but this process never learns of it and hands nothing on.
            self.desa.app.database.on_notices = None
            await self._real(work)
        return await asyncio.Event().wait()

    async def bury(self) -> None:
        """End what is left of the process, without a word to anybody, and start a new one on the same database."""
        running = self.desa._running
        assert running is not None
        running.cancel()
        await asyncio.wait([running])
        self.desa._running = None
        await self.desa.restart()
