"""Lines of the official form that are no answer to the seven questions: sumber, cara memperoleh, derajat, kecamatan."""

from __future__ import annotations

import pytest

from domain.profile_loader import load_profile
from domain.recognition import recognise
from domain.sop.loader import SopRegistry
from tests.recognition.regions import NOW

PEKALONGAN = load_profile("pekalongan", SopRegistry.load()).gazetteer()
EVENT = "Apa: tawuran pelajar\nSiapa: pelajar SMK\nDi mana: Pasar Doro"


@pytest.mark.parametrize(
    ("line", "stated", "unread"),
    [
        ("Sumber: FKDM", {"sumber": "FKDM"}, ()),
        ("Sumber informasi: masyarakat", {"sumber": "Masyarakat"}, ()),
        ("Unsur : polri", {"sumber": "Polri"}, ()),
        ("Sumber: warga pasar", {}, ("sumber",)),
        ("Sumber: kelurahan", {"sumber": "Kelurahan/Desa"}, ()),
        ("Cara memperoleh: melihat sendiri", {"cara": "Melihat sendiri"}, ()),
        ("Cara perolehan - Telepon", {"cara": "Telepon atau SMS"}, ()),
        ("Sumber/Unsur: FKDM Kec. Doro", {"sumber": "FKDM"}, ()),
        ("Derajat: Biasa / Segera / Sangat Segera", {}, ("derajat",)),
        ("Cara memperoleh: telepon", {"cara": "Telepon atau SMS"}, ()),
        ("Cara memperoleh: media", {"cara": "Media"}, ()),
        ("Cara memperoleh: mendengar-dengar", {}, ("cara",)),
        ("Derajat: SANGAT SEGERA", {"derajat": "Sangat Segera"}, ()),
        ("2. Derajat : segera.", {"derajat": "Segera"}, ()),
        ("Derajat: darurat", {}, ("derajat",)),
        ("Sumber: -", {}, ()),
        ("", {}, ()),
    ],
)
def test_a_labelled_choice_is_read_from_the_offices_lists(
    line: str, stated: dict[str, str], unread: tuple[str, ...]
) -> None:
    for text in (f"{line}\n{EVENT}", f"{EVENT}\n{line}"):
        found = recognise(text, PEKALONGAN, NOW)
        assert (dict(found.stated), found.unread) == (stated, unread), text
        assert found.fields["apa"] == "tawuran pelajar"
        assert found.fields["dimana"] == "Pasar Doro"


def test_a_derajat_said_without_a_colon_is_read_all_the_same() -> None:
    found = recognise("Tawuran di Pasar Doro jam 02.00, derajat sangat segera", PEKALONGAN, NOW)
    assert dict(found.stated) == {"derajat": "Sangat Segera"}


def test_a_free_text_states_none_of_them() -> None:
    found = recognise("Tawuran di Pasar Doro, sumber warga, mohon segera dikirim petugas", PEKALONGAN, NOW)
    assert (dict(found.stated), found.unread) == ({}, ())


@pytest.mark.parametrize(
    "line", ["Kecamatan: Doro", "Kec : Doro", "Kecamatan - Doro", "Kecamatan: Kec. Doro", "Wilayah: Doro"]
)
def test_a_labelled_kecamatan_sets_the_region_only(line: str) -> None:
    for text in (
        f"{line}\nApa: banjir\nDi mana: Jalan Raya depan SD 1",
        f"Apa: banjir\nDi mana: Jalan Raya depan SD 1\n{line}",
    ):
        found = recognise(text, PEKALONGAN, NOW)
        assert found.kecamatan == "Doro"
        assert found.fields["dimana"] == "Jalan Raya depan SD 1"


def test_a_labelled_kecamatan_stands_in_for_a_place_when_no_other_is_told() -> None:
    found = recognise("Apa: banjir\nSiapa: 40 KK\nKecamatan: Doro", PEKALONGAN, NOW)
    assert (found.kecamatan, found.fields["dimana"]) == ("Doro", "Kecamatan: Doro")


@pytest.mark.parametrize("where", ["Pasar Kajen", "Jalan Raya Kajen", "alun-alun kajen", "Kantor Bupati Kajen"])
def test_a_kecamatans_name_in_a_place_is_no_desa_of_the_same_name(where: str) -> None:
    found = recognise(f"Kebakaran 3 kios di {where} jam 02.00", PEKALONGAN, NOW)
    assert (found.kecamatan, found.desa) == ("Kajen", None)


def test_a_desa_of_its_kecamatans_name_is_said_with_its_title() -> None:
    found = recognise("Kebakaran 3 kios di Desa Kajen Kec. Kajen jam 02.00", PEKALONGAN, NOW)
    assert (found.kecamatan, found.desa) == ("Kajen", "Kajen")
