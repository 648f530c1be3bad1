"""What a person does on one phone of the page: each POST checks its body and uses that person's `Phone`."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Final, Literal, TypeVar

import orjson
from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from starlette.datastructures import UploadFile
from starlette.requests import Request

from simulator.compose import CAPTION_LIMIT, TEXT_LIMIT
from simulator.entities import units
from simulator.model import Chat, Json, Message, User
from simulator.page_feed import Feed
from simulator.page_view import Practice
from simulator.people import Phone

ALBUM: Final = 10
MODEL = TypeVar("MODEL", bound=BaseModel)


class Refused(Exception):
    """The page can't do that; the message is shown on the phone."""

    def __init__(self, message: str, status: int = 409) -> None:
        super().__init__(message)
        self.status = status


def _written(limit: int) -> Callable[[str], str]:
    def check(text: str) -> str:
        if units(text) > limit:
            raise Refused(f"Teks lebih dari {limit} karakter", 400)
        return text.strip()

    return check


Caption = Annotated[str, AfterValidator(_written(CAPTION_LIMIT))]
Text = Annotated[str, AfterValidator(_written(TEXT_LIMIT))]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Send(_Body):
    text: Text
    reply_to: int | None = None


class _Media(_Body):
    kind: Literal["photo", "voice", "document", "video"]
    caption: Caption = ""
    reply_to: int | None = None
    duration: Annotated[int, Field(ge=1, le=3600)] = 1
    pretend_size: Annotated[int, Field(gt=0)] | None = None


class _Location(_Body):
    latitude: Annotated[float, Field(ge=-90, le=90)]
    longitude: Annotated[float, Field(ge=-180, le=180)]
    reply_to: int | None = None


class _Contact(_Body):
    first_name: Annotated[str, Field(min_length=1, max_length=64)]
    phone_number: Annotated[str, Field(pattern=r"^\+?[\d\s-]{3,24}$")] = "+62 800 0000 0001"


class _Tap(_Body):
    message_id: int
    row: Annotated[int, Field(ge=0)]
    column: Annotated[int, Field(ge=0)]


class _Edit(_Body):
    message_id: int
    text: Text


class _One(_Body):
    message_id: int


class _Forward(_Body):
    message_id: int
    to: int


class _Start(_Body):
    payload: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{0,64}$")] = ""


class Acting:
    """One request: who acts where."""

    def __init__(self, practice: Practice, feed: Feed, person: User, chat: Chat, request: Request) -> None:
        self.practice = practice
        self.feed = feed
        self.chat = chat
        self.request = request
        self.phone = Phone(practice.world, person, practice.bot)

    async def body(self, model: type[MODEL]) -> MODEL:
        """The JSON body as `model`; an absent body counts as empty."""
        return model.model_validate(orjson.loads(await self.request.body() or b"{}"))

    def message(self, message_id: int) -> Message:
        """A message of this chat; raises Refused when it is gone."""
        found = self.chat.messages.get(message_id)
        if found is None:
            raise Refused("Pesan sudah dihapus")
        return found

    def own(self, message_id: int) -> Message:
        """A message that this person wrote."""
        found = self.message(message_id)
        if found.sender is not self.phone.person:
            raise Refused("Bukan pesan Anda")
        return found

    def writable(self, chat: Chat | None = None) -> Chat:
        """The chat when this person may write there now."""
        where = chat or self.chat
        if where.type == "private" and where.blocked:
            raise Refused("Anda memblokir bot ini")
        return where


Action = Callable[[Acting], Awaitable[Json]]


def _sent(message: Message) -> Json:
    return {"message_id": message.id}


def _reply(reply_to: int | None) -> dict[str, Any]:
    return {"reply_to": reply_to}


async def _send(acting: Acting) -> Json:
    body = await acting.body(_Send)
    if not body.text:
        raise Refused("Pesan kosong", 400)
    return _sent(await acting.phone.says(body.text, acting.writable(), **_reply(body.reply_to)))


