"""Column types: ids, instants and dates as both databases keep them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Dialect, Integer
from sqlalchemy.types import TypeDecorator

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICRO = timedelta(microseconds=1)

ID = BigInteger().with_variant(Integer, "sqlite")
"""64 bits on both; SQLite gives automatic numbers to INTEGER only."""


def to_micros(value: datetime) -> int:
    """Microseconds since 1970 UTC; raises ValueError for a naive datetime, which could mean any zone."""
    if value.tzinfo is None:
        raise ValueError("naive datetime")
    return (value - EPOCH) // _MICRO


def from_micros(value: int) -> datetime:
    """Aware UTC."""
    return EPOCH + timedelta(microseconds=value)


class Moment(TypeDecorator[datetime]):
    """An instant, stored as integer microseconds UTC: compares and sorts alike on both databases."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # SQLAlchemy's signature
        return None if value is None else to_micros(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:  # SQLAlchemy's signature
        return None if value is None else EPOCH + timedelta(microseconds=value)
