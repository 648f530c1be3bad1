"""An agency with cleared readers: secret reports are put there, the clock decides what is sent and deleted."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from bot.clock import PracticeClock
from bot.render import Renderer
from domain.model import Case, Event, Person
from domain.notices import Ack, Delete, Show
from domain.ports import UnitOfWork
from domain.roles import Clearance, Role
from domain.sop.commands import Moved, Submit
from domain.sop.engine import decide
from domain.usecases import cards
from domain.usecases.transitions import actor_of, record
from handlers.incoming import Incoming
from storage.database import Database
from storage.outbox import OutboxRow, Settled
from tests.verification.desk import START, Desk, Message, make_office

KEY = "cHJha3Rpay1rdW5jaS11bnR1ay11amktY29iYS0zMmI="
WORD = "kelabu-senja"
"""Stands in every secret field; nobody but a reader may ever see it."""
HIGH = Clearance.SANGAT_RAHASIA
CONTENT = {
    "cara_lapor": "tulis",
    "dasar": f"Pemantauan {WORD}",
    "kronologi": f"Pertemuan tertutup {WORD} di balai",
    "saran": f"Koordinasi {WORD}",
}


@dataclass
class Reading(Desk):
    """The desk with times kept as the sender keeps them, and with what each message was."""

    gone: list[tuple[int, int]] = field(default_factory=list)
    """(chat, message) of each deletion."""
    protected: dict[tuple[int, int], bool] = field(default_factory=dict)
    acks: list[Ack | None] = field(default_factory=list)
    db_folder: Path = Path()
    own: dict[int, int] = field(default_factory=dict)
    """The number of each person's last typed message, by telegram id."""

    async def secret(self, author: str = "agen", *, fields: dict[str, str] | None = None, files: int = 0) -> Case:
        """A lapsus, sent."""
        person = self.people[author]

        def work(uow: UnitOfWork) -> Case:
            now = self.clock.now()
            sop = self.office.sops.get("lapsus")
            given = CONTENT if fields is None else fields
            command = Submit(actor_of(person), author_id=person.id, fields_present=frozenset(given))
            moved = decide(sop, None, command, now, zone=self.office.zone)
            assert isinstance(moved, Moved), moved
            case = uow.cases.add(
                ref=uow.references.next("LK", now.date()), kind="lapsus", sop=sop.name, sop_version=sop.version,
                step=moved.step, status=moved.status, round=moved.round, version=1, author_id=person.id,
                recorded_by=None, region=person.regions[0] if person.regions else None, bidang=None,
                classification=sop.classification.value, urgency="segera", nihil=False, duty_date=None,
                lateness="not_applicable", received_at=now, entered_at=moved.entered_at, due_at=moved.due_at,
                closed_at=None, value=None, incident_id=None, supersedes_id=None, fields=given,
            )  # fmt: skip
            for number in range(files):
                uow.attachments.add(
                    draft_id=None, case_id=case.id, version=1, kind="photo", file_id=f"r{number}",
                    file_unique_id=f"r{case.id}-{number}", size=9, mime=None, file_name=f"{WORD}.jpg",
                    media_group=None, message_id=None, now=now,
                )  # fmt: skip
            record(uow, case, moved, person.id, now)
            cards.announce(uow, self.office, case, now)
            return case

        case = await self.db.run(work)
        await self.deliver()
        return case

    async def deliver(self) -> None:
        rows = await self.db.run(lambda uow: uow.outbox.pending(10_000))
        now = self.clock.now()
        due = [row for row in rows if row.not_before is None or row.not_before <= now]
        for row in sorted(due, key=lambda row: (row.priority, row.id)):
            until = row.action.until if isinstance(row.action, Show) else None
            late = until is not None and now >= until
            done = Settled(row.id, "sent") if late else await self._carry(row)
            await self.db.run(lambda uow, done=done: uow.outbox.settle([done]))  # type: ignore[misc]

    async def _carry(self, row: OutboxRow) -> Settled:
        if isinstance(row.action, Delete):
            standing = await self.db.run(lambda uow: uow.outbox.slot_message(row.slot or ""))
            for message_id in row.action.message_ids or (row.action.message_id or standing or 0,):
                self.gone.append((row.chat_id, message_id))
                self.chats.setdefault(row.chat_id, {}).pop(message_id, None)
            return Settled(row.id, "sent", slot=row.slot)
        settled = await super()._carry(row)
        if isinstance(row.action, Show) and settled.message_id is not None:
            self.protected[row.chat_id, settled.message_id] = row.action.view.protect
        return settled

    async def _handle(self, inc: Incoming) -> Ack | None:
        if inc.kind == "message" and inc.message_id is not None:
            self.own[inc.sender_id or 0] = inc.message_id
            self.chats.setdefault(inc.chat_id, {})[inc.message_id] = Message(inc.message_id, f"SENDIRI {inc.text}", {})
        ack = await super()._handle(inc)
        self.acks.append(ack)
        return ack

    async def command(self, who: str, text: str) -> None:
        """A command in private."""
        person = self.people[who]
        await self._handle(
            Incoming(
                next(self._updates),
                "message",
                person.telegram_id,
                private=True,
                sender_id=person.telegram_id,
                message_id=next(self._ids),
                date=self.clock.now(),
                text=text,
                command=text.strip("/"),
            )
        )
        await self.deliver()

    async def says(self, who: str, text: str) -> None:
        """Typed in private, as no reply."""
        person = self.people[who]
        await self._handle(
            Incoming(
                next(self._updates),
                "message",
                person.telegram_id,
                private=True,
                sender_id=person.telegram_id,
                message_id=next(self._ids),
                date=self.clock.now(),
                text=text,
            )
        )
        await self.deliver()

    async def press(self, who: str, label: str) -> str | None:
        """Tap the newest button with the word in the person's own chat."""
        chat = self.chats[self.chat(who)]
        message = next(m for m in sorted(chat.values(), key=lambda m: -m.id) if _has(m, label))
        return await self.tap(who, message, label, who)

    async def raw(self, who: str, data: str, chat: int | str | None = None, *, deliver: bool = True) -> Ack | None:
        """A tap with these bytes on a message of one's own making."""
        await self.send_data(who, data, Message(1, "", {}), who if chat is None else chat, deliver=deliver)
        return self.acks[-1]

    async def waiting(self) -> int:
        """How many notices have not been carried out."""
        return len(await self.db.run(lambda uow: uow.outbox.pending(10_000)))

    async def answers(self, who: str, words: str, text: str) -> None:
        """Reply to the newest message with the words."""
        chat = self.chats[self.chat(who)]
        message = next(m for m in sorted(chat.values(), key=lambda m: -m.id) if words in m.text)
        await self.reply(who, message, text, who)

    def everywhere(self) -> list[int | str]:
        """Everybody's own chat and the group's."""
        return [*self.people, -1001]

    def sees(self, who: int | str, words: str = WORD) -> bool:
        return any(words in text for text in self.texts(who))

    async def wait(self, minutes: float) -> None:
        """Time passes; what is due goes out."""
        self.later(minutes=minutes)
        await self.deliver()

    async def of(self, subject: str) -> list[Event]:
        return list(await self.db.run(lambda uow: uow.events.of(subject)))

    async def kinds(self, case: Case, action: str) -> list[Event]:
        return [event for event in await self.events(case) if event.action == action]

    async def person(self, key: str) -> Person:
        found = await self.db.run(lambda uow: uow.people.get(self.people[key].id))
        assert found is not None
        return found


