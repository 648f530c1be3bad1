"""The practice Telegram's web page: one page with phones side by side, its JSON and its events.

Only this machine may use it: the Host must be a loopback name (a page elsewhere that points its name here is refused),
and a POST must come from the page itself.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlsplit

import orjson
from pydantic import BaseModel, ConfigDict, Field, StrictBool, ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from simulator import page_view as view
from simulator.errors import ApiError
from simulator.model import Chat, Json, User
from simulator.page_actions import Refused, act
from simulator.page_feed import Feed
from simulator.page_view import Controls, Practice
from simulator.world import World

STATIC: Final = Path(__file__).parent / "static"
LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
LARGEST_BODY: Final = 64 * 1024 * 1024
LONGEST_STEP: Final = 366 * 24 * 3600
SHOWN_INLINE: Final = ("image/jpeg", "audio/ogg", "audio/mpeg")
HEADERS: Final = {
    "Cache-Control": "no-cache",
    "Content-Security-Policy": "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' blob:; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

Handler = Callable[[Request], Awaitable[Response]]


class Move(BaseModel):
    """Move the practice clock: by seconds, or to the next time of day in the office's zone."""

    model_config = ConfigDict(extra="forbid")

    advance_seconds: Annotated[int, Field(gt=0, le=LONGEST_STEP)] | None = None
    to: Annotated[str, Field(pattern=r"^([01]\d|2[0-3])[.:][0-5]\d$")] | None = None


class Switches(BaseModel):
    """Fault switches to turn; those not named stay as they are."""

    model_config = ConfigDict(extra="forbid")

    offline: StrictBool | None = None
    slow: StrictBool | None = None
    flood: StrictBool | None = None


def answer(data: Any, status: int = 200) -> Response:
    """A JSON answer."""
    raw = orjson.dumps(data, option=orjson.OPT_NON_STR_KEYS)
    return Response(raw, status, HEADERS, "application/json")


