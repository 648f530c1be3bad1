"""Views into Telegram's terms: text in Telegram HTML, a keyboard, commands. Rendered when sent, in Indonesian.

Templates live in templates/messages, button labels in templates/labels.toml and templates/labels/*.toml, command
descriptions in templates/commands.toml. What is inserted is escaped and made harmless; a missing parameter is an error.
"""

from __future__ import annotations

import importlib.resources
import re
import tomllib
from collections.abc import Iterable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from types import CodeType
from typing import Any, Protocol

from jinja2 import BytecodeCache, Environment, FileSystemLoader, StrictUndefined, Template, TemplateError, meta
from jinja2.bccache import Bucket
from markupsafe import Markup

from bot.filters import Filters
from bot.split import plain
from bot.text import neutral
from domain.errors import KentonganError
from domain.notices import Ack, Button, Json, View
from domain.ports import Clock

CALLBACK_BYTES = 64
LABEL_CHARS = 64
ACK_CHARS = 200
_KEY = re.compile(r"[a-z0-9_]+(/[a-z0-9_]+)*")
_PLACEHOLDER = re.compile(r"\{([a-z_0-9]+)\}")
_BLANK_LINES = re.compile(r"\n[ \t]*\n(?:[ \t]*\n)+")


class RenderError(KentonganError):
    """A template, label or command is missing, or lacks a parameter; names the key, never a value."""


class Agency(Protocol):
    """What rendering needs of a profile."""

    @property
    def zone(self) -> str: ...
    @property
    def zone_label(self) -> str: ...
    @property
    def titles(self) -> Mapping[Any, str]: ...


@dataclass(frozen=True, slots=True)
class Rendered:
    """One message: HTML text and the ``reply_markup`` object, if any. ``inline`` when that can be edited in place."""

    text: str
    markup: Mapping[str, Json] | None = None
    inline: bool = True


class _Compiled(BytecodeCache):
    """What Jinja compiled, for the next renderer of the same words in this process."""

    def __init__(self) -> None:
        self._codes: dict[tuple[str, str], CodeType | None] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._codes[bucket.key, bucket.checksum] = bucket.code


@cache
def _compiled(*words: object) -> _Compiled:
    """Jinja works out a filter of a constant while it compiles, so each agency's words have a cache of their own."""
    return _Compiled()


def templates_root() -> Path:
    """Where the shipped templates are."""
    return Path(str(importlib.resources.files("templates")))


