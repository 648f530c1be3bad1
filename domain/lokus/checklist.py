"""The risk checklist (pemetaan risiko) that the SOP asks for before the location is entered: four pages of taps.

Kept in the member's row as JSON: the chosen keys of each page and ``pada``, when it was completed (ISO).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.notices import Json


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its key and its items; ``nothing`` is the item that excludes the others."""

    key: str
    items: tuple[str, ...]
    nothing: str | None = None
    all_at_once: bool = False
    """Whether one tap may say all of them."""


PAGES = (
    Page("risiko", ("massa", "bentrok", "senjata", "medan", "cuaca", "dikenali", "tidak_ada"), nothing="tidak_ada"),
    Page("jalan", ("jalan_utama", "jalan_samping", "kendaraan", "pos_aparat")),
    Page("kontak", ("koordinator", "rekan", "polri", "tni"), all_at_once=True),
    Page("alat", ("telepon", "ht", "buku", "kamera", "formulir", "identitas"), all_at_once=True),
)
"""What risks, which ways out, whom to call, and the equipment that the SOP names."""
KEYS = tuple(page.key for page in PAGES)


def done_at(risk: Mapping[str, Any]) -> datetime | None:
    """When the checklist was completed; None while it is not."""
    written = risk.get("pada")
    return None if written is None else datetime.fromisoformat(written)


def chosen(risk: Mapping[str, Any], page: Page) -> tuple[str, ...]:
    """What is ticked on that page, in the page's order."""
    ticked = risk.get(page.key, ())
    return tuple(item for item in page.items if item in ticked)


def ticked(risk: Mapping[str, Any], page: Page, item: str, *, on: bool) -> dict[str, Json]:
    """With the item ticked, or not; "nothing" and the others exclude each other. Raises ValueError for an unknown item.

    Says what is wanted instead of turning it over, so that a second tap by a nervous thumb changes nothing.
    """
    if item not in page.items:
        raise ValueError(item)
    now = set(chosen(risk, page)) - {item}
    if on:
        now = {item} if item == page.nothing else {*now, item} - {page.nothing}
    return {**risk, page.key: [one for one in page.items if one in now]}


def everything(risk: Mapping[str, Any], page: Page) -> dict[str, Json]:
    """With all of the page ticked."""
    return {**risk, page.key: list(page.items)}


def completed(risk: Mapping[str, Any], now: datetime) -> dict[str, Json]:
    """Completed now, if every page says something; ValueError naming the first page that does not."""
    for page in PAGES:
        if not chosen(risk, page):
            raise ValueError(page.key)
    return {**risk, "pada": now.isoformat()}


def lacking(risk: Mapping[str, Any]) -> tuple[str, ...]:
    """The equipment that is not at hand."""
    page = PAGES[KEYS.index("alat")]
    return tuple(item for item in page.items if item not in chosen(risk, page))
