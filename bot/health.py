"""Health, metrics and the webhook on one small HTTP server (contract: KENTONGAN_LISTEN)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import uvicorn
from prometheus_client import CollectorRegistry, Gauge, generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from domain.errors import StorageFailed

Status = Callable[[], Awaitable[Mapping[str, Any]]]
"""Counts for operators (the same as ``kentongan status``)."""
Trouble = Callable[[], Sequence[str]]
"""Names of what is wrong now; empty when all is well."""


class Health:
    """``/healthz``: is anything wrong; ``/readyz``: is the database answering; ``/metrics``: the counts."""

    def __init__(self, status: Status, trouble: Trouble) -> None:
        self._status, self._trouble = status, trouble
        self._registry = CollectorRegistry()
        self._gauges: dict[str, Gauge] = {}

    def app(self, routes: Sequence[BaseRoute] = ()) -> Starlette:
        """The application, with further routes (the webhook)."""
        return Starlette(
            routes=[
                Route("/healthz", self.healthz),
                Route("/readyz", self.readyz),
                Route("/metrics", self.metrics),
                *routes,
            ]
        )

    async def healthz(self, request: Request) -> Response:
        """200 {"ok": true}, or 503 with the names of the troubles."""
        trouble = list(self._trouble())
        return JSONResponse({"ok": not trouble, "trouble": trouble}, status_code=503 if trouble else 200)

    async def readyz(self, request: Request) -> Response:
        """200 with the counts when the database answers, 503 when it does not."""
        try:
            return JSONResponse({"ready": True, **await self._status()})
        except StorageFailed:
            return JSONResponse({"ready": False}, status_code=503)

    async def metrics(self, request: Request) -> Response:
        """Prometheus text format; numbers only, no names and no content. 503 when the database does not answer."""
        try:
            counts = await self._status()
        except StorageFailed:
            return Response(status_code=503)
        for name, value in counts.items():
            if isinstance(value, int) and not isinstance(value, bool):
                gauge = self._gauges.get(name)
                if gauge is None:
                    gauge = Gauge(f"kentongan_{name}", name.replace("_", " "), registry=self._registry)
                    self._gauges[name] = gauge
                gauge.set(value)
        return Response(generate_latest(self._registry), media_type="text/plain; version=0.0.4")


class QuietServer(uvicorn.Server):
    """Uvicorn without its own signal handling: the application stops it."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals belong to the application."""
        yield


def server(app: Starlette, host: str, port: int) -> QuietServer:
    """A server to be run by ``await server.serve()`` and ended by ``should_exit``."""
    # A reader who keeps the line open must not hold up the end of the process.
    return QuietServer(
        uvicorn.Config(
            app, host=host, port=port, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=1
        )
    )
