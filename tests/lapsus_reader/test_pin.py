"""The reader's PIN: demanded or of one's own will, deleted at once from the chat, locked after wrong tries."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.errors import NotPermitted
from domain.usecases import people, pins
from tests.lapsus_reader.desk import Reading

PIN, WRONG = "482915", "482916"


async def _set(desk: Reading, who: str = "kabid", pin: str = PIN) -> None:
    await desk.raw(who, "pn:s")
    await desk.answers(who, "PIN pembaca yang baru", pin)
    await desk.answers(who, "sekali lagi", pin)
    assert desk.sees(who, "terpasang")


def _nowhere(desk: Reading, *digits: str) -> bool:
    return not any(desk.sees(who, digit) for who in desk.people for digit in digits)


async def test_once_set_it_is_asked_before_opening_and_remembered_for_some_minutes(desk: Reading) -> None:
    await _set(desk)
    case = await desk.secret()
    desk.later(minutes=11)
    await desk.press("kabid", "Buka")
    assert not desk.sees("kabid")
    assert not await desk.kinds(case, "opened")
    await desk.answers("kabid", "untuk membuka", WRONG)
    assert not desk.sees("kabid")
    assert desk.sees("kabid", "sisa 4 kali")
    await desk.answers("kabid", "untuk membuka", PIN)
    assert desk.sees("kabid")
    await desk.press("kabid", "Tutup")
    await desk.press("kabid", "Buka")
    assert desk.sees("kabid")
    await desk.wait(11)
    await desk.press("kabid", "Buka")
    assert not desk.sees("kabid")
    assert _nowhere(desk, PIN, WRONG)


async def test_typed_without_replying_it_is_the_answer_all_the_same_and_is_deleted(desk: Reading) -> None:
    await _set(desk)
    await desk.secret()
    desk.later(minutes=11)
    await desk.press("kabid", "Buka")
    for slip in ("48291", f"{PIN}5123", "4829-1"):
        await desk.says("kabid", slip)
        assert not desk.sees("kabid")
    spaced = f"{PIN[:3]} {PIN[3:]}"
    await desk.says("kabid", spaced)
    assert desk.sees("kabid")
    assert _nowhere(desk, PIN, spaced, "48291", "4829-1")


async def test_wrong_tries_lock_it_for_a_time_tell_the_administrators_and_even_the_right_one_waits(
    desk: Reading,
) -> None:
    await _set(desk)
    case = await desk.secret()
    desk.later(minutes=11)
    await desk.press("kabid", "Buka")
    for _ in range(5):
        await desk.answers("kabid", "untuk membuka", WRONG)
    assert desk.sees("kabid", "terkunci")
    assert desk.sees("admin", "Kutilang-02 terkunci")
    await desk.press("kabid", "Buka")
    await desk.says("kabid", PIN)
    assert not desk.sees("kabid")
    assert not await desk.kinds(case, "opened")
    assert _nowhere(desk, PIN, WRONG)
    desk.later(minutes=31)
    await desk.press("kabid", "Buka")
    await desk.answers("kabid", "untuk membuka", PIN)
    assert desk.sees("kabid")


async def test_a_forgotten_one_is_taken_away_by_an_administrator_and_by_nobody_else(desk: Reading) -> None:
    await _set(desk)
    kabid = desk.people["kabid"].id
    for who in ("kabid", "kepala", "agen"):
        answer = await desk.raw(who, f"pn:r:{kabid}")
        assert answer is not None
        assert answer.template == "galat/tidak_berhak"
    await desk.secret()
    desk.later(minutes=11)
    answer = await desk.raw("admin", f"pn:r:{kabid}")
    assert answer is not None
    assert answer.template == "pin/ack_disetel_ulang"
    assert desk.sees("kabid", "dihapus oleh administrator")
    await desk.press("kabid", "Buka")
    assert desk.sees("kabid")
    actions = [event.action for event in await desk.of(f"person:{kabid}")]
    assert actions == ["pin.set", "pin.reset"]


async def test_where_the_agency_demands_one_nothing_opens_before_it_is_set(desk: Reading) -> None:
    lapsus = desk.office.profile.lapsus
    assert lapsus is not None
    strict = desk.office.profile.model_copy(update={"lapsus": lapsus.model_copy(update={"pin": "required"})})
    desk.office = replace(desk.office, profile=strict)
    await desk.secret()
    await desk.press("kabid", "Buka")
    assert not desk.sees("kabid")
    await desk.answers("kabid", "PIN pembaca yang baru", PIN)
    await desk.answers("kabid", "sekali lagi", PIN)
    await desk.press("kabid", "Buka")
    assert desk.sees("kabid")
    with pytest.raises(NotPermitted):
        await desk.db.run(lambda u: pins.remove(u, desk.office, desk.people["kabid"], desk.clock.now()))


async def test_changing_it_needs_the_old_one_and_easy_ones_are_refused(desk: Reading) -> None:
    await _set(desk)
    await desk.raw("kabid", "pn:s")
    await desk.answers("kabid", "PIN yang sekarang", WRONG)
    assert not desk.sees("kabid", "PIN pembaca yang baru")
    await desk.answers("kabid", "PIN yang sekarang", PIN)
    for easy in ("123456", "777777", "12345", "987654"):
        await desk.answers("kabid", "PIN pembaca yang baru", easy)
        assert desk.sees("kabid", "terlalu mudah")
    await desk.answers("kabid", "PIN pembaca yang baru", "730164")
    await desk.answers("kabid", "sekali lagi", "730165")
    assert desk.sees("kabid", "tidak sama")
    pin = await desk.db.run(lambda u: u.pins.get(desk.people["kabid"].id))
    assert pin is not None
    assert pin.hash is not None
    assert await desk.db.run(lambda u: u.pins.matches(pin.hash or "", PIN))


async def test_the_digits_are_nowhere_in_the_database_and_the_hash_is_encrypted(desk: Reading) -> None:
    await _set(desk)
    pin = await desk.db.run(lambda u: u.pins.get(desk.people["kabid"].id))
    assert pin is not None
    assert (pin.hash or "").startswith("$argon2id$")
    await desk.db.run(lambda u: u.conn.exec_driver_sql("SELECT 1"))
    folder = desk.db_folder
    data = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    assert PIN.encode() not in data
    assert b"$argon2id$" not in data


async def test_a_right_that_changed_has_it_asked_again(desk: Reading) -> None:
    await _set(desk)
    await desk.secret()
    await desk.db.run(
        lambda u: people.change(
            u, desk.office, None, desk.people["kabid"].id, desk.clock.now(), regions=("Bojong", "Doro")
        )
    )
    await desk.deliver()
    await desk.press("kabid", "Buka")
    assert not desk.sees("kabid")
