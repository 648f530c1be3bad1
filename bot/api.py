"""The HTTP client for the Bot API: python-telegram-bot's error classes over aiohttp and orjson.

The stock request class costs five times the CPU of this one. Nothing here ever shows the token: URLs stay out of
exception texts, and no exception is chained to one of aiohttp's, whose text may hold the address.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote

import aiohttp
import orjson
from telegram.error import InvalidToken, NetworkError, RetryAfter, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData
from yarl import URL

from domain.errors import KentonganError, OperatorError
from domain.notices import Json

if TYPE_CHECKING:
    from telegram._utils.types import ODVInput

# python-telegram-bot warns about its own RetryAfter otherwise, at each 429.
os.environ.setdefault("PTB_TIMEDELTA", "true")

READ_TIMEOUT = 15.0
"""Seconds to wait for an ordinary answer; after it a send counts as uncertain."""
CONNECT_TIMEOUT = 10.0
DEFAULT_NONE = BaseRequest.DEFAULT_NONE
_JSON_HEADERS = {"Content-Type": "application/json"}


class TokenRevoked(OperatorError):
    """Telegram refuses the bot's token (401): put the new one from @BotFather in KENTONGAN_TOKEN and start again."""

    def __init__(self) -> None:
        super().__init__("KENTONGAN_TOKEN: Telegram refuses it (401 Unauthorized); take a new token from @BotFather")


class AnswerLost(NetworkError):
    """The connection broke after the request was written: whether Telegram carried it out is unknown."""


class FileRefused(NetworkError):
    """Telegram answers for a file but does not give it (4xx): its link is over, or the file is gone."""


class FileTooBig(KentonganError):
    """A download went past the limit in bytes and was given up."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file to send; ``name`` is what the receiver sees."""

    name: str
    content: bytes
    mime: str = "application/octet-stream"


@dataclass(slots=True)
class ApiCall:
    """One call on its way: what goes out, and what Telegram said when it refused."""

    params: Mapping[str, Json]
    files: Mapping[str, Upload] | None = None
    status: int = 0
    description: str = field(default="", repr=False)

    @property
    def contains_files(self) -> bool:
        """Whether the body has to be multipart."""
        return bool(self.files)


def status_of(error: BaseException) -> int:
    """The HTTP status behind an error of ``BotApi.call``; 0 when no answer came."""
    return int(vars(error).get("status", 0)) if isinstance(error, TelegramError) else 0


def description_of(error: BaseException) -> str:
    """Telegram's own words ("Bad Request: message is not modified…"), before PTB shortens and capitalises them."""
    return str(vars(error).get("description") or error) if isinstance(error, TelegramError) else ""


def seconds_of(error: RetryAfter) -> float:
    """How long a 429 asks to wait, in seconds."""
    wait = error.retry_after
    return float(wait) if isinstance(wait, int) else wait.total_seconds()


class AiohttpRequest(BaseRequest):
    """``telegram.request.BaseRequest`` on one keep-alive aiohttp session."""

    def __init__(self, *, connections: int = 128, read_timeout: float = READ_TIMEOUT) -> None:
        self._connections = connections
        self._read_timeout = read_timeout
        self._session: aiohttp.ClientSession | None = None
        self._urls: dict[str, URL] = {}
        self._timeouts: dict[float | None, aiohttp.ClientTimeout] = {}

    @property
    def read_timeout(self) -> float | None:
        """Seconds."""
        return self._read_timeout

    async def initialize(self) -> None:
        """Open the session; calling it twice is harmless."""
        if self._session is None or self._session.closed:
            connector = aiohttp.TCPConnector(limit=self._connections, keepalive_timeout=30, ttl_dns_cache=300)
            proxied = any(name.lower() in {"http_proxy", "https_proxy", "all_proxy"} for name in os.environ)
            self._session = aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"Accept-Encoding": "identity", "User-Agent": "kentongan"},
                trust_env=proxied,
            )

    async def shutdown(self) -> None:
        """Close the session."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Like PTB's, but what does not parse is never logged: it may be anything."""
        try:
            answer = orjson.loads(payload)
        except orjson.JSONDecodeError:
            # Half a surrogate pair in somebody's message makes orjson refuse the whole batch it came in.
            try:
                answer = json.loads(payload.decode("utf-8", "replace"))
            except ValueError:
                answer = None
        if not isinstance(answer, dict):
            raise TelegramError("Invalid server response") from None
        return answer

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: ODVInput[float] = DEFAULT_NONE,
        write_timeout: ODVInput[float] = DEFAULT_NONE,
        connect_timeout: ODVInput[float] = DEFAULT_NONE,
        pool_timeout: ODVInput[float] = DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """One request; ``(status, body)``. Raises TimedOut, AnswerLost or NetworkError, without any address."""
        if self._session is None:
            await self.initialize()
        session = cast("aiohttp.ClientSession", self._session)
        target = self._urls.get(url)
        if target is None:
            target = self._urls[url] = URL(url, encoded=True)
        body, headers = _body(request_data)
        seconds = self._read_timeout if read_timeout is DEFAULT_NONE else cast("float | None", read_timeout)
        try:
            async with session.request(
                method, target, data=body, headers=headers, timeout=self._timeout(seconds), allow_redirects=False
            ) as response:
                status, payload = response.status, await response.read()
        except (aiohttp.ConnectionTimeoutError, aiohttp.ClientConnectorError) as error:
            raise NetworkError(f"no connection ({type(error).__name__})") from None
        except TimeoutError:
            raise TimedOut from None
        except (aiohttp.ClientError, OSError, ValueError, RuntimeError) as error:
            raise AnswerLost(f"connection broke ({type(error).__name__})") from None
        if status >= 300:
            payload = _refusal(status, payload, request_data)
        return status, payload

    def _timeout(self, seconds: float | None) -> aiohttp.ClientTimeout:
        known = self._timeouts.get(seconds)
        if known is None:
            known = self._timeouts[seconds] = aiohttp.ClientTimeout(total=seconds, sock_connect=CONNECT_TIMEOUT)
        return known

    async def stream(self, url: str, *, limit: int, seconds: float) -> bytes:
        """GET up to ``limit`` bytes. Raises FileTooBig, FileRefused (4xx), TimedOut, NetworkError."""
        if self._session is None:
            await self.initialize()
        session = cast("aiohttp.ClientSession", self._session)
        received = bytearray()
        try:
            async with session.get(
                URL(url, encoded=True), timeout=self._timeout(seconds), allow_redirects=False
            ) as response:
                if 400 <= response.status < 500:
                    raise FileRefused(f"file: HTTP {response.status}")
                if response.status != 200:
                    raise NetworkError(f"file: HTTP {response.status}")
                async for chunk in response.content.iter_chunked(65536):
                    received += chunk
                    if len(received) > limit:
                        raise FileTooBig(f"more than {limit} bytes")
        except TimeoutError:
            raise TimedOut from None
        except (aiohttp.ClientError, OSError, ValueError, RuntimeError) as error:
            raise NetworkError(f"file: {type(error).__name__}") from None
        return bytes(received)


