"""Whether the steps of a definition form a procedure: everything begun can end, and the table adds up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from domain.sop.schema import Sop, Step
from domain.sop.text import spell


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong and where: ``path`` leads into the TOML document, as in ``("steps", 2, "yes")``."""

    path: tuple[str | int, ...]
    why: str


def problems(sop: Sop) -> Iterator[Problem]:
    """Every reason to refuse the definition, the ones that explain others first."""
    yield from _duplicates(sop)
    for index, step in enumerate(sop.steps):
        yield from _shape(index, step)
        if step.acknowledge is not None and (index == 0 or step.limit is None):
            why = "the author acknowledges nothing" if index == 0 else "acknowledge comes before a limit: add limit"
            yield Problem(("steps", index, "acknowledge"), f'step "{step.id}": {why}, or remove acknowledge')
    yield from _targets(sop)
    yield from _named(sop)
    yield from _ends(sop)
    yield from _total(sop)


def _duplicates(sop: Sop) -> Iterator[Problem]:
    seen: set[str] = set()
    for index, step in enumerate(sop.steps):
        if step.id in seen:
            yield Problem(("steps", index, "id"), f'two steps have the id "{step.id}": give this one another')
        seen.add(step.id)


def _shape(index: int, step: Step) -> Iterator[Problem]:
    wrong = _final(step) if step.final else (*_ways(step), *_times(step))
    yield from (Problem(("steps", index, key), f'step "{step.id}": {why}') for key, why in wrong)


def _final(step: Step) -> Iterator[tuple[str, str]]:
    for key in ("yes", "no", "actor", "limit", "rework_limit", "acknowledge", "alert_repeat", "clock"):
        if getattr(step, key) is not None:
            yield key, f"a final step has no {key}: remove it, or remove final = true"


def _ways(step: Step) -> Iterator[tuple[str, str]]:
    if step.actor is None:
        yield "id", "nobody acts here: add actor = a role"
    if step.yes is None:
        yield "id", "is a dead end: add yes = the next step, or final = true"
    elif step.yes_label is None:
        yield "yes", "yes needs a yes_label: the word on its button"
    if (step.no is None) != (step.no_label is None):
        yield "no" if step.no else "no_label", "no and no_label go together: add the missing one or remove both"


def _times(step: Step) -> Iterator[tuple[str, str]]:
    if step.limit is None and step.counts:
        yield "id", "has no limit: add limit, or counts = false when no limit of the SOP applies"
    for key in ("reminders", "escalation"):
        if getattr(step, key) and step.limit is None and step.rework_limit is None:
            yield key, f"{key} without a limit can never fire: add limit or remove {key}"
    if step.escalation_repeat is not None and not step.escalation:
        yield "escalation_repeat", "there is no escalation to repeat: add escalation or remove this"
    if step.alert_repeat is not None and step.limit is None:
        yield "alert_repeat", "alerts without a limit would never end: add limit or remove alert_repeat"
    if not _rises(step.reminders):
        yield "reminders", "fractions must rise, as in [0.5, 0.8]"
    if not _rises(rung.after.total_seconds() for rung in step.escalation):
        yield "escalation", "each rung must come later than the one before it"


def _rises(values: Iterable[float]) -> bool:
    return all(earlier < later for earlier, later in pairwise(values))


def _targets(sop: Sop) -> Iterator[Problem]:
    ids = {step.id for step in sop.steps}
    for index, step in enumerate(sop.steps):
        for key in ("yes", "no"):
            target = getattr(step, key)
            path = ("steps", index, key)
            if target is not None and target not in ids:
                yield Problem(path, f'step "{step.id}": {key} leads to the unknown step "{target}": correct the id')
            elif target == step.id:
                yield Problem(path, f'step "{step.id}": {key} leads back to itself: name another step')
    if sop.nihil_to is not None and (sop.nihil_to not in ids or not sop.step(sop.nihil_to).final):
        yield Problem(("nihil_to",), f'nihil_to = "{sop.nihil_to}" must name a final step')


def _named(sop: Sop) -> Iterator[Problem]:
    """Persons named in the case, times of its plan, further ways back."""
    ids = [step.id for step in sop.steps]
    for index, step in enumerate(sop.steps):
        path, name = ("steps", index), f'step "{step.id}": '
        if step.assigned is not None and (index == 0 or step.final):
            yield Problem((*path, "assigned"), f"{name}nobody is named here yet: remove assigned")
        if step.limit_by is not None and (step.limit is None or step.acknowledge is not None):
            yield Problem((*path, "limit_by"), f"{name}limit_by needs a limit, and knows no acknowledge")
        if step.back and step.no_label != "revisi":
            yield Problem((*path, "back"), f'{name}back belongs to a revision: set no_label = "revisi" or remove back')
        for target in step.back:
            if target not in ids or ids.index(target) >= index:
                yield Problem((*path, "back"), f'{name}back leads to "{target}": name an earlier step')


def _ends(sop: Sop) -> Iterator[Problem]:
    if sop.first.final:
        yield Problem(("steps", 0, "final"), "the first step is the author's and cannot be final")
    if not any(step.final for step in sop.steps):
        yield Problem(
            ("steps", len(sop.steps) - 1), "no step is final: mark where the procedure ends with final = true"
        )
        return
    last = sop.yes_path()[-1]
    if not last.final and any(last.yes == step.id for step in sop.steps):
        path = ("steps", sop.steps.index(last), "yes")
        yield Problem(path, f'step "{last.id}": yes leads back to "{last.yes}", so that YES never ends: lead it onward')
    reached = _closure({sop.first.id, *([sop.nihil_to] if sop.nihil_to else [])}, _edges(sop))
    ending = _closure({step.id for step in sop.steps if step.final}, _edges(sop, backwards=True))
    for index, step in enumerate(sop.steps):
        if step.id not in reached:
            yield Problem(
                ("steps", index, "id"), f'step "{step.id}" is unreachable: lead a yes or no to it, or remove it'
            )
        elif step.id not in ending:
            yield Problem(
                ("steps", index, "id"), f'step "{step.id}" is a dead end: no way from it reaches a final step'
            )


def _edges(sop: Sop, *, backwards: bool = False) -> dict[str, set[str]]:
    edges: dict[str, set[str]] = {step.id: set() for step in sop.steps}
    for step in sop.steps:
        for target in (step.yes, step.no):
            if target in edges:
                edges[target if backwards else step.id].add(step.id if backwards else target)
    return edges


def _closure(start: set[str], edges: dict[str, set[str]]) -> set[str]:
    seen: set[str] = set()
    todo = list(start)
    while todo:
        node = todo.pop()
        if node not in seen:
            seen.add(node)
            todo.extend(edges[node])
    return seen


def _total(sop: Sop) -> Iterator[Problem]:
    if sop.total == sop.stated_total:
        return
    parts = " + ".join(f"{step.id} {spell(step.allowed)}" for step in sop.yes_path() if step.counts and step.limit)
    yield Problem(
        ("stated_total",),
        f"stated_total is {spell(sop.stated_total)} but the steps take {spell(sop.total)}"
        f" ({parts or 'no step counts'}): correct one of them",
    )
