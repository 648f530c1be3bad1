"""Reports of the same incident: found by likeness, linked by an official, counted as corroboration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.lokus.model import KIND
from domain.model import Case, Person
from domain.office import Office
from domain.ports import UnitOfWork
from domain.roles import Clearance
from domain.usecases.transitions import subject

WINDOW = timedelta(hours=24)
"""How long before a report another one may have come to be about the same incident."""
ALIKE = 0.6
"""From this likeness on (0 to 1) two reports are shown as possibly the same incident."""
MOST = 3
"""How many of them a card shows."""
_COMPARED = ("apa", "siapa", "dimana", "bagaimana")
_OUT = frozenset({"cancelled", "rejected"})


@dataclass(frozen=True, slots=True)
class Alike:
    """Another report of the same kecamatan that reads like this one; ``percent`` is 0 to 100."""

    case: Case
    percent: int


def similar(uow: UnitOfWork, office: Office, case: Case) -> tuple[Alike, ...]:
    """The reports most like this one that are not linked to it yet, the likest first."""
    text = "" if Clearance(case.classification).secret else _text(case)
    if not text:
        return ()
    found = []
    for other in uow.cases.nearby(case, case.received_at - WINDOW):
        if other.status in _OUT or Clearance(other.classification).secret:
            continue  # likeness would tell of its content
        if case.incident_id is not None and other.incident_id == case.incident_id:
            continue
        ratio = office.similarity.ratio(text, _text(other))
        if ratio >= ALIKE:
            found.append(Alike(other, round(ratio * 100)))
    return tuple(sorted(found, key=lambda alike: (-alike.percent, alike.case.id))[:MOST])


def corroboration(uow: UnitOfWork, case: Case) -> tuple[Case, ...]:
    """The linked reports of other authors: nobody corroborates their own report."""
    if case.incident_id is None:
        return ()
    linked = sorted(uow.cases.linked(case.incident_id), key=lambda other: other.id)
    return tuple(
        other
        for other in linked
        if other.id != case.id and other.author_id != case.author_id and other.status not in _OUT
    )


def linkable(case: Case, other: Case) -> bool:
    """Whether both are standing events of the same kecamatan, and neither is secret or the plan of a lokus."""
    if KIND in (case.kind, other.kind):
        return False
    if Clearance(case.classification).secret or Clearance(other.classification).secret:
        return False
    return other.id != case.id and other.region == case.region and not other.nihil and other.status not in _OUT


def link(uow: UnitOfWork, case: Case, other: Case, by: Person, now: datetime) -> Sequence[Case]:
    """Make both one incident (merging what each was linked to already); gives every case of it, as changed."""
    ids = {one.incident_id or one.id for one in (case, other)}
    root = min(ids)
    members = {one.id: one for one in (case, other)}
    for incident in ids:
        members.update({one.id: one for one in uow.cases.linked(incident)})
    first = uow.cases.get(root)
    if first is not None:
        members[root] = first
    changed = [
        member if member.incident_id == root else uow.cases.change(member, incident_id=root)
        for member in members.values()
    ]
    for one, two in ((case, other), (other, case)):
        uow.events.append(subject(one), "linked", by.id, now, {"incident": root, "with": two.ref})
    return changed


def _text(case: Case) -> str:
    return " ".join(case.fields.get(key, "") for key in _COMPARED).strip()
