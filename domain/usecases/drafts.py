"""Half-done reports: begun, answered step by step, parked, taken up again. Each step ends in the draft's row."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal

from domain.errors import NotFound, NotPermitted
from domain.forms import flow, lapsus
from domain.forms.questions import ON_SHEET, ORDER, Sheet, defaults, options, required
from domain.forms.state import INTERNAL, ORIGINAL, FormState, Via
from domain.model import Attachment, Case, Draft, Person
from domain.notices import Delete, Notice
from domain.office import Office
from domain.ports import UnitOfWork
from domain.profile import Drafts, Lapsus
from domain.recognition import Recognised
from domain.roles import Role
from domain.sop.schema import Sop
from domain.textfold import fold
from domain.usecases.officials import turn
from domain.usecases.transitions import actor_of, view_of

MAX_FILE_BYTES = 20 * 1024 * 1024
"""What a bot may download (Bot API getFile)."""
UNDO = timedelta(hours=1)
"""How long a cancelled form can be taken back."""
MESSAGES = INTERNAL + "pesan"
"""The field of a report that says which Telegram messages its texts came from: ``chat/message=key``, by commas."""


def primary_sop(office: Office) -> Sop:
    """The procedure that a report typed without any command belongs to."""
    return office.sops.get(office.profile.procedures[0].definition)


def sop_for(office: Office, command: str) -> Sop:
    """The procedure behind /lapinfo or /lapor; NotFound where the agency does not run it."""
    procedure = office.profile.procedure(command)
    if procedure is None:
        raise NotFound("galat/prosedur_tidak_ada", perintah=command)
    return office.sops.get(procedure.definition)


def sheet_of(office: Office, state: FormState) -> Sheet:
    """Which form the state belongs to, by its procedure."""
    return _sheet(office.sops.get(state.sop, state.sop_version))


def _sheet(sop: Sop) -> Sheet:
    return "lapsus" if sop.secret else "rencana" if sop.kind == "lokus" else "laporan"


def applies(office: Office) -> flow.Applies:
    """Only what stands on the form's sheet; a desa is asked only where the profile lists some for the kecamatan."""

    def possible(state: FormState) -> Collection[str]:
        sheet = sheet_of(office, state)
        if sheet == "lapsus":
            return lapsus.keys(office, state)
        return ON_SHEET[sheet] if options(office, "desa", state.answers, ()) else ON_SHEET[sheet] - {"desa"}

    return possible


def state_of(draft: Draft) -> FormState:
    """The conversation's state from the draft's row."""
    return FormState.from_json(draft.state)


def needed(office: Office, state: FormState) -> tuple[str, ...]:
    """What must be there before *Kirim*, by the SOP the draft was begun under."""
    sop = office.sops.get(state.sop, state.sop_version)
    if sop.secret:
        return lapsus.needed(office, state)
    return required(sop, oral=state.voices > 0 and bool(sop.oral_needs) and state.via != "written_down")


def begin(
    uow: UnitOfWork,
    office: Office,
    person: Person,
    chat_id: int,
    sop: Sop,
    now: datetime,
    *,
    via: Via = "form",
    found: Recognised | None = None,
    text: str = "",
    author: Person | None = None,
    duty: bool = False,
    sources: Mapping[str, str] | None = None,
) -> tuple[Draft, FormState]:
    """A new report. What the person was writing before is parked as a saved draft, never dropped."""
    if person.roles.isdisjoint(sop.first.roles):
        raise NotPermitted
    writer = author or person
    state = FormState(
        sop.name,
        sop.version,
        answers={**({} if sop.secret else defaults(writer)), **(sources or {})},
        via=via,
        duty=duty,
        author_id=None if author is None else author.id,
        asks=tuple(
            key
            for key in ORDER
            if (key in ON_SHEET[_sheet(sop)] and via in ("form", "catat")) or key in sop.first.needs
        ),
    )
    if sop.secret:
        state = replace(state, asks=lapsus.first_asks(office, state))
    # What is known of the writer is not counted as a question; it can be changed from the summary.
    state = replace(state, asks=tuple(key for key in state.asks if not state.has(key)))
    if found is not None:
        state = filled(state, found, writer, text)
    state = flow.advance(state, applies(office))
    active = uow.drafts.active(person.id)
    same = active is not None and active.case_id is None and active.form == sop.name and not sop.secret
    if active is not None and same and untouched(state_of(active), state):
        return save(uow, office, active, state, now), state  # begun twice, or begun and left: the same sheet of paper
    park(uow, office, person, now)
    return _add(uow, office, person, chat_id, state, now), state


def untouched(state: FormState, new: FormState) -> bool:
    """Whether nothing was put into the form yet that another one beginning would not hold as well."""
    known = {key: value for key, value in state.answers.items() if new.answers.get(key) != value}
    return not (known or state.photos or state.voices or state.files or state.skipped)


