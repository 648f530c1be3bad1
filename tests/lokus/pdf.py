"""The words of a PDF as a reader can select them: enough of the format for the papers that Typst makes."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

_OBJECT = re.compile(rb"(\d+) 0 obj\s(.*?)endobj", re.DOTALL)
_STREAM = re.compile(rb"/Length (\d+).*?stream\r?\n", re.DOTALL)
_FONT = re.compile(rb"/(f\d+) [\d.]+ Tf")
_MARK = re.compile(rb"<<.*?>>\s*BDC", re.DOTALL)
"""Says of what follows which language it is, or how it is read out; nothing of it is drawn."""
_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def _inflated(body: bytes) -> bytes:
    found = _STREAM.search(body)
    if found is None:
        return b""
    content = body[found.end() : found.end() + int(found[1])]
    return zlib.decompress(content) if b"/FlateDecode" in body[: found.end()] else content


def _strings(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Where each string stands and its bytes: in brackets, which may be nested, or in hexadecimal."""
    at = 0
    while at < len(content):
        if content[at : at + 1] == b"(":
            begin, depth = at, 0
            while True:
                letter = content[at : at + 1]
                depth += (letter == b"(") - (letter == b")")
                at += 2 if letter == b"\\" else 1
                if depth == 0:
                    break
            yield begin, _unescaped(content[begin + 1 : at - 1])
        elif content[at : at + 1] == b"<" and content[at + 1 : at + 2] != b"<" and content[at - 1 : at] != b"<":
            end = content.index(b">", at)
            yield at, bytes.fromhex(content[at + 1 : end].decode())
            at = end + 1
        else:
            at += 1


def _unescaped(text: bytes) -> bytes:
    def one(found: re.Match[bytes]) -> bytes:
        code = found[1]
        return bytes([int(code, 8)]) if code[:1].isdigit() else _ESCAPES.get(code, code)

    return re.sub(rb"\\([0-7]{1,3}|.)", one, text, flags=re.DOTALL)


def _letters(cmap: bytes) -> dict[int, str]:
    pairs = re.findall(rb"<([0-9A-F]{4})> <([0-9A-F]+)>\n", cmap)
    return {int(glyph, 16): bytes.fromhex(code.decode()).decode("utf-16-be") for glyph, code in pairs}


def text(pdf: bytes) -> str:
    """Everything shown, in the order in which it is drawn; a space after each run."""
    objects = {int(number): body for number, body in _OBJECT.findall(pdf)}
    told: list[str] = []
    for page in objects.values():
        drawn = re.search(rb"/Contents (\d+) 0 R", page)
        if drawn is None:
            continue
        kept = re.search(rb"/Resources (\d+) 0 R", page)
        fonts: dict[bytes, dict[int, str]] = {}
        for name, number in re.findall(rb"/(f\d+) (\d+) 0 R", objects[int(kept[1])] if kept else page):
            cmap = re.search(rb"/ToUnicode (\d+) 0 R", objects[int(number)])
            if cmap is not None:
                fonts[name] = _letters(_inflated(objects[int(cmap[1])]))
        content = _MARK.sub(b"BDC", _inflated(objects[int(drawn[1])]))
        marks: list[tuple[int, str, bytes]] = [(m.start(), "font", m[1]) for m in _FONT.finditer(content)]
        marks += [(m.start(), "end", b"") for m in re.finditer(rb"]TJ|Tj", content)]
        marks += [(at, "string", glyphs) for at, glyphs in _strings(content)]
        letters: dict[int, str] = {}
        for _, what, value in sorted(marks):
            if what == "font":
                letters = fonts[value]
            elif what == "end":
                told.append(" ")
            else:
                told += [letters.get(int.from_bytes(value[i : i + 2]), "?") for i in range(0, len(value), 2)]
    return " ".join("".join(told).split())
