"""Laporan Kegiatan: the approved result report with its agenda number."""

from __future__ import annotations

from collections.abc import Mapping

from bot.documents.paper import pdf
from domain.notices import Json
from domain.profile import Profile


def make(profile: Profile, params: Mapping[str, Json]) -> bytes:
    """A PDF; the parameters are those of ``domain.usecases.lokus_papers``."""
    return pdf(profile, "laporan_kegiatan", params)
