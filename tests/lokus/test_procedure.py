"""The definition of Kota Tangerang and what only it asks of the engine: named persons, a plan's own time, ways back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.roles import Role
from domain.sop.commands import (
    Actor,
    Approve,
    Begin,
    CaseView,
    Contribute,
    Decision,
    Moved,
    Refused,
    Reject,
    Reschedule,
    Revise,
    Withdraw,
)
from domain.sop.engine import decide
from domain.sop.loader import SHIPPED, SopError, SopRegistry, parse_all
from domain.sop.schema import Sop

SOPS = SopRegistry.load()
A, B = SOPS.get("lokus"), SOPS.get("lokus-b")
ZONE = ZoneInfo("Asia/Jakarta")
NOW = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
PLAN = (NOW + timedelta(hours=5), NOW + timedelta(hours=11))
LEAD, TEAM = 40, frozenset({40, 41, 42})
KASUBBID = Actor(20, frozenset({Role.KASUBBID}))
PEOPLE = {
    "mitra": Actor(10, frozenset({Role.MITRA})),
    "kasubbid": KASUBBID,
    "kabid": Actor(21, frozenset({Role.KABID})),
    "kepala": Actor(22, frozenset({Role.KEPALA})),
    "lead": Actor(LEAD, frozenset({Role.KOORDINATOR_LAPANGAN})),
    "one": Actor(41, frozenset({Role.ANGGOTA_MITIGASI})),
    "two": Actor(42, frozenset({Role.ANGGOTA_MITIGASI})),
    "other": Actor(43, frozenset({Role.ANGGOTA_MITIGASI, Role.KOORDINATOR_LAPANGAN})),
}


def case(step: str, sop=A, **changes) -> CaseView:  # type: ignore[no-untyped-def]
    status = sop.step(step).status_on_enter
    base = CaseView(1, "LO-261120-0001", sop.name, 1, step, status, 1, 1, 10, NOW, None, None, frozenset())
    return replace(base, **{"members": TEAM, "pending": TEAM, "coordinator": LEAD, "plan": PLAN, **changes})


def judge(seen: CaseView, command) -> Decision:  # type: ignore[no-untyped-def]
    return decide(SOPS.get(seen.sop), seen, command, NOW, zone=ZONE)


def test_fifteen_steps_take_twenty_hours_in_both_arrangements() -> None:
    for sop in (A, B):
        counted = [step for step in sop.yes_path() if not step.final]
        assert len(counted) == 15
        assert sop.total == timedelta(hours=20)
    minutes = [int(step.allowed.total_seconds() // 60) for step in A.yes_path() if not step.final]
    assert minutes == [30, 60, 120, 30, 480, 120, 30, 60, 30, 30, 60, 30, 30, 60, 30]


def test_preset_b_lets_the_members_report_and_the_coordinator_check_first() -> None:
    assert (A.step("laporan").assigned, B.step("laporan").assigned) == ("coordinator", "members")
    for step in ("terima_1", "verifikasi_1", "kirim_1"):
        assert A.step(step).actor is Role.KASUBBID
        assert (B.step(step).actor, B.step(step).assigned) == (Role.KOORDINATOR_LAPANGAN, "coordinator")
    assert (B.preset, B.step("terima_2")) == ("B", A.step("terima_2"))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("[presets.B.steps.terima_1]", "[presets.B.steps.terima_9]", "changes no step"),
        ('title = "Pelaksanaan Lokasi Khusus (Lokus), susunan B"\n', "", "has a title"),
        ('back = ["laporan"]', 'back = ["final"]', "name an earlier step"),
        ('limit = "8h"\n', "", "limit"),
    ],
)
def test_a_bad_arrangement_is_refused_with_its_line(old: str, new: str, words: str) -> None:
    text = (SHIPPED / "lokus-tangerang.toml").read_text(encoding="utf-8")
    assert old in text
    with pytest.raises(SopError, match=words) as refused:
        parse_all(text.replace(old, new, 1), "lokus.toml")
    assert refused.value.line > 1


def test_the_field_has_the_plans_own_time() -> None:
    moved = judge(case("penerimaan", pending=frozenset({41})), Contribute(PEOPLE["one"]))
    assert isinstance(moved, Moved)
    assert (moved.step, moved.due_at) == ("pelaksanaan", PLAN[1])
    later = (PLAN[0] + timedelta(hours=9), PLAN[1] + timedelta(hours=9))
    again = judge(case("pelaksanaan", plan=later), Reschedule(KASUBBID))
    assert isinstance(again, Moved)
    assert (again.step, again.due_at, again.entered_at) == ("pelaksanaan", later[1], NOW)
    silent = judge(case("penerimaan", pending=frozenset({41}), plan=None), Contribute(PEOPLE["one"]))
    assert isinstance(silent, Moved)
    assert silent.due_at == NOW + timedelta(hours=8)
    assert judge(case("pelaksanaan"), Reschedule(PEOPLE["lead"])) == Refused("not_permitted")


def test_the_last_members_part_moves_it_and_no_other() -> None:
    first = judge(case("penerimaan"), Contribute(PEOPLE["one"]))
    assert isinstance(first, Moved)
    assert (first.step, first.action, first.keeps_clock) == ("penerimaan", "contributed", True)
    assert judge(case("penerimaan", pending=frozenset({42})), Contribute(PEOPLE["one"])) == Refused("already_done")
    assert judge(case("penerimaan"), Contribute(PEOPLE["other"])) == Refused("not_permitted")
    assert judge(case("laporan"), Contribute(PEOPLE["one"])) == Refused("already_done")


def test_who_may_go_on_without_the_silent() -> None:
    for who, step in (("lead", "pelaksanaan"), ("kasubbid", "pelaksanaan")):
        moved = judge(case("penerimaan"), Approve(PEOPLE[who]))
        assert isinstance(moved, Moved)
        assert moved.step == step
    for who in ("one", "other", "kabid", "mitra"):
        assert isinstance(judge(case("penerimaan"), Approve(PEOPLE[who])), Refused)


def test_the_plans_time_opens_the_field_for_those_who_are_ready_and_not_before() -> None:
    early, hour = PLAN[0] - NOW, timedelta(hours=1)
    silent = case("penerimaan", pending=frozenset({42}))
    moved = judge(silent, Begin(PEOPLE["one"], early))
    assert isinstance(moved, Moved)
    assert (moved.step, moved.action, moved.due_at) == ("pelaksanaan", "prepared", PLAN[1])
    for who, before in (("one", hour), ("two", early), ("other", early), ("kasubbid", early)):
        assert judge(silent, Begin(PEOPLE[who], before)) == Refused("not_permitted"), who
    assert judge(case("penerimaan", plan=None, pending=frozenset()), Begin(PEOPLE["one"], early)) == Refused(
        "not_permitted"
    )
    assert judge(case("laporan", pending=frozenset()), Begin(PEOPLE["one"], early)) == Refused("already_done")
    assert judge(silent, Begin(PEOPLE["one"], early, seen_step="penugasan")) == Refused("already_done")


def test_a_revision_goes_to_the_round_before_or_to_the_author() -> None:
    kepala, reason = PEOPLE["kepala"], "Kurang jelas"
    for to, step in ((None, "terima_2"), ("laporan", "laporan")):
        moved = judge(case("persetujuan"), Revise(kepala, reason, to=to))
        assert isinstance(moved, Moved)
        assert (moved.step, moved.round) == (step, 2)
    assert judge(case("persetujuan"), Revise(kepala, reason, to="terima_1")) == Refused("not_permitted")
    assert judge(case("persetujuan"), Revise(kepala, "  ")) == Refused("missing", ("alasan",))


ROUNDS = (
    # step, who passes it, minutes of its limit, of its reminders, of the call to whom above
    ("terima_1", "kasubbid", 30, (15,), (60, "kabid")),
    ("verifikasi_1", "kasubbid", 60, (30, 48), (90, "kabid")),
    ("kirim_1", "kasubbid", 30, (15,), (60, "kabid")),
    ("terima_2", "kabid", 30, (15,), (60, "kepala")),
    ("verifikasi_2", "kabid", 60, (30, 48), (90, "kepala")),
    ("kirim_2", "kabid", 30, (15,), (60, "kepala")),
    ("terima_3", "kepala", 30, (15,), (90, "pimpinan")),
    ("verifikasi_3", "kepala", 60, (30, 48), (120, "pimpinan")),
    ("persetujuan", "kepala", 30, (15,), (90, "pimpinan")),
)


@pytest.mark.parametrize("sop", [A, B], ids=["A", "B"])
@pytest.mark.parametrize("round_", [1, 2])
def test_each_step_of_the_rounds_has_its_limit_reminders_and_call_the_second_time_too(sop: Sop, round_: int) -> None:
    command = Approve(PEOPLE["lead"]) if sop is A else Contribute(PEOPLE["one"])
    moved = judge(case("laporan", sop, round=round_, pending=frozenset({41})), command)
    for place, (step, who, limit, reminders, (called, whom)) in enumerate(ROUNDS):
        assert isinstance(moved, Moved), step
        assert (moved.step, moved.round, moved.due_at) == (step, round_, NOW + timedelta(minutes=limit))
        keys = [f"reminder:{n}" for n in range(1, len(reminders) + 1)]
        wanted = {**dict(zip(keys, reminders, strict=True)), "due": limit, f"escalation:1:{whom}": called}
        assert {one.key: (one.at - NOW) // timedelta(minutes=1) for one in moved.deadlines} == wanted, step
        person = PEOPLE["lead"] if sop is B and place < 3 else PEOPLE[who]
        moved = judge(case(step, sop, round=round_), Approve(person))
    assert isinstance(moved, Moved)
    assert (moved.step, moved.due_at, moved.deadlines) == ("final", None, ())


@pytest.mark.parametrize("sop", [A, B], ids=["A", "B"])
@pytest.mark.parametrize(
    ("step", "who", "to", "back", "minutes"),
    [
        ("verifikasi_1", "kasubbid", None, "laporan", {"reminder:1": 30, "reminder:2": 48, "due": 60}),
        ("kirim_2", "kabid", None, "terima_1", {"reminder:1": 15, "due": 30, "escalation:1:kabid": 60}),
        ("persetujuan", "kepala", None, "terima_2", {"reminder:1": 15, "due": 30, "escalation:1:kepala": 60}),
        ("persetujuan", "kepala", "laporan", "laporan", {"escalation:1:kasubbid": 90, "escalation:2:kabid:7200": 120}),
    ],
)
def test_what_is_sent_back_has_a_limit_of_its_own(
    sop: Sop, step: str, who: str, to: str | None, back: str, minutes: dict[str, int]
) -> None:
    person = PEOPLE["lead"] if sop is B and step == "verifikasi_1" else PEOPLE[who]
    moved = judge(case(step, sop), Revise(person, "Kurang jelas", to=to))
    assert isinstance(moved, Moved)
    assert (moved.step, moved.round) == (back, 2)
    timed = {one.key: (one.at - NOW) // timedelta(minutes=1) for one in moved.deadlines}
    assert minutes.items() <= timed.items(), timed


@given(st.data())
def test_whatever_is_tried_only_the_entitled_move_it_and_along_the_definition(data: st.DataObject) -> None:
    sop = data.draw(st.sampled_from([A, B]))
    seen = case(data.draw(st.sampled_from([step.id for step in sop.steps[1:] if not step.final])), sop)
    for _ in range(data.draw(st.integers(1, 40))):
        who = PEOPLE[data.draw(st.sampled_from(sorted(PEOPLE)))]
        to = data.draw(st.sampled_from([None, *(step.id for step in sop.steps)]))
        command = data.draw(
            st.sampled_from(
                [
                    Approve(who), Contribute(who), Reschedule(who), Revise(who, "ya", to=to), Reject(who, "ya"),
                    Withdraw(who, "ya"), Begin(who, timedelta(hours=data.draw(st.sampled_from([1, 9])))),
                ]
            )
        )  # fmt: skip
        step, decision = sop.step(seen.step), judge(seen, command)
        if isinstance(decision, Refused):
            continue
        there = decision.step
        match command:
            case Contribute():
                assert who.person_id in seen.pending
                assert there == (step.yes if seen.pending == {who.person_id} else step.id)
            case Begin():
                assert who.person_id in TEAM - seen.pending
                assert (step.id, there, command.before) == ("penerimaan", "pelaksanaan", timedelta(hours=9))
            case Approve():
                named = step.assigned is not None and who.person_id == LEAD
                assert named or who.roles & (frozenset(step.also) if step.assigned else step.roles)
                assert there == step.yes
            case Revise():
                assert there in {step.no, *step.back}
            case Reschedule() | Withdraw():
                assert who.roles & {Role.KASUBBID, Role.KEPALA} or who.person_id == seen.author_id
                assert there == step.id
        if decision.due_at is not None:
            assert decision.due_at >= NOW
        if sop.step(there).final or decision.actor_role is None:
            return
        left = seen.pending - {who.person_id} if isinstance(command, Contribute) and there == step.id else TEAM
        seen = replace(seen, step=there, status=decision.status, round=decision.round, pending=left)
