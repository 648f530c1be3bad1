"""Step 6 of a lokus: the result report is made from everybody's log, edited part by part, and sent into the rounds.

With preset B every member sends a part; the last one's (or *Lanjutkan*) puts the whole together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from domain.errors import NotFound, Stale, UserError
from domain.lokus import chronicle, result
from domain.lokus.model import Lokus, Member
from domain.lokus.words import hour
from domain.model import Case, Person
from domain.notices import Json, View
from domain.office import Office
from domain.ports import UnitOfWork
from domain.roles import Role
from domain.sop.commands import Actor, Approve, Contribute
from domain.usecases import cards, lokus_board, lokus_late, lokus_parts, lokus_steps
from domain.usecases.lokus_draft import (
    AUTHOR,
    Draft,
    draft_of,
    each_member,
    first_day,
    is_stored,
    late_of,
    log_photos,
)
from domain.usecases.transitions import actor_of, apply, judge, pending


def at_draft(
    uow: UnitOfWork, office: Office, me: Person, case_id: int, now: datetime
) -> tuple[Case, Lokus, Role, Actor]:
    """The lokus whose report is being made, for its coordinator or the desk. Raises NotFound or Stale."""
    case = lokus_steps.case_of(uow, office, case_id, AUTHOR)
    role, actor = lokus_steps.acting(uow, office, case, me, now)
    return case, lokus_steps.lokus_of(uow, case), role, actor


def drafting(uow: UnitOfWork, office: Office, me: Person, case_id: int, now: datetime) -> tuple[Case, Lokus, Draft]:
    case, lokus, _, _ = at_draft(uow, office, me, case_id, now)
    if each_member(office, case):
        raise Stale("lokus/sudah_beralih", ref=case.ref)
    return case, lokus, draft_of(uow, office, case, lokus)


def begin_part(uow: UnitOfWork, office: Office, me: Person, case_id: int, key: str, now: datetime) -> tuple[Case, str]:
    """What a part says now, before the person types it anew. Stale for what is no part."""
    case, _, draft = drafting(uow, office, me, case_id, now)
    if key not in result.KEYS:
        raise Stale
    return case, draft.content.get(key, "")


def write(
    uow: UnitOfWork,
    office: Office,
    me: Person,
    case_id: int,
    key: str,
    text: str,
    now: datetime,
    was: str | None = None,
) -> Case:
    """One part in the coordinator's words; ``-`` empties it. ``was``: the stamp of what the person was shown.

    Raises UserError as ``lokus_parts.reworded``, Stale when somebody else has changed it meanwhile.
    """
    if key not in result.KEYS:
        raise Stale
    case, lokus, draft = drafting(uow, office, me, case_id, now)
    before = draft.content.get(key, "")
    if was is not None and was != chronicle.stamp(before):
        raise Stale("hasil/berubah", ref=case.ref, kunci=key)
    words = lokus_parts.reworded(case, key, before, text)
    if key == "bagaimana":
        return chronicled(uow, case, lokus, draft, words)
    put(uow, lokus, replace(draft, content={**draft.content, key: words}))
    return case


def chronicled(uow: UnitOfWork, case: Case, lokus: Lokus, draft: Draft, text: str) -> Case:
    """The chronology as its author wants it; what it said before can be had back until it is changed again."""
    before = draft.content.get("bagaimana", "")
    put(uow, lokus, replace(draft, content={**draft.content, "bagaimana": text}, before=before))
    return case


def toggle(uow: UnitOfWork, office: Office, me: Person, case_id: int, photo_id: int, now: datetime) -> Case:
    """One photo of the field in or out. Stale for a photo that is none of this lokus's, UserError past the most."""
    case, lokus, draft = drafting(uow, office, me, case_id, now)
    if photo_id not in {one.id for _, one in log_photos(uow, case)}:
        raise Stale
    chosen = tuple(one for one in draft.photos if one != photo_id)
    if photo_id not in draft.photos:
        chosen = (*draft.photos, photo_id)
    if len(chosen) > result.PHOTOS_MOST:
        raise UserError("hasil/terlalu_banyak_foto", paling=result.PHOTOS_MOST)
    put(uow, lokus, replace(draft, photos=chosen))
    return case


