"""What is broken at each step: the practice Telegram, the storage, the program itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy.exc import OperationalError

from domain.errors import StorageFailed
from simulator.agency import Agency
from simulator.faults import Fault, Faults
from tests.canary.words import WORDS

Make = Callable[[Faults, str], Fault]
METHODS = (
    "sendMessage", "editMessageText", "deleteMessage", "deleteMessages", "answerCallbackQuery", "sendPhoto",
    "sendDocument", "sendVoice", "sendMediaGroup", "getFile",
)  # fmt: skip
ALL = " ".join(WORDS.values())
REFUSED: tuple[Make, ...] = (
    lambda f, m: f.refused("can't parse entities: Unsupported start tag", m),
    lambda f, m: f.refused("something that nobody has met yet", m),
    lambda f, m: f.add(Fault("blocked", m, times=1)),
)
"""400 twice over and 403."""
PASSING: tuple[Make, ...] = (
    lambda f, m: f.flood(0, m),
    lambda f, m: f.server_error(m),
    lambda f, m: f.bad_gateway(m),
    lambda f, m: f.offline(m, times=1),
)
"""429, 500, 502, no connection."""
LOST: tuple[Make, ...] = (
    lambda f, m: f.lost_answer(m),
    lambda f, m: f.lost_answer(m, hang=0.4),
)
"""Done, but the answer is lost, or takes longer than the bot waits."""


def telegram(desa: Agency, kinds: tuple[Make, ...]) -> tuple[Callable[[], None], Callable[[], None]]:
    """Each method fails once at each step, in one of these ways after the other."""
    faults, count = desa.world.faults, iter(range(10_000))

    def on() -> None:
        number = next(count)
        for place, method in enumerate(METHODS):
            kinds[(number + place) % len(kinds)](faults, method)

    return on, faults.clear


def storage(desa: Agency) -> tuple[Callable[[], None], Callable[[], None]]:
    """At each step each kind of transaction is once carried out, then refused by the disk, whose error knows it all."""
    return _breaking(desa, lambda name: True, _disk)


def program(desa: Agency) -> tuple[Callable[[], None], Callable[[], None]]:
    """At each step the handler does its work, then falls over an exception that knows every word."""
    return _breaking(desa, lambda name: "Dispatcher._handle" in name, _handler)


def _disk() -> None:
    behind = OperationalError(f"INSERT INTO cases VALUES ('{ALL}')", {"fields": ALL}, Exception(ALL))
    raise StorageFailed("the disk is full") from behind


def _handler() -> None:
    held = {"laporan": ALL}
    raise RuntimeError(f"{ALL} {held}") from KeyError(ALL)


def _breaking(
    desa: Agency, meant: Callable[[str], bool], fall: Callable[[], None]
) -> tuple[Callable[[], None], Callable[[], None]]:
    database = desa.app.database
    real, struck = database.run, set[str]()
    now = [False]

    async def run(work: Callable[[Any], Any]) -> Any:
        name = getattr(work, "__qualname__", "")
        if not now[0] or name in struck or not meant(name):
            return await real(work)
        struck.add(name)

        def breaking(uow: Any) -> Any:
            work(uow)
            return fall()

        return await real(breaking)

    def on() -> None:
        now[0] = True
        struck.clear()

    def off() -> None:
        now[0] = False

    desa.app.dispatcher.storage_pause = 0.01
    database.run = run  # type: ignore[method-assign]
    return on, off
