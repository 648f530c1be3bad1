"""Pictures for a paper: made small, freed of what a camera hides in them, and wrapped so that they are a text.

Typst takes data as text only, so a picture travels as an SVG that holds it. Nothing of it touches the disk.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from pathlib import Path
from typing import Final

import structlog
from PIL import Image, ImageOps

from bot.filecheck import MAX_PIXELS
from domain.errors import KentonganError

SIDE: Final = 1000
"""Pixels of the longer side: 80 mm of paper at 300 to the inch, and ten pictures stay below 3 MB."""
_QUALITY: Final = 78
_PNG: Final = b"\x89PNG\r\n\x1a\n"

_UNREADABLE: Final = (
    OSError,
    KentonganError,
    ValueError,
    SyntaxError,
    EOFError,
    IndexError,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
)
"""A missing or changed file, and what Pillow's decoders raise for one that breaks off."""

log = structlog.get_logger("documents")


def photo(attachment_id: int, read: Callable[[], bytes] | None) -> str | None:
    """The picture as an SVG; None when it is not there or cannot be drawn, which is logged without content."""
    if read is None:
        return None
    try:
        content, width, height = small(read())
    except _UNREADABLE as error:
        log.warning("photo_not_shown", attachment=attachment_id, error=type(error).__name__)
        return None
    return _wrapped(content, "jpeg", width, height)


def small(content: bytes) -> tuple[bytes, int, int]:
    """A JPEG of at most ``SIDE`` pixels, upright, without EXIF or any other metadata; its width and height.

    Raises what Pillow raises for something that is no picture; ValueError for one of too many pixels.
    """
    with Image.open(io.BytesIO(content), formats=("JPEG", "PNG", "WEBP", "GIF")) as found:
        if found.width * found.height > MAX_PIXELS:
            raise ValueError("too many pixels")
        found.draft("RGB", (SIDE, SIDE))  # a JPEG is unpacked no larger than needed
        upright = ImageOps.exif_transpose(found)
        upright.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
        seen = upright.convert("RGBA")
        plain = Image.new("RGB", seen.size, "white")
        plain.paste(seen, mask=seen.getchannel("A"))
    out = io.BytesIO()
    plain.save(out, "JPEG", quality=_QUALITY, optimize=True)
    return out.getvalue(), plain.width, plain.height


def logo(path: Path) -> str | None:
    """The office's logo as an SVG; None, logged, when the file went or changed since the profile was read."""
    try:
        content = path.read_bytes()
        if not content.startswith(_PNG):
            return content.decode("utf-8")
        with Image.open(io.BytesIO(content), formats=("PNG",)) as found:
            width, height = found.size
    except _UNREADABLE as error:
        log.error("logo_unreadable", error=type(error).__name__)
        return None
    return _wrapped(content, "png", width, height)


def _wrapped(content: bytes, kind: str, width: int, height: int) -> str:
    coded = base64.b64encode(content).decode()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">'
        f'<image width="{width}" height="{height}" href="data:image/{kind};base64,{coded}"/></svg>'
    )
