"""Step 6 of a lokus: the result report is made from everybody's log, edited part by part, and sent into the rounds.

With preset B every member sends a part; the last one's (or *Lanjutkan*) puts the whole together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from domain.errors import NotFound, Stale, UserError
from domain.lokus import result
from domain.lokus.model import Lokus, Member
from domain.lokus.words import hour
from domain.model import Case, Person
from domain.notices import Json
from domain.office import Office
from domain.ports import UnitOfWork
from domain.roles import Role
from domain.sop.commands import Actor, Approve, Contribute
from domain.usecases import cards, lokus_board, lokus_steps
from domain.usecases.lokus_result_views import Draft, draft_of, each_member, fresh_entries, log_photos, told
from domain.usecases.lokus_rounds_views import AUTHOR
from domain.usecases.transitions import actor_of, apply, judge


def at_draft(
    uow: UnitOfWork, office: Office, me: Person, case_id: int, now: datetime
) -> tuple[Case, Lokus, Role, Actor]:
    """The lokus whose report is being made, for its coordinator or the desk. Raises NotFound or Stale."""
    case = lokus_steps.case_of(uow, office, case_id, AUTHOR)
    role, actor = lokus_steps.acting(uow, office, case, me, now)
    return case, lokus_steps.lokus_of(uow, case), role, actor


def _drafting(uow: UnitOfWork, office: Office, me: Person, case_id: int, now: datetime) -> tuple[Case, Lokus, Draft]:
    case, lokus, _, _ = at_draft(uow, office, me, case_id, now)
    if each_member(office, case):
        raise Stale("lokus/sudah_beralih", ref=case.ref)
    return case, lokus, draft_of(uow, office, case, lokus)


def begin_part(uow: UnitOfWork, office: Office, me: Person, case_id: int, key: str, now: datetime) -> tuple[Case, str]:
    """What a part says now, before the person types it anew. Stale for what is no part."""
    case, _, draft = _drafting(uow, office, me, case_id, now)
    if key not in result.KEYS:
        raise Stale
    return case, draft.content.get(key, "")


def write(uow: UnitOfWork, office: Office, me: Person, case_id: int, key: str, text: str, now: datetime) -> Case:
    """One part in the coordinator's words; ``-`` empties it. Raises UserError for an empty needed or too long part."""
    if key not in result.KEYS:
        raise Stale
    case, lokus, draft = _drafting(uow, office, me, case_id, now)
    words = "" if text.strip() == "-" else text.strip()
    if key in result.NEEDED and not any(char.isalnum() for char in words):
        raise UserError("hasil/kosong", ref=case.ref, kunci=key)
    if len(words) > result.PART_MOST:
        raise UserError("lokus/terlalu_panjang", paling=result.PART_MOST)
    _put(uow, lokus, replace(draft, content={**draft.content, key: words}))
    return case


def toggle(uow: UnitOfWork, office: Office, me: Person, case_id: int, photo_id: int, now: datetime) -> Case:
    """One photo of the field in or out. Stale for a photo that is none of this lokus's, UserError past the most."""
    case, lokus, draft = _drafting(uow, office, me, case_id, now)
    if photo_id not in {one.id for _, one in log_photos(uow, case)}:
        raise Stale
    chosen = tuple(one for one in draft.photos if one != photo_id)
    if photo_id not in draft.photos:
        chosen = (*draft.photos, photo_id)
    if len(chosen) > result.PHOTOS_MOST:
        raise UserError("hasil/terlalu_banyak_foto", paling=result.PHOTOS_MOST)
    _put(uow, lokus, replace(draft, photos=chosen))
    return case


def take_new(uow: UnitOfWork, office: Office, me: Person, case_id: int, now: datetime) -> Case:
    """What arrived late goes below the chronology as it is; nothing that was edited is touched."""
    case, lokus, draft = _drafting(uow, office, me, case_id, now)
    found = fresh_entries(uow, case, draft)
    if found:
        lines = told(uow, office, case, lokus, found)
        text = "\n".join(part for part in (draft.content.get("bagaimana", ""), lines) if part)
        content = {**draft.content, "bagaimana": text[: result.PART_MOST]}
        _put(uow, lokus, replace(draft, content=content, upto=max(one.id for one in found)))
    return case


def _put(uow: UnitOfWork, lokus: Lokus, draft: Draft) -> None:
    uow.lokus.change(lokus, result=draft.to_json())


