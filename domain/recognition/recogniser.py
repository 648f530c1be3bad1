"""From a message as an agent writes it to the report's fields.

Nothing is invented: every line of every field stands in the message. A message is nihil only when it says so and tells
no event; what is neither nihil nor an event is unclear, and the caller asks.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Literal

from domain.privacy import PersonalDatum, personal_data
from domain.recognition.events import EventWord, find_events, guess_bidang, match_bidang
from domain.recognition.freetext import Draft, read_free
from domain.recognition.labels import Entry, entries, is_labelled
from domain.recognition.nihil import is_nihil, read_nihil
from domain.recognition.normalise import Message, Span, lexicon, prepare
from domain.recognition.opinion import opinion_phrases, opinion_spans
from domain.recognition.pictures import told_in_pictures
from domain.recognition.places import desa_mentions, kecamatan_mentions, locate, region_line, with_place_noun
from domain.recognition.smalltalk import is_closing, is_question, is_small_talk
from domain.recognition.stated import URGENCIES, stated
from domain.recognition.times import Known, resolve
from domain.recognition.whereabouts import is_specific

Kind = Literal["nihil", "kejadian", "tidak_jelas"]
_REPORTING = lexicon("lapor melapor melaporkan laporan kirim mengirim")
_MISTAKEN = frozenset((("salah", "kirim"), ("salah", "ketik"), ("salah", "pencet"), ("salah", "tulis")))
_PLANS = lexicon("akan rencana besok lusa rencananya ajakan undangan seruan direncanakan")
# Four Telegram messages: nothing longer can arrive as one, and a bound keeps hostile text cheap.
_LONGEST = 16_384
_NAMED = 20  # weight of a kecamatan that is no street's name and nobody's origin
_LETTERHEAD = frozenset(  # headings that hold no fact of the event
    ("kepada", "kepada yth", "yth", "dari", "nomor", "no", "tembusan", "lampiran", "sifat", "klasifikasi", "pengirim")
)
_HEADLINE = 90  # characters, so that it fits one line of a card


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """What the profile knows of its region: names, zone (IANA) with its label, and the names on its lists."""

    kecamatan: tuple[str, ...]
    desa: Mapping[str, tuple[str, ...]]
    zone: str
    zone_label: str
    bidang: tuple[str, ...]
    sources: tuple[str, ...] = ()
    means: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Recognised:
    """What a message says. `fields` has only the answers that were found; `occurred_at` is aware UTC.

    Each line of a field stands in the message as written; an answer given in two places has two lines.
    """

    kind: Kind
    kecamatan: str | None
    desa: str | None
    bidang: str | None
    fields: Mapping[str, str]
    occurred_at: datetime | None
    opinions: tuple[str, ...]
    personal: tuple[PersonalDatum, ...]
    headline: str | None
    also: tuple[str, ...] = ()  # further kecamatan that one nihil speaks for, in order
    stated: Mapping[str, str] = field(default_factory=dict)  # sumber, cara, derajat: a name on the office's list each
    unread: tuple[str, ...] = ()  # those of them whose label has a value that is on no list


def recognise(text: str, gazetteer: Gazetteer, now: datetime) -> Recognised:
    """Read `text`, told at `now` (aware). Never raises for any text; reads its first 16,384 characters."""
    pictured = told_in_pictures(text[:_LONGEST])
    shown, body = pictured or (None, text[:_LONGEST])
    message = prepare(body)
    found = entries(message)
    labelled = is_labelled(found)
    kind = _kind(message, found, labelled, gazetteer) if shown is None else "kejadian"
    personal = personal_data(text)
    if kind != "kejadian":
        kecamatan, desa = locate(message, gazetteer.kecamatan, gazetteer.desa, None)
        also = _also(message, gazetteer, kecamatan) if kind == "nihil" else ()
        return Recognised(kind, kecamatan, desa, None, {}, None, (), personal, None, also)
    region = region_line(message, found, gazetteer.kecamatan)
    answers = tuple(entry for entry in found if region is None or entry.value != region)
    fields, place = _labelled_fields(message, answers) if labelled else _free_fields(message, answers)
    if shown is not None:
        fields["apa"] = shown
    kecamatan, desa = locate(message, gazetteer.kecamatan, gazetteer.desa, place, region)
    if desa is not None and place is not None and not is_specific(_words(message, place)):
        fields["dimana"] = _with_desa(message, gazetteer, desa, fields["dimana"])
    if "dimana" not in fields and kecamatan is not None:
        names = [m for m in kecamatan_mentions(message, gazetteer.kecamatan) if m.name == kecamatan]
        if names:
            where = message.written(with_place_noun(message, names[0].span))
            fields["dimana"] = where if desa is None else _with_desa(message, gazetteer, desa, where)
    return Recognised(
        kind,
        kecamatan,
        desa,
        _bidang(message, found, gazetteer),
        fields,
        _occurred_at(message, fields, gazetteer, now),
        _opinions(message, fields, labelled),
        personal,
        _headline(message, found, fields),
        (),
        *stated(message, found, {"sumber": gazetteer.sources, "cara": gazetteer.means, "derajat": URGENCIES}),
    )


def _words(message: Message, span: Span) -> tuple[str, ...]:
    return tuple(token.word for token in message.tokens if token.is_word and span.holds(token.start))


def _with_desa(message: Message, gazetteer: Gazetteer, desa: str, where: str) -> str:
    """Where, with the desa before it when only its kecamatan was told to be the place."""
    named = [m for _, m in desa_mentions(message, gazetteer.desa) if m.name == desa]
    written = message.written(with_place_noun(message, named[0].span)) if named else ""
    return where if not written or written in where else f"{written}\n{where}"


def _also(message: Message, gazetteer: Gazetteer, first: str | None) -> tuple[str, ...]:
    """As in "Doro dan Talun nihil": the kecamatan beside the first, each named as a place of the report."""
    named = (m.name for m in kecamatan_mentions(message, gazetteer.kecamatan) if m.weight >= _NAMED)
    return tuple(name for name in dict.fromkeys(named) if name != first) if first is not None else ()


def _value_kind(message: Message, found: tuple[Entry, ...]) -> Kind | None:
    """What the labelled "Apa" says about the kind, when there is one."""
    for entry in found:
        if entry.field != "apa":
            continue
        words = [t for t in message.tokens if t.is_word and entry.value.holds(t.start)]
        if any(is_nihil(token.text) for token in words[:3]) or [t.word for t in words[:2]] == ["tidak", "ada"]:
            return "nihil"
        return "kejadian"
    return None


def _kind(message: Message, found: tuple[Entry, ...], labelled: bool, gazetteer: Gazetteer) -> Kind:
    events = find_events(message)
    strong = any(event.strong for event in events)
    said = _value_kind(message, found) if labelled or any(entry.field == "apa" for entry in found) else None
    if said == "kejadian" and labelled:
        return "kejadian"
    nihil = read_nihil(message)
    if is_small_talk(message) and nihil.claim == "none":
        return "tidak_jelas"
    if not labelled and is_question(message):
        return "tidak_jelas"
    if _about_reporting(message, events):
        return "tidak_jelas"
    if strong or nihil.contradicted:
        return "kejadian"
    if said == "nihil" or nihil.claim == "strong":
        return "kejadian" if events and _counted_crowd(message) else "nihil"
    if events or (labelled and len({entry.field for entry in found if entry.field}) > 1 and nihil.claim == "none"):
        return "kejadian"
    if nihil.claim == "weak" and not (_tells_of_something(message) and _tells_something(message, gazetteer)):
        return "nihil"
    return "kejadian" if _tells_something(message, gazetteer) else "tidak_jelas"


def _about_reporting(message: Message, events: tuple[EventWord, ...]) -> bool:
    """About the message itself: sent by mistake, or that no report can be sent ("belum bisa lapor, sinyal hilang")."""
    words = [token.word for token in message.tokens if token.is_word]
    pairs = set(pairwise(words))
    mistaken = bool(pairs & _MISTAKEN) and not events
    unable = any(
        words[at] in ("belum", "tidak") and words[at + 1] in ("bisa", "dapat") and words[at + 2] in _REPORTING
        for at in range(len(words) - 2)
    )
    told = {message.folded.text[event.span.start : event.span.end] for event in events}
    return mistaken or (unable and told <= {"hilang", "putus", "rusak", "padam"})


def _counted_crowd(message: Message) -> bool:
    """A gathering with people counted is reported as such even when the rest of the watch was nil."""
    told = (message.written(span) for span in read_free(message).siapa)
    return any(char.isdigit() for part in told for char in part)


def _tells_of_something(message: Message) -> bool:
    """A cause, counted people, or "ada" without a denial before: beside "aman" it keeps a report from being nihil."""
    words = [token.word for token in message.tokens if token.is_word]
    draft = read_free(message)
    if draft.mengapa or any(char.isdigit() for span in draft.siapa for char in message.written(span)):
        return True
    return any(
        word in ("ada", "terjadi", "terdapat", "muncul")
        and not {"tidak", "belum"} & set(words[max(0, index - 2) : index])
        for index, word in enumerate(words)
    )


def _tells_something(message: Message, gazetteer: Gazetteer) -> bool:
    """A statement long enough, with a place, a time or people in it, although no event word is known."""
    draft = read_free(message)
    anchored = bool(draft.dimana or draft.kapan or draft.siapa)
    anchored = anchored or bool(kecamatan_mentions(message, gazetteer.kecamatan))
    told = " ".join(message.written(span) for span in draft.apa).lower().split()
    about_self = any(token.word in ("saya", "aku") for token in message.tokens)
    if about_self and not draft.dimana and not kecamatan_mentions(message, gazetteer.kecamatan):
        return False  # "besok saya tidak bisa lapor": about the agent, not about the region
    words = sum(token.is_word for token in message.tokens)
    return anchored and len(told) >= 2 and words >= 5


def _join(message: Message, spans: list[Span]) -> str:
    return "\n".join(part for span in spans if (part := message.written(span)))


def _free_fields(message: Message, found: tuple[Entry, ...] = ()) -> tuple[dict[str, str], Span | None]:
    text = message.folded.text
    lines = [(entry, text.find("\n", entry.value.start)) for entry in found if entry.label in _LETTERHEAD]
    heads = tuple(Span(entry.value.start, end if end >= 0 else entry.value.end) for entry, end in lines)
    said = tuple(_trim_closing(message, entry.value) for entry in found if entry.field == "pendapat")
    draft = read_free(message, heads, said)
    return _draft_fields(message, draft), draft.dimana[0] if draft.dimana else None


def _draft_fields(message: Message, draft: Draft) -> dict[str, str]:
    answers = {
        "apa": draft.apa,
        "siapa": draft.siapa,
        "dimana": draft.dimana,
        "kapan": draft.kapan,
        "mengapa": draft.mengapa,
        "bagaimana": draft.bagaimana,
        "pendapat": draft.pendapat,
    }
    return {name: value for name, spans in answers.items() if (value := _join(message, spans))}


def _trim_closing(message: Message, value: Span) -> Span:
    """The value without the greeting that ends the message ("Demikian, terima kasih")."""
    inside = [clause for clause in message.clauses if value.holds(clause.span.start)]
    end = value.end
    while len(inside) > 1 and is_closing(inside[-1]):
        end = inside.pop().span.start
    return Span(value.start, end)


def _labelled_fields(message: Message, found: tuple[Entry, ...]) -> tuple[dict[str, str], Span | None]:
    """The labelled answers as written; what no label answers is looked for in the labelled facts."""
    spans: dict[str, list[Span]] = {}
    for number, entry in enumerate(found):
        if entry.field is None:
            continue
        value = _trim_closing(message, entry.value) if number == len(found) - 1 else entry.value
        here = spans.setdefault(entry.field, [])
        if here and number and found[number - 1].field == entry.field:
            here[-1] = Span(here[-1].start, value.end)  # "Hari/tgl: …" and "Pukul: …" one below the other
        else:
            here.append(value)
    fields = {name: text for name, parts in spans.items() if (text := _join(message, parts))}
    place = spans["dimana"][0] if "dimana" in spans else None
    subject = next((e for e in found if e.label in ("perihal", "hal", "kejadian menonjol") and e.field is None), None)
    fields.update(_supplement(message, found, fields))
    _told_before(message, found, fields)
    _time_line(fields)
    events = find_events(message)
    if "apa" not in spans and subject is not None and any(subject.value.overlaps(event.span) for event in events):
        fields["apa"] = message.written(subject.value)
    return fields, place


def _told_before(message: Message, found: tuple[Entry, ...], fields: dict[str, str]) -> None:
    """As in "Keracunan di SDN 2. Kapan: kemarin": what is told before the first label, when it is an event."""
    head = prepare(message.written(Span(0, found[0].at)))
    if not find_events(head):
        return
    told = _free_fields(head)[0]
    for name, value in told.items():
        fields.setdefault(name, value)


def _time_line(fields: dict[str, str]) -> None:
    """A line below a labelled answer that is nothing but a time ("tkp: …", "jam 02.30"), where no label says when."""
    for name in ("dimana", "apa", "siapa"):
        first, *more = fields.get(name, "").split("\n")
        for line in more:
            if "kapan" not in fields and _free_fields(prepare(line))[0].get("kapan") == line.strip():
                fields["kapan"] = line.strip()
                fields[name] = "\n".join([first, *(other for other in more if other != line)])


def _supplement(message: Message, found: tuple[Entry, ...], fields: Mapping[str, str]) -> dict[str, str]:
    """Answers inside the labelled facts for the questions without a label of their own."""
    facts = [message.written(e.value) for e in found if e.field in ("bagaimana", "apa", "kapan") and not e.named]
    extra: dict[str, str] = {}
    for fact in facts:
        for name, value in _free_fields(prepare(fact))[0].items():
            if name in ("apa", "siapa", "dimana", "kapan", "mengapa"):
                extra.setdefault(name, value)
    return {name: value for name, value in extra.items() if name not in fields}


def _bidang(message: Message, found: tuple[Entry, ...], gazetteer: Gazetteer) -> str | None:
    for entry in found:
        # What the agent labelled is never overruled by a guess: a value that matches nothing is asked.
        if entry.label == "bidang" and message.written(entry.value).strip():
            return match_bidang(message.written(entry.value), gazetteer.bidang)
    return guess_bidang(message, gazetteer.bidang)


def _occurred_at(message: Message, fields: Mapping[str, str], gazetteer: Gazetteer, now: datetime) -> datetime | None:
    if "kapan" not in fields:
        return None
    future = any(token.word in _PLANS for token in message.tokens)
    match resolve(fields["kapan"], gazetteer.zone, now, future=future):
        case Known(at=at):
            return at
        case _:
            return None


def _opinions(message: Message, fields: Mapping[str, str], labelled: bool) -> tuple[str, ...]:
    """In a free text every opinion phrase; in a labelled one those that stand among the facts."""
    if not labelled:
        return tuple(message.written(span) for span in opinion_spans(message))
    facts = [value for name, value in fields.items() if name != "pendapat"]
    return tuple(dict.fromkeys(phrase for fact in facts for phrase in opinion_phrases(fact)))


def _headline(message: Message, found: tuple[Entry, ...], fields: Mapping[str, str]) -> str | None:
    """The letter's subject, else what happened; one line, cut at a word."""
    subject = next((message.written(e.value) for e in found if e.label in ("perihal", "hal")), None)
    line = " ".join((subject or fields.get("apa", "")).split())
    if len(line) > _HEADLINE:
        line = line[:_HEADLINE].rsplit(" ", 1)[0].rstrip(",;: ") + "…"
    return line or None
