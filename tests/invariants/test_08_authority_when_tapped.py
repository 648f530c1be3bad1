"""Invariant 8: who may do what is looked up when the button is tapped; callback data only says what was tapped."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bot.clock import PracticeClock
from domain.model import Event
from domain.roles import Role
from domain.usecases import people
from simulator.agency import Agency, agency
from simulator.people import Phone, Refused
from storage.unit import UnitOfWork
from tests.dialog.conftest import KEY, MORNING, fast_parts
from tests.invariants.forgery import callbacks
from tests.invariants.house import all_cases, assert_whole, data_of, messages_with, one_message, rows, submit

GROUP = "verifikasi"
OUTSIDERS = ("agen2", "pimpinan", "piket", "tamu")
EVERYBODY = (*OUTSIDERS, "agen", "kepala", "verifikator", "verifikator2", "admin")
MAY: dict[str, set[Role]] = {
    "verified": {Role.VERIFIKATOR},
    "approved": {Role.KEPALA},
    "rejected": {Role.VERIFIKATOR, Role.KEPALA},
    "submitted": {Role.AGEN, Role.PIKET},
    "recorded": {Role.PIKET},
    "nihil": {Role.AGEN, Role.PIKET},
}


@asynccontextmanager
async def playing(folder: Path) -> AsyncIterator[Agency]:
    """An agency: a report waits for the verifiers, one for the head, and Elang-07 has a half-done one."""
    async with agency(folder, KEY, clock=PracticeClock(MORNING, frozen=True), parts=fast_parts()) as desa:
        if "tamu" not in desa.users:
            desa.users["tamu"] = desa.world.add_user(7999, "Tamu")  # type: ignore[index]
            desa.world.private_chat(desa.world.bot(), desa.users["tamu"]).started = True
        group, verifier = desa.groups[GROUP], desa.phone("verifikator")
        await submit(desa.phone("agen"), "Kebakaran dua kios")
        card = await verifier.sees("Kebakaran dua kios", group, button="Setujui")
        await verifier.taps("Setujui", group, on=card.id)
        await verifier.taps("Setujui B2", group)
        await desa.phone("kepala").sees("Nilai informasi")
        await submit(desa.phone("agen"), "Banjir setinggi lutut")
        await verifier.sees("Banjir setinggi lutut", group, button="Setujui")
        await desa.phone("agen").says("/lapinfo")
        await desa.phone("agen").taps("Ada kejadian")
        await desa.phone("agen").sees("Bidang")
        await desa.quiet()
        yield desa


def guarded(uow: UnitOfWork) -> Any:
    """What outsiders must not be able to touch."""
    agen = uow.people.by_telegram_id(7101)
    assert agen is not None
    return {
        "cases": [case for case in all_cases(uow) if case.author_id == agen.id],
        "people": uow.people.all(active_only=False),
        "groups": uow.groups.all(),
        "drafts": [uow.drafts.get(d.id) for d in uow.drafts.open(agen.id)],
        "invitations": rows(uow, "invitations", "id, used_at"),
    }


Forged = tuple[str, int, str, int | None, str]
"""Who taps, on which message, what; or instead the so-manyth data that any button has, with another number in it."""


def harvest(desa: Agency) -> list[str]:
    """Every callback data that stands under a message now."""
    chats = [*desa.world.private.values(), *desa.groups.values()]
    return sorted(
        {
            button["callback_data"]
            for chat in chats
            for message in chat.messages.values()
            for row in message.inline_keyboard
            for button in row
            if "callback_data" in button
        }
    )


def forged(known: list[str], data: str, seed: int | None, number: str) -> str:
    """Rubbish as given, or a real button with one of its numbers replaced."""
    if seed is None:
        return data
    pieces = known[seed % len(known)].split(":")
    places = [index for index, piece in enumerate(pieces) if piece.isdigit()]
    if places and number:
        pieces[places[seed % len(places)]] = number
    return ":".join(pieces)


def history(case_id: int, uow: UnitOfWork) -> Sequence[Event]:
    """What happened to a case."""
    return uow.events.of(f"case:{case_id}")


async def tap_all(desa: Agency, taps: list[Forged]) -> None:
    """Each tap on a message in the person's sight or, forged, in the group; all of them are answered."""
    for who, place, data, seed, number in taps:
        phone = desa.phone(who)
        chat = desa.groups[GROUP] if place % 3 == 0 else phone.chat()
        shown = [m for m in chat.messages.values() if m.sender is not None and m.sender.is_bot]
        if not shown:
            chat = desa.groups[GROUP]
            shown = [m for m in chat.messages.values() if m.sender is not None and m.sender.is_bot]
        tap = desa.world.tap(phone.person, shown[place % len(shown)], forged(harvest(desa), data, seed, number))
        await phone.answered(tap, 10)
    await desa.quiet()


