"""The full list behind a recap, and what was pushed after it as an addendum under the same reference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from domain import recap as rules
from domain.model import Case, Person, Recap
from domain.notices import Json, View
from domain.office import Office
from domain.ports import UnitOfWork
from domain.recap import Content
from domain.roles import Clearance, Role
from domain.usecases import recap, recapview, roll

_NAMES = frozenset({Role.KEPALA, Role.KABID, Role.KASUBBID, Role.KOORDINATOR_WILAYAH})
"""The chain of command reads under which code names reports are missing; leadership reads numbers."""


def stored(uow: UnitOfWork, office: Office, me: Person, recap_id: int, page: int, now: datetime) -> tuple[View, str]:
    """A page of a recap that was made. Raises NotFound for whoever it is not for."""
    made, content = recap.readable(uow, office, me, recap_id, now)
    return listing(uow, office, me, content, page, now, made, f"rk:l:{made.id}"), made.ref


def listing(
    uow: UnitOfWork,
    office: Office,
    me: Person,
    content: Content,
    page: int,
    now: datetime,
    made: Recap | None,
    code: str,
) -> View:
    """A page of any content; ``made`` is the recap it belongs to, if there is one."""
    reader = recap.reader(uow, me, now)
    return recapview.listing(
        uow,
        office,
        me,
        content,
        page,
        now,
        ref=None if made is None else made.ref,
        own=rules.bounds(reader),
        code=code,
        more=() if made is None else later(uow, reader, made),
        absent=missing(uow, office, content) if page == 0 and reader.has(*sorted(_NAMES)) else None,
    )


def missing(uow: UnitOfWork, office: Office, content: Content) -> Mapping[str, Sequence[str]]:
    """Who has not reported to this moment, by kecamatan, under code names."""
    duty = roll.duty_on(office, content.day)
    if duty is None:
        return {}
    owing = roll.owing(uow, duty)[0]
    own = {row.region for row in content.rows}
    found: dict[str, list[str]] = {}
    for entry in roll.call(uow, duty, owing):
        if entry.state == "missing" and entry.region in own:
            found.setdefault(entry.region or office.profile.region, []).append(entry.person.alias)
    return {place: sorted(found[place]) for place in sorted(found)}


def later(uow: UnitOfWork, me: Person, made: Recap) -> list[Json]:
    """The addenda that the person may know of, one line each."""
    lines: list[Json] = []
    own = rules.bounds(me)
    for number, case_id in recap.addenda(uow, made):
        case = uow.cases.get(case_id)
        if case is None or not me.clearance.allows(Clearance(case.classification)):
            continue
        if own and case.region not in own:
            continue
        item = rules.item(case)
        lines.append({"nomor": number, "apa": item.what, "kecamatan": item.region, "ref": item.ref})
    return lines


# --- addenda ---------------------------------------------------------------------------------------------------------


def note(uow: UnitOfWork, office: Office, case: Case, now: datetime) -> None:
    """A report has come to leadership: when its morning's recap went out without it, it is that recap's addendum.

    Leadership is told of it by the report's own summary, which then says so: one message, not two.
    """
    step = office.sop_of(case.sop, case.sop_version).step(case.step)
    if Role.PIMPINAN not in step.deliver_to or uow.meta.get(recap.MARK.format(case.id)) is not None:
        return
    if case.kind not in ("lapinfo", "lapsida", "sikanda") or case.nihil or secret(case):
        return
    made = _recap_of(uow, office, case, now)
    if made is None:
        return
    made = uow.recaps.change(made, addenda=made.addenda + 1)
    data = {"number": made.addenda, "case": case.id, "ref": case.ref}
    uow.events.append(recap.subject(made), "addendum", None, now, data)
    uow.meta.put(recap.MARK.format(case.id), f"{made.ref} {made.addenda}")


def secret(case: Case) -> bool:
    """Whether the case is one that no recap may mention."""
    return not Clearance.TERBATAS.allows(Clearance(case.classification)) or case.kind == "lapsus"


def _recap_of(uow: UnitOfWork, office: Office, case: Case, now: datetime) -> Recap | None:
    """The recap that went out and should have had the report: of its duty, or one that said it was still waiting."""
    came = office.local_date(case.received_at)
    for made in uow.recaps.between(min(came, case.duty_date or came), office.local_date(now)):
        if made.approved_at is None:
            continue
        listed = next((item for item in Content.of(made.content).items if item.case_id == case.id), None)
        if listed is not None and listed.standing == "disetujui":
            return None
        if listed is not None or case.duty_date == made.day:
            return made
    return None


def addendum_of(uow: UnitOfWork, case: Case) -> dict[str, Json] | None:
    """Of which recap, and as which number, the report was pushed; None when it was not."""
    kept = uow.meta.get(recap.MARK.format(case.id))
    if kept is None:
        return None
    ref, _, number = kept.rpartition(" ")
    return {"ref": ref, "nomor": int(number)}
