"""What the papers of a lokus are made of, as the use cases give it; tests change what they are about."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping
from typing import Any

from PIL import Image

from bot.documents import MAKERS
from domain.profile import Profile
from tests.lokus.pdf import text

BEGINS, ENDS = "2026-11-21T15:00:00+00:00", "2026-11-21T20:00:00+00:00"
"""Saturday 22.00 to Sunday 03.00 WIB: past midnight."""
LETTER: dict[str, Any] = {
    "ref": "LO-261121-0001",
    "pimpinan": "Wali Kota",
    "edisi": 1,
    "sandi": True,
    "tugas": "Unjuk rasa buruh",
    "tempat": "Depan Pendopo",
    "kecamatan": "Cipondoh",
    "kumpul": "Halaman kantor kecamatan",
    "mulai": BEGINS,
    "selesai": ENDS,
    "catatan": None,
    "pejabat": "Kepala Badan",
    "nama_pejabat": None,
    "surat": [
        {
            "nomor": "200.1.3.1/007/SPT/XI/2026",
            "sandi": "Camar-01",
            "jabatan": "Anggota Mitigasi",
            "tanggal": "2026-11-20T22:00:00+00:00",
        }
    ],
}
REPORT: dict[str, Any] = {
    "ref": "LO-261121-0001",
    "agenda": "0001",
    "sandi": True,
    "pimpinan": "Wali Kota",
    "sifat": "Terbatas",
    "kecamatan": "Cipondoh",
    "tempat": "Depan Pendopo",
    "mulai": BEGINS,
    "selesai": ENDS,
    "isi": {"apa": "Unjuk rasa buruh", "bagaimana": "22.05 WIB Camar-01: massa berkumpul\n22.20 WIB Camar-02: orasi"},
    "foto": [],
    "tim": [{"sandi": "Camar-09", "jabatan": "Koordinator Lapangan", "pada": None}],
    "tanggal": "2026-11-22T02:00:00+00:00",
    "jalan": [{"peran": "Kepala Subbidang", "tindakan": "accepted", "pada": "2026-11-22T01:00:00+00:00"}],
    "pejabat": "Kepala Badan",
}
RECORD: dict[str, Any] = {
    "ref": "LO-261121-0001",
    "nomor": "200.1.3.1/001/BA/XI/2026",
    "pada": "2026-11-21T17:10:00+00:00",
    "tempat": "Depan Pendopo",
    "kecamatan": "Cipondoh",
    "pihak": ["Perwakilan buruh", "Kepala Badan"],
    "pokok": "Pokok satu\nPokok dua",
    "saksi": ["Camat Cipondoh"],
}


def words(office: Profile, paper: str, params: Mapping[str, Any]) -> str:
    """What a reader of the paper can select."""
    return text(MAKERS[paper](office, params))


def bare(told: str) -> str:
    """Without the feet of the pages, blank space and the places where a long word may end."""
    return "".join(re.sub(r"LO-\d+-\d+ Halaman \d+ dari \d+", "", told).replace("\u200b", "").split())


def shot(number: int, **more: Any) -> dict[str, Any]:
    """One chosen photo."""
    return {"id": number, "pada": BEGINS, "oleh": f"Camar-{number:02d}", "keterangan": f"Spanduk {number}", **more}


def picture(kind: str = "JPEG", size: tuple[int, int] = (1280, 960), mode: str = "RGB") -> bytes:
    """A noisy photo, so that it weighs what a real one does; a JPEG says where and with what it was taken."""
    image = Image.effect_noise(size, 40).convert(mode)
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "Kamera Latihan", 6  # lies on its side
    exif.get_ifd(0x8825)[2] = (6.0, 53.0, 30.0)
    out = io.BytesIO()
    image.save(out, kind, **({"exif": exif} if kind == "JPEG" else {}))
    return out.getvalue()


def reading(content: bytes) -> Callable[[], bytes]:
    """As the sender hands a picture to the paper."""
    return lambda: content
