"""/lapsus: the special and secret report. Buttons ``ls:<what>:…``; what is written behind the command is not repeated.

- ``ls:p`` the choice, ``ls:w:<way>`` a way of telling, ``ls:t`` writing after the warning, ``ls:x`` leaving it
- ``ls:y|u|q|k|d:<case>:<number>[:<minutes>]`` the arrangement: yes, another time, one of these, typed, held
"""

from __future__ import annotations

import re
from datetime import timedelta

from domain import secrecy
from domain.arrangement import Arrangement, Side
from domain.errors import NotFound, Stale, UserError
from domain.forms import answers
from domain.forms import lapsus as sheet
from domain.model import Case, Person
from domain.notices import Ack, Button, Delete, Keyboard, Notice, Priority, Show, View
from domain.sop.commands import Approve
from domain.usecases import arrangement, cards, drafts, lapsus, verification
from domain.usecases.cards import Tap
from domain.usecases.cardview import slot as card_slot
from domain.usecases.verification import Seen
from handlers import form_views, secret_form
from handlers.context import Context, number
from handlers.incoming import Incoming

PROMPT = "tanya-janji"
START = "lapsus"
"""The deep link's payload: t.me/BOT?start=lapsus."""
_CALL = re.compile(r"\s*/lapsus(?:@(\w+))?(?:\s|$)", re.IGNORECASE)
_SPOKEN = re.compile(r"\W*(?:lapsus|laporan khusus|lapor(?:an)? rahasia)\b", re.IGNORECASE)
CHANNEL = {"t": "Telepon", "s": "SMS", "l": "Datang langsung"}


def is_call(inc: Incoming, bot: str | None) -> bool:
    """Whether the message is /lapsus, typed, edited into one, or below a picture."""
    found = _CALL.match(inc.text) if inc.kind in ("message", "edited") else None
    return found is not None and (found[1] is None or bot is None or found[1].lower() == bot.lower())


def is_spoken(ctx: Context) -> bool:
    """Whether a text without the command begins by saying that it is one: no recogniser may read it."""
    inc = ctx.inc
    if inc.kind not in ("message", "edited") or inc.command is not None or not _SPOKEN.match(inc.text):
        return False
    active = ctx.uow.drafts.active(ctx.me.id)
    if active is not None and secret_form.is_secret(ctx, active):
        return False  # an answer in its own form
    return ctx.office.profile.procedure("lapsus") is not None


def command(ctx: Context) -> Ack | None:
    """/lapsus in private: the choice. The message goes, and whatever was written with it unread."""
    carried = _carries(ctx.inc)
    _take_away(ctx)
    # Answered, not raised: what was written must be deleted all the same.
    procedure = ctx.office.profile.procedure("lapsus")
    if procedure is None:
        ctx.reply("galat/prosedur_tidak_ada", perintah="lapsus")
    elif not ctx.me.has(*ctx.office.sops.get(procedure.sop).first.roles):
        ctx.reply("galat/tidak_berhak")
    else:
        choose(ctx, carried=carried)
    return None


def _carries(inc: Incoming) -> bool:
    if inc.kind == "message" and inc.command == "start":
        return False
    found = _CALL.match(inc.text)
    return inc.file is not None or found is None or bool(inc.text[found.end() :].strip())


def _take_away(ctx: Context) -> None:
    inc = ctx.inc
    if inc.kind != "tap" and inc.message_id is not None:
        lapsus.erase(ctx.uow, inc.chat_id, {str(inc.message_id): (inc.date or ctx.now).isoformat()}, ctx.now)


def in_group(ctx: Context) -> Ack | None:
    """/lapsus in a group, whoever wrote it: the message goes where the bot may, the writer is led to the private."""
    inc = ctx.inc
    if inc.message_id is not None:
        refused = View("lapsus/grup_tak_terhapus", reply_to=inc.message_id)
        ctx.uow.outbox.add(Notice(inc.chat_id, Delete(message_ids=(inc.message_id,), refused=refused), Priority.URGENT))
    if ctx.person is None or not ctx.person.active:
        return None
    bot = ctx.office.bot_username
    link: Keyboard = ((Button("lapsus.ke_pribadi", url=f"https://t.me/{bot}?start={START}"),),) if bot else ()
    ctx.show(View("lapsus/di_grup", keyboard=link), priority=Priority.URGENT)
    return None


