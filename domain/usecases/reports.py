"""Reports sent: the form's *Kirim*, the nihil, the later edit, the withdrawal. One transaction each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal

from domain.errors import NotFound, Stale, UserError
from domain.forms import flow
from domain.forms.state import INTERNAL, FormState
from domain.model import Case, Draft, Lateness, Person
from domain.office import Office
from domain.ports import UnitOfWork
from domain.roles import Role
from domain.sop.commands import Amend, Moved, Refused, Resubmit, Submit
from domain.sop.engine import decide, lateness, morning_due
from domain.sop.schema import Sop
from domain.usecases import cards, morning, roll
from domain.usecases.drafts import MESSAGES, needed, sources_of, state_of
from domain.usecases.officials import turn
from domain.usecases.transitions import actor_of, apply, judge, present, record, refusal, subject

RECENT = 20
"""How many of a person's newest reports are looked through."""
MORNING_ENDS_AFTER = 3
"""Hours past the due time during which an event still counts as the (late) answer to the morning duty."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of *Kirim*: the case, and whether it is new or a further version."""

    case: Case
    news: Literal["submitted", "resubmitted", "amended"]


def send(
    uow: UnitOfWork,
    office: Office,
    person: Person,
    draft: Draft,
    received_at: datetime,
    now: datetime,
    *,
    after: datetime | None = None,
) -> Sent:
    """*Kirim*: the draft becomes a case, or a new version of the one it revises (SOP step 1).

    ``after``: a tap found after an outage happened at some time after that one. Raises UserError("galat/belum_lengkap")
    naming what the SOP still needs; the draft stays.
    """
    state = state_of(draft)
    if gaps := flow.missing(state, needed(office, state)):
        raise UserError("galat/belum_lengkap", kurang=list(gaps), ref=None)
    secret = office.sops.get(state.sop, state.sop_version).secret
    # Where a secret text came from is not kept: its messages are deleted and cannot be edited any more.
    fields = _fields(replace(state, messages={}) if secret else state, draft.chat_id)
    if draft.case_id is not None:
        return _further(uow, office, person, draft, state, fields, now)
    case = _new(uow, office, person, draft, state, fields, received_at, now, after)
    finish(uow, draft, state, case, now)
    if case.supersedes_id is not None:
        _supersede(uow, case, person, now)
    cards.announce(uow, office, case, now)
    return Sent(case, "submitted")


def _fields(state: FormState, chat_id: int) -> dict[str, str]:
    fields = {key: value for key, value in state.answers.items() if value.strip()}
    if state.messages:
        fields[MESSAGES] = sources_of(state, chat_id)
    return fields


def _new(
    uow: UnitOfWork,
    office: Office,
    person: Person,
    draft: Draft,
    state: FormState,
    fields: Mapping[str, str],
    received_at: datetime,
    now: datetime,
    after: datetime | None,
) -> Case:
    sop = office.sops.get(state.sop, state.sop_version)
    author_id = state.author_id or person.id
    author = person if author_id == person.id else uow.people.get(author_id)
    if author is None:
        raise NotFound
    # A lapsus takes no nihil's place: that would tell everybody who sees the nihil of it.
    replaced = None if sop.secret else _standing_nihil(uow, office, author, received_at, fields.get("kecamatan"))
    day = answers_duty(
        uow, office, sop, author, received_at, nihil=False, asked=state.duty, region=fields.get("kecamatan")
    )
    attached = uow.attachments.of_draft(draft.id)
    command = Submit(actor_of(person), present(fields, attached), author_id=author_id, morning_duty=day is not None)
    moved = _decided(sop, command, office, now)
    case = _open_case(
        uow,
        office,
        sop,
        moved,
        author,
        person,
        fields,
        received_at,
        now,
        nihil=False,
        duty_date=day,
        replaces=replaced,
        after=after,
    )
    morning.answered(uow, office, author, case)
    return case


