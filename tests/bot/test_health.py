"""The small HTTP server: what it answers, and what it leaves to the application."""

from __future__ import annotations

import signal
from collections.abc import Mapping
from typing import Any

import httpx

from bot.health import Health, server
from domain.errors import StorageFailed

COUNTS: Mapping[str, Any] = {
    "inbox_pending": 3,
    "cases_open": 7,
    "last_update_at": "2026-11-20T01:00:00+00:00",
    "schema": "0001",
}


async def _counts() -> Mapping[str, Any]:
    return COUNTS


async def _broken() -> Mapping[str, Any]:
    raise StorageFailed("the disk is full")


async def get(health: Health, path: str) -> httpx.Response:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(health.app()), base_url="http://bot") as client:
        return await client.get(path)


async def test_it_answers_with_numbers_only() -> None:
    health = Health(_counts, list)
    assert (await get(health, "/healthz")).json() == {"ok": True, "trouble": []}
    assert (await get(health, "/readyz")).json() == {"ready": True, **COUNTS}
    metrics = (await get(health, "/metrics")).text
    assert "kentongan_inbox_pending 3.0" in metrics
    assert "kentongan_cases_open 7.0" in metrics
    assert "2026" not in metrics


async def test_troubles_are_named_with_503() -> None:
    health = Health(_broken, lambda: ["conflict"])
    assert [(await get(health, path)).status_code for path in ("/healthz", "/readyz", "/metrics")] == [503, 503, 503]
    assert (await get(health, "/healthz")).json() == {"ok": False, "trouble": ["conflict"]}


def test_signals_stay_with_the_application() -> None:
    before = signal.getsignal(signal.SIGTERM)
    made = server(Health(_counts, list).app(), "127.0.0.1", 0)
    with made.capture_signals():
        assert signal.getsignal(signal.SIGTERM) == before
