"""Is a file what it says it is? Decided by its bytes, never by its name or type. Blocking: for a worker thread."""

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
_HIDDEN: Final = frozenset({"exif", "xmp", "XML:com.adobe.xmp", "photoshop", "comment"})
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
_SAID_OF: Final = {
    "application/zip": ("zip", "officedocument", "opendocument"),
    "application/x-ole-storage": ("msword", "ms-excel", "ms-powerpoint"),
    "application/pdf": ("application/x-pdf",),
    "video/mp4": ("video/", "audio/"),
    "audio/ogg": ("audio/", "video/ogg", "application/ogg"),
    "text/plain": ("text/", "application/json", "application/csv"),
}


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


_SIGNATURES: Final[tuple[tuple[bytes, str], ...]] = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"OggS", "audio/ogg"),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"\xff\xf3", "audio/mpeg"),
    (b"\x1aE\xdf\xa3", "video/webm"),
    (b"PK\x03\x04", "application/zip"),
    (b"\xd0\xcf\x11\xe0", "application/x-ole-storage"),
)
_CONTROL: Final = bytes(code for code in range(32) if code not in b"\t\n\r\f\x1b")
_HEIF: Final = frozenset({b"heic", b"heix", b"mif1", b"msf1", b"avif"})


def _real_type(data: bytes) -> str | None:
    for signature, mime in _SIGNATURES:
        if data.startswith(signature):
            return mime
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    if data[4:8] == b"ftyp":
        # HEIC keeps its position data where Pillow cannot take it out, so it is not passed on.
        return None if data[8:12] in _HEIF else "video/mp4"
    return "text/plain" if _is_text(data) else None


def _is_text(data: bytes) -> bool:
    if not data or data.startswith((b"#!", b"MZ")) or data.translate(None, _CONTROL) != data:
        return False
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _agrees(declared: str | None, real: str) -> bool:
    """Whether the declared type may be said of the real one; families are compared, not dialects."""
    said = (declared or "").partition(";")[0].strip().lower()
    if said in {"", "application/octet-stream", real}:
        return True
    family = real.partition("/")[0]
    if real in _SAID_OF:
        return any(part in said for part in _SAID_OF[real])
    return family != "application" and said.startswith(f"{family}/")


def _image(data: bytes, real: str) -> Verdict:
    try:
        with Image.open(io.BytesIO(data), formats=tuple(_IMAGE_FORMATS)) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                return SetAside("too_many_pixels")
            name = picture.format or ""
            picture.verify()
        # Verifying uses a picture up, and reading EXIF first would make it refuse.
        with Image.open(io.BytesIO(data), formats=(name,)) as picture:
            hidden = bool(picture.getexif()) or not _HIDDEN.isdisjoint(picture.info)
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


def _leaves(name: str) -> bool:
    """Whether unpacking this member would write outside its folder."""
    return name.startswith(("/", "\\")) or ":" in name or ".." in name.replace("\\", "/").split("/")


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
    if any(_leaves(name) for name in names):
        return SetAside("archive_paths")
    if "[Content_Types].xml" in names:
        for folder, mime in _OFFICE.items():
            if any(name.startswith(folder) for name in names):
                return Accepted(mime)
    if declared is not None and "officedocument" in declared:
        return SetAside("type_lies")
    return Accepted("application/zip")
