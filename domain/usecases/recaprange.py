"""/rekap: a day's recap or a range's totals, for whoever needs to know, within their clearance and region."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from domain import recap as rules
from domain.errors import NotPermitted, UserError
from domain.model import Person, Recap
from domain.notices import Button, Json, Keyboard, Media, View
from domain.office import Office
from domain.ports import UnitOfWork
from domain.recap import Content, Row
from domain.roles import Role
from domain.usecases import recap, recaplist, recapview, roll
from domain.usecases.recapview import READERS

LONGEST = 92
"""Days of a range at most."""


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a range."""

    day: date
    roll: Row
    events: int


def check(uow: UnitOfWork, me: Person, now: datetime) -> None:
    """Need to know: NotPermitted for anybody but the chain of command, leadership and coordinators."""
    if not recap.reader(uow, me, now).has(*sorted(READERS)):
        raise NotPermitted


def window_ok(first: date, last: date) -> None:
    """Raises UserError for a range that is too long."""
    if (last - first).days >= LONGEST:
        raise UserError("rekap/terlalu_panjang", paling=LONGEST)


def content_of(uow: UnitOfWork, office: Office, me: Person, day: date, now: datetime) -> tuple[Content, Recap | None]:
    """What the person may see of that day, and the recap it is when that one went out.

    Leadership reads what was approved. For the chain of command a day without an approved recap, and today, is counted
    as it stands now. UserError when leadership asks for a recap that still waits for the head.
    """
    made, me = uow.recaps.of_day(day), recap.reader(uow, me, now)
    only_leads = not me.has(*sorted(READERS - {Role.PIMPINAN}))
    if only_leads and (made is None or made.approved_at is None) and day == office.local_date(now):
        raise UserError("rekap/belum_disetujui", hari=day.isoformat())
    approved = made if made is not None and made.approved_at is not None else None
    if approved is not None and (only_leads or day != office.local_date(now)):
        return Content.of(approved.content).seen_by(me), approved
    since, until = recap.window(office, day)
    if made is not None:
        since = Content.of(made.content).since
    if day == office.local_date(now):
        until = now
    return recap.collect(uow, office, day, since, min(until, now)).seen_by(me), approved


def day_view(uow: UnitOfWork, office: Office, me: Person, day: date, now: datetime) -> View:
    """The picture and five lines of a day, with the addenda and buttons for other days."""
    content, made = content_of(uow, office, me, day, now)
    ref, reader = None if made is None else made.ref, recap.reader(uow, me, now)
    adenda = [] if made is None else recaplist.later(uow, reader, made)
    rows: Keyboard = ((Button("rekap.daftar", f"rk:h:{day:%Y%m%d}:0"),),)
    if made is not None and recap.leads(uow, me, now):
        rows = ((*rows[0], Button("rekap.disposisi", f"ds:m:r:{made.id}")),)
    return View(
        "rekap/hari",
        {**recapview.summary(office, content, ref, own=rules.bounds(reader)), "adendum": adenda},
        (*rows, *choices()),
        media=recapview.picture(office, content, ref),
        protect=True,
    )


def choices() -> Keyboard:
    """Other days by one tap."""
    names = (("h", "hari_ini"), ("k", "kemarin"), ("7", "tujuh"), ("b", "bulan"))
    buttons = tuple(Button(f"rekap.{name}", f"rk:r:{code}") for code, name in names)
    return (buttons[:2], buttons[2:])


def shortcut(code: str, today: date) -> tuple[date, date] | None:
    """What a button means: today, yesterday, seven days up to today, this month; None for another code."""
    match code:
        case "h":
            return today, today
        case "k":
            return today - timedelta(days=1), today - timedelta(days=1)
        case "7":
            return today - timedelta(days=6), today
        case "b":
            return today.replace(day=1), today
        case _:
            return None


def page_view(uow: UnitOfWork, office: Office, me: Person, day: date, page: int, now: datetime) -> View:
    """A page of the day's full list."""
    content, made = content_of(uow, office, me, day, now)
    return recaplist.listing(uow, office, me, content, page, now, made, f"rk:h:{day:%Y%m%d}")


# --- ranges ----------------------------------------------------------------------------------------------------------


