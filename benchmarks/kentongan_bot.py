"""Kentongan itself, for the benchmark: ``bot.app`` as in production, seeded with an agency, without Telegram's limits.

What is left out is what would hold the people up on purpose: the delivery limits and the flood gate. Storage, history,
encryption and ``synchronous=FULL`` are as always.
"""

from __future__ import annotations

import asyncio
import os
from datetime import datetime

from benchmarks.conversation import KECAMATAN
from bot import memory
from bot.app import App, Parts
from bot.config import load_settings
from bot.logs import configure
from bot.pacing import Limits
from domain.model import NewPerson
from domain.office import Office
from domain.ports import UnitOfWork
from domain.roles import Role
from domain.usecases import groups

OFFICIALS = (Role.VERIFIKATOR, Role.KEPALA, Role.PIMPINAN, Role.ADMINISTRATOR)


def seed(uow: UnitOfWork, office: Office, users: int, first_user: int, group: int, now: datetime) -> None:
    """Agents, each in a kecamatan, the officials, and the bound group of the verifiers."""
    for number in range(users):
        grant = NewPerson(
            frozenset({Role.AGEN}), (KECAMATAN[number % len(KECAMATAN)],), code_name=f"Elang-{number:02d}"
        )
        uow.people.add(first_user + number, f"Agen {number:02d}", grant, now)
    for number, role in enumerate(OFFICIALS):
        uow.people.add(first_user - 100 + number, role.value, NewPerson(frozenset({role}), code_name=role.value), now)
    groups.bind(uow, office, None, group, "Verifikasi", "verifikasi", now)


async def main() -> None:
    """Seed, then run until SIGTERM."""
    settings = load_settings()
    configure(settings.log_format, settings.log_level)
    app = await App.compose(settings, Parts(limits=Limits.none()))
    app.dispatcher.gate.rate = app.dispatcher.gate.burst = 1e9
    users, first, group = (int(os.environ[f"BENCH_{name}"]) for name in ("USERS", "FIRST_USER", "GROUP"))
    now = app.parts.clock.now()
    await app.database.run(lambda uow: seed(uow, app.office, users, first, group, now))
    memory.settle()
    await app.run()


if __name__ == "__main__":
    asyncio.run(main())
