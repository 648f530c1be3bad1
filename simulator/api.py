"""The Bot API over HTTP as a bare ASGI application: the hot path of practice and benchmark, so without a framework."""

import asyncio
import re
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import parse_qsl

import orjson
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from simulator import media, updates
from simulator.compose import Query
from simulator.errors import ApiError, Violation, bad_request, not_found, unauthorized
from simulator.faults import BAD_GATEWAY_PAGE, Dropped, HtmlAnswer
from simulator.methods import ASYNCHRONOUS, HANDLERS
from simulator.model import Bot, Call
from simulator.schema import BY_LOWER, MethodSpec, Upload
from simulator.world import World

PATH: Final = re.compile(r"/bot(?P<token>\d+:[\w-]+)/(?P<method>\w+)/?|/file/bot(?P<owner>\d+:[\w-]+)/(?P<file>.+)")
JSON: Final = b"application/json"
DropConnection = Callable[[Scope], None]


class BotApi:
    """Answers /bot{token}/{method} and /file/bot{token}/{path} for one World."""

    def __init__(self, world: World, drop: DropConnection) -> None:
        self.world = world
        self.drop = drop

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One HTTP request."""
        found = PATH.fullmatch(scope["path"])
        status, body, kind = 404, orjson.dumps(not_found().body()), JSON
        try:
            if found and found["token"]:
                status, body = await self._method(found["token"], found["method"], scope, receive)
            elif found:
                status, body, kind = self._file(found["owner"], found["file"])
            if self.world.latency_ms:
                await asyncio.sleep(self.world.latency_ms / 1000)
        except Dropped:
            self.drop(scope)
            while (await receive())["type"] != "http.disconnect":
                pass
            return
        except HtmlAnswer:
            status, body, kind = 502, BAD_GATEWAY_PAGE, b"text/html"
        headers = [(b"content-type", kind), (b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def _file(self, token: str, path: str) -> tuple[int, bytes, bytes]:
        bot = self.world.bots.get(token)
        if self.world.faults.cut_off:
            raise Dropped
        file = self.world.paths.get(path)
        if bot is None or bot.revoked:
            return 401, orjson.dumps(unauthorized().body()), JSON
        if file is None or file.size > media.DOWNLOAD_LIMIT:
            return 404, orjson.dumps(not_found().body()), JSON
        return 200, file.data, b"application/octet-stream"

    async def _method(self, token: str, name: str, scope: Scope, receive: Receive) -> tuple[int, bytes]:
        world = self.world
        raw, uploads, is_text, problem = await read_call(scope, receive)
        if world.faults.cut_off:
            raise Dropped
        spec = BY_LOWER.get(name.lower())
        method = spec.name if spec else name
        values: dict[str, Any] = raw
        try:
            if problem is not None:
                raise problem
            bot = world.bots.get(token)
            if bot is None or spec is None:
                if bot is not None:
                    world.violations.append((name, "", "unknown method"))
                raise not_found()
            if bot.revoked:
                raise unauthorized()
            values = spec.validate(raw, is_text)
            body = await self._answer(bot, spec, values, uploads)
        except ApiError as error:
            if isinstance(error, Violation):
                world.violations.append((error.method, error.parameter, error.why))
            self._log(method, values, error.description)
            return error.code, orjson.dumps(error.body())
        self._log(method, values, "")
        return 200, b'{"ok":true,"result":' + body + b"}"

    async def _answer(self, bot: Bot, spec: MethodSpec, values: dict[str, Any], uploads: dict[str, Upload]) -> bytes:
        world, chat_id = self.world, values.get("chat_id")
        lost = await world.faults.before(spec.name, chat_id) if world.faults.active else None
        if spec.name == "getUpdates":
            body = await updates.get_updates(bot, values, lambda: world.faults.cut_off)
            if world.faults.cut_off:
                raise Dropped
            if bot.revoked:
                raise unauthorized()
        else:
            world.limits.check(spec.name, chat_id, len(values.get("media", "x")) if "media" in values else 1)
            result = HANDLERS[spec.name](Query(world, bot, spec.name, values, uploads))
            if spec.name in ASYNCHRONOUS:
                result = await result
            body = orjson.dumps(result)
        if lost is not None:
            await asyncio.sleep(lost.seconds)
            raise Dropped
        return body

    def _log(self, method: str, values: dict[str, Any], error: str) -> None:
        self.world.call_counts[method] += 1
        if self.world.keep_calls:
            at = asyncio.get_running_loop().time()
            self.world.calls.append(Call(at, method, values, values.get("chat_id"), not error, error))


Body = tuple[dict[str, Any], dict[str, Upload], bool, ApiError | None]
"""Parameters, files, whether the parameters are text, and what was wrong with the body (told after the token)."""


async def read_call(scope: Scope, receive: Receive) -> Body:
    """A call's parameters from its address and body; raises Dropped when the client went away meanwhile."""
    kind = next((value for key, value in scope["headers"] if key == b"content-type"), b"")
    params: dict[str, Any] = {}
    if scope["query_string"]:
        params.update(parse_qsl(scope["query_string"].decode(), keep_blank_values=True))
    if kind.startswith(b"multipart/"):
        return await _multipart(Request(scope, receive), params)
    body = await _body(receive)
    if not body:
        return params, {}, True, None
    if kind.startswith(JSON):
        try:
            loaded = orjson.loads(body)
        except orjson.JSONDecodeError:
            loaded = None
        if not isinstance(loaded, dict):
            return params, {}, False, bad_request("can't parse request: JSON object expected")
        return params | loaded, {}, False, None
    try:
        params.update(parse_qsl(body.decode(), keep_blank_values=True, errors="strict"))
    except UnicodeDecodeError:
        return params, {}, True, bad_request("strings must be encoded in UTF-8")
    return params, {}, True, None


async def _body(receive: Receive) -> bytes:
    body = b""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Dropped
        part: bytes = message.get("body", b"")
        body = body + part if body else part
        if not message.get("more_body"):
            return body


async def _multipart(request: Request, params: dict[str, Any]) -> Body:
    uploads = {}
    async with request.form(max_files=64, max_fields=256, max_part_size=64 << 20) as form:
        for key, value in form.multi_items():
            if isinstance(value, UploadFile):
                uploads[key] = Upload(value.filename or "", value.content_type or "", await value.read())
            else:
                params[key] = value
    return params | _as_parameters(uploads, params), uploads, True, None


def _as_parameters(uploads: dict[str, Upload], params: dict[str, Any]) -> dict[str, Any]:
    # A file part is a parameter itself (photo=<file>) unless some parameter refers to it by attach://.
    texts = [value for value in params.values() if isinstance(value, str) and "attach://" in value]
    return {key: upload for key, upload in uploads.items() if not any(f"attach://{key}" in text for text in texts)}