def take_new(uow: UnitOfWork, office: Office, me: Person, case_id: int, now: datetime) -> Case:
    """What arrived late goes into the chronology, each in its time; nothing that was edited is touched."""
    case, lokus, draft = drafting(uow, office, me, case_id, now)
    late = late_of(uow, office, case, lokus, draft)
    content = {**draft.content, "bagaimana": late.merged(draft.content.get("bagaimana", ""), office, lokus)}
    put(uow, lokus, replace(draft, content=content, upto=newest(uow, case, draft.upto), before=None))
    lokus_late.settle(uow, case, now)
    return case


def newest(uow: UnitOfWork, case: Case, known: int = 0) -> int:
    """The newest entry of the log, whenever it was said."""
    return max((one.id for one in uow.lokus.entries(case.id)), default=known)


def put(uow: UnitOfWork, lokus: Lokus, draft: Draft) -> None:
    """Keep the draft."""
    uow.lokus.change(lokus, result=draft.to_json())


def hold(uow: UnitOfWork, office: Office, me: Person, case_id: int, now: datetime) -> Case:
    """Before it is shown to be sent: from now on what comes from the field is offered instead of simply being in it."""
    case, lokus, draft = drafting(uow, office, me, case_id, now)
    if not is_stored(case, lokus):
        put(uow, lokus, draft)
    return case


@dataclass(frozen=True, slots=True)
class Previewed:
    """What the preview showed: the case's version, the draft's revision, how much of the field was left out of it."""

    version: int
    revision: int
    late: int


def send(uow: UnitOfWork, office: Office, me: Person, case_id: int, seen: Previewed, now: datetime) -> Case:
    """*Kirim*: the draft becomes a version of the case and goes into the first round.

    Raises UserError naming what is missing; Stale when the draft changed, or the field said more, since the preview,
    and when there was none.
    """
    case, lokus, draft = drafting(uow, office, me, case_id, now)
    role, actor = lokus_steps.acting(uow, office, case, me, now)
    if lokus.revision != seen.revision or not is_stored(case, lokus):
        raise Stale("lokus/pratinjau_lama", ref=case.ref)
    if late_of(uow, office, case, lokus, draft).count > seen.late:
        raise Stale("hasil/ada_susulan", ref=case.ref)
    if lacking := result.missing(draft.content):
        raise UserError("hasil/belum_lengkap", ref=case.ref, kurang=list(lacking))
    moved = judge(uow, office, case, Approve(actor, None, seen.version, AUTHOR), now)
    case = _version(uow, case, draft.content, draft.photos, me, now)
    case = apply(uow, case, moved, me.id, now, data={"from": AUTHOR, "role": role.value})
    lokus_late.settle(uow, case, now)
    cards.announce(uow, office, case, now)
    return case


def _version(
    uow: UnitOfWork, case: Case, content: Mapping[str, str], photos: tuple[int, ...], me: Person, now: datetime
) -> Case:
    fields = {**result.without(case.fields), **result.stored(content, photos)}
    return uow.cases.add_version(case, fields, me.id, now)


def own_part(uow: UnitOfWork, office: Office, me: Person, member_id: int) -> tuple[Case, Member]:
    """Preset B: the person's own part while it is waited for. NotFound for anybody else's, Stale when it is done."""
    member = uow.lokus.get_member(member_id)
    if member is None or member.person_id != me.id or member.removed_at is not None:
        raise NotFound
    case = lokus_steps.case_of(uow, office, member.case_id, AUTHOR)
    if not each_member(office, case) or member.lead:
        raise NotFound
    if "lapor" in member.content:
        raise Stale("hasil/sudah_dikirim", ref=case.ref, pada=member.content["lapor"]["pada"])
    return case, member


def write_own(uow: UnitOfWork, office: Office, me: Person, member_id: int, text: str) -> Case:
    """Preset B: what the member adds to their log in words. Raises UserError for none."""
    case, member = own_part(uow, office, me, member_id)
    if not lokus_parts.spoken(text):
        raise UserError("hasil/tulis_dulu", ref=case.ref)
    words = lokus_parts.whole(case, member.content.get("tulisan", ""), text.strip())
    uow.lokus.change_member(member, content={**member.content, "tulisan": words})
    return case


