"""QR pictures of invitation links, made when sent: nothing of them is kept on disk."""

from __future__ import annotations

import io

import segno

PREFIX = "qr:"
"""A ``Media.path`` that begins so is not a file: what follows is the link to draw."""


def qr_png(link: str) -> bytes:
    """A PNG of about 500 pixels a side, with the quiet zone that phones need."""
    picture = io.BytesIO()
    segno.make(link, error="m").save(picture, kind="png", scale=12, border=4)
    return picture.getvalue()