def _decided(sop: Sop, command: Submit, office: Office, now: datetime) -> Moved:
    match decide(sop, None, command, now, zone=office.zone, calendar=office.calendar):
        case Moved() as moved:
            return moved
        case Refused() as refused:
            raise refusal(refused, None)


def _open_case(
    uow: UnitOfWork,
    office: Office,
    sop: Sop,
    moved: Moved,
    author: Person,
    by: Person,
    fields: Mapping[str, str],
    received_at: datetime,
    now: datetime,
    *,
    nihil: bool,
    duty_date: date | None,
    replaces: Case | None = None,
    after: datetime | None = None,
) -> Case:
    day = office.local_date(now)
    ended = moved.actor_role is None
    punctual = _lateness(uow, office, sop, author, received_at, duty_date, after)
    if replaces is not None and replaces.duty_date is not None:
        # The duty was answered by the nihil; the event that takes its place keeps it answered and cannot be late.
        duty_date = replaces.duty_date
        due = morning_due(sop, office.zone, received_at)
        punctual = "on_time" if due is not None and received_at <= due else "not_applicable"
    case = uow.cases.add(
        ref=uow.references.next(sop.ref_prefix, day),
        kind=sop.kind,
        sop=sop.name,
        sop_version=sop.version,
        step=moved.step,
        status=moved.status,
        round=moved.round,
        version=1,
        author_id=author.id,
        recorded_by=None if by.id == author.id else by.id,
        region=fields.get("kecamatan"),
        bidang=fields.get("bidang"),
        classification=sop.classification.value,
        urgency=_urgency(fields, sop),
        nihil=nihil,
        duty_date=duty_date,
        lateness=punctual,
        received_at=received_at,
        entered_at=moved.entered_at,
        due_at=moved.due_at,
        closed_at=now if ended else None,
        value=None,
        incident_id=None,
        supersedes_id=replaces.id if replaces else None,
        fields=dict(fields),
    )
    record(uow, case, moved, by.id, now, {"ref": case.ref, "received_at": received_at.isoformat()})
    return case


def _urgency(fields: Mapping[str, str], sop: Sop) -> Any:
    return fields["derajat"].lower().replace(" ", "_") if fields.get("derajat") else sop.urgency


def _lateness(
    uow: UnitOfWork,
    office: Office,
    sop: Sop,
    author: Person,
    received_at: datetime,
    duty_date: date | None,
    after: datetime | None,
) -> Lateness:
    """Nobody is late with what they do not owe; a tap that waited out an outage across the due time is uncertain."""
    found = lateness(sop, office.zone, received_at, duty_date is not None)
    if found != "late" or duty_date is None:
        return found
    if not roll.owes(uow, roll.duty_on(office, duty_date), author):
        return "not_applicable"
    due = morning_due(sop, office.zone, received_at)
    return "uncertain" if after is not None and due is not None and after <= due else "late"


def answers_duty(
    uow: UnitOfWork,
    office: Office,
    sop: Sop,
    author: Person,
    received_at: datetime,
    *,
    nihil: bool,
    asked: bool,
    region: str | None = None,
) -> date | None:
    """The morning whose duty this report answers, or None.

    A nihil always does. An event does when the agent owed a report for its kecamatan that day, had not given one, and
    it came before the morning was over or from the duty's own button; an event at 14.00 is simply reported.
    """
    due = morning_due(sop, office.zone, received_at)
    if due is None or office.profile.morning is None or Role.AGEN not in author.roles:
        return None
    day = office.local_date(received_at)
    if nihil:
        return day
    duty = roll.duty_on(office, day)
    if duty is None or not roll.owes(uow, duty, author):
        return None
    left = roll.unanswered(uow, duty, author)
    if not left or (region is not None and region not in left and None not in left):
        return None
    over = (received_at - due).total_seconds() > MORNING_ENDS_AFTER * 3600
    return None if over and not asked else day


def _standing_nihil(
    uow: UnitOfWork, office: Office, author: Person, received_at: datetime, region: str | None
) -> Case | None:
    day = office.local_date(received_at)
    return next((case for case in uow.cases.duty(author.id, day) if case.nihil and case.region in (None, region)), None)


