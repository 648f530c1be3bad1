"""What a report's card shows, and its buttons: a view made anew from the case each time, so that it is never stale.

Callback data carries the case, the version and the step the button was made for (``v:<op>:<case>:<version>:<step>``);
authority and state are looked up when it is tapped.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from domain.forms.state import ORIGINAL
from domain.model import Attachment, Case
from domain.notices import Button, Json, Keyboard, Media, View
from domain.office import Office
from domain.ports import UnitOfWork
from domain.privacy import mask
from domain.sop.engine import is_open, missing_fields
from domain.sop.schema import VOICE, Sop, Step
from domain.usecases import history, incidents
from domain.usecases.pressing import acknowledged
from domain.usecases.transitions import subject, view_of

Mode: TypeAlias = Literal["main", "value", "content", "revise", "reject"]
FIVE_W = ("apa", "siapa", "dimana", "kapan", "mengapa", "bagaimana")
CAPTION = 1024
"""UTF-16 units that Telegram allows below a photo."""
_HISTORY_ROOM = 280
_FRAME = 260
"""Units taken by the card's fixed words at most."""
_FIXED = frozenset({"diterima", "batas", "status", "huruf", "pilih"})
_FACT, _OPINION, _WORD = 300, 240, 60
"""UTF-16 units of a fact, the opinion and a short field on a card; the whole text is behind *Buka*. With the last
``_LINES`` of the history a card stays below the 4,096 units of one message."""
_LINES = 6

REVISE_REASONS: dict[str, tuple[str, ...]] = {
    "kurang": (),
    "waktu": ("kapan", "dimana"),
    "foto": ("foto",),
    "sumber": ("sumber", "cara"),
    "jumlah": ("siapa", "bagaimana"),
}
"""Quick reasons and the fields each concerns; ``kurang`` concerns whatever of 5W1H is missing."""
REJECT_REASONS = ("ganda", "hoaks", "bukan", "lemah")


@dataclass(frozen=True, slots=True)
class Look:
    """How a card is shown: which buttons (``letter`` is the source chosen in mode "content")."""

    mode: Mode = "main"
    letter: str = ""
    buttons: bool = True


def slot(case: Case, chat_id: int) -> str:
    """Where the case's card stands in that chat."""
    return f"kartu:{case.id}@{chat_id}"


def card(uow: UnitOfWork, office: Office, case: Case, look: Look) -> View:
    """The card for officials, in a group or in private; personal numbers are masked, the author is an alias."""
    sop = office.sop_of(case.sop, case.sop_version)
    files = uow.attachments.of_case(case.id)
    params = _params(uow, office, case, sop, look, files)
    photos = [a for a in files if a.kind == "photo" and a.state != "set_aside"]
    media = Media("photo", file_id=photos[0].file_id) if photos and _fits_caption(params) else None
    if media is not None:
        params["riwayat"] = [
            {**line, "alasan": history.clip(line["alasan"], 80) if line["alasan"] else None}
            for line in params["riwayat"][-2:]
        ]
        params["mirip"] = params["mirip"][:1]
    rows = keyboard(
        office,
        case,
        sop,
        look,
        files,
        on_photo=media is not None,
        oral=params["lisan"],
        alike=params["mirip"],
        receive=params["terima"],
    )
    return View("kartu/laporan", params, rows, media=media, protect=True)