def totals(
    uow: UnitOfWork, office: Office, me: Person, first: date, last: date, now: datetime
) -> tuple[list[Day], Content]:
    """Each day's counts, and all of it as one content (whose roll is the sum of the days')."""
    window_ok(first, last)
    me = recap.reader(uow, me, now)
    stored = {made.day: Content.of(made.content) for made in uow.recaps.between(first, last)}
    start, end = _midnight(office, first), min(_midnight(office, last + timedelta(days=1)), now)
    items = tuple((case, rules.item(case)) for case in uow.cases.events_between(start, end))
    whole = Content(first, start, end, False, 0, (), tuple(item for _, item in items)).seen_by(me)
    seen = {item.case_id for item in whole.items}
    days, sums = [], dict[str | None, list[Row]]()
    owed = False
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        content = stored.get(day) or _roll_of(uow, office, day, now)
        rows = () if content is None else content.seen_by(me).rows
        owed = owed or (content is not None and content.duty)
        for row in rows:
            sums.setdefault(row.region, []).append(row)
        count = sum(case.id in seen and office.local_date(case.received_at) == day for case, _ in items)
        days.append(Day(day, rules.total(rows), count))
    joined = tuple(_named(region, rows) for region, rows in _ordered(sums, office))
    return days, Content(first, start, end, owed, 0, joined, whole.items)


def _ordered(sums: dict[str | None, list[Row]], office: Office) -> list[tuple[str | None, list[Row]]]:
    names = [name for name in office.profile.regions if name in sums]
    names += [name for name in sums if name is not None and name not in names]
    found: list[tuple[str | None, list[Row]]] = [(name, sums[name]) for name in names]
    return [*found, *([(None, sums[None])] if None in sums else [])]


def _named(region: str | None, rows: list[Row]) -> Row:
    whole = rules.total(rows)
    return Row(region, whole.on_time, whole.late, whole.nihil, whole.missing, whole.uncertain)


def _roll_of(uow: UnitOfWork, office: Office, day: date, now: datetime) -> Content | None:
    """The roll call of a day without a recap, as far as its due time has passed."""
    duty = roll.duty_on(office, day)
    if duty is None or now < duty.due:
        return None
    there = roll.owing(uow, duty)[0]
    rows = rules.rows(roll.call(uow, duty, there), office.profile.regions)
    return Content(day, duty.due, duty.due, True, 0, rows, ())


def _midnight(office: Office, day: date) -> datetime:
    return datetime.combine(day, time(), office.zone).astimezone(UTC)


def range_view(
    uow: UnitOfWork, office: Office, me: Person, first: date, last: date, now: datetime, *, full: bool = True
) -> View:
    """Totals per day, bidang and kecamatan, with a picture; ``full`` False: for a group, counts without places."""
    days, content = totals(uow, office, me, first, last, now)
    regions = dict(content.by_region(office.profile.regions))
    lines: list[Json] = [
        {"hari": one.day.isoformat(), "masuk": one.roll.given, "wajib": one.roll.owed, "kejadian": one.events}
        for one in days
    ]
    whole = content.total
    return View(
        "rekap/rentang",
        {
            "dari": first.isoformat(),
            "hingga": last.isoformat(),
            "wilayah": list(rules.bounds(recap.reader(uow, me, now))),
            "masuk": whole.given,
            "wajib": whole.owed,
            "persen": content.percent,
            "tepat": whole.on_time,
            "nihil": whole.nihil,
            "terlambat": whole.late,
            "belum": whole.missing,
            "kejadian": len(content.items),
            "sangat_segera": content.urgent,
            "hari_hari": lines if full else [],
            "bidang": [[name or "Tanpa bidang", n] for name, n in content.bidang(office.profile.bidang)],
            "kecamatan": [
                [row.region or office.profile.region, row.given, row.owed, regions.get(row.region, 0)]
                for row in content.rows
            ]
            if full
            else [],
        },
        choices() if full else (),
        media=_picture(office, content, days) if full else None,
        protect=full,
    )


def _picture(office: Office, content: Content, days: list[Day]) -> Media:
    base = recapview.picture(office, content, None)
    params = {
        **base.params,
        "hingga": days[-1].day.isoformat(),
        "kecamatan": [],
        "per_hari": [[one.day.isoformat(), one.roll.given, one.roll.owed, one.events] for one in days],
    }
    return Media("photo", make=base.make, params=params, file_name="rekap.png")
