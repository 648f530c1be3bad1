"""Places of a lokus: how far apart two points are, and the way to one."""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt

from domain.lokus.order import Point

_EARTH_M = 6_371_000


def distance_m(one: Point, other: Point) -> int:
    """Metres between two points along the earth's surface."""
    lat1, lon1, lat2, lon2 = map(radians, (*one, *other))
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return round(2 * _EARTH_M * asin(sqrt(half)))


def route_link(point: Point) -> str:
    """A link that opens the way to the point in the telephone's map."""
    return f"https://www.google.com/maps/dir/?api=1&destination={point[0]:.6f},{point[1]:.6f}"


def map_link(point: Point) -> str:
    """A link that shows the point on the telephone's map."""
    return f"https://www.google.com/maps/search/?api=1&query={point[0]:.6f},{point[1]:.6f}"


def read_point(text: str) -> Point | None:
    """``-6.17810, 106.63000`` as a form keeps a shared location; None for anything else."""
    latitude, comma, longitude = text.partition(",")
    try:
        point = (float(latitude), float(longitude))
    except ValueError:
        return None
    return point if comma and abs(point[0]) <= 90 and abs(point[1]) <= 180 else None
