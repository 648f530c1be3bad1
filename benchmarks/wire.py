"""Just enough HTTP/1.1 for a bot's calls, straight on asyncio's protocols: the server must not be the bottleneck."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any, TypeAlias
from urllib.parse import parse_qsl

import orjson

Json: TypeAlias = Any
Respond: TypeAlias = Callable[[bytes], None]
"""Called once with the JSON body of the answer."""
Handler: TypeAlias = Callable[[str, dict[str, Json], Respond], None]
"""Given the Bot API method, its parameters and the way to answer."""

_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
_OBJECTS = frozenset({"reply_markup", "allowed_updates", "link_preview_options", "commands", "scope"})


class Connection(asyncio.Protocol):
    """One keep-alive connection: JSON and form bodies with a Content-Length, no files."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler
        self._buffer = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Take what came; hand on each complete request."""
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            first, *lines = self._buffer[:end].split(b"\r\n")
            headers = dict(line.lower().split(b":", 1) for line in lines)
            size = int(headers.get(b"content-length", b"0"))
            if len(self._buffer) < end + 4 + size:
                return
            body = self._buffer[end + 4 : end + 4 + size]
            self._buffer = self._buffer[end + 4 + size :]
            method = first.split(b" ", 2)[1].rsplit(b"/", 1)[1].decode()
            self._handler(method, parameters(headers.get(b"content-type", b""), body), self._respond)

    def _respond(self, body: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(b"%s%d\r\n\r\n%s" % (_HEAD, len(body), body))


def parameters(content_type: bytes, body: bytes) -> dict[str, Json]:
    """The parameters of one call, whichever way the library encodes them."""
    if not body:
        return {}
    if b"json" in content_type:
        given: dict[str, Json] = orjson.loads(body)
        return given
    if b"x-www-form-urlencoded" not in content_type:
        raise ValueError("a body that is neither JSON nor a form")
    form = dict(parse_qsl(body.decode(), keep_blank_values=True))
    return {key: json.loads(value) if key in _OBJECTS else value for key, value in form.items()}
