"""Laporan Kegiatan: the approved result report with its agenda number, and the chosen photos as its annex."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.documents.images import photo
from bot.documents.paper import pdf
from domain.notices import Json
from domain.profile import Profile


def make(
    profile: Profile, params: Mapping[str, Json], pictures: Mapping[int, Callable[[], bytes]] | None = None
) -> bytes:
    """A PDF; the parameters are those of ``domain.usecases.lokus_papers``. A photo that cannot be had is said so."""
    told, found = illustrated(params, pictures or {})
    return pdf(profile, "laporan_kegiatan", told, found)


def illustrated(
    params: Mapping[str, Json], pictures: Mapping[int, Callable[[], bytes]]
) -> tuple[dict[str, Any], dict[str, str]]:
    """The parameters, each photo with the name under which its picture is (or None), and the pictures by name."""
    found: dict[str, str] = {}
    told = []
    for one in params["foto"]:
        picture = photo(one["id"], pictures.get(one["id"]))
        name = None if picture is None else f"foto-{one['id']}"
        if name is not None and picture is not None:
            found[name] = picture
        told.append({**one, "gambar": name})
    return {**params, "foto": told}, found
