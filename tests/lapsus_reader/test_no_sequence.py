"""Whatever is tapped by whomever in whatever order: content stands only with those it is open to, and not for long."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain import secrecy
from domain.roles import Clearance, Role
from domain.usecases import people
from tests.lapsus_reader.desk import HIGH, Reading, open_reading

WHO = ("agen", "kabid", "kepala", "pimpinan", "analis", "admin")
DATA = (
    "rs:b:{c}", "rs:l:{c}", "rs:i:{c}", "rs:p:{c}:{p}", "rs:x:{c}:{p}", "rs:t:{c}", "rs:k:{c}", "lihat:b:{c}",
    "v:s:{c}:1:verifikasi", "v:s:{c}:1:persetujuan", "v:rq:{c}:1:verifikasi:kurang", "v:tq:{c}:1:persetujuan:hoaks",
    "v:r:{c}:1:verifikasi", "tg:k:{c}", "tg:g:{c}:{p}", "id:t:{p}:{c}",
)  # fmt: skip
TAP = st.tuples(st.just("tap"), st.sampled_from(WHO), st.sampled_from(DATA), st.sampled_from(WHO))
SAY = st.tuples(st.just("say"), st.sampled_from(WHO), st.sampled_from(("karena perlu", "482915")), st.just(""))
CHANGE = st.tuples(st.just("change"), st.sampled_from(WHO[1:5]), st.sampled_from(("low", "high", "role")), st.just(""))
WAIT = st.tuples(st.just("wait"), st.just(""), st.sampled_from(("1", "6", "11", "70")), st.just(""))


async def _do(desk: Reading, case_id: int, step: tuple[str, str, str, str]) -> None:
    what, who, words, other = step
    match what:
        case "tap":
            await desk.raw(who, words.format(c=case_id, p=desk.people[other].id))
        case "say":
            messages = desk.chats.get(desk.chat(who), {}).values()
            asked = next((m for m in sorted(messages, key=lambda m: -m.id) if m.force_reply), None)
            if asked is not None:
                await desk.reply(who, asked, words, who)
        case "change":
            me, now = desk.people[who], desk.clock.now()
            await desk.db.run(
                lambda uow: (
                    people.change(uow, desk.office, None, me.id, now, roles=frozenset({Role.VERIFIKATOR}))
                    if words == "role"
                    else people.change(
                        uow, desk.office, None, me.id, now, clearance=HIGH if words == "high" else Clearance.BIASA
                    )
                )
            )
            await desk.deliver()
        case _:
            await desk.wait(float(words))


async def _play(steps: list[tuple[str, str, str, str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        desk = await open_reading(Path(folder))
        try:
            made = await desk.secret()
            for step in [("tap", "kabid", "rs:b:{c}", "kabid"), *steps]:
                await _do(desk, made.id, step)
                case, now = await desk.case(made), desk.clock.now()
                allowed = {
                    person.telegram_id
                    for person in await desk.db.run(
                        lambda uow, case=case, now=now: secrecy.who_may_open(uow, desk.office, case, now)  # type: ignore[misc]
                    )
                }
                for chat in desk.chats:
                    assert chat in allowed or not desk.sees(chat), (chat, step)
                    assert not desk.sees(chat, "nama-agen") or chat in allowed, (chat, step)
            await desk.wait(11)
            assert not any(desk.sees(chat) for chat in desk.chats)
        finally:
            await desk.db.close()


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(st.lists(st.one_of(TAP, TAP, TAP, SAY, CHANGE, WAIT), min_size=4, max_size=16))
def test_no_sequence_of_taps_shows_content_to_somebody_not_allowed(steps: list[tuple[str, str, str, str]]) -> None:
    asyncio.run(_play(steps))
