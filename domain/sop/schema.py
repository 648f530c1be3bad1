"""The SOP definition as pydantic models: what one TOML file may say, field by field.

A model validates shapes only (roles, durations, fractions); whether the steps form a procedure that can end is in
``check``, and ``loader`` turns both into refusals with a line number.
"""

from __future__ import annotations

import re
from datetime import time, timedelta
from functools import cached_property
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from domain.roles import Clearance, Role

Kind = Literal["lapinfo", "lapsus", "lapsida", "lokus", "sikanda", "disposisi"]
Status = Literal[
    "submitted",
    "revision",
    "verified",
    "approved",
    "rejected",
    "published",
    "handling",
    "closed",
    "archived",
    "cancelled",
]
EnterStatus = Literal["submitted", "revision", "verified", "approved", "published", "handling", "closed", "archived"]
Label = Literal[
    "setujui", "revisi", "tolak", "publikasikan", "rakor", "arsip", "tindak_lanjut", "terima",
    "jadikan_lokus", "siap", "selesai", "verifikasi", "kirim",
]  # fmt: skip
Where = Literal["private", "group:verifikasi", "group:koordinasi", "group:lokus", "group:pimpinan"]
FieldKey = Literal[
    "bidang", "kecamatan", "desa", "sumber", "cara", "apa", "siapa", "dimana", "kapan", "mengapa", "bagaimana",
    "foto", "suara", "pendapat", "derajat",
    "cara_lapor", "dasar", "kronologi", "massa", "tuntutan", "korban", "analisa", "prediksi", "langkah", "saran",
    "lampiran", "pemberitahuan", "waktu_usulan", "tempat_usulan",
    "kegiatan", "penyelenggara", "waktu", "perkiraan",
]  # fmt: skip
"""What a step may need: the forms' questions and ``suara``; a misspelt key could never be satisfied. The third and
fourth line are the lapsus's: how it is told, its written parts, the short notice, the proposed time and place. The last
is a plan's: what activity, by whom, when, the crowd that is expected."""

STATUSES: tuple[Status, ...] = get_args(Status)
ENDED: frozenset[Status] = frozenset({"rejected", "closed", "archived", "cancelled"})
"""Statuses that nothing leaves."""
PHOTO = "foto"
VOICE = "suara"

_DURATION = re.compile(r"(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?")
_WALL = re.compile(r"([01]\d|2[0-3])\.([0-5]\d)")


def parse_duration(value: Any) -> timedelta:
    """``"60m"``, ``"6h"``, ``"1h30m"``, ``"2d"``; raises ValueError for anything else, zero included."""
    match = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if match is None or not any(match.groups()):
        raise ValueError(f'{value!r} is not a duration: write it like "60m", "6h", "1h30m" or "2d"')
    days, hours, minutes = (int(part or 0) for part in match.groups())
    duration = timedelta(days=days, hours=hours, minutes=minutes)
    if not duration:
        raise ValueError(f"{value!r} is no time at all: a duration must be longer than zero")
    return duration


def parse_wall(value: Any) -> time:
    """``"05.30"`` in the agency's zone, with a dot as Indonesian clocks are written; raises ValueError otherwise."""
    match = _WALL.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise ValueError(f'{value!r} is not a time of day: write it like "05.30" (24 hours, a dot)')
    return time(int(match[1]), int(match[2]))


Duration = Annotated[timedelta, BeforeValidator(parse_duration)]
Wall = Annotated[time, BeforeValidator(parse_wall)]
StepId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=24)]
Text = Annotated[str, Field(min_length=1, max_length=200)]
Fraction = Annotated[float, Field(gt=0, lt=1)]


