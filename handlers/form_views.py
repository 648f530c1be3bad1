"""What the form shows: a question with its buttons, the summary, the receipt. Wording is in templates/messages/isian."""

from __future__ import annotations

from collections.abc import Sequence

from domain.forms.flow import missing
from domain.forms.questions import BY_KEY, ORDER, options
from domain.forms.state import FormState
from domain.model import Draft, Person
from domain.notices import Button, Json, Keyboard, View
from domain.office import Office
from domain.privacy import mask, personal_data
from domain.usecases.drafts import applies, needed

WIDTH = 2
PAGE = 24
"""Options shown at once; more are behind "Lainnya" (a phone shows about twelve rows of buttons)."""


def slot(draft: Draft) -> str:
    """Where the form's current message stands."""
    return f"isian:{draft.id}"


def question(office: Office, draft: Draft, state: FormState, person: Person, notes: Sequence[Json] = ()) -> View:
    """The question at the cursor, or the summary when there is none."""
    if state.cursor is None:
        return summary(office, draft, state, notes)
    key = state.cursor
    asked = [k for k in state.asks if applies(office)(k, state)]
    place = asked.index(key) + 1 if key in asked and not state.fixing else None
    current = state.answers.get(key)
    params: dict[str, Json] = {
        "kunci": key, "nomor": place, "jumlah": len(asked), "nilai": mask(current) if current else None,
        "catatan": list(notes), "foto": state.photos, "alasan": state.reason if state.redo else None,
        "wajib": key in needed(office, state), "kecamatan": state.answers.get("kecamatan"), "rujukan": bool(draft.case_id),
        "zona": office.profile.zone_label,
    }
    return View("isian/tanya", params, (*_choices(office, draft, state, person), *_navigation(office, draft, state)))


def _choices(office: Office, draft: Draft, state: FormState, person: Person) -> Keyboard:
    key = state.cursor
    assert key is not None
    if key == "kapan":
        return ((Button("isian.sekarang", f"f:{draft.id}:n"),),)
    if BY_KEY[key].kind != "choice":
        return ()
    names = options(office, key, state.answers, person.regions)
    buttons = [Button("isian.pilihan", f"f:{draft.id}:p:{key}:{i}", {"teks": name}) for i, name in enumerate(names)]
    width = 1 if key in ("derajat", "cara") else WIDTH
    return tuple(tuple(buttons[i:i + width]) for i in range(0, len(buttons[:96]), width))


def _navigation(office: Office, draft: Draft, state: FormState) -> Keyboard:
    key = state.cursor
    first = [Button("isian.kembali", f"f:{draft.id}:k")]
    if key == "foto" and state.photos:
        first.append(Button("isian.selesai", f"f:{draft.id}:d"))
    elif key in state.redo:
        first.append(Button("isian.tetap", f"f:{draft.id}:l:{key}"))
    elif key not in needed(office, state):
        first.append(Button("isian.lewati", f"f:{draft.id}:l:{key}"))
    return (tuple(first), (Button("isian.simpan", f"f:{draft.id}:s"), Button("isian.batal", f"f:{draft.id}:b")))


def summary(office: Office, draft: Draft, state: FormState, notes: Sequence[Json] = ()) -> View:
    """Everything given, what the SOP still needs, *Ubah* for each field, then *Kirim*."""
    gaps = missing(state, needed(office, state))
    shown = [key for key in ORDER if state.has(key) or key in gaps]
    lines = [{
        "kunci": key, "nilai": mask(state.answers.get(key, "")), "kosong": not state.has(key),
        "dugaan": key in state.guessed, "jumlah": state.photos if key == "foto" else None,
    } for key in shown]
    text = "\n".join(state.answers.values())
    changeable = [key for key in ORDER if applies(office)(key, state)]
    edits = [Button(f"isian.ubah_{key}", f"f:{draft.id}:u:{key}") for key in changeable]
    rows: list[tuple[Button, ...]] = []
    if not gaps:
        rows.append((Button("isian.kirim", f"f:{draft.id}:ok"),))
    else:
        rows.append((Button("isian.lengkapi", f"f:{draft.id}:u:{gaps[0]}"),) if gaps[0] in BY_KEY else ())
    rows += [tuple(edits[i:i + WIDTH]) for i in range(0, len(edits), WIDTH)]
    rows.append((Button("isian.simpan", f"f:{draft.id}:s"), Button("isian.batal", f"f:{draft.id}:b")))
    return View("isian/ringkasan", {
        "baris": lines, "kurang": list(gaps), "catatan": list(notes), "pribadi": len(personal_data(text)),
        "suara": state.voices, "berkas": state.files, "via": state.via, "alasan": state.reason,
        "keterangan": mask(state.answers.get("keterangan_foto", "")) or None,
    }, tuple(row for row in rows if row))
