"""The month's figures as parameters of messages, pictures and tables: numbers and names of steps and places only.

Times are whole seconds, shares whole per cent. Places stand in the profile's order, never in an order of merit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from domain import monev
from domain.monev import ENOUGH, CaseFigures, Finish, Spread, StepFigures, Visit
from domain.notices import Json
from domain.office import Office
from domain.rollcall import Tally
from domain.sop.schema import Sop, Step
from domain.usecases.monev import SECRET_KINDS, Figures

_NOTHING = StepFigures(monev.spread(()), 0, 0, 0)


def params(office: Office, found: Figures) -> dict[str, Json]:
    """Everything that the message, the picture and the table say."""
    whole = _sum(tally for _, tally in found.mornings)
    return {
        "bulan": found.month.first.isoformat(),
        "sampai": None if found.whole else office.local_date(found.until).isoformat(),
        "wilayah": list(found.scope.regions) or [office.profile.region],
        "prosedur": [_procedure(office, found, sop) for sop in _procedures(office, found)],
        "pagi": None
        if office.profile.morning is None
        else {
            "hari": found.mornings_days,
            "izin": found.leave,
            "jumlah": _morning(None, whole),
            "kecamatan": [_morning(name, tally) for name, tally in found.mornings],
        },
        "cukup": ENOUGH,
        "tanpa_sop": found.undefined,
    }


SHEET_ROOM = 1020
"""What a picture has room for below its heading, in the pixels that it is drawn in: Telegram makes every photo fit
1,280 pixels, so a longer one would come out too narrow to be read."""
SHEET_TITLE, SHEET_STEP, SHEET_PLACES = 96, 172, 19
"""What a procedure's title and a step take of it, and how many kecamatan one picture lists."""
SHEETS = 10
"""As many as one album holds (Bot API sendMediaGroup)."""


def sheets(params: Mapping[str, Json]) -> list[dict[str, Json]]:
    """The same for pictures: the steps, the mornings, the finished reports, each on as many sheets as they need."""
    head = {key: params[key] for key in ("bulan", "sampai", "wilayah")}
    found: list[dict[str, Json]] = [{**head, "isi": "tahap", "baris": rows} for rows in _step_sheets(params)]
    places = [] if params["pagi"] is None else params["pagi"]["kecamatan"]
    found += [{**head, "isi": "pagi", "baris": rows} for rows in _parts(places)]
    found += [
        {**head, "isi": "tuntas", "judul": one["judul"], "batas": one["batas"], "baris": rows}
        for one in params["prosedur"]
        for rows in _parts(one["kecamatan"])
    ]
    return found[:SHEETS]


def _step_sheets(params: Mapping[str, Json]) -> list[list[Json]]:
    """Rows of steps and titles; a procedure that goes on overleaf has its title there again."""
    pages: list[list[Json]] = [[]]
    room = SHEET_ROOM
    for one in params["prosedur"]:
        title = {"judul": one["judul"]}
        rows = [*one["tahap"], *({**row, "rahasia": True} for row in one["tahap_rahasia"] if row["cukup"])]
        for number, row in enumerate(rows):
            lines = [title, row] if number == 0 or not pages[-1] else [row]
            needed = SHEET_STEP + SHEET_TITLE * (len(lines) - 1)
            if needed > room and pages[-1]:
                pages.append([])
                lines, needed, room = [title, row], SHEET_STEP + SHEET_TITLE, SHEET_ROOM
            pages[-1] += lines
            room -= needed
    return [page for page in pages if page]


def _parts(rows: Sequence[Json]) -> list[Sequence[Json]]:
    return [rows[first : first + SHEET_PLACES] for first in range(0, len(rows), SHEET_PLACES)]


def _procedures(office: Office, found: Figures) -> Iterator[Sop]:
    """Those that the agency runs, then others that had cases."""
    names = [procedure.sop for procedure in office.profile.procedures]
    names += sorted({visit.sop for visit in found.visits} | {finish.sop for finish in found.finishes})
    for name in dict.fromkeys(names):
        sop = office.sops.get(name)
        if found.scope.secret or not _all_secret(sop):
            yield sop


def _all_secret(sop: Sop) -> bool:
    return sop.kind in SECRET_KINDS or sop.classification.secret


def _procedure(office: Office, found: Figures, sop: Sop) -> dict[str, Json]:
    visits = [visit for visit in found.visits if visit.sop == sop.name]
    finishes = [finish for finish in found.finishes if finish.sop == sop.name]
    listed, all_secret = list(_steps(office, sop, visits)), _all_secret(sop)
    return {
        "judul": sop.title,
        "batas": _seconds(sop.stated_total),
        "rahasia": all_secret,
        "tahap_rahasia": list(_secret(listed, visits, every=all_secret)),
        **(_NO_ROWS if all_secret else _rows(office, sop, listed, visits, finishes)),
    }