def _supersede(uow: UnitOfWork, case: Case, by: Person, now: datetime) -> None:
    old = uow.cases.get(case.supersedes_id or 0)
    assert old is not None
    uow.cases.change(old, status="cancelled", closed_at=now)
    uow.events.append(
        subject(old),
        "superseded",
        by.id,
        now,
        {"step": old.step, "status": "cancelled", "version": old.version, "round": old.round, "by": case.ref},
    )


def _further(
    uow: UnitOfWork,
    office: Office,
    person: Person,
    draft: Draft,
    state: FormState,
    fields: Mapping[str, str],
    now: datetime,
) -> Sent:
    assert draft.case_id is not None
    case = uow.cases.get(draft.case_id)
    if case is None:
        raise NotFound
    files = [*uow.attachments.of_case(case.id), *uow.attachments.of_draft(draft.id)]
    returned = state.via == "revision"
    sop, actor = office.sop_of(case.sop, case.sop_version), actor_of(person)
    if state.via == "written_down":  # a deputy, or somebody it was escalated to, writes in the official's stead
        step = sop.step(case.step)
        actor = turn(uow, case, step, now=now).actor(person, step)
    command = (
        Resubmit(actor, present(fields, files), case.version, sop.first.id)
        if returned
        else Amend(actor, present(fields, files), case.version)
    )
    moved = judge(uow, office, case, command, now)
    case = _version(uow, office, case, moved, person, fields, now)
    finish(uow, draft, state, case, now)
    cards.announce(uow, office, case, now)
    return Sent(case, "resubmitted" if returned else "amended")


def _version(
    uow: UnitOfWork,
    office: Office,
    case: Case,
    moved: Moved,
    person: Person,
    fields: Mapping[str, str],
    now: datetime,
) -> Case:
    changed = [
        key
        for key in {*fields, *case.fields}
        if fields.get(key) != case.fields.get(key) and not key.startswith(INTERNAL)
    ]
    case = uow.cases.add_version(case, fields, person.id, now)
    return apply(
        uow,
        case,
        moved,
        person.id,
        now,
        data={"changed": sorted(changed)},
        region=fields.get("kecamatan"),
        bidang=fields.get("bidang"),
        urgency=_urgency(fields, office.sop_of(case.sop, case.sop_version)),
    )


def finish(uow: UnitOfWork, draft: Draft, state: FormState, case: Case, now: datetime) -> None:
    """The draft is done: its content now lives in the case, so its own copy is emptied."""
    uow.attachments.move_to_case(draft.id, case.id, case.version)
    empty = replace(FormState(state.sop, state.sop_version), via=state.via)
    uow.drafts.save(
        replace(
            draft,
            status="sent",
            state=empty.to_json(),
            case_id=case.id,
            remind_at=None,
            expires_at=None,
            updated_at=now,
        ),
        now,
    )


def amend_text(
    uow: UnitOfWork,
    office: Office,
    person: Person,
    case: Case,
    fields: Mapping[str, str],
    now: datetime,
) -> Case:
    """A text edited in Telegram after *Kirim*: a new version while the first verification waits.

    Raises Stale by status afterwards; the attempt is recorded by the caller.
    """
    command = Amend(actor_of(person), present(fields, uow.attachments.of_case(case.id)), case.version)
    moved = judge(uow, office, case, command, now)
    case = _version(uow, office, case, moved, person, fields, now)
    cards.announce(uow, office, case, now)
    return case


