"""What the practice page shows, as JSON: phones, chats, messages, the clock, the switches."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final, Protocol
from zoneinfo import ZoneInfo

from babel.dates import format_datetime

from simulator.faults import Fault
from simulator.limits import COUNTED
from simulator.methods_bot import commands_for
from simulator.model import Bot, Chat, Json, Message, User
from simulator.world import World

ZONES: Final = {"Asia/Jakarta": "WIB", "Asia/Pontianak": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT"}
SLOW_MS: Final = 3000
FLOOD_SECONDS: Final = 5
SWITCHES: Final = ("offline", "slow", "flood")


class Controls(Protocol):
    """The practice clock: the one that the bot reads too."""

    def now(self) -> datetime:
        """Aware UTC."""
        ...

    def advance(self, step: timedelta) -> None:
        """Move by `step`."""
        ...

    def move_to(self, moment: datetime) -> None:
        """Move to an aware moment."""
        ...


@dataclass(slots=True, eq=False)
class Practice:
    """What the page is about: the world, its clock, the office it stands for, and the switches that are on.

    `office`: name, subtitle, zone (IANA), roles {user id: label}, phones [user id] (the order shown; all people without
    it), sets [{name, phones [user id]}] (shown together by one button; the first at the beginning), first {user id:
    chat id} (open when the page is; the private chat otherwise), jumps ["05.00", …], location {latitude, longitude}.
    Everything but `zone` may be missing.
    """

    world: World
    controls: Controls
    office: Mapping[str, Any]
    switched: dict[str, list[Fault]] = field(default_factory=dict)

    @property
    def zone(self) -> ZoneInfo:
        """The office's zone."""
        return ZoneInfo(self.office.get("zone", "Asia/Jakarta"))

    @property
    def bot(self) -> Bot:
        """The bot that the phones talk to: the first registered."""
        return next(iter(self.world.bots.values()))

    def people(self) -> list[User]:
        """Whose phones are shown, in order."""
        wanted: Sequence[int] | None = self.office.get("phones")
        if wanted is None:
            return [user for user in self.world.users.values() if not user.is_bot]
        return [self.world.users[user_id] for user_id in wanted if user_id in self.world.users]

    def chats(self, person: User) -> list[Chat]:
        """The chats on a phone: with the bot, then the groups."""
        private = self.world.private_chat(self.bot, person)
        return [private, *(chat for chat in self.world.chats_of(person) if chat.type != "private")]

    def switches(self) -> dict[str, bool]:
        """Which fault switches are on."""
        active = self.world.faults.active
        return {name: any(f in active for f in self.switched.get(name, ())) for name in SWITCHES}

    def switch(self, name: str, on: bool) -> None:
        """Turn a fault switch on or off; turning on what is on changes nothing."""
        if on == self.switches()[name]:
            return
        faults = self.world.faults
        if not on:
            for fault in self.switched.pop(name):
                faults.clear(fault)
        elif name == "offline":
            self.switched[name] = [faults.offline()]
        elif name == "slow":
            self.switched[name] = [faults.slow(SLOW_MS)]
        else:
            self.switched[name] = [faults.flood(FLOOD_SECONDS, method, times=None) for method in sorted(COUNTED)]


@lru_cache(maxsize=8)
def _clock(minute: datetime, zone_name: str) -> Json:
    # The zone is in the key: the same moment in two zones is equal, and shown differently.
    zone = ZONES.get(zone_name, minute.tzname() or "")
    text = format_datetime(minute, f"HH.mm '{zone}', EEEE d MMMM y", locale="id")
    return {"text": text, "time": f"{minute:%H.%M}", "iso": minute.isoformat()}


def clock(practice: Practice) -> Json:
    """The practice clock to the minute, in the office's zone."""
    local = practice.controls.now().astimezone(practice.zone)
    return _clock(local.replace(second=0, microsecond=0), str(practice.zone))


def next_time(practice: Practice, hour: int, minute: int) -> datetime:
    """The next moment when the office's clocks show this time, tomorrow's when it is now; aware."""
    now = practice.controls.now().astimezone(practice.zone)
    wanted = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
    return wanted if wanted > now else wanted + timedelta(days=1)


def last(chat: Chat) -> Json | None:
    """The newest message still there."""
    return chat.messages[max(chat.messages)].api if chat.messages else None


def chat(practice: Practice, shown: Chat, person: User) -> Json:
    """A chat as one person's phone has it; without its messages."""
    world, bot = practice.world, practice.bot
    private = shown.type == "private"
    return {
        "id": shown.id,
        "type": shown.type,
        "title": bot.user.name if private else shown.title,
        "members": 2 if private else sum(world.is_member(shown, user_id) for user_id in shown.members),
        "protected": shown.protected,
        "started": shown.started,
        "blocked": shown.blocked,
        "typing": "sedang mengetik …" if shown.typing else "",
        "pinned": [shown.messages[i].api for i in sorted(shown.pinned) if i in shown.messages],
        "keyboard": shown.keyboards.get(person.id),
        "commands": commands_for(bot, shown, person) if bot in world.bots_in(shown) else [],
    }


def phone(practice: Practice, person: User) -> Json:
    """One phone with its chats."""
    chats = [chat(practice, c, person) | {"last": last(c), "unread": 0} for c in practice.chats(person)]
    given = practice.office
    return {
        "user": person.api(),
        "role": given.get("roles", {}).get(person.id, ""),
        "first": given.get("first", {}).get(person.id, person.id),
        "chats": chats,
    }


def office(practice: Practice) -> Json:
    """What the top bar says about the office."""
    given = practice.office
    return {
        "name": given.get("name", ""),
        "subtitle": given.get("subtitle", ""),
        "zone": str(practice.zone),
        "jumps": given.get("jumps", ["05.00", "05.30"]),
        "sets": given.get("sets", []),
        "location": given.get("location", {"latitude": -7.02667, "longitude": 109.58333}),
    }


def state(practice: Practice) -> Json:
    """Everything but the messages."""
    return {
        "office": office(practice),
        "bot": practice.bot.user.api() if practice.world.bots else None,
        "clock": clock(practice),
        "faults": practice.switches(),
        "phones": [phone(practice, person) for person in practice.people()] if practice.world.bots else [],
    }


def messages(shown: Chat, before: int | None, limit: int) -> Json:
    """A page of messages, oldest first: the newest, or those before an id. `complete`: nothing older is left."""
    ids = sorted(i for i in shown.messages if before is None or i < before)
    page: list[Message] = [shown.messages[i] for i in ids[-limit:]]
    return {"messages": [message.api for message in page], "complete": len(ids) <= limit}
