"""Where something belongs that is sent from the field: nothing is thrown away, and nothing goes astray."""

from __future__ import annotations

from datetime import datetime, timedelta

from domain.ports import UnitOfWork
from domain.usecases import lokus_field
from simulator.agency import Agency
from tests.dialog.script import Row, play
from tests.lokus.field import alerts, begun, emergencies, entries, live, member, reports_too
from tests.lokus.second import second_to_the_field
from tests.lokus.story import lokus, to_the_field


async def _sent(desa: Agency, who: str, number: int = 1) -> list[str]:
    """What that person sent into the log of that lokus: kind and words."""
    return [
        f"{entry.kind}: {entry.content.get('teks', '')}"
        for entry in await entries(desa, who, number)
        if entry.message_id is not None
    ]


async def _homes(desa: Agency, *moments: datetime) -> list[str | None]:
    """The last digit of the lokus to which something belongs that Camar-01 said then."""

    def work(uow: UnitOfWork) -> list[str | None]:
        me = uow.people.by_telegram_id(desa.users["anggota1"].id)
        assert me is not None
        found = (lokus_field.home(uow, desa.office, me, at) for at in moments)
        return [None if one is None else one[0].ref[-1] for one in found]

    return await desa.app.database.run(work)


async def _events(desa: Agency, action: str) -> int:
    case, _ = await lokus(desa)
    found = await desa.app.database.run(lambda uow: uow.events.of(f"case:{case.id}"))
    return sum(one.action == action for one in found)


async def test_what_is_sent_from_the_spot_is_kept_whatever_was_tapped(desa: Agency) -> None:
    await to_the_field(desa)
    await play(
        desa,
        (
            # Hours before the field opens a word is a word like any other, to the coordinator's bot too.
            ("koordinator_lapangan", "tulis", "Selamat pagi"),
            ("anggota1", "foto", "Bersiap"),
            ("anggota1", "lihat", "belum dapat"),
            ("anggota1", "jam", "12.10"),
            ("anggota1", "tulis", "Sudah di jalan"),
            ("anggota1", "lihat", "Ketuk Tiba di titik kumpul atau Mulai"),
            ("anggota1", "ketuk", "Tiba di titik kumpul"),
            ("anggota1", "tulis", "Jalan ditutup"),
            ("anggota1", "foto", "Penutupan jalan"),
            ("koordinator_lapangan", "foto", "Massa dari utara"),
        ),
    )
    assert await _sent(desa, "anggota1") == ["text: Jalan ditutup", "photo: Penutupan jalan"]
    assert await _sent(desa, "koordinator_lapangan") == ["photo: Massa dari utara"]
    between = desa.clock.now() + timedelta(minutes=2)  # after *Tiba*, before *Mulai*
    await play(
        desa,
        (
            ("anggota1", "maju", "5"),
            *begun("anggota1", "anggota2"),
            ("anggota1", "ketuk", "Selesai"),
            ("anggota1", "ketuk", "Ya, selesai"),
            ("anggota1", "maju", "1"),
            ("anggota1", "foto", "Lupa dikirim"),
            ("anggota1", "foto", "Lupa juga"),
            ("anggota1", "lihat", "juga masuk catatan lapangan"),
        ),
    )
    said = [message for message in desa.phone("anggota1").messages() if "juga masuk catatan" in message.text]
    assert len(said) == 1  # one message, however many things came
    # The last one's Selesai ends the field; what was forgotten still comes in, and is offered as what came late.
    await play(
        desa,
        (
            ("anggota2", "ketuk", "Selesai"),
            ("anggota2", "ketuk", "Ya, selesai"),
            ("anggota2", "foto", "Terakhir"),
            ("anggota1", "maju", "40"),
            ("anggota1", "tulis", "Sudah di rumah"),
            ("anggota1", "lihat", "belum dapat dipahami"),
        ),
    )
    assert (await _sent(desa, "anggota1"))[2:] == ["photo: Lupa dikirim", "photo: Lupa juga"]
    assert await _sent(desa, "anggota2") == ["photo: Terakhir"]
    assert await _homes(desa, between, between - timedelta(minutes=3)) == ["1", None]


async def test_a_report_of_somebody_who_has_just_left_is_no_note(desa: Agency) -> None:
    await reports_too(desa, "anggota1")
    await to_the_field(desa)
    await play(
        desa,
        (
            *begun("anggota1"),
            ("anggota1", "ketuk", "Selesai"),
            ("anggota1", "ketuk", "Ya, selesai"),
            ("anggota1", "tulis", "Nihil"),
            ("anggota1", "tidak", "masuk catatan"),
            ("anggota1", "foto", "Lupa dikirim"),
            ("anggota1", "lihat", "juga masuk catatan"),
        ),
    )
    assert await _sent(desa, "anggota1") == ["photo: Lupa dikirim"]


