"""Attachments: fetched over real HTTP, looked at, kept encrypted; what lies is set aside."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from random import Random
from typing import Any

import pytest
from PIL import Image

from bot.backoff import Backoff
from bot.downloads import MAX_BYTES, Downloader
from bot.filecheck import Accepted, SetAside, Verdict, examine
from domain.model import Attachment, AttachmentKind, NewPerson
from domain.roles import Role
from simulator.media import sample_photo
from storage.files import AttachmentFiles
from tests.bot.conftest import AGENT, Office


@pytest.fixture
def files(tmp_path: Path, office: Office) -> AttachmentFiles:
    return AttachmentFiles(tmp_path, office.database.vault)


@pytest.fixture
def downloader(office: Office, files: AttachmentFiles) -> Downloader:
    return Downloader(office.api, office.database, files, backoff=Backoff(0.0001, 0.001, 0.0, Random(1)))


async def attach(office: Office, kind: AttachmentKind, file: dict[str, Any]) -> int:
    """A pending attachment of a draft of the agent."""

    def work(uow: Any) -> int:
        now = office.clock.now()
        person = uow.people.by_telegram_id(AGENT) or uow.people.add(AGENT, "Elang-07", grant(), now)
        draft = uow.drafts.active(person.id) or uow.drafts.add(person.id, AGENT, "lapinfo", {}, now)
        added = uow.attachments.add(
            draft_id=draft.id, case_id=None, version=1, kind=kind, file_id=file["file_id"],
            file_unique_id=file["file_unique_id"], size=file.get("file_size"), mime=file.get("mime_type"),
            file_name=file.get("file_name"), media_group=None, message_id=1, now=now,
        )  # fmt: skip
        return int(added.id)

    return await office.database.run(work)


def grant() -> Any:
    return NewPerson(frozenset({Role.AGEN}))


async def state(office: Office, attachment_id: int) -> Attachment:
    found = await office.database.run(lambda uow: uow.attachments.get(attachment_id))
    assert found is not None
    return found


async def test_a_photo_is_kept_encrypted_with_a_copy_without_position(
    office: Office, downloader: Downloader, files: AttachmentFiles, tmp_path: Path
) -> None:
    message = await office.agent.sends_document(sample_photo(), "foto.jpg", "image/jpeg")
    number = await attach(office, "document", message.api["document"])
    assert await downloader.step() == 1
    kept = await state(office, number)
    assert kept.state == "stored"
    assert kept.path is not None
    assert kept.clean_path is not None
    assert files.read(kept.path) == sample_photo()
    clean = Image.open(io.BytesIO(files.read(kept.clean_path)))
    assert clean.size == (640, 480)
    assert not clean.getexif()
    stored = b"".join(path.read_bytes() for path in (tmp_path / "attachments").rglob("*") if path.is_file())
    assert b"Kamera" not in stored


async def test_what_lies_is_set_aside(office: Office, downloader: Downloader) -> None:
    message = await office.agent.sends_document(b"MZ\x90\x00 not a picture", "foto.jpg", "image/jpeg")
    number = await attach(office, "document", message.api["document"])
    await downloader.step()
    assert (await state(office, number)).state == "set_aside"


async def test_more_than_twenty_megabytes_fails_without_a_download(office: Office, downloader: Downloader) -> None:
    message = await office.agent.sends_document(fake_size=MAX_BYTES + 1)
    number = await attach(office, "document", message.api["document"])
    unknown = await office.agent.sends_document(b"%PDF-1.4 lain", fake_size=MAX_BYTES + 1)
    other = await attach(office, "document", {**unknown.api["document"], "file_size": None})
    await downloader.step()
    assert (await state(office, number)).state == "failed"
    assert (await state(office, other)).state == "failed"


async def test_troubles_are_tried_again(office: Office, downloader: Downloader) -> None:
    office.world.faults.server_error("getFile", times=2)
    message = await office.agent.sends_voice()
    number = await attach(office, "voice", message.api["voice"])
    for _ in range(2):
        await downloader.step()
        assert (await state(office, number)).state == "pending"
        downloader._not_before.clear()
    await downloader.step()
    assert (await state(office, number)).state == "stored"


async def test_an_attachment_thrown_away_meanwhile_leaves_no_file(
    office: Office, downloader: Downloader, tmp_path: Path
) -> None:
    message = await office.agent.sends_voice()
    number = await attach(office, "voice", message.api["voice"])
    original = office.api.download

    async def late(path: str, **how: Any) -> bytes:
        await office.database.run(lambda uow: uow.attachments.remove(number))
        return await original(path, **how)

    office.api.download = late  # type: ignore[method-assign, assignment]
    await downloader.step()
    assert [path for path in (tmp_path / "attachments").rglob("*") if path.is_file()] == []


def archive(*names: str, size: int = 10, level: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", level) as made:
        for name in names:
            made.writestr(name, b"0" * size)
    return out.getvalue()


def picture(form: str = "JPEG", size: tuple[int, int] = (8, 8), **how: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (9, 9, 9)).save(out, form, **how)
    return out.getvalue()


OFFICE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.mark.parametrize(
    ("data", "kind", "declared", "verdict"),
    [
        (picture(), "photo", None, Accepted("image/jpeg")),
        (picture("PNG"), "document", "image/png", Accepted("image/png")),
        (picture("WEBP"), "document", "image/jpeg", Accepted("image/webp")),
        (picture()[:200], "photo", None, SetAside("broken_image")),
        (picture("PNG")[:40], "document", "image/png", SetAside("broken_image")),
        (picture("GIF", (9001, 9001)), "document", "image/gif", SetAside("too_many_pixels")),
        (picture(), "document", "application/pdf", SetAside("type_lies")),
        (b"%PDF-1.7 x", "document", "application/pdf", Accepted("application/pdf")),
        (b"%PDF-1.7 x", "document", "image/jpeg", SetAside("type_lies")),
        (b"%PDF-1.7 x", "photo", None, SetAside("type_lies")),
        (b"OggS x", "voice", "audio/ogg", Accepted("audio/ogg")),
        (b"ID3 x", "audio", "audio/mpeg", Accepted("audio/mpeg")),
        (b"\0\0\0\x18ftypmp42", "video", "video/mp4", Accepted("video/mp4")),
        (b"\0\0\0\x18ftypM4A ", "voice", "audio/m4a", Accepted("video/mp4")),
        (b"\0\0\0\x18ftypheic", "document", "image/heic", SetAside("unknown_type")),
        (b"OggS x", "video", "video/mp4", SetAside("type_lies")),
        (b"MZ\x90\x00", "document", None, SetAside("unknown_type")),
        (b"\x7fELF\x02", "document", None, SetAside("unknown_type")),
        (b"#!/bin/sh\n", "document", "text/plain", SetAside("unknown_type")),
        (b"", "document", None, SetAside("unknown_type")),
        (b"catatan lapangan", "document", "text/plain", Accepted("text/plain")),
        (archive("a.txt"), "document", "application/zip", Accepted("application/zip")),
        (archive("[Content_Types].xml", "word/document.xml"), "document", OFFICE, Accepted(OFFICE)),
        (archive("a.txt"), "document", OFFICE, SetAside("type_lies")),
        (archive("../../etc/passwd"), "document", "application/zip", SetAside("archive_paths")),
        (archive("C:\\x"), "document", "application/zip", SetAside("archive_paths")),
        (archive("bom", size=30_000_000), "document", "application/zip", SetAside("archive_bomb")),
        (archive("a")[:20], "document", "application/zip", SetAside("broken_archive")),
    ],
    ids=lambda value: "bytes" if isinstance(value, bytes) else None,  # an archive's bytes hold the time it was made
)
def test_files_are_what_their_bytes_say(
    data: bytes, kind: AttachmentKind, declared: str | None, verdict: Verdict
) -> None:
    assert examine(data, kind, declared) == verdict


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_hidden_data_goes_and_the_picture_stays_upright(form: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Kamera"
    verdict = examine(picture(form, (8, 4), exif=exif), "document", None)
    assert isinstance(verdict, Accepted)
    assert verdict.clean is not None
    clean = Image.open(io.BytesIO(verdict.clean))
    assert clean.size == (4, 8)
    assert not clean.getexif()
    assert b"Kamera" not in verdict.clean


async def test_one_thrown_away_before_its_next_try_is_forgotten(office: Office, downloader: Downloader) -> None:
    office.world.faults.server_error("getFile", times=1)
    message = await office.agent.sends_voice()
    number = await attach(office, "voice", message.api["voice"])
    await downloader.step()
    assert number in downloader._not_before
    await office.database.run(lambda uow: uow.attachments.remove(number))
    await downloader.step()
    assert not downloader._not_before, "it would wake the downloader for ever"
    assert not downloader._tries
