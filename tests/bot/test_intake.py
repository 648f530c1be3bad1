"""Stored before confirmed, whatever happens: polling and webhook over real HTTP."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Sequence
from random import Random
from typing import Any

import pytest
from starlette.applications import Starlette

from bot.api import TokenRevoked
from bot.backoff import Backoff, Outage
from bot.intake import PollingIntake
from bot.updates import chat_key, raw_update
from bot.webhook import MAX_BODY, SECRET_HEADER, Webhook, register_webhook
from domain.errors import OperatorError, StorageFailed
from domain.ports import InboxRow
from simulator.faults import deliver_twice, malformed
from tests.bot.conftest import AGENT, Office, until


class Intake:
    """A polling intake with what it handed on."""

    def __init__(self, office: Office, **how: Any) -> None:
        self.office, self.rows, self.alarms, self.waits = office, [], [], []
        how.setdefault("backoff", Backoff(0.01, 0.05, 0.0, Random(1)))

        async def sleep(seconds: float) -> None:
            self.waits.append(seconds)
            await asyncio.sleep(min(seconds, 0.01))

        self.intake = PollingIntake(
            office.api, office.database, office.clock, self.take, alarm=self.alarms.append, poll_seconds=1, sleep=sleep,
            **how,
        )  # fmt: skip

    rows: list[InboxRow]
    alarms: list[str]
    waits: list[float]

    def take(self, rows: Sequence[InboxRow]) -> None:
        self.rows += rows

    def texts(self) -> list[str]:
        return [(json.loads(row.body).get("message") or {}).get("text", "") for row in self.rows]

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[Intake]:
        task = asyncio.create_task(self.intake.run())
        try:
            yield self
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task


async def inbox(office: Office) -> int:
    return len(await office.database.run(lambda uow: uow.inbox.pending(1000)))


async def test_updates_are_stored_handed_on_and_confirmed(office: Office) -> None:
    async with Intake(office).running() as intake:
        for number in range(3):
            await office.agent.says(f"pesan {number}")
        await until(lambda: len(intake.rows) == 3)
    assert intake.texts() == ["pesan 0", "pesan 1", "pesan 2"]
    assert {row.chat_key for row in intake.rows} == {AGENT}
    assert await inbox(office) == 3
    polls = office.calls("getUpdates")
    assert polls[0].params["allowed_updates"] == ["message", "edited_message", "callback_query", "my_chat_member"]
    assert office.world.violations == []


async def test_nothing_is_confirmed_while_it_cannot_be_stored(office: Office) -> None:
    original, full = office.database.run, True

    async def run(work: Any) -> Any:
        if full:
            raise StorageFailed("database or disk is full")
        return await original(work)

    office.database.run = run  # type: ignore[method-assign]
    async with Intake(office).running() as intake:
        await office.agent.says("penting")
        await until(lambda: len(intake.waits) >= 3)
        assert intake.intake.health.store_failing
        assert all("offset" not in call.params for call in office.calls("getUpdates"))
        full = False
        await until(lambda: intake.rows)
    assert intake.texts() == ["penting"]
    assert intake.alarms == ["store_failed"]
    assert not intake.intake.health.store_failing


async def test_an_update_that_comes_twice_is_kept_once(office: Office) -> None:
    deliver_twice(office.world.bot(), 2)
    async with Intake(office).running() as intake:
        await office.agent.says("satu")
        await office.agent.says("dua")
        await until(lambda: len(intake.rows) >= 2)
        await office.agent.says("tiga")
        await until(lambda: "tiga" in intake.texts())
    assert intake.texts() == ["satu", "dua", "tiga"]


async def test_odd_updates_are_stored_and_the_next_goes_on(office: Office) -> None:
    bot = office.world.bot()
    async with Intake(office).running() as intake:
        malformed(bot, {"message": {"chat": "bukan objek", "from": []}})
        malformed(bot, {"jenis_baru": {"chat": {"id": 77}}})
        malformed(bot, {"message": None})
        await office.agent.says("sesudah")
        await until(lambda: "sesudah" in intake.texts())
    assert [row.chat_key for row in intake.rows] == [0, 77, 0, AGENT]


async def test_half_a_surrogate_pair_does_not_stall_the_queue(office: Office) -> None:
    async with Intake(office).running() as intake:
        number = office.world.bot().next_update
        malformed(
            office.world.bot(),
            b'{"update_id":%d,"message":{"chat":{"id":1001},"text":"\\ud83d"}}' % number,
        )
        await until(lambda: intake.rows)
    assert intake.texts() == ["\ud83d"]


async def test_another_poller_is_alarmed_once_and_waited_for(office: Office) -> None:
    office.world.faults.conflict(times=3)
    async with Intake(office).running() as intake:
        await office.agent.says("halo")
        await until(lambda: intake.rows)
    assert intake.alarms == ["conflict"]
    assert [wait >= 1.0 for wait in intake.waits] == [True] * 3
    assert not intake.intake.health.conflict


async def test_a_webhook_that_somebody_set_is_taken_away(office: Office) -> None:
    intake = Intake(office)
    await office.agent.says("satu")
    await intake.intake.step()
    await office.api.call("setWebhook", {"url": "https://lain.contoh.go.id/x"})
    assert await intake.intake.step() >= 1.0
    await office.agent.says("dua")
    assert await intake.intake.step() == 0
    assert intake.texts() == ["satu", "dua"]


async def test_a_revoked_token_ends_it(office: Office) -> None:
    office.world.faults.unauthorized("getUpdates")
    with pytest.raises(TokenRevoked, match="KENTONGAN_TOKEN"):
        await asyncio.wait_for(Intake(office).intake.run(), 5)


@pytest.mark.parametrize("fault", ["offline", "server_error", "bad_gateway", "flood"])
async def test_troubles_are_waited_out(office: Office, fault: str) -> None:
    getattr(office.world.faults, fault)(method="getUpdates", times=4)
    async with Intake(office).running() as intake:
        await office.agent.says("halo")
        await until(lambda: intake.rows)
    assert len(intake.waits) == 4


async def test_no_network_at_the_start_and_a_day_without_it(office: Office) -> None:
    now = 0.0
    intake = Intake(office, monotonic=lambda: now)
    office.world.faults.offline()
    assert await intake.intake.step() > 0
    now = 86_401.0
    assert await intake.intake.step() > 0
    assert await intake.intake.step() > 0
    assert intake.alarms == ["outage_over_24h"]
    office.world.faults.clear()
    await office.agent.says("akhirnya")
    assert await intake.intake.step() == 0
    assert intake.texts() == ["akhirnya"]


async def test_after_quiet_days_the_offset_is_dropped(office: Office) -> None:
    now = 0.0
    intake = Intake(office, monotonic=lambda: now)
    await office.agent.says("satu")
    await intake.intake.step()
    await office.agent.says("dua")
    await intake.intake.step()
    now = 6 * 86_400.0
    await office.agent.says("tiga")
    await intake.intake.step()
    assert ["offset" in call.params for call in office.calls("getUpdates")] == [False, True, False]
    assert intake.texts() == ["satu", "dua", "tiga"]


def test_backoff_grows_to_thirty_seconds_and_no_further() -> None:
    backoff = Backoff(random=Random(3))
    delays = [backoff.delay(attempt) for attempt in range(1, 40)]
    assert delays[0] < 1
    assert 20 < delays[-1] <= 30


def test_an_outage_of_an_hour_is_told_in_few_lines() -> None:
    outage = Outage()
    told = [second for second in range(0, 3600, 5) if outage.failed(float(second))]
    assert told == [0, 60, 180, 540, 1620]
    assert outage.over(3600.0) == 3600.0
    assert outage.over(3601.0) is None


@pytest.mark.parametrize(
    ("update", "key"),
    [
        ({"message": {"chat": {"id": -5}, "from": {"id": 9}}}, -5),
        ({"callback_query": {"from": {"id": 9}, "message": {"chat": {"id": 8}}}}, 8),
        ({"callback_query": {"from": {"id": 9}}}, 9),
        ({"my_chat_member": {"chat": {"id": -7}}}, -7),
        ({"message": {"chat": {"id": True}}}, 0),
        ({"message": {"chat": {"id": 2**70}}}, 0),
        ({"poll": {"id": "1"}}, 0),
        ({}, 0),
    ],
)
def test_whose_turn_it_is(update: dict[str, Any], key: int) -> None:
    assert chat_key(update) == key


@pytest.mark.parametrize("update", [None, [], "x", {}, {"update_id": "7"}, {"update_id": True}, {"update_id": 2**64}])
def test_without_a_number_there_is_nothing_to_store(update: object) -> None:
    assert raw_update(update) is None


def test_a_number_past_64_bits_is_kept() -> None:
    stored = raw_update({"update_id": 5, "message": {"chat": {"id": 2**80}}})
    assert stored is not None
    assert json.loads(stored.body)["message"]["chat"]["id"] == 2**80


SECRET = "rahasia-webhook-0001"


@pytest.fixture
def hook(office: Office) -> tuple[Webhook, list[InboxRow]]:
    rows: list[InboxRow] = []
    return Webhook(office.database, office.clock, rows.extend, secret=SECRET), rows


async def test_the_webhook_stores_what_telegram_posts(office: Office, hook: tuple[Webhook, list[InboxRow]]) -> None:
    webhook, rows = hook
    update = {"update_id": 11, "message": {"chat": {"id": AGENT}, "text": "lewat webhook"}}
    assert await post(webhook, update) == 200
    assert await post(webhook, update) == 200
    assert [row.update_id for row in rows] == [11]
    assert await inbox(office) == 1


async def test_the_webhook_refuses_without_the_secret_and_odd_bodies(
    office: Office, hook: tuple[Webhook, list[InboxRow]]
) -> None:
    webhook, rows = hook
    update = {"update_id": 12}
    assert await post(webhook, update, secret="") == 403
    assert await post(webhook, update, secret=SECRET + "x") == 403
    assert await post(webhook, update, secret="é") == 403
    assert await post(webhook, b"bukan json") == 400
    assert await post(webhook, b"x" * (MAX_BODY + 1)) == 413
    assert await post(webhook, {"tanpa": "nomor"}) == 200
    assert rows == []
    assert await inbox(office) == 0


async def test_the_webhook_asks_for_a_repeat_when_it_cannot_store(
    office: Office, hook: tuple[Webhook, list[InboxRow]]
) -> None:
    async def full(_work: Any) -> Any:
        raise StorageFailed("database or disk is full")

    office.database.run = full  # type: ignore[method-assign, assignment]
    assert await post(hook[0], {"update_id": 13}) == 500
    assert hook[0].health.store_failing


async def test_the_webhook_is_registered_with_its_secret(office: Office) -> None:
    office.world.faults.server_error("setWebhook", times=2)
    await register_webhook(
        office.api, "https://kentongan.contoh.go.id/", SECRET, backoff=Backoff(0.001, 0.002, 0.0, Random(1))
    )
    call = office.calls("setWebhook")[-1]
    assert call.params["url"].startswith("https://kentongan.contoh.go.id/telegram/")
    assert SECRET not in call.params["url"]
    assert call.params["secret_token"] == SECRET


async def test_a_webhook_address_that_telegram_refuses_names_the_setting(office: Office) -> None:
    with pytest.raises(OperatorError, match="KENTONGAN_WEBHOOK_URL"):
        await register_webhook(office.api, "ftp://contoh", SECRET)


async def post(webhook: Webhook, body: Any, secret: str = SECRET) -> int:
    """Post on the test's own event loop, where the database lives."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    answer: list[int] = []
    headers = [(SECRET_HEADER.lower().encode(), secret.encode("latin-1"))] if secret else []
    scope = {
        "type": "http", "method": "POST", "path": webhook.path, "headers": headers, "query_string": b"",
        "root_path": "", "scheme": "http", "server": ("x", 80), "http_version": "1.1",
    }  # fmt: skip

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": raw, "more_body": False}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            answer.append(message["status"])

    await Starlette(routes=[webhook.route])(scope, receive, send)
    return answer[0]
