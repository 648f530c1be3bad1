"""The form in the hands of somebody who does anything: random taps, texts, files, edits, waiting, on a real store.

An answer changes only when it is what was acted on; one draft makes at most one report; what the SOP needs is in every
report that was sent; the question asked is always one that exists; every view renders.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from bot.app import make_office
from bot.clock import PracticeClock
from bot.render import Renderer
from domain.errors import UserError
from domain.forms.questions import BY_KEY
from domain.forms.state import FormState
from domain.model import Case, NewPerson
from domain.notices import Show
from domain.ports import UnitOfWork
from domain.roles import Role
from domain.usecases import drafts, housekeeping
from handlers.context import Context
from handlers.incoming import File, Incoming
from handlers.router import route
from storage.crypto import new_key
from storage.database import Database
from storage.outbox import Settled

T = TypeVar("T")
MORNING = datetime(2026, 11, 19, 21, 55, tzinfo=UTC)
TEXTS = (
    "Kebakaran dua kios",
    "sekitar 20 warga",
    "Pasar Kajen",
    "hari ini pukul 04.15",
    "31 Februari pukul 10.00",
    "politik",
    "Kajen",
    "lewati",
    "kembali",
    "kirim",
    "-",
    "\u200b",
    "😀",
    "<b>&</i>",
    "hp 081234567890",
    "nihil",
    "Kajen aman. Nihil",
    "p",
    "Apa: Tawuran\nSiapa: pelajar\nDi mana: Alun-alun Kajen\nKapan: pukul 04.00\nBagaimana: sudah bubar",
    "Terjadi tawuran pelajar di Alun-alun Kajen pukul 03.30, 20 orang, sudah bubar",
)
_IDS = count(1)


class Play(RuleBasedStateMachine):
    """One agent with one chat; the database is shared between examples, the person is new in each."""

    loop: asyncio.AbstractEventLoop
    database: Database
    sent: list[int]
    """Over all examples."""

    @initialize(profile=st.sampled_from(["lengkap", "balangan"]))
    def hire(self, profile: str) -> None:
        self.clock = PracticeClock(MORNING, frozen=True)  # each example begins on the same morning
        self.office = make_office(profile)
        self.renderer = Renderer(self.office.profile, self.clock)
        self.chat_id = 10_000 + next(_IDS)
        region = self.office.profile.regions[0]
        self.person = self.run(
            lambda uow: uow.people.add(
                self.chat_id,
                "agen",
                NewPerson(frozenset({Role.AGEN}), (region,), source="FKDM", means="Media"),
                self.clock.now(),
            )
        )
        self.messages: list[tuple[int, list[str]]] = []
        self.texts: list[int] = []
        self.kirim: dict[int, int] = {}

    def run(self, work: Any) -> Any:
        return self.loop.run_until_complete(self.database.run(work))

    # --- what the agent does ------------------------------------------------------------------------------------------

    @rule(text=st.sampled_from(TEXTS))
    def says(self, text: str) -> None:
        message_id = next(_IDS)
        self.texts.append(message_id)
        self.does("message", text=text, message_id=message_id)

    @rule(questions=st.integers(1, 14))
    def goes_on_properly(self, questions: int) -> None:
        """Answers as asked, and sends at the summary: otherwise chance would hardly ever send a report."""
        for _ in range(questions):
            active = self.active()
            if active is None:
                return
            state = self.answers()[active]
            match None if state.cursor is None else BY_KEY[state.cursor].kind:
                case None:
                    self.does("tap", data=f"f:{active}:ok", message_id=self.messages[-1][0], callback_id="1")
                case "choice":
                    self.does(
                        "tap", data=f"f:{active}:p:{state.cursor}:0", message_id=self.messages[-1][0], callback_id="1"
                    )
                case "photos":
                    self.sends_a_file("photo", None, "", False)
                    self.does("tap", data=f"f:{active}:d", message_id=self.messages[-1][0], callback_id="1")
                case "when":
                    self.says("hari ini pukul 04.15")
                case _:
                    self.says("Kebakaran dua kios")

    @rule(words=st.booleans())
    def hesitates(self, words: bool) -> None:
        """Back to the question before, which has an answer, and on again without another."""
        for what, said in (("k", "kembali"), ("l", "lewati")):
            active = self.active()
            cursor = None if active is None else self.answers()[active].cursor
            if cursor is None:
                return
            if words:
                self.says(said)
            else:
                self.does("tap", data=f"f:{active}:{what}:{cursor}", message_id=self.messages[-1][0], callback_id="1")

    @rule(data=st.data())
    def taps_something(self, data: st.DataObject) -> None:
        """Any button of any message, old ones too; the newest more often."""
        with_buttons = [(message, buttons) for message, buttons in self.messages if buttons]
        if not with_buttons:
            return
        newest = data.draw(st.booleans() | st.just(True))
        message, buttons = with_buttons[-1] if newest else data.draw(st.sampled_from(with_buttons))
        self.does("tap", data=data.draw(st.sampled_from(buttons)), message_id=message, callback_id="1")

    @rule(command=st.sampled_from(["lapinfo", "lapor", "draf", "batal", "status", "nihil", "menu"]))
    def commands(self, command: str) -> None:
        self.does("message", text=f"/{command}", command=command, message_id=next(_IDS))

    @rule(
        kind=st.sampled_from(["photo", "photo", "voice", "video", "document"]),
        album=st.sampled_from([None, "a", "b"]),
        caption=st.sampled_from(["", "", *TEXTS]),
        same=st.booleans(),
    )
    def sends_a_file(self, kind: Any, album: str | None, caption: str, same: bool) -> None:
        unique = "same" if same else str(next(_IDS))
        group = f"{self.chat_id}{album}" if album and kind == "photo" else None
        self.does(
            "message",
            file=File(kind, f"f{unique}", unique, 1000),
            media_group=group,
            text=caption,
            message_id=next(_IDS),
        )

    @rule()
    def shares_a_position(self) -> None:
        self.does("message", location=(-6.9, 109.6), message_id=next(_IDS))

    @rule()
    def sends_a_sticker(self) -> None:
        self.does("message", odd="sticker", message_id=next(_IDS))

    @rule(text=st.sampled_from(TEXTS), data=st.data())
    def edits(self, text: str, data: st.DataObject) -> None:
        if self.texts:
            self.does("edited", text=text, message_id=data.draw(st.sampled_from(self.texts)))

    @rule(minutes=st.sampled_from([1, 40, 130, 1500]))
    def waits(self, minutes: int) -> None:
        self.clock.advance(timedelta(minutes=minutes))
        for job in (housekeeping.remind_of_drafts, housekeeping.expire_drafts):
            self.run(lambda uow, job=job: job(uow, self.office, self.clock.now()))
        self.deliver()

    # --- what the bot makes of it -------------------------------------------------------------------------------------

    def does(self, kind: Any, **what: Any) -> None:
        before, active = self.answers(), self.active()
        inc = Incoming(next(_IDS), kind, self.chat_id, sender_id=self.chat_id, date=self.clock.now(), **what)

        def work(uow: UnitOfWork) -> None:
            now = self.clock.now()
            route(Context(uow, self.office, now, now, inc, uow.people.by_telegram_id(self.chat_id)))

        try:
            self.run(work)
        except UserError as error:
            self.renderer.text(error.key, error.params)
        self.deliver()
        self.compare(before, active, inc)

    def deliver(self) -> None:
        rows = self.run(lambda uow: uow.outbox.pending(1000))
        done = []
        for row in rows:
            assert isinstance(row.action, Show) or row.chat_id != self.chat_id
            if isinstance(row.action, Show):
                rendered = self.renderer.view(row.action.view)
                assert rendered.text
                keyboard = (rendered.markup or {}).get("inline_keyboard", [])
                buttons = [button["callback_data"] for line in keyboard for button in line]
                assert len(buttons) <= 100
                message_id = row.action.at or next(_IDS)
                if row.chat_id == self.chat_id:
                    self.messages = [m for m in self.messages if m[0] != message_id] + [(message_id, buttons)]
                done.append(Settled(row.id, "sent", message_id, has_media=False))
            else:
                done.append(Settled(row.id, "sent"))
        if done:
            self.run(lambda uow: uow.outbox.settle(done))

    def answers(self) -> Mapping[int, FormState]:
        return {draft.id: drafts.state_of(draft) for draft in self.run(lambda uow: uow.drafts.open(self.person.id))}

    def active(self) -> int | None:
        found = self.run(lambda uow: uow.drafts.active(self.person.id))
        return None if found is None else found.id

    def cases(self) -> list[Case]:
        return list(self.run(lambda uow: uow.cases.of_author(self.person.id, 1000)))

    def compare(self, before: Mapping[int, FormState], active: int | None, inc: Incoming) -> None:
        after = self.answers()
        for draft_id, old in before.items():
            new = after.get(draft_id)
            if new is None:
                draft = self.run(lambda uow, draft_id=draft_id: uow.drafts.get(draft_id))
                assert draft.status == "sent", (draft.status, inc)
                if draft.case_id is None:
                    continue
                assert draft_id not in self.kirim
                self.kirim[draft_id] = draft.case_id
                self.sent.append(draft.case_id)
                case = next(case for case in self.cases() if case.id == draft.case_id)
                lost = {
                    key: value for key, value in old.answers.items() if value.strip() and case.fields.get(key) != value
                }
                assert not lost, (lost, inc)
                continue
            lost_keys = {key for key, value in old.said.items() if value.strip() and new.said.get(key) != value}
            allowed = {old.cursor, "koordinat", "perihal", "keterangan_foto"} if draft_id == active else set()
            tapped = inc.kind == "tap" and not {"p", "x", "n"} & set(inc.data.split(":")[2:3])
            if tapped or inc.text in ("lewati", "kembali", "-", "kirim"):
                allowed -= {old.cursor}  # going back, skipping, saving leave the answer as it is
            if inc.location is not None or old.cursor == "kecamatan":
                allowed |= {"dimana", "desa"}
            if inc.kind == "edited":
                allowed |= set(old.messages.values()) | ({*BY_KEY} if "*" in old.messages.values() else set())
            if ":" in inc.text and draft_id == active:
                allowed |= set(BY_KEY)
            if inc.kind == "tap" and inc.data.startswith("l:"):
                allowed |= {"cara", "sumber"}  # the same empty sheet of paper, begun again
            assert lost_keys <= allowed, (lost_keys - allowed, inc, old, new)
            assert new.photos >= old.photos
            assert new.voices >= old.voices

    @invariant()
    def holds(self) -> None:
        if not hasattr(self, "person"):
            return
        states = self.answers()
        for state in states.values():
            assert state.cursor is None or state.cursor in drafts.applies(self.office)(state), state
        cases = [case for case in self.cases() if not case.nihil]
        assert len(cases) == len(set(self.kirim.values()) & {case.id for case in cases})
        for case in cases:
            oral = any(
                a.kind in ("voice", "audio") for a in self.run(lambda uow, case=case: uow.attachments.of_case(case.id))
            )
            sop = self.office.sops.get(case.sop)
            needs = sop.oral_needs if oral and sop.oral_needs else sop.first.needs
            assert not [key for key in needs if key not in ("foto", "suara") and not case.fields.get(key, "").strip()]


def test_the_form_survives_anything(tmp_path: Path) -> None:
    loop = asyncio.new_event_loop()
    clock = PracticeClock(MORNING, frozen=True)
    database = loop.run_until_complete(
        Database.open(
            f"sqlite+aiosqlite:///{tmp_path / 'k.db'}",
            [new_key()],
            data_dir=tmp_path,
            create=True,
            practice=False,
            clock=clock,
        )
    )
    try:
        machine = type("Machine", (Play,), {"loop": loop, "database": database, "sent": []})
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=40,
                derandomize=True,
                stateful_step_count=30,
                deadline=None,
                suppress_health_check=list(HealthCheck),
                database=None,
            ),
        )
        assert len(machine.sent) > 3, "the machine hardly sends anything"  # type: ignore[attr-defined]
    finally:
        loop.run_until_complete(database.close())
        loop.close()
