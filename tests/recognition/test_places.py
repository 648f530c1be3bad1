"""Kecamatan and desa: whole words, longest names, small slips, and words that only look like names."""

import pytest

from domain.recognition import recognise
from tests.recognition.regions import BALANGAN, NOW, PEKALONGAN, PROFILES


@pytest.mark.parametrize(
    ("profile", "text", "kecamatan"),
    [
        ("pekalongan", "Massa mendorong pagar, demo ricuh", None),
        ("pekalongan", "Warga talunan demo", None),
        ("pekalongan", "Demo di kec. Kedungwni", "Kedungwuni"),
        ("pekalongan", "Demo di Kec Lebak barang", "Lebakbarang"),
        ("pekalongan", "Demo di kec wonopringo", "Wonopringgo"),
        ("pekalongan", "Demo warga Talun di Kec. Doro", "Doro"),
        ("pekalongan", "Massa dari Kesesi demo di Kajen", "Kajen"),
        ("pekalongan", "Demo di Ds Bligo", "Buaran"),
        ("pekalongan", "Demo di Kantor Bupati Kajen", "Kajen"),
        ("tangerang", "Demo di depan Puspem Kota Tangerang", None),
        ("tangerang", "Demo di Tangerang Selatan", None),
        ("tangerang", "Lapor, Kota Tangerang aman nihil", None),
        ("tangerang", "Demo di Kec. Tangerang Kota Tangerang", "Tangerang"),
        ("tangerang", "Ditemukan benda mencurigakan", None),
        ("tangerang", "Demo di Kec. Benda", "Benda"),
        ("tangerang", "Demo di Karangtengah", "Karang Tengah"),
        ("tangerang", "Demo di batu ceper", "Batuceper"),
        ("balangan", "Demo di Paringin Selatan", "Paringin Selatan"),
        ("balangan", "Demo di kec Paringin", "Paringin"),
        ("balangan", "Demo di Batumandi", "Batu Mandi"),
    ],
)
def test_the_kecamatan(profile: str, text: str, kecamatan: str | None) -> None:
    assert recognise(text, PROFILES[profile], NOW).kecamatan == kecamatan


def test_the_place_goes_on_over_a_comma() -> None:
    result = recognise("Demo di depan Balai Desa Kebonsari, Kec. Karangdadap pkl 09.00", PEKALONGAN, NOW)
    assert result.fields["dimana"] == "depan Balai Desa Kebonsari, Kec. Karangdadap"


def test_a_desa_counts_only_in_its_kecamatan() -> None:
    inside = recognise("Tawuran di Ds Riwa Kec. Batu Mandi", BALANGAN, NOW)
    assert (inside.kecamatan, inside.desa) == ("Batu Mandi", "Riwa")
    outside = recognise("Tawuran di Kec. Halong oleh pemuda Riwa", BALANGAN, NOW)
    assert (outside.kecamatan, outside.desa) == ("Halong", None)


def test_the_labelled_place_outranks_the_letter_head() -> None:
    text = "Dari : Agen Kec. Sragi\nApa : tawuran\nDimana : Kec. Bojong\nKapan : pkl 01.00"
    assert recognise(text, PEKALONGAN, NOW).kecamatan == "Bojong"