async def _media(acting: Acting) -> Json:
    chat = acting.writable()
    async with acting.request.form(max_files=ALBUM) as form:
        body = _Media.model_validate_json(str(form.get("data", "{}")))
        files = [f for f in form.getlist("file") if isinstance(f, UploadFile)]
        if not files:
            raise Refused("Tidak ada berkas", 400)
        read = [(await file.read(), file.filename or "berkas", file.content_type) for file in files]
    data, name, mime = read[0]
    phone, how, size = acting.phone, _reply(body.reply_to), body.pretend_size
    if not data:
        raise Refused("Berkas kosong", 400)
    match body.kind:
        case "photo" if len(read) > 1:
            album = await phone.sends_album([photo for photo, _, _ in read], body.caption, chat)
            return _sent(album[0])
        case "photo":
            return _sent(await phone.sends_photo(data, body.caption, chat, **how))
        case "voice":
            return _sent(await phone.sends_voice(data, body.duration, chat, size, **how))
        case "video":
            return _sent(await phone.sends_video(data, body.caption, chat, size, **how))
        case _:
            return _sent(await phone.sends_document(data, name, mime, body.caption, chat, size, **how))


async def _location(acting: Acting) -> Json:
    body = await acting.body(_Location)
    chat = acting.writable()
    return _sent(await acting.phone.sends_location(body.latitude, body.longitude, chat, **_reply(body.reply_to)))


async def _contact(acting: Acting) -> Json:
    body = await acting.body(_Contact)
    return _sent(await acting.phone.sends_contact(body.phone_number, body.first_name, acting.writable()))


async def _tap(acting: Acting) -> Json:
    body = await acting.body(_Tap)
    message = acting.message(body.message_id)
    try:
        data = message.inline_keyboard[body.row][body.column].get("callback_data")
    except IndexError:
        data = None
    if data is None:
        raise Refused("Tombol sudah tidak ada")
    tap = acting.phone.tap(message, data, acting.chat)
    acting.feed.tapped(acting.phone.person, tap)
    return {"query": tap.id}


async def _edit(acting: Acting) -> Json:
    body = await acting.body(_Edit)
    message = acting.own(body.message_id)
    if not body.text and "text" in message.api:
        raise Refused("Pesan kosong", 400)
    if body.text != message.text:
        await acting.phone.edits(message, body.text)
    return _sent(message)


async def _delete(acting: Acting) -> Json:
    message_id = (await acting.body(_One)).message_id
    # In the private chat either side's messages can go; in a group only one's own.
    message = acting.message(message_id) if acting.chat.type == "private" else acting.own(message_id)
    await acting.phone.deletes(message)
    return {}


async def _forward(acting: Acting) -> Json:
    body = await acting.body(_Forward)
    message = acting.message(body.message_id)
    if message.protected:
        raise Refused("Isi pesan ini dilindungi, tidak dapat diteruskan")
    to = next((c for c in acting.practice.chats(acting.phone.person) if c.id == body.to), None)
    if to is None:
        raise Refused("Percakapan tujuan tidak ada", 404)
    return _sent(await acting.phone.forwards(message.id, acting.chat, acting.writable(to)))


def _private(acting: Acting) -> None:
    if acting.chat.type != "private":
        raise Refused("Hanya di percakapan dengan bot", 400)


async def _start(acting: Acting) -> Json:
    _private(acting)
    body = await acting.body(_Start)
    acting.writable()
    return _sent(await acting.phone.says(f"/start {body.payload}".strip()))


async def _block(acting: Acting) -> Json:
    _private(acting)
    await acting.phone.blocks_bot()
    return {}


async def _unblock(acting: Acting) -> Json:
    _private(acting)
    await acting.phone.unblocks_bot()
    return {}


_ACTIONS: Final[dict[str, Action]] = {
    "send": _send,
    "media": _media,
    "location": _location,
    "contact": _contact,
    "tap": _tap,
    "edit": _edit,
    "delete": _delete,
    "forward": _forward,
    "start": _start,
    "block": _block,
    "unblock": _unblock,
}


async def act(practice: Practice, feed: Feed, person: User, chat: Chat, request: Request) -> Json:
    """Carry out the action that the path names; raises Refused, ValidationError, JSONDecodeError."""
    action = _ACTIONS.get(request.path_params["action"])
    if action is None:
        raise Refused("Tindakan tidak dikenal", 404)
    return await action(Acting(practice, feed, person, chat, request))
