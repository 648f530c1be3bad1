"""The order of a lokus (penugasan): what the SOP's step 3 asks for, as JSON of a row, and what changed between two."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from domain.notices import Json

Point = tuple[float, float]
"""Latitude, longitude in degrees."""
NEEDED = ("masalah", "lokasi", "kumpul", "mulai", "selesai", "koordinator", "tim")
"""What must be there before the order can be sent, in the order in which it is asked for."""
_TEXTS = ("masalah", "lokasi", "kumpul", "catatan")
TEXT_MOST = {"masalah": 600, "lokasi": 200, "kumpul": 200, "catatan": 400}
"""Characters: an order, with all warnings, has to fit one message on a telephone."""


@dataclass(frozen=True, slots=True)
class Order:
    """One assignment. Points are [latitude, longitude], times aware UTC, persons by id."""

    masalah: str = ""
    lokasi: str = ""
    lokasi_titik: Point | None = None
    kumpul: str = ""
    """Titik kumpul in words, ``titik`` on the map."""
    titik: Point | None = None
    mulai: datetime | None = None
    selesai: datetime | None = None
    tim: tuple[int, ...] = ()
    koordinator: int | None = None
    catatan: str = ""

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> Self:
        """From the row's JSON."""
        known: dict[str, Any] = {one.name: data[one.name] for one in fields(cls) if one.name in data}
        for name in ("mulai", "selesai"):
            if known.get(name) is not None:
                known[name] = datetime.fromisoformat(known[name]).astimezone(UTC)
        for name in ("titik", "lokasi_titik"):
            if known.get(name) is not None:
                known[name] = (float(known[name][0]), float(known[name][1]))
        return cls(**{**known, "tim": tuple(known.get("tim", ()))})

    def to_json(self) -> dict[str, Json]:
        """For the row."""
        return {
            **{name: getattr(self, name) for name in _TEXTS},
            "titik": list(self.titik) if self.titik else None,
            "lokasi_titik": list(self.lokasi_titik) if self.lokasi_titik else None,
            "mulai": self.mulai.isoformat() if self.mulai else None,
            "selesai": self.selesai.isoformat() if self.selesai else None,
            "tim": list(self.tim),
            "koordinator": self.koordinator,
        }

    @property
    def missing(self) -> tuple[str, ...]:
        """What it still lacks."""
        return tuple(name for name in NEEDED if not getattr(self, name))

    @property
    def people(self) -> tuple[int, ...]:
        """The coordinator and the team, each once."""
        lead = (self.koordinator,) if self.koordinator is not None else ()
        return tuple(dict.fromkeys((*lead, *self.tim)))

    def saying(self, part: str, words: str) -> Self:
        """With one of its texts. Raises ValueError for a part that is none."""
        match part:
            case "masalah":
                return replace(self, masalah=words)
            case "lokasi":
                return replace(self, lokasi=words)
            case "kumpul":
                return replace(self, kumpul=words)
            case "catatan":
                return replace(self, catatan=words)
            case _:
                raise ValueError(part)

    def toggled(self, person_id: int) -> Self:
        """With the person put into the team or taken out."""
        team = tuple(one for one in self.tim if one != person_id)
        return replace(self, tim=team if person_id in self.tim else (*self.tim, person_id))

    def led_by(self, person_id: int) -> Self:
        """With that coordinator, who is not counted in the team besides."""
        return replace(self, koordinator=person_id, tim=tuple(one for one in self.tim if one != person_id))

    def moved_to(self, starts: datetime) -> Self:
        """At another time, as long as before."""
        lasts = self.selesai - self.mulai if self.mulai and self.selesai else timedelta(hours=8)
        return replace(self, mulai=starts, selesai=starts + lasts)


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs: its key and both values as JSON (persons as ids, times as ISO)."""

    key: str
    old: Json
    new: Json


def changes(old: Order, new: Order) -> tuple[Change, ...]:
    """What differs for everybody concerned, in the order of the notice. The team's own changes are told one by one."""
    before, after = old.to_json(), new.to_json()
    keys = ("masalah", "lokasi", "lokasi_titik", "kumpul", "titik", "mulai", "selesai", "koordinator", "catatan")
    return tuple(Change(key, before[key], after[key]) for key in keys if before[key] != after[key])
