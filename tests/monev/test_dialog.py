"""/monev in the chat: what is typed, tapped and sent, by whom and where."""

from __future__ import annotations

import io
import zipfile

import pytest
from PIL import Image

from simulator.agency import Agency
from tests.dialog.conftest import desa, logs, profile  # noqa: F401 - the fixtures of the whole application
from tests.dialog.morning import pass_to
from tests.dialog.script import Row, labels, newest, play

TABLES: dict[str, tuple[Row, ...]] = {
    "this month, its pages, the month before and back": (
        ("kepala", "tulis", "/monev"),
        ("kepala", "lihat", "Monev November 2026\nKabupaten Pekalongan · sampai 20 November 2026"),
        ("kepala", "lihat", "Laporan Informasi (Lapinfo)\nBelum ada laporan yang tuntas."),
        ("kepala", "lihat", "Laporan pagi\nBelum ada yang wajib lapor."),
        ("kepala", "tanpa", "12-2026"),
        ("kepala", "ketuk", "Kecamatan"),
        (
            "kepala",
            "lihat",
            "Laporan yang tuntas, menurut waktu seluruhnya.\n\nLaporan Informasi (Lapinfo), batas 2 jam",
        ),
        ("kepala", "ketuk", "‹ 10-2026"),
        ("kepala", "lihat", "Monev Oktober 2026\nKabupaten Pekalongan\nLaporan yang tuntas"),
        ("kepala", "ketuk", "Tahap"),
        ("kepala", "tombol", "‹ 09-2026"),
        ("kepala", "ketuk", "11-2026 ›"),
        ("kepala", "lihat", "Monev November 2026"),
    ),
    "a month that is typed": (
        ("kabid", "tulis", "/monev Oktober 2026"),
        ("kabid", "lihat", "Monev Oktober 2026"),
        ("kabid", "tulis", "/monev 09-2026"),
        ("kabid", "lihat", "Monev September 2026"),
        ("kabid", "tulis", "/monev kemarin"),
        ("kabid", "lihat", "Bulannya tidak terbaca. Mohon tulis seperti /monev 10-2026"),
        ("kabid", "tulis", "/monev 31 Februari 2026"),
        ("kabid", "lihat", "Bulannya tidak terbaca."),
        ("kabid", "tulis", "/monev Desember 2026"),
        ("kabid", "lihat", "Desember 2026 belum tiba."),
        ("koordinator_wilayah", "tulis", "/monev"),
        ("koordinator_wilayah", "lihat", "Monev November 2026"),
    ),
    "others are told that it is not theirs": tuple(
        row
        for who in ("agen", "verifikator", "pimpinan", "admin", "piket")
        for row in ((who, "tulis", "/monev 13-2026"), (who, "lihat", "di luar kewenangan"))
    ),
}


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES.keys())
async def test_in_private(desa: Agency, table: tuple[Row, ...]) -> None:  # noqa: F811
    await play(desa, table)


async def a_morning(desa: Agency) -> None:  # noqa: F811
    """agen reports nihil in time, agen2 never; then it is noon."""
    await pass_to(desa, "05.00", "05.10")
    await desa.phone("agen").taps("Nihil")
    await pass_to(desa, "12.00")


def file_of(desa: Agency) -> bytes:  # noqa: F811
    """What came with the newest message to kepala."""
    message = newest(desa.phone("kepala"))
    assert message.file_id is not None
    return desa.world.files[message.file_id].data


async def test_the_picture_and_the_workbook_come_as_files(desa: Agency) -> None:  # noqa: F811
    await a_morning(desa)
    await play(
        desa,
        (
            ("kepala", "tulis", "/monev"),
            ("kepala", "lihat", "Nihil 1 · kejadian tepat waktu 0 · terlambat 0 · belum lapor 1"),
            ("kepala", "ketuk", "Tabel XLSX"),
            ("kepala", "lihat", "Monev November 2026, tabel lengkap"),
        ),
    )
    with zipfile.ZipFile(io.BytesIO(file_of(desa))) as book:
        assert "Laporan pagi" in book.read("xl/workbook.xml").decode()
        for name in book.namelist():
            for seat in ("Elang-07", "Merak-03", "Garuda-01"):
                assert seat.encode() not in book.read(name)
    await play(desa, (("kepala", "tulis", "/monev"), ("kepala", "ketuk", "Gambar")))
    pictures = [message for message in desa.phone("kepala").messages() if message.photo]
    assert len(pictures) >= 2
    assert any("Monev November 2026" in message.text for message in pictures)
    for message in pictures:
        assert message.file_id is not None
        with Image.open(io.BytesIO(desa.world.files[message.file_id].data)) as picture:
            assert picture.width == 1080


async def test_in_the_office_groups_only_counts_of_steps_and_places(desa: Agency) -> None:  # noqa: F811
    await a_morning(desa)
    group, kepala = desa.groups["koordinasi"], desa.phone("kepala")
    await kepala.says("/monev", group)
    await desa.quiet()
    shown = kepala.messages(group)[-1]
    assert "Verifikasi laporan: 0" in shown.text
    assert "Belum lapor pagi (dari yang wajib)\nDoro 1/1 · Kajen 0/1" in shown.text
    assert shown.labels == [] or not any(shown.labels)
    for words in ("median", "P90", "%", "Elang", "Merak", "rahasia", "Lapsus"):
        assert words not in shown.text


async def test_elsewhere_and_for_others_a_group_hears_nothing(desa: Agency) -> None:  # noqa: F811
    kepala, verifikasi = desa.phone("kepala"), desa.groups["verifikasi"]
    await desa.phone("verifikator").says("/monev", verifikasi)
    await desa.quiet()
    assert "Monev" not in desa.phone("verifikator").transcript(verifikasi).replace("/monev", "")
    koordinasi = desa.groups["koordinasi"]
    await desa.phone("piket").says("/monev", koordinasi)
    await desa.quiet()
    assert "Monev November" not in kepala.transcript(koordinasi)


@pytest.mark.parametrize(
    "data", ["mv", "mv:t", "mv:t:202613", "mv:t:202612", "mv:z:202611", "mv:t:x:y", "mv::", "mv:p:209912"]
)
async def test_made_up_buttons_are_old_ones(desa: Agency, data: str) -> None:  # noqa: F811
    await play(desa, (("kepala", "tulis", "/monev"),))
    before = newest(desa.phone("kepala")).text
    answer = await desa.phone("kepala").taps_data(newest(desa.phone("kepala")).id, data)
    await desa.quiet()
    assert "tombol" in (answer.text or "").lower()
    assert newest(desa.phone("kepala")).text == before


async def test_a_button_is_worth_what_its_tapper_is_worth_now(desa: Agency) -> None:  # noqa: F811
    await play(desa, (("kabid", "tulis", "/monev"),))
    assert any("Kecamatan" in label for label in labels(desa.phone("kabid")))
    await play(desa, (("agen", "tulis", "/status"),))
    answer = await desa.phone("agen").taps_data(newest(desa.phone("agen")).id, "mv:k:202611")
    await desa.quiet()
    assert "di luar kewenangan" in (answer.text or "")