_NO_ROWS: Mapping[str, Json] = {"tahap": [], "jumlah": None, "kecamatan": [], "silang": []}


def _rows(
    office: Office, sop: Sop, listed: Sequence[_Entry], visits: Sequence[Visit], finishes: Sequence[Finish]
) -> Mapping[str, Json]:
    steps, crossed, cases = monev.by_step(visits), monev.by_step_and_region(visits), monev.cases_by_region(finishes)
    order = _in_order(office, {region for *_, region in crossed} | {region for _, region in cases})
    return {
        "tahap": [_step(entry, steps.get((sop.name, entry.step.id), _NOTHING)) for entry in listed],
        "jumlah": _cases(None, monev.case_figures(finish for finish in finishes if not finish.secret)),
        "kecamatan": [_cases(region, cases[sop.name, region]) for region in order if (sop.name, region) in cases],
        "silang": [
            {"kecamatan": region, **_step(entry, figures)}
            for entry in listed
            for region in order
            if (figures := crossed.get((sop.name, entry.step.id, region))) is not None
        ],
    }


def _secret(listed: Iterable[_Entry], visits: Iterable[Visit], *, every: bool) -> Iterator[dict[str, Json]]:
    """Rows of secret cases: where all are secret every step has one, so that a missing row tells nothing."""
    enough = monev.secret_steps(visits)
    for entry in listed:
        found = enough.get((entry.sop, entry.step.id))
        if found is not None or every:
            yield {**_named(entry), **_spread(found or monev.spread(())), "cukup": found is not None}


@dataclass(frozen=True, slots=True)
class _Entry:
    sop: str
    step: Step
    mending: bool = False
    """The author's step: only the time of revisions is measured there."""

    @property
    def limit(self) -> timedelta | None:
        if self.mending:
            return self.step.rework_limit or self.step.limit
        return self.step.allowed or None


def _steps(office: Office, sop: Sop, visits: Iterable[Visit]) -> Iterator[_Entry]:
    """The steps that officials take, those of older versions that cases still went through, the author's revisions."""
    seen = {visit.step for visit in visits if not visit.secret or _all_secret(sop)}
    told: set[str] = set()
    for version in (sop, *office.sops.versions(sop.name)):
        for step in version.steps[1:]:
            if not step.final and step.id not in told and (version is sop or step.id in seen):
                told.add(step.id)
                yield _Entry(sop.name, step)
    if not _all_secret(sop) and sop.first.id in seen:
        yield _Entry(sop.name, sop.first, mending=True)


def _in_order(office: Office, regions: Iterable[str | None]) -> list[str | None]:
    place = {name: number for number, name in enumerate(office.profile.regions)}
    return sorted(regions, key=lambda name: (name is None, place.get(name or "", len(place)), name or ""))


def _named(entry: _Entry) -> dict[str, Json]:
    return {"nama": entry.step.title, "perbaikan": entry.mending, "batas": _seconds(entry.limit)}


def _step(entry: _Entry, figures: StepFigures) -> dict[str, Json]:
    return {
        **_named(entry),
        **_spread(figures.passed),
        "kembali": figures.returned,
        "berjalan": figures.standing,
        "lewat": figures.overdue,
    }


def _cases(region: str | None, figures: CaseFigures) -> dict[str, Json]:
    return {
        "nama": region,
        **_spread(figures.finished),
        "putaran": None if figures.rounds_mean is None else round(figures.rounds_mean, 2),
        "putaran_maks": figures.rounds_max,
    }


def _spread(found: Spread) -> dict[str, Json]:
    return {
        "selesai": found.count,
        "median": _seconds(found.median),
        "p90": _seconds(found.p90),
        "berbatas": found.limited,
        "dalam": found.within,
        "persen": found.percent,
    }


def _morning(name: str | None, tally: Tally) -> dict[str, Json]:
    return {
        "nama": name,
        "wajib": tally.owed,
        "tepat": tally.on_time,
        "nihil": tally.nihil,
        "terlambat": tally.late,
        "belum": tally.missing,
        "persen": tally.percent if tally.owed else None,
    }


def _sum(tallies: Iterable[Tally]) -> Tally:
    found = list(tallies)
    return Tally(
        sum(tally.on_time for tally in found),
        sum(tally.late for tally in found),
        sum(tally.nihil for tally in found),
        sum(tally.missing for tally in found),
    )


def _seconds(time: timedelta | None) -> int | None:
    return None if time is None else int(time.total_seconds())