class _Environment(Environment):
    """The globals are there before any template: a plain dict spares each import in a template a chain of lookups."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return {**self.globals, **(d or {})}


class Renderer:
    """Made once at the start. Raises RenderError there when a label file is broken."""

    def __init__(self, agency: Agency, clock: Clock, root: Path | None = None) -> None:
        self._root = root or templates_root()
        self._environment = _Environment(
            loader=FileSystemLoader(self._root / "messages"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=False,
            auto_reload=False,
            cache_size=-1,
            finalize=_finalize,
            bytecode_cache=_compiled(agency.zone, agency.zone_label, *agency.titles.items()),
        )
        filters = Filters(agency.zone, agency.zone_label, agency.titles, clock)
        self._environment.filters.update(filters.table())
        self._environment.globals.update(kantor=agency, salam=filters.greeting)
        self._templates: dict[str, Template] = {}
        self._labels = _read_tables([self._root / "labels.toml", *sorted((self._root / "labels").glob("*.toml"))])
        self._commands = _read_tables([self._root / "commands.toml"])

    def view(self, view: View) -> Rendered:
        """The message of a view. Raises RenderError."""
        text = self.text(view.template, view.params)
        markup, inline = self._markup(view)
        return Rendered(text, markup, inline)

    def text(self, key: str, params: Mapping[str, Json]) -> str:
        """Telegram HTML, outer blank space and runs of blank lines removed. Raises RenderError."""
        try:
            template = self._templates.get(key) or self._load(key)
            text = template.render(params)
        except RenderError:
            raise
        except Exception as error:  # noqa: BLE001 - a template may raise anything its values do
            # The text of the error may hold a value; its class and the key say enough.
            raise RenderError(f"template {key}: {_reason(error)}") from None
        return _BLANK_LINES.sub("\n\n", text).strip()

    def ack(self, ack: Ack) -> str | None:
        """The plain text of the answer to a tap, at most 200 characters; None for a silent one. Raises RenderError."""
        if ack.template is None:
            return None
        text = plain(self.text(ack.template, ack.params))
        return text if len(text) <= ACK_CHARS else text[: ACK_CHARS - 1] + "…"

    def commands(self, names: Iterable[str]) -> list[dict[str, str]]:
        """BotCommand objects. Raises RenderError for a command without a description."""
        commands = []
        for name in names:
            if name not in self._commands:
                raise RenderError(f"commands.toml lacks {name}")
            commands.append({"command": name, "description": self._commands[name][:256]})
        return commands

    def label(self, key: str, params: Mapping[str, Json]) -> str:
        """A button's text, at most 64 characters. Raises RenderError."""
        words = self._labels.get(key)
        if words is None:
            raise RenderError(f"no label {key}")
        if "{" in words:
            if missing := [name for name in _PLACEHOLDER.findall(words) if name not in params]:
                raise RenderError(f"label {key} lacks {', '.join(missing)}")
            words = _PLACEHOLDER.sub(lambda found: neutral(str(params[found.group(1)])), words)
        return words if len(words) <= LABEL_CHARS else words[: LABEL_CHARS - 1] + "…"

    def names(self) -> list[str]:
        """The keys of all templates."""
        return [name.removesuffix(".html") for name in self._environment.list_templates(extensions=["html"])]

    def label_names(self) -> list[str]:
        """The keys of all labels."""
        return sorted(self._labels)

    def parameters(self, key: str) -> frozenset[str]:
        """The names a template takes from outside. Raises RenderError when it does not parse."""
        path = self._root / "messages" / f"{key}.html"
        try:
            tree = self._environment.parse(path.read_text(encoding="utf-8"))
        except TemplateError as error:
            raise RenderError(f"template {key}: {_reason(error)}") from None
        return frozenset(meta.find_undeclared_variables(tree)) - set(self._environment.globals)

    def _load(self, key: str) -> Template:
        if not _KEY.fullmatch(key):
            raise RenderError("a template key with forbidden characters")
        template = self._templates[key] = self._environment.get_template(f"{key}.html")
        return template

    def _markup(self, view: View) -> tuple[Mapping[str, Json] | None, bool]:
        if sum((bool(view.keyboard), view.force_reply, view.request is not None)) > 1:
            raise RenderError(f"template {view.template}: only one of keyboard, force_reply and request")
        if view.keyboard:
            rows = [[self._button(button) for button in row] for row in view.keyboard if row]
            return {"inline_keyboard": rows}, True
        if view.force_reply:
            return {"force_reply": True, "selective": True}, False
        match view.request:
            case "location":
                button = {"text": self.label("minta_lokasi", {}), "request_location": True}
                return {"keyboard": [[button]], "resize_keyboard": True, "one_time_keyboard": True}, False
            case "remove":
                return {"remove_keyboard": True}, False
            case None:
                return None, True

    def _button(self, button: Button) -> dict[str, str]:
        text = self.label(button.label, button.params)
        if button.url is not None:
            return {"text": text, "url": button.url}
        if not 1 <= len(button.data.encode()) <= CALLBACK_BYTES:
            raise RenderError(f"label {button.label}: callback data of {len(button.data.encode())} bytes")
        return {"text": text, "callback_data": button.data}


def _finalize(value: object) -> object:
    if isinstance(value, Markup):
        return value
    if isinstance(value, str):
        return neutral(value)
    return "" if value is None else value


def _reason(error: Exception) -> str:
    if isinstance(error, TemplateError):
        # Jinja's texts name variables and files, never values.
        return f"{type(error).__name__}: {error.message or ''}"
    return type(error).__name__


def _read_tables(paths: Iterable[Path]) -> dict[str, str]:
    words: dict[str, str] = {}
    for path in paths:
        if not path.exists():
            continue
        try:
            pairs = _pairs(path.read_text(encoding="utf-8"))
        except tomllib.TOMLDecodeError as error:
            raise RenderError(f"{path.name}: {error}") from None
        for key, value in pairs:
            if key in words:
                raise RenderError(f"{path.name}: {key} is there twice")
            words[key] = value
    return words


@lru_cache(maxsize=64)
def _pairs(text: str) -> Sequence[tuple[str, str]]:
    return tuple(_flat(tomllib.loads(text), ""))


def _flat(table: Mapping[str, Any], prefix: str) -> Iterable[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key}/")
        else:
            yield f"{prefix}{key}", str(value)
