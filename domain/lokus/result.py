"""The result report (laporan hasil) as values: its parts among the case's fields, what differs, what reads as opinion.

Facts and the reporter's view are parts of their own (SOP, warning 6): wording is pointed out, never rewritten.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from domain.lokus import chronicle
from domain.lokus.model import RESULT, LogEntry
from domain.lokus.words import hour
from domain.recognition.opinion import opinion_phrases

KEYS = ("apa", "siapa", "dimana", "kapan", "mengapa", "bagaimana", "hasil", "pendapat")
"""The parts in the order in which they are read; ``pendapat`` is the reporter's own view, all others are facts."""
NEEDED = ("apa", "siapa", "dimana", "kapan", "bagaimana")
"""What must be there before it can be sent."""
PHOTOS = RESULT + "foto"
"""The chosen photos: attachment ids, the one for leadership first."""
PHOTOS_MOST = 10
_SAID = {
    "photo": "foto",
    "video": "video",
    "voice": "rekaman suara",
    "document": "berkas",
    "arrive": "tiba di titik kumpul",
    "start": "mulai menjalankan tugas",
    "finish": "selesai menjalankan tugas",
    "emergency": "menyatakan DARURAT",
    "safe": "menyatakan aman kembali",
}
"""What an entry without words says in the chronology."""
DELIVERIES = frozenset({"text", "photo", "video", "voice", "document", "location", "level"})
"""Entries by which a member has delivered something."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One part that differs between two versions."""

    key: str
    old: str
    new: str


def stored(content: Mapping[str, str], photos: Sequence[int]) -> dict[str, str]:
    """As fields of the case; empty parts stay out."""
    found = {RESULT + key: content[key].strip() for key in KEYS if content.get(key, "").strip()}
    return {**found, PHOTOS: ",".join(map(str, photos))} if photos else found


def content_of(fields: Mapping[str, str]) -> dict[str, str]:
    """The parts that the case's fields hold."""
    return {key: fields[RESULT + key] for key in KEYS if RESULT + key in fields}


def photos_of(fields: Mapping[str, str]) -> tuple[int, ...]:
    """The chosen photos, the one for leadership first."""
    return tuple(int(one) for one in fields.get(PHOTOS, "").split(",") if one)


def reported(fields: Mapping[str, str]) -> bool:
    """Whether there is a result report at all."""
    return any(key.startswith(RESULT) for key in fields)


def without(fields: Mapping[str, str]) -> dict[str, str]:
    """The plan's own fields."""
    return {key: value for key, value in fields.items() if not key.startswith(RESULT)}


def edits(old: Mapping[str, str], new: Mapping[str, str]) -> tuple[Edit, ...]:
    """What differs between the reports of two versions; photos count as one part, ``foto``."""
    before, after = content_of(old), content_of(new)
    found = [Edit(key, before.get(key, ""), after.get(key, "")) for key in KEYS if before.get(key) != after.get(key)]
    if photos_of(old) != photos_of(new):
        found.append(Edit("foto", old.get(PHOTOS, ""), new.get(PHOTOS, "")))
    return tuple(found)


def opinions(content: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Phrases in the facts that read as opinion: part and phrase, each once."""
    found = ((key, phrase) for key in KEYS if key != "pendapat" for phrase in opinion_phrases(content.get(key, "")))
    return tuple(dict.fromkeys(found))


def missing(content: Mapping[str, str]) -> tuple[str, ...]:
    """What still has to be there."""
    return tuple(key for key in NEEDED if not content.get(key, "").strip())


def chronology(
    entries: Iterable[LogEntry], names: Mapping[int, str], zone: ZoneInfo, label: str, began: date | None
) -> str:
    """Everybody's log as one text by time, a line for each entry; another day than ``began`` is said once."""
    return chronicle.merged("", told(entries, names, zone, label), zone, began)


def told(
    entries: Iterable[LogEntry], names: Mapping[int, str], zone: ZoneInfo, label: str
) -> list[tuple[datetime, str]]:  # fmt: skip
    """Each entry that says something: when, and its line of the chronology; by time."""
    found: list[tuple[datetime, str]] = []
    for entry in sorted(entries, key=lambda one: (one.at, one.id)):
        said = _said(entry)
        if said is not None:
            found.append((entry.at, line(entry, names, zone, label, said)))
    return found


def line(entry: LogEntry, names: Mapping[int, str], zone: ZoneInfo, label: str, said: str) -> str:
    """One line of the chronology, under the code name."""
    return f"{hour(entry.at, zone, label)} {names.get(entry.person_id, '-')}: {said}"


def corrections(
    entries: Iterable[LogEntry], names: Mapping[int, str], zone: ZoneInfo, label: str
) -> dict[str, str]:  # fmt: skip
    """Lines as they were first said and as their authors have corrected them since."""
    found: dict[str, str] = {}
    for entry in entries:
        if "semula" not in entry.content:
            continue
        old, new = _said(replace(entry, content={**entry.content, "teks": entry.content["semula"]})), _said(entry)
        if old is not None and new is not None and old != new:
            found[line(entry, names, zone, label, old)] = line(entry, names, zone, label, new)
    return found


def _said(entry: LogEntry) -> str | None:
    words = " ".join(str(entry.content.get("teks", "")).split())
    match entry.kind:
        case "check":
            return None
        case "text":
            return words or None
        case "level":
            return f"keadaan massa {entry.content.get('tingkat', '-')}"
        case "location":
            place = entry.content.get("titik")
            if entry.content.get("langsung") or not place:
                return None
            return f"posisi {place[0]:.5f}, {place[1]:.5f}"
        case _:
            what = _SAID[entry.kind]
            return f"{what} ({words})" if words else what
