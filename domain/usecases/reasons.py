"""Reasons for sending back or refusing: the quick ones by code, and which fields a reason is about."""

from __future__ import annotations

from collections.abc import Mapping

from domain.model import Case
from domain.privacy import mask
from domain.usecases.cardview import FIVE_W, REVISE_REASONS

MOST = 1000
"""Characters of a typed reason."""
WORDS: Mapping[str, str] = {
    "kurang": "Data kurang lengkap",
    "waktu": "Waktu atau tempat tidak jelas",
    "foto": "Foto belum ada atau tidak jelas",
    "sumber": "Sumber belum jelas",
    "jumlah": "Pihak, jumlah atau jalannya kejadian belum jelas",
    "ganda": "Sudah dilaporkan dalam laporan lain",
    "hoaks": "Tidak benar setelah diperiksa",
    "bukan": "Bukan bidang tugas kewaspadaan dini",
    "lemah": "Sumber tidak dapat dipertanggungjawabkan",
}
"""What is kept as the reason and told to the author; the buttons are shorter."""
_ABOUT: Mapping[str, tuple[str, ...]] = {
    "kapan": ("kapan", "waktu", "jam ", "pukul", "tanggal", "hari "),
    "dimana": ("di mana", "dimana", "tempat", "lokasi", "alamat"),
    "siapa": ("siapa", "pelaku", "jumlah", "massa", "pihak"),
    "apa": ("apa ", "kejadian apa"),
    "mengapa": ("mengapa", "kenapa", "sebab", "alasan", "latar"),
    "bagaimana": ("bagaimana", "kronologi", "jalannya", "situasi"),
    "foto": ("foto", "gambar", "dokumentasi"),
    "sumber": ("sumber",),
}


def quick_fields(code: str, case: Case) -> tuple[str, ...]:
    """The fields that a quick reason concerns; whatever of 5W1H is missing (all of it when nothing is) for "kurang"."""
    if code != "kurang":
        return REVISE_REASONS[code]
    missing = tuple(key for key in FIVE_W if not case.fields.get(key, "").strip())
    return missing or FIVE_W


def typed_fields(reason: str) -> tuple[str, ...]:
    """The fields that a typed reason names; all of 5W1H when it names none."""
    folded = f"{reason.casefold()} "
    return tuple(key for key, words in _ABOUT.items() if any(word in folded for word in words)) or FIVE_W


def cleaned(text: str) -> str:
    """The typed reason on one line, numbers of persons masked: it goes to the author and onto cards."""
    return mask(" ".join(text.split()))[:MOST]