class Frozen(BaseModel):
    """A definition never changes after it is loaded, and a key nobody knows is a mistake to point out."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class WallClock(Frozen):
    """A duty bound to an hour of the day: every active ``role`` owes one report by ``due``, each local day."""

    due: Wall
    role: Role = Role.AGEN


class Rung(Frozen):
    """One rung of the escalation ladder: ``after`` the limit has passed, ``role`` is told."""

    after: Duration
    role: Role


class Step(Frozen):
    """One step: who acts, how long it may take, and where YES and NO lead."""

    id: StepId
    title: Text
    actor: Role | None = None
    """Whose turn it is; None on a final step."""
    also: tuple[Role, ...] = ()
    """Other roles that may act here too."""
    limit: Duration | None = None
    acknowledge: Duration | None = None
    """Terima: the time to confirm receipt, a clock of its own before ``limit``; the step is due after both."""
    alert_repeat: Duration | None = None
    """Everybody whose turn it is is alerted again at this interval until one of them has opened the case."""
    clock: Literal["24/7", "office"] | None = None
    """What this step's time is counted in, where that differs from the whole definition's ``clock``."""
    counts: bool = True
    """False when no limit of the SOP's table applies: the step is bound by the wall clock or by an outside date."""
    rework_limit: Duration | None = None
    """The time given when the case is sent back here; without it ``limit`` applies again. Not part of the total."""
    clock_starts: Literal["entered", "submitted"] = "entered"
    """Count from entering the step, or from when the newest version was sent."""
    needs: tuple[FieldKey, ...] = ()
    """Field keys (and ``foto``) that must be there before YES."""
    output: str = ""
    yes: StepId | None = None
    yes_label: Label | None = None
    no: StepId | None = None
    no_label: Label | None = None
    where: Where = "private"
    may_reject: bool = False
    may_amend: bool = False
    """Whose turn it is may also change the text themselves (a further version at the same step)."""
    back: tuple[StepId, ...] = ()
    """Steps, beside ``no``, to which a revision may send it back."""
    assigned: Literal["members", "coordinator"] | None = None
    """The persons who act are named in the case; then ``actor`` is their title only, and ``also`` may act beside them.

    ``members``: each does a part, the last one's part is YES; the coordinator may say YES without those who are silent.
    """
    limit_by: Literal["plan"] | None = None
    """The case's own plan says when the step begins and ends; ``limit`` is its time where the plan is silent."""
    asks_value: bool = False
    reminders: tuple[Fraction, ...] = ()
    escalation: tuple[Rung, ...] = ()
    escalation_repeat: Duration | None = None
    """After the last rung, tell it again at this interval."""
    status_on_enter: EnterStatus
    status_on_rework: EnterStatus | None = None
    """The status when the case is sent back here, where that differs."""
    deliver_to: tuple[Role, ...] = ()
    """Who is sent the result when the case enters this step."""
    final: bool = False

    @property
    def roles(self) -> frozenset[Role]:
        """Every role that may act at this step."""
        return frozenset(self.also) if self.actor is None else frozenset((self.actor, *self.also))

    def time_for(self, *, rework: bool) -> timedelta | None:
        """The limit that applies on entering, or None when the step has none."""
        return self.rework_limit if rework and self.rework_limit is not None else self.limit

    def status_for(self, *, rework: bool) -> EnterStatus:
        """The case's status once it has come here, or was sent back here."""
        return self.status_on_rework or self.status_on_enter if rework else self.status_on_enter

    @property
    def allowed(self) -> timedelta:
        """The whole time of the SOP's table for this step: receiving and deciding."""
        return (self.acknowledge or timedelta()) + (self.limit or timedelta())


class Sop(Frozen):
    """A whole procedure. A running case keeps the name and version it started with."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$", max_length=32)]
    version: Annotated[int, Field(ge=1)]
    title: Text
    kind: Kind
    ref_prefix: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    stated_total: Duration
    source: Text
    clock: Literal["24/7", "office"] = "24/7"
    form: StepId
    nihil_to: StepId | None = None
    """The final step that a nihil enters on receipt; absent where nihil is not a report of this procedure."""
    oral_needs: tuple[FieldKey, ...] = ()
    """What is asked of a voice report; an official writes the rest down. Empty: no oral reports."""
    written_needs: tuple[FieldKey, ...] = ()
    """What the author of a lapsus must give where it is written; told by telephone or in person it needs none."""
    classification: Clearance = Clearance.BIASA
    may_withdraw: tuple[Role, ...] = ()
    """Who, beside the head of the office, may call the whole thing off while it runs."""
    preset: Annotated[str, Field(pattern=r"^[A-Z]$")] | None = None
    """Which of the file's presets this is; None for the definition as it is written."""
    urgency: Literal["biasa", "segera", "sangat_segera"] = "biasa"
    """How urgent a case is unless its author says otherwise."""
    wall_clock: WallClock | None = None
    steps: Annotated[tuple[Step, ...], Field(min_length=2)]

    @property
    def nihil(self) -> bool:
        """Whether "nothing happened" is a report here."""
        return self.nihil_to is not None

    @cached_property
    def secret(self) -> bool:
        """Whether its cases are secret by their classification; asked a dozen times for each step of a form."""
        return self.classification.secret

    @property
    def first(self) -> Step:
        """The author's step; a report starts here and comes back here."""
        return self.steps[0]

    def step(self, step_id: str) -> Step:
        """The step of that id; raises KeyError for one this definition does not have."""
        for step in self.steps:
            if step.id == step_id:
                return step
        raise KeyError(step_id)

    def yes_path(self) -> tuple[Step, ...]:
        """The steps along YES from the first, each once."""
        known = {step.id: step for step in self.steps}
        path: dict[str, Step] = {}
        here: Step | None = self.first
        while here is not None and here.id not in path:
            path[here.id] = here
            here = known.get(here.yes) if here.yes else None
        return tuple(path.values())

    @property
    def total(self) -> timedelta:
        """The sum of the limits that count along the YES path."""
        return sum((step.allowed for step in self.yes_path() if step.counts), timedelta())

    def clock_of(self, step: Step) -> Literal["24/7", "office"]:
        """What the step's time is counted in."""
        return step.clock or self.clock
