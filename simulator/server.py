"""Runs the practice Telegram on a port: ``async with serve(world) as server: server.url``."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from simulator.api import BotApi
from simulator.world import World

_open: dict[tuple[str, int], asyncio.Transport] = {}


class _Tracked(H11Protocol):
    """uvicorn's protocol that lets a fault close the connection without an answer, which ASGI has no word for."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if self.client is not None:
            _open[self.client] = transport

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        if self.client is not None:
            _open.pop(self.client, None)


def _drop(scope: Scope) -> None:
    transport = _open.get(tuple(scope["client"]))
    if transport is not None:
        transport.abort()


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: where it is, for bots (`url`) and browsers."""

    host: str
    port: int

    @property
    def url(self) -> str:
        """Base address; methods at ``{url}/bot{token}/…``, files at ``{url}/file/bot{token}/…``."""
        return f"http://{self.host}:{self.port}"


def create_app(world: World, routes: list[Any] | None = None) -> Starlette:
    """The Bot API of `world` and, before it, other `routes` (the page's)."""
    api = BotApi(world, _drop)
    app = Starlette(
        routes=[
            *(routes or []),
            Route("/bot{rest:path}", api),
            Route("/file/bot{rest:path}", api),
        ]
    )
    app.state.world = world
    app.state.api = api
    return app


def _front(app: Starlette) -> ASGIApp:
    api: BotApi = app.state.api

    async def front(scope: Scope, receive: Receive, send: Send) -> None:
        # Straight to the API: a bot's call need not pass the router and its error handling.
        if scope["type"] == "http" and scope["path"].startswith(("/bot", "/file/bot")):
            await api(scope, receive, send)
        else:
            await app(scope, receive, send)

    return front


@contextlib.asynccontextmanager
async def serve(
    world: World, app: Starlette | None = None, host: str = "127.0.0.1", port: int = 0
) -> AsyncIterator[Server]:
    """Serve on this event loop until the block ends; port 0 takes a free one. OSError when the port is taken."""
    loop = asyncio.get_running_loop()
    config = uvicorn.Config(
        _front(app or create_app(world)),
        http=_Tracked,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        timeout_keep_alive=75,
        server_header=False,
        date_header=False,
    )
    config.load()
    state = ServerState()
    listening = await loop.create_server(
        lambda: _Tracked(config=config, server_state=state, app_state={}),
        host,
        port,
        family=socket.AF_INET,
        backlog=2048,
    )
    try:
        yield Server(host, listening.sockets[0].getsockname()[1])
    finally:
        listening.close()
        await world.close()
        for connection in list(state.connections):
            if isinstance(connection, _Tracked):
                connection.transport.abort()
        if state.tasks:
            # An open event stream ends by itself when it sees the connection gone; cancelled, it would be logged.
            await asyncio.wait(list(state.tasks), timeout=1)
        for task in list(state.tasks):
            task.cancel()
        await asyncio.gather(*state.tasks, return_exceptions=True)
        await listening.wait_closed()
