"""The one place that sends: outbox rows into Bot API calls, within Telegram's limits, at least once and visibly.

Each chat has a lane with one notice on its way; chats go side by side. What an answer means is decided in
``bot.outcomes``, what calls a view needs in ``bot.delivery``, who is next in ``bot.lanes``; here they are carried out.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from dataclasses import replace

import structlog
from telegram.error import TelegramError

from bot.api import BotApi, TokenRevoked
from bot.backoff import Backoff, Outage
from bot.carrier import Carrier, FileStore, Try
from bot.delivery import Call, Standing, as_plain, sending, without_reply
from bot.documents import Documents
from bot.lanes import Lanes
from bot.outcomes import Dead, Migrated, Outcome, Plain, Retry, Sent, Step, WithoutReply, outcome_of
from bot.pacing import Limits, Pacer
from bot.render import Renderer, RenderError
from bot.settling import SenderDatabase, Settler, nobody
from bot.slots import SlotCache
from domain.errors import NotFound, StorageFailed, TamperedError
from domain.notices import Ack, Delete, Json, Leave, Priority, Show, View
from domain.ports import Clock
from storage.outbox import OutboxRow, Settled

IN_FLIGHT = 64
"""Calls at the same time; more than Telegram's 30/s never needs at usual round trips."""
TROUBLE = 3
"""Chats failing with no success in between, after which Telegram counts as away and one call at a time probes."""
FLOODED_CHATS = 5
"""Chats answering 429 with no success in between, after which the limit is taken to be the bot's."""
WATCH_SECONDS = 1.0
LOOK_BACK = 1000
"""How far back in ids the watch looks: another process may commit a lower id later."""
ANSWER_TIMEOUT = 5.0
SETTLE_SECONDS = 2.0
_GIVE_UP = {"internal": 5, "not found (404)": 8}
_GIVE_UP_SERVER = 20
PROOF_SECONDS = 60.0
"""A notice that gets only 5xx is given up when others went through this recently; in an outage none is."""

log = structlog.get_logger("sender")

ChatCallback = Callable[[int], Awaitable[None]]


async def _nobody(_chat_id: int) -> None:
    """No one to tell."""


