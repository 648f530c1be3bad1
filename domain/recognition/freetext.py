"""The answers in a free text: each a phrase of the message as written, never a word more.

The message is read clause by clause. Time phrases, place phrases, causes and people are marked; the event phrase runs
from the event word to the first mark; opinion goes apart; what is left of the facts tells how it went.
"""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field

from domain.recognition.events import EventWord, find_events
from domain.recognition.normalise import Clause, Message, Span, Token
from domain.recognition.opinion import opens_with_opinion, opinion_spans
from domain.recognition.phrases import (
    CAUSE_KEPT,
    CAUSES,
    TOPICS,
    TRIGGERS,
    Marks,
    causes,
    event_phrase,
    people,
    read_marks,
    skipped_words,
)
from domain.recognition.smalltalk import is_closing, is_heading, names_somebody, reaches, skip_opening
from domain.recognition.times import has_clock, is_limit
from domain.recognition.whereabouts import is_specific, places

_ENDINGS = frozenset(("bubar", "selesai", "padam", "berakhir", "membubarkan", "dipadamkan"))
_STRUCK = frozenset(("diterjang", "dihantam", "kena", "terkena", "tersapu", "dilanda", "tertimpa", "diguyur"))
_CAUSAL = (CAUSES - CAUSE_KEPT - TOPICS) | _STRUCK


@dataclass(slots=True)
class Draft:
    """Spans found for each answer while reading; several for one answer stand apart in the message."""

    apa: list[Span] = field(default_factory=list)
    siapa: list[Span] = field(default_factory=list)
    dimana: list[Span] = field(default_factory=list)
    kapan: list[Span] = field(default_factory=list)
    mengapa: list[Span] = field(default_factory=list)
    bagaimana: list[Span] = field(default_factory=list)
    pendapat: list[Span] = field(default_factory=list)
    event: EventWord | None = None


def _main_event(marks: Marks, facts: list[Clause]) -> tuple[Clause, EventWord] | None:
    """The first strong event told in the facts, else the first weak one.

    "… memblokir jalan karena banjir": the flood explains, so an event behind a cause comes after all others.
    """
    plain: list[tuple[Clause, EventWord]] = []
    explaining: list[tuple[Clause, EventWord]] = []
    for clause in facts:
        told = plain
        for token in clause.tokens:
            if token.word in _CAUSAL:
                told = explaining
            if token.start in marks.events:
                told.append((clause, marks.events[token.start]))
    for pairs in (plain, explaining):
        strong = [pair for pair in pairs if pair[1].strong]
        noun = next((pair for pair in strong if not pair[1].told_by_verb), None)
        if noun is not None and noun[0] is strong[0][0]:
            return noun  # "warga datangi … aksi": within one clause the noun names it
        if strong and strong[0][1].span.start in marks.actions and strong[0][0] is not facts[0]:
            return None  # "ODGJ bawa parang …, sudah diamankan": the answer to what happened, told first
        if strong:
            return strong[0]
    return next(iter(plain + explaining), None)


def _split(message: Message) -> tuple[list[Clause], list[Clause]]:
    """(facts, opinions): an opinion phrase that opens a clause takes the rest of its sentence with it."""
    spans = opinion_spans(message)
    told = {event.span.start for event in find_events(message) if event.strong}
    facts: list[Clause] = []
    views: list[Clause] = []
    sentence = -1
    for clause in message.clauses:
        has_view = any(clause.span.overlaps(span) for span in spans)
        if has_view and opens_with_opinion(clause, spans):
            sentence = clause.sentence
        if clause.sentence == sentence or (has_view and not any(token.start in told for token in clause.tokens)):
            views.append(clause)
        else:
            facts.append(clause)
    return facts, views


def _merge(spans: list[Span], text: str) -> list[Span]:
    """Neighbours with only marks between them become one span."""
    merged: list[Span] = []
    for span in sorted(spans, key=lambda s: s.start):
        if merged and not any(char.isalnum() for char in text[merged[-1].end : span.start]):
            merged[-1] = Span(merged[-1].start, max(span.end, merged[-1].end))
        else:
            merged.append(span)
    return merged


def _rest(clause: Clause, used: list[Span], whole: bool) -> Span | None:
    """What the other answers left over in a clause; the whole clause when it is not the event's own."""
    words = [token for token in clause.tokens[skip_opening(clause.tokens) :] if token.is_word]
    left = [t for t in words if not any(span.holds(t.start) for span in used) and t.word not in TRIGGERS]
    if not left or (whole is False and len(left) < 2):
        return None
    if whole:
        return Span(words[0].start, words[-1].end)
    return Span(left[0].start, left[-1].end)


