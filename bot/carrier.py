"""One notice carried out: what it needs of templates, files and slots, and which calls follow from which answers."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

from bot.api import Upload
from bot.delivery import Call, Standing, as_reply, editing, sending, upload_key, with_reference
from bot.documents import Documents, Unmade
from bot.outcomes import Anew, Dead, Migrated, Outcome, Plain, Retry, Sent, Step, Undeletable, WithoutReply
from bot.pacing import Kind
from bot.render import Renderer
from bot.settling import SenderDatabase
from bot.slots import SlotCache
from bot.split import MESSAGE_UNITS
from domain.notices import Delete, Json, Leave, Media, Pin, SetCommands, Show, Strip, Unpin, View
from storage.outbox import OutboxRow

MOST_DELETED = 100
"""What one deleteMessages takes (Bot API)."""
MIN_LIMIT = 512
"""Units below which a text that Telegram calls too long is given up."""


class FileStore(Protocol):
    """Reads a file below the data directory, decrypted."""

    def read(self, path: str, /) -> bytes: ...


@dataclass(slots=True)
class Try:
    """One notice on its way: what room among all calls is held for it, and how far it came."""

    row: OutboxRow
    held: int
    parts_done: int
    message_id: int | None = None
    has_media: bool = False


class Carrier:
    """Turns a notice into calls made through ``go``. Raises RenderError, StorageFailed, FileNotFoundError."""

    def __init__(
        self,
        renderer: Renderer,
        database: SenderDatabase,
        slots: SlotCache,
        files: FileStore | None,
        go: Callable[[Try, Call], Awaitable[Step]],
        part_done: Callable[[Try], None],
        documents: Documents | None = None,
    ) -> None:
        self._renderer, self._database, self._slots, self._files = renderer, database, slots, files
        self._documents = documents
        self._go, self._part_done = go, part_done

    def kind_of(self, row: OutboxRow) -> tuple[Kind, int]:
        """What the notice will count as, as far as memory knows, and how many messages it is."""
        if not isinstance(row.action, Show):
            return "other", 1
        show = row.action
        if show.at is not None or (not show.fresh and row.slot is not None and self._slots.standing(row.slot)):
            return "edit", 1
        return "message", max(1, len(show.view.album))

    async def attempt(self, on_way: Try) -> Outcome | Migrated:
        row, chat_id = on_way.row, on_way.row.chat_id
        match row.action:
            case Show() as show:
                return await self._show(on_way, show)
            case Delete(message_ids=ids, refused=refused) if ids or refused is not None:
                return await self._delete_all(on_way, ids, refused)
            case Delete(message_id=message_id):
                target = message_id or await self._message_in(row)
                return await self._simple(on_way, "deleteMessage", target, {})
            case Pin() | Unpin() | Strip() as mark:
                return await self._mark(on_way, mark)
            case SetCommands(commands=names):
                scope = {"type": "chat", "chat_id": chat_id}
                method = "deleteMyCommands"
                params: dict[str, Json] = {"scope": scope}
                if names:
                    method, params = "setMyCommands", {"scope": scope, "commands": self._renderer.commands(names)}
                return final(await self._go(on_way, Call(method, params, "other")))
            case Leave():
                step = await self._go(on_way, Call("leaveChat", {"chat_id": chat_id}, "other"))
                # Gone already is as good as left.
                return Sent() if isinstance(step, Dead) and step.reason in {"kicked", "chat_gone"} else final(step)

    async def _mark(self, on_way: Try, mark: Pin | Unpin | Strip) -> Outcome | Migrated:
        if isinstance(mark, Strip):
            where = {"chat_id": on_way.row.chat_id, "message_id": mark.message_id}
            step = await self._go(on_way, Call("editMessageReplyMarkup", where, "edit"))
            return Sent() if isinstance(step, Anew) else final(step)  # gone, and its buttons with it
        target = await self._message_in(on_way.row)
        if isinstance(mark, Unpin):
            return await self._simple(on_way, "unpinChatMessage", target, {})
        if target is None:
            return Dead("refused", "nothing to pin")
        return await self._simple(on_way, "pinChatMessage", target, {"disable_notification": True})

    async def _simple(
        self, on_way: Try, method: str, message_id: int | None, more: Mapping[str, Json]
    ) -> Outcome | Migrated:
        if message_id is None:
            return Sent()
        params = {"chat_id": on_way.row.chat_id, "message_id": message_id, **more}
        return final(await self._go(on_way, Call(method, params, "other")))

    async def _delete_all(self, on_way: Try, ids: Sequence[int], refused: View | None) -> Outcome | Migrated:
        """All in one call; where Telegram dislikes one, each by itself, so that none stays because of another."""
        chat_id, kept = on_way.row.chat_id, 0
        for some in (ids[start : start + MOST_DELETED] for start in range(0, len(ids), MOST_DELETED)):
            params = {"chat_id": chat_id, "message_ids": list(some)}
            step = await self._go(on_way, Call("deleteMessages", params, "other"))
            if not isinstance(step, Undeletable | Dead) or (isinstance(step, Dead) and step.reason != "refused"):
                if isinstance(step, Sent):
                    continue
                return final(step)
            for message_id in some:
                one = {"chat_id": chat_id, "message_id": message_id}
                step = await self._go(on_way, Call("deleteMessage", one, "other"))
                if isinstance(step, Undeletable) or (isinstance(step, Dead) and step.reason == "refused"):
                    kept += 1
                elif not isinstance(step, Sent):
                    return final(step)
        kept += int(refused.params.get("jumlah", 0)) if refused is not None else 0
        if refused is None or not kept:
            return Sent()
        view = replace(refused, params={**refused.params, "jumlah": kept})
        step = await self._send_all(on_way, sending(chat_id, view, self._renderer.view(view), {}))
        return Sent() if isinstance(step, Sent) else final(step)

    async def _show(self, on_way: Try, show: Show) -> Outcome | Migrated:
        row, view = on_way.row, show.view
        if row.slot is not None and self._slots.shown(row.slot) > row.id:
            return Sent()
        rendered = self._renderer.view(view)
        rendered = replace(rendered, text=with_reference(rendered.text, row.reference))
        try:
            uploads, lacking = await self._uploads(view), False
        except Unmade:
            # What cannot be made must not keep the words from anybody, nor an old picture stay above new words.
            view, uploads, lacking = replace(view, media=None, album=()), {}, True
            rendered = replace(rendered, text=f"{rendered.text}\n\n{self._renderer.text('umum/tanpa_berkas', {})}")
        if on_way.parts_done == 0 and not lacking and (standing := await self._standing(row, show)) is not None:
            call = editing(view, rendered, standing, uploads)
            if call is not None:
                step = await self._go(on_way, call)
                if isinstance(step, Sent):
                    return Sent(standing.message_id, call.has_media)
                # Whatever Telegram dislikes in an edit other than the chat itself, a new message still says it.
                if not isinstance(step, Anew) and not (isinstance(step, Dead) and step.reason == "refused"):
                    return final(step)
        limit = MESSAGE_UNITS
        while True:
            step = await self._send_all(on_way, sending(row.chat_id, view, rendered, uploads, limit=limit))
            too_long = isinstance(step, Dead) and "too long" in step.error and on_way.parts_done == 0
            if not too_long or limit <= MIN_LIMIT:
                return step
            limit //= 2

    async def _send_all(self, on_way: Try, calls: Sequence[Call]) -> Outcome | Migrated:
        for number, planned in enumerate(calls):
            if number < on_way.parts_done:
                continue
            call = planned
            if call.below and on_way.message_id is not None:
                call = as_reply(call, on_way.message_id)
            step = await self._go(on_way, call)
            if not isinstance(step, Sent):
                return final(step)
            on_way.parts_done = number + 1
            if call.stands:
                on_way.message_id, on_way.has_media = step.message_id, call.has_media
            if on_way.parts_done < len(calls):
                # Written now, so that a restart goes on behind the parts that arrived.
                self._part_done(on_way)
        return Sent(on_way.message_id, on_way.has_media)

    async def _standing(self, row: OutboxRow, show: Show) -> Standing | None:
        if show.at is not None:
            return Standing(row.chat_id, show.at, show.at_media)
        if show.fresh or row.slot is None:
            return None
        standing = await self._look_up(row.slot)
        return standing if standing is not None and standing.chat_id == row.chat_id else None

    async def _message_in(self, row: OutboxRow) -> int | None:
        standing = None if row.slot is None else await self._look_up(row.slot)
        return None if standing is None or standing.chat_id != row.chat_id else standing.message_id

    async def _look_up(self, slot: str) -> Standing | None:
        if not self._slots.known(slot):
            found = await self._database.run(lambda uow: uow.outbox.slot(slot))
            standing = None if found is None else Standing(found.chat_id, found.message_id, found.has_media)
            self._slots.put(slot, standing)
        return self._slots.standing(slot)

    async def _uploads(self, view: View) -> dict[str, Upload]:
        wanted = [media for media in (view.media, *view.album) if media is not None]
        return {key: await self._upload(media, key) for media in wanted if (key := upload_key(media)) is not None}

    async def _pictures(self, media: Media) -> Mapping[int, Callable[[], bytes]]:
        """By attachment id, how to read what the paper shows; without what is not on this machine or was set aside.

        The copy without position and device data, where there is one. Only stored files: the paper is made in a
        worker thread that must not wait for the network.
        """
        if not media.shows or self._files is None:
            return {}
        kept = await self._database.run(lambda uow: [uow.attachments.get(one) for one in media.shows])
        return {
            one.id: partial(self._files.read, path)
            for one in kept
            if one is not None and one.state == "stored" and (path := one.clean_path or one.path) is not None
        }

    async def _upload(self, media: Media, key: str) -> Upload:
        if media.make is not None:
            if self._documents is None:
                raise Unmade
            content = await self._documents.make(media.make, media.params, key, await self._pictures(media))
            return Upload(media.file_name or media.make, content)
        if self._files is None:
            raise FileNotFoundError
        content = await asyncio.to_thread(self._files.read, key)
        return Upload(media.file_name or key.rpartition("/")[2], content)


def final(step: Step) -> Outcome | Migrated:
    """A step that asks for another kind of call where there is none is a refusal."""
    match step:
        case Sent() | Retry() | Dead() | Migrated():
            return step
        case Undeletable():
            return Sent()  # as good as done: nothing more can be done about it
        case Anew() | Plain() | WithoutReply():
            return Dead("refused", type(step).__name__)
