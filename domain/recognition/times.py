"""When something happened, as agents write it: the phrase, and the moment it means.

A clock time without a date means the last such time before the message ("pkl 23.30" at five in the morning is
yesterday's), or the next one when a plan is told. A date that does not exist is said to be impossible, never bent.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from domain.recognition.normalise import Span
from domain.textfold import fold

MONTHS = {
    "januari": 1, "jan": 1, "februari": 2, "pebruari": 2, "peb": 2, "feb": 2, "maret": 3, "mrt": 3, "mar": 3,
    "april": 4, "apr": 4, "mei": 5, "juni": 6, "jun": 6, "juli": 7, "jul": 7, "agustus": 8, "agust": 8, "agst": 8,
    "agt": 8, "agu": 8, "ags": 8, "september": 9, "sept": 9, "sep": 9, "oktober": 10, "okt": 10, "november": 11,
    "nopember": 11, "nov": 11, "nop": 11, "desember": 12, "des": 12,
}  # fmt: skip
WEEKDAYS = {
    "senin": 0, "senen": 0, "snin": 0, "selasa": 1, "slasa": 1, "rabu": 2, "rebo": 2, "kamis": 3, "kemis": 3,
    "jumat": 4, "jumaat": 4, "jmt": 4, "jum at": 4, "sabtu": 5, "sbtu": 5, "setu": 5, "minggu": 6, "ahad": 6,
}  # fmt: skip
ZONES = {"wib": 7, "wita": 8, "wit": 9}
_PART = (
    r"dini ?hari|pagi|pg|subuh|shubuh|esuk|siang|siang bolong|awan|sore|petang|sr|magrib|maghrib|"
    r"malam|malem|mlm|mlem|mlam|bengi|tengah malam"
)
_TADI = "(?:tadi|td|tdi)"
_KEMARIN = "(?:kemarin|kmrn|kemaren|kmren|wingi)"
_PRAYER = (
    r"(?:bada|bakda|habis|hbs|setelah|usai|selepas|sehabis) (?:sholat |solat )?"
    r"(?:subuh|shubuh|dzuhur|dhuhur|duhur|zuhur|ashar|asar|maghrib|magrib|isya|jumatan|tarawih|taraweh)"
)
_ZONE = r"wib|wita|wit|gmt|utc|wst|jst|sgt"
_MARK = r"pukul|pkul|pkl|pk|jam|jm"
_PEOPLE = r"orang|org|warga|kk|massa|unit|rumah|meter|m|cm|km|juta|jt|ribu|rb|ha|persen|kg|ton|tahun|th|hari|liter"
_CLOCK = re.compile(
    rf"(?:\b(?P<mark>{_MARK})[ .:]{{0,2}}|\b(?P<zone1>wib|wita|wit) )?(?:(?:sekitar|sktr|kurang lebih|\+-?) ?)?"
    rf"(?<![\d.,:/-])(?P<half>(?:setengah|stengah|stgh|stngh|1/2) )?"
    rf"(?P<h>\d{{1,2}})(?: ?(?P<sep>[.:]) ?(?P<m>\d{{2}})(?:[.:]\d{{2}})?)?(?!\d)"
    rf"(?:-?an\b)?(?: (?P<less>kurang|lebih|lewat) (?P<by>\d{{1,2}})\b)?"
    rf"(?: ?(?P<zone2>{_ZONE})\b)?(?: ?(?P<part>{_PART})\b)?(?: ?(?P<zone3>{_ZONE})\b)?"
)
_MILITARY = re.compile(
    rf"(?<![\d.,:/-])(?:\b(?P<mark>{_MARK})[ .:]{{0,2}}(?:(?:sekitar|sktr|kurang lebih|\+-?) ?)?)?"
    rf"(?P<h>\d\d)(?P<m>\d\d)(?![\d.,:/-]\d|\d)(?: ?(?P<zone>wib|wita|wit)\b)?"
)
_NAMES = "|".join(sorted(MONTHS, key=len, reverse=True))
_NAMED_DATE = re.compile(
    rf"(?:\b(?:tanggal|tggl|tgl)[ .:]{{0,2}})?(?<![\d.,:/])(?P<d>\d{{1,2}})[ \-/.]?(?P<mon>{_NAMES})\b"
    rf"(?:[ \-/.,]{{1,2}}(?P<y>(?:19|20)\d\d|2\d)(?![\d.:])(?! ?(?:{_PEOPLE})\b))?"
)
_DATE = re.compile(r"(?<![\d.,:/-])(?P<d>\d{1,2})(?P<s>[/.-])(?P<mo>\d{1,2})(?P=s)(?P<y>20\d\d|\d\d)(?![\d/-])")
_ISO = re.compile(r"(?<![\d.,:/-])(?P<y>20\d\d)-(?P<mo>\d\d)-(?P<d>\d\d)(?!\d)")
_SHORT_DATE = re.compile(
    rf"\b(?:tanggal|tggl|tgl|{'|'.join(WEEKDAYS)})[ .,:]{{0,2}}(?P<d>\d{{1,2}})[/-](?P<mo>\d{{1,2}})(?![\d/.:-])"
)
_DAY_ONLY = re.compile(r"\b(?:tanggal|tggl|tgl)[ .:]{0,2}(?P<d>\d{1,2})(?![\d/.:-])")
_WEEKDAY = re.compile(
    rf"(?:\b(?:hari|hr) )?\b(?:(?P<eve>malam|mlm) )?(?P<w>{'|'.join(WEEKDAYS)})\b"
    rf"(?: (?P<part>{_PART})\b)?(?: (?P<rel>lalu|kemarin|kmrn|depan|besok|ini|wingi)\b)?"
)
_DAY = re.compile(
    r"\b(?:(?P<today>hari ini|dina iki|(?:malam|mlm|pagi|siang|sore|saat) ini|barusan|baru saja|baru2 ini)"
    rf"|(?P<night>{_TADI} ?(?:malam|mlm|mlam|mlem)|(?:malam|mlm|mlam) ?{_TADI}|semalam|semalem|smlm|smalam|"
    r"mau bengi|mbengi)"
    rf"|(?P<earlier>(?:{_TADI} )?{_PRAYER}|{_TADI}(?: (?:{_PART}))?|(?:{_PART}) {_TADI}|mau esuk)"
    rf"|(?P<before>(?:hari )?(?:kemarin|kmrn) lusa)"
    rf"|(?P<yesterday>(?:hari )?{_KEMARIN}(?: (?:{_PART}))?|(?:{_PART}) {_KEMARIN})"
    rf"|(?P<after>lusa)|(?P<tomorrow>(?:hari )?(?:besok|bsk|sesuk|esok)(?: (?:hari|{_PART}))?))\b"
)
_LEAD = re.compile(
    r"(?:\b(?:sekitar|sekira|sktr|kurang lebih|kira2|sejak|mulai|tiap|setiap|jelang|menjelang|hari|hr|lk)|\+-?) ?$"
)
_BETWEEN = re.compile(
    rf"(?:[ ,()/\n|~+:-]|\bs\.?d\b\.?|\b(?:{_MARK}|tanggal|tgl|hari|hr|pada|pd|sekitar|sekira|sktr|kurang lebih|"
    rf"sampai|hingga|dengan|dgn|bulan|wib|wita|wit|dan|s/d|waktu|mulai|selesai|jelang)\b\.?){{0,12}}"
)
_EVERY = re.compile(r"\b(?:se)?tiap\b")
_UNTIL = re.compile(r"(?:\bs\.?[d/]\b\.?|\b(?:sampai|hingga|sampe|smp)(?: dengan| dgn)?) ?$")


@dataclass(frozen=True, slots=True)
class Known:
    """The moment `at` (aware, UTC). `other_zone` names the zone written when it is not the profile's: to confirm."""

    at: datetime
    text: str
    other_zone: str | None = None


