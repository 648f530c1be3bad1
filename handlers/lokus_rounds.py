"""Steps 7 to 15 of a lokus (``lr:<what>:…``): decisions on the result report, its text, its versions, its paper."""

from __future__ import annotations

from domain.errors import Stale
from domain.lokus import result
from domain.model import Case
from domain.notices import Ack, Button, Delete, Notice, View
from domain.usecases import history, lokus_cards, lokus_documents, lokus_late, lokus_rounds
from domain.usecases import lokus_rounds_views as views
from domain.usecases import lokus_versions as texts
from domain.usecases.cardview import slot as card_slot
from domain.usecases.lokus_rounds import Seen
from handlers.context import Context, asked, number, rows, typed

REVISE, REWRITE, RECORD = "putaran-tanya-revisi", "putaran-tanya-isi", "putaran-tanya-acara"
SHOWN = 1500
"""Units of what a part says now, in the question for its new words."""


def tapped(ctx: Context, parts: list[str]) -> Ack | None:
    """The cards' buttons; anything else is an old one."""
    match parts:
        case [what, case, version, step, *more] if what in _ON_CARD:
            return _ON_CARD[what](ctx, Seen(number(case), number(version), step), more)
        case ["b", case, page]:
            return _read(ctx, number(case), None, number(page))
        case ["w", case, version, page]:
            return _read(ctx, number(case), number(version), number(page))
        case ["v", case, page]:
            found = _report(ctx, number(case))
            return _beside(ctx, found, texts.listing(ctx.uow, ctx.office, found, number(page)))
        case ["d", case, version, page]:
            found = _report(ctx, number(case))
            return _beside(ctx, found, texts.difference(ctx.uow, ctx.office, found, number(version), number(page)))
        case ["g", case]:
            return _look(ctx, number(case))
        case ["l", case]:
            return _late(ctx, number(case))
        case ["p", case]:
            return _paper(ctx, number(case))
        case ["a", case]:
            return _ask_record(ctx, number(case))
        case _:
            raise Stale


def _report(ctx: Context, case_id: int) -> Case:
    return lokus_rounds.report(ctx.uow, ctx.office, ctx.me, case_id, ctx.now)


def _beside(ctx: Context, case: Case, view: View | None) -> Ack | None:
    """Below the card, in a place of its own: turned over in place, and opened anew below instead of the one before."""
    if view is None:
        raise Stale
    where = f"hasil:{case.id}@{ctx.me.telegram_id}"
    here = ctx.inc.message_id is not None and ctx.uow.outbox.slot_message(where) == ctx.inc.message_id
    if not here:
        ctx.lift(where)
    ctx.show(view, where, fresh=not here, reference=case.ref)
    return None


def _read(ctx: Context, case_id: int, version: int | None, page: int) -> Ack | None:
    found = _report(ctx, case_id)
    view = texts.whole(ctx.uow, found, version, page)
    if view is not None and page == 0:
        lokus_rounds.opened(ctx.uow, found, ctx.me, ctx.now, "report")
    return _beside(ctx, found, view)


def _look(ctx: Context, case_id: int) -> Ack | None:
    """The chosen photos, for whoever reads the report."""
    found = _report(ctx, case_id)
    lokus_rounds.opened(ctx.uow, found, ctx.me, ctx.now, "photos")
    for view in texts.albums(found, texts.photos(ctx.uow, found)):
        ctx.show(view, reference=found.ref)
    return None


def _late(ctx: Context, case_id: int) -> Ack | None:
    """What the field said after the report was made."""
    found = _report(ctx, case_id)
    lokus = ctx.uow.lokus.get(found.id)
    view = None if lokus is None else lokus_late.view(ctx.uow, ctx.office, found, lokus, ctx.me, ctx.now)
    if view is None:
        raise Stale
    where = lokus_late.slot(found, ctx.me)
    ctx.lift(where)
    ctx.show(view, where, fresh=True, reference=found.ref)
    return None


def _paper(ctx: Context, case_id: int) -> Ack | None:
    lokus_documents.report(ctx.uow, ctx.office, ctx.me, case_id, ctx.now)
    return None


