"""The pinned count of a verification group, and a rush of reports."""

from domain.usecases import queue
from tests.verification.desk import GROUP, Desk


def pinned(desk: Desk) -> str:
    return desk.chats[GROUP][desk.pinned[GROUP]].text


async def test_the_pinned_message_counts_and_is_edited_in_place(desk: Desk) -> None:
    first = await desk.report()
    message = desk.pinned[GROUP]
    desk.later(minutes=25)
    await desk.report("agen2", apa="Pohon tumbang", dimana="Jalan raya")
    assert "Menunggu verifikasi: 2 laporan" in pinned(desk)
    assert f"Terlama 25 menit ({first.ref})" in pinned(desk)
    desk.later(minutes=60)
    await desk.db.run(lambda uow: queue.refresh(uow, desk.office, desk.clock.now()))
    await desk.deliver()
    assert "Terlama 1 jam 25 menit" in pinned(desk)
    assert desk.pinned[GROUP] == message
    for ref in [ref for chat, ref in desk.cards if chat == GROUP]:
        await desk.tap("nuri", desk.card(GROUP, ref), "Tolak")
        await desk.tap("nuri", desk.card(GROUP, ref), "Tidak benar")
    assert "Tidak ada yang menunggu" in pinned(desk)


async def test_the_minutely_refresh_is_silent_while_nothing_waits(desk: Desk) -> None:
    await desk.db.run(lambda uow: queue.refresh(uow, desk.office, desk.clock.now()))
    assert not await desk.db.run(lambda uow: uow.outbox.pending(10))


async def test_edits_of_one_beat_go_out_once_and_are_not_pushed_away_for_ever(desk: Desk) -> None:
    await desk.report()
    due = []
    for _ in range(10):
        await desk.report(send=False)
        rows = [row for row in await desk.db.run(lambda uow: uow.outbox.pending(1000)) if row.slot == queue.slot(GROUP)]
        assert len(rows) == 1
        assert rows[0].not_before is not None
        due.append(rows[0].not_before)
        desk.later(seconds=1)
    assert len(set(due)) == 1
    assert 0 < (due[0] - desk.clock.now()).total_seconds() + 10 <= 15
    desk.clock.move_to(due[0])  # its beat has come, and one more report before it went
    await desk.report(send=False)
    rows = [row for row in await desk.db.run(lambda uow: uow.outbox.pending(1000)) if row.slot == queue.slot(GROUP)]
    assert [row.not_before for row in rows] == [due[0]]


async def test_the_first_message_on_its_way_is_neither_sent_nor_pinned_twice(desk: Desk) -> None:
    await desk.report(send=False)
    rows = [row for row in await desk.db.run(lambda uow: uow.outbox.pending(1000)) if row.slot == queue.slot(GROUP)]
    await desk.report("agen2", send=False)
    await desk.db.run(lambda uow: queue.refresh(uow, desk.office, desk.clock.now()))
    again = [row for row in await desk.db.run(lambda uow: uow.outbox.pending(1000)) if row.slot == queue.slot(GROUP)]
    assert [row.id for row in again] == [row.id for row in rows]
    await desk.deliver()
    assert "Menunggu verifikasi: 1 laporan" in pinned(desk)
    await desk.db.run(lambda uow: queue.refresh(uow, desk.office, desk.clock.now()))
    await desk.deliver()
    assert "Menunggu verifikasi: 2 laporan" in pinned(desk)


async def test_what_was_put_off_is_said_even_when_nothing_waits_by_then(desk: Desk) -> None:
    case = await desk.report(send=False)
    await desk.db.run(lambda uow: queue.refresh(uow, desk.office, desk.clock.now(), changed=True))
    await desk.db.run(lambda uow: uow.cases.change(case, status="cancelled"))
    await desk.deliver()
    assert "Menunggu verifikasi: 1 laporan" in pinned(desk)
    await desk.db.run(lambda uow: queue.refresh(uow, desk.office, desk.clock.now()))
    await desk.deliver()
    assert "Tidak ada yang menunggu" in pinned(desk)
    await desk.db.run(lambda uow: queue.refresh(uow, desk.office, desk.clock.now()))
    assert not await desk.db.run(lambda uow: uow.outbox.pending(10))


async def test_a_hundred_reports_in_a_minute_all_get_their_card_the_urgent_first(desk: Desk) -> None:
    levels = ("Biasa", "Segera", "Sangat Segera")
    cases = []
    for number in range(100):
        cases.append(
            await desk.report(
                send=False,
                derajat=levels[number % 3],
                apa=f"Kejadian nomor {number}",
                kecamatan=desk.office.profile.regions[number % 19],
            )
        )
        desk.later(milliseconds=600)
    await desk.deliver()
    order = [line for chat, line in desk.sent if chat == GROUP and "LI-" in line]
    assert len(order) == 100
    await desk.db.run(lambda uow: queue.refresh(uow, desk.office, desk.clock.now()))
    await desk.deliver()
    ranks = [0 if "SANGAT SEGERA" in line else 1 if "SEGERA" in line else 2 for line in order]
    assert ranks == sorted(ranks)
    assert "Menunggu verifikasi: 100 laporan" in pinned(desk)
    assert "Sangat segera: 33" in pinned(desk)
    assert {desk.card(GROUP, case.ref).text.splitlines()[0] for case in cases} == set(order)
