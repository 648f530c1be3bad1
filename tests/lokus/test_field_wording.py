"""Every message of the field and of an emergency renders with what it is given, short enough for a telephone."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from bot.clock import PracticeClock
from bot.render import Renderer
from bot.split import plain
from domain.lokus.checklist import KEYS, PAGES
from domain.lokus.model import LEVELS
from domain.profile_loader import load_profile
from domain.sop.loader import SopRegistry
from tests.dialog.conftest import MORNING

AT = MORNING.isoformat()
BEFORE_MIDNIGHT = (MORNING - timedelta(hours=5)).isoformat()
REF = "LO-261120-0001"
FORCES = [{"nama": "Polri", "nomor": "110"}, {"nama": "Layanan darurat", "nomor": "112"}, {"nama": "TNI", "nomor": ""}]
ROLES = ("koordinator", "kasubbid", "kabid", "kepala", "tim")
PLACED: dict[str, Any] = {"titik": [-6.178, 106.63], "titik_pada": AT}
NOWHERE: dict[str, Any] = {"titik": None, "titik_pada": None}
BEFORE: dict[str, Any] = {
    "ref": REF,
    "akhir": None,
    "risiko": None,
    "kurang": [],
    "tiba": None,
    "jarak": None,
    "dekat": False,
    "mulai": None,
    "selesai": None,
    "tingkat": None,
    "tingkat_pada": None,
    "catatan": [],
    "terakhir": None,
    "darurat": None,
}
INSIDE: dict[str, Any] = {
    **BEFORE,
    "risiko": AT,
    "kurang": ["ht", "formulir"],
    "tiba": AT,
    "jarak": 1240,
    "mulai": AT,
    "tingkat": "waspada",
    "tingkat_pada": AT,
    "catatan": [{"jenis": "catatan", "jumlah": 5}, {"jenis": "foto", "jumlah": 1200}],
    "terakhir": AT,
}
ALERT: dict[str, Any] = {
    "ref": REF,
    "alias": "Camar-01",
    "pada": AT,
    "kali": 1,
    "peran": "kabid",
    "lokasi": "Depan Pendopo",
    "kumpul": "Halaman kantor kecamatan",
    "titik_pada": None,
    "terima": [],
    "pasukan": FORCES,
    "terputus": False,
}
REACH = [
    {"alias": f"Camar-0{n}", "peran": role, "keadaan": state, "terima": AT if state == "terima" else None}
    for n, (role, state) in enumerate(zip(ROLES, ("terima", "sampai", "jalan", "putus", "sampai"), strict=True))
]
CALLED: dict[str, list[dict[str, Any]]] = {
    "lapangan/panel": [
        BEFORE,
        {**BEFORE, "risiko": AT, "tiba": AT, "jarak": 40, "dekat": True},
        INSIDE,
        {**INSIDE, "darurat": AT},
        {**INSIDE, "selesai": AT, "akhir": "selesai"},
        *({**BEFORE, "akhir": why} for why in ("diganti", "batal", "usai", "halangan")),
        *({**INSIDE, "akhir": why} for why in ("diganti", "batal", "usai")),
    ],
    "lapangan/risiko": [{"ref": REF, "halaman": key, "nomor": n, "dari": 4} for n, key in enumerate(KEYS, 1)],
    "lapangan/risiko_selesai": [{"ref": REF, "isi": {page.key: list(page.items) for page in PAGES}}],
    "lapangan/tiba": [{"ref": REF, "pada": AT}],
    "lapangan/tiba_lokasi": [
        {"ref": REF, "jarak": metres, "dekat": near} for metres, near in ((None, False), (40, True), (11120, False))
    ],
    "lapangan/tanya_selesai": [{"ref": REF}],
    "lapangan/tanya_akhiri": [{"ref": REF, "belum": names} for names in ([], ["Camar-01", "Camar-02"])],
    "lapangan/aman": [{"ref": REF, "ke": n} for n in (1, 3)],
    "lapangan/hening": [
        {"ref": REF, "alias": "Camar-01", "kali": 2, "ditanya": [AT, AT], "terakhir": last, **place}
        for last in (AT, None)
        for place in (PLACED, NOWHERE)
    ],
    "lapangan/terjawab": [{"ref": REF, "alias": "Camar-01", "pada": AT}],
    "lapangan/tingkat": [
        {"ref": REF, "alias": "Camar-01", "tingkat": level, "pada": AT, **place}
        for level in LEVELS
        for place in (PLACED, NOWHERE)
    ],
    "lapangan/tingkat_dicatat": [{"ref": REF, "tingkat": level} for level in LEVELS],
    "lapangan/dicatat": [
        {"ref": REF, "apa": what, "pada": AT} for what in ("tiba", "mulai", "aman", "selesai", "diakhiri")
    ],
    "darurat/tanya": [{"ref": REF}],
    "darurat/panggilan": [
        ALERT,
        {**ALERT, "kali": 3, "peran": "tim", "titik_pada": AT, "lokasi": None, "kumpul": None},
        {**ALERT, "terputus": True, "titik_pada": BEFORE_MIDNIGHT},
        {**ALERT, "pasukan": [], "terima": [{"alias": "Beo-01", "peran": role, "pada": AT} for role in ROLES]},
    ],
    "darurat/status": [
        {"ref": REF, "pada": AT, "orang": REACH, "ditangani": True, "pasukan": FORCES},
        {"ref": REF, "pada": AT, "orang": [], "ditangani": False, "pasukan": []},
    ],
    "darurat/tanya_aman": [{"ref": REF, "alias": alias} for alias in ("Camar-01", None)],
    "darurat/aman_kembali": [
        {"ref": REF, "alias": "Camar-01", "oleh": by, "sendiri": own, "pada": AT, "sejak": AT}
        for by in (None, "Beo-01")
        for own in (True, False)
    ],
    "darurat/berakhir": [{"ref": REF, "alias": alias, "pada": AT, "sejak": AT} for alias in (None, "Camar-01")],
    "darurat/dari_luar": [{"ref": REF, "pasukan": FORCES}],
    "lapangan/susulan": [{"ref": REF, "pada": AT}],
    "lapangan/ketuk_dulu": [{"ref": REF, "siap": ready} for ready in (True, False)],
    "lapangan/catatan_tetap": [{"ref": REF}],
    "lapangan/papan_ditutup": [{"ref": REF, "di_dalam": inside} for inside in (True, False)],
    "lapangan/dibuka": [
        {"ref": REF, "diam": [{"alias": "Camar-02", "dibuka": opened, "koordinator": not opened}]}
        for opened in (True, False)
    ],
    "lapangan/keluar": [
        {"ref": REF, "alias": "Camar-01", "akses": kept, "di_lapangan": came, "darurat": came, **place}
        for kept, came, place in ((True, False, NOWHERE), (False, True, NOWHERE), (False, True, PLACED))
    ],
    "lapangan/tinggal_diam": [{"ref": REF, "diam": names} for names in ([], ["Camar-02", "Camar-03"])],
    "darurat/tanpa_lokus": [{"pasukan": FORCES}, {"pasukan": []}],
}
PLAIN = {"ref": REF, "pada": AT}
TOASTS = ("dicatat", "tingkat_dicatat", "risiko_dulu", "sudah_usai", "sudah_selesai", "sudah_tiba", "sudah_mulai")
SHORT = ("sudah", "sudah_aman", "sudah_diterima", "diterima", "disampaikan", "tidak_jadi", "dicatat_aman")
MARK = re.compile("[\U0001f000-\U0001faff\u2600-\u26ff\u2705\u2757]")


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    return Renderer(load_profile("tangerang", SopRegistry.load()), PracticeClock(MORNING, frozen=True))


def texts(renderer: Renderer) -> list[tuple[str, str]]:
    names = [name for name in renderer.names() if name.startswith(("lapangan/", "darurat/")) and "/_" not in name]
    assert CALLED.keys() <= set(names)
    return [(name, renderer.text(name, params)) for name in names for params in CALLED.get(name, [PLAIN])]


def test_every_message_renders_short_and_whole(renderer: Renderer) -> None:
    for name, html in texts(renderer):
        text = plain(html)
        assert text, name
        assert "None" not in text, (name, text)
        assert not re.search(r"  |\n\n\n| [,.;:)](?:\s|$)|\.\.$|\( ", text), (name, text)
        assert len(text) <= 800, (name, len(text))
        assert len(MARK.findall(text)) <= 1, (name, text)


def test_toasts_fit(renderer: Renderer) -> None:
    for name, html in texts(renderer):
        area, _, key = name.partition("/")
        if key in (TOASTS if area == "lapangan" else SHORT):
            assert len(plain(html)) <= 200, name


def test_every_item_of_the_checklist_has_a_button_either_way(renderer: Renderer) -> None:
    for page in PAGES:
        for item in page.items:
            for state in ("item", "pilih"):
                assert len(renderer.label(f"lapangan.{state}_{item}", {})) <= 20


if __name__ == "__main__":
    for title, words in texts(
        Renderer(load_profile("tangerang", SopRegistry.load()), PracticeClock(MORNING, frozen=True))
    ):
        print(f"--- {title}\n{plain(words)}")