def _params(
    uow: UnitOfWork, office: Office, case: Case, sop: Sop, look: Look, files: Sequence[Attachment]
) -> dict[str, Json]:
    view, step = view_of(uow, case), sop.step(case.step)
    open_ = is_open(sop, view)
    author, recorder = uow.people.get(case.author_id), uow.people.get(case.recorded_by or 0)
    linked = incidents.corroboration(uow, case)
    alike = incidents.similar(uow, office, case) if open_ and look.buttons else ()
    fields = case.fields
    changed = _changed(uow, case, files)
    events = uow.events.of(subject(case))
    receive = open_ and step.acknowledge is not None and acknowledged(events, case) is None
    return {
        "ref": case.ref,
        "judul": sop.title,
        "derajat": case.urgency,
        "pelapor": author.alias if author else "-",
        "dicatat": recorder.alias if recorder else None,
        "bidang": case.bidang,
        "kecamatan": case.region,
        "desa": _masked(fields, "desa", _WORD),
        "sumber": _masked(fields, "sumber", _WORD),
        "cara": _masked(fields, "cara", _WORD),
        "diterima": case.received_at.isoformat(),
        "terlambat": case.lateness == "late",
        "batas": case.due_at.isoformat() if case.due_at and open_ else None,
        "langkah": step.title,
        "lisan": VOICE in view.fields_present and bool(missing_fields(sop, view.fields_present, step)),
        "belum_ada": [key for key in FIVE_W if not fields.get(key, "").strip()],
        "fakta": [
            {"kunci": key, "isi": _masked(fields, key), "berubah": key in changed}
            for key in FIVE_W
            if fields.get(key, "").strip()
        ],
        "pendapat": _masked(fields, "pendapat", _OPINION),
        "versi": case.version,
        "berubah": sorted(changed),
        "nilai": case.value,
        "status": case.status,
        "dikuatkan": [other.ref for other in linked[:5]],
        "penguat": len(linked),
        "mirip": [{"ref": a.case.ref, "kecamatan": a.case.region, "persen": a.percent, "id": a.case.id} for a in alike],
        "riwayat": list(history.lines(uow, office, events))[-_LINES:],
        "terima": receive,
        "pilih": look.mode if look.buttons and look.mode != "main" else None,
        "huruf": look.letter,
    }


def _masked(fields: Mapping[str, str], key: str, most: int = _FACT) -> str | None:
    value = fields.get(key, "").strip()
    return history.clip(mask(value), most) if value else None


def _changed(uow: UnitOfWork, case: Case, files: Sequence[Attachment]) -> frozenset[str]:
    """The fields in which this version differs from the one before it."""
    if case.version < 2:
        return frozenset()
    before = next((v.fields for v in uow.cases.versions(case.id) if v.version == case.version - 1), {})
    keys = {*before, *case.fields}
    texts = (key for key in keys if before.get(key) != case.fields.get(key) and not key.startswith("_"))
    photos = ("foto",) if any(a.kind == "photo" and a.version == case.version for a in files) else ()
    return frozenset((*texts, *photos))


def _fits_caption(params: dict[str, Json]) -> bool:
    """Decided without the history, for which room is kept: a card never changes its kind as it is decided upon."""
    shown = [v for k, v in params.items() if isinstance(v, str) and k not in _FIXED]
    shown += [f"{fact['kunci']}: {fact['isi']} " for fact in params["fakta"]]
    shown += [f"{key}, " for key in (*params["belum_ada"], *params["berubah"], *params["dikuatkan"])]
    return sum(map(history.units, shown)) + _FRAME + _HISTORY_ROOM <= CAPTION


def keyboard(
    office: Office,
    case: Case,
    sop: Sop,
    look: Look,
    files: Sequence[Attachment],
    *,
    on_photo: bool = False,
    oral: bool = False,
    alike: Sequence[Mapping[str, Json]] = (),
    receive: bool = False,
) -> Keyboard:
    """The buttons of the case's present step; ``on_photo`` when the card itself shows the first photo.

    ``receive``: receipt is still to be confirmed.
    """
    if not look.buttons:
        return ()
    step = sop.step(case.step)
    seen = f"{case.id}:{case.version}:{case.step}"
    back = (Button("verifikasi.kembali", f"v:k:{seen}"),)
    match look.mode:
        case "value":
            default = office.profile.default_value
            letters = [Button(f"verifikasi.sumber_{x.lower()}", f"v:h:{seen}:{x}") for x in "ABCDEF"]
            first = (Button("verifikasi.setujui_nilai", f"v:n:{seen}:{default}", {"nilai": default}),)
            return (first, *_rows(letters, 2), back)
        case "content":
            chosen = {"huruf": look.letter}
            numbers = [Button(f"verifikasi.isi_{n}", f"v:n:{seen}:{look.letter}{n}", chosen) for n in "123456"]
            return (*_rows(numbers, 2), back)
        case "revise":
            quick = [Button(f"verifikasi.revisi_{code}", f"v:rq:{seen}:{code}") for code in REVISE_REASONS]
            return (*_rows(quick, 2), (Button("verifikasi.alasan_lain", f"v:rl:{seen}"),), back)
        case "reject":
            quick = [Button(f"verifikasi.tolak_{code}", f"v:tq:{seen}:{code}") for code in REJECT_REASONS]
            return (*_rows(quick, 2), (Button("verifikasi.alasan_lain", f"v:tl:{seen}"),), back)
        case "main":
            link = [Button("verifikasi.satu_kejadian", f"v:i:{seen}:{a['id']}", {"ref": a["ref"]}) for a in alike]
            confirm: Keyboard = ((Button("verifikasi.terima", f"v:a:{seen}"),),) if receive else ()
            material = _material(case, files, on_photo=on_photo, oral=oral)
            return (*confirm, *decisions(step, seen), *material, *_rows(link, 1))


