"""Plans that look alike are shown together: similar words about the same day and kecamatan, which can be merged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.lokus.model import KIND
from domain.model import Case, Person
from domain.office import Office
from domain.ports import UnitOfWork
from domain.usecases.officials import cleared
from domain.usecases.transitions import subject

ALIKE, VERY_ALIKE = 0.55, 0.8
"""Likeness of the words (0 to 1) from which on two plans of one day and kecamatan are shown together; the higher one
counts where day or kecamatan differs, for a partner may have written the wrong one."""
SHOWN = 3
NEAR = timedelta(hours=6)
"""Two activities this close are of one day, midnight or not."""
APART = timedelta(days=7)
OPEN_STEPS = frozenset({"pemilihan", "penugasan", "penerimaan", "pelaksanaan"})
"""Steps at which a plan may still take another one in."""


@dataclass(frozen=True, slots=True)
class Alike:
    """Another plan or lokus, and how alike it is (percent)."""

    case: Case
    percent: int
    other_day: bool
    """It is on another day: shown, but not offered to be merged."""


def alike(uow: UnitOfWork, office: Office, case: Case) -> Sequence[Alike]:
    """Open plans and lokus with similar words about the same day and kecamatan; those of the same day first."""
    at, words = _begins(uow, case), _words(case)
    found = []
    for other in uow.cases.waiting(kind=KIND):
        if other.id == case.id or other.step not in OPEN_STEPS:
            continue
        there = _begins(uow, other)
        same_day = _same_day(office, at, there)
        same_place = case.region == other.region
        if not (same_day or (same_place and at is not None and there is not None and abs(at - there) <= APART)):
            continue
        ratio = office.similarity.ratio(words, _words(other))
        if ratio >= (ALIKE if same_day and same_place else VERY_ALIKE):
            found.append(Alike(other, round(ratio * 100), not same_day))
    return sorted(found, key=lambda one: (one.other_day, -one.percent, one.case.id))[:SHOWN]


def alike_for(uow: UnitOfWork, office: Office, case: Case, reader: Person) -> Sequence[Alike]:
    """Those of ``alike`` that the reader may know of: somebody of one kecamatan is not told of another's plans."""
    return [one for one in alike(uow, office, case) if cleared(one.case, reader)]


def lokus_day(uow: UnitOfWork, office: Office, case: Case) -> str | None:
    """The local day of the plan or lokus (ISO), for a template."""
    at = _begins(uow, case)
    return None if at is None else office.local_date(at).isoformat()


def merged_into(uow: UnitOfWork, case: Case) -> Sequence[Case]:
    """Plans that were merged into this one."""
    ids = [event.data.get("other") for event in uow.events.of(subject(case)) if event.action == "took_in"]
    return [other for other in map(uow.cases.get, [one for one in ids if isinstance(one, int)]) if other is not None]


def _words(case: Case) -> str:
    return " ".join(case.fields.get(key, "") for key in ("kegiatan", "penyelenggara", "dimana"))


def _begins(uow: UnitOfWork, case: Case) -> datetime | None:
    """When it begins: by the order in force, else by the plan."""
    lokus = uow.lokus.get(case.id) if case.step != "pemilihan" else None  # a plan that waits has none yet
    if lokus is not None and lokus.starts_at is not None:
        return lokus.starts_at
    moment = case.fields.get("_waktu")
    return None if moment is None else datetime.fromisoformat(moment)


def _same_day(office: Office, one: datetime | None, other: datetime | None) -> bool:
    if one is None or other is None:
        return one is other
    return office.local_date(one) == office.local_date(other) or abs(one - other) <= NEAR
