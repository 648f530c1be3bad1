"""Reads a profile, with what it extends; a bad one is refused in one line: file, line, key and the mend."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from pydantic import ValidationError

from domain.errors import OperatorError
from domain.profile import Profile
from domain.sop.loader import SopRegistry, explain
from domain.toml_lines import Lines, syntax_line

PROFILES = Path(__file__).resolve().parent / "profiles"
LOGO_BYTES = 500_000
"""What a logo may weigh: every paper carries it."""
_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_END = b"IEND\xaeB`\x82"


class ProfileError(OperatorError):
    """A profile was refused; the message is ``file:line: key: what is wrong and the mend``."""

    def __init__(self, file: str, line: int, key: str, why: str) -> None:
        self.file, self.line, self.key, self.why = file, line, key, " ".join(why.split())
        super().__init__(f"{file}:{line}: {key}: {self.why}" if key else f"{file}:{line}: {self.why}")


class _Source:
    """One file's document and the lines its keys stand on."""

    def __init__(self, path: Path) -> None:
        self.file = str(path)
        try:
            text = path.read_text(encoding="utf-8")
        except OSError as error:
            raise ProfileError(self.file, 1, "", f"cannot be read: {error.strerror or error}") from None
        except UnicodeDecodeError:
            raise ProfileError(self.file, 1, "", "is not UTF-8 text: save it as UTF-8") from None
        try:
            self.document = _parsed(text)
        except tomllib.TOMLDecodeError as error:
            raise ProfileError(self.file, syntax_line(str(error)), "", f"not valid TOML: {error}") from None
        self.lines = Lines(text)


@lru_cache(maxsize=16)
def _parsed(text: str) -> Mapping[str, Any]:
    return tomllib.loads(text)


def profile_names() -> tuple[str, ...]:
    """The shipped profiles."""
    return tuple(sorted(path.stem for path in PROFILES.glob("*.toml")))


def load_profile(name_or_path: str, sops: SopRegistry) -> Profile:
    """A shipped profile by name, or one in a file.

    ``extends = "pekalongan"`` takes every top-level key that the file does not set from that shipped profile. Raises
    ProfileError, also when it names a procedure that ``sops`` does not have.
    """
    source = _Source(_path(name_or_path))
    base = source
    document = dict(source.document)
    if "extends" in document:
        parent = document.pop("extends")
        if parent not in profile_names():
            why = f"{parent!r} is not a shipped profile: use one of {', '.join(profile_names())}"
            raise ProfileError(source.file, source.lines.of(("extends",)), "extends", why)
        base = _Source(PROFILES / f"{parent}.toml")
        document = {**base.document, **document}

    def refuse(path: tuple[str | int, ...], why: str) -> ProfileError:
        owner = source if not path or path[0] in source.document else base
        return ProfileError(owner.file, owner.lines.of(path), ".".join(str(part) for part in path), why)

    try:
        profile = Profile.model_validate(document)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        path = tuple(part for part in first["loc"] if part != "[key]")
        raise refuse(path, explain(first, document)) from None
    for path, why in _against(profile, sops):
        raise refuse(path, why)
    if not profile.letterhead.logo:
        return profile
    owner = source if "letterhead" in source.document else base
    logo = (Path(owner.file).parent / profile.letterhead.logo).resolve()
    if (why_not := _no_logo(logo)) is not None:
        raise refuse(("letterhead", "logo"), why_not)
    return profile.model_copy(update={"letterhead": profile.letterhead.model_copy(update={"logo": str(logo)})})


