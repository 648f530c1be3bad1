"""What the form shows: a question with its buttons, or the summary. Wording is in templates/messages/isian."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from domain.forms import lapsus as sheet
from domain.forms.flow import before, missing, open_questions
from domain.forms.questions import BY_KEY, ORDER, options
from domain.forms.state import MOMENT, FormState
from domain.model import Draft, Person
from domain.notices import Button, Json, Keyboard, View
from domain.office import Office
from domain.privacy import mask, personal_data
from domain.recognition.times import Known, parse_when
from domain.usecases import history
from domain.usecases.drafts import applies, needed, sheet_of

WIDTH = 2
MOST = 90
"""Option buttons that one message can carry beside the others (Telegram allows 100)."""
SECRET_UNITS = 250
"""UTF-16 units of an answer in a secret form's messages."""
SHOWN = 600
"""Characters of an answer that the summary shows; the report keeps all of it."""


def slot(draft: Draft) -> str:
    """Where the form's current message stands."""
    return f"isian:{draft.id}"


def question(
    office: Office,
    draft: Draft,
    state: FormState,
    person: Person,
    notes: Sequence[Json] = (),
    regions: Sequence[str] | None = None,
) -> View:
    """The question at the cursor, or the summary when there is none; ``regions`` are offered first."""
    if state.cursor is None:
        return summary(office, draft, state, notes)
    key = state.cursor
    possible = applies(office)(state)
    asked = [k for k in state.asks if k in possible]
    guided = state.via in ("form", "catat") and not state.fixing and key in asked
    left = 0 if guided or state.fixing else len(open_questions(state, applies(office)))
    current = state.answers.get(key)
    params: dict[str, Json] = {
        "kunci": key,
        "nomor": asked.index(key) + 1 if guided else None,
        "jumlah": len(asked),
        "sisa": left,
        "nilai": _shown(office, state, current) if current else None,
        "catatan": list(notes),
        "foto": state.photos,
        "alasan": state.reason if state.redo else None,
        "wajib": key in needed(office, state),
        "kecamatan": state.answers.get("kecamatan"),
        "lembar": sheet_of(office, state),
    }
    own = person.regions if regions is None else regions
    rows = (*_choices(office, draft, state, own), *_navigation(office, draft, state))
    if sheet.is_secret(office, state):
        return View("lapsus/tanya", {**params, "berkas": state.photos + state.voices + state.files}, rows, protect=True)
    return View("isian/tanya", params, rows)


def shortened(text: str) -> str:
    """An answer as it is shown back: personal numbers masked, very long ones cut."""
    shown = mask(text)
    return shown if len(shown) <= SHOWN else shown[:SHOWN].rstrip() + " …"


def _shown(office: Office, state: FormState, text: str) -> str:
    """A secret form's answers are cut so that all of them fit one message: a second part could not be deleted."""
    return history.clip(mask(text), SECRET_UNITS) if sheet.is_secret(office, state) else shortened(text)


def _choices(office: Office, draft: Draft, state: FormState, regions: Sequence[str]) -> Keyboard:
    key = state.cursor
    assert key is not None
    if key == "kapan":
        return ((Button("isian.sekarang", f"f:{draft.id}:n"),),)
    if BY_KEY[key].kind != "choice":
        return ()
    # Numbered in the profile's order: the person's own kecamatan may change between the question and the tap.
    number = {name: index for index, name in enumerate(options(office, key, state.answers, ()))}
    names = options(office, key, state.answers, regions)[:MOST]
    buttons = [Button("isian.pilihan", f"f:{draft.id}:p:{key}:{number[name]}", {"teks": name}) for name in names]
    width = 1 if key in ("derajat", "cara", sheet.TIME, sheet.PLACE) else WIDTH
    return tuple(tuple(buttons[i : i + width]) for i in range(0, len(buttons), width))


def _navigation(office: Office, draft: Draft, state: FormState) -> Keyboard:
    key = state.cursor
    assert key is not None
    first: list[Button] = []
    if state.fixing or before(state, applies(office)):
        first.append(Button("isian.kembali", f"f:{draft.id}:k:{key}"))
    optional = key not in needed(office, state)
    if BY_KEY[key].kind == "photos" and state.has(key):
        first.append(Button("isian.selesai", f"f:{draft.id}:d"))
    elif state.has(key):
        if optional:
            first.append(Button("isian.kosongkan", f"f:{draft.id}:x:{key}"))
        if not state.fixing:
            first.append(Button("isian.tetap", f"f:{draft.id}:l:{key}"))
    elif optional:
        first.append(Button("isian.lewati", f"f:{draft.id}:l:{key}"))
    return (tuple(first), _away(draft, state))


def _away(draft: Draft, state: FormState) -> tuple[Button, ...]:
    """The ways out of the form. A revision that was asked for can be put aside but not called off."""
    if sheet.is_arranged(state):
        return (Button("isian.batal", f"f:{draft.id}:b"),)
    leave = Button("isian.simpan", f"f:{draft.id}:s")
    return (leave,) if state.via == "revision" else (leave, Button("isian.batal", f"f:{draft.id}:b"))


def summary(office: Office, draft: Draft, state: FormState, notes: Sequence[Json] = ()) -> View:
    """Everything given, what the SOP still needs, *Ubah* for each field, then *Kirim*."""
    gaps = missing(state, needed(office, state))
    secret = sheet.is_secret(office, state)
    # A photo of a secret form is one of its files, counted there already.
    possible = applies(office)(state)
    asked = [key for key in ORDER if not secret or key in possible]
    shown = [key for key in asked if state.has(key) or key in gaps]
    lines = [
        {
            "kunci": key,
            "nilai": _shown(office, state, state.answers.get(key, "")),
            "kosong": not state.has(key),
            "dugaan": key in state.guessed,
            "jumlah": _counted(state, key),
            "waktu": _elsewhere(office, state) if key == "kapan" else None,
        }
        for key in shown
    ]
    edits = [Button(f"isian.ubah_{key}", f"f:{draft.id}:u:{key}") for key in ORDER if key in possible]
    rows: list[tuple[Button, ...]] = []
    if not gaps:
        rows.append((Button("isian.kirim", f"f:{draft.id}:ok"),))
    elif any(gap in BY_KEY for gap in gaps):
        rows.append((Button("isian.lengkapi", f"f:{draft.id}:c"),))
    rows += [tuple(edits[i : i + WIDTH]) for i in range(0, len(edits), WIDTH)]
    rows.append(_away(draft, state))
    return View(
        "lapsus/ringkasan" if secret else "isian/ringkasan",
        {
            "baris": lines,
            "kurang": list(gaps),
            "catatan": list(notes),
            "pribadi": len(personal_data("\n".join(state.said.values()))),
            "suara": state.voices,
            "berkas": state.files,
            "alasan": state.reason,
            "keterangan": _shown(office, state, state.answers.get("keterangan_foto", "")) or None,
            "titik": state.answers.get("koordinat"),
        },
        tuple(rows),
        protect=secret,
    )


def _counted(state: FormState, key: str) -> int | None:
    match key:
        case "foto":
            return state.photos
        case "lampiran":
            return state.photos + state.voices + state.files
        case _:
            return None


def _elsewhere(office: Office, state: FormState) -> str | None:
    """The moment in the agency's zone when *Kapan* names another one."""
    told = state.answers.get(MOMENT)
    if told is None:
        return None
    when = parse_when(state.answers.get("kapan", ""), office.gazetteer.zone, datetime.fromisoformat(told))
    return told if isinstance(when, Known) and when.other_zone else None
