"""Official papers: a Typst template from templates/documents, the office's letterhead, and data that stays data.

What people wrote reaches the template as one JSON input and is shown as text: it is never Typst source, so no character
of it can break or change a paper; what the fonts cannot show is replaced before (``bot.documents.signs``). Only fonts
that come with our libraries are used; nothing is fetched.
"""

from __future__ import annotations

import importlib.resources
import json
import re
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import structlog
import typst

from bot.documents import images
from bot.documents.signs import FONTS, OTHER_SCRIPT, printable
from domain.lokus.words import dated, day, hour, moment, span, spelled
from domain.notices import Json
from domain.profile import Profile

_TOGETHER = re.compile(rf"(?:pukul )?\d\d\.\d\d (?:WIB|WITA|WIT)\b|{re.escape(OTHER_SCRIPT)}")
"""Stays on one line."""
log = structlog.get_logger("documents")


def pdf(profile: Profile, template: str, params: Mapping[str, Json], photos: Mapping[str, str] | None = None) -> bytes:
    """The paper as a PDF. ``photos``: SVGs by the names that the parameters call them.

    Raises typst's error for a template that does not compile.
    """
    made: bytes = _drawn(profile, template, params, photos or {}, "pdf", None)
    return made


def pictures(
    profile: Profile,
    template: str,
    params: Mapping[str, Json],
    photos: Mapping[str, str] | None = None,
    ppi: float = 110,
) -> list[bytes]:
    """The paper's pages as PNG, to look at."""
    made: Any = _drawn(profile, template, params, photos or {}, "png", ppi)
    return made if isinstance(made, list) else [made]


def _drawn(
    profile: Profile,
    template: str,
    params: Mapping[str, Json],
    photos: Mapping[str, str],
    kind: Literal["pdf", "png"],
    ppi: float | None,
) -> Any:
    path = profile.letterhead.logo
    logo = images.logo(Path(path)) if path else None

    def drawn(logo: str | None) -> Any:
        inputs = {"data": json.dumps({**_told(profile, params), "kop": _office(profile, logo is not None)}), **photos}
        if logo is not None:
            inputs["logo"] = logo
        root = _root()
        return typst.compile(
            str(root / f"{template}.typ"), root=str(root), font_paths=_fonts(), format=kind, ppi=ppi, sys_inputs=inputs
        )

    if logo is None:
        return drawn(None)
    try:
        return drawn(logo)
    except typst.TypstError:
        # A logo that cannot be drawn must not keep anybody from the letter; anything else wrong fails again below.
        log.error("logo_not_drawn")
        return drawn(None)


def _office(profile: Profile, with_logo: bool) -> dict[str, Json]:
    head = profile.letterhead
    contact = (("Telepon", head.phone), ("Laman", head.web), ("Pos-el", head.email))
    return {
        "pemerintah": profile.government,
        "kantor": profile.office,
        "alamat": head.address,
        "kontak": [f"{name} {value}" for name, value in contact if value],
        "kota": head.place,
        "wilayah": profile.region,
        "dasar": list(profile.lokus.basis) if profile.lokus is not None else [],
        "logo": with_logo,
    }


def _told(profile: Profile, value: Json) -> Json:
    """Every text of the parameters as it can be printed, every table's moments in words of the agency's zone."""
    if isinstance(value, str):
        return _TOGETHER.sub(lambda found: found[0].replace(" ", "\u00a0"), printable(value))
    if isinstance(value, Mapping):
        return {key: _told(profile, one) for key, one in {**value, **_words(profile, value)}.items()}
    if isinstance(value, list | tuple):
        return [_told(profile, one) for one in value]
    return value


def _words(profile: Profile, params: Mapping[str, Json]) -> dict[str, Json]:
    """``tanggal`` as a letter is dated; ``mulai`` and ``selesai`` together as ``waktu``; ``pada`` in full and parts."""
    zone, label = profile.tz, profile.zone_label
    found: dict[str, Json] = {}
    if at := _moment(params, "tanggal"):
        found["tanggal"] = dated(at.astimezone(zone).date())
    if at := _moment(params, "pada"):
        local = at.astimezone(zone).date()
        found |= {"pada": moment(at, zone, label), "hari": day(local).partition(",")[0], "jam": hour(at, zone, label)}
        found |= {"terbilang": spelled(local), "tertanggal": dated(local)}
    begins, ends = _moment(params, "mulai"), _moment(params, "selesai")
    if begins and ends:
        found["waktu"] = span(begins, ends, zone, label)
    elif begins:
        found["waktu"] = moment(begins, zone, label)
    elif "mulai" in params:
        found["waktu"] = None
    return found


def _moment(params: Mapping[str, Json], key: str) -> datetime | None:
    return datetime.fromisoformat(params[key]) if params.get(key) else None


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, font_paths=[str(FONTS)])


def _root() -> Path:
    return Path(str(importlib.resources.files("templates"))) / "documents"
