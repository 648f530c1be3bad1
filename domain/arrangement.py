"""A call or a meeting being arranged between the author of a lapsus and an official: proposed, agreed, held. Pure.

Whoever proposes a time waits for the other side's one word; what changes it raises ``number``, so that a button made
for an earlier state is recognised.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

Way: TypeAlias = Literal["telepon", "menghadap"]
Side: TypeAlias = Literal["pelapor", "pejabat"]
Phase: TypeAlias = Literal["usul", "sepakat", "selesai"]
Why: TypeAlias = Literal["stale", "done", "own_proposal", "not_yours", "empty"]


@dataclass(frozen=True, slots=True)
class Arrangement:
    """Where it stands. ``time`` and ``place`` are words as they were said; a call has no place."""

    way: Way
    time: str
    place: str | None = None
    phase: Phase = "usul"
    proposed_by: Side = "pelapor"
    holder: int | None = None
    """The official who took it (person id), once one has."""
    number: int = 0


@dataclass(frozen=True, slots=True)
class Propose:
    """Another time (and place, where None keeps the one there is)."""

    side: Side
    person: int
    number: int
    time: str
    place: str | None = None


@dataclass(frozen=True, slots=True)
class Agree:
    """*Ambil* or *Setuju waktu*: yes to what the other side proposed."""

    side: Side
    person: int
    number: int


@dataclass(frozen=True, slots=True)
class Finish:
    """*Sudah dilaksanakan*: they have spoken; an official says so."""

    side: Side
    person: int
    number: int


Step: TypeAlias = Propose | Agree | Finish


@dataclass(frozen=True, slots=True)
class No:
    """Nothing changes, and why."""

    why: Why


def decide(now: Arrangement, step: Step) -> Arrangement | No:
    """What the step makes of the arrangement, or why it makes nothing."""
    if now.phase == "selesai":
        return No("done")
    if step.number != now.number:
        return No("stale")
    holder = step.person if step.side == "pejabat" else now.holder
    match step:
        case Propose():
            if not step.time.strip():
                return No("empty")
            place = now.place if step.place is None or now.way == "telepon" else step.place
            return replace(
                now,
                time=step.time,
                place=place,
                phase="usul",
                proposed_by=step.side,
                holder=holder,
                number=now.number + 1,
            )
        case Agree():
            if now.phase == "sepakat":
                return No("stale")
            if step.side == now.proposed_by:
                return No("own_proposal")
            return replace(now, phase="sepakat", holder=holder, number=now.number + 1)
        case Finish():
            if step.side != "pejabat":
                return No("not_yours")
            return replace(now, phase="selesai", holder=holder, number=now.number + 1)
