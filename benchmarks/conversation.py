"""The conversation that the two peers hold: the same questions, words and buttons that Kentongan shows.

Both peers keep answers in a dict of the person, so what differs between them is their library alone.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from html import escape
from itertools import count
from typing import Final, TypeAlias

from domain.profile_loader import PROFILES

Rows: TypeAlias = list[list[tuple[str, str]]]
"""Buttons: label and callback data."""

_PROFILE: Final = tomllib.loads((PROFILES / "pekalongan.toml").read_text(encoding="utf-8"))
KECAMATAN: Final = [entry["name"] for entry in _PROFILE["kecamatan"]]
DESA: Final = {entry["name"]: entry["desa"] for entry in _PROFILE["kecamatan"]}
ORDER: Final = (
    "bidang",
    "kecamatan",
    "desa",
    "sumber",
    "cara",
    "apa",
    "siapa",
    "dimana",
    "kapan",
    "mengapa",
    "bagaimana",
    "foto",
    "pendapat",
    "derajat",
)
CHOICES: Final = ("bidang", "kecamatan", "desa", "sumber", "cara", "foto", "pendapat", "derajat")
NAMES: Final = {
    "bidang": "Bidang",
    "kecamatan": "Kecamatan",
    "desa": "Desa/Kelurahan",
    "sumber": "Sumber",
    "cara": "Cara memperoleh",
    "apa": "Apa",
    "siapa": "Siapa",
    "dimana": "Di mana",
    "kapan": "Kapan",
    "mengapa": "Mengapa",
    "bagaimana": "Bagaimana",
    "foto": "Foto",
    "pendapat": "Pendapat pelapor",
    "derajat": "Derajat",
}
ASKS: Final = {
    "bidang": "Kejadian ini termasuk bidang apa?",
    "kecamatan": "Di kecamatan mana kejadiannya?",
    "desa": "Di desa atau kelurahan mana? Boleh diketik.",
    "sumber": "Dari unsur mana informasi ini?",
    "cara": "Bagaimana informasi ini diperoleh?",
    "apa": "Apa yang terjadi? Satu kejadian saja, singkat.",
    "siapa": "Kelompok atau pihak mana yang terlibat, kira-kira berapa orang? Cukup kelompok dan peran; nama dan nomor "
    "pribadi tidak diperlukan.",
    "dimana": "Di mana tepatnya? Ketik tempatnya, atau kirim lokasi lewat tombol 📎.",
    "kapan": "Kapan terjadi? Contoh: hari ini pukul 04.15.",
    "mengapa": "Mengapa terjadi? Sebab atau tuntutannya, bila diketahui.",
    "bagaimana": "Bagaimana jalannya dan keadaan sekarang? Fakta saja.",
    "foto": "Silakan kirim foto kejadian, boleh beberapa sekaligus.",
    "pendapat": "Bila ada, tulis pendapat atau saran Bapak/Ibu. Bagian ini dipisah dari fakta.",
    "derajat": "Seberapa mendesak laporan ini?",
}
OPENING: Final = "<b>Laporan pagi</b>\n\nBatas 05.30 WIB. Adakah kejadian menonjol di wilayah Bapak/Ibu?"
OPENING_ROWS: Final[Rows] = [[("🟢 Nihil", "nihil"), ("📝 Ada kejadian", "ada")]]
_END: Final[Rows] = [[("Simpan draf", "simpan"), ("Batal", "batal")]]
_numbers = count(1)


def question(key: str) -> str:
    """The words of a question."""
    return f"<b>{NAMES[key]}</b> ({ORDER.index(key) + 1}/{len(ORDER)})\n\n{ASKS[key]}"


def rows(key: str, answers: Mapping[str, str]) -> Rows:
    """The buttons of a question."""
    names = options(key, answers)
    width = 1 if key in {"derajat", "cara"} else 2
    buttons = [(name, f"{key}:{number}") for number, name in enumerate(names)]
    first = [("Kembali", "kembali")]
    if key in {"desa", "sumber", "cara", "foto", "pendapat", "derajat"}:
        first.append(("Lewati", f"{key}:-1"))
    now: Rows = [[("Baru saja", "sekarang")]] if key == "kapan" else []
    return [*now, *(buttons[i : i + width] for i in range(0, len(buttons), width)), first, *_END]


def options(key: str, answers: Mapping[str, str]) -> list[str]:
    """What may be tapped."""
    match key:
        case "bidang":
            return list(_PROFILE["bidang"])
        case "kecamatan":
            return KECAMATAN
        case "desa":
            return list(DESA[answers["kecamatan"]])
        case "sumber":
            return list(_PROFILE["sources"])
        case "cara":
            return list(_PROFILE["means"])
        case "derajat":
            return ["Biasa", "Segera", "Sangat Segera"]
        case _:
            return []


def chosen(data: str, answers: dict[str, str]) -> None:
    """Put a tapped option into the answers; a skipped question leaves none."""
    key, number = data.split(":")
    if int(number) >= 0:
        answers[key] = options(key, answers)[int(number)]


def following(key: str) -> str | None:
    """The next question, or None for the summary."""
    place = ORDER.index(key) + 1
    return ORDER[place] if place < len(ORDER) else None


def summary(answers: Mapping[str, str]) -> str:
    """The summary before *Kirim*."""
    lines = [f"<b>{NAMES[key]}</b>: {escape(answers[key])}" for key in ORDER if key in answers]
    return "\n".join(["<b>Ringkasan laporan</b>", "", *lines, "", "Periksa sebentar, lalu ketuk <b>Kirim</b>."])


def summary_rows() -> Rows:
    """*Kirim*, *Ubah* for each field, and the way out."""
    edits = [(f"Ubah {NAMES[key]}", f"ubah:{key}") for key in ORDER]
    return [[("✅ Kirim", "kirim")], *(edits[i : i + 2] for i in range(0, len(edits), 2)), *_END]


def reference() -> str:
    """The next number."""
    return f"LI-261120-{next(_numbers):04d}"


def receipt(ref: str) -> str:
    """What the agent sees after *Kirim*."""
    return (
        f"<b>Laporan diterima</b> · {ref}\n\nDiterima Jumat, 20 November 2026 pukul 05.12 WIB.\n"
        "Menunggu Verifikator, paling lambat 06.12 WIB.\n\nTerima kasih. Perkembangan: /status"
    )


def card(ref: str, answers: Mapping[str, str]) -> str:
    """What the verifiers see in their group."""
    lines = [f"<b>{NAMES[key]}</b>: {escape(answers[key])}" for key in ORDER if key in answers]
    return "\n".join([f"<b>{ref}</b> · menunggu verifikasi", "", *lines])


def card_rows(ref: str) -> Rows:
    """The card's buttons."""
    return [[("✅ Setujui", f"v:{ref}:a"), ("↩️ Revisi", f"v:{ref}:r"), ("Tolak", f"v:{ref}:t")]]