def filled(state: FormState, found: Recognised, writer: Person, text: str = "", *, override: bool = False) -> FormState:
    """What was recognised put into fields that are still empty (all of them with ``override``).

    The writer's own kecamatan is taken when there is only one. What does not stand in the text is marked as a guess.
    """
    places: dict[str, str | None] = {"bidang": found.bidang, "kecamatan": found.kecamatan, "desa": found.desa}
    if found.kecamatan is None and len(writer.regions) == 1:
        places["kecamatan"] = writer.regions[0]
    written = {key: value for key, value in found.fields.items() if override or not state.has(key)}
    written.update(found.stated)  # what the message says goes before what the writer usually answers
    put = {key: value for key, value in places.items() if value and not state.has(key)}
    said = f" {fold(text).text} "
    guessed = tuple(key for key in ("bidang", "kecamatan") if key in put and fold(put[key]).text not in said)
    house = {"perihal": found.headline} if found.headline and not state.has("perihal") else {}
    before = state.answers.get(ORIGINAL)
    if text:
        house[ORIGINAL] = f"{before}\n\n{text}" if before else text
    known = {key: told for key, told in state.messages.items() if told not in written}
    state = to_ask(state, found.unread)
    return replace(
        state,
        answers={**state.answers, **written, **put, **house},
        messages=known,
        skipped=tuple(key for key in state.skipped if key not in written),
        taken=tuple(dict.fromkeys((*state.taken, *written, *put))),
        guessed=tuple(dict.fromkeys((*(k for k in state.guessed if k not in written), *guessed))),
    )


def to_ask(state: FormState, keys: Collection[str]) -> FormState:
    """Labelled values that are on no list of the office are asked, even where the writer's usual answer stands."""
    return replace(
        state,
        asks=tuple(key for key in ORDER if key in state.asks or key in keys),
        redo=tuple(dict.fromkeys((*state.redo, *(key for key in keys if state.has(key))))),
        skipped=tuple(key for key in state.skipped if key not in keys),
    )


def save(
    uow: UnitOfWork,
    office: Office,
    draft: Draft,
    state: FormState,
    now: datetime,
    status: Literal["active", "saved"] = "active",
) -> Draft:
    """Write the step. A form is reminded of once, then expires after the profile's times; a revision waits for ever."""
    waits = _waits(office, state)
    expires = None if state.via == "revision" else now + (UNDO if state.dropped else waits.expires_after)
    remind = None if draft.remind_at is None or state.dropped else now + waits.remind_after
    return uow.drafts.save(
        replace(draft, state=state.to_json(), status=status, updated_at=now, remind_at=remind, expires_at=expires), now
    )


def _waits(office: Office, state: FormState) -> Drafts | Lapsus:
    """How long a form may lie: a secret one shorter, for its messages stand in the chat meanwhile."""
    secret = office.profile.lapsus if lapsus.is_secret(office, state) else None
    return secret or office.profile.drafts


def park(uow: UnitOfWork, office: Office, person: Person, now: datetime) -> Draft | None:
    """Put the active draft aside as saved."""
    active = uow.drafts.active(person.id)
    if active is None:
        return None
    if lapsus.is_secret(office, state_of(active)):
        # Its question shows answers: it goes, the draft's own button brings it back.
        uow.outbox.add(Notice(active.chat_id, Delete(slot=f"isian:{active.id}")))
    return save(uow, office, active, state_of(active), now, "saved")


def drop(uow: UnitOfWork, office: Office, draft: Draft, now: datetime) -> Draft:
    """*Batal*: off the list, and gone for good after ``UNDO``. A revision that was asked for is only put aside."""
    state = state_of(draft)
    return save(uow, office, draft, replace(state, dropped=state.via != "revision"), now, "saved")


def resume(uow: UnitOfWork, office: Office, person: Person, draft_id: int, now: datetime) -> tuple[Draft, FormState]:
    """Make a saved or cancelled draft the active one again. NotFound for somebody else's or a finished one."""
    draft = mine(uow, person, draft_id, ("active", "saved"))
    if draft.status != "active":
        park(uow, office, person, now)
    state = replace(state_of(draft), dropped=False)
    return save(uow, office, draft, state, now), state


def shelf(uow: UnitOfWork, person: Person) -> Sequence[Draft]:
    """The unfinished reports, newest first; cancelled ones are not among them."""
    return [draft for draft in uow.drafts.open(person.id) if not state_of(draft).dropped]


def mine(uow: UnitOfWork, person: Person, draft_id: int, statuses: Sequence[str] = ("active",)) -> Draft:
    """The person's own draft in one of these states; NotFound otherwise (forged ids are answered alike)."""
    draft = uow.drafts.get(draft_id)
    if draft is None or draft.person_id != person.id or draft.status not in statuses:
        raise NotFound("isian/tidak_ada")
    return draft


