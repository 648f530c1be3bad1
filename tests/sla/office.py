"""A desk whose scheduler can be made to look, and what people then have in their chats."""

from __future__ import annotations

from collections.abc import Sequence

from domain.model import Case, Event
from domain.usecases import sla
from tests.verification.desk import Desk, Message

WORDS = (
    "Mohon ditindak",
    "Batas waktu lewat",
    "Perlu perhatian",
    "Perlu ditindak",
    "Sudah ditangani",
    "Diserahkan kepada",
    "Mohon tandai",
)
CALLS = ("reminded", "overdue", "escalated", "handed")


async def sweep(desk: Desk, *, deliver: bool = True) -> int:
    """One look of the scheduler at the desk's clock; then everything is sent."""
    done = await desk.db.run(lambda uow: sla.fire_deadlines(uow, desk.office, desk.clock.now()))
    if deliver:
        await desk.deliver()
    return done


async def wait(desk: Desk, minutes: float, *, step: float | None = None) -> None:
    """Let minutes pass, looking every ``step`` minutes (once at the end when None)."""
    passed = 0.0
    while passed < minutes:
        length = minutes - passed if step is None else min(step, minutes - passed)
        desk.later(minutes=length)
        passed += length
        await sweep(desk)


def calls(desk: Desk, who: str) -> list[Message]:
    """The messages by which the person is pressed, in the order in which they stand."""
    chat = desk.chats.get(desk.chat(who), {})
    return [message for message in chat.values() if any(words in message.text for words in WORDS)]


def call(desk: Desk, who: str) -> str:
    """The one such message; fails unless there is exactly one."""
    found = calls(desk, who)
    assert len(found) == 1, [m.text for m in found]
    return found[0].text


async def told(desk: Desk, case: Case) -> list[Event]:
    """The case's history of calls."""
    return [event for event in await desk.events(case) if event.action in CALLS]


def kinds(events: Sequence[Event]) -> list[str]:
    return [":".join((e.action, str(e.data.get("what")), str(e.data.get("number")))) for e in events]


def rang(desk: Desk, who: str, since: int = 0) -> int:
    """How many new messages the person's phone got."""
    return sum(chat == desk.chat(who) for chat, _ in desk.sent[since:])
