"""One answer put into the form, however it came: tapped, typed, a map point, photos. Pure."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from domain.errors import UserError
from domain.forms.questions import BY_KEY, FACTS, LISTED, options
from domain.forms.state import MOMENT, PLANNED, FormState
from domain.lokus.times import planned
from domain.notices import Json
from domain.office import Office
from domain.privacy import personal_data
from domain.recognition import opinion_phrases
from domain.recognition.events import match_bidang
from domain.recognition.times import Impossible, Known, When, parse_when
from domain.textfold import fold

_FILLERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and symbols that show nothing."""
_NOW = frozenset(("baru saja", "barusan", "baru saja terjadi", "barusan terjadi", "sekarang", "saat ini"))
_PREFIXES = ("kecamatan ", "kec. ", "kec ", "kelurahan ", "kel. ", "kel ", "desa ", "ds. ", "ds ", "di ")
_ALIKE = 0.8
"""From this likeness on (0 to 1) a misspelt option is taken for the one that is meant."""


def blank(text: str) -> bool:
    """Whether nothing is said: spaces, invisible characters or marks only. An emoji says something."""
    return not any(unicodedata.category(char)[0] in "LNS" and char not in _FILLERS for char in text)


def picked(state: FormState, key: str, value: str, message_id: int | None = None) -> FormState:
    """A chosen option. Another kecamatan makes the desa asked again."""
    if key == "kecamatan" and state.answers.get(key) != value:
        state = state.without("desa")
        state = replace(state, skipped=tuple(k for k in state.skipped if k != "desa"))
    return state.with_answer(key, value, message_id)


def typed(
    office: Office,
    state: FormState,
    key: str,
    text: str,
    regions: Sequence[str],
    now: datetime,
    message_id: int | None,
) -> FormState:
    """A typed answer to ``key``. Raises UserError that says what is wrong with it; the state stays as it was."""
    value = text.strip()
    if blank(value):
        raise UserError("isian/kosong", kunci=key)
    question = BY_KEY[key]
    match question.kind:
        case "choice":
            return picked(state, key, _listed(office, state, key, value, regions), message_id)
        case "photos":
            raise UserError("isian/kirim_foto")
        case "when":
            return _when(office, state, value, now, message_id)
        case "schedule":
            return _schedule(office, state, value, now, message_id)
        case _:
            return state.with_answer(key, value, message_id)


def _listed(office: Office, state: FormState, key: str, value: str, regions: Sequence[str]) -> str:
    names = options(office, key, state.answers, regions)
    wanted = _plain(value)
    if found := match_option(names, wanted) or (key == "bidang" and match_bidang(value, names)):
        return found
    if key in LISTED:
        raise UserError("isian/pilih_tombol", kunci=key)
    return value


def match_option(names: Sequence[str], wanted: str) -> str | None:
    """The one option that the (folded) words mean: exactly, by its beginning, inside a sentence, or misspelt."""
    by_name = {_plain(name): name for name in names}
    for prefix in _PREFIXES:
        wanted = wanted.removeprefix(prefix)
    if not wanted or wanted in by_name:
        return by_name.get(wanted)
    begun = [name for name in by_name if name.startswith(wanted)]
    said = [name for name in by_name if f" {name} " in f" {wanted} "]
    longest = [name for name in said if not any(name != other and name in other for other in said)]
    close = begun or longest or difflib.get_close_matches(wanted, by_name, n=2, cutoff=_ALIKE)
    return by_name[close[0]] if len(close) == 1 else None


def _plain(text: str) -> str:
    return " ".join(fold(text).text.split()).strip(" .,!")


def _when(office: Office, state: FormState, value: str, now: datetime, message_id: int | None) -> FormState:
    if _plain(value) in _NOW:
        return happened_now(office, state, now, f"{value} ", message_id)
    when = read_when(office, value, now)
    state = state.without(MOMENT).with_answer("kapan", value, message_id)
    if isinstance(when, Known):
        state = replace(state, answers={**state.answers, MOMENT: when.at.isoformat()})
    return state


