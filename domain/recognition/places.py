"""Kecamatan and desa named in a message, matched against what the profile knows.

Names match whole words only ("Doro" never inside "mendorong"), the longest name wins ("Paringin Selatan" over
"Paringin"), a space more or less does not matter ("Karangtengah"), and after "Kec." a letter may be wrong.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from domain.recognition.labels import Entry
from domain.recognition.normalise import Message, Span, Token, lexicon
from domain.textfold import fold

_KEC = frozenset(("kecamatan", "camat", "kapanewon"))
_AREA = frozenset(
    ("wilayah", "polsek", "koramil", "kantor", "pasar", "alun", "kua", "terminal", "lapangan", "mapolsek")
)
_DESA = frozenset(("desa", "kelurahan", "dusun", "dukuh", "kampung", "kades", "lurah", "pemdes", "balai", "balaidesa"))
_STREET = frozenset(("jalan", "raya", "gang", "tol", "arah", "jurusan"))
_ELSEWHERE = frozenset(("dari", "asal", "menuju", "ke", "warga", "orang", "pemuda", "tujuan", "mantan"))
_REGION = lexicon(
    "kota kabupaten kab pemkot pemkab pemda walikota bupati polres polresta polrestabes metro polrestro kodim kejari "
    "dprd kejaksaan stasiun kesbangpol puspem imigrasi"
)
_TOWNS = frozenset(("kota", "kabupaten", "kab", "pemkot"))
# Kecamatan whose name is also that of a city or regency: alone, the word means the larger place.
CITY_NAMES = frozenset(("tangerang", "pekalongan", "balangan"))
# Kecamatan whose name is also an ordinary word.
COMMON_WORDS = frozenset(("benda", "larangan", "pinang", "periuk", "talun", "juai"))
_LOOKALIKES = lexicon(
    "buatan buahan bualan halang kalong holong keseni sekesi bonjong bojonegoro biaran bujang karangan larang "
    "larangannya pinjang halongan kajenan paringan"
)
_HEADS_A_REPORT = lexicon("aman nihil kondusif terpantau situasi sikon terkendali melaporkan landai")


@dataclass(frozen=True, slots=True)
class Mention:
    """A place name found at `span`, with how strongly the words around say that it is the place of the report."""

    name: str
    span: Span
    weight: int


@lru_cache(maxsize=8192)  # above the names of any agency: walked in order, a smaller cache never hits
def _key(name: str) -> str:
    return "".join(char for char in fold(name).text if char.isalnum())


def _index(names: Iterable[str]) -> dict[str, str]:
    return {_key(name): name for name in names}


def _windows(tokens: tuple[Token, ...], index: int) -> Iterator[tuple[str, int]]:
    """Names that could begin at `index`: up to three words joined, longest first, with the index after them."""
    parts: list[str] = []
    ends: list[tuple[str, int]] = []
    position = index
    while position < len(tokens) and len(parts) < 3:
        token = tokens[position]
        if token.text == "-" and parts and token.start == tokens[position - 1].end:
            position += 1
            continue
        if not token.is_word or len(token.text) > 40:
            break
        parts.append(token.word if token.word in ("selatan", "tengah") else token.text)
        position += 1
        ends.append(("".join(parts), position))
    yield from reversed(ends)


def _close(a: str, b: str, allowed: int) -> bool:
    """At most `allowed` slips apart: Levenshtein, names are short."""
    if len(b) < 4 or abs(len(a) - len(b)) > allowed or a[0] != b[0]:
        return False
    row = list(range(len(b) + 1))
    for i, left in enumerate(a, 1):
        previous, row[0] = row[0], i
        for j, right in enumerate(b, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (left != right))
    return row[-1] <= allowed


def _misspelt(tokens: tuple[Token, ...], index: int, names: Mapping[str, str]) -> tuple[str, int] | None:
    for key, end in _windows(tokens, index):
        near = {name for known, name in names.items() if _close(key, known, 2 if len(known) >= 8 else 1)}
        if len(near) == 1:
            return near.pop(), end
    return None


def _slips(message: Message, names: Mapping[str, str]) -> tuple[Mention, ...]:
    """Names one slip off without "Kec." before them, for a message that spells none right.

    Names of six letters on, and nothing that is an ordinary word ("buatan" for Buaran, "pisang" for Pinang); a word
    of a person's or a street's name is as good as any other, so the weight is low.
    """
    long = {key: name for key, name in names.items() if len(key) >= 6 and key not in COMMON_WORDS | CITY_NAMES}
    tokens = message.tokens
    found: list[Mention] = []
    for index, token in enumerate(tokens):
        if not token.is_word or len(token.text) < 5 or token.word in _LOOKALIKES:
            continue
        near = {name for key, name in long.items() if _close(token.text, key, 1)}
        if len(near) == 1:
            weight = min(15, _weigh(_before(tokens, index), token))
            found.append(Mention(near.pop(), Span(token.start, token.end), weight))
    return tuple(found)


def _before(tokens: tuple[Token, ...], index: int) -> list[str]:
    """The two words before, skipping "." and ":" but not a line's or sentence's end."""
    words: list[str] = []
    while index > 0 and len(words) < 2:
        index -= 1
        if tokens[index].is_word:
            words.append(tokens[index].word)
        elif tokens[index].text not in ".:":
            break
    return words


def _ordinary_word(tokens: tuple[Token, ...], index: int, end: int, before: list[str], shouting: bool) -> bool:
    """Whether "benda" or "Tangerang" here is the ordinary word or the city rather than the kecamatan."""
    name = tokens[index].text
    if end - index > 1 or (name not in COMMON_WORDS and name not in CITY_NAMES):
        return False
    following = tokens[end].word if end < len(tokens) else ""
    if following in _HEADS_A_REPORT or following == ":":
        return False
    if before and before[0] in (_AREA | _DESA | {"di"}) and name in COMMON_WORDS:
        return before[0] == "di" and not tokens[index].capital
    if name in CITY_NAMES:
        return not (before and before[0] in ("wilayah", "polsek", "koramil"))
    return shouting or not tokens[index].capital or not before


def _weigh(before: list[str], first: Token) -> int:
    near = before[0] if before else ""
    if near in _KEC or "kecamatan" in before[:1]:
        return 40
    if near in _AREA or (near in ("desa", "kota") and before[1:2] == ["balai"]):
        return 32
    if near in _DESA:
        return 25
    if near in _STREET:
        return 8
    if near in _ELSEWHERE:
        return 10
    return 20 + (2 if first.capital else 0)


def kecamatan_mentions(message: Message, names: Iterable[str]) -> tuple[Mention, ...]:
    """Every kecamatan named, in order."""
    known, tokens = _index(names), message.tokens
    found: list[Mention] = []
    index = 0
    while index < len(tokens):
        before = _before(tokens, index) if tokens[index].is_word else []
        hit = _exact(tokens, index, known) if tokens[index].is_word else None
        if hit is None and before[:1] == ["kecamatan"] and tokens[index].is_word:
            hit = _misspelt(tokens, index, known)
        if hit is None:
            index += 1
            continue
        name, end = hit
        weight = _weigh(before, tokens[index])
        if found and index > 1 and tokens[index - 1].text == "-" and tokens[index - 2].end == found[-1].span.end:
            weight = min(weight, found[-1].weight)  # "Jl. Raya Kajen - Kesesi": both ends of one road
        following = tokens[end].word if end < len(tokens) else ""
        larger = before[:1] and weight < 40 and before[0] in (_REGION if _key(name) in CITY_NAMES else _TOWNS)
        larger = larger or (_key(name) in CITY_NAMES and weight < 40 and following in ("selatan", "kota", "raya"))
        if not larger and (weight >= 40 or not _ordinary_word(tokens, index, end, before, message.shouting)):
            found.append(Mention(name, Span(tokens[index].start, tokens[end - 1].end), weight))
        index = end
    return tuple(found) or _slips(message, known)


def _exact(tokens: tuple[Token, ...], index: int, known: Mapping[str, str]) -> tuple[str, int] | None:
    for key, end in _windows(tokens, index):
        if key in known:
            return known[key], end
    return None


def desa_mentions(message: Message, desa: Mapping[str, tuple[str, ...]]) -> tuple[tuple[str, Mention], ...]:
    """Desa named, as (kecamatan, mention); a name that several kecamatan have appears once for each."""
    owners: dict[str, list[tuple[str, str]]] = {}
    larger = {_key(kecamatan) for kecamatan in desa}
    for kecamatan, names in desa.items():
        for name in names:
            owners.setdefault(_key(name), []).append((kecamatan, name))
    found: list[tuple[str, Mention]] = []
    tokens = message.tokens
    index = 0
    while index < len(tokens):
        hit = None
        if tokens[index].is_word:
            hit = next(((key, end) for key, end in _windows(tokens, index) if key in owners), None)
        if hit is None:
            index += 1
            continue
        key, end = hit
        before = _before(tokens, index)
        prefixed = bool(before) and before[0] in _DESA
        near_place = bool(before) and before[0] in ("di", "wilayah", "depan", "pasar", "lokasi", "tkp", "lapangan")
        capital = tokens[index].capital and not message.shouting and bool(before)
        # "Pasar Kajen" and "di Kajen" mean the kecamatan; the desa of the same name is said with its title.
        if (prefixed or ((near_place or capital) and key not in larger)) and before[:1] != ["kecamatan"]:
            weight = 35 if prefixed else 24
            span = Span(tokens[index].start, tokens[end - 1].end)
            found += [(owner, Mention(name, span, weight)) for owner, name in owners[key]]
        index = end
    return tuple(found)


def with_place_noun(message: Message, name: Span) -> Span:
    """The name with the noun before it: "Pasar Doro", "Kec. Talun"."""
    start = name.start
    for token in reversed([token for token in message.tokens if token.is_word and token.end <= name.start]):
        if token.word not in (_AREA | _DESA | _STREET | _KEC) or start - token.end > 2:
            break
        start = token.start
    return Span(start, name.end)


def region_line(message: Message, found: Iterable[Entry], kecamatan: Iterable[str]) -> Span | None:
    """The labelled line that names the kecamatan and nothing else ("Kecamatan: Doro"): the region, not the place."""
    names = kecamatan_mentions(message, kecamatan)
    for entry in found:
        if entry.label not in ("kecamatan", "wilayah", "wilayah kecamatan"):
            continue
        named = [mention.span for mention in names if entry.value.overlaps(mention.span)]
        words = [token for token in message.tokens if token.is_word and entry.value.holds(token.start)]
        rest = [t for t in words if t.word not in _KEC | {"wilayah"} and not any(span.holds(t.start) for span in named)]
        if len(named) == 1 and not rest:
            return entry.value
    return None


def locate(
    message: Message,
    kecamatan: Iterable[str],
    desa: Mapping[str, tuple[str, ...]],
    place: Span | None,
    region: Span | None = None,
) -> tuple[str | None, str | None]:
    """The kecamatan and desa of the report.

    A name inside `place`, the phrase that says where, counts for more; one inside `region`, the line labelled
    "Kecamatan", most.
    """
    bonus = 12

    def weight(mention: Mention) -> int:
        if region is not None and region.overlaps(mention.span):
            return 100
        return mention.weight + (bonus if place is not None and place.overlaps(mention.span) else 0)

    def best(mentions: Iterable[Mention]) -> Mention | None:
        return max(mentions, key=lambda mention: (weight(mention), -mention.span.start), default=None)

    villages = desa_mentions(message, desa)
    top = best(kecamatan_mentions(message, kecamatan))
    unique = [m for owner, m in villages if sum(other.span == m.span for _, other in villages) == 1]
    village = best(unique)
    if village is not None and (top is None or weight(village) > weight(top)):
        return next(owner for owner, m in villages if m is village), village.name
    if top is None:
        return None, None
    inside = best(m for owner, m in villages if owner == top.name)
    return top.name, inside.name if inside is not None else None