def decisions(step: Step, seen: str) -> Keyboard:
    """The step's own YES and NO, by the words the procedure gives them."""
    buttons = []
    if step.yes_label is not None:
        buttons.append(Button(f"verifikasi.{step.yes_label}", f"v:s:{seen}"))
    if step.no_label is not None:
        buttons.append(Button(f"verifikasi.{step.no_label}", f"v:{'r' if step.no_label == 'revisi' else 'd'}:{seen}"))
    if step.may_reject:
        buttons.append(Button("verifikasi.tolak", f"v:t:{seen}"))
    return _rows(buttons, 3)


def _material(case: Case, files: Sequence[Attachment], *, on_photo: bool, oral: bool) -> Keyboard:
    kept = [a for a in files if a.state != "set_aside"]
    photos = sum(a.kind == "photo" for a in kept) - (1 if on_photo else 0)
    voices = sum(a.kind in ("voice", "audio") for a in kept)
    others = sum(a.kind != "photo" for a in kept)
    buttons = [Button("verifikasi.buka", f"lihat:b:{case.id}")]
    if photos > 0:
        buttons.append(Button("verifikasi.foto", f"lihat:f:{case.id}:{1 if on_photo else 0}", {"jumlah": photos}))
    if oral:
        others -= voices
        buttons.append(Button("verifikasi.putar_suara", f"lihat:s:{case.id}"))
    if others > 0:
        buttons.append(Button("verifikasi.lampiran", f"lihat:l:{case.id}", {"jumlah": others}))
    rows = _rows(buttons, 3)
    if oral:
        rows = (*rows, (Button("verifikasi.tulis_isi", f"v:w:{case.id}:{case.version}:{case.step}"),))
    return rows


def _rows(buttons: Sequence[Button], width: int) -> Keyboard:
    return tuple(tuple(buttons[i : i + width]) for i in range(0, len(buttons), width))


def full(uow: UnitOfWork, office: Office, case: Case, *, name: bool, masked: bool, now: datetime) -> View:
    """The whole report for one person in private who may see it; ``name`` shows the author's too."""
    sop = office.sop_of(case.sop, case.sop_version)
    author = uow.people.get(case.author_id)
    keys = ("perihal", *FIVE_W, "langkah", "keterangan_foto", "pendapat", "desa", "sumber", "cara", "koordinat")
    texts = {key: mask(case.fields[key]) if masked else case.fields[key] for key in keys if key in case.fields}
    return View(
        "kartu/lengkap",
        {
            "ref": case.ref,
            "judul": sop.title,
            "pelapor": author.alias if author and not masked else None,
            "petugas": author.name if author and name else None,
            "bidang": case.bidang,
            "kecamatan": case.region,
            "diterima": case.received_at.isoformat(),
            "nilai": case.value,
            "versi": case.version,
            "dibuka": now.isoformat(),
            "isi": [{"kunci": key, "isi": text} for key, text in texts.items() if text.strip()],
            "asli": None if masked else case.fields.get(ORIGINAL),
        },
        protect=True,
    )