def _taps(who: tuple[str, ...]) -> st.SearchStrategy[list[Forged]]:
    seeds = st.one_of(st.none(), st.integers(0, 400), st.integers(0, 400))
    one = st.tuples(
        st.sampled_from(who), st.integers(0, 40), callbacks, seeds, st.sampled_from(("", "1", "2", "3", "4"))
    )
    return st.lists(one, min_size=60, max_size=120)


_HOW: dict[str, Any] = {
    "max_examples": 4,
    "deadline": None,
    "suppress_health_check": list(HealthCheck),
    "derandomize": True,
    "database": None,
    "phases": (Phase.generate,),
}


@settings(**_HOW)
@given(taps=_taps(OUTSIDERS))
async def test_forged_taps_of_others_touch_nothing(tmp_path_factory: Any, lines: StringIO, taps: list[Forged]) -> None:
    async with playing(tmp_path_factory.mktemp("palsu")) as desa:
        before = await desa.app.database.run(guarded)
        await tap_all(desa, taps)
        assert await desa.app.database.run(guarded) == before
        await assert_whole(desa.app.database)
        assert "handler failed" not in lines.getvalue()


@settings(**_HOW)
@given(taps=_taps(EVERYBODY))
async def test_no_tap_of_anybody_breaks_anything(tmp_path_factory: Any, lines: StringIO, taps: list[Forged]) -> None:
    async with playing(tmp_path_factory.mktemp("siapa")) as desa:
        await tap_all(desa, taps)
        found = await assert_whole(desa.app.database)
        assert "handler failed" not in lines.getvalue()
        roles = {
            person.id: person for person in await desa.app.database.run(lambda uow: uow.people.all(active_only=False))
        }
        for case in found:
            for event in await desa.app.database.run(partial(history, case.id)):
                if event.actor_id is not None and event.action in MAY:
                    assert event.action == "submitted" or event.actor_id != case.author_id
                    held = (
                        {Role.AGEN, *roles[event.actor_id].roles}
                        if event.actor_id == case.author_id
                        else roles[event.actor_id].roles
                    )
                    assert held & MAY[event.action], (event.action, held)


async def test_a_role_revoked_between_screen_and_tap_is_gone(desa: Agency) -> None:
    await submit(desa.phone("agen"), "Kebakaran dua kios")
    verifier, group = desa.phone("verifikator"), desa.groups[GROUP]
    card = await verifier.sees("Kebakaran dua kios", group, button="Setujui")
    await verifier.says("/menu")
    await verifier.sees("Garuda-01")  # known to the bot by now, as somebody who may

    def revoke(uow: UnitOfWork) -> None:
        person = uow.people.by_telegram_id(verifier.person.id)
        assert person is not None
        people.revoke(uow, desa.office, None, person.id, desa.clock.now())

    await desa.app.database.run(revoke)
    answer = await verifier.taps_data(card, data_of(card.buttons, "Setujui"), group)
    assert answer.alert
    await desa.quiet()
    (case,) = await assert_whole(desa.app.database)
    assert case.status == "submitted"


