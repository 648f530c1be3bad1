"""The QR picture of an invitation link."""

from __future__ import annotations

import io
from collections.abc import Mapping

import segno

from domain.notices import Json
from domain.profile import Profile


def make(profile: Profile, params: Mapping[str, Json]) -> bytes:
    """A PNG of ``link``, about 500 pixels a side, with the quiet zone that phones need."""
    picture = io.BytesIO()
    segno.make(params["link"], error="m").save(picture, kind="png", scale=12, border=4)
    return picture.getvalue()