def send_own(uow: UnitOfWork, office: Office, me: Person, member_id: int, now: datetime) -> Case:
    """Preset B: the member's part is done; the last one's puts the report together. UserError when there is nothing."""
    case, member = own_part(uow, office, me, member_id)
    delivered = any(one.kind in result.DELIVERIES for one in uow.lokus.entries(case.id, me.id))
    if not delivered and not member.content.get("tulisan"):
        raise UserError("hasil/tulis_dulu", ref=case.ref)
    moved = judge(uow, office, case, Contribute(actor_of(me), case.version, case.step), now)
    uow.lokus.change_member(member, content=_delivered(case, member, now))
    if not moved.keeps_clock:
        case = _put_together(uow, office, case, me, now)
    case = apply(uow, case, moved, me.id, now, data={"from": AUTHOR, "member": member.id})
    if moved.keeps_clock:
        cards.refresh(uow, office, case, now)
    else:
        cards.announce(uow, office, case, now)
    return case


def _delivered(case: Case, member: Member, now: datetime) -> dict[str, Json]:
    """What the member's row holds once their part is in: when, and the words that they had typed."""
    content: dict[str, Json] = {**member.content, "lapor": {"pada": now.isoformat()}}
    if words := content.pop("tulisan", None):
        content["lapor"] = {**content["lapor"], "teks": words, "putaran": case.round}
    return content


def proceed(uow: UnitOfWork, office: Office, me: Person, case_id: int, version: int, now: datetime) -> Case:
    """Preset B, *Lanjutkan*: the report is put together from what there is, words too that nobody has sent yet.

    For the coordinator, the desk and whoever it was escalated to; NotFound for a member, whose turn is their own part.
    """
    case, _, role, actor = at_draft(uow, office, me, case_id, now)
    member = uow.lokus.member(case.id, me.id)
    own = member is not None and pending(AUTHOR, member)
    if not each_member(office, case) or (own and not lokus_steps.holds_desk(uow, case, me, now)):
        raise NotFound
    moved = judge(uow, office, case, Approve(actor, None, version, AUTHOR), now)
    silent = [one for one in uow.lokus.team(case.id) if one.present and pending(AUTHOR, one)]
    taken = [one for one in silent if one.content.get("tulisan")]
    for one in taken:
        uow.lokus.change_member(one, content=_delivered(case, one, now))
    case = _put_together(uow, office, case, me, now)
    data: dict[str, Json] = {
        "from": AUTHOR,
        "role": role.value,
        "without": [one.person_id for one in silent if one not in taken],
        "taken": [one.person_id for one in taken],
    }
    case = apply(uow, case, moved, me.id, now, data=data)
    cards.announce(uow, office, case, now)
    wrote = (uow.people.get(one.person_id) for one in taken)
    view = View("hasil/diikutkan", {"ref": case.ref}, protect=True)
    lokus_steps.tell(uow, (one for one in wrote if one is not None), view, case.ref)
    return case


def _put_together(uow: UnitOfWork, office: Office, case: Case, me: Person, now: datetime) -> Case:
    """The members' log by time and each one's own words, as a version. What an official had changed stays as it was."""
    lokus = lokus_steps.lokus_of(uow, case)
    draft = draft_of(uow, office, case, lokus)
    content, photos = dict(draft.content), draft.photos
    label = office.profile.zone_label
    said: list[tuple[datetime, str]] = []
    for member, person in lokus_board.team(uow, case):
        part = member.content.get("lapor", {})
        if part.get("teks") and part.get("putaran") == case.round:
            at = datetime.fromisoformat(part["pada"])
            said.append((at, f"{hour(at, office.zone, label)} {person.alias} melaporkan: {part['teks']}"))
    text = late_of(uow, office, case, lokus, draft).merged(content.get("bagaimana", ""), office, lokus)
    content["bagaimana"] = chronicle.merged(text, said, office.zone, first_day(office, lokus))
    if not photos and not result.reported(case.fields):
        photos = tuple(one.id for _, one in log_photos(uow, case))[: result.PHOTOS_MOST]
    put(uow, lokus, replace(draft, content=content, photos=photos, upto=newest(uow, case, draft.upto)))
    return _version(uow, case, content, photos, me, now)
