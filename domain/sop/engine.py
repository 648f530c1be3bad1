"""The rules of moving through a procedure: ``decide`` says what a command does to a case, and does nothing itself.

Who may act is read from the actor given, never from where the button was: the role at the present step, the region,
the clearance; nobody acts officially on their own report; a button of an older version is refused.
"""

from __future__ import annotations

import re
from collections.abc import Set
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from domain.roles import Role
from domain.sop.clock import AROUND_THE_CLOCK, Calendar, check_aware, duty_date, local_due
from domain.sop.commands import (
    Acknowledge,
    Action,
    Actor,
    Amend,
    Approve,
    Begin,
    CaseView,
    Command,
    Contribute,
    DeadlineSpec,
    Decision,
    Decline,
    Dispose,
    Lateness,
    Moved,
    Reason,
    Refused,
    Reject,
    Reschedule,
    Resubmit,
    Revise,
    Settle,
    Submit,
    Withdraw,
)
from domain.sop.schema import ENDED, VOICE, Sop, Status, Step

_VALUE = re.compile(r"[A-F][1-6]")
_LABEL_ACTION: dict[str, Action] = {
    "publikasikan": "published",
    "rakor": "handling",
    "arsip": "archived",
    "tindak_lanjut": "followed_up",
    "terima": "accepted",
    "jadikan_lokus": "chosen",
    "siap": "prepared",
    "selesai": "carried_out",
    "verifikasi": "checked",
    "kirim": "sent",
}
_RECORDERS = frozenset({Role.PIKET})
_MAY_WITHDRAW = frozenset({Role.KEPALA})


def missing_fields(sop: Sop, fields_present: Set[str], step: Step | None = None) -> tuple[str, ...]:
    """What the step (the author's when None) still needs, in the definition's order.

    A voice report is a report: with ``suara`` there only the oral needs are asked of the author.
    """
    here = step or sop.first
    oral = here is sop.first and VOICE in fields_present and sop.oral_needs
    return tuple(key for key in (sop.oral_needs if oral else here.needs) if key not in fields_present)


def morning_due(sop: Sop, zone: ZoneInfo, now: datetime) -> datetime | None:
    """The wall-clock due time (UTC) of the local day of ``now``; None for a procedure without a morning duty."""
    if sop.wall_clock is None:
        return None
    return local_due(sop.wall_clock.due, zone, duty_date(zone, now))


def lateness(sop: Sop, zone: ZoneInfo, received_at: datetime, is_morning_duty: bool) -> Lateness:
    """Only the morning duty can be late; received at the due instant itself is on time."""
    due = morning_due(sop, zone, received_at)
    if due is None or not is_morning_duty:
        return "not_applicable"
    return "on_time" if check_aware(received_at) <= due else "late"


def is_open(sop: Sop, case: CaseView) -> bool:
    """Whether anything but an acknowledgement can still happen to the case."""
    return case.status not in ENDED and not sop.step(case.step).final


def may_act(case: CaseView, step: Step, actor: Actor) -> bool:
    """Whether the actor could take the step's decision now (for menus, and for whom to remind)."""
    return _objection(case, step, actor) is None


def decide(
    sop: Sop,
    case: CaseView | None,
    command: Command,
    now: datetime,
    *,
    zone: ZoneInfo,
    calendar: Calendar | None = None,
) -> Decision:
    """What the command does: the case's next state, or why not.

    ``now`` is aware UTC, ``zone`` the agency's. ``calendar`` counts the limits of steps with ``clock = "office"``;
    ValueError when one comes without it, or when case and definition do not belong together.
    """
    now = check_aware(now)
    if calendar is None and any(sop.clock_of(step) == "office" for step in sop.steps):
        raise ValueError(f"{sop.name} counts office hours and needs a calendar")
    if case is not None and (case.sop, case.sop_version) != (sop.name, sop.version):
        raise ValueError(f"case of {case.sop} version {case.sop_version} judged by {sop.name} version {sop.version}")
    rules = _Rules(sop, now, zone, calendar or AROUND_THE_CLOCK)
    try:
        return rules.judge(case, command)
    except _No as no:
        return no.refused


