"""Checks every parameter of a call by name and type, nested objects included; compiled once from `schema_table`."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson

from simulator.errors import MISSING, Violation
from simulator.schema_table import KEYED_UNIONS, MACROS, METHODS, OBJECTS, TYPED_UNIONS

Check = Callable[[Any, bool], Any]
"""(value, is_text) → value in its own type; `is_text` when it came as form text. Raises Mismatch."""


class Mismatch(Exception):
    """A value is not of its type: the path inside the parameter and why."""

    def __init__(self, why: str, path: str = "") -> None:
        super().__init__(why)
        self.why = why
        self.path = path


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with the call."""

    name: str
    mime: str
    data: bytes


@dataclass(frozen=True, slots=True)
class MethodSpec:
    """One Bot API method: how each parameter is checked, and which must be there."""

    name: str
    params: Mapping[str, Check]
    required: tuple[str, ...]

    def validate(self, raw: Mapping[str, Any], is_text: bool) -> dict[str, Any]:
        """The call's parameters in their own types; raises Violation at the first that is not in the Bot API."""
        values: dict[str, Any] = {}
        for name, value in raw.items():
            check = self.params.get(name)
            if check is None:
                raise Violation(self.name, name, "unknown parameter")
            if value is None:
                continue
            try:
                values[name] = check(value, is_text)
            except Mismatch as mismatch:
                raise Violation(self.name, name + mismatch.path, f"{mismatch.why} in parameter") from mismatch
        for name in self.required:
            if name not in values:
                raise Violation(self.name, name, "missing parameter", MISSING.get(name, ""))
        return values


def _text(value: Any, is_text: bool) -> Any:
    if type(value) is not str:
        raise Mismatch("string expected")
    return value


def _int(value: Any, is_text: bool) -> Any:
    if type(value) is int:
        return value
    if type(value) is str and re.fullmatch(r"-?\d+", value):
        return int(value)
    raise Mismatch("integer expected")


_BOOLS: Final = {"true": True, "false": False, "True": True, "False": False, "1": True, "0": False}


def _bool(value: Any, is_text: bool) -> Any:
    if type(value) is bool:
        return value
    if is_text and value in _BOOLS:
        return _BOOLS[value]
    raise Mismatch("boolean expected")


def _float(value: Any, is_text: bool) -> Any:
    if type(value) in (int, float):
        return float(value)
    if is_text:
        try:
            return float(value)
        except ValueError as error:
            raise Mismatch("number expected") from error
    raise Mismatch("number expected")


def _chat(value: Any, is_text: bool) -> Any:
    if type(value) is int:
        return value
    if type(value) is str and value:
        return int(value) if re.fullmatch(r"-?\d+", value) else value
    raise Mismatch("chat identifier or @username expected")


def _file(value: Any, is_text: bool) -> Any:
    if type(value) is str or type(value) is Upload:
        return value
    raise Mismatch("file, file_id or URL expected")


def _json(value: Any) -> Any:
    if type(value) is str:
        try:
            return orjson.loads(value)
        except orjson.JSONDecodeError as error:
            raise Mismatch("JSON expected") from error
    return value


def _array(item: Check) -> Check:
    def check(value: Any, is_text: bool) -> Any:
        if is_text:
            value = _json(value)
        if type(value) is not list:
            raise Mismatch("array expected")
        out = []
        for index, part in enumerate(value):
            try:
                out.append(item(part, False))
            except Mismatch as mismatch:
                raise Mismatch(mismatch.why, f"[{index}]{mismatch.path}") from mismatch
        return out

    return check


def _object(name: str, fields: Mapping[str, Check], required: tuple[str, ...]) -> Check:
    def check(value: Any, is_text: bool) -> Any:
        if type(value) is str:
            value = _json(value)
        if type(value) is not dict:
            raise Mismatch(f"{name} object expected")
        out = {}
        for key, part in value.items():
            inner = fields.get(key)
            if inner is None:
                raise Mismatch(f"unknown field of {name}", f".{key}")
            if part is None:
                continue
            try:
                out[key] = inner(part, False)
            except Mismatch as mismatch:
                raise Mismatch(mismatch.why, f".{key}{mismatch.path}") from mismatch
        for key in required:
            if key not in out:
                raise Mismatch(f"missing field of {name}", f".{key}")
        return out

    return check


def _typed_union(name: str, kinds: Mapping[str, Check]) -> Check:
    def check(value: Any, is_text: bool) -> Any:
        value = _json(value)
        inner = kinds.get(value.get("type", "")) if type(value) is dict else None
        if inner is None:
            raise Mismatch(f"{name} object with a known type expected")
        return inner(value, False)

    return check


def _keyed_union(name: str, keys: Mapping[str, Check]) -> Check:
    def check(value: Any, is_text: bool) -> Any:
        value = _json(value)
        if type(value) is dict:
            for key, inner in keys.items():
                if key in value:
                    return inner(value, False)
        raise Mismatch(f"{name} object expected")

    return check


def _entries(table: str) -> dict[str, list[tuple[str, str, bool]]]:
    entries: dict[str, list[tuple[str, str, bool]]] = {}
    for macro, text in MACROS.items():
        table = table.replace(macro, text)
    for entry in re.split(r"\n(?=\S)", table.strip()):
        name, *fields = entry.split()
        parsed = []
        for field in fields:
            key, kind = field.split(":", 1)
            parsed.append((key.rstrip("!"), kind, key.endswith("!")))
        entries[name] = parsed
    return entries


def _compile() -> dict[str, MethodSpec]:
    checks: dict[str, Check] = {
        "str": _text,
        "int": _int,
        "bool": _bool,
        "float": _float,
        "chat": _chat,
        "file": _file,
        "upload": _file,
    }
    objects = _entries(OBJECTS)

    def resolve(kind: str) -> Check:
        if kind not in checks:
            if kind.startswith("["):
                checks[kind] = _array(resolve(kind[1:-1]))
            elif kind in TYPED_UNIONS:
                checks[kind] = _typed_union(kind, {key: resolve(name) for key, name in TYPED_UNIONS[kind].items()})
            elif kind in KEYED_UNIONS:
                checks[kind] = _keyed_union(kind, {key: resolve(name) for key, name in KEYED_UNIONS[kind].items()})
            else:
                fields = {key: resolve(inner) for key, inner, _ in objects[kind]}
                checks[kind] = _object(kind, fields, tuple(key for key, _, needed in objects[kind] if needed))
        return checks[kind]

    return {
        name: MethodSpec(
            name, {key: resolve(kind) for key, kind, _ in fields}, tuple(key for key, _, needed in fields if needed)
        )
        for name, fields in _entries(METHODS).items()
    }


OBJECT_FIELDS: Final = {name: {key for key, _, _ in fields} for name, fields in _entries(OBJECTS).items()}
"""Field names of each nested object."""

SPECS: Final = _compile()
"""Every method that the practice server knows, by name as in the Bot API documentation."""

BY_LOWER: Final = {name.lower(): spec for name, spec in SPECS.items()}
"""Method names are case-insensitive on the wire."""
