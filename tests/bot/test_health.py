"""The small HTTP server: what it answers, and what it leaves to the application."""

from __future__ import annotations

import signal
from collections.abc import Mapping
from typing import Any

from starlette.testclient import TestClient

from bot.health import Health, server
from domain.errors import StorageFailed

COUNTS: Mapping[str, Any] = {"inbox_pending": 3, "cases_open": 7, "last_update_at": "2026-11-20T01:00:00+00:00", "schema": "0001"}


async def _counts() -> Mapping[str, Any]:
    return COUNTS


async def _broken() -> Mapping[str, Any]:
    raise StorageFailed("the disk is full")


def test_it_answers_with_numbers_only() -> None:
    client = TestClient(Health(_counts, lambda: []).app())
    assert client.get("/healthz").json() == {"ok": True, "trouble": []}
    assert client.get("/readyz").json() == {"ready": True, **COUNTS}
    metrics = client.get("/metrics").text
    assert "kentongan_inbox_pending 3.0" in metrics
    assert "kentongan_cases_open 7.0" in metrics
    assert "2026" not in metrics


def test_troubles_are_named_with_503() -> None:
    client = TestClient(Health(_broken, lambda: ["conflict"]).app())
    assert [client.get(path).status_code for path in ("/healthz", "/readyz", "/metrics")] == [503, 503, 503]
    assert client.get("/healthz").json() == {"ok": False, "trouble": ["conflict"]}


def test_signals_stay_with_the_application() -> None:
    before = signal.getsignal(signal.SIGTERM)
    made = server(Health(_counts, lambda: []).app(), "127.0.0.1", 0)
    with made.capture_signals():
        assert signal.getsignal(signal.SIGTERM) == before
