"""When a planned activity is: words read forward. ``Sabtu pukul 13.00`` of a plan is the Saturday to come."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from domain.recognition.times import Known, When

_WEEK = timedelta(days=7)
_DAY = timedelta(days=1)


def ahead(when: When, now: datetime) -> datetime | None:
    """The moment that is meant, looking forward from ``now``; None when the words name no moment.

    Reports look back, so a weekday or a bare hour was read as the last one: of a plan it is the next. A moment further
    back than a week was written as a date and stays where it is.
    """
    if not isinstance(when, Known):
        return None
    at = when.at
    if at >= now or now - at >= _WEEK:
        return at
    return at + (_DAY if now - at < _DAY else _WEEK)


def until(at: datetime, words: str, zone: ZoneInfo, lasts: timedelta) -> datetime:
    """The end (UTC) of an activity that begins ``at``: ``12.00`` of the same local day or, past midnight, the next.

    Nothing (or ``-``) is after ``lasts``. Raises ValueError for words that are no hour.
    """
    text = words.strip().rstrip(".").replace(":", ".")
    if text in ("", "-"):
        return at + lasts
    hour, _, minute = text.partition(".")
    ends = datetime.combine(at.astimezone(zone).date(), time(int(hour) % 24, int(minute or 0)), zone)
    return (ends if ends > at else ends + _DAY).astimezone(UTC)
