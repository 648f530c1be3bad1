"""A call or a meeting instead of a written word: few taps on both sides, no content anywhere."""

from __future__ import annotations

import pytest

from simulator.agency import Agency
from tests.dialog.script import labels, newest, play
from tests.lapsus.story import SECRET, actions, case_of, chat, newest_case, own


@pytest.fixture
def content() -> str:
    return "tanpa_isi"


CALL = (
    ("agen", "tulis", "/lapsus"),
    ("agen", "ketuk", "Minta dihubungi"),
    ("agen", "lihat", "Kapan?"),
    ("agen", "ketuk", "Secepatnya"),
    ("agen", "lihat", "Laporan khusus diterima"),
    ("agen", "lihat", "Kepala Bidang diberi tahu untuk menghubungi Bapak/Ibu: secepatnya"),
)
VISIT = (
    ("agen", "tulis", "/lapsus"),
    ("agen", "ketuk", "Menghadap langsung"),
    ("agen", "ketuk", "1 jam lagi"),
    ("agen", "lihat", "Di mana?"),
    ("agen", "ketuk", "Kantor Kesatuan Bangsa"),
    ("agen", "lihat", "Usulan menghadap: pukul 05.55 WIB, Kantor Kesatuan Bangsa dan Politik, Kajen"),
)


async def test_a_call_is_asked_for_in_two_taps_and_taken_in_one(desa: Agency) -> None:
    await play(
        desa,
        (
            *CALL,
            ("kabid", "lihat", "minta dihubungi"),
            ("kabid", "lihat", "Elang-07"),
            ("kabid", "ketuk", "Ambil"),
            ("agen", "lihat", "Kepala Bidang akan menghubungi Bapak/Ibu: secepatnya"),
            ("agen", "tidak", "Kutilang"),
            ("kabid", "lihat", "Disepakati: secepatnya"),
            ("kabid", "ketuk", "Sudah dilaksanakan"),
            ("agen", "lihat", "disetujui"),
        ),
    )
    case = await desa.app.database.run(lambda uow: uow.cases.get(1))
    assert case is not None
    assert (case.step, case.status) == ("persetujuan", "verified")
    assert own(desa, "agen") == []
    assert set(case.fields) == {"cara_lapor", "derajat", "waktu_usulan"}


async def test_the_leadership_gets_what_was_told_by_word_of_mouth(desa: Agency) -> None:
    await play(
        desa,
        (
            *CALL,
            ("kabid", "ketuk", "Ambil"),
            ("kabid", "ketuk", "Sudah dilaksanakan"),
        ),
    )
    case = await newest_case(desa)
    assert case.step == "persetujuan"
    assert "Ambil" not in " ".join(labels(desa.phone("kepala")))


async def test_a_meeting_is_proposed_countered_and_agreed_by_one_tap_each(desa: Agency) -> None:
    await play(
        desa,
        (
            *VISIT,
            ("kabid", "lihat", "ingin menghadap"),
            ("kabid", "tombol", "Setuju waktu"),
            ("kabid", "ketuk", "Usulkan waktu lain"),
            ("kabid", "ketuk", "2 jam lagi"),
            ("kabid", "lihat", "Menunggu jawabannya"),
            (
                "agen",
                "lihat",
                "Kepala Bidang mengusulkan: pukul 06.55 WIB, Kantor Kesatuan Bangsa dan Politik, Kajen. Setuju?",
            ),
            ("agen", "ketuk", "Usulkan waktu lain"),
            ("agen", "ketuk", "Ketik waktu"),
            ("agen", "balas", "Balas pesan ini > besok pukul 08.00"),
            ("kabid", "lihat", "besok pukul 08.00"),
            ("kabid", "ketuk", "Setuju waktu"),
            ("agen", "lihat", "Disepakati dengan Kepala Bidang: besok pukul 08.00"),
        ),
    )
    assert own(desa, "agen") == []
    assert "Balas pesan ini" not in chat(desa, "agen")


async def test_a_typed_time_and_place_are_sent_at_once_and_deleted(desa: Agency) -> None:
    await play(
        desa,
        (
            ("agen", "tulis", "/lapsus"),
            ("agen", "ketuk", "Menghadap langsung"),
            ("agen", "tulis", f"{SECRET} " * 10),
            ("agen", "lihat", "Terlalu panjang"),
            ("agen", "tulis", "31 Feb pukul 08.00"),
            ("agen", "lihat", "tidak ada di kalender"),
            ("agen", "tulis", "besok pukul 08.00"),
            ("agen", "tulis", "Pos kamling Doro"),
            ("agen", "lihat", "besok pukul 08.00, Pos kamling Doro"),
        ),
    )
    assert own(desa, "agen") == []
    assert SECRET not in chat(desa, "agen")


async def test_files_have_no_place_in_an_arrangement(desa: Agency) -> None:
    await play(
        desa,
        (
            ("agen", "tulis", "/lapsus"),
            ("agen", "ketuk", "Minta dihubungi"),
            ("agen", "foto", SECRET),
            ("agen", "lihat", "Berkas tidak diterima"),
            ("agen", "ketuk", "Batal"),
            ("agen", "lihat", "tidak dapat dikembalikan"),
        ),
    )
    assert own(desa, "agen") == []


async def test_an_old_button_is_refused_and_two_who_tap_at_once_agree_once(desa: Agency) -> None:
    await play(desa, VISIT)
    case = await newest_case(desa)
    old = f"ls:y:{case.id}:0"
    await play(desa, (("kabid", "ketuk", "Setuju waktu"),))
    answer = await desa.phone("kabid").taps_data(newest(desa.phone("kabid")), old)
    await desa.quiet()
    assert (await actions(desa, case)).count("arranged") == 1
    assert "sudah berubah" in answer.text


async def test_the_author_cannot_say_that_it_was_held(desa: Agency) -> None:
    await play(desa, CALL)
    assert "Sudah dilaksanakan" not in " ".join(labels(desa.phone("agen")))


class TestWhereContentMayBeWritten:
    @pytest.fixture
    def content(self) -> str:
        return "isi"

    async def test_the_official_may_write_down_what_was_told(self, desa: Agency) -> None:
        await play(
            desa,
            (
                *CALL,
                ("kabid", "ketuk", "Ambil"),
                ("kabid", "ketuk", "Sudah dilaksanakan"),
                ("agen", "lihat", "Sudah dilaksanakan"),
                ("kabid", "ketuk", "Tulis isi"),
                ("kabid", "lihat", "Dasar"),
                ("kabid", "ketuk", "Lewati"),
                ("kabid", "tulis", f"Kronologi {SECRET}"),
                *(("kabid", "ketuk", "Lewati") for _ in range(8)),
                ("kabid", "ketuk", "Kirim"),
                ("kabid", "lihat", "menunggu keputusan Bapak/Ibu"),
            ),
        )
        assert own(desa, "kabid") == []
        case = await newest_case(desa)
        assert case.fields["kronologi"] == f"Kronologi {SECRET}"
        assert case.version == 2
        assert SECRET not in chat(desa, "agen")
        assert SECRET not in newest(desa.phone("kabid")).text

    async def test_or_pass_it_on_as_it_was_told(self, desa: Agency) -> None:
        await play(
            desa,
            (
                *CALL,
                ("kabid", "ketuk", "Ambil"),
                ("kabid", "ketuk", "Sudah dilaksanakan"),
                ("kabid", "ketuk", "Teruskan tanpa isi"),
            ),
        )
        case = await newest_case(desa)
        assert (case.step, case.version) == ("persetujuan", 1)
        assert await case_of(desa, case) == case