def _approve(ctx: Context, seen: Seen, more: list[str]) -> Ack | None:
    found = lokus_rounds.approve(ctx.uow, ctx.office, ctx.me, seen, ctx.now)
    done = next((one for one in ("terima", "verifikasi") if seen.step.startswith(one)), "lanjut")
    what = "setujui" if found.step == views.FINAL else done
    return Ack("putaran/tercatat", {"ref": found.ref, "aksi": what})


def _card(ctx: Context, case: Case, view: View) -> None:
    """In the place of the card: always by slot, for the message id in a tap is whatever a client says."""
    ctx.show(view, card_slot(case, ctx.me.telegram_id), reference=case.ref)


def _main(ctx: Context, seen: Seen, more: list[str]) -> Ack | None:
    found, _, _ = lokus_rounds.matter(ctx.uow, ctx.office, ctx.me, seen, ctx.now)
    lokus_cards.one(ctx.uow, ctx.office, found, ctx.me, ctx.now)
    return None


def _back(seen: Seen) -> tuple[Button, ...]:
    return (Button("putaran.kembali", f"lr:k:{seen.case_id}:{seen.version}:{seen.step}"),)


def _revise(ctx: Context, seen: Seen, more: list[str]) -> Ack | None:
    """To whom, where there is a choice; then why."""
    found, _, _ = lokus_rounds.matter(ctx.uow, ctx.office, ctx.me, seen, ctx.now)
    ways = lokus_rounds.ways_back(ctx.office, found)
    if not ways or (more and more[0] not in ways):
        raise Stale
    same = f"{seen.case_id}:{seen.version}:{seen.step}"
    if not more and len(ways) > 1:
        buttons = [
            Button(f"putaran.ke_{way}", f"lr:r:{same}:{way}", {"kepada": lokus_rounds.back_to(ctx.office, found, way)})
            for way in ways
        ]
        choice = View("putaran/pilih_arah", {"ref": found.ref}, (*rows(buttons, 1), _back(seen)), protect=True)
        _card(ctx, found, choice)
        return None
    way = more[0] if more else ways[0]
    lokus_cards.one(ctx.uow, ctx.office, found, ctx.me, ctx.now)
    whom = lokus_rounds.back_to(ctx.office, found, way)
    view = View("putaran/tanya_revisi", {"ref": found.ref, "kepada": whom}, force_reply=True)
    place = f"{REVISE}:{seen.case_id}:{ctx.me.id}:{seen.version}:{seen.step}:{way}"
    ctx.show(view, place, fresh=True, reference=found.ref)
    return None


def _change(ctx: Context, seen: Seen, more: list[str]) -> Ack | None:
    """Which part, then its new words."""
    found = lokus_rounds.may_change(ctx.uow, ctx.office, ctx.me, seen, ctx.now)
    same = f"{seen.case_id}:{seen.version}:{seen.step}"
    if not more:
        lines = {"bagaimana": f"lc:e:{same}:0"}
        buttons = [Button(f"hasil.{key}", lines.get(key, f"lr:u:{same}:{key}")) for key in result.KEYS]
        choice = View("putaran/pilih_bagian", {"ref": found.ref}, (*rows(buttons, 2), _back(seen)), protect=True)
        _card(ctx, found, choice)
        return None
    if more[0] not in result.KEYS:
        raise Stale
    lokus_cards.one(ctx.uow, ctx.office, found, ctx.me, ctx.now)
    params = {
        "ref": found.ref,
        "kunci": more[0],
        "isi": history.clip(lokus_rounds.current(found, more[0]), SHOWN),
        "wajib": list(result.NEEDED),
    }
    place = f"{REWRITE}:{seen.case_id}:{ctx.me.id}:{seen.version}:{seen.step}:{more[0]}"
    ctx.show(View("putaran/tanya_isi", params, force_reply=True, protect=True), place, fresh=True, reference=found.ref)
    return None


