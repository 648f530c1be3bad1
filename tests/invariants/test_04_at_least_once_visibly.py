"""Invariant 4: what was said arrives at least once, a repeat is recognisable, and one chat's trouble is its own."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from sqlalchemy import select

from domain.notices import Notice, Show, View
from simulator import membership
from simulator.agency import Agency
from simulator.people import NotSeen
from storage.tables import outbox, slots
from tests.invariants.house import assert_whole, data_of, messages_with, rows, submit, until

GROUP = "verifikasi"


def cards(desa: Agency, ref: str) -> list[Any]:
    """The cards of a report in the verifiers' group, wherever that group is now."""
    group = desa.phone("verifikator").chat(desa.groups[GROUP])
    return [m for m in messages_with(group, ref) if "Kebakaran" in m.text]


@pytest.mark.parametrize("hang", [0.0, 2.5])
async def test_a_lost_answer_is_repeated_once_with_the_same_reference(desa: Agency, hang: float) -> None:
    await submit(desa.phone("agen2"), "Banjir", "Doro")
    await desa.phone("verifikator").sees("Menunggu verifikasi", desa.groups[GROUP])
    await desa.quiet()
    desa.world.faults.lost_answer("sendMessage", desa.groups[GROUP].id, hang=hang)
    ref = await submit(desa.phone("agen"), "Kebakaran dua kios")
    await until(lambda: len(cards(desa, ref)) >= 2)
    await desa.quiet()
    assert len(cards(desa, ref)) == 2
    # The newer one is the case's card: it is the one that follows.
    verifier = desa.phone("verifikator")
    newest = cards(desa, ref)[-1]
    await verifier.taps("Setujui", desa.groups[GROUP], on=newest)
    await verifier.sees("Pilih nilai sumber", desa.groups[GROUP])


@pytest.mark.parametrize("fault", ["server_error", "bad_gateway", "offline"])
async def test_a_server_that_fails_is_asked_again(desa: Agency, fault: str, lines: StringIO) -> None:
    getattr(desa.world.faults, fault)(method="sendMessage", times=3)
    ref = await submit(desa.phone("agen"), "Kebakaran dua kios")
    await desa.phone("verifikator").sees("Kebakaran dua kios", desa.groups[GROUP])
    await desa.quiet()
    assert len(cards(desa, ref)) == 1
    assert "<html>" not in lines.getvalue()


async def test_a_flood_limit_in_one_chat_holds_back_no_other(desa: Agency) -> None:
    fault = desa.world.faults.flood(60, chat_id=desa.groups[GROUP].id)
    await submit(desa.phone("agen"), "Kebakaran dua kios")
    await desa.phone("agen2").says("/nihil")
    await desa.phone("agen2").sees("Nihil diterima")
    assert fault.hits == 1
    assert messages_with(desa.groups[GROUP], "Kebakaran") == []
    assert desa.app.sender.waiting > 0


async def test_who_blocked_the_bot_is_marked_told_of_once_and_welcome_again(desa: Agency) -> None:
    agent, admin = desa.phone("agen"), desa.phone("admin")
    fault = desa.world.faults.blocked(agent.person.id)
    await agent.says("/menu")
    await admin.sees("Elang-07")

    def say_more(uow: Any) -> None:
        for _ in range(3):
            uow.outbox.add(Notice(agent.person.id, Show(View("galat/umum"))))

    await desa.app.database.run(say_more)
    await desa.restart()
    await desa.app.database.run(say_more)
    await desa.quiet()
    assert fault.hits == 1
    assert len(messages_with(admin.chat(), "Elang-07")) == 1
    marked = await desa.app.database.run(lambda uow: uow.people.by_telegram_id(agent.person.id))
    assert marked is not None
    assert marked.unreachable_at is not None
    desa.world.faults.clear()
    await agent.says("/start")
    await agent.sees("Elang-07")
    marked = await desa.app.database.run(lambda uow: uow.people.by_telegram_id(agent.person.id))
    assert marked is not None
    assert marked.unreachable_at is None
    await agent.says("/nihil")
    await agent.sees("Nihil diterima")


async def test_a_real_block_and_what_waits_for_that_person(desa: Agency) -> None:
    agent, admin = desa.phone("agen"), desa.phone("admin")
    ref = await submit(agent, "Kebakaran dua kios")
    await agent.blocks_bot()
    await desa.quiet()
    verifier, group = desa.phone("verifikator"), desa.groups[GROUP]
    await verifier.taps("Tolak", group)
    await verifier.taps("Laporan ganda", group)
    await verifier.sees("ditolak Garuda-01", group)
    await desa.quiet()
    assert len(messages_with(admin.chat(), "Elang-07")) == 1
    await agent.unblocks_bot()
    await agent.says("/status")
    await agent.sees(ref, after=agent.last())


