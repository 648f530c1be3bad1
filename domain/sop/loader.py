"""Reads definitions; a bad one is refused in one line to act on: file, line, what is wrong, the mend."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from domain.errors import OperatorError
from domain.sop.check import problems
from domain.sop.schema import Sop
from domain.toml_lines import Lines, syntax_line

SHIPPED = Path(__file__).resolve().parent.parent / "sops"
_ROLE_KEYS = {"actor", "also", "role", "deliver_to"}


class SopError(OperatorError):
    """An SOP definition was refused; the message is ``file:line: what is wrong and the mend``."""

    def __init__(self, file: str, line: int, why: str) -> None:
        self.file, self.line, self.why = file, line, " ".join(why.split())
        super().__init__(f"{file}:{line}: {self.why}")


def parse_sop(text: str, file: str) -> Sop:
    """The definition in ``text`` as it is written; ``file`` is only named in refusals. Raises SopError."""
    return parse_all(text, file)[0]


@lru_cache(maxsize=64)
def parse_all(text: str, file: str) -> tuple[Sop, ...]:
    """The definition in ``text``, and one more for each of its presets. Raises SopError.

    ``[presets.B]`` names a title and the steps that differ: ``[presets.B.steps.laporan]`` holds the keys in place of
    the step's own. It is a definition of its own, called ``lokus-b``: a running case keeps the one it began with.
    Definitions are frozen, so the same text gives the same ones again.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SopError(file, syntax_line(str(error)), f"not valid TOML: {error}") from None
    lines = Lines(text)
    presets = document.pop("presets", {})
    found = [_checked(document, file, lines)]
    for name, changes in presets.items() if isinstance(presets, dict) else ():
        found.append(_checked(_preset(document, file, lines, name, changes), file, lines))
    return tuple(found)


def _checked(document: Mapping[str, Any], file: str, lines: Lines) -> Sop:
    try:
        sop = Sop.model_validate(document)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise SopError(file, lines.of(first["loc"]), explain(first, document)) from None
    for problem in problems(sop):
        raise SopError(file, lines.of(problem.path), problem.why)
    return sop


def _preset(document: Mapping[str, Any], file: str, lines: Lines, name: str, changes: Any) -> dict[str, Any]:
    path = ("presets", name)
    steps = changes.get("steps", {}) if isinstance(changes, dict) else None
    if not isinstance(steps, dict) or changes.keys() - {"title", "steps"} or "title" not in changes:
        raise SopError(file, lines.of(path), f'preset "{name}" has a title and [presets.{name}.steps.…], nothing else')
    ids = [step.get("id") for step in document["steps"]]
    if unknown := [step for step in steps if step not in ids]:
        raise SopError(file, lines.of((*path, "steps", unknown[0])), f'preset "{name}" changes no step: {unknown[0]}')
    merged = [{**step, **steps.get(step["id"], {})} for step in document["steps"]]
    full = {**document, "name": f"{document['name']}-{name.lower()}", "preset": name, "title": changes["title"]}
    return {**full, "steps": merged}


def load_sop(path: Path) -> Sop:
    """The definition in a file. Raises SopError, also for a file that cannot be read."""
    return parse_sop(read_text(path), str(path))


def read_text(path: Path) -> str:
    """The file as UTF-8 text; raises SopError naming the file otherwise."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise SopError(str(path), 1, f"cannot be read: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise SopError(str(path), 1, "is not UTF-8 text: save it as UTF-8") from None


def explain(error: ErrorDetails, document: Mapping[str, Any]) -> str:
    """One pydantic error in an operator's words, naming the step it stands in."""
    loc = error["loc"]
    names = [str(part) for part in loc if isinstance(part, str)]
    key = names[-1] if names else "the file"
    where = _step_name(loc, document)
    match error["type"]:
        case "missing":
            why = f"{key} is missing: add it"
        case "extra_forbidden":
            why = f"{key} is not a key of this place: remove or correct it"
        case "enum" if _ROLE_KEYS & set(names):
            why = f"unknown role {error['input']!r} in {key}; use one of {error['ctx']['expected']}"
        case "enum" | "literal_error":
            why = f"{key} = {error['input']!r}: use one of {error['ctx']['expected']}"
        case "value_error":
            why = f"{key}: {error['ctx']['error']}"
        case "greater_than" | "less_than" if "reminders" in names:
            why = f"reminders: {error['input']!r} is not a fraction between 0 and 1"
        case _:
            why = f"{key} = {error['input']!r}: {error['msg'][:1].lower()}{error['msg'][1:]}"
    return where + why


def _step_name(loc: tuple[int | str, ...], document: Mapping[str, Any]) -> str:
    if len(loc) < 2 or loc[0] != "steps" or not isinstance(loc[1], int):
        return ""
    step = document["steps"][loc[1]]
    name = step.get("id") if isinstance(step, dict) else None
    return f'step "{name}": ' if isinstance(name, str) else f"step {loc[1] + 1}: "


class SopRegistry:
    """All definitions known, by name and version; several versions of one name live side by side."""

    def __init__(self, sops: Iterable[Sop]) -> None:
        self._all: dict[tuple[str, int], Sop] = {}
        for sop in sops:
            if (sop.name, sop.version) in self._all:
                raise ValueError(f"{sop.name} version {sop.version} is there twice")
            self._all[sop.name, sop.version] = sop

    @classmethod
    def load(cls, *folders: Path) -> SopRegistry:
        """Every ``*.toml`` of the folders (the shipped ones when none is named). Raises SopError."""
        found: dict[tuple[str, int], tuple[Sop, Path]] = {}
        for path in [path for folder in folders or (SHIPPED,) for path in sorted(folder.glob("*.toml"))]:
            text = read_text(path)
            for sop in parse_all(text, str(path)):
                if (other := found.get((sop.name, sop.version))) is not None:
                    why = (
                        f"{sop.name} version {sop.version} is already in {other[1].name}:"
                        " raise the version or rename it"
                    )
                    raise SopError(str(path), Lines(text).of(("name",)), why)
                found[sop.name, sop.version] = (sop, path)
        return cls(sop for sop, _ in found.values())

    def names(self) -> tuple[str, ...]:
        """The names, each once, sorted."""
        return tuple(sorted({name for name, _ in self._all}))

    def get(self, name: str, version: int | None = None) -> Sop:
        """That version, or the newest; raises KeyError when it is not there."""
        if version is None:
            version = max((have for other, have in self._all if other == name), default=0)
        try:
            return self._all[name, version]
        except KeyError:
            raise KeyError(f"no SOP {name} version {version}") from None

    def versions(self, name: str) -> tuple[Sop, ...]:
        """Every version of it that is known, newest first."""
        return tuple(sop for key, sop in sorted(self._all.items(), reverse=True) if key[0] == name)

    def latest(self) -> tuple[Sop, ...]:
        """The newest version of each, by name."""
        return tuple(self.get(name) for name in self.names())