def choose(ctx: Context, *, carried: bool = False) -> None:
    """The ways of telling, the safer ones first."""
    buttons = [(Button(f"lapsus.{way}", f"ls:w:{way}"),) for way in lapsus.ways(ctx.office)]
    open_ = [d for d in drafts.shelf(ctx.uow, ctx.me) if secret_form.is_secret(ctx, d)]
    rows: Keyboard = (*buttons, *((Button("lapsus.lanjutkan", f"f:{d.id}:go"),) for d in open_[:1]))
    ctx.show_here(
        View("lapsus/pilih", {"dihapus": carried, "tulis": sheet.WRITTEN in lapsus.ways(ctx.office)}, rows),
        f"lapsus:{ctx.me.id}",
    )


def tapped(ctx: Context, parts: list[str]) -> Ack | None:
    """A button of these conversations; they have no place in a group, whatever a client sends there."""
    if not ctx.inc.private and not (parts and parts[0] in _STEPS):
        raise Stale
    match parts:
        case ["p"]:
            ctx.need(*lapsus.rules(ctx.office)[0].first.roles)
            choose(ctx)
            return None
        case ["x"]:
            ctx.show_here(View("lapsus/ditinggalkan"), f"lapsus:{ctx.me.id}")
            return None
        case ["w", "tulis"]:
            return _warn(ctx)
        case ["w", way] if way in sheet.ARRANGED:
            return _begin(ctx, way)
        case ["t"]:
            return _begin(ctx, sheet.WRITTEN)
        case [what, case, at, *rest] if what in _STEPS:
            return _arranging(ctx, what, number(case), number(at), rest)
        case _:
            raise Stale


def _warn(ctx: Context) -> Ack | None:
    """Once before writing, in plain words: what a bot's chat is not."""
    sop, settings = lapsus.rules(ctx.office)
    ctx.need(*sop.first.roles)
    if sheet.WRITTEN not in lapsus.ways(ctx.office):
        raise NotFound
    buttons: Keyboard = (
        (Button("lapsus.mengerti", "ls:t"),),
        (Button("lapsus.telepon", "ls:w:telepon"),),
        (Button("lapsus.menghadap", "ls:w:menghadap"),),
        (Button("lapsus.kembali", "ls:p"),),
    )
    ctx.show_here(View("lapsus/peringatan", {"isi": settings.content}, buttons), f"lapsus:{ctx.me.id}")
    return None


def _begin(ctx: Context, way: str) -> Ack | None:
    draft, state = lapsus.begin(ctx.uow, ctx.office, ctx.me, ctx.inc.chat_id, way, ctx.now)
    secret_form.show(ctx, draft, state, [])
    return None


def record(ctx: Context, author: Person, means: str) -> Ack | None:
    """/catat: a lapsus that an agent told the duty officer; without written content only the call back is arranged."""
    written = sheet.WRITTEN in lapsus.ways(ctx.office)
    way = sheet.ORAL if written else sheet.PHONE
    draft, state = lapsus.begin(ctx.uow, ctx.office, ctx.me, ctx.inc.chat_id, way, ctx.now, author=author, means=means)
    secret_form.show(ctx, draft, state, [])
    return None


# --- the arrangement, on both sides -----------------------------------------------------------------------------------


def _arranging(ctx: Context, what: str, case_id: int, at: int, rest: list[str]) -> Ack | None:
    if not ctx.inc.private:
        return secrecy.denied(ctx.uow, ctx.me, ctx.uow.cases.get(case_id), "arrange", ctx.now, case_id)
    try:
        return _STEPS[what](ctx, case_id, at, rest)
    except NotFound:
        return secrecy.denied(ctx.uow, ctx.me, ctx.uow.cases.get(case_id), "arrange", ctx.now, case_id)


def _yes(ctx: Context, case_id: int, at: int, rest: list[str]) -> Ack | None:
    case, here, side = arrangement.change(ctx.uow, ctx.office, ctx.me, case_id, "agree", at, ctx.now)
    _tell(ctx, case, here, side)
    return Ack("lapsus/janji_tercatat", {"ref": case.ref})


