"""The Indonesian calendar: national holidays and joint leave (cuti bersama), from the ``holidays`` package."""

from __future__ import annotations

from collections.abc import Container
from datetime import date
from functools import cache

import holidays


@cache
def indonesian_holidays() -> Container[date]:
    """The days on which government offices are closed; a year is reckoned when it is first asked for."""
    return holidays.country_holidays("ID", categories=("public", "government"))
