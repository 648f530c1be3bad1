"""Every role and clearance against every action: who may not know of it gets the answer for what does not exist."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest

from domain.model import Case
from domain.notices import Ack, Notice, Show, View
from domain.ports import UnitOfWork
from domain.roles import Clearance, Role
from domain.usecases import people
from tests.lapsus_reader.desk import HIGH, Reading

ACTIONS: dict[str, Callable[[int, int], str]] = {
    "open": lambda case, who: f"rs:b:{case}",
    "open by an ordinary button": lambda case, who: f"lihat:b:{case}",
    "files": lambda case, who: f"rs:l:{case}",
    "files by an ordinary button": lambda case, who: f"lihat:l:{case}",
    "photos by an ordinary button": lambda case, who: f"lihat:f:{case}",
    "voice by an ordinary button": lambda case, who: f"lihat:s:{case}",
    "back to the panel": lambda case, who: f"rs:k:{case}",
    "approve": lambda case, who: f"v:s:{case}:1:verifikasi",
    "approve an old version": lambda case, who: f"v:s:{case}:9:verifikasi",
    "approve at another step": lambda case, who: f"v:s:{case}:1:persetujuan",
    "value": lambda case, who: f"v:n:{case}:1:verifikasi:A1",
    "acknowledge": lambda case, who: f"v:a:{case}:1:verifikasi",
    "revise": lambda case, who: f"v:r:{case}:1:verifikasi",
    "revise with a reason": lambda case, who: f"v:rq:{case}:1:verifikasi:kurang",
    "revise in words": lambda case, who: f"v:rl:{case}:1:verifikasi",
    "reject": lambda case, who: f"v:t:{case}:1:verifikasi",
    "reject with a reason": lambda case, who: f"v:tq:{case}:1:verifikasi:hoaks",
    "reject in words": lambda case, who: f"v:tl:{case}:1:verifikasi",
    "decline": lambda case, who: f"v:d:{case}:1:verifikasi",
    "back": lambda case, who: f"v:k:{case}:1:verifikasi",
    "write down": lambda case, who: f"v:w:{case}:1:verifikasi",
    "link": lambda case, who: f"v:i:{case}:1:verifikasi:1",
    "admit": lambda case, who: f"rs:i:{case}",
    "admit somebody": lambda case, who: f"rs:p:{case}:{who}",
    "take an admission back": lambda case, who: f"rs:x:{case}:{who}",
    "who reported": lambda case, who: f"id:t:1:{case}",
    "card": lambda case, who: f"tg:k:{case}",
    "hand over": lambda case, who: f"tg:h:{case}",
    "hand over to somebody": lambda case, who: f"tg:g:{case}:{who}",
}
UNKNOWN = 424242
NOT_FOUND = Ack("galat/tidak_ditemukan", alert=True)
READERS = {"verifikasi": {Role.KABID, Role.KASUBBID}, "persetujuan": {Role.KABID, Role.KASUBBID, Role.KEPALA}}


async def _are_like_not_found(
    desk: Reading, who: str, case: Case, actions: Iterable[str] = ACTIONS, chat: int | str | None = None
) -> None:
    """The same answer as for a case that does not exist, nothing sent anywhere, one event more for each attempt."""
    me, wanted = desk.people[who], list(actions)
    denied = len(await desk.kinds(case, "denied"))
    waiting = await desk.waiting()
    for action in wanted:
        known = await desk.raw(who, ACTIONS[action](case.id, me.id), chat, deliver=False)
        assert known == NOT_FOUND, (who, action, known)
    assert await desk.waiting() == waiting, (who, wanted)
    events = (await desk.kinds(case, "denied"))[denied:]
    assert [event.actor_id for event in events] == [me.id] * len(wanted), who


@pytest.mark.parametrize("clearance", list(Clearance))
@pytest.mark.parametrize("step", sorted(READERS))
@pytest.mark.parametrize("roles", [list(Role)[:5], list(Role)[5:11], list(Role)[11:]], ids=["1", "2", "3"])
async def test_no_role_without_the_right_can_tell_it_from_what_does_not_exist(
    desk: Reading, step: str, clearance: Clearance, roles: list[Role]
) -> None:
    case = await desk.secret()
    if step == "persetujuan":
        await desk.press("kabid", "Buka")
        await desk.press("kabid", "Setujui")
    for role in roles:
        who = f"uji-{role.value}"
        await desk.hire(who, role, clearance=clearance)
        allowed = role in READERS[step] and clearance.secret
        if not allowed:
            await _are_like_not_found(desk, who, case)
        await desk.raw(who, f"rs:b:{case.id}")
        assert desk.sees(who) == allowed, (role, clearance)
    assert (await desk.case(case)).step == step


@pytest.mark.parametrize("who", ["agen", "kabid", "kepala", "admin"])
async def test_a_case_that_does_not_exist_is_answered_so_to_everybody_and_each_attempt_is_recorded(
    desk: Reading, who: str
) -> None:
    me, waiting = desk.people[who], await desk.waiting()
    for action, data in ACTIONS.items():
        answer = await desk.raw(who, data(UNKNOWN, me.id), deliver=False)
        assert answer == NOT_FOUND, (who, action, answer)
    assert await desk.waiting() == waiting
    assert [e.action for e in await desk.of(f"person:{me.id}")].count("denied") == len(ACTIONS)


PRIVATE = {"card", "hand over", "hand over to somebody", "who reported"}
"""These answer in the person's own chat only, whatever chat they come from."""


