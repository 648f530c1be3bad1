"""An agency at work without a network: the real store, router and templates; only delivering is played here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import count
from pathlib import Path

from bot.clock import PracticeClock
from bot.render import Renderer
from bot.similarity import FuzzySimilarity
from bot.split import plain, units
from domain.errors import UserError
from domain.model import Attachment, Case, Event, Group, NewPerson, Person
from domain.notices import Ack, Delete, Pin, Show
from domain.office import Office
from domain.ports import UnitOfWork
from domain.profile_loader import load_profile
from domain.roles import Clearance, Role
from domain.sop.loader import SopRegistry
from domain.usecases import drafts, reports
from handlers.context import Context
from handlers.incoming import Incoming
from handlers.router import route
from storage.database import Database
from storage.outbox import OutboxRow, Settled

GROUP = -1001
START = datetime(2026, 11, 20, 22, 10, tzinfo=UTC)  # 05.10 WIB
FACTS = {
    "bidang": "Sosial Budaya",
    "kecamatan": "Bojong",
    "sumber": "FKDM",
    "cara": "Melihat sendiri",
    "apa": "Unjuk rasa warga menolak galian",
    "siapa": "Warga sekitar 40 orang",
    "dimana": "Depan balai desa",
    "kapan": "hari ini pukul 04.15 WIB",
    "mengapa": "Debu truk galian",
    "bagaimana": "Tertib, dijaga dua petugas",
}


@lru_cache
def make_office(profile: str) -> Office:
    """The office of a profile; read once, for it is frozen."""
    sops = SopRegistry.load()
    found = load_profile(profile, sops)
    return Office(found, sops, found.gazetteer(), FuzzySimilarity(), "kentongan_bot")


@dataclass
class Message:
    """One message as it stands in a chat."""

    id: int
    text: str
    buttons: dict[str, str]
    photo: bool = False
    reply_to: int | None = None
    force_reply: bool = False
    files: int = 0


@dataclass
class Desk:
    """People, chats and the bot between them; ``who`` names people by short keys."""

    db: Database
    clock: PracticeClock
    renderer: Renderer
    profile: str
    people: dict[str, Person] = field(default_factory=dict)
    chats: dict[int, dict[int, Message]] = field(default_factory=dict)
    cards: dict[tuple[int, str], int] = field(default_factory=dict)
    pinned: dict[int, int] = field(default_factory=dict)
    sent: list[tuple[int, str]] = field(default_factory=list)
    """(chat, first line) of each new message, in the order of sending."""

    def __post_init__(self) -> None:
        self.office = make_office(self.profile)
        self._ids, self._updates = count(100), count(1)

    async def hire(
        self,
        key: str,
        *roles: Role,
        regions: tuple[str, ...] = (),
        clearance: Clearance = Clearance.BIASA,
        code_name: str | None = None,
    ) -> Person:
        telegram_id = 5000 + len(self.people)
        alias = code_name or f"{key.capitalize()}-{len(self.people):02d}"
        grant = NewPerson(frozenset(roles), regions, clearance, code_name=alias)
        self.people[key] = await self.db.run(
            lambda uow: uow.people.add(telegram_id, f"nama-{key}", grant, self.clock.now())
        )
        return self.people[key]

    async def bind(self, chat_id: int = GROUP) -> None:
        await self.db.run(lambda u: u.groups.put(Group(chat_id, "Verifikasi", "verifikasi", None, None)))

    async def report(
        self,
        author: str = "agen",
        *,
        photos: int = 0,
        voice: bool = False,
        recorder: str | None = None,
        send: bool = True,
        facts: Mapping[str, str] | None = None,
        **more: str | None,
    ) -> Case:
        """The author's report through the real form use cases; a field given as None is left out."""
        person, writer = self.people[author], self.people[recorder or author]
        sop = drafts.primary_sop(self.office)

        def work(uow: UnitOfWork) -> Case:
            now = self.clock.now()
            draft, state = drafts.begin(
                uow,
                self.office,
                writer,
                writer.telegram_id,
                sop,
                now,
                author=person if recorder else None,
                via="catat" if recorder else "form",
            )
            given = {**({} if voice else FACTS), **(facts or {}), **more}
            answers = {k: v for k, v in given.items() if v is not None}
            state = replace(state, answers=answers, photos=photos, voices=1 if voice else 0)
            for number in range(photos + (1 if voice else 0)):
                uow.attachments.add(
                    draft_id=draft.id,
                    case_id=None,
                    version=1,
                    kind="voice" if voice and number == photos else "photo",
                    file_id=f"f{draft.id}-{number}",
                    file_unique_id=f"u{draft.id}-{number}",
                    size=10,
                    mime=None,
                    file_name=None,
                    media_group=None,
                    message_id=None,
                    now=now,
                )
            draft = drafts.save(uow, self.office, draft, state, now)
            return reports.send(uow, self.office, writer, draft, now, now).case

        case = await self.db.run(work)
        if send:
            await self.deliver()
        return case

    async def again(self, author: str, **facts: str) -> Case:
        """The revised report: the author's reopened draft with these answers, sent."""
        person = self.people[author]

        def work(uow: UnitOfWork) -> Case:
            draft = uow.drafts.open(person.id)[0]
            state = drafts.state_of(draft)
            state = replace(state, answers={**state.answers, **facts}, redo=())
            draft = drafts.save(uow, self.office, draft, state, self.clock.now())
            return reports.send(uow, self.office, person, draft, self.clock.now(), self.clock.now()).case

        case = await self.db.run(work)
        await self.deliver()
        return case

    async def deliver(self) -> None:
        """What the sender does, within no limits: each chat's notices by priority, then by age."""
        rows = await self.db.run(lambda uow: uow.outbox.pending(10_000))
        done = [await self._carry(row) for row in sorted(rows, key=lambda row: (row.priority, row.id))]
        await self.db.run(lambda uow: uow.outbox.settle(done))

    async def _carry(self, row: OutboxRow) -> Settled:
        chat = self.chats.setdefault(row.chat_id, {})
        slot = row.slot or ""
        standing = await self.db.run(lambda uow: uow.outbox.slot_message(slot))
        match row.action:
            case Show() as show:
                target = None if show.fresh else (show.at or standing)
                message_id = target if target in chat else next(self._ids)
                made = self._message(message_id, show)
                if message_id not in chat:
                    self.sent.append((row.chat_id, made.text.splitlines()[0] if made.text else ""))
                chat[message_id] = made
                if slot.startswith("kartu:"):
                    self.cards[row.chat_id, row.reference or ""] = message_id
                done = Settled(row.id, "sent", message_id, has_media=made.photo)
                await self.db.run(lambda uow: uow.outbox.settle([done]))
                return done
            case Delete() as gone:
                chat.pop(gone.message_id or standing or 0, None)
            case Pin():
                assert standing is not None, "pinned before it was sent"
                self.pinned[row.chat_id] = standing
            case _:
                pass
        return Settled(row.id, "sent")

    def _message(self, message_id: int, show: Show) -> Message:
        view = show.view
        made = self.renderer.view(view)
        rows = (made.markup or {}).get("inline_keyboard", [])
        limit = 1024 if view.media else 4096
        assert units(plain(made.text)) <= limit, (view.template, units(plain(made.text)))
        return Message(
            message_id,
            made.text,
            {b["text"]: b["callback_data"] for r in rows for b in r},
            photo=view.media is not None,
            reply_to=view.reply_to,
            force_reply=view.force_reply,
            files=len(view.album) or int(view.media is not None),
        )

    def card(self, chat: int | str, ref: str) -> Message:
        """The message that is the report's card in that chat; KeyError where there is none."""
        return self.chats[self.chat(chat)][self.cards[self.chat(chat), ref]]

    def chat(self, chat: int | str) -> int:
        return chat if isinstance(chat, int) else self.people[chat].telegram_id

    def texts(self, chat: int | str) -> list[str]:
        return [m.text for m in self.chats.get(self.chat(chat), {}).values()]

    async def tap(self, who: str, message: Message, label: str, chat: int | str = GROUP) -> str | None:
        """Tap the button whose label contains the word; gives the alert or toast, rendered."""
        data = next(data for text, data in message.buttons.items() if label in text)
        return await self.send_data(who, data, message, chat)

    async def send_data(
        self,
        who: str,
        data: str,
        message: Message,
        chat: int | str = GROUP,
        *,
        deliver: bool = True,
    ) -> str | None:
        """A tap with these bytes, whatever button carries them."""
        chat_id = self.chat(chat)
        inc = Incoming(
            next(self._updates),
            "tap",
            chat_id,
            private=chat_id > 0,
            sender_id=self.people[who].telegram_id,
            message_id=message.id,
            data=data,
            callback_id="c",
            on_media=message.photo,
        )
        ack = await self._handle(inc)
        if deliver:
            await self.deliver()
        return None if ack is None else self.renderer.ack(ack)

    async def reply(self, who: str, message: Message, text: str, chat: int | str = GROUP) -> None:
        chat_id = self.chat(chat)
        await self._handle(
            Incoming(
                next(self._updates),
                "message",
                chat_id,
                private=chat_id > 0,
                sender_id=self.people[who].telegram_id,
                message_id=next(self._ids),
                date=self.clock.now(),
                text=text,
                reply_to=message.id,
            )
        )
        await self.deliver()

    async def _handle(self, inc: Incoming) -> Ack | None:
        def work(uow: UnitOfWork) -> Ack | None:
            person = uow.people.by_telegram_id(inc.sender_id or 0)
            now = self.clock.now()
            return route(Context(uow, self.office, now, now, inc, person))

        try:
            return await self.db.run(work)
        except UserError as error:
            return Ack(error.key, dict(error.params), alert=True)

    async def case(self, case: Case) -> Case:
        found = await self.db.run(lambda uow: uow.cases.get(case.id))
        assert found is not None
        return found

    async def events(self, case: Case) -> list[Event]:
        return list(await self.db.run(lambda uow: uow.events.of(f"case:{case.id}")))

    async def files(self, case: Case) -> list[Attachment]:
        return list(await self.db.run(lambda uow: uow.attachments.of_case(case.id)))

    def later(self, **delta: float) -> None:
        self.clock.advance(timedelta(**delta))


async def open_desk(folder: Path, profile: str = "pekalongan") -> Desk:
    """A desk with an agent, two verifiers, the head, the leadership, an administrator; the group bound."""
    clock = PracticeClock(START, frozen=True)
    db = await Database.open(
        f"sqlite+aiosqlite:///{folder / 'meja.db'}",
        ["cHJha3Rpay1rdW5jaS11bnR1ay11amktY29iYS0zMmI="],
        data_dir=folder,
        create=True,
        practice=True,
        clock=clock,
    )
    desk = Desk(db, clock, Renderer(make_office(profile).profile, clock), profile)
    region = desk.office.profile.regions[0] if profile == "balangan" else "Bojong"
    await desk.hire("agen", Role.AGEN, regions=(region,), code_name="Elang-07")
    await desk.hire("agen2", Role.AGEN, regions=(region,), code_name="Elang-08")
    await desk.hire("merpati", Role.VERIFIKATOR, code_name="Merpati-01")
    await desk.hire("nuri", Role.VERIFIKATOR, code_name="Merpati-02")
    await desk.hire("kepala", Role.KEPALA)
    await desk.hire("pimpinan", Role.PIMPINAN)
    await desk.hire("admin", Role.ADMINISTRATOR)
    await desk.bind()
    return desk
