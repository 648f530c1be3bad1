"""What the process keeps for good is set aside from Python's search for garbage in circles."""

from __future__ import annotations

import gc

YOUNG = 10_000
"""New objects after which the youngest are looked through; Python's 700 is less than one update makes."""


def settle() -> None:
    """Call once everything is loaded, before the first update.

    A look through all objects takes a tenth of a second here and comes in the middle of somebody's answer. What is
    there at the start (code, templates, place names) never becomes garbage, so it is not looked through again.
    Source: https://docs.python.org/3/library/gc.html#gc.freeze
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, 10, 10)