def _no_logo(path: Path) -> str | None:
    """Why the file cannot stand on a letter, with the mend; None when it can."""
    try:
        content = path.read_bytes()
    except OSError as error:
        return f'{path} cannot be read ({error.strerror or error}): correct the path, or set logo = ""'
    if len(content) > LOGO_BYTES:
        return f"{path} is larger than {LOGO_BYTES // 1000} kB: every letter would carry it; make it smaller"
    if content.startswith(_PNG) and content.rstrip(b"\0\r\n").endswith(_PNG_END):
        return None
    try:
        root = ElementTree.fromstring(content.decode("utf-8"))  # noqa: S314 - the operator's own file; expat limits entities
    except (ElementTree.ParseError, UnicodeDecodeError, ValueError):
        return f"{path} is no whole PNG or SVG: save it as one of the two"
    if root.tag.rpartition("}")[2] != "svg":
        return f"{path} is XML but no SVG: save it as PNG or SVG"
    return None


def _path(name_or_path: str) -> Path:
    path = Path(name_or_path)
    if path.suffix == ".toml" or len(path.parts) > 1:
        return path
    if name_or_path not in profile_names():
        why = f"no such profile; use one of {', '.join(profile_names())}, or the path of a .toml file"
        raise ProfileError(name_or_path or "(empty)", 1, "PROFILE", why)
    return PROFILES / f"{name_or_path}.toml"


def _against(profile: Profile, sops: SopRegistry) -> list[tuple[tuple[str | int, ...], str]]:
    """What contradicts the procedures."""
    known = ", ".join(sops.names())
    wrong: list[tuple[tuple[str | int, ...], str]] = [
        (("procedures", index, "sop"), f'there is no procedure "{procedure.sop}"; use one of {known}')
        for index, procedure in enumerate(profile.procedures)
        if procedure.sop not in sops.names()
    ]
    if not wrong:
        wrong = _secret_ones(profile, sops) or _planned_ones(profile, sops)
    if wrong or profile.morning is None:
        return wrong
    if profile.morning.sop not in {procedure.sop for procedure in profile.procedures}:
        return [
            (("morning", "sop"), f'"{profile.morning.sop}" is not among the procedures: add it there or remove morning')
        ]
    clock = sops.get(profile.morning.sop).wall_clock
    if clock is None:
        return [(("morning", "sop"), f'"{profile.morning.sop}" has no wall_clock: add one to it or remove morning')]
    if clock.due != profile.morning.due:
        return [
            (
                ("morning", "due"),
                f"is {profile.morning.due:%H.%M} but the procedure says {clock.due:%H.%M}: correct one",
            )
        ]
    for index, source in enumerate(profile.morning.voluntary):
        if source not in profile.sources:
            return [(("morning", "voluntary", index), f"{source!r} is not among the sources: correct one")]
    return []


def _planned_ones(profile: Profile, sops: SopRegistry) -> list[tuple[tuple[str | int, ...], str]]:
    """A lokus is begun by /rencana, in an arrangement that its procedure has, with the settings it needs."""
    for index, procedure in enumerate(profile.procedures):
        where, known = ("procedures", index), sops.names()
        if procedure.definition not in known:
            return [((*where, "preset"), f'"{procedure.sop}" has no preset {procedure.preset}: use another one')]
        if (sops.get(procedure.definition).kind == "lokus") != (procedure.command == "rencana"):
            return [((*where, "command"), f'"{procedure.sop}" and the command rencana belong together: correct one')]
        if procedure.command == "rencana" and profile.lokus is None:
            return [((*where, "sop"), f'"{procedure.sop}" needs the table [lokus]: add it')]
    return []


def _secret_ones(profile: Profile, sops: SopRegistry) -> list[tuple[tuple[str | int, ...], str]]:
    """A secret procedure is begun by /lapsus only, and /lapsus by nothing else: other conversations repeat content."""
    for index, procedure in enumerate(profile.procedures):
        secret = sops.get(procedure.sop).secret
        if secret != (procedure.command == "lapsus"):
            why = (
                f'"{procedure.sop}" is secret: give it command = "lapsus"'
                if secret
                else (f'"{procedure.sop}" is not classified rahasia, and lapsus must be: name another procedure')
            )
            return [(("procedures", index, "command"), why)]
        if secret and profile.lapsus is None:
            return [(("procedures", index, "sop"), f'"{procedure.sop}" needs the table [lapsus]: add it')]
    return []