def _times(ctx: Context, case_id: int, at: int, rest: list[str]) -> Ack | None:
    """*Usulkan waktu lain*: the times that one tap proposes, in place of the buttons; once more takes them away."""
    case, here, side = arrangement.matter(ctx.uow, ctx.office, ctx.me, case_id, ctx.now)
    if here.number != at or here.phase == "selesai":
        return arrangement.gone(case)
    quick = [
        Button("lapsus.menit", f"ls:q:{case.id}:{at}:{minutes}", {"teks": words})
        for words, minutes in arrangement.WORDS.items()
    ]
    rows: Keyboard = (
        tuple(quick[:2]),
        tuple(quick[2:]),
        (Button("lapsus.ketik", f"ls:k:{case.id}:{at}"), Button("lapsus.kembali", f"ls:b:{case.id}:{at}")),
    )
    _show_side(ctx, case, here, side, rows)
    return None


def _back(ctx: Context, case_id: int, at: int, rest: list[str]) -> Ack | None:
    case, here, side = arrangement.matter(ctx.uow, ctx.office, ctx.me, case_id, ctx.now)
    _show_side(ctx, case, here, side, None)
    return None


def _show_side(ctx: Context, case: Case, here: Arrangement, side: Side, rows: Keyboard | None) -> None:
    view = (
        arrangement.author_view(ctx.uow, ctx.office, case, here)
        if side == "pelapor"
        else arrangement.official_view(ctx.uow, ctx.office, case, here)
    )
    slot = arrangement.slot(case) if side == "pelapor" else card_slot(case, ctx.inc.chat_id)
    shown = view if rows is None else View(view.template, view.params, rows, protect=view.protect)
    if side == "pelapor":
        ctx.show(shown, slot, at=ctx.inc.message_id, reference=case.ref)
    else:
        ctx.show(shown, slot, reference=case.ref)


def _quick(ctx: Context, case_id: int, at: int, rest: list[str]) -> Ack | None:
    minutes = number(rest[0]) if rest else 0
    if minutes not in arrangement.QUICK:
        raise Stale
    words = arrangement.clock_words(ctx.office, ctx.received_at + timedelta(minutes=minutes), ctx.now)
    return _propose(ctx, case_id, at, words)


def _propose(ctx: Context, case_id: int, at: int, words: str) -> Ack | None:
    case, here, side = arrangement.change(ctx.uow, ctx.office, ctx.me, case_id, "propose", at, ctx.now, words)
    _tell(ctx, case, here, side)
    return Ack("lapsus/janji_tercatat", {"ref": case.ref})


def _ask(ctx: Context, case_id: int, at: int, rest: list[str]) -> Ack | None:
    """*Ketik*: a prompt whose reply is the time and, for a meeting, the place."""
    case, here, side = arrangement.matter(ctx.uow, ctx.office, ctx.me, case_id, ctx.now)
    if here.number != at or here.phase == "selesai":
        return arrangement.gone(case)
    _show_side(ctx, case, here, side, None)
    slot = f"{PROMPT}:{case.id}:{at}:{ctx.me.id}"
    ctx.uow.outbox.add(Notice(ctx.inc.chat_id, Delete(slot=slot)))
    view = View("lapsus/tanya_waktu", {"ref": case.ref, "cara": here.way}, force_reply=True)
    ctx.show(view, slot, fresh=True, reference=case.ref)
    return None


def _typed(ctx: Context, parts: list[str]) -> Ack | None:
    """The reply to that prompt; the prompt and the reply are deleted."""
    try:
        case_id, at, asked = (number(part) for part in parts)
    except ValueError:
        raise Stale from None
    if asked != ctx.me.id:
        raise NotFound
    words = " ".join(ctx.inc.text.split())
    _take_away(ctx)
    slot = f"{PROMPT}:{case_id}:{at}:{asked}"
    try:
        _propose(ctx, case_id, at, _checked(ctx, words))
    except NotFound:
        ack = secrecy.denied(ctx.uow, ctx.me, ctx.uow.cases.get(case_id), "arrange", ctx.now, case_id)
        ctx.reply(ack.template or NotFound.template)
        return None
    except UserError as error:
        # Said here, not raised: the reply that was typed must be deleted all the same.
        ctx.reply(error.key, **error.params)
        return None
    ctx.uow.outbox.add(Notice(ctx.inc.chat_id, Delete(slot=slot)))
    return None


def _checked(ctx: Context, words: str) -> str:
    """A typed time. Raises UserError for none, for more than a time, and for a day that does not exist."""
    if answers.blank(words) or len(words) > arrangement.MOST:
        raise UserError("lapsus/waktu_kosong")
    answers.read_when(ctx.office, words, ctx.received_at)
    return words


