"""A white page to draw on, measured in pixels from its upper left corner."""

from __future__ import annotations

import io
from functools import lru_cache
from pathlib import Path
from typing import Final, Literal

from matplotlib import get_data_path
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, get_font
from matplotlib.patches import FancyBboxPatch, Rectangle

WIDTH: Final = 1080
"""Pixels; a telephone shows them about a third as large, so letters are 30 pixels or more."""
EDGE: Final = 48
INK: Final = "#14202b"
SOFT: Final = "#41505d"
LINE: Final = "#d5dbe1"
PALE: Final = "#eef1f4"
PAPER: Final = "#ffffff"
GREEN: Final = "#1b7f4b"
BLUE: Final = "#1f5f9e"
AMBER: Final = "#b45f06"
RED: Final = "#b3261e"
_DPI: Final = 100
_FONTS: Final = Path(get_data_path()) / "fonts" / "ttf"
_PLAIN: Final = FontProperties(fname=_FONTS / "DejaVuSans.ttf")
_BOLD: Final = FontProperties(fname=_FONTS / "DejaVuSans-Bold.ttf")
"""By file, of the drawing library: what is installed on the machine makes no difference and nothing is searched."""


class Sheet:
    """One page; ``png`` gives it."""

    def __init__(self, height: int) -> None:
        self._figure = Figure(figsize=(WIDTH / _DPI, height / _DPI), dpi=_DPI, facecolor=PAPER)
        self._axes = self._figure.add_axes((0, 0, 1, 1))
        self._axes.set_xlim(0, WIDTH)
        self._axes.set_ylim(height, 0)
        self._axes.axis("off")

    def text(
        self,
        x: float,
        y: float,
        words: str,
        pixels: float,
        *,
        ink: str = INK,
        bold: bool = False,
        align: Literal["left", "center", "right"] = "left",
    ) -> None:
        """Words whose middle stands at ``y``; dollar signs and the like are never read as formulas."""
        self._axes.text(
            x, y, _drawable(words), fontsize=pixels * 72 / _DPI, color=ink, ha=align, va="center_baseline",
            parse_math=False, fontproperties=_BOLD if bold else _PLAIN,
        )  # fmt: skip

    def bar(self, x: float, y: float, width: float, height: float, ink: str) -> None:
        """A filled rectangle; ``x`` and ``y`` are its upper left corner."""
        self._axes.add_patch(Rectangle((x, y), width, height, facecolor=ink, edgecolor="none"))

    def tile(self, x: float, y: float, width: float, height: float, ink: str) -> None:
        """The same with round corners."""
        style = "round,pad=0,rounding_size=18"
        self._axes.add_patch(FancyBboxPatch((x, y), width, height, boxstyle=style, facecolor=ink, edgecolor="none"))

    def png(self) -> bytes:
        """The picture."""
        picture = io.BytesIO()
        FigureCanvasAgg(self._figure)  # attaches itself: no window, no global state
        self._figure.savefig(picture, format="png", dpi=_DPI)
        return picture.getvalue()


def fitting(name: str, most: int) -> str:
    """At most so many characters."""
    return name if len(name) <= most else name[: most - 1] + "…"


def _drawable(words: str) -> str:
    """With a mark in place of what the font has no sign for, control characters and hidden ones included."""
    known = _signs()
    return "".join(sign if ord(sign) in known and sign.isprintable() else "\ufffd" for sign in words)


@lru_cache(maxsize=1)
def _signs() -> frozenset[int]:
    return frozenset(get_font(_FONTS / "DejaVuSans.ttf").get_charmap())