def read_free(message: Message, heads: tuple[Span, ...] = (), said: tuple[Span, ...] = ()) -> Draft:
    """The answers that the message gives without labels; `heads` are a letter's headings, `said` a labelled opinion."""
    marks = read_marks(message)
    shouting, text = message.shouting, message.folded.text
    draft = Draft()
    facts, views = _split(message)
    contacts = [clause for clause in facts if is_heading(clause) and reaches(clause) and names_somebody(clause)]
    facts = [clause for clause in facts if not is_closing(clause) and not is_heading(clause)]
    apart = sorted((*heads, *said), key=lambda span: span.start)
    facts = [clause for clause in facts if not _stands_in(clause, apart)]
    views = [clause for clause in views if not _stands_in(clause, apart)]
    draft.pendapat = _merge([*(clause.span for clause in views if not is_closing(clause)), *said], text)
    main = _main_event(marks, facts)
    home = main[0] if main is not None else next((c for c in facts if skipped_words(c) < len(c.words)), None)
    if home is None:
        return draft
    draft.event = main[1] if main is not None else None
    used: list[Span] = []
    spots = [
        (rank, phrase, whole, clause) for clause in facts for rank, phrase, whole in places(clause, marks, shouting)
    ]
    _choose_place(draft, spots, home, used, text)
    _choose_time(draft, marks, home, facts, used)
    place_spans = [whole for _, _, whole, _ in spots]
    for clause in facts:
        for cause, whole in causes(clause, marks, place_spans, draft.event):
            if not draft.mengapa and (clause is home or clause.sentence >= home.sentence):
                draft.mengapa.append(cause)
                used.append(whole)
    loose = {whole for rank, _, whole, _ in spots if rank >= 2}  # "datangi balai desa": place and event at once
    blocked = [span for span in used if span not in loose]
    blocked += [whole for rank, _, whole, clause in spots if clause is home and rank < 2]
    if main is not None:
        crowds = [whole for _, whole in people(home, marks, blocked, shouting) if whole.start > main[1].span.end]
        crowd = [span for span in crowds if _opens_count(text, span)]
        draft.apa = [event_phrase(home, main[1], [*blocked, *crowd], marks)]
        draft.apa += _subject_before(home, draft.apa[0], marks, main[1], [span for _, _, span, _ in spots], blocked)
        draft.apa += _verb_after(home, draft.apa[0], marks, main[1], [span for _, _, span, _ in spots], blocked)
        draft.apa.sort(key=lambda span: span.start)
        used += draft.apa
    else:
        words = [t for t in home.tokens[skip_opening(home.tokens) :] if t.is_word]
        free = [t for t in words if not any(s.holds(t.start) for s in used) and not marks.time_at(t)]
        run = _first_run(words, free)
        if run is not None:
            draft.apa = [run]
            used.append(run)
    _choose_people(draft, facts, home, marks, used, shouting)
    draft.siapa += [clause.span for clause in contacts if not _stands_in(clause, apart)]
    rest = [span for clause in facts if (span := _rest(clause, used, clause is not home))]
    draft.bagaimana = _merge(rest, text)
    return draft


def _stands_in(clause: Clause, apart: list[Span]) -> bool:
    """Whether the clause overlaps one of the spans, which stand in order and apart."""
    index = bisect_left(apart, clause.span.end, key=lambda span: span.start) - 1
    return index >= 0 and apart[index].overlaps(clause.span)


def _subject_before(
    home: Clause, event: Span, marks: Marks, word: EventWord, spots: list[Span], blocked: list[Span]
) -> list[Span]:
    """The subject that a place parts from its verb: "Proses pilkades | di Desa Bulakpelem | memanas"."""
    words = [token for token in home.tokens[skip_opening(home.tokens) :] if token.is_word]
    here = next((index for index, token in enumerate(words) if token.start >= event.start), 0)
    if not word.told_by_verb or event.start != word.span.start or not here:
        return []
    spot = next((span for span in spots if span.holds(words[here - 1].start)), None)
    if spot is None:
        return []
    run: list[Token] = []
    for token in reversed([token for token in words[:here] if token.start < spot.start]):
        taken = any(span.holds(token.start) for span in blocked) or marks.time_at(token)
        if taken or token.word in TRIGGERS or len(run) == 8:
            break
        run.insert(0, token)
    return [Span(run[0].start, run[-1].end)] if run else []


def _verb_after(
    home: Clause, event: Span, marks: Marks, word: EventWord, spots: list[Span], blocked: list[Span]
) -> list[Span]:
    """The verb that a place parts from its subject: "Baliho | di pertigaan Gandarum | dicoret"."""
    after = next((t for t in home.tokens if t.is_word and t.start >= event.end), None)
    spot = next((span for span in spots if after is not None and span.holds(after.start)), None)
    if spot is None or word.told_by_verb:
        return []
    told = next((t for t in home.tokens if t.is_word and t.start >= spot.end), None)
    verb = marks.events.get(told.start) if told is not None else None
    return [event_phrase(home, verb, blocked, marks)] if verb is not None and _happened(verb, marks) else []


