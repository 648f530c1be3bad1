"""In the field: the member's panel (``lf:<what>:…``) and whatever they send while they are there."""

from __future__ import annotations

from datetime import datetime

from domain.commands import in_danger, may_report
from domain.errors import Stale
from domain.lokus import checklist
from domain.lokus.model import LogKind, Member
from domain.model import Case
from domain.notices import Ack, Delete, Notice, View
from domain.usecases import drafts, lokus_emergency, lokus_field, lokus_field_home, lokus_late
from domain.usecases import lokus_field_panel as panels
from domain.usecases.lokus_field import Sent
from handlers import lokus_emergency as emergency_chat
from handlers.context import Context, number

KINDS: dict[str, LogKind] = {
    "photo": "photo",
    "video": "video",
    "voice": "voice",
    "audio": "voice",
    "document": "document",
}
_TAKEN = Ack()


def tapped(ctx: Context, parts: list[str]) -> Ack | None:
    """The panel's buttons; anything else is an old one."""
    match parts:
        case ["r", member]:
            return _checklist(ctx, number(member))
        case ["p", member, page, item, on] if on in "01":
            found = lokus_field.tick(ctx.uow, ctx.me, number(member), number(page), number(item), ctx.now, on=on == "1")
            return _page(ctx, *found, number(page))
        case ["a", member, page]:
            found = lokus_field.tick_all(ctx.uow, ctx.me, number(member), number(page), ctx.now)
            return _next(ctx, *found, number(page))
        case ["n", member, page]:
            return _next(ctx, *lokus_field.own(ctx.uow, ctx.me, number(member)), number(page))
        case ["g", member, page]:
            return _page(ctx, *lokus_field.own(ctx.uow, ctx.me, number(member)), number(page))
        case ["t", member]:
            at = ctx.received_at
            case = lokus_field.arrive(ctx.uow, ctx.office, ctx.me, number(member), at, ctx.now)
            return Ack("lapangan/dicatat", {"ref": case.ref, "apa": "tiba", "pada": at.isoformat()})
        case ["m", member]:
            return _begin(ctx, number(member))
        case _:
            return _working(ctx, parts)


def _working(ctx: Context, parts: list[str]) -> Ack | None:
    at = ctx.received_at
    match parts:
        case ["l", member, level]:
            case, new = lokus_field.level(ctx.uow, ctx.office, ctx.me, number(member), level, at, ctx.now)
            return Ack(
                "lapangan/tingkat_dicatat", {"ref": case.ref, "tingkat": level}, alert=new and level == "eskalasi"
            )
        case ["k", member]:
            case = lokus_field.safe(ctx.uow, ctx.office, ctx.me, number(member), at, ctx.now)
            return Ack("lapangan/dicatat", {"ref": case.ref, "apa": "aman", "pada": at.isoformat()})
        case ["s", member]:
            case, own = lokus_field.own(ctx.uow, ctx.me, number(member))
            ctx.show(panels.ask_finish(case, own), panels.panel_slot(case.id, ctx.me), reference=case.ref)
            return None
        case ["y", member]:
            case = lokus_field.finish(ctx.uow, ctx.office, ctx.me, number(member), at, ctx.now)
            return Ack("lapangan/dicatat", {"ref": case.ref, "apa": "selesai", "pada": at.isoformat()})
        case ["h", member]:
            case = lokus_field.aim(ctx.uow, ctx.office, ctx.me, number(member), ctx.now)
            return Ack("lapangan/ke_sini", {"ref": case.ref})
        case ["x", member]:
            case, own = lokus_field.own(ctx.uow, ctx.me, number(member))
            panels.show(ctx.uow, ctx.office, case, own, ctx.me)
            return None
        case ["z", case_id]:
            return _ask_end(ctx, number(case_id))
        case ["q", case_id]:
            case = lokus_field.may_end(ctx.uow, ctx.office, ctx.me, number(case_id), ctx.now)
            ctx.uow.outbox.add(Notice(ctx.inc.chat_id, Delete(slot=_end_slot(ctx, case))))
            return None
        case ["w", case_id]:
            case = lokus_field.end_for_all(ctx.uow, ctx.office, ctx.me, number(case_id), ctx.now)
            ctx.uow.outbox.add(Notice(ctx.inc.chat_id, Delete(slot=_end_slot(ctx, case))))
            return Ack("lapangan/dicatat", {"ref": case.ref, "apa": "diakhiri", "pada": at.isoformat()})
        case _:
            raise Stale


