"""Looking closer: the full text in private, photos and files as a reply. Every opening is an event."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, TypeAlias

from domain import secrecy
from domain.model import Attachment, Case, Person
from domain.notices import Ack, Media, Notice, Show, View
from domain.office import Office
from domain.ports import UnitOfWork
from domain.usecases import delivery, history, verification
from domain.usecases.cards import Tap
from domain.usecases.cardview import full
from domain.usecases.officials import NAMES_OPEN_TO, WRITERS, may_open
from domain.usecases.transitions import subject

What: TypeAlias = Literal["foto", "lampiran", "suara"]
AGAIN_AFTER = 60.0
"""Seconds in which the same files are not sent to the same chat again."""
ALBUM = 10
"""What one album carries at most (Bot API sendMediaGroup)."""


def open_full(uow: UnitOfWork, office: Office, me: Person, case_id: int, now: datetime, tap: Tap) -> Ack:
    """The whole report to the person's private chat, whatever chat the button was in."""
    found = verification.matter(uow, office, me, case_id, tap, now, "open")
    if isinstance(found, Ack):
        return found
    case = found.case
    if secrecy.is_secret(case):
        return secrecy.denied(uow, me, case, "open", now)  # only by ``reading``, which takes it away again
    if not may_open(uow, office, case, me, now):
        return verification.refused(office, case, found.step, "not_open")
    if me.unreachable_at is not None:
        return Ack("verifikasi/mulai_dulu", {"bot": office.bot_username}, alert=True)
    masked = me.has(*sorted(delivery.leaders(found.sop, case)))
    view = full(uow, office, case, name=me.has(*NAMES_OPEN_TO) and not masked, masked=masked, now=now)
    uow.events.append(subject(case), "opened", me.id, now, {"version": case.version, "step": case.step})
    uow.outbox.add(Notice(me.telegram_id, Show(view), reference=case.ref))
    return Ack("verifikasi/dibuka" if tap.chat_id != me.telegram_id else None, {"ref": case.ref})


def show_files(
    uow: UnitOfWork,
    office: Office,
    me: Person,
    case_id: int,
    what: What,
    now: datetime,
    tap: Tap,
    skip: int = 0,
) -> Ack:
    """Photos, the voice note or the other files as a reply to the card; ``skip`` leaves out what the card shows."""
    found = verification.matter(uow, office, me, case_id, tap, now, what, WRITERS if what == "suara" else frozenset())
    if isinstance(found, Ack):
        return found
    case = found.case
    if secrecy.is_secret(case):
        return secrecy.denied(uow, me, case, what, now)
    writes = what == "suara" and case.status == "submitted" and me.has(*WRITERS)
    if not (writes or may_open(uow, office, case, me, now)):
        return verification.refused(office, case, found.step, "not_open")
    action = f"{what}_shown"
    if history.seen_recently(uow.events.of(subject(case)), action, tap.chat_id, now, AGAIN_AFTER):
        return Ack("verifikasi/baru_dikirim", {"ref": case.ref}, alert=True)
    files = [a for a in uow.attachments.of_case(case.id) if a.state != "set_aside" and _is(a, what)][skip:]
    media = [piece for piece in map(media_of, files) if piece is not None]
    if not media:
        return Ack("verifikasi/berkas_belum_siap", {"ref": case.ref}, alert=True)
    uow.events.append(subject(case), action, me.id, now, {"chat": tap.chat_id, "version": case.version})
    for views in _views(case, what, media, tap):
        uow.outbox.add(Notice(tap.chat_id, Show(views), reference=case.ref))
    return Ack()


def _is(attachment: Attachment, what: What) -> bool:
    match what:
        case "foto":
            return attachment.kind == "photo"
        case "suara":
            return attachment.kind in ("voice", "audio")
        case "lampiran":
            return attachment.kind != "photo"


def media_of(attachment: Attachment) -> Media | None:
    """What is passed on of a file, or None as long as nothing may be.

    The copy without position data where there is one. An image sent as a file still carries its data until it was
    looked through, so it waits for that; Telegram strips photos itself."""
    if attachment.clean_path is not None:
        return Media(attachment.kind, path=attachment.clean_path, file_name=attachment.file_name)
    image = attachment.kind == "document" and (attachment.mime or "").startswith("image/")
    if image and attachment.state != "stored":
        return None
    return Media(attachment.kind, file_id=attachment.file_id, file_name=attachment.file_name)


def _views(case: Case, what: What, media: Sequence[Media], tap: Tap) -> Sequence[View]:
    size = ALBUM if what == "foto" else 1  # only photos go well together in one album
    albums = [tuple(media[i : i + size]) for i in range(0, len(media), size)]
    return [
        View(
            "kartu/berkas",
            {"ref": case.ref, "nomor": n, "jumlah": len(albums), "jenis": what},
            media=album[0] if len(album) == 1 else None,
            album=album if len(album) > 1 else (),
            protect=True,
            reply_to=tap.message_id,
        )
        for n, album in enumerate(albums, 1)
    ]
