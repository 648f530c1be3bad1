"""Which function answers which method, and one call from its checked parameters to its result."""

import inspect
from collections.abc import Awaitable, Callable
from typing import Any, Final

from simulator import methods_bot, methods_chat, methods_edit, methods_send
from simulator.compose import Query
from simulator.schema import SPECS

Handler = Callable[[Query], Any | Awaitable[Any]]

_MODULES: Final = (methods_send, methods_edit, methods_chat, methods_bot)


def _snake(name: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name)


def _find(method: str) -> Handler:
    if method in ("logOut", "close"):
        return methods_bot.done
    found: Handler = next(getattr(module, _snake(method)) for module in _MODULES if hasattr(module, _snake(method)))
    return found


HANDLERS: Final[dict[str, Handler]] = {name: _find(name) for name in SPECS if name != "getUpdates"}
"""Every method of the table except getUpdates, which the server answers by itself."""

ASYNCHRONOUS: Final = frozenset(name for name, handler in HANDLERS.items() if inspect.iscoroutinefunction(handler))
