"""What can be asked of a case, what it looks like to the rules, and what they answer: values only.

``seen_version`` and ``seen_step`` are what the button was made for: the version of the report's fields and the step. A
double tap and the second of two hands are told apart from a new decision by the step, an old card by the version.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, TypeAlias, cast, get_args

from domain.roles import Clearance, Role
from domain.sop.clock import check_aware
from domain.sop.schema import Status

Lateness: TypeAlias = Literal["on_time", "late", "not_applicable"]
Action: TypeAlias = Literal[
    "submitted",
    "nihil",
    "resubmitted",
    "amended",
    "verified",
    "approved",
    "published",
    "handling",
    "archived",
    "followed_up",
    "accepted",
    "revision_requested",
    "rejected",
    "withdrawn",
    "acknowledged",
    "chosen",
    "prepared",
    "carried_out",
    "checked",
    "sent",
    "contributed",
    "rescheduled",
    "disposed",
    "settled",
]
Reason: TypeAlias = Literal[
    "own_report",
    "not_your_step",
    "not_your_region",
    "not_permitted",
    "not_found",
    "stale",
    "already_done",
    "missing",
    "bad_value",
    "too_late",
    "closed",
    "nihil_not_allowed",
]
DeadlineKind: TypeAlias = Literal["acknowledge", "alert", "reminder", "due", "escalation"]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks, as looked up at this moment; an empty ``regions`` means all of them."""

    person_id: int
    roles: frozenset[Role]
    regions: frozenset[str] = frozenset()
    clearance: Clearance = Clearance.BIASA
    active: bool = True


@dataclass(frozen=True, slots=True)
class CaseView:
    """What the rules need to know of a case; times are aware UTC (ValueError otherwise)."""

    id: int | None
    ref: str | None
    sop: str
    sop_version: int
    step: str
    status: Status
    round: int
    """Starts at 1, one more with each revision that was asked for."""
    version: int
    author_id: int
    entered_at: datetime
    due_at: datetime | None
    region: str | None
    fields_present: frozenset[str]
    nihil: bool = False
    classification: Clearance = Clearance.BIASA
    submitted_at: datetime | None = None
    """When the newest version was sent; None counts as ``entered_at``."""
    members: frozenset[int] = frozenset()
    """Persons named in the case, for steps that are ``assigned``."""
    pending: frozenset[int] = frozenset()
    """Those of the members whose part in the present step is still to be done."""
    coordinator: int | None = None
    plan: tuple[datetime, datetime] | None = None
    """When the planned activity begins and ends, for steps that are limited by it."""
    writers: frozenset[int] | None = None
    """Who wrote what is judged at this step, where that is not the author's own (None): a lokus's result report."""

    def __post_init__(self) -> None:
        for moment in (self.entered_at, self.due_at, self.submitted_at, *(self.plan or ())):
            if moment is not None:
                check_aware(moment)


@dataclass(frozen=True, slots=True)
class Submit:
    """A new report. ``author_id`` is the agent for whom a duty officer records it (/catat), else None."""

    actor: Actor
    fields_present: frozenset[str] = frozenset()
    nihil: bool = False
    morning_duty: bool = False
    """Whether this answers the morning duty: the author's first report of a day on which one was owed."""
    author_id: int | None = None
    seen_version: int | None = None


@dataclass(frozen=True, slots=True)
class Resubmit:
    """The author sends the revised report."""

    actor: Actor
    fields_present: frozenset[str]
    seen_version: int | None = None
    seen_step: str | None = None


@dataclass(frozen=True, slots=True)
class Amend:
    """A new version at the same step: the author before verification, or an official writing down an oral report."""

    actor: Actor
    fields_present: frozenset[str]
    seen_version: int | None = None
    seen_step: str | None = None


@dataclass(frozen=True, slots=True)
class Approve:
    """YES. ``value`` is the nilai informasi such as ``B2``, where the step asks for it."""

    actor: Actor
    value: str | None = None
    seen_version: int | None = None
    seen_step: str | None = None


@dataclass(frozen=True, slots=True)
class Revise:
    """NO where it means "send back": a reason, and the fields concerned."""

    actor: Actor
    reason: str
    fields: tuple[str, ...] = ()
    seen_version: int | None = None
    seen_step: str | None = None
    to: str | None = None
    """Another step to send it back to, one of the step's ``back``; None for its ``no``."""


@dataclass(frozen=True, slots=True)
class Decline:
    """NO where it leads elsewhere than back (to the archive, say)."""

    actor: Actor
    seen_version: int | None = None
    seen_step: str | None = None