def calendar_of(sop: Sop, step: Step, office_hours: Calendar) -> Calendar:
    """What the step's time is counted in: the agency's hours or every hour."""
    return office_hours if sop.clock_of(step) == "office" else AROUND_THE_CLOCK


class _No(Exception):
    """Leaves the rules at the first reason against; never leaves ``decide``."""

    def __init__(self, reason: Reason, *missing: str) -> None:
        super().__init__(reason)
        self.refused = Refused(reason, missing)


class _Rules:
    """One call of ``decide``: the definition, the moment and the clock it counts by."""

    def __init__(self, sop: Sop, now: datetime, zone: ZoneInfo, calendar: Calendar) -> None:
        self.sop, self.now, self.zone, self.office_hours = sop, now, zone, calendar

    def judge(self, case: CaseView | None, command: Command) -> Moved:
        if not command.actor.active:
            raise _No("not_permitted")
        if isinstance(command, Submit):
            if case is not None:
                raise _No("already_done")
            return self.submit(command)
        if case is None:
            raise _No("not_found")
        match command:
            case Resubmit():
                return self.resubmit(case, command)
            case Amend():
                return self.amend(case, command)
            case Withdraw():
                return self.withdraw(case, command)
            case Acknowledge() | Dispose() | Settle() | Contribute() | Begin() | Reschedule():
                return self.beside(case, command)
            case Approve() | Revise() | Decline() | Reject():
                return self.official(case, command)

    def submit(self, command: Submit) -> Moved:
        sop = self.sop
        recording = command.author_id not in (None, command.actor.person_id)
        if command.actor.roles.isdisjoint(_RECORDERS if recording else sop.first.roles):
            raise _No("not_permitted")
        late = lateness(sop, self.zone, self.now, command.morning_duty)
        if command.nihil:
            if sop.nihil_to is None:
                raise _No("nihil_not_allowed")
            return self.enter(sop.step(sop.nihil_to), 1, "nihil", late)
        self.complete(command.fields_present, sop.first)
        return self.enter(self.next_of(sop.first), 1, "submitted", late)

    def resubmit(self, case: CaseView, command: Resubmit) -> Moved:
        step = self.sop.step(case.step)
        if not (_is_author(case, command.actor) or _records(command.actor)):
            raise _No("not_permitted")
        self.current(case, command)
        if step is not self.sop.first:
            raise _No("already_done")
        self.complete(command.fields_present, step)
        return self.enter(self.next_of(step), case.round, "resubmitted")

    def amend(self, case: CaseView, command: Amend) -> Moved:
        actor, step = command.actor, self.sop.step(case.step)
        judges = _objection(case, step, actor) is None
        if not (judges or _records(actor) or _is_author(case, actor)):
            raise _No("not_permitted")
        self.current(case, command)
        if not (self.first_check(case) or (judges and step.may_amend)):
            raise _No("too_late")
        # What the author had to give may be corrected but not taken away; an oral report may only gain.
        missing = missing_fields(self.sop, command.fields_present)
        if lost := tuple(key for key in missing if key in case.fields_present):
            raise _No("missing", *lost)
        return self.stay(case, "amended")

    def withdraw(self, case: CaseView, command: Withdraw) -> Moved:
        office = not command.actor.roles.isdisjoint(_MAY_WITHDRAW.union(self.sop.may_withdraw))
        if not (office or _is_author(case, command.actor)):
            raise _No("not_permitted")
        self.current(case, command)
        if not (office or case.step == self.sop.first.id or self.first_check(case)):
            raise _No("too_late")
        _need_reason(command.reason)
        return self.end(case, "withdrawn")

    def first_check(self, case: CaseView) -> bool:
        """Whether what the author sent still waits for its first verification. A report that others made of it later
        waits for its own."""
        for step in self.sop.yes_path()[1:]:
            if step.status_on_enter != "submitted":
                return False
            if step.id == case.step:
                return case.status == "submitted"
        return False

    def beside(
        self, case: CaseView, command: Acknowledge | Dispose | Settle | Contribute | Begin | Reschedule
    ) -> Moved:  # fmt: skip
        """What seldom moves anything along: receipt, dispositions, the part of one named person, other times."""
        match command:
            case Acknowledge():
                return self.acknowledge(case, command)
            case Dispose():
                return self.dispose(case, command)
            case Settle():
                return self.settle(case)
            case Contribute():
                return self.contribute(case, command)
            case Begin():
                return self.begin(case, command)
            case Reschedule():
                return self.reschedule(case, command)

    def acknowledge(self, case: CaseView, command: Acknowledge) -> Moved:
        if case.status in ("rejected", "cancelled"):
            raise _No("closed")
        step = self.sop.step(case.step)
        if step.acknowledge is not None and is_open(self.sop, case) and may_act(case, step, command.actor):
            self.current(case, command)
            return self.stay(case, "acknowledged")
        if command.actor.roles.isdisjoint(step.deliver_to) or not command.actor.clearance.allows(case.classification):
            raise _No("not_permitted")
        return self.stay(case, "acknowledged")

    def dispose(self, case: CaseView, command: Dispose) -> Moved:
        """Only what was delivered to the actor's role: the procedure has run its course, or it is theirs to handle."""
        delivered = {role for step in self.sop.steps for role in step.deliver_to}
        if command.actor.roles.isdisjoint(delivered) or not command.actor.clearance.allows(case.classification):
            raise _No("not_permitted")
        if case.status not in ("approved", "published", "handling"):
            raise _No("closed" if case.status in ENDED else "not_your_step")
        return replace(self.stay(case, "disposed"), status="handling")

    def settle(self, case: CaseView) -> Moved:
        if case.status != "handling":
            raise _No("already_done")
        step = self.sop.step(case.step)
        return replace(self.stay(case, "settled"), status="closed" if step.final else step.status_on_enter)

    def official(self, case: CaseView, command: Approve | Revise | Decline | Reject) -> Moved:
        step = self.sop.step(case.step)
        named = command.actor.person_id in (case.members | {case.coordinator})
        if not named and command.actor.roles.isdisjoint(self.officials(len(self.sop.steps))):
            raise _No("not_permitted")
        self.current(case, command)
        if step is self.sop.first:  # the author's turn, which only a Resubmit ends
            raise _No("already_done")
        if objection := _objection(case, step, command.actor):
            passed = objection == "not_your_step" and command.actor.roles & self.officials(self.sop.steps.index(step))
            raise _No("already_done" if passed else objection)
        match command:
            case Approve():
                return self.approve(case, step, command)
            case Revise():
                _need(step.no_label == "revisi")
                _need_reason(command.reason)
                target = self.no_of(step)
                if command.to is not None and command.to != target.id:
                    _need(command.to in step.back)
                    target = self.sop.step(command.to)
                return self.enter(target, case.round + 1, "revision_requested", rework=True, plan=case.plan)
            case Decline():
                _need(step.no_label not in (None, "revisi"))
                return self.enter(self.no_of(step), case.round, _LABEL_ACTION.get(step.no_label or "", "followed_up"))
            case Reject():
                _need(step.may_reject)
                _need_reason(command.reason)
                return self.end(case, "rejected")

    def approve(self, case: CaseView, step: Step, command: Approve) -> Moved:
        self.complete(case.fields_present, step)
        if step.asks_value and command.value is None:
            raise _No("missing", "nilai")
        if step.asks_value and not _VALUE.fullmatch(command.value or ""):
            raise _No("bad_value")
        target = self.next_of(step)
        fallback: Action = "verified" if target.status_on_enter == "verified" else "approved"
        action = _LABEL_ACTION.get(step.yes_label or "", fallback)
        return self.enter(target, case.round, action, since=case.submitted_at, plan=case.plan)

    def contribute(self, case: CaseView, command: Contribute) -> Moved:
        step, person = self.sop.step(case.step), command.actor.person_id
        if person not in case.members:
            raise _No("not_permitted")
        self.current(case, command)
        if step.assigned != "members" or person not in case.pending:
            raise _No("already_done")
        if case.pending != {person}:
            return self.stay(case, "contributed")
        action = _LABEL_ACTION.get(step.yes_label or "", "approved")
        return self.enter(self.next_of(step), case.round, action, plan=case.plan)

    def begin(self, case: CaseView, command: Begin) -> Moved:
        """Only from a step of the members' into one that lasts as long as the plan says, and not before its time."""
        step, person = self.sop.step(case.step), command.actor.person_id
        _need(person in case.members and person not in case.pending)
        self.current(case, command)
        if step.assigned != "members" or self.next_of(step).limit_by != "plan":
            raise _No("already_done")
        _need(case.plan is not None and self.now >= case.plan[0] - command.before)
        action = _LABEL_ACTION.get(step.yes_label or "", "approved")
        return self.enter(self.next_of(step), case.round, action, plan=case.plan)

    def reschedule(self, case: CaseView, command: Reschedule) -> Moved:
        """Only a step limited by the plan gets other times; the others keep theirs."""
        if command.actor.roles.isdisjoint(_MAY_WITHDRAW.union(self.sop.may_withdraw)):
            raise _No("not_permitted")
        self.current(case, command)
        step = self.sop.step(case.step)
        if step.limit_by is None:
            return self.stay(case, "rescheduled")
        return replace(self.enter(step, case.round, "rescheduled", plan=case.plan), entered_at=case.entered_at)

    def current(self, case: CaseView, command: Command) -> None:
        """Refuses the button of an older version or step, and anything on a case that is over."""
        old_step = not isinstance(command, Submit) and command.seen_step not in (None, case.step)
        old_version = command.seen_version not in (None, case.version)
        if not is_open(self.sop, case):
            raise _No("already_done" if old_step or old_version else "closed")
        if old_step or old_version:
            raise _No("already_done" if old_step else "stale")

    def complete(self, fields_present: Set[str], step: Step) -> None:
        if missing := missing_fields(self.sop, fields_present, step):
            raise _No("missing", *missing)

    def officials(self, before: int) -> frozenset[Role]:
        """The roles of the steps after the author's, up to (not with) that index."""
        return frozenset(role for step in self.sop.steps[1:before] for role in step.roles)

    def next_of(self, step: Step) -> Step:
        assert step.yes is not None, "the loader refuses a step without YES"
        return self.sop.step(step.yes)

    def no_of(self, step: Step) -> Step:
        assert step.no is not None, "the loader refuses a no_label without no"
        return self.sop.step(step.no)

    def enter(
        self,
        step: Step,
        round_: int,
        action: Action,
        late: Lateness = "not_applicable",
        *,
        rework: bool = False,
        since: datetime | None = None,
        plan: tuple[datetime, datetime] | None = None,
    ) -> Moved:
        if step.limit_by == "plan" and plan is not None:
            return self.planned(step, round_, action, plan)
        start = since if since is not None and step.clock_starts == "submitted" else self.now
        limit = step.time_for(rework=rework)
        received = self.add(step, start, step.acknowledge) if step.acknowledge is not None else start
        due = None if limit is None else self.add(step, received, limit)
        return Moved(
            step.id,
            step.status_for(rework=rework),
            round_,
            self.now,
            due,
            step.actor,
            action,
            late,
            step.deliver_to,
            () if due is None else self.deadlines(step, received, due, rework),
        )

    def planned(self, step: Step, round_: int, action: Action, plan: tuple[datetime, datetime]) -> Moved:
        """A step whose time is the activity's own; one that is over already is due at once."""
        starts, due = plan[0], max(plan[1], self.now)
        marks = self.deadlines(step, starts, due, False, due - starts)
        kept = tuple(mark for mark in marks if mark.at > self.now or mark.kind != "reminder")
        status, to = step.status_on_enter, step.deliver_to
        return Moved(step.id, status, round_, self.now, due, step.actor, action, deliver_to=to, deadlines=kept)

    def add(self, step: Step, start: datetime, duration: timedelta) -> datetime:
        return calendar_of(self.sop, step, self.office_hours).add(start, duration, self.zone)

    def deadlines(
        self, step: Step, start: datetime, due: datetime, rework: bool, lasts: timedelta | None = None
    ) -> tuple[DeadlineSpec, ...]:
        """``start`` is when the limit begins to count: after the time for *Terima*, where there is one.

        ``lasts`` is the time that a plan gives instead of the step's limit.
        """
        limit = lasts or step.time_for(rework=rework)
        assert limit is not None
        last = len(step.escalation)
        found = [
            *(
                DeadlineSpec("reminder", self.add(step, start, limit * fraction), number)
                for number, fraction in enumerate(step.reminders, 1)
            ),
            DeadlineSpec("due", due),
            *(
                DeadlineSpec(
                    "escalation",
                    self.add(step, due, rung.after),
                    number,
                    rung.role,
                    step.escalation_repeat if number == last else None,
                )
                for number, rung in enumerate(step.escalation, 1)
            ),
        ]
        if step.alert_repeat is not None:
            found.append(DeadlineSpec("alert", self.add(step, self.now, step.alert_repeat)))
        if step.acknowledge is not None:
            found.append(DeadlineSpec("acknowledge", start))
            if step.escalation:
                rung = step.escalation[0]
                found.append(DeadlineSpec("acknowledge", self.add(step, start, rung.after), 1, rung.role))
        return tuple(sorted(found, key=lambda spec: spec.at))

    def stay(self, case: CaseView, action: Action) -> Moved:
        actor = self.sop.step(case.step).actor if is_open(self.sop, case) else None
        return Moved(case.step, case.status, case.round, case.entered_at, case.due_at, actor, action, keeps_clock=True)

    def end(self, case: CaseView, action: Action) -> Moved:
        """Over without a final step: the case keeps the step it was at, so that its history says where."""
        status: Status = "rejected" if action == "rejected" else "cancelled"
        return Moved(case.step, status, case.round, self.now, None, None, action)