def _held(ctx: Context, case_id: int, at: int, rest: list[str]) -> Ack | None:
    """*Sudah dilaksanakan*: the arrangement is over. What was told may be written down where the profile allows it;
    otherwise the case goes on as told by word of mouth."""
    case, here, _ = arrangement.change(ctx.uow, ctx.office, ctx.me, case_id, "finish", at, ctx.now)
    arrangement.tell_author(ctx.uow, ctx.office, case, here)
    _, settings = lapsus.rules(ctx.office)
    tap = Tap(ctx.inc.chat_id, ctx.inc.message_id)
    if settings.content != "isi":
        return _pass_on(ctx, case, tap)
    cards.refresh(ctx.uow, ctx.office, case, ctx.now, tap=tap)
    ctx.show(
        View(
            "lapsus/terlaksana",
            {"ref": case.ref},
            (
                (Button("lapsus.tulis_isi", f"ls:i:{case.id}:{case.version}"),),
                (Button("lapsus.teruskan", f"ls:o:{case.id}:{case.version}"),),
            ),
        ),
        f"lisan:{case.id}:{ctx.me.id}",
        fresh=True,
        reference=case.ref,
    )
    return Ack("lapsus/janji_tercatat", {"ref": case.ref})


def _pass_on(ctx: Context, case: Case, tap: Tap) -> Ack:
    seen = Seen(case.id, case.version, case.step)
    return verification.approve(ctx.uow, ctx.office, ctx.me, seen, None, ctx.now, tap)


def _as_told(ctx: Context, case_id: int, at: int, rest: list[str]) -> Ack | None:
    """*Teruskan*: on to the next official without a written word."""
    case = _after(ctx, case_id, at)
    if isinstance(case, Ack):
        return case
    ctx.show(View("lapsus/diteruskan", {"ref": case.ref}), f"lisan:{case.id}:{ctx.me.id}", at=ctx.inc.message_id)
    return _pass_on(ctx, case, Tap(ctx.inc.chat_id, None))


def _write_down(ctx: Context, case_id: int, at: int, rest: list[str]) -> Ack | None:
    """*Tulis isi*: the official writes down what was told, as a further version of the case."""
    case = _after(ctx, case_id, at)
    if isinstance(case, Ack):
        return case
    if lapsus.rules(ctx.office)[1].content != "isi":
        raise NotFound
    draft = drafts.write_down(ctx.uow, ctx.office, case, ctx.me, ctx.now)
    view = form_views.question(ctx.office, draft, drafts.state_of(draft), ctx.me)
    ctx.uow.outbox.add(Notice(ctx.inc.chat_id, Show(view, form_views.slot(draft), fresh=True), reference=case.ref))
    return None


def _after(ctx: Context, case_id: int, version: int) -> Case | Ack:
    """The case whose arrangement is over, for an official who may act on it."""
    case, here, side = arrangement.matter(ctx.uow, ctx.office, ctx.me, case_id, ctx.now)
    if side != "pejabat":
        raise NotFound
    sop = ctx.office.sop_of(case.sop, case.sop_version)
    if here.phase != "selesai" or case.version != version or case.step != sop.first.yes:
        return arrangement.gone(case)
    found = verification.check(
        ctx.uow,
        ctx.office,
        ctx.me,
        Seen(case.id, case.version, case.step),
        ctx.now,
        Tap(ctx.inc.chat_id, None),
        "approve",
        lambda actor: Approve(actor, None, case.version, case.step),
    )
    return found if isinstance(found, Ack) else case


def _tell(ctx: Context, case: Case, here: Arrangement, side: Side) -> None:
    """The other side hears of it in a new message, one's own is put right in place."""
    if side == "pelapor":
        view = arrangement.author_view(ctx.uow, ctx.office, case, here)
        own = ctx.inc.message_id if ctx.inc.kind == "tap" else None
        ctx.show(view, arrangement.slot(case), at=own, reference=case.ref)
        cards.alert(ctx.uow, ctx.office, case, ctx.now)
    else:
        arrangement.tell_author(ctx.uow, ctx.office, case, here)
        cards.refresh(ctx.uow, ctx.office, case, ctx.now, tap=Tap(ctx.inc.chat_id, ctx.inc.message_id))


_STEPS = {
    "y": _yes,
    "u": _times,
    "b": _back,
    "q": _quick,
    "k": _ask,
    "d": _held,
    "o": _as_told,
    "i": _write_down,
}
COMMANDS = {"lapsus": command}
GROUP_COMMANDS = {"lapsus": in_group}
TAPS = {"ls": tapped}
PROMPTS = {PROMPT: _typed}
