"""Steps 7 to 15 of a lokus (``lr:<what>:…``): decisions on the result report, its text, its versions, its paper."""

from __future__ import annotations

from domain.errors import Stale
from domain.lokus import result
from domain.model import Case
from domain.notices import Ack, Button, Delete, Notice, View
from domain.usecases import lokus_cards, lokus_rounds
from domain.usecases import lokus_rounds_views as views
from domain.usecases.cardview import slot as card_slot
from domain.usecases.lokus_rounds import Seen
from handlers.context import Context, number, rows

REVISE, REWRITE, RECORD = "putaran-tanya-revisi", "putaran-tanya-isi", "putaran-tanya-acara"


def tapped(ctx: Context, parts: list[str]) -> Ack | None:
    """The cards' buttons; anything else is an old one."""
    match parts:
        case [what, case, version, step, *more] if what in _ON_CARD:
            return _ON_CARD[what](ctx, Seen(number(case), number(version), step), more)
        case ["b", case]:
            return _read(ctx, number(case), None)
        case ["w", case, version]:
            return _read(ctx, number(case), number(version))
        case ["v", case]:
            found = _report(ctx, number(case))
            return _beside(ctx, found, views.listing(ctx.uow, ctx.office, found))
        case ["d", case, version]:
            found = _report(ctx, number(case))
            return _beside(ctx, found, views.difference(ctx.uow, ctx.office, found, number(version)))
        case ["p", case]:
            return _paper(ctx, number(case))
        case ["a", case]:
            return _ask_record(ctx, number(case))
        case _:
            raise Stale


def _report(ctx: Context, case_id: int) -> Case:
    return lokus_rounds.report(ctx.uow, ctx.office, ctx.me, case_id, ctx.now)


def _beside(ctx: Context, case: Case, view: View | None) -> Ack | None:
    """Below the card, in a place of its own that the next look replaces."""
    if view is None:
        raise Stale
    ctx.show(view, f"hasil:{case.id}@{ctx.me.telegram_id}", fresh=True, reference=case.ref)
    return None


def _read(ctx: Context, case_id: int, version: int | None) -> Ack | None:
    found = _report(ctx, case_id)
    view = views.whole(ctx.uow, found, version)
    if view is None:
        raise Stale
    lokus_rounds.opened(ctx.uow, found, ctx.me, ctx.now, "report")
    ctx.show(view, reference=found.ref)
    return None


def _paper(ctx: Context, case_id: int) -> Ack | None:
    """The PDF: with real names for the chain of command, with code names for everybody else."""
    found = _report(ctx, case_id)
    lokus_rounds.opened(ctx.uow, found, ctx.me, ctx.now, "paper")
    lokus_rounds.paper(ctx.uow, ctx.office, found, ctx.me, names=ctx.me.has(*views.READERS))
    return None


def _approve(ctx: Context, seen: Seen, more: list[str]) -> Ack | None:
    found = lokus_rounds.approve(ctx.uow, ctx.office, ctx.me, seen, ctx.now)
    what = "terima" if seen.step.startswith("terima") else "setujui" if found.step == views.FINAL else "lanjut"
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
        buttons = [Button(f"putaran.ke_{way}", f"lr:r:{same}:{way}") for way in ways]
        choice = View("putaran/pilih_arah", {"ref": found.ref}, (*rows(buttons, 1), _back(seen)), protect=True)
        _card(ctx, found, choice)
        return None
    way = more[0] if more else ways[0]
    lokus_cards.one(ctx.uow, ctx.office, found, ctx.me, ctx.now)
    view = View("putaran/tanya_revisi", {"ref": found.ref, "arah": way}, force_reply=True)
    place = f"{REVISE}:{seen.case_id}:{ctx.me.id}:{seen.version}:{seen.step}:{way}"
    ctx.show(view, place, fresh=True, reference=found.ref)
    return None


def _change(ctx: Context, seen: Seen, more: list[str]) -> Ack | None:
    """Which part, then its new words."""
    found = lokus_rounds.may_change(ctx.uow, ctx.office, ctx.me, seen, ctx.now)
    same = f"{seen.case_id}:{seen.version}:{seen.step}"
    if not more:
        buttons = [Button(f"hasil.{key}", f"lr:u:{same}:{key}") for key in result.KEYS]
        choice = View("putaran/pilih_bagian", {"ref": found.ref}, (*rows(buttons, 2), _back(seen)), protect=True)
        _card(ctx, found, choice)
        return None
    if more[0] not in result.KEYS:
        raise Stale
    lokus_cards.one(ctx.uow, ctx.office, found, ctx.me, ctx.now)
    params = {
        "ref": found.ref,
        "kunci": more[0],
        "isi": lokus_rounds.current(found, more[0]),
        "wajib": list(result.NEEDED),
    }
    place = f"{REWRITE}:{seen.case_id}:{ctx.me.id}:{seen.version}:{seen.step}:{more[0]}"
    ctx.show(View("putaran/tanya_isi", params, force_reply=True, protect=True), place, fresh=True, reference=found.ref)
    return None


