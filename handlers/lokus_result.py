"""Step 6 of a lokus (``lh:<what>:…``): the coordinator's draft, and with preset B a member's own part."""

from __future__ import annotations

from domain.errors import Stale
from domain.lokus import chronicle, result
from domain.model import Case
from domain.notices import Ack, Delete, Notice, View
from domain.usecases import history, lokus_result, lokus_rounds, lokus_steps
from domain.usecases import lokus_result_views as views
from domain.usecases.cardview import slot as card_slot
from domain.usecases.lokus_draft import AUTHOR, each_member, log_photos
from domain.usecases.lokus_result import Previewed
from domain.usecases.lokus_versions import albums
from handlers.context import Context, asked, number, typed
from handlers.lokus_rounds import SHOWN, below, under

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
        case ["a", case, page]:
            return _albums(ctx, _at_draft(ctx, number(case)), number(page))
        case ["n", case]:
            return _take(ctx, number(case))
        case _:
            return _sent(ctx, parts)


def _sent(ctx: Context, parts: list[str]) -> Ack | None:
    match parts:
        case ["p", case, page]:
            found = lokus_result.hold(ctx.uow, ctx.office, ctx.me, number(case), ctx.now)
            lokus = lokus_steps.lokus_of(ctx.uow, found)
            return _place(ctx, found, views.preview(ctx.uow, ctx.office, found, lokus, number(page)))
        case ["k", case, version, revision, late]:
            seen = Previewed(number(version), number(revision), number(late))
            found = lokus_result.send(ctx.uow, ctx.office, ctx.me, number(case), seen, ctx.now)
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
    if each_member(ctx.office, found):
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


def _albums(ctx: Context, case: Case, page: int) -> Ack | None:
    """That page's photos in the order of their numbers, and the choice below them."""
    found = [photo for _, photo in log_photos(ctx.uow, case)][page * views.PAGE : (page + 1) * views.PAGE]
    for view in albums(case, found, page * views.PAGE):
        ctx.show(view, reference=case.ref)
    under(ctx, case, views.chooser(ctx.uow, ctx.office, case, lokus_steps.lokus_of(ctx.uow, case), page))
    lokus_steps.note(ctx.uow, case, "opened", ctx.me.id, ctx.now, {"what": "photos"})
    return None


def _take(ctx: Context, case_id: int) -> Ack | None:
    """What came late: into the draft, or in the rounds into a further version."""
    case = ctx.uow.cases.get(case_id)
    if case is None or case.step == AUTHOR:
        found = lokus_result.take_new(ctx.uow, ctx.office, ctx.me, case_id, ctx.now)
        return _panel(ctx, found)
    found = lokus_rounds.take_new(ctx.uow, ctx.office, ctx.me, case_id, ctx.now)
    return Ack("putaran/tercatat", {"ref": found.ref, "aksi": "ubah"})


def _ask(ctx: Context, case_id: int, key: str) -> Ack | None:
    case, words = lokus_result.begin_part(ctx.uow, ctx.office, ctx.me, case_id, key, ctx.now)
    params = {"ref": case.ref, "kunci": key, "isi": history.clip(words, SHOWN), "wajib": list(result.NEEDED)}
    view = View("putaran/tanya_isi", params, force_reply=True, protect=True)
    where = f"{PART}:{case.id}:{ctx.me.id}:{key}:{chronicle.stamp(words)}"
    ctx.show(view, where, fresh=True, reference=case.ref)
    return None


def _ask_own(ctx: Context, member_id: int) -> Ack | None:
    case, member = lokus_result.own_part(ctx.uow, ctx.office, ctx.me, member_id)
    params = {"ref": case.ref, "isi": member.content.get("tulisan", "")}
    view = View("hasil/tanya_bagian", params, force_reply=True, protect=True)
    ctx.show(view, f"{OWN}:{member.id}:{ctx.me.id}", fresh=True, reference=case.ref)
    return None


def _written(ctx: Context, parts: list[str]) -> Ack | None:
    """The typed new words of one part; the panel comes again below them."""
    case_id, _, key, was = asked(ctx, parts, 4)
    found = lokus_result.write(ctx.uow, ctx.office, ctx.me, number(case_id), key, typed(ctx.inc), ctx.now, was)
    ctx.uow.outbox.add(Notice(ctx.inc.chat_id, Delete(slot=f"{PART}:{':'.join(parts)}")))
    under(ctx, found, views.draft_view(ctx.uow, ctx.office, found, lokus_steps.lokus_of(ctx.uow, found)))
    return None


def _own_written(ctx: Context, parts: list[str]) -> Ack | None:
    """Preset B: what the member adds in words."""
    member = number(asked(ctx, parts, 2)[0])
    found = lokus_result.write_own(ctx.uow, ctx.office, ctx.me, member, typed(ctx.inc))
    ctx.uow.outbox.add(Notice(ctx.inc.chat_id, Delete(slot=f"{OWN}:{':'.join(parts)}")))
    below(ctx, found)
    return None


TAPS = {"lh": tapped}
PROMPTS = {PART: _written, OWN: _own_written}