def nihil(
    uow: UnitOfWork,
    office: Office,
    person: Person,
    sop: Sop,
    received_at: datetime,
    now: datetime,
    *,
    author: Person | None = None,
    regions: Sequence[str] = (),
    sources: Mapping[str, str] | None = None,
    after: datetime | None = None,
    tapped: int | None = None,
) -> list[Case]:
    """One tap: nothing happened, for each of the person's kecamatan (SOP: nihil is a report; it closes on receipt).

    ``after`` as with ``send``; ``tapped`` is the message that becomes the receipt.
    Raises UserError("laporan/sudah_nihil") or ("laporan/sudah_kejadian") when the day is already answered.
    """
    writer = author or person
    day = answers_duty(uow, office, sop, writer, received_at, nihil=True, asked=True)
    standing = standing_today(uow, office, writer, received_at)
    places: Sequence[str | None] = regions or writer.regions or (None,)
    free = [place for place in places if all(case.region != place for case in standing)]
    if not free:
        first = next(case for case in standing if case.region in places)
        raise UserError(
            "laporan/sudah_nihil" if first.nihil else "laporan/sudah_kejadian",
            ref=first.ref,
            pada=first.received_at.isoformat(),
            pagi=day is not None,
        )
    made = []
    for place in free:
        command = Submit(actor_of(person), nihil=True, morning_duty=day is not None, author_id=writer.id)
        moved = _decided(sop, command, office, now)
        fields = {**(sources or {}), **({"kecamatan": place} if place else {})}
        made.append(
            _open_case(
                uow,
                office,
                sop,
                moved,
                writer,
                person,
                fields,
                received_at,
                now,
                nihil=True,
                duty_date=day,
                after=after,
            )
        )
    morning.answered(uow, office, writer, made[-1], tapped=tapped)
    return made


def standing_today(uow: UnitOfWork, office: Office, writer: Person, at: datetime) -> Sequence[Case]:
    """What answers the writer's day so far: the duty's reports, or, where there is no duty, the day's nihil."""
    day = office.local_date(at)
    if office.profile.morning is not None and Role.AGEN in writer.roles:
        return uow.cases.duty(writer.id, day)
    return [
        case
        for case in uow.cases.of_author(writer.id, RECENT)
        if case.nihil and case.status != "cancelled" and office.local_date(case.received_at) == day
    ]


def cancel_nihil(
    uow: UnitOfWork,
    office: Office,
    person: Person,
    case_id: int,
    last_id: int,
    now: datetime,
) -> list[Case]:
    """Take one's nihil back, for all kecamatan of that receipt (first to last case), until the due time of its morning.

    Stale afterwards, NotFound for anybody else's.
    """
    case = uow.cases.get(case_id)
    if case is None or not case.nihil or case.author_id != person.id:
        raise NotFound
    if case.status == "cancelled":
        raise Stale("laporan/nihil_sudah_batal", ref=case.ref)
    due = morning_due(office.sop_of(case.sop, case.sop_version), office.zone, case.received_at)
    if due is None or now > due:
        raise Stale("laporan/nihil_lewat_waktu", ref=case.ref, batas=due.isoformat() if due else None)
    same = [
        other
        for other in standing_today(uow, office, person, case.received_at)
        if other.nihil and case.id <= other.id <= last_id
    ]
    return [_withdrawn(uow, other, person, now) for other in same]


def _withdrawn(uow: UnitOfWork, case: Case, person: Person, now: datetime) -> Case:
    changed = uow.cases.change(case, status="cancelled", closed_at=now)
    uow.events.append(
        subject(case),
        "withdrawn",
        person.id,
        now,
        {"step": case.step, "status": "cancelled", "version": case.version, "round": case.round},
    )
    return changed


def may_change_nihil(office: Office, case: Case, now: datetime) -> bool:
    """Whether the receipt still offers to take the nihil back."""
    due = morning_due(office.sop_of(case.sop, case.sop_version), office.zone, case.received_at)
    return due is not None and now <= due


def morning_open(uow: UnitOfWork, office: Office, person: Person, sop: Sop, now: datetime) -> bool:
    """Whether the person's morning report is still looked for: owed, not given for every kecamatan, not long over."""
    due = morning_due(sop, office.zone, now)
    if due is None or office.profile.morning is None or Role.AGEN not in person.roles:
        return False
    if (now - due).total_seconds() > MORNING_ENDS_AFTER * 3600:
        return False
    given = {case.region for case in uow.cases.duty(person.id, office.local_date(now))}
    return not given or any(region not in given for region in person.regions)
