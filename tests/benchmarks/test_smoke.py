"""The benchmark still runs, and what it says about API calls holds: one for a text, two for a tap, one card."""

import pytest

from benchmarks.harness import BotName, Plan, play
from benchmarks.players import Done, Say, Scenario, Stuck, Tap, next_step

TEXTS, TAPS = 7, 10
"""Of one guided report: /lapinfo and six typed answers; Ada kejadian, eight choices, Kirim."""


@pytest.mark.parametrize("bot", ["kentongan", "aiogram", "ptb"])
def test_each_bot_walks_the_whole_conversation(bot: BotName) -> None:
    run = play(Plan(bot, users=2, warm_users=1, settle=0.1))

    assert run.reports == 2
    assert run.updates == 2 * (TEXTS + TAPS)
    assert (run.per_text, run.per_tap) == (1.0, 2.0)
    assert run.calls["sendMessage → group"] == 2
    assert run.p95_ms > 0


@pytest.mark.parametrize(("scenario", "at_most"), [("message", 4), ("nihil", 3)])
def test_the_short_ways_cost_few_calls(scenario: Scenario, at_most: int) -> None:
    """A nihil is two calls; the third is the answer to /lapinfo, which the morning's reminder spares."""
    run = play(Plan("kentongan", users=1, warm_users=0, scenario=scenario, settle=0.1))

    cards = min(run.calls.get("sendMessage → group", 0), 1)  # the group's queue message is made with the first card
    assert run.reports == 1
    assert sum(count for call, count in run.calls.items() if "group" not in call) + cards <= at_most


def test_people_do_what_the_message_asks() -> None:
    skip = [[{"text": "Kembali", "callback_data": "k"}, {"text": "Lewati", "callback_data": "l"}]]

    assert next_step("guided", 1, 1, "<b>Foto</b> (12/14)", skip) == Tap("l")
    assert next_step("guided", 1, 1, "<b>Bidang</b> (1/14)", skip) == Tap("k")
    assert isinstance(next_step("guided", 1, 1, "<b>Apa</b> (6/14)", skip), Say)
    assert next_step("guided", 1, 1, "<b>Laporan diterima</b> · LI-261120-0001", []) == Done()
    with pytest.raises(Stuck):
        next_step("guided", 1, 1, "Ada yang keliru.", [])
