"""The engine on the two shipped procedures, as tables: who does what to which case, and what comes of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest

from domain.roles import Clearance, Role
from domain.sop.clock import OfficeHours
from domain.sop.commands import (
    Acknowledge,
    Amend,
    Approve,
    CaseView,
    Command,
    Decline,
    Moved,
    Refused,
    Reject,
    Resubmit,
    Revise,
    Submit,
    Withdraw,
)
from domain.sop.engine import decide, is_open, may_act, missing_fields
from tests.domain.sop_cases import (
    AGENT,
    ALL_FIELDS,
    AUTHOR,
    DUTY,
    HEAD,
    LAPINFO,
    LEADER,
    MINUTE,
    NOW,
    OPERATOR,
    OTHER_AGENT,
    OTHER_VERIFIER,
    PUBLISHER,
    SIKANDA,
    VERIFIER,
    WIB,
    actor,
    after,
    case_at,
)

VERIFIKASI = case_at(LAPINFO, "verifikasi")
PERSETUJUAN = case_at(LAPINFO, "persetujuan")
LAPORAN = case_at(LAPINFO, "laporan", round=2)
TERBIT = case_at(LAPINFO, "terbit")
NIHIL = case_at(LAPINFO, "nihil", nihil=True)
ORAL = case_at(LAPINFO, "verifikasi", fields_present=frozenset({"bidang", "kecamatan", "suara"}))
REJECTED = case_at(LAPINFO, "verifikasi", status="rejected")
SECRET = case_at(LAPINFO, "verifikasi", classification=Clearance.RAHASIA)

MOVES: list[tuple[str, CaseView | None, Command, tuple[str, str, int, str, Role | None]]] = [
    # what, the case, the command → step, status, round, action, who is next
    ("lapinfo", None, Submit(AGENT, ALL_FIELDS), ("verifikasi", "submitted", 1, "submitted", Role.VERIFIKATOR)),
    ("lapinfo", None, Submit(AGENT, nihil=True), ("nihil", "closed", 1, "nihil", None)),
    (
        "lapinfo",
        None,
        Submit(DUTY, ALL_FIELDS, author_id=AUTHOR),
        ("verifikasi", "submitted", 1, "submitted", Role.VERIFIKATOR),
    ),
    (
        "lapinfo",
        None,
        Submit(AGENT, frozenset({"bidang", "kecamatan", "suara"})),
        ("verifikasi", "submitted", 1, "submitted", Role.VERIFIKATOR),
    ),
    ("lapinfo", VERIFIKASI, Approve(VERIFIER, "B2"), ("persetujuan", "verified", 1, "verified", Role.KEPALA)),
    (
        "lapinfo",
        VERIFIKASI,
        Revise(VERIFIER, "Lengkapi", ("kapan",)),
        ("laporan", "revision", 2, "revision_requested", Role.AGEN),
    ),
    ("lapinfo", VERIFIKASI, Reject(VERIFIER, "Ganda"), ("verifikasi", "rejected", 1, "rejected", None)),
    ("lapinfo", VERIFIKASI, Amend(AGENT, ALL_FIELDS), ("verifikasi", "submitted", 1, "amended", Role.VERIFIKATOR)),
    ("lapinfo", ORAL, Amend(DUTY, ALL_FIELDS), ("verifikasi", "submitted", 1, "amended", Role.VERIFIKATOR)),
    ("lapinfo", ORAL, Amend(VERIFIER, ALL_FIELDS), ("verifikasi", "submitted", 1, "amended", Role.VERIFIKATOR)),
    ("lapinfo", VERIFIKASI, Withdraw(AGENT, "Keliru"), ("verifikasi", "cancelled", 1, "withdrawn", None)),
    ("lapinfo", PERSETUJUAN, Withdraw(HEAD, "Keliru"), ("persetujuan", "cancelled", 1, "withdrawn", None)),
    ("lapinfo", LAPORAN, Resubmit(AGENT, ALL_FIELDS), ("verifikasi", "submitted", 2, "resubmitted", Role.VERIFIKATOR)),
    ("lapinfo", PERSETUJUAN, Approve(HEAD), ("terbit", "published", 1, "approved", None)),
    ("lapinfo", PERSETUJUAN, Revise(HEAD, "Perjelas"), ("laporan", "revision", 2, "revision_requested", Role.AGEN)),
    ("lapinfo", TERBIT, Acknowledge(LEADER), ("terbit", "published", 1, "acknowledged", None)),
    ("sikanda", None, Submit(AGENT, ALL_FIELDS), ("verifikasi", "submitted", 1, "submitted", Role.VERIFIKATOR)),
    (
        "sikanda",
        case_at(SIKANDA, "verifikasi"),
        Approve(VERIFIER, "A1"),
        ("publikasi", "verified", 1, "verified", Role.PUBLIKATOR),
    ),
    (
        "sikanda",
        case_at(SIKANDA, "verifikasi"),
        Revise(VERIFIER, "Foto buram", ("foto",)),
        ("pelaporan", "revision", 2, "revision_requested", Role.AGEN),
    ),
    (
        "sikanda",
        case_at(SIKANDA, "publikasi"),
        Approve(PUBLISHER),
        ("penanganan", "published", 1, "published", Role.PIMPINAN),
    ),
    ("sikanda", case_at(SIKANDA, "penanganan"), Approve(LEADER), ("rakor", "handling", 1, "handling", Role.PIMPINAN)),
    ("sikanda", case_at(SIKANDA, "penanganan"), Decline(LEADER), ("arsip", "archived", 1, "archived", None)),
    ("sikanda", case_at(SIKANDA, "rakor"), Approve(HEAD), ("arsip", "archived", 1, "archived", None)),
]

REFUSALS: list[tuple[CaseView | None, Command, Refused]] = [
    (
        None,
        Submit(AGENT, frozenset({"apa", "siapa"})),
        Refused("missing", ("bidang", "kecamatan", "dimana", "kapan", "bagaimana")),
    ),
    (None, Submit(AGENT, frozenset({"suara", "bidang"})), Refused("missing", ("kecamatan",))),
    (None, Submit(LEADER, ALL_FIELDS), Refused("not_permitted")),
    (None, Submit(AGENT, ALL_FIELDS, author_id=2), Refused("not_permitted")),
    (None, Submit(replace(AGENT, active=False), ALL_FIELDS), Refused("not_permitted")),
    (None, Approve(VERIFIER, "B2"), Refused("not_found")),
    (VERIFIKASI, Submit(AGENT, ALL_FIELDS), Refused("already_done")),
    # authority
    (VERIFIKASI, Approve(actor(AUTHOR, Role.AGEN, Role.VERIFIKATOR), "B2"), Refused("own_report")),
    (VERIFIKASI, Reject(actor(AUTHOR, Role.VERIFIKATOR), "x"), Refused("own_report")),
    (VERIFIKASI, Approve(OTHER_AGENT, "B2"), Refused("not_permitted")),
    (VERIFIKASI, Approve(OPERATOR, "B2"), Refused("not_permitted")),
    (VERIFIKASI, Approve(HEAD, "B2"), Refused("not_your_step")),
    (VERIFIKASI, Approve(replace(VERIFIER, active=False), "B2"), Refused("not_permitted")),
    (VERIFIKASI, Approve(actor(3, Role.VERIFIKATOR, regions=("Doro",)), "B2"), Refused("not_your_region")),
    (SECRET, Approve(VERIFIER, "B2"), Refused("not_permitted")),
    (PERSETUJUAN, Approve(VERIFIER), Refused("already_done")),
    (LAPORAN, Approve(VERIFIER, "B2"), Refused("already_done")),
    (VERIFIKASI, Decline(VERIFIER), Refused("not_permitted")),
    (TERBIT, Acknowledge(VERIFIER), Refused("not_permitted")),
    # old buttons
    (replace(VERIFIKASI, version=2), Approve(VERIFIER, "B2", seen_version=1), Refused("stale")),
    (
        PERSETUJUAN,
        Approve(actor(5, Role.VERIFIKATOR, Role.KEPALA), "B2", seen_step="verifikasi"),
        Refused("already_done"),
    ),
    (TERBIT, Approve(HEAD, seen_step="persetujuan"), Refused("already_done")),
    (TERBIT, Approve(HEAD), Refused("closed")),
    (REJECTED, Approve(VERIFIER, "B2"), Refused("closed")),
    (REJECTED, Acknowledge(LEADER), Refused("closed")),
    (NIHIL, Withdraw(AGENT, "x"), Refused("closed")),
    (VERIFIKASI, Resubmit(AGENT, ALL_FIELDS), Refused("already_done")),
    # what is missing
    (VERIFIKASI, Approve(VERIFIER), Refused("missing", ("nilai",))),
    (VERIFIKASI, Approve(VERIFIER, "G7"), Refused("bad_value")),
    (VERIFIKASI, Approve(VERIFIER, "B2\n"), Refused("bad_value")),
    (ORAL, Approve(VERIFIER, "B2"), Refused("missing", ("apa", "dimana", "kapan"))),
    (VERIFIKASI, Revise(VERIFIER, " \u200b\n"), Refused("missing", ("alasan",))),
    (VERIFIKASI, Reject(VERIFIER, ""), Refused("missing", ("alasan",))),
    (VERIFIKASI, Withdraw(AGENT, "…"), Refused("missing", ("alasan",))),
    (LAPORAN, Resubmit(AGENT, ALL_FIELDS - {"apa"}), Refused("missing", ("apa",))),
    (VERIFIKASI, Amend(AGENT, ALL_FIELDS - {"apa"}), Refused("missing", ("apa",))),
    # the author
    (LAPORAN, Resubmit(OTHER_AGENT, ALL_FIELDS), Refused("not_permitted")),
    (VERIFIKASI, Amend(OTHER_AGENT, ALL_FIELDS), Refused("not_permitted")),
    (PERSETUJUAN, Amend(AGENT, ALL_FIELDS), Refused("too_late")),
    (PERSETUJUAN, Withdraw(AGENT, "x"), Refused("too_late")),
    (VERIFIKASI, Withdraw(VERIFIER, "x"), Refused("not_permitted")),
    (TERBIT, Amend(AGENT, ALL_FIELDS), Refused("closed")),
]


@pytest.mark.parametrize(("name", "case", "command", "expected"), MOVES)
def test_moves(
    name: str, case: CaseView | None, command: Command, expected: tuple[str, str, int, str, Role | None]
) -> None:
    sop = {"lapinfo": LAPINFO, "sikanda": SIKANDA}[name]
    moved = decide(sop, case, command, NOW, zone=WIB)
    assert isinstance(moved, Moved), moved
    assert (moved.step, moved.status, moved.round, moved.action, moved.actor_role) == expected


@pytest.mark.parametrize(("case", "command", "refused"), REFUSALS)
def test_refusals(case: CaseView | None, command: Command, refused: Refused) -> None:
    assert decide(LAPINFO, case, command, NOW, zone=WIB) == refused


def test_sikanda_allows_neither_rejection_nor_a_report_without_a_photo() -> None:
    rejected = decide(SIKANDA, case_at(SIKANDA, "verifikasi"), Reject(VERIFIER, "Ganda"), NOW, zone=WIB)
    assert rejected == Refused("not_permitted")
    assert decide(SIKANDA, None, Submit(AGENT, ALL_FIELDS - {"foto"}), NOW, zone=WIB) == Refused("missing", ("foto",))
    voice = frozenset({"bidang", "kecamatan", "suara"})
    assert "foto" in missing_fields(SIKANDA, voice)


def test_a_procedure_without_nihil_refuses_it() -> None:
    sop = LAPINFO.model_copy(update={"nihil_to": None})
    assert decide(sop, None, Submit(AGENT, nihil=True), NOW, zone=WIB) == Refused("nihil_not_allowed")


@pytest.mark.parametrize(
    ("local", "duty", "expected"),
    [("05.30", True, "on_time"), ("05.31", True, "late"), ("14.00", False, "not_applicable")],
)
def test_the_receipts_lateness(local: str, duty: bool, expected: str) -> None:
    now = datetime(2026, 11, 20, int(local[:2]), int(local[3:]), tzinfo=WIB)
    for command in (Submit(AGENT, ALL_FIELDS, morning_duty=duty), Submit(AGENT, nihil=True, morning_duty=duty)):
        moved = decide(LAPINFO, None, command, now, zone=WIB)
        assert isinstance(moved, Moved)
        assert moved.lateness == expected


def test_deadlines_of_a_step() -> None:
    moved = decide(LAPINFO, None, Submit(AGENT, ALL_FIELDS), NOW, zone=WIB)
    assert isinstance(moved, Moved)
    assert [(spec.key, (spec.at - NOW) / MINUTE) for spec in moved.deadlines] == [
        ("reminder:1", 30),
        ("reminder:2", 48),
        ("due", 60),
        ("escalation:1:kabid", 75),
        ("escalation:2:kepala:1800", 90),
    ]


def test_sent_back_the_author_has_the_time_for_a_revision() -> None:
    moved = decide(LAPINFO, VERIFIKASI, Revise(VERIFIER, "Lengkapi"), NOW, zone=WIB)
    assert isinstance(moved, Moved)
    assert moved.due_at == NOW + 60 * MINUTE
    sikanda = decide(SIKANDA, case_at(SIKANDA, "verifikasi"), Revise(VERIFIER, "Lengkapi"), NOW, zone=WIB)
    assert isinstance(sikanda, Moved)
    assert sikanda.due_at == NOW + 360 * MINUTE


def test_a_clock_that_starts_with_the_sending() -> None:
    head = LAPINFO.step("persetujuan").model_copy(update={"clock_starts": "submitted"})
    sop = LAPINFO.model_copy(update={"steps": (*LAPINFO.steps[:2], head, *LAPINFO.steps[3:])})
    case = replace(VERIFIKASI, submitted_at=NOW - 20 * MINUTE)
    moved = decide(sop, case, Approve(VERIFIER, "B2"), NOW, zone=WIB)
    assert isinstance(moved, Moved)
    assert (moved.entered_at, moved.due_at) == (NOW, NOW + 40 * MINUTE)


def test_an_office_clock_needs_a_calendar_and_counts_in_it() -> None:
    sop = LAPINFO.model_copy(update={"clock": "office"})
    with pytest.raises(ValueError, match="calendar"):
        decide(sop, None, Submit(AGENT, ALL_FIELDS), NOW, zone=WIB)
    moved = decide(sop, None, Submit(AGENT, ALL_FIELDS), NOW, zone=WIB, calendar=OfficeHours(time(8), time(16)))
    assert isinstance(moved, Moved)
    assert moved.due_at == datetime(2026, 11, 20, 9, 0, tzinfo=WIB)


def test_a_new_version_keeps_the_verifiers_clock() -> None:
    due = NOW + timedelta(minutes=17)
    moved = decide(LAPINFO, replace(VERIFIKASI, due_at=due), Amend(AGENT, ALL_FIELDS), NOW + MINUTE, zone=WIB)
    assert isinstance(moved, Moved)
    assert (moved.keeps_clock, moved.due_at, moved.entered_at, moved.deadlines) == (True, due, NOW, ())


def test_two_verifiers_at_once_one_wins_and_the_other_hears_of_it() -> None:
    first = decide(LAPINFO, VERIFIKASI, Approve(VERIFIER, "B2", seen_version=1, seen_step="verifikasi"), NOW, zone=WIB)
    assert isinstance(first, Moved)
    second = Reject(OTHER_VERIFIER, "Ganda", seen_version=1, seen_step="verifikasi")
    assert decide(LAPINFO, after(VERIFIKASI, first), second, NOW, zone=WIB) == Refused("already_done")


def test_regions_open_and_who_may_act() -> None:
    step = LAPINFO.step("verifikasi")
    assert may_act(VERIFIKASI, step, actor(3, Role.VERIFIKATOR, regions=("Kajen", "Doro")))
    assert may_act(replace(VERIFIKASI, region=None), step, actor(3, Role.VERIFIKATOR, regions=("Doro",)))
    assert not may_act(VERIFIKASI, step, actor(3, Role.VERIFIKATOR, regions=("Doro",)))
    assert may_act(SECRET, step, actor(3, Role.VERIFIKATOR, clearance=Clearance.SANGAT_RAHASIA))
    assert is_open(LAPINFO, VERIFIKASI)
    assert not is_open(LAPINFO, TERBIT)


def test_a_case_is_judged_by_its_own_definition() -> None:
    with pytest.raises(ValueError, match="judged by"):
        decide(LAPINFO, replace(VERIFIKASI, sop_version=2), Approve(VERIFIER, "B2"), NOW, zone=WIB)


def test_the_final_goes_to_the_leadership() -> None:
    moved = decide(LAPINFO, PERSETUJUAN, Approve(HEAD), NOW, zone=WIB)
    assert isinstance(moved, Moved)
    assert (moved.deliver_to, moved.due_at) == ((Role.PIMPINAN,), None)