async def test_a_tap_in_a_group_is_answered_like_not_found_even_to_a_reader(desk: Reading) -> None:
    case = await desk.secret()
    await _are_like_not_found(desk, "kabid", case, ACTIONS.keys() - PRIVATE, -1001)
    answer = await desk.raw("kabid", ACTIONS["who reported"](case.id, 1), -1001)
    assert answer is not None
    assert answer.template == "galat/tombol_lama"
    for action in PRIVATE:
        await desk.raw("kabid", ACTIONS[action](case.id, 1), -1001)
    assert not desk.texts(-1001)


async def test_the_author_cannot_read_decide_or_admit(desk: Reading) -> None:
    await desk.hire("rangkap", Role.AGEN, Role.KABID, clearance=HIGH)
    case = await desk.secret("rangkap")
    await _are_like_not_found(desk, "rangkap", case)


async def test_another_region_is_not_told(desk: Reading) -> None:
    case = await desk.secret()
    await desk.hire("jauh", Role.KABID, regions=("Doro",), clearance=HIGH)
    await _are_like_not_found(desk, "jauh", case)
    await desk.hire("dekat", Role.KABID, regions=("Bojong",), clearance=HIGH)
    await desk.raw("dekat", f"rs:b:{case.id}")
    assert desk.sees("dekat")


@pytest.mark.parametrize("what", ["role", "clearance", "access"])
async def test_a_right_that_ended_between_the_notice_and_the_tap_opens_nothing(desk: Reading, what: str) -> None:
    case = await desk.secret()
    card = desk.card("kabid", case.ref)
    me = desk.people["kabid"].id

    def end(uow: UnitOfWork) -> None:
        now = desk.clock.now()
        match what:
            case "role":
                people.change(uow, desk.office, None, me, now, roles=frozenset({Role.VERIFIKATOR}))
            case "clearance":
                people.change(uow, desk.office, None, me, now, clearance=Clearance.TERBATAS)
            case _:
                people.revoke(uow, desk.office, None, me, now)

    await desk.db.run(end)
    await desk.deliver()
    answer = await desk.tap("kabid", card, "Buka", "kabid")
    assert answer
    assert not desk.sees("kabid")
    assert not await desk.kinds(case, "opened")
    if what != "access":
        assert await desk.kinds(case, "denied")


@pytest.mark.parametrize("what", ["role", "clearance", "access", "account"])
async def test_a_right_that_ends_takes_at_once_what_is_shown(desk: Reading, what: str) -> None:
    await desk.secret(files=1)
    await desk.press("kabid", "Buka")
    await desk.press("kabid", "Lampiran")
    me, old = desk.people["kabid"].id, desk.chat("kabid")

    def end(uow: UnitOfWork) -> None:
        now = desk.clock.now()
        match what:
            case "role":
                people.change(uow, desk.office, None, me, now, roles=frozenset({Role.VERIFIKATOR}))
            case "clearance":
                people.change(uow, desk.office, None, me, now, clearance=Clearance.TERBATAS)
            case "account":
                issued = people.hand_over(uow, desk.office, None, me, now)
                assert people.accept(uow, desk.office, issued.payload, 99001, "baru", now) is not None
            case _:
                people.revoke(uow, desk.office, None, me, now)

    await desk.db.run(end)
    await desk.deliver()
    assert not desk.sees(old)
    assert not [m for m in desk.chats[old].values() if m.files]


async def test_what_is_too_old_to_be_deleted_when_access_ends_is_reported(desk: Reading) -> None:
    case = await desk.secret()
    desk.later(hours=49)
    fresh = await desk.secret()
    await desk.db.run(lambda u: people.revoke(u, desk.office, None, desk.people["kabid"].id, desk.clock.now()))
    await desk.deliver()
    assert desk.sees("admin", case.ref)
    assert not desk.sees("admin", fresh.ref)
    assert not desk.sees("kabid", fresh.ref)
    (ended,) = [e for e in await desk.of(f"person:{desk.people['kabid'].id}") if e.action == "person.revoked"]
    assert ended.data["left"] == [case.ref]


@pytest.mark.parametrize("prompt", ["tanya-izin:{case}:{other}:{kabid}", "tanya-identitas:1:{case}:{kabid}"])
async def test_another_persons_question_cannot_be_answered(desk: Reading, prompt: str) -> None:
    case = await desk.secret()
    for who in ("analis", "kepala"):
        slot = prompt.format(case=case.id, other=desk.people[who].id, kabid=desk.people["kabid"].id)
        notice = Notice(desk.chat(who), Show(View("rahasia/tanya_identitas", {"alias": "pancingan"}), slot, fresh=True))
        await desk.db.run(lambda uow, notice=notice: uow.outbox.add(notice))  # type: ignore[misc]
        await desk.deliver()
        await desk.answers(who, "pancingan", "ingin tahu")
        assert not desk.sees(who, "nama-agen")
    assert not await desk.kinds(case, "admitted")


@pytest.mark.parametrize("words", ["LK-261121-0001", "buka LK-261121-0001", "/start LK-261121-0001"])
async def test_a_guessed_reference_typed_says_what_an_unknown_one_says(desk: Reading, words: str) -> None:
    case = await desk.secret()
    known = words.replace("LK-261121-0001", case.ref)
    unknown = words.replace("LK-261121-0001", "LK-261121-0999")
    for who in ("admin", "analis", "kabid"):
        await desk.says(who, known)
        first = desk.texts(who)[-1]
        await desk.says(who, unknown)
        second = desk.texts(who)[-1]
        assert first.replace(case.ref, "") == second.replace("LK-261121-0999", "")
        assert not desk.sees(who)


async def test_a_forwarded_or_stolen_card_opens_nothing(desk: Reading) -> None:
    case = await desk.secret()
    card = desk.card("kabid", case.ref)
    for who in ("agen", "analis", "pimpinan", "admin"):
        answer = await desk.tap(who, card, "Buka", who)
        assert answer
        assert case.ref not in answer
        assert not desk.sees(who)
