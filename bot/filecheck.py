"""Is a file what it says it is? Decided by its bytes, never by its name or declared type. Blocking: for a worker thread."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from typing import Final, TypeAlias

from PIL import Image, ImageOps, UnidentifiedImageError

from domain.model import AttachmentKind

MAX_PIXELS: Final = 80_000_000
MAX_UNPACKED: Final = 300 * 1024 * 1024
MAX_RATIO: Final = 200
MAX_MEMBERS: Final = 5_000
_IMAGE_FORMATS: Final = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "GIF": "image/gif"}
_OFFICE: Final = {
    "word/": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ppt/": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
_KINDS: Final[dict[AttachmentKind, tuple[str, ...]]] = {
    "photo": ("image/",),
    "video": ("video/",),
    "voice": ("audio/", "video/mp4"),
    "audio": ("audio/", "video/mp4"),
    "document": ("",),
}
"""What a kind may really be; m4a and mp4 share a container."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """It is what it says; ``clean`` is a copy without position and device data when the original had any."""

    mime: str
    clean: bytes | None = None


@dataclass(frozen=True, slots=True)
class SetAside:
    """It lies or is dangerous; ``reason`` is a code without content."""

    reason: str


Verdict: TypeAlias = Accepted | SetAside


def examine(data: bytes, kind: AttachmentKind, declared: str | None) -> Verdict:
    """Look at the bytes of an attachment."""
    real = _real_type(data)
    if real is None:
        return SetAside("unknown_type")
    if not real.startswith(_KINDS[kind]) or not _agrees(declared, real):
        return SetAside("type_lies")
    if real.startswith("image/"):
        return _image(data, real)
    if real == "application/zip":
        return _archive(data, declared)
    return Accepted(real)


def _real_type(data: bytes) -> str | None:  # noqa: PLR0911 - one line for each signature
    head = data[:16]
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    if head.startswith(b"%PDF-"):
        return "application/pdf"
    if head.startswith(b"OggS"):
        return "audio/ogg"
    if head.startswith((b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2")):
        return "audio/mpeg"
    if head[4:8] == b"ftyp":
        # HEIC keeps its position data where Pillow cannot take it out, so it is not passed on.
        return None if head[8:12] in {b"heic", b"heix", b"mif1", b"msf1", b"avif"} else "video/mp4"
    if head.startswith(b"\x1aE\xdf\xa3"):
        return "video/webm"
    if head.startswith(b"PK\x03\x04"):
        return "application/zip"
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return "application/x-ole-storage"
    return "text/plain" if _is_text(data) else None


def _is_text(data: bytes) -> bool:
    if not data or b"\x00" in data or data.startswith((b"#!", b"MZ")):
        return False
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _agrees(declared: str | None, real: str) -> bool:
    """Whether the declared type may be said of the real one; families are compared, not dialects."""
    if declared in {None, "", "application/octet-stream"}:
        return True
    assert declared is not None
    said = declared.partition(";")[0].strip().lower()
    family = real.partition("/")[0]
    if real == "application/zip":
        return said == real or said in {"application/x-zip-compressed"} or "officedocument" in said or "opendocument" in said
    if real == "application/x-ole-storage":
        return said in {"application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint", real}
    if real == "video/mp4":
        return said.startswith(("video/", "audio/"))
    if real == "audio/ogg":
        return said.startswith("audio/") or said in {"video/ogg", "application/ogg"}
    if family in {"image", "audio", "video", "text"}:
        return said.startswith(f"{family}/") or (family == "text" and said in {"application/json", "application/csv"})
    return said == real or said == f"application/x-{real.partition('/')[2]}"


def _image(data: bytes, real: str) -> Verdict:
    try:
        with Image.open(io.BytesIO(data), formats=tuple(_IMAGE_FORMATS)) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                return SetAside("too_many_pixels")
            name = picture.format or ""
            hidden = bool(picture.getexif()) or bool({"exif", "xmp", "XML:com.adobe.xmp", "photoshop", "comment"} & set(picture.info))
            picture.verify()
        if _IMAGE_FORMATS.get(name) != real:
            return SetAside("type_lies")
        return Accepted(real, _without_metadata(data, name) if hidden else None)
    except (UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        return SetAside("broken_image")
    except (OSError, ValueError, SyntaxError, EOFError, IndexError):
        # What Pillow's decoders raise for a file that breaks off or contradicts itself.
        return SetAside("broken_image")


def _without_metadata(data: bytes, name: str) -> bytes:
    with Image.open(io.BytesIO(data), formats=(name,)) as picture:
        upright = ImageOps.exif_transpose(picture)
        bare = Image.frombytes(upright.mode, upright.size, upright.tobytes())
        if upright.mode == "P" and (palette := upright.getpalette()) is not None:
            bare.putpalette(palette)
    out = io.BytesIO()
    bare.save(out, format=name, **({"quality": 92} if name in {"JPEG", "WEBP"} else {}))
    return out.getvalue()


def _archive(data: bytes, declared: str | None) -> Verdict:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError):
        return SetAside("broken_archive")
    unpacked = sum(member.file_size for member in members)
    if len(members) > MAX_MEMBERS or unpacked > MAX_UNPACKED or unpacked > MAX_RATIO * max(len(data), 1):
        return SetAside("archive_bomb")
    names = [member.filename for member in members]
    if any(name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/") or ":" in name for name in names):
        return SetAside("archive_paths")
    if "[Content_Types].xml" in names:
        for folder, mime in _OFFICE.items():
            if any(name.startswith(folder) for name in names):
                return Accepted(mime)
    if declared is not None and "officedocument" in declared:
        return SetAside("type_lies")
    return Accepted("application/zip")
