"""The secret words, one for each place where something secret is written, and the search that must not find them."""

from __future__ import annotations

import base64
import html
import json
import quopri
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from urllib.parse import quote, quote_plus

WORDS = {
    # What a lapsus says, field by field.
    "dasar": "Qyzaxu-bimantara-01",
    "kronologi": "Qyzaxu-belerang-02",
    "massa": "Qyzaxu-cempaka-03",
    "tuntutan": "Qyzaxu-delima-04",
    "korban": "Qyzaxu-embun-05",
    "analisa": "Qyzaxu-fajar-06",
    "prediksi": "Qyzaxu-gelatik-07",
    "langkah": "Qyzaxu-halimun-08",
    "saran": "Qyzaxu-intan-09",
    "diubah": "Qyzaxu-jelaga-10",
    "berikut": "Qyzaxu-kemuning-11",
    # What hangs on it.
    "keterangan": "Qyzaxu-lazuardi-12",
    "isi_berkas": "Qyzaxu-merapi-13",
    "nama_berkas": "Qyzaxu-nila-14",
    # What is typed beside it.
    "argumen": "Qyzaxu-oleander-15",
    "di_grup": "Qyzaxu-pandan-16",
    "diucapkan": "Qyzaxu-quarsa-17",
    "waktu": "Qyzaxu-rembulan-18",
    "tempat": "Qyzaxu-saga-19",
    "waktu_lain": "Qyzaxu-tembaga-20",
    "lisan": "Qyzaxu-ungu-21",
    "dicatat": "Qyzaxu-vanili-22",
    "dibatalkan": "Qyzaxu-wijaya-23",
    "disimpan": "Qyzaxu-xenia-24",
    # What the readers give as reasons.
    "alasan_izin": "Qyzaxu-yakut-25",
    "alasan_identitas": "Qyzaxu-zamrud-26",
    "alasan_revisi": "Qyzaxu-arang-27",
    "alasan_tolak": "Qyzaxu-badai-28",
    # Who people are.
    "nama": "Qyzaxu-cakrawala-29",
    "sandi": "Qyzaxu-damar-30",
    "nama_pejabat": "Qyzaxu-elok-31",
    "nomor_telepon": "+62-8999-7766-5544-33",
    "pin": "738205916427",
    # With characters that every escaping writes differently.
    "bertanda": 'Qyzaxu "fitrah" <&> é',
}
"""Each stands at one place only, so that a find says where it came from."""
STEM = "Qyzaxu"
"""With this most of them begin, so that one look tells whether there is anything to look for."""
IDENTITY = frozenset({"nama", "nama_pejabat"})
"""Told by the identity look-up alone."""


def spellings(word: str) -> frozenset[bytes]:
    """The word as programs write it: encodings, escapes, base64 at each of its three offsets, hexadecimal."""
    texts = {word, word.lower(), word.upper(), word.casefold()}
    texts |= {html.escape(word), html.escape(word, quote=False), word.replace("&", "&amp;").replace("<", "&lt;")}
    texts |= {json.dumps(word)[1:-1], json.dumps(word, ensure_ascii=False)[1:-1], repr(word)[1:-1]}
    texts |= {json.dumps(json.dumps(word))[3:-3], quote(word), quote(word, safe=""), quote_plus(word)}
    found = {text.encode(form) for text in texts for form in ("utf-8", "utf-16-le", "utf-16-be")}
    found.add(quopri.encodestring(word.encode()).strip())
    for form in ("utf-8", "utf-16-le", "utf-16-be"):
        data = word.encode(form)
        found |= {data.hex().encode(), data.hex().upper().encode()}
        for offset in range(3):
            # The first and last characters depend on what stands around the word.
            plain = base64.b64encode(b"\0" * offset + data)[(0, 2, 3)[offset] :].rstrip(b"=")[:-1]
            found |= {plain, plain.replace(b"+", b"-").replace(b"/", b"_")}
    return frozenset(found)


_SPELLINGS: dict[str, tuple[bytes, ...]] = {}


def _holds(word: str, raw: bytes, lower: bytes) -> bool:
    if word not in _SPELLINGS:
        _SPELLINGS[word] = tuple(spellings(word))
    return any(form in raw or form in lower for form in _SPELLINGS[word])


def found(data: bytes | str, words: Mapping[str, str] = WORDS) -> set[str]:
    """The names of the words that stand in the data, in whatever spelling."""
    raw = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    lower = raw.lower()
    stem = _holds(STEM, raw, lower)
    return {name for name, word in words.items() if (stem or not word.startswith(STEM)) and _holds(word, raw, lower)}


def in_files(folders: Iterable[Path], words: Mapping[str, str] = WORDS) -> list[str]:
    """Which word stands in which file below the folders, in its content or in its name."""
    hits: list[str] = []
    for path in files(folders):
        hits += [f"{name} in {path.name}" for name in sorted(found(path.read_bytes(), words))]
        hits += [f"{name} in the name {path}" for name in sorted(found(str(path), words))]
    return hits


def files(folders: Iterable[Path]) -> Iterator[Path]:
    """Every file below the folders."""
    for folder in folders:
        yield from (path for path in sorted(folder.rglob("*")) if path.is_file())
