"""Two hands at one instant, and hands that tap anything in any order."""

import asyncio
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.roles import Role
from tests.verification.desk import GROUP, Desk, open_desk


async def test_two_taps_at_the_same_instant_from_two_chats(desk: Desk) -> None:
    await desk.bind(-1002)
    for round_ in range(5):
        case = await desk.report(apa=f"Kejadian {round_}")
        here, there = desk.card(GROUP, case.ref), desk.card(-1002, case.ref)
        answers = await asyncio.gather(
            desk.send_data("nuri", f"v:n:{case.id}:1:verifikasi:B2", here, GROUP, deliver=False),
            desk.send_data("merpati", f"v:tq:{case.id}:1:verifikasi:hoaks", there, -1002, deliver=False),
        )
        assert sum(str(answer).startswith("Sudah ") for answer in answers) == 1
        assert len([e for e in await desk.events(case) if e.action in ("verified", "rejected")]) == 1
        await desk.deliver()
        assert not desk.card(GROUP, case.ref).buttons
        assert not desk.card(-1002, case.ref).buttons


_WHO = st.sampled_from(["nuri", "merpati", "agen", "dua", "kepala", "pimpinan"])
_STEPS = st.lists(st.tuples(_WHO, st.integers(0, 30)), max_size=25)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=_STEPS)
async def test_random_taps_leave_exactly_one_outcome(tmp_path_factory, steps: list[tuple[str, int]]) -> None:  # type: ignore[no-untyped-def]
    folder: Path = tmp_path_factory.mktemp("meja")
    desk = await open_desk(folder)
    try:
        await desk.hire("dua", Role.AGEN, Role.VERIFIKATOR, Role.KEPALA, regions=("Bojong",))
        case = await desk.report("dua")
        for who, number in steps:
            shown = [
                (chat, m, data)
                for chat, ms in desk.chats.items()
                for m in ms.values()
                for data in m.buttons.values()
                if data.startswith(("v:", "lihat:")) and (chat < 0 or chat == desk.people[who].telegram_id)
            ]
            if shown:
                chat, message, data = shown[number % len(shown)]
                await desk.send_data(who, data, message, chat)
        now, events = await desk.case(case), await desk.events(case)
        moves = [e for e in events if "status" in e.data]
        last = moves[-1].data
        assert (last["status"], last["step"], last["version"]) == (now.status, now.step, now.version)
        assert not [e for e in moves[1:] if e.actor_id == desk.people["dua"].id]
        decided = [(e.data["from"], e.data["version"]) for e in moves[1:]]
        assert len(decided) == len(set(decided))
        assert (now.value is not None) == ("verified" in [e.action for e in moves])
        assert any("Nilai informasi" in text for text in desk.texts("pimpinan")) == (now.status == "published")
        assert list(await desk.db.verify()) == []
        cards = {chat: desk.card(chat, ref) for chat, ref in desk.cards}
        live = [chat for chat, card in cards.items() if any(data.startswith("v:") for data in card.buttons.values())]
        assert len(live) == {"submitted": 1, "verified": 1}.get(now.status, 0)
    finally:
        await desk.db.close()
