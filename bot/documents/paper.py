"""Official papers: a Typst template from templates/documents, the office's letterhead, and data that stays data.

What people wrote reaches the template as one JSON input and is shown as text: it is never Typst source, so no character
of it can break or change a paper. Only the fonts that come with the compiler are used; nothing is fetched.
"""

from __future__ import annotations

import importlib.resources
import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import typst

from domain.lokus.words import dated, moment, span
from domain.notices import Json
from domain.profile import Profile

_DATES = ("tanggal",)
"""Parameters that are moments and are read as dates."""


def _inputs(profile: Profile, params: Mapping[str, Json]) -> dict[str, str]:
    head = profile.letterhead
    office = {
        "pemerintah": profile.government,
        "kantor": profile.office,
        "alamat": head.address,
        "kontak": [
            f"{name} {value}"
            for name, value in (("Telepon", head.phone), ("Laman", head.web), ("Pos-el", head.email))
            if value
        ],
        "kota": head.place,
        "wilayah": profile.region,
        "dasar": list(profile.lokus.basis) if profile.lokus is not None else [],
    }
    return {"data": json.dumps({**params, **_words(profile, params), "kop": office})}


def _words(profile: Profile, params: Mapping[str, Json]) -> dict[str, Json]:
    """The moments of the parameters in words of the agency's zone."""
    zone, label = profile.tz, profile.zone_label
    found: dict[str, Json] = {}
    for key in _DATES:
        if params.get(key):
            found[key] = dated(datetime.fromisoformat(params[key]).astimezone(zone).date())
    begins, ends = params.get("mulai"), params.get("selesai")
    if begins and ends:
        found["waktu"] = span(datetime.fromisoformat(begins), datetime.fromisoformat(ends), zone, label)
    elif begins:
        found["waktu"] = moment(datetime.fromisoformat(begins), zone, label)
    else:
        found["waktu"] = None
    lines = params.get("jalan") or ()
    found["jalan"] = [{**one, "pada": moment(datetime.fromisoformat(one["pada"]), zone, label)} for one in lines]
    return found


def _root() -> Path:
    return Path(str(importlib.resources.files("templates"))) / "documents"


def pdf(profile: Profile, template: str, params: Mapping[str, Json]) -> bytes:
    """The paper as a PDF. Raises typst's error for a template that does not compile."""
    root = _root()
    made: bytes = typst.compile(
        str(root / f"{template}.typ"),
        root=str(root),
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs=_inputs(profile, params),
    )
    return made


def pictures(profile: Profile, template: str, params: Mapping[str, Json], ppi: float = 110) -> list[bytes]:
    """The paper's pages as PNG, to look at."""
    root = _root()
    made: Any = typst.compile(
        str(root / f"{template}.typ"),
        root=str(root),
        ignore_system_fonts=True,
        format="png",
        ppi=ppi,
        sys_inputs=_inputs(profile, params),
    )
    return made if isinstance(made, list) else [made]
