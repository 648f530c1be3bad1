"""How a recap looks: the picture and its five lines, the full list in pages, the short word to the group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from domain.commands import RECAP
from domain.model import Event, Person, Recap
from domain.notices import Button, Json, Keyboard, Media, View
from domain.office import Office
from domain.ports import UnitOfWork
from domain.recap import Content, Item
from domain.roles import Role
from domain.usecases.officials import may_open

READERS = RECAP
"""Need to know. Not the administrator, who runs the system and reads no reports."""
PAGE = 6
"""Events on one page of the full list."""
_NAMED = 3
"""Kecamatan and bidang named in a line; the rest are in the full list."""


def preview(uow: UnitOfWork, office: Office, recap: Recap, content: Content, mood: str | None) -> View:
    """What leadership would get, with what the head may do below; ``mood`` None: it is decided."""
    approved = approval(uow, office, recap, uow.events.of(f"recap:{recap.id}"))
    lapsed = mood is None and recap.approved_at is None
    rows: Keyboard = ((Button("rekap.lengkap", f"rk:l:{recap.id}"),),)
    if mood is not None:
        rows = (
            (Button("rekap.setujui", f"rk:s:{recap.id}:{recap.version}"),),
            (Button("rekap.lengkap", f"rk:l:{recap.id}"), Button("rekap.muat_ulang", f"rk:u:{recap.id}")),
        )
    return View(
        "rekap/pratinjau",
        {
            **summary(office, content, recap.ref, late(office, recap)),
            "keadaan": mood,
            "batas": recap.due_at.isoformat(),
            "digantikan": lapsed,
            "disetujui": None if lapsed or mood is not None else approved,
        },
        rows,
        media=picture(office, content, recap.ref),
        protect=True,
    )


def pushed(uow: UnitOfWork, office: Office, recap: Recap, content: Content) -> View:
    """What leadership gets: a picture to read without zooming, five lines, the full list and *Disposisi* on demand."""
    return View(
        "rekap/pimpinan",
        summary(office, content, recap.ref, late(office, recap)),
        (
            (
                Button("rekap.daftar", f"rk:l:{recap.id}"),
                Button("rekap.disposisi", f"ds:m:r:{recap.id}"),
            ),
        ),
        media=picture(office, content, recap.ref),
        protect=True,
    )


def late(office: Office, recap: Recap) -> int | None:
    """Seconds by which the system made it late, None when it was in time."""
    morning = office.profile.morning
    if morning is None:
        return None
    at = datetime.combine(recap.day, morning.recap, office.zone)
    seconds = int((recap.made_at - at).total_seconds())
    return seconds if seconds >= 60 else None


def summary(
    office: Office, content: Content, ref: str | None, late_by: int | None = None, own: Sequence[str] = ()
) -> dict[str, Json]:
    """The five lines' parameters. ``own``: the kecamatan that the reader is bound to, said below the heading."""
    whole, first = content.total, content.first()
    missing = content.missing()
    return {
        "ref": ref,
        "hari": content.day.isoformat(),
        "wilayah": list(own),
        "sampai": content.until.isoformat(),
        "wajib": whole.owed,
        "masuk": whole.given,
        "persen": content.percent,
        "tepat": whole.on_time,
        "terlambat": whole.late,
        "nihil": whole.nihil,
        "belum": whole.missing,
        "belum_di": _named(missing, office.profile.region),
        "belum_lain": max(0, len(missing) - _NAMED),
        "kejadian": len(content.items),
        "sangat_segera": content.urgent,
        "bidang": _named(content.bidang(office.profile.bidang), "Tanpa bidang"),
        "menonjol": None if first is None else _item(first),
        "apel": content.duty and whole.owed > 0,
        "sistem_terlambat": late_by,
    }


def _named(counts: Sequence[tuple[str | None, int]], nameless: str) -> list[Json]:
    most = sorted(counts, key=lambda one: -one[1])[:_NAMED]
    return [{"nama": name or nameless, "jumlah": count} for name, count in most]


def _item(item: Item) -> dict[str, Json]:
    return {
        "ref": item.ref,
        "apa": item.what,
        "dimana": item.where,
        "kecamatan": item.region,
        "bidang": item.bidang,
        "derajat": item.urgency,
        "nilai": item.value,
        "status": item.standing,
    }


def picture(office: Office, content: Content, ref: str | None) -> Media:
    """The picture: numbers and names of the profile only, never a report's words."""
    whole = content.total
    events = {name: count for name, count in content.by_region(office.profile.regions) if name}
    params: dict[str, Json] = {
        "ref": ref,
        "hari": content.day.isoformat(),
        "sampai": content.until.isoformat(),
        "jumlah": [whole.on_time, whole.nihil, whole.late, whole.missing],
        "persen": content.percent,
        "apel": content.duty and whole.owed > 0,
        "sangat_segera": content.urgent,
        "kejadian": len(content.items),
        "bidang": bidang(office, content.items),
        "kecamatan": [
            [row.region or "Seluruh wilayah", row.given, row.owed, row.late, events.pop(row.region or "", 0)]
            for row in content.rows
        ],
    }
    params["kecamatan"] += [[name, 0, 0, 0, events[name]] for name in office.profile.regions if name in events]
    return Media("photo", make="recap_picture", params=params, file_name=f"{ref or 'rekap'}.png")


