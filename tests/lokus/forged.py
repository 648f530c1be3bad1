"""Every button that the handlers know, tapped by anybody: what a modified client can do, without Telegram between."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

from domain.errors import UserError
from handlers import router
from handlers.context import Context
from handlers.incoming import Incoming
from simulator.agency import Agency

_PATTERN = re.compile(r'case \[((?:"\w+"|\*?\w+)(?:, (?:"\w+"|\*?\w+))*)\]')
_WORDS = {
    **{name: f"{{{name}}}" for name in ("case", "member", "emergency", "step")},
    "case_id": "{case}",
    "part": "masalah",
    "where": "p",
    "level": "waspada",
    "key": "apa",
}
_FURTHER = re.compile(r"(_\w+)\(ctx, parts\)")
Said = tuple[str | None, dict[str, Any]]
"""The answer's template and its parameters."""


def lokus_buttons() -> Sequence[str]:
    """Callback data of every button of a lokus, read from the handlers themselves: a new one is in without a word.

    ``{case}``, ``{member}``, ``{emergency}`` and ``{step}`` are to be filled in.
    """
    found: dict[str, None] = {}
    for module in router._MODULES:
        for prefix, handler in getattr(module, "TAPS", {}).items() if ".lokus_" in module.__name__ else ():
            for shape in _PATTERN.findall(_source(module, handler)):
                names = shape.split(", ")
                first = [names[0].strip('"')]
                if not names[0].startswith('"'):
                    first = sorted({**getattr(module, "_ON_CARD", {}), **getattr(module, "_ON_LINE", {})})
                rest = [one.strip('"') if '"' in one else _WORDS.get(one, "1") for one in names[1:] if one[0] != "*"]
                found.update({":".join((prefix, what, *rest)): None for what in first})
    return tuple(found)


def _source(module: ModuleType, handler: Callable[..., Any]) -> str:
    """The handler and what it hands on to."""
    text = inspect.getsource(handler)
    return text + "".join(_source(module, getattr(module, name)) for name in _FURTHER.findall(text))


class _Undo(Exception):
    pass


async def trying(desa: Agency, work: Callable[[Any], None]) -> None:
    """Do the work in a transaction that is taken back."""

    def then_undo(uow: Any) -> None:
        work(uow)
        raise _Undo

    try:
        await desa.app.database.run(then_undo)
    except _Undo:
        return


def answer(uow: Any, desa: Agency, who: str, data: str) -> Said:
    """What the bot answers when that person's phone says that such a button was tapped."""
    chat = desa.users[who].id
    inc = Incoming(1, "tap", chat, sender_id=chat, message_id=1, data=data, callback_id="1")
    now = desa.clock.now()
    try:
        ack = router.route(Context(uow, desa.app.office, now, now, inc, uow.people.by_telegram_id(chat)))
    except UserError as error:
        return error.key, dict(error.params)
    return (None, {}) if ack is None else (ack.template, dict(ack.params))
