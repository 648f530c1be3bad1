"""Files on the practice server: photos lose their EXIF and come in sizes, documents keep every byte."""

import hashlib
import io
import mimetypes
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Final

from PIL import Image, ImageOps, UnidentifiedImageError

from simulator.errors import ApiError, bad_request
from simulator.model import Json, StoredFile
from simulator.schema import Upload

if TYPE_CHECKING:
    from simulator.world import World

MEGABYTE: Final = 1024 * 1024
DOWNLOAD_LIMIT: Final = 20 * MEGABYTE
PHOTO_LIMIT: Final = 10 * MEGABYTE
UPLOAD_LIMIT: Final = 50 * MEGABYTE
SIDES: Final = (90, 320, 1280)
FOLDERS: Final = {
    "photo": "photos",
    "document": "documents",
    "video": "videos",
    "voice": "voice",
    "sticker": "stickers",
}
SUFFIXES: Final = {"photo": ".jpg", "video": ".mp4", "voice": ".oga", "sticker": ".webp", "audio": ".mp3"}

_scaled: dict[bytes, list[tuple[int, int, bytes]]] = {}
_sample: list[bytes] = []


def sample_photo() -> bytes:
    """A small real photo with EXIF, for people who send "a photo" in tests."""
    if not _sample:
        image = Image.new("RGB", (640, 480), (120, 150, 90))
        exif = Image.Exif()
        exif[0x010F] = "Kamera Latihan"
        gps = exif.get_ifd(0x8825)
        gps[1], gps[2], gps[3], gps[4] = "S", (6.0, 53.0, 30.0), "E", (109.0, 40.0, 12.0)
        out = io.BytesIO()
        image.save(out, "JPEG", exif=exif)
        _sample.append(out.getvalue())
    return _sample[0]


def store(
    world: "World",
    kind: str,
    data: bytes,
    *,
    name: str | None = None,
    mime: str | None = None,
    size: int | None = None,
    **extra: Any,
) -> StoredFile:
    """Keep a file under a new id; `size` may be pretended."""
    number = len(world.files) + 1
    digest = hashlib.sha256(data + str(number).encode()).hexdigest()
    suffix = SUFFIXES.get(kind) or PurePosixPath(name or "").suffix[:8] or ".bin"
    file = StoredFile(
        id=f"{kind[:2].upper()}AC{number:06d}-{digest[:40]}",
        unique_id=f"AQ{digest[:14]}",
        data=data,
        size=len(data) if size is None else size,
        path=f"{FOLDERS.get(kind, 'documents')}/file_{number}{suffix}",
        kind=kind,
        name=name,
        mime=mime,
        extra=extra,
    )
    world.files[file.id] = world.paths[file.path] = file
    return file


def photo(world: "World", data: bytes) -> list[Json]:
    """Store a photo as Telegram does: JPEG without EXIF in up to three sizes; the PhotoSize array, largest last."""
    if len(data) > PHOTO_LIMIT:
        raise bad_request(
            f"file of size {len(data)} bytes is too big for a photo; the maximum size is {PHOTO_LIMIT} bytes"
        )
    key = hashlib.sha256(data).digest()
    if key not in _scaled:
        _scaled[key] = _scale(data)
    sizes = [store(world, "photo", raw, width=width, height=height).api() for width, height, raw in _scaled[key]]
    world.photos.update((size["file_id"], sizes) for size in sizes)
    return sizes


def _scale(data: bytes) -> list[tuple[int, int, bytes]]:
    try:
        with Image.open(io.BytesIO(data)) as opened:
            image = ImageOps.exif_transpose(opened).convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise bad_request("IMAGE_PROCESS_FAILED") from error
    width, height = image.size
    if width + height > 10_000 or max(width, height) > 20 * min(width, height):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    out: list[tuple[int, int, bytes]] = []
    longest = max(width, height)
    for side in SIDES:
        if side < longest or not out or side == SIDES[-1] or longest > SIDES[SIDES.index(side) - 1]:
            sized = image.copy()
            sized.thumbnail((min(side, longest),) * 2)
            buffer = io.BytesIO()
            sized.save(buffer, "JPEG", quality=82)
            if not out or sized.size != out[-1][:2]:
                out.append((*sized.size, buffer.getvalue()))
    return out


def guess_mime(name: str | None) -> str:
    """The MIME type that Telegram's apps give a file by its name."""
    return mimetypes.guess_type(name or "")[0] or "application/octet-stream"


def from_bot(world: "World", kind: str, given: str | Upload, uploads: dict[str, Upload], **extra: Any) -> Any:
    """What a bot gave as a file (upload, attach://, file_id) as the object that the message carries."""
    if isinstance(given, str) and given.startswith("attach://"):
        found = uploads.get(given.removeprefix("attach://"))
        if found is None:
            raise bad_request("wrong file identifier/HTTP URL specified")
        given = found
    if isinstance(given, Upload):
        if len(given.data) > UPLOAD_LIMIT:
            raise ApiError(413, "Request Entity Too Large")
        if not given.data:
            raise bad_request("file must be non-empty")
        if kind == "photo":
            return photo(world, given.data)
        mime = given.mime if kind == "document" and given.mime else guess_mime(given.name)
        if kind == "voice":
            return store(world, kind, given.data, mime="audio/ogg", **extra).api()
        return store(world, kind, given.data, name=given.name or "file", mime=mime, **extra).api()
    stored = world.files.get(given)
    if stored is None:
        raise bad_request("wrong file identifier/HTTP URL specified")
    if stored.kind != kind:
        raise bad_request(f"can't use file of type {stored.kind.title()} as {kind.title()}")
    return world.photos[stored.id] if kind == "photo" else stored.api()