def _schedule(office: Office, state: FormState, value: str, now: datetime, message_id: int | None) -> FormState:
    """When a planned activity begins: a day and an hour, not past. UserError says what is wrong with it."""
    when = planned(value, office.gazetteer.zone, now)
    if isinstance(when, Impossible):
        raise _impossible(office, value, when)
    if when is None:
        raise UserError("isian/waktu_rencana", sebab="belum_jelas")
    if when.fault == "lewat":  # an end that is not understood stays in the words, which are kept as they are
        raise UserError("isian/waktu_rencana", sebab="lewat")
    return state.with_answer("waktu", value, message_id).with_answer(PLANNED, when.starts.isoformat())


def _impossible(office: Office, value: str, when: Impossible) -> UserError:
    return UserError("isian/waktu_mustahil", alasan=when.why, teks=value[:64], zona=office.gazetteer.zone_label)


def read_when(office: Office, value: str, now: datetime) -> When:
    """What the words mean. Raises UserError for a date or hour that does not exist, or a zone that is not ours."""
    when = parse_when(value, office.gazetteer.zone, now)
    if isinstance(when, Impossible):
        raise _impossible(office, value, when)
    return when


def zone_note(office: Office, value: str, now: datetime) -> list[Json]:
    """The moment in the agency's zone, to be confirmed, when the words name another zone."""
    when = parse_when(value, office.gazetteer.zone, now)
    if isinstance(when, Known) and when.other_zone:
        return [{"jenis": "zona", "waktu": when.at.isoformat()}]
    return []


def checked_when(
    office: Office, state: FormState, told: datetime | None, now: datetime
) -> tuple[FormState, list[Json]]:
    """*Kapan* as it was read from a message: an impossible one stays to be seen and is asked again."""
    value = state.answers.get("kapan")
    if value is None:
        return state, []
    try:
        read_when(office, value, now)
    except UserError as error:
        return replace(state, redo=(*state.redo, "kapan")), [{"jenis": "waktu_mustahil", **error.params}]
    if told is not None:
        state = replace(state, answers={**state.answers, MOMENT: told.isoformat()})
    return state, zone_note(office, value, now)


def with_point(state: FormState, latitude: float, longitude: float, *, typed: bool) -> FormState:
    """A shared location: kept as coordinates, and as the answer to *Di mana* unless that is answered in words."""
    point = f"{latitude:.5f}, {longitude:.5f}"
    told = state.answers.get("dimana", "")
    was_point = told == f"Titik peta {state.answers.get('koordinat')}"
    state = state.with_answer("koordinat", point)
    if (typed and not was_point) or (told.strip() and not was_point):
        return state
    return state.with_answer("dimana", f"Titik peta {point}")


def happened_now(
    office: Office,
    state: FormState,
    at: datetime,
    said: str = "",
    message_id: int | None = None,
) -> FormState:
    """*Baru saja*: the moment of the tap, in the agency's zone."""
    local = at.astimezone(office.zone)
    moment = f"{local:%d/%m/%Y} pukul {local:%H.%M} {office.gazetteer.zone_label}"
    state = state.with_answer("kapan", f"{said}({moment})" if said else moment, message_id)
    return replace(state, answers={**state.answers, MOMENT: at.isoformat()})


def photos_done(state: FormState) -> FormState:
    """The photo question is over."""
    return replace(state, redo=tuple(key for key in state.redo if key not in ("foto", "lampiran")), album=None)


def remarks(
    state: FormState,
    key: str | None,
    text: str,
    opinions: Sequence[str] | None = None,
) -> tuple[FormState, list[Json]]:
    """What to point out about a text: opinion among the facts (once a report), personal data (each time).

    ``opinions`` are those a whole report was read with; without them the text is read as an answer to ``key``.
    """
    notes: list[Json] = []
    if opinions is not None or key in FACTS:
        phrases = opinion_phrases(text) if opinions is None else opinions
        if phrases and not state.pointed:
            notes.append({"jenis": "pendapat", "kutipan": phrases[0]})
            state = replace(state, pointed=True)
    if personal_data(text):
        notes.append({"jenis": "pribadi"})
    return state, notes