def _end_slot(ctx: Context, case: Case) -> str:
    """Where the desk is asked whether to end the field; the coordinator is asked in the panel."""
    return f"lapangan-akhiri:{case.id}@{ctx.inc.chat_id}"


def _ask_end(ctx: Context, case_id: int) -> Ack | None:
    case = lokus_field.may_end(ctx.uow, ctx.office, ctx.me, case_id, ctx.now)
    member = ctx.uow.lokus.member(case.id, ctx.me.id)
    if member is not None and member.content.get("panel") == panels.OPEN:
        place, back = panels.panel_slot(case.id, ctx.me), f"lf:x:{member.id}"
    else:
        place, back = _end_slot(ctx, case), f"lf:q:{case.id}"
    view = panels.ask_end(case, lokus_field.out(ctx.uow, case), back)
    ctx.show(view, place, fresh=back.startswith("lf:q"), reference=case.ref)
    return None


def _checklist(ctx: Context, member_id: int) -> Ack | None:
    case, member = lokus_field.own(ctx.uow, ctx.me, member_id)
    if member.started_at is not None:
        raise Stale("lapangan/sudah_mulai", ref=case.ref, pada=member.started_at.isoformat())
    _risks(ctx, case, member, 0, fresh=True)
    return None


def _risks(ctx: Context, case: Case, member: Member, page: int, *, fresh: bool = False) -> None:
    ctx.show(panels.risks(case, member, page), panels.risk_slot(case.id, ctx.me), fresh=fresh, reference=case.ref)


def _page(ctx: Context, case: Case, member: Member, page: int) -> Ack | None:
    if member.started_at is not None:
        raise Stale("lapangan/sudah_mulai", ref=case.ref, pada=member.started_at.isoformat())
    _risks(ctx, case, member, min(page, len(checklist.PAGES) - 1))
    return None


def _next(ctx: Context, case: Case, member: Member, page: int) -> Ack | None:
    if page + 1 < len(checklist.PAGES):
        return _page(ctx, case, member, page + 1)
    case, member, to = lokus_field.complete(ctx.uow, ctx.office, ctx.me, member.id, ctx.now)
    _risks(ctx, case, member, to)
    return None


def _begin(ctx: Context, member_id: int) -> Ack | None:
    case, member = lokus_field.own(ctx.uow, ctx.me, member_id)
    if member.started_at is None and checklist.done_at(member.content.get("risiko", {})) is None:
        _risks(ctx, case, member, 0, fresh=True)
        return Ack("lapangan/risiko_dulu", {"ref": case.ref}, alert=True)
    at = ctx.received_at
    lokus_field.begin(ctx.uow, ctx.office, ctx.me, member_id, at, ctx.now)
    return Ack("lapangan/dicatat", {"ref": case.ref, "apa": "mulai", "pada": at.isoformat()})


def collected(ctx: Context) -> Ack | None:
    """Something sent in the private chat that belongs to the field; None for anything else.

    A form in conversation goes first, but a live location is always the field's, and so is the place of somebody who
    calls for help or has tapped *Tiba*.
    """
    inc = ctx.inc
    if inc.message_id is None or not in_danger(ctx.me, ctx.office):
        return None  # nobody else is ever in the field: their messages cost nothing here
    at = inc.edited_at or inc.date or ctx.received_at
    if inc.kind == "edited":
        return _edited(ctx, at)
    if _arrived(ctx, at):
        return _TAKEN
    where = inc.location is not None and lokus_field_home.calling(ctx.uow, ctx.me) is not None
    if not where and ctx.uow.drafts.active(ctx.me.id) is not None:
        return None
    return _noted(ctx, at)


def cried(ctx: Context) -> Ack | None:
    """A word of danger of somebody who may call for help, whatever else the chat is waiting for; None otherwise."""
    inc = ctx.inc
    if inc.kind != "message" or inc.location is not None or inc.file is not None or not in_danger(ctx.me, ctx.office):
        return None
    if not emergency_chat.cries(inc.text) or not emergency_chat.may_call(ctx):
        return None
    return emergency_chat.command(ctx) or _TAKEN


