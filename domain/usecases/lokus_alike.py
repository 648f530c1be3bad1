"""Plans that look alike: the same day and kecamatan, similar words. They are shown together and can be merged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.lokus.model import KIND
from domain.model import Case
from domain.office import Office
from domain.ports import UnitOfWork
from domain.usecases.transitions import subject

ALIKE = 0.55
"""Likeness of the words (0 to 1) from which on two plans of one day and kecamatan are shown together."""
SHOWN = 3
OPEN_STEPS = frozenset({"pemilihan", "penugasan", "penerimaan", "pelaksanaan"})
"""Steps at which a plan may still take another one in."""


@dataclass(frozen=True, slots=True)
class Alike:
    """Another plan or lokus, and how alike it is (percent)."""

    case: Case
    percent: int


def alike(uow: UnitOfWork, office: Office, case: Case) -> Sequence[Alike]:
    """Open plans and lokus of the same local day and kecamatan with similar words, the most alike first."""
    day, words = _day(office, case), _words(case)
    found = [
        Alike(other, round(ratio * 100))
        for other in uow.cases.waiting(kind=KIND)
        if other.id != case.id and other.step in OPEN_STEPS
        if other.region == case.region and _day(office, other) == day
        if (ratio := office.similarity.ratio(words, _words(other))) >= ALIKE
    ]
    return sorted(found, key=lambda one: (-one.percent, one.case.id))[:SHOWN]


def merged_into(uow: UnitOfWork, case: Case) -> Sequence[Case]:
    """Plans that were merged into this one."""
    ids = [event.data.get("other") for event in uow.events.of(subject(case)) if event.action == "took_in"]
    return [other for other in map(uow.cases.get, [one for one in ids if isinstance(one, int)]) if other is not None]


def _words(case: Case) -> str:
    return " ".join(case.fields.get(key, "") for key in ("kegiatan", "penyelenggara", "dimana"))


def _day(office: Office, case: Case) -> object:
    moment = case.fields.get("_waktu")
    return None if moment is None else office.local_date(datetime.fromisoformat(moment))