def write_down(uow: UnitOfWork, office: Office, case: Case, by: Person, now: datetime) -> Draft:
    """An oral report is written down by an official from its card; sending it makes a new version of the same case.

    Raises NotPermitted unless the person may act at the case's present step or is the duty officer.
    """
    sop = office.sop_of(case.sop, case.sop_version)
    step = sop.step(case.step)
    actor, view = actor_of(by), view_of(uow, case)
    acts = by.has(Role.PIKET, *step.roles) or by in turn(uow, case, step, view, now=now).persons
    if not acts or actor.person_id == view.author_id:
        raise NotPermitted
    park(uow, office, by, now)
    state = FormState(
        sop.name,
        sop.version,
        answers=_texts(case),
        asks=tuple(k for k in ORDER if k in sop.first.needs),
        via="written_down",
        author_id=case.author_id,
        voices=0 if sop.secret else 1,
        redo=(),
    )
    if sop.secret:
        state = replace(state, asks=lapsus.first_asks(office, state))
    return _add(uow, office, by, by.telegram_id, flow.advance(state, applies(office)), now, case_id=case.id)


def reopen(
    uow: UnitOfWork,
    office: Office,
    case: Case,
    writer: Person,
    fields: tuple[str, ...],
    reason: str,
    now: datetime,
) -> tuple[Draft, FormState]:
    """A report that was sent back: a draft of the whole report that asks just the fields concerned."""
    files = uow.attachments.of_case(case.id)
    wanted = tuple(key for key in ORDER if key in fields)
    if (sop := office.sops.get(case.sop, case.sop_version)).secret:
        whole = FormState(sop.name, sop.version, answers=_texts(case))
        # Where none of its own parts is named the summary stands first: whatever is meant can be changed from there.
        wanted = tuple(key for key in wanted if key in lapsus.keys(office, whole))
    state = FormState(
        case.sop,
        case.sop_version,
        answers=_texts(case),
        asks=wanted,
        redo=wanted,
        via="revision",
        reason=reason,
        photos=count(files, "photo"),
        voices=count(files, "voice"),
        author_id=None if writer.id == case.author_id else case.author_id,
    )
    messages, taken = told(case, writer.telegram_id)
    state = flow.advance(replace(state, messages=messages, taken=taken), applies(office))
    # A secret one waits for its own button: what is typed next must not land in it unseen.
    active = uow.drafts.active(writer.id) is None and not lapsus.is_secret(office, state)
    draft = _add(uow, office, writer, writer.telegram_id, state, now, case_id=case.id, active=active)
    return draft, state


def _texts(case: Case) -> dict[str, str]:
    return {key: value for key, value in case.fields.items() if key != MESSAGES}


def sources_of(state: FormState, chat_id: int) -> str:
    """The ``MESSAGES`` field of a report made from this form.

    Not the parts of a text that came in several messages: an edit of one of them says nothing about the others.
    """
    taken = "+".join(state.taken)
    parts = state.parts if len(state.parts) > 1 else {}
    return ",".join(
        f"{chat_id}/{message}={key}{taken if key == '*' else ''}"
        for message, key in state.messages.items()
        if message not in parts
    )


def told(case: Case, chat_id: int) -> tuple[dict[str, str], tuple[str, ...]]:
    """Which messages of that chat the report's texts came from: by message id, and what was read from a whole one."""
    messages: dict[str, str] = {}
    taken: list[str] = []
    for pair in case.fields.get(MESSAGES, "").split(","):
        place, _, key = pair.partition("=")
        chat, _, message = place.partition("/")
        if chat == str(chat_id):
            messages[message] = "*" if key.startswith("*") else key
            taken += [name for name in key[1:].split("+") if key.startswith("*") and name]
    return messages, tuple(dict.fromkeys(taken))


def count(files: Sequence[Attachment], kind: Literal["photo", "voice"]) -> int:
    """Photos (image documents too) or voice notes (audio too) among the files."""
    if kind == "photo":
        return sum(a.kind == "photo" or (a.kind == "document" and (a.mime or "").startswith("image/")) for a in files)
    return sum(a.kind in ("voice", "audio") for a in files)


def _add(
    uow: UnitOfWork,
    office: Office,
    person: Person,
    chat_id: int,
    state: FormState,
    now: datetime,
    *,
    case_id: int | None = None,
    active: bool = True,
) -> Draft:
    waits = _waits(office, state)
    return uow.drafts.add(
        person.id,
        chat_id,
        state.sop,
        state.to_json(),
        now,
        case_id=case_id,
        remind_at=now + waits.remind_after,
        expires_at=None if state.via == "revision" else now + waits.expires_after,
        status="active" if active else "saved",
    )