@dataclass(frozen=True, slots=True)
class Vague:
    """A time is meant but date or clock cannot be told."""

    text: str


@dataclass(frozen=True, slots=True)
class Impossible:
    """A date, a clock time or a zone that does not exist here."""

    text: str
    why: Literal["date", "time", "zone"]


When = Known | Vague | Impossible


@dataclass(frozen=True, slots=True)
class _Piece:
    kind: Literal["clock", "date", "weekday", "day"]
    span: Span
    match: re.Match[str]

    def group(self, name: str) -> str | None:
        return self.match.groupdict().get(name)


def _is_clock(match: re.Match[str], text: str) -> bool:
    marked = match["mark"] or match["zone1"] or match["zone2"] or match["zone3"]
    hour, minute = match["h"], match["m"]
    if minute is None:
        return bool(match["mark"] or match["zone1"] or (match["part"] and (match["zone3"] or match["half"]))) or (
            match["zone2"] is not None and match["zone2"] in ZONES
        )
    if marked:
        return True
    following = text[match.end() : match.end() + 12]
    if re.match(rf"(?:[.,:/]\d| ?%| ?(?:{_PEOPLE})\b)", following):
        return False
    if re.search(r"(?:rp|rt|rw|no|nomor) ?\.? ?$", text[max(0, match.start() - 6) : match.start()]):
        return False
    return (len(hour) == 2 or match["sep"] == ":" or match["part"] is not None) and int(hour) < 25 and int(minute) < 60


