"""Buttons to choose from a list: several with marks, one, and long lists in pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from domain.notices import Button, Keyboard
from domain.office import Office
from domain.roles import Clearance
from handlers.context import rows
from handlers.wish import ROLES

PAGE = 10


def several(names: Sequence[str], mask: int, data: Callable[[int], str], first: int = 0) -> list[Button]:
    """One button an item; a marked one shows it. ``data`` gives the callback of the item's index."""
    return [
        Button("orang.terpilih" if mask >> index & 1 else "orang.pilihan", data(index), {"nama": name})
        for index, name in enumerate(names, first)
    ]


def role_buttons(office: Office, mask: int, data: Callable[[int], str]) -> Keyboard:
    """All roles by the titles of the office."""
    return rows(several([office.title(role) for role in ROLES], mask, data), 2)


def region_buttons(
    office: Office, mask: int, page: int, data: Callable[[int], str], turn: Callable[[int], str]
) -> Keyboard:
    """One page of kecamatan, and the way to the other pages."""
    first = page * PAGE
    part = office.profile.regions[first : first + PAGE]
    return (*rows(several(part, mask, data, first), 2), *pages(page, len(office.profile.regions), turn))


def spelled(clearance: Clearance) -> str:
    """As it stands on a button: ``Sangat Rahasia``."""
    return clearance.value.replace("_", " ").title()


def pages(page: int, total: int, turn: Callable[[int], str]) -> Keyboard:
    """The row that turns pages; none when all fits on one."""
    last = max(0, total - 1) // PAGE
    row = [Button("orang.halaman_sebelum", turn(page - 1))] if page > 0 else []
    if page < last:
        row.append(Button("orang.halaman_sesudah", turn(page + 1)))
    return (tuple(row),) if row else ()