def hostname(host: str) -> str:
    """The name in a Host header without its port; empty when it makes no sense."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def refusal(request: Request) -> str | None:
    """Why this request is not from the page on this machine, or None."""
    host = request.headers.get("host", "")
    if hostname(host) not in LOOPBACK:
        return "Host tidak dikenal"
    if request.method == "POST":
        origin = request.headers.get("origin")
        if origin is not None and origin != f"{request.url.scheme}://{host}":
            return "Permintaan dari halaman lain"
        if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return "Permintaan dari halaman lain"
        if int(request.headers.get("content-length") or 0) > LARGEST_BODY:
            return "Berkas terlalu besar"
    return None


def guarded(handler: Handler) -> Handler:
    """Refuse strangers; answer named refusals as JSON with an `error`."""

    async def guard(request: Request) -> Response:
        why = refusal(request)
        if why is not None:
            return answer({"error": why}, 403)
        try:
            return await handler(request)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            return answer({"error": f"{'.'.join(map(str, first['loc']))}: {first['msg']}"}, 400)
        except orjson.JSONDecodeError:
            return answer({"error": "JSON tidak terbaca"}, 400)
        except ApiError as error:
            return answer({"error": error.description}, 400)
        except Refused as error:
            return answer({"error": str(error)}, error.status)

    return guard


@dataclass(frozen=True, slots=True, eq=False)
class Page:
    """The handlers of one practice."""

    practice: Practice
    feed: Feed

    async def index(self, _: Request) -> Response:
        """GET /"""
        return FileResponse(STATIC / "index.html", headers=HEADERS)

    async def state(self, _: Request) -> Response:
        """GET /latihan/state"""
        return answer(view.state(self.practice))

    async def events(self, _: Request) -> Response:
        """GET /latihan/events"""
        return StreamingResponse(self.feed.stream(), headers=HEADERS, media_type="text/event-stream")

    async def messages(self, request: Request) -> Response:
        """GET …/messages?before=ID&limit=N; newest page without `before`"""
        _, chat = self._place(request)
        query = request.query_params
        try:
            before, limit = query.get("before"), int(query.get("limit", "60"))
            found = view.messages(chat, None if before is None else int(before), min(max(limit, 1), 500))
        except ValueError as error:
            raise Refused("before dan limit harus bilangan", 400) from error
        return answer(found)

    async def act(self, request: Request) -> Response:
        """POST …/{action}: a JSON body, or for media a form with `data` (JSON) and `file`s"""
        person, chat = self._place(request)
        return answer(await act(self.practice, self.feed, person, chat, request))

    async def clock(self, request: Request) -> Response:
        """POST /latihan/clock"""
        move = Move.model_validate(await body(request))
        if (move.advance_seconds is None) == (move.to is None):
            raise Refused("Isi salah satu: advance_seconds atau to", 400)
        if move.advance_seconds is not None:
            self.practice.controls.advance(timedelta(seconds=move.advance_seconds))
        elif move.to is not None:
            hour, minute = int(move.to[:2]), int(move.to[3:])
            self.practice.controls.move_to(view.next_time(self.practice, hour, minute))
        self.feed.look()
        return answer(view.clock(self.practice))

    async def faults(self, request: Request) -> Response:
        """POST /latihan/faults"""
        wanted = Switches.model_validate(await body(request))
        for name, on in wanted.model_dump(exclude_none=True).items():
            self.practice.switch(name, on)
        self.feed.look()
        return answer(self.practice.switches())

    async def file(self, request: Request) -> Response:
        """GET /latihan/files/{file_id}: pictures and sound are shown, everything else is only saved"""
        stored = self.practice.world.files.get(request.path_params["file_id"])
        if stored is None:
            raise Refused("Berkas tidak ada", 404)
        mime = "image/jpeg" if stored.kind == "photo" else stored.mime or "application/octet-stream"
        inline = mime in SHOWN_INLINE
        headers = HEADERS | {
            "Cache-Control": "private, max-age=86400, immutable",
            "Content-Disposition": "inline" if inline else "attachment",
            "Content-Security-Policy": "sandbox; default-src 'none'",
        }
        return Response(stored.data, 200, headers, mime if inline else "application/octet-stream")

    def _place(self, request: Request) -> tuple[User, Chat]:
        # Compared as text: Starlette's int converter knows no negative numbers, and groups have them.
        user_id, chat_id = request.path_params["user"], request.path_params["chat"]
        person = next((p for p in self.practice.people() if str(p.id) == user_id), None)
        if person is not None:
            for chat in self.practice.chats(person):
                if str(chat.id) == chat_id:
                    return person, chat
        raise Refused("Percakapan tidak ada di telepon ini", 404)


async def body(request: Request) -> Json:
    """The JSON object of a request; raises Refused for anything else."""
    data = orjson.loads(await request.body())
    if not isinstance(data, dict):
        raise Refused("Isi harus objek JSON", 400)
    return data


class _Assets(StaticFiles):
    """Scripts and styles, read afresh each time they change."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers.update(HEADERS)
        return response


def routes(world: World, controls: Controls, office: dict[str, Any]) -> list[BaseRoute]:
    """The page's routes, for `server.create_app(world, routes)`; see `Practice` for what `office` may say."""
    practice = Practice(world, controls, office)
    page = Page(practice, Feed(practice))

    def route(path: str, handler: Handler, method: Literal["GET", "POST"] = "GET") -> Route:
        return Route(path, guarded(handler), methods=[method])

    phone = "/latihan/phones/{user}/chats/{chat}"
    return [
        route("/", page.index),
        route("/latihan/state", page.state),
        route("/latihan/events", page.events),
        route(f"{phone}/messages", page.messages),
        route(f"{phone}/{{action}}", page.act, "POST"),
        route("/latihan/clock", page.clock, "POST"),
        route("/latihan/faults", page.faults, "POST"),
        route("/latihan/files/{file_id}", page.file),
        Mount("/latihan/static", _Assets(directory=STATIC)),
    ]


def mount(app: Starlette, world: World, controls: Controls, office: dict[str, Any]) -> None:
    """Put the page on the Bot API's app."""
    app.router.routes[0:0] = routes(world, controls, office)