def _happened(verb: EventWord, marks: Marks) -> bool:
    return verb.told_by_verb and verb.strong and verb.span.start not in marks.actions


def _opens_count(text: str, span: Span) -> bool:
    return text[span.start].isdigit() or text[span.start : span.end].startswith(("oleh", "antara", "melibatkan", "est"))


def _first_run(words: list[Token], free: list[Token]) -> Span | None:
    """The longest unbroken run of free words, the first where several are as long."""
    allowed = {token.start for token in free}
    best: list[Token] = []
    run: list[Token] = []
    for token in words:
        if token.start in allowed and not (not run and token.word in TRIGGERS):
            run.append(token)
            best = run if len(run) > len(best) else best
        else:
            run = []
    return Span(best[0].start, best[-1].end) if best else None


def _choose_place(
    draft: Draft, spots: list[tuple[int, Span, Span, Clause]], home: Clause, used: list[Span], text: str
) -> None:
    """The surest place phrase, near the event; a "Kec. …" that follows a comma belongs to it."""
    ranked = sorted(
        spots,
        key=lambda p: (
            p[0] >= 3,
            p[3].sentence != home.sentence,
            p[0] >= 2 or not _specific(p),
            p[3] is not home,
            p[0],
            p[1].start,
        ),
    )
    if not ranked:
        return
    _, phrase, whole, _ = ranked[0]
    following = [
        p for p in spots if p[1].start > phrase.end and text[phrase.end : p[2].start].strip(" \n") in (",", "", "(")
    ]
    for other in following:
        if text[phrase.end : other[2].start].strip(" \n") in (",", "", "("):
            phrase, whole = Span(phrase.start, other[1].end), Span(whole.start, other[2].end)
    draft.dimana = [phrase]
    used.append(whole)
    wider = [p for p in ranked if p[0] < 2 and p[3].sentence == home.sentence and not _specific(p)]
    if wider and not phrase.overlaps(wider[0][1]) and _specific(ranked[0]):
        draft.dimana.append(wider[0][1])  # "di Kec. Doro … di balai desa": the site first, then its region
        used.append(wider[0][2])


def _specific(spot: tuple[int, Span, Span, Clause]) -> bool:
    """As in "kec. Tirto …, ds Mulyorejo": the village says more."""
    tokens = spot[3].tokens
    first = bisect_left(tokens, spot[1].start, key=lambda token: token.start)
    last = bisect_left(tokens, spot[1].end, key=lambda token: token.start)
    return is_specific(tuple(token.word for token in tokens[first:last]))


def _choose_time(draft: Draft, marks: Marks, home: Clause, facts: list[Clause], used: list[Span]) -> None:
    """The time told with the event: in its clause, its sentence, then anywhere; a watch's end ("s.d. 05.00") last."""
    sentence = [clause.span for clause in facts if clause.sentence == home.sentence]

    def rank(span: Span) -> tuple[bool, bool, bool, int]:
        near = any(part.holds(span.start) for part in sentence)
        ended = is_limit(marks.text, span) or _tells_the_end(facts, span)
        return (ended, not near, not has_clock(marks.text, span), span.start)

    inside = [span for span in marks.times if _clause_at(facts, span.start) is not None]
    ordered = sorted(inside, key=rank)
    if not ordered:
        return
    draft.kapan = [ordered[0]]
    if has_clock(marks.text, ordered[0]):
        day = [span for span in ordered[1:] if not has_clock(marks.text, span) and span.start < ordered[0].start]
        draft.kapan += day[:1]
    draft.kapan.sort(key=lambda span: span.start)
    used += draft.kapan


def _clause_at(facts: list[Clause], position: int) -> Clause | None:
    """The clause of the facts, which stand in order, that holds a position."""
    index = bisect_right(facts, position, key=lambda clause: clause.span.start) - 1
    return facts[index] if index >= 0 and facts[index].span.holds(position) else None


def _tells_the_end(facts: list[Clause], span: Span) -> bool:
    """As in "bubar jam 11.00" or "api padam pkl 23.00"."""
    clause = _clause_at(facts, span.start)
    if clause is None:
        return False
    here = bisect_right(clause.tokens, span.start, key=lambda token: token.end)
    return any(token.word in _ENDINGS for token in clause.tokens[max(0, here - 4) : here])


def _choose_people(
    draft: Draft, facts: list[Clause], home: Clause, marks: Marks, used: list[Span], shouting: bool
) -> None:
    """Up to three groups, those of the event's own clause first; what the event phrase holds is not said twice."""
    ordered = [home, *(clause for clause in facts if clause is not home)]
    for clause in ordered:
        taken = [span for span in used if clause is not home or span not in draft.apa]
        for who, whole in people(clause, marks, taken, shouting):
            if len(draft.siapa) < 3:
                draft.siapa.append(who)
                if clause is home:
                    used.append(whole)
    draft.siapa.sort(key=lambda span: span.start)