def _picture(ctx: Context, seen: Seen, more: list[str]) -> Ack | None:
    """The chosen photos; where there are several, one tap says which of them leadership gets."""
    found = lokus_rounds.may_change(ctx.uow, ctx.office, ctx.me, seen, ctx.now)
    if more:
        lokus_rounds.picture(ctx.uow, ctx.office, ctx.me, seen, number(more[0]), ctx.now)
        return Ack("putaran/tercatat", {"ref": found.ref, "aksi": "ubah"})
    chosen = texts.photos(ctx.uow, found)
    for view in texts.albums(found, chosen):
        ctx.show(view, reference=found.ref)
    if len(chosen) < 2:
        return None
    same = f"{seen.case_id}:{seen.version}:{seen.step}"
    buttons = [
        Button("putaran.foto_ke", f"lr:f:{same}:{one.id}", {"nomor": place}) for place, one in enumerate(chosen, 1)
    ]
    choice = View("putaran/pilih_foto", {"ref": found.ref}, (*rows(buttons, 3), _back(seen)), protect=True)
    under(ctx, found, choice)
    return None


_ON_CARD = {"y": _approve, "r": _revise, "u": _change, "f": _picture, "k": _main}


def _seen(ctx: Context, parts: list[str]) -> tuple[Seen, str]:
    """What a prompt was made for, and its last part."""
    case, _, version, step, last = asked(ctx, parts, 5)
    return Seen(number(case), number(version), step), last


def _reason(ctx: Context, parts: list[str]) -> Ack | None:
    """The typed reason of *Revisi*."""
    seen, way = _seen(ctx, parts)
    found = lokus_rounds.revise(ctx.uow, ctx.office, ctx.me, seen, way, typed(ctx.inc), ctx.now)
    ctx.uow.outbox.add(Notice(ctx.inc.chat_id, Delete(slot=f"{REVISE}:{':'.join(parts)}")))
    whom = views.waited_for(ctx.uow, ctx.office, found, ctx.now)
    where = f"dikembalikan:{found.id}@{ctx.me.telegram_id}"
    ctx.lift(where)
    view = View("putaran/revisi_dikirim", {"ref": found.ref, "kepada": whom or "-"})
    ctx.show(view, where, fresh=True, reference=found.ref)
    return None


def _rewritten(ctx: Context, parts: list[str]) -> Ack | None:
    """The typed new words of one part; the card comes again below them."""
    seen, key = _seen(ctx, parts)
    found = lokus_rounds.write(ctx.uow, ctx.office, ctx.me, seen, key, typed(ctx.inc), ctx.now)
    ctx.uow.outbox.add(Notice(ctx.inc.chat_id, Delete(slot=f"{REWRITE}:{':'.join(parts)}")))
    below(ctx, found)
    return None


def below(ctx: Context, case: Case) -> None:
    """The person's card as a new message below what was typed; the old one goes."""
    ctx.lift(card_slot(case, ctx.me.telegram_id))
    lokus_cards.open_here(ctx.uow, ctx.office, case, ctx.me, ctx.now)


def under(ctx: Context, case: Case, view: View) -> None:
    """The person's card, showing this, as a new message below what came last; the old one goes."""
    name = card_slot(case, ctx.me.telegram_id)
    ctx.lift(name)
    ctx.show(view, name, fresh=True, reference=case.ref)


def _ask_record(ctx: Context, case_id: int) -> Ack | None:
    found = lokus_rounds.may_record(ctx.uow, ctx.office, ctx.me, case_id, ctx.now)
    view = View("putaran/tanya_acara", {"ref": found.ref}, force_reply=True)
    ctx.show(view, f"{RECORD}:{found.id}:{ctx.me.id}", fresh=True, reference=found.ref)
    return None


def _recorded(ctx: Context, parts: list[str]) -> Ack | None:
    """The typed parties, matter and witnesses of a Berita Acara."""
    case_id = number(asked(ctx, parts, 2)[0])
    lokus_rounds.record(ctx.uow, ctx.office, ctx.me, case_id, typed(ctx.inc), ctx.now)
    ctx.uow.outbox.add(Notice(ctx.inc.chat_id, Delete(slot=f"{RECORD}:{':'.join(parts)}")))
    return None


TAPS = {"lr": tapped}
PROMPTS = {REVISE: _reason, REWRITE: _rewritten, RECORD: _recorded}
