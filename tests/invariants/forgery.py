"""Callback data as a modified client could send it: every prefix there is, with other people's ids and with rubbish."""

from __future__ import annotations

from hypothesis import strategies as st

from handlers.router import TAPS

WORDS = {
    "f": ("p", "l", "d", "n", "k", "u", "s", "b", "go", "ok", "c", "x", "zz"),
    "v": ("s", "n", "r", "d", "t", "tq", "rq", "b", "a", "f", "k", "g", "i", "q", "y", "ya", "no", "zz"),
    "lihat": ("b", "f", "n"),
    "l": ("k", "n", "b", "u", "g", "go", "x"),
    "n": ("k", "b", "u", "x"),
    "c": ("g", "h", "k", "s"),
    "m": ("lapinfo", "nihil", "pengguna", "undang", "status", "draf", "catat", "zz"),
    "p": ("i", "c", "cy", "r", "ry", "w", "wy", "n", "a", "ay", "h", "hy", "l", "zz"),
    "u": ("r", "w", "k", "n", "ok", "b", "x", "zz"),
}
KEYS = (
    "bidang",
    "kecamatan",
    "desa",
    "sumber",
    "apa",
    "siapa",
    "dimana",
    "kapan",
    "foto",
    "derajat",
    "perihal",
    "original",
)
STEPS = ("verifikasi", "persetujuan", "lapor", "kepala", "publikasi", "zz")
ODD = (
    "",
    "0",
    "-1",
    "+1",
    " 1",
    "1_0",
    "٣",
    "²",
    "1e3",
    "0x1",
    "999999999999999999999",
    "B2",
    "F6",
    "A9",
    "hoaks",
    "ganda",
    "\u202e",
    "é",
    "'",
    "%s",
    "None",
    "true",
)

numbers = st.integers(0, 14).map(str)
parts = st.one_of(
    numbers, numbers, st.sampled_from(KEYS), st.sampled_from(STEPS), st.sampled_from(ODD), st.text(max_size=5)
)


def _short(data: str) -> str:
    """At most 64 bytes, as Telegram's own clients keep to; never empty."""
    return data.encode("utf-8", "ignore")[:64].decode("utf-8", "ignore") or "x"


@st.composite
def _shaped(draw: st.DrawFn) -> str:
    prefix = draw(st.sampled_from(sorted(TAPS)))
    word = st.sampled_from(WORDS.get(prefix, ("x",)))
    tail = draw(st.lists(parts, max_size=5))
    front = [draw(numbers), draw(word)] if draw(st.booleans()) else [draw(word), draw(numbers)]
    if prefix == "v" and draw(st.booleans()):
        tail = [draw(st.sampled_from(("1", "2"))), draw(st.sampled_from(STEPS)), *tail]
    return _short(":".join([prefix, *front, *tail]))


callbacks = st.one_of(_shaped(), _shaped(), _shaped(), st.text(min_size=1, max_size=12).map(_short))
"""Anything a client may send."""