@dataclass(frozen=True, slots=True)
class Reject:
    """The end of the report, with a reason, where the step allows it."""

    actor: Actor
    reason: str
    seen_version: int | None = None
    seen_step: str | None = None


@dataclass(frozen=True, slots=True)
class Withdraw:
    """The author takes it back before a verification passed, or the head of the office does at any time."""

    actor: Actor
    reason: str
    seen_version: int | None = None
    seen_step: str | None = None


@dataclass(frozen=True, slots=True)
class Acknowledge:
    """Terima: whoever it was delivered to, or whose turn it is, confirms having received it; nothing moves."""

    actor: Actor
    seen_version: int | None = None
    seen_step: str | None = None


@dataclass(frozen=True, slots=True)
class Dispose:
    """Leadership gave a disposition on what was delivered to it: the case is being handled, at the step where it is."""

    actor: Actor
    seen_version: int | None = None
    seen_step: str | None = None


@dataclass(frozen=True, slots=True)
class Settle:
    """The last disposition on it was followed up: handled, a case whose procedure is over is closed."""

    actor: Actor
    seen_version: int | None = None
    seen_step: str | None = None


@dataclass(frozen=True, slots=True)
class Contribute:
    """A named member's part of the present step is done; the last one's moves the case on by YES."""

    actor: Actor
    seen_version: int | None = None
    seen_step: str | None = None


@dataclass(frozen=True, slots=True)
class Reschedule:
    """The plan's times changed: the present step's clock is reckoned anew; nothing moves."""

    actor: Actor
    seen_version: int | None = None
    seen_step: str | None = None


@dataclass(frozen=True, slots=True)
class Begin:
    """The plan's time has come: on to the activity without those who are silent. ``actor`` is one who has answered.

    The clock asks for it, at most ``before`` ahead of the plan's start: nobody who is ready waits for a silent one.
    """

    actor: Actor
    before: timedelta
    seen_version: int | None = None
    seen_step: str | None = None


Assigned: TypeAlias = Contribute | Begin | Reschedule
"""What only a procedure with named persons and a plan of its own knows."""
Command: TypeAlias = Assigned | (
    Submit | Resubmit | Amend | Approve | Revise | Decline | Reject | Withdraw | Acknowledge | Dispose | Settle
)


@dataclass(frozen=True, slots=True)
class DeadlineSpec:
    """A due time of the step just entered. ``repeat`` is on the last rung only: tell it again at this interval.

    An ``acknowledge`` without a role is the limit of *Terima* itself, one with a role its rung of the ladder.
    """

    kind: DeadlineKind
    at: datetime
    number: int = 0
    role: Role | None = None
    repeat: timedelta | None = None

    @property
    def key(self) -> str:
        """A name for the row: ``reminder:1``, ``due``, ``escalation:2:kepala``; repeated, with seconds: ``…:1800``."""
        parts = [self.kind, *([str(self.number)] if self.number else []), *([self.role.value] if self.role else [])]
        return ":".join(parts if self.repeat is None else [*parts, str(int(self.repeat.total_seconds()))])


def read_key(key: str) -> tuple[DeadlineKind, int, Role | None, timedelta | None]:
    """Kind, number, role and repeat of a ``DeadlineSpec.key``. Raises ValueError for anything else."""
    kind, *rest = key.split(":")
    if kind not in get_args(DeadlineKind):
        raise ValueError(f"{key!r} is not a deadline of a step")
    number = int(rest[0]) if rest else 0
    role = Role(rest[1]) if len(rest) > 1 else None
    return cast("DeadlineKind", kind), number, role, timedelta(seconds=int(rest[2])) if len(rest) > 2 else None


@dataclass(frozen=True, slots=True)
class Moved:
    """The case's next state, complete: a use case writes these values and works nothing out by itself."""

    step: str
    status: Status
    round: int
    entered_at: datetime
    due_at: datetime | None
    actor_role: Role | None
    """Who must act next; None when nobody must."""
    action: Action
    lateness: Lateness = "not_applicable"
    deliver_to: tuple[Role, ...] = ()
    deadlines: tuple[DeadlineSpec, ...] = ()
    keeps_clock: bool = False
    """The step did not change: its deadlines stay as they are (``deadlines`` is empty). Otherwise replace them all."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing changes. ``missing`` names field keys (``foto``, ``alasan`` and ``nilai`` among them) for ``missing``."""

    reason: Reason
    missing: tuple[str, ...] = ()


Decision: TypeAlias = Moved | Refused
