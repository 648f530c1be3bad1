"""Step 6 of a lokus (``lh:<what>:…``): the coordinator's draft, and with preset B a member's own part."""

from __future__ import annotations

from domain.errors import Stale
from domain.lokus import result
from domain.model import Case
from domain.notices import Ack, Delete, Notice, View
from domain.usecases import lokus_result, lokus_steps
from domain.usecases import lokus_result_views as views
from domain.usecases.cardview import slot as card_slot
from domain.usecases.lokus_rounds_views import albums
from handlers.context import Context, number
from handlers.lokus_rounds import below

PART, OWN = "hasil-tanya-isi", "hasil-tanya-bagian"


def tapped(ctx: Context, parts: list[str]) -> Ack | None:
    """The draft's buttons; anything else is an old one."""
    match parts:
        case ["m", case]:
            return _panel(ctx, _at_draft(ctx, number(case)))
        case ["i", case, key]:
            return _ask(ctx, number(case), key)
        case ["f", case, page]:
            return _photos(ctx, _at_draft(ctx, number(case)), number(page))
        case ["t", case, photo, page]:
            found = lokus_result.toggle(ctx.uow, ctx.office, ctx.me, number(case), number(photo), ctx.now)
            return _photos(ctx, found, number(page))
        case ["a", case]:
            return _albums(ctx, _at_draft(ctx, number(case)))
        case ["n", case]:
            return _panel(ctx, lokus_result.take_new(ctx.uow, ctx.office, ctx.me, number(case), ctx.now))
        case _:
            return _sent(ctx, parts)


def _sent(ctx: Context, parts: list[str]) -> Ack | None:
    match parts:
        case ["p", case]:
            found = _at_draft(ctx, number(case))
            lokus = lokus_steps.lokus_of(ctx.uow, found)
            return _place(ctx, found, views.preview(ctx.uow, ctx.office, found, lokus))
        case ["k", case, version, revision]:
            found = lokus_result.send(
                ctx.uow, ctx.office, ctx.me, number(case), number(version), number(revision), ctx.now
            )
            return Ack("hasil/terkirim", {"ref": found.ref})
        case ["w", member]:
            return _ask_own(ctx, number(member))
        case ["s", member]:
            found = lokus_result.send_own(ctx.uow, ctx.office, ctx.me, number(member), ctx.now)
            return Ack("hasil/terkirim", {"ref": found.ref})
        case ["l", case, version]:
            found = lokus_result.proceed(ctx.uow, ctx.office, ctx.me, number(case), number(version), ctx.now)
            return Ack("hasil/terkirim", {"ref": found.ref})
        case _:
            raise Stale


def _at_draft(ctx: Context, case_id: int) -> Case:
    found = lokus_result.at_draft(ctx.uow, ctx.office, ctx.me, case_id, ctx.now)[0]
    if views.each_member(ctx.office, found):
        raise Stale
    return found


def _place(ctx: Context, case: Case, view: View) -> Ack | None:
    """Always by slot: the message id in a tap is whatever a client says."""
    ctx.show(view, card_slot(case, ctx.me.telegram_id), reference=case.ref)
    return None


def _panel(ctx: Context, case: Case) -> Ack | None:
    """The draft, also for who stands in for the coordinator."""
    return _place(ctx, case, views.draft_view(ctx.uow, ctx.office, case, lokus_steps.lokus_of(ctx.uow, case)))


def _photos(ctx: Context, case: Case, page: int) -> Ack | None:
    lokus = lokus_steps.lokus_of(ctx.uow, case)
    return _place(ctx, case, views.chooser(ctx.uow, ctx.office, case, lokus, page))


def _albums(ctx: Context, case: Case) -> Ack | None:
    """All photos of the field in the order of their numbers."""
    for view in albums(case, [photo for _, photo in views.log_photos(ctx.uow, case)]):
        ctx.show(view, reference=case.ref)
    lokus_steps.note(ctx.uow, case, "opened", ctx.me.id, ctx.now, {"what": "photos"})
    return None


def _ask(ctx: Context, case_id: int, key: str) -> Ack | None:
    case, words = lokus_result.begin_part(ctx.uow, ctx.office, ctx.me, case_id, key, ctx.now)
    params = {"ref": case.ref, "kunci": key, "isi": words, "wajib": list(result.NEEDED)}
    view = View("putaran/tanya_isi", params, force_reply=True, protect=True)
    ctx.show(view, f"{PART}:{case.id}:{ctx.me.id}:{key}", fresh=True, reference=case.ref)
    return None


def _ask_own(ctx: Context, member_id: int) -> Ack | None:
    case, member = lokus_result.own_part(ctx.uow, ctx.office, ctx.me, member_id)
    params = {"ref": case.ref, "isi": member.content.get("tulisan", "")}
    view = View("hasil/tanya_bagian", params, force_reply=True, protect=True)
    ctx.show(view, f"{OWN}:{member.id}:{ctx.me.id}", fresh=True, reference=case.ref)
    return None


def _mine(ctx: Context, parts: list[str], count: int) -> int:
    if len(parts) != count or parts[1] != str(ctx.me.id):
        raise Stale
    return number(parts[0])


def _written(ctx: Context, parts: list[str]) -> Ack | None:
    """The typed new words of one part; the panel comes again below them."""
    case_id = _mine(ctx, parts, 3)
    found = lokus_result.write(ctx.uow, ctx.office, ctx.me, case_id, parts[2], ctx.inc.text, ctx.now)
    ctx.uow.outbox.add(Notice(ctx.inc.chat_id, Delete(slot=f"{PART}:{':'.join(parts)}")))
    below(ctx, found)
    return _panel(ctx, found)


def _own_written(ctx: Context, parts: list[str]) -> Ack | None:
    """Preset B: what the member adds in words."""
    found = lokus_result.write_own(ctx.uow, ctx.office, ctx.me, _mine(ctx, parts, 2), ctx.inc.text)
    ctx.uow.outbox.add(Notice(ctx.inc.chat_id, Delete(slot=f"{OWN}:{':'.join(parts)}")))
    below(ctx, found)
    return None


TAPS = {"lh": tapped}
PROMPTS = {PART: _written, OWN: _own_written}