def _pieces(text: str) -> list[_Piece]:
    """All time words in order; where two overlap the earlier and longer one stays."""
    found = [_Piece("clock", Span(*m.span()), m) for m in _MILITARY.finditer(text) if m["mark"] or m["zone"]]
    found += [_Piece("clock", Span(*m.span()), m) for m in _CLOCK.finditer(text) if _is_clock(m, text)]
    for pattern in (_NAMED_DATE, _DATE, _ISO, _SHORT_DATE, _DAY_ONLY):
        found += [_Piece("date", Span(*m.span()), m) for m in pattern.finditer(text)]
    found += [_Piece("weekday", Span(*m.span()), m) for m in _WEEKDAY.finditer(text) if not _is_week(m, text)]
    found += [_Piece("day", Span(*m.span()), m) for m in _DAY.finditer(text)]
    order = {"date": 0, "clock": 1, "day": 2, "weekday": 3}
    found.sort(key=lambda piece: (piece.span.start, -piece.span.end, order[piece.kind]))
    kept: list[_Piece] = []
    for piece in found:
        if kept and piece.span.start < kept[-1].span.end:
            if piece.kind == "date" and kept[-1].kind == "clock" and piece.span.end > kept[-1].span.end:
                kept[-1] = piece
            elif piece.kind == "day" and piece.span.end > kept[-1].span.end:
                kept.append(replace(piece, span=Span(kept[-1].span.end, piece.span.end)))  # "jam 2 mlm | td"
            continue
        kept.append(piece)
    return kept


def _is_week(match: re.Match[str], text: str) -> bool:
    """As in "2 minggu", "minggu lalu": a week, not a Sunday; "sejak minggu" likewise stays vague."""
    if match["w"] != "minggu":
        return False
    before = text[max(0, match.start() - 4) : match.start()].rstrip()
    return match["rel"] in ("lalu", "depan") or before[-1:].isdigit() or before.endswith(("se", "per"))


def time_spans(text: str) -> tuple[Span, ...]:
    """Phrases of the folded `text` that say when, neighbouring pieces as one ("Jumat 20/11/2026 pkl 04.40 WIB")."""
    spans: list[Span] = []
    for piece in _pieces(text):
        if spans and len(gap := text[spans[-1].end : piece.span.start]) < 40 and _BETWEEN.fullmatch(gap):
            spans[-1] = Span(spans[-1].start, piece.span.end)
            continue
        start = piece.span.start
        while lead := _LEAD.search(text[max(0, start - 16) : start]):
            start -= len(text[max(0, start - 16) : start]) - lead.start()
        spans.append(Span(start, piece.span.end))
    return tuple(spans)