def _panel(desa: Agency, ref: str) -> str:
    """What stands on that lokus's pinned panel."""
    phone = desa.phone("anggota1")
    pinned = phone.chat().pinned
    return next(m.text for m in phone.messages() if m.id in pinned and m.text.removeprefix("⚠️ ").startswith(ref))


def _begun_again(who: str) -> tuple[Row, ...]:
    """*Mulai* in a second lokus, without looking at the answers."""
    return tuple(row for row in begun(who) if row[1] not in ("lihat", "jawab"))


async def test_two_at_once_share_the_signs_of_life_and_each_gets_its_own(desa: Agency) -> None:
    await to_the_field(desa)
    await play(desa, begun("anggota1", "anggota2"))
    said = desa.clock.now() + timedelta(minutes=5)
    await second_to_the_field(desa)
    desa.clock.advance(timedelta(minutes=20))
    await play(desa, _begun_again("anggota1"))
    # What was said before the second began belongs to the first, however late it comes.
    assert await _homes(desa, said, desa.clock.now()) == ["1", "2"]
    # A note in one says for both that the person is well: nobody is asked, nobody told of a silence.
    asked = alerts(desa, "anggota1", "<b>Aman?</b>")
    for turn in range(4):
        await play(
            desa,
            (
                ("anggota1", "maju", "29"),
                ("anggota1", "tulis", f"Semua tenang {turn}"),
                ("anggota2", "tulis", f"Tenang juga {turn}"),
            ),
        )
    assert alerts(desa, "anggota1", "<b>Aman?</b>") == asked
    assert (await member(desa, "anggota1", 1)).misses == (await member(desa, "anggota1", 2)).misses == 0
    assert len(await _sent(desa, "anggota1", 2)) == 4
    # Both ask at the same time: one tap answers both.
    await play(desa, (("anggota1", "maju", "31"), ("anggota1", "ketuk", "Aman")))
    assert live(desa, "anggota1", "🆘 Mundur/Darurat") == 2  # the two panels, and no question
    # In danger nobody is asked by the other one either, and the place is known in both.
    await play(desa, (("anggota1", "tulis", "/darurat"), ("anggota1", "ketuk", "LO-261120-0001")))
    assert "sekarang masuk ke LO-261120-0001" in _panel(desa, "LO-261120-0002")
    await play(desa, (("anggota1", "lokasi", ""), ("anggota1", "maju", "65")))
    assert (await emergencies(desa, 1))[0].content["titik"] is not None
    one, other = await member(desa, "anggota1", 1), await member(desa, "anggota1", 2)
    assert (other.content["posisi"], other.misses) == (one.content["posisi"], 0)
    await play(desa, (("anggota1", "ketuk", "Aman kembali"), ("anggota1", "ketuk", "Ya, aman")))
    assert "masuk catatan lapangan LO-261120-0002" in _panel(desa, "LO-261120-0002")
    await play(desa, (("anggota1", "ketuk", "Kirim ke lokus ini"), ("anggota1", "tulis", "Kembali tenang")))
    assert (await _sent(desa, "anggota1", 1))[-1] == "text: Kembali tenang"


async def test_an_edited_note_keeps_every_text_and_is_closed_with_the_report(desa: Agency) -> None:
    await to_the_field(desa)
    await play(
        desa,
        (
            *begun("anggota1"),
            ("anggota1", "tulis", "Massa 100"),
            ("anggota1", "maju", "2"),
            ("anggota1", "sunting", "Massa 100 > Massa 150"),
            ("anggota1", "maju", "2"),
            ("anggota1", "sunting", "Massa 150 > Massa 170"),
        ),
    )
    (note,) = [entry for entry in await entries(desa, "anggota1") if entry.kind == "text"]
    times = [(note.at + timedelta(minutes=more)).isoformat() for more in (2, 4)]
    assert note.content["riwayat"] == [["Massa 100", times[0]], ["Massa 150", times[1]]]
    assert (note.content["teks"], note.content["semula"]) == ("Massa 170", "Massa 100")
    assert (await _events(desa, "note_corrected"), await _events(desa, "note_kept")) == (2, 0)
    await play(
        desa,
        (
            ("kasubbid", "ketuk", "Batalkan"),
            ("kasubbid", "balas", "Mengapa lokus ini > Izin dicabut"),
            ("anggota1", "sunting", "Massa 170 > Massa 2.000 orang rusuh"),
            ("anggota1", "lihat", "tetap seperti semula"),
        ),
    )
    (same,) = [entry for entry in await entries(desa, "anggota1") if entry.kind == "text"]
    assert same.content == note.content
    assert (await _events(desa, "note_corrected"), await _events(desa, "note_kept")) == (2, 1)