def _objection(case: CaseView, step: Step, actor: Actor) -> Reason | None:
    """Why this person may not decide at this step, or None."""
    if not actor.active or not actor.clearance.allows(case.classification):
        return "not_permitted"
    if step.assigned is not None:
        if actor.person_id != case.coordinator and actor.roles.isdisjoint(step.also):
            return "not_your_step"
        return "own_report" if case.writers is not None and actor.person_id in case.writers else None
    if actor.roles.isdisjoint(step.roles):
        return "not_your_step"
    if _wrote(case, actor):
        return "own_report"
    if actor.regions and case.region is not None and case.region not in actor.regions:
        return "not_your_region"
    return None


def _is_author(case: CaseView, actor: Actor) -> bool:
    return actor.person_id == case.author_id


def _wrote(case: CaseView, actor: Actor) -> bool:
    """Whether the person would judge what they wrote themselves."""
    return _is_author(case, actor) if case.writers is None else actor.person_id in case.writers


def _records(actor: Actor) -> bool:
    return not actor.roles.isdisjoint(_RECORDERS)


def _need(condition: bool) -> None:
    if not condition:
        raise _No("not_permitted")


def _need_reason(reason: str) -> None:
    """A reason needs a letter or a digit: spaces and zero-width characters are none."""
    if not any(char.isalnum() for char in reason):
        raise _No("missing", "alasan")
