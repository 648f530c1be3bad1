"""The recap's picture keeps within what Telegram leaves unscaled, and drops only what tells nothing."""

from __future__ import annotations

import io

from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from bot.documents import recap_picture
from domain.notices import Json
from domain.profile_loader import load_profile
from domain.sop.loader import SopRegistry

PROFILE = load_profile("pekalongan", SopRegistry.load())
ROW = st.tuples(st.sampled_from(PROFILE.regions), st.integers(0, 5), st.just(5), st.integers(0, 1), st.integers(0, 2))


def drawn(rows: list[Json], bidang: int = 7) -> tuple[int, int]:
    params = {
        "sampai": "2026-11-19T23:00:00+00:00", "hari": "2026-11-20", "hingga": None, "ref": "RK-261120", "apel": True,
        "jumlah": [9, 8, 7, 6], "persen": 80, "kejadian": 14, "sangat_segera": 1, "per_hari": None,
        "bidang": [[name, 2] for name in PROFILE.bidang[:bidang]], "kecamatan": rows,
    }  # fmt: skip
    return Image.open(io.BytesIO(recap_picture.make(PROFILE, params))).size


def test_many_kecamatan_stay_within_what_telegram_leaves_as_it_is() -> None:
    rows: list[Json] = [[name, 5, 5, 0, 1] for name in PROFILE.regions]
    assert drawn(rows)[0] == 1080
    assert drawn(rows)[1] <= 1280
    assert drawn(rows, bidang=1)[1] <= 1280
    assert drawn(rows[:2], bidang=1)[1] < drawn(rows, bidang=1)[1]


@given(st.lists(ROW, max_size=40, unique_by=lambda row: row[0]), st.integers(2, 12))
def test_what_is_missing_late_or_told_is_never_dropped_for_what_is_not(rows: list[Json], lines: int) -> None:
    shown, rest = recap_picture._shown(rows, lines)
    dropped = [row for row in rows if row not in shown]
    assert [row for row in rows if row in shown] == list(shown)
    assert bool(dropped) == bool(rest)
    assert len(shown) <= 2 * (lines if not rest else lines - 1)

    def notable(row: Json) -> bool:
        return bool(row[1] < row[2] or row[3] or row[4])

    if any(notable(row) for row in dropped):
        assert all(notable(row) for row in shown)
        assert "Daftar lengkap" in rest