def send(
    uow: UnitOfWork, office: Office, me: Person, case_id: int, version: int, revision: int, now: datetime
) -> Case:  # fmt: skip
    """*Kirim*: the draft becomes a version of the case and goes into the first round.

    Raises UserError naming what is missing; Stale when the draft changed since the preview.
    """
    case, lokus, role, actor = at_draft(uow, office, me, case_id, now)
    _, _, draft = _drafting(uow, office, me, case_id, now)
    if lokus.revision != revision:
        raise Stale("lokus/pratinjau_lama", ref=case.ref)
    if lacking := result.missing(draft.content):
        raise UserError("hasil/belum_lengkap", ref=case.ref, kurang=list(lacking))
    moved = judge(uow, office, case, Approve(actor, None, version, AUTHOR), now)
    _put(uow, lokus, draft)
    case = _version(uow, case, draft.content, draft.photos, me, now)
    case = apply(uow, case, moved, me.id, now, data={"from": AUTHOR, "role": role.value})
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
    """Preset B: what the member adds to their log in words. Raises UserError for an empty or too long text."""
    case, member = own_part(uow, office, me, member_id)
    words = text.strip()
    if not any(char.isalnum() for char in words):
        raise UserError("hasil/tulis_dulu", ref=case.ref)
    if len(words) > result.PART_MOST:
        raise UserError("lokus/terlalu_panjang", paling=result.PART_MOST)
    uow.lokus.change_member(member, content={**member.content, "tulisan": words})
    return case


def send_own(uow: UnitOfWork, office: Office, me: Person, member_id: int, now: datetime) -> Case:
    """Preset B: the member's part is done; the last one's puts the report together. UserError when there is nothing."""
    case, member = own_part(uow, office, me, member_id)
    delivered = any(one.kind in result.DELIVERIES for one in uow.lokus.entries(case.id, me.id))
    if not delivered and not member.content.get("tulisan"):
        raise UserError("hasil/tulis_dulu", ref=case.ref)
    moved = judge(uow, office, case, Contribute(actor_of(me), case.version, case.step), now)
    content: dict[str, Json] = {**member.content, "lapor": {"pada": now.isoformat()}}
    if words := content.pop("tulisan", None):
        content["lapor"] = {**content["lapor"], "teks": words, "putaran": case.round}
    uow.lokus.change_member(member, content=content)
    if not moved.keeps_clock:
        case = _put_together(uow, office, case, me, now)
    case = apply(uow, case, moved, me.id, now, data={"from": AUTHOR, "member": member.id})
    if moved.keeps_clock:
        cards.refresh(uow, office, case, now)
    else:
        cards.announce(uow, office, case, now)
    return case


def proceed(uow: UnitOfWork, office: Office, me: Person, case_id: int, version: int, now: datetime) -> Case:
    """Preset B, *Lanjutkan*: the report is put together from what there is. For the coordinator and the desk."""
    case, _, role, actor = at_draft(uow, office, me, case_id, now)
    lead = lokus_steps.coordinator(uow, case)
    if not each_member(office, case) or not (
        (lead is not None and lead.id == me.id) or lokus_steps.holds_desk(uow, case, me, now)
    ):
        raise NotFound
    moved = judge(uow, office, case, Approve(actor, None, version, AUTHOR), now)
    silent = [one.person_id for one in uow.lokus.team(case.id) if one.present and "lapor" not in one.content]
    case = _put_together(uow, office, case, me, now)
    data: dict[str, Json] = {"from": AUTHOR, "role": role.value, "without": silent}
    case = apply(uow, case, moved, me.id, now, data=data)
    cards.announce(uow, office, case, now)
    return case


def _put_together(uow: UnitOfWork, office: Office, case: Case, me: Person, now: datetime) -> Case:
    """The members' log by time and each one's own words, as a version. What an official had changed stays as it was."""
    lokus = lokus_steps.lokus_of(uow, case)
    draft = draft_of(uow, office, case, lokus)
    content, photos = dict(draft.content), draft.photos
    late = fresh_entries(uow, case, draft)
    lines = [content.get("bagaimana", ""), told(uow, office, case, lokus, late) if late else ""]
    for member, person in lokus_board.team(uow, case):
        said = member.content.get("lapor", {})
        if said.get("teks") and said.get("putaran") == case.round:
            at = hour(datetime.fromisoformat(said["pada"]), office.zone, office.profile.zone_label)
            lines.append(f"{at} {person.alias} melaporkan: {said['teks']}")
    content["bagaimana"] = "\n".join(line for line in lines if line)[: result.PART_MOST]
    if not photos and not result.reported(case.fields):
        photos = tuple(one.id for _, one in log_photos(uow, case))[: result.PHOTOS_MOST]
    upto = max((one.id for one in uow.lokus.entries(case.id)), default=draft.upto)
    _put(uow, lokus, replace(draft, content=content, photos=photos, upto=upto))
    return _version(uow, case, content, photos, me, now)