async def test_a_group_that_becomes_a_supergroup_gets_its_card_once_and_taps_go_on(desa: Agency) -> None:
    old = desa.groups[GROUP]
    first = await submit(desa.phone("agen"), "Kebakaran dua kios")
    verifier = desa.phone("verifikator")
    await verifier.sees("Kebakaran dua kios", old)
    await desa.quiet()
    desa.world.faults.offline("getUpdates")  # Telegram's word about it comes later than the next card
    new = membership.upgrade(desa.world, old)
    await desa.app.database.run(lambda uow: None)
    desa.world.faults.clear()
    second = await submit(desa.phone("agen2"), "Kebakaran gudang", "Doro")
    card = await verifier.sees("Kebakaran gudang", new, button="Setujui")
    await desa.quiet()
    assert len(cards(desa, second)) == 1
    assert messages_with(old, second) == []
    await verifier.taps_data(card, data_of(card.buttons, "Setujui"), new)
    await verifier.taps("Setujui B2", new)
    await verifier.sees("disetujui Garuda-01", new)

    def ids(uow: Any) -> set[int]:
        found = {group.chat_id for group in uow.groups.all()}
        found |= {chat for (chat,) in uow.conn.execute(select(slots.c.chat_id)).all() if chat < 0}
        return found | {
            c for (c,) in uow.conn.execute(select(outbox.c.chat_id).where(outbox.c.status == "pending")).all() if c < 0
        }

    found = await desa.app.database.run(ids)
    assert new.id in found
    assert old.id not in found
    assert {case.ref for case in await assert_whole(desa.app.database)} == {first, second}


async def test_a_card_sent_while_the_group_migrates_arrives_once(desa: Agency) -> None:
    old = desa.groups[GROUP]
    await desa.quiet()
    bot = desa.world.bot()
    allowed, bot.allowed = bot.allowed, frozenset({"callback_query"})  # the service message is never told
    new = membership.upgrade(desa.world, old)
    bot.allowed = allowed
    ref = await submit(desa.phone("agen"), "Kebakaran dua kios")
    await desa.phone("verifikator").sees("Kebakaran dua kios", new)
    await desa.quiet()
    assert len(cards(desa, ref)) == 1
    bound = await desa.app.database.run(lambda uow: uow.groups.for_purpose("verifikasi"))
    assert [group.chat_id for group in bound] == [new.id]


async def test_the_same_content_again_counts_as_done(desa: Agency) -> None:
    phone = desa.phone("agen")
    await phone.says("/lapinfo")
    asked = await phone.sees("Laporan pagi")
    tap = data_of(asked.buttons, "Ada kejadian")
    for _ in range(3):
        await phone.taps_data(asked, tap)
    await phone.sees("Bidang")
    await desa.quiet()
    statuses = await desa.app.database.run(lambda uow: {status for (status,) in rows(uow, "outbox", "status")})
    assert "dead" not in statuses
    assert "pending" not in statuses
    assert any("not modified" in call.error for call in desa.world.calls), "the fault was not met"
    assert len(messages_with(phone.chat(), "Bidang")) == 1


async def test_html_that_is_refused_goes_out_as_plain_words(desa: Agency, monkeypatch: pytest.MonkeyPatch) -> None:
    real = desa.app.renderer.text
    monkeypatch.setattr(
        desa.app.renderer, "text", lambda key, params: real(key, params) + ("<b>terbuka" if "nihil" in key else "")
    )
    phone = desa.phone("agen")
    await phone.says("/nihil")
    await phone.sees("Nihil diterima")
    await desa.quiet()
    assert len(messages_with(phone.chat(), "Nihil diterima")) == 1


async def test_a_tap_answered_too_late_still_took_effect(desa: Agency) -> None:
    desa.world.callback_ttl = -1.0
    phone = desa.phone("agen")
    await phone.says("/lapinfo")
    asked = await phone.sees("Laporan pagi")
    phone.tap(asked, data_of(asked.buttons, "Nihil"))
    await phone.sees("Nihil diterima")
    with pytest.raises(NotSeen):
        await phone.answered(phone.tap(asked, "f:1:x"), 0.3)
    assert len(await assert_whole(desa.app.database, pending=True)) == 1
