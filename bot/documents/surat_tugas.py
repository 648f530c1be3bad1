"""Surat Perintah Tugas: one person's order, under the code name or the name that its parameters carry."""

from __future__ import annotations

from collections.abc import Mapping

from bot.documents.paper import pdf
from domain.notices import Json
from domain.profile import Profile


def make(profile: Profile, params: Mapping[str, Json]) -> bytes:
    """A PDF; the parameters are those of ``domain.usecases.lokus_papers``."""
    return pdf(profile, "surat_tugas", params)
