"""The limits in simulated time, and who goes first."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.lanes import Lanes
from bot.pacing import Kind, Limits, Pacer, Window
from domain.notices import Delete, Notice, Priority, Show, View
from storage.outbox import OutboxRow

NOW = datetime(2026, 11, 20, tzinfo=UTC)
GROUP = -100


def row(
    number: int, chat_id: int, priority: Priority = Priority.REPLY, slot: str | None = None, **show: Any
) -> OutboxRow:
    action = Show(View("kata"), slot=slot, **show)
    return OutboxRow(number, chat_id, action, priority, None, None, slot, 0, False, 0, NOW)


def message(_row: OutboxRow) -> tuple[Kind, int]:
    return "message", 1


def play(
    lanes: Lanes, start: float = 0.0, seconds: float = 3600.0, took: float = 0.05
) -> list[tuple[float, OutboxRow]]:
    """Send everything in simulated time, each call taking ``took`` seconds; what went when."""
    now, out = start, list[tuple[float, OutboxRow]]()
    flying: list[tuple[float, OutboxRow]] = []
    while now < start + seconds:
        flying.sort(key=lambda entry: entry[0])
        while flying and flying[0][0] <= now:
            lanes.done(flying.pop(0)[1], now)
        while (taken := lanes.take(now)) is not None:
            lanes._pacer.give_room(taken.priority)
            lanes._pacer.spend(taken.chat_id, "message", taken.priority, now)
            out.append((now, taken))
            flying.append((now + took, taken))
        moments = [entry[0] for entry in flying]
        if (moment := lanes.next_moment(now)) is not None:
            moments.append(moment)
        if not moments:
            break
        now = max(min(moments), now + 1e-6)
    return out


def keeps(moments: list[float], window: Window) -> bool:
    moments = sorted(moments)
    pairs = zip(moments, moments[window.count :], strict=False)
    return all(later - earlier >= window.seconds - 1e-6 for earlier, later in pairs)


@given(st.lists(st.tuples(st.sampled_from([1, 2, 3, GROUP, -200]), st.sampled_from(list(Priority))), max_size=150))
def test_no_window_is_ever_exceeded_and_everything_goes(wanted: list[tuple[int, Priority]]) -> None:
    limits = Limits.telegram()
    lanes = Lanes(Pacer(limits), message)
    for number, (chat_id, priority) in enumerate(wanted, 1):
        lanes.add(row(number, chat_id, priority), NOW, 0.0)
    sent = play(lanes)
    assert sorted(taken.id for _, taken in sent) == list(range(1, len(wanted) + 1))
    by_chat = defaultdict(list)
    for moment, taken in sent:
        by_chat[taken.chat_id].append(moment)
    assert all(keeps([moment for moment, _ in sent], window) for window in limits.overall)
    bulk = [moment for moment, taken in sent if taken.priority >= Priority.ORDINARY]
    assert all(keeps(bulk, window) for window in limits.bulk)
    for chat_id, moments in by_chat.items():
        windows = limits.private if chat_id > 0 else limits.group
        assert all(keeps(moments, window) for window in windows)
        mine = [(taken.priority, taken.id) for _, taken in sent if taken.chat_id == chat_id]
        assert mine == sorted(mine)


def test_telegrams_published_limits_hold() -> None:
    limits = Limits.telegram()
    assert all(window.count <= 30 and window.seconds >= 1 for window in limits.overall)
    assert limits.group == (Window(20, 63.0),)
    (private,) = limits.private
    assert private.count / private.seconds <= 1


def test_a_reply_never_waits_behind_a_thousand_broadcasts() -> None:
    lanes = Lanes(Pacer(Limits.telegram()), message)
    for number in range(1000):
        lanes.add(row(number + 1, number + 1, Priority.BROADCAST), NOW, 0.0)
    play(lanes, 0.0, 10.2)
    lanes.add(row(5001, 7777), NOW, 10.2)
    lanes.add(row(5002, 12), NOW, 10.2)
    waits = [moment - 10.2 for moment, taken in play(lanes, 10.2, 5.0) if taken.id > 5000]
    assert len(waits) == 2
    assert max(waits) < 0.1


def test_a_group_full_of_cards_has_room_for_answers() -> None:
    lanes = Lanes(Pacer(Limits.telegram()), message)
    for number in range(100):
        lanes.add(row(number + 1, GROUP, Priority.ORDINARY), NOW, 0.0)
    play(lanes, 0.0, 58.0)
    for number in range(4):
        lanes.add(row(500 + number, GROUP), NOW, 58.0)
    answers = [moment for moment, taken in play(lanes, 58.0, 400.0) if taken.id >= 500]
    assert answers[-1] - 58.0 < 1.0


def test_a_hundred_cards_arrive_within_seven_minutes() -> None:
    lanes = Lanes(Pacer(Limits.telegram()), message)
    for number in range(100):
        lanes.add(row(number + 1, GROUP, Priority.ORDINARY), NOW, 0.0)
    sent = play(lanes)
    assert [taken.id for _, taken in sent] == list(range(1, 101))
    assert sent[-1][0] < 420


def test_what_takes_long_to_prepare_counts_when_it_goes() -> None:
    pacer = Pacer(Limits((Window(3, 1.0),), (), (), (), (), ()))
    lanes = Lanes(pacer, message)
    for number in range(1, 8):
        lanes.add(row(number, number), NOW, 0.0)
    taken = [lanes.take(0.0) for _ in range(3)]
    assert [one.id for one in taken if one is not None] == [1, 2, 3]
    # However long they are prepared, nobody takes their room: together they would be more than the window allows.
    assert lanes.take(5.0) is None
    assert lanes.next_moment(5.0) == pytest.approx(5.005)
    for one in taken:
        assert one is not None
        pacer.give_room(one.priority)
        pacer.spend(one.chat_id, "message", one.priority, 5.0)
    assert lanes.take(5.5) is None
    assert lanes.next_moment(5.5) == 6.0
    assert lanes.take(6.0) is not None


def test_what_never_goes_gives_its_room_back() -> None:
    pacer = Pacer(Limits((Window(1, 60.0),), (Window(1, 60.0),), (), (), (), ()))
    lanes = Lanes(pacer, message)
    lanes.add(row(1, 1, Priority.BROADCAST), NOW, 0.0)
    lanes.add(row(2, 2, Priority.BROADCAST), NOW, 0.0)
    assert lanes.take(0.0) is not None
    assert lanes.take(0.0) is None
    pacer.give_room(Priority.BROADCAST)
    assert lanes.take(0.0) is not None


def test_a_held_chat_waits_alone() -> None:
    pacer = Pacer(Limits.telegram())
    lanes = Lanes(pacer, message)
    pacer.hold(1, 30.0)
    lanes.add(row(1, 1), NOW, 0.0)
    lanes.add(row(2, 1, Priority.URGENT), NOW, 0.0)
    lanes.add(row(3, 2), NOW, 0.0)
    assert [(moment, taken.id) for moment, taken in play(lanes)] == [(0.0, 3), (30.0, 2), (30.05, 1)]


def test_an_album_counts_each_of_its_messages() -> None:
    pacer = Pacer(Limits.telegram())
    pacer.spend(GROUP, "message", Priority.REPLY, 0.0, 10)
    pacer.spend(GROUP, "message", Priority.REPLY, 0.0, 8)
    assert pacer.chat_at(GROUP, "message", Priority.REPLY, 1.0, 2) == 1.0
    assert pacer.chat_at(GROUP, "message", Priority.REPLY, 1.0, 3) == 63.0


def test_memory_follows_the_active_chats() -> None:
    pacer = Pacer(Limits.telegram())
    for chat_id in range(1, 1001):
        pacer.spend(chat_id, "message", Priority.REPLY, 0.0)
    pacer.forget_idle(100.0)
    assert pacer._chats == {}


@pytest.mark.parametrize("priority", [Priority.URGENT, Priority.ORDINARY])
def test_a_newer_show_replaces_what_waits_for_its_slot(priority: Priority) -> None:
    lanes = Lanes(Pacer(Limits.none()), message)
    lanes.add(row(1, 1, Priority.REPLY, "k"), NOW, 0.0)
    lanes.add(row(2, 1, Priority.REPLY, "k", fresh=True), NOW, 0.0)
    assert [old.id for old in lanes.add(row(3, 1, priority, "k"), NOW, 0.0)] == [1]
    assert {taken.id for _, taken in play(lanes)} == {2, 3}
    assert lanes.count == 0


def test_a_notice_that_failed_is_not_tried_again_when_a_newer_one_waits() -> None:
    lanes = Lanes(Pacer(Limits.none()), message)
    lanes.add(row(1, 1, slot="k"), NOW, 0.0)
    first = lanes.take(0.0)
    assert first is not None
    lanes.add(row(2, 1, slot="k"), NOW, 0.0)
    assert not lanes.put_back(first, 0.0)
    assert [taken.id for _, taken in play(lanes)] == [2]


def test_dropped_notices_go_out_of_the_lanes() -> None:
    lanes = Lanes(Pacer(Limits.none()), message)
    delete = OutboxRow(3, 1, Delete(slot="k"), Priority.REPLY, None, None, "k", 0, False, 0, NOW)
    for given_row in (row(1, 1, slot="k"), row(2, 1), delete):
        lanes.add(given_row, NOW, 0.0)
    lanes.drop([1, 3, 99])
    assert [taken.id for _, taken in play(lanes)] == [2]
    assert Notice(1, delete.action).priority == Priority.REPLY
