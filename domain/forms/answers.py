"""One answer put into the form, however it came: tapped, typed, a map point, photos. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from domain.errors import UserError
from domain.forms.questions import BY_KEY, FACTS, LISTED, options
from domain.forms.state import FormState
from domain.notices import Json
from domain.office import Office
from domain.privacy import personal_data
from domain.recognition import opinion_phrases
from domain.recognition.times import Impossible, Known, parse_when
from domain.textfold import fold

MAX_ANSWER = 4096
"""A Telegram text is at most this long (UTF-16 units), so no answer can be longer."""


def picked(state: FormState, key: str, value: str) -> FormState:
    """A tapped option. Another kecamatan makes the desa asked again."""
    if key == "kecamatan" and state.answers.get(key) != value:
        state = state.without("desa")
        state = replace(state, skipped=tuple(k for k in state.skipped if k != "desa"))
    return state.with_answer(key, value)


def typed(
    office: Office, state: FormState, key: str, text: str, regions: tuple[str, ...], now: datetime, message_id: int | None,
) -> FormState:
    """A typed answer to ``key``. Raises UserError that says what is wrong with it; the state stays as it was."""
    value = text.strip()
    if not any(char.isalnum() for char in value):
        raise UserError("isian/kosong", kunci=key)
    question = BY_KEY[key]
    if question.kind == "choice":
        return picked(state, key, _listed(office, state, key, value, regions))
    if question.kind == "photos":
        raise UserError("isian/kirim_foto")
    if question.kind == "when":
        _possible(office, value, now)
    return state.with_answer(key, value, message_id)


def _listed(office: Office, state: FormState, key: str, value: str, regions: tuple[str, ...]) -> str:
    names = options(office, key, state.answers, regions)
    wanted = _plain(value)
    exact = [name for name in names if _plain(name) == wanted]
    close = exact or [name for name in names if _plain(name).startswith(wanted)] or [
        name for name in names if _plain(name) in wanted]
    if len(close) == 1:
        return close[0]
    if key in LISTED:
        raise UserError("isian/pilih_tombol", kunci=key)
    return value


def _plain(text: str) -> str:
    return fold(text).text.strip()


def _possible(office: Office, value: str, now: datetime) -> None:
    match parse_when(value, office.gazetteer.zone, now):
        case Impossible(why=why):
            raise UserError("isian/waktu_mustahil", alasan=why, teks=value[:64], zona=office.gazetteer.zone_label)
        case _:
            return


def converted(office: Office, value: str, now: datetime) -> str | None:
    """The moment as ISO text when the phrase names another zone than the agency's, to be shown for confirmation."""
    when = parse_when(value, office.gazetteer.zone, now)
    if isinstance(when, Known) and when.other_zone:
        return when.at.isoformat()
    return None


def with_point(state: FormState, latitude: float, longitude: float, *, typed: bool) -> FormState:
    """A shared location: kept as coordinates, and as the answer to *Di mana* unless that is answered in words."""
    point = f"{latitude:.5f}, {longitude:.5f}"
    state = state.with_answer("koordinat", point)
    return state if typed or state.has("dimana") else state.with_answer("dimana", f"Titik peta {point}")


def happened_now(office: Office, state: FormState, at: datetime) -> FormState:
    """*Baru saja*: the moment of the tap, in the agency's zone."""
    local = at.astimezone(office.zone)
    return state.with_answer("kapan", f"{local:%d/%m/%Y} pukul {local:%H.%M} {office.gazetteer.zone_label}")


def photos_done(state: FormState) -> FormState:
    """The photo question is over."""
    return replace(state, redo=tuple(key for key in state.redo if key != "foto"), album=None)


def remarks(state: FormState, key: str | None, text: str) -> tuple[FormState, list[Json]]:
    """What to point out about a text: opinion among the facts (once a report), personal data (each time)."""
    notes: list[Json] = []
    if key is None or key in FACTS:
        phrases = opinion_phrases(text)
        if phrases and not state.pointed:
            notes.append({"jenis": "pendapat", "kutipan": phrases[0]})
            state = replace(state, pointed=True)
    if personal_data(text):
        notes.append({"jenis": "pribadi"})
    return state, notes
