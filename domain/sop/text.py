"""A definition as people read it: limits in Indonesian and the rows of its table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from domain.roles import Role

if TYPE_CHECKING:
    from domain.sop.schema import Sop, Step


@dataclass(frozen=True, slots=True)
class StepRow:
    """One row of the procedure's table; texts are Indonesian, ``None`` where the step has no such thing."""

    number: int
    id: str
    title: str
    actor: str | None
    limit: str | None
    limit_minutes: int | None
    counts: bool
    needs: tuple[str, ...]
    output: str
    yes: str | None
    no: str | None
    where: str
    final: bool
    acknowledge: str | None
    """Time to confirm receipt (or, for a secret report, to open it) before the limit begins."""
    clock: tuple[str, ...]
    """What the step's clock does besides: alerts, reminders, the ladder; ready to be read out."""


def spell(duration: timedelta | None) -> str:
    """``6 jam``, ``1 jam 30 menit``, ``2 hari``; ``0 menit`` for none."""
    minutes = int((duration or timedelta()).total_seconds() // 60)
    parts = [(minutes // 1440, "hari"), (minutes % 1440 // 60, "jam"), (minutes % 60, "menit")]
    return " ".join(f"{count} {unit}" for count, unit in parts if count) or "0 menit"


def describe(sop: Sop, titles: Mapping[Role, str] | None = None) -> tuple[StepRow, ...]:
    """The rows of the table in the definition's order; ``titles`` (the profile's) name the actors."""

    def target(step_id: str | None) -> str | None:
        return None if step_id is None else sop.step(step_id).title

    def limit(step_limit: timedelta | None, is_first: bool) -> str | None:
        if step_limit is not None:
            return spell(step_limit)
        if is_first and sop.wall_clock is not None:
            return f"sebelum pukul {sop.wall_clock.due:%H.%M}"
        return None

    def called(role: Role) -> str:
        return (titles or {}).get(role, role.value)

    def clock(step: Step) -> tuple[str, ...]:
        found = []
        if step.alert_repeat is not None:
            found.append(f"alarm diulang tiap {spell(step.alert_repeat)} sampai dibuka")
        if step.reminders:
            found.append("pengingat pada " + ", ".join(f"{fraction:.0%}" for fraction in step.reminders))
        found += [f"{called(rung.role)} diberi tahu {spell(rung.after)} setelah batas" for rung in step.escalation]
        if step.escalation_repeat is not None:
            found.append(f"lalu diulang tiap {spell(step.escalation_repeat)}")
        return tuple(found)

    return tuple(
        StepRow(
            number,
            step.id,
            step.title,
            None if step.actor is None else called(step.actor),
            limit(step.limit, number == 1),
            None if step.limit is None else int(step.limit.total_seconds() // 60),
            step.counts,
            step.needs,
            step.output,
            target(step.yes),
            target(step.no),
            step.where,
            step.final,
            None if step.acknowledge is None else spell(step.acknowledge),
            clock(step),
        )
        for number, step in enumerate(sop.steps, 1)
    )