def _body(data: RequestData | ApiCall | None) -> tuple[bytes | aiohttp.FormData | None, Mapping[str, str] | None]:
    if data is None:
        return None, None
    if not data.contains_files:
        return orjson.dumps(data.params if isinstance(data, ApiCall) else data.parameters), _JSON_HEADERS
    form = aiohttp.FormData()
    if isinstance(data, ApiCall):
        for name, value in data.params.items():
            form.add_field(name, value if isinstance(value, str) else orjson.dumps(value).decode())
        for name, upload in (data.files or {}).items():
            form.add_field(name, upload.content, filename=upload.name, content_type=upload.mime)
    else:
        for name, text in data.json_parameters.items():
            form.add_field(name, text)
        for name, (file_name, content, mime) in data.multipart_data.items():
            form.add_field(name, content, filename=file_name, content_type=mime)
    return form, None


def _refusal(status: int, payload: bytes, data: object) -> bytes:
    """Note what was refused. A page of HTML (a proxy's 502) is replaced: PTB would put it into its exception."""
    try:
        answer = orjson.loads(payload)
    except orjson.JSONDecodeError:
        answer = None
    description = answer.get("description") if isinstance(answer, dict) else None
    if isinstance(data, ApiCall):
        data.status, data.description = status, description if isinstance(description, str) else f"HTTP {status}"
    if isinstance(description, str):
        return payload
    return orjson.dumps({"ok": False, "description": f"HTTP {status}"})


class BotApi:
    """Calls by name. One object for the whole process; its token is in no repr and no error."""

    def __init__(self, token: str, base_url: str, request: AiohttpRequest) -> None:
        self._methods = f"{base_url.rstrip('/')}/bot{token}/"
        self._files = f"{base_url.rstrip('/')}/file/bot{token}/"
        self._request = request
        self._id = token.partition(":")[0]

    def __repr__(self) -> str:
        return f"BotApi(id={self._id})"

    async def call(
        self,
        method: str,
        params: Mapping[str, Json],
        *,
        files: Mapping[str, Upload] | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - it is the read timeout of one HTTP request
    ) -> Json:
        """The ``result`` of one Bot API method; ``timeout`` in seconds.

        Raises TokenRevoked on 401 and otherwise PTB's classes (RetryAfter, ChatMigrated, Forbidden, BadRequest,
        TimedOut, Conflict, NetworkError); ``status_of`` and ``description_of`` tell the rest.
        Source: https://core.telegram.org/bots/api#making-requests
        """
        call = ApiCall(params, files)
        try:
            return await self._request.post(
                self._methods + method,
                cast("RequestData", call),
                read_timeout=DEFAULT_NONE if timeout is None else timeout,
            )
        except InvalidToken as error:
            if call.status == 401:
                raise TokenRevoked from None
            vars(error).update(status=call.status, description=call.description)
            raise
        except TelegramError as error:
            vars(error).update(status=call.status, description=call.description)
            raise
        except KeyError:
            raise AnswerLost("an answer without a result") from None

    async def download(self, file_path: str, *, limit: int, seconds: float = 120.0) -> bytes:
        """The file that getFile named, at most ``limit`` bytes. Raises FileTooBig, FileRefused, NetworkError."""
        return await self._request.stream(self._files + quote(file_path), limit=limit, seconds=seconds)

    async def close(self) -> None:
        """Close the connections."""
        await self._request.shutdown()
        await asyncio.sleep(0)
