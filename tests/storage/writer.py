"""A process that writes to a database until it is killed: ``python -m tests.storage.writer URL PREFIX COUNT``.

It prints a number only after the commit returned; whatever it printed has to be there afterwards.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from storage.database import Database
from storage.unit import UnitOfWork
from tests.storage.parts import KEY, NOW, FixedClock, raw


async def write(url: str, first: int, count: int) -> None:
    database = await Database.open(url, [KEY], data_dir=Path(), create=False, practice=False, clock=FixedClock())

    async def store(number: int) -> None:
        def work(uow: UnitOfWork) -> None:
            (row,) = uow.inbox.store([raw(number)], NOW)
            uow.events.append("system", "stored", None, NOW, {"number": number})
            if number % 2:
                uow.inbox.done(row.id)

        await database.run(work)
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()

    for start in range(first, first + count, 5):
        await asyncio.gather(*(store(number) for number in range(start, min(start + 5, first + count))))
    await database.close()


if __name__ == "__main__":
    asyncio.run(write(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
