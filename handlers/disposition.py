"""*Disposisi* in two taps, and what follows: buttons ``ds:<what>:…``, /disposisi.

``ds:m:<on>:<id>`` opens the choice, ``ds:w:…:<to>`` addresses another, ``ds:i:…:<to>:<words>`` gives it,
``ds:c:…:<to>`` asks for own words; ``ds:t:<case>:<version>:<step>`` asks for the report back.
"""

from __future__ import annotations

from domain.commands import DISPOSITION
from domain.errors import Stale
from domain.notices import Ack, Button, Delete, Notice, View
from domain.usecases import disposition, recap
from domain.usecases.cards import Tap
from domain.usecases.disposition import ADDRESSEES, INSTRUCTIONS, Source
from domain.usecases.verification import Seen
from handlers.context import Context, number, rows

WORDS = "tanya-disposisi"
REPORT = "tanya-tindak"


def command(ctx: Context) -> Ack | None:
    """/disposisi: what I gave and is not followed up yet, or what waits for me."""
    if not recap.leads(ctx.uow, ctx.me, ctx.now):
        ctx.need(*sorted(DISPOSITION))
    found = disposition.mine(ctx.uow, ctx.office, ctx.me, ctx.now)
    ctx.show_here(disposition.list_view(ctx.office, found, ctx.me))
    return None


def tapped(ctx: Context, parts: list[str]) -> Ack | None:
    """The buttons; anything else is an old one."""
    match parts:
        case ["l"]:
            return command(ctx)
        case ["m", code, number_]:
            on = _source(ctx, code, number_)
            ctx.show(_choice(ctx, on, "k"), _slot(ctx, on), fresh=True, reference=on.ref)
            return None
        case ["w", code, number_, to]:
            on = _source(ctx, code, number_)
            ctx.show_here(_choice(ctx, on, to), _slot(ctx, on), reference=on.ref)
            return None
        case ["i", code, number_, to, words] if words in INSTRUCTIONS:
            on = _source(ctx, code, number_)
            return _give(ctx, on, to, INSTRUCTIONS[words])
        case ["c", code, number_, to] if to in ADDRESSEES:
            return _ask_words(ctx, _source(ctx, code, number_), to)
        case ["t", case_id, version, step]:
            return _ask_report(ctx, Seen(number(case_id), number(version), step))
        case _:
            raise Stale


def _source(ctx: Context, code: str, number_: str) -> Source:
    return disposition.source(ctx.uow, ctx.office, ctx.me, code, number(number_), ctx.now)


def _slot(ctx: Context, on: Source) -> str:
    return f"pilih-disposisi:{on.key}:{ctx.me.id}@{ctx.inc.chat_id}"


def _choice(ctx: Context, on: Source, to: str) -> View:
    if to not in ADDRESSEES:
        raise Stale
    here = f"{on.key}:{to}"
    buttons = [Button(f"disposisi.{words}", f"ds:i:{here}:{words}") for words in INSTRUCTIONS]
    buttons.append(Button("disposisi.catatan", f"ds:c:{here}"))
    others = [
        Button("disposisi.kepada", f"ds:w:{on.key}:{letter}", {"peran": ctx.office.title(ADDRESSEES[letter][0])})
        for letter in disposition.addressees(ctx.uow)
        if letter != to
    ]
    params = {"ref": on.ref, "perihal": on.about, "kepada": ctx.office.title(ADDRESSEES[to][0])}
    return View("disposisi/pilih", params, (*rows(buttons, 1), *rows(others, 2)), protect=True)


def _give(ctx: Context, on: Source, to: str, words: str) -> Ack | None:
    made = disposition.give(ctx.uow, ctx.office, ctx.me, on, to, words, ctx.now)
    params = {"ref": made.ref, "acuan": on.ref, "kepada": ctx.office.title(ADDRESSEES[to][0]), "disposisi": words}
    ctx.show_here(View("disposisi/diberikan", params, protect=True), _slot(ctx, on), reference=made.ref)
    return None


def _ask_words(ctx: Context, on: Source, to: str) -> Ack | None:
    params = {"ref": on.ref, "kepada": ctx.office.title(ADDRESSEES[to][0])}
    view = View("disposisi/tanya_isi", params, force_reply=True)
    ctx.show(view, f"{WORDS}:{on.key}:{to}:{ctx.me.id}", fresh=True, reference=on.ref)
    return None


def _worded(ctx: Context, parts: list[str]) -> Ack | None:
    """The typed instruction: only from the person who tapped."""
    code, number_, to, asked = parts
    if asked != str(ctx.me.id):
        raise Stale
    _give(ctx, _source(ctx, code, number_), to, ctx.inc.text)
    ctx.uow.outbox.add(Notice(ctx.inc.chat_id, Delete(slot=f"{WORDS}:{':'.join(parts)}")))
    return None


def _ask_report(ctx: Context, seen: Seen) -> Ack | None:
    found = disposition.to_report(ctx.uow, ctx.office, ctx.me, seen, ctx.now, Tap(ctx.inc.chat_id, ctx.inc.message_id))
    if isinstance(found, Ack):
        return found
    case = found.case
    view = View("disposisi/tanya_tindak", {"ref": case.ref, "disposisi": case.fields.get("apa")}, force_reply=True)
    ctx.show(view, f"{REPORT}:{case.id}:{case.version}:{case.step}:{ctx.me.id}", fresh=True, reference=case.ref)
    return None


def _reported(ctx: Context, parts: list[str]) -> Ack | None:
    case_id, version, step, asked = parts
    if asked != str(ctx.me.id):
        raise Stale
    seen = Seen(number(case_id), number(version), step)
    done = disposition.report(ctx.uow, ctx.office, ctx.me, seen, ctx.inc.text, ctx.now, Tap(ctx.inc.chat_id))
    ctx.uow.outbox.add(Notice(ctx.inc.chat_id, Delete(slot=f"{REPORT}:{':'.join(parts)}")))
    if isinstance(done, Ack):
        if done.template is not None:
            ctx.show(View(done.template, done.params))
        return None
    ctx.show(View("disposisi/tercatat", {"ref": done.ref}), reference=done.ref)
    return None


COMMANDS = {"disposisi": command}
TAPS = {"ds": tapped}
PROMPTS = {WORDS: _worded, REPORT: _reported}
