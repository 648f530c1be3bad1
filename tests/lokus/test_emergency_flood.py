"""A call for help waits behind nobody's flood, and nobody gets round the flood gate by crying for help."""

from __future__ import annotations

from bot.flood import FloodGate
from handlers.incoming import Incoming
from simulator.agency import Agency
from tests.dialog.script import play
from tests.lokus.field import begun, entries
from tests.lokus.story import lokus, to_the_field

NEVER = 1e-6
"""Updates a second: whatever is slowed down at this rate comes in eleven days."""


def closed(desa: Agency, burst: float = 0.0) -> None:
    """From now on the gate lets nothing through but ``burst`` updates a person."""
    gate = desa.app.dispatcher.gate
    gate.rate, gate.burst = NEVER, burst
    gate._buckets.clear()


async def test_the_call_waits_for_nothing_of_its_senders_flood(desa: Agency) -> None:
    case = await to_the_field(desa)
    await play(desa, (*begun("anggota1"), ("anggota1", "ketuk", "Mundur/Darurat")))
    phone, kabid, group = desa.phone("anggota1"), desa.phone("kabid"), desa.groups["verifikasi"]
    await desa.phone("anggota2").joins(group)
    await desa.quiet()
    closed(desa)
    for number in range(5):
        await phone.says(f"Catatan {number}")
    phone.tap(max(phone.chat().pinned), f"ld:y:{case.id}:p")
    alert = await kabid.sees("memanggil bantuan")
    # The queue before it has drained, and the answer of somebody who floods likewise is not held up either.
    await desa.quiet()
    assert sum(entry.kind == "text" for entry in await entries(desa, "anggota1")) == 5
    await kabid.says("/bantuan")
    await kabid.taps("Saya tangani", on=alert)
    await desa.quiet()
    # In a group, where what a flooding member sends is dropped, the call is taken; nothing else is.
    said = await desa.phone("anggota2").says("/darurat", group)
    await desa.phone("anggota2").sees("Mundur/Darurat?", after=said.id)
    await desa.phone("verifikator").says("/status", group)
    await desa.quiet()
    assert [call.method for call in desa.world.calls if call.chat_id == group.id] == []
    assert (await lokus(desa))[0].step == "pelaksanaan"


async def test_words_of_danger_count_and_a_person_without_a_duty_is_slowed(desa: Agency) -> None:
    await to_the_field(desa)
    gate, phone = desa.app.dispatcher.gate, desa.phone("agen")
    closed(desa, 2.0)
    for _ in range(12):
        await phone.says("/darurat")
    await desa.phone("anggota2").says("Masih di jalan")
    await desa.phone("anggota2").says("Sebentar lagi")
    await desa.phone("anggota2").says("Hampir sampai")
    await desa.phone("anggota2").says("tolong!")
    await desa.phone("anggota2").sees("Mundur/Darurat?")
    answers = [message for message in phone.messages() if not message.mine]
    assert len(answers) == 2, phone.transcript()
    # Looked up a few times, then never again.
    assert gate._calls[desa.users["agen"].id][0] < 1


def test_each_person_has_a_few_calls_and_more_with_time() -> None:
    now = [0.0]
    gate = FloodGate(lambda: now[0], burst=1.0, call_rate=0.1, call_burst=3.0)
    assert [gate.may_call(7) for _ in range(5)] == [True, True, True, False, False]
    assert gate.may_call(8)
    now[0] = 9.0
    assert not gate.may_call(7)
    now[0] = 11.0
    assert [gate.may_call(7), gate.may_call(7)] == [True, False]
    note = Incoming(1, "message", 7, sender_id=7)
    assert [gate.delay(note), gate.delay(note)] == [0.0, 0.5]