def has_clock(text: str, span: Span) -> bool:
    """Whether the phrase says the hour."""
    return any(piece.kind == "clock" for piece in _pieces(text[span.start : span.end]))


def day_named(text: str) -> Literal["date", "day", "weekday"] | None:
    """How the words name the day: a date, a word such as *besok*, a weekday; None when they say an hour at most."""
    kinds = {piece.kind for piece in _pieces(fold(text).text)}
    names: tuple[Literal["date", "day", "weekday"], ...] = ("date", "day", "weekday")
    return next((kind for kind in names if kind in kinds), None)


def is_limit(text: str, span: Span) -> bool:
    """Whether "s.d." or "sampai" stands before: the end of a watch, not the time of an event."""
    return bool(_UNTIL.search(text[max(0, span.start - 16) : span.start]))


@dataclass(frozen=True, slots=True)
class _Clock:
    hour: int
    minute: int
    part: str
    zone: str


def _read_clock(piece: _Piece) -> _Clock:
    part = (piece.group("part") or "").replace(" ", "")
    zone = next((z for name in ("zone", "zone1", "zone2", "zone3") if (z := piece.group(name))), "")
    hour, minute = int(piece.match["h"]), int(piece.match["m"] or 0)
    shift = int(piece.group("by") or 0) * (-1 if piece.group("less") == "kurang" else 1)
    if piece.group("half"):
        shift -= 30
    if shift and 0 < hour < 24 and shift < 60:
        total = hour * 60 + minute + shift
        hour, minute = divmod(total, 60)
    return _Clock(hour, minute, part, zone)


def _in_24(clock: _Clock, part: str) -> int:
    """The hour on a 24-hour clock: "jam 2 malam" is 2, "jam 8 malam" 20, "jam 3 sore" 15."""
    part = clock.part or part
    hour = clock.hour
    if part in ("siang", "sore", "petang", "sr", "magrib", "maghrib", "awan", "siangbolong"):
        return hour + 12 if 1 <= hour <= (6 if part != "siang" else 4) else hour
    if part in ("malam", "malem", "mlm", "mlem", "mlam", "bengi", "tengahmalam"):
        return 0 if hour == 12 else hour + 12 if 5 < hour < 12 else hour
    return hour


def _dates(piece: _Piece, today: date) -> Iterator[date]:
    """The dates that the numbers may mean: the year, or month and year, may be left out."""
    day = int(piece.match["d"])
    name, number, year = piece.group("mon"), piece.group("mo"), piece.group("y")
    month = MONTHS[name] if name else int(number) if number else None
    years = [int(year) % 100 + 2000] if year else [today.year - 1, today.year, today.year + 1]
    months = [month] if month is not None else list(range(1, 13))
    for y in years:
        for m in months:
            try:
                yield date(y, m, day)
            except ValueError:
                continue  # 31 Feb: simply not among the dates it may mean


def _weekday_date(piece: _Piece, today: date, future: bool) -> date:
    distance = (WEEKDAYS[piece.match["w"]] - today.weekday()) % 7
    relation = piece.group("rel")
    if piece.group("eve"):
        distance = (distance - 1) % 7  # "malam Jumat" is the night before Friday (KBBI); "Jumat malam" Friday's
    if relation in ("lalu", "kemarin", "kmrn", "wingi"):
        return today - timedelta(days=(7 - distance) % 7 or 7)
    if relation in ("depan", "besok") or future:
        return today + timedelta(days=distance or (7 if relation else 0))
    return today - timedelta(days=(7 - distance) % 7)


