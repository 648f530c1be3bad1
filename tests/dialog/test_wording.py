"""Every message of the agent's conversation renders with what it is given, and fits a telephone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest

from bot.clock import PracticeClock
from bot.render import Renderer
from bot.split import plain
from domain.forms.questions import ORDER
from domain.profile_loader import load_profile
from domain.sop.loader import SopRegistry
from tests.dialog.conftest import MORNING

AT = MORNING.isoformat()
NOTES: list[dict[str, Any]] = [
    {"jenis": "pendapat", "kutipan": "sepertinya"},
    {"jenis": "pribadi"},
    {"jenis": "tidak_terbaca"},
    {"jenis": "gunakan_tombol"},
    {"jenis": "lokasi_disimpan"},
    {"jenis": "suntingan", "kunci": "apa"},
    {"jenis": "suntingan_tidak_terbaca"},
    {"jenis": "zona", "waktu": AT},
    {"jenis": "terbaca", "kolom": list(ORDER)},
    {"jenis": "draf_disimpan"},
    *(
        {"jenis": "berkas", "rupa": kind, "jumlah": n}
        for kind in ("photo", "voice", "audio", "video", "document")
        for n in (1, 3)
    ),
    {"jenis": "kosong", "kunci": "apa"},
    {"jenis": "pilih_tombol", "kunci": "apa"},
    {"jenis": "kirim_foto"},
    {"jenis": "kirim_foto", "wajib": True},
    *({"jenis": "waktu_rencana", "sebab": why} for why in ("lewat", "belum_jelas")),
    *({"jenis": "waktu_mustahil", "alasan": why, "teks": "31 Feb", "zona": "WIB"} for why in ("date", "time", "zone")),
]
ASKED: dict[str, Any] = {
    "kunci": "apa",
    "nomor": 1,
    "jumlah": 13,
    "sisa": 0,
    "nilai": None,
    "catatan": [],
    "foto": 0,
    "alasan": None,
    "wajib": True,
    "kecamatan": "Kajen",
}
LINE = {"kunci": "apa", "nilai": "Kebakaran", "kosong": False, "dugaan": True, "jumlah": None, "waktu": None}
SUMMARY: dict[str, Any] = {
    "baris": [
        LINE,
        {**LINE, "kunci": "kapan", "waktu": AT},
        {**LINE, "kunci": "foto", "jumlah": 2},
        {**LINE, "kunci": "siapa", "kosong": True, "nilai": ""},
    ],
    "kurang": ["siapa", "suara"],
    "catatan": NOTES,
    "pribadi": 1,
    "suara": 1,
    "berkas": 1,
    "alasan": "Kurang jelas",
    "keterangan": "dari depan",
    "titik": "-6.9, 109.6",
}
NIHIL: dict[str, Any] = {
    "ref": ["LI-261120-0001"],
    "kecamatan": ["Kajen"],
    "sisa": ["Doro"],
    "diterima": AT,
    "tepat": "on_time",
    "dapat_diubah": True,
    "batas": "05.30",
    "atas_nama": "Elang-07",
    "wilayah": "Kabupaten Pekalongan",
    "draf": True,
}
RECEIPT: dict[str, Any] = {
    "ref": "LI-261120-0001",
    "diterima": AT,
    "tepat": "late",
    "berita": "submitted",
    "versi": 1,
    "menunggu": "Verifikator",
    "batas": AT,
    "lisan": True,
    "menggantikan": True,
    "atas_nama": "Elang-07",
}
REPORT: dict[str, Any] = {
    "ref": "LI-261120-0001",
    "status": "submitted",
    "nihil": False,
    "tepat": "late",
    "perihal": "Kebakaran",
    "rahasia": False,
    "dibaca": [],
    "kecamatan": "Kajen",
    "menunggu": "Verifikator",
    "batas": AT,
    "diterima": AT,
}
STATUSES = (
    "submitted",
    "revision",
    "verified",
    "approved",
    "published",
    "handling",
    "closed",
    "archived",
    "rejected",
    "cancelled",
)
CALLED: dict[str, list[Mapping[str, Any]]] = {
    "isian/berkas_terlalu_besar": [{"ukuran_mb": 25, "ada_isian": True}, {"ukuran_mb": 25, "ada_isian": False}],
    "isian/daftar_draf": [
        {"draf": []},
        {
            "draf": [
                {
                    "rahasia": secret,
                    "apa": apa,
                    "bidang": None,
                    "kecamatan": "Kajen",
                    "pada": AT,
                    "ref": ref,
                    "lisan": voice,
                    "foto": photos,
                    "sampai": AT,
                }
                for apa, ref, voice, photos, secret in (
                    ("Kebakaran", None, False, 0, False),
                    ("", "LI-261120-0001", True, 0, False),
                    ("", None, False, 2, False),
                    ("", None, False, 0, True),
                )
            ]
        },
    ],
    "isian/dibatalkan": [{"sampai": AT}],
    "isian/ingatkan": [{"apa": "Kebakaran", "sampai": AT}, {"apa": None, "sampai": None}],
    "isian/kedaluwarsa": [{"apa": "Kebakaran", "perintah": "lapinfo"}, {"apa": None, "perintah": "menu"}],
    "isian/kosong": [{"kunci": "apa"}],
    "isian/waktu_rencana": [{"sebab": why} for why in ("lewat", "belum_jelas", "akhir")],
    "isian/pilih_tombol": [{"kunci": "bidang"}],
    "isian/ringkasan": [
        SUMMARY,
        {
            **SUMMARY,
            "kurang": [],
            "catatan": [],
            "pribadi": 0,
            "suara": 0,
            "berkas": 0,
            "alasan": None,
            "keterangan": None,
            "titik": None,
        },
    ],
    "isian/sudah_terkirim": [{"ref": "LI-261120-0001"}, {"ref": None}],
    "isian/tanya": [
        *({**ASKED, "kunci": key} for key in ORDER),
        {**ASKED, "nomor": None, "sisa": 3, "nilai": "Kebakaran", "alasan": "Kurang jelas"},
        {**ASKED, "kunci": "foto", "foto": 2},
        {**ASKED, "nomor": None, "catatan": NOTES},
    ],
    "isian/tersimpan": [{"sampai": AT}, {"sampai": None}],
    "isian/wajib": [{"kunci": "apa"}],
    "isian/waktu_mustahil": [{"alasan": why, "teks": "31 Feb", "zona": "WIB"} for why in ("date", "time", "zone")],
    "laporan/dicatat_untuk_anda": [
        {"ref": ["LI-261120-0001"], "oleh": "Kenari-05", "nihil": nihil, "diterima": AT, "cara": cara}
        for nihil in (True, False)
        for cara in ("Telepon", None)
    ],
    "laporan/foto_susulan": [{"ref": "LI-261120-0001"}],
    "laporan/nihil": [
        NIHIL,
        {
            **NIHIL,
            "kecamatan": [],
            "sisa": [],
            "tepat": "not_applicable",
            "dapat_diubah": False,
            "batas": None,
            "atas_nama": None,
            "draf": False,
        },
    ],
    "laporan/nihil_dibatalkan": [{"ref": ["LI-261120-0001"]}],
    "laporan/nihil_lewat_waktu": [{"ref": "LI-261120-0001", "batas": AT}, {"ref": "LI-261120-0001", "batas": None}],
    "laporan/nihil_sudah_batal": [{"ref": "LI-261120-0001"}],
    "laporan/pilih": [
        {"kecamatan": ["Kajen"], "batas": "05.30", "sudah": [], "semua": False, "draf": True},
        {"kecamatan": [], "batas": None, "sudah": ["LI-261120-0001"], "semua": True, "draf": False},
    ],
    "laporan/revisi": [
        {
            "ref": "LI-261120-0001",
            "oleh": "Verifikator",
            "alasan": "Kurang jelas",
            "kolom": ["apa", "foto"],
            "batas": AT,
            "langsung": "apa",
        },
        {
            "ref": "LI-261120-0001",
            "oleh": "Verifikator",
            "alasan": "Kurang jelas",
            "kolom": [],
            "batas": None,
            "langsung": None,
        },
    ],
    "laporan/status": [
        {"laporan": []},
        {"laporan": [{**REPORT, "status": status, "nihil": nihil} for status in STATUSES for nihil in (True, False)]},
        {"laporan": [{**REPORT, "perihal": "", "menunggu": None, "batas": None}]},
        {
            "laporan": [
                {
                    **REPORT,
                    "ref": "LK-261120-0001",
                    "perihal": "",
                    "kecamatan": None,
                    "rahasia": True,
                    "dibaca": [{"peran": "Kepala Bidang", "pada": AT}],
                }
            ]
        },
    ],
    "laporan/sudah_kejadian": [{"ref": "LI-261120-0001", "pada": AT, "pagi": pagi} for pagi in (True, False)],
    "laporan/sudah_nihil": [{"ref": "LI-261120-0001", "pada": AT, "pagi": pagi} for pagi in (True, False)],
    "laporan/suntingan_ditolak": [{"ref": "LI-261120-0001", "status": status} for status in STATUSES],
    "laporan/suntingan_tidak_terbaca": [{"ref": "LI-261120-0001"}],
    "laporan/tanda_terima": [
        RECEIPT,
        {
            **RECEIPT,
            "berita": "resubmitted",
            "versi": 2,
            "menunggu": None,
            "lisan": False,
            "menggantikan": False,
            "atas_nama": None,
            "tepat": "not_applicable",
        },
    ],
    "isian/tidak_jelas": [
        {"sapaan": None, "benda": None},
        {"sapaan": "Elang-07", "benda": None},
        {"sapaan": None, "benda": "sticker"},
    ],
    "laporan/versi_baru": [{"ref": "LI-261120-0001", "versi": 2}],
    "catat/jenis": [{"alias": "Elang-07", "saluran": "Telepon"}],
    "catat/pelapor": [
        {"jumlah": n, "dicari": word, "cocok": word is None} for n in (0, 3, 40) for word in (None, "doro")
    ],
    "catat/saluran": [{"alias": "Elang-07"}],
    "galat/belum_lengkap": [{"kurang": [*ORDER, "suara"], "ref": ref} for ref in (None, "LI-261120-0001")],
}
AREAS = ("isian/", "laporan/", "catat/")


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    return Renderer(load_profile("pekalongan", SopRegistry.load()), PracticeClock(MORNING, frozen=True))


def test_every_message_of_the_conversation_is_tried_here(renderer: Renderer) -> None:
    shipped = {name for name in renderer.names() if name.startswith(AREAS) and "/_" not in name}
    untried = {name for name in shipped - CALLED.keys() if renderer.parameters(name)}
    assert untried == set()
    assert {name for name in CALLED if name.startswith(AREAS)} <= shipped


def test_every_message_renders_with_what_it_is_given(renderer: Renderer) -> None:
    for name in (name for name in renderer.names() if name.startswith(AREAS) and "/_" not in name):
        for params in CALLED.get(name, [{}]):
            text = plain(renderer.text(name, params))
            assert text, name
            assert "None" not in text, (name, text)
            assert not re.search(r"  |\n\n\n| [,.;:](?:\s|$)|\.\.$", text.replace("    terakhir", "")), (name, text)


def test_short_answers_fit_a_toast(renderer: Renderer) -> None:
    """An alert holds 200 characters."""
    for name in (
        "sudah_terkirim",
        "pertanyaan_lewat",
        "tidak_aktif",
        "sudah_dibatalkan",
        "kedaluwarsa_ketuk",
        "tidak_ada",
        "wajib",
    ):
        for params in CALLED.get(f"isian/{name}", [{}]):
            assert len(plain(renderer.text(f"isian/{name}", params))) <= 200


def test_every_question_is_short_and_named_first(renderer: Renderer) -> None:
    for key in ORDER:
        text = renderer.text("isian/tanya", {**ASKED, "kunci": key})
        assert text.startswith("<b>"), key
        assert len(plain(text)) <= 180, key


def test_what_is_missing_is_named(renderer: Renderer) -> None:
    text = plain(renderer.text("galat/belum_lengkap", {"kurang": ["dimana", "suara"], "ref": None}))
    assert text == "Laporan belum lengkap. Mohon isi: Di mana, Rekaman suara."
