"""Logging that cannot give a secret away: one door for structlog and the standard library, redacted at the door.

Tokens are cut out of the finished line, whatever library wrote it and wherever in it they stood. Tracebacks show where
something broke and the class of the exception, never local variables; the text of an exception is shown only for
classes whose text is known to hold no content.
"""

from __future__ import annotations

import asyncio
import logging
import re
import sys
import threading
import traceback
from collections.abc import Iterable, Iterator, MutableMapping
from types import TracebackType
from typing import IO, Any, Literal

import orjson
import structlog
from telegram.error import TelegramError

from bot.text import unquoted
from domain.errors import KentonganError, OperatorError, SchemaTooNew, UserError

_TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]{30,}")
_CHATTY = (
    "matplotlib",
    "sqlalchemy",
    "aiosqlite",
    "asyncio",
    "aiohttp",
    "httpx",
    "httpcore",
    "PIL",
    "telegram",
    "alembic",
    "apscheduler",
    "uvicorn",
)
"""Libraries that print parameters, URLs or object reprs at INFO or DEBUG; they speak from WARNING on, always."""

LogFormat = Literal["console", "json"]


class Redactor:
    """Cuts tokens (by shape, and the configured ones exactly) out of text."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        parts = {secret for secret in secrets if len(secret) >= 8}
        parts |= {secret.partition(":")[2] for secret in parts if len(secret.partition(":")[2]) >= 8}
        self._exact = sorted(parts, key=len, reverse=True)

    def __call__(self, text: str) -> str:
        for secret in self._exact:
            if secret in text:
                text = text.replace(secret, "[token]")
        return _TOKEN.sub("[token]", text)


def safe_text(error: BaseException) -> str:
    """What may be printed of an exception besides its class; empty for unknown classes."""
    match error:
        case UserError():
            return error.key
        case OperatorError() | SchemaTooNew():
            return str(error)
        case TelegramError():
            return unquoted(str(error))
        case OSError():
            return error.strerror or ""
        case KentonganError() | ImportError() | ModuleNotFoundError():
            return str(error)
        case _:
            return ""


def safe_traceback(error: BaseException | None) -> str:
    """The stack of an exception and of those behind it, without values."""
    return "\n".join(_lines(error, set()))


def _lines(error: BaseException | None, seen: set[int]) -> Iterator[str]:
    if error is None or id(error) in seen:
        return
    seen.add(id(error))
    if error.__cause__ is not None:
        yield from _lines(error.__cause__, seen)
        yield "The above exception was the direct cause of:"
    elif error.__context__ is not None and not error.__suppress_context__:
        yield from _lines(error.__context__, seen)
        yield "While handling the above, another exception occurred:"
    for frame in traceback.extract_tb(error.__traceback__):
        yield f"  {frame.filename}:{frame.lineno} in {frame.name}"
    text = safe_text(error)
    yield f"{type(error).__module__}.{type(error).__qualname__}" + (f": {text}" if text else "")
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            yield from _lines(inner, seen)


class _RedactingFormatter(structlog.stdlib.ProcessorFormatter):
    def __init__(self, redact: Redactor, **settings: Any) -> None:
        super().__init__(**settings)
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        return self._redact(super().format(record))


def _plain_exception(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    found = event.pop("exc_info", None)
    if found is True:
        found = sys.exc_info()
    if isinstance(found, tuple):
        found = found[1]
    if isinstance(found, BaseException):
        event["exception"] = safe_traceback(found)
    if event.get("logger") == "asyncio":
        # asyncio's second line is the repr of a task, and with it the text of any exception.
        event["event"] = str(event.get("event", "")).partition("\n")[0]
    for key, value in event.items():
        if isinstance(value, BaseException):
            event[key] = type(value).__name__
    return event


def _json(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> str:
    return orjson.dumps(event, default=lambda value: type(value).__name__, option=orjson.OPT_NON_STR_KEYS).decode()


def configure(
    log_format: LogFormat = "console",
    level: str = "INFO",
    *,
    secrets: Iterable[str] = (),
    stream: IO[str] | None = None,
) -> None:
    """Send structlog and the standard library to ``stream`` (default stderr), through the redacting formatter.

    ``secrets`` are strings that must never appear (the bot's token, the webhook's secret). Calling it again replaces
    the earlier set-up. Also replaces ``sys.excepthook`` and the threads' one: Python's own print exception texts.
    """
    out = stream if stream is not None else sys.stderr
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: Any = (
        _json
        if log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=out.isatty(), exception_formatter=structlog.dev.plain_traceback)
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        _RedactingFormatter(
            Redactor(secrets),
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _plain_exception, renderer],
        )
    )
    root = logging.getLogger()
    for old in list(root.handlers):
        if isinstance(old.formatter, _RedactingFormatter) or type(old) is logging.StreamHandler:
            root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level.upper())
    for name in _CHATTY:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    sys.excepthook = _excepthook
    threading.excepthook = lambda args: _report("thread_failed", args.exc_value)
    sys.unraisablehook = lambda unraisable: _report("unraisable", unraisable.exc_value)


def _report(event: str, error: BaseException | None) -> None:
    structlog.get_logger("kentongan").critical(event, exc_info=error)


def _excepthook(_kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
    if isinstance(error, KeyboardInterrupt):
        return
    _report("ended_by_exception", error)


def loop_exception_handler(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """For ``loop.set_exception_handler``: asyncio's own prints task reprs, which hold exception texts."""
    structlog.get_logger("kentongan").error(
        "event_loop", what=str(context.get("message", "")).partition("\n")[0], exc_info=context.get("exception")
    )