def _has(message: Message, label: str) -> bool:
    return any(label in text for text in message.buttons)


async def open_reading(folder: Path, profile: str = "pekalongan") -> Reading:
    """An agent, every official with and without clearance, the leadership, an administrator."""
    clock = PracticeClock(START, frozen=True)
    db = await Database.open(
        f"sqlite+aiosqlite:///{folder / 'meja.db'}", [KEY], data_dir=folder, create=True, practice=True, clock=clock
    )
    desk = Reading(db, clock, Renderer(make_office(profile).profile, clock), profile)
    desk.db_folder = folder
    await desk.hire("agen", Role.AGEN, regions=("Bojong",), code_name="Elang-07")
    await desk.hire("kabid", Role.KABID, clearance=HIGH, code_name="Kutilang-02")
    await desk.hire("kepala", Role.KEPALA, clearance=HIGH, code_name="Jalak-01")
    await desk.hire("pimpinan", Role.PIMPINAN, clearance=HIGH, code_name="Cendrawasih-01")
    await desk.hire("analis", Role.ANALIS, clearance=HIGH, code_name="Beo-04")
    await desk.hire("admin", Role.ADMINISTRATOR, code_name="Pipit-01")
    await desk.bind()
    return desk


def moment(text: str) -> datetime:
    """ISO."""
    return datetime.fromisoformat(text)
