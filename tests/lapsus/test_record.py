"""/catat: the duty officer writes down a lapsus that was told by telephone or in person."""

from __future__ import annotations

import pytest

from domain.roles import Clearance
from simulator.agency import Agency
from tests.dialog.script import Row, newest, play
from tests.lapsus.story import SECRET, chat, newest_case, own

CALLED: tuple[Row, ...] = (
    ("piket", "tulis", "/catat"),
    ("piket", "ketuk", "Elang-07"),
    ("piket", "ketuk", "Telepon"),
)


async def test_the_duty_officer_records_one_and_the_agent_is_told_without_content(desa: Agency) -> None:
    await play(
        desa,
        (
            *CALLED,
            ("piket", "ketuk", "Laporan khusus"),
            ("piket", "lihat", "Dasar"),
            ("piket", "ketuk", "Lewati"),
            ("piket", "tulis", f"Kronologi {SECRET}"),
            *(("piket", "ketuk", "Lewati") for _ in range(8)),
            ("piket", "ketuk", "Kirim"),
            ("piket", "lihat", "Dicatat atas nama Elang-07"),
        ),
    )
    case = await newest_case(desa)
    assert (case.author_id, case.recorded_by is not None) == (1, True)
    assert SECRET not in chat(desa, "piket")
    assert SECRET not in chat(desa, "agen")
    assert f"Kronologi {SECRET}" not in own(desa, "piket")
    assert case.ref in chat(desa, "agen")


class TestNotAllowed:
    @pytest.fixture
    def record(self) -> str:
        return "false"

    async def test_where_the_profile_does_not_allow_it_there_is_no_button(self, desa: Agency) -> None:
        await play(desa, (*CALLED, ("piket", "tanpa", "Laporan khusus")))
        answer = await desa.phone("piket").taps_data(newest(desa.phone("piket")), "c:k:1:t")
        assert "tidak ditemukan" in answer.text.lower()


async def test_without_clearance_there_is_no_button(desa: Agency) -> None:
    def lower(uow: object) -> None:
        piket = uow.people.by_telegram_id(7601)  # type: ignore[attr-defined]
        uow.people.change(piket.id, clearance=Clearance.BIASA)  # type: ignore[attr-defined]

    await desa.app.database.run(lower)
    await play(desa, (*CALLED, ("piket", "tanpa", "Laporan khusus")))


class TestWithoutContent:
    @pytest.fixture
    def content(self) -> str:
        return "tanpa_isi"

    async def test_only_the_call_back_is_arranged(self, desa: Agency) -> None:
        await play(
            desa,
            (
                *CALLED,
                ("piket", "ketuk", "Laporan khusus"),
                ("piket", "lihat", "Kapan?"),
                ("piket", "ketuk", "Secepatnya"),
                ("piket", "lihat", "Dicatat atas nama Elang-07"),
                ("kabid", "lihat", "minta dihubungi"),
            ),
        )