class Sender:
    """Give it rows with ``offer``; ``run`` is its supervised life; ``drain`` before the end.

    Raises TokenRevoked out of ``run`` on 401. Times are real monotonic seconds, except ``not_before``, which is
    compared with ``clock``; call ``wake`` when that clock was moved.
    """

    def __init__(
        self,
        api: BotApi,
        database: SenderDatabase,
        renderer: Renderer,
        clock: Clock,
        *,
        limits: Limits | None = None,
        files: FileStore | None = None,
        documents: Documents | None = None,
        on_unreachable: ChatCallback = _nobody,
        on_kicked: ChatCallback = _nobody,
        on_settled: Callable[[Collection[str]], None] = nobody,
        unreachable: Iterable[int] = (),
        backoff: Backoff | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._api, self._database, self._renderer, self._clock = api, database, renderer, clock
        self._on_unreachable, self._on_kicked = on_unreachable, on_kicked
        self._backoff, self._monotonic = backoff or Backoff(), monotonic
        self._pacer = Pacer(limits or Limits.telegram())
        self._slots = SlotCache()
        self._carrier = Carrier(renderer, database, self._slots, files, self._go, self._part_done, documents)
        self._lanes = Lanes(self._pacer, self._carrier.kind_of)
        self._settler = Settler(database, self._backoff, on_settled)
        self._unreachable = set(unreachable)
        self._moved: dict[int, int] = {}
        self._known: set[int] = set()
        self._newest = 0
        self._flying = 0
        self._wake = asyncio.Event()
        self._group: asyncio.TaskGroup | None = None
        self._trouble: set[int] = set()
        self._last_success = float("-inf")
        self._pauses, self._paused_until = 0, 0.0
        self._flooded: set[int] = set()
        self._outage = Outage()
        self.sent = 0
        """Notices carried out since the start."""

    # --- what others call -------------------------------------------------------------------------------------------

    def offer(self, rows: Sequence[OutboxRow]) -> None:
        """Take freshly committed notices; those known already are skipped."""
        utc, now = self._clock.now(), self._monotonic()
        for given in rows:
            if given.id in self._known or given.id in self._settler.unwritten:
                continue
            row = self._addressed(given)
            self._newest = max(self._newest, row.id)
            if row.chat_id in self._unreachable and not isinstance(row.action, Leave):
                self._settler.add(Settled(row.id, "dead", error="unreachable"), row.slot)
                continue
            self._known.add(row.id)
            self._needless(self._lanes.add(row, utc, now))
        self._wake.set()

    def drop(self, ids: Sequence[int]) -> None:
        """Forget notices that a transaction dropped; one that is on its way already still arrives."""
        self._lanes.drop(ids)
        self._known.difference_update(ids)

    def wake(self) -> None:
        """The clock was moved: look again at what waits for its time."""
        self._wake.set()

    def reachable(self, chat_id: int) -> None:
        """Something came from this chat, so it can be written to again."""
        self._unreachable.discard(chat_id)

    @property
    def waiting(self) -> int:
        """Notices not carried out yet."""
        return self._lanes.count

    @property
    def unsettled(self) -> int:
        """Outcomes not committed yet: until then a message just sent is not known as what stands in its slot."""
        return len(self._settler.unwritten)

    @property
    def delayed(self) -> int:
        """Those of ``waiting`` whose ``not_before`` has not come."""
        return self._lanes.delayed

    @property
    def unreachable_since(self) -> float | None:
        """Monotonic seconds since when Telegram does not answer; None while it does."""
        return self._outage.since

    @property
    def settle_failing(self) -> bool:
        """Whether outcomes cannot be written."""
        return self._settler.failing

    async def settled(self, chat_id: int) -> None:
        """Until it is written what stands in this chat, or a moment has passed: somebody answered a message of ours,
        perhaps sooner than its number came back to us."""
        end = self._monotonic() + SETTLE_SECONDS
        while self._lanes.busy(chat_id) and self._monotonic() < end:  # noqa: ASYNC110 - a lane has no event
            await asyncio.sleep(0.005)
        if self._settler.unwritten:
            await self._settler.flush()

    async def answer(self, callback_id: str, ack: Ack) -> None:
        """Answer a tap at once (answerCallbackQuery); lost without harm, so no error comes out."""
        params: dict[str, Json] = {"callback_query_id": callback_id}
        try:
            if text := self._renderer.ack(ack):
                params |= {"text": text, "show_alert": ack.alert}
        except RenderError as error:
            log.error("template_failed", error=str(error))
        try:
            await self._api.call("answerCallbackQuery", params, timeout=ANSWER_TIMEOUT)
        except (TelegramError, TokenRevoked) as error:
            log.debug("answer_lost", error=type(error).__name__)

    async def say_now(self, chat_id: int, view: View) -> None:
        """Send past the outbox, once, while nothing can be stored; lost without harm."""
        try:
            calls = sending(chat_id, view, self._renderer.view(view), {})
            self._pacer.spend(chat_id, "message", Priority.URGENT, self._monotonic())
            await self._api.call(calls[-1].method, calls[-1].params)
        except RenderError as error:
            log.error("template_failed", error=str(error))
        except (TelegramError, TokenRevoked) as error:
            log.warning("say_now_failed", error=type(error).__name__)

    async def run(self) -> None:
        """Load what an earlier process left, then send until cancelled."""
        await self._load(0)
        try:
            async with asyncio.TaskGroup() as group:
                self._group = group
                group.create_task(self._settler.run())
                group.create_task(self._watch())
                await self._pump()
        except BaseExceptionGroup as failed:
            if failed.subgroup(TokenRevoked) is not None:
                raise TokenRevoked from None
            raise

    async def drain(self, seconds: float) -> bool:
        """Wait until nothing is left that may go now, at most ``seconds``, and write the outcomes; whether all went.

        What waits for a limit or its time stays in the outbox for the next start.
        """
        end = self._monotonic() + seconds
        while self._flying or self._sendable_before(end):
            if self._monotonic() >= end:
                break
            await asyncio.sleep(0.01)
        while not await self._settler.flush():
            if self._monotonic() >= end:
                return False
            await asyncio.sleep(0.05)
        return not self._flying and self._lanes.count == self._lanes.delayed

    # --- the loop ---------------------------------------------------------------------------------------------------

    async def _pump(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            self._wake.clear()
            now = self._monotonic()
            if self._lanes.delayed:
                self._needless(self._lanes.due(self._clock.now(), now))
            self._start_ready(now)
            timer = None
            if (moment := self._next_moment(now)) is not None:
                timer = loop.call_later(max(moment - now, 0.001), self._wake.set)
            try:
                await self._wake.wait()
            finally:
                if timer is not None:
                    timer.cancel()

    def _start_ready(self, now: float) -> None:
        assert self._group is not None
        room = 1 if len(self._trouble) >= TROUBLE else IN_FLIGHT
        while self._flying < room and now >= self._paused_until:
            row = self._lanes.take(now)
            if row is None:
                return
            self._flying += 1
            on_way = Try(row, self._carrier.kind_of(row)[1], row.parts_done)
            if _drawn(row):
                self._give_room(on_way)  # that takes its time, and nobody else is to wait for it
            self._group.create_task(self._carry(on_way))

    def _next_moment(self, now: float) -> float | None:
        moments = [now + WATCH_SECONDS] if self._lanes.delayed else []
        if self._flying < IN_FLIGHT and (moment := self._lanes.next_moment(now)) is not None:
            moments.append(max(moment, self._paused_until))
        return min(moments, default=None)

    def _sendable_before(self, end: float) -> bool:
        moment = self._lanes.next_moment(self._monotonic())
        return moment is not None and max(moment, self._paused_until) < end

    async def _watch(self) -> None:
        """Find what other processes added."""
        turn = 0
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            turn += 1
            try:
                await self._load(max(0, self._newest - LOOK_BACK) if turn % 10 == 0 else self._newest)
            except StorageFailed:
                log.exception("outbox_unreadable")
            self._pacer.forget_idle(self._monotonic())

    async def _load(self, after_id: int) -> None:
        while True:
            rows = await self._database.run(lambda uow, after=after_id: uow.outbox.pending(500, after))  # type: ignore[misc]
            if not rows:
                return
            self.offer(rows)
            after_id = rows[-1].id

    # --- one notice -------------------------------------------------------------------------------------------------

    async def _carry(self, on_way: Try) -> None:
        try:
            step = await self._attempt(on_way)
            if isinstance(step, Migrated):
                await self._migrate(on_way.row, step.chat_id)
            else:
                await self._finish(on_way, step)
        finally:
            self._give_room(on_way)
            self._flying -= 1
            self._wake.set()

    def _give_room(self, on_way: Try) -> None:
        self._pacer.give_room(on_way.row.priority, on_way.held)
        on_way.held = 0

    async def _attempt(self, on_way: Try) -> Outcome | Migrated:
        row = on_way.row
        until = row.action.until if isinstance(row.action, Show) else None
        if until is not None and self._clock.now() >= until:
            return Sent()  # as good as done: nobody is to see it any more
        try:
            return await self._carrier.attempt(on_way)
        except TokenRevoked:
            log.critical("token_revoked", hint="KENTONGAN_TOKEN is refused by Telegram (401)")
            raise
        except RenderError as error:
            log.error("template_failed", outbox_id=row.id, error=str(error))
            return Dead("template", "template")
        except StorageFailed:
            return Retry("database")
        except (FileNotFoundError, NotFound, TamperedError):
            log.exception("file_unreadable", outbox_id=row.id)
            return Dead("internal", "file")
        except Exception:
            # A mistake of ours in one notice must not stop the others.
            log.exception("notice_failed", outbox_id=row.id, attempts=row.attempts)
            return Retry("internal")

    def _part_done(self, on_way: Try) -> None:
        # Written now, so that a restart goes on behind the parts that arrived.
        self._settler.add(self._settled(on_way, Retry("parts")))

    async def _go(self, on_way: Try, call: Call) -> Step:
        """One call, at its time; a refused HTML or reply is put right at once."""
        priority = on_way.row.priority
        # Only now does it count: what is looked up or drawn before takes time, and calls must not bunch up behind it.
        self._give_room(on_way)
        await self._pace(on_way.row.chat_id, call, priority)
        try:
            result = await self._api.call(call.method, call.params, files=call.files)
        except TelegramError as error:
            step = outcome_of(error)
            match step:
                case Plain() if "parse_mode" in str(call.params):
                    log.warning("html_refused", outbox_id=on_way.row.id, template=_template(on_way.row))
                    return await self._go(on_way, as_plain(call))
                case WithoutReply() if "reply_parameters" in call.params:
                    return await self._go(on_way, without_reply(call))
                case _:
                    return step
        return Sent(_message_id(result))

    async def _pace(self, chat_id: int, call: Call, priority: Priority) -> None:
        while True:
            now = self._monotonic()
            moment = max(
                self._pacer.overall_at(priority, now, call.cost),
                self._pacer.chat_at(chat_id, call.kind, priority, now, call.cost),
            )
            if moment <= now:
                self._pacer.spend(chat_id, call.kind, priority, now, call.cost)
                return
            await asyncio.sleep(moment - now)

    # --- what follows -----------------------------------------------------------------------------------------------

    async def _finish(self, on_way: Try, outcome: Outcome) -> None:
        row, now = on_way.row, self._monotonic()
        self._note_health(outcome, row.chat_id, now)
        if isinstance(outcome, Retry) and self._hopeless(row, outcome):
            outcome = Dead("internal" if outcome.error == "internal" else "refused", outcome.error)
        match outcome:
            case Sent():
                self.sent += 1
                self._remember(row, outcome)
                self._settle(self._settled(on_way, outcome), row.slot)
                self._lanes.done(row, now)
            case Retry(after=after):
                again = replace(
                    row, attempts=row.attempts + 1, uncertain=row.uncertain or outcome.uncertain,
                    parts_done=on_way.parts_done,
                )  # fmt: skip
                if row.slot is not None and on_way.message_id is not None:
                    self._slots.put(row.slot, Standing(row.chat_id, on_way.message_id, on_way.has_media))
                self._pacer.hold(row.chat_id, now + (self._backoff.delay(again.attempts) if after is None else after))
                if self._lanes.put_back(again, now):
                    self._settler.add(self._settled(on_way, outcome))
                else:
                    self._settle(Settled(row.id, "sent"))
            case Dead():
                log.warning("notice_dead", outbox_id=row.id, chat=row.chat_id, reason=outcome.reason, why=outcome.error)
                self._settle(Settled(row.id, "dead", error=outcome.reason, parts_done=on_way.parts_done), row.slot)
                self._lanes.done(row, now)
                if outcome.reason in {"blocked", "kicked"}:
                    await self._lost(row.chat_id, kicked=outcome.reason == "kicked")
        self._wake.set()

    def _hopeless(self, row: OutboxRow, retry: Retry) -> bool:
        if retry.error.startswith("server error"):
            proof = self._monotonic() - self._last_success < PROOF_SECONDS
            return row.attempts + 1 >= _GIVE_UP_SERVER and proof
        return row.attempts + 1 >= _GIVE_UP.get(retry.error, 1 << 30)

    def _settled(self, on_way: Try, outcome: Sent | Retry) -> Settled:
        row, parts = on_way.row, on_way.parts_done
        match outcome:
            case Sent(message_id=message_id, has_media=has_media):
                keep = message_id if isinstance(row.action, Show) and row.slot is not None else None
                taken = (row.chat_id, row.slot) if keep and row.slot and _taken_over(row) else None
                slot = row.slot if keep is not None or isinstance(row.action, Delete) else None
                return Settled(
                    row.id, "sent", message_id=keep, has_media=has_media, parts_done=parts, slot=slot, taken=taken
                )
            case Retry(error=error, uncertain=uncertain):
                return Settled(
                    row.id, "retry", message_id=on_way.message_id, has_media=on_way.has_media, error=error,
                    uncertain=row.uncertain or uncertain, parts_done=parts,
                )  # fmt: skip

    def _settle(self, result: Settled, slot: str | None = None) -> None:
        self._settler.add(result, slot)
        self._known.discard(result.id)

    def _needless(self, rows: Iterable[OutboxRow]) -> None:
        for row in rows:
            self._settle(Settled(row.id, "sent"))

    def _remember(self, row: OutboxRow, outcome: Sent) -> None:
        if row.slot is None:
            return
        if isinstance(row.action, Delete):
            self._slots.put(row.slot, None)
        elif isinstance(row.action, Show) and outcome.message_id is not None:
            self._slots.put(row.slot, Standing(row.chat_id, outcome.message_id, outcome.has_media), shown=row.id)

    def _note_health(self, outcome: Outcome, chat_id: int, now: float) -> None:
        match outcome:
            case Retry(error="internal" | "database") | Dead(reason="template" | "internal"):
                return  # tells nothing about Telegram
            case Retry(error="flood", after=after):
                self._flooded.add(chat_id)
                if len(self._flooded) >= FLOODED_CHATS:
                    self._pacer.hold_all(now + (after or 1.0))
                log.warning("flood_limit", chat=chat_id, seconds=after)
            case Retry(error=error):
                self._trouble.add(chat_id)
                told = self._outage.failed(now)
                if len(self._trouble) >= TROUBLE and now >= self._paused_until:
                    # Counted by pauses, not by failures: sixty calls that fail together are one trouble.
                    self._pauses += 1
                    self._paused_until = now + self._backoff.delay(self._pauses)
                if told:
                    log.warning("sending_fails", error=error, failures=self._outage.failures)
                return
            case Sent():
                self._flooded.clear()
                self._last_success = now
            case Dead():
                pass
        self._trouble.clear()
        self._pauses, self._paused_until = 0, 0.0
        if (length := self._outage.over(now)) is not None:
            log.info("sending_works_again", outage_seconds=round(length))

    async def _lost(self, chat_id: int, *, kicked: bool) -> None:
        for row in self._lanes.clear(chat_id):
            self._settle(Settled(row.id, "dead", error="unreachable"), row.slot)
        if chat_id in self._unreachable:
            return
        self._unreachable.add(chat_id)
        try:
            await (self._on_kicked if kicked else self._on_unreachable)(chat_id)
        except Exception:
            log.exception("unreachable_not_recorded", chat=chat_id)
            self._unreachable.discard(chat_id)

    async def _migrate(self, row: OutboxRow, new: int) -> None:
        """The group became a supergroup: its id changes everywhere at once, then the notice goes there."""
        old, now = row.chat_id, self._monotonic()
        try:
            await self._database.run(lambda uow: uow.migrate_chat(old, new))
        except StorageFailed:
            self._pacer.hold(old, now + self._backoff.delay(row.attempts + 1))
            self._lanes.put_back(replace(row, attempts=row.attempts + 1), now)
            return
        log.info("chat_migrated", old=old, new=new)
        self._moved[old] = new
        self._slots.forget_chat(old)
        rows = [row, *self._lanes.clear(old)]
        self._lanes.done(row, now)
        utc = self._clock.now()
        for waiting in rows:
            self._needless(self._lanes.add(self._addressed(waiting), utc, now))
        self._wake.set()

    # --- small things -----------------------------------------------------------------------------------------------

    def _addressed(self, row: OutboxRow) -> OutboxRow:
        new = self._moved.get(row.chat_id)
        if new is None:
            return row
        slot, tail = row.slot, f"@{row.chat_id}"
        if slot is not None and slot.endswith(tail):
            slot = f"{slot.removesuffix(tail)}@{new}"
        return replace(row, chat_id=new, slot=slot)


def _message_id(result: Json) -> int | None:
    if isinstance(result, list) and result:
        result = result[0]
    found = result.get("message_id") if isinstance(result, dict) else None
    return found if isinstance(found, int) else None


def _template(row: OutboxRow) -> str:
    return row.action.view.template if isinstance(row.action, Show) else ""


def _drawn(row: OutboxRow) -> bool:
    """Whether a picture or paper is made for it first."""
    view = row.action.view if isinstance(row.action, Show) else None
    return view is not None and any(media is not None and media.make for media in (view.media, *view.album))


def _taken_over(row: OutboxRow) -> bool:
    return isinstance(row.action, Show) and row.action.at is not None
