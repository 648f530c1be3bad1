"""The 50 people: each reads the bot's newest message and does the next thing, whichever bot it is.

Nothing here knows a bot's callback data. A question is known by its first bold words, a button by its label.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, TypeAlias

Scenario: TypeAlias = Literal["guided", "message", "nihil"]
Keyboard: TypeAlias = list[list[dict[str, str]]]
_BOLD = re.compile(r"<b>(.*?)</b>")
_EVENTS = (
    "Kerumunan warga menolak pembangunan tower",
    "Tawuran antarkelompok pemuda",
    "Unjuk rasa sopir angkutan",
    "Banjir merendam permukiman",
    "Perselisihan batas lahan",
    "Pemasangan spanduk tanpa izin",
    "Kelangkaan pupuk bersubsidi",
    "Kebakaran kios pasar",
    "Pengajian akbar lintas desa",
    "Longsor menutup jalan desa",
)
_PLACES = (
    "balai desa",
    "pasar induk",
    "lapangan",
    "simpang tiga",
    "halaman masjid",
    "jembatan lama",
    "kantor kecamatan",
)
_CROWDS = ("warga dan perangkat desa", "kelompok pemuda", "pedagang dan pengelola pasar", "sopir dan petugas dinas")


@dataclass(frozen=True, slots=True)
class Say:
    """Type a text."""

    text: str


@dataclass(frozen=True, slots=True)
class Tap:
    """Press a button of the newest message."""

    data: str


@dataclass(frozen=True, slots=True)
class Done:
    """The receipt is there."""


Step: TypeAlias = Say | Tap | Done


class Stuck(Exception):
    """The bot said something that has no next step; names the message."""


def opening(scenario: Scenario, user: int, report: int) -> Say:
    """How a conversation begins."""
    if scenario != "message":
        return Say("/lapinfo")
    lines = ["Bidang: Sosial Budaya", "Kecamatan: Kajen"]
    titles = {
        "Apa": "Apa",
        "Siapa": "Siapa",
        "Di mana": "Di mana",
        "Kapan": "Kapan",
        "Mengapa": "Mengapa",
        "Bagaimana": "Bagaimana",
    }
    return Say("\n".join([*lines, *(f"{title}: {_typed(key, user, report)}" for title, key in titles.items())]))


def next_step(scenario: Scenario, user: int, report: int, text: str, keyboard: Keyboard) -> Step:
    """What this person does on seeing the message; raises Stuck."""
    found = _BOLD.search(text)
    title = found[1] if found else ""
    if title in {"Laporan diterima", "Nihil diterima"}:
        return Done()
    if title in {"Apa", "Siapa", "Di mana", "Kapan", "Mengapa", "Bagaimana"}:
        return Say(_typed(title, user, report))
    if title in {"Foto", "Pendapat pelapor"}:
        return Tap(_button(keyboard, "Lewati", text))
    if title == "Ringkasan laporan":
        return Tap(_button(keyboard, "Kirim", text))
    if any("Ada kejadian" in button["text"] for row in keyboard for button in row):
        return Tap(_button(keyboard, "Nihil" if scenario == "nihil" else "Ada kejadian", text))
    if title in {"Bidang", "Kecamatan", "Desa/Kelurahan", "Sumber", "Cara memperoleh", "Derajat"}:
        return Tap(keyboard[0][0]["callback_data"])
    raise Stuck(text[:300])


def _button(keyboard: Keyboard, word: str, text: str) -> str:
    for row in keyboard:
        for button in row:
            if word in button["text"]:
                return button["callback_data"]
    raise Stuck(f"no button {word} under: {text[:200]}")


def _typed(title: str, user: int, report: int) -> str:
    event, crowd = _EVENTS[(user * 7 + report) % len(_EVENTS)], _CROWDS[(user + report) % len(_CROWDS)]
    place = _PLACES[(user * 3 + report) % len(_PLACES)]
    match title:
        case "Apa":
            return f"{event} di dekat {place}"
        case "Siapa":
            return f"Sekitar {20 + (user * 13 + report * 5) % 180} orang, {crowd}"
        case "Di mana":
            return f"{place.capitalize()}, RT {1 + user % 9} RW {1 + report % 6}"
        case "Kapan":
            return f"kemarin pukul {8 + user % 10:02d}.{(user * 7 + report) % 60:02d}"
        case "Mengapa":
            return f"Belum ada kesepakatan {crowd} tentang {event.lower()}"
        case "Bagaimana":
            return f"{event} berlangsung tertib. {crowd.capitalize()} berkumpul, lalu bubar setelah ada musyawarah."
        case _:
            raise Stuck(title)