_OFFSETS = {"today": 0, "earlier": 0, "yesterday": -1, "before": -2, "tomorrow": 1, "after": 2}


def resolve(text: str, zone: str, now: datetime, *, future: bool = False) -> When:
    """Like `parse_when`; with `future` a bare clock time or weekday means the next one."""
    folded = fold(text)
    found = _pieces(folded.text)
    local = now.astimezone(ZoneInfo(zone))
    first: dict[str, _Piece] = {piece.kind: piece for piece in reversed(found)}
    clock = _read_clock(first["clock"]) if "clock" in first else None
    if clock is not None and (clock.minute > 59 or clock.hour > 24 or (clock.hour == 24 and clock.minute)):
        return Impossible(text, "time")
    zones = [z for p in found if p.kind == "clock" and (z := _read_clock(p).zone)]
    if clock is not None and not clock.zone and zones:
        clock = replace(clock, zone=zones[0])
    if clock is not None and clock.zone and clock.zone not in ZONES:
        return Impossible(text, "zone")
    wanted = set(_dates(first["date"], local.date())) if "date" in first else set()
    if "date" in first and not wanted:
        return Impossible(text, "date")
    if clock is None or _EVERY.search(folded.text):
        return Vague(text)
    return _moment(text, local, first, clock, wanted, future)


def _moment(
    text: str, local: datetime, first: Mapping[str, _Piece], clock: _Clock, wanted: set[date], future: bool
) -> When:
    offset = local.utcoffset() or timedelta()
    written = timedelta(hours=ZONES[clock.zone]) if clock.zone else offset
    there = (local - offset + written).replace(tzinfo=None)  # the wall clock of the zone that was written
    today = there.date()
    day_piece, weekday = first.get("day"), first.get("weekday")
    day_text = day_piece.match.group() if day_piece is not None else ""
    part = next(
        (p for p in _PART.split("|") if p in day_text.split()), (weekday.group("part") or "") if weekday else ""
    )
    eve = weekday is not None and weekday.group("eve") is not None
    hour = _in_24(clock, part or ("malam" if eve else ""))

    def at(day: date) -> datetime:
        return datetime(day.year, day.month, day.day) + timedelta(hours=hour, minutes=clock.minute)  # noqa: DTZ001 wall clock; its zone is `written`

    if wanted:
        moment = at(min(wanted, key=lambda day: abs(day - today)))
    elif day_piece is not None:
        moment = at(today + timedelta(days=_day_offset(day_piece, hour, there)))
    elif weekday is not None:
        day = _weekday_date(weekday, today, future)
        moment = at(day) + timedelta(days=1 if eve and hour < 5 else 0)
        if moment > there + timedelta(minutes=30) and not future and day == today:
            moment -= timedelta(days=7)
    else:
        moment = at(today)
        if not future and moment > there + timedelta(minutes=30):
            moment -= timedelta(days=1)
        elif future and moment < there - timedelta(hours=12):
            moment += timedelta(days=1)
    return Known((moment - written).replace(tzinfo=UTC), text, clock.zone.upper() if written != offset else None)


def _day_offset(piece: _Piece, hour: int, there: datetime) -> int:
    """Days from today. "Tadi malam 21.00" told in the morning is yesterday, "tadi malam jam 2" today."""
    kind = next(name for name in (*_OFFSETS, "night") if piece.group(name))
    if kind == "night":
        return -1 if hour >= 15 and hour >= there.hour else 0
    if kind == "earlier" and hour > there.hour + 1:
        return -1
    return _OFFSETS[kind]


def parse_when(text: str, zone: str, now: datetime) -> When:
    """The moment that `text` means, told at `now` (aware) in the profile's IANA `zone`.

    Known when clock and day can be told (UTC), Vague when not, Impossible for 31 Feb, 25.90 or a zone outside
    Indonesia. Raises ZoneInfoNotFoundError for an unknown `zone`, never for any `text`.
    """
    return resolve(text, zone, now)