async def test_the_draft_of_another_is_as_if_it_did_not_exist(desa: Agency) -> None:
    phone, other = desa.phone("agen"), desa.phone("agen2")
    await phone.says(one_message("Kebakaran dua kios"))
    summary = await phone.sees("Ringkasan", button="Kirim")
    send = data_of(summary.buttons, "Kirim")
    await other.says("/menu")
    mine = await other.sees("Merak-03")
    theirs = await other.taps_data(mine, send)
    guessed = await other.taps_data(mine, "f:987654:ok")
    assert theirs == guessed
    assert theirs.alert
    assert await desa.app.database.run(all_cases) == []


async def test_the_others_case_is_as_if_it_did_not_exist(desa: Agency) -> None:
    ref = await submit(desa.phone("agen"), "Kebakaran dua kios")
    other = desa.phone("agen2")
    await other.says("/menu")
    mine = await other.sees("Merak-03")
    for data in ("l:{}:k", "l:k:{}", "lihat:b:{}", "n:{}:k"):
        theirs = await other.taps_data(mine, data.format(1))
        guessed = await other.taps_data(mine, data.format(987654))
        assert theirs == guessed, data
        assert ref not in theirs.text
    await desa.quiet()
    assert "Kebakaran" not in other.transcript()


async def test_a_double_tap_on_kirim_is_one_report(desa: Agency) -> None:
    phone = desa.phone("agen")
    await phone.says(one_message("Kebakaran dua kios"))
    summary = await phone.sees("Ringkasan", button="Kirim")
    data = data_of(summary.buttons, "Kirim")
    taps = [phone.tap(summary, data) for _ in range(5)]
    await asyncio.gather(*(phone.answered(tap) for tap in taps))
    await phone.sees("Laporan diterima")
    await desa.quiet()
    assert len(await assert_whole(desa.app.database)) == 1
    cards = messages_with(desa.groups[GROUP], "Kebakaran dua kios")
    assert len(cards) == 1


async def test_a_double_tap_on_nihil_is_one_nihil(desa: Agency) -> None:
    phone = desa.phone("agen")
    await phone.says("/lapinfo")
    asked = await phone.sees("Laporan pagi")
    data = data_of(asked.buttons, "Nihil")
    await asyncio.gather(*(phone.answered(phone.tap(asked, data)) for _ in range(4)))
    await phone.sees("Nihil diterima")
    await desa.quiet()
    assert len(await assert_whole(desa.app.database)) == 1


async def test_a_forwarded_card_has_no_buttons_and_its_data_means_nothing_elsewhere(desa: Agency) -> None:
    await submit(desa.phone("agen"), "Kebakaran dua kios")
    verifier, group = desa.phone("verifikator"), desa.groups[GROUP]
    card = await verifier.sees("Kebakaran dua kios", group, button="Setujui")
    outsider: Phone = desa.phone("agen2")
    await outsider.says("/menu")
    screen = await outsider.sees("Merak-03")
    answer = await outsider.taps_data(screen, data_of(card.buttons, "Setujui"))
    assert answer.alert
    await desa.quiet()
    (case,) = await assert_whole(desa.app.database)
    assert case.status == "submitted"


async def test_a_name_taken_over_opens_no_door(desa: Agency) -> None:
    verifier = desa.phone("verifikator")
    impostor = desa.world.add_user(7990, verifier.person.first_name, username="garuda")
    desa.world.private_chat(desa.world.bot(), impostor).started = True
    phone = Phone(desa.world, impostor)
    await submit(desa.phone("agen"), "Kebakaran dua kios")
    card = await verifier.sees("Kebakaran dua kios", desa.groups[GROUP], button="Setujui")
    answer = await phone.answered(
        desa.world.tap(impostor, desa.groups[GROUP].messages[card.id], data_of(card.buttons, "Setujui"))
    )
    assert answer.alert
    with pytest.raises(Refused):
        await phone.forwards(card, desa.groups[GROUP], phone.chat())
    await desa.quiet()
    (case,) = await assert_whole(desa.app.database)
    assert case.status == "submitted"