def _picture(ctx: Context, seen: Seen, more: list[str]) -> Ack | None:
    """Which of the chosen photos leadership gets: they are shown, then one is tapped."""
    found = lokus_rounds.may_change(ctx.uow, ctx.office, ctx.me, seen, ctx.now)
    if more:
        lokus_rounds.picture(ctx.uow, ctx.office, ctx.me, seen, number(more[0]), ctx.now)
        return Ack("putaran/tercatat", {"ref": found.ref, "aksi": "ubah"})
    chosen = views.photos(ctx.uow, found)
    same = f"{seen.case_id}:{seen.version}:{seen.step}"
    buttons = [
        Button("putaran.foto_ke", f"lr:f:{same}:{one.id}", {"nomor": place}) for place, one in enumerate(chosen, 1)
    ]
    for view in views.albums(found, chosen):
        ctx.show(view, reference=found.ref)
    _card(ctx, found, View("putaran/pilih_foto", {"ref": found.ref}, (*rows(buttons, 3), _back(seen)), protect=True))
    return None


_ON_CARD = {"y": _approve, "r": _revise, "u": _change, "f": _picture, "k": _main}


def _seen(ctx: Context, parts: list[str], last: int) -> tuple[Seen, str]:
    """What a prompt was made for; Stale for another person's."""
    if len(parts) != last or parts[1] != str(ctx.me.id):
        raise Stale
    return Seen(number(parts[0]), number(parts[2]), parts[3]), parts[4]


def _reason(ctx: Context, parts: list[str]) -> Ack | None:
    """The typed reason of *Revisi*."""
    seen, way = _seen(ctx, parts, 5)
    found = lokus_rounds.revise(ctx.uow, ctx.office, ctx.me, seen, way, ctx.inc.text, ctx.now)
    ctx.uow.outbox.add(Notice(ctx.inc.chat_id, Delete(slot=f"{REVISE}:{':'.join(parts)}")))
    ctx.show(View("putaran/revisi_dikirim", {"ref": found.ref}), reference=found.ref)
    return None


def _rewritten(ctx: Context, parts: list[str]) -> Ack | None:
    """The typed new words of one part; the card comes again below them."""
    seen, key = _seen(ctx, parts, 5)
    found = lokus_rounds.write(ctx.uow, ctx.office, ctx.me, seen, key, ctx.inc.text, ctx.now)
    ctx.uow.outbox.add(Notice(ctx.inc.chat_id, Delete(slot=f"{REWRITE}:{':'.join(parts)}")))
    below(ctx, found)
    return None


def below(ctx: Context, case: Case) -> None:
    """The person's card as a new message below what was typed; the old one goes."""
    old = ctx.uow.outbox.slot_message(card_slot(case, ctx.me.telegram_id))
    if old is not None:
        ctx.uow.outbox.add(Notice(ctx.inc.chat_id, Delete(message_id=old)))
    lokus_cards.open_here(ctx.uow, ctx.office, case, ctx.me, ctx.now)


def _ask_record(ctx: Context, case_id: int) -> Ack | None:
    found = lokus_rounds.may_record(ctx.uow, ctx.office, ctx.me, case_id, ctx.now)
    view = View("putaran/tanya_acara", {"ref": found.ref}, force_reply=True)
    ctx.show(view, f"{RECORD}:{found.id}:{ctx.me.id}", fresh=True, reference=found.ref)
    return None


def _recorded(ctx: Context, parts: list[str]) -> Ack | None:
    """The typed parties, matter and witnesses of a Berita Acara."""
    if len(parts) != 2 or parts[1] != str(ctx.me.id):
        raise Stale
    lokus_rounds.record(ctx.uow, ctx.office, ctx.me, number(parts[0]), ctx.inc.text, ctx.now)
    ctx.uow.outbox.add(Notice(ctx.inc.chat_id, Delete(slot=f"{RECORD}:{':'.join(parts)}")))
    return None


TAPS = {"lr": tapped}
PROMPTS = {REVISE: _reason, REWRITE: _rewritten, RECORD: _recorded}
