"""The practice Telegram itself: who is there, what was said, and what each bot is told of it.

One World lives on one event loop and is not shared between threads. Every change ends in `touch`, which wakes those
who wait on that chat and tells the screens.
"""

import asyncio
import itertools
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime

from bot.clock import SystemClock
from simulator import updates
from simulator.faults import Faults
from simulator.limits import Limits
from simulator.model import (
    CHANNEL_BOT,
    GROUP_ANONYMOUS_BOT,
    Answer,
    Bot,
    Call,
    Chat,
    ChatType,
    Event,
    Json,
    Listener,
    Member,
    Message,
    StoredFile,
    Tap,
    User,
)
from simulator.privacy import sees

CHANNEL = User(CHANNEL_BOT, "Channel", username="Channel_Bot", is_bot=True)
ANONYMOUS = User(GROUP_ANONYMOUS_BOT, "Group", username="GroupAnonymousBot", is_bot=True)


class World:
    """State of one practice Telegram. `clock` gives message dates; waiting and limits always run on real time."""

    def __init__(self, clock: Callable[[], datetime] | None = None, latency_ms: float = 0.0) -> None:
        self.clock = clock or SystemClock().now
        self.latency_ms = latency_ms
        self.users: dict[int, User] = {}
        self.bots: dict[str, Bot] = {}
        self.private: dict[tuple[int, int], Chat] = {}
        self.groups: dict[int, Chat] = {}
        self.files: dict[str, StoredFile] = {}
        self.paths: dict[str, StoredFile] = {}
        self.photos: dict[str, list[Json]] = {}
        """Every size of a photo, by the file_id of each of them."""
        self.taps: dict[str, Tap] = {}
        self.calls: list[Call] = []
        self.violations: list[tuple[str, str, str]] = []
        self.faults = Faults()
        self.faults.on_change = self._wake_bots
        self.limits = Limits()
        self.callback_ttl = 60.0
        """Real seconds in which a tap can be answered."""
        self.keep_calls = True
        """Whether `calls` is written; `call_counts` always is."""
        self.call_counts: Counter[str] = Counter()
        self.listeners: list[Listener] = []
        self._webhooks: dict[int, updates.WebhookSender] = {}
        self._ids = itertools.count(1)

    # --- who is there -------------------------------------------------------------------------------------------------

    def add_bot(self, token: str, username: str, name: str, *, sees_all: bool = False) -> Bot:
        """Register a bot; its id is the number before the colon of its token."""
        user = User(int(token.partition(":")[0]), name, username=username, is_bot=True)
        bot = self.bots[token] = Bot(token, user, sees_all)
        self.users[user.id] = user
        return bot

    def add_user(
        self, user_id: int, first_name: str, username: str | None = None, last_name: str | None = None
    ) -> User:
        """Register a person."""
        user = self.users[user_id] = User(user_id, first_name, last_name, username)
        return user

    def add_group(
        self,
        title: str,
        members: Sequence[User] = (),
        creator: User | None = None,
        *,
        chat_id: int | None = None,
        kind: ChatType = "supergroup",
        bots: Sequence[Bot] = (),
        bots_are_admins: bool = False,
    ) -> Chat:
        """A group that was there before; bots given here are in it without any update about it."""
        number = next(self._ids)
        number = -number if kind == "group" else -1_000_000_000_000 - number
        chat_id = number if chat_id is None else chat_id
        chat = self.groups[chat_id] = Chat(chat_id, kind, title)
        for member in members:
            chat.members[member.id] = Member("member")
        if creator is not None:
            chat.members[creator.id] = Member("creator")
        for bot in bots:
            chat.members[bot.id] = Member("administrator" if bots_are_admins else "member")
        self.touch(Event("chat", chat))
        return chat

    def bot(self) -> Bot:
        """The only bot; ValueError when there are several."""
        (only,) = self.bots.values()
        return only

    def private_chat(self, bot: Bot, person: User) -> Chat:
        """The private chat of a person with a bot, made when first asked for."""
        key = (bot.id, person.id)
        chat = self.private.get(key)
        if chat is None:
            chat = self.private[key] = Chat(person.id, "private", person=person, bot_id=bot.id)
        return chat

    def chats_of(self, person: User) -> list[Chat]:
        """Every chat that this person has in their list."""
        mine = [chat for chat in self.private.values() if chat.person is person]
        return mine + [c for c in self.groups.values() if self.is_member(c, person.id) and not c.migrated_to]

    def is_member(self, chat: Chat, user_id: int) -> bool:
        """Whether the user is in the group now."""
        member = chat.members.get(user_id)
        return member is not None and member.status in ("creator", "administrator", "member")

    def bots_in(self, chat: Chat) -> list[Bot]:
        """Bots that are in this chat."""
        if chat.type == "private":
            return [bot for bot in self.bots.values() if bot.id == chat.bot_id]
        return [bot for bot in self.bots.values() if self.is_member(chat, bot.id)]

    # --- messages -----------------------------------------------------------------------------------------------------

    def post(
        self,
        chat: Chat,
        sender: User,
        content: Json,
        *,
        reply_to: Message | None = None,
        protected: bool = False,
        as_chat: Chat | None = None,
        by_bot: Bot | None = None,
        silent: bool = False,
    ) -> Message:
        """Put a message into a chat and tell the bots that see it (not `by_bot`, its sender); `silent` tells no bot.

        `as_chat`: in whose name it is sent: the group itself is an anonymous administrator, else a channel.
        """
        chat.last_id += 1
        now = self.clock()
        api: Json = {"message_id": chat.last_id, "date": int(now.timestamp()), "chat": chat.api()}
        if chat.type == "channel":
            api["sender_chat"] = chat.api()
        elif as_chat is not None:
            api |= {"from": (ANONYMOUS if as_chat is chat else CHANNEL).api(), "sender_chat": as_chat.api()}
        else:
            api["from"] = sender.api()
        if reply_to is not None and not reply_to.deleted:
            api["reply_to_message"] = {k: v for k, v in reply_to.api.items() if k != "reply_to_message"}
        if protected or chat.protected:
            api["has_protected_content"] = True
        api.update(content)
        message = Message(chat.last_id, chat, sender, api, now, protected or chat.protected)
        chat.messages[message.id] = message
        chat.typing = ""
        if not silent:
            self.tell(message, "channel_post" if chat.type == "channel" else "message", by_bot)
        self.touch(Event("message", chat, message, sender))
        return message

    def tell(self, message: Message, kind: str, but: Bot | None = None) -> None:
        """Queue an update about a message for every bot that sees it."""
        chat = message.chat
        for bot in self.bots_in(chat):
            if bot is not but and (chat.type in ("private", "channel") or sees(bot, message)):
                updates.enqueue(bot, kind, message.api)

    def edit(self, message: Message, change: Json, *, by_bot: Bot | None = None, mark: bool = True) -> None:
        """Change a message in place: a None removes a field. People's edits are told to the bots."""
        for key, value in change.items():
            if value is None:
                message.api.pop(key, None)
            else:
                message.api[key] = value
        if mark:
            message.api["edit_date"] = int(self.clock().timestamp())
        if by_bot is None:
            self.tell(message, "edited_channel_post" if message.chat.type == "channel" else "edited_message")
        self.touch(Event("edited", message.chat, message))

    def delete(self, message: Message) -> None:
        """Take a message away from everyone; no update tells of it, as in Telegram."""
        message.deleted = True
        self.unpin(message)
        message.chat.messages.pop(message.id, None)
        self.touch(Event("deleted", message.chat, message))

    def pin(self, message: Message, sender: User) -> None:
        """Pin, and leave the service message that Telegram leaves."""
        chat = message.chat
        if message.pinned:
            return
        message.pinned = True
        chat.pinned.append(message.id)
        pinned = {k: v for k, v in message.api.items() if k != "reply_to_message"}
        self.touch(Event("pinned", chat, message))
        self.post(chat, sender, {"pinned_message": pinned})

    def unpin(self, message: Message) -> bool:
        """Unpin; False when it was not pinned."""
        if not message.pinned:
            return False
        message.pinned = False
        message.chat.pinned.remove(message.id)
        self.touch(Event("unpinned", message.chat, message))
        return True

    def new_group_id(self) -> str:
        """A fresh media_group_id."""
        return str(13_000_000_000_000_000 + next(self._ids))

    # --- taps ---------------------------------------------------------------------------------------------------------

    def tap(self, person: User, message: Message, data: str) -> Tap:
        """Press an inline button (or send what a modified client would); the Tap's `answer` waits for the bot."""
        loop = asyncio.get_running_loop()
        tap_id = str(4_382_000_000_000_000_000 + next(self._ids))
        tap = self.taps[tap_id] = Tap(tap_id, person, message, data, loop.time(), loop.create_future())
        bot = self._owner(message)
        shown = message.api
        if message.deleted:
            shown = {"chat": message.chat.api(), "message_id": message.id, "date": 0}
        updates.enqueue(
            bot,
            "callback_query",
            {
                "id": tap_id,
                "from": person.api(),
                "message": shown,
                "chat_instance": str(message.chat.id * 7919),
                "data": data,
            },
        )
        return tap

    def _owner(self, message: Message) -> Bot:
        for bot in self.bots.values():
            if message.sender is bot.user:
                return bot
        return self.bots_in(message.chat)[0]

    def answer(self, tap_id: str, answer: Answer) -> bool:
        """Give a tap its answer; False when it is unknown, too old or answered already."""
        tap = self.taps.pop(tap_id, None)
        if tap is None or tap.expired or asyncio.get_running_loop().time() - tap.at > self.callback_ttl:
            return False
        if not tap.answer.done():
            tap.answer.set_result(answer)
        self.touch(Event("answered", tap.message.chat, tap.message, tap.person, answer.text))
        return True

    # --- watching -----------------------------------------------------------------------------------------------------

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Have every Event told to `listener`, on this loop, as it happens; the result ends it."""
        self.listeners.append(listener)
        return lambda: self.listeners.remove(listener)

    def touch(self, event: Event) -> None:
        """Wake those who wait on the chat and tell the listeners."""
        if event.chat is not None and event.chat.waiters:
            waiters, event.chat.waiters = event.chat.waiters, []
            for waiter in waiters:
                if not waiter.done():
                    waiter.set_result(None)
        for listener in tuple(self.listeners):
            listener(event)

    async def taken(self, bot: Bot, seconds: float = 5.0) -> None:
        """Until the bot has confirmed every update; raises TimeoutError after real seconds."""
        async with asyncio.timeout(seconds):
            while bot.queue:
                event = bot.emptied = asyncio.Event()
                await event.wait()

    async def polled(self, bot: Bot, times: int = 1, seconds: float = 5.0) -> None:
        """Until the bot has called getUpdates so many times in all; raises TimeoutError after real seconds."""
        async with asyncio.timeout(seconds):
            while bot.polls < times:
                event = bot.polled = asyncio.Event()
                await event.wait()

    async def changed(self, chat: Chat) -> None:
        """Until something changes in the chat."""
        waiter = asyncio.get_running_loop().create_future()
        chat.waiters.append(waiter)
        try:
            await waiter
        finally:
            if waiter in chat.waiters:
                chat.waiters.remove(waiter)

    # --- housekeeping -------------------------------------------------------------------------------------------------

    def _wake_bots(self) -> None:
        for bot in self.bots.values():
            bot.arrived.set()

    def start_webhook(self, bot: Bot) -> None:
        """Begin to post updates to the bot's webhook."""
        if bot.id not in self._webhooks:
            self._webhooks[bot.id] = updates.WebhookSender(
                bot, lambda: int(self.clock().timestamp()), lambda: not self.faults.cut_off
            )

    async def stop_webhook(self, bot: Bot) -> None:
        """End the posting."""
        sender = self._webhooks.pop(bot.id, None)
        if sender is not None:
            await sender.stop()

    async def close(self) -> None:
        """End every background task; long polls end too."""
        for bot in list(self.bots.values()):
            await self.stop_webhook(bot)
            bot.poll = None
        self._wake_bots()

    def revoke(self, bot: Bot) -> None:
        """Revoke the token: every call answers 401 from now on."""
        bot.revoked = True
        self._wake_bots()

    def counts(self) -> dict[str, int]:
        """How many calls of each method were made."""
        return dict(self.call_counts)
