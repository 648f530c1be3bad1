"""People and cases for the engine's tests: two procedures, everybody who may touch them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from domain.roles import Role
from domain.sop.commands import Actor, CaseView, Moved
from domain.sop.loader import SopRegistry
from domain.sop.schema import Sop

WIB = ZoneInfo("Asia/Jakarta")
WITA = ZoneInfo("Asia/Makassar")
REGISTRY = SopRegistry.load()
LAPINFO = REGISTRY.get("lapinfo")
SIKANDA = REGISTRY.get("sikanda")
NOW = datetime(2026, 11, 20, 5, 0, tzinfo=WIB).astimezone(UTC)
MINUTE = timedelta(minutes=1)
ALL_FIELDS = frozenset({"bidang", "kecamatan", "apa", "siapa", "dimana", "kapan", "mengapa", "bagaimana", "foto"})

AUTHOR = 1


def actor(person_id: int, *roles: Role, regions: tuple[str, ...] = (), **more: Any) -> Actor:
    return Actor(person_id, frozenset(roles), frozenset(regions), **more)


AGENT = actor(AUTHOR, Role.AGEN)
OTHER_AGENT = actor(2, Role.AGEN)
VERIFIER = actor(3, Role.VERIFIKATOR)
OTHER_VERIFIER = actor(4, Role.VERIFIKATOR)
HEAD = actor(5, Role.KEPALA)
LEADER = actor(6, Role.PIMPINAN)
PUBLISHER = actor(7, Role.PUBLIKATOR)
DUTY = actor(8, Role.PIKET)
OPERATOR = actor(9, Role.ADMINISTRATOR)


def case_at(sop: Sop, step: str, **changes: Any) -> CaseView:
    """A case that has just come to the step; ``changes`` override any of it."""
    here = sop.step(step)
    case = CaseView(
        id=7,
        ref=f"{sop.ref_prefix}-261120-0007",
        sop=sop.name,
        sop_version=sop.version,
        step=step,
        status=here.status_on_enter,
        round=1,
        version=1,
        author_id=AUTHOR,
        entered_at=NOW,
        due_at=None,
        region="Kajen",
        fields_present=ALL_FIELDS,
    )
    return replace(case, **changes)


def after(case: CaseView, moved: Moved) -> CaseView:
    """The case once a use case has written the decision."""
    return replace(
        case, step=moved.step, status=moved.status, round=moved.round, entered_at=moved.entered_at, due_at=moved.due_at
    )
