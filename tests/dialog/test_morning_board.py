"""The roll-call board of the coordination group: one pinned message, edited on a grid, numbers and no names."""

from __future__ import annotations

from datetime import timedelta

from domain.roles import Role
from simulator.agency import Agency
from simulator.views import MessageView
from tests.dialog.morning import away, joins, pass_to, who_is, work


def boards(desa: Agency) -> list[MessageView]:
    """The boards in the group, oldest first."""
    return [m for m in desa.phone("piket").messages(desa.groups["koordinasi"]) if "Apel pagi" in m.text]


async def shows(desa: Agency, words: str) -> MessageView:
    """The newest board, after the sweep that sees the change and the beat on which it is shown."""
    await desa.sweep()
    desa.clock.advance(timedelta(seconds=15))
    return await desa.phone("piket").sees(words, desa.groups["koordinasi"])


async def test_the_board_follows_the_morning(desa: Agency) -> None:
    await pass_to(desa, "04.59")
    assert boards(desa) == []
    await pass_to(desa, "05.00")
    (board,) = boards(desa)
    assert board.text == (
        "Apel pagi: 0 dari 2 (0%)\nJumat, 20 November 2026\nBatas 05.30 WIB\n\n"
        "Kejadian tepat waktu 0 · nihil 0\nTerlambat 0 · belum lapor 2\n\n"
        "Kecamatan\nDoro 0/1 · belum 1\nKajen 0/1 · belum 1\n\nUnsur\nFKDM 0/2 · belum 2"
    )
    assert board.pinned
    await desa.phone("agen").taps("Nihil")
    await desa.quiet()
    board = await shows(desa, "1 dari 2 (50%)")
    assert "Kajen 1/1 · nihil 1" in board.text
    assert "FKDM 1/2 · nihil 1 · belum 1" in board.text
    await pass_to(desa, "05.31")
    await desa.phone("agen2").taps("Nihil")
    await desa.quiet()
    board = await shows(desa, "2 dari 2 (100%)")
    assert "Doro 1/1 · terlambat 1" in board.text
    await pass_to(desa, "05.00")
    old, new = boards(desa)
    assert "Sabtu, 21 November 2026" in new.text
    assert "2 dari 2 (100%)" in old.text
    assert (old.pinned, new.pinned) == (False, True)


async def test_no_names_stand_on_the_board(desa: Agency) -> None:
    await pass_to(desa, "05.00", "05.35")
    (board,) = boards(desa)
    assert not any(name in board.text for name in ("Elang", "Merak", "Petugas", "Agen"))


async def test_leave_is_counted_apart(desa: Agency) -> None:
    await away(desa, "agen")
    await pass_to(desa, "05.00")
    (board,) = boards(desa)
    assert "0 dari 1 (0%)" in board.text
    assert "belum lapor 1 · izin 1" in board.text


async def test_edits_of_a_beat_go_out_once(desa: Agency) -> None:
    for number in range(30):
        await joins(desa, 7800 + number, Role.AGEN, desa.office.profile.regions[number % 19], source="FKUB")
    await pass_to(desa, "05.00")
    group = desa.groups["koordinasi"].id
    before = edits(desa, group)
    for number in range(30):
        await desa.phone(str(7800 + number)).taps("Nihil")
        await desa.quiet()
        desa.clock.advance(timedelta(seconds=1))
        await desa.sweep()
        await desa.quiet()
    board = await shows(desa, "30 dari 32 (93%)")
    assert edits(desa, group) - before <= 4
    assert len(board.text) < 1200


def edits(desa: Agency, chat_id: int) -> int:
    """How often a message of the chat was edited."""
    return sum(call.method == "editMessageText" and call.params.get("chat_id") == chat_id for call in desa.world.calls)


async def test_a_sweep_without_a_change_writes_nothing(desa: Agency) -> None:
    await pass_to(desa, "05.00")
    before = len(desa.world.calls)
    for _ in range(3):
        desa.clock.advance(timedelta(seconds=20))
        await desa.sweep()
        await desa.quiet()
    assert [call.method for call in desa.world.calls[before:] if call.method != "getUpdates"] == []


async def test_an_agent_without_kecamatan_and_source_has_a_line(desa: Agency) -> None:
    person = await who_is(desa, "agen")
    await work(desa, lambda uow: uow.people.change(person.id, regions=(), source=None))
    await pass_to(desa, "05.00")
    (board,) = boards(desa)
    assert "Kabupaten Pekalongan 0/1 · belum 1" in board.text
    assert "Tanpa unsur 0/1 · belum 1" in board.text
