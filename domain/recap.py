"""What a recap says: the roll call by kecamatan and one line for each event. Pure; ``usecases.recap`` fills it.

Nihil and "belum lapor" are never merged, and a tap whose time is uncertain is not late. A content is stored as JSON and
looked at through ``seen_by``: nobody is shown, or counted, what their clearance or region does not open.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Literal, TypeAlias

from domain.model import Case, Person
from domain.notices import Json
from domain.privacy import mask
from domain.roles import Clearance, Role
from domain.rollcall import Entry, by_region

Standing: TypeAlias = Literal["disetujui", "diverifikasi", "menunggu"]
PREFIX = "RK"
_STANDING: Mapping[str, Standing] = {
    "submitted": "menunggu",
    "revision": "menunggu",
    "verified": "diverifikasi",
}
URGENCIES = ("sangat_segera", "segera", "biasa")
_WHAT, _WHERE = 90, 50
"""Characters of an event's line; the whole text is behind *Buka*."""


@dataclass(frozen=True, slots=True)
class Row:
    """The roll of one kecamatan (None: agents of the whole area)."""

    region: str | None
    on_time: int = 0
    late: int = 0
    nihil: int = 0
    missing: int = 0
    uncertain: int = 0
    """Of those given: found after an outage, so that nobody knows when."""

    @property
    def given(self) -> int:
        """How many came, in whatever form."""
        return self.on_time + self.late + self.nihil

    @property
    def owed(self) -> int:
        """How many were owed."""
        return self.given + self.missing


@dataclass(frozen=True, slots=True)
class Item:
    """One event in a line."""

    case_id: int
    ref: str
    what: str
    where: str | None
    region: str | None
    bidang: str | None
    urgency: str
    value: str | None
    standing: Standing
    classification: str


@dataclass(frozen=True, slots=True)
class Content:
    """A recap of what came after ``since`` up to ``until`` (aware UTC). ``duty``: reports were owed that day."""

    day: date
    since: datetime
    until: datetime
    duty: bool
    away: int
    rows: tuple[Row, ...]
    items: tuple[Item, ...]

    def to_json(self) -> dict[str, Json]:
        """As it is stored."""
        return {
            "day": self.day.isoformat(),
            "since": self.since.isoformat(),
            "until": self.until.isoformat(),
            "duty": self.duty,
            "away": self.away,
            "rows": [asdict(row) for row in self.rows],
            "items": [asdict(item) for item in self.items],
        }

    @classmethod
    def of(cls, stored: Mapping[str, Json]) -> Content:
        """Back from what was stored."""
        return cls(
            date.fromisoformat(stored["day"]),
            datetime.fromisoformat(stored["since"]),
            datetime.fromisoformat(stored["until"]),
            stored["duty"],
            stored["away"],
            tuple(Row(**row) for row in stored["rows"]),
            tuple(Item(**item) for item in stored["items"]),
        )

    def seen_by(self, person: Person) -> Content:
        """Without what the person's clearance does not open, and for a coordinator without other regions."""
        own = bounds(person)
        items = (
            item
            for item in self.items
            if person.clearance.allows(Clearance(item.classification)) and (not own or item.region in own)
        )
        rows = tuple(row for row in self.rows if not own or row.region in own)
        return replace(self, rows=rows, items=tuple(items), away=0 if own else self.away)

    @property
    def total(self) -> Row:
        """All rows together."""
        return total(self.rows)

    @property
    def percent(self) -> int:
        """The share given, rounded down; 100 when nothing was owed."""
        whole = self.total
        return 100 * whole.given // whole.owed if whole.owed else 100

    def missing(self) -> list[tuple[str | None, int]]:
        """Where reports are missing, the most first."""
        found = [(row.region, row.missing) for row in self.rows if row.missing]
        return sorted(found, key=lambda one: (-one[1], one[0] or ""))

    def bidang(self, order: Sequence[str]) -> list[tuple[str | None, int]]:
        """How many events of each bidang, in the profile's order, without empty ones."""
        return counted((item.bidang for item in self.items), order)

    def by_region(self, order: Sequence[str]) -> list[tuple[str | None, int]]:
        """How many events in each kecamatan."""
        return counted((item.region for item in self.items), order)

    @property
    def urgent(self) -> int:
        """Events that are very urgent."""
        return sum(item.urgency == "sangat_segera" for item in self.items)

    def first(self) -> Item | None:
        """The event to name: the most urgent one, the newest of these."""
        return min(reversed(self.items), key=lambda item: URGENCIES.index(item.urgency), default=None)

    def ordered(self, bidang: Sequence[str], regions: Sequence[str]) -> list[Item]:
        """By bidang and kecamatan in the profile's order, the urgent ones first."""
        return sorted(
            self.items,
            key=lambda item: (
                _place(item.bidang, bidang),
                _place(item.region, regions),
                URGENCIES.index(item.urgency),
                item.case_id,
            ),
        )


WHOLE_AREA = frozenset({Role.KEPALA, Role.KABID, Role.KASUBBID, Role.PIMPINAN})
"""Who reads the recap of the whole area; others that of their own kecamatan."""


def bounds(person: Person) -> tuple[str, ...]:
    """The kecamatan that the person reads of; empty: the whole area."""
    return () if person.has(*WHOLE_AREA) else person.regions


def total(rows: Iterable[Row]) -> Row:
    """The sum of these rows."""
    found = tuple(rows)
    return Row(
        None,
        sum(row.on_time for row in found),
        sum(row.late for row in found),
        sum(row.nihil for row in found),
        sum(row.missing for row in found),
        sum(row.uncertain for row in found),
    )


def counted(names: Iterable[str | None], order: Sequence[str]) -> list[tuple[str | None, int]]:
    """How often each name comes, in that order, unknown ones behind and "none" last."""
    counts = Counter(names)
    return [(name, counts[name]) for name in sorted(counts, key=lambda name: _place(name, order))]


def _place(name: str | None, order: Sequence[str]) -> tuple[bool, int, str]:
    known = order.index(name) if name in order else len(order)
    return name is None, known, name or ""


def rows(found: Sequence[Entry], order: Sequence[str]) -> tuple[Row, ...]:
    """The roll call as rows."""
    unsure = Counter(e.region for e in found if e.answer is not None and e.answer.lateness == "uncertain")
    return tuple(
        Row(region, tally.on_time, tally.late, tally.nihil, tally.missing, unsure[region])
        for region, tally in by_region(found, order)
    )


def item(case: Case) -> Item:
    """A case in one line: numbers of persons masked, the author left out."""
    return Item(
        case.id,
        case.ref,
        _short(mask(case.fields.get("apa", "")), _WHAT) or "Kejadian",
        _short(mask(case.fields.get("dimana", "") or case.fields.get("desa", "")), _WHERE) or None,
        case.region,
        case.bidang,
        case.urgency,
        case.value,
        _STANDING.get(case.status, "disetujui"),
        case.classification,
    )


def _short(text: str, most: int) -> str:
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def reference(day: date) -> str:
    """``RK-261120``."""
    return f"{PREFIX}-{day:%y%m%d}"
