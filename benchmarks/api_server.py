"""A fast Bot API server and the people who use it, in a process of its own; the same for every bot.

``python -m benchmarks.api_server OPTIONS`` prints one JSON line with its address, plays a warm-up, prints a line, waits
for a line on its standard input, plays the measured part and prints the result. A call takes effect half a round trip
after it arrives and is answered half a round trip later; waiting updates go out together, at most 100 at a time.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import itertools
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal, cast

import orjson

from benchmarks.ledger import Ledger, Sent
from benchmarks.markup import parse
from benchmarks.players import Done, Keyboard, Say, Scenario, Stuck, Tap, next_step, opening
from benchmarks.wire import Connection, Json, Respond
from bot.clock import SystemClock

FIRST_USER: Final = 1_000_001
GROUP: Final = -1_002_000_000_001
BOT: Final = {"id": 4242, "is_bot": True, "first_name": "Tolok Ukur", "username": "tolok_ukur_bot"}
BATCH: Final = 100
CARDS: Final = 60.0
"""Seconds that the cards of the last reports may take."""
CLOCK: Final = SystemClock()


@dataclass(slots=True)
class Player:
    """One person: where their conversation stands."""

    id: int
    number: int
    report: int = 0
    left: int = 0
    current: Sent | None = None

    def api(self) -> Json:
        """The User object."""
        return {"id": self.id, "is_bot": False, "first_name": f"Elang-{self.number:02d}", "language_code": "id"}

    def chat(self) -> Json:
        """The private Chat object."""
        return {"id": self.id, "type": "private", "first_name": f"Elang-{self.number:02d}"}


class Arena:
    """The server's state. ``on_idle`` is called when nobody has anything left to do."""

    def __init__(self, users: int, scenario: Scenario, round_trip: float, on_idle: Callable[[], None]) -> None:
        self.players = {FIRST_USER + n: Player(FIRST_USER + n, n) for n in range(users)}
        self.ledger = Ledger()
        self.failure: str | None = None
        self._scenario, self._half, self._on_idle = scenario, round_trip / 2, on_idle
        self._loop = asyncio.get_running_loop()
        self._queue: list[tuple[Json, Sent]] = []
        self._poll: tuple[Respond, asyncio.TimerHandle] | None = None
        self._update_ids, self._message_ids, self._taps = itertools.count(1), itertools.count(1), itertools.count(1)
        self._sent = 0
        self._tappers: dict[str, Sent] = {}
        self.polled = asyncio.Event()
        self._wanted, self._all_out = 0, asyncio.Event()

    def start(self, players: int, reports: int) -> None:
        """Have the first ``players`` people begin, ``reports`` conversations each."""
        self.ledger = Ledger()
        for player in itertools.islice(self.players.values(), players):
            player.left = reports
            self._begin(player)

    def call(self, method: str, params: dict[str, Json], respond: Respond) -> None:
        """One call of the bot, half a round trip from its effect."""
        if not self._half:
            self._effect(method, params, respond)
            return

        def later(body: bytes) -> None:
            self._loop.call_later(self._half, respond, body)

        self._loop.call_later(self._half, self._effect, method, params, later, time.perf_counter())

    def _effect(self, method: str, params: dict[str, Json], respond: Respond, arrived: float | None = None) -> None:
        try:
            if method.lower() == "getupdates":
                self._get_updates(params, respond)
            else:
                respond(orjson.dumps({"ok": True, "result": self._do(method, params, arrived or time.perf_counter())}))
        except Exception as error:  # noqa: BLE001 - told to the harness, which ends the run with these words
            self._fail(f"{type(error).__name__} in {method}: {error}")

    @property
    def _cards(self) -> int:
        return self.ledger.calls["sendMessage → group"]

    async def cards_out(self) -> None:
        """Until the group has a card of every report, or waits in vain."""
        self._wanted = self.ledger.reports if self._scenario != "nihil" else 0
        if self.failure is None and self._cards < self._wanted:
            self._all_out.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._all_out.wait(), CARDS)

    # --- updates ------------------------------------------------------------------------------------------------------

    def _get_updates(self, params: dict[str, Json], respond: Respond) -> None:
        self.polled.set()
        self.ledger.polls += 1
        offset = int(params.get("offset") or 0)
        while self._sent and self._queue and self._queue[0][0]["update_id"] < offset:
            del self._queue[0]
            self._sent -= 1
        if self._poll is not None:
            self._poll[1].cancel()
        seconds = float(params.get("timeout") or 0)
        self._poll = (respond, self._loop.call_later(seconds, self._flush, True))
        self._flush()

    def _flush(self, empty: bool = False) -> None:
        if self._poll is None or not (self._queue or empty):
            return
        respond, timer = self._poll
        self._poll = None
        timer.cancel()
        batch = self._queue[:BATCH]
        self._sent = len(batch)
        respond(orjson.dumps({"ok": True, "result": [update for update, _ in batch]}))
        now = time.perf_counter() + self._half
        for _, sent in batch:
            sent.delivered = sent.delivered or now

    def _enqueue(self, player: Player, kind: Literal["text", "tap"], body: Json) -> Sent:
        sent = player.current = Sent(kind)
        self._queue.append(({"update_id": next(self._update_ids), **body}, sent))
        self.ledger.updates.append(sent)
        # After this turn of the loop, so that what happens together goes out together.
        self._loop.call_soon(self._flush)
        return sent

    def _begin(self, player: Player) -> None:
        player.report += 1
        self._say(player, opening(self._scenario, player.number, player.report).text)

    def _say(self, player: Player, text: str) -> None:
        message: Json = {
            "message_id": next(self._message_ids),
            "date": _now(),
            "chat": player.chat(),
            "from": player.api(),
            "text": text,
        }
        if text.startswith("/"):
            message["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text)}]
        self._enqueue(player, "text", {"message": message})

    def _tap(self, player: Player, message: Json, data: str) -> None:
        tap = str(7_000_000_000 + next(self._taps))
        query = {"id": tap, "from": player.api(), "message": message, "chat_instance": str(player.id), "data": data}
        self._tappers[tap] = self._enqueue(player, "tap", {"callback_query": query})

    # --- what the bot does --------------------------------------------------------------------------------------------

    def _do(self, method: str, params: dict[str, Json], arrived: float) -> Json:
        name = method.lower()
        if name == "getme":
            return {
                **BOT,
                "can_join_groups": True,
                "can_read_all_group_messages": False,
                "supports_inline_queries": False,
            }
        if name == "answercallbackquery":
            self.ledger.called(method, "tap", self._tappers.get(params["callback_query_id"]), arrived)
            return True
        chat_id = int(params.get("chat_id") or 0)
        player = self.players.get(chat_id)
        if "text" not in params:
            self.ledger.called(method, _where(chat_id), None, arrived)
            return True
        self.ledger.called(method, _where(chat_id), player.current if player is not None else None, arrived)
        return self._message(params, chat_id, player)

    def _message(self, params: dict[str, Json], chat_id: int, player: Player | None) -> Json:
        html = params["text"]
        text, entities = parse(html)
        chat = player.chat() if player is not None else {"id": chat_id, "type": "supergroup", "title": "Verifikasi"}
        message: Json = {
            "message_id": int(params.get("message_id") or next(self._message_ids)),
            "date": _now(),
            "chat": chat,
            "from": BOT,
            "text": text,
            "entities": entities,
        }
        keyboard = cast("Keyboard", (params.get("reply_markup") or {}).get("inline_keyboard", []))
        if keyboard:
            message["reply_markup"] = {"inline_keyboard": keyboard}
        if player is not None:
            self._react(player, html, message, keyboard)
        elif self._cards >= self._wanted:
            self._all_out.set()
        return message

    def _react(self, player: Player, html: str, message: Json, keyboard: Keyboard) -> None:
        if not player.left:
            raise Stuck(f"nobody waits for: {html[:200]}")
        match next_step(self._scenario, player.number, player.report, html, keyboard):
            case Say(text=text):
                self._say(player, text)
            case Tap(data=data):
                self._tap(player, message, data)
            case Done():
                self.ledger.report_done()
                player.left -= 1
                if player.left:
                    self._begin(player)
                elif not any(other.left for other in self.players.values()):
                    self._on_idle()

    def _fail(self, words: str) -> None:
        self.failure = self.failure or words
        self._on_idle()


def _where(chat_id: int) -> str:
    return "group" if chat_id < 0 else "person" if chat_id else "bot"


def _now() -> int:
    return int(CLOCK.now().timestamp())


def _tell(value: Json) -> None:
    sys.stdout.write(orjson.dumps(value).decode() + "\n")
    sys.stdout.flush()


async def serve(
    users: int, reports: int, warm_users: int, scenario: Scenario, round_trip: float, settle: float
) -> None:
    """The whole play; talks to the harness over standard input and output."""
    loop = asyncio.get_running_loop()
    idle = asyncio.Event()
    arena = Arena(users, scenario, round_trip, idle.set)
    listening = await loop.create_server(lambda: Connection(arena.call), "127.0.0.1", 0)
    _tell({"url": f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"})
    await arena.polled.wait()
    for part in ("warm", "measured"):
        idle.clear()
        if part == "warm" and warm_users:
            arena.start(warm_users, 1)
            await idle.wait()
        elif part == "measured":
            arena.start(users, reports)
            await idle.wait()
        # What the bot still does behind the last receipt (cards, its own book-keeping) belongs to the measurement.
        await arena.cards_out()
        await asyncio.sleep(settle + round_trip)
        if arena.failure is not None:
            _tell({"failure": arena.failure})
            return
        _tell({"done": part, **(arena.ledger.result() if part == "measured" else {})})
        await loop.run_in_executor(None, sys.stdin.readline)
    listening.close()


def main() -> None:
    """Read the options and play."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--users", type=int, default=50)
    options.add_argument("--reports", type=int, default=1)
    options.add_argument("--warm-users", type=int, default=10)
    options.add_argument("--scenario", choices=("guided", "message", "nihil"), default="guided")
    options.add_argument("--round-trip", type=float, default=0.0, help="seconds")
    options.add_argument("--settle", type=float, default=0.5, help="seconds to wait behind the last receipt")
    given = options.parse_args()
    asyncio.run(serve(given.users, given.reports, given.warm_users, given.scenario, given.round_trip, given.settle))


if __name__ == "__main__":
    main()