def bidang(office: Office, items: Sequence[Item]) -> list[Json]:
    """Events by bidang, for a picture: a name that the profile does not have counts as "Lainnya"."""
    known = office.profile.bidang
    names = [item.bidang if item.bidang in known else "Lainnya" for item in items]
    return [
        [name, names.count(name)] for name in (*known, *(() if "Lainnya" in known else ("Lainnya",))) if name in names
    ]


def approval(uow: UnitOfWork, office: Office, recap: Recap, events: Sequence[Event]) -> dict[str, Json]:
    """Who approved it, as people may know it: the title, never the name."""
    event = next((event for event in events if event.action == "approved" and event.data), None)
    title = office.title(Role(event.data["role"])) if event is not None else None
    if event is not None and event.data.get("instead_of") is not None:
        title = f"a.n. {title}"
    return {
        "ref": recap.ref,
        "peran": title,
        "pada": recap.approved_at.isoformat() if recap.approved_at is not None else None,
    }


def group(office: Office, content: Content, ref: str, now: datetime) -> View:
    """To the coordination group: that it went out, with numbers only."""
    whole = content.total
    return View(
        "rekap/grup",
        {
            "ref": ref,
            "pada": now.isoformat(),
            "pimpinan": office.title(Role.PIMPINAN),
            "masuk": whole.given,
            "wajib": whole.owed,
            "persen": content.percent,
            "kejadian": len(content.items),
            "apel": content.duty and whole.owed > 0,
        },
        silent=True,
    )


def pages(content: Content) -> int:
    """How many pages the full list has: the tables, then the events."""
    return 1 + -(-len(content.items) // PAGE)


def listing(
    uow: UnitOfWork,
    office: Office,
    me: Person,
    content: Content,
    page: int,
    now: datetime,
    *,
    ref: str | None,
    own: Sequence[str],
    code: str,
    more: Sequence[Mapping[str, Json]] = (),
    absent: Mapping[str, Sequence[str]] | None = None,
) -> View:
    """A page of the full list. ``code`` begins its page buttons' data; ``more``: addenda; ``absent``: who is missing;
    ``own``: the kecamatan that the reader is bound to.

    Page 0 has the tables by kecamatan and bidang, the others the events by bidang and kecamatan, each with *Buka*.
    """
    last = pages(content) - 1
    page = min(max(page, 0), last)
    profile = office.profile
    ordered = content.ordered(profile.bidang, profile.regions)
    shown = ordered[(page - 1) * PAGE : page * PAGE] if page else []
    opening = [
        Button("rekap.buka", f"lihat:b:{item.case_id}", {"ref": item.ref})
        for item in shown
        if (case := uow.cases.get(item.case_id)) is not None and may_open(uow, office, case, me, now)
    ]
    turning = [Button("rekap.sebelum", f"{code}:{page - 1}")] if page else []
    turning += [Button("rekap.sesudah", f"{code}:{page + 1}", {"halaman": page + 1})] if page < last else []
    events = dict(content.by_region(profile.regions))
    return View(
        "rekap/daftar",
        {
            **summary(office, content, ref, own=own),
            "halaman": page,
            "akhir": last,
            "izin": content.away,
            "tidak_pasti": content.total.uncertain,
            "baris": [] if page else [_row(row.region, content, events) for row in content.rows],
            "bidang_semua": [] if page else _all(content.bidang(profile.bidang), "Tanpa bidang"),
            "perkara": [_item(item) for item in shown],
            "adendum": list(more) if not page else [],
            "nama": [] if page or not absent else [{"kecamatan": k, "alias": list(v)} for k, v in absent.items()],
        },
        (*(tuple(opening[i : i + 2]) for i in range(0, len(opening), 2)), *((tuple(turning),) if turning else ())),
        protect=True,
    )


def _all(counts: Sequence[tuple[str | None, int]], nameless: str) -> list[Json]:
    return [{"nama": name or nameless, "jumlah": count} for name, count in counts]


def _row(region: str | None, content: Content, events: Mapping[str | None, int]) -> dict[str, Json]:
    row = next(row for row in content.rows if row.region == region)
    return {
        "nama": row.region,
        "masuk": row.given,
        "wajib": row.owed,
        "tepat": row.on_time,
        "terlambat": row.late,
        "nihil": row.nihil,
        "belum": row.missing,
        "kejadian": events.get(row.region, 0),
    }