def _arrived(ctx: Context, at: datetime) -> bool:
    """The location that *Tiba* asked for; after *Mulai* it goes into the log besides."""
    place = ctx.inc.location
    waits = None if place is None else lokus_field.awaits_place(ctx.uow, ctx.me, at)
    if place is None or waits is None:
        return False
    member = lokus_field.located(ctx.uow, ctx.office, ctx.me, *waits, place, at, ctx.now)
    # Whoever is inside, or calls for help, has it in the log as well, and those who were called see it.
    return member.started_at is None and lokus_field_home.calling(ctx.uow, ctx.me) is None


def _noted(ctx: Context, at: datetime) -> Ack | None:
    inc = ctx.inc
    found = lokus_field.home(ctx.uow, ctx.office, ctx.me, at)
    if found is None:
        return _not_yet(ctx)
    case, member = found
    if inc.file is not None and (inc.file.size or 0) > drafts.MAX_FILE_BYTES:
        ctx.reply("lapangan/terlalu_besar", ref=case.ref)
        if not inc.text.strip():
            return _TAKEN
    sent = _sent(ctx)
    if sent is None:
        ctx.reply("lapangan/tidak_terbaca", ref=case.ref)
        return _TAKEN
    calling = lokus_field_home.calling(ctx.uow, ctx.me) is not None
    after = lokus_field_home.after(ctx.uow, ctx.office, case, member, at)
    if sent.kind == "text" and not calling and (after or not panels.receives(member)) and _reports(ctx):
        return None  # not in the field by any tap of theirs: it may as well be a report
    entry = lokus_field.collect(ctx.uow, ctx.office, ctx.me, case, member, sent, ctx.now)
    if entry is not None and after and not calling:
        # The panel, whose line says what was noted, is gone: one message says it, however many things come.
        view = View("lapangan/susulan", {"ref": case.ref, "pada": at.isoformat()})
        ctx.show(view, f"lapangan-susulan:{case.id}@{ctx.inc.chat_id}", reference=case.ref)
    if inc.location is not None:
        lokus_emergency.placed(ctx.uow, ctx.office, ctx.me, ctx.now)
    return _TAKEN


def _reports(ctx: Context) -> bool:
    """Whether the person also sends reports, which may begin with any text."""
    return any(may_report(ctx.me, ctx.office, one) for one in ("lapinfo", "lapsus", "lapor"))


def _not_yet(ctx: Context) -> Ack | None:
    """Sent before *Tiba*: what to tap first, unless it may be something else than a note from the field."""
    found = lokus_field_home.outside(ctx.uow, ctx.office, ctx.me, ctx.now)
    if found is None or _reports(ctx):
        return None
    case, member = found
    ctx.reply("lapangan/ketuk_dulu", ref=case.ref, siap=bool(member.ready))
    return _TAKEN


def _edited(ctx: Context, at: datetime) -> Ack | None:
    """A live location that went on, or a note that was put right."""
    inc = ctx.inc
    assert inc.message_id is not None
    if inc.location is None:
        text = inc.text.strip()
        found = lokus_field.corrected(ctx.uow, ctx.me, inc.chat_id, inc.message_id, text, at, ctx.now)
        if found is None:
            return None
        case, taken = found
        if taken:
            lokus_late.offer(ctx.uow, ctx.office, case, ctx.now)
        else:
            ctx.reply("lapangan/catatan_tetap", ref=case.ref)
        return _TAKEN
    home = lokus_field.home(ctx.uow, ctx.office, ctx.me, at)
    if home is None:
        return None
    lokus_field.moved(ctx.uow, ctx.me, *home, inc.location, at, ctx.now)
    lokus_emergency.placed(ctx.uow, ctx.office, ctx.me, ctx.now)
    return _TAKEN


def _sent(ctx: Context) -> Sent | None:
    inc = ctx.inc
    assert inc.message_id is not None
    at, text = inc.date or ctx.received_at, inc.text.strip()
    here = (at, inc.chat_id, inc.message_id, text)
    if inc.location is not None:
        return Sent("location", *here, place=inc.location)
    if inc.file is not None and (inc.file.size or 0) <= drafts.MAX_FILE_BYTES:
        columns = {
            "kind": inc.file.kind,
            "file_id": inc.file.file_id,
            "file_unique_id": inc.file.file_unique_id,
            "size": inc.file.size,
            "mime": inc.file.mime,
            "file_name": inc.file.file_name,
            "media_group": inc.media_group,
        }
        return Sent(KINDS[inc.file.kind], *here, file=columns)
    return Sent("text", *here) if text else None


TAPS = {"lf": tapped}
